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
    elements(card, "header .tag").iter().map(text_of).collect()
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

/// What a denied card says: what the reason means, what to correct, who can, whether to ask again, and where its links lead.
type Guide = ([Key; 4], &'static [&'static str]);

const ADMIN_CENTER: &str = "https://admin.microsoft.com/";
const CORRECTING: &str =
    "https://learn.microsoft.com/microsoft-365/admin/manage/change-address-contact-and-more";
const CRITERIA: &str =
    "https://learn.microsoft.com/partner-center/customers/sell-to-education-customers";
const PARTNER_CENTER: &str = "https://partner.microsoft.com/dashboard";

fn corrected(means: Key, correct: Key) -> Guide {
    let parts = [means, correct, Key::WhomProfile, Key::AgainAny];
    (parts, &[ADMIN_CENTER, CORRECTING, CRITERIA])
}

fn guides() -> [(u16, &'static str, Guide); 9] {
    let lapsed = [
        Key::ReasonNoLongerEducation,
        Key::CorrectNoLongerEducation,
        Key::WhomProfile,
        Key::AgainNoLonger,
    ];
    let reviewed = [
        Key::ReasonAfterReview,
        Key::CorrectAfterReview,
        Key::WhomEvidence,
        Key::AgainEvidence,
    ];
    let restricted = [
        Key::ReasonRestricted,
        Key::CorrectRestricted,
        Key::WhomSupport,
        Key::AgainRestricted,
    ];
    let domain = [
        Key::ReasonDomain,
        Key::CorrectDomain,
        Key::WhomDomain,
        Key::AgainAny,
    ];
    let own = corrected(Key::ReasonNotEducation, Key::CorrectNotEducation);
    let customer = own.1;
    let support: &[&str] = &[PARTNER_CENTER, CRITERIA];
    let unknown = corrected(Key::DeniedUnknown, Key::CorrectAny);
    let library = corrected(Key::ReasonLibrary, Key::CorrectLibrary);
    let museum = corrected(Key::ReasonMuseum, Key::CorrectMuseum);
    [
        (7, "Not an Education Customer", own),
        (11, "No longer an Education Customer", (lapsed, customer)),
        (
            12,
            "Not an Education Customer - After Review",
            (reviewed, support),
        ),
        (
            13,
            "Restricted being an Education Customer",
            (restricted, support),
        ),
        (
            14,
            "Not an Academic Domain",
            (domain, &[ADMIN_CENTER, CRITERIA]),
        ),
        (15, "Not an eligible Library", library),
        (16, "Not an eligible Museum", museum),
        (17, "The moon was in the wrong house", unknown),
        (37, "Not an education customer", own),
    ]
}

#[wasm_bindgen_test]
async fn a_denial_gives_the_reason_in_the_service_s_words_and_what_to_do_about_it() {
    let sandbox = Sandbox::fresh().await;
    for (customer, reason, (parts, links)) in guides() {
        let page = open(&sandbox, customer).await;
        let card = &page.cards("Education")[0];
        assert_eq!(words_of(card), ["Denied"], "{customer}");
        assert_eq!(
            elements(card, "q").iter().map(text_of).collect::<Vec<_>>(),
            [reason],
            "{customer}"
        );
        let text = text_of(card);
        assert!(text.contains(&t(parts[0])), "{customer} means: {text}");
        let said: Vec<_> = elements(card, "details dd").iter().map(text_of).collect();
        let expected = [parts[1], parts[2], parts[3]].map(t);
        assert_eq!(said, expected, "{customer}");
        let links_found: Vec<_> = elements(card, "details a[target=_blank]")
            .iter()
            .filter_map(|link| link.get_attribute("href"))
            .collect();
        assert_eq!(links_found, links, "{customer}");
        // Where another request alone makes no sense, none is offered.
        let offered = page.link("Request again").is_some();
        assert_eq!(offered, !matches!(customer, 12 | 13), "{customer}");
        assert!(page.find("details[open]").is_none(), "{customer}");
    }
}

#[wasm_bindgen_test]
async fn a_link_to_what_to_do_about_a_denial_finds_it_open_and_in_focus() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, &format!("/customers/{}#what-to-do", named(7))).await;
    until("the guide in focus", || {
        let focused = leptos::prelude::document().active_element()?;
        let guide = page.find("details[open]#what-to-do")?;
        (guide.contains(Some(&focused)) && text_of(&focused) == t(Key::GuideTitle)).then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_denial_without_a_reason_says_that_there_is_none() {
    look_right(&[
        Card {
            customer: 18,
            name: "Education",
            word: "Denied",
            since: Some("2026-01-22T08:00:00.000Z"),
            says: &[Key::DeniedSilent, Key::CorrectAny, Key::WhomProfile],
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
