//! What every feature shares: the API client, the sign-in, the clock. Found in the context.
//! Must not know any feature.

use crate::auth::{Auth, SignInError};
use crate::clock::Clock;
use crate::config::Tenant;
use crate::i18n::language_tag;
use crate::partner_center::{Client, Host, NoToken, RequestContract};
use crate::routes;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use std::rc::Rc;

/// The shared services; a small handle, copied freely.
#[derive(Clone, Copy)]
pub struct Services {
    client: StoredValue<Client, LocalStorage>,
    auth: StoredValue<Auth, LocalStorage>,
    /// The app's clock.
    pub clock: Clock,
    /// Whether this is the sandbox, where nothing is real.
    pub sandbox: bool,
    /// The form of the request that the service understands.
    pub contract: RequestContract,
}

impl Services {
    /// Puts the services together for one tenant.
    pub fn new(tenant: &Tenant) -> Self {
        let clock = Clock::start(tenant.is_sandbox());
        let auth = Auth::new(tenant, &format!("{}/", routes::base()));
        let host = AppHost {
            auth: auth.clone(),
            clock,
        };
        Self::put_together(tenant, clock, auth, Rc::new(host))
    }

    /// The same with tokens from elsewhere than the sign-in, which is a whole-page redirect: for tests of components.
    ///
    /// `host` is made from the clock that the services share.
    pub fn with_host(tenant: &Tenant, host: impl FnOnce(Clock) -> Rc<dyn Host>) -> Self {
        let clock = Clock::start(tenant.is_sandbox());
        let auth = Auth::new(tenant, &format!("{}/", routes::base()));
        Self::put_together(tenant, clock, auth, host(clock))
    }

    fn put_together(tenant: &Tenant, clock: Clock, auth: Auth, host: Rc<dyn Host>) -> Self {
        let base_url = match tenant.partner_center_url.as_str() {
            "" => routes::base(),
            url => url.to_owned(),
        };
        let client =
            Client::new(base_url, tenant.request_contract, host).with_locale(language_tag());
        Self {
            client: StoredValue::new_local(client),
            auth: StoredValue::new_local(auth),
            clock,
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

    /// The sign-in.
    pub fn auth(&self) -> Auth {
        self.auth.get_value()
    }
}

/// Gives the API client what it needs from the app: tokens, IDs, and an ear for the service's clock.
struct AppHost {
    auth: Auth,
    clock: Clock,
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
