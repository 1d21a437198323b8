//! A status, by word, shape and colour together.
//! Must not know what has that status.

use super::{Icon, Symbol};
use leptos::prelude::*;

/// A tag; `kind` picks the colour: `good`, `wait`, `bad` or `plain`.
#[component]
pub fn StatusTag(
    symbol: Symbol,
    kind: &'static str,
    #[prop(into)] label: Signal<String>,
    /// Whether the word is the service's own, in a language that nobody knows.
    #[prop(optional)]
    foreign: bool,
) -> impl IntoView {
    view! {
        <span class=format!("tag tag--{kind}")>
            <Icon symbol />
            <span lang=foreign.then_some("")>{label}</span>
        </span>
    }
}
