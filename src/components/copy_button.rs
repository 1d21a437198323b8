//! A button that copies a text and says whether it could.
//! Must not know what the text is.

use super::{Announcer, Icon, Symbol};
use crate::i18n::{Key, Text, t};
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Copies `content`, taken at the moment of the click.
#[component]
pub fn CopyButton(
    /// The button's name.
    #[prop(into)]
    label: Text,
    /// What is copied.
    #[prop(into)]
    content: Signal<String>,
    /// How much it stands out.
    #[prop(default = "button button--quiet")]
    class: &'static str,
) -> impl IntoView {
    let announcer = Announcer::get();
    let done = RwSignal::new(None);
    let copy = move |_| {
        let text = content.get_untracked();
        leptos::task::spawn_local(async move {
            let copied = match clipboard() {
                Some(clipboard) => JsFuture::from(clipboard.write_text(&text)).await.is_ok(),
                None => false,
            };
            let key = if copied {
                Key::CopyDone
            } else {
                Key::CopyFailed
            };
            announcer.say(t(key));
            done.try_set(Some(key));
        });
    };
    view! {
        <span class="copy">
            <button type="button" class=class on:click=copy>
                <Icon symbol=Symbol::Copy />
                {label}
            </button>
            <span class="copy__outcome" aria-hidden="true">{move || done.get().map(t)}</span>
        </span>
    }
}

/// The clipboard, where the page may use it: it is missing outside secure contexts.
fn clipboard() -> Option<web_sys::Clipboard> {
    let navigator = window().navigator();
    let found = js_sys::Reflect::get(&navigator, &"clipboard".into()).ok()?;
    (!found.is_undefined()).then(|| navigator.clipboard())
}
