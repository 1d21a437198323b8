//! Everything that goes wrong on purpose, and the journal that tells what was received.
//! Must not know the sandbox's insides.
#![allow(clippy::unwrap_used)]

mod common;

use std::time::{Duration, Instant};

use common::{Sandbox, fixture, fresh_guid, named, same_shape, send};
use sandbox::Options;
use serde_json::{Value, json};

const EDUCATION: &str = r#"{"qualification":"Education","educationSegment":"K12"}"#;

async fn fault(sandbox: &Sandbox, fault: Value) {
    sandbox.control("POST", "/sandbox/faults", fault).await;
}

#[tokio::test]
async fn each_failing_customer_fails_as_its_name_says() {
    let sandbox = Sandbox::start().await;
    let token = sandbox.token("admin").await;
    let read = |number: u16, tail: &str| {
        send(sandbox.call(
            &token,
            "GET",
            &format!("/v1/customers/{}{tail}", named(number)),
        ))
    };
    for (number, status, code) in [
        (71, 404, 60_003),
        (72, 403, 20_002),
        (76, 500, 800_003),
        (82, 403, 900_308),
    ] {
        let got = read(number, "/qualifications").await.unwrap();
        assert_eq!(got.refusal(), (status, code), "{number}");
        assert!(same_shape(&got.json(), &fixture("error")));
        let whole = [71, 72].contains(&number);
        assert_eq!(
            read(number, "").await.unwrap().status,
            if whole { status } else { 200 },
            "{number}"
        );
    }
    for (number, retry_after, message) in [
        (73, "5", "Rate limit is exceeded. Try again in 5 seconds."),
        (74, "", "Rate limit is exceeded. Try again in 5 seconds."),
        (75, "", "Rate limit is exceeded."),
    ] {
        let got = read(number, "/qualifications").await.unwrap();
        assert_eq!((got.status, got.header("retry-after")), (429, retry_after));
        assert!(same_shape(&got.json(), &fixture("error-throttled")));
        assert_eq!(got.json()["message"], message);
    }
    let html = read(77, "/qualifications").await.unwrap();
    assert_eq!(
        (html.status, html.header("content-type")),
        (503, "text/html")
    );
    assert!(html.text.starts_with("<!DOCTYPE html>"));
    let truncated = read(79, "/qualifications").await.unwrap();
    assert_eq!(truncated.status, 200);
    assert!(serde_json::from_str::<Value>(&truncated.text).is_err());
    assert!(read(80, "/qualifications").await.is_none());
    let unauthorized = read(81, "/qualifications").await.unwrap();
    assert_eq!((unauthorized.status, unauthorized.text.as_str()), (401, ""));
}

#[tokio::test]
async fn each_customer_whose_requests_fail_does_so_before_or_after_the_effect() {
    let sandbox = Sandbox::start().await;
    for (number, status, effect) in [
        (85, Some(400), false),
        (86, Some(409), false),
        (87, Some(400), false),
        (88, Some(500), false),
        (89, Some(500), true),
        (90, None, false),
        (91, None, true),
        (92, Some(429), false),
    ] {
        let got = sandbox
            .post_as("admin", &fresh_guid(), &named(number), "", EDUCATION)
            .await;
        assert_eq!(got.map(|got| got.status), status, "{number}");
        let present = sandbox
            .qualifications(&named(number))
            .await
            .as_array()
            .unwrap()
            .len();
        assert_eq!(present == 1, effect, "{number}");
        let entry = sandbox
            .journal()
            .await
            .into_iter()
            .find(|entry| entry["method"] == "POST")
            .unwrap();
        assert_eq!(entry["tookEffect"].as_bool(), Some(effect), "{number}");
        assert_eq!(entry["status"].as_u64(), status.map(u64::from), "{number}");
        sandbox
            .control("DELETE", "/sandbox/journal", Value::Null)
            .await;
    }
}

#[tokio::test]
async fn a_failing_customer_does_not_fail_for_those_who_may_not_call() {
    let sandbox = Sandbox::start().await;
    let token = sandbox.token("no-mfa").await;
    let got = send(sandbox.call(&token, "GET", &format!("/v1/customers/{}", named(71))))
        .await
        .unwrap();
    assert_eq!(got.refusal(), (401, 900_421));
}

#[tokio::test]
async fn a_fault_strikes_the_named_requests_as_often_as_told() {
    let sandbox = Sandbox::start().await;
    fault(&sandbox, json!({ "method": "GET", "path": "/v1/customers/*/qualifications", "kind": "unavailable-html", "times": 2 })).await;
    assert_eq!(sandbox.get("/v1/customers?size=1").await.status, 200);
    let token = sandbox.token("admin").await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        let request = sandbox.call(
            &token,
            "GET",
            &format!("/v1/customers/{}/qualifications", named(1)),
        );
        statuses.push(send(request).await.unwrap().status);
    }
    assert_eq!(statuses, [503, 503, 200]);
    fault(
        &sandbox,
        json!([{ "path": "/v1/*", "status": 500, "times": null }]),
    )
    .await;
    assert_eq!(
        sandbox.control("GET", "/sandbox/faults", Value::Null).await,
        json!({ "waiting": 1 })
    );
    sandbox
        .control("DELETE", "/sandbox/faults", Value::Null)
        .await;
    assert_eq!(sandbox.get("/v1/customers?size=1").await.status, 200);
}

#[tokio::test]
async fn a_fault_may_say_status_body_headers_and_type() {
    let sandbox = Sandbox::start().await;
    let answer = json!({ "statusCode": 418, "message": "short and stout" });
    fault(
        &sandbox,
        json!({ "status": 418, "body": answer, "headers": { "Retry-After": 7, "X-Test": "a" } }),
    )
    .await;
    let token = sandbox.token("admin").await;
    let got = send(sandbox.call(&token, "GET", "/v1/customers"))
        .await
        .unwrap();
    assert_eq!(
        (got.status, got.header("retry-after"), got.header("x-test")),
        (418, "7", "a")
    );
    assert_eq!(
        (got.json(), got.header("content-type")),
        (answer, "application/json")
    );
    assert_eq!(got.header("ms-requestid"), common::REQUEST_ID);
    fault(
        &sandbox,
        json!({ "status": 200, "body": "<!DOCTYPE html>the app's own page" }),
    )
    .await;
    let got = send(sandbox.call(&token, "GET", "/v1/customers"))
        .await
        .unwrap();
    assert_eq!((got.status, got.header("content-type")), (200, "text/html"));
}

#[tokio::test]
async fn a_request_dropped_after_its_effect_is_answered_when_repeated_with_its_id() {
    let sandbox = Sandbox::start().await;
    fault(&sandbox, json!({ "method": "POST", "drop": "after" })).await;
    let (id, customer) = (fresh_guid(), named(1));
    assert!(
        sandbox
            .post_as("admin", &id, &customer, "", EDUCATION)
            .await
            .is_none()
    );
    assert_eq!(
        sandbox.qualifications(&customer).await[0]["vettingStatus"],
        "InReview"
    );
    assert_eq!(
        sandbox
            .post_as("admin", &id, &customer, "", EDUCATION)
            .await
            .unwrap()
            .status,
        201
    );
    assert_eq!(
        sandbox
            .qualifications(&customer)
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn an_answer_can_be_held_back() {
    let sandbox = Sandbox::start().await;
    fault(&sandbox, json!({ "path": "/v1/customers", "delayMs": 150 })).await;
    let before = Instant::now();
    assert_eq!(sandbox.get("/v1/customers?size=1").await.status, 200);
    assert!(before.elapsed() >= Duration::from_millis(150));
    sandbox
        .control("POST", "/sandbox/settings", json!({ "latencyMs": 120 }))
        .await;
    let before = Instant::now();
    assert_eq!(sandbox.get("/v1/customers?size=1").await.status, 200);
    assert!(before.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn faults_reach_the_authority_and_keep_its_cors() {
    let sandbox = Sandbox::start().await;
    fault(
        &sandbox,
        json!({ "path": "*/openid-configuration", "status": 503, "body": "<h1>down</h1>" }),
    )
    .await;
    let path = format!(
        "/{}/v2.0/.well-known/openid-configuration",
        sandbox::TENANT_DOMAIN
    );
    let ask = || {
        sandbox
            .request("GET", &path)
            .header("origin", "http://127.0.0.1:8080")
    };
    let got = send(ask()).await.unwrap();
    assert_eq!(
        (got.status, got.header("access-control-allow-origin")),
        (503, "http://127.0.0.1:8080")
    );
    assert_eq!(send(ask()).await.unwrap().status, 200);
    fault(
        &sandbox,
        json!({ "path": "*/token", "kind": "drop-before" }),
    )
    .await;
    let token = format!("/{}/oauth2/v2.0/token", sandbox::TENANT_DOMAIN);
    assert!(send(sandbox.request("POST", &token)).await.is_none());
}

#[tokio::test]
async fn a_wrong_fault_or_control_is_refused_in_words() {
    let sandbox = Sandbox::start().await;
    for (method, path, body, status) in [
        ("POST", "/sandbox/faults", r#"{"kind":"nonsense"}"#, 400),
        ("POST", "/sandbox/faults", r#"{"status":"x"}"#, 400),
        (
            "POST",
            "/sandbox/faults",
            r#"{"status":500,"times":"x"}"#,
            400,
        ),
        ("POST", "/sandbox/faults", "{", 400),
        ("POST", "/sandbox/clock", r#"{"now":"yesterday"}"#, 400),
        ("POST", "/sandbox/clock", r#"{"speed":-1}"#, 400),
        ("POST", "/sandbox/token", r#"{"persona":"nobody"}"#, 400),
        ("POST", "/sandbox/settings", r#"{"nonsense":1}"#, 400),
        ("POST", "/sandbox/settings", r#"{"contract":"1999"}"#, 400),
        ("POST", "/sandbox/customers", "{}", 400),
        ("PUT", "/sandbox/customers/none/qualifications", "[]", 400),
        ("PUT", "/sandbox/validation-codes", "{}", 400),
        ("GET", "/sandbox/nonsense", "", 404),
    ] {
        let got = send(sandbox.request(method, path).body(body))
            .await
            .unwrap();
        assert_eq!(got.status, status, "{method} {path} {body}");
        assert!(
            got.json()["error"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        );
    }
}

#[tokio::test]
async fn the_journal_tells_what_was_received_and_no_token() {
    let sandbox = Sandbox::start().await;
    let token = sandbox.token("sales").await;
    send(
        sandbox
            .call(&token, "GET", "/v1/customers?size=1")
            .header("cookie", "a=b"),
    )
    .await
    .unwrap();
    send(sandbox.call(&token, "GET", &format!("/v1/customers?x={token}")))
        .await
        .unwrap();
    let id = fresh_guid();
    sandbox
        .post_as("sales", &id, &named(1), "", EDUCATION)
        .await
        .unwrap();
    let journal = sandbox.journal().await;
    assert_eq!(journal.len(), 3);
    let first = &journal[0];
    assert_eq!(
        (first["number"].as_u64(), first["target"].as_str()),
        (Some(1), Some("api"))
    );
    assert_eq!(
        (first["path"].as_str(), first["query"].as_str()),
        (Some("/v1/customers"), Some("size=1"))
    );
    assert_eq!(first["headers"]["cookie"], "(present)");
    assert_eq!(first["headers"]["ms-requestid"], common::REQUEST_ID);
    assert_eq!(first["tokenSeenIn"], json!([]));
    assert!(
        first["headers"]["authorization"]
            .as_str()
            .unwrap()
            .starts_with("Bearer sales#")
    );
    assert!(!first.to_string().contains(&token));
    assert_eq!(
        first["headers"]["authorization"],
        journal[1]["headers"]["authorization"]
    );
    assert_eq!(journal[1]["tokenSeenIn"], json!(["query"]));
    let post = &journal[2];
    assert_eq!(
        (post["body"].as_str(), post["status"].as_u64()),
        (Some(EDUCATION), Some(201))
    );
    assert_eq!(
        (post["persona"].as_str(), post["tookEffect"].as_bool()),
        (Some("sales"), Some(true))
    );
    assert_eq!(post["headers"]["ms-requestid"], id);
    sandbox
        .control("DELETE", "/sandbox/journal", Value::Null)
        .await;
    assert!(sandbox.journal().await.is_empty());
}

#[tokio::test]
async fn customers_and_their_qualifications_can_be_set() {
    let sandbox = Sandbox::start().await;
    let added = json!({ "name": "Zebra School", "slug": "zebra", "qualifications": [{ "qualification": "Education", "vettingStatus": "Approved" }] });
    let id = sandbox.control("POST", "/sandbox/customers", added).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let profile = sandbox.get(&format!("/v1/customers/{id}")).await.json();
    assert_eq!(profile["companyProfile"]["domain"], "zebra.onmicrosoft.com");
    assert_eq!(
        sandbox.qualifications(&id).await[0]["vettingStatus"],
        "Approved"
    );
    let path = format!("/sandbox/customers/{id}/qualifications");
    sandbox.control("PUT", &path, json!([])).await;
    assert_eq!(sandbox.qualifications(&id).await, json!([]));
    sandbox
        .control("PUT", &path, json!({ "raw": "never JSON" }))
        .await;
    let token = sandbox.token("admin").await;
    let got = send(sandbox.call(&token, "GET", &format!("/v1/customers/{id}/qualifications")))
        .await
        .unwrap();
    assert_eq!((got.status, got.text.as_str()), (200, "never JSON"));
    let failing = json!({ "name": "Own Failure", "fails": { "scope": "everything", "status": 451, "body": {} } });
    let id = sandbox.control("POST", "/sandbox/customers", failing).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let got = send(sandbox.call(&token, "GET", &format!("/v1/customers/{id}")))
        .await
        .unwrap();
    assert_eq!(got.status, 451);
}

#[tokio::test]
async fn the_clock_can_be_set_stopped_and_sped_up_and_moves_vetting() {
    let sandbox = Sandbox::start().await;
    let clock = sandbox
        .control(
            "POST",
            "/sandbox/clock",
            json!({ "now": "2030-01-01T00:00:00Z", "speed": 0 }),
        )
        .await;
    assert_eq!(
        clock,
        json!({ "now": "2030-01-01T00:00:00.000Z", "speed": 0.0, "vettingSeconds": 20 })
    );
    sandbox
        .control(
            "POST",
            "/sandbox/clock",
            json!({ "vettingSeconds": 86_400 }),
        )
        .await;
    sandbox.post(&named(1), "", EDUCATION).await;
    sandbox.advance(86_399).await;
    assert_eq!(
        sandbox.qualifications(&named(1)).await[0]["vettingStatus"],
        "InReview"
    );
    sandbox
        .control("POST", "/sandbox/clock", json!({ "vettingSeconds": 60 }))
        .await;
    assert_eq!(
        sandbox.qualifications(&named(1)).await[0]["vettingStatus"],
        "Approved"
    );
}

#[tokio::test]
async fn a_reset_undoes_everything_and_ends_sign_ins() {
    let sandbox = Sandbox::start().await;
    let token = sandbox.token("admin").await;
    sandbox.post(&named(1), "", EDUCATION).await;
    sandbox
        .control(
            "POST",
            "/sandbox/faults",
            json!({ "status": 500, "times": null }),
        )
        .await;
    sandbox
        .control(
            "POST",
            "/sandbox/settings",
            json!({ "contract": "2020-12" }),
        )
        .await;
    sandbox.control("POST", "/sandbox/reset", Value::Null).await;
    assert_eq!(
        send(sandbox.call(&token, "GET", "/v1/customers"))
            .await
            .unwrap()
            .status,
        401
    );
    assert_eq!(sandbox.qualifications(&named(1)).await, json!([]));
}

#[tokio::test]
async fn chaos_is_the_same_for_the_same_seed() {
    let statuses = async |seed| {
        let sandbox = Sandbox::with(Options {
            customers: 0,
            seed,
            ..Options::default()
        })
        .await;
        // "slow" would take seconds; how often chaos strikes is the core's test, here it is that the option arrives.
        sandbox
            .control("POST", "/sandbox/settings", json!({ "chaosPercent": 30 }))
            .await;
        let token = sandbox.token("admin").await;
        let mut all = Vec::new();
        for _ in 0..8 {
            let got = send(sandbox.call(&token, "GET", "/v1/customers?size=1")).await;
            all.push(got.map(|got| (got.status, got.text.len() > 100)));
        }
        all
    };
    let once = statuses(5).await;
    assert_eq!(once, statuses(5).await);
    assert!(once.iter().any(|got| *got != Some((200, true))), "{once:?}");
}

#[tokio::test]
async fn an_expired_token_is_refused_from_then_on_and_others_are_not() {
    let sandbox = Sandbox::start().await;
    fault(
        &sandbox,
        json!({ "path": "/v1/*", "kind": "expired-token" }),
    )
    .await;
    let tokens = [sandbox.token("admin").await, sandbox.token("admin").await];
    let path = format!("/v1/customers/{}", named(1));
    let mut statuses = Vec::new();
    for token in [&tokens[0], &tokens[0], &tokens[1]] {
        let got = send(sandbox.call(token, "GET", &path)).await.unwrap();
        statuses.push((got.status, got.text.is_empty()));
    }
    assert_eq!(statuses, [(401, true), (401, true), (200, false)]);
}

#[tokio::test]
async fn a_service_can_be_made_to_take_repeats_and_to_show_them_late() {
    let sandbox = Sandbox::start().await;
    let settings = json!({ "acceptsRepeats": true, "listLagMs": 60_000, "idempotency": false });
    sandbox.control("POST", "/sandbox/settings", settings).await;
    let id = fresh_guid();
    for _ in 0..2 {
        let got = sandbox
            .post_as("admin", &id, &named(1), "", EDUCATION)
            .await
            .unwrap();
        assert_eq!(got.status, 201);
    }
    assert_eq!(sandbox.qualifications(&named(1)).await, json!([]));
    sandbox.advance(61).await;
    let list = sandbox.qualifications(&named(1)).await;
    assert_eq!(list.as_array().unwrap().len(), 2);
    let everyone = sandbox
        .control("GET", "/sandbox/customers/all", Value::Null)
        .await;
    let everyone = everyone.as_array().unwrap();
    assert!(everyone.len() > 40);
    let first = everyone
        .iter()
        .find(|customer| customer["id"] == named(1).as_str())
        .unwrap();
    assert_eq!(first["qualifications"], list);
}

#[tokio::test]
async fn options_that_cannot_be_met_are_refused_in_words() {
    for (options, word) in [
        (
            Options {
                trust_issuer: Some("https://issuer.example".into()),
                ..Options::default()
            },
            "issuer.example",
        ),
        (
            Options {
                base: "vetted".into(),
                ..Options::default()
            },
            "vetted",
        ),
        (
            Options {
                chaos_percent: 101,
                ..Options::default()
            },
            "101",
        ),
        (
            Options {
                site_dir: Some("/no/such/folder".into()),
                ..Options::default()
            },
            "index.html",
        ),
    ] {
        let error = sandbox::serve(options).await.err().unwrap().to_string();
        assert!(error.contains(word), "{error}");
    }
}

#[tokio::test]
async fn the_documentation_lists_every_named_customer_and_every_kind_of_fault() {
    let sandbox = Sandbox::start().await;
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sandbox.md");
    let document = std::fs::read_to_string(document).unwrap();
    for customer in sandbox
        .control("GET", "/sandbox/customers", Value::Null)
        .await
        .as_array()
        .unwrap()
    {
        let id = customer["id"].as_str().unwrap();
        assert!(id.starts_with("5eed0000-0000-4000-8000-000000000"));
        let row = format!("| `…{}` |", &id[id.len() - 3..]);
        let row = document
            .lines()
            .find(|line| line.starts_with(&row))
            .unwrap_or_else(|| panic!("{customer}"));
        assert!(
            row.ends_with(&format!("| {} |", customer["shows"].as_str().unwrap())),
            "{row}"
        );
    }
    let unknown = send(
        sandbox
            .request("POST", "/sandbox/faults")
            .body(r#"{"kind":"?"}"#),
    )
    .await
    .unwrap();
    let kinds = unknown.json()["error"].as_str().unwrap().to_owned();
    let kinds: Vec<&str> = kinds.split('"').skip(1).step_by(2).collect();
    assert!(kinds.len() > 15, "{kinds:?}");
    for kind in kinds {
        assert!(document.contains(&format!("`{kind}`")), "{kind}");
    }
}
