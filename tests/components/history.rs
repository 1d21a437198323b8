//! A customer's page below its cards: what can be sold, the account, what happened so far, and how many requests are used.
//! Must not know how audit records are read or counted.

use super::sandbox::{Sandbox, named};
use super::stage::{Stage, elements, text_of, until, until_received};
use leptos::prelude::document;
use serde_json::json;
use vetted::i18n::{Key, fill, t};
use vetted::partner_center::{EducationSegment, QualificationRequest};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

const AUDIT: &str = "/v1/auditrecords";
const ACCOUNT: &str = "/v1/customers/*/validationStatus";

async fn open(sandbox: &Sandbox, customer: u16) -> Stage {
    let page = Stage::open(sandbox, &format!("/customers/{}", named(customer))).await;
    page.showing("Read ").await;
    page
}

/// The section with this heading.
fn section(page: &Stage, title: Key) -> Option<Element> {
    let heading = t(title);
    page.all("section").into_iter().find(|section| {
        let first = elements(section, "h2").into_iter().next();
        first.is_some_and(|first| text_of(first) == heading)
    })
}

/// What a section says, once it says this.
async fn says(page: &Stage, title: Key, words: &str) -> String {
    until(&format!("{words:?} in {}", t(title)), || {
        let text = section(page, title).map(text_of)?;
        text.contains(words).then_some(text)
    })
    .await
}

/// What stands in the history, the newest first, once so much does.
async fn entries(page: &Stage, count: usize) -> Vec<String> {
    until(&format!("{count} entries of the history"), || {
        let section = section(page, Key::HistoryTitle)?;
        let entries: Vec<_> = elements(&section, ".timeline > li")
            .iter()
            .map(text_of)
            .collect();
        (entries.len() == count).then_some(entries)
    })
    .await
}

#[wasm_bindgen_test]
async fn what_can_be_sold_is_what_the_documents_say_for_the_qualifications() {
    let sandbox = Sandbox::fresh().await;
    for (customer, words) in [
        (1, "Commercial Not: Nonprofit, Education, Government"),
        (5, "Commercial Not: Nonprofit, Education, Government"),
        (6, "Commercial, Education Not: Nonprofit, Government"),
        (7, "Commercial Not: Nonprofit, Education, Government"),
        (
            22,
            "Government Community Cloud Not: Commercial, Nonprofit, Education",
        ),
        (24, "Commercial, Nonprofit Not: Education, Government"),
        (113, &t(Key::SellingBlocked)[..]),
        (41, &t(Key::SellingUnknown)[..]),
        (42, &t(Key::SellingUnclear)[..]),
        (43, &t(Key::SellingUnclear)[..]),
    ] {
        let page = open(&sandbox, customer).await;
        until(&format!("{customer}: {words}"), || {
            // Spans have no space between them in the text.
            let line = text_of(page.find(".selling")?).replace("Not:", " Not:");
            line.replace("  ", " ").contains(words).then_some(())
        })
        .await;
    }
}

#[wasm_bindgen_test]
async fn every_status_of_an_account_is_told_with_what_it_means_and_apart_from_the_qualification() {
    let sandbox = Sandbox::fresh().await;
    for (customer, word, effect, dated) in [
        (1, Key::AccountNoReview, Key::AccountOpen, false),
        (111, Key::AccountAllowed, Key::AccountOpen, true),
        (112, Key::AccountUnderReview, Key::AccountBlocked, true),
        (113, Key::AccountNotAllowed, Key::AccountBlocked, true),
        (114, Key::AccountUnknown, Key::AccountBlocked, true),
        (115, Key::AccountNotReady, Key::AccountUnstated, true),
    ] {
        let page = open(&sandbox, customer).await;
        let told = says(&page, Key::AccountTitle, &t(effect)).await;
        assert!(told.contains(&t(word)), "{customer}: {told}");
        assert!(told.contains(&t(Key::AccountNote)), "{customer}: {told}");
        let account = section(&page, Key::AccountTitle).unwrap();
        let times = elements(&account, "time").len();
        assert_eq!(times, usize::from(dated), "{customer}: {told}");
        assert!(page.find("[role=alert]").is_none(), "{customer}");
    }
    let page = open(&sandbox, 116).await;
    says(&page, Key::AccountTitle, "Escalated").await;
    says(&page, Key::AccountTitle, &t(Key::AccountUnstated)).await;
}

#[wasm_bindgen_test]
async fn an_account_that_cannot_be_read_disturbs_nothing_and_can_be_tried_again() {
    let sandbox = Sandbox::fresh().await;
    let fault = json!({ "method": "GET", "path": ACCOUNT, "times": 2, "kind": "forbidden" });
    sandbox.fault(fault).await;
    let page = open(&sandbox, 111).await;
    says(&page, Key::AccountTitle, &t(Key::FailureAccount)).await;
    assert!(page.find("[role=alert]").is_none());
    assert_eq!(page.cards("Education").len(), 1);
    let again = || {
        let account = section(&page, Key::AccountTitle)?;
        let buttons = elements(&account, "button").into_iter();
        let mut named = buttons.filter(|button| text_of(button) == t(Key::TryAgain));
        named.next()
    };
    let press = |button: Element| {
        let button: HtmlElement = button.unchecked_into();
        button.focus().unwrap();
        button.click();
    };
    press(again().unwrap());
    until("it says that it failed again", || {
        (page.announced() == t(Key::ReadAgainFailed)).then_some(())
    })
    .await;
    let focused = || document().active_element().map(text_of);
    assert_eq!(focused(), Some(t(Key::TryAgain)), "the focus stays");

    press(again().unwrap());
    says(&page, Key::AccountTitle, &t(Key::AccountAllowed)).await;
    until("the heading has the focus", || {
        (focused() == Some(t(Key::AccountTitle))).then_some(())
    })
    .await;
    assert!(again().is_none());
}

#[wasm_bindgen_test]
async fn the_history_tells_who_asked_for_what_and_who_says_so() {
    let sandbox = Sandbox::fresh().await;
    let page = open(&sandbox, 12).await;
    let told = entries(&page, 5).await;
    assert!(
        told[0].contains("Education requested, and refused"),
        "{told:?}"
    );
    assert!(told[1].contains("Denied → In review"), "{told:?}");
    for line in &told[..4] {
        assert!(line.contains(&t(Key::SourceAudit)), "{line}");
        assert!(line.contains("@brightpath-reseller.example"), "{line}");
    }
    let limit = fill(Key::HistoryLimit, &[("days", "90")]);
    assert_eq!(told[4], limit);

    page.press(&t(Key::Follow)).await;
    let told = entries(&page, 7).await;
    let began =
        |line: &String| line.contains(&t(Key::HistoryBegan)) && line.contains(&t(Key::SourceHere));
    assert!(told.iter().any(began), "{told:?}");
    let seen = |line: &&String| line.contains(&t(Key::SourceSeen));
    let seen = told.iter().find(seen).expect("what was seen here");
    assert!(seen.contains("Education Denied"), "{seen}");
    assert!(seen.contains("After Review"), "{seen}");
}

#[wasm_bindgen_test]
async fn a_request_from_here_is_one_entry_with_both_sources_and_old_ones_are_behind_a_word() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, &format!("/customers/{}/request", named(7))).await;
    page.choose("Education").await;
    page.pick(&t(Key::SegmentLabel), "K-12").await;
    page.press(&t(Key::Continue)).await;
    page.press(&t(Key::Send)).await;
    page.headed("Request sent").await;
    let back = until("the way back", || page.link("Back to the customer")).await;
    back.click();
    page.headed("Northmoor High School").await;
    says(&page, Key::HistoryTitle, &t(Key::SourceBoth)).await;
    says(&page, Key::HistoryTitle, "Denied → In review").await;
    let card = &page.cards("Education")[0];
    until("both requests count", || {
        text_of(card).contains("At least 2 of 3").then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn where_the_audit_log_is_refused_the_history_says_so_and_shows_what_is_known_here() {
    let sandbox = Sandbox::fresh().await;
    let fault = json!({ "method": "GET", "path": AUDIT, "times": 1, "kind": "forbidden" });
    sandbox.fault(fault).await;
    let page = open(&sandbox, 7).await;
    says(&page, Key::HistoryTitle, &t(Key::FailureAudit)).await;
    says(&page, Key::HistoryTitle, &t(Key::HistoryOnlyHere)).await;
    assert!(page.find("[role=alert]").is_none());
    assert!(page.link("Request again").is_some());
    page.press(&t(Key::Follow)).await;
    let told = entries(&page, 2).await;
    assert!(told[0].contains(&t(Key::SourceSeen)), "{told:?}");
    assert!(told[1].contains(&t(Key::HistoryBegan)), "{told:?}");

    page.press(&t(Key::TryAgain)).await;
    let told = entries(&page, 4).await;
    assert!(!page.shows(&t(Key::HistoryOnlyHere)), "{told:?}");
}

#[wasm_bindgen_test]
async fn the_qualifications_are_asked_for_first() {
    let sandbox = Sandbox::fresh().await;
    let slow = json!({ "method": "GET", "path": "/v1/customers/*/qualifications", "delayMs": 400 });
    sandbox.fault(slow).await;
    let page = Stage::open(&sandbox, &format!("/customers/{}", named(12))).await;
    until_received(&sandbox, 1, "GET", "/qualifications").await;
    assert_eq!(sandbox.calls("GET", AUDIT).await.len(), 0);
    assert_eq!(sandbox.calls("GET", "/validationStatus").await.len(), 0);
    entries(&page, 5).await;
    assert_eq!(sandbox.calls("GET", AUDIT).await.len(), 1);
}

#[wasm_bindgen_test]
async fn once_all_requests_are_used_support_comes_before_another_one() {
    let sandbox = Sandbox::fresh().await;
    for (customer, used) in [(7, "At least 1 of 3"), (104, "At least 2 of 3")] {
        let page = open(&sandbox, customer).await;
        let card = &page.cards("Education")[0];
        until("what is used", || {
            text_of(card).contains(used).then_some(())
        })
        .await;
    }
    for customer in [12, 7] {
        // The two that are missing to customer 7 were sent from elsewhere.
        if customer == 7 {
            for _ in 0..2 {
                asks_elsewhere(&sandbox, customer).await;
            }
        }
        let page = open(&sandbox, customer).await;
        let card = &page.cards("Education")[0];
        let all = fill(Key::AttemptsAll, &[("limit", "3")]);
        until("all are used", || {
            text_of(card).contains(&all).then_some(())
        })
        .await;
        assert!(page.link("Request again").is_none(), "{customer}");
        assert!(page.button(&t(Key::PackCopy)).is_some(), "{customer}");
        let packs = || {
            page.all("button")
                .into_iter()
                .filter(|it| text_of(it) == t(Key::PackCopy))
        };
        until("one of them is enough", || {
            (packs().count() == 1).then_some(())
        })
        .await;
        let on = page.link(&t(Key::RequestAnyway)).unwrap();
        let form = format!(
            "/customers/{}/request?qualification=education",
            named(customer)
        );
        assert_eq!(on.get_attribute("href"), Some(form));
    }
}

/// A request of somebody else, and its denial, an hour later.
async fn asks_elsewhere(sandbox: &Sandbox, customer: u16) {
    let client = Stage::client(sandbox).await;
    let request = QualificationRequest::Education {
        segment: EducationSegment::K12,
        website: None,
    };
    let id = named(customer).parse().unwrap();
    let ids = client.new_ids();
    let asked = client.request_qualification(id, &request, &ids).await;
    asked.unwrap();
    let hour = json!({ "advanceSeconds": 3_600, "keepSessions": true });
    sandbox.post("/sandbox/clock", hour).await;
}

#[wasm_bindgen_test]
async fn the_support_pack_is_offered_only_where_there_is_something_to_look_into() {
    let sandbox = Sandbox::fresh().await;
    for (customer, offered) in [(6, false), (1, false), (106, true), (18, true)] {
        let page = open(&sandbox, customer).await;
        until("the audit records", || {
            let history = section(&page, Key::HistoryTitle).map(text_of)?;
            (!history.contains(&t(Key::HistoryReading))).then_some(())
        })
        .await;
        let button = page.button(&t(Key::PackCopy));
        assert_eq!(button.is_some(), offered, "{customer}");
    }
}

#[wasm_bindgen_test]
async fn hostile_audit_records_are_only_text() {
    let sandbox = Sandbox::fresh().await;
    let page = open(&sandbox, 108).await;
    says(&page, Key::HistoryTitle, "have no date that can be read").await;
    let history = section(&page, Key::HistoryTitle).unwrap();
    for odd in ["script", "img", "b", "a"] {
        assert_eq!(elements(&history, odd).len(), 0, "{odd}");
    }
}
