//! Asks what the checks need to know, each thing once and in order, what depends on something broken not at all.
//! Must not know what follows from the answers.

use super::findings::is_blocked;
use super::observed::{Observed, Person, Place, Undescribed};
use crate::assets::{self, Look};
use crate::auth::{self, SessionState, SignInError, Why};
use crate::config::{Config, Tenant, WebAddress};
use crate::entrance::Entrance;
use crate::features::start_up::{SetUpProblem, TenantChoice};
use crate::partner_center::{self, Cancel, Relay};
use crate::routes::{self, Route};
use crate::services::Services;
use leptos::prelude::*;

/// The shared handles that the page has, as far as the app has come.
#[derive(Clone, Copy)]
pub(super) struct Reach {
    pub(super) entrance: Option<Entrance>,
    pub(super) services: Option<Services>,
    pub(super) tenant: Option<TenantChoice>,
}

/// Fills `seen` in, step by step. Stops when nobody looks any more.
pub(super) async fn observe(reach: Reach, seen: RwSignal<Observed>) -> Option<()> {
    let page = place();
    seen.try_set(Observed {
        page: page.clone(),
        ..Observed::default()
    });
    let base = routes::base();

    let start_page = assets::look(&Route::Diagnostics.href()).await;
    let clock_ahead = start_page.as_ref().and_then(ahead);
    note(seen, |seen| {
        seen.start_page = Some(start_page);
        seen.clock_ahead = clock_ahead;
    })?;

    let (config_file, text) = assets::look_and_read(&format!("{base}/config.json")).await;
    let config = text.map_err(SetUpProblem::Unread);
    let config = config.and_then(|text| Config::parse(&text).map_err(SetUpProblem::Wrong));
    let config = config.and_then(|config| reach.chosen(config));
    let tenant = config.as_ref().ok().cloned();
    note(seen, |seen| {
        seen.config_file = Some(config_file);
        seen.config = Some(config);
    })?;

    if let Some(file) = lasting_file() {
        let look = assets::look(&file).await;
        note(seen, |seen| seen.kept_file = Some((file, look)))?;
    }
    if let Some(tenant) = tenant {
        ask_authority(&tenant, seen).await?;
        ask_relay(&tenant, seen).await?;
        ask_as_person(reach, seen).await?;
    }
    let commit = commit(&base).await;
    note(seen, |seen| {
        seen.commit = commit;
        seen.complete = true;
    })
}

/// `None` when nobody looks any more.
fn note(seen: RwSignal<Observed>, change: impl FnOnce(&mut Observed)) -> Option<()> {
    seen.try_update(change)
}

impl Reach {
    /// The tenant that is worked in; the first one as long as none is chosen.
    fn chosen(self, config: Config) -> Result<Tenant, SetUpProblem> {
        let name = self
            .tenant
            .and_then(|choice| choice.chosen.try_get_untracked().flatten());
        let name = name.map(|tenant| tenant.name);
        let mut tenants = config.tenants;
        let at = tenants
            .iter()
            .position(|tenant| Some(&tenant.name) == name.as_ref());
        Ok(tenants.swap_remove(at.unwrap_or_default()))
    }
}

fn place() -> Place {
    let window = window();
    let location = window.location();
    Place {
        origin: location.origin().unwrap_or_default(),
        path: location.pathname().unwrap_or_default(),
        base: format!("{}/", routes::base()),
        secure: window.is_secure_context(),
        offline: !window.navigator().on_line(),
    }
}

/// How far this computer's clock is ahead of the answer's, in seconds.
fn ahead(look: &Look) -> Option<f64> {
    let served = js_sys::Date::parse(look.header("date"));
    let age = f64::from(look.header("age").parse::<u32>().unwrap_or(0));
    let ahead = js_sys::Date::now() / 1000.0 - served / 1000.0 - age;
    ahead.is_finite().then_some(ahead)
}

/// The largest of the files whose names change with their content.
fn lasting_file() -> Option<String> {
    let of = |selector| document().query_selector(selector).ok().flatten();
    let link =
        of("link[rel=preload][type='application/wasm']").or_else(|| of("link[rel=modulepreload]"));
    link?.get_attribute("href")
}

async fn ask_authority(tenant: &Tenant, seen: RwSignal<Observed>) -> Option<()> {
    let authority = &tenant.authority;
    if seen.try_with_untracked(|seen| is_blocked(seen, authority.origin()))? {
        return Some(());
    }
    let outcome = match auth::check_authority(authority).await {
        Ok(()) => Ok(()),
        Err(error) => {
            let silent = matches!(error, SignInError::NoAnswer(_));
            let answers = silent && auth::answers_at_all(authority).await;
            Err(Undescribed { error, answers })
        }
    };
    note(seen, |seen| seen.authority = Some(outcome))
}

async fn ask_relay(tenant: &Tenant, seen: RwSignal<Observed>) -> Option<()> {
    let url = tenant.partner_center_url.as_str();
    if let Some(direct) = WebAddress::parse(url)
        && seen.try_with_untracked(|seen| is_blocked(seen, direct.origin()))?
    {
        return Some(());
    }
    let base = match url {
        "" => routes::base(),
        url => url.to_owned(),
    };
    let relay = partner_center::ask_without_token(&base).await;
    note(seen, |seen| seen.relay = Some(relay))
}

async fn ask_as_person(reach: Reach, seen: RwSignal<Observed>) -> Option<()> {
    let Some((entrance, services)) = reach.entrance.zip(reach.services) else {
        return Some(());
    };
    let auth = entrance.auth();
    let person = match auth.state().try_get_untracked()? {
        SessionState::SignedIn(_) => Person::Somebody(auth.scopes().unwrap_or_default()),
        SessionState::SignedOut(Why::Failed(error)) => Person::Failed(error),
        _ => Person::Nobody,
    };
    let relayed = seen.try_with_untracked(|seen| matches!(seen.relay, Some(Relay::Asks { .. })))?;
    let ask = relayed && matches!(person, Person::Somebody(_));
    note(seen, |seen| seen.person = person)?;
    if ask {
        let answer = services.client().try_reading(&Cancel::default()).await;
        note(seen, |seen| seen.service = Some(answer))?;
    }
    Some(())
}

/// What a released site says of itself.
async fn commit(base: &str) -> Option<String> {
    let text = assets::read(&format!("{base}/release.json")).await.ok()?;
    let release: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(release.get("commit")?.as_str()?.to_owned())
}
