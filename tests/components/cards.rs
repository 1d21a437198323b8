//! Cards: every state of a qualification shows its word, its date and what it means, and offers what follows from it.
//! Must not know how the service's words are read.

use super::sandbox::{Sandbox, named};
use super::stage::{Stage, elements, text_of, until};
use vetted::i18n::{Key, t};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

/// A customer's card as it has to look.
struct Card {
    /// The number of the sandbox's named customer.
    customer: u16,
    name: &'static str,
    word: &'static str,
    /// `datetime` of the date, if one is shown.
    since: Option<&'static str>,
    says: &'static [Key],
}

async fn open(sandbox: &Sandbox, customer: u16) -> Stage {
    let page = Stage::open(sandbox, &format!("/customers/{}", named(customer))).await;
    until(&format!("the qualifications of {customer}"), || {
        let loaded = page.heading() != t(Key::Loading) && page.shows("Read ");
        loaded.then_some(())
    })
    .await;
    page
}

fn words_of(card: &Element) -> Vec<String> {
    elements(card, "header span").iter().map(text_of).collect()
}

fn datetimes(card: &Element) -> Vec<String> {
    let times = elements(card, "time");
    assert!(
        times.iter().all(|time| !text_of(time).is_empty()),
        "a date is shown, not only marked up"
    );
    times
        .iter()
        .filter_map(|time| time.get_attribute("datetime"))
        .collect()
}

/// Whether all that the text of `key` has around its placeholders is there.
fn says(text: &str, key: Key) -> bool {
    let words = t(key);
    let mut parts = words
        .split('{')
        .map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
    parts.all(|part| text.contains(part.trim()))
}

async fn look_right(cards: &[Card]) {
    let sandbox = Sandbox::fresh().await;
    for expected in cards {
        let page = open(&sandbox, expected.customer).await;
        let who = format!("customer {}, {}", expected.customer, expected.name);
        let found = page.cards(expected.name);
        let card = found
            .first()
            .unwrap_or_else(|| panic!("{who}: no such card. On the page: {}", page.text()));
        assert_eq!(
            elements(card, "h3").iter().map(text_of).collect::<Vec<_>>(),
            [expected.name],
            "{who}"
        );
        assert_eq!(words_of(card), [expected.word], "{who}");
        assert_eq!(datetimes(card), Vec::from_iter(expected.since), "{who}");
        let text = text_of(card);
        for key in expected.says {
            assert!(
                says(&text, *key),
                "{who} has to say {key:?}, but says: {text}"
            );
        }
    }
}

#[wasm_bindgen_test]
async fn what_is_decided_or_under_way_is_said_in_the_service_s_own_terms() {
    let review: &[Key] = &[Key::SinceInReview, Key::CardInReview];
    let education_review: &[Key] = &[Key::SinceInReview, Key::CardEducationInReview];
    look_right(&[
        Card {
            customer: 5,
            name: "Education",
            word: "In review",
            since: Some("2026-03-05T10:37:38.885Z"),
            says: education_review,
        },
        Card {
            customer: 6,
            name: "Education",
            word: "Approved",
            since: None,
            says: &[Key::CardEducationApproved],
        },
        Card {
            customer: 21,
            name: "Government Community Cloud",
            word: "Approved",
            since: Some("2026-05-06T19:59:56.683Z"),
            says: &[Key::SinceRequested, Key::CardGccApproved],
        },
        Card {
            customer: 26,
            name: "Government Community Cloud",
            word: "In review",
            since: Some("2026-02-01T09:30:00.000Z"),
            says: review,
        },
        Card {
            customer: 4,
            name: "State-owned entity",
            word: &t(Key::StatusAssigned).leak()[..],
            since: None,
            says: &[Key::CardSoe],
        },
        Card {
            customer: 24,
            name: "Nonprofit",
            word: "Approved",
            since: None,
            says: &[Key::CardNonprofit],
        },
    ])
    .await;
    assert!(t(Key::StatusAssigned).starts_with("Assigned"));
}

#[wasm_bindgen_test]
async fn a_date_is_read_in_every_form_that_the_documents_show() {
    let card = |customer, since| Card {
        customer,
        name: "Education",
        word: "In review",
        since,
        says: &[Key::CardEducationInReview],
    };
    look_right(&[
        card(31, Some("2026-03-05T10:37:38.885Z")),
        card(32, Some("2026-03-05T20:54:24.000Z")),
        card(33, Some("2026-03-05T19:59:56.683Z")),
        card(35, Some("2026-03-05T10:37:38.000Z")),
    ])
    .await;
}

#[wasm_bindgen_test]
async fn a_date_that_may_mean_two_days_is_shown_as_it_came() {
    let sandbox = Sandbox::fresh().await;
    let page = open(&sandbox, 34).await;
    let card = &page.cards("Education")[0];
    assert_eq!(datetimes(card), [""; 0]);
    let text = text_of(card);
    assert!(text.contains("07/09/2020: 00:00:00"), "{text}");
    assert!(text.contains(&t(Key::SinceAsWritten)), "{text}");
}

#[wasm_bindgen_test]
async fn a_denial_gives_the_reason_in_the_service_s_words_and_what_it_means() {
    let sandbox = Sandbox::fresh().await;
    for (customer, reason, advice) in [
        (7, "Not an Education Customer", Key::ReasonNotEducation),
        (
            11,
            "No longer an Education Customer",
            Key::ReasonNoLongerEducation,
        ),
        (
            12,
            "Not an Education Customer - After Review",
            Key::ReasonAfterReview,
        ),
        (
            13,
            "Restricted being an Education Customer",
            Key::ReasonRestricted,
        ),
        (14, "Not an Academic Domain", Key::ReasonDomain),
        (15, "Not an eligible Library", Key::ReasonLibrary),
        (16, "Not an eligible Museum", Key::ReasonMuseum),
        (17, "The moon was in the wrong house", Key::DeniedUnknown),
        (37, "Not an education customer", Key::ReasonNotEducation),
    ] {
        let page = open(&sandbox, customer).await;
        let card = &page.cards("Education")[0];
        assert_eq!(words_of(card), ["Denied"], "{customer}");
        assert_eq!(
            elements(card, "q").iter().map(text_of).collect::<Vec<_>>(),
            [reason],
            "{customer}"
        );
        let text = text_of(card);
        assert!(
            text.contains(&t(advice)),
            "{customer} has to say {advice:?}, but says: {text}"
        );
        // Where another request alone makes no sense, support is named in place of the steps.
        let steps = if matches!(customer, 12 | 13) { 0 } else { 4 };
        assert_eq!(
            elements(card, "ol > li").len(),
            steps,
            "{customer}: the guide"
        );
    }
}

#[wasm_bindgen_test]
async fn a_denial_without_a_reason_says_that_there_is_none() {
    look_right(&[
        Card {
            customer: 18,
            name: "Education",
            word: "Denied",
            since: Some("2026-01-22T08:00:00.000Z"),
            says: &[Key::DeniedSilent],
        },
        Card {
            customer: 25,
            name: "Government Community Cloud",
            word: "Denied",
            since: Some("2026-02-01T09:30:00.000Z"),
            says: &[Key::DeniedOther],
        },
    ])
    .await;
}

#[wasm_bindgen_test]
async fn a_denied_education_leads_to_another_request_and_a_denied_government_does_not() {
    let sandbox = Sandbox::fresh().await;
    let page = open(&sandbox, 7).await;
    let again = page
        .link("Request again")
        .expect("the way to request again");
    let expected = format!("/customers/{}/request?qualification=education", named(7));
    assert_eq!(again.get_attribute("href"), Some(expected));
    drop(page);

    let page = open(&sandbox, 25).await;
    assert!(page.link("Request again").is_none());
}

#[wasm_bindgen_test]
async fn what_no_document_knows_is_shown_as_it_came_and_never_as_approved() {
    look_right(&[
        Card {
            customer: 41,
            name: "HealthCare",
            word: "Approved",
            since: Some("2026-03-05T10:37:38.000Z"),
            says: &[Key::CardUnknownKind],
        },
        Card {
            customer: 42,
            name: "Education",
            word: "PendingDocuments",
            since: Some("2026-03-05T10:37:38.000Z"),
            says: &[Key::CardUnknownStatus],
        },
        Card {
            customer: 43,
            name: "Education",
            word: "Status not reported",
            since: None,
            says: &[Key::CardNotReported],
        },
    ])
    .await;
}

#[wasm_bindgen_test]
async fn older_and_other_forms_of_the_answer_make_the_same_cards() {
    look_right(&[
        Card {
            customer: 36,
            name: "Education",
            word: "Approved",
            since: None,
            says: &[],
        },
        Card {
            customer: 39,
            name: "Government Community Cloud",
            word: "Approved",
            since: None,
            says: &[],
        },
        Card {
            customer: 40,
            name: "Education",
            word: "Approved",
            since: None,
            says: &[],
        },
        Card {
            customer: 45,
            name: "Education",
            word: "Approved",
            since: None,
            says: &[],
        },
    ])
    .await;
}

#[wasm_bindgen_test]
async fn two_qualifications_are_two_cards_and_the_newest_of_one_kind_comes_first() {
    let sandbox = Sandbox::fresh().await;
    let page = open(&sandbox, 22).await;
    assert_eq!(
        words_of(&page.cards("Government Community Cloud")[0]),
        ["Approved"]
    );
    assert_eq!(
        words_of(&page.cards("State-owned entity")[0]),
        [t(Key::StatusAssigned)]
    );
    assert_eq!(page.all("article").len(), 2);
    drop(page);

    let page = open(&sandbox, 44).await;
    let words: Vec<_> = page.cards("Education").iter().flat_map(words_of).collect();
    assert_eq!(
        words.first().map(String::as_str),
        Some("In review"),
        "{words:?}"
    );
}

#[wasm_bindgen_test]
async fn a_customer_without_qualifications_is_told_apart_from_one_not_yet_read() {
    let sandbox = Sandbox::fresh().await;
    for customer in [1, 38] {
        let page = open(&sandbox, customer).await;
        assert!(page.shows("No qualifications"), "{customer}");
        assert_eq!(page.all("article").len(), 0, "{customer}");
        assert!(page.link("Request a qualification").is_some(), "{customer}");
    }
    let slow = serde_json::json!({ "method": "GET", "path": "/v1/customers/*/qualifications", "delayMs": 700 });
    sandbox.fault(slow).await;
    let page = Stage::open(&sandbox, &format!("/customers/{}", named(1))).await;
    page.headed("Northfield Primary School").await;
    assert!(
        !page.shows("No qualifications"),
        "nothing is said before the answer is there"
    );
    page.showing("No qualifications").await;
}

#[wasm_bindgen_test]
async fn an_answer_that_cannot_be_read_makes_no_card() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, &format!("/customers/{}", named(46))).await;
    let alert = page.alerted().await;
    assert!(alert.starts_with(&t(Key::FailureQualifications)), "{alert}");
    assert!(alert.contains(&t(Key::FailureUnexpected)), "{alert}");
    assert_eq!(page.all("article").len(), 0);
    assert!(!page.shows("No qualifications"));
}

#[wasm_bindgen_test]
async fn the_way_to_a_request_is_there_even_where_nothing_can_be_asked_for_now() {
    let sandbox = Sandbox::fresh().await;
    for (customer, possible) in [
        (1, true),
        (4, true),
        (5, true),
        (6, true),
        (7, true),
        (21, true),
        (24, true),
        (22, false),
        (23, false),
    ] {
        let page = open(&sandbox, customer).await;
        let link = page.link("Request a qualification").unwrap();
        let form = format!("/customers/{}/request", named(customer));
        assert_eq!(link.get_attribute("href"), Some(form));
        assert_eq!(
            page.shows(&t(Key::RequestNothingNow)),
            !possible,
            "{customer}"
        );
    }
}
