//! Addresses of calls: the configured base, links to further pages, and text made safe for a query.
//! Must not know what is asked for at any of them.

/// The address that stands before every [`Request::target`](super::request::Request::target).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Takes a path of the site (`/`, `/vetted/`) or an absolute address, with or without `/v1` at its end.
    pub fn new(address: &str) -> BaseUrl {
        let address = address.trim().trim_end_matches('/');
        let address = address.strip_suffix("/v1").unwrap_or(address);
        BaseUrl(format!("{address}/v1"))
    }

    /// The full address of a call.
    pub fn join(&self, target: &str) -> String {
        format!("{}{target}", self.0)
    }
}

/// A link to the next page of a list, re-based: whatever host or path the service's own link has,
/// this one stays below the configured address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextLink {
    target: String,
    headers: Vec<(String, String)>,
}

/// The header that carries an opaque token from page to page.
pub const CONTINUATION_TOKEN: &str = "MS-ContinuationToken";

impl NextLink {
    /// Takes the service's link, which comes with or without `/v1` and perhaps with a host, and the
    /// headers to send along. `None` if it leads anywhere but to the list of customers.
    pub fn new(uri: &str, headers: Vec<(String, String)>) -> Option<NextLink> {
        NextLink::to("customers", uri, headers)
    }

    /// The same for a link that has to lead to the list of audit records.
    pub fn to_audit_records(uri: &str, headers: Vec<(String, String)>) -> Option<NextLink> {
        NextLink::to("auditrecords", uri, headers)
    }

    fn to(list: &str, uri: &str, headers: Vec<(String, String)>) -> Option<NextLink> {
        let (address, query) = uri.split_once('?').unwrap_or((uri, ""));
        if !below_version(address)?.eq_ignore_ascii_case(list) {
            return None;
        }
        // The service may print the filter as plain JSON; `#` would cut it off.
        let query = encoded_unless(query, |byte| {
            byte.is_ascii_graphic() && !b"#\\\"<>".contains(&byte)
        });
        Some(NextLink {
            target: format!("/{list}?{query}"),
            headers,
        })
    }

    /// Path and query below the API's version.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The headers to send along.
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// What tells this page from the others of its query: the continuation token, else the link itself.
    pub(super) fn token(&self) -> String {
        let is_token = |name: &str| name.eq_ignore_ascii_case(CONTINUATION_TOKEN);
        let header = self.headers.iter().find(|(name, _)| is_token(name));
        header.map_or_else(|| self.target.clone(), |(_, token)| token.clone())
    }
}

/// The part of an address after the host and `/v1`, without a slash before it.
fn below_version(address: &str) -> Option<&str> {
    let path = match address.split_once("://") {
        Some((_, host_and_path)) => host_and_path.split_once('/')?.1,
        None => address.strip_prefix('/').unwrap_or(address),
    };
    let (version, rest) = path.split_at_checked(3).unwrap_or(("", path));
    let is_version = version.eq_ignore_ascii_case("v1/");
    Some(if is_version { rest } else { path })
}

/// Encodes as JavaScript's `encodeURIComponent` does, so that the text survives as one query value.
pub(super) fn percent_encoded(text: &str) -> String {
    encoded_unless(text, |byte| {
        byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte)
    })
}

fn encoded_unless(text: &str, is_safe: impl Fn(u8) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_safe(byte) {
            encoded.push(byte.into());
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
