//! Requests: what is followed stands in a list with its state and age, changes are told, and nothing is asked for too often.
//! Must not know how the list is kept.

use super::sandbox::{Sandbox, named};
use super::stage::{Stage, address, elements, text_of, until};
use serde_json::json;
use vetted::i18n::{Key, t};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

const NORTHFIELD: u16 = 1;
const IN_REVIEW: u16 = 5;
const DENIED: u16 = 7;
const RAILWAYS: u16 = 27;
const DAY: u64 = 86_400;

/// Follows customers by hand, each on its page, and waits until each is in the list.
async fn following(sandbox: &Sandbox, customers: &[u16]) -> Stage {
    let mut page = Stage::open(sandbox, "/requests").await;
    page.headed(&t(Key::RequestsTitle)).await;
    for customer in customers {
        drop(page);
        page = Stage::reopen(sandbox, &format!("/customers/{}", named(*customer))).await;
        page.showing("Read ").await;
        page.press(&t(Key::Follow)).await;
        until("it is followed", || page.button(&t(Key::Followed))).await;
    }
    drop(page);
    Stage::reopen(sandbox, "/requests").await
}

fn click(element: Option<Element>) {
    element.unwrap().unchecked_into::<HtmlElement>().click();
}

fn rows(page: &Stage) -> Vec<String> {
    page.all(".requests__row").iter().map(text_of).collect()
}

async fn rows_are(page: &Stage, count: usize) -> Vec<String> {
    until(&format!("{count} rows"), || {
        let rows = rows(page);
        (rows.len() == count).then_some(rows)
    })
    .await
}

async fn lets_pass(sandbox: &Sandbox, seconds: u64) {
    let jump = json!({ "advanceSeconds": seconds, "keepSessions": true });
    sandbox.post("/sandbox/clock", jump).await;
}

#[wasm_bindgen_test]
async fn who_follows_nobody_is_told_how_to_begin() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, "/requests").await;
    page.showing(&t(Key::RequestsNone)).await;
    assert!(page.link(&t(Key::NotFoundBack)).is_some());
    assert!(page.find(".requests").is_none());
}

#[wasm_bindgen_test]
async fn every_followed_qualification_has_a_row_with_its_state_and_age() {
    let sandbox = Sandbox::fresh().await;
    let page = following(&sandbox, &[IN_REVIEW, DENIED, NORTHFIELD, RAILWAYS]).await;
    let rows = rows_are(&page, 5).await;
    let of = |name: &str| {
        let row = rows.iter().find(|row| row.contains(name));
        row.unwrap_or_else(|| panic!("no row of {name} in {rows:?}"))
            .clone()
    };
    let review = of("Northern Lights Academy");
    assert!(review.contains(&t(Key::GroupOverdue)), "{review}");
    assert!(review.contains("of about 3 business days"), "{review}");
    let denied = of("Northmoor High School");
    assert!(denied.contains("Not an Education Customer"), "{denied}");
    assert!(denied.contains(&t(Key::RequestsWhatNow)), "{denied}");
    let nothing = of("Northfield Primary School");
    assert!(nothing.contains(&t(Key::QualificationsNone)), "{nothing}");
    assert!(
        rows.iter().any(|row| row.contains(&t(Key::StatusAssigned))),
        "{rows:?}"
    );
    // The most urgent first.
    assert!(rows[0].contains(&t(Key::GroupOverdue)), "{rows:?}");
    let numbers = page
        .all(".numbers tr")
        .iter()
        .map(text_of)
        .collect::<Vec<_>>();
    assert!(numbers.iter().any(|row| row == "Overdue2"), "{numbers:?}");
}

#[wasm_bindgen_test]
async fn what_is_shown_stands_in_the_address() {
    let sandbox = Sandbox::fresh().await;
    let page = following(&sandbox, &[IN_REVIEW, DENIED]).await;
    rows_are(&page, 2).await;
    let denied = page
        .all(".filter")
        .into_iter()
        .find(|link| text_of(link).starts_with("Denied"));
    click(denied);
    let rows = rows_are(&page, 1).await;
    assert!(rows[0].contains("Northmoor"), "{rows:?}");
    assert!(
        address().ends_with("/requests?state=denied"),
        "{}",
        address()
    );
    drop(page);

    let page = Stage::reopen(&sandbox, "/requests?find=lights").await;
    let rows = rows_are(&page, 1).await;
    assert!(rows[0].contains("Northern Lights"), "{rows:?}");
    drop(page);

    let page = Stage::reopen(&sandbox, "/requests?find=nobody").await;
    page.showing(&t(Key::RequestsNoMatch)).await;
}

#[wasm_bindgen_test]
async fn stopping_is_one_action_and_so_is_taking_it_back() {
    let sandbox = Sandbox::fresh().await;
    let page = following(&sandbox, &[IN_REVIEW, DENIED]).await;
    rows_are(&page, 2).await;
    click(page.find("[aria-label='Stop following Northmoor High School']"));
    rows_are(&page, 1).await;
    until("the way back has the focus", || {
        let active = leptos::prelude::document().active_element()?;
        (text_of(&active) == t(Key::Undo)).then_some(())
    })
    .await;
    page.press(&t(Key::Undo)).await;
    rows_are(&page, 2).await;
    assert!(page.button(&t(Key::Undo)).is_none());
}

#[wasm_bindgen_test]
async fn a_decision_is_found_without_opening_the_customer_and_told_until_it_is_seen() {
    let sandbox = Sandbox::fresh().await;
    sandbox
        .qualify(&named(NORTHFIELD), json!([{ "qualification": "Education", "vettingStatus": "InReview", "vettingCreateDate": "2026-03-05T10:00:00Z" }]))
        .await;
    let page = following(&sandbox, &[NORTHFIELD]).await;
    rows_are(&page, 1).await;
    sandbox
        .qualify(&named(NORTHFIELD), json!([{ "qualification": "Education", "vettingStatus": "Denied", "vettingReason": "Not an Academic Domain" }]))
        .await;
    lets_pass(&sandbox, DAY).await;
    // The app learns of the time with its next answer; whoever comes back reads at once.
    drop(page);
    let page = Stage::reopen(&sandbox, "/?q=Northfield").await;
    page.showing("Northfield Primary School").await;
    until("the navigation says that there is something", || {
        let count = page.find(".main-nav__count").map(|count| text_of(&count));
        (count.as_deref() == Some("1")).then_some(())
    })
    .await;
    drop(page);

    let page = Stage::reopen(&sandbox, "/requests").await;
    page.showing(&t(Key::NewsTitle)).await;
    let news = elements(&page.find(".news").unwrap(), "li");
    assert_eq!(news.len(), 1);
    assert!(
        text_of(&news[0]).contains("Denied (was: In review)"),
        "{}",
        text_of(&news[0])
    );
    assert!(leptos::prelude::document().title().starts_with("(1) "));
    page.press(&t(Key::NewsMark)).await;
    until("it is seen", || page.find(".news").is_none().then_some(())).await;
    assert!(page.find(".main-nav__count").is_none());
    let rows = rows_are(&page, 1).await;
    assert!(rows[0].contains("Not an Academic Domain"), "{rows:?}");
}

#[wasm_bindgen_test]
async fn nobody_is_read_again_before_it_is_due() {
    let sandbox = Sandbox::fresh().await;
    let page = following(&sandbox, &[IN_REVIEW, DENIED]).await;
    page.showing("Next in").await;
    let path = format!("/customers/{}/qualifications", named(IN_REVIEW));
    let before = sandbox.calls("GET", &path).await.len();
    lets_pass(&sandbox, 4 * 3_600).await;
    drop(page);
    // Any answer tells the time.
    let page = Stage::reopen(&sandbox, &format!("/customers/{}", named(NORTHFIELD))).await;
    page.showing("Read ").await;
    super::stage::until_received(&sandbox, before + 1, "GET", &path).await;
    assert_eq!(sandbox.calls("GET", &path).await.len(), before + 1);
    // What is decided is not read by itself.
    let decided = format!("/customers/{}/qualifications", named(DENIED));
    assert_eq!(sandbox.calls("GET", &decided).await.len(), 1);
}

#[wasm_bindgen_test]
async fn what_was_denied_stays_known_after_partner_center_has_dropped_it() {
    let sandbox = Sandbox::fresh().await;
    let page = following(&sandbox, &[DENIED]).await;
    rows_are(&page, 1).await;
    sandbox.qualify(&named(DENIED), json!([])).await;
    drop(page);
    let page = Stage::reopen(&sandbox, &format!("/customers/{}", named(DENIED))).await;
    page.showing(&t(Key::QualificationsNone)).await;
    drop(page);
    let page = Stage::reopen(&sandbox, "/requests").await;
    let rows = rows_are(&page, 1).await;
    assert!(rows[0].contains(&t(Key::StatusDenied)), "{rows:?}");
    assert!(rows[0].contains("Not an Education Customer"), "{rows:?}");
}
