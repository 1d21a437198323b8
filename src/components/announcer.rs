//! The polite live region that says what happened. There is one, present before its text.
//! Must not know who speaks.

use leptos::prelude::*;

/// Speaks through the page's status region. Found in the context.
#[derive(Clone, Copy)]
pub struct Announcer(RwSignal<String>);

impl Announcer {
    /// A silent announcer; the app provides one.
    pub fn new() -> Self {
        Self(RwSignal::new(String::new()))
    }

    /// The page's announcer.
    pub fn get() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// Falls silent: what was said belongs to another page.
    pub fn clear(self) {
        self.0.try_set(String::new());
    }

    /// Says `message`. Saying the same again is heard again.
    pub fn say(self, message: String) {
        // A zero-width space makes the text differ from an equal one before it.
        let again = self.0.try_get_untracked().as_deref() == Some(message.as_str());
        self.0
            .try_set(if again { message + "\u{200b}" } else { message });
    }
}

impl Default for Announcer {
    fn default() -> Self {
        Self::new()
    }
}

/// The region itself; the app draws it once.
#[component]
pub fn StatusRegion(announcer: Announcer) -> impl IntoView {
    view! { <p class="visually-hidden" role="status" aria-live="polite">{announcer.0}</p> }
}
