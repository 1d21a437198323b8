//! The page `/requests`: everything that is followed, what has changed, and how the whole stands.
//! Must not know when customers are read.

use super::desktop::DesktopChoice;
use super::keep::Keep;
use super::picture::Picture;
use super::row::{Line, group_name, status_of};
use super::state::{Following, Found};
use super::told::Told;
use super::watch::Watching;
use crate::components::{Announcer, Notice, Page, Pager, Tone, focus_field};
use crate::features::qualifications::kind_name;
use crate::i18n::{Key, Plural, ahead, fill, in_order, isolated, plural, relative, t, text};
use crate::ledger::{
    Change, Group, Moment, Origin, Row, Sort, Summary, Today, View, day, rows, summary,
};
use crate::location::Location;
use crate::partner_center::CustomerId;
use crate::passing::passing;
use crate::routes::{Route, requests_in};
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::HashMap;

/// How many rows a page has.
const PAGE_SIZE: usize = 50;
/// How many changes are listed before the rest is counted.
const NEWS: usize = 8;
/// The id of the list's heading.
const LIST: &str = "requests-list";
/// The id of the button that takes back.
const UNDO: &str = "requests-undo";

/// What the page shows, drawn up at once from what is followed.
#[derive(Clone, Default, PartialEq)]
struct Overview {
    rows: Vec<Row>,
    summary: Summary,
    news: Vec<Change>,
}

/// The page.
#[component]
pub fn RequestsPage() -> impl IntoView {
    let following = Following::get();
    let location = Location::get();
    let address = passing(move || requests_in(&location.search()));
    // The news stay until the person has left the page or said so, also when they were seen elsewhere meanwhile.
    let clock = following.services.clock;
    // Time alone changes nothing before the day is over.
    let today = passing(move || day(Moment::at(clock.watch()), &local_zone()));
    let overview = passing(move || {
        today.track();
        let now = following.now();
        let looked = following.looked.get();
        following.ledger.with(|ledger| {
            ledger
                .as_ref()
                .map(|ledger| draw_up(ledger.values(), now, looked))
        })
    });
    let stopped = RwSignal::new(None::<(CustomerId, String)>);
    // Drawn anew only when it is another view: a reading must move neither the focus nor what is being typed.
    let empty = Memo::new(move |_| overview.with(|it| it.as_ref().map(|it| it.rows.is_empty())));
    let body = move || {
        match empty.get() {
        None => view! { <div class="skeleton" aria-hidden="true"><span class="skeleton__line"></span></div> }.into_any(),
        Some(true) => view! { <NothingFollowed /> }.into_any(),
        Some(false) => view! { <Everything overview address stopped /> }.into_any(),
    }
    };
    let below = view! { <WatchLine /> }.into_any();
    view! {
        <Page title=text(Key::RequestsTitle) below>
            <Keeping following />
            <Undo following stopped />
            {body}
            <Keep />
        </Page>
    }
}

fn draw_up<'a>(
    followed: impl Iterator<Item = &'a crate::ledger::Followed> + Clone,
    now: Moment,
    looked: Option<Moment>,
) -> Overview {
    let zone = local_zone();
    let today = Today {
        now,
        zone: &zone,
        looked,
    };
    let rows = rows(followed.clone(), today);
    let summary = summary(&rows, followed.clone(), today.zone);
    let mut news: Vec<_> = followed
        .filter(|it| it.active())
        .flat_map(|it| {
            it.changes_since(looked.unwrap_or(it.since))
                .collect::<Vec<_>>()
        })
        .filter(Change::is_news)
        .collect();
    news.sort_by_key(|change| std::cmp::Reverse(change.at));
    Overview {
        rows,
        summary,
        news,
    }
}

/// How many minutes east of UTC the browser's clock is at a moment. Asking the browser takes longer than all the rest of a row,
/// so it is asked once for each day.
fn local_zone() -> impl Fn(Moment) -> i32 {
    const DAY: i64 = 86_400_000;
    let ask = |at: i64| -js_sys::Date::new(&(at as f64).into()).get_timezone_offset() as i32;
    let known = RefCell::new(HashMap::new());
    move |at| {
        let at = at.millis() as i64;
        let day = at.div_euclid(DAY);
        let mut known = known.borrow_mut();
        let mut begins = |day: i64| *known.entry(day).or_insert_with(|| ask(day * DAY));
        // It changes once a day at most.
        match (begins(day), begins(day + 1)) {
            (before, after) if before == after => before,
            _ => ask(at),
        }
    }
}

/// Nobody is followed yet: what this page is for, and how to begin.
#[component]
fn NothingFollowed() -> impl IntoView {
    view! {
        <section class="panel panel--empty" aria-labelledby="nothing-followed">
            <h2 class="panel__title" id="nothing-followed">{text(Key::RequestsNone)}</h2>
            <p>{text(Key::RequestsNoneNote)}</p>
            <p class="next-step">
                <a class="button button--primary" href=Route::Customers { search: None }.href()>{text(Key::NotFoundBack)}</a>
                " "
                <a class="button" href=Route::FollowMany.href()>{text(Key::ManyTitle)}</a>
            </p>
        </section>
    }
}

/// What is to be known about how it is kept.
#[component]
fn Keeping(following: Following) -> impl IntoView {
    let lasting = passing(move || following.lasting.get());
    let aside = passing(move || following.aside.get());
    let newer = passing(move || following.newer.get());
    view! {
        <Show when=move || !lasting.get()>
            <Notice tone=Tone::Warning><p>{text(Key::RequestsNotKept)}</p></Notice>
        </Show>
        <Show when=move || { aside.get() > 0 }>
            <Notice tone=Tone::Warning>
                <p>{move || plural(Plural::RequestsAside, aside.get())}</p>
            </Notice>
        </Show>
        <Show when=move || { newer.get() > 0 }>
            <Notice tone=Tone::Warning>
                <p>{move || plural(Plural::RequestsNewer, newer.get())}</p>
            </Notice>
        </Show>
    }
}

/// Stopping is one action, and so is taking it back.
#[component]
fn Undo(following: Following, stopped: RwSignal<Option<(CustomerId, String)>>) -> impl IntoView {
    let announcer = Announcer::get();
    let back = move |_| {
        let Some((customer, name)) = stopped.get_untracked() else {
            return;
        };
        announcer.say(fill(Key::RequestsFollowedAgain, &[("customer", name)]));
        stopped.set(None);
        let again = Found {
            customer,
            company: None,
            list: None,
        };
        focus_field(crate::components::HEADING);
        leptos::task::spawn_local(following.follow(vec![again], Origin::Hand));
    };
    let name = move || stopped.get().map(|(_, name)| name).unwrap_or_default();
    view! {
        <Show when=move || stopped.with(Option::is_some)>
            <div class="undo">
            <Notice tone=Tone::Info>
                <p>{move || fill(Key::RequestsStopped, &[("customer", isolated(&name()))])}</p>
                <div class="notice__actions">
                    <button type="button" class="button" id=UNDO on:click=back>{text(Key::Undo)}</button>
                </div>
            </Notice>
            </div>
        </Show>
    }
}

/// In a line: what the watcher is doing.
#[component]
fn WatchLine() -> impl IntoView {
    let watching = Told::get().watching;
    let watching = passing(move || watching.get());
    let clock = Following::get().services.clock;
    let words = move || match watching.get() {
        Watching::Here(next) => match ahead(next as f64, clock.watch()) {
            Some(next) => fill(Key::WatchNext, &[("ahead", next)]),
            None => t(Key::WatchNow),
        },
        Watching::Elsewhere => t(Key::WatchElsewhere),
        Watching::Offline => t(Key::WatchOffline),
        Watching::Paused => t(Key::WatchPaused),
        Watching::Idle => t(Key::WatchIdle),
    };
    view! { <p class="page__lead">{words}</p> }
}

#[component]
fn Everything(
    overview: Memo<Option<Overview>>,
    address: Memo<(View, usize)>,
    stopped: RwSignal<Option<(CustomerId, String)>>,
) -> impl IntoView {
    let whole = Memo::new(move |_| {
        let summary = |it: &Option<Overview>| Some(it.as_ref()?.summary.clone());
        overview.with(summary).unwrap_or_default()
    });
    let news = Memo::new(move |_| {
        let news = |it: &Option<Overview>| Some(it.as_ref()?.news.clone());
        overview.with(news).unwrap_or_default()
    });
    // What is on the page: rows by what they are about, so that one that stays is not drawn anew.
    let shown = Memo::new(move |_| {
        let (view, page) = address.get();
        overview.with(|it| {
            let Some(it) = it else {
                return Shown::default();
            };
            let picked = view.of(&it.rows, in_order);
            let pages = picked.len().div_ceil(PAGE_SIZE).max(1);
            let page = page.min(pages);
            let rows = picked.iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE);
            Shown {
                rows: rows.map(|row| (*row).clone()).collect(),
                all: picked.len(),
                page,
                pages,
            }
        })
    });
    let by_key = Memo::new(move |_| {
        let rows = shown.get().rows.into_iter();
        rows.map(|row| ((row.customer, row.kind.clone()), row))
            .collect::<HashMap<_, _>>()
    });
    let keys = move || {
        let rows = shown.get().rows.into_iter();
        rows.map(|row| (row.customer, row.kind)).collect::<Vec<_>>()
    };
    // Whoever filters or turns a page is told what came of it, and reads on at the head of the list.
    let announcer = Announcer::get();
    Effect::new(move |before: Option<(View, usize)>| {
        let now = address.get();
        if let Some((view, page)) = before
            && (&view, page) != (&now.0, now.1)
        {
            let count = plural(Plural::RequestsCount, shown.with_untracked(|it| it.all));
            announcer.say(count);
            if view == now.0 {
                focus_field(LIST);
            }
        }
        now
    });
    view! {
        <News news />
        <Picture whole />
        <section class="section section--spaced" aria-labelledby=LIST>
            <div class="section-head">
                <h2 class="section-head__title" id=LIST tabindex="-1">{text(Key::RequestsList)}</h2>
                <a class="button" href=Route::FollowMany.href()>{text(Key::ManyTitle)}</a>
            </div>
            <Filters whole address />
            <p class="results__count">
                {move || plural(Plural::RequestsCount, shown.with(|shown| shown.all))}
            </p>
            <Show
                when=move || shown.with(|shown| shown.all > 0)
                fallback=|| view! { <p class="panel panel--quiet">{text(Key::RequestsNoMatch)}</p> }
            >
                <div class="requests" role="table" aria-labelledby=LIST>
                    <div class="requests__head" role="row">
                        {[Key::CustomerWord, Key::KindLabel, Key::RequestsStatus, Key::RequestsSince, Key::RequestsChecked, Key::RequestsActions]
                            .map(|key| view! { <span role="columnheader">{text(key)}</span> })}
                    </div>
                    <For each=keys key=Clone::clone let:key>
                        <Line row=passing(move || by_key.with(|rows| rows.get(&key).cloned())) stopped undo=UNDO />
                    </For>
                </div>
                {move || {
                    let Shown { page, pages, .. } = shown.get();
                    let (view, _) = address.get();
                    let link = move |page: usize| Route::Requests { view: view.clone(), page }.href();
                    (pages > 1).then(|| view! { <Pager page pages link /> })
                }}
            </Show>
        </section>
        <DesktopChoice />
    }
}

#[derive(Clone, Default, PartialEq)]
struct Shown {
    rows: Vec<Row>,
    all: usize,
    page: usize,
    pages: usize,
}

/// What has changed since the person last looked.
#[component]
fn News(news: Memo<Vec<Change>>) -> impl IntoView {
    let following = Following::get();
    let announcer = Announcer::get();
    let clock = following.services.clock;
    let seen = move |_| {
        announcer.say(t(Key::NewsSeen));
        focus_field(crate::components::HEADING);
        leptos::task::spawn_local(following.look());
    };
    let line = move |change: Change| {
        let (_, tag) = status_of(&change.to);
        let ago =
            move || relative(change.at.millis(), clock.watch()).unwrap_or_else(|| t(Key::JustNow));
        let was = change
            .from
            .as_ref()
            .map(|from| fill(Key::NewsWas, &[("status", status_of(from).0)]));
        view! {
            <li class=format!("news__line news__line--{tag}")>
                <a class="news__who" href=Route::Customer(change.customer).href()>
                    <bdi>{name_or_id(&change.company, change.customer)}</bdi>
                </a>
                <span class="news__what">
                    {kind_name(&change.kind)} ": " <strong>{status_of(&change.to).0}</strong> " " {was}
                </span>
                <span class="news__when">{ago}</span>
            </li>
        }
    };
    view! {
        <Show when=move || news.with(|news| !news.is_empty())>
            <section class="panel news" aria-labelledby="requests-news">
                <div class="section-head">
                    <h2 class="panel__title" id="requests-news">{text(Key::NewsTitle)}</h2>
                    <button type="button" class="button button--quiet" on:click=seen>{text(Key::NewsMark)}</button>
                </div>
                <ul class="news__list">
                    {move || news.get().into_iter().take(NEWS).map(line).collect_view()}
                </ul>
                {move || {
                    let more = news.with(Vec::len).saturating_sub(NEWS);
                    (more > 0).then(|| {
                        let view = View { changed: true, ..View::default() };
                        view! { <p><a href=Route::Requests { view, page: 1 }.href()>{plural(Plural::NewsMore, more)}</a></p> }
                    })
                }}
            </section>
        </Show>
    }
}

/// Which rows are shown, and in which order: all of it in the address.
#[component]
fn Filters(whole: Memo<Summary>, address: Memo<(View, usize)>) -> impl IntoView {
    let location = Location::get();
    let view = move || address.get().0;
    let group = move |group: Option<Group>| {
        let count = move || {
            whole.with(|whole| {
                let of = |(it, _): &&(Group, usize)| group.is_none_or(|group| *it == group);
                whole
                    .groups
                    .iter()
                    .filter(of)
                    .map(|(_, count)| count)
                    .sum::<usize>()
            })
        };
        let href = move || {
            Route::Requests {
                view: View { group, ..view() },
                page: 1,
            }
            .href()
        };
        let current = move || (view().group == group).then_some("true");
        let name = group.map_or(Key::RequestsAll, group_name);
        view! {
            <li>
                <a class="filter" href=href aria-current=current>
                    {text(name)} " " <span class="filter__count">{count}</span>
                </a>
            </li>
        }
    };
    let sorted = move |event: web_sys::Event| {
        let sort = Sort::read(&event_target_value(&event)).unwrap_or_default();
        let view = View {
            sort,
            ..address.get_untracked().0
        };
        location.instead(&Route::Requests { view, page: 1 });
    };
    let typed = RwSignal::new(address.get_untracked().0.text);
    Effect::new(move |_| typed.set(address.get().0.text));
    let find = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let text = typed.get_untracked().trim().to_owned();
        let view = View {
            text,
            ..address.get_untracked().0
        };
        location.to(&Route::Requests { view, page: 1 });
    };
    let choice = move |sort: Sort| {
        let chosen = move || view().sort == sort;
        view! { <option value=sort.word() selected=chosen>{text(sort_name(sort))}</option> }
    };
    view! {
        <div class="filters">
            <nav aria-label=text(Key::RequestsGroups)>
                <ul class="filters__groups">
                    {group(None)}
                    {Group::ALL.map(|it| group(Some(it)))}
                </ul>
            </nav>
            <form class="filters__form" on:submit=find>
                <span class="filters__pair">
                <label class="field__label" for="requests-text">{text(Key::RequestsFind)}</label>
                <input
                    class="field__control"
                    type="search"
                    id="requests-text"
                    autocomplete="off"
                    prop:value=typed
                    on:input:target=move |event| typed.set(event.target().value())
                />
                <button type="submit" class="button">{text(Key::RequestsFindButton)}</button>
                </span>
                <span class="filters__pair">
                <label class="field__label" for="requests-sort">{text(Key::RequestsSort)}</label>
                <select class="field__control" id="requests-sort" on:change=sorted>
                    {Sort::ALL.map(choice)}
                </select>
                </span>
            </form>
        </div>
    }
}

fn sort_name(sort: Sort) -> Key {
    match sort {
        Sort::Urgency => Key::SortUrgency,
        Sort::Company => Key::SortCompany,
        Sort::Since => Key::SortSince,
        Sort::Checked => Key::SortChecked,
    }
}

/// A company's name as last seen, else its ID.
pub(super) fn name_or_id(company: &str, customer: CustomerId) -> String {
    match company {
        "" => customer.to_string(),
        name => name.to_owned(),
    }
}
