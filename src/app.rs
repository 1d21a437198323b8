//! What there is for somebody who has signed in: the page of each address, who is signed in, and the dialogs over them.
//! Must not know what happens on a page, nor how anybody comes in.

use crate::auth::{Idle, SessionState, Why};
use crate::clock;
use crate::components::{Announcer, Icon, Page, Symbol, keep_focus};
use crate::config::Tenant;
use crate::entrance::Entrance;
use crate::features::customer::CustomerPage;
use crate::features::customer_lookup::{CustomerLookup, SEARCH_FIELD};
use crate::features::diagnostics::DiagnosticsPage;
use crate::features::display::{Shortcuts, ShortcutsChoice, ShortcutsDialog, reach};
use crate::features::following::{FollowManyPage, Following, RequestsLink, RequestsPage, Told};
use crate::features::pause::PauseNotice;
use crate::features::request::{RequestFlow, Requests, Step};
use crate::features::sign_in::{IdleDialog, SignInAgain, SignOutDialog};
use crate::features::update::{Update, UpdateNotice};
use crate::i18n::{Key, text};
use crate::location::Location;
use crate::routes::{self, Route as Address};
use crate::services::Services;
use crate::shell::Inside;
use leptos::prelude::*;

/// The app within the shell.
pub const APP: Inside = Inside {
    begin,
    links: |entrance| view! { <Links entrance /> }.into_any(),
    header: |entrance| view! { <WhoIsHere entrance /> }.into_any(),
    choices: |_| view! { <ShortcutsChoice /> }.into_any(),
    above: |_| view! { <UpdateNotice /><PauseNotice pause=Services::get().pause /> }.into_any(),
    open: || at_diagnostics().then(|| view! { <DiagnosticsPage /> }.into_any()),
    pages: |entrance| view! { <Entered entrance /> }.into_any(),
};

/// Whether the address is that of the diagnostics page, which needs neither a sign-in nor a configuration.
fn at_diagnostics() -> bool {
    let path = window().location().pathname();
    path.is_ok_and(|path| routes::is_diagnostics(&path))
}

/// Open requests outlive the pages, and belong to whoever is signed in.
fn begin(tenant: &Tenant, entrance: Entrance) {
    let services = Services::new(tenant, entrance.auth());
    provide_context(services);
    provide_context(Update::watch(Announcer::get()));
    let following = Following::new(services);
    provide_context(following);
    provide_context(Told::begin(following, Announcer::get()));
    let requests = Requests::new(services, following);
    provide_context(requests);
    let elsewhere = tenant.partner_center_url.clone();
    let state = entrance.auth().state();
    Effect::new(move |_| match state.get() {
        SessionState::SignedIn(person) => {
            // The same partner elsewhere, such as at a test endpoint, has other requests.
            let whose = format!("{} {}", person.tenant, elsewhere.as_str());
            requests.begin(whose.trim_end());
            following.begin(whose.trim_end());
        }
        SessionState::SignedOut(Why::Expired) | SessionState::Starting => {}
        SessionState::SignedOut(_) => {
            requests.end();
            following.end();
        }
    });
    let location = Location::follow();
    provide_context(location);
    provide_context(Shortcuts::listen(move || {
        if document().get_element_by_id(SEARCH_FIELD).is_none() {
            location.to(&Address::Customers { search: None });
        }
        reach(SEARCH_FIELD);
    }));
    let auth = entrance.auth();
    leptos::task::spawn_local(async move { auth.start().await });
    watch_activity(entrance);
}

/// The pages, and what may lie over them.
#[component]
fn Entered(entrance: Entrance) -> impl IntoView {
    let state = entrance.auth().state();
    // However the dialog is closed, it comes back: without a sign-in nothing goes on.
    let again = RwSignal::new(false);
    Effect::new(move |_| {
        let wanted = state.with(|state| matches!(state, SessionState::SignedOut(Why::Expired)));
        if again.get() != wanted {
            again.set(wanted);
        }
    });
    view! {
        <Pages />
        <IdleDialog />
        <SignInAgain open=again />
        <ShortcutsDialog />
    }
}

/// Where there is to go, and where the person is.
#[component]
fn Links(entrance: Entrance) -> impl IntoView {
    let state = entrance.auth().state();
    let location = Location::get();
    let address = Memo::new(move |_| Address::at(&location.path()));
    // A page below one of the navigation's is not that page, but belongs to it.
    let customers = Signal::derive(move || match address.get() {
        Some(Address::Customers { .. }) => Some("page"),
        Some(Address::Customer(_) | Address::Request(..)) => Some("true"),
        Some(Address::RequestCheck(_) | Address::RequestSent(_)) => Some("true"),
        _ => None,
    });
    let requests = Signal::derive(move || match address.get() {
        Some(Address::Requests { .. }) => Some("page"),
        Some(Address::FollowMany) => Some("true"),
        _ => None,
    });
    view! {
        <a href=Address::Customers { search: None }.href() aria-current=customers>{text(Key::LookupTitle)}</a>
        <Show when=move || matches!(state.get(), SessionState::SignedIn(_) | SessionState::SignedOut(Why::Expired))>
            <RequestsLink told=Told::get() current=requests />
        </Show>
    }
}

/// Who is signed in, and the way out.
#[component]
fn WhoIsHere(entrance: Entrance) -> impl IntoView {
    let state = entrance.auth().state();
    let open = RwSignal::new(false);
    let person = move || match state.get() {
        SessionState::SignedIn(person) => Some(person),
        _ => None,
    };
    view! {
        {move || person().map(|person| view! {
            <div class="person">
                <span class="person__name" title=person.username>
                    <Icon symbol=Symbol::Person />
                    <bdi>{person.name}</bdi>
                </span>
                <button
                    type="button"
                    class="button button--quiet"
                    title=text(Key::SignOut)
                    on:click=move |_| open.set(true)
                >
                    <Icon symbol=Symbol::Leave />
                    <span>{text(Key::SignOut)}</span>
                </button>
            </div>
        })}
        <SignOutDialog open />
    }
}

/// The page of each address.
#[component]
pub fn Pages() -> impl IntoView {
    let sandbox = Services::get().sandbox;
    let location = Location::get();
    location.take_links();
    let address = Memo::new(move |_| Address::at(&location.path()));
    // Another page focuses its heading. The same one may lose what had the focus.
    let first = location.search_now();
    Effect::new(move |was: Option<String>| {
        let search = location.search();
        if was.as_ref().unwrap_or(&first) != &search {
            leptos::task::spawn_local(async {
                // Once it is drawn.
                clock::turn().await;
                keep_focus();
            });
        }
        search
    });
    // The steps of a request are one page. One that is left stays as it is until it is gone.
    let step = Memo::new(move |was: Option<&Step>| match address.get() {
        Some(Address::RequestCheck(_)) => Step::Check,
        Some(Address::RequestSent(_)) => Step::Sent,
        Some(Address::Request(..)) => Step::Form,
        _ => was.copied().unwrap_or(Step::Form),
    });
    let page = Memo::new(move |_| match address.get() {
        Some(Address::RequestCheck(id) | Address::RequestSent(id)) => {
            Some(Address::Request(id, None))
        }
        address => address,
    });
    move || match page.get() {
        Some(Address::Customers { .. }) => view! { <CustomerLookup /> }.into_any(),
        Some(Address::Customer(id)) => view! { <CustomerPage id /> }.into_any(),
        Some(Address::Request(id, _)) => view! { <RequestFlow id step=step.into() /> }.into_any(),
        Some(Address::Requests { .. }) => view! { <RequestsPage /> }.into_any(),
        Some(Address::FollowMany) => view! { <FollowManyPage /> }.into_any(),
        Some(Address::Diagnostics) => view! { <DiagnosticsPage /> }.into_any(),
        Some(Address::Panic) if sandbox => panic_page(),
        _ => view! { <NotFound /> }.into_any(),
    }
}

#[component]
fn NotFound() -> impl IntoView {
    view! {
        <Page title=text(Key::NotFoundTitle)>
            <p>{text(Key::NotFound)}</p>
            <p class="next-step">
                <a class="button" href=Address::Customers { search: None }.href()>{text(Key::NotFoundBack)}</a>
            </p>
        </Page>
    }
}

/// Panics on purpose, in the sandbox only: how a fault of the app looks to a person, and to a test.
fn panic_page() -> AnyView {
    panic!("This page panics on purpose.");
}

/// Tells the sign-in that somebody is there, for the idle limit.
fn watch_activity(entrance: Entrance) {
    let idle = entrance.auth().idle();
    let touch = move |_: web_sys::Event| {
        // Once the warning is open, only its own button counts: the key that closes it must not reach the page below.
        if idle.try_get_untracked() == Some(Idle::Active) {
            entrance.auth().touch();
        }
    };
    for event in ["pointerdown", "keydown", "wheel", "touchstart"] {
        let listener = window_event_listener_untyped(event, touch);
        on_cleanup(move || listener.remove());
    }
}
