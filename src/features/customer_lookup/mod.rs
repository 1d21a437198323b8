//! Finding a customer by ID, domain or company name. The search is in the address (`?q=`), so it can be shared and reloaded.
//! Must not know what is shown of a customer once it is found.

mod results;
mod tour;

use self::results::Results;
use self::tour::Tour;
use crate::components::{Announcer, Icon, Page, Symbol};
use crate::features::failure::Failure;
use crate::features::reading::again_once_connected;
use crate::features::request::OpenRequests;
use crate::i18n::{Key, Plural, Text, in_order, plural, t, text, text_with};
use crate::location::Location;
use crate::partner_center::{
    Cancel, Client, Cursor, Customer, CustomerId, Error, ErrorKind, SearchText, SearchTextError,
};
use crate::passing::passing;
use crate::routes::{Route, search_in};
use crate::services::Services;
use crate::storage;
use leptos::prelude::*;

/// Customers on one page of the list.
const PAGE_SIZE: usize = 100;

/// Where the text of the field is kept.
const TYPED: &str = "lookup";

/// What the address asks for.
#[derive(Clone, Debug, PartialEq)]
enum Wish {
    /// Nothing yet.
    Nothing,
    /// Something that cannot be searched for; why.
    Impossible(SearchTextError),
    /// A customer ID that was not typed or copied as a whole.
    BrokenId,
    /// A customer by its ID.
    Customer(CustomerId),
    /// Customers whose name or domain begins so.
    Search(SearchText),
}

impl Wish {
    fn of(text: Option<&str>) -> Self {
        let Some(text) = text else {
            return Self::Nothing;
        };
        if let Some(id) = CustomerId::find_in(text) {
            return Self::Customer(id);
        }
        if looks_like_customer_id(text.trim()) {
            return Self::BrokenId;
        }
        match SearchText::try_from(text) {
            Ok(search) => Self::Search(search),
            Err(error) => Self::Impossible(error),
        }
    }
}

/// The id of the search field, for whoever leads there.
pub const SEARCH_FIELD: &str = "lookup";

/// What has been found so far for one search.
#[derive(Clone, Debug, Default, PartialEq)]
struct Findings {
    customers: Vec<Customer>,
    more: Option<Cursor>,
}

/// The page `/`: the search field, and what was found.
#[component]
pub fn CustomerLookup() -> impl IntoView {
    let services = Services::get();
    let announcer = Announcer::get();
    let location = Location::get();

    let address = passing(move || search_in(&location.search()));
    let wish = Memo::new(move |_| Wish::of(address.get().0.as_deref()));
    let page = Memo::new(move |_| address.get().1);
    // What was typed and not yet looked up survives a reload; what was looked up stands in the address.
    let looked_up = address.get_untracked().0;
    let typed = RwSignal::new(
        looked_up
            .or_else(|| storage::recall(TYPED))
            .unwrap_or_default(),
    );
    Effect::new(move |before: Option<Option<String>>| {
        let now = address.get().0;
        if let Some(text) = now
            .as_ref()
            .filter(|_| before.is_some_and(|before| before != now))
        {
            typed.set(text.clone());
        }
        now
    });
    Effect::new(move |_| storage::keep(TYPED, &typed.get()));

    let found = RwSignal::new(None::<Findings>);
    let failure = RwSignal::new(None::<Error>);
    let busy = RwSignal::new(false);
    let in_flight = StoredValue::new_local(None::<Cancel>);
    let round = StoredValue::new(0_u32);
    let abort = move || {
        if let Some(Some(cancel)) = in_flight.try_get_value() {
            cancel.abort();
        }
    };
    on_cleanup(abort);

    // Asks until `wanted` customers are there or there are no more; a newer call makes this one fall silent.
    let load = move |client: Client, search: SearchText, wanted: usize| {
        abort();
        let cancel = Cancel::default();
        in_flight.set_value(Some(cancel.clone()));
        let mine = round.get_value() + 1;
        round.set_value(mine);
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            let so_far = found.try_get_untracked().flatten();
            let outcome = gather(&client, &search, so_far, wanted, &cancel).await;
            if round.try_get_value() != Some(mine) {
                return;
            }
            busy.try_set(false);
            match outcome {
                Ok(findings) => {
                    announcer.say(summary(findings.customers.len(), findings.more.is_some()));
                    found.try_set(Some(findings));
                }
                Err(error) if error.kind == ErrorKind::Cancelled => {}
                Err(error) => {
                    failure.try_set(Some(error));
                }
            }
        });
    };

    Effect::new(move |_| {
        found.set(None);
        failure.set(None);
        match wish.get() {
            Wish::Nothing | Wish::Impossible(_) | Wish::BrokenId => {
                abort();
                round.update_value(|round| *round += 1);
                busy.set(false);
            }
            Wish::Customer(id) => {
                // In place of the search, so that Back does not come straight here again.
                location.instead(&Route::Customer(id));
            }
            Wish::Search(search) => {
                load(services.client(), search, page.get_untracked() * PAGE_SIZE);
            }
        }
    });

    let again = move || {
        if let Wish::Search(search) = wish.get_untracked() {
            load(services.client(), search, page.get_untracked() * PAGE_SIZE);
        }
    };
    again_once_connected(failure, again);
    // After loading more, and on another page, the focus goes to the list's heading: what had it is gone.
    let refocus = StoredValue::new(false);
    Effect::new(move |before: Option<usize>| {
        let now = page.get();
        refocus.set_value(before.is_some_and(|before| before != now));
        now
    });
    let load_more = move || {
        let (Wish::Search(search), Some(findings)) = (wish.get_untracked(), found.get_untracked())
        else {
            return;
        };
        refocus.set_value(true);
        let full_pages = findings.customers.len() / PAGE_SIZE;
        load(services.client(), search, findings.customers.len() + 1);
        // When the last page is full, what comes next stands on a new one.
        if findings.customers.len() % PAGE_SIZE == 0 && full_pages >= page.get_untracked() {
            let text = address.get_untracked().0.unwrap_or_default();
            location.to(&Route::Customers {
                search: Some((text, full_pages + 1)),
            });
        }
    };

    let refused = RwSignal::new(None::<Wish>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let text = typed.get_untracked();
        if address.get_untracked() == (Some(text.clone()), 1) {
            // The same once more is asked once more: things may have changed.
            found.set(None);
            return again();
        }
        refused.set(None);
        match Wish::of(Some(&text)) {
            Wish::Customer(id) => location.to(&Route::Customer(id)),
            Wish::Search(_) => location.to(&Route::Customers {
                search: Some((text, 1)),
            }),
            // What cannot be searched for stays in the field and out of the address.
            other => refused.set(Some(other)),
        }
    };
    let error = Signal::derive(move || match refused.get().unwrap_or_else(|| wish.get()) {
        Wish::Impossible(error) => Some(impossible(error)),
        Wish::BrokenId => Some(text(Key::LookupBrokenId)),
        _ => None,
    });

    let retry = move || {
        view! {
            <button type="button" class="button" on:click=move |_| again()>{text(Key::TryAgain)}</button>
        }
    };
    view! {
        <Page title=text(Key::LookupTitle) erroneous=Signal::derive(move || error.get().is_some())>
            <search role="search">
                <form class="lookup" on:submit=submit novalidate=true>
                    <SearchField typed error />
                    <button type="submit" class="button button--primary">
                        <Icon symbol=Symbol::Search />
                        {text(Key::LookupButton)}
                    </button>
                </form>
            </search>
            <OpenRequests />
            {move || failure.get().map(|error| view! { <Failure error>{retry()}</Failure> })}
            <Show when=move || busy.get() && found.get().is_none()>
                <Waiting />
            </Show>
            <Show when=move || !matches!(wish.get(), Wish::Customer(_) | Wish::Search(_))>
                <Tour />
                <HowToSearch />
            </Show>
            {move || found.get().map(|findings| {
                let search = address.get().0.unwrap_or_default();
                // What is drawn while more is on its way is drawn once more when that is there.
                let focused = refocus.try_get_value().unwrap_or_default();
                if !busy.get_untracked() {
                    refocus.set_value(false);
                }
                view! { <Results findings search page=page.get() busy focused on_more=load_more /> }
            })}
        </Page>
    }
}

/// The field itself: always there, whatever the results do.
#[component]
fn SearchField(typed: RwSignal<String>, error: Signal<Option<Text>>) -> impl IntoView {
    const ID: &str = SEARCH_FIELD;
    let described = move || match error.get() {
        Some(_) => "lookup-error lookup-hint",
        None => "lookup-hint",
    };
    view! {
        <div class="lookup__field" class:field--wrong=move || error.get().is_some()>
            <label class="field__label" for=ID>{text(Key::LookupField)}</label>
            {move || error.get().map(|error| view! {
                <p class="field__error" id="lookup-error" role="alert">{error}</p>
            })}
            <input
                class="field__control"
                id=ID
                type="search"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                enterkeyhint="search"
                aria-describedby=described
                aria-invalid=move || error.get().is_some().then_some("true")
                prop:value=typed
                on:input:target=move |event| typed.set(event.target().value())
            />
            <p class="field__hint" id="lookup-hint">{text(Key::LookupHint)}</p>
        </div>
    }
}

/// What can be typed, while nothing has been.
#[component]
fn HowToSearch() -> impl IntoView {
    let example = |kind: Key, sample: Key, note: Key| {
        view! {
            <div class="examples__row">
                <dt>{text(kind)}</dt>
                <dd><code>{text(sample)}</code> " " <span>{text(note)}</span></dd>
            </div>
        }
    };
    view! {
        <section class="panel panel--quiet" aria-labelledby="how-to-search">
            <h2 class="panel__title" id="how-to-search">{text(Key::LookupHowTitle)}</h2>
            <dl class="examples">
                {example(Key::LookupHowName, Key::LookupHowNameSample, Key::LookupHowNameNote)}
                {example(Key::LookupHowDomain, Key::LookupHowDomainSample, Key::LookupHowDomainNote)}
                {example(Key::LookupHowId, Key::LookupHowIdSample, Key::LookupHowIdNote)}
            </dl>
            <p class="panel__note">{text(Key::LookupHowLimit)}</p>
        </section>
    }
}

/// Lines where results will stand. They become visible only when the answer takes its time.
#[component]
fn Waiting() -> impl IntoView {
    view! {
        <div class="skeleton" aria-hidden="true">
            <span class="skeleton__line"></span>
            <span class="skeleton__line"></span>
            <span class="skeleton__line"></span>
        </div>
    }
}

/// Whether a text is meant to be a customer ID: about as long as one, and of the same digits and letters; or one that was
/// copied only in part.
///
/// Only asked about texts without an ID in them. A company name of this form would still be found by fewer letters.
fn looks_like_customer_id(text: &str) -> bool {
    let text = text.trim_start_matches('{').trim_end_matches('}');
    let groups = text.split('-').count();
    let signs = text.bytes().filter(|byte| *byte != b'-').count();
    // One slip of the finger is still an ID; words with hyphens are not.
    let slips = text
        .bytes()
        .filter(|byte| *byte != b'-' && !byte.is_ascii_hexdigit())
        .count();
    let length = (28..=36).contains(&signs) && groups == 5 || (24..=40).contains(&signs);
    length && slips <= 1 || is_beginning_of_id(text)
}

/// Eight hexadecimal digits, a hyphen, four of them, another hyphen, and nothing after it that an ID has not.
fn is_beginning_of_id(text: &str) -> bool {
    let mut groups = text.split('-');
    let has = |group: Option<&str>, length| group.is_some_and(|group| group.len() == length);
    let hexadecimal = text
        .bytes()
        .all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    hexadecimal && has(groups.next(), 8) && has(groups.next(), 4) && groups.next().is_some()
}

async fn gather(
    client: &Client,
    search: &SearchText,
    so_far: Option<Findings>,
    wanted: usize,
    cancel: &Cancel,
) -> Result<Findings, Error> {
    let mut findings = match so_far {
        Some(findings) => findings,
        None => {
            let found = client.search(search, cancel).await?;
            Findings {
                customers: in_their_order(found.customers),
                more: found.more,
            }
        }
    };
    while findings.customers.len() < wanted
        && let Some(cursor) = findings.more.take()
    {
        let found = client.more(&cursor, cancel).await?;
        findings.customers.extend(in_their_order(found.customers));
        findings.more = found.more;
    }
    Ok(findings)
}

fn summary(count: usize, more: bool) -> String {
    match (count, more) {
        (0, false) => t(Key::LookupNone),
        (n, false) => plural(Plural::LookupFound, n),
        (n, true) => plural(Plural::LookupFoundMore, n),
    }
}

/// As the person's language has them, which the service does not know.
fn in_their_order(customers: Vec<Customer>) -> Vec<Customer> {
    let names: Vec<_> = customers
        .iter()
        .map(|it| it.company_name.as_str())
        .collect();
    let mut placed: Vec<_> = in_order(&names).into_iter().zip(customers).collect();
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, customer)| customer).collect()
}

fn impossible(error: SearchTextError) -> Text {
    match error {
        SearchTextError::Empty => text(Key::LookupEmpty),
        SearchTextError::TooLong { limit } => {
            text_with(Key::LookupTooLong, move || [("limit", limit.to_string())])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_id_goes_straight_to_the_customer_and_a_broken_one_is_pointed_out() {
        let whole = "see https://partner.example/11111111-2222-4333-8444-555555555555/x";
        assert!(matches!(Wish::of(Some(whole)), Wish::Customer(_)));
        for broken in [
            "11111111-2222-4333-8444-55555555555",
            "{11111111-2222-4333-8444-55555555555g}",
            "1111111122224333844455555555555",
            "11111111-2222-4333-8444",
            "11111111-2222-",
        ] {
            assert_eq!(Wish::of(Some(broken)), Wish::BrokenId, "{broken}");
        }
    }

    #[test]
    fn names_and_domains_are_searched_for_even_when_they_have_hyphens_and_digits() {
        for name in [
            "a-b-c-d-e",
            "St-Mary-of-the-Sea",
            "4711",
            "deadbeef",
            "deadbeef-cafe",
            "feedface-cafe-bistro",
            "university-of-applied-sciences-bonn",
            "five-group-name-with-hyphens.example",
        ] {
            assert!(matches!(Wish::of(Some(name)), Wish::Search(_)), "{name}");
        }
        assert_eq!(Wish::of(None), Wish::Nothing);
        assert_eq!(
            Wish::of(Some("  ")),
            Wish::Impossible(SearchTextError::Empty)
        );
    }
}
