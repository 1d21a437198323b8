//! The request form: what it offers to whom, what it asks for, how it reports mistakes, and that nothing typed is lost.
//! Must not know how a request is sent.

use super::sandbox::{Sandbox, named};
use super::stage::{Stage, address, description_of, elements, text_of, until};
use leptos::prelude::{document, window};
use serde_json::json;
use vetted::i18n::{Key, t};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement};

const EDUCATION: &str = "Education";
const GCC: &str = "Government Community Cloud";
const SOE: &str = "State-owned entity";

async fn open(sandbox: &Sandbox, customer: u16) -> Stage {
    // The name comes late, so that the qualifications are there once the name is.
    sandbox.fault(json!({ "method": "GET", "path": format!("/v1/customers/{}", named(customer)), "delayMs": 150 })).await;
    let page = Stage::open(sandbox, &form_of(customer)).await;
    loaded(&page).await;
    page
}

fn form_of(customer: u16) -> String {
    format!("/customers/{}/request", named(customer))
}

/// Waits for the form, and for the customer's name on the way back.
async fn loaded(page: &Stage) {
    page.headed("Request a qualification").await;
    until("the customer's name", || {
        let links = page.all("a[href^='/customers/']");
        links
            .iter()
            .any(|link| text_of(link) != t(Key::CustomerUnread))
            .then_some(())
    })
    .await;
}

fn radio(page: &Stage, label: &str) -> HtmlInputElement {
    page.control(label)
        .unwrap_or_else(|| panic!("no radio {label}"))
        .unchecked_into()
}

#[wasm_bindgen_test]
async fn the_group_has_one_radio_for_each_qualification_that_can_be_asked_for() {
    let sandbox = Sandbox::fresh().await;
    let page = open(&sandbox, 1).await;
    let group = page.find("[role=radiogroup]").unwrap();
    let name = group
        .get_attribute("aria-labelledby")
        .and_then(|id| document().get_element_by_id(&id));
    assert_eq!(name.map(text_of).as_deref(), Some("Qualification"));
    let labels: Vec<_> = elements(&group, "label").iter().map(text_of).collect();
    assert_eq!(labels, [EDUCATION, GCC, SOE]);
    assert!(
        elements(&group, "input")
            .iter()
            .all(|input| input.get_attribute("type").as_deref() == Some("radio"))
    );
    assert!(
        elements(&group, "input:checked").is_empty(),
        "nothing is chosen for the person"
    );
}

#[wasm_bindgen_test]
async fn what_the_service_would_certainly_refuse_is_disabled_and_says_why() {
    let sandbox = Sandbox::fresh().await;
    let table: [(u16, [Option<Key>; 3]); 11] = [
        (1, [None, None, None]),
        (
            5,
            [
                Some(Key::BlockEducationInReview),
                Some(Key::BlockGccWhileEducation),
                None,
            ],
        ),
        (
            6,
            [
                Some(Key::BlockAlreadyEducation),
                Some(Key::BlockGccAfterEducation),
                None,
            ],
        ),
        (7, [None, None, None]),
        (
            21,
            [
                Some(Key::BlockEducationAfterGcc),
                Some(Key::BlockAlreadyGcc),
                None,
            ],
        ),
        (25, [Some(Key::BlockEducationAfterGcc), None, None]),
        (
            26,
            [
                Some(Key::BlockEducationAfterGcc),
                Some(Key::BlockGccInReview),
                None,
            ],
        ),
        (4, [None, None, Some(Key::BlockAlreadySoe)]),
        (24, [None, None, None]),
        (41, [None, None, None]),
        (
            23,
            [
                Some(Key::BlockAlreadyEducation),
                Some(Key::BlockGccAfterEducation),
                Some(Key::BlockAlreadySoe),
            ],
        ),
    ];
    for (customer, blocked) in table {
        let page = open(&sandbox, customer).await;
        for (name, why) in [EDUCATION, GCC, SOE].into_iter().zip(blocked) {
            let what = format!("customer {customer}, {name}");
            until(&format!("{what} to be right"), || {
                (radio(&page, name).disabled() == why.is_some()).then_some(())
            })
            .await;
            let said = description_of(&radio(&page, name));
            match why {
                Some(why) => assert_eq!(said, t(why), "{what}"),
                None => assert!(!said.is_empty(), "{what} explains itself"),
            }
        }
    }
}

#[wasm_bindgen_test]
async fn what_no_document_settles_is_allowed_with_a_warning() {
    let sandbox = Sandbox::fresh().await;
    for (customer, name, warning) in [
        (7, GCC, Some(Key::CautionEducationDenied)),
        (7, EDUCATION, None),
        (25, GCC, Some(Key::CautionGccDenied)),
        (4, GCC, Some(Key::CautionSoe)),
        (4, EDUCATION, None),
        (24, EDUCATION, Some(Key::CautionNonprofit)),
        (24, SOE, Some(Key::CautionNonprofit)),
        (41, EDUCATION, Some(Key::CautionUnknown)),
        (42, EDUCATION, Some(Key::CautionEducationUnclear)),
    ] {
        let page = open(&sandbox, customer).await;
        page.choose(name).await;
        let what = format!("customer {customer}, {name}");
        assert!(radio(&page, name).checked(), "{what}");
        let said = description_of(&radio(&page, name));
        match warning {
            Some(key) => assert_eq!(said, t(key), "{what}"),
            None => assert!(!said.contains("Partner Center decides"), "{what}: {said}"),
        }
    }
}

/// All that the tab keeps.
fn kept() -> String {
    let storage = window().session_storage().unwrap().unwrap();
    let keys = (0..storage.length().unwrap()).filter_map(|at| storage.key(at).unwrap());
    keys.map(|key| {
        format!(
            "{key}={}\n",
            storage.get_item(&key).unwrap().unwrap_or_default()
        )
    })
    .collect()
}

/// The problems in the summary: each with the id of the field that it leads to.
fn summary(page: &Stage) -> Vec<(String, String)> {
    let links = page.all("[role=alert] a");
    links
        .iter()
        .map(|link| {
            let target = link.get_attribute("href").unwrap_or_default();
            (text_of(link), target.trim_start_matches('#').to_owned())
        })
        .collect()
}

#[wasm_bindgen_test]
async fn a_form_without_a_choice_is_reported_at_its_top_and_at_the_group() {
    let sandbox = Sandbox::fresh().await;
    let page = open(&sandbox, 1).await;
    page.press("Continue").await;
    page.showing("There is a problem").await;
    let words = t(Key::WrongKind);
    assert_eq!(
        summary(&page),
        [(words.clone(), "qualification".to_owned())]
    );
    assert_eq!(
        description_of(&page.find("[role=radiogroup]").unwrap()),
        words
    );
    until("the title", || {
        document().title().starts_with("Error: ").then_some(())
    })
    .await;
    until("the focus on the summary", || {
        let focused = document().active_element()?;
        (focused.get_attribute("role").as_deref() == Some("alert")).then_some(())
    })
    .await;

    // The line leads to the first radio button.
    let line: web_sys::HtmlElement = page.find("[role=alert] a").unwrap().unchecked_into();
    line.click();
    let focused = document().active_element().map(|element| element.id());
    assert_eq!(focused.as_deref(), Some("qualification"));
    assert_eq!(address(), form_of(1));
}

#[wasm_bindgen_test]
async fn every_mistake_has_the_same_words_in_the_summary_and_at_its_field() {
    let sandbox = Sandbox::fresh().await;
    for (website, wrong) in [
        ("two words", Key::WrongWebsiteSpaces),
        ("head@school.example", Key::WrongWebsiteMail),
        ("school", Key::WrongWebsite),
    ] {
        let page = open(&sandbox, 1).await;
        page.choose(EDUCATION).await;
        page.fill("Website (optional)", website).await;
        page.press("Continue").await;
        page.showing("There is a problem").await;
        let expected = [
            (t(Key::WrongSegment), "segment".to_owned()),
            (t(wrong), "website".to_owned()),
        ];
        assert_eq!(summary(&page), expected, "{website:?}");
        for (words, id) in expected {
            let control: Element = document().get_element_by_id(&id).unwrap();
            assert_eq!(
                control.get_attribute("aria-invalid").as_deref(),
                Some("true"),
                "{id}"
            );
            assert!(
                description_of(&control).contains(&words),
                "{id}: {}",
                description_of(&control)
            );
        }
        let field: HtmlInputElement = page.control("Website (optional)").unwrap().unchecked_into();
        assert_eq!(field.value(), website, "what was typed stays");
    }
    assert_eq!(sandbox.calls("POST", "").await.len(), 0);
}

#[wasm_bindgen_test]
async fn a_mistake_that_is_corrected_is_no_longer_reported_at_its_field() {
    let sandbox = Sandbox::fresh().await;
    let page = open(&sandbox, 1).await;
    page.choose(EDUCATION).await;
    page.press("Continue").await;
    page.showing("There is a problem").await;
    page.pick("Education segment", "Higher education").await;
    until("the field to be right", || {
        let select = page.control("Education segment")?;
        (!description_of(&select).contains(&t(Key::WrongSegment))).then_some(())
    })
    .await;
    page.press("Continue").await;
    until("the next step", || {
        address().ends_with("/request/check").then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn validation_codes_show_organisation_and_uses_and_a_used_up_one_cannot_be_picked() {
    let sandbox = Sandbox::fresh().await;
    let page = open(&sandbox, 3).await;
    page.choose(GCC).await;
    page.showing("Brightpath Reseller Archive").await;
    let select: HtmlSelectElement = page.control("Validation code").unwrap().unchecked_into();
    let options = elements(&select, "option");
    let words: Vec<_> = options.iter().map(text_of).collect();
    assert_eq!(words.last().map(String::as_str), Some("Another code"));
    assert!(
        words.contains(&"Brightpath Reseller · 12345 · 4 uses left".to_owned()),
        "{words:?}"
    );
    assert!(
        words.contains(&"Brightpath Reseller Counties · 0042 · 1 use left".to_owned()),
        "{words:?}"
    );
    let disabled: Vec<_> = options
        .iter()
        .filter(|option| option.has_attribute("disabled"))
        .map(text_of)
        .collect();
    assert_eq!(disabled.len(), 1, "{disabled:?}");
    assert!(disabled[0].contains("55555"), "{disabled:?}");

    assert!(page.control("Other validation code").is_none());
    page.pick("Validation code", "Another code").await;
    page.fill("Other validation code", "two codes").await;
    page.press("Continue").await;
    page.showing("There is a problem").await;
    assert_eq!(
        summary(&page),
        [(t(Key::WrongCodeSpaces), "other-code".to_owned())]
    );
}

#[wasm_bindgen_test]
async fn codes_that_cannot_be_read_leave_the_way_to_type_one() {
    let sandbox = Sandbox::fresh().await;
    let page = open(&sandbox, 3).await;
    sandbox
        .fault(json!({ "method": "GET", "path": "/v1/customers/all/validations", "times": 3, "kind": "server-error" }))
        .await;
    page.choose(GCC).await;
    let alert = page.alerted().await;
    assert!(alert.starts_with(&t(Key::FailureCodes)), "{alert}");
    page.pick("Validation code", "Another code").await;
    page.fill("Other validation code", "0042").await;
    page.press("Continue").await;
    page.headed("Check your answers").await;
    page.showing("0042").await;
}

#[wasm_bindgen_test]
async fn what_was_typed_is_there_again_after_a_reload_and_no_token_beside_it() {
    let sandbox = Sandbox::fresh().await;
    let page = open(&sandbox, 1).await;
    page.choose(EDUCATION).await;
    page.pick("Education segment", "K-12").await;
    page.fill("Website (optional)", "two words \"<b>\" \\ 😀")
        .await;
    until("the draft to be kept", || {
        kept().contains("two words").then_some(())
    })
    .await;
    assert!(
        !kept().contains("sbx-"),
        "a token is in session storage: {}",
        kept()
    );
    drop(page);

    let page = Stage::reopen(&sandbox, &form_of(1)).await;
    loaded(&page).await;
    until("the choice", || {
        page.control(EDUCATION)?
            .unchecked_into::<HtmlInputElement>()
            .checked()
            .then_some(())
    })
    .await;
    let segment: HtmlSelectElement = page.control("Education segment").unwrap().unchecked_into();
    let website: HtmlInputElement = page.control("Website (optional)").unwrap().unchecked_into();
    let picked = elements(&segment, "option:checked")
        .iter()
        .map(text_of)
        .collect::<Vec<_>>();
    assert_eq!(picked, ["K-12"]);
    assert_eq!(website.value(), "two words \"<b>\" \\ 😀");
    drop(page);

    let page = Stage::reopen(&sandbox, &form_of(3)).await;
    loaded(&page).await;
    assert!(
        page.all("input:checked").is_empty(),
        "another customer's form is empty"
    );
}

#[wasm_bindgen_test]
async fn a_link_to_request_again_has_its_qualification_chosen() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, &format!("{}?qualification=education", form_of(7))).await;
    loaded(&page).await;
    until("the choice", || {
        page.control(EDUCATION)?
            .unchecked_into::<HtmlInputElement>()
            .checked()
            .then_some(())
    })
    .await;
    assert!(page.control("Education segment").is_some());
}

#[wasm_bindgen_test]
async fn a_choice_that_has_become_impossible_is_reported_and_leads_no_further() {
    let sandbox = Sandbox::fresh().await;
    let page = open(&sandbox, 1).await;
    page.choose(SOE).await;
    until("the draft to be kept", || {
        kept().contains(&named(1)).then_some(())
    })
    .await;
    drop(page);
    sandbox
        .qualify(&named(1), json!([{ "qualification": "StateOwnedEntity" }]))
        .await;
    let page = Stage::reopen(&sandbox, &form_of(1)).await;
    until("the choice to be off", || {
        page.control(SOE)?
            .unchecked_into::<HtmlInputElement>()
            .disabled()
            .then_some(())
    })
    .await;
    page.press("Continue").await;
    page.showing("There is a problem").await;
    assert_eq!(
        summary(&page),
        [(t(Key::BlockAlreadySoe), "qualification".to_owned())]
    );
    assert_eq!(address(), form_of(1));
}
