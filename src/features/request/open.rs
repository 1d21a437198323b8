//! The requests that a person should know of wherever they are: those without a known outcome, and those that came to
//! their end unseen. Must not know how their outcome is found out.

use super::Requests;
use super::sending::{Notable, NotableState};
use crate::components::{Notice, Tone};
use crate::features::qualifications::kind_name;
use crate::features::reading::Reading;
use crate::i18n::{Key, t, text};
use crate::routes::Route;
use crate::services::Services;
use leptos::prelude::*;

/// A notice that lists them; nothing when there are none.
#[component]
pub fn OpenRequests() -> impl IntoView {
    let requests = Requests::get();
    let notable = Memo::new(move |_| requests.notable());
    move || {
        let notable = notable.get();
        let known = |it: &Notable| matches!(it.state, NotableState::Sent);
        let tone = if notable.iter().all(known) {
            Tone::Success
        } else {
            Tone::Warning
        };
        (!notable.is_empty()).then(|| view! {
            <Notice tone>
                <p class="notice__title">{text(Key::OpenRequests)}</p>
                <ul class="notice__list">
                    {notable.into_iter().map(|notable| view! { <OpenRequest notable /> }).collect_view()}
                </ul>
            </Notice>
        })
    }
}

/// One of them. Only its ID is written down, so the customer's name is asked for.
#[component]
fn OpenRequest(notable: Notable) -> impl IntoView {
    let services = Services::get();
    let Notable {
        customer,
        kind,
        state,
    } = notable;
    let read = Reading::new(services.clock, move |cancel| {
        let client = services.client();
        async move { client.customer(customer, &cancel).await }
    });
    read.again();
    let name = move || match read.value.get() {
        Some(read) => read.value.company_name,
        None => customer.to_string(),
    };
    let what = t(match state {
        NotableState::BeingLookedUp => Key::OpenLooking,
        NotableState::Undecided => Key::OpenUndecided,
        NotableState::Sent => Key::OpenSent,
        NotableState::NotSent => Key::OpenNotSent,
    });
    view! {
        <li>
            <a href=Route::RequestSent(customer).href()><bdi>{name}</bdi></a>
            {format!(", {}: {what}", kind_name(&kind.into()))}
        </li>
    }
}
