//! The sandbox's time, moved by a person: the page with its buttons, and sign-ins that outlast a jump.
//! Must not know the sandbox's insides.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Got, Sandbox, named, send};
use serde_json::{Value, json};

const EDUCATION: &str = r#"{"qualification":"Education","educationSegment":"K12"}"#;
const WEEK: u64 = 7 * 24 * 60 * 60;

async fn press(sandbox: &Sandbox, form: &str) -> Got {
    let request = sandbox
        .request("POST", "/sandbox/")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.to_owned());
    send(request).await.unwrap()
}

async fn page(sandbox: &Sandbox) -> Got {
    send(sandbox.request("GET", "/sandbox/")).await.unwrap()
}

async fn clock(sandbox: &Sandbox) -> Value {
    sandbox.control("GET", "/sandbox/clock", Value::Null).await
}

async fn reads(sandbox: &Sandbox, token: &str) -> u16 {
    let request = sandbox.call(token, "GET", "/v1/customers?size=1");
    send(request).await.unwrap().status
}

/// A sandbox whose time stands still.
async fn stopped() -> Sandbox {
    let sandbox = Sandbox::start().await;
    let at = json!({ "now": "2031-03-05T10:37:38Z", "speed": 0 });
    sandbox.control("POST", "/sandbox/clock", at).await;
    sandbox
}

#[tokio::test]
async fn every_button_of_the_page_moves_what_it_says() {
    let sandbox = stopped().await;
    let text = page(&sandbox).await.text;
    assert!(text.contains("2031-03-05T10:37:38Z"), "{text}");
    let mut pressed = 0;
    for button in text.split("<button ").skip(1) {
        let attribute = |name: &str| {
            let (_, rest) = button.split_once(&format!("{name}=\"")).unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        let (name, value) = (attribute("name"), attribute("value"));
        let got = press(&sandbox, &format!("{name}={value}")).await;
        assert_eq!(
            (got.status, got.header("location")),
            (302, "/sandbox/"),
            "{button}"
        );
        let now = clock(&sandbox).await;
        match name.as_str() {
            "advanceSeconds" => pressed += value.parse::<u64>().unwrap(),
            "speed" => assert_eq!(now["speed"], value.parse::<f64>().unwrap()),
            "vettingSeconds" => assert_eq!(now["vettingSeconds"], value.parse::<u64>().unwrap()),
            other => assert_eq!(other, "endSessions"),
        }
        if name == "advanceSeconds" {
            let then = "2031-03-05T10:37:38Z".parse::<jiff::Timestamp>().unwrap();
            let then = then + jiff::SignedDuration::from_secs(i64::try_from(pressed).unwrap());
            assert_eq!(now["now"], format!("{then:.3}"));
        }
    }
    assert_eq!(pressed, 3_600 + 86_400 * 4 + WEEK);
}

#[tokio::test]
async fn the_page_has_a_strict_policy_and_no_script() {
    let sandbox = Sandbox::start().await;
    let got = page(&sandbox).await;
    let policy = got.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert!(policy.contains("form-action 'self'") && policy.contains("frame-ancestors 'none'"));
    assert!(!got.text.contains("<script") && !got.text.contains(" style="));
    assert!(got.header("content-type").starts_with("text/html"));
    for form in [
        "advanceSeconds=x",
        "speed=-1",
        "speed=1000001",
        "advanceSeconds=99999999999",
    ] {
        assert_eq!(press(&sandbox, form).await.status, 400, "{form}");
    }
    let put = send(sandbox.request("PUT", "/sandbox/")).await.unwrap();
    assert_eq!(put.status, 405);
}

#[tokio::test]
async fn the_page_says_what_will_be_decided_and_when_and_takes_names_for_text() {
    let sandbox = stopped().await;
    press(&sandbox, "vettingSeconds=259200").await;
    assert!(page(&sandbox).await.text.contains("No request"));
    sandbox
        .control(
            "PUT",
            &format!("/sandbox/customers/{}/qualifications", named(53)),
            json!([]),
        )
        .await;
    sandbox.post(&named(53), "", EDUCATION).await;
    let text = page(&sandbox).await.text;
    assert!(
        text.contains("time stands still. A review takes 3 days."),
        "{text}"
    );
    assert!(text.contains("2031-03-08T10:37:38Z"), "{text}");
    assert!(text.contains("&lt;b&gt;Bold&lt;/b&gt;") && !text.contains("<b>"));
    for _ in 0..3 {
        press(&sandbox, "advanceSeconds=86400").await;
    }
    assert!(page(&sandbox).await.text.contains("No request"));
    let got = sandbox.qualifications(&named(53)).await;
    assert_eq!(got[0]["vettingStatus"], "Approved");
}

#[tokio::test]
async fn a_week_passes_by_button_or_by_speed_and_nobody_has_to_sign_in_again() {
    let sandbox = stopped().await;
    let token = sandbox.token("admin").await;
    sandbox.post(&named(1), "", EDUCATION).await;
    press(&sandbox, "advanceSeconds=604800").await;
    assert_eq!(reads(&sandbox, &token).await, 200);
    let late = sandbox.token("admin").await;
    assert_eq!(reads(&sandbox, &late).await, 200);
    let keep = json!({ "advanceSeconds": WEEK, "keepSessions": true });
    sandbox.control("POST", "/sandbox/clock", keep).await;
    assert_eq!(reads(&sandbox, &token).await, 200);
    let now = clock(&sandbox).await;
    assert_eq!(now["now"], "2031-03-19T10:37:38.000Z");
    press(&sandbox, "speed=1000000").await;
    // Waits for the sandbox's time to have passed, which takes some milliseconds of ours.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while clock(&sandbox).await["now"].as_str().unwrap() < "2031-03-19T14" {
        assert!(std::time::Instant::now() < deadline);
    }
    assert_eq!(reads(&sandbox, &token).await, 200);
    press(&sandbox, "endSessions=1").await;
    assert_eq!(reads(&sandbox, &token).await, 401);
}

#[tokio::test]
async fn a_plain_jump_still_lets_tokens_grow_old() {
    let sandbox = stopped().await;
    let token = sandbox.token("admin").await;
    press(&sandbox, "advanceSeconds=604800").await;
    sandbox.advance(3599).await;
    assert_eq!(reads(&sandbox, &token).await, 200);
    sandbox.advance(2).await;
    assert_eq!(reads(&sandbox, &token).await, 401);
}
