//! Faults: what goes wrong on purpose, which requests it strikes, and how often.
//! Must not know what the requests are about.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::http::{Request, Response};
use crate::random::Random;
use crate::refusal::Refusal;

/// What the client gets instead of, or from, the true answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The true answer (late, if there is a delay).
    True,
    /// The first half of the true answer's body, as if it were all.
    Truncated,
    /// This answer.
    Instead(Response),
    /// None: the connection is closed.
    Dropped,
    /// None: the connection is reset.
    Reset,
}

/// One thing that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// What it is called in the journal.
    pub(crate) name: String,
    /// What the client gets.
    pub(crate) outcome: Outcome,
    /// Whether the request is carried out all the same.
    pub(crate) takes_effect: bool,
    /// Whether the access token that came along is made to expire first.
    pub(crate) expires_token: bool,
    /// How long the answer is held back.
    pub(crate) delay: Duration,
}

/// The names [`Fault::named`] knows.
pub(crate) const NAMES: &[&str] = &[
    "not-found",
    "no-relationship",
    "forbidden",
    "conflict",
    "invalid-input",
    "unauthorized-empty",
    "throttled",
    "throttled-message",
    "throttled-bare",
    "server-error",
    "server-error-after-effect",
    "unavailable-html",
    "json-string",
    "truncated",
    "drop-before",
    "drop-after",
    "reset-before",
    "reset-after",
    "expired-token",
    "slow",
    "stalled",
];

/// How many seconds to wait a throttled answer names, unless told otherwise.
const WAIT_SECONDS: u64 = 5;

impl Fault {
    /// A fault that answers instead of the handler.
    #[must_use]
    pub(crate) fn instead(name: &str, response: Response) -> Self {
        Self {
            name: name.to_owned(),
            outcome: Outcome::Instead(response),
            takes_effect: false,
            expires_token: false,
            delay: Duration::ZERO,
        }
    }

    /// A ready-made fault, see [`NAMES`].
    #[must_use]
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::with_wait(name, WAIT_SECONDS)
    }

    /// The same, with the seconds to wait that a throttled answer names.
    fn with_wait(name: &str, seconds: u64) -> Option<Self> {
        let refusal = |status, code, text: &str| {
            Fault::instead(name, Refusal::new(status, code, text).response())
        };
        let throttled = |message: &str| {
            let body = json!({ "statusCode": 429, "message": message });
            Fault::instead(name, Response::json(429, &body))
        };
        let with = |outcome, takes_effect| Fault {
            name: name.to_owned(),
            outcome,
            takes_effect,
            expires_token: false,
            delay: Duration::ZERO,
        };
        let told = format!("Rate limit is exceeded. Try again in {seconds} seconds.");
        Some(match name {
            "not-found" => refusal(404, 60_003, "Tenant was not found."),
            "no-relationship" => {
                refusal(403, 20_002, "No relationship between caller and account.")
            }
            "forbidden" => refusal(403, 900_308, "The caller has insufficient privileges."),
            "conflict" => refusal(409, 409, "The resource was changed by another request."),
            "invalid-input" => refusal(400, 800_002, "The request input is not valid."),
            "unauthorized-empty" => {
                let challenge = r#"Bearer error="invalid_token""#;
                Fault::instead(
                    name,
                    Response::empty(401).with("www-authenticate", challenge),
                )
            }
            "throttled" => {
                let mut fault = throttled(&told);
                if let Outcome::Instead(response) = &mut fault.outcome {
                    response
                        .headers
                        .push(("retry-after".to_owned(), seconds.to_string()));
                }
                fault
            }
            "throttled-message" => throttled(&told),
            "throttled-bare" => throttled("Rate limit is exceeded."),
            "server-error" => refusal(500, 800_003, "An unexpected error occurred."),
            "server-error-after-effect" => Fault {
                takes_effect: true,
                ..refusal(500, 800_003, "An unexpected error occurred.")
            },
            "unavailable-html" => {
                Fault::instead(name, Response::text(503, "text/html", UNAVAILABLE))
            }
            "json-string" => Fault::instead(
                name,
                Response::json(400, &json!("Customer tagging denied.")),
            ),
            "truncated" => with(Outcome::Truncated, true),
            "drop-before" => with(Outcome::Dropped, false),
            "drop-after" => with(Outcome::Dropped, true),
            "reset-before" => with(Outcome::Reset, false),
            "reset-after" => with(Outcome::Reset, true),
            // The true answer is then the one for a token that is no good.
            "expired-token" => Fault {
                expires_token: true,
                ..with(Outcome::True, true)
            },
            "slow" => Fault {
                delay: Duration::from_secs(10),
                ..with(Outcome::True, true)
            },
            // Longer than the app waits for something it reads.
            "stalled" => Fault {
                delay: Duration::from_secs(25),
                ..with(Outcome::True, true)
            },
            _ => return None,
        })
    }

    /// Reads a fault as the control address takes it.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn from_json(value: &Value) -> Result<Self, String> {
        let mut fault = match value.get("kind").and_then(Value::as_str) {
            Some(kind) => Self::named(kind)
                .ok_or_else(|| format!("unknown kind '{kind}', known are {NAMES:?}"))?,
            None => Self {
                name: "custom".to_owned(),
                outcome: Outcome::True,
                takes_effect: true,
                expires_token: false,
                delay: Duration::ZERO,
            },
        };
        if let Some(delay) = value.get("delayMs") {
            fault.delay =
                Duration::from_millis(delay.as_u64().ok_or("'delayMs' must be a whole number")?);
        }
        if value.get("truncate").and_then(Value::as_bool) == Some(true) {
            fault.outcome = Outcome::Truncated;
        }
        if let Some(drop) = value.get("drop") {
            fault.outcome = Outcome::Dropped;
            fault.takes_effect = match drop.as_str() {
                Some("before") => false,
                Some("after") => true,
                _ => return Err("'drop' must be \"before\" or \"after\" (the effect)".to_owned()),
            };
        }
        if let Some(response) = response_from_json(value)? {
            fault.outcome = Outcome::Instead(response);
            fault.takes_effect = false;
        }
        if let Some(effect) = value.get("takesEffect").and_then(Value::as_bool) {
            fault.takes_effect = effect;
        }
        Ok(fault)
    }

    /// What the client gets. `answer` gives the true answer, and carries the request out.
    pub(crate) fn apply(self, answer: impl FnOnce() -> Response) -> (Option<Response>, Duration) {
        let answer = self.takes_effect.then(answer);
        let response = match self.outcome {
            Outcome::Dropped | Outcome::Reset => None,
            Outcome::Instead(response) => Some(response),
            Outcome::True => answer,
            Outcome::Truncated => answer.map(|mut answer| {
                answer.body.truncate(answer.body.len() / 2);
                answer
            }),
        };
        (response, self.delay)
    }
}

const UNAVAILABLE: &str = "<!DOCTYPE html><html><head><title>503</title></head><body><h1>Service unavailable</h1>\
<p>The gateway could not reach the service. <a href=\"/\">Home</a></p></body></html>";

fn response_from_json(value: &Value) -> Result<Option<Response>, String> {
    let Some(status) = value.get("status") else {
        return Ok(None);
    };
    let status = status
        .as_u64()
        .and_then(|status| u16::try_from(status).ok())
        .filter(|status| (200..600).contains(status));
    let status = status.ok_or("'status' must be an HTTP status from 200 to 599")?;
    let content_type = value.get("contentType").and_then(Value::as_str);
    let mut response = match value.get("body") {
        None | Some(Value::Null) => Response::empty(status),
        Some(Value::String(text)) => {
            Response::text(status, content_type.unwrap_or("text/html"), text.as_str())
        }
        Some(json) => Response::text(
            status,
            content_type.unwrap_or("application/json"),
            json.to_string(),
        ),
    };
    for (name, value) in value
        .get("headers")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        response.headers.push((name.to_lowercase(), value));
    }
    Ok(Some(response))
}

/// A fault together with the requests it is for.
#[derive(Clone, Debug)]
struct Rule {
    method: Option<String>,
    path: String,
    skip: u64,
    times: Option<u64>,
    fault: Fault,
}

/// All faults waiting to strike.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<Rule>,
}

impl Faults {
    /// Adds a rule as the control address takes it: `method` (any when absent), `path` (`*` stands for anything),
    /// `skip` (how many such requests to let pass first), `times` (1 when absent, `null` for always) and the fault.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn add(&mut self, value: &Value) -> Result<(), String> {
        let fault = Fault::from_json(value)?;
        let count = |name: &str| {
            value
                .get(name)
                .map(|count| count.as_u64().ok_or(format!("'{name}' must be a number")))
        };
        let times = match value.get("times") {
            None => Some(1),
            Some(Value::Null) => None,
            Some(_) => count("times").transpose()?,
        };
        self.rules.push(Rule {
            method: value
                .get("method")
                .and_then(Value::as_str)
                .map(str::to_uppercase),
            path: value
                .get("path")
                .and_then(Value::as_str)
                .unwrap_or("*")
                .to_owned(),
            skip: count("skip").transpose()?.unwrap_or(0),
            times,
            fault,
        });
        Ok(())
    }

    /// Removes all rules.
    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// How many rules can still strike.
    #[must_use]
    pub(crate) fn waiting(&self) -> usize {
        self.rules
            .iter()
            .filter(|rule| rule.times != Some(0))
            .count()
    }

    /// The fault that strikes this request, which counts as one of its times.
    pub(crate) fn take(&mut self, request: &Request) -> Option<Fault> {
        let rule = self.rules.iter_mut().find(|rule| {
            rule.times != Some(0)
                && rule
                    .method
                    .as_ref()
                    .is_none_or(|method| *method == request.method)
                && matches(&rule.path, &request.path)
        })?;
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        rule.times = rule.times.map(|times| times - 1);
        Some(rule.fault.clone())
    }
}

/// Random faults: which share of the requests they strike, and with what.
///
/// Whether and how a request fails depends on the seed, on its method and path, and on how many such requests came before:
/// not on what else arrives meanwhile. So the same seed makes the same trouble however requests of different customers
/// overtake each other.
#[derive(Clone, Debug)]
pub(crate) struct Chaos {
    /// What everything depends on.
    pub(crate) seed: u64,
    /// How many percent of the requests are struck.
    pub(crate) percent: u8,
    /// The seconds to wait that throttled answers name.
    pub(crate) wait_seconds: u64,
    counts: HashMap<String, u64>,
}

impl Chaos {
    /// Random faults for so many percent of the requests.
    #[must_use]
    pub(crate) fn new(seed: u64, percent: u8) -> Self {
        Self {
            seed,
            percent,
            wait_seconds: WAIT_SECONDS,
            counts: HashMap::new(),
        }
    }

    /// The fault that strikes this request, if one does.
    pub(crate) fn strike(&mut self, request: &Request) -> Option<Fault> {
        /// Each with its share. A throttled answer that names no time makes a client wait long, so it comes seldom.
        const KINDS: &[(&str, usize)] = &[
            ("server-error", 8),
            ("server-error-after-effect", 16),
            ("unavailable-html", 8),
            ("unauthorized-empty", 8),
            ("expired-token", 16),
            ("forbidden", 6),
            ("not-found", 6),
            ("conflict", 6),
            ("throttled", 8),
            ("throttled-message", 8),
            ("throttled-bare", 1),
            ("truncated", 16),
            ("drop-before", 8),
            ("drop-after", 16),
            ("reset-before", 8),
            ("reset-after", 16),
            ("slow", 16),
        ];
        let key = format!("{} {}", request.method, request.path);
        let mut random = Random::of(self.seed, &key);
        let count = self.counts.entry(key).or_default();
        *count += 1;
        (1..*count).for_each(|_| random.skip());
        let mut random = Random::new(random.next_u64());
        if random.below(100) >= usize::from(self.percent) {
            return None;
        }
        let mut left = random.below(KINDS.iter().map(|(_, share)| share).sum());
        let struck = KINDS.iter().find(|(_, share)| {
            let found = left < *share;
            left = left.saturating_sub(*share);
            found
        });
        let (name, _) = struck?;
        Fault::with_wait(name, self.wait_seconds).map(|fault| Fault {
            delay: fault.delay / 10,
            ..fault
        })
    }
}

/// Whether a path is of a pattern in which `*` stands for any text, also none.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn get(path: &str) -> Request {
        Request {
            method: "GET".into(),
            path: path.into(),
            ..Request::default()
        }
    }

    #[test]
    fn a_pattern_matches_whole_paths_with_anything_for_a_star() {
        for (pattern, path, expected) in [
            ("*", "/v1/customers", true),
            ("/v1/customers", "/v1/customers", true),
            ("/v1/customers", "/v1/customers/1", false),
            (
                "/v1/customers/*/qualifications",
                "/v1/customers/1/qualifications",
                true,
            ),
            ("/v1/customers/*/qualifications", "/v1/customers/1", false),
            ("*/token", "/tenant/oauth2/v2.0/token", true),
            ("/a*a", "/a", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_rule_strikes_as_often_as_it_says_after_letting_some_pass() {
        let mut faults = Faults::default();
        faults
            .add(&json!({"path": "/v1/*", "method": "get", "status": 503, "skip": 1, "times": 2}))
            .unwrap();
        let struck: Vec<bool> = (0..5)
            .map(|_| faults.take(&get("/v1/customers")).is_some())
            .collect();
        assert_eq!(struck, [false, true, true, false, false]);
        assert_eq!(faults.waiting(), 0);
    }

    #[test]
    fn every_name_gives_a_fault_and_others_are_refused() {
        assert!(NAMES.iter().all(|name| Fault::named(name).is_some()));
        assert!(Fault::from_json(&json!({"kind": "nonsense"})).is_err());
        assert!(Fault::from_json(&json!({"drop": "never"})).is_err());
        assert!(Fault::from_json(&json!({"status": 99})).is_err());
    }

    #[test]
    fn whether_the_request_is_carried_out_depends_on_the_fault() {
        for (fault, effect, answered) in [
            (json!({"drop": "before"}), false, false),
            (json!({"drop": "after"}), true, false),
            (json!({"status": 500}), false, true),
            (json!({"status": 500, "takesEffect": true}), true, true),
            (json!({"truncate": true}), true, true),
            (json!({"delayMs": 5}), true, true),
        ] {
            let mut carried_out = false;
            let (response, _) = Fault::from_json(&fault).unwrap().apply(|| {
                carried_out = true;
                Response::json(200, &json!({}))
            });
            assert_eq!(
                (carried_out, response.is_some()),
                (effect, answered),
                "{fault}"
            );
        }
    }

    #[test]
    fn chaos_strikes_about_as_often_as_asked_and_never_at_zero() {
        let mut chaos = Chaos::new(1, 20);
        let struck = (0..1000)
            .filter(|_| chaos.strike(&get("/v1/customers")).is_some())
            .count();
        assert!((150..250).contains(&struck), "{struck}");
        let mut none = Chaos::new(1, 0);
        assert!((0..1000).all(|_| none.strike(&get("/v1/customers")).is_none()));
    }

    #[test]
    fn what_chaos_does_to_one_customer_does_not_depend_on_the_others() {
        let one = get("/v1/customers/1/qualifications");
        let other = get("/v1/customers/2/qualifications");
        let mut alone = Chaos::new(7, 50);
        let expected: Vec<_> = (0..50).map(|_| alone.strike(&one)).collect();
        let mut shared = Chaos::new(7, 50);
        let mut seen = Vec::new();
        for turn in 0..50 {
            (0..turn % 3).for_each(|_| drop(shared.strike(&other)));
            seen.push(shared.strike(&one));
        }
        assert_eq!(seen, expected);
        let mut another_seed = Chaos::new(8, 50);
        let others: Vec<_> = (0..50).map(|_| another_seed.strike(&one)).collect();
        assert_ne!(others, expected);
    }

    #[test]
    fn throttled_answers_name_the_seconds_they_are_told_to() {
        for (name, named) in [
            ("throttled", true),
            ("throttled-message", true),
            ("throttled-bare", false),
        ] {
            let Outcome::Instead(response) = Fault::with_wait(name, 2).unwrap().outcome else {
                panic!("{name} is answered");
            };
            let text = String::from_utf8_lossy(&response.body).into_owned();
            assert_eq!(text.contains("in 2 seconds"), named, "{text}");
            let expected = (name == "throttled").then_some("2");
            assert_eq!(response.header("retry-after"), expected, "{name}");
        }
    }
}
