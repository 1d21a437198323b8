//! What became of a request: sent, not sent, or not known yet; its reference, and what happens next.
//! Must not know how it was sent.

use super::Flow;
use super::form::{WayBack, segment_name};
use super::rules::blocker_words;
use super::sending::{Attempt, Known, Record, Trouble};
use crate::components::{Announcer, CopyButton, Moment, Notice, Page, Tone};
use crate::features::failure::Failure;
use crate::features::qualifications::{QualificationCard, ReadAt, follow_review, kind_name};
use crate::i18n::{Key, fill, t, text};
use crate::partner_center::{Operation, QualificationRequest, RequestableKind};
use crate::routes::{Route, use_go};
use leptos::prelude::*;

/// What the page has to say.
#[derive(Clone, PartialEq)]
enum Outcome {
    /// The service took it.
    Sent(Attempt),
    /// It left, and nobody knows more.
    Open(Attempt, Option<Trouble>),
    /// Nothing was sent, or it was refused.
    NotSent(Trouble),
    /// There is no request to speak of.
    Nothing,
}

impl Outcome {
    fn of(record: Record) -> Self {
        match (record.attempt, record.trouble) {
            (Some(attempt), _) if attempt.known == Known::Sent => Self::Sent(attempt),
            (Some(attempt), trouble) => Self::Open(attempt, trouble),
            (None, Some(trouble)) => Self::NotSent(trouble),
            (None, None) => Self::Nothing,
        }
    }

    fn title(&self) -> Key {
        match self {
            Self::Sent(_) => Key::SentTitle,
            Self::Open(attempt, _) if attempt.known == Known::OnItsWay => Key::Sending,
            Self::Open(..) => Key::UnknownTitle,
            Self::NotSent(_) => Key::NotSentTitle,
            Self::Nothing => Key::Loading,
        }
    }

    /// What is said aloud when it comes to this.
    fn announcement(&self) -> Option<Key> {
        match self {
            Self::Open(attempt, _) if attempt.known == Known::NoTrace => Some(Key::NoTraceTitle),
            Self::Nothing => None,
            other => Some(other.title()),
        }
    }
}

/// The page `/customers/{id}/request/sent`.
#[component]
pub(super) fn RequestOutcome(flow: Flow) -> impl IntoView {
    let Flow {
        id,
        sending,
        draft,
        qualifications,
        ..
    } = flow;
    let go = use_go();
    let announcer = Announcer::get();
    let outcome = Memo::new(move |_| Outcome::of(sending.record.get()));
    Effect::new(move |_| {
        let outcome = outcome.get();
        if let Some(key) = outcome.announcement() {
            announcer.say(t(key));
        }
        match outcome {
            Outcome::Sent(_) => {
                draft.clear();
                qualifications.again();
            }
            Outcome::Open(attempt, None) if attempt.known == Known::Nothing => sending.look(),
            Outcome::Open(..) | Outcome::NotSent(_) => {}
            // Nothing was sent from this tab: the customer's page says how things stand.
            Outcome::Nothing => go.instead(&Route::Customer(id)),
        }
    });
    let title = Signal::derive(move || t(outcome.with(Outcome::title)));
    let above = view! { <WayBack flow /> }.into_any();
    view! {
        <Page title above>
            {move || match outcome.get() {
                Outcome::Sent(attempt) => view! { <Sent flow attempt /> }.into_any(),
                Outcome::Open(attempt, trouble) => view! { <Unknown flow attempt trouble /> }.into_any(),
                Outcome::NotSent(trouble) => view! { <NotSent flow trouble /> }.into_any(),
                Outcome::Nothing => ().into_any(),
            }}
            <p class="next-step">
                <a class="button" href=Route::Customer(id).href()>{text(Key::BackToCustomer)}</a>
            </p>
        </Page>
    }
}

#[component]
fn Sent(flow: Flow, attempt: Attempt) -> impl IntoView {
    let Flow {
        id, qualifications, ..
    } = flow;
    let kind = attempt.draft.kind();
    let name = kind.map(|kind| kind_name(&kind.into())).unwrap_or_default();
    let customer = flow.customer_name();
    let next = match kind {
        Some(RequestableKind::StateOwnedEntity) => Key::NextSoe,
        Some(RequestableKind::GovernmentCommunityCloud) => Key::NextGcc,
        _ => Key::NextEducation,
    };
    follow_review(qualifications);
    // Drawn anew only when it says something else: a reading that changes nothing must not move the focus.
    let current = Memo::new(move |_| {
        qualifications
            .value
            .with(|read| read.as_ref()?.value.current(&kind?.into()).cloned())
    });
    let card = move || {
        let qualification = current.get()?;
        Some(view! { <div class="cards"><QualificationCard customer=id qualification /></div> })
    };
    view! {
        <Notice tone=Tone::Success>
            <p>{move || fill(Key::SentFor, &[("qualification", name.clone()), ("customer", customer.get())])}</p>
        </Notice>
        {card}
        {move || qualifications.failure.get().map(|error| view! {
            <ReadAt reading=qualifications />
            <Failure error />
        })}
        <section class="section" aria-labelledby="next">
            <h2 class="section-head__title" id="next">{text(Key::NextTitle)}</h2>
            <p>{text(next)}</p>
            <p>{text(Key::NextFollow)}</p>
        </section>
        <Reference attempt />
    }
}

#[component]
fn Unknown(flow: Flow, attempt: Attempt, trouble: Option<Trouble>) -> impl IntoView {
    let known = attempt.known;
    let body = match (known, trouble) {
        (Known::OnItsWay, _) => view! { <p>{text(Key::SendingNote)}</p> }.into_any(),
        (Known::NoTrace, trouble) => {
            view! { <NoTrace flow attempt=attempt.clone() /> {trouble.map(words)} }.into_any()
        }
        (_, None) => view! {
            <Notice tone=Tone::Warning>
                <p class="notice__title">{text(Key::UnknownLookingTitle)}</p>
                <p>{text(Key::UnknownLooking)}</p>
            </Notice>
        }
        .into_any(),
        (_, Some(trouble)) => view! {
            <Notice tone=Tone::Warning>
                <p class="notice__title">{text(Key::UnknownLookingTitle)}</p>
                <p>{text(Key::UnknownStopped)}</p>
                <div class="notice__actions"><LookAgain flow /></div>
            </Notice>
            {words(trouble)}
        }
        .into_any(),
    };
    view! { {body} <Reference attempt /> }
}

/// Three looks found nothing: the person decides.
#[component]
fn NoTrace(flow: Flow, attempt: Attempt) -> impl IntoView {
    let Flow { sending, .. } = flow;
    let resend = move |_| {
        let draft = attempt.draft.clone();
        if let Ok(request) = draft.request() {
            leptos::task::spawn_local(sending.send(draft, request));
        }
    };
    view! {
        <Notice tone=Tone::Warning>
            <p class="notice__title">{text(Key::NoTraceTitle)}</p>
            <p>{text(Key::NoTrace)}</p>
            <div class="notice__actions">
                <button
                    type="button"
                    class="button button--primary"
                    aria-disabled=move || sending.busy.get().then_some("true")
                    on:click=resend
                >
                    {text(Key::SendAgain)}
                </button>
                <LookAgain flow />
                <button type="button" class="button button--quiet" on:click=move |_| sending.forget()>
                    {text(Key::GiveUp)}
                </button>
            </div>
            <p class="notice__aside">{text(Key::GiveUpNote)}</p>
        </Notice>
    }
}

#[component]
fn LookAgain(flow: Flow) -> impl IntoView {
    view! {
        <button type="button" class="button" on:click=move |_| flow.sending.look()>{text(Key::LookAgain)}</button>
    }
}

#[component]
fn NotSent(flow: Flow, trouble: Trouble) -> impl IntoView {
    let unchecked =
        matches!(&trouble, Trouble::Failed(error) if error.operation == Operation::Qualifications);
    view! {
        {unchecked.then(|| view! { <p>{text(Key::NotSentUnchecked)}</p> })}
        {words(trouble)}
        <p>{text(Key::NotSentKept)}</p>
        <p class="next-step">
            <a class="button button--primary" href=Route::RequestCheck(flow.id).href()>{text(Key::BackToAnswers)}</a>
            <a class="button" href=Route::Request(flow.id, None).href()>{text(Key::ChangeAnswers)}</a>
        </p>
    }
}

/// What went wrong, in words.
fn words(trouble: Trouble) -> AnyView {
    match trouble {
        Trouble::Failed(error) => view! { <Failure error=*error /> }.into_any(),
        Trouble::NotPossible(blocker) => view! {
            <Notice tone=Tone::Failure>
                <p class="notice__title">{text(Key::OvertakenTitle)}</p>
                <p>{blocker_words(blocker)}</p>
            </Notice>
        }
        .into_any(),
    }
}

/// What was asked for, as it was sent.
fn asked(request: QualificationRequest) -> Vec<(Key, String)> {
    let mut asked = vec![(Key::KindLabel, kind_name(&request.kind().into()))];
    match request {
        QualificationRequest::Education { segment, website } => {
            asked.push((Key::SegmentLabel, segment_name(segment).get_untracked()));
            asked.extend(website.map(|website| (Key::WebsiteShort, website.to_string())));
        }
        QualificationRequest::GovernmentCommunityCloud { code } => {
            asked.push((Key::CodeLabel, code.to_string()))
        }
        QualificationRequest::StateOwnedEntity => {}
    }
    asked
}

/// What to quote to support.
#[component]
fn Reference(attempt: Attempt) -> impl IntoView {
    let asked = attempt.draft.request().ok().map(asked).unwrap_or_default();
    let ids = [
        (Key::SupportRequest, attempt.request_id),
        (Key::SupportCorrelation, attempt.correlation_id),
    ];
    let copied: String = ids
        .iter()
        .map(|(key, id)| format!("{}: {id}\n", t(*key)))
        .collect();
    let row = |(key, id): (Key, String)| {
        view! {
            <div class="facts__row">
                <dt>{text(key)}</dt>
                <dd><code>{id}</code></dd>
            </div>
        }
    };
    view! {
        <section class="reference" aria-labelledby="reference">
            <h2 class="section-head__title" id="reference">{text(Key::ReferenceTitle)}</h2>
            <dl class="facts">
                {asked.into_iter().map(|(key, value)| view! {
                    <div class="facts__row">
                        <dt>{text(key)}</dt>
                        <dd><bdi>{value}</bdi></dd>
                    </div>
                }).collect_view()}
                {ids.map(row).into_iter().collect_view()}
                <div class="facts__row">
                    <dt>{text(Key::ReferenceTime)}</dt>
                    <dd><Moment millis=attempt.started /></dd>
                </div>
            </dl>
            <CopyButton label=text(Key::ReferenceCopy) content=Signal::stored(copied) />
        </section>
    }
}
