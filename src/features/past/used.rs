//! How many of the customer's requests for Education are used, and what to do next: request again, or go to support first.
//! Must not know how requests are counted or sent.

use super::Past;
use crate::components::{CopyButton, Explained, focus_field};
use crate::i18n::{Key, fill, text, text_with};
use crate::ledger::{Attempts, LIMIT};
use crate::partner_center::{CustomerId, Qualification, RequestableKind, VettingStatus};
use crate::routes::Route;
use leptos::prelude::*;

/// The id of the link to another request.
const AGAIN: &str = "request-again";
/// The id of the one that stands in its place once all are used.
const ANYWAY: &str = "request-anyway";

/// At the foot of the card of Education: what is used, and after a denial the next step.
#[component]
pub fn AtTheCard(past: Past, customer: CustomerId, qualification: Qualification) -> impl IntoView {
    let denied = qualification.status == Some(VettingStatus::Denied);
    let approved = qualification.status == Some(VettingStatus::Approved);
    let next = denied.then(|| view! { <NextStep past customer /> });
    view! {
        {(!approved).then(|| view! { <Used past /> })}
        {next}
    }
}

/// How many requests are used; nothing while none is known.
#[component]
pub fn Used(past: Past) -> impl IntoView {
    move || {
        let used = past.attempts.get();
        (used.count > 0).then(|| {
            let pips = (0..LIMIT).map(|at| {
                let class = if at < used.count {
                    "pip pip--used"
                } else {
                    "pip"
                };
                view! { <span class=class></span> }
            });
            view! {
                <p class="attempts">
                    <span class="pips" aria-hidden="true">{pips.collect_view()}</span>
                    {words(used)}
                </p>
                <Explained question=text(Key::HelpThreeTitle) answer=text(Key::HelpThree) />
            }
        })
    }
}

fn words(used: Attempts) -> String {
    let key = match (used.used_up(), used.exact) {
        (true, _) => Key::AttemptsAll,
        (false, true) => Key::AttemptsExact,
        (false, false) => Key::AttemptsLeast,
    };
    let [count, limit] = [used.count, LIMIT].map(|number| number.to_string());
    fill(key, &[("count", count), ("limit", limit)])
}

/// After a denial: another request, or where that makes no sense or none is left, support first.
#[component]
fn NextStep(past: Past, customer: CustomerId) -> impl IntoView {
    let last_word = Memo::new(move |_| past.denied_for_good());
    let now = Memo::new(move |_| past.attempts.with(|used| used.used_up()));
    // What is shown follows a step behind: whoever is about to request again is led to what will stand there.
    let used_up = RwSignal::new(now.get_untracked());
    Effect::new(move |_| {
        let now = now.get();
        if now == used_up.get_untracked() {
            return;
        }
        let focused = document().active_element().map(|element| element.id());
        used_up.set(now);
        match focused.as_deref() {
            Some(AGAIN) => request_animation_frame(|| focus_field(ANYWAY)),
            Some(ANYWAY) => request_animation_frame(|| focus_field(AGAIN)),
            _ => {}
        }
    });
    let href = Route::Request(customer, Some(RequestableKind::Education)).href();
    let again = move || {
        let href = href.clone();
        view! { <p><a class="button button--primary" id=AGAIN href=href>{text(Key::RequestAgain)}</a></p> }
    };
    move || match (used_up.get(), last_word.get()) {
        (true, last_word) => view! { <SupportFirst past customer last_word /> }.into_any(),
        (false, true) => view! { <p><PackButton past main=true /></p> }.into_any(),
        (false, false) => again().into_any(),
    }
}

/// All requests are used: what support needs comes first. Whoever requests again all the same is asked before it is sent.
#[component]
fn SupportFirst(past: Past, customer: CustomerId, last_word: bool) -> impl IntoView {
    let href = Route::Request(customer, Some(RequestableKind::Education)).href();
    let advice = text_with(Key::AttemptsSupport, || [("limit", LIMIT.to_string())]);
    view! {
        {(!last_word).then(|| view! { <p class="card__note">{advice}</p> })}
        <div class="attempts__actions">
            <PackButton past main=true />
            <a class="button" id=ANYWAY href=href>{text(Key::RequestAnyway)}</a>
        </div>
    }
}

/// Copies what support needs.
#[component]
pub fn PackButton(
    /// Of what.
    past: Past,
    /// Whether it is the first thing to do.
    #[prop(optional)]
    main: bool,
) -> impl IntoView {
    let content = Signal::derive(move || past.pack());
    let class = if main {
        "button button--primary"
    } else {
        "button button--quiet"
    };
    view! { <CopyButton label=text(Key::PackCopy) content class /> }
}
