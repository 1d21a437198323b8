//! Requesting a qualification, in three steps: the form, check your answers, what became of it.
//!
//! The steps share one `Draft`, kept in session storage as it is typed, so that an error, Back, a reload or a sign-in
//! in between loses nothing. What is sent is an *intent*, kept beyond the tab: `intent.rs` says what can be known of one,
//! and `sending.rs` that it is sent once and its outcome found out.
//!
//! Must not know how a customer was found or how a card looks.

mod check;
mod draft;
mod form;
mod intent;
mod open;
mod precheck;
mod rules;
mod sending;
mod sent;

pub use form::RequestForm;
pub use open::OpenRequests;
pub use sending::Requests;

use self::check::CheckAnswers;
use self::draft::DraftState;
use self::intent::Outcome;
use self::sent::RequestOutcome;
use crate::features::past::Past;
use crate::features::reading::Reading;
use crate::features::readings;
use crate::i18n::{Key, t};
use crate::location::Location;
use crate::partner_center::{
    Customer, CustomerId, Qualifications, RequestableKind, ValidationCode,
};
use crate::passing::passing;
use crate::routes::Route;
use crate::services::Services;
use leptos::prelude::*;

/// A step of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Fill in the form.
    Form,
    /// Check your answers.
    Check,
    /// What became of it.
    Sent,
}

/// What the steps share: the draft, what is known of the customer and its past, and the sending.
#[derive(Clone, Copy)]
pub struct Flow {
    id: CustomerId,
    draft: DraftState,
    customer: Reading<Customer>,
    qualifications: Reading<Qualifications>,
    codes: Reading<Vec<ValidationCode>>,
    past: Past,
    requests: Requests,
}

impl Flow {
    fn start(id: CustomerId) -> Self {
        let services = Services::get();
        let customer = readings::customer(id);
        let qualifications = readings::qualifications(id);
        let flow = Self {
            id,
            draft: DraftState::recall(id),
            customer,
            qualifications,
            past: Past::of(id, customer, qualifications),
            codes: Reading::new(services.clock, move |cancel| {
                let client = services.client();
                async move { client.validation_codes(&cancel).await }
            }),
            requests: Requests::get(),
        };
        flow.customer.again();
        flow.qualifications.again();
        flow
    }

    /// Reads what only this qualification needs to have looked at.
    fn need(self, kind: RequestableKind) {
        let codes = self.codes;
        match kind {
            RequestableKind::GovernmentCommunityCloud => {
                if codes.value.with_untracked(Option::is_none) && !codes.busy.get_untracked() {
                    codes.again();
                }
            }
            RequestableKind::Education => self.past.need(),
            RequestableKind::StateOwnedEntity => {}
        }
    }

    /// Leads to the outcome as soon as something is under way for the customer, from this tab or another: a second request
    /// would be a blind one, and changing the answers would change nothing. Also when these answers' request has ended.
    fn leave_once_sent(self) {
        let go = Location::get();
        let outcome = passing(move || self.requests.outcome(self.id));
        Effect::new(move |before: Option<Outcome>| {
            let outcome = outcome.get();
            // What was there already when the page was opened is no news.
            let news = before.is_some_and(|before| {
                before != Outcome::Unread && before.number() != outcome.number()
            });
            let leave = match &outcome {
                Outcome::Leaving(_) | Outcome::Open(_) => true,
                Outcome::Sent(intent) | Outcome::NotSent(intent, _) => {
                    news && self.draft.get_untracked().kind() == Some(intent.kind)
                }
                Outcome::Unread | Outcome::Nothing => false,
            };
            if leave {
                go.instead(&Route::RequestSent(self.id));
            }
            outcome
        });
    }

    /// The customer's name once it is known, else a word in its place.
    fn customer_name(&self) -> Signal<String> {
        let customer = self.customer;
        Signal::derive(move || match customer.value.get() {
            Some(read) => read.value.company_name,
            None => t(Key::CustomerUnread),
        })
    }
}

/// The pages under `/customers/{id}/request`.
#[component]
pub fn RequestFlow(
    /// For whom.
    id: CustomerId,
    /// Where in the request.
    step: Signal<Step>,
) -> impl IntoView {
    let step = passing(move || step.get());
    let flow = Flow::start(id);
    move || match step.get() {
        Step::Form => view! { <RequestForm flow /> }.into_any(),
        Step::Check => view! { <CheckAnswers flow /> }.into_any(),
        Step::Sent => view! { <RequestOutcome flow /> }.into_any(),
    }
}
