//! Signing in, renewing and signing out, over HTTP and against what Entra ID does for a single-page app.
//! Must not know the sandbox's insides.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{Got, Sandbox, fixture, same_shape, send};
use sandbox::{CLIENT_ID, TENANT_DOMAIN, TENANT_ID};
use serde_json::{Value, json};

const CALLBACK: &str = "http://127.0.0.1:8080/auth/callback";
const ORIGIN: &str = "http://127.0.0.1:8080";
const API: &str = "https://api.partnercenter.microsoft.com/user_impersonation";
// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// The address of a good authorization request, with some parameters changed; an empty value leaves one out.
fn authorize(changes: &[(&str, &str)]) -> String {
    let scope = format!("openid profile offline_access {API}");
    let good = [
        ("client_id", CLIENT_ID),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("response_mode", "fragment"),
        ("scope", scope.as_str()),
        ("state", "the state"),
        ("nonce", "the-nonce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let mut all: HashMap<&str, &str> = good.into_iter().collect();
    all.extend(changes.iter().copied());
    let pairs: Vec<(&str, &str)> = all
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    format!("/{TENANT_DOMAIN}/oauth2/v2.0/authorize?{}", form(&pairs))
}

/// What came back to the callback, after `#` or `?`.
fn returned(got: &Got, mark: char) -> HashMap<String, String> {
    assert_eq!(got.status, 302, "{}", got.text);
    let (address, pairs) = got.header("location").split_once(mark).unwrap();
    assert_eq!(address, CALLBACK);
    form_urlencoded::parse(pairs.as_bytes())
        .into_owned()
        .collect()
}

async fn choose(sandbox: &Sandbox, persona: &str) -> Got {
    let request = sandbox
        .request("POST", &authorize(&[]))
        .header("content-type", "application/x-www-form-urlencoded");
    send(request.body(format!("persona={persona}")))
        .await
        .unwrap()
}

async fn code(sandbox: &Sandbox, persona: &str) -> String {
    returned(&choose(sandbox, persona).await, '#')["code"].clone()
}

async fn token(sandbox: &Sandbox, pairs: &[(&str, &str)]) -> Got {
    let got = send(
        sandbox
            .request("POST", &format!("/{TENANT_ID}/oauth2/v2.0/token"))
            .header("origin", ORIGIN)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form(pairs)),
    )
    .await
    .unwrap();
    let name = if got.status == 200 {
        "token"
    } else {
        "token-error"
    };
    assert!(same_shape(&got.json(), &fixture(name)), "{}", got.text);
    assert_eq!(got.header("access-control-allow-origin"), ORIGIN);
    assert_eq!(got.header("cache-control"), "no-store");
    got
}

async fn redeem(sandbox: &Sandbox, code: &str) -> Got {
    token(
        sandbox,
        &[
            ("client_id", CLIENT_ID),
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ],
    )
    .await
}

async fn renew(sandbox: &Sandbox, refresh: &str) -> Got {
    token(
        sandbox,
        &[
            ("client_id", CLIENT_ID),
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh),
        ],
    )
    .await
}

fn problem(got: &Got) -> (String, u64) {
    let body = got.json();
    let number = body["error_codes"][0].as_u64().unwrap();
    assert!(
        body["error_description"]
            .as_str()
            .unwrap()
            .starts_with(&format!("AADSTS{number}: "))
    );
    (body["error"].as_str().unwrap().to_owned(), number)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

#[tokio::test]
async fn discovery_names_the_tenant_by_id_whatever_name_was_used() {
    let sandbox = Sandbox::start().await;
    let api = sandbox.running.api();
    for tenant in [TENANT_DOMAIN, TENANT_ID] {
        let path = format!("/{tenant}/v2.0/.well-known/openid-configuration");
        let got = send(sandbox.request("GET", &path).header("origin", ORIGIN))
            .await
            .unwrap();
        let body = got.json();
        assert_eq!(body["issuer"], format!("{api}/{TENANT_ID}/v2.0"));
        assert_eq!(
            body["authorization_endpoint"],
            format!("{api}/{TENANT_ID}/oauth2/v2.0/authorize")
        );
        assert_eq!(
            body["token_endpoint"],
            format!("{api}/{TENANT_ID}/oauth2/v2.0/token")
        );
        assert_eq!(
            body["end_session_endpoint"],
            format!("{api}/{TENANT_ID}/oauth2/v2.0/logout")
        );
        assert_eq!(got.header("access-control-allow-origin"), ORIGIN);
    }
    let other = send(sandbox.request(
        "GET",
        "/other.example/v2.0/.well-known/openid-configuration",
    ))
    .await
    .unwrap();
    assert_eq!(other.status, 404);
}

#[tokio::test]
async fn a_person_picks_a_persona_and_the_code_gives_tokens_the_api_takes() {
    let sandbox = Sandbox::start().await;
    let page = send(sandbox.request("GET", &authorize(&[]))).await.unwrap();
    assert_eq!(page.status, 200);
    for label in [
        "Admin agent",
        "Sales agent",
        "Helpdesk agent",
        "Agent without MFA",
        "Indirect reseller",
    ] {
        assert!(page.text.contains(&format!(">{label}</button>")), "{label}");
    }
    assert!(!page.text.contains("<script"));
    assert!(
        page.header("content-security-policy")
            .contains("form-action 'self' http://127.0.0.1:8080;")
    );
    let chosen = choose(&sandbox, "sales").await;
    let cookie = chosen.header("set-cookie");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let back = returned(&chosen, '#');
    assert_eq!(back["state"], "the state");
    assert_eq!(
        back["iss"],
        format!("{}/{TENANT_ID}/v2.0", sandbox.running.api())
    );
    assert!(back.contains_key("session_state"));
    let tokens = redeem(&sandbox, &back["code"]).await.json();
    assert_eq!(
        (tokens["token_type"].as_str(), tokens["expires_in"].as_i64()),
        (Some("Bearer"), Some(3600))
    );
    let parts: Vec<&str> = text(&tokens, "id_token").split('.').collect();
    assert_eq!(parts.len(), 3);
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    assert_eq!(claims["iss"], back["iss"]);
    assert_eq!(
        (claims["aud"].as_str(), claims["tid"].as_str()),
        (Some(CLIENT_ID), Some(TENANT_ID))
    );
    assert_eq!(
        (
            claims["nonce"].as_str(),
            claims["preferred_username"].as_str()
        ),
        (Some("the-nonce"), Some("sales@brightpath-reseller.example"))
    );
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        3600
    );
    assert!(claims["oid"].is_string() && claims["name"].is_string());
    let got = send(sandbox.call(text(&tokens, "access_token"), "GET", "/v1/customers?size=1"))
        .await
        .unwrap();
    assert_eq!(got.status, 200);
}

#[tokio::test]
async fn a_session_signs_in_without_a_question_until_it_is_ended() {
    let sandbox = Sandbox::start().await;
    let silent = authorize(&[("prompt", "none")]);
    let nobody = returned(&send(sandbox.request("GET", &silent)).await.unwrap(), '#');
    assert_eq!(
        (nobody["error"].as_str(), nobody["state"].as_str()),
        ("login_required", "the state")
    );
    let chosen = choose(&sandbox, "admin").await;
    let cookie = chosen
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let ask = |address: String| {
        send(
            sandbox
                .request("GET", &address)
                .header("cookie", cookie.clone()),
        )
    };
    assert!(returned(&ask(silent.clone()).await.unwrap(), '#').contains_key("code"));
    assert!(returned(&ask(authorize(&[])).await.unwrap(), '#').contains_key("code"));
    let hint = |name| authorize(&[("login_hint", name)]);
    assert!(
        returned(
            &ask(hint("admin@brightpath-reseller.example"))
                .await
                .unwrap(),
            '#'
        )
        .contains_key("code")
    );
    assert_eq!(
        ask(hint("sales@brightpath-reseller.example"))
            .await
            .unwrap()
            .status,
        200
    );
    for prompt in ["login", "select_account"] {
        assert_eq!(
            ask(authorize(&[("prompt", prompt)])).await.unwrap().status,
            200
        );
    }
    let logout = format!(
        "/{TENANT_ID}/oauth2/v2.0/logout?{}",
        form(&[("post_logout_redirect_uri", "http://127.0.0.1:8080/")])
    );
    let out = ask(logout).await.unwrap();
    assert_eq!(
        (out.status, out.header("location")),
        (302, "http://127.0.0.1:8080/")
    );
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(
        returned(&ask(silent).await.unwrap(), '#')["error"],
        "login_required"
    );
    let elsewhere = format!(
        "/{TENANT_ID}/oauth2/v2.0/logout?{}",
        form(&[("post_logout_redirect_uri", "https://evil.example/")])
    );
    assert_eq!(ask(elsewhere).await.unwrap().status, 200);
}

#[tokio::test]
async fn an_unknown_client_or_address_gets_a_page_and_no_redirect() {
    let sandbox = Sandbox::start().await;
    for (change, number) in [
        (("client_id", "nonsense"), "AADSTS700016"),
        (("client_id", ""), "AADSTS700016"),
        (
            ("redirect_uri", "https://evil.example/auth/callback"),
            "AADSTS50011",
        ),
        (
            ("redirect_uri", "http://127.0.0.1:8080/other"),
            "AADSTS50011",
        ),
        (
            (
                "redirect_uri",
                "http://127.0.0.1:8080/auth/callback\r\nX: y",
            ),
            "AADSTS50011",
        ),
        (
            ("redirect_uri", "\"><script>alert(1)</script>"),
            "AADSTS50011",
        ),
    ] {
        let got = send(sandbox.request("GET", &authorize(&[change])))
            .await
            .unwrap();
        assert_eq!(
            (got.status, got.header("location")),
            (400, ""),
            "{change:?}"
        );
        assert!(
            got.text.contains(number) && !got.text.contains("<script"),
            "{change:?}"
        );
    }
}

#[tokio::test]
async fn other_faulty_requests_come_back_as_errors_in_the_mode_asked_for() {
    let sandbox = Sandbox::start().await;
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", ""), "invalid_request"),
        (("response_mode", "form_post"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("nonce", ""), "invalid_request"),
        (("state", ""), "invalid_request"),
        (("prompt", "consent"), "invalid_request"),
        (("scope", "openid"), "invalid_scope"),
        (
            ("scope", "https://elsewhere.example/user_impersonation"),
            "invalid_scope",
        ),
    ] {
        let got = send(sandbox.request("GET", &authorize(&[change])))
            .await
            .unwrap();
        let mark = if change == ("response_mode", "form_post") {
            '?'
        } else {
            '#'
        };
        let back = returned(&got, mark);
        assert_eq!(back["error"], error, "{change:?}");
        assert!(
            back["error_description"].starts_with("AADSTS"),
            "{change:?}"
        );
    }
    let chosen = send(
        sandbox
            .request("POST", &authorize(&[("response_mode", "query")]))
            .header("content-type", "application/x-www-form-urlencoded")
            .body("persona=admin"),
    );
    assert!(returned(&chosen.await.unwrap(), '?').contains_key("code"));
}

#[tokio::test]
async fn a_code_is_good_once_for_ten_minutes_with_its_verifier_and_address() {
    let sandbox = Sandbox::start().await;
    let pairs = |code: &str, change: (&str, &str)| {
        let mut all: HashMap<String, String> = [
            ("client_id", CLIENT_ID),
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        all.insert(change.0.to_owned(), change.1.to_owned());
        all
    };
    let fresh = code(&sandbox, "admin").await;
    let wrong_verifier = "x".repeat(43);
    for (change, expected) in [
        (("code", "nonsense"), ("invalid_grant", 9_002_313)),
        (("code", ""), ("invalid_request", 900_144)),
        (
            ("code_verifier", wrong_verifier.as_str()),
            ("invalid_grant", 501_481),
        ),
        (("code_verifier", "short"), ("invalid_grant", 501_481)),
        (("code_verifier", ""), ("invalid_request", 900_144)),
        (
            ("redirect_uri", "http://localhost:8080/auth/callback"),
            ("invalid_grant", 500_112),
        ),
        (("client_id", "nonsense"), ("unauthorized_client", 700_016)),
        (("client_secret", "secret"), ("invalid_client", 700_025)),
        (
            ("grant_type", "client_credentials"),
            ("unsupported_grant_type", 70_003),
        ),
        (("grant_type", ""), ("invalid_request", 900_144)),
    ] {
        let all = pairs(&fresh, change);
        let list: Vec<(&str, &str)> = all
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let got = token(&sandbox, &list).await;
        assert_eq!(
            problem(&got),
            (expected.0.to_owned(), expected.1),
            "{change:?}"
        );
    }
    assert_eq!(redeem(&sandbox, &fresh).await.status, 200);
    assert_eq!(
        problem(&redeem(&sandbox, &fresh).await),
        ("invalid_grant".to_owned(), 54_005)
    );
    let late = code(&sandbox, "admin").await;
    sandbox.advance(601).await;
    assert_eq!(
        problem(&redeem(&sandbox, &late).await),
        ("invalid_grant".to_owned(), 70_008)
    );
}

#[tokio::test]
async fn tokens_are_given_to_pages_of_this_machine_only() {
    let sandbox = Sandbox::start().await;
    let ask = |origin: Option<&'static str>| {
        let request = sandbox
            .request("POST", &format!("/{TENANT_ID}/oauth2/v2.0/token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form(&[
                ("client_id", CLIENT_ID),
                ("grant_type", "refresh_token"),
                ("refresh_token", "x"),
            ]));
        send(match origin {
            None => request,
            Some(origin) => request.header("origin", origin),
        })
    };
    let none = ask(None).await.unwrap();
    assert_eq!(problem(&none), ("invalid_request".to_owned(), 9_002_327));
    let other = ask(Some("https://evil.example")).await.unwrap();
    assert_eq!(problem(&other), ("invalid_request".to_owned(), 9_002_326));
    assert_eq!(other.header("access-control-allow-origin"), "");
    let preflight = sandbox
        .request("OPTIONS", &format!("/{TENANT_ID}/oauth2/v2.0/token"))
        .header("origin", ORIGIN);
    let preflight = send(preflight).await.unwrap();
    assert_eq!(
        (
            preflight.status,
            preflight.header("access-control-allow-origin")
        ),
        (204, ORIGIN)
    );
}

#[tokio::test]
async fn refresh_tokens_rotate_and_end_a_day_after_signing_in() {
    let sandbox = Sandbox::start().await;
    let first = redeem(&sandbox, &code(&sandbox, "admin").await)
        .await
        .json();
    let second = renew(&sandbox, text(&first, "refresh_token")).await.json();
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_ne!(first["access_token"], second["access_token"]);
    sandbox.advance(23 * 3600).await;
    let third = renew(&sandbox, text(&second, "refresh_token")).await.json();
    sandbox.advance(3601).await;
    assert_eq!(
        problem(&renew(&sandbox, text(&third, "refresh_token")).await),
        ("invalid_grant".to_owned(), 700_084)
    );
}

#[tokio::test]
async fn a_sign_in_outlasts_a_week_that_passes_with_sign_ins_kept() {
    let sandbox = Sandbox::start().await;
    let code = code(&sandbox, "admin").await;
    let jump = json!({ "advanceSeconds": 7 * 24 * 3600, "keepSessions": true });
    sandbox
        .control("POST", "/sandbox/clock", jump.clone())
        .await;
    let first = redeem(&sandbox, &code).await.json();
    sandbox.control("POST", "/sandbox/clock", jump).await;
    let second = renew(&sandbox, text(&first, "refresh_token")).await;
    assert_eq!(second.status, 200, "{}", second.text);
}

#[tokio::test]
async fn a_refresh_token_that_is_used_twice_ends_the_sign_in_it_came_from_and_no_other() {
    let sandbox = Sandbox::start().await;
    let first = redeem(&sandbox, &code(&sandbox, "admin").await)
        .await
        .json();
    let other = redeem(&sandbox, &code(&sandbox, "admin").await)
        .await
        .json();
    let second = renew(&sandbox, text(&first, "refresh_token")).await.json();
    let third = renew(&sandbox, text(&second, "refresh_token")).await.json();
    for used in [&first, &second] {
        let refused = problem(&renew(&sandbox, text(used, "refresh_token")).await);
        assert_eq!(refused.0, "invalid_grant");
    }
    assert_eq!(
        problem(&renew(&sandbox, text(&third, "refresh_token")).await),
        ("invalid_grant".to_owned(), 50_173)
    );
    assert_eq!(
        renew(&sandbox, text(&other, "refresh_token")).await.status,
        200
    );
}

#[tokio::test]
async fn tokens_can_be_expired_and_revoked_from_outside() {
    let sandbox = Sandbox::start().await;
    sandbox
        .control(
            "POST",
            "/sandbox/settings",
            json!({ "accessTokenSeconds": 90 }),
        )
        .await;
    let tokens = redeem(&sandbox, &code(&sandbox, "admin").await)
        .await
        .json();
    assert_eq!(tokens["expires_in"], 90);
    let read = || send(sandbox.call(text(&tokens, "access_token"), "GET", "/v1/customers?size=1"));
    assert_eq!(read().await.unwrap().status, 200);
    sandbox
        .control("POST", "/sandbox/sessions/expire", Value::Null)
        .await;
    assert_eq!(read().await.unwrap().status, 401);
    let tokens = renew(&sandbox, text(&tokens, "refresh_token")).await.json();
    sandbox
        .control(
            "POST",
            "/sandbox/sessions/expire",
            json!({ "refresh": true }),
        )
        .await;
    assert_eq!(
        problem(&renew(&sandbox, text(&tokens, "refresh_token")).await),
        ("invalid_grant".to_owned(), 50_173)
    );
}

#[tokio::test]
async fn a_token_for_the_retired_api_is_of_no_use_here() {
    let sandbox = Sandbox::start().await;
    let request = sandbox
        .request(
            "POST",
            &authorize(&[(
                "scope",
                "openid offline_access https://graph.windows.net/user_impersonation",
            )]),
        )
        .header("content-type", "application/x-www-form-urlencoded");
    let back = returned(&send(request.body("persona=admin")).await.unwrap(), '#');
    let tokens = redeem(&sandbox, &back["code"]).await.json();
    let got = send(sandbox.call(text(&tokens, "access_token"), "GET", "/v1/customers"))
        .await
        .unwrap();
    assert_eq!(got.refusal(), (401, 900_420));
}

#[tokio::test]
async fn the_journal_shows_the_sign_in_without_its_secrets() {
    let sandbox = Sandbox::start().await;
    let code = code(&sandbox, "admin").await;
    let tokens = redeem(&sandbox, &code).await.json();
    renew(&sandbox, text(&tokens, "refresh_token")).await;
    let journal = sandbox.journal().await;
    let shown: Vec<_> = journal
        .iter()
        .map(|entry| {
            (
                entry["target"].as_str(),
                entry["tookEffect"].as_bool(),
                entry["persona"].as_str(),
            )
        })
        .collect();
    assert_eq!(shown, [(Some("authority"), Some(true), Some("admin")); 3]);
    assert_eq!(journal[1]["body"]["grant_type"], "authorization_code");
    assert_eq!(journal[1]["body"]["code_verifier"], VERIFIER);
    let all = Value::Array(journal.clone()).to_string();
    assert!(!all.contains(&code) && !all.contains(text(&tokens, "refresh_token")));
    assert!(
        journal
            .iter()
            .all(|entry| entry["tokenSeenIn"] == json!([]))
    );
}
