//! What every feature shares: the API client, the clock, the pause. Found in the context.
//! Must not know any feature.

use crate::assets;
use crate::auth::{Auth, SignInError};
use crate::clock::{self, Clock};
use crate::config::Tenant;
use crate::i18n::language;
use crate::partner_center::{Client, Host, NoToken, RequestContract};
use crate::routes;
use crate::tabs::{self, Channel};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use std::cell::OnceCell;
use std::rc::Rc;

/// The shared services; a small handle, copied freely.
#[derive(Clone, Copy)]
pub struct Services {
    client: StoredValue<Client, LocalStorage>,
    /// The app's clock.
    pub clock: Clock,
    /// Whether all calls pause.
    pub pause: Pause,
    /// Whether this is the sandbox, where nothing is real.
    pub sandbox: bool,
    /// The form of the request that the service understands.
    pub contract: RequestContract,
}

impl Services {
    /// Puts the services together for one tenant, with tokens from its sign-in.
    pub fn new(tenant: &Tenant, auth: Auth) -> Self {
        let clock = Clock::start(tenant.is_sandbox());
        if tenant.is_sandbox() {
            keep_up_with_the_sandbox(clock);
        }
        let pause = Pause::new();
        let other_tabs = Rc::new(OnceCell::new());
        let host = AppHost {
            auth,
            clock,
            pause,
            other_tabs: Rc::clone(&other_tabs),
        };
        let services = Self::put_together(tenant, clock, pause, Rc::new(host));
        // The service counts the calls of all tabs together, so a pause is for all of them.
        let heard = move |until: String| {
            let client = services.client.try_get_value();
            if let (Some(client), Ok(until)) = (client, until.parse::<u64>()) {
                // What a tab hears late may be over; the client takes no notice of that.
                client.pause_for(until as f64 - js_sys::Date::now());
            }
        };
        let name = format!(
            "vetted.pause {} {}",
            tenant.authority.as_str(),
            tenant.client_id
        );
        let _ = other_tabs.set(Channel::open(&name, heard));
        services
    }

    /// The same with tokens from elsewhere than the sign-in, which is a whole-page redirect: for tests of components.
    ///
    /// `host` is made from the clock and the pause that the services share.
    pub fn with_host(tenant: &Tenant, host: impl FnOnce(Clock, Pause) -> Rc<dyn Host>) -> Self {
        let clock = Clock::start(tenant.is_sandbox());
        let pause = Pause::new();
        Self::put_together(tenant, clock, pause, host(clock, pause))
    }

    fn put_together(tenant: &Tenant, clock: Clock, pause: Pause, host: Rc<dyn Host>) -> Self {
        let base_url = match tenant.partner_center_url.as_str() {
            "" => routes::base(),
            url => url.to_owned(),
        };
        let client = Client::new(base_url, tenant.request_contract, host)
            .with_locale(|| untrack(language).tag().to_owned());
        Self {
            client: StoredValue::new_local(client),
            clock,
            pause,
            sandbox: tenant.is_sandbox(),
            contract: tenant.request_contract,
        }
    }

    /// The services of this app.
    pub fn get() -> Self {
        expect_context()
    }

    /// The API client.
    pub fn client(&self) -> Client {
        self.client.get_value()
    }
}

/// Whose is what is kept apart for each tenant: the signed-in one's; nobody's before the sign-in and after the sign-out.
#[derive(Clone, Copy)]
pub struct Whose(StoredValue<Option<String>>);

impl Whose {
    /// Nobody's.
    pub fn nobodys() -> Self {
        Self(StoredValue::new(None))
    }

    /// It is this tenant's from now on. Says whether it was not before.
    pub fn begin(self, tenant: &str) -> bool {
        let new = self.tenant().as_deref() != Some(tenant);
        if new {
            self.0.set_value(Some(tenant.to_owned()));
        }
        new
    }

    /// It is nobody's any more.
    pub fn end(self) {
        self.0.set_value(None);
    }

    /// The tenant; nothing when it is nobody's, or that part of the app has been left for good.
    pub fn tenant(self) -> Option<String> {
        self.0.try_get_value().flatten()
    }
}

/// Whether all calls pause because Partner Center asked for it, and until when.
#[derive(Clone, Copy)]
pub struct Pause(RwSignal<Option<f64>>);

impl Pause {
    fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Until when, on [`clock::steady`]; `None` when no call has to wait.
    pub fn until(self) -> Option<f64> {
        self.0.get()
    }

    /// Whether calls have to wait now. Does not make a view follow it.
    pub fn is_on(self) -> bool {
        self.0.try_get_untracked().flatten().is_some()
    }

    /// All calls wait until then, in place of what was known before.
    pub fn begin(self, until: f64) {
        self.0.try_set(Some(until));
        leptos::task::spawn_local(async move {
            clock::wait(until - clock::steady()).await;
            if self.0.try_get_untracked() == Some(Some(until)) {
                self.0.try_set(None);
            }
        });
    }
}

/// How often the sandbox is asked for its time, in milliseconds.
const SANDBOX_TICK: u32 = 5_000;

/// In the sandbox a week may pass between two looks at the page, and nothing else is asked for meanwhile.
fn keep_up_with_the_sandbox(clock: Clock) {
    let ask = move || {
        if tabs::visible() {
            leptos::task::spawn_local(async move {
                let file = format!("{}/config.json", routes::base());
                if let Some(look) = assets::look(&file).await {
                    clock.served_at(look.header("date"));
                }
            });
        }
    };
    let interval = send_wrapper::SendWrapper::new(Interval::new(SANDBOX_TICK, ask));
    let back = window_event_listener_untyped("visibilitychange", move |_| ask());
    on_cleanup(move || {
        drop(interval);
        back.remove();
    });
}

/// Gives the API client what it needs from the app: tokens, IDs, time, and an ear for what the service says of time.
struct AppHost {
    auth: Auth,
    clock: Clock,
    pause: Pause,
    other_tabs: Rc<OnceCell<Channel>>,
}

impl Host for AppHost {
    fn bearer(&self) -> LocalBoxFuture<'_, Result<String, NoToken>> {
        self.auth
            .bearer()
            .map(|token| token.map_err(no_token))
            .boxed_local()
    }

    fn renew(&self, refused: &str) -> LocalBoxFuture<'_, Result<String, NoToken>> {
        let refused = refused.to_owned();
        async move { self.auth.renew(&refused).await.map_err(no_token) }.boxed_local()
    }

    fn new_id(&self) -> String {
        window()
            .crypto()
            .map(|crypto| crypto.random_uuid())
            .unwrap_or_default()
    }

    fn served_at(&self, date: &str) {
        self.clock.served_at(date);
    }

    fn now(&self) -> f64 {
        clock::steady()
    }

    fn wait(&self, milliseconds: f64) -> LocalBoxFuture<'static, ()> {
        clock::wait(milliseconds).boxed_local()
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }

    fn paused(&self, until: f64) {
        self.pause.begin(until);
        if let Some(others) = self.other_tabs.get() {
            let left = until - clock::steady();
            // Whole numbers, because reading others takes tables of 10 kB.
            others.tell(&((js_sys::Date::now() + left).ceil() as u64).to_string());
        }
    }
}

/// The client only has to know whether asking again may help; the rest is told by the sign-in itself.
fn no_token(error: SignInError) -> NoToken {
    let over = error.needs_person() || error == SignInError::StillRefused;
    if over {
        NoToken::SignInNeeded
    } else {
        NoToken::NoAnswer
    }
}
