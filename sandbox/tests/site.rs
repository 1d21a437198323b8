//! The site: files, policy, `config.json`, relay. Over HTTP, with a folder of small files made for each test.
//! Must not know the sandbox's insides.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::{Path, PathBuf};

use common::{Got, Sandbox, named, send};
use reqwest::RequestBuilder;
use sandbox::Options;
use serde_json::{Value, json};

/// A folder with a small site, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("site-{}", common::fresh_guid()));
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in [
            ("index.html", "<!DOCTYPE html><title>the app</title>"),
            ("app-0123456789abcdef.js", "plain"),
            ("app-0123456789abcdef.js.br", "brotli"),
            ("app-0123456789abcdef.js.gz", "gzip"),
            ("app-0123456789abcdef_bg.wasm", "wasm"),
            ("boot-89abcdef.mjs", "boot"),
            ("style.css", "css"),
        ] {
            std::fs::write(folder.join(name), text).unwrap();
        }
        Self(folder)
    }

    fn path(&self) -> Option<PathBuf> {
        Some(Path::to_owned(&self.0))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

struct Site {
    sandbox: Sandbox,
    folder: Folder,
}

impl Site {
    async fn start() -> Self {
        Self::at("/").await
    }

    async fn at(base: &str) -> Self {
        let folder = Folder::new();
        let options = Options {
            site_dir: folder.path(),
            base: base.to_owned(),
            customers: 0,
            ..Options::default()
        };
        Self {
            sandbox: Sandbox::with(options).await,
            folder,
        }
    }

    /// A request to a path below the base.
    fn ask(&self, method: &str, path: &str) -> RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        self.sandbox.http.request(
            method,
            format!("{}{path}", self.sandbox.running.site().unwrap()),
        )
    }

    async fn get(&self, path: &str) -> Got {
        send(self.ask("GET", path)).await.unwrap()
    }

    /// A call to the API through the relay.
    async fn call(&self, method: &str, path: &str) -> RequestBuilder {
        let token = self.sandbox.token("admin").await;
        self.ask(method, path)
            .header("authorization", format!("Bearer {token}"))
            .header("accept", "application/json")
            .header("ms-requestid", common::REQUEST_ID)
            .header("ms-correlationid", common::CORRELATION_ID)
    }
}

#[tokio::test]
async fn files_are_served_with_type_cache_rule_and_policy() {
    let site = Site::start().await;
    const IMMUTABLE: &str = "public, max-age=31536000, immutable";
    for (path, kind, cache) in [
        ("", "text/html; charset=utf-8", "no-cache"),
        (
            "customers/1/request",
            "text/html; charset=utf-8",
            "no-cache",
        ),
        ("index.html", "text/html; charset=utf-8", "no-cache"),
        ("app-0123456789abcdef.js", "text/javascript", IMMUTABLE),
        ("boot-89abcdef.mjs", "javascript", IMMUTABLE),
        (
            "app-0123456789abcdef_bg.wasm",
            "application/wasm",
            "no-cache",
        ),
        ("style.css", "text/css", "no-cache"),
        ("config.json", "application/json", "no-cache"),
    ] {
        let got = site.get(path).await;
        assert_eq!(got.status, 200, "{path}");
        assert!(
            got.header("content-type").contains(kind),
            "{path}: {}",
            got.header("content-type")
        );
        assert_eq!(got.header("cache-control"), cache, "{path}");
        let policy = got.header("content-security-policy");
        let connect = format!("connect-src 'self' {};", site.sandbox.running.api());
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';")
                && policy.contains(&connect)
        );
        assert!(policy.contains("require-trusted-types-for 'script'; trusted-types default; report-uri /sandbox/csp-report"));
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert_eq!(got.header("referrer-policy"), "no-referrer");
        assert_eq!(got.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(got.header("cross-origin-resource-policy"), "same-origin");
        assert!(got.header("permissions-policy").contains("camera=()"));
    }
}

#[tokio::test]
async fn compressed_forms_are_negotiated_and_not_served_by_name() {
    let site = Site::start().await;
    for (accepted, encoding, text) in [
        ("br, gzip", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("identity", "", "plain"),
    ] {
        let got = send(
            site.ask("GET", "app-0123456789abcdef.js")
                .header("accept-encoding", accepted),
        )
        .await
        .unwrap();
        assert_eq!(
            (got.header("content-encoding"), got.text.as_str()),
            (encoding, text)
        );
        assert!(got.header("vary").contains("accept-encoding"));
    }
    assert_eq!(site.get("app-0123456789abcdef.js.br").await.status, 404);
}

#[tokio::test]
async fn a_missing_file_is_missing_and_never_cached() {
    let site = Site::start().await;
    let got = site.get("gone-0123456789abcdef.js").await;
    assert_eq!((got.status, got.header("cache-control")), (404, "no-store"));
    assert_eq!(send(site.ask("POST", "")).await.unwrap().status, 405);
    assert_ne!(site.get("%2e%2e/%2e%2e/Cargo.toml").await.status, 200);
}

#[tokio::test]
async fn the_config_names_this_sandbox_and_can_be_changed_or_broken() {
    let site = Site::start().await;
    let config = site.get("config.json").await.json();
    assert_eq!(
        config["authority"],
        format!(
            "{}/{}/v2.0",
            site.sandbox.running.api(),
            sandbox::TENANT_DOMAIN
        )
    );
    assert_eq!(config["clientId"], sandbox::CLIENT_ID);
    assert_eq!(
        (
            config["requestContract"].as_str(),
            config["environment"].as_str()
        ),
        (Some("current"), Some("sandbox"))
    );
    let set = async |body| site.sandbox.control("POST", "/sandbox/config", body).await;
    set(json!({ "overlay": { "idleMinutes": 1, "clientId": null } })).await;
    let config = site.get("config.json").await.json();
    assert_eq!(
        (config["idleMinutes"].as_i64(), config.get("clientId")),
        (Some(1), None)
    );
    set(json!({ "raw": "not { json" })).await;
    assert_eq!(site.get("config.json").await.text, "not { json");
    set(json!({ "status": 404 })).await;
    assert_eq!(site.get("config.json").await.status, 404);
    set(json!({})).await;
    assert_eq!(
        site.get("config.json").await.json()["clientId"],
        sandbox::CLIENT_ID
    );
    site.sandbox
        .control(
            "POST",
            "/sandbox/settings",
            json!({ "contract": "2021-03" }),
        )
        .await;
    assert_eq!(
        site.get("config.json").await.json()["requestContract"],
        "2021-03"
    );
}

#[tokio::test]
async fn a_config_file_is_read_anew_each_time() {
    let folder = Folder::new();
    let file = folder.0.join("own.json");
    std::fs::write(
        &file,
        r#"{"authority":"http://127.0.0.1:9900/t/v2.0","name":"one"}"#,
    )
    .unwrap();
    let options = Options {
        site_dir: folder.path(),
        config_file: Some(file.clone()),
        customers: 0,
        ..Options::default()
    };
    let site = Site {
        sandbox: Sandbox::with(options).await,
        folder,
    };
    let config = site.get("config.json").await.json();
    assert_eq!(
        (config["name"].as_str(), config["authority"].as_str()),
        (
            Some("one"),
            Some(format!("{}/t/v2.0", site.sandbox.running.api()).as_str())
        )
    );
    std::fs::remove_file(site.folder.0.join("own.json")).unwrap();
    assert_eq!(site.get("config.json").await.status, 404);
}

#[tokio::test]
async fn the_relay_passes_what_the_app_needs_and_nothing_else() {
    let site = Site::start().await;
    let request = site.call("GET", "v1/customers?size=1").await;
    let got = send(
        request
            .header("cookie", "secret=1")
            .header("x-other", "1")
            .header("x-locale", "sv-SE")
            .header("origin", "http://x.example"),
    )
    .await
    .unwrap();
    assert_eq!((got.status, got.header("cache-control")), (200, "no-store"));
    assert_eq!(
        got.header("content-security-policy"),
        "default-src 'none'; frame-ancestors 'none'"
    );
    assert_eq!(got.header("ms-requestid"), common::REQUEST_ID);
    assert!(!got.header("ms-cv").is_empty() && !got.header("date").is_empty());
    assert_eq!(got.json()["totalCount"], 1);
    let headers = site.sandbox.journal().await[0]["headers"].clone();
    assert_eq!(headers["x-locale"], "sv-SE");
    assert!(headers.get("cookie").is_none() && headers.get("origin").is_none());
}

#[tokio::test]
async fn the_relay_posts_and_hands_back_errors_as_they_are() {
    let site = Site::start().await;
    let path = format!("v1/customers/{}/qualifications", named(1));
    let post = async |body: &'static str| {
        send(
            site.call("POST", &path)
                .await
                .header("content-type", "application/json")
                .body(body),
        )
        .await
        .unwrap()
    };
    assert_eq!(post("{}").await.refusal(), (400, 800_002));
    assert_eq!(
        post(r#"{"qualification":"StateOwnedEntity"}"#).await.status,
        201
    );
    let throttled = send(
        site.call("GET", &format!("v1/customers/{}/qualifications", named(73)))
            .await,
    )
    .await
    .unwrap();
    assert_eq!(
        (throttled.status, throttled.header("retry-after")),
        (429, "5")
    );
    let unauthorized = send(
        site.ask("GET", "v1/customers")
            .header("authorization", "Bearer x"),
    )
    .await
    .unwrap();
    assert_eq!(unauthorized.status, 401);
    assert!(
        unauthorized
            .header("www-authenticate")
            .contains("invalid_token")
    );
}

#[tokio::test]
async fn the_relay_lets_through_the_calls_of_the_app_and_no_others() {
    let site = Site::start().await;
    let id = named(1);
    let (customer, qualifications) = (
        format!("v1/customers/{id}"),
        format!("v1/customers/{id}/qualifications"),
    );
    let (deeper, escaped) = (
        format!("{qualifications}/1"),
        format!("v1/customers/{id}%2Fqualifications"),
    );
    let account = format!("v1/customers/{id}/validationStatus?type=account");
    let subscriptions = format!("{customer}/subscriptions");
    let account_deeper = account.replace("Status", "Status/1");
    for (method, path) in [
        ("GET", "v1"),
        ("GET", "v1/"),
        ("GET", "v1/invoices"),
        ("GET", "v1/Customers"),
        ("POST", "v1/customers"),
        ("DELETE", customer.as_str()),
        ("PUT", qualifications.as_str()),
        ("OPTIONS", qualifications.as_str()),
        ("POST", "v1/auditrecords?size=1"),
        ("GET", "v1/auditrecords/1"),
        ("GET", "v1/AuditRecords?size=1"),
        ("POST", account.as_str()),
        ("GET", account_deeper.as_str()),
        ("GET", subscriptions.as_str()),
        ("GET", deeper.as_str()),
        ("GET", escaped.as_str()),
        ("GET", "v1/customers/../../sandbox/journal"),
        ("GET", "v1/customers/%2e%2e/validations"),
        ("POST", "sandbox/reset"),
    ] {
        let got = send(site.call(method, path).await).await.unwrap();
        assert!(
            matches!(got.status, 404 | 405) || got.text.contains("the app"),
            "{method} {path}: {}",
            got.status
        );
    }
    assert!(
        site.sandbox.journal().await.is_empty(),
        "nothing of this reached the API"
    );
    for (path, expected) in [("v1/auditrecords?size=1", 200), (account.as_str(), 404)] {
        let got = send(site.call("GET", path).await).await.unwrap();
        assert_eq!(got.status, expected, "{path}");
    }
    let arrived = site.sandbox.journal().await;
    assert_eq!(arrived.len(), 2);
    assert_eq!(arrived[1]["query"], "type=account");
}

#[tokio::test]
async fn what_the_api_drops_the_relay_drops() {
    let site = Site::start().await;
    let dropped = send(
        site.call("GET", &format!("v1/customers/{}/qualifications", named(80)))
            .await,
    )
    .await;
    assert!(dropped.is_none());
    let customer = named(91);
    let path = format!("v1/customers/{customer}/qualifications");
    let body = r#"{"qualification":"StateOwnedEntity"}"#;
    let post = site
        .call("POST", &path)
        .await
        .header("content-type", "application/json")
        .body(body);
    assert!(send(post).await.is_none());
    assert_eq!(
        site.sandbox.qualifications(&customer).await,
        json!([{ "qualification": "StateOwnedEntity" }])
    );
    assert_eq!(
        site.sandbox
            .journal()
            .await
            .iter()
            .filter(|entry| entry["method"] == "POST")
            .count(),
        1
    );
}

#[tokio::test]
async fn everything_lives_under_the_base_path() {
    let site = Site::at("/vetted/").await;
    assert!(site.sandbox.running.site().unwrap().ends_with("/vetted/"));
    let got = site.get("customers/1").await;
    assert!(got.text.contains("the app"));
    assert!(
        got.header("content-security-policy")
            .ends_with("report-uri /vetted/sandbox/csp-report")
    );
    assert_eq!(site.get("config.json").await.status, 200);
    let relayed = send(site.call("GET", "v1/customers?size=1").await)
        .await
        .unwrap();
    assert_eq!(relayed.status, 200);
    let root = site.sandbox.running.site().unwrap().replace("/vetted/", "");
    let ask = |path: &str| send(site.sandbox.http.get(format!("{root}{path}")));
    assert_eq!(ask("/").await.unwrap().header("location"), "/vetted/");
    assert_eq!(ask("/vetted").await.unwrap().header("location"), "/vetted/");
    assert_eq!(ask("/config.json").await.unwrap().status, 404);
    assert_eq!(ask("/v1/customers").await.unwrap().status, 404);
}

#[tokio::test]
async fn reports_of_violations_are_kept_for_the_tests_that_ask() {
    let site = Site::start().await;
    let report = json!({ "csp-report": { "violated-directive": "script-src" } });
    let got = send(
        site.ask("POST", "sandbox/csp-report")
            .body(report.to_string()),
    )
    .await
    .unwrap();
    assert_eq!(got.status, 204);
    assert_eq!(
        site.sandbox
            .control("GET", "/sandbox/violations", Value::Null)
            .await,
        json!([report])
    );
    site.sandbox
        .control("DELETE", "/sandbox/violations", Value::Null)
        .await;
    assert_eq!(
        site.sandbox
            .control("GET", "/sandbox/violations", Value::Null)
            .await,
        json!([])
    );
}

#[tokio::test]
async fn a_stopped_sandbox_frees_its_ports() {
    let site = Site::start().await;
    let (api, address) = (
        site.sandbox.running.api(),
        site.sandbox.running.site().unwrap(),
    );
    let port = |address: &str| {
        address
            .trim_end_matches('/')
            .rsplit(':')
            .next()
            .unwrap()
            .parse::<u16>()
            .unwrap()
    };
    let options = Options {
        api_port: port(&api),
        site_port: port(&address),
        site_dir: site.folder.path(),
        customers: 0,
        ..Options::default()
    };
    assert!(
        sandbox::serve(options.clone()).await.is_err(),
        "both ports are taken"
    );
    site.sandbox.running.shutdown().await;
    let again = sandbox::serve(options).await.unwrap();
    assert_eq!((again.api(), again.site()), (api, Some(address)));
}

#[tokio::test]
async fn a_reset_connection_is_told_from_a_closed_one_also_through_the_relay() {
    let site = Site::start().await;
    let sandbox = &site.sandbox;
    let token = sandbox.token("admin").await;
    let path = format!("v1/customers/{}", named(1));
    for (kind, expected) in [("reset-before", true), ("drop-before", false)] {
        for origin in [
            format!("{}/", sandbox.running.api()),
            sandbox.running.site().unwrap(),
        ] {
            let fault = json!({ "path": "/v1/*", "kind": kind });
            sandbox.control("POST", "/sandbox/faults", fault).await;
            let request = sandbox.http.get(format!("{origin}{path}"));
            let error = request.bearer_auth(&token).send().await.unwrap_err();
            let told = format!("{error:?}");
            assert_eq!(told.contains("ConnectionReset"), expected, "{kind}: {told}");
        }
    }
    let faults: Vec<_> = sandbox
        .journal()
        .await
        .iter()
        .map(|entry| entry["fault"].clone())
        .collect();
    assert_eq!(
        faults,
        ["reset-before", "reset-before", "drop-before", "drop-before"]
    );
}

#[tokio::test]
async fn the_site_can_be_set_up_wrongly_path_by_path_and_rightly_again() {
    let site = Site::start().await;
    let set = async |body| site.sandbox.control("POST", "/sandbox/site", body).await;
    set(json!([
        { "path": "/v1/*", "status": 502, "body": "<h1>Bad gateway</h1>" },
        { "path": "*", "headers": { "Content-Security-Policy": null, "cache-control": "max-age=60" } },
    ]))
    .await;
    let relayed = site.get("v1/customers").await;
    assert_eq!(
        (relayed.status, relayed.text.as_str()),
        (502, "<h1>Bad gateway</h1>")
    );
    assert_eq!(relayed.header("content-type"), "text/html");
    let page = site.get("").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-security-policy"), "");
    assert_eq!(page.header("cache-control"), "max-age=60");

    set(json!([{ "path": "/v1/*", "withoutRequestHeaders": ["Authorization"] }])).await;
    let token = site
        .sandbox
        .control("POST", "/sandbox/token", json!({}))
        .await;
    let token = token["access_token"].as_str().unwrap().to_owned();
    let ask = || {
        site.ask("GET", "v1/customers/all/validations")
            .bearer_auth(&token)
    };
    let asked = |ask: RequestBuilder| {
        ask.header("ms-requestid", named(1))
            .header("ms-correlationid", named(2))
    };
    assert_eq!(send(asked(ask())).await.unwrap().json()["code"], 800_001);

    set(json!([])).await;
    assert_eq!(send(asked(ask())).await.unwrap().status, 200);
    assert_ne!(site.get("").await.header("content-security-policy"), "");
}
