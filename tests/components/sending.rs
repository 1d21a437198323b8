//! Sending a request: checked first, sent once, and its outcome told as far as it is known.
//! Must not know how the form is filled in.

use super::sandbox::{Sandbox, named};
use super::stage::{Stage, TENANT, address, until, until_received};
use serde_json::{Value, json};
use vetted::database::Database;
use vetted::i18n::{Key, t};
use wasm_bindgen_test::wasm_bindgen_test;

const POSTED: &str = "/qualifications";

/// Fills in the form for Education and goes on to the answers.
async fn check_education(sandbox: &Sandbox, customer: u16) -> Stage {
    let page = Stage::open(sandbox, &format!("/customers/{}/request", named(customer))).await;
    page.choose("Education").await;
    page.pick("Education segment", "Higher education").await;
    page.fill("Website (optional)", "school.example").await;
    page.press("Continue").await;
    page.headed("Check your answers").await;
    page
}

/// What the computer keeps about a customer.
async fn kept_about(customer: &str) -> String {
    let records = Database::default().all(TENANT).await.unwrap();
    let about = records.into_iter().filter(|it| it.contains(customer));
    about.collect()
}

fn body(call: &Value) -> Value {
    serde_json::from_str(call["body"].as_str().unwrap()).unwrap()
}

#[wasm_bindgen_test]
async fn the_answers_are_shown_before_anything_is_sent_and_can_be_changed() {
    let sandbox = Sandbox::fresh().await;
    let page = check_education(&sandbox, 1).await;
    for words in [
        "Northfield Primary School",
        "Education",
        "Higher education",
        "school.example",
        &t(Key::CheckLead),
        &t(Key::CheckIrreversible),
    ] {
        page.showing(words).await;
    }
    let change: Vec<_> = page
        .all("dd a")
        .iter()
        .filter_map(|link| link.get_attribute("href"))
        .collect();
    let form = format!("/customers/{}/request", named(1));
    assert_eq!(
        change,
        [
            format!("{form}#qualification"),
            format!("{form}#segment"),
            format!("{form}#website")
        ]
    );
    assert_eq!(sandbox.calls("POST", POSTED).await.len(), 0);
}

#[wasm_bindgen_test]
async fn however_often_send_is_pressed_there_is_one_post() {
    let sandbox = Sandbox::fresh().await;
    let page = check_education(&sandbox, 1).await;
    // Slow enough for every press to fall into the same sending.
    sandbox
        .fault(
            json!({ "method": "POST", "path": "/v1/customers/*/qualifications", "delayMs": 600 }),
        )
        .await;
    let send = until("the button", || page.button("Send request")).await;
    send.click();
    send.click();
    until_received(&sandbox, 1, "POST", POSTED).await;
    send.click();
    page.headed("Request sent").await;
    assert_eq!(address(), format!("/customers/{}/request/sent", named(1)));

    let posted = sandbox.calls("POST", POSTED).await;
    assert_eq!(posted.len(), 1, "{posted:#?}");
    let expected = json!({ "qualification": "Education", "educationSegment": "HigherEducation", "website": "school.example" });
    let sent = body(&posted[0]);
    assert_eq!(sent["qualification"], expected["qualification"]);
    assert_eq!(sent["website"], expected["website"]);
    assert!(sent.get("validationCode").is_none(), "{sent}");
    assert_eq!(posted[0]["query"], "");
    let reference = posted[0]["headers"]["ms-requestid"].as_str().unwrap();
    page.showing(reference).await;
    // The list, not the answer to the request, says how things stand.
    page.showing("In review").await;
    assert!(page.shows(&t(Key::NextEducation)));
}

#[wasm_bindgen_test]
async fn a_government_request_carries_its_code_with_its_zeros() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, &format!("/customers/{}/request", named(3))).await;
    page.choose("Government Community Cloud").await;
    page.pick(
        "Validation code",
        "Brightpath Reseller Counties · 0042 · 1 use left",
    )
    .await;
    page.press("Continue").await;
    page.headed("Check your answers").await;
    page.press("Send request").await;
    page.headed("Request sent").await;
    let posted = sandbox.calls("POST", POSTED).await;
    assert_eq!(posted.len(), 1);
    assert_eq!(posted[0]["query"], "code=0042");
    assert_eq!(
        body(&posted[0]),
        json!({ "qualification": "GovernmentCommunityCloud", "validationCode": "0042" })
    );
}

#[wasm_bindgen_test]
async fn a_refused_request_says_so_in_the_service_s_words_and_keeps_the_answers() {
    let sandbox = Sandbox::fresh().await;
    let page = check_education(&sandbox, 85).await;
    page.press("Send request").await;
    page.headed("Not sent").await;
    let alert = page.alerted().await;
    assert!(alert.starts_with(&t(Key::FailureRequest)), "{alert}");
    assert!(alert.contains("800002"), "{alert}");
    page.link("Back to your answers").unwrap().click();
    page.headed("Check your answers").await;
    page.showing("school.example").await;
    assert_eq!(
        sandbox.calls("POST", POSTED).await.len(),
        1,
        "going back sends nothing"
    );
}

#[wasm_bindgen_test]
async fn a_lost_answer_is_not_sent_again_but_looked_up() {
    let sandbox = Sandbox::fresh().await;
    let page = check_education(&sandbox, 91).await;
    page.press("Send request").await;
    page.headed("We do not know yet").await;
    let kept = kept_about(&named(91)).await;
    assert!(!kept.is_empty(), "the open question outlives the tab");
    assert!(!kept.contains("sbx-"), "without a token: {kept}");
    page.headed("Request sent").await;
    assert_eq!(sandbox.calls("POST", POSTED).await.len(), 1);
}

#[wasm_bindgen_test]
async fn a_request_that_others_have_overtaken_is_not_sent() {
    let sandbox = Sandbox::fresh().await;
    let page = check_education(&sandbox, 1).await;
    until("it can be sent", || page.button("Send request")).await;
    sandbox
        .qualify(
            &named(1),
            json!([{ "qualification": "Education", "vettingStatus": "InReview" }]),
        )
        .await;
    page.press("Send request").await;
    page.headed("Not sent").await;
    assert!(
        page.alerted()
            .await
            .contains(&t(Key::BlockEducationInReview))
    );
    assert_eq!(sandbox.calls("POST", POSTED).await.len(), 0);
}

#[wasm_bindgen_test]
async fn a_reload_of_a_step_sends_nothing() {
    let sandbox = Sandbox::fresh().await;
    let check = format!("/customers/{}/request/check", named(1));
    drop(check_education(&sandbox, 1).await);
    let page = Stage::reopen(&sandbox, &check).await;
    page.headed("Check your answers").await;
    page.showing("school.example").await;
    assert_eq!(sandbox.calls("POST", POSTED).await.len(), 0);
    page.press("Send request").await;
    page.headed("Request sent").await;
    drop(page);

    let page = Stage::reopen(&sandbox, &format!("/customers/{}/request/sent", named(1))).await;
    page.headed("Request sent").await;
    page.showing("In review").await;
    assert_eq!(sandbox.calls("POST", POSTED).await.len(), 1);
}

#[wasm_bindgen_test]
async fn without_answers_the_check_step_leads_back_to_the_form() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, &format!("/customers/{}/request/check", named(1))).await;
    page.headed("Request a qualification").await;
    assert_eq!(address(), format!("/customers/{}/request", named(1)));
}
