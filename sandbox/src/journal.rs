//! The record of every request to the API and the authority, with tokens replaced by fingerprints.
//! Must not know what the requests mean.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use crate::clock::{Millis, iso_millis};
use crate::http::Request;
use crate::random::{fingerprint, is_token};

/// How many entries are kept; the oldest go first.
const KEPT: usize = 20_000;

/// Secrets in the forms of the token endpoint, which the journal must not repeat.
const SECRET_FIELDS: &[&str] = &["code", "refresh_token", "client_secret", "id_token_hint"];

/// What happened to a request, known only after it was dealt with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Note {
    /// The persona whose token or session came along.
    pub(crate) persona: Option<&'static str>,
    /// Whether anything changed because of the request.
    pub(crate) took_effect: bool,
    /// Whether it was the repetition of an earlier one, and answered with the earlier answer.
    pub(crate) replayed: bool,
    /// The status sent; absent when the connection was dropped.
    pub(crate) status: Option<u16>,
    /// The name of the fault that struck.
    pub(crate) fault: Option<String>,
}

/// The journal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal {
    entries: VecDeque<Value>,
    count: u64,
}

impl Journal {
    /// Adds an entry. `target` is `api`, `authority` or `site`.
    pub(crate) fn add(&mut self, target: &str, request: &Request, now: Millis, note: &Note) {
        self.count += 1;
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(json!({
            "number": self.count,
            "time": iso_millis(now),
            "target": target,
            "method": request.method,
            "path": request.path,
            "query": query(request),
            "headers": headers(request, note),
            "body": body(request),
            "status": note.status,
            "fault": note.fault,
            "persona": note.persona,
            "tookEffect": note.took_effect,
            "replayed": note.replayed,
            "tokenSeenIn": leaks(request),
        }));
    }

    /// All entries, oldest first.
    #[must_use]
    pub(crate) fn entries(&self) -> Value {
        self.entries.iter().cloned().collect()
    }

    /// How many requests there have been, also forgotten ones.
    #[must_use]
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Forgets all entries; the numbers go on.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}

fn query(request: &Request) -> String {
    if !SECRET_FIELDS
        .iter()
        .any(|name| *name != "code" && request.query.contains(name))
    {
        return request.query.clone();
    }
    let mut out = form_urlencoded::Serializer::new(String::new());
    for (name, value) in request.query_pairs() {
        out.append_pair(&name, &masked(&name, value));
    }
    out.finish()
}

fn masked(name: &str, value: String) -> String {
    if SECRET_FIELDS.contains(&name) {
        format!("#{}", fingerprint(&value))
    } else {
        value
    }
}

fn headers(request: &Request, note: &Note) -> Value {
    let mut out = Map::new();
    for (name, value) in &request.headers {
        let value = match name.as_str() {
            "authorization" => {
                let persona = note.persona.unwrap_or("unknown");
                let token = value.strip_prefix("Bearer ").unwrap_or(value);
                format!("Bearer {persona}#{}", fingerprint(token))
            }
            "cookie" => "(present)".to_owned(),
            "accept" | "content-type" | "origin" | "if-match" | "validatemfa" | "x-locale" => {
                value.clone()
            }
            other if other.starts_with("ms-") || other.starts_with("access-control-request-") => {
                value.clone()
            }
            _ => continue,
        };
        out.insert(name.clone(), value.into());
    }
    Value::Object(out)
}

fn body(request: &Request) -> Value {
    if request.body.is_empty() {
        return Value::Null;
    }
    let is_form = request
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    if is_form {
        let fields = request.form().into_iter().map(|(name, value)| {
            let value = masked(&name, value);
            (name, Value::from(value))
        });
        return Value::Object(fields.collect());
    }
    String::from_utf8_lossy(&request.body).into_owned().into()
}

/// Where a token is that has no business there.
fn leaks(request: &Request) -> Vec<String> {
    let mut out = Vec::new();
    if is_token(&request.path) {
        out.push("path".to_owned());
    }
    if is_token(&request.query) {
        out.push("query".to_owned());
    }
    let own_place = |name: &str| matches!(name, "authorization" | "cookie");
    let headers = request
        .headers
        .iter()
        .filter(|(name, value)| !own_place(name) && is_token(value));
    out.extend(headers.map(|(name, _)| format!("header {name}")));
    let at_token_endpoint = request.method == "POST" && request.path.ends_with("/token");
    if !at_token_endpoint && is_token(&String::from_utf8_lossy(&request.body)) {
        out.push("body".to_owned());
    }
    out
}
