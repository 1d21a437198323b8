//! The shell: configuration, sign-in, header, navigation, the page of each address, and what stands around it.
//! Must not know what happens on a page.

use crate::assets;
use crate::auth::{Idle, SessionState, Why};
use crate::components::{Announcer, Icon, Page, StatusRegion, Symbol};
use crate::config::{Config, Tenant};
use crate::features::customer::CustomerPage;
use crate::features::customer_lookup::CustomerLookup;
use crate::features::pause::{OfflineNotice, PauseNotice};
use crate::features::request::{RequestFlow, Requests, Step};
use crate::features::sign_in::{IdleDialog, SignInAgain, SignInPage, SignOutDialog};
use crate::features::start_up::{SetUpProblem, SetUpProblemPage, TenantChoice, TenantPage};
use crate::i18n::{Key, text};
use crate::partner_center::CustomerId;
use crate::routes::{self, Route as Address, pattern};
use crate::services::Services;
use crate::storage;
use leptos::html;
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_params_map;

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    provide_context(Announcer::new());
    let config = LocalResource::new(read_config);
    view! {
        {move || match config.get() {
            None => view! { <Frame><p class="starting">{text(Key::Starting)}</p></Frame> }.into_any(),
            Some(Err(problem)) => view! { <Frame><SetUpProblemPage problem /></Frame> }.into_any(),
            Some(Ok(config)) => view! { <ForTenant config /> }.into_any(),
        }}
    }
}

async fn read_config() -> Result<Config, SetUpProblem> {
    let file = format!("{}/config.json", routes::base());
    let text = assets::read(&file).await.map_err(SetUpProblem::Unread)?;
    Config::parse(&text).map_err(SetUpProblem::Wrong)
}

/// Where several partner tenants are configured, the person chooses first.
#[component]
fn ForTenant(config: Config) -> impl IntoView {
    let choice = TenantChoice::recall(config.tenants);
    provide_context(choice);
    let chosen = choice.chosen;
    move || match chosen.get() {
        Some(tenant) => view! { <Session tenant /> }.into_any(),
        None => view! { <Frame><TenantPage choice /></Frame> }.into_any(),
    }
}

/// Everything that belongs to one tenant's session.
#[component]
fn Session(tenant: Tenant) -> impl IntoView {
    let services = Services::new(&tenant);
    provide_context(services);
    let requests = Requests::new(services);
    let elsewhere = tenant.partner_center_url.clone();
    provide_context(requests);
    let auth = services.auth();
    let state = auth.state();
    leptos::task::spawn_local({
        let auth = auth.clone();
        async move { auth.start().await }
    });
    watch_activity(services);

    // The pages stay while the person signs in again, so that nothing on them is lost.
    let entered = Memo::new(move |was: Option<&bool>| match state.get() {
        SessionState::SignedIn(person) => {
            storage::belongs_to(&format!("{} {}", person.tenant, person.username));
            true
        }
        SessionState::SignedOut(Why::Expired) | SessionState::Starting => {
            was.copied().unwrap_or(false)
        }
        SessionState::SignedOut(_) => false,
    });
    Effect::new(move |_| match state.get() {
        SessionState::SignedIn(person) => {
            // The same partner elsewhere, such as at a test endpoint, has other requests.
            let whose = format!("{} {}", person.tenant, elsewhere.as_str());
            requests.begin(whose.trim_end());
        }
        SessionState::SignedOut(Why::Expired) | SessionState::Starting => {}
        SessionState::SignedOut(_) => requests.end(),
    });
    let why = Memo::new(move |_| match state.get() {
        SessionState::SignedOut(why) => Some(why),
        _ => None,
    });
    // However the dialog is closed, it comes back: without a sign-in nothing goes on.
    let again = RwSignal::new(false);
    Effect::new(move |_| {
        let wanted = entered.get() && why.get() == Some(Why::Expired);
        if again.get() != wanted {
            again.set(wanted);
        }
    });
    let door = move || match why.get() {
        Some(why) => view! { <SignInPage why /> }.into_any(),
        // Leaving for the authority, or coming back from it: nothing to see for a moment.
        None => view! { <p class="starting">{text(Key::Starting)}</p> }.into_any(),
    };
    move || match entered.get() {
        true => view! {
            <Frame>
                <Pages />
                <IdleDialog />
                <SignInAgain open=again />
            </Frame>
        }
        .into_any(),
        false => view! { <Frame>{door}</Frame> }.into_any(),
    }
}

/// Header, main, footer, and the region that says what happened.
#[component]
fn Frame(children: Children) -> impl IntoView {
    let main = NodeRef::<html::Main>::new();
    let skip = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        if let Some(main) = main.get() {
            let _ = main.focus();
        }
    };
    let services = use_context::<Services>();
    let sandbox = services.is_some_and(|services| services.sandbox);
    view! {
        <a class="skip" href="#main" on:click=skip>{text(Key::SkipToMain)}</a>
        <header class="banner">
            <div class="banner__inner">
                <a class="brand" href=Address::Customers { search: None }.href()>
                    <Icon symbol=Symbol::Badge />
                    <span>{text(Key::AppName)}</span>
                </a>
                <nav class="main-nav" aria-label=text(Key::NavLabel)>
                    <a href=Address::Customers { search: None }.href()>{text(Key::LookupTitle)}</a>
                </nav>
                {services.map(|services| view! { <WhoIsHere services /> })}
            </div>
        </header>
        {sandbox.then(|| view! { <p class="sandbox-bar">{text(Key::SandboxBar)}</p> })}
        <main class="main" id="main" tabindex="-1" node_ref=main>
            <div class="hold-ups">
                <OfflineNotice />
                {services.map(|services| view! { <PauseNotice pause=services.pause /> })}
            </div>
            {children()}
        </main>
        <footer class="foot">
            <p>{text(Key::FootNote)}</p>
        </footer>
        <StatusRegion announcer=Announcer::get() />
    }
}

/// Who is signed in, and the way out.
#[component]
fn WhoIsHere(services: Services) -> impl IntoView {
    let state = services.auth().state();
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
                <button type="button" class="button button--quiet" on:click=move |_| open.set(true)>
                    {text(Key::SignOut)}
                </button>
            </div>
        })}
        <SignOutDialog open />
    }
}

/// The page of each address.
#[component]
fn Pages() -> impl IntoView {
    let sandbox = Services::get().sandbox;
    view! {
        <Router base=routes::base()>
            <FlatRoutes fallback=NotFound>
                <Route path=pattern::customers() view=CustomerLookup />
                <Route path=pattern::customer() view=CustomerRoute />
                <Route path=pattern::request() view=RequestRoute />
                <Route path=pattern::panic() view=move || view! { <PanicRoute sandbox /> } />
            </FlatRoutes>
        </Router>
    }
}

#[component]
fn CustomerRoute() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| id_in(&params.get().get("id").unwrap_or_default()));
    move || match id.get() {
        Some(id) => view! { <CustomerPage id /> }.into_any(),
        None => view! { <NotFound /> }.into_any(),
    }
}

#[component]
fn RequestRoute() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| id_in(&params.get().get("id").unwrap_or_default()));
    let step = Memo::new(move |_| match params.get().get("step").as_deref() {
        None | Some("") => Some(Step::Form),
        Some("check") => Some(Step::Check),
        Some("sent") => Some(Step::Sent),
        Some(_) => None,
    });
    let known = Memo::new(move |_| step.get().is_some());
    move || match (id.get(), known.get()) {
        (Some(id), true) => {
            let step = Signal::derive(move || step.get().unwrap_or(Step::Form));
            view! { <RequestFlow id step /> }.into_any()
        }
        _ => view! { <NotFound /> }.into_any(),
    }
}

/// An address has the ID in its one written form, or in any other that means the same.
fn id_in(segment: &str) -> Option<CustomerId> {
    segment.parse().ok()
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
#[component]
fn PanicRoute(sandbox: bool) -> impl IntoView {
    if sandbox {
        panic!("This page panics on purpose.");
    }
    view! { <NotFound /> }
}

/// Tells the sign-in that somebody is there, for the idle limit.
fn watch_activity(services: Services) {
    let idle = services.auth().idle();
    let touch = move |_: web_sys::Event| {
        // Once the warning is open, only its own button counts: the key that closes it must not reach the page below.
        if idle.try_get_untracked() == Some(Idle::Active) {
            services.auth().touch();
        }
    };
    for event in ["pointerdown", "keydown", "wheel", "touchstart"] {
        let listener = window_event_listener_untyped(event, touch);
        on_cleanup(move || listener.remove());
    }
}
