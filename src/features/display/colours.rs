//! Light or dark, chosen for this computer or as the system has it. `early.js` puts it on the page, also before the app runs.

use super::choice;
use crate::i18n::{Key, text};
use crate::storage;
use leptos::prelude::*;

const CHOICE: &str = "display.colours";

/// The choice.
#[component]
pub(super) fn ColoursChoice() -> impl IntoView {
    let chosen = RwSignal::new(storage::preference(CHOICE).unwrap_or_default());
    // Nothing is kept for what the system has.
    let choices = [
        ("", Key::ColoursSystem),
        ("light", Key::ColoursLight),
        ("dark", Key::ColoursDark),
    ];
    let choices = choices.map(|(value, name)| (value, text(name), None));
    let choose = move |value: String| {
        storage::prefer(CHOICE, Some(value.as_str()).filter(|it| !it.is_empty()));
        let event = web_sys::CustomEventInit::new();
        event.set_detail(&value.as_str().into());
        if let Ok(event) = web_sys::CustomEvent::new_with_event_init_dict("vetted:colours", &event)
        {
            let _ = window().dispatch_event(&event);
        }
        chosen.set(value);
    };
    let choose = Box::new(choose);
    let part = choice(
        "colours",
        Key::ColoursLabel,
        choices.into(),
        chosen.into(),
        choose,
    );
    view! { <div class="display__part">{part}</div> }
}
