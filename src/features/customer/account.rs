//! Account verification: whether Microsoft lets the customer's account buy. It is another check than that of a qualification.
//! Must not know the qualifications.

use super::unread::Unread;
use crate::components::{Moment, StatusTag, Symbol};
use crate::features::reading::Reading;
use crate::i18n::{Key, around, t, text};
use crate::partner_center::{AccountStatus, AccountValidation, VettingDate};
use leptos::prelude::*;

/// The heading's id.
const TITLE: &str = "account";

/// The section, in which a failure is told quietly: the page is about something else.
#[component]
pub(super) fn AccountVerification(reading: Reading<AccountValidation>) -> impl IntoView {
    let known = Memo::new(move |_| {
        let read = reading.value;
        read.with(|read| read.as_ref().map(|read| read.value.clone()))
    });
    let waits = move || known.with(Option::is_none) && reading.failure.with(Option::is_none);
    view! {
        <section class="account" aria-labelledby=TITLE>
            <h2 class="section-head__title" id=TITLE tabindex="-1">{text(Key::AccountTitle)}</h2>
            <p class="account__note">{text(Key::AccountNote)}</p>
            {move || known.get().map(|account| view! { <Standing account /> })}
            <Show when=waits>
                <p class="account__note account__standing">{text(Key::AccountReading)}</p>
            </Show>
            <Unread reading heading=TITLE />
        </section>
    }
}

/// The status, what it means for purchases, and since when.
#[component]
fn Standing(account: AccountValidation) -> impl IntoView {
    let (symbol, kind) = shape(&account.status);
    let status = account.status.clone();
    let foreign = matches!(status, AccountStatus::Other(_));
    let label = Signal::derive(move || word(&status));
    let effect = match account.status.blocks_purchases() {
        Some(false) => Key::AccountOpen,
        Some(true) => Key::AccountBlocked,
        None => Key::AccountUnstated,
    };
    let updated = account.updated.map(|date| view! { <Updated date /> });
    view! {
        <div class="account__standing">
            <StatusTag symbol kind label foreign />
            <p>{text(effect)}</p>
        </div>
        {updated}
    }
}

#[component]
fn Updated(date: VettingDate) -> impl IntoView {
    let when = match (date.millis(), date) {
        (Some(millis), _) => view! { <Moment millis /> }.into_any(),
        (None, VettingDate::AsWritten(raw)) => view! { <bdi>{raw}</bdi> }.into_any(),
        (None, VettingDate::At(_)) => ().into_any(),
    };
    let (before, after) = around(Key::AccountUpdated);
    view! { <p class="account__note">{before} {when} {after}</p> }
}

/// The symbol and the colour of a status.
fn shape(status: &AccountStatus) -> (Symbol, &'static str) {
    match status {
        AccountStatus::NoReview => (Symbol::Badge, "plain"),
        AccountStatus::Allowed => (Symbol::Check, "good"),
        AccountStatus::UnderReview => (Symbol::Clock, "wait"),
        AccountStatus::NotAllowed => (Symbol::Cross, "bad"),
        AccountStatus::Unknown => (Symbol::Question, "bad"),
        AccountStatus::NotReady | AccountStatus::Other(_) => (Symbol::Question, "plain"),
    }
}

/// A status in a word; one this app does not know keeps the service's own.
fn word(status: &AccountStatus) -> String {
    t(match status {
        AccountStatus::NoReview => Key::AccountNoReview,
        AccountStatus::Allowed => Key::AccountAllowed,
        AccountStatus::UnderReview => Key::AccountUnderReview,
        AccountStatus::NotAllowed => Key::AccountNotAllowed,
        AccountStatus::Unknown => Key::AccountUnknown,
        AccountStatus::NotReady => Key::AccountNotReady,
        AccountStatus::Other(word) => return word.clone(),
    })
}
