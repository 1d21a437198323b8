//! The requests that a person should know of wherever they are: those without a known outcome, and those that came to
//! their end unseen. Must not know how their outcome is found out.

use super::Requests;
use super::sending::{Notable, NotableState};
use crate::components::{Notice, Tone};
use crate::features::qualifications::kind_name;
use crate::features::readings;
use crate::i18n::{Key, t, text};
use crate::passing::passing;
use crate::routes::Route;
use leptos::prelude::*;

/// A notice that lists them; nothing when there are none.
#[component]
pub fn OpenRequests() -> impl IntoView {
    let requests = Requests::get();
    let notable = passing(move || requests.notable());
    view! {
        <Show when=move || notable.with(|notable| !notable.is_empty())>
            <Notice tone=Tone::Info>
                <p class="notice__title">{text(Key::OpenRequests)}</p>
                <ul class="notice__list">
                    // An entry stays when others come and go, and with it the name that was asked for.
                    <For each=move || notable.get() key=|it| (it.customer, it.kind) let:it>
                        <OpenRequest notable it />
                    </For>
                </ul>
            </Notice>
        </Show>
    }
}

/// One of them. Only its ID is written down, so the customer's name is asked for.
#[component]
fn OpenRequest(notable: Memo<Vec<Notable>>, it: Notable) -> impl IntoView {
    let Notable { customer, kind, .. } = it;
    let read = readings::customer(customer);
    read.again();
    let name = move || match read.value.get() {
        Some(read) => read.value.company_name,
        None => customer.to_string(),
    };
    let state = move || {
        let same = |now: &&Notable| (now.customer, now.kind) == (customer, kind);
        notable.with(|all| all.iter().find(same).map_or(it.state, |now| now.state))
    };
    let words = move || {
        let what = t(match state() {
            NotableState::BeingLookedUp => Key::OpenLooking,
            NotableState::Undecided => Key::OpenUndecided,
            NotableState::Sent => Key::OpenSent,
            NotableState::NotSent => Key::OpenNotSent,
        });
        format!(", {}: {what}", kind_name(&kind.into()))
    };
    view! {
        <li>
            <a href=Route::RequestSent(customer).href()><bdi>{name}</bdi></a>
            {words}
        </li>
    }
}
