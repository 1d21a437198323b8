//! Requests and answers as plain values, so that the sandbox's behaviour is a function one can test without a socket.
//! Must not know what any address means, nor that a network exists.

use std::time::Duration;

use serde_json::Value;

/// Header names in lower case with their values, in the order received.
pub type Headers = Vec<(String, String)>;

/// One HTTP request, complete with its body.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `GET`, `POST` and so on, as sent.
    pub method: String,
    /// The path as sent: not percent-decoded, without the query.
    pub path: String,
    /// The query as sent, without the question mark; empty when there is none.
    pub query: String,
    /// All headers, names in lower case.
    pub headers: Headers,
    /// The bytes of the body.
    pub body: Vec<u8>,
}

impl Request {
    /// The first header of that (lower-case) name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The query's parameters, decoded, in order.
    #[must_use]
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.query.as_bytes())
            .into_owned()
            .collect()
    }

    /// The query as sent with its question mark; empty when there is none.
    #[must_use]
    pub fn query_with_mark(&self) -> String {
        match self.query.as_str() {
            "" => String::new(),
            query => format!("?{query}"),
        }
    }

    /// One query parameter, decoded.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<String> {
        self.query_pairs()
            .into_iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// The body read as an HTML form.
    #[must_use]
    pub fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// The path's segments, without empty ones at either end.
    #[must_use]
    pub fn segments(&self) -> Vec<&str> {
        self.path.trim_matches('/').split('/').collect()
    }

    /// One cookie's value.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.header("cookie")?
            .split(';')
            .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
    }
}

/// One HTTP response, complete with its body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Headers, names as they go on the wire.
    pub headers: Headers,
    /// The bytes of the body.
    pub body: Vec<u8>,
}

impl Response {
    /// A response without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    /// A JSON response.
    #[must_use]
    pub fn json(status: u16, value: &Value) -> Self {
        Self::text(status, "application/json; charset=utf-8", value.to_string())
    }

    /// A response of the given media type.
    #[must_use]
    pub fn text(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::empty(status)
            .with("content-type", content_type)
            .body(body)
    }

    /// A redirect with status 302.
    #[must_use]
    pub fn redirect(location: &str) -> Self {
        Self::empty(302)
            .with("location", location)
            .with("cache-control", "no-store")
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same with another body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The first header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// What the shell is to do with a request once the core has dealt with it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What to send, or nothing: then the connection is closed without an answer.
    pub response: Option<Response>,
    /// Whether a connection closed without an answer is reset instead of ended in good order.
    pub reset: bool,
    /// How long to wait (by the wall clock) before doing so.
    pub delay: Duration,
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self {
            response: Some(response),
            reset: false,
            delay: Duration::ZERO,
        }
    }
}

/// Text made safe for HTML content and double-quoted attributes.
#[must_use]
pub fn escape_html(text: &str) -> String {
    text.chars()
        .fold(String::with_capacity(text.len()), |mut out, c| {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                other => out.push(other),
            }
            out
        })
}
