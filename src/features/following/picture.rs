//! A small picture of the whole: how many there are of each state, and how long reviews took, with the numbers behind it.
//! Must not know single customers.

use super::row::group_name;
use crate::i18n::{Key, Plural, fill, plural, t, text};
use crate::ledger::{Group, Reviews, Summary};
use leptos::prelude::*;

/// The width of the bar, in units of the drawing.
const WIDTH: usize = 600;
const HEIGHT: usize = 18;
/// One business day in the drawing of durations.
const DAY: usize = 34;
const TALL: usize = 60;
/// Longer reviews stand together at the end.
const LAST_DAY: u32 = 15;

/// The picture.
#[component]
pub(super) fn Picture(whole: Memo<Summary>) -> impl IntoView {
    view! {
        <section class="whole" aria-labelledby="requests-whole">
            <h2 class="section-head__title" id="requests-whole">{text(Key::WholeTitle)}</h2>
            {move || whole.with(states)}
            {move || whole.with(durations)}
            <details class="guide">
                <summary>{text(Key::WholeNumbers)}</summary>
                {move || whole.with(numbers)}
            </details>
        </section>
    }
}

fn tone(group: Group) -> &'static str {
    match group {
        Group::Overdue => "overdue",
        Group::Denied => "bad",
        Group::Unknown => "plain",
        Group::Nothing => "nothing",
        Group::InReview => "wait",
        Group::Decided => "good",
    }
}

/// One bar, divided as the states are.
fn states(whole: &Summary) -> impl IntoView + use<> {
    let all: usize = whole.groups.iter().map(|(_, count)| count).sum();
    let present: Vec<_> = whole
        .groups
        .iter()
        .filter(|(_, count)| *count > 0)
        .copied()
        .collect();
    let mut from = 0;
    let parts = present.iter().map(|(group, count)| {
        let start = from * WIDTH / all.max(1);
        from += count;
        let end = from * WIDTH / all.max(1);
        let width = end.saturating_sub(start + 2).max(2);
        view! { <rect class=format!("whole__part whole__part--{}", tone(*group)) x=start y="0" width=width height=HEIGHT rx="3" /> }
    });
    let parts = parts.collect_view();
    let key = present.iter().map(|(group, count)| {
        view! {
            <li class=format!("whole__key whole__key--{}", tone(*group))>
                {text(group_name(*group))} " " <strong>{*count}</strong>
            </li>
        }
    });
    let key = key.collect_view();
    view! {
        <svg class="whole__bar" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true" focusable="false">
            {parts}
        </svg>
        <ul class="whole__keys">{key}</ul>
    }
}

fn in_words(reviews: Reviews) -> String {
    let took = |days: u32| plural(Plural::WholeTook, days as usize);
    let numbers = [
        ("median", took(reviews.median)),
        ("shortest", took(reviews.shortest)),
        ("longest", took(reviews.longest)),
    ];
    format!(
        "{} {}",
        plural(Plural::WholeReviews, reviews.count),
        fill(Key::WholeDays, &numbers)
    )
}

/// A column for each number of business days. One review alone is no distribution, and said in words.
fn durations(whole: &Summary) -> Option<AnyView> {
    let reviews = whole.reviews?;
    if reviews.count == 1 {
        let took = plural(Plural::WholeTook, reviews.median as usize);
        let words = fill(Key::WholeAlone, &[("took", took)]);
        return Some(view! { <p class="whole__alone">{words}</p> }.into_any());
    }
    let words = in_words(reviews);
    let mut columns = [0_usize; LAST_DAY as usize + 1];
    for (days, count) in &whole.durations {
        columns[(*days).min(LAST_DAY) as usize] += count;
    }
    let used = columns
        .iter()
        .rposition(|count| *count > 0)
        .unwrap_or(0)
        .max(5);
    let tallest = columns.iter().max().copied().unwrap_or(1).max(1);
    let column = |(day, count): (usize, usize)| {
        let height = count * TALL / tallest;
        let label = match day {
            day if day == LAST_DAY as usize => format!("{day}+"),
            day => day.to_string(),
        };
        let x = day * DAY;
        view! {
            <rect class="whole__column" x=x + 4 y=TALL - height width=DAY - 8 height=height rx="2" />
            <text class="whole__day" x=x + DAY / 2 y=TALL + 16 text-anchor="middle">{label}</text>
        }
    };
    let shown = columns
        .into_iter()
        .enumerate()
        .take(used + 1)
        .map(column)
        .collect_view();
    let width = (used + 1) * DAY;
    let figure = view! {
        <figure class="whole__durations">
            <svg class="whole__columns" viewBox=format!("0 0 {width} {}", TALL + 20) width=width height=TALL + 20 role="img" aria-label=words.clone() focusable="false">
                <line class="whole__ground" x1="0" x2=width y1=TALL y2=TALL />
                {shown}
            </svg>
            <figcaption>{words}</figcaption>
        </figure>
    };
    Some(figure.into_any())
}

/// The same as a table.
fn numbers(whole: &Summary) -> impl IntoView + use<> {
    let row =
        |name: String, count: usize| view! { <tr><th scope="row">{name}</th><td>{count}</td></tr> };
    let groups = whole
        .groups
        .iter()
        .map(|(group, count)| row(t(group_name(*group)), *count))
        .collect_view();
    let days = whole
        .durations
        .iter()
        .map(|(days, count)| row(plural(Plural::WholeTook, *days as usize), *count))
        .collect_view();
    view! {
        <table class="numbers">
            <caption>{text(Key::WholeByState)}</caption>
            <tbody>{groups}</tbody>
        </table>
        {(!whole.durations.is_empty()).then(|| view! {
            <table class="numbers">
                <caption>{text(Key::WholeByDays)}</caption>
                <tbody>{days}</tbody>
            </table>
        })}
    }
}
