//! One row of the list: a customer, a qualification, how it stands, since when, and when it is read again.
//! Must not know which rows are shown.

use super::page::name_or_id;
use super::state::Following;
use crate::components::{Announcer, Moment, StatusTag, Symbol, focus_field};
use crate::features::qualifications::{Reason, kind_name};
use crate::i18n::{Key, Plural, ahead, around, fill, plural, relative, t, text};
use crate::ledger::{EXPECTED_DAYS, Group, Row, Source, State, Status};
use crate::partner_center::{CustomerId, QualificationKind};
use crate::passing::passing;
use crate::routes::Route;
use leptos::prelude::*;

/// The name of a group of states.
pub(super) fn group_name(group: Group) -> Key {
    match group {
        Group::Overdue => Key::GroupOverdue,
        Group::Denied => Key::StatusDenied,
        Group::Unknown => Key::GroupUnknown,
        Group::InReview => Key::StatusInReview,
        Group::Nothing => Key::GroupNothing,
        Group::Decided => Key::GroupDecided,
    }
}

/// What the service shows, in words and as a colour.
pub fn status_of(status: &Status) -> (String, &'static str) {
    match status {
        Status::InReview => (t(Key::StatusInReview), "wait"),
        Status::Approved => (t(Key::StatusApproved), "good"),
        Status::Denied => (t(Key::StatusDenied), "bad"),
        Status::Unsaid => (t(Key::StatusNotReported), "plain"),
        Status::Other(word) => (word.clone(), "plain"),
        Status::Gone => (t(Key::StatusGone), "plain"),
    }
}

/// Whether nobody has asked yet what there is: then nothing is said of it.
fn unread(row: &Row) -> bool {
    row.kind.is_none() && row.checked.is_none()
}

/// Where to read on about it, where there is something to do.
fn what_now(row: &Row) -> Option<Route> {
    let education = row.kind == Some(QualificationKind::Education);
    match row.state {
        State::Denied if education => Some(Route::CustomerGuide(row.customer)),
        State::UnknownOutcome => Some(Route::RequestSent(row.customer)),
        State::Denied | State::Gone => Some(Route::Customer(row.customer)),
        _ => None,
    }
}

/// How a row stands: a symbol, a colour, a word.
fn standing(row: &Row) -> (Symbol, &'static str, String) {
    let raw = || match &row.status {
        Some(Status::Other(word)) => word.clone(),
        _ => t(Key::StatusNotReported),
    };
    match row.state {
        State::NothingYet if unread(row) => (Symbol::Question, "plain", t(Key::RequestsNeverRead)),
        State::NothingYet => (Symbol::Question, "plain", t(Key::GroupNothing)),
        State::UnknownOutcome => (Symbol::Question, "plain", t(Key::UnknownTitle)),
        State::InReview => (Symbol::Clock, "wait", t(Key::StatusInReview)),
        State::Overdue => (Symbol::Warning, "wait", t(Key::GroupOverdue)),
        State::Approved => (Symbol::Check, "good", t(Key::StatusApproved)),
        State::Assigned => (Symbol::Badge, "good", t(Key::StatusAssigned)),
        State::Denied => (Symbol::Cross, "bad", t(Key::StatusDenied)),
        State::Unclear => (Symbol::Question, "plain", raw()),
        State::Gone => (Symbol::Question, "plain", t(Key::StatusGone)),
    }
}

/// The row; nothing once it is gone.
#[component]
pub(super) fn Line(
    /// What it says now.
    row: Memo<Option<Row>>,
    /// Who was followed until just now.
    stopped: RwSignal<Option<(CustomerId, String)>>,
    /// The id of the button that takes that back.
    undo: &'static str,
) -> impl IntoView {
    let following = Following::get();
    let announcer = Announcer::get();
    let clock = following.services.clock;
    let stop = move |customer: CustomerId, name: String| {
        announcer.say(fill(Key::RequestsStopped, &[("customer", name.clone())]));
        stopped.set(Some((customer, name)));
        leptos::task::spawn_local(async move {
            following.stop(customer).await;
            focus_field(undo);
        });
    };
    move || {
        let row = row.get()?;
        let (symbol, tag, word) = standing(&row);
        let name = name_or_id(&row.company, row.customer);
        // What was decided before anybody here looked was decided at a time that nobody says.
        let start = row.source == Some(Source::Start) && row.state.is_decided();
        let (before, after) = start.then(|| around(Key::RequestsSeen)).unzip();
        let customer = row.customer;
        let kind = match &row.kind {
            Some(kind) => kind_name(kind),
            None if unread(&row) => String::new(),
            None => t(Key::QualificationsNone),
        };
        // Somebody's word, and not the service's.
        let from_file = row.source == Some(Source::Import);
        let reason = row.reason.clone().filter(|_| row.state == State::Denied);
        let age = row.age.filter(|_| row.kind.is_some()).map(|days| {
            let usual = EXPECTED_DAYS.to_string();
            match days > EXPECTED_DAYS {
                false => {
                    let days = days.to_string();
                    fill(Key::RequestsAge, &[("days", days), ("usual", usual)])
                }
                true => {
                    let days = plural(Plural::WholeTook, days as usize);
                    fill(Key::RequestsAgeOver, &[("days", days), ("usual", usual)])
                }
            }
        });
        let checked = row.checked.map(|at| at.millis());
        let read = move || match checked {
            Some(at) => {
                let ago = relative(at, clock.watch()).unwrap_or_else(|| t(Key::JustNow));
                match row.failed {
                    true => fill(Key::RequestsReadFailed, &[("ago", ago)]),
                    false => ago,
                }
            }
            None if row.failed => t(Key::RequestsNeverReadFailed),
            None => t(Key::RequestsNeverRead),
        };
        let due = passing(move || following.due(customer));
        let next = move || {
            let due = due.get()?;
            Some(match ahead(due as f64, clock.watch()) {
                Some(ahead) => fill(Key::RequestsNext, &[("ahead", ahead)]),
                None => t(Key::RequestsNextNow),
            })
        };
        let gone = (row.state == State::Gone).then(|| t(Key::RequestsGone));
        let read_on = what_now(&row).map(|route| route.href());
        let label = fill(Key::RequestsStopFor, &[("customer", name.clone())]);
        let own = name.clone();
        Some(view! {
            <div class="requests__row" class:requests__row--news=row.changed role="row">
                <span class="requests__who" role="cell">
                    <a href=Route::Customer(customer).href()><bdi>{name}</bdi></a>
                    {row.changed.then(|| view! { <span class="requests__new">{text(Key::RequestsNew)}</span> })}
                </span>
                <span class="requests__kind" role="cell"><bdi>{kind}</bdi></span>
                <span class="requests__status" role="cell">
                    <StatusTag symbol kind=tag label=Signal::stored(word) />
                    {from_file.then(|| view! { <span class="requests__aside">{text(Key::RequestsFromFile)}</span> })}
                    {gone.map(|words| view! { <span class="requests__aside">{words}</span> })}
                    {reason.map(|reason| view! { <span class="requests__reason"><Reason reason /></span> })}
                </span>
                <span class="requests__since" role="cell">
                    <span class="requests__label">{text(Key::RequestsSince)}</span>
                    {before} <Moment millis=row.since.millis() day=true /> {after}
                    {age.map(|age| view! { <span class="requests__aside">{age}</span> })}
                </span>
                <span class="requests__read" role="cell">
                    <span class="requests__label">{text(Key::RequestsChecked)}</span>
                    <span class:requests__failed=row.failed>{read}</span>
                    <span class="requests__aside">{next}</span>
                </span>
                <span class="requests__actions" role="cell">
                    {read_on.map(|href| view! { <a href=href>{text(Key::RequestsWhatNow)}</a> })}
                    <button
                        type="button"
                        class="button button--quiet"
                        aria-label=label
                        on:click=move |_| stop(customer, own.clone())
                    >
                        {text(Key::RequestsStop)}
                    </button>
                </span>
            </div>
        })
    }
}
