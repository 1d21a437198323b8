//! Before one of the few requests is spent: what speaks against it is said on the form and beside the last button, and what
//! could not be looked at stops nobody. Must not know the rules by which it is found.

use super::sandbox::{Sandbox, named};
use super::stage::{
    Stage, TENANT, address, description_of, elements, text_of, until, until_received,
};
use leptos::prelude::{document, window};
use serde_json::{Value, json};
use vetted::i18n::{Key, fill, plural, t};
use vetted::ledger::{Followed, Moment, Origin, Store};
use vetted::partner_center::{Qualification, QualificationKind, Qualifications, VettingStatus};
use vetted::tabs;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement, Node};

const EDUCATION: &str = "Education";
const GCC: &str = "Government Community Cloud";
const OWN: &str = "northfieldprimary.example";
const SEND: &str = "Send request";

fn form_of(customer: u16) -> String {
    format!("/customers/{}/request", named(customer))
}

/// Lets the service say this of Northfield.
async fn profile(sandbox: &Sandbox, change: impl FnOnce(&mut Value)) {
    let mut customer = json!({
        "id": named(1),
        "companyProfile": {
            "companyName": "Northfield Primary School",
            "domain": "northfieldprimary.onmicrosoft.com",
            "email": "office@northfieldprimary.example",
            "address": {
                "country": "US", "city": "Northfield", "addressLine1": "1 School Lane", "postalCode": "55057",
            },
        },
        "customDomains": ["northfieldprimary.example"],
    });
    change(&mut customer);
    let path = format!("/v1/customers/{}", named(1));
    sandbox
        .fault(json!({
            "method": "GET", "path": path, "times": null,
            "status": 200, "contentType": "application/json", "body": customer,
        }))
        .await;
}

/// Fills in the form for Education and goes on to the answers.
async fn check(sandbox: &Sandbox, customer: u16, website: &str) -> Stage {
    let page = Stage::open(sandbox, &form_of(customer)).await;
    page.choose(EDUCATION).await;
    page.pick("Education segment", "K-12").await;
    page.fill("Website (optional)", website).await;
    page.press("Continue").await;
    page.headed("Check your answers").await;
    page
}

/// What the section says, without the marks that keep the direction of writing.
fn said(page: &Stage) -> String {
    let section = page.find(".precheck").map(|it| text_of(&it));
    let plain = |text: String| text.replace(['\u{2068}', '\u{2069}'], "");
    section.map(plain).unwrap_or_default()
}

async fn says(page: &Stage, words: &str) {
    until(&format!("{words:?} before sending"), || {
        said(page).contains(words).then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn where_nothing_speaks_against_it_that_is_said_with_what_was_looked_at() {
    let sandbox = Sandbox::fresh().await;
    let page = check(&sandbox, 1, OWN).await;
    says(&page, &t(Key::PrecheckClear)).await;
    let points = [
        Key::PointConflicts,
        Key::PointRequests,
        Key::PointWebsite,
        Key::PointDomains,
        Key::PointName,
        Key::PointEmail,
        Key::PointAddress,
    ]
    .map(t)
    .join(", ");
    says(&page, &fill(Key::PrecheckLooked, &[("points", points)])).await;
    assert!(page.find(".precheck .notice").is_none());
    assert!(!said(&page).contains("Not looked at"), "{}", said(&page));
    until("the button", || page.button(SEND)).await;
}

#[wasm_bindgen_test]
async fn what_speaks_against_it_is_said_above_the_last_button_and_stops_nobody() {
    type Change = fn(&mut Value);
    let nothing: Change = |_| {};
    let findings: [(&str, Change, String); 7] = [
        ("", nothing, t(Key::FindingWebsiteMissing)),
        (
            "https://elsewhere.example/school",
            nothing,
            fill(
                Key::FindingWebsiteElsewhere,
                &[("host", "elsewhere.example"), ("domains", OWN)],
            ),
        ),
        (
            "northfieldprimary.onmicrosoft.com",
            nothing,
            fill(
                Key::FindingWebsiteOfTenant,
                &[("host", "northfieldprimary.onmicrosoft.com")],
            ),
        ),
        (
            OWN,
            |it| it["companyProfile"]["companyName"] = "Test Company".into(),
            t(Key::FindingName),
        ),
        (
            OWN,
            |it| it["companyProfile"]["email"] = "northfield@gmail.com".into(),
            fill(Key::FindingEmailFree, &[("domain", "gmail.com")]),
        ),
        (
            OWN,
            |it| it["companyProfile"]["email"] = "a@northfield.onmicrosoft.com".into(),
            fill(
                Key::FindingEmailOfTenant,
                &[("domain", "northfield.onmicrosoft.com")],
            ),
        ),
        (
            OWN,
            |it| it["companyProfile"]["address"] = json!({ "country": "US", "city": "Northfield" }),
            fill(Key::FindingAddress, &[("parts", "street, postal code")]),
        ),
    ];
    for (website, change, words) in findings {
        let sandbox = Sandbox::fresh().await;
        profile(&sandbox, change).await;
        let page = check(&sandbox, 1, website).await;
        says(&page, &words).await;
        let title = plural(vetted::i18n::Plural::PrecheckFound, 1);
        assert!(said(&page).contains(&title), "{words}: {}", said(&page));
        let of_customer = said(&page).contains(&t(Key::PrecheckWhom));
        assert_eq!(of_customer, website == OWN, "{words}: who corrects it");
        let send = until("the button", || page.button(SEND)).await;
        let section = page.find(".precheck").unwrap();
        let order = section.compare_document_position(&send);
        assert_ne!(order & Node::DOCUMENT_POSITION_FOLLOWING, 0, "{words}");
        send.click();
        page.headed("Request sent").await;
    }
}

#[wasm_bindgen_test]
async fn what_the_service_does_not_give_is_named_and_stops_nobody() {
    let sandbox = Sandbox::fresh().await;
    let page = check(&sandbox, 56, "nodetails.example").await;
    let points = [Key::PointDomains, Key::PointEmail, Key::PointAddress];
    let points = points.map(t).join(", ");
    says(&page, &fill(Key::PrecheckNotGiven, &[("points", points)])).await;
    page.press(SEND).await;
    page.headed("Request sent").await;
}

#[wasm_bindgen_test]
async fn a_customer_that_cannot_be_read_stops_nobody_and_can_be_looked_at_again() {
    let sandbox = Sandbox::fresh().await;
    let path = format!("/v1/customers/{}", named(1));
    sandbox
        .fault(json!({ "method": "GET", "path": path, "times": null, "status": 400, "body": {} }))
        .await;
    let page = check(&sandbox, 1, OWN).await;
    let points = [
        Key::PointDomains,
        Key::PointName,
        Key::PointEmail,
        Key::PointAddress,
    ];
    let points = points.map(t).join(", ");
    says(&page, &fill(Key::PrecheckUnread, &[("points", points)])).await;
    until("it can be sent all the same", || page.button(SEND)).await;

    sandbox.no_more_faults().await;
    page.press("Look again").await;
    says(&page, &t(Key::PrecheckClear)).await;
    let focused = document().active_element().map(|it| it.id());
    assert_eq!(
        focused.as_deref(),
        Some("precheck"),
        "the focus is not lost"
    );
}

#[wasm_bindgen_test]
async fn the_last_button_comes_with_all_that_is_said_above_it() {
    let sandbox = Sandbox::fresh().await;
    drop(check(&sandbox, 1, OWN).await);
    let path = format!("/v1/customers/{}", named(1));
    sandbox
        .fault(json!({ "method": "GET", "path": path, "delayMs": 700 }))
        .await;
    let page = Stage::reopen(&sandbox, &format!("{}/check", form_of(1))).await;
    says(&page, &t(Key::PrecheckReading)).await;
    until("the button", || page.button(SEND)).await;
    assert!(!said(&page).contains("Not looked at"), "{}", said(&page));
}

#[wasm_bindgen_test]
async fn where_no_other_request_is_expected_support_comes_first_and_sending_asks_once_more() {
    let sandbox = Sandbox::fresh().await;
    let used_up = fill(Key::FindingRequestsUsedUp, &[("limit", "3")]);
    let last_word = t(Key::FindingDeniedForGood);
    for (customer, findings) in [(12, vec![&used_up, &last_word]), (13, vec![&last_word])] {
        let page = Stage::open(&sandbox, &form_of(customer)).await;
        page.choose(EDUCATION).await;
        page.pick("Education segment", "K-12").await;
        for words in &findings {
            says(&page, words).await;
        }
        page.press("Continue").await;
        page.headed("Check your answers").await;
        for words in &findings {
            says(&page, words).await;
        }
        let anyway = until("the way past it", || page.button(&t(Key::RequestAnyway))).await;
        assert!(page.button(&t(Key::PackCopy)).is_some());
        assert!(page.button(SEND).is_none());

        anyway.focus().unwrap();
        anyway.click();
        let dialog = until("the question", || page.find("dialog[open]")).await;
        let words = text_of(&dialog);
        assert!(words.contains(&t(Key::AnywayWhat)), "{words}");
        let focused = document().active_element().map(text_of);
        assert_eq!(focused, Some(t(Key::Cancel)), "Enter alone sends nothing");
        page.press(&t(Key::Cancel)).await;
        until("it is closed", || {
            page.find("dialog[open]").is_none().then_some(())
        })
        .await;
        assert_eq!(sandbox.calls("POST", "/qualifications").await.len(), 0);
    }
    page_sends_past_the_question(&sandbox).await;
}

/// On the page of the answers for customer 13.
async fn page_sends_past_the_question(sandbox: &Sandbox) {
    let page = Stage::reopen(sandbox, &format!("{}/check", form_of(13))).await;
    page.press(&t(Key::RequestAnyway)).await;
    let dialog = until("the question", || page.find("dialog[open]")).await;
    let mut on = elements(&dialog, "button").into_iter();
    let on = on.find(|it| text_of(it) == t(Key::RequestAnyway)).unwrap();
    on.unchecked_into::<HtmlElement>().click();
    page.headed("Request sent").await;
    assert_eq!(sandbox.calls("POST", "/qualifications").await.len(), 1);
}

#[wasm_bindgen_test]
async fn a_denial_that_only_this_computer_remembers_is_asked_about_before_anything_can_be_sent() {
    let sandbox = Sandbox::fresh().await;
    drop(check(&sandbox, 1, OWN).await);
    let at = |hours: i64| Moment::at(1_772_704_800_000.0).plus(hours * 3_600_000);
    let mut kept = Followed::new(named(1).parse().unwrap(), Origin::Hand, at(0));
    let denied = Qualification {
        kind: QualificationKind::Education,
        status: Some(VettingStatus::Denied),
        reason: Some("Not an Education Customer - After Review".to_owned()),
        since: None,
    };
    kept.observe(&Qualifications::new([denied]), None, at(0));
    kept.observe(&Qualifications::default(), None, at(1));
    assert!(Store::default().put(TENANT, &kept).await);

    // Another tab is at it, so that this one learns of it last.
    let other = tabs::lock(&format!("vetted.ledger.{TENANT}")).await;
    let page = Stage::reopen(&sandbox, &format!("{}/check", form_of(1))).await;
    until_received(&sandbox, 1, "GET", "/v1/auditrecords").await;
    page.showing("Northfield Primary School").await;
    assert!(page.button(SEND).is_none());
    drop(other);
    until("the question", || {
        assert!(page.button(SEND).is_none());
        page.button(&t(Key::RequestAnyway))
    })
    .await;
    assert!(said(&page).contains(&t(Key::FindingDeniedForGood)));
}

#[wasm_bindgen_test]
async fn audit_records_that_take_too_long_are_not_waited_for() {
    let sandbox = Sandbox::fresh().await;
    let fault =
        json!({ "method": "GET", "path": "/v1/auditrecords", "times": null, "delayMs": 60_000 });
    sandbox.fault(fault).await;
    let page = check(&sandbox, 1, OWN).await;
    until("it can be sent all the same", || page.button(SEND)).await;
    let points = t(Key::PointRequests);
    says(&page, &fill(Key::PrecheckUnread, &[("points", points)])).await;
}

#[wasm_bindgen_test]
async fn audit_records_that_cannot_be_read_are_named_and_stop_nobody() {
    let sandbox = Sandbox::fresh().await;
    let fault =
        json!({ "method": "GET", "path": "/v1/auditrecords", "times": null, "kind": "forbidden" });
    sandbox.fault(fault).await;
    let page = check(&sandbox, 1, OWN).await;
    let points = t(Key::PointRequests);
    says(
        &page,
        &fill(Key::PrecheckUnread, &[("points", points.clone())]),
    )
    .await;
    until("it can be sent all the same", || page.button(SEND)).await;

    sandbox.no_more_faults().await;
    page.press("Look again").await;
    until("it was looked at", || {
        let said = said(&page);
        (said.contains(&points) && !said.contains("Not looked at")).then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn what_the_service_would_certainly_refuse_has_no_button() {
    let sandbox = Sandbox::fresh().await;
    drop(check(&sandbox, 1, OWN).await);
    sandbox
        .qualify(
            &named(1),
            json!([{ "qualification": "Education", "vettingStatus": "InReview" }]),
        )
        .await;
    let page = Stage::reopen(&sandbox, &format!("{}/check", form_of(1))).await;
    let alert = page.alerted().await;
    assert!(alert.contains(&t(Key::CheckNotPossible)), "{alert}");
    assert!(alert.contains(&t(Key::BlockEducationInReview)), "{alert}");
    assert!(page.button(SEND).is_none());
}

#[wasm_bindgen_test]
async fn a_used_up_code_stops_on_the_form_also_when_it_is_typed() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, &form_of(3)).await;
    page.choose(GCC).await;
    page.showing("Brightpath Reseller Archive").await;
    page.pick("Validation code", "Another code").await;
    page.fill("Other validation code", "55555").await;
    page.press("Continue").await;
    let alert = page.alerted().await;
    assert!(alert.contains(&t(Key::FindingCodeUsedUp)), "{alert}");
    assert_eq!(address(), form_of(3));
    let field = page.control("Other validation code").unwrap();
    assert!(description_of(&field).contains(&t(Key::FindingCodeUsedUp)));

    page.fill("Other validation code", "424242").await;
    page.press("Continue").await;
    page.headed("Check your answers").await;
    says(&page, &t(Key::PrecheckCodeUnlisted)).await;
    until("the button", || page.button(SEND)).await;
}

#[wasm_bindgen_test]
async fn a_code_that_was_used_up_since_has_no_button_at_the_last_step() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, &form_of(3)).await;
    page.choose(GCC).await;
    page.pick(
        "Validation code",
        "Brightpath Reseller Counties · 0042 · 1 use left",
    )
    .await;
    page.press("Continue").await;
    page.headed("Check your answers").await;
    drop(page);
    sandbox
        .put_codes(json!([{ "organizationName": "Counties", "validationId": "0042", "maxCreates": 1, "remainingCreates": 0 }]))
        .await;
    let page = Stage::reopen(&sandbox, &format!("{}/check", form_of(3))).await;
    let alert = page.alerted().await;
    assert!(alert.contains(&t(Key::FindingCodeUsedUp)), "{alert}");
    assert!(page.button(SEND).is_none());
}

#[wasm_bindgen_test]
async fn the_form_says_it_below_its_button_once_a_qualification_is_chosen() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, &form_of(1)).await;
    until("the name", || page.link("Northfield Primary School")).await;
    assert!(page.find(".precheck").is_none(), "nothing is chosen yet");
    page.choose(EDUCATION).await;
    // Who has not come to the website yet has not left it out.
    says(&page, &t(Key::PrecheckClear)).await;
    page.pick("Education segment", "Higher education").await;
    says(&page, &t(Key::FindingWebsiteMissing)).await;
    let below = page.button("Continue").unwrap();
    let order = below.compare_document_position(&page.find(".precheck").unwrap());
    assert_ne!(order & Node::DOCUMENT_POSITION_FOLLOWING, 0);
    // What is typed is looked at once the person goes on.
    page.fill("Website (optional)", "elsewhere.example").await;
    page.pick("Education segment", "K-12").await;
    says(&page, "elsewhere.example").await;
    assert!(!said(&page).contains(&t(Key::FindingWebsiteMissing)));
}

/// Asks for Education, and has it denied.
async fn denied(sandbox: &Sandbox) {
    let page = check(sandbox, 1, OWN).await;
    page.press(SEND).await;
    page.headed("Request sent").await;
    drop(page);
    sandbox
        .qualify(
            &named(1),
            json!([{ "qualification": "Education", "vettingStatus": "Denied", "vettingReason": "Not an Academic Domain" }]),
        )
        .await;
}

fn answers(page: &Stage) -> Option<(String, String)> {
    let segment: HtmlSelectElement = page.control("Education segment")?.dyn_into().ok()?;
    let website: HtmlInputElement = page.control("Website (optional)")?.dyn_into().ok()?;
    Some((segment.value(), website.value()))
}

#[wasm_bindgen_test]
async fn request_again_has_the_last_answers_filled_in() {
    let sandbox = Sandbox::fresh().await;
    denied(&sandbox).await;
    let page = Stage::reopen(&sandbox, &format!("/customers/{}", named(1))).await;
    let again = until("the link", || page.link("Request again")).await;
    again.click();
    page.headed("Request a qualification").await;
    until("the last answers", || {
        (answers(&page)? == ("k12".to_owned(), OWN.to_owned())).then_some(())
    })
    .await;
    says(&page, &t(Key::PrecheckClear)).await;
}

#[wasm_bindgen_test]
async fn what_has_been_typed_since_is_not_replaced_by_the_last_answers() {
    let sandbox = Sandbox::fresh().await;
    denied(&sandbox).await;
    let page = Stage::reopen(&sandbox, &form_of(1)).await;
    page.choose(EDUCATION).await;
    page.fill("Website (optional)", "better.example").await;
    let store = window().session_storage().unwrap().unwrap();
    until("the draft to be kept", || {
        let keys = (0..store.length().ok()?).filter_map(|at| store.key(at).ok()?);
        let mut drafts = keys.filter_map(|key| store.get_item(&key).ok()?);
        drafts.find(|draft| draft.contains("better.example"))
    })
    .await;
    drop(page);
    let again = format!("{}?qualification=education", form_of(1));
    let page = Stage::reopen(&sandbox, &again).await;
    says(&page, "better.example").await;
    assert_eq!(
        answers(&page),
        Some((String::new(), "better.example".to_owned()))
    );
}
