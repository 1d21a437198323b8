//! Icons, from the sprite in `index.html`. Always beside a word, so hidden from assistive technology.
//! Must not know what they stand for on a page.

use leptos::prelude::*;

/// A symbol of the sprite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // each is what its name says
pub enum Symbol {
    Search,
    Check,
    Clock,
    Cross,
    Question,
    Badge,
    Warning,
    Info,
    Copy,
    Refresh,
    Person,
    Globe,
    Leave,
}

impl Symbol {
    fn href(self) -> &'static str {
        match self {
            Self::Search => "#icon-search",
            Self::Check => "#icon-check",
            Self::Clock => "#icon-clock",
            Self::Cross => "#icon-cross",
            Self::Question => "#icon-question",
            Self::Badge => "#icon-badge",
            Self::Warning => "#icon-warning",
            Self::Info => "#icon-info",
            Self::Copy => "#icon-copy",
            Self::Refresh => "#icon-refresh",
            Self::Person => "#icon-person",
            Self::Globe => "#icon-globe",
            Self::Leave => "#icon-leave",
        }
    }
}

/// One icon, as large as the text around it.
#[component]
pub fn Icon(#[prop(into)] symbol: Signal<Symbol>) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href=move || symbol.get().href()></use>
        </svg>
    }
}
