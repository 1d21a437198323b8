//! What became of a request: sent, not sent, or not known yet; its reference, and what happens next.
//! Must not know how it was sent.

use super::Flow;
use super::check::Forgetful;
use super::draft::Draft;
use super::form::{WayBack, segment_name};
use super::intent::{Intent, Known, Outcome, Trouble};
use super::rules::blocker_words;
use crate::components::{Announcer, CopyButton, HEADING, Moment, Notice, Page, Tone, focus_field};
use crate::features::failure::Failure;
use crate::features::past::AtTheCard;
use crate::features::qualifications::{QualificationCard, ReadAt, follow_review, kind_name};
use crate::i18n::{Key, Text, fill, isolated, t, text};
use crate::location::Location;
use crate::partner_center::{
    Operation, Qualification, QualificationKind, QualificationRequest, RequestableKind,
    VettingDate, VettingStatus,
};
use crate::passing::passing;
use crate::routes::Route;
use crate::tabs::visible;
use leptos::prelude::*;

/// The heading that says it in a word.
fn title_of(outcome: &Outcome) -> Key {
    match outcome {
        Outcome::Sent(_) => Key::SentTitle,
        Outcome::Leaving(_) => Key::Sending,
        Outcome::Open(intent) if intent.known == Known::OnItsWay => Key::Sending,
        Outcome::Open(_) => Key::UnknownTitle,
        Outcome::NotSent(..) => Key::NotSentTitle,
        Outcome::Unread | Outcome::Nothing => Key::Loading,
    }
}

/// Whether there is more to say than that it is under way.
fn is_known(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Sent(_) | Outcome::NotSent(..) => true,
        Outcome::Open(intent) => intent.known != Known::OnItsWay,
        Outcome::Unread | Outcome::Leaving(_) | Outcome::Nothing => false,
    }
}

/// What is said aloud when it comes to this.
fn announcement(outcome: &Outcome) -> Option<Key> {
    match outcome {
        Outcome::Open(intent) if intent.known == Known::NoTrace => Some(Key::NoTraceTitle),
        // Whoever has pressed the button has been told.
        Outcome::Open(intent) if intent.known == Known::OnItsWay => None,
        Outcome::Unread | Outcome::Leaving(_) | Outcome::Nothing => None,
        other => Some(title_of(other)),
    }
}

/// The page `/customers/{id}/request/sent`.
#[component]
pub(super) fn RequestOutcome(flow: Flow) -> impl IntoView {
    let Flow {
        id,
        requests,
        draft,
        qualifications,
        ..
    } = flow;
    let go = Location::get();
    let announcer = Announcer::get();
    let outcome = passing(move || requests.outcome(id));
    Effect::new(move |_| {
        let outcome = outcome.get();
        if let Some(key) = announcement(&outcome) {
            // Once, in whatever language it happens.
            announcer.say(untrack(|| t(key)));
        }
        match outcome {
            Outcome::Sent(intent) => {
                if intent.answers == draft.get_untracked().pared() {
                    draft.clear();
                }
                qualifications.again();
            }
            // The tab that had the answers may be gone.
            Outcome::NotSent(intent, _) if draft.get_untracked() == Draft::default() => {
                draft.set(intent.answers);
            }
            Outcome::Unread | Outcome::Leaving(_) | Outcome::Open(_) | Outcome::NotSent(..) => {}
            // Nothing was sent from this computer: the customer's page says how things stand.
            Outcome::Nothing => go.instead(&Route::Customer(id)),
        }
    });
    // Nobody has been shown what stands in a tab behind others.
    let in_front = RwSignal::new(visible());
    let watcher = window_event_listener_untyped("visibilitychange", move |_| {
        in_front.set(visible());
    });
    on_cleanup(move || watcher.remove());
    Effect::new(move |_| {
        if in_front.get() && matches!(outcome.get(), Outcome::Sent(_) | Outcome::NotSent(..)) {
            leptos::task::spawn_local(requests.seen(id));
        }
    });
    let title = Signal::derive(move || t(outcome.with(title_of)));
    let above = view! { <WayBack flow /> }.into_any();
    view! {
        <Page title above>
            <div class="outcome">
                {move || match outcome.get() {
                    Outcome::Sent(intent) => view! { <Sent flow intent /> }.into_any(),
                    Outcome::Open(intent) if intent.known == Known::OnItsWay => {
                        view! { <p>{text(Key::SendingNote)}</p> }.into_any()
                    }
                    Outcome::Open(intent) => view! { <Unknown flow intent /> }.into_any(),
                    Outcome::NotSent(intent, trouble) => {
                        view! { <NotSent flow intent trouble /> }.into_any()
                    }
                    Outcome::Leaving(_) => view! { <p>{text(Key::SendingPreparing)}</p> }.into_any(),
                    Outcome::Unread | Outcome::Nothing => ().into_any(),
                }}
                // Not before there is something to stay for: it would move out of the way under a finger.
                <Show when=move || outcome.with(is_known)>
                    <p class="next-step">
                        <a class="button" href=Route::Customer(id).href()>{text(Key::BackToCustomer)}</a>
                    </p>
                </Show>
            </div>
        </Page>
    }
}

#[component]
fn Sent(flow: Flow, intent: Intent) -> impl IntoView {
    let qualifications = flow.qualifications;
    let kind = intent.kind;
    let customer = flow.customer.value;
    let next = match kind {
        RequestableKind::StateOwnedEntity => Key::NextSoe,
        RequestableKind::GovernmentCommunityCloud => Key::NextGcc,
        RequestableKind::Education => Key::NextEducation,
    };
    follow_review(qualifications);
    // Drawn anew only when it says something else: a reading that changes nothing must not move the focus.
    let current = Memo::new(move |_| {
        qualifications
            .value
            .with(|read| read.as_ref()?.value.current(&kind.into()).cloned())
    });
    let expected = expected(&intent);
    let card = move || {
        let read = current.get();
        let outline = read.is_none();
        // Its place is kept while it is read, so that nothing moves when it comes.
        let kept = || qualifications.busy.get().then(|| expected.clone());
        let qualification = read.or_else(kept)?;
        Some(view! {
            <div class="cards" class:cards--outline=outline inert=outline aria-hidden=outline.then_some("true")>
                <h2 class="visually-hidden">{text(Key::QualificationsTitle)}</h2>
                <Card flow qualification />
            </div>
        })
    };
    view! {
        <Notice tone=Tone::Success>
            <p>{move || sent_for(kind, customer.with(|read| Some(read.as_ref()?.value.company_name.clone())))}</p>
        </Notice>
        {card}
        {move || qualifications.failure.get().map(|error| view! {
            <ReadAt reading=qualifications />
            <Failure error />
        })}
        <section class="section" aria-labelledby="next">
            <h2 class="section-head__title" id="next">{text(Key::NextTitle)}</h2>
            <p>{text(next)}</p>
            <p>
                {text(Key::NextFollow)} " "
                <a href=Route::all_requests().href()>{text(Key::ManySee)}</a>
            </p>
        </section>
        <Reference intent />
    }
}

/// The card, and once the request is denied what comes next.
#[component]
fn Card(flow: Flow, qualification: Qualification) -> impl IntoView {
    let Flow { id, past, .. } = flow;
    let decided = qualification.status != Some(VettingStatus::InReview);
    if decided && qualification.kind == QualificationKind::Education {
        past.need();
        let own = qualification.clone();
        let foot = view! { <AtTheCard past customer=id qualification=own /> }.into_any();
        view! { <QualificationCard customer=id qualification foot /> }.into_any()
    } else {
        view! { <QualificationCard customer=id qualification /> }.into_any()
    }
}

/// What the service will show in all likelihood: it says how much room the card takes, and is never seen.
fn expected(intent: &Intent) -> Qualification {
    let vetted = intent.kind != RequestableKind::StateOwnedEntity;
    Qualification {
        kind: intent.kind.into(),
        status: vetted.then_some(VettingStatus::InReview),
        reason: None,
        since: vetted
            .then(|| VettingDate::from_millis(intent.started))
            .flatten(),
    }
}

#[component]
fn Unknown(flow: Flow, intent: Intent) -> impl IntoView {
    let requests = flow.requests;
    let trouble = intent.trouble.clone();
    let trouble = trouble.map(|trouble| requests.in_full(&intent, trouble));
    let body = match (&intent.known, trouble) {
        (Known::NoTrace, trouble) => {
            view! { <NoTrace flow intent=intent.clone() /> {trouble.map(words)} }.into_any()
        }
        (_, None) => view! {
            <Forgetful requests />
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
    view! { {body} <Reference intent /> }
}

fn sent_for(kind: RequestableKind, customer: Option<String>) -> String {
    let kind = kind_name(&kind.into());
    match customer {
        Some(customer) => {
            let customer = isolated(&customer);
            fill(
                Key::SentFor,
                &[("qualification", kind), ("customer", customer)],
            )
        }
        None => fill(Key::SentForUnread, &[("qualification", kind)]),
    }
}

/// Three looks found nothing: the person decides.
#[component]
fn NoTrace(flow: Flow, intent: Intent) -> impl IntoView {
    let Flow { id, requests, .. } = flow;
    let announcer = Announcer::get();
    let sending = passing(move || requests.sending(id));
    let resend = move |_| {
        let answers = intent.answers.clone();
        if let Ok(request) = answers.request() {
            announcer.say(t(Key::Sending));
            focus_field(HEADING);
            leptos::task::spawn_local(requests.send(id, answers, request));
        }
    };
    let give_up = move |_| {
        leptos::task::spawn_local(async move {
            if !requests.give_up(id).await {
                announcer.say(t(Key::GiveUpBusy));
            }
        });
    };
    view! {
        <Notice tone=Tone::Warning>
            <p class="notice__title">{text(Key::NoTraceTitle)}</p>
            <p>{text(Key::NoTrace)}</p>
            <div class="notice__actions">
                <button
                    type="button"
                    class="button button--primary"
                    aria-disabled=move || sending.get().then_some("true")
                    on:click=resend
                >
                    {move || t(if sending.get() { Key::Sending } else { Key::SendAgain })}
                </button>
                <Show when=move || !sending.get()>
                    <LookAgain flow />
                    <button type="button" class="button button--quiet" on:click=give_up>
                        {text(Key::GiveUp)}
                    </button>
                </Show>
            </div>
            <p class="notice__aside">{text(Key::GiveUpNote)}</p>
        </Notice>
    }
}

#[component]
fn LookAgain(flow: Flow) -> impl IntoView {
    let look = move |_| {
        flow.requests.look(flow.id);
        focus_field(HEADING);
    };
    view! { <button type="button" class="button" on:click=look>{text(Key::LookAgain)}</button> }
}

#[component]
fn NotSent(flow: Flow, intent: Intent, trouble: Trouble) -> impl IntoView {
    let trouble = flow.requests.in_full(&intent, trouble);
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

fn said(key: Key) -> AnyView {
    view! { <Notice tone=Tone::Failure><p>{text(key)}</p></Notice> }.into_any()
}

/// What went wrong, in words.
fn words(trouble: Trouble) -> AnyView {
    match trouble {
        Trouble::Failed(error) => view! { <Failure error=*error /> }.into_any(),
        Trouble::NotPossible(blocker) => view! {
            <Notice tone=Tone::Failure>
                <p class="notice__title">{text(Key::OvertakenTitle)}</p>
                <p>{text(blocker_words(blocker))}</p>
            </Notice>
        }
        .into_any(),
        Trouble::Interrupted => said(Key::NotSentInterrupted),
        Trouble::NotWrittenDown => said(Key::NotSentUnwritten),
    }
}

/// What was asked for, as it was sent.
fn asked(request: QualificationRequest) -> Vec<(Key, Text)> {
    let kind = request.kind().into();
    let mut asked = vec![(Key::KindLabel, Signal::derive(move || kind_name(&kind)))];
    match request {
        QualificationRequest::Education { segment, website } => {
            asked.push((Key::SegmentLabel, segment_name(segment)));
            let website = website.map(|website| Signal::stored(website.to_string()));
            asked.extend(website.map(|website| (Key::WebsiteShort, website)));
        }
        QualificationRequest::GovernmentCommunityCloud { code } => {
            asked.push((Key::CodeLabel, Signal::stored(code.to_string())))
        }
        QualificationRequest::StateOwnedEntity => {}
    }
    asked
}

/// What to quote to support.
#[component]
fn Reference(intent: Intent) -> impl IntoView {
    let asked = intent.answers.request().ok().map(asked).unwrap_or_default();
    let ids = [
        (Key::SupportRequest, intent.request_id),
        (Key::SupportCorrelation, intent.correlation_id),
    ];
    let all = ids.clone();
    let line = |(key, id): &(Key, String)| format!("{}: {id}\n", t(*key));
    let copied = Signal::derive(move || all.iter().map(line).collect::<String>());
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
                    <dd><Moment millis=intent.started /></dd>
                </div>
            </dl>
            <CopyButton label=text(Key::ReferenceCopy) content=copied />
        </section>
    }
}
