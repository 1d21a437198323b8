//! Text from the service is text: whatever it looks like, it makes no element and runs nothing.
//! Must not know what the texts are about.

use super::sandbox::{Sandbox, named};
use super::stage::{Stage, text_of, until};
use leptos::prelude::window;
use serde_json::json;
use vetted::i18n::{Key, t};
use wasm_bindgen_test::wasm_bindgen_test;

const NAME: &str = "<b>Bold</b> & <script>alert(\"School\")</script>";
/// Would set a mark on the page if it ever were markup.
const ATTACK: &str = "<img src=x onerror=\"window.attacked=1\"><i class=planted>x</i>";

fn assert_nothing_was_planted(page: &Stage) {
    for selector in [
        "b",
        "i",
        "img",
        "script",
        "iframe",
        "style",
        ".planted",
        "[onerror]",
    ] {
        assert!(
            page.find(selector).is_none(),
            "<{selector}> is on the page: {}",
            page.text()
        );
    }
    let mark = js_sys::Reflect::get(&window(), &"attacked".into()).unwrap();
    assert!(mark.is_undefined(), "text from the service ran");
}

#[wasm_bindgen_test]
async fn a_name_that_looks_like_html_is_shown_letter_by_letter() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, "/").await;
    page.fill("Customer ID, domain or company name", "<b>Bold")
        .await;
    page.press("Look up").await;
    page.showing(NAME).await;
    assert!(page.link(NAME).is_some());
    assert_nothing_was_planted(&page);
    drop(page);

    let page = Stage::open(&sandbox, &format!("/customers/{}", named(53))).await;
    page.headed(NAME).await;
    page.showing("Approved").await;
    assert_nothing_was_planted(&page);
    drop(page);

    let page = Stage::open(&sandbox, &format!("/customers/{}/request", named(53))).await;
    until("the way back", || page.link(NAME)).await;
    assert_nothing_was_planted(&page);
}

#[wasm_bindgen_test]
async fn so_are_a_qualification_a_status_a_date_and_a_reason() {
    let sandbox = Sandbox::fresh().await;
    let id = sandbox
        .add_customer(json!({
            "name": ATTACK,
            "qualifications": [
                { "qualification": ATTACK, "vettingStatus": ATTACK, "vettingCreateDate": ATTACK },
                { "qualification": "Education", "vettingStatus": "Denied", "vettingReason": ATTACK },
            ],
        }))
        .await;
    let page = Stage::open(&sandbox, &format!("/customers/{id}")).await;
    page.headed(ATTACK).await;
    until("two cards", || {
        (page.all("article").len() == 2).then_some(())
    })
    .await;
    let shown = page.text().matches(ATTACK).count();
    assert!(
        shown >= 5,
        "name, qualification, status, date and reason are shown as they came, but only {shown} of them: {}",
        page.text()
    );
    assert_nothing_was_planted(&page);
}

#[wasm_bindgen_test]
async fn so_is_the_message_of_a_failure() {
    let sandbox = Sandbox::fresh().await;
    let body = json!({ "code": ATTACK, "description": ATTACK });
    let fault = json!({ "method": "GET", "path": "/v1/customers/*/qualifications", "status": 400, "body": body });
    sandbox.fault(fault).await;
    let page = Stage::open(&sandbox, &format!("/customers/{}", named(1))).await;
    let alert = page.alerted().await;
    assert!(alert.contains(ATTACK), "{alert}");
    assert_nothing_was_planted(&page);
}

#[wasm_bindgen_test]
async fn so_is_what_was_typed_and_a_validation_code_s_organisation() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, "/").await;
    page.fill("Customer ID, domain or company name", ATTACK)
        .await;
    page.press("Look up").await;
    page.showing("No customer found").await;
    assert!(page.shows(ATTACK));
    assert_nothing_was_planted(&page);
    drop(page);

    sandbox
        .put_codes(json!([{ "organizationName": ATTACK, "validationId": "77", "maxCreates": 2, "remainingCreates": 2 }]))
        .await;
    let page = Stage::open(&sandbox, &format!("/customers/{}/request", named(3))).await;
    page.choose("Government Community Cloud").await;
    page.showing(ATTACK).await;
    let options: Vec<_> = page.all("option").iter().map(text_of).collect();
    assert!(
        options.iter().any(|option| option.contains(ATTACK)),
        "{options:?}"
    );
    assert_nothing_was_planted(&page);
}

#[wasm_bindgen_test]
async fn a_name_that_is_endless_or_turns_the_direction_is_shown_as_it_is_and_kept_to_itself() {
    let sandbox = Sandbox::fresh().await;
    for name in [
        "Long ".repeat(2_000).trim_end().to_owned(),
        "x".repeat(10_000),
        "North \u{202e}loohcS".to_owned(),
        "\u{202d}\u{2066}School\u{2069}".to_owned(),
        "Null\0byte".to_owned(),
    ] {
        let qualifications =
            json!([{ "qualification": name, "vettingStatus": name, "vettingCreateDate": name }]);
        let id = sandbox
            .add_customer(json!({ "name": name, "qualifications": qualifications }))
            .await;
        let page = Stage::open(&sandbox, &format!("/customers/{id}")).await;
        page.headed(&name).await;
        until("the card", || page.find("article")).await;
        let card = page.find("article").unwrap();
        assert!(text_of(&card).contains(&name), "{}", text_of(&card));
        // What turns the direction of writing ends with the element that isolates it.
        let isolated = page
            .all("article bdi")
            .iter()
            .filter(|bdi| text_of(bdi) == name)
            .count();
        assert!(isolated >= 2, "kind and date, but only {isolated} isolated");
        assert!(!page.shows("Approved"));
        assert_nothing_was_planted(&page);
    }
}

#[wasm_bindgen_test]
async fn half_a_character_makes_an_answer_unreadable_and_nothing_is_concluded() {
    let sandbox = Sandbox::fresh().await;
    let body =
        r#"[{"qualification":"Education","vettingStatus":"Approved","vettingReason":"\ud83d"}]"#;
    let fault = json!({ "method": "GET", "path": "/v1/customers/*/qualifications", "status": 200, "contentType": "application/json", "body": body });
    sandbox.fault(fault).await;
    let page = Stage::open(&sandbox, &format!("/customers/{}", named(1))).await;
    let alert = page.alerted().await;
    assert!(alert.contains(&t(Key::FailureUnexpected)), "{alert}");
    assert!(!page.shows("Approved"));
    assert!(!page.shows("No qualifications"));
}
