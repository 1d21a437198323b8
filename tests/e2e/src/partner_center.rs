//! The sandbox of one test: what it was asked, and how it is told to behave.
//! Must not know the app or the browser.

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long vetting takes in a test, in seconds of the sandbox's clock: for ever, unless the test moves the clock.
pub(crate) const VETTING_SECONDS: u64 = 600;

/// A request as the sandbox has written it down.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Its place in the order of arrival, from 1.
    pub number: u64,
    /// `api` or `authority`.
    pub target: String,
    /// The HTTP method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query, as it was sent.
    pub query: String,
    /// The headers that matter, in small letters; tokens are replaced by fingerprints.
    pub headers: std::collections::HashMap<String, String>,
    /// The body: a text, or an object when it was a form.
    pub body: Value,
    /// The status that was answered; none when the connection was dropped.
    pub status: Option<u16>,
    /// The name of the fault that struck.
    pub fault: Option<String>,
    /// Whether anything changed because of it.
    pub took_effect: bool,
    /// Where a token was seen that does not belong there.
    pub token_seen_in: Vec<String>,
}

impl Call {
    /// The body as text.
    pub fn text(&self) -> &str {
        self.body.as_str().unwrap_or_default()
    }

    /// A header's value, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(String::as_str)
            .unwrap_or_default()
    }
}

/// The simulated Partner Center and authority of one test.
pub struct PartnerCenter {
    running: sandbox::Running,
}

impl PartnerCenter {
    pub(crate) fn new(running: sandbox::Running) -> Self {
        Self { running }
    }

    pub(crate) fn site(&self) -> String {
        self.running.site().expect("the sandbox serves the site")
    }

    /// The `config.json` that the sandbox's own site has.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn site_config(&self) -> String {
        let site = self.site();
        let (host, path) = site
            .trim_start_matches("http://")
            .split_once('/')
            .expect("the site has a path");
        let mut stream = TcpStream::connect(host).await.expect("the site listens");
        let request = format!("GET /{path}config.json HTTP/1.0\r\nHost: {host}\r\n\r\n");
        let mut answer = String::new();
        let sent = stream.write_all(request.as_bytes()).await;
        sent.expect("the site takes a request");
        let read = stream.read_to_string(&mut answer).await;
        read.expect("the site answers");
        let (_, body) = answer.split_once("\r\n\r\n").expect("it has a body");
        body.to_owned()
    }

    /// The origin of API and authority.
    pub fn origin(&self) -> String {
        self.running.api()
    }

    /// The ID of a named customer, as `docs/sandbox.md` numbers them.
    pub fn customer(number: u16) -> String {
        sandbox::named_customer_id(number).to_string()
    }

    /// The name of a named customer.
    ///
    /// # Panics
    /// When there is none with this number.
    pub fn name(&self, number: u16) -> String {
        let id = Self::customer(number);
        let named = self.control("GET", "/sandbox/customers", Value::Null);
        let customer = named
            .as_array()
            .and_then(|list| list.iter().find(|customer| customer["id"] == id.as_str()));
        let name = customer.and_then(|customer| customer["name"].as_str());
        name.unwrap_or_else(|| panic!("there is no customer {number}"))
            .to_owned()
    }

    /// Calls the control address.
    ///
    /// # Panics
    /// When it refuses.
    pub fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let body = (!body.is_null()).then_some(body);
        let (status, answer) = self.running.control(method, path, body.as_ref());
        assert!(
            (200..300).contains(&status),
            "{method} {path}: {status} {answer}"
        );
        answer
    }

    /// Everything asked since the start, or since [`PartnerCenter::forget_calls`], oldest first.
    pub fn calls(&self) -> Vec<Call> {
        serde_json::from_value(self.control("GET", "/sandbox/journal", Value::Null))
            .expect("the journal has its form")
    }

    /// The calls with this method whose path ends so.
    pub fn calls_to(&self, method: &str, path_end: &str) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.method == method && call.path.ends_with(path_end));
        calls
    }

    /// The requests for a qualification.
    pub fn posts(&self) -> Vec<Call> {
        let mut calls = self.calls_to("POST", "/qualifications");
        calls.retain(|call| call.target == "api");
        calls
    }

    /// Empties the journal.
    pub fn forget_calls(&self) {
        self.control("DELETE", "/sandbox/journal", Value::Null);
    }

    /// Lets so much time pass that everything in review is decided.
    pub fn vetting_ends(&self) {
        self.time_passes(VETTING_SECONDS + 1);
    }

    /// Lets this many seconds pass at once.
    pub fn time_passes(&self, seconds: u64) {
        self.control(
            "POST",
            "/sandbox/clock",
            json!({ "advanceSeconds": seconds }),
        );
    }

    /// Makes requests fail; the fields are those of `POST /sandbox/faults`.
    pub fn fails(&self, fault: Value) {
        self.control("POST", "/sandbox/faults", fault);
    }

    /// Makes access tokens, and what else `also` says, worthless.
    pub fn expire(&self, also: Value) {
        self.control("POST", "/sandbox/sessions/expire", also);
    }

    /// From here on nothing fails any more that was told to.
    pub fn fails_no_more(&self) {
        self.control("DELETE", "/sandbox/faults", Value::Null);
    }

    /// Makes Partner Center say this of a named customer, word for word.
    pub fn reports(&self, number: u16, qualifications: Value) {
        let path = format!(
            "/sandbox/customers/{}/qualifications",
            Self::customer(number)
        );
        self.control("PUT", &path, qualifications);
    }

    /// What the site's `config.json` says from now on: `overlay`, or `raw` and `status`.
    pub fn configure(&self, change: Value) {
        self.control("POST", "/sandbox/config", change);
    }

    /// Lets the site be one for two tenants, *Brightpath North* and *Brightpath South*.
    pub fn serves_two_tenants(&self) {
        let tenant = |name: &str| {
            json!({
                "name": name,
                "authority": format!("{}/{}/v2.0", self.origin(), sandbox::TENANT_DOMAIN),
                "clientId": sandbox::CLIENT_ID,
                "scopes": ["openid", "profile", "offline_access", "https://api.partnercenter.microsoft.com/user_impersonation"],
                "environment": "sandbox",
            })
        };
        let config = json!({ "tenants": [tenant("Brightpath North"), tenant("Brightpath South")] });
        self.configure(json!({ "raw": config.to_string() }));
    }

    /// How the site's server is set up from now on: a list of changes, see `POST /sandbox/site`.
    pub fn sets_up_site(&self, changes: Value) {
        self.control("POST", "/sandbox/site", changes);
    }

    /// The reports of violated policies.
    pub fn violations(&self) -> Vec<Value> {
        let answer = self.control("GET", "/sandbox/violations", Value::Null);
        answer.as_array().cloned().unwrap_or_default()
    }
}
