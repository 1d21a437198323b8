//! Listening to what a page says by itself, as a screen reader does. Must not know the app's words.

use std::cell::RefCell;

use serde::Deserialize;

use crate::wait::until;
use crate::world::World;

const LISTEN: &str = include_str!("said.js");

/// Hears everything that the page's live regions say, from [`World::listens`] on until the page is loaded anew.
pub struct Ear<'a> {
    world: &'a World,
    /// What was to be heard so far.
    expected: RefCell<Vec<String>>,
}

/// Something that was said.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    words: String,
    /// Whether the region was there before its words: one that comes with them is not heard everywhere.
    in_time: bool,
}

impl World {
    /// Begins to listen.
    pub async fn listens(&self) -> Ear<'_> {
        self.run_script(LISTEN, vec![]).await;
        Ear {
            world: self,
            expected: RefCell::default(),
        }
    }
}

impl Ear<'_> {
    /// Waits until the page says this, and makes sure that it has said nothing else since the last time.
    ///
    /// # Panics
    /// When it says it not at all, more than once, together with anything else, or in a region that came with it.
    pub async fn hears(&self, words: &str) {
        self.hears_each(&[words]).await;
    }

    /// The same for what is said one right after the other.
    ///
    /// # Panics
    /// As [`Ear::hears`].
    pub async fn hears_each(&self, words: &[&str]) {
        let expected = words.iter().map(|words| (*words).to_owned());
        self.expected.borrow_mut().extend(expected);
        until(&format!("the page says {words:?}"), async || {
            let said = self.said().await;
            self.is_as_expected(&said);
            if said.len() == self.expected.borrow().len() {
                Ok(())
            } else {
                Err(format!("It has said {said:?}"))
            }
        })
        .await;
    }

    /// The same for words of which only the first are known.
    ///
    /// # Panics
    /// As [`Ear::hears`].
    pub async fn hears_beginning(&self, beginning: &str) {
        let heard = self.expected.borrow().len();
        let words = until(&format!("the page says {beginning:?}…"), async || {
            let said = self.said().await;
            let next = said.get(heard).map(|it| it.words.clone());
            let next = next.filter(|words| words.starts_with(beginning));
            next.ok_or_else(|| format!("It has said {said:?}"))
        })
        .await;
        self.hears(&words).await;
    }

    /// Makes sure that nothing was said but what was heard.
    ///
    /// # Panics
    /// When there was more.
    pub async fn has_heard_all(&self) {
        let said = self.said().await;
        self.is_as_expected(&said);
    }

    fn is_as_expected(&self, said: &[Said]) {
        let expected = self.expected.borrow();
        let words: Vec<_> = said.iter().map(|it| it.words.as_str()).collect();
        assert!(
            expected
                .iter()
                .map(String::as_str)
                .zip(&words)
                .all(|(expected, said)| expected == *said)
                && words.len() <= expected.len(),
            "it has said {words:#?} and not just {expected:#?}"
        );
        let late: Vec<_> = said.iter().filter(|it| !it.in_time).collect();
        assert!(late.is_empty(), "the region came with its words: {late:?}");
    }

    async fn said(&self) -> Vec<Said> {
        let heard = self
            .world
            .run_script("return window.said?.heard", vec![])
            .await;
        serde_json::from_value(heard).expect("the page was loaded anew since")
    }
}
