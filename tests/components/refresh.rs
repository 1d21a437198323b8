//! Reading again: by hand, by itself, and what stays on the page when it fails.
//! Must not know which states there are.

use super::sandbox::{Sandbox, named};
use super::stage::{Stage, elements, text_of, until};
use leptos::prelude::*;
use leptos::task::tick;
use serde_json::json;
use std::cell::Cell;
use std::rc::Rc;
use vetted::clock::Clock;
use vetted::features::reading::Reading;
use vetted::i18n::{Key, t};
use wasm_bindgen_test::wasm_bindgen_test;

const READING: &str = "/v1/customers/*/qualifications";

#[wasm_bindgen_test]
async fn a_refresh_that_fails_keeps_the_cards_and_says_how_old_they_are() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, &format!("/customers/{}", named(6))).await;
    page.showing("Approved").await;
    page.showing("Read just now").await;

    sandbox
        .post("/sandbox/clock", json!({ "advanceSeconds": 185 }))
        .await;
    sandbox
        .fault(json!({ "method": "GET", "path": READING, "times": 3, "kind": "server-error" }))
        .await;
    page.press("Refresh").await;
    let alert = page.alerted().await;
    assert!(alert.starts_with(&t(Key::FailureQualifications)), "{alert}");
    page.showing("Could not be refreshed. What you see was read 3 minutes ago")
        .await;
    assert_eq!(page.cards("Education").len(), 1, "the card stays");
    assert!(page.shows("Approved"));

    page.press("Refresh").await;
    page.showing("Read just now").await;
    assert!(page.find("[role=alert]").is_none());
    assert!(!page.shows("Could not be refreshed"));
    assert_eq!(page.announced(), t(Key::QualificationsRefreshed));
}

#[wasm_bindgen_test]
async fn a_failure_gives_support_the_ids_under_which_the_call_was_sent() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, &format!("/customers/{}", named(76))).await;
    page.alerted().await;
    let calls = sandbox.calls("GET", "/qualifications").await;
    let header = |name: &str| calls[0]["headers"][name].as_str().unwrap().to_owned();
    let facts: Vec<String> = elements(&page.find("[role=alert] details").unwrap(), "dd")
        .iter()
        .map(text_of)
        .collect();
    for fact in [
        "500",
        "800003",
        &header("ms-requestid"),
        &header("ms-correlationid"),
    ] {
        assert!(
            facts.iter().any(|has| has == fact),
            "{fact} is among {facts:?}"
        );
    }
    assert!(page.button("Copy details").is_some());
}

#[wasm_bindgen_test]
async fn each_kind_of_failure_says_what_to_do() {
    let sandbox = Sandbox::fresh().await;
    for (customer, words) in [
        (77, t(Key::FailureService)),
        (79, t(Key::FailureUnexpected)),
        (80, t(Key::FailureConnectionLost)),
        (81, t(Key::FailureSignIn)),
        (82, t(Key::FailureRole)),
    ] {
        let page = Stage::open(&sandbox, &format!("/customers/{}", named(customer))).await;
        let alert = page.alerted().await;
        assert!(
            alert.contains(&words),
            "customer {customer} has to say {words:?}, but says: {alert}"
        );
        assert!(!page.shows("No qualifications"), "{customer}");
    }
}

#[wasm_bindgen_test]
async fn a_customer_that_cannot_be_found_has_no_qualifications_section() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, &format!("/customers/{}", named(71))).await;
    // Whichever fails first is said first; in the end it is one.
    page.showing(&t(Key::FailureCustomer)).await;
    until("the section to go", || {
        page.find("#qualifications").is_none().then_some(())
    })
    .await;
    assert!(page.button("Try again").is_some());
}

#[wasm_bindgen_test]
async fn what_is_in_review_is_read_again_without_being_asked() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, &format!("/customers/{}", named(5))).await;
    page.showing("In review").await;
    sandbox
        .qualify(
            &named(5),
            json!([{ "qualification": "Education", "vettingStatus": "Approved" }]),
        )
        .await;
    page.showing("Approved").await;
    assert_eq!(page.announced(), t(Key::QualificationsChanged));
    assert_eq!(page.all("article").len(), 1);
}

#[wasm_bindgen_test]
async fn a_reading_sets_out_at_once_and_whoever_starts_it_follows_nothing_of_it() {
    let sandbox = Sandbox::fresh().await;
    let _page = Stage::open(&sandbox, "/").await;
    let count = || Rc::new(Cell::new(0));
    let (asked, started) = (count(), count());
    let owner = Owner::new();
    let word = owner.with(|| {
        let word = RwSignal::new("before");
        let asks = asked.clone();
        let reading = Reading::new(Clock::start(false), move |_| {
            asks.set(asks.get() + 1);
            let word = word.get();
            async move {
                tick().await;
                Ok(word)
            }
        });
        reading.again();
        assert_eq!(asked.get(), 1, "nothing has been waited for");
        let starts = started.clone();
        Effect::new(move |_| {
            starts.set(starts.get() + 1);
            reading.again();
        });
        word
    });
    until("the effect has started another", || {
        (asked.get() == 2).then_some(())
    })
    .await;
    word.set("after");
    tick().await;
    tick().await;
    assert_eq!((asked.get(), started.get()), (2, 1));
    owner.cleanup();
}
