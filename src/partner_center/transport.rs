//! Sends a call over the network. The only place in the app that calls the API.
//! Must not know what a call is for or what its answer means.

use std::{cell::Cell, rc::Rc};

use futures::{
    FutureExt,
    future::{self, Either, LocalBoxFuture},
    pin_mut,
};
use gloo_net::http::{Headers, Request};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use web_sys::{
    AbortController, ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect,
    SecurityPolicyViolationEvent,
};

use super::{
    address::BaseUrl,
    cancel::Cancel,
    relay::Relay,
    request::{self, Method},
    response::Answer,
    silence::{Facts, Probe, Silence},
};

/// A call, ready to send. It holds a token, so it cannot be printed.
pub struct Outgoing {
    /// How.
    pub method: Method,
    /// Where to, in full.
    pub url: String,
    /// Every header.
    pub headers: Vec<(String, String)>,
    /// A JSON body.
    pub body: Option<String>,
}

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The caller gave up.
    Cancelled,
    /// The time limit passed.
    TimedOut,
    /// The call died without a status, and the browser says that it is offline.
    Offline,
    /// The call died without a status.
    NoAnswer,
}

/// Something that can send a call: [`Fetch`] in a browser, anything at all in a test.
pub trait Transport {
    /// Sends the call once. Any HTTP status is an answer.
    fn send<'a>(
        &'a self,
        call: Outgoing,
        cancel: &'a Cancel,
    ) -> LocalBoxFuture<'a, Result<Answer, Failure>>;

    /// Finds out why a call below `base`, such as `/v1`, died without a status.
    fn why_silent<'a>(&'a self, base: &'a str) -> LocalBoxFuture<'a, Silence>;
}

/// The browser's `fetch`.
///
/// No cookies go along and nothing is cached. A redirect is an error: following it would carry the
/// token to another address.
pub struct Fetch;

impl Transport for Fetch {
    fn send<'a>(
        &'a self,
        call: Outgoing,
        cancel: &'a Cancel,
    ) -> LocalBoxFuture<'a, Result<Answer, Failure>> {
        within_limits(call, cancel).boxed_local()
    }

    fn why_silent<'a>(&'a self, base: &'a str) -> LocalBoxFuture<'a, Silence> {
        facts(base).map(|facts| facts.reason()).boxed_local()
    }
}

/// Time limits in milliseconds. A POST waits longer: giving up on it leaves an unknown outcome.
fn time_limit(method: Method) -> u32 {
    match method {
        Method::Get => 20_000,
        Method::Post => 60_000,
    }
}

async fn within_limits(call: Outgoing, cancel: &Cancel) -> Result<Answer, Failure> {
    if cancel.is_aborted() {
        return Err(Failure::Cancelled);
    }
    let stopper = Stopper::new()?;
    let time_out = TimeoutFuture::new(time_limit(call.method));
    let given_up = future::select(cancel.aborted(), time_out);
    let answer = fetch(call, &stopper);
    pin_mut!(answer);
    match future::select(answer, given_up).await {
        Either::Left((Some(answer), _)) => Ok(answer),
        Either::Left((None, _)) if is_offline() => Err(Failure::Offline),
        Either::Left((None, _)) => Err(Failure::NoAnswer),
        Either::Right((Either::Left(_), _)) => Err(Failure::Cancelled),
        Either::Right((Either::Right(_), _)) => Err(Failure::TimedOut),
    }
}

/// `None` when it died without a status, or before its body was complete.
async fn fetch(call: Outgoing, stopper: &Stopper) -> Option<Answer> {
    let builder = match call.method {
        Method::Get => Request::get(&call.url),
        Method::Post => Request::post(&call.url),
    };
    let builder = builder
        .headers(to_headers(&call.headers)?)
        .credentials(RequestCredentials::Omit)
        .cache(RequestCache::NoStore)
        .redirect(RequestRedirect::Error)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .abort_signal(Some(&stopper.0.signal()));
    let request = match call.body {
        Some(body) => builder.body(body),
        None => builder.build(),
    };
    read(request.ok()?).await
}

async fn read(request: Request) -> Option<Answer> {
    let response = request.send().await.ok()?;
    Some(Answer {
        status: response.status(),
        status_text: response.status_text(),
        headers: response.headers().entries().collect(),
        body: response.text().await.ok()?,
    })
}

/// How long a question about a dead call may take, in milliseconds.
const PROBE_LIMIT: u32 = 5_000;
/// How long a report of the site's policy may take after the call that it stopped, in milliseconds.
const REPORT_LIMIT: u32 = 50;

/// Asks around after a call below `base` has died. No token goes along.
async fn facts(base: &str) -> Facts {
    let reports = Reports::listen(base);
    let answer = probe(&format!("{base}{}", request::anybody().target)).await;
    let own_origin = origin(base).is_some_and(|there| Some(there) == origin(""));
    let site_answers = match &answer {
        Some(_) => true,
        None if own_origin => {
            let site = base.strip_suffix("/v1").unwrap_or(base);
            probe(&format!("{site}/config.json")).await.is_some()
        }
        None => false,
    };
    TimeoutFuture::new(REPORT_LIMIT).await;
    Facts {
        offline: is_offline(),
        blocked: reports.any(),
        own_origin,
        probe: answer.as_ref().map_or(Probe::Nothing, Probe::of),
        site_answers,
    }
}

/// Asks the API below `base_url`, which is what [`Client::new`](super::Client::new) takes, once and without a token, and
/// says who answers.
pub async fn ask_without_token(base_url: &str) -> Relay {
    let base = BaseUrl::new(base_url).join("");
    let reports = Reports::listen(&base);
    let answer = probe(&format!("{base}{}", request::anybody().target)).await;
    if let Some(answer) = answer {
        return Relay::of(&answer);
    }
    TimeoutFuture::new(REPORT_LIMIT).await;
    match (is_offline(), reports.any()) {
        (true, _) => Relay::Offline,
        (_, true) => Relay::Blocked,
        _ => Relay::Silent,
    }
}

/// Whatever answers there.
async fn probe(url: &str) -> Option<Answer> {
    let stopper = Stopper::new().ok()?;
    let builder = Request::get(url)
        .credentials(RequestCredentials::Omit)
        .cache(RequestCache::NoStore)
        .redirect(RequestRedirect::Manual)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .abort_signal(Some(&stopper.0.signal()));
    let answer = read(builder.build().ok()?);
    pin_mut!(answer);
    match future::select(answer, TimeoutFuture::new(PROBE_LIMIT)).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => None,
    }
}

fn is_offline() -> bool {
    web_sys::window().is_some_and(|window| !window.navigator().on_line())
}

/// The origin of an address, seen from this page.
fn origin(address: &str) -> Option<String> {
    let page = web_sys::window()?.location().href().ok()?;
    Some(web_sys::Url::new_with_base(address, &page).ok()?.origin())
}

/// Listens for reports that the site's policy has stopped a call to an origin.
struct Reports {
    listener: Closure<dyn FnMut(SecurityPolicyViolationEvent)>,
    seen: Rc<Cell<bool>>,
}

const REPORT: &str = "securitypolicyviolation";

impl Reports {
    fn listen(address: &str) -> Reports {
        let seen = Rc::new(Cell::new(false));
        let there = origin(address);
        let listener = Closure::new({
            let seen = seen.clone();
            move |report: SecurityPolicyViolationEvent| {
                let is_it = there.is_some() && origin(&report.blocked_uri()) == there;
                if is_it && report.effective_directive() == "connect-src" {
                    seen.set(true);
                }
            }
        });
        if let Some(window) = web_sys::window() {
            let callback = listener.as_ref().unchecked_ref();
            let _ = window.add_event_listener_with_callback(REPORT, callback);
        }
        Reports { listener, seen }
    }

    fn any(&self) -> bool {
        self.seen.get()
    }
}

impl Drop for Reports {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            let callback = self.listener.as_ref().unchecked_ref();
            let _ = window.remove_event_listener_with_callback(REPORT, callback);
        }
    }
}

/// gloo-net's own `set` panics on a value that no header can hold.
fn to_headers(pairs: &[(String, String)]) -> Option<Headers> {
    let headers = web_sys::Headers::new().ok()?;
    for (name, value) in pairs {
        headers.set(name, value).ok()?;
    }
    Some(Headers::from_raw(headers))
}

/// Stops the network request when the call ends early, for whichever reason.
struct Stopper(AbortController);

impl Stopper {
    fn new() -> Result<Stopper, Failure> {
        AbortController::new()
            .map(Stopper)
            .map_err(|_| Failure::NoAnswer)
    }
}

impl Drop for Stopper {
    fn drop(&mut self) {
        // Without a reason: gloo-net panics when fetch rejects with anything but an error.
        self.0.abort();
    }
}
