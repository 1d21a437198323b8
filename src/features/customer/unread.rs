//! A line in place of what could not be read, with a way to try again: nothing else on the page is disturbed by it.
//! Must not know what is read.

use crate::components::{Announcer, focus_field};
use crate::features::failure::{explained, what_failed};
use crate::features::reading::Reading;
use crate::i18n::{Key, t, text};
use crate::partner_center::Diagnosis;
use leptos::prelude::*;

/// Says why a reading failed, for as long as it does.
#[component]
pub(super) fn Unread<T>(
    /// What failed.
    reading: Reading<T>,
    /// The id of the heading that takes the focus once it is read.
    heading: &'static str,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    let announcer = Announcer::get();
    let words = move || {
        reading.failure.with(|error| {
            error.as_ref().map(|error| {
                let what = t(what_failed(error.operation));
                let why = t(explained(Diagnosis::of(error)).0);
                format!("{what} {why}")
            })
        })
    };
    let again = move |_| {
        leptos::task::spawn_local(async move {
            match reading.read().await {
                Some(_) => {
                    focus_field(heading);
                    announcer.say(t(Key::ReadAgainDone));
                }
                None => announcer.say(t(Key::ReadAgainFailed)),
            }
        });
    };
    view! {
        <Show when=move || reading.failure.with(Option::is_some)>
            <div class="unread">
                <p class="unread__words">{words}</p>
                <button
                    type="button"
                    class="button button--quiet"
                    aria-busy=move || reading.busy.get().then_some("true")
                    on:click=again
                >
                    {text(Key::TryAgain)}
                </button>
            </div>
        </Show>
    }
}
