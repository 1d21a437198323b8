//! Telling the person wherever they are that something has changed: in the navigation, in the tab's title, aloud, on the app's
//! icon and, where they have asked for it, on their desktop. Must not know what the list looks like.

use super::desktop;
use super::state::Following;
use super::watch::{self, Watching};
use crate::components::{Announcer, Unseen};
use crate::i18n::{Key, Plural, plural, text};
use crate::routes::Route;
use leptos::prelude::*;

/// What there is to tell. Found in the context.
#[derive(Clone, Copy)]
pub struct Told {
    /// How many changes the person has not looked at.
    pub unseen: Signal<usize>,
    /// What the watcher of this tab is doing.
    pub(super) watching: RwSignal<Watching>,
}

impl Told {
    /// Begins to watch what is followed, and to tell of it.
    pub fn begin(following: Following, announcer: Announcer) -> Self {
        let watching = RwSignal::new(Watching::Idle);
        watch::watch(following, watching);
        let unseen = Memo::new(move |_| {
            following.ledger.track();
            following.unseen(following.looked.get())
        });
        provide_context(Unseen(unseen.into()));
        Effect::new(move |before: Option<usize>| {
            let now = unseen.get();
            // What was there when the app was opened is on the page; what comes is told.
            if before.is_some_and(|before| now > before) {
                announcer.say(plural(Plural::NewsCount, now));
                // One tab is enough: the one that has read it.
                if matches!(watching.get_untracked(), Watching::Here(_)) {
                    desktop::show(now);
                }
            }
            badge(now);
            now
        });
        Self {
            unseen: unseen.into(),
            watching,
        }
    }

    /// What this app has to tell.
    pub fn get() -> Self {
        expect_context()
    }
}

/// The number on the icon of an installed app, where the browser shows one.
fn badge(count: usize) {
    let navigator = window().navigator();
    let set = js_sys::Reflect::get(&navigator, &"setAppBadge".into());
    if let Some(set) = set
        .ok()
        .and_then(|set| wasm_bindgen::JsCast::dyn_into::<js_sys::Function>(set).ok())
    {
        let _ = set.call1(&navigator, &(count as f64).into());
    }
}

/// The way to the page, with how much there is to see.
#[component]
pub fn RequestsLink(
    /// What there is to see.
    told: Told,
    /// Whether the person is there, as `aria-current` takes it.
    current: Signal<Option<&'static str>>,
) -> impl IntoView {
    let href = Route::all_requests().href();
    let count = move || {
        let count = told.unseen.get();
        (count > 0).then(|| {
            view! {
                <span class="main-nav__count" aria-hidden="true">{count}</span>
                <span class="visually-hidden">{plural(Plural::NewsCount, count)}</span>
            }
        })
    };
    view! { <a href=href aria-current=current>{text(Key::RequestsTitle)} " " {count}</a> }
}
