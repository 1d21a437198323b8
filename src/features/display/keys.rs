//! Single keys as shortcuts: one that leads to the search, one that lists them. They can be switched off (WCAG 2.1.4).
//! Must not know what is searched for.

use crate::components::{Dialog, HEADING, focus_field};
use crate::i18n::{Key, text};
use crate::storage;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

const CHOICE: &str = "display.keys";
const OFF: &str = "off";

/// The list of shortcuts. Found in the context where there are any.
#[derive(Clone, Copy)]
pub struct Shortcuts {
    listed: RwSignal<bool>,
    on: RwSignal<bool>,
}

impl Shortcuts {
    /// Listens from now on, until the reactive owner that asks for it goes. `search` leads to the search.
    pub fn listen(search: impl Fn() + 'static) -> Self {
        let on = storage::preference(CHOICE).as_deref() != Some(OFF);
        let shortcuts = Self {
            listed: RwSignal::new(false),
            on: RwSignal::new(on),
        };
        let pressed = window_event_listener(ev::keydown, move |event| {
            if shortcuts.on.try_get_untracked() != Some(true) || !is_free(&event) {
                return;
            }
            match event.key().as_str() {
                "/" => search(),
                "?" => shortcuts.listed.set(true),
                _ => return,
            }
            event.prevent_default();
        });
        on_cleanup(move || pressed.remove());
        shortcuts
    }

    fn switch(self, on: bool) {
        self.on.set(on);
        storage::prefer(CHOICE, (!on).then_some(OFF));
    }
}

/// Whether a key is pressed for its own sake: nobody types, and nothing lies over the page.
fn is_free(event: &KeyboardEvent) -> bool {
    let held = event.ctrl_key() || event.meta_key() || event.alt_key();
    let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
    let typed = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
    let types = target.is_some_and(|at| at.closest(typed).ok().flatten().is_some());
    let covered = document().query_selector("dialog[open]").ok().flatten();
    !(held || types || event.default_prevented() || event.is_composing() || covered.is_some())
}

/// In the menu: the switch, and the way to the list.
#[component]
pub fn ShortcutsChoice() -> impl IntoView {
    let shortcuts = expect_context::<Shortcuts>();
    view! {
        <div class="display__part">
            <label class="display__option">
                <input
                    type="checkbox"
                    aria-describedby="keys-note"
                    prop:checked=shortcuts.on
                    on:change:target=move |event| shortcuts.switch(event.target().checked())
                />
                {text(Key::KeysOn)}
            </label>
            <p class="field__hint" id="keys-note">{text(Key::KeysOnNote)}</p>
            <button
                type="button"
                class="button button--quiet display__link"
                popovertarget="display"
                popovertargetaction="hide"
                on:click=move |_| {
                    // It has the focus again after the list: this button is out of sight by then.
                    focus_field(super::OPENER);
                    shortcuts.listed.set(true);
                }
            >
                {text(Key::KeysTitle)}
            </button>
        </div>
    }
}

/// The list, over the page.
#[component]
pub fn ShortcutsDialog() -> impl IntoView {
    let open = expect_context::<Shortcuts>().listed;
    let row = |key: Key, does: Key| {
        view! {
            <div class="keys__row">
                <dt><kbd>{text(key)}</kbd></dt>
                <dd>{text(does)}</dd>
            </div>
        }
    };
    view! {
        <Dialog title=text(Key::KeysTitle) open heading_id="keys">
            <dl class="keys">
                {row(Key::KeysSlash, Key::KeysLookUp)}
                {row(Key::KeysQuestion, Key::KeysList)}
                {row(Key::KeysEscape, Key::KeysClose)}
            </dl>
            <p class="dialog__actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>{text(Key::Close)}</button>
            </p>
        </Dialog>
    }
}

/// Brings the focus to a field that may be on its way onto the page.
pub fn reach(field: &'static str) {
    // The page that comes focuses its heading first.
    request_animation_frame(move || {
        request_animation_frame(move || match document().get_element_by_id(field) {
            Some(_) => focus_field(field),
            None => focus_field(HEADING),
        });
    });
}
