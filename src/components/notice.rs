//! A framed message inside a page: information, a warning, a failure, a success.
//! Must not know what it is about.

use super::{Icon, Symbol};
use leptos::prelude::*;

/// What kind of message it is; colour, icon and role follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// Worth a second look before going on.
    Warning,
    /// Something could not be done. Announced at once.
    Failure,
    /// Something was done.
    Success,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Info => "notice notice--info",
            Self::Warning => "notice notice--warning",
            Self::Failure => "notice notice--failure",
            Self::Success => "notice notice--success",
        }
    }

    fn symbol(self) -> Symbol {
        match self {
            Self::Info => Symbol::Info,
            Self::Warning | Self::Failure => Symbol::Warning,
            Self::Success => Symbol::Check,
        }
    }
}

/// The frame; its content comes from the page.
#[component]
pub fn Notice(tone: Tone, children: Children) -> impl IntoView {
    let role = (tone == Tone::Failure).then_some("alert");
    view! {
        <div class=tone.class() role=role>
            <Icon symbol=tone.symbol() />
            <div class="notice__body">{children()}</div>
        </div>
    }
}
