//! Check your answers: what will be sent, how to change it, and that it cannot be taken back.
//! Must not know how it is sent.

use super::draft::field;
use super::form::{WayBack, code_label, segment_name};
use super::intent::Outcome;
use super::precheck::{Prechecked, finding_words, known, look};
use super::{Flow, Requests};
use crate::components::{Announcer, Dialog, Notice, Page, Tone};
use crate::features::past::PackButton;
use crate::features::qualifications::kind_name;
use crate::i18n::{Key, Text, t, text};
use crate::location::Location;
use crate::partner_center::{
    Precheck, QualificationRequest, RequestContract, RequestableKind, Severity,
};
use crate::passing::passing;
use crate::routes::Route;
use crate::services::Services;
use leptos::prelude::*;

/// The page `/customers/{id}/request/check`.
#[component]
pub(super) fn CheckAnswers(flow: Flow) -> impl IntoView {
    let location = Location::get();
    flow.leave_once_sent();
    // Without a complete draft there is nothing to check: back to the form, which says what is missing.
    let request = flow.draft.get_untracked().request();
    let above = view! { <WayBack flow /> }.into_any();
    let below = view! { <p class="page__lead">{text(Key::CheckLead)}</p> }.into_any();
    let body = match request {
        Ok(request) => {
            view! { <Answers flow request=request.clone() /> <Decision flow request /> }.into_any()
        }
        Err(_) => {
            Effect::new(move |_| location.instead(&Route::Request(flow.id, None)));
            ().into_any()
        }
    };
    view! { <Page title=text(Key::CheckTitle) above below>{body}</Page> }
}

/// What speaks against it, that it is final, and the button.
#[component]
fn Decision(flow: Flow, request: QualificationRequest) -> impl IntoView {
    let Flow { id, requests, .. } = flow;
    let kind = request.kind();
    flow.need(kind);
    let asked = request.clone();
    let found = Memo::new(move |_| known(flow, kind).then(|| look(flow, &(&asked).into())));
    let announcer = Announcer::get();
    let send = move |_| {
        announcer.say(t(Key::Sending));
        let answers = flow.draft.get_untracked();
        leptos::task::spawn_local(requests.send(id, answers, request.clone()));
    };
    // Whether something is under way has to be known first.
    let unread = passing(move || requests.outcome(id) == Outcome::Unread);
    let sending = passing(move || requests.sending(id));
    let last_word = match kind {
        RequestableKind::Education => Key::CheckIrreversibleEducation,
        _ => Key::CheckIrreversible,
    };
    // Not before everything is known that is said above it: it would move under a finger.
    let button = move || match found.get() {
        Some(found) if found.stops() => view! { <NotPossible found /> }.into_any(),
        None => ().into_any(),
        _ if unread.get() => ().into_any(),
        Some(found) if found.asks_for_support() => {
            view! { <SupportFirst flow send=send.clone() sending /> }.into_any()
        }
        Some(_) => view! {
            <p class="next-step">
                <button
                    type="button"
                    class="button button--primary"
                    aria-disabled=move || sending.get().then_some("true")
                    on:click=send.clone()
                >
                    {label(sending, Key::Send)}
                </button>
            </p>
        }
        .into_any(),
    };
    view! {
        <Prechecked flow found />
        <Notice tone=Tone::Warning>
            <p class="notice__title">{text(Key::CheckIrreversibleTitle)}</p>
            <p>{text(last_word)}</p>
        </Notice>
        <Forgetful requests />
        {button}
    }
}

/// What a button says that sends, or is at it.
fn label(sending: Memo<bool>, otherwise: Key) -> impl Fn() -> String {
    move || {
        t(if sending.get() {
            Key::Sending
        } else {
            otherwise
        })
    }
}

/// Microsoft is not expected to verify it: what support needs comes first, and it is sent only past a question.
#[component]
fn SupportFirst(
    flow: Flow,
    /// Sends the request.
    send: impl Fn(web_sys::MouseEvent) + Clone + Send + Sync + 'static,
    /// Whether it is being sent.
    sending: Memo<bool>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <p class="next-step">
            <PackButton past=flow.past main=true />
            <button
                type="button"
                class="button"
                aria-disabled=move || sending.get().then_some("true")
                on:click=move |_| open.set(!sending.get_untracked())
            >
                {label(sending, Key::RequestAnyway)}
            </button>
        </p>
        <Dialog title=text(Key::AnywayTitle) open heading_id="anyway">
            <p>{text(Key::AnywayWhat)}</p>
            <p class="dialog__actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>{text(Key::Cancel)}</button>
                <button
                    type="button"
                    class="button button--primary"
                    on:click={
                        let send = send.clone();
                        move |event| {
                            open.set(false);
                            send(event);
                        }
                    }
                >
                    {text(Key::RequestAnyway)}
                </button>
            </p>
        </Dialog>
    }
}

/// What stops it.
#[component]
fn NotPossible(found: Precheck) -> impl IntoView {
    let findings = found.findings.into_iter();
    let blockers = findings.filter(|finding| finding.severity() == Severity::Blocker);
    view! {
        <Notice tone=Tone::Failure>
            <p class="notice__title">{text(Key::CheckNotPossible)}</p>
            {blockers.map(|blocker| view! { <p>{move || finding_words(&blocker)}</p> }).collect_view()}
        </Notice>
    }
}

/// The answers, each with the way to change it.
#[component]
fn Answers(flow: Flow, request: QualificationRequest) -> impl IntoView {
    let change = move |field: &'static str, key: Key| {
        let href = Route::RequestField(flow.id, field).href();
        view! {
            <dd class="answers__change">
                <a href=href>{text(Key::Change)} <span class="visually-hidden">" " {text(key)}</span></a>
            </dd>
        }
    };
    let row = move |key: Key, value: Text, field: &'static str| {
        view! {
            <div class="answers__row">
                <dt>{text(key)}</dt>
                <dd><bdi>{value}</bdi></dd>
                {change(field, key)}
            </div>
        }
    };
    let kind = request.kind().into();
    let kind = Signal::derive(move || kind_name(&kind));
    // The older forms of the request carry the qualification alone: saying so beats pretending.
    let carries_all = Services::get().contract == RequestContract::Current;
    let unsent = (request.kind() == RequestableKind::Education && !carries_all)
        .then(|| view! { <Notice tone=Tone::Info><p>{text(Key::CheckOldContract)}</p></Notice> });
    let details = match request {
        QualificationRequest::Education { segment, website } => {
            let website = website.map_or_else(
                || text(Key::WebsiteNone),
                |it| Signal::stored(it.to_string()),
            );
            view! {
                {row(Key::SegmentLabel, segment_name(segment), field::SEGMENT)}
                {row(Key::WebsiteShort, website, field::WEBSITE)}
            }
            .into_any()
        }
        QualificationRequest::GovernmentCommunityCloud { code } => {
            let listed = flow.codes.value.get_untracked().and_then(|read| {
                read.value
                    .into_iter()
                    .find(|listed| listed.id == code.as_str())
            });
            let words = Signal::derive(move || {
                listed.as_ref().map_or_else(|| code.to_string(), code_label)
            });
            row(Key::CodeLabel, words, field::CODE).into_any()
        }
        QualificationRequest::StateOwnedEntity => ().into_any(),
    };
    view! {
        <dl class="answers">
            <div class="answers__row">
                <dt>{text(Key::CustomerLabel)}</dt>
                <dd>
                    <bdi>{flow.customer_name()}</bdi>
                    <span class="answers__aside">
                        <bdi>{move || flow.customer.value.get().and_then(|read| read.value.domain)}</bdi> " "
                        <code>{flow.id.to_string()}</code>
                    </span>
                </dd>
            </div>
            {row(Key::KindLabel, kind, field::KIND)}
            {details}
        </dl>
        {unsent}
    }
}

/// Says it where the browser does not let a request outlive the page.
#[component]
pub(super) fn Forgetful(requests: Requests) -> impl IntoView {
    let lasting = passing(move || requests.lasting());
    view! {
        <Show when=move || !lasting.get()>
            <Notice tone=Tone::Warning><p>{text(Key::NotRemembered)}</p></Notice>
        </Show>
    }
}
