//! The customer's history: what was asked for and seen, the newest first, each with its source.
//! Must not know where it is kept, nor how audit records are read.

use super::lines::{Event, Line, lines};
use super::unread::Unread;
use crate::components::Moment;
use crate::features::past::{PackButton, Past};
use crate::features::qualifications::Reason;
use crate::i18n::{Key, Plural, around, fill, plural, t, text, text_with};
use crate::ledger::AUDIT_DAYS;
use leptos::prelude::*;

/// The heading's id.
const TITLE: &str = "history";
/// How many lines are there without being asked for: what happened lately, and the page stays short.
const SHOWN: usize = 4;

/// The section.
#[component]
pub(super) fn History(past: Past) -> impl IntoView {
    // Drawn anew only when it says something else.
    let all = Memo::new(move |_| {
        past.followed.with(|followed| {
            past.trail
                .with(|trail| lines(followed.as_ref(), trail.as_ref()))
        })
    });
    let reading =
        move || past.trail.with(Option::is_none) && past.records.failure.with(Option::is_none);
    let nothing = move || all.with(Vec::is_empty) && past.trail.with(Option::is_some);
    // Where support comes first, the pack stands at the card.
    let case = Memo::new(move |_| past.has_a_case() && !past.support_first());
    view! {
        <section class="history" aria-labelledby=TITLE>
            <div class="section-head">
                <h2 class="section-head__title" id=TITLE tabindex="-1">{text(Key::HistoryTitle)}</h2>
                <Show when=move || case.get()>
                    <PackButton past />
                </Show>
            </div>
            <Show when=reading>
                <p class="history__note">{text(Key::HistoryReading)}</p>
            </Show>
            <Show when=move || past.trail.with(Option::is_none)>
                <Unread reading=past.records heading=TITLE />
                <Show when=move || past.records.failure.with(Option::is_some)>
                    <p class="history__note">{text(Key::HistoryOnlyHere)}</p>
                </Show>
            </Show>
            <Show when=nothing>
                <p class="history__note">{fill(Key::HistoryNothing, &[("days", AUDIT_DAYS.to_string())])}</p>
            </Show>
            {move || view! { <Lines all=all.get() /> }}
            <Missing past />
        </section>
    }
}

/// The newest lines, and the others behind a word.
#[component]
fn Lines(all: Vec<Line>) -> impl IntoView {
    let mut newest = all;
    // Two more are as short as the word that would hide them.
    let rest = match newest.len() > SHOWN + 2 {
        true => newest.split_off(SHOWN),
        false => Vec::new(),
    };
    let list = |lines: Vec<Line>| {
        let lines = lines.into_iter().map(|line| view! { <OneLine line /> });
        view! { <ol class="timeline" role="list">{lines.collect_view()}</ol> }
    };
    let count = rest
        .iter()
        .filter(|line| matches!(line, Line::Event(_)))
        .count();
    view! {
        {(!newest.is_empty()).then(|| list(newest))}
        {(!rest.is_empty()).then(|| view! {
            <details class="history__earlier">
                <summary>{move || plural(Plural::HistoryEarlier, count)}</summary>
                {list(rest)}
            </details>
        })}
    }
}

#[component]
fn OneLine(line: Line) -> impl IntoView {
    let Line::Event(event) = line else {
        let words = text_with(Key::HistoryLimit, || [("days", AUDIT_DAYS.to_string())]);
        return view! { <li class="timeline__limit">{words}</li> }.into_any();
    };
    let Event {
        at,
        what,
        change,
        reason,
        source,
        who,
    } = event;
    let (before, after) = around(Key::HistoryWho);
    view! {
        <li class="timeline__entry">
            <span class="timeline__time"><Moment millis=at.millis() /></span>
            <p class="timeline__what">
                <bdi>{what}</bdi>
                {change.map(|change| view! { " " <bdi class="timeline__change">{change}</bdi> })}
                {reason.map(|reason| view! { " " <Reason reason /> })}
            </p>
            <p class="timeline__source">
                {text(source)}
                {who.map(|who| view! { {before} <bdi>{who}</bdi> {after} })}
            </p>
        </li>
    }
    .into_any()
}

/// What is not among the lines although it may have happened.
#[component]
fn Missing(past: Past) -> impl IntoView {
    move || {
        let (undated, more) = past.trail.with(|trail| {
            let trail = trail.as_ref();
            trail.map_or((0, false), |trail| (trail.undated, trail.more))
        });
        let undated = (undated > 0).then(|| plural(Plural::HistoryUndated, undated));
        let more = more.then(|| t(Key::HistoryMore));
        let notes = [undated, more].into_iter().flatten();
        notes
            .map(|words| view! { <p class="history__note">{words}</p> })
            .collect_view()
    }
}
