//! How the app speaks and looks on this computer: language, colours, and whether single keys are shortcuts.
//! Must not know any page, nor what is behind the sign-in.

mod colours;
mod keys;
mod language;

pub use keys::{Shortcuts, ShortcutsChoice, ShortcutsDialog, reach};
pub use language::{IsDoor, begin};

use crate::components::{Icon, Symbol};
use crate::i18n::{Key, Text, text};
use colours::ColoursChoice;
use language::LanguageChoice;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The id of the button in the header.
const OPENER: &str = "choices";

/// The button in the header, and what it opens.
#[component]
pub fn DisplayMenu(
    /// What else there is to choose.
    more: Option<AnyView>,
) -> impl IntoView {
    view! {
        <button type="button" id=OPENER class="button button--quiet display__open" popovertarget="display">
            <Icon symbol=Symbol::Globe />
            <span class="visually-hidden">{text(Key::DisplayTitle)}</span>
        </button>
        <div class="display" id="display" popover="auto" role="group" aria-label=text(Key::DisplayTitle)>
            <LanguageChoice />
            <ColoursChoice />
            {more}
        </div>
    }
    .into_any()
}

/// One thing that can be chosen: its value, its name, and the language of the name where that is another than the page's.
type Choosable = (&'static str, Text, Option<&'static str>);

/// One choice of several.
fn choice(
    id: &'static str,
    label: Key,
    choices: Vec<Choosable>,
    chosen: Signal<String>,
    choose: Box<dyn Fn(String)>,
) -> AnyView {
    let option = |(value, name, lang): Choosable| {
        view! {
            <option value=value lang=lang selected=move || chosen.with(|chosen| chosen == value)>{name}</option>
        }
        .into_any()
    };
    view! {
        <label for=id>{text(label)}</label>
        <select id=id class="field__control" on:change=move |event| choose(event_target_value(&event))>
            {choices.into_iter().map(option).collect_view()}
        </select>
    }
    .into_any()
}

/// Has a choice show this value again.
fn shows(id: &str, value: &str) {
    let select = document().get_element_by_id(id);
    if let Some(select) = select.and_then(|it| it.dyn_into::<web_sys::HtmlSelectElement>().ok()) {
        select.set_value(value);
    }
}
