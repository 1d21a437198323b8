//! The page `/requests/add`: follow many customers at once, named by their IDs or domains.
//! Must not know how they are looked up.

use super::finding::{Finding, Going, Missing, Seen, Why};
use super::pasted::{self, LIMIT, Pasted, Wanted};
use super::state::Following;
use crate::components::{
    Announcer, CopyButton, Notice, Page, StatusTag, TextArea, Tone, focus_field,
};
use crate::features::failure::{Failure, explained};
use crate::features::qualifications::{Standing, kind_name};
use crate::i18n::{Key, Plural, Text, fill, plural, t, text, text_with};
use crate::ledger::Origin;
use crate::partner_center::{Diagnosis, Qualification, Qualifications};
use crate::passing::passing;
use crate::routes::Route;
use crate::storage;
use leptos::prelude::*;
use std::sync::Arc;

/// Where the text of the field is kept, and the field's id.
const PASTED: &str = "follow-many";
/// The id of the heading above who was found.
const FOUND: &str = "many-found";
/// The id of the button that stops, and goes on.
const STOP: &str = "many-stop";
/// How many lines that are not understood are shown.
const LINES: usize = 20;

/// Why a text cannot be looked up.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Wrong {
    Nobody,
    TooMany(usize),
}

/// The page.
#[component]
pub fn FollowManyPage() -> impl IntoView {
    let announcer = Announcer::get();
    let finding = Finding::new();
    let typed = RwSignal::new(storage::recall::<String>(PASTED).unwrap_or_default());
    Effect::new(move |_| {
        typed.with(|typed| match typed.is_empty() {
            true => storage::forget(PASTED),
            false => storage::keep(PASTED, typed),
        });
    });
    let read = RwSignal::new(Pasted::default());
    let wrong = RwSignal::new(None::<Wrong>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let pasted = typed.with_untracked(|typed| pasted::read(typed));
        let mistake = match pasted.wanted.len() {
            0 => Some(Wrong::Nobody),
            1..=LIMIT => None,
            many => Some(Wrong::TooMany(many)),
        };
        wrong.set(mistake);
        if mistake.is_some() {
            // Its description says what is wrong.
            return focus_field(PASTED);
        }
        announcer.say(plural(Plural::ManyStarted, pasted.wanted.len()));
        finding.begin(pasted.wanted.clone());
        read.set(pasted);
    };
    let error = Signal::derive(move || wrong.get().map(message));
    let hint = text_with(Key::ManyHint, || [("limit", LIMIT.to_string())]);
    let above = view! { <p class="way-back"><a href=Route::all_requests().href()>{text(Key::RequestsTitle)}</a></p> };
    view! {
        <Page
            title=text(Key::ManyTitle)
            erroneous=Signal::derive(move || error.get().is_some())
            above=above.into_any()
        >
            <form class="form" on:submit=submit novalidate=true>
                <TextArea id=PASTED label=text(Key::ManyField) hint error value=typed rows=8 />
                <button type="submit" class="button button--primary">{text(Key::LookupButton)}</button>
            </form>
            <Show when=move || finding.going.get() != Going::Not>
                <Progress finding />
                <Found finding />
                <NotFound finding />
                <NotUnderstood read />
            </Show>
        </Page>
    }
}

fn message(wrong: Wrong) -> Text {
    match wrong {
        Wrong::Nobody => text(Key::ManyNobody),
        Wrong::TooMany(many) => text_with(Key::ManyAboveLimit, move || {
            [("n", many.to_string()), ("limit", LIMIT.to_string())]
        }),
    }
}

/// How far it is, and a way to stop it and to go on.
#[component]
fn Progress(finding: Finding) -> impl IntoView {
    // Before the button goes, what has the focus there moves on.
    let stoppable = RwSignal::new(true);
    Effect::new(move |_| {
        let over = finding.going.get() == Going::Done;
        let focused = document().active_element();
        if over && focused.is_some_and(|it| it.id() == STOP) {
            focus_field(FOUND);
        }
        stoppable.set(!over);
    });
    let press = move |_| match finding.going.get_untracked() {
        Going::On => finding.stop(),
        _ => finding.go_on(),
    };
    let words = move || {
        let (done, all) = (finding.done.get(), finding.all.get());
        let numbers = [("done", done.to_string()), ("all", all.to_string())];
        fill(Key::ManyProgress, &numbers)
    };
    let name = move || match finding.going.get() {
        Going::On => t(Key::ManyStop),
        _ => t(Key::Continue),
    };
    view! {
        <div class="many__progress">
            <progress
                class="many__bar"
                aria-label=text(Key::ManyProgressLabel)
                max=move || finding.all.get().to_string()
                prop:value=move || finding.done.get() as u32
            ></progress>
            <span class="many__count">{words}</span>
            <Show when=move || stoppable.get()>
                <button type="button" class="button" id=STOP on:click=press>{name}</button>
            </Show>
        </div>
        {move || finding.failure.get().map(|error| view! { <Failure error /> })}
    }
}

/// Who was found, each with what it is qualified for, and the button that follows all of them.
#[component]
fn Found(finding: Finding) -> impl IntoView {
    let following = Following::get();
    let announcer = Announcer::get();
    let count = Memo::new(move |_| finding.found.with(Vec::len));
    let new = passing(move || {
        finding
            .found
            .with(|found| not_followed(following, found).count())
    });
    let followed = RwSignal::new(0);
    let follow_all = move |_| {
        let now = following.now();
        let all: Vec<_> = finding.found.with_untracked(|found| {
            not_followed(following, found)
                .map(|it| it.found(now))
                .collect()
        });
        let count = all.len();
        leptos::task::spawn_local(async move {
            following.follow(all, Origin::Hand).await;
            announcer.say(plural(Plural::ManyFollowed, count));
            followed.try_set(count);
            focus_field(FOUND);
        });
    };
    view! {
        <section class="section section--spaced" aria-labelledby=FOUND>
            <div class="section-head">
                <h2 class="section-head__title" id=FOUND tabindex="-1">
                    {move || plural(Plural::LookupFound, count.get())}
                </h2>
                <Show when=move || { new.get() > 0 }>
                    <button type="button" class="button button--primary" on:click=follow_all>
                        {move || plural(Plural::ManyFollowAll, new.get())}
                    </button>
                </Show>
            </div>
            <Show when=move || { followed.get() > 0 }>
                <Notice tone=Tone::Success>
                    <p>{move || plural(Plural::ManyFollowed, followed.get())}</p>
                    <p><a href=Route::all_requests().href()>{text(Key::ManySee)}</a></p>
                </Notice>
            </Show>
            <Show when=move || { count.get() > 0 }>
                <ul class="many__list">
                    <For each=move || finding.found.get() key=|seen| seen.customer let:seen>
                        <Line seen />
                    </For>
                </ul>
            </Show>
        </section>
    }
}

fn not_followed(following: Following, found: &[Arc<Seen>]) -> impl Iterator<Item = &Arc<Seen>> {
    found
        .iter()
        .filter(move |it| !following.follows(it.customer))
}

/// One of them.
#[component]
fn Line(seen: Arc<Seen>) -> impl IntoView {
    let following = Following::get();
    let announcer = Announcer::get();
    let customer = seen.customer;
    let name = seen.company.clone();
    let followed = passing(move || following.follows(customer));
    let label = {
        let name = name.clone();
        move || {
            let key = match followed.get() {
                true => Key::ManyFollowing,
                false => Key::ManyFollow,
            };
            fill(key, &[("customer", name.as_str())])
        }
    };
    let press = {
        let (seen, name) = (Arc::clone(&seen), name.clone());
        move |_| {
            let (found, name) = (seen.found(following.now()), name.clone());
            let stop = followed.get_untracked();
            leptos::task::spawn_local(async move {
                let said = match stop {
                    true => Key::RequestsStopped,
                    false => Key::RequestsFollowed,
                };
                match stop {
                    true => following.stop(customer).await,
                    false => following.follow(vec![found], Origin::Hand).await,
                }
                announcer.say(fill(said, &[("customer", name)]));
            });
        }
    };
    view! {
        <li class="many__line">
            <span class="many__who">
                <a class="many__name" href=Route::Customer(customer).href()><bdi>{name}</bdi></a>
                <span class="many__aside"><bdi>{seen.domain.clone()}</bdi></span>
                <code class="many__aside">{customer.to_string()}</code>
            </span>
            <span class="many__now">{standings(seen.list.as_ref())}</span>
            <button
                type="button"
                class="button"
                aria-pressed=move || followed.get().to_string()
                aria-label=label
                on:click=press
            >
                {move || t(if followed.get() { Key::Followed } else { Key::Follow })}
            </button>
        </li>
    }
}

/// What a customer is qualified for now.
fn standings(list: Option<&Qualifications>) -> AnyView {
    let tag = |it: &Qualification| {
        let standing = Standing::of(it);
        let (symbol, tag, kind) = (standing.symbol(), standing.tag(), it.kind.clone());
        let words = Signal::derive(move || format!("{}: {}", kind_name(&kind), standing.words()));
        view! { <StatusTag symbol kind=tag label=words /> }
    };
    match list {
        None => view! { <span class="many__aside">{text(Key::ManyUnread)}</span> }.into_any(),
        Some(list) if list.is_empty() => {
            view! { <span class="many__aside">{text(Key::QualificationsNone)}</span> }.into_any()
        }
        Some(list) => list
            .newest_of_each_kind()
            .map(tag)
            .collect_view()
            .into_any(),
    }
}

/// Who was not found, and why; all of them can be copied.
#[component]
fn NotFound(finding: Finding) -> impl IntoView {
    let some = move || finding.missing.with(|missing| !missing.is_empty());
    let copied: Signal<String> = Signal::derive(move || {
        let lines = |missing: &Vec<Missing>| {
            let lines = missing.iter().map(|it| format!("{}\n", it.wanted));
            lines.collect()
        };
        finding.missing.with(lines)
    });
    let line = |it: Missing| {
        view! {
            <li class="many__missing">
                <code><bdi>{it.wanted.to_string()}</bdi></code>
                <span class="many__aside">{reason(&it)}</span>
            </li>
        }
    };
    view! {
        <Show when=some>
            <section class="section section--spaced" aria-labelledby="many-missing">
                <div class="section-head">
                    <h2 class="section-head__title" id="many-missing">
                        {move || plural(Plural::ManyMissing, finding.missing.with(Vec::len))}
                    </h2>
                    <CopyButton label=text(Key::ManyCopy) content=copied />
                </div>
                <ul class="many__list">{move || finding.missing.get().into_iter().map(line).collect_view()}</ul>
            </section>
        </Show>
    }
}

fn reason(missing: &Missing) -> String {
    match (&missing.why, &missing.wanted) {
        (Why::Nobody, Wanted::Id(_)) => t(Key::ManyNoId),
        (Why::Nobody, Wanted::Domain(_)) => t(Key::ManyNoDomain),
        (Why::Several, _) => t(Key::ManySeveral),
        (Why::Failed(error), _) => t(explained(Diagnosis::of(error)).0),
    }
}

/// What is neither an ID nor a domain, and what was named twice.
#[component]
fn NotUnderstood(read: RwSignal<Pasted>) -> impl IntoView {
    let line = |(number, words): (usize, String)| {
        let number = fill(Key::ManyLine, &[("line", number.to_string())]);
        view! {
            <li class="many__missing">
                <span>{number}</span>
                <span class="many__aside"><bdi>{words}</bdi></span>
            </li>
        }
    };
    let lines = move || {
        let Pasted { not_understood, .. } = read.get();
        let more = not_understood.len().saturating_sub(LINES);
        (!not_understood.is_empty()).then(|| {
            view! {
                <section class="section section--spaced" aria-labelledby="many-others">
                    <h2 class="section-head__title" id="many-others">{text(Key::ManyOthers)}</h2>
                    <p>{text(Key::ManyOthersNote)}</p>
                    <ul class="many__list">
                        {not_understood.into_iter().take(LINES).map(line).collect_view()}
                    </ul>
                    {(more > 0).then(|| view! { <p class="many__aside">{plural(Plural::ManyOthersMore, more)}</p> })}
                </section>
            }
        })
    };
    let repeated = move || {
        let repeated = read.with(|read| read.repeated);
        (repeated > 0)
            .then(|| view! { <p class="many__aside">{plural(Plural::ManyRepeated, repeated)}</p> })
    };
    view! { {repeated} {lines} }
}
