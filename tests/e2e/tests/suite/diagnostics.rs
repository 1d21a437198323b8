//! The diagnostics page: broken set-ups are named, and a good one is told to be good. Must not know how it finds out.

use e2e::{Find, Role, World, run, run_in_chromium};
use serde_json::{Value, json};

const PAGE: &str = "This page";
const CONFIG: &str = "config.json";
const REACH: &str = "Security policy: whom the page may call";
const POLICY: &str = "Security policy: what may run in the page";
const HEADERS: &str = "Other security headers";
const FRESH: &str = "A new version arrives at once";
const KEPT: &str = "The app loads quickly";
const AUTHORITY: &str = "Sign-in service";
const RELAY: &str = "The way to Partner Center";
const SIGN_IN: &str = "Your sign-in";
const SERVICE: &str = "What Partner Center says to you";
const CLOCK: &str = "This computer’s clock";

/// How a set-up is broken.
enum Broken {
    /// The site's server, as `POST /sandbox/site` takes it.
    Site(Value),
    /// `config.json`, as `POST /sandbox/config` takes it.
    Config(Value),
    /// Service or authority, as `POST /sandbox/faults` takes it.
    Fault(Value),
}

use Broken::{Config, Fault, Site};

impl Broken {
    fn begin(self, w: &World) {
        match self {
            Site(changes) => w.partner_center.sets_up_site(changes),
            Config(change) => w.partner_center.configure(change),
            Fault(fault) => w.partner_center.fails(fault),
        }
    }
}

fn mended(w: &World) {
    w.partner_center.sets_up_site(json!([]));
    w.partner_center.configure(json!({}));
    w.partner_center.fails_no_more();
}

/// Waits until every check has come to its end.
async fn is_complete(w: &World) {
    w.button("Check again").appears().await;
    w.all(Role::Main).does_not_say("Checking…").await;
}

/// Breaks the set-up, lets the page check it, and mends it again.
async fn is_named(w: &World, broken: Broken, check: &str, words: &str) {
    broken.begin(w);
    w.button("Check again").click().await;
    let found = w.article(check).says(words).await;
    assert!(found.text.contains("Needs attention"), "{found:?}");
    assert!(found.text.contains("What to do:"), "{found:?}");
    assert!(found.text.contains("Who:"), "{found:?}");
    is_complete(w).await;
    mended(w);
}

/// A site's policy with one of its parts replaced.
fn policy(w: &World, part: &str, instead: &str) -> Broken {
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' {}; base-uri 'self'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default",
        w.partner_center.origin()
    );
    assert!(policy.contains(part));
    let policy = policy.replace(part, instead);
    Site(json!([{ "path": "/diagnostics", "headers": { "content-security-policy": policy } }]))
}

fn page_header(name: &str, value: Value) -> Broken {
    Site(json!([{ "path": "/diagnostics", "headers": { name: value } }]))
}

fn relay(status: u16, body: &str, headers: Value) -> Broken {
    Site(json!([{ "path": "/v1/*", "status": status, "body": body, "headers": headers }]))
}

#[test]
fn each_broken_server_is_named_with_what_to_do_and_who_has_to() {
    run(async |w| {
        w.open("/diagnostics").await;
        w.shows_page("Diagnostics").await;
        is_complete(w).await;
        let authority = w.partner_center.origin();
        for (broken, check, words) in [
            (
                Site(json!([{ "path": "/diagnostics", "status": 404 }])),
                PAGE,
                "The server has nothing at /diagnostics (HTTP status 404)",
            ),
            (
                page_header("content-security-policy", Value::Null),
                REACH,
                "The server sends no Content-Security-Policy",
            ),
            (
                policy(w, &authority, ""),
                REACH,
                &format!("connect-src does not name {authority},"),
            ),
            (
                policy(w, "require-trusted-types-for 'script';", ""),
                POLICY,
                "lacks: require-trusted-types-for 'script'.",
            ),
            (
                policy(w, "frame-ancestors 'none';", ""),
                POLICY,
                "lacks: frame-ancestors 'none'.",
            ),
            (
                page_header("x-content-type-options", Value::Null),
                HEADERS,
                "Missing, or weaker than they should be: x-content-type-options.",
            ),
            (
                page_header("cache-control", json!("public, max-age=3600")),
                FRESH,
                "Browsers may keep index.html for a while",
            ),
            (
                Site(
                    json!([{ "path": "/config.json", "headers": { "cache-control": "max-age=600" } }]),
                ),
                FRESH,
                "Browsers may keep config.json for a while",
            ),
            (
                Site(json!([{ "path": "*.wasm", "headers": { "content-encoding": null } }])),
                KEPT,
                "arrives uncompressed",
            ),
            (
                Site(json!([{ "path": "*.wasm", "headers": { "cache-control": "no-cache" } }])),
                KEPT,
                "Browsers fetch",
            ),
            (
                relay(200, "<!doctype html><title>Vetted</title>", json!({})),
                RELAY,
                "There is no relay: calls to Partner Center get a page of this site.",
            ),
            (
                relay(404, "", json!({ "content-type": "text/plain" })),
                RELAY,
                "There is no relay: calls to Partner Center get HTTP status 404",
            ),
            (
                relay(502, "<h1>502 Bad Gateway</h1>", json!({})),
                RELAY,
                "does not trust its certificate",
            ),
            (
                relay(302, "", json!({ "location": "https://elsewhere.example/" })),
                RELAY,
                "Calls to Partner Center are redirected",
            ),
            (
                relay(
                    401,
                    "<h1>401</h1>",
                    json!({ "www-authenticate": "Basic realm=\"staff\"" }),
                ),
                RELAY,
                "wants a sign-in of its own",
            ),
            (
                relay(
                    200,
                    "{\"items\":[]}",
                    json!({ "content-type": "application/json" }),
                ),
                RELAY,
                "came back without a sign-in",
            ),
            (
                Site(
                    json!([{ "path": "/v1/*", "headers": { "cache-control": "public, max-age=600" } }]),
                ),
                RELAY,
                "marked to be kept on the way",
            ),
            (
                Fault(json!({ "path": "/v1/*", "times": null, "drop": "before" })),
                RELAY,
                "get no answer from this site",
            ),
        ] {
            is_named(w, broken, check, words).await;
        }
        w.partner_center.time_passes(3_600);
        w.button("Check again").click().await;
        w.article(CLOCK)
            .says("60 minutes behind the server’s")
            .await;
        is_complete(w).await;
    });
}

#[test]
fn a_config_or_a_sign_in_service_that_cannot_be_used_is_named_and_what_depends_on_it_left_open() {
    run(async |w| {
        // The page opens all the same.
        w.partner_center.configure(json!({ "status": 404 }));
        w.open("/").await;
        let main = w.all(Role::Main);
        main.link("Check how this site is set up").click().await;
        w.shows_page("Diagnostics").await;
        w.article(CONFIG).says("There is no config.json").await;
        is_complete(w).await;
        for waiting in [REACH, AUTHORITY, RELAY, SIGN_IN, SERVICE] {
            let found = w
                .article(waiting)
                .says("First config.json has to be mended.")
                .await;
            assert!(found.text.contains("Not checked yet"), "{found:?}");
        }

        let origin = w.partner_center.origin();
        let elsewhere = json!({
            "issuer": "https://elsewhere.example/", "authorization_endpoint": origin, "token_endpoint": origin
        });
        let description = "*/openid-configuration";
        for (broken, check, words) in [
            (
                Config(json!({ "raw": "{ not json" })),
                CONFIG,
                "config.json is not valid JSON",
            ),
            (
                Config(json!({ "raw": "<!doctype html>" })),
                CONFIG,
                "a page came back",
            ),
            (
                Config(json!({ "overlay": { "clientId": null } })),
                CONFIG,
                "clientId: Expected: the application (client) ID",
            ),
            (
                Config(
                    json!({ "overlay": { "authority": format!("{origin}/nobody.example/v2.0") } }),
                ),
                AUTHORITY,
                "has no description",
            ),
            (
                Config(json!({ "overlay": { "authority": format!("{origin}/v1/customers") } })),
                AUTHORITY,
                "does not let pages read its description (CORS)",
            ),
            (
                Fault(json!({ "path": description, "times": null, "drop": "before" })),
                AUTHORITY,
                &format!("{origin} does not answer."),
            ),
            (
                Fault(json!({ "path": description, "status": 200, "body": "<h1>Hello</h1>" })),
                AUTHORITY,
                "is not a sign-in service’s description",
            ),
            (
                Fault(json!({ "path": description, "status": 200, "body": elsewhere })),
                AUTHORITY,
                "names https://elsewhere.example/ as issuer",
            ),
            (
                Config(json!({ "overlay": { "partnerCenterUrl": origin } })),
                RELAY,
                &format!("{origin} does not take calls from a browser."),
            ),
        ] {
            is_named(w, broken, check, words).await;
        }
        // A call that the policy would stop is not even made.
        let elsewhere = json!({ "authority": "https://elsewhere.example/v2.0" });
        Config(json!({ "overlay": elsewhere })).begin(w);
        w.button("Check again").click().await;
        w.article(REACH)
            .says("connect-src does not name https://elsewhere.example,")
            .await;
        w.article(AUTHORITY)
            .says("The security policy keeps the call in the browser.")
            .await;
        is_complete(w).await;
    });
}

#[test]
fn somebody_signed_in_learns_what_partner_center_says_to_the_sign_in() {
    run(async |w| {
        w.open_as("Admin agent", "/diagnostics").await;
        w.shows_page("Diagnostics").await;
        w.article(SERVICE).says("Your sign-in is accepted").await;
        is_complete(w).await;
        w.all(Role::Main)
            .says("Everything that could be checked works.")
            .await;
        let checks = w.all(Role::Article).are(12).await;
        assert!(
            checks.iter().all(|check| check.text.contains("Works")),
            "{checks:#?}"
        );

        let second = |code: u32, status: u16| {
            let body = json!({ "code": code, "description": "Northfield" });
            Fault(json!({ "path": "/v1/customers", "skip": 1, "status": status, "body": body }))
        };
        for (broken, words) in [
            (
                Site(json!([{ "path": "/v1/*", "withoutRequestHeaders": ["authorization"] }])),
                "reached Partner Center without your sign-in",
            ),
            (
                second(900_420, 401),
                "made out for an address of Partner Center that is retired",
            ),
            (
                second(900_308, 403),
                "Your role in Partner Center does not allow it.",
            ),
            (
                second(900_124, 403),
                "has not accepted the Microsoft Partner Agreement",
            ),
        ] {
            is_named(w, broken, SERVICE, words).await;
        }
    });
}

#[test]
fn each_check_asks_partner_center_once_and_changes_nothing() {
    run(async |w| {
        w.open_as("Agent without MFA", "/diagnostics").await;
        w.article(SERVICE)
            .says("asks for multifactor authentication")
            .await;
        is_complete(w).await;
        let calls = || {
            let mut calls = w.partner_center.calls();
            calls.retain(|call| call.target == "api");
            calls
        };
        w.partner_center.forget_calls();
        w.button("Check again").click().await;
        is_complete(w).await;
        w.article(SERVICE).says("Needs attention").await;
        let calls = calls();
        let asked: Vec<_> = calls
            .iter()
            .map(|call| (call.method.as_str(), call.query.as_str()))
            .collect();
        assert_eq!(asked, [("GET", "size=1"), ("GET", "size=1")]);
        assert_eq!(calls[0].header("authorization"), "");
        assert_ne!(calls[1].header("authorization"), "");
    });
}

#[test]
fn the_report_says_what_the_page_says_and_holds_no_token_and_no_customer() {
    run_in_chromium(async |w| {
        let allowed = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": w.site() });
        let cdp = w.driver().cdp();
        cdp.send_raw("Browser.grantPermissions", allowed)
            .await
            .unwrap();
        w.open_as("Indirect reseller", "/diagnostics").await;
        w.article(SERVICE)
            .says("Your organisation’s programme")
            .await;
        is_complete(w).await;
        w.button("Copy report").click().await;
        w.status().says("Copied").await;
        let report = w
            .run_script("return navigator.clipboard.readText()", vec![])
            .await;
        let report = report.as_str().unwrap();
        for words in [
            "Vetted ",
            w.site(),
            "What Partner Center says to you: Needs attention",
            "Code: 900149",
            "The way to Partner Center: Works",
            "/auth/callback",
        ] {
            assert!(report.contains(words), "{words}: {report}");
        }
        for secret in ["sbx-", "eyJ", "Maya", "reseller@", "North"] {
            assert!(!report.contains(secret), "{secret}: {report}");
        }
    });
}

#[test]
fn a_failure_that_suspects_the_set_up_leads_here_and_the_sign_in_stays() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        Fault(json!({ "path": "/v1/*", "times": null, "drop": "before" })).begin(w);
        w.look_up("Northfield").await;
        w.alert()
            .link("Check how this site is set up")
            .click()
            .await;
        w.title("Diagnostics").has_focus().await;
        w.is_at("/diagnostics").await;
        w.article(RELAY).says("get no answer from this site").await;
        w.article(SIGN_IN).says("You are signed in").await;
        w.article(SERVICE)
            .says("First the way to Partner Center has to be mended.")
            .await;
        is_complete(w).await;
    });
}
