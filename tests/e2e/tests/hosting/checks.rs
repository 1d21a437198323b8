//! What is asked of every host.
//! Must not know which host it is.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use serde_json::{Value, json};

use e2e::{Browsers, Call, Find, Role, Setup, run_with};

use crate::contract::{self, ID};
use crate::hostile::{self, CONTRABAND, OverHttp2, SEARCHED};
use crate::hosts::Host;
use crate::raw::Reply;
use crate::stand::{Place, Stand};
use crate::tls::Authority;
use crate::upstream::Manner;

/// Where nobody signs in.
const SIGN_IN: &str = "https://login.example";
const GOOD: &str = "/v1/customers?size=1&q=searched-name";
const TOKEN: &str = "Authorization: Bearer secret-token";
const JSON: &str = "Content-Type: application/json";

/// A browser that comes to the app through the host.
fn through(place: &Place) -> Setup {
    Setup {
        front: Some(place.front()),
        browsers: Browsers::ChromiumAlone, // it alone takes the key on trust
        ..Setup::default()
    }
}

pub(crate) fn journey(host: Host) {
    let place = Place::new(host, "journey");
    run_with(through(&place), async |w| {
        let stand = place.start_for(&w.partner_center).await;
        w.open_as("Admin agent", "/").await;
        w.look_up("Northfield").await;
        w.link("Northfield Primary School").click().await;
        w.region("Qualifications").says("No qualifications").await;
        w.link("Request a qualification").click().await;
        w.radio("Education").click().await;
        w.combobox("Education segment").choose("K-12").await;
        w.button("Continue").click().await;
        w.button("Send request").click().await;
        w.shows_page("Request sent").await;
        w.card("Education").says("In review").await;

        // The page of an address of the app, loaded afresh.
        w.link("Back to the customer").click().await;
        w.reload().await;
        w.card("Education").says("In review").await;
        w.partner_center.vetting_ends();
        w.card("Education").says("Approved").await;

        // A token that no longer counts is renewed, and who is signed in can sign out.
        w.partner_center.expire(json!({}));
        w.button("Refresh").click().await;
        w.status().says("Qualifications read again.").await;
        // Whichever call came first was refused: the history, too, is read again once a status has changed.
        let calls = w.partner_center.calls();
        let refused = calls.iter().position(|call| call.status == Some(401));
        let refused = refused.expect("a call came with the token of before");
        let read = |call: &Call| call.path.ends_with("/qualifications") && call.status == Some(200);
        assert!(calls[refused..].iter().any(read));
        w.button("Sign out").click().await;
        w.dialog("Sign out?").button("Sign out").click().await;
        w.button("Sign in").appears().await;
        assert_eq!(w.partner_center.posts().len(), 1);
        assert!(w.findings().await.blocked.is_empty());

        // Whatever a browser adds by itself stays behind.
        let (up, _) = contract::headers();
        let up: BTreeSet<String> = up.iter().map(|name| name.to_lowercase()).collect();
        for request in place.upstream.take() {
            let strange: Vec<_> = names(&request, host).difference(&up).cloned().collect();
            assert!(strange.is_empty(), "{strange:?} in {request}");
        }
        let logs = stand.server.logs();
        let logged = logs.contains("/v1/customers");
        assert!(logged || host.is_function, "calls are logged: {logs}");
        assert!(!logs.contains("sbx-"), "no token is logged: {logs}");
        assert!(!logs.contains("Northfield"), "no search is logged: {logs}");
    });
}

/// What fetch in Node.js adds of its own, and nobody can take away.
const OF_FETCH: [&str; 4] = [
    "accept-encoding",
    "accept-language",
    "sec-fetch-mode",
    "user-agent",
];

/// The names of a request's headers, but for those of every connection and those that cannot be helped.
fn names(request: &str, host: Host) -> BTreeSet<String> {
    let head = request.split("\r\n\r\n").next().unwrap();
    let lines = head.split("\r\n").skip(1);
    let names = lines.map(|line| line.split(':').next().unwrap().to_lowercase());
    let of_connections = ["host", "connection", "content-length"];
    names
        .filter(|name| !of_connections.contains(&name.as_str()))
        .filter(|name| !host.is_function || !OF_FETCH.contains(&name.as_str()))
        .collect()
}

pub(crate) fn calls(host: Host) {
    const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"];
    const QUERIES: [&str; 7] = [
        "",
        "size=100&filter=%7B%22Field%22%3A%22Domain%22%7D",
        "seekOperation=Next",
        "code=Aa1-_.!~*'()%20",
        "type=account",
        "type=account&size=1",
        "startDate=2026-03-01&endDate=2026-03-05&size=500",
    ];
    let place = Place::new(host, "calls");
    let stand = place.start(SIGN_IN);
    let calls = contract::calls();
    let paths: BTreeSet<&str> = calls.iter().map(|call| call.path.as_str()).collect();
    let mut passed = 0;
    for (path, method, query) in paths.iter().flat_map(|path| {
        let all = METHODS
            .iter()
            .flat_map(|method| QUERIES.map(|query| (*method, query)));
        all.map(move |(method, query)| (*path, method, query))
    }) {
        let may = calls
            .iter()
            .any(|call| call.method == method && call.path == path && call.may_ask(query));
        let target = match query {
            "" => path.to_owned(),
            _ => format!("{path}?{query}"),
        };
        let body = if method == "POST" { "{}" } else { "" };
        let reply = patiently(&stand, method, &target, body);
        let arrived = place.upstream.take();
        // Some write an apostrophe as its code, which is the same.
        let line = |it: &String| it.split("\r\n").next().unwrap().replace("%27", "'");
        let lines: Vec<_> = arrived.iter().map(line).collect();
        let expected = format!("{method} {target} HTTP/1.1");
        match may {
            true => assert_eq!(lines, [expected], "{reply:?}"),
            false => assert!(lines.is_empty(), "{lines:?} arrived"),
        }
        assert_eq!(reply == Some(200), may, "{method} {target}: {reply:?}");
        passed += usize::from(may);
    }
    assert!(passed >= calls.len(), "every row passed: {passed}");
}

/// Asks until the host has time.
fn patiently(stand: &Stand, method: &str, target: &str, body: &str) -> Option<u16> {
    let started = std::time::Instant::now();
    loop {
        let reply = stand.ask_with(method, target, &[TOKEN, JSON], body).status;
        if reply != Some(429) || started.elapsed() > e2e::PATIENCE {
            return reply;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

pub(crate) fn hostile(host: Host) {
    let place = Place::new(host, "hostile");
    let stand = place.start(SIGN_IN);
    let through = Mutex::new(Vec::new());
    let report = |what: &str, seen: &str| {
        let seen: String = seen.chars().take(500).collect();
        through.lock().unwrap().push(format!("{what}: {seen}"));
    };
    let (parts, wholes): (Vec<_>, Vec<_>) = hostile::all(place.ports.0)
        .into_iter()
        .partition(|attack| attack.has_harmless_part || attack.is_for_servers && host.is_function);
    // Some servers take their time to close.
    for some in wholes.chunks(16) {
        thread::scope(|scope| {
            for attack in some {
                scope.spawn(|| {
                    let reply = stand.send(&attack.bytes);
                    // Some say 200 and nothing else to what they know nothing about.
                    let refused = reply.status.is_none_or(|status| status >= 300);
                    let is_page = reply.header("content-type").starts_with("text/html");
                    if !refused && !is_page && !reply.body.is_empty() {
                        report(&attack.what, &format!("{reply:?}"));
                    }
                });
            }
        });
        for arrived in place.upstream.take() {
            report("arrived", &arrived);
        }
    }
    for attack in parts {
        stand.send(&attack.bytes);
        for arrived in place.upstream.take() {
            if arrived.contains(CONTRABAND) {
                report(&attack.what, &arrived);
            }
        }
    }
    let through = through.into_inner().unwrap();
    assert!(through.is_empty(), "{through:#?}");
    // The same words do get through where they are good ones.
    assert_eq!(patiently(&stand, "GET", GOOD, ""), Some(200));
    assert_eq!(place.upstream.take().len(), 1);
    keeps_quiet(&stand);
}

pub(crate) fn http_2(host: Host) {
    let place = Place::new(host, "http-2");
    let stand = place.start(SIGN_IN);
    let (parts, wholes): (Vec<_>, Vec<_>) = hostile::over_http_2()
        .into_iter()
        .partition(|attack| attack.has_harmless_part);
    let statuses = ask_over_http_2(&place, &wholes);
    for (attack, status) in wholes.iter().zip(statuses) {
        // Some put a path right and give the page, or say 200 and nothing else to OPTIONS.
        assert_ne!(status, json!("no answer"), "{attack:?}");
    }
    assert_eq!(place.upstream.take(), [""; 0]);
    ask_over_http_2(&place, &parts);
    let arrived = place.upstream.take();
    let through: Vec<_> = arrived
        .iter()
        .filter(|request| request.contains(CONTRABAND))
        .collect();
    assert!(through.is_empty(), "{through:#?}");
    let good = [OverHttp2::new("GET", GOOD, &[], "")];
    assert_eq!(ask_over_http_2(&place, &good), [json!(200)]);
    assert_eq!(place.upstream.take().len(), 1);
    keeps_quiet(&stand);
}

fn ask_over_http_2(place: &Place, requests: &[OverHttp2]) -> Vec<Value> {
    let node = env::var_os("VETTED_NODE").unwrap_or_else(|| "node".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hosting/http2.mjs");
    let told = json!({"port": place.ports.0, "trusted": place.trusted(), "requests": requests});
    let file = place.write("http2.json", &told.to_string());
    let output = Command::new(&node).arg(&script).arg(file).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// No log has a token or what somebody looked for.
fn keeps_quiet(stand: &Stand) {
    let logs = stand.server.logs();
    let told: Vec<_> = logs
        .lines()
        .filter(|line| line.contains("secret-token") || line.contains(SEARCHED))
        .collect();
    assert!(told.is_empty(), "{told:#?}");
}

/// Headers that browsers, other relays and attackers add.
const NOISE: [&str; 32] = [
    "Cookie: a=contraband",
    "Referer: https://localhost/customers?q=contraband",
    "Origin: https://localhost",
    "User-Agent: contraband",
    "Accept-Language: hu",
    "Accept-Encoding: gzip, br",
    "Cache-Control: no-cache",
    "Pragma: no-cache",
    "DNT: 1",
    "Priority: u=1",
    "Sec-Fetch-Site: same-origin",
    "Sec-Fetch-Mode: cors",
    "Sec-CH-UA: contraband",
    "X-Forwarded-For: 192.0.2.1",
    "X-Forwarded-Host: elsewhere.example",
    "X-Forwarded-Proto: http",
    "X-Real-IP: 192.0.2.1",
    "Forwarded: for=192.0.2.1",
    "Via: 1.1 contraband",
    "X-HTTP-Method-Override: DELETE",
    "X-HTTP-Method: DELETE",
    "X-Method-Override: DELETE",
    "X-Original-URL: /v1/invoices",
    "X-Rewrite-URL: /v1/invoices",
    "MS_CorrelationId: contraband",
    "MS-Something: contraband",
    "ValidateMfa: true",
    "If-Match: contraband",
    "If-None-Match: contraband",
    "Range: bytes=0-1",
    "Proxy-Authorization: contraband",
    "X-Unknown: contraband",
];

pub(crate) fn headers_up(host: Host) {
    let place = Place::new(host, "up");
    let stand = place.start(SIGN_IN);
    let (up, _) = contract::headers();
    let mut lines: Vec<String> = NOISE.map(str::to_owned).into();
    let value = |name: &str| match name {
        "Authorization" => "Bearer secret-token".to_owned(),
        "Content-Type" => "application/json".to_owned(),
        other => format!("value of {other}"),
    };
    let ours: Vec<_> = up
        .iter()
        .map(|name| format!("{name}: {}", value(name)))
        .collect();
    lines.extend(ours.clone());
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let target = format!("/v1/customers/{ID}/qualifications?code=a%2Fb");
    let body = r#"{"qualification":"Education"}"#;
    let reply = stand.ask_with("POST", &target, &lines, body);
    assert_eq!(reply.status, Some(200), "{reply:?}");

    let arrived = place.upstream.take();
    assert_eq!(arrived.len(), 1);
    let arrived = &arrived[0];
    assert!(
        arrived.starts_with(&format!("POST {target} HTTP/1.1\r\n")),
        "{arrived}"
    );
    let expected: BTreeSet<String> = up.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(names(arrived, host), expected);
    let there = match host.upstream {
        "localhost" => format!("localhost:{}", place.upstream.port),
        name => name.to_owned(),
    };
    let lower = arrived.to_lowercase();
    for line in ours {
        assert!(
            lower.contains(&format!("\r\n{}\r\n", line.to_lowercase())),
            "{line} of {arrived}"
        );
    }
    assert!(
        lower.contains(&format!("\r\nhost: {there}\r\n")),
        "{arrived}"
    );
    assert!(arrived.ends_with(&format!("\r\n\r\n{body}")), "{arrived}");

    // What is absent is not sent empty, and a token may be long.
    let token = format!("Authorization: Bearer {}", "x".repeat(6000));
    let reply = stand.ask("GET", GOOD, &[&token, "Accept: application/json"]);
    assert_eq!(reply.status, Some(200));
    let arrived = place.upstream.take();
    assert_eq!(
        names(&arrived[0], host),
        BTreeSet::from(["accept".to_owned(), "authorization".to_owned()])
    );
    assert!(arrived[0].contains(&token));
}

/// Headers of answers that would have an effect on the site, or give something away.
const NOISE_DOWN: [&str; 22] = [
    "X-Accel-Redirect: /index.html",
    "X-Accel-Limit-Rate: 1000",
    "Set-Cookie: a=contraband",
    "Access-Control-Allow-Origin: *",
    "Access-Control-Allow-Credentials: true",
    "Cache-Control: public, max-age=60",
    "Expires: Thu, 01 Jan 2099 00:00:00 GMT",
    "ETag: \"contraband\"",
    "Last-Modified: Thu, 01 Jan 2015 00:00:00 GMT",
    "Content-Security-Policy: default-src *",
    "Clear-Site-Data: \"*\"",
    "Service-Worker-Allowed: /",
    "Link: <https://elsewhere.example/contraband>; rel=preload",
    "Location: /contraband",
    "Refresh: 0; url=https://elsewhere.example/",
    "Strict-Transport-Security: max-age=0",
    "X-Frame-Options: ALLOWALL",
    "X-Content-Type-Options: contraband",
    "Referrer-Policy: unsafe-url",
    "Server: contraband",
    "X-Powered-By: contraband",
    "Request-Context: appId=contraband",
];

pub(crate) fn headers_down(host: Host) {
    let place = Place::new(host, "down");
    let stand = place.start(SIGN_IN);
    let (_, down) = contract::headers();
    let value = |name: &str| match name {
        "Content-Type" => "application/json; charset=utf-8".to_owned(),
        "Date" => "Wed, 02 Apr 2025 10:11:12 GMT".to_owned(),
        "Retry-After" => "17".to_owned(),
        other => format!("value of {other}"),
    };
    let mut lines: Vec<String> = NOISE_DOWN.map(str::to_owned).into();
    if host.answers_by_list {
        lines.push("X-Unknown: contraband".to_owned());
    }
    lines.extend(down.iter().map(|name| format!("{name}: {}", value(name))));
    let body = format!("[\"{}\"]", "x".repeat(600_000));
    // The path of errors is another one in most servers.
    for status in [200, 201, 302, 400, 401, 403, 404, 429, 500, 503] {
        let answer = format!(
            "HTTP/1.1 {status} Some words\r\n{}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            lines.join("\r\n"),
            body.len()
        );
        place.upstream.behaves(Manner::Answers(answer));
        let reply = stand.ask("GET", GOOD, &[TOKEN]);
        if status == 302 && host.is_function {
            assert_eq!(reply.status, Some(502));
            continue;
        }
        assert_eq!(reply.status, Some(status));
        for name in &down {
            assert_eq!(reply.header(name), value(name), "{name} of {status}");
        }
        let text = reply
            .headers()
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect::<String>();
        let passed: Vec<_> = NOISE_DOWN
            .iter()
            .filter(|line| text.contains(**line))
            .collect();
        assert!(
            passed.is_empty() && !text.contains("contraband"),
            "{passed:?} of {status}: {text}"
        );
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(
            reply.header("content-security-policy"),
            "default-src 'none'; frame-ancestors 'none'"
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert!(reply.text() == body.as_bytes(), "the body of {status}");
    }
    assert_eq!(
        place.upstream.take().len(),
        10,
        "nothing is answered from a cache, no redirect followed"
    );
}

pub(crate) fn certificates(host: Host) {
    let trusted = Authority::new();
    let wrong = [
        (
            "of-another-authority",
            Authority::new().issue(host.upstream),
        ),
        ("of-another-name", trusted.issue("elsewhere.example")),
    ];
    for (what, identity) in wrong {
        let place = Place::before(host, what, trusted.clone(), &identity);
        let stand = place.start(SIGN_IN);
        let reply = stand.ask("GET", GOOD, &[TOKEN]);
        assert_eq!(reply.status, Some(host.distrust), "{what}");
        assert!(place.upstream.take().is_empty(), "{what}: nothing was said");
        keeps_quiet(&stand);
    }
    let place = Place::before(
        host,
        "as-it-should-be",
        trusted.clone(),
        &trusted.issue(host.upstream),
    );
    assert_eq!(
        place.start(SIGN_IN).ask("GET", GOOD, &[TOKEN]).status,
        Some(200)
    );
}

pub(crate) fn once(host: Host) {
    let place = Place::new(host, "once");
    let stand = place.start(SIGN_IN);
    place.upstream.behaves(Manner::HangsUp);
    for (method, target) in [
        ("POST", format!("/v1/customers/{ID}/qualifications")),
        ("GET", GOOD.to_owned()),
    ] {
        let body = if method == "POST" { "{}" } else { "" };
        let reply = stand.ask_with(method, &target, &[TOKEN, JSON], body);
        assert_eq!(reply.status, Some(502), "{method}");
        assert_eq!(place.upstream.take().len(), 1, "{method} is sent once");
    }
    keeps_quiet(&stand);
}

pub(crate) fn files(host: Host) {
    let place = Place::new(host, "files");
    let stand = place.start(SIGN_IN);
    let root = place.root();
    fs::write(root.join("config.json"), "{}").unwrap();
    let page = fs::read(root.join("index.html")).unwrap();
    for address in [
        "/",
        "/index.html",
        "/?q=a.b",
        &format!("/customers/{ID}"),
        "/auth/callback",
    ] {
        let reply = stand.ask("GET", address, &[]);
        assert_eq!(
            (reply.status, reply.header("cache-control")),
            (Some(200), "no-cache"),
            "{address}"
        );
        assert!(
            reply.header("content-type").starts_with("text/html"),
            "{address}"
        );
        assert!(reply.text() == page, "{address} is the page");
        secured(&reply, &place);
    }
    for name in files_below(&root) {
        let address = format!("/{name}");
        let plain = stand.ask("GET", &address, &["Accept-Encoding: identity"]);
        let reply = &plain;
        if name.starts_with('_') || name.ends_with(".br") || name.ends_with(".gz") {
            assert_eq!(reply.status, Some(404), "{name} is for the server only");
            continue;
        }
        assert_eq!(reply.status, Some(200), "{name}");
        assert!(
            reply.text() == fs::read(root.join(&name)).unwrap(),
            "{name} as it is"
        );
        let caching = match is_hashed(&name) {
            true => "public, max-age=31536000, immutable",
            false => "no-cache",
        };
        assert_eq!(reply.header("cache-control"), caching, "{name}");
        let varies = |reply: &Reply| {
            let vary = reply.all("vary").join(", ").to_lowercase();
            vary.contains("accept-encoding")
        };
        let kind = reply.header("content-type").split(';').next().unwrap();
        assert_eq!(kind, kind_of(&name), "{name}");
        secured(reply, &place);
        for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
            let Ok(bytes) = fs::read(root.join(format!("{name}.{ending}"))) else {
                continue;
            };
            let reply = stand.ask("GET", &address, &[&format!("Accept-Encoding: {encoding}")]);
            assert_eq!(reply.header("content-encoding"), encoding, "{name}");
            assert!(reply.text() == bytes, "{name}.{ending} as it is");
            assert_eq!(
                reply.header("cache-control"),
                caching,
                "{name} in {encoding}"
            );
            assert_eq!(
                reply.header("content-type").split(';').next(),
                Some(kind),
                "{name}"
            );
            assert!(varies(&reply), "{name} in {encoding}");
            assert!(varies(&plain), "{name} as it is");
        }
    }
    for address in [
        "/missing-0123456789abcdef.js",
        "/missing.json",
        "/x/missing-0123456789abcdef.wasm",
    ] {
        let reply = stand.ask("GET", address, &["Accept-Encoding: br"]);
        assert_eq!(
            (reply.status, reply.header("cache-control")),
            (Some(404), "no-store"),
            "{address}"
        );
        secured(&reply, &place);
    }
    for address in [
        "/../authority.pem",
        "/%2e%2e/authority.pem",
        "/..%2fauthority.pem",
        "/x/..%5c..%5cauthority.pem",
    ] {
        let reply = stand.ask("GET", address, &[]);
        let body = String::from_utf8_lossy(&reply.body).into_owned();
        assert!(!body.contains("CERTIFICATE"), "{address} leads out");
    }
    let reply = stand.ask("TRACE", "/", &[TOKEN]);
    assert_ne!(reply.status, Some(200), "nothing is echoed");
    let reply = stand.ask_with("POST", "/", &[], "x");
    assert!(
        matches!(reply.status, Some(403 | 405)),
        "{:?}",
        reply.status
    );
}

/// Every file below a folder, as `folder/name`.
fn files_below(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => {
                let below = files_below(&entry.path());
                names.extend(below.into_iter().map(|rest| format!("{name}/{rest}")));
            }
            false => names.push(name),
        }
    }
    names
}

fn is_hashed(name: &str) -> bool {
    let digest = name
        .split('.')
        .next()
        .and_then(|stem| stem.rsplit_once('-'));
    digest.is_some_and(|(_, digest)| {
        digest.len() == 16 && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap() {
        "html" => "text/html",
        "js" | "mjs" => "text/javascript",
        "css" => "text/css",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "txt" => "text/plain",
        "webmanifest" => "application/manifest+json",
        other => panic!("nobody has said what {other} is"),
    }
}

/// Every answer for a person has the headers that `cargo xtask dist` writes for hosts that read a file of them.
fn secured(reply: &Reply, place: &Place) {
    let written = fs::read_to_string(place.root().join("_headers")).unwrap();
    let everywhere = written.lines().skip_while(|line| *line != "/*").skip(1);
    let mut count = 0;
    for (name, value) in everywhere
        .take_while(|line| line.starts_with("  "))
        .map(|line| line.trim().split_once(": ").unwrap())
    {
        let value = value.replace("https://login.microsoftonline.com", SIGN_IN);
        assert_eq!(reply.header(name), value, "{name}");
        count += 1;
    }
    assert!(count >= 7, "the file of headers was read");
    assert_eq!(
        reply.header("strict-transport-security"),
        "max-age=31536000"
    );
}

pub(crate) fn plain_http(host: Host) {
    let place = Place::new(host, "http");
    let stand = place.start(SIGN_IN);
    for target in ["/", "/customers?q=a", "/a%3fb%0d%0ax:%20c?d=%20", GOOD] {
        let reply = stand.ask_plainly(target);
        assert!(
            matches!(reply.status, Some(301 | 308)),
            "{target}: {reply:?}"
        );
        let there = format!("https://localhost:{}{target}", place.ports.0);
        assert_eq!(reply.header("location"), there);
    }
    assert!(place.upstream.take().is_empty());
}

pub(crate) fn burst(host: Host) {
    const CALLS: usize = 100;
    let place = Place::new(host, "burst");
    let stand = place.start(SIGN_IN);
    let replies = stand.all_at_once(CALLS, 10, GOOD);
    let (refused, passed): (Vec<_>, Vec<_>) =
        replies.iter().partition(|reply| reply.status == Some(429));
    assert!(passed.iter().all(|reply| reply.status == Some(200)));
    assert!(
        refused.len() >= 10 && passed.len() >= 10,
        "{} of {CALLS} passed",
        passed.len()
    );
    assert_eq!(place.upstream.take().len(), passed.len());
    assert!(
        refused
            .iter()
            .all(|reply| reply.header("retry-after") == "5")
    );
    assert!(
        refused
            .iter()
            .all(|reply| reply.header("cache-control") == "no-store")
    );
    keeps_quiet(&stand);
}

pub(crate) fn audit(host: Host) {
    let place = Place::new(host, "audit");
    let _stand = place.start(SIGN_IN);
    let modules = env::var_os("VETTED_AUDIT")
        .expect("VETTED_AUDIT names no folder of npm packages. `cargo xtask test` installs them");
    let node = env::var_os("VETTED_NODE").unwrap_or_else(|| "node".into());
    let (https, http) = place.ports;
    let target = format!(r#"{{"host":"localhost","http":{http},"https":{https}}}"#);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hosting/audit.mjs");
    let mut command = Command::new(node);
    command.arg(script).arg(modules).arg(target);
    command.env("NODE_EXTRA_CA_CERTS", place.trusted());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    eprintln!("{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
}

pub(crate) fn slowed_down(host: Host) {
    let place = Place::new(host, "slowed-down");
    run_with(through(&place), async |w| {
        let stand = place.start_for(&w.partner_center).await;
        w.open_as("Admin agent", "/").await;
        w.shows_page("Customers").await;
        // A crowd behind the same address.
        let crowd = stand.crowd(GOOD);
        w.look_up("Northfield").await;
        w.all(Role::Main).says("asks for a pause").await;
        drop(crowd);
        // Nobody touches anything: the pause ends, and the lookup goes on by itself.
        w.link("Northfield Primary School").appears().await;
    });
}
