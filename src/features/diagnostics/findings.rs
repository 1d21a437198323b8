//! From what was observed to what is wrong, how to mend it, and who has to. Pure.
//! Must not know how anything is observed or shown.

use super::observed::{Observed, Person, Undescribed};
use super::policy::Policy;
use crate::assets::{AssetError, Look};
use crate::auth::{self, Cause, DiscoveryProblem, SignInError, Step};
use crate::config::{ConfigError, Environment, PERMISSION, Tenant, WebAddress};
use crate::features::failure::{USUAL_WAIT, explained};
use crate::features::sign_in::failure_words;
use crate::features::start_up::{SetUpProblem, problem_words};
use crate::i18n::{Key, fill, lasting, listed, t};
use crate::partner_center::{Diagnosis, Error, Relay};

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Works,
    /// Something has to be mended.
    Attention,
    /// It could not be checked yet.
    Unchecked,
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was checked.
    pub check: Key,
    /// How it came out.
    pub state: State,
    /// What was found, what is wrong, or why it could not be checked.
    pub says: Key,
    /// Who has to do what next.
    pub next: Option<(Key, Key)>,
    /// What both texts have places for: one thing each, or several.
    values: Vec<(&'static str, Vec<String>)>,
    /// Particulars, one to a line.
    pub lines: Vec<String>,
    /// The address to register at the sign-in service.
    pub redirect: Option<String>,
}

impl Finding {
    fn new(check: Key, state: State, says: Key) -> Self {
        Self {
            check,
            state,
            says,
            next: None,
            values: Vec::new(),
            lines: Vec::new(),
            redirect: None,
        }
    }

    fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        self.with_all(name, [value])
    }

    fn with_all(
        mut self,
        name: &'static str,
        several: impl IntoIterator<Item: Into<String>>,
    ) -> Self {
        let several = several.into_iter().map(Into::into).collect();
        self.values.push((name, several));
        self
    }

    /// What was found, in words.
    pub fn words(&self) -> String {
        self.filled(self.says)
    }

    /// What to do next, in words.
    pub fn next_words(&self) -> Option<String> {
        self.next.map(|(_, next)| self.filled(next))
    }

    fn filled(&self, key: Key) -> String {
        let values = self.values.iter();
        let values: Vec<_> = values
            .map(|(name, several)| (*name, listed(several.iter().cloned())))
            .collect();
        fill(key, &values)
    }
}

fn works(check: Key, says: Key) -> Finding {
    Finding::new(check, State::Works, says)
}

fn wrong(check: Key, says: Key, who: Key, next: Key) -> Finding {
    Finding {
        next: Some((who, next)),
        ..Finding::new(check, State::Attention, says)
    }
}

fn unchecked(check: Key, because: Key) -> Finding {
    Finding::new(check, State::Unchecked, because)
}

// Who can mend it.
const HOST: Key = Key::DiagnosticsWhoHost;
const CONFIG: Key = Key::DiagnosticsWhoConfig;
const ENTRA: Key = Key::DiagnosticsWhoEntra;
const PARTNER: Key = Key::DiagnosticsWhoPartner;
const YOU: Key = Key::DiagnosticsWhoYou;

/// Every check in its order, with what it found.
pub fn findings(seen: &Observed) -> Vec<Finding> {
    let tenant = seen.config.as_ref().and_then(|config| config.as_ref().ok());
    vec![
        page(seen),
        config(seen),
        reach(seen, tenant),
        policy(seen),
        headers(seen),
        fresh(seen),
        kept(seen),
        authority(seen, tenant),
        relay(seen, tenant),
        signed_in(seen, tenant),
        service(seen, tenant),
        clock(seen),
    ]
}

// ---- The site -------------------------------------------------------------------------------------------------------

fn page(seen: &Observed) -> Finding {
    const CHECK: Key = Key::DiagnosticsPage;
    let place = &seen.page;
    let served = seen.start_page.as_ref().and_then(Option::as_ref);
    let found = if !place.secure {
        let (says, next) = (Key::DiagnosticsInsecure, Key::DiagnosticsInsecureNext);
        wrong(CHECK, says, HOST, next)
    } else if place.offline {
        let next = Key::DiagnosticsOfflineNext;
        wrong(CHECK, Key::FailureOffline, YOU, next)
    } else if !place.path.starts_with(&place.base) {
        let (says, next) = (Key::DiagnosticsBase, Key::DiagnosticsBaseNext);
        wrong(CHECK, says, HOST, next)
    } else if let Some(look) = served.filter(|look| look.status != 200) {
        let (says, next) = (Key::DiagnosticsFallback, Key::DiagnosticsFallbackNext);
        wrong(CHECK, says, HOST, next).with("status", look.status.to_string())
    } else {
        works(CHECK, Key::DiagnosticsPageFine)
    };
    found
        .with("origin", &place.origin)
        .with("path", &place.path)
        .with("base", &place.base)
}

fn config(seen: &Observed) -> Finding {
    const CHECK: Key = Key::DiagnosticsConfig;
    let mend = |says| wrong(CHECK, says, CONFIG, Key::DiagnosticsConfigNext);
    let host = |says| wrong(CHECK, says, HOST, Key::DiagnosticsConfigFileNext);
    match &seen.config {
        None => unchecked(CHECK, Key::DiagnosticsRunning),
        Some(Ok(tenant)) => of_one_cloud(CHECK, tenant),
        Some(Err(SetUpProblem::Unread(error))) => match error {
            AssetError::Missing => host(Key::DiagnosticsConfigMissing),
            AssetError::Html | AssetError::Unreadable => host(Key::DiagnosticsConfigPage),
            AssetError::Status(status) => {
                host(Key::DiagnosticsConfigStatus).with("status", status.to_string())
            }
            AssetError::NoAnswer => host(Key::DiagnosticsConfigSilent),
        },
        Some(Err(SetUpProblem::Wrong(ConfigError::NotJson { line, column }))) => {
            mend(Key::ConfigNotJson)
                .with("line", line.to_string())
                .with("column", column.to_string())
        }
        Some(Err(SetUpProblem::Wrong(ConfigError::NotAnObject))) => mend(Key::ConfigNotObject),
        Some(Err(SetUpProblem::Wrong(ConfigError::Fields(problems)))) => Finding {
            lines: problems.iter().map(problem_words).collect(),
            ..mend(Key::ConfigFields)
        },
    }
}

/// Sign-in services of one national cloud each, and the API resource that goes with it (Partner Center docs:
/// partner-center-rest-urls; Entra docs: authentication-national-cloud).
const CLOUDS: [(&str, &str); 3] = [
    (
        "https://login.microsoftonline.com",
        "https://api.partnercenter.microsoft.com/user_impersonation",
    ),
    (
        "https://login.microsoftonline.us",
        "https://api.partnercenter.microsoft.com/user_impersonation",
    ),
    (
        "https://login.partner.microsoftonline.cn",
        "https://partner.partnercenterapi.microsoftonline.cn/user_impersonation",
    ),
];

fn permission(scopes: &[String]) -> Option<&String> {
    scopes.iter().find(|scope| scope.ends_with(PERMISSION))
}

fn of_one_cloud(check: Key, tenant: &Tenant) -> Finding {
    let cloud = CLOUDS
        .iter()
        .find(|(authority, _)| *authority == tenant.authority.origin());
    let asked = permission(&tenant.scopes).cloned().unwrap_or_default();
    if let Some((authority, scope)) = cloud
        && *scope != asked
    {
        let next = Key::DiagnosticsCloudNext;
        return wrong(check, Key::DiagnosticsCloud, CONFIG, next)
            .with("found", asked)
            .with("authority", *authority)
            .with("scope", *scope);
    }
    let environment = match tenant.environment {
        Environment::Production => "production",
        Environment::Sandbox => "sandbox",
    };
    works(check, Key::DiagnosticsConfigFine).with("environment", environment)
}

/// The start page's headers, or why there are none.
fn start_page(seen: &Observed) -> Result<&Look, Key> {
    match &seen.start_page {
        None => Err(Key::DiagnosticsRunning),
        Some(None) => Err(Key::DiagnosticsNoStartPage),
        Some(Some(look)) => Ok(look),
    }
}

/// The start page's policy, where there is one.
fn policy_of(look: &Look) -> Option<Policy> {
    Policy::read(look.header("content-security-policy"))
}

/// The other origins that the app has to reach: the authority's, and Partner Center's if it is called directly.
fn origins(tenant: &Tenant) -> Vec<String> {
    let direct = WebAddress::parse(&tenant.partner_center_url);
    let direct = direct.map(|address| address.origin().to_owned());
    let mut origins = vec![tenant.authority.origin().to_owned()];
    origins.extend(direct.filter(|origin| *origin != origins[0]));
    origins
}

fn no_policy(check: Key) -> Finding {
    let (says, next) = (Key::DiagnosticsNoPolicy, Key::DiagnosticsNoPolicyNext);
    wrong(check, says, HOST, next)
}

fn reach(seen: &Observed, tenant: Option<&Tenant>) -> Finding {
    const CHECK: Key = Key::DiagnosticsReach;
    let look = match start_page(seen) {
        Ok(look) => look,
        Err(why) => return unchecked(CHECK, why),
    };
    let Some(policy) = policy_of(look) else {
        return no_policy(CHECK);
    };
    let Some(tenant) = tenant else {
        return without_config(seen, CHECK);
    };
    let own = seen.page.origin.as_str();
    let needed = origins(tenant);
    let missing = needed.iter().find(|origin| !policy.lets_reach(origin, own));
    if let Some(missing) = missing {
        let (says, next) = (Key::DiagnosticsUnreached, Key::DiagnosticsUnreachedNext);
        return wrong(CHECK, says, HOST, next).with("origin", missing);
    }
    if policy.lets_reach_anything() {
        let origins = needed.join(" ");
        let (says, next) = (Key::DiagnosticsWide, Key::DiagnosticsWideNext);
        return wrong(CHECK, says, HOST, next).with("origins", origins);
    }
    works(CHECK, Key::DiagnosticsReachFine).with_all("origins", needed)
}

fn policy(seen: &Observed) -> Finding {
    const CHECK: Key = Key::DiagnosticsPolicy;
    let look = match start_page(seen) {
        Ok(look) => look,
        Err(why) => return unchecked(CHECK, why),
    };
    let Some(policy) = policy_of(look) else {
        return no_policy(CHECK);
    };
    let lacks = policy.lacks();
    if lacks.is_empty() {
        return works(CHECK, Key::DiagnosticsPolicyFine);
    }
    let (says, next) = (Key::DiagnosticsPolicyWeak, Key::DiagnosticsPolicyWeakNext);
    wrong(CHECK, says, HOST, next).with("parts", lacks.join("; "))
}

/// Half a year, in seconds: what a browser should remember at least of a site's wish for https.
const HALF_A_YEAR: u64 = 15_552_000;

fn headers(seen: &Observed) -> Finding {
    const CHECK: Key = Key::DiagnosticsHeaders;
    let look = match start_page(seen) {
        Ok(look) => look,
        Err(why) => return unchecked(CHECK, why),
    };
    let is = |name: &str, value: &str| look.header(name).eq_ignore_ascii_case(value);
    let https = seen.page.origin.starts_with("https://");
    let remembered = seconds(look.header("strict-transport-security"), ';') >= Some(HALF_A_YEAR);
    let expected = [
        (!https || remembered, "strict-transport-security"),
        (
            is("x-content-type-options", "nosniff"),
            "x-content-type-options",
        ),
        (is("referrer-policy", "no-referrer"), "referrer-policy"),
        (
            is("cross-origin-opener-policy", "same-origin"),
            "cross-origin-opener-policy",
        ),
        (
            is("cross-origin-resource-policy", "same-origin"),
            "cross-origin-resource-policy",
        ),
        (
            !look.header("permissions-policy").is_empty(),
            "permissions-policy",
        ),
    ];
    let missing = expected
        .iter()
        .filter_map(|(there, name)| (!there).then_some(*name));
    let missing: Vec<_> = missing.collect();
    if missing.is_empty() {
        return works(CHECK, Key::DiagnosticsHeadersFine);
    }
    let (says, next) = (Key::DiagnosticsHeadersWeak, Key::DiagnosticsHeadersNext);
    wrong(CHECK, says, HOST, next).with_all("headers", missing)
}

/// The number of `max-age` among the parts of a header.
fn seconds(header: &str, separator: char) -> Option<u64> {
    let parts = header.split(separator).map(str::trim);
    let mut limits = parts.filter_map(|part| part.split_once('='));
    let (_, seconds) = limits.find(|(name, _)| name.eq_ignore_ascii_case("max-age"))?;
    seconds.trim_matches('"').parse().ok()
}

/// Whether a browser asks the server each time before it uses what it has kept.
fn is_asked_for_anew(look: &Look) -> bool {
    let caching = look.header("cache-control").to_ascii_lowercase();
    caching.contains("no-cache")
        || caching.contains("no-store")
        || seconds(&caching, ',') == Some(0)
}

fn fresh(seen: &Observed) -> Finding {
    const CHECK: Key = Key::DiagnosticsFresh;
    let page = match start_page(seen) {
        Ok(look) => look,
        Err(why) => return unchecked(CHECK, why),
    };
    let config = seen.config_file.as_ref().and_then(Option::as_ref);
    // What is not there cannot be kept for too long.
    let config = config.filter(|look| look.status == 200);
    let files = [(Some(page), "index.html"), (config, "config.json")];
    let kept = files
        .into_iter()
        .filter_map(|(look, name)| Some((look?, name)))
        .find(|(look, _)| !is_asked_for_anew(look));
    let Some((look, file)) = kept else {
        return works(CHECK, Key::DiagnosticsFreshFine);
    };
    let says = match look.header("cache-control") {
        "" => Key::DiagnosticsUnsaid,
        _ => Key::DiagnosticsStale,
    };
    wrong(CHECK, says, HOST, Key::DiagnosticsFreshNext)
        .with("file", file)
        .with("found", look.header("cache-control"))
}

/// A month, in seconds.
const MONTH: u64 = 2_592_000;

fn kept(seen: &Observed) -> Finding {
    const CHECK: Key = Key::DiagnosticsKept;
    let (file, look) = match &seen.kept_file {
        None if seen.complete => return unchecked(CHECK, Key::DiagnosticsNoFile),
        None => return unchecked(CHECK, Key::DiagnosticsRunning),
        Some((_, None)) => return unchecked(CHECK, Key::DiagnosticsNoFile),
        Some((file, Some(look))) => (file, look),
    };
    let caching = look.header("cache-control");
    let compressed = ["br", "gzip", "zstd"].contains(&look.header("content-encoding"));
    let found = if !compressed {
        let (says, next) = (
            Key::DiagnosticsUncompressed,
            Key::DiagnosticsUncompressedNext,
        );
        wrong(CHECK, says, HOST, next)
    } else if seconds(caching, ',') < Some(MONTH) || is_asked_for_anew(look) {
        let (says, next) = (Key::DiagnosticsUnkept, Key::DiagnosticsUnkeptNext);
        wrong(CHECK, says, HOST, next)
    } else {
        works(CHECK, Key::DiagnosticsKeptFine)
    };
    found.with("file", file)
}

// ---- Signing in -----------------------------------------------------------------------------------------------------

/// Nothing can be said without a configuration that can be used.
fn without_config(seen: &Observed, check: Key) -> Finding {
    let because = match &seen.config {
        None => Key::DiagnosticsRunning,
        Some(_) => Key::DiagnosticsNoConfig,
    };
    unchecked(check, because)
}

/// Whether the page's own policy keeps calls to an origin in the browser.
pub fn is_blocked(seen: &Observed, origin: &str) -> bool {
    let look = seen.start_page.as_ref().and_then(Option::as_ref);
    let policy = look.and_then(policy_of);
    policy.is_some_and(|policy| !policy.lets_reach(origin, &seen.page.origin))
}

fn authority(seen: &Observed, tenant: Option<&Tenant>) -> Finding {
    const CHECK: Key = Key::DiagnosticsAuthority;
    let Some(tenant) = tenant else {
        return without_config(seen, CHECK);
    };
    let origin = tenant.authority.origin();
    let found = match &seen.authority {
        _ if is_blocked(seen, origin) => unchecked(CHECK, Key::DiagnosticsBlocked),
        None => unchecked(CHECK, Key::DiagnosticsRunning),
        Some(Ok(())) => works(CHECK, Key::DiagnosticsAuthorityFine),
        Some(Err(undescribed)) => undescribed_by(CHECK, undescribed),
    };
    let redirect = auth::redirect_address(&seen.page.origin, &seen.page.base);
    Finding {
        redirect: Some(redirect),
        ..found
    }
    .with("authority", tenant.authority.as_str())
    .with("origin", origin)
}

fn undescribed_by(check: Key, undescribed: &Undescribed) -> Finding {
    let Undescribed { error, answers } = undescribed;
    let mend = |says, next| wrong(check, says, CONFIG, next);
    let address = |says| mend(says, Key::DiagnosticsAuthorityNext);
    match error {
        SignInError::NoAnswer(_) if *answers => {
            mend(Key::DiagnosticsCors, Key::DiagnosticsCorsNext)
        }
        SignInError::NoAnswer(_) => {
            mend(Key::DiagnosticsAuthoritySilent, Key::DiagnosticsSilentNext)
        }
        SignInError::Status(_, status) => {
            address(Key::DiagnosticsAuthorityStatus).with("status", status.to_string())
        }
        SignInError::Authority(said) => {
            let error = said.error.clone();
            address(Key::DiagnosticsAuthorityRefused).with("error", error)
        }
        SignInError::DiscoveryWrong(problem) => match problem {
            DiscoveryProblem::Missing(field) => {
                address(Key::DiagnosticsAuthorityLacks).with("field", *field)
            }
            DiscoveryProblem::NotSecure { field, found } => {
                address(Key::DiagnosticsAuthorityInsecure)
                    .with("field", *field)
                    .with("found", found)
            }
            DiscoveryProblem::OtherOrigin { field, found, .. } => {
                address(Key::DiagnosticsAuthorityElsewhere)
                    .with("field", *field)
                    .with("found", found)
            }
            DiscoveryProblem::NoS256 => mend(Key::DiagnosticsNoPkce, Key::DiagnosticsNoPkceNext),
        },
        _ => address(Key::DiagnosticsAuthorityUnreadable),
    }
}

fn signed_in(seen: &Observed, tenant: Option<&Tenant>) -> Finding {
    const CHECK: Key = Key::DiagnosticsSignedIn;
    let Some(tenant) = tenant else {
        return without_config(seen, CHECK);
    };
    let scopes = match &seen.person {
        Person::Nobody => return unchecked(CHECK, Key::DiagnosticsNobody),
        Person::Failed(error) => return failed(CHECK, error),
        Person::Somebody(scopes) => scopes,
    };
    let asked = permission(&tenant.scopes).cloned().unwrap_or_default();
    // Some services leave out the resource, and write it in another case.
    let short = PERMISSION.trim_start_matches('/');
    let granted = scopes
        .iter()
        .any(|scope| scope.eq_ignore_ascii_case(&asked) || scope == short);
    let found = match granted {
        true => works(CHECK, Key::DiagnosticsScopeFine),
        false => {
            let (says, next) = (Key::DiagnosticsNoScope, Key::DiagnosticsNoScopeNext);
            wrong(CHECK, says, ENTRA, next).with("found", scopes.join(" "))
        }
    };
    found.with("scope", asked)
}

/// The words of the sign-in page, which name what is wrong and what to do.
fn failed(check: Key, error: &SignInError) -> Finding {
    let who = match error {
        SignInError::Authority(said) => match said.cause() {
            Cause::Mfa | Cause::Interaction | Cause::Denied | Cause::Ended => YOU,
            _ => ENTRA,
        },
        SignInError::NoAnswer(Step::Exchange) => ENTRA,
        SignInError::Status(..) | SignInError::Unreadable(_) | SignInError::DiscoveryWrong(_) => {
            CONFIG
        }
        _ => YOU,
    };
    Finding {
        lines: vec![failure_words(error)],
        ..wrong(check, Key::SignInFailed, who, Key::DiagnosticsFailedNext)
    }
}

// ---- Partner Center -------------------------------------------------------------------------------------------------

fn relay(seen: &Observed, tenant: Option<&Tenant>) -> Finding {
    const CHECK: Key = Key::DiagnosticsRelay;
    let Some(tenant) = tenant else {
        return without_config(seen, CHECK);
    };
    let direct = WebAddress::parse(&tenant.partner_center_url);
    let blocked = direct
        .as_ref()
        .is_some_and(|address| is_blocked(seen, address.origin()));
    let host = |says, next| wrong(CHECK, says, HOST, next);
    let found = match seen.relay {
        _ if blocked => unchecked(CHECK, Key::DiagnosticsBlocked),
        None => unchecked(CHECK, Key::DiagnosticsRunning),
        Some(Relay::Blocked) => unchecked(CHECK, Key::DiagnosticsBlocked),
        Some(Relay::Asks { kept: true }) => {
            host(Key::DiagnosticsRelayKeeps, Key::DiagnosticsRelayKeepsNext)
        }
        Some(Relay::Asks { kept: false }) => works(CHECK, Key::DiagnosticsRelayFine),
        Some(Relay::Offline) => wrong(CHECK, Key::FailureOffline, YOU, Key::DiagnosticsOfflineNext),
        Some(Relay::Fault(_)) => wrong(CHECK, Key::FailureService, YOU, Key::FailureServiceNext),
        Some(Relay::LetsIn) => host(Key::DiagnosticsLetsIn, Key::DiagnosticsLetsInNext),
        // Nothing of the site's own stands in between.
        Some(_) if direct.is_some() => {
            let (says, next) = (Key::DiagnosticsDirect, Key::DiagnosticsDirectNext);
            wrong(CHECK, says, CONFIG, next)
        }
        Some(Relay::Page) => host(Key::DiagnosticsNoRelay, Key::DiagnosticsNoRelayNext),
        Some(Relay::Other(404 | 405 | 410 | 501)) => {
            host(Key::DiagnosticsNoRelayStatus, Key::DiagnosticsNoRelayNext)
        }
        Some(Relay::Silent) => host(Key::DiagnosticsRelaySilent, Key::DiagnosticsNoRelayNext),
        Some(Relay::Redirects) => host(Key::DiagnosticsRedirects, Key::DiagnosticsRedirectsNext),
        Some(Relay::WantsPassword) => host(Key::DiagnosticsPassword, Key::DiagnosticsPasswordNext),
        Some(Relay::Unreached(_)) => host(Key::DiagnosticsUpstream, Key::DiagnosticsUpstreamNext),
        Some(Relay::Other(_)) => host(Key::DiagnosticsRefuses, Key::DiagnosticsRefusesNext),
    };
    let address = match &direct {
        Some(address) => address.as_str().to_owned(),
        None => format!("{}{}", seen.page.origin, seen.page.base),
    };
    let status = match seen.relay {
        Some(Relay::Fault(status) | Relay::Unreached(status) | Relay::Other(status)) => status,
        _ => 0,
    };
    found
        .with("address", address)
        .with("status", status.to_string())
}

fn service(seen: &Observed, tenant: Option<&Tenant>) -> Finding {
    const CHECK: Key = Key::DiagnosticsService;
    if tenant.is_none() {
        return without_config(seen, CHECK);
    }
    match &seen.service {
        Some(Ok(())) => works(CHECK, Key::DiagnosticsServiceFine),
        Some(Err(error)) => refused(CHECK, error),
        None if !matches!(seen.person, Person::Somebody(_)) => {
            unchecked(CHECK, Key::DiagnosticsNobody)
        }
        None if seen.complete => unchecked(CHECK, Key::DiagnosticsNoWay),
        None => unchecked(CHECK, Key::DiagnosticsRunning),
    }
}

fn refused(check: Key, error: &Error) -> Finding {
    let diagnosis = Diagnosis::of(error);
    let (says, next) = explained(diagnosis);
    let facts = [
        (
            Key::SupportStatus,
            error.status.map(|status| status.to_string()),
        ),
        (Key::SupportCode, error.code.clone()),
        (Key::SupportCorrelation, error.correlation_id.clone()),
    ];
    let line = |(key, value): (Key, Option<String>)| Some(format!("{}: {}", t(key), value?));
    let wait = lasting(f64::from(error.retry_after.unwrap_or(USUAL_WAIT)), "second");
    Finding {
        lines: facts.into_iter().filter_map(line).collect(),
        ..wrong(check, says, who_mends(diagnosis), next).with("wait", wait)
    }
}

fn who_mends(diagnosis: Diagnosis) -> Key {
    use Diagnosis::*;
    match diagnosis {
        RelayMissing | WebPage | NothingThere | MethodRefused | TokenLost | Blocked => HOST,
        AudienceRetired | Unreadable => CONFIG,
        MfaMissing | TokenRefused | AppNotAccepted | ConditionalAccess => ENTRA,
        RoleMissing | NotAllowed | ActionNotAllowed | AgreementMissing | ProgrammeInactive
        | NotOnboarded | PartnerUnknown => PARTNER,
        _ => YOU,
    }
}

// ---- This computer --------------------------------------------------------------------------------------------------

/// How far clocks may differ, in seconds: what Entra ID tolerates.
const TOLERATED: f64 = 300.0;

fn clock(seen: &Observed) -> Finding {
    const CHECK: Key = Key::DiagnosticsClock;
    let Some(ahead) = seen.clock_ahead else {
        return unchecked(
            CHECK,
            match seen.complete {
                true => Key::DiagnosticsNoDate,
                false => Key::DiagnosticsRunning,
            },
        );
    };
    if ahead.abs() <= TOLERATED {
        return works(CHECK, Key::DiagnosticsClockFine);
    }
    let says = match ahead > 0.0 {
        true => Key::DiagnosticsClockAhead,
        false => Key::DiagnosticsClockBehind,
    };
    let minutes = lasting((ahead.abs() / 60.0).round(), "minute");
    wrong(CHECK, says, YOU, Key::DiagnosticsClockNext).with("minutes", minutes)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
