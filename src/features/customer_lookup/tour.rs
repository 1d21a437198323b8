//! In the sandbox: five things to try, until somebody hides them.
//! Must not know how the sandbox does what is tried.

use crate::components::{HEADING, focus_field};
use crate::i18n::{Key, text};
use crate::partner_center::{CustomerId, RequestableKind};
use crate::routes::Route;
use crate::services::Services;
use crate::storage;
use leptos::prelude::*;

const HIDDEN: &str = "display.tour";

/// Customers of the sandbox, as `docs/sandbox.md` names them.
const NORTHFIELD: &str = "5eed0000-0000-4000-8000-000000000001";
const NORTHMOOR: &str = "5eed0000-0000-4000-8000-000000000007";
const WESTCRAG: &str = "5eed0000-0000-4000-8000-000000000012";

/// The list, each with the way there. Nothing where everything is real.
#[component]
pub(super) fn Tour() -> impl IntoView {
    let sandbox = Services::get().sandbox;
    let shown = RwSignal::new(sandbox && storage::preference(HIDDEN).is_none());
    let hide = move |_| {
        storage::prefer(HIDDEN, Some("hidden"));
        shown.set(false);
        focus_field(HEADING);
    };
    let customer = |id: &str, to: fn(CustomerId) -> Route| id.parse().ok().map(|id| to(id).href());
    let steps = [
        (
            Key::TourSearch,
            Some(
                Route::Customers {
                    search: Some(("north".to_owned(), 1)),
                }
                .href(),
            ),
        ),
        (
            Key::TourRequest,
            customer(NORTHFIELD, |id| {
                Route::Request(id, Some(RequestableKind::Education))
            }),
        ),
        // Its page reads every few seconds while something is in review; the list of requests takes its time.
        (Key::TourFollow, customer(NORTHFIELD, Route::Customer)),
        (Key::TourDenied, customer(NORTHMOOR, Route::Customer)),
        (Key::TourHistory, customer(WESTCRAG, Route::Customer)),
    ];
    view! {
        <Show when=move || shown.get()>
            <section class="panel tour" aria-labelledby="tour">
                <div class="section-head">
                    <h2 class="panel__title" id="tour">{text(Key::TourTitle)}</h2>
                    <button type="button" class="button button--quiet" on:click=hide>{text(Key::TourHide)}</button>
                </div>
                <ol class="tour__steps">
                    {steps.clone().map(|(words, href)| view! { <li><a href=href>{text(words)}</a></li> })}
                </ol>
            </section>
        </Show>
    }
}
