//! The installed app: says whether the site may be installed, and offers a new release without forcing it.
//! Must not know how a release is kept; `installable/` does that.

use crate::components::{Announcer, Notice, Tone};
use crate::i18n::{Key, t, text};
use leptos::prelude::*;

/// Whether a new release waits to be let in.
#[derive(Clone, Copy)]
pub struct Update {
    ready: RwSignal<bool>,
}

impl Update {
    /// Listens for word of a new release. Made once, at the app's root.
    pub fn watch(announcer: Announcer) -> Self {
        let ready = RwSignal::new(false);
        let listener = window_event_listener_untyped("vetted:update", move |_| {
            if ready.try_get_untracked() == Some(false) {
                ready.set(true);
                announcer.say(t(Key::UpdateTitle));
            }
        });
        on_cleanup(move || listener.remove());
        Self { ready }
    }
}

/// Tells the static shell what `config.json` says about installing.
pub fn say_installable(wanted: bool) {
    let init = web_sys::CustomEventInit::new();
    init.set_detail(&wanted.into());
    if let Ok(event) = web_sys::CustomEvent::new_with_event_init_dict("vetted:installable", &init) {
        let _ = window().dispatch_event(&event);
    }
}

/// Offers the new release. Until the person takes it, everything stays as it is.
#[component]
pub fn UpdateNotice() -> impl IntoView {
    let update = use_context::<Update>();
    let reload = |_| {
        if let Ok(event) = web_sys::Event::new("vetted:reload") {
            let _ = window().dispatch_event(&event);
        }
    };
    view! {
        <Show when=move || update.is_some_and(|update| update.ready.get())>
            <Notice tone=Tone::Info>
                <p class="notice__title">{text(Key::UpdateTitle)}</p>
                <p>{text(Key::UpdateBody)}</p>
                <div class="notice__actions">
                    <button type="button" class="button" on:click=reload>{text(Key::UpdateReload)}</button>
                </div>
            </Notice>
        </Show>
    }
}
