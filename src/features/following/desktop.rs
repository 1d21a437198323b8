//! A notification on the desktop when something was decided, for whoever has asked for it.
//! Must not know what was decided: what stands on a desktop may be seen by anybody.

use crate::components::{Notice, Tone};
use crate::desktop;
use crate::i18n::{Key, Plural, plural, t, text};
use crate::storage;
use leptos::prelude::*;

/// The name of the choice, in the browser's local storage.
const CHOICE: &str = "desktop";

/// Shows how many changes there are, if it was asked for.
pub(super) fn show(changes: usize) {
    if desktop::allowed() && storage::preference(CHOICE).is_some() {
        desktop::show(&t(Key::AppName), &plural(Plural::NewsCount, changes));
    }
}

/// The choice. The browser is asked only when somebody turns it on.
#[component]
pub(super) fn DesktopChoice() -> impl IntoView {
    let on = RwSignal::new(desktop::allowed() && storage::preference(CHOICE).is_some());
    let refused = RwSignal::new(false);
    let turn = move |wanted: bool| {
        leptos::task::spawn_local(async move {
            let allowed = wanted && (desktop::allowed() || desktop::ask().await);
            storage::prefer(CHOICE, allowed.then_some("1"));
            refused.try_set(wanted && !allowed);
            on.try_set(allowed);
        });
    };
    desktop::supported().then(|| {
        view! {
            <p class="tick">
                <input
                    type="checkbox"
                    id="requests-desktop"
                    prop:checked=on
                    on:change:target=move |event| {
                        let wanted = event.target().checked();
                        on.set(wanted);
                        turn(wanted);
                    }
                />
                <label for="requests-desktop">{text(Key::DesktopChoice)}</label>
            </p>
            <Show when=move || refused.get()>
                <Notice tone=Tone::Warning><p>{text(Key::DesktopRefused)}</p></Notice>
            </Show>
        }
    })
}
