//! Every way a call can fail, as one type; and every error shape of the service, read into it.
//! Must not know how a failure is worded for people.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    client::NoToken,
    json::Fields,
    model::{RequestIds, moment},
    response::{Answer, Exchange},
    silence::Silence,
    transport::Failure,
};

/// A call that did not give what it was made for.
///
/// The token is never part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// What went wrong, as far as it changes what a person can do.
    pub kind: ErrorKind,
    /// The HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// The service's error code, for example `900421`. It comes as a number or as text.
    pub code: Option<String>,
    /// The service's own words, as they came. Show them as text, never as markup.
    pub message: Option<String>,
    /// `MS-RequestId` as answered, else as sent.
    pub request_id: Option<String>,
    /// `MS-CorrelationId` as answered, else as sent.
    pub correlation_id: Option<String>,
    /// How many seconds the service asks to wait before the next call.
    pub retry_after: Option<u32>,
    /// What was being done.
    pub operation: Operation,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ErrorKind {
    /// The caller gave up on it.
    Cancelled,
    /// Nothing came back and no status is known; why, as far as it could be found out.
    NoAnswer(Silence),
    /// No answer within the time limit, or the service said so (408).
    TimedOut,
    /// Too many calls (429); every call made meanwhile counts too.
    Throttled,
    /// The sign-in is over or was not accepted (401), even after renewing it once.
    SignInNeeded,
    /// The sign-in authority did not answer, so there was no token and nothing was sent.
    SignInUnreachable,
    /// The sign-in lacks multifactor authentication (401).
    MfaNeeded,
    /// The person, the app or the partner may not do this (403).
    NotAllowed,
    /// Not among the partner's customers (404).
    NotFound,
    /// Something changed meanwhile (409, 412).
    Conflict,
    /// The service refused what was sent (any other 4xx).
    Refused,
    /// The service failed (5xx).
    ServiceFailed,
    /// Something answered, but not with what Partner Center is documented to send.
    UnexpectedAnswer(Unexpected),
}

/// How an answer differs from what is documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unexpected {
    /// A web page: the relay is probably missing, and the site answered with its own page.
    WebPage,
    /// Not valid JSON, or cut off.
    NotJson,
    /// JSON of another shape.
    OtherShape,
    /// Nothing at all, where something was needed.
    Empty,
    /// A status that a call of this kind never has.
    Status,
    /// A link to the next page that leads somewhere else.
    Link,
}

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Operation {
    /// Reading one customer.
    Customer,
    /// Searching customers, or reading further pages of a search.
    Search,
    /// Reading a customer's qualifications.
    Qualifications,
    /// Requesting a qualification: the only operation that changes anything.
    RequestQualification,
    /// Reading the partner's validation codes.
    ValidationCodes,
    /// Reading the records of what was done for a customer.
    AuditRecords,
    /// Reading whether a customer's account may buy.
    AccountValidation,
}

impl Error {
    /// Whether the service may have done what was asked although the call failed.
    ///
    /// Only a request for a qualification changes anything. After such a failure read the
    /// qualifications before sending again.
    pub fn outcome_unknown(&self) -> bool {
        if self.operation != Operation::RequestQualification {
            return false;
        }
        match self.status {
            // Without a token and during a pause nothing was sent; every other failure without a status may have come
            // later.
            None => !matches!(
                self.kind,
                ErrorKind::SignInNeeded | ErrorKind::SignInUnreachable | ErrorKind::Throttled
            ),
            Some(408) => true,
            Some(status) => !(400..500).contains(&status),
        }
    }

    /// Whether nothing was sent because no token can be had without the person.
    pub(super) fn needs_sign_in_first(&self) -> bool {
        self.kind == ErrorKind::SignInNeeded && self.status.is_none()
    }

    /// No token could be had, so nothing was sent.
    pub(super) fn without_token(why: NoToken, operation: Operation, ids: &RequestIds) -> Error {
        let kind = match why {
            NoToken::SignInNeeded => ErrorKind::SignInNeeded,
            NoToken::NoAnswer => ErrorKind::SignInUnreachable,
        };
        Error::without_answer(kind, operation, ids)
    }

    /// All calls pause for so many seconds more, so nothing was sent.
    pub(super) fn paused(seconds: u32, operation: Operation, ids: &RequestIds) -> Error {
        Error {
            retry_after: Some(seconds),
            ..Error::without_answer(ErrorKind::Throttled, operation, ids)
        }
    }

    /// Nothing came back.
    pub(super) fn from_failure(failure: Failure, operation: Operation, ids: &RequestIds) -> Error {
        let kind = match failure {
            Failure::Cancelled => ErrorKind::Cancelled,
            Failure::TimedOut => ErrorKind::TimedOut,
            Failure::Offline => ErrorKind::NoAnswer(Silence::Offline),
            Failure::NoAnswer => ErrorKind::NoAnswer(Silence::Unexplained),
        };
        Error::without_answer(kind, operation, ids)
    }

    fn without_answer(kind: ErrorKind, operation: Operation, ids: &RequestIds) -> Error {
        Error {
            kind,
            status: None,
            code: None,
            message: None,
            request_id: Some(ids.request.clone()),
            correlation_id: Some(ids.correlation.clone()),
            retry_after: None,
            operation,
        }
    }

    /// Something came back, and it is an error.
    pub fn from_exchange(exchange: &Exchange) -> Error {
        let told = Told::by(exchange);
        let kind = kind_of(exchange, &told);
        Error::from_told(kind, exchange, told)
    }

    /// A success came back that cannot be read.
    pub(super) fn unexpected(exchange: &Exchange, how: Unexpected) -> Error {
        Error::from_told(
            ErrorKind::UnexpectedAnswer(how),
            exchange,
            Told::by(exchange),
        )
    }

    fn from_told(kind: ErrorKind, exchange: &Exchange, told: Told) -> Error {
        let ids = exchange.ids();
        Error {
            kind,
            status: Some(exchange.answer.status),
            code: told.code,
            message: told.message,
            request_id: Some(ids.request),
            correlation_id: Some(ids.correlation),
            retry_after: told.retry_after,
            operation: exchange.operation,
        }
    }
}

fn kind_of(exchange: &Exchange, told: &Told) -> ErrorKind {
    match exchange.answer.status {
        401 if told.wants_mfa(exchange) => ErrorKind::MfaNeeded,
        401 => ErrorKind::SignInNeeded,
        // Partner Center sends no pages: these come from the site itself, or from something on the way.
        403 | 404 if exchange.answer.is_web_page() => {
            ErrorKind::UnexpectedAnswer(Unexpected::WebPage)
        }
        403 => ErrorKind::NotAllowed,
        404 => ErrorKind::NotFound,
        408 => ErrorKind::TimedOut,
        409 | 412 => ErrorKind::Conflict,
        429 => ErrorKind::Throttled,
        400..=499 => ErrorKind::Refused,
        500..=599 => ErrorKind::ServiceFailed,
        _ => ErrorKind::UnexpectedAnswer(Unexpected::Status),
    }
}

/// What an answer tells about an error, whichever of the documented shapes it has
/// (Partner Center docs: error-codes, retrieve-validation-status, api-throttling-guidance).
struct Told {
    code: Option<String>,
    message: Option<String>,
    retry_after: Option<u32>,
}

/// The sign-in lacks the claim of multifactor authentication; the second number was seen only in older texts.
const MFA_CODES: [&str; 2] = ["900421", "10001"];

impl Told {
    fn by(exchange: &Exchange) -> Told {
        let answer = &exchange.answer;
        let body = serde_json::from_str::<Value>(&answer.body).unwrap_or(Value::Null);
        let message = message_in(&body);
        let retry_after = answer
            .header("Retry-After")
            .and_then(|value| seconds(value, answer.header("Date")))
            .or_else(|| message.as_deref().and_then(seconds_in_words));
        Told {
            code: code_in(&body),
            message: message.or_else(|| status_text(answer)),
            retry_after,
        }
    }

    /// Older answers say it in words only, and with an empty body in a header that a relay may drop.
    fn wants_mfa(&self, exchange: &Exchange) -> bool {
        let code = self.code.as_deref().unwrap_or_default();
        let words = [
            self.message.as_deref(),
            exchange.answer.header("WWW-Authenticate"),
        ];
        MFA_CODES.contains(&code) || words.into_iter().flatten().any(|text| text.contains("MFA"))
    }
}

fn code_in(body: &Value) -> Option<String> {
    body.text("code").or_else(|| body.text("error"))
}

fn message_in(body: &Value) -> Option<String> {
    ["description", "message", "error_description"]
        .into_iter()
        .find_map(|name| body.text(name))
        .or_else(|| body.as_str().and_then(filled))
}

/// The words after an error's status, where the body has none.
fn status_text(answer: &Answer) -> Option<String> {
    filled(&answer.status_text).filter(|_| !answer.is_success())
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Reads `Retry-After`: seconds, or a date that is compared with the answer's own.
fn seconds(value: &str, date: Option<&str>) -> Option<u32> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(seconds);
    }
    let until = moment::http_date(value)?;
    let now = moment::http_date(date?)?;
    let wait = until.as_second() - now.as_second();
    u32::try_from(wait.max(0)).ok()
}

/// The gateway says it in words too: "Try again in 57 seconds."
fn seconds_in_words(message: &str) -> Option<u32> {
    let (_, rest) = message.split_once("Try again in ")?;
    rest.split(' ').next()?.parse().ok()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} failed: {:?}", self.operation, self.kind)?;
        if let Some(status) = self.status {
            write!(f, ", HTTP {status}")?;
        }
        if let Some(code) = &self.code {
            write!(f, ", code {code}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
