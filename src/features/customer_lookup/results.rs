//! The list of customers found, a page of it at a time.
//! Must not know how they were found.

use super::{Findings, PAGE_SIZE, summary};
use crate::components::{Pager, focus_field};
use crate::i18n::{Key, isolated, text, text_with};
use crate::partner_center::Customer;
use crate::routes::Route;
use leptos::prelude::*;

/// The id of the list's heading.
const COUNT: &str = "results-count";

/// What was found: nothing, some, or a part with more to load.
#[component]
pub(super) fn Results(
    findings: Findings,
    /// The search as typed, for the addresses of the other pages.
    search: String,
    /// The page asked for, from 1.
    page: usize,
    /// Whether more is being loaded.
    busy: RwSignal<bool>,
    /// Whether the heading takes the focus.
    focused: bool,
    /// Loads more.
    on_more: impl Fn() + 'static,
) -> impl IntoView {
    if focused {
        request_animation_frame(|| focus_field(COUNT));
    }
    let Findings { customers, more } = findings;
    let (found, more_there) = (customers.len(), more.is_some());
    let count = move || summary(found, more_there);
    if customers.is_empty() && more.is_none() {
        return view! { <NoneFound search /> }.into_any();
    }
    let pages = customers.len().div_ceil(PAGE_SIZE).max(1);
    let page = page.min(pages);
    let shown: Vec<_> = customers
        .into_iter()
        .skip((page - 1) * PAGE_SIZE)
        .take(PAGE_SIZE)
        .collect();
    let on_last = page == pages;
    let link = move |page: usize| {
        let search = Some((search.clone(), page));
        Route::Customers { search }.href()
    };
    let more = (on_last && more.is_some()).then(|| view! {
        <p class="more">
            <button type="button" class="button" aria-disabled=move || busy.get().then_some("true") on:click=move |_| on_more()>
                {text(Key::LookupMore)}
            </button>
            <span class="more__note">{text(Key::LookupMoreNote)}</span>
        </p>
    });
    view! {
        <section class="results" aria-labelledby=COUNT>
            <h2 class="results__count" id=COUNT tabindex="-1">{count}</h2>
            <ul class="results__list">{shown.into_iter().map(|customer| view! { <Line customer /> }).collect_view()}</ul>
            {more}
            {(pages > 1).then(|| view! { <Pager page pages link /> })}
        </section>
    }
    .into_any()
}

#[component]
fn Line(customer: Customer) -> impl IntoView {
    let href = Route::Customer(customer.id).href();
    view! {
        <li class="result">
            <a class="result__name" href=href><bdi>{customer.company_name}</bdi></a>
            <span class="result__domain"><bdi>{customer.domain}</bdi></span>
            <code class="result__id">{customer.id.to_string()}</code>
        </li>
    }
}

#[component]
fn NoneFound(search: String) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="none-found">
            <h2 class="panel__title" id="none-found">{text(Key::LookupNone)}</h2>
            <p>{text_with(Key::LookupNoneFor, move || [("search", isolated(&search))])}</p>
            <ul class="panel__list">
                <li>{text(Key::LookupNoneBeginning)}</li>
                <li>{text(Key::LookupNoneId)}</li>
                <li>{text(Key::LookupNoneRelationship)}</li>
            </ul>
        </section>
    }
}
