//! The page of one customer: who it is, what it is qualified for, what can be asked for next, and what happened so far.
//! Must not know how a card looks or how a request is made.

mod account;
mod history;
mod lines;
mod selling;
mod unread;

use self::account::AccountVerification;
use self::history::History;
use self::selling::CanBeSold;
use crate::components::{Announcer, CopyButton, Icon, Notice, Page, Symbol, Tone};
use crate::features::failure::Failure;
use crate::features::following::FollowButton;
use crate::features::past::{AtTheCard, Past, Used};
use crate::features::qualifications::{QualificationCard, ReadAt, follow_review};
use crate::features::reading::Reading;
use crate::features::readings;
use crate::features::request::Requests;
use crate::i18n::{Key, Plural, fill, listed, plural, t, text};
use crate::partner_center::{
    AccountValidation, Address, Availability, Customer, CustomerId, ErrorKind, Qualification,
    QualificationKind, Qualifications, RequestableKind, VettingStatus, availability,
};
use crate::passing::passing;
use crate::routes::Route;
use leptos::prelude::*;

/// The page `/customers/{id}`.
#[component]
pub fn CustomerPage(
    /// Whose page it is.
    id: CustomerId,
) -> impl IntoView {
    let announcer = Announcer::get();
    let customer = readings::customer(id);
    let qualifications = readings::qualifications(id);
    customer.again();
    qualifications.again();
    follow_review(qualifications);

    // Drawn anew only when it says something else: a reading that changes nothing must not move the focus.
    let list = Memo::new(move |_| {
        qualifications
            .value
            .with(|read| read.as_ref().map(|read| read.value.clone()))
    });
    let name = Memo::new(move |_| {
        customer
            .value
            .with(|read| read.as_ref().map(|read| read.value.company_name.clone()))
    });
    let past = Past::of(id, customer, qualifications);
    past.keep_up(list);
    let account = readings::account(id);
    // After the qualifications, which are what one comes for.
    let there = Memo::new(move |_| list.with(Option::is_some));
    Effect::new(move |_| {
        if there.get() {
            account.again();
        }
    });
    // Said once, when everything is on the page.
    Effect::new(move |said: Option<bool>| {
        let said = said.unwrap_or_default();
        match (name.get(), list.get()) {
            (Some(name), Some(list)) if !said => {
                announcer.say(fill(
                    Key::CustomerRead,
                    &[
                        ("customer", name),
                        ("count", plural(Plural::QualificationsCount, list.len())),
                    ],
                ));
                true
            }
            _ => said,
        }
    });

    let refresh = move |_| {
        // The profile hardly changes; it is read again only when it is missing.
        if customer.value.get_untracked().is_none() {
            customer.again();
        }
        leptos::task::spawn_local(async move {
            let before = list.get_untracked();
            let Some(now) = qualifications.read().await else {
                return;
            };
            announcer.say(t(Key::QualificationsRefreshed));
            account.again();
            // What has changed is looked up by itself.
            if before == Some(now) {
                past.records.again();
            }
        });
    };

    let title = Signal::derive(move || match name.get() {
        Some(name) => name,
        None if customer.failure.get().is_some() => t(Key::CustomerUnread),
        None => t(Key::Loading),
    });
    // One trouble is told once: where the customer cannot be read for the same reason, or does not exist, that is all.
    let told_above = move || {
        let Some(error) = customer
            .failure
            .get()
            .filter(|_| customer.value.with(Option::is_none))
        else {
            return false;
        };
        let same = qualifications.failure.with(|other| {
            other
                .as_ref()
                .is_some_and(|other| (&other.kind, &other.code) == (&error.kind, &error.code))
        });
        same || error.kind == ErrorKind::NotFound
    };
    let retry = move || {
        if customer.value.with_untracked(Option::is_none) {
            customer.again();
        }
        qualifications.again();
    };

    let profile = move || {
        if let Some(read) = customer.value.get() {
            return view! { <Profile customer=read.value /> }.into_any();
        }
        match customer.failure.get() {
            Some(error) => view! {
                <Failure error>
                    <button type="button" class="button" on:click=move |_| retry()>{text(Key::TryAgain)}</button>
                </Failure>
            }.into_any(),
            None => view! { <div class="facts facts--waiting" aria-hidden="true"></div> }.into_any(),
        }
    };

    let requests = Requests::get();
    let unresolved = passing(move || requests.is_open(id));
    let above = view! { <WayBack /> }.into_any();
    let below = view! { {profile} }.into_any();
    view! {
        <Page title above below>
            <Show when=move || unresolved.get()>
                <Notice tone=Tone::Warning>
                    <p>{text(Key::CustomerUnresolved)}</p>
                    <div class="notice__actions">
                        <a class="button" href=Route::RequestSent(id).href()>{text(Key::CustomerUnresolvedLink)}</a>
                    </div>
                </Notice>
            </Show>
            <Show when=move || !told_above()>
                <section class="qualifications" aria-labelledby="qualifications">
                    <div class="section-head">
                        <h2 class="section-head__title" id="qualifications">{text(Key::QualificationsTitle)}</h2>
                        <ReadAt reading=qualifications />
                        <FollowButton customer=id name qualifications=list />
                        <button
                            type="button"
                            class="button button--quiet"
                            aria-busy=move || qualifications.busy.get().then_some("true")
                            on:click=refresh
                        >
                            <Icon symbol=Symbol::Refresh />
                            {text(Key::Refresh)}
                        </button>
                    </div>
                    {move || qualifications.failure.get().map(|error| view! {
                        <Failure error>
                            <button type="button" class="button" on:click=move |_| retry()>{text(Key::TryAgain)}</button>
                        </Failure>
                    })}
                    {move || list.get().map(|list| view! { <Cards id list past account /> })}
                    <Show when=move || qualifications.value.with(Option::is_none) && qualifications.failure.with(Option::is_none)>
                        <div class="skeleton skeleton--card" aria-hidden="true">
                            <span class="skeleton__line"></span>
                            <span class="skeleton__line"></span>
                            <span class="skeleton__line"></span>
                        </div>
                    </Show>
                </section>
                <Show when=move || there.get()>
                    <AccountVerification reading=account />
                </Show>
                <Show when=move || there.get() || past.followed.with(Option::is_some)>
                    <History past />
                </Show>
            </Show>
        </Page>
    }
}

#[component]
fn WayBack() -> impl IntoView {
    view! {
        <p class="way-back">
            <a href=Route::Customers { search: None }.href()>{text(Key::LookupTitle)}</a>
        </p>
    }
}

/// Who the customer is, as far as the service tells.
#[component]
fn Profile(customer: Customer) -> impl IntoView {
    let id = customer.id.to_string();
    let known = |value: Option<String>| value.filter(|value| !value.trim().is_empty());
    let address = customer.address.as_ref().map(one_line);
    let domains = Some(customer.custom_domains).filter(|domains| !domains.is_empty());
    view! {
        <dl class="facts">
            {known(customer.domain).map(|domain| fact(Key::CustomerDomain, domain))}
            {domains.map(|domains| fact(Key::CustomerDomains, move || listed(domains.clone())))}
            {known(address).map(|address| fact(Key::CustomerAddress, address))}
            {known(customer.email).map(|email| fact(Key::CustomerEmail, email))}
            <div class="facts__row">
                <dt>{text(Key::CustomerId)}</dt>
                <dd class="facts__id">
                    <code>{id.clone()}</code>
                    <CopyButton label=text(Key::CustomerIdCopy) content=Signal::stored(id) />
                </dd>
            </div>
        </dl>
    }
}

fn fact(key: Key, value: impl IntoView) -> impl IntoView {
    view! {
        <div class="facts__row">
            <dt>{text(key)}</dt>
            <dd><bdi>{value}</bdi></dd>
        </div>
    }
}

/// The cards, and the way to ask for more.
#[component]
fn Cards(
    id: CustomerId,
    list: Qualifications,
    past: Past,
    account: Reading<AccountValidation>,
) -> impl IntoView {
    let possible = RequestableKind::ALL
        .iter()
        .any(|kind| !matches!(availability(&list, kind), Availability::Blocked(_)));
    let cards = match list.is_empty() {
        true => view! {
            <div class="panel panel--empty">
                <p class="panel__title">{text(Key::QualificationsNone)}</p>
                <p>{text(Key::QualificationsNoneNote)}</p>
            </div>
        }
        .into_any(),
        false => view! {
            <div class="cards">
                {list.iter().map(|qualification| {
                    let current = list.current(&qualification.kind);
                    let overtaken = current.is_some_and(|current| !std::ptr::eq(current, qualification));
                    view! { <Card customer=id qualification=qualification.clone() overtaken past /> }
                }).collect_view()}
            </div>
        }
        .into_any(),
    };
    // The link stays where nothing is possible: the form says for each qualification why.
    let nothing_now = (!possible).then(|| {
        view! { <Notice tone=Tone::Info><p>{text(Key::RequestNothingNow)}</p></Notice> }
    });
    // A denied card has its own first step.
    let denied = list
        .current(&QualificationKind::Education)
        .is_some_and(|education| education.status == Some(VettingStatus::Denied));
    let link_class = if possible && !denied {
        "button button--primary"
    } else {
        "button"
    };
    let href = Route::Request(id, None).href();
    // A denial that Partner Center shows no more has used a request all the same.
    let used = list
        .current(&QualificationKind::Education)
        .is_none()
        .then(|| view! { <Used past /> });
    view! {
        {cards}
        <CanBeSold list account />
        {used}
        {nothing_now}
        <p class="next-step"><a class=link_class href=href>{text(Key::RequestLink)}</a></p>
    }
}

/// One card, and under that of Education what its requests come to.
#[component]
fn Card(
    customer: CustomerId,
    qualification: Qualification,
    overtaken: bool,
    past: Past,
) -> impl IntoView {
    let counts = qualification.kind == QualificationKind::Education && !overtaken;
    match counts {
        true => {
            let own = qualification.clone();
            let foot = view! { <AtTheCard past customer qualification=own /> }.into_any();
            view! { <QualificationCard customer qualification foot /> }.into_any()
        }
        false => view! { <QualificationCard customer qualification overtaken /> }.into_any(),
    }
}

/// An address as one line, as far as it is known.
fn one_line(address: &Address) -> String {
    let region = address.state.as_ref().or(address.region.as_ref());
    [
        address.line1.as_ref(),
        address.line2.as_ref(),
        address.postal_code.as_ref(),
        address.city.as_ref(),
        region,
        address.country.as_ref(),
    ]
    .into_iter()
    .flatten()
    .map(|part| part.trim())
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join(", ")
}
