//! What holds everything up: a pause that the service asks for, and no connection. Both are said once, and end by themselves.
//! Must not know which pages there are.

use super::sandbox::{Sandbox, named};
use super::stage::{Stage, text_of, until};
use leptos::prelude::window;
use serde_json::json;
use vetted::i18n::{Key, Plural, plural, t};
use wasm_bindgen_test::wasm_bindgen_test;

const READING: &str = "/v1/customers/*/qualifications";

/// The countdown, if there is one.
fn countdown(page: &Stage) -> Option<String> {
    page.find("[role=timer]").map(text_of)
}

fn dispatch(event: &str) {
    let event = web_sys::Event::new(event).unwrap();
    window().dispatch_event(&event).unwrap();
}

#[wasm_bindgen_test]
async fn a_pause_is_counted_down_said_once_and_then_everything_goes_on() {
    let sandbox = Sandbox::fresh().await;
    sandbox
        .fault(json!([
            { "method": "GET", "path": READING, "kind": "throttled" },
            { "method": "GET", "path": READING, "delayMs": 1_500 },
        ]))
        .await;
    let page = Stage::open(&sandbox, &format!("/customers/{}", named(6))).await;
    let first = until("the countdown", || countdown(&page)).await;
    let said = page.announced();
    assert!(said.starts_with(&t(Key::PauseTitle)), "{said}");
    assert!(
        page.find("[role=timer]")
            .unwrap()
            .get_attribute("aria-live")
            .as_deref()
            == Some("off")
    );
    assert!(page.find("[role=alert]").is_none(), "nothing has failed");

    until("the countdown to count", || {
        countdown(&page).filter(|now| *now != first)
    })
    .await;
    assert_eq!(page.announced(), said, "the counting is not said");
    assert_eq!(sandbox.calls("GET", "/qualifications").await.len(), 1);

    until("the countdown to go", || {
        countdown(&page).is_none().then_some(())
    })
    .await;
    assert_eq!(page.announced(), t(Key::PauseOver));
    page.showing("Approved").await;
    assert_eq!(sandbox.calls("GET", "/qualifications").await.len(), 2);
}

#[wasm_bindgen_test]
async fn offline_is_said_at_once_and_taken_back() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, "/").await;
    assert!(!page.shows(&t(Key::OfflineTitle)));
    dispatch("offline");
    page.showing(&t(Key::OfflineBody)).await;
    assert_eq!(page.announced(), t(Key::OfflineTitle));
    dispatch("online");
    until("the notice to go", || {
        (!page.shows(&t(Key::OfflineBody))).then_some(())
    })
    .await;
    assert_eq!(page.announced(), t(Key::OfflineOver));
}

#[wasm_bindgen_test]
async fn what_failed_for_want_of_a_connection_is_read_again_when_it_is_back() {
    let sandbox = Sandbox::fresh().await;
    // Browsers try a dropped connection again by themselves, so there are enough of these.
    sandbox
        .fault(json!({ "method": "GET", "path": READING, "times": 50, "kind": "drop-before" }))
        .await;
    let page = Stage::open(&sandbox, &format!("/customers/{}", named(6))).await;
    page.alerted().await;
    assert!(sandbox.calls("GET", "/qualifications").await.len() >= 3);
    sandbox.no_more_faults().await;
    dispatch("online");
    page.showing("Approved").await;
    assert!(page.find("[role=alert]").is_none());
}

#[wasm_bindgen_test]
async fn what_failed_for_another_reason_is_not_read_again() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, &format!("/customers/{}", named(82))).await;
    page.alerted().await;
    dispatch("online");
    page.showing(&t(Key::OfflineOver)).await;
    assert_eq!(sandbox.calls("GET", "/qualifications").await.len(), 1);
}

#[wasm_bindgen_test]
async fn a_pause_too_long_to_wait_for_fails_at_once_and_nothing_more_is_sent() {
    let sandbox = Sandbox::fresh().await;
    let throttled = json!({ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 300 seconds." });
    sandbox
        .fault(json!({ "method": "GET", "path": READING, "status": 429, "body": throttled }))
        .await;
    let page = Stage::open(&sandbox, &format!("/customers/{}", named(6))).await;
    let alert = page.alerted().await;
    assert!(alert.contains("300"), "{alert}");
    // A little is added by chance, and a little has passed.
    let left = countdown(&page).unwrap();
    let likely = [5, 6].map(|minutes| plural(Plural::PauseMinutes, minutes));
    assert!(likely.contains(&left), "{left}");
    page.press("Try again").await;
    until("the second refusal", || {
        (page.find("[role=alert]").is_some()).then_some(())
    })
    .await;
    assert_eq!(sandbox.calls("GET", "/qualifications").await.len(), 1);
}
