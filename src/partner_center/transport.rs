//! Sends a call over the network. The only place in the app that calls the API.
//! Must not know what a call is for or what its answer means.

use futures::{
    FutureExt,
    future::{self, Either, LocalBoxFuture},
    pin_mut,
};
use gloo_net::http::{Headers, Request};
use gloo_timers::future::TimeoutFuture;
use web_sys::{AbortController, ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect};

use super::{cancel::Cancel, request::Method, response::Answer};

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
    /// The call died without a status: offline, relay missing, or blocked by a policy.
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
        Either::Left((answer, _)) => answer.ok_or(Failure::NoAnswer),
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
    let response = request.ok()?.send().await.ok()?;
    Some(Answer {
        status: response.status(),
        status_text: response.status_text(),
        headers: response.headers().entries().collect(),
        body: response.text().await.ok()?,
    })
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
