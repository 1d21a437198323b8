//! The button that follows one customer, or stops it.
//! Must not know the list of all that are followed.

use super::state::{Following, Found};
use crate::components::Announcer;
use crate::i18n::{Key, fill, t};
use crate::ledger::Origin;
use crate::partner_center::{CustomerId, Qualifications};
use crate::passing::passing;
use leptos::prelude::*;

/// Follows a customer or stops following it; pressed while it is followed.
#[component]
pub fn FollowButton(
    /// Whom.
    customer: CustomerId,
    /// Its name, once it is known.
    #[prop(into)]
    name: Signal<Option<String>>,
    /// What it is qualified for, once that is known.
    #[prop(into)]
    qualifications: Signal<Option<Qualifications>>,
) -> impl IntoView {
    let following = Following::get();
    let announcer = Announcer::get();
    let followed = passing(move || following.follows(customer));
    let press = move |_| {
        let stop = followed.get_untracked();
        let company = name.get_untracked();
        let name = company.clone().unwrap_or_else(|| customer.to_string());
        let list = qualifications.get_untracked();
        let found = Found {
            customer,
            company,
            list,
        };
        let said = match stop {
            true => Key::RequestsStopped,
            false => Key::RequestsFollowed,
        };
        leptos::task::spawn_local(async move {
            match stop {
                true => following.stop(customer).await,
                false => following.follow(vec![found], Origin::Hand).await,
            }
            announcer.say(fill(said, &[("customer", name)]));
        });
    };
    view! {
        <button type="button" class="button" aria-pressed=move || followed.get().to_string() on:click=press>
            {move || t(if followed.get() { Key::Followed } else { Key::Follow })}
        </button>
    }
}
