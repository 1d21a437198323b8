//! The page of one customer: who it is, what it is qualified for, what can be asked for next.
//! Must not know how a card looks or how a request is made.

use crate::components::{Announcer, CopyButton, Icon, Notice, Page, Symbol, Tone};
use crate::features::failure::Failure;
use crate::features::qualifications::{QualificationCard, ReadAt, follow_review};
use crate::features::reading::Reading;
use crate::features::request::Requests;
use crate::i18n::{Key, Plural, fill, plural, t, text};
use crate::partner_center::{
    Address, Availability, Customer, CustomerId, ErrorKind, QualificationKind, Qualifications,
    RequestableKind, VettingStatus, availability,
};
use crate::routes::Route;
use crate::services::Services;
use leptos::prelude::*;

/// The page `/customers/{id}`.
#[component]
pub fn CustomerPage(
    /// Whose page it is.
    id: CustomerId,
) -> impl IntoView {
    let services = Services::get();
    let announcer = Announcer::get();
    let customer = Reading::new(services.clock, move |cancel| {
        let client = services.client();
        async move { client.customer(id, &cancel).await }
    });
    let qualifications = Reading::new(services.clock, move |cancel| {
        let client = services.client();
        async move { client.qualifications(id, &cancel).await }
    });
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
            if qualifications.read().await.is_some() {
                announcer.say(t(Key::QualificationsRefreshed));
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
    let open = move || {
        requests.is_open(id).then(|| view! {
        <Notice tone=Tone::Warning>
            <p>{text(Key::CustomerUnresolved)}</p>
            <div class="notice__actions">
                <a class="button" href=Route::RequestSent(id).href()>{text(Key::CustomerUnresolvedLink)}</a>
            </div>
        </Notice>
    })
    };
    let above = view! { <WayBack /> }.into_any();
    let below = view! { {profile} }.into_any();
    view! {
        <Page title above below>
            {open}
            <Show when=move || !told_above()>
                <section class="qualifications" aria-labelledby="qualifications">
                    <div class="section-head">
                        <h2 class="section-head__title" id="qualifications">{text(Key::QualificationsTitle)}</h2>
                        <ReadAt reading=qualifications />
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
                    {move || list.get().map(|list| view! { <Cards id list /> })}
                    <Show when=move || qualifications.value.with(Option::is_none) && qualifications.failure.with(Option::is_none)>
                        <div class="skeleton skeleton--card" aria-hidden="true">
                            <span class="skeleton__line"></span>
                            <span class="skeleton__line"></span>
                            <span class="skeleton__line"></span>
                        </div>
                    </Show>
                </section>
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
    let fact = |key: Key, value: Option<String>| {
        value.filter(|value| !value.trim().is_empty()).map(|value| {
            view! {
                <div class="facts__row">
                    <dt>{text(key)}</dt>
                    <dd><bdi>{value}</bdi></dd>
                </div>
            }
        })
    };
    let address = customer.address.as_ref().map(one_line);
    let domains = (!customer.custom_domains.is_empty()).then(|| customer.custom_domains.join(", "));
    view! {
        <dl class="facts">
            {fact(Key::CustomerDomain, customer.domain.clone())}
            {fact(Key::CustomerDomains, domains)}
            {fact(Key::CustomerAddress, address)}
            {fact(Key::CustomerEmail, customer.email.clone())}
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

/// The cards, and the way to ask for more.
#[component]
fn Cards(id: CustomerId, list: Qualifications) -> impl IntoView {
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
                    view! { <QualificationCard customer=id qualification=qualification.clone() overtaken /> }
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
    view! {
        {cards}
        {nothing_now}
        <p class="next-step"><a class=link_class href=href>{text(Key::RequestLink)}</a></p>
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
