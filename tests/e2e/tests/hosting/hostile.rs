//! Requests that must not get through, written once for every host.
//! Must not know the hosts.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::contract::ID;

/// Something that an attacker might send.
pub(crate) struct Hostile {
    pub(crate) what: String,
    pub(crate) bytes: Vec<u8>,
    /// Whether a harmless request may arrive that is part of it. The word [`CONTRABAND`] must not in any case.
    pub(crate) has_harmless_part: bool,
    /// Whether it is for the server to refuse that stands before a function, which gets to see good requests only.
    pub(crate) is_for_servers: bool,
}

/// What marks the part that must never arrive.
pub(crate) const CONTRABAND: &str = "contraband";

/// What somebody looked for: it is in queries, and has no place in any log.
pub(crate) const SEARCHED: &str = "searched-name";

/// All of them, for a host at this port of this machine.
pub(crate) fn all(port: u16) -> Vec<Hostile> {
    let sender = Sender(format!("localhost:{port}"));
    let mut all: Vec<Hostile> = targets()
        .iter()
        .map(|target| sender.target(target))
        .collect();
    all.extend(sender.methods());
    all.extend(sender.headers());
    all.extend(sender.oversize());
    all.extend(sender.malformed());
    all.extend(sender.smuggled());
    all
}

/// Targets beside those of the contract.
fn targets() -> Vec<String> {
    let fixed = [
        "/v1",
        "/v1/",
        "/v1?size=1&q=searched-name",
        "/v1/customers",
        "/v1/customers/",
        "/v1/customers/?size=1&q=searched-name",
        "/v1//customers?size=1&q=searched-name",
        "//v1/customers?size=1&q=searched-name",
        "/v1/./customers?size=1&q=searched-name",
        "/x/../v1/customers?size=1&q=searched-name",
        "/v1/../v1/customers?size=1&q=searched-name",
        "/v1/customers/../invoices?size=1&q=searched-name",
        "/v1/customers/%2e%2e/invoices?size=1&q=searched-name",
        "/v1/customers/%2E%2E%2Finvoices?size=1&q=searched-name",
        "/..%2fv1/customers?size=1&q=searched-name",
        "/x/..%2f..%2fv1/customers?size=1&q=searched-name",
        "/V1/customers?size=1&q=searched-name",
        "/v1/Customers?size=1&q=searched-name",
        "/v2/customers?size=1&q=searched-name",
        "/v1/auditrecords",
        "/v1/auditrecords/",
        "/v1/auditrecords/?size=1&q=searched-name",
        "/v1/auditrecords/x?size=1&q=searched-name",
        "/v1/auditrecordsx?size=1&q=searched-name",
        "/v1/AuditRecords?size=1&q=searched-name",
        "/v1/customers/auditrecords?size=1&q=searched-name",
        "/v1/%61uditrecords?size=1&q=searched-name",
        "/v1/auditrecords%3fsize=1",
        "/v1/auditrecords/../invoices?size=1&q=searched-name",
        "/v1/auditrecords?q=searched-name%0d%0aX:%20y",
        "/v1/auditrecords?filter=<b>",
        "/v1/auditrecords?size=1&q=searched-name#fragment",
        "/v1/customers/all/validationStatus?type=account",
        "/v1/invoices",
        "/v1/invoices?size=1&q=searched-name",
        "/v1/customersx?size=1&q=searched-name",
        "/v1/customers/all/validations/x",
        "/v1/customers/all/validations?size=1&q=searched-name",
        "/v1/customers/all",
        "/v1/customers/not-an-id",
        "/v1/customers/11111111-1111-1111-1111-11111111111",
        "/v1%2fcustomers?size=1&q=searched-name",
        "/v1%2Fcustomers?size=1&q=searched-name",
        "/v1%5ccustomers?size=1&q=searched-name",
        "/v1\\customers?size=1&q=searched-name",
        "/%76%31/customers?size=1&q=searched-name",
        "/v1/%63ustomers?size=1&q=searched-name",
        "/v1/customers%3fsize=1",
        "/v1/customers%00?size=1&q=searched-name",
        "/v1/customers%0d%0a?size=1&q=searched-name",
        "/v1/customers%252f?size=1&q=searched-name",
        "/v1/customers;a=b?size=1&q=searched-name",
        "/v1/customers?size=1&q=searched-name#fragment",
        "/v1/customers?q=searched-name&filter={\"Field\":\"CompanyName\"}",
        "/v1/customers?q=searched-name%0d%0aX:%20y",
        "/v1/customers?q=searched-name%00",
        "/v1/customers?q=searched-name%7f",
        "/v1/customers?filter=<b>",
        "/v1/customers?filter=a\\b",
        "/v1/customers?filter=\u{e9}",
        "http://elsewhere.example/v1/customers?size=1&q=searched-name",
        "https://elsewhere.example/v1/customers?size=1&q=searched-name",
        "https://api.partnercenter.microsoft.com/v1/customers?size=1&q=searched-name",
        "//elsewhere.example/v1/customers?size=1&q=searched-name",
        "v1/customers?size=1&q=searched-name",
        "@elsewhere.example/v1/customers?size=1&q=searched-name",
        "*",
    ];
    let below_a_customer = [
        "/",
        "//qualifications",
        "/Qualifications",
        "/qualifications/",
        "/qualifications/x",
        "/qualifications?code=searched-name",
        "/qualifications%3fcode=1",
        "/qualifications;x",
        "/qualifications%20",
        "/qualifications%00",
        "/qualifications/../subscriptions",
        "/qualifications?type=account",
        "/validationStatus",
        "/validationStatus?",
        "/validationStatus?type=",
        "/validationStatus?type=searched-name",
        "/validationStatus?type=account&q=searched-name",
        "/validationStatus?q=searched-name&type=account",
        "/validationStatus?type=accountx",
        "/validationStatus?type=%61ccount",
        "/validationStatus%3ftype=account",
        "/validationStatus/?type=account",
        "/validationStatus/x?type=account",
        "/validationstatus?type=account",
        "?type=account",
        "/subscriptions",
        "/./qualifications",
        "/../all/validations",
        "/%2e%2e/all/validations",
        "%2fqualifications",
        "%2Fqualifications",
        "%5cqualifications",
        "\\qualifications",
        "%20",
        "%00",
        "%0a",
        ";",
        "?x=searched-name",
        ".json",
    ];
    let mut targets = fixed.map(str::to_owned).to_vec();
    targets.extend(below_a_customer.map(|rest| format!("/v1/customers/{ID}{rest}")));
    targets.push(format!("/v1/customers/{}", ID.to_uppercase()));
    targets.push(format!("/v1/customers/{ID}{ID}"));
    targets.push(format!("/v1/customers/x/../{ID}"));
    targets
}

/// A request over HTTP/2.
#[derive(Debug, Serialize)]
pub(crate) struct OverHttp2 {
    headers: BTreeMap<String, String>,
    body: String,
    /// As with [`Hostile`].
    #[serde(skip)]
    pub(crate) has_harmless_part: bool,
}

impl OverHttp2 {
    /// A request like those of the app, but for these headers.
    pub(crate) fn new(method: &str, path: &str, more: &[(&str, &str)], body: &str) -> Self {
        let usual = [
            (":method", method),
            (":path", path),
            ("authorization", "Bearer secret-token"),
            ("accept", "application/json"),
        ];
        let all = usual.iter().chain(more);
        Self {
            headers: all
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.to_owned(),
            has_harmless_part: false,
        }
    }

    fn in_part(self) -> Self {
        let has_harmless_part = true;
        Self {
            has_harmless_part,
            ..self
        }
    }
}

/// What has another form over HTTP/2.
pub(crate) fn over_http_2() -> Vec<OverHttp2> {
    let post = format!("/v1/customers/{ID}/qualifications");
    let json = ("content-type", "application/json");
    let large = "x".repeat(200_000);
    let one = OverHttp2::new;
    // An address with its host is put right by Caddy before anything sees it, and goes where every call goes.
    let mut all: Vec<_> = targets()
        .iter()
        .filter(|target| target.is_ascii() && !target.contains("://"))
        .map(|target| one("GET", target, &[], ""))
        .collect();
    all.extend([
        one("POST", &post, &[json], &large),
        one("POST", &post, &[json, ("content-length", "200000")], &large),
        one(
            "POST",
            &post,
            &[("content-type", "text/plain"), ("content-length", "2")],
            "{}",
        ),
        one("DELETE", GOOD, &[], ""),
        one("GET", &format!("{GOOD} HTTP/1.1"), &[], ""),
        one("GET", GOOD, &[("sec-fetch-site", "cross-site")], ""),
        one("GET", GOOD, &[("authorization", "Basic eDp5")], ""),
        one("GET", GOOD, &[("cookie", CONTRABAND)], "").in_part(),
        one("GET", GOOD, &[("x-original-url", CONTRABAND)], "").in_part(),
        one("GET", GOOD, &[], CONTRABAND).in_part(),
        one("GET", GOOD, &[("content-length", "10")], CONTRABAND).in_part(),
    ]);
    all
}

/// Makes requests for one host.
struct Sender(String);

const GOOD: &str = "/v1/customers?size=1&q=searched-name";

impl Sender {
    /// A request like those of the app, but for the line it starts with and lines it has besides.
    fn bytes(&self, start: &str, lines: &str, body: &str) -> Vec<u8> {
        let host = &self.0;
        let text = format!(
            "{start}\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer secret-token\r\nAccept: application/json\r\n\
             MS-RequestId: {ID}\r\n{lines}\r\n{body}"
        );
        text.into_bytes()
    }

    fn one(&self, start: &str, lines: &str, body: &str) -> Hostile {
        let mut what = format!("{start} {lines}");
        what.truncate(200);
        Hostile {
            what,
            bytes: self.bytes(start, lines, body),
            has_harmless_part: false,
            is_for_servers: false,
        }
    }

    fn target(&self, target: &str) -> Hostile {
        self.one(&format!("GET {target} HTTP/1.1"), "", "")
    }

    fn methods(&self) -> Vec<Hostile> {
        const METHODS: [&str; 13] = [
            "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND",
            "MERGE", "get", "GETS", "X",
        ];
        let qualifications = format!("/v1/customers/{ID}/qualifications");
        let mut all = Vec::new();
        for method in METHODS {
            all.push(self.one(&format!("{method} {GOOD} HTTP/1.1"), "", ""));
            if method != "POST" {
                let start = format!("{method} {qualifications} HTTP/1.1");
                all.push(self.one(&start, "Content-Length: 2\r\n", "{}"));
            }
        }
        for start in [
            "CONNECT api.partnercenter.microsoft.com:443 HTTP/1.1".to_owned(),
            "OPTIONS * HTTP/1.1".to_owned(),
            "PRI * HTTP/2.0".to_owned(),
            format!("POST {qualifications}?code=searched-name&x=1 HTTP/1.1"),
            format!("POST {qualifications}?x=1 HTTP/1.1"),
            format!("POST /v1/customers/{ID} HTTP/1.1"),
            "POST /v1/customers/all/validations HTTP/1.1".to_owned(),
            "POST /v1/auditrecords?size=1&q=searched-name HTTP/1.1".to_owned(),
            "DELETE /v1/auditrecords?size=1&q=searched-name HTTP/1.1".to_owned(),
            format!("POST /v1/customers/{ID}/validationStatus?type=account HTTP/1.1"),
            format!("PUT /v1/customers/{ID}/validationStatus?type=account HTTP/1.1"),
        ] {
            all.push(self.one(&start, "", ""));
        }
        all
    }

    fn headers(&self) -> Vec<Hostile> {
        let start = format!("GET {GOOD} HTTP/1.1");
        let post = format!("POST /v1/customers/{ID}/qualifications HTTP/1.1");
        let mut all: Vec<_> = [
            "Content-Length: 2\r\n",
            "Content-Type: text/plain\r\nContent-Length: 2\r\n",
            "Content-Type: application/jsonx\r\nContent-Length: 2\r\n",
        ]
        .map(|lines| self.one(&post, lines, "{}"))
        .into();
        let more = [
            "Authorization: Bearer of-another\r\n",
            "Sec-Fetch-Site: cross-site\r\n",
            "Sec-Fetch-Site: same-site\r\n",
            "Sec-Fetch-Site: something-new\r\n",
            "Content-Length: 1\r\nContent-Length: 2\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: 1x\r\n",
            "Transfer-Encoding : chunked\r\n",
            "Transfer-Encoding: xchunked\r\n",
            "Header with spaces: 1\r\n",
            "MS-CorrelationId: a\0b\r\n",
            "MS-CorrelationId: a\rX: b\r\n",
        ]
        .map(|lines| self.one(&start, lines, ""));
        all.extend(more);
        let basic = self.bytes(&start, "", "");
        let basic = String::from_utf8_lossy(&basic).replace("Bearer", "Basic");
        all.push(Hostile {
            what: "another scheme".to_owned(),
            bytes: basic.into_bytes(),
            has_harmless_part: false,
            is_for_servers: false,
        });
        all
    }

    fn oversize(&self) -> Vec<Hostile> {
        let post = format!("POST /v1/customers/{ID}/qualifications HTTP/1.1");
        let body = "x".repeat(200_000);
        let long = "x".repeat(100_000);
        let get = format!("GET {GOOD} HTTP/1.1");
        let json = "Content-Type: application/json\r\n";
        vec![
            self.one(&post, &format!("{json}Content-Length: 200000\r\n"), &body),
            self.one(
                &post,
                &format!("{json}Transfer-Encoding: chunked\r\n"),
                &format!("30d40\r\n{body}\r\n0\r\n\r\n"),
            ),
            self.one(&get, &format!("MS-ContinuationToken: {long}\r\n"), ""),
            self.one(&get, &"X-Locale: en\r\n".repeat(20_000), ""),
            self.one(&format!("GET {GOOD}&filter={long} HTTP/1.1"), "", ""),
        ]
    }

    fn malformed(&self) -> Vec<Hostile> {
        let raw = |what: &str, bytes: Vec<u8>| Hostile {
            what: what.to_owned(),
            bytes,
            has_harmless_part: false,
            is_for_servers: true,
        };
        let host = &self.0;
        vec![
            raw("no version", format!("GET {GOOD}\r\n\r\n").into_bytes()),
            raw(
                "another version",
                self.bytes(&format!("GET {GOOD} HTTP/3.7"), "", ""),
            ),
            raw(
                "two hosts",
                self.bytes(
                    &format!("GET {GOOD} HTTP/1.1"),
                    "Host: elsewhere.example\r\n",
                    "",
                ),
            ),
            raw(
                "no host",
                format!("GET {GOOD} HTTP/1.1\r\nConnection: close\r\n\r\n").into_bytes(),
            ),
            raw(
                "a space in the target",
                self.bytes(
                    "GET /v1/customers?size=1&q=searched-name &x=2 HTTP/1.1",
                    "",
                    "",
                ),
            ),
            raw(
                "a zero byte",
                self.bytes(
                    "GET /v1/customers?size=1&q=searched-name\0 HTTP/1.1",
                    "",
                    "",
                ),
            ),
            raw(
                "a tab",
                self.bytes(
                    "GET\t/v1/customers?size=1&q=searched-name\tHTTP/1.1",
                    "",
                    "",
                ),
            ),
            raw(
                "bytes that are no text",
                [
                    b"GET /v1/customers?size=\xff\xfe HTTP/1.1\r\nHost: ",
                    host.as_bytes(),
                    b"\r\nConnection: close\r\n\r\n",
                ]
                .concat(),
            ),
            raw(
                "no HTTP at all",
                b"\x16\x03\x01\x00\x05hello\r\n\r\n".to_vec(),
            ),
        ]
    }

    /// One request in another.
    fn smuggled(&self) -> Vec<Hostile> {
        let post = format!("POST /v1/customers/{ID}/qualifications HTTP/1.1");
        let host = &self.0;
        let inner = format!(
            "DELETE /v1/{CONTRABAND} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        );
        let good = format!("GET {GOOD} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let part = |what: &str, bytes: Vec<u8>| Hostile {
            what: what.to_owned(),
            bytes,
            has_harmless_part: true,
            is_for_servers: false,
        };
        let chunked = "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n";
        vec![
            part(
                "a length and a body where none belongs",
                self.bytes(
                    &format!("GET {GOOD} HTTP/1.1"),
                    "Content-Length: 10\r\n",
                    CONTRABAND,
                ),
            ),
            part(
                "chunks where none belong",
                self.bytes(
                    &format!("GET {GOOD} HTTP/1.1"),
                    "Transfer-Encoding: chunked\r\n",
                    &format!("a\r\n{CONTRABAND}\r\n0\r\n\r\n"),
                ),
            ),
            part(
                "two requests in a row",
                format!("{good}{inner}").into_bytes(),
            ),
            part(
                "a length and chunks",
                self.bytes(&post, chunked, &format!("0\r\n\r\n{inner}")),
            ),
            part(
                "chunks twice",
                self.bytes(
                    &post,
                    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                    &format!("0\r\n\r\n{inner}"),
                ),
            ),
            part(
                "a chunk longer than it says",
                self.bytes(
                    &post,
                    "Transfer-Encoding: chunked\r\n",
                    &format!("1\r\nab\r\n0\r\n\r\n{inner}"),
                ),
            ),
            part(
                "a trailer",
                self.bytes(
                    &post,
                    "Transfer-Encoding: chunked\r\nTrailer: X-Trailer\r\n",
                    &format!("2\r\n{{}}\r\n0\r\nX-Trailer: {CONTRABAND}\r\n\r\n"),
                ),
            ),
            part(
                "a folded line",
                self.bytes(
                    &format!("GET {GOOD} HTTP/1.1"),
                    "X-Locale: en\r\n X-More: folded\r\n",
                    "",
                ),
            ),
            part(
                "a header without a name",
                self.bytes(
                    &format!("GET {GOOD} HTTP/1.1"),
                    &format!(": {CONTRABAND}\r\n"),
                    "",
                ),
            ),
            part(
                "lines without carriage returns",
                format!(
                    "GET {GOOD} HTTP/1.1\nHost: {host}\nConnection: close\nX-More: {CONTRABAND}\n\n"
                )
                .into_bytes(),
            ),
        ]
    }
}
