//! The whole state of the sandbox, and the one function that takes it from one request to the next.
//! Must not know sockets, files or the real time: all three are given to it.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::audit::Trail;
use crate::authority::{self, Authority};
use crate::clock::{Clock, Millis, http_date};
use crate::customers::{Customer, Leniency};
use crate::faults::{Chaos, Faults, Outcome, matches};
use crate::http::{Answer, Request, Response};
use crate::journal::{Journal, Note};
use crate::random::{Random, fingerprint};
use crate::{Contract, Options, control, generated, history, named, partner_center};

/// How the site's `config.json` differs from the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConfigChange {
    /// Fields laid over those of the file; `null` removes one.
    pub(crate) overlay: Map<String, Value>,
    /// Answer with this status and text instead.
    pub(crate) instead: Option<(u16, String)>,
}

/// How the site's server is set up differently from a good one, for some of its paths.
#[derive(Clone, Debug, Default)]
pub(crate) struct SiteChange {
    /// Whose paths; `*` stands for anything.
    pub(crate) path: String,
    /// Headers of the answer; none takes one away.
    pub(crate) headers: Vec<(String, Option<String>)>,
    /// Headers that the request loses on its way in, in lower case.
    pub(crate) without: Vec<String>,
    /// Answer this instead.
    pub(crate) instead: Option<Response>,
}

/// Everything the sandbox remembers.
#[derive(Debug)]
pub struct World {
    options: Options,
    origin: String,
    entropy: u64,
    random: Random,
    pub(crate) chaos: Chaos,
    latency: Duration,
    pub(crate) clock: Clock,
    /// The time by which tokens grow old. It is the clock's, unless the clock was moved so that sign-ins stay.
    pub(crate) sessions: Clock,
    pub(crate) vetting: Millis,
    pub(crate) contract: Contract,
    pub(crate) customers: Vec<Customer>,
    pub(crate) audit: Trail,
    index: HashMap<Uuid, usize>,
    pub(crate) validation_codes: Vec<Value>,
    pub(crate) authority: Authority,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    pub(crate) violations: Vec<Value>,
    pub(crate) config: ConfigChange,
    pub(crate) site: Vec<SiteChange>,
    pub(crate) answered: HashMap<(Uuid, Uuid), Response>,
    pub(crate) idempotency: bool,
    pub(crate) leniency: Leniency,
    pub(crate) page_key: String,
}

impl World {
    /// A sandbox as it is at its start. `origin` is the API's own, `entropy` anything that differs from run to run.
    #[must_use]
    pub fn new(options: Options, origin: &str, entropy: u64, real_now: Millis) -> Self {
        let mut customers = named::customers(real_now);
        let audit = Trail::new(history::records(&customers, real_now));
        customers.extend(generated::customers(options.seed, options.customers));
        let mut world = Self {
            origin: origin.to_owned(),
            entropy,
            random: Random::new(options.seed),
            chaos: Chaos::new(options.seed, options.chaos_percent),
            latency: options.latency,
            clock: Clock::new(real_now),
            sessions: Clock::new(real_now),
            vetting: Millis::try_from(options.vetting_seconds.saturating_mul(1000))
                .unwrap_or(Millis::MAX),
            contract: options.contract,
            customers,
            audit,
            index: HashMap::new(),
            validation_codes: named::validation_codes(),
            authority: Authority::new(origin, &options.base, entropy),
            faults: Faults::default(),
            journal: Journal::default(),
            violations: Vec::new(),
            config: ConfigChange::default(),
            site: Vec::new(),
            answered: HashMap::new(),
            idempotency: true,
            leniency: Leniency::default(),
            page_key: fingerprint(&format!("{entropy}")),
            options,
        };
        world.sort_customers();
        world
    }

    /// Everything back to the start; earlier sign-ins are void as well.
    pub(crate) fn reset(&mut self, real_now: Millis) {
        self.entropy = Random::new(self.entropy).next_u64();
        *self = Self::new(self.options.clone(), &self.origin, self.entropy, real_now);
    }

    /// Deals with one request to the API's port.
    pub fn handle(&mut self, request: &Request, real_now: Millis) -> Answer {
        let mut answer = match request.path == "/sandbox" || request.path.starts_with("/sandbox/") {
            true => control::handle(self, request, real_now).into(),
            false => self.handle_simulated(request, real_now),
        };
        if let Some(response) = &mut answer.response {
            response
                .headers
                .push(("date".to_owned(), http_date(self.clock.at(real_now))));
        }
        answer
    }

    fn handle_simulated(&mut self, request: &Request, real_now: Millis) -> Answer {
        let now = self.clock.at(real_now);
        let session_now = self.sessions.at(real_now);
        let is_api = request.path == "/v1" || request.path.starts_with("/v1/");
        if let Some(preflight) = is_api.then(|| self.preflight(request)).flatten() {
            return preflight.into();
        }
        self.settle(now);
        let mut note = Note {
            persona: self.persona_of_token(request),
            ..Note::default()
        };
        let fault = self.faults.take(request).or_else(|| {
            let of_customer = || partner_center::fault_of_customer(self, request, real_now);
            let of_customer = is_api.then(of_customer).flatten();
            of_customer.or_else(|| is_api.then(|| self.chaos.strike(request)).flatten())
        });
        note.fault = fault.as_ref().map(|fault| fault.name.clone());
        let reset = fault
            .as_ref()
            .is_some_and(|fault| fault.outcome == Outcome::Reset);
        if fault.as_ref().is_some_and(|fault| fault.expires_token)
            && let Some(token) = bearer(request)
        {
            self.authority.expire_token(token, session_now);
        }
        let mut true_answer = || match is_api {
            true => partner_center::handle(self, request, real_now, &mut note),
            false => self.authority.handle(request, session_now, &mut note),
        };
        let (mut response, delay) = match fault {
            None => (Some(true_answer()), Duration::ZERO),
            Some(fault) => fault.apply(&mut true_answer),
        };
        if let Some(response) = &mut response {
            self.add_headers(response, request, is_api);
        }
        note.status = response.as_ref().map(|response| response.status);
        self.journal.add(
            if is_api { "api" } else { "authority" },
            request,
            now,
            &note,
        );
        Answer {
            response,
            reset,
            delay: delay + self.latency,
        }
    }

    /// Decides every vetting whose time has come.
    pub(crate) fn settle(&mut self, now: Millis) {
        let vetting = self.vetting;
        self.customers
            .iter_mut()
            .for_each(|customer| customer.settle(now, vetting));
    }

    /// Whose token came along, for the journal; whether it is good is another question.
    fn persona_of_token(&self, request: &Request) -> Option<&'static str> {
        self.authority
            .access(bearer(request)?)
            .map(|access| access.persona.key())
    }

    /// The headers of every answer (Partner Center docs: headers).
    fn add_headers(&mut self, response: &mut Response, request: &Request, is_api: bool) {
        if !is_api {
            authority::add_cors(response, request);
            return;
        }
        let mut add = |name: &str, value: String| {
            if response.header(name).is_none() {
                response.headers.push((name.to_owned(), value));
            }
        };
        for name in ["ms-requestid", "ms-correlationid"] {
            let echoed = request.header(name).map(str::to_owned);
            add(
                name,
                echoed.unwrap_or_else(|| self.random.guid().to_string()),
            );
        }
        add("ms-cv", format!("{}.0", &self.random.secret("")[..16]));
        add("ms-serverid", "202010305".to_owned());
        add("request-context", "appId=cid-v1:sandbox".to_owned());
        if request.header("validatemfa") == Some("true") {
            add("isMfaCompliant", "true".to_owned());
        }
        if let Some(origin) = self.allowed_origin(request) {
            add("access-control-allow-origin", origin);
            add("access-control-expose-headers", EXPOSED.to_owned());
            add("vary", "Origin".to_owned());
        }
    }

    fn allowed_origin(&self, request: &Request) -> Option<String> {
        let (allowed, origin) = (self.options.cors.as_deref()?, request.header("origin")?);
        (allowed == "*" || allowed == origin).then(|| origin.to_owned())
    }

    /// The answer to a browser's question whether it may call the API from another origin; only with `--cors`.
    fn preflight(&self, request: &Request) -> Option<Response> {
        if request.method != "OPTIONS" {
            return None;
        }
        let origin = self.allowed_origin(request)?;
        Some(
            Response::empty(204)
                .with("access-control-allow-origin", origin)
                .with("access-control-allow-methods", "GET, POST")
                .with("access-control-allow-headers", ALLOWED)
                .with("access-control-max-age", "60")
                .with("vary", "Origin"),
        )
    }

    /// One customer.
    #[must_use]
    pub(crate) fn customer(&self, id: Uuid) -> Option<&Customer> {
        self.customers.get(*self.index.get(&id)?)
    }

    /// One customer, to change it.
    pub(crate) fn customer_mut(&mut self, id: Uuid) -> Option<&mut Customer> {
        self.customers.get_mut(*self.index.get(&id)?)
    }

    /// Adds a customer, in place of the one with the same ID if there is one.
    pub(crate) fn put_customer(&mut self, customer: Customer) {
        match self.index.get(&customer.id) {
            Some(at) => self.customers[*at] = customer,
            None => self.customers.push(customer),
        }
        self.sort_customers();
    }

    fn sort_customers(&mut self) {
        self.customers
            .sort_by(|a, b| a.name_lower.cmp(&b.name_lower).then(a.id.cmp(&b.id)));
        self.index = self
            .customers
            .iter()
            .enumerate()
            .map(|(at, customer)| (customer.id, at))
            .collect();
    }

    /// A GUID nobody has yet.
    pub(crate) fn new_guid(&mut self) -> Uuid {
        self.random.guid()
    }

    /// Sets how long every answer is held back.
    pub(crate) fn set_latency(&mut self, latency: Duration) {
        self.latency = latency;
    }

    /// Keeps a report about a violation of the site's policy.
    pub(crate) fn add_violation(&mut self, report: Value) {
        self.violations.push(report);
    }

    /// How the site differs at a path: by the first change that fits.
    #[must_use]
    pub(crate) fn site_change(&self, path: &str) -> SiteChange {
        let mut changes = self.site.iter();
        let fits = changes.find(|change| matches(&change.path, path));
        fits.cloned().unwrap_or_default()
    }

    /// What the site is to serve as `config.json`, made from the text of the file.
    #[must_use]
    pub(crate) fn site_config(&self, text: &str) -> Response {
        if let Some((status, text)) = &self.config.instead {
            return Response::text(*status, "application/json", text.as_str());
        }
        let Ok(Value::Object(mut config)) = serde_json::from_str(text) else {
            return Response::text(200, "application/json", text);
        };
        if let Some(authority) = config.get("authority").and_then(Value::as_str) {
            let path = authority.splitn(4, '/').nth(3).unwrap_or_default();
            config.insert(
                "authority".to_owned(),
                format!("{}/{path}", self.origin).into(),
            );
        }
        config.insert("requestContract".to_owned(), self.contract.name().into());
        for (name, value) in &self.config.overlay {
            match value {
                Value::Null => config.remove(name),
                value => config.insert(name.clone(), value.clone()),
            };
        }
        Response::json(200, &Value::Object(config))
    }

    /// Where the sandbox listens, and whom one can sign in as: for people and scripts that find their way around.
    #[must_use]
    pub(crate) fn about(&self) -> Value {
        json!({
            "api": self.origin,
            "issuer": self.authority.issuer(),
            "contract": self.contract.name(),
            "customers": self.customers.len(),
            "requests": self.journal.count(),
        })
    }
}

fn bearer(request: &Request) -> Option<&str> {
    request.header("authorization")?.strip_prefix("Bearer ")
}

/// What a page of another origin may send to the API (Partner Center docs: headers).
const ALLOWED: &str = "authorization, accept, content-type, if-match, ms-requestid, ms-correlationid, ms-contract-version, \
ms-continuationtoken, ms-partnercenter-application, validatemfa, x-locale";
/// What a page of another origin may read from the API's answers.
const EXPOSED: &str = "date, retry-after, www-authenticate, ms-requestid, ms-correlationid, ms-cv, ms-serverid, isMfaCompliant";
