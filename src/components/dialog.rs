//! A modal dialog on the browser's own `<dialog>`: focus is kept inside, Esc closes, focus returns.
//! Must not know what is asked.

use crate::i18n::Text;
use leptos::html;
use leptos::prelude::*;

/// A dialog that is open while `open` is true. Closing it by Esc sets `open` to false.
#[component]
pub fn Dialog(
    /// Its heading and accessible name.
    #[prop(into)]
    title: Text,
    /// Whether it is shown.
    open: RwSignal<bool>,
    /// Whether Esc may close it; where only the buttons decide, it may not.
    #[prop(default = true)]
    dismissible: bool,
    /// The heading's id, unique on the page.
    heading_id: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = element.get() else { return };
        match open.get() {
            true if !dialog.open() => drop(dialog.show_modal()),
            false if dialog.open() => dialog.close(),
            _ => {}
        }
    });
    let cancel = move |event: web_sys::Event| {
        if !dismissible {
            event.prevent_default();
        }
    };
    // The browser tells of it later, and by then it may have been opened again.
    let closed = move |_| {
        if element.get_untracked().is_some_and(|dialog| !dialog.open()) {
            open.set(false);
        }
    };
    view! {
        <dialog
            class="dialog"
            node_ref=element
            aria-labelledby=heading_id
            on:cancel=cancel
            on:close=closed
        >
            <h2 class="dialog__title" id=heading_id>{title}</h2>
            <Show when=move || open.get()>{children()}</Show>
        </dialog>
    }
}
