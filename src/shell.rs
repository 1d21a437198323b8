//! The shell around every page: configuration, tenant, sign-in, header and footer.
//! Must not know any page for people who have signed in: those come as [`Inside`], and the door has none.

use crate::assets;
use crate::auth::{SessionState, Why};
use crate::clock::turn;
use crate::components::{Announcer, Icon, StatusRegion, Symbol};
use crate::config::{Config, Tenant};
use crate::entrance::Entrance;
use crate::features::diagnostics::DiagnosticsLink;
use crate::features::display::{self, DisplayMenu};
use crate::features::pause::OfflineNotice;
use crate::features::sign_in::SignInPage;
use crate::features::start_up::{SetUpProblem, SetUpProblemPage, TenantChoice, TenantPage};
use crate::features::update::say_installable;
use crate::i18n::{Key, text};
use crate::routes::{self, Route as Address};
use crate::storage;
use leptos::html;
use leptos::prelude::*;
use std::panic::PanicHookInfo;

/// What there is for somebody who has signed in.
///
/// Whoever is signed out needs none of it, and does not download it: the program that starts then, the *door*, is the
/// shell alone. Plain functions, so that a program that names none of them contains none of them.
#[derive(Clone, Copy)]
pub struct Inside {
    /// Called once for a tenant: begins the session, and whatever else outlives the pages.
    pub begin: fn(&Tenant, Entrance),
    /// In the navigation: where there is to go.
    pub links: fn(Entrance) -> AnyView,
    /// In the header: who is signed in.
    pub header: fn(Entrance) -> AnyView,
    /// In the menu for language and colours: what else there is to choose.
    pub choices: fn(Entrance) -> AnyView,
    /// Above each page: what holds everything up.
    pub above: fn(Entrance) -> AnyView,
    /// The page of this address, if it needs no sign-in.
    pub open: fn() -> Option<AnyView>,
    /// The pages.
    pub pages: fn(Entrance) -> AnyView,
}

/// Draws the program, and sees to it that a fault of its own is shown instead of leaving a frozen page.
pub fn start(inside: Option<Inside>) {
    std::panic::set_hook(Box::new(show_panic));
    let base = document()
        .query_selector("meta[name=vetted-base]")
        .ok()
        .flatten()
        .and_then(|meta| meta.get_attribute("content"));
    routes::set_base(base.as_deref().unwrap_or("/"));
    mount_to_body(move || view! { <Shell inside /> });
}

/// Hands the message to `boot.mjs`, which shows it in a static panel: by then nothing of the app can be used.
fn show_panic(info: &PanicHookInfo<'_>) {
    console_error_panic_hook::hook(info);
    let message = info.to_string();
    let event = web_sys::CustomEventInit::new();
    event.set_detail(&message.into());
    if let Ok(event) = web_sys::CustomEvent::new_with_event_init_dict("vetted:panic", &event) {
        let _ = window().dispatch_event(&event);
    }
}

#[component]
fn Shell(inside: Option<Inside>) -> impl IntoView {
    provide_context(Announcer::new());
    let door = display::IsDoor(inside.is_none());
    provide_context(door);
    let config = RwSignal::new_local(None);
    leptos::task::spawn_local(async move {
        let read = read_config().await;
        let usual = read.as_ref().map_or("", |config| &config.default_language);
        display::begin(usual, door).await;
        config.try_set(Some(read));
    });
    view! {
        {move || match config.get() {
            // The static page stands there until there is more to say.
            None => ().into_any(),
            Some(Err(problem)) => {
                let page = inside
                    .and_then(|inside| (inside.open)())
                    .unwrap_or_else(|| view! { <SetUpProblemPage problem /> }.into_any());
                view! { <Frame inside=None>{page}</Frame> }.into_any()
            }
            Some(Ok(config)) => view! { <ForTenant config inside /> }.into_any(),
        }}
    }
}

async fn read_config() -> Result<Config, SetUpProblem> {
    let file = format!("{}/config.json", routes::base());
    let text = assets::read(&file).await.map_err(SetUpProblem::Unread)?;
    let config = Config::parse(&text).map_err(SetUpProblem::Wrong)?;
    say_installable(config.installable);
    Ok(config)
}

/// Where several partner tenants are configured, the person chooses first.
#[component]
fn ForTenant(config: Config, inside: Option<Inside>) -> impl IntoView {
    let choice = TenantChoice::recall(config.tenants);
    provide_context(choice);
    let chosen = choice.chosen;
    move || match chosen.get() {
        Some(tenant) => view! { <Session tenant inside /> }.into_any(),
        None => view! { <Frame inside=None><TenantPage choice /></Frame> }.into_any(),
    }
}

/// Everything that belongs to one tenant's session.
#[component]
fn Session(tenant: Tenant, inside: Option<Inside>) -> impl IntoView {
    let entrance = Entrance::new(&tenant);
    provide_context(entrance);
    let auth = entrance.auth();
    let state = auth.state();
    if let Some(inside) = inside {
        (inside.begin)(&tenant, entrance);
    } else {
        leptos::task::spawn_local(async move {
            // What is drawn then takes long enough for a task of its own.
            turn().await;
            auth.resume().await;
        });
    }

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
    let open = move || inside.and_then(|inside| (inside.open)());
    let outside = move || match state.get() {
        // Who has just been signed out is told that first.
        SessionState::SignedOut(why @ (Why::SignedOutHere { .. } | Why::IdleTooLong)) => {
            view! { <SignInPage why /> }.into_any()
        }
        SessionState::SignedOut(why) => {
            open().unwrap_or_else(|| view! { <SignInPage why /> }.into_any())
        }
        // Leaving for the authority, or coming back from it: nothing to see for a moment.
        _ => view! { <p class="starting">{text(Key::Starting)}</p> }.into_any(),
    };
    let known = Memo::new(move |was: Option<&bool>| {
        was.copied().unwrap_or(false) || state.get() != SessionState::Starting
    });
    move || match inside.filter(|_| entered.get()) {
        // The same until it is known who is there.
        _ if !known.get() => ().into_any(),
        Some(pages) => view! { <Frame inside>{(pages.pages)(entrance)}</Frame> }.into_any(),
        None => view! { <Frame inside>{outside}</Frame> }.into_any(),
    }
}

/// Header, main, footer, and the region that says what happened.
#[component]
fn Frame(inside: Option<Inside>, children: Children) -> impl IntoView {
    let main = NodeRef::<html::Main>::new();
    let skip = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        if let Some(main) = main.get() {
            let _ = main.focus();
        }
    };
    let entrance = use_context::<Entrance>();
    let sandbox = entrance.is_some_and(|entrance| entrance.sandbox);
    let part = |which: fn(Inside) -> fn(Entrance) -> AnyView| {
        let (inside, entrance) = inside.zip(entrance)?;
        Some(which(inside)(entrance))
    };
    view! {
        <a class="skip" href="#main" on:click=skip>{text(Key::SkipToMain)}</a>
        <header class="banner">
            <div class="banner__inner">
                <a class="brand" href=Address::Customers { search: None }.href()>
                    <Icon symbol=Symbol::Badge />
                    <span>{text(Key::AppName)}</span>
                </a>
                <nav class="main-nav" aria-label=text(Key::NavLabel)>
                    {part(|inside| inside.links).unwrap_or_else(|| view! {
                        <a href=Address::Customers { search: None }.href()>{text(Key::LookupTitle)}</a>
                    }.into_any())}
                </nav>
                <DisplayMenu more=part(|inside| inside.choices) />
                {part(|inside| inside.header)}
            </div>
            {sandbox.then(|| view! { <p class="sandbox-bar">{text(Key::SandboxBar)}</p> })}
        </header>
        <main class="main" id="main" tabindex="-1" node_ref=main>
            <div class="hold-ups">
                <OfflineNotice />
                {part(|inside| inside.above)}
            </div>
            {children()}
        </main>
        <footer class="foot">
            <p>{text(Key::FootNote)} " " <DiagnosticsLink label=Key::DiagnosticsTitle /></p>
        </footer>
        <StatusRegion announcer=Announcer::get() />
    }
}
