//! Going through the app with the keyboard alone, and looking at the focus after every key.
//! Must not know the app's words, nor which way leads where.

use std::time::Duration;

use serde::Deserialize;
use thirtyfour::Key;
use thirtyfour::error::WebDriverResult;

use crate::driver::Engine;
use crate::locator::{Find, Locator, Role};
use crate::wait::{until, until_within};
use crate::world::World;

const LOOK: &str = include_str!("keys.js");

/// No way on a page is longer.
const STOPS: usize = 120;

/// How long the focus may take to be where it belongs, such as while a page follows another.
const SETTLES: Duration = Duration::from_secs(4);

/// The keyboard of a [`World`], and nobody who touches anything else.
#[derive(Clone, Copy)]
pub struct Keyboard<'a> {
    world: &'a World,
    settles: Duration,
}

/// What has the focus.
#[derive(Deserialize)]
struct Focus {
    /// In words, for a message.
    at: String,
    /// What is wrong with it.
    wrong: Vec<String>,
}

impl World {
    /// Its keyboard.
    pub fn keyboard(&self) -> Keyboard<'_> {
        Keyboard {
            world: self,
            settles: SETTLES,
        }
    }
}

impl Keyboard<'_> {
    /// The same for whoever expects the focus to be where it belongs at the next look.
    pub fn at_once(self) -> Self {
        Self {
            settles: Duration::ZERO,
            ..self
        }
    }

    /// Takes it that the focus is nowhere, as on a page that was just loaded.
    pub async fn begins_anew(&self) {
        let forget = "delete window.keysWatch";
        self.world.run_script(forget, vec![]).await;
    }

    /// Presses a key wherever the focus is.
    ///
    /// # Panics
    /// When the focus is then nowhere, out of sight, below something else, or not marked.
    pub async fn press(&self, key: Key) {
        let name = if matches!(key, Key::Tab) { "Tab" } else { "" };
        // It may have got lost since the last key.
        self.is_in_sight("").await;
        self.world.press(key).await;
        self.is_in_sight(name).await;
    }

    /// Goes back to the stop before.
    ///
    /// # Panics
    /// As [`Keyboard::press`].
    pub async fn press_back(&self) {
        self.is_in_sight("").await;
        let keys = self.world.driver().action_chain();
        let keys = keys.key_down(Key::Shift).send_keys(Key::Tab);
        succeeds(keys.key_up(Key::Shift).perform().await);
        self.is_in_sight("Shift+Tab").await;
    }

    /// Types where the focus is.
    ///
    /// # Panics
    /// As [`Keyboard::press`].
    pub async fn types(&self, text: &str) {
        self.is_in_sight("").await;
        self.world.type_here(text).await;
        self.is_in_sight("").await;
    }

    /// Goes on from stop to stop until `target` has the focus.
    ///
    /// # Panics
    /// When it cannot be reached so, and as [`Keyboard::press`].
    pub async fn to(&self, target: &Locator) {
        self.walk(target, async || self.press(Key::Tab).await).await;
    }

    /// Goes back from stop to stop until `target` has the focus.
    ///
    /// # Panics
    /// As [`Keyboard::to`].
    pub async fn back_to(&self, target: &Locator) {
        self.walk(target, async || self.press_back().await).await;
    }

    /// Goes on to `target` and presses Enter there.
    ///
    /// # Panics
    /// As [`Keyboard::to`].
    pub async fn enters(&self, target: &Locator) {
        self.to(target).await;
        self.press(Key::Enter).await;
    }

    /// Waits until `target` has the focus by itself.
    ///
    /// # Panics
    /// When it does not get it, and as [`Keyboard::press`].
    pub async fn lands_on(&self, target: &Locator) {
        target.has_focus().await;
        self.is_in_sight("").await;
    }

    /// Opens a dialog with the button that has the focus, walks around in it each way, and leaves it with Esc.
    ///
    /// # Panics
    /// When the focus does not go into it, gets out of it, or does not come back; and as [`Keyboard::press`].
    pub async fn looks_into(&self, dialog: &Locator) {
        let opener = self.focus("").await.at;
        self.press(Key::Enter).await;
        self.walks_around_in(dialog).await;
        self.world.press(Key::Escape).await;
        dialog.is_gone().await;
        until(
            &format!("{opener} has the focus again"),
            async || match self.focus("").await.at {
                at if at == opener => Ok(()),
                at => Err(format!("It is on {at}")),
            },
        )
        .await;
        self.is_in_sight("").await;
    }

    /// Walks around in a dialog each way, at least once.
    ///
    /// # Panics
    /// When the focus does not go into it by itself, or gets out of it; and as [`Keyboard::press`].
    pub async fn walks_around_in(&self, dialog: &Locator) {
        dialog.appears().await;
        self.is_inside(dialog).await;
        let buttons = dialog.all(Role::Button).now().await.len();
        assert!(buttons > 0, "{dialog} has no button");
        // Twice as far as there are stops: out at one end is in at the other.
        for _ in 0..2 * (buttons + 2) {
            self.press(Key::Tab).await;
        }
        for _ in 0..2 * (buttons + 2) {
            self.press_back().await;
        }
    }

    async fn is_inside(&self, dialog: &Locator) {
        const INSIDE: &str =
            "return Boolean(document.activeElement.closest('dialog')?.matches(':modal'))";
        until(&format!("the focus is in {dialog}"), async || {
            match self.world.run_script(INSIDE, vec![]).await {
                inside if inside == true => Ok(()),
                _ => Err(format!("It is on {}", self.focus("").await.at)),
            }
        })
        .await;
    }

    async fn walk(&self, target: &Locator, step: impl AsyncFn()) {
        target.appears().await;
        let mut way = Vec::new();
        for _ in 0..STOPS {
            if target.appears().await.focused {
                return;
            }
            step().await;
            way.push(self.focus("").await.at);
        }
        panic!("{target} cannot be reached with the keyboard; the way was {way:#?}");
    }

    /// Waits until nothing is wrong with the focus.
    async fn is_in_sight(&self, key: &str) {
        until_within(
            self.settles,
            "all is well with the focus",
            async || match self.focus(key).await.wrong {
                wrong if wrong.is_empty() => Ok(()),
                wrong => Err(wrong.join("; ")),
            },
        )
        .await;
    }

    /// What has the focus now.
    async fn focus(&self, key: &str) -> Focus {
        let as_whole = self.world.engine() == Engine::Chromium;
        let arguments = vec![key.into(), as_whole.into()];
        let seen = self.world.run_script(LOOK, arguments).await;
        // Nothing comes of a page that is going away.
        serde_json::from_value(seen).unwrap_or(Focus {
            at: "a page that is going away".to_owned(),
            wrong: Vec::new(),
        })
    }
}

fn succeeds(outcome: WebDriverResult<()>) {
    outcome.unwrap_or_else(|error| panic!("keys: {error}"));
}
