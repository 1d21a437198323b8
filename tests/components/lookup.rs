//! The look-up: its four states, what a search turns into, and that only the newest search counts.
//! Must not know what is shown of a customer.

use super::sandbox::{Sandbox, named};
use super::stage::{Stage, address, description_of, elements, text_of, until, until_received};
use leptos::prelude::{document, window};
use serde_json::json;
use vetted::i18n::{Key, t};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlInputElement};

const FIELD: &str = "Customer ID, domain or company name";

async fn search(page: &Stage, text: &str) {
    page.fill(FIELD, text).await;
    page.press("Look up").await;
}

fn field(page: &Stage) -> HtmlInputElement {
    page.control(FIELD).unwrap().unchecked_into()
}

/// The names of the customers listed.
fn found(page: &Stage) -> Vec<String> {
    page.all(".results__list li a")
        .iter()
        .map(text_of)
        .collect()
}

#[wasm_bindgen_test]
async fn before_a_search_it_says_what_can_be_looked_up_and_asks_nobody() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, "/").await;
    page.headed("Customers").await;
    page.showing(&t(Key::LookupHowTitle)).await;
    assert_eq!(field(&page).type_(), "search");
    assert!(
        page.find("search").is_some(),
        "the form is a search landmark"
    );
    assert_eq!(found(&page), [""; 0]);
    assert_eq!(sandbox.calls("GET", "").await.len(), 0);
}

#[wasm_bindgen_test]
async fn when_nobody_is_found_it_says_so_and_what_to_try() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, "/").await;
    search(&page, "zzz nobody").await;
    page.showing("No customer found").await;
    assert!(page.shows("zzz nobody"), "{}", page.text());
    assert!(page.shows(&t(Key::LookupNoneId)));
    assert!(
        !page.shows(&t(Key::LookupHowTitle)),
        "the help for the beginning is gone"
    );
    assert_eq!(found(&page), [""; 0]);
    assert_eq!(page.announced(), "No customer found");
}

#[wasm_bindgen_test]
async fn customers_found_are_links_named_by_company_with_domain_and_id_beside() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, "/").await;
    search(&page, "north").await;
    page.showing("customers found").await;
    let names = found(&page);
    assert!(
        names.contains(&"Northfield Primary School".to_owned()),
        "{names:?}"
    );
    assert!(names.len() >= 5, "{names:?}");
    assert!(page.shows(&format!("{} customers found", names.len())));
    assert_eq!(page.announced(), format!("{} customers found", names.len()));
    assert_eq!(address(), "/?q=north");

    let link = page.link("Northfield Primary School").unwrap();
    assert_eq!(
        link.get_attribute("href"),
        Some(format!("/customers/{}", named(1)))
    );
    let line = text_of(link.closest("li").unwrap().unwrap());
    assert!(
        line.contains("northfieldprimary.onmicrosoft.com") && line.contains(&named(1)),
        "{line}"
    );
    assert!(
        page.button("Load more customers").is_none(),
        "there is nothing more to load"
    );
}

#[wasm_bindgen_test]
async fn a_long_list_says_that_there_is_more_and_goes_on_with_a_second_page() {
    let sandbox = Sandbox::fresh().await;
    for number in 0..130 {
        sandbox
            .add_customer(json!({ "name": format!("Quarry School {number:03}") }))
            .await;
    }
    let page = Stage::open(&sandbox, "/").await;
    search(&page, "quarry").await;
    page.showing("found so far").await;
    assert_eq!(found(&page).len(), 100);
    page.press("Load more customers").await;
    page.showing("Page 2 of 2").await;
    until("the rest of the list", || {
        (found(&page).len() == 30).then_some(())
    })
    .await;
    assert!(page.shows("130 customers found"), "{}", page.text());
    assert!(page.button("Load more customers").is_none());
    assert_eq!(address(), "/?q=quarry&page=2");

    page.link("Previous page").unwrap().click();
    page.showing("Page 1 of 2").await;
    until("the first page", || {
        (found(&page).len() == 100).then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn what_cannot_be_searched_for_is_said_at_the_field_and_not_sent() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, "/").await;
    let long = "long ".repeat(1000);
    for (typed, words) in [
        ("  ", t(Key::LookupEmpty)),
        (&long, "That is too long for a search.".to_owned()),
    ] {
        search(&page, typed).await;
        page.showing(&words).await;
        let field = field(&page);
        assert_eq!(field.value(), typed, "what was typed stays");
        assert_eq!(field.get_attribute("aria-invalid").as_deref(), Some("true"));
        assert!(description_of(&field).contains(&words));
        until("the title", || {
            document().title().starts_with("Error: ").then_some(())
        })
        .await;
    }
    assert_eq!(sandbox.calls("GET", "").await.len(), 0);
}

#[wasm_bindgen_test]
async fn a_search_arrives_as_typed_whatever_it_contains() {
    let sandbox = Sandbox::fresh().await;
    for typed in [
        "100% Plus+",
        "\"Quote\" \\ O'Brien",
        "%41",
        "🎓 Sunrise",
        "<b>Bold</b> & <script>",
        "مدرسة",
    ] {
        let page = Stage::open(&sandbox, "/").await;
        search(&page, typed).await;
        until(&format!("an answer for {typed:?}"), || {
            page.announced().contains("found").then_some(())
        })
        .await;
        assert_eq!(field(&page).value(), typed);
        let expected = if typed == "%41" { 0 } else { 1 };
        assert_eq!(found(&page).len(), expected, "{typed:?}: {}", page.text());
    }
}

#[wasm_bindgen_test]
async fn a_customer_id_in_any_form_leads_straight_to_the_customer() {
    let sandbox = Sandbox::fresh().await;
    let id = named(6);
    let braces = format!(" {{{}}} ", id.to_uppercase());
    let link = format!("https://partner.example/customers/{id}/account");
    for typed in [id.as_str(), &braces, &link, &id.replace('-', "")] {
        let page = Stage::open(&sandbox, "/").await;
        search(&page, typed).await;
        page.headed("Northbank University").await;
        assert_eq!(address(), format!("/customers/{id}"));
    }
}

#[wasm_bindgen_test]
async fn only_the_newest_of_two_searches_is_shown() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, "/").await;
    // Both questions of the first search are answered late.
    sandbox
        .fault(json!({ "method": "GET", "path": "/v1/customers", "times": 2, "delayMs": 600 }))
        .await;
    search(&page, "west").await;
    until_received(&sandbox, 2, "GET", "/v1/customers").await;
    search(&page, "north").await;
    page.showing("Northfield Primary School").await;
    let newest = found(&page);

    // A third, later and slower question: once it is answered, the first search's answers have been given as well.
    sandbox
        .fault(json!({ "method": "GET", "path": "/v1/customers/*/qualifications", "delayMs": 800 }))
        .await;
    let probe = Stage::client(&sandbox).await;
    probe
        .qualifications(named(6).parse().unwrap(), &Default::default())
        .await
        .unwrap();
    assert_eq!(found(&page), newest);
    assert!(!page.shows("Westbrook"), "{}", page.text());
    assert_eq!(field(&page).value(), "north");
    assert!(
        page.announced().contains(&newest.len().to_string()),
        "{}",
        page.announced()
    );
}

#[wasm_bindgen_test]
async fn a_search_that_fails_can_be_tried_again() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, "/").await;
    sandbox
        .fault(
            json!({ "method": "GET", "path": "/v1/customers", "times": 6, "kind": "server-error" }),
        )
        .await;
    search(&page, "north").await;
    let alert = page.alerted().await;
    assert!(alert.starts_with(&t(Key::FailureSearch)), "{alert}");
    assert_eq!(field(&page).value(), "north");
    // Both questions were asked, so that the next ones are answered.
    until_received(&sandbox, 2, "GET", "/v1/customers").await;
    page.press("Try again").await;
    page.showing("customers found").await;
    assert_eq!(
        elements(
            &page.find("search").unwrap().parent_element().unwrap(),
            "[role=alert]"
        )
        .len(),
        0
    );
}

#[wasm_bindgen_test]
async fn where_a_link_goes_that_had_the_focus_the_heading_has_it() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, "/").await;
    page.showing(&t(Key::TourTitle)).await;
    let search: HtmlElement = page.find(".tour li a").unwrap().unchecked_into();
    search.focus().unwrap();
    search.click();
    let found = until("a customer is found", || {
        page.link("Northfield Primary School")
    })
    .await;
    let focused = || document().active_element().map(|it| it.tag_name());
    let heading = || (focused().as_deref() == Some("H1")).then_some(());
    until("the heading has the focus", heading).await;
    found.focus().unwrap();
    window().history().unwrap().back().unwrap();
    page.showing(&t(Key::TourTitle)).await;
    until("the heading has the focus again", heading).await;
}

#[wasm_bindgen_test]
async fn the_sandbox_says_what_can_be_tried_until_it_is_hidden() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, "/").await;
    page.showing(&t(Key::TourTitle)).await;
    let steps = page.all(".tour li a");
    assert_eq!(steps.len(), 5);
    for step in steps {
        assert!(step.get_attribute("href").is_some(), "{}", text_of(&step));
    }
    page.press("Hide this").await;
    until("it is gone", || {
        (!page.shows(&t(Key::TourTitle))).then_some(())
    })
    .await;
    // Where the button was, nothing is: the heading has the focus, not the body.
    until("the heading has the focus", || {
        let focused = document().active_element()?;
        (focused.tag_name() == "H1").then_some(())
    })
    .await;
    drop(page);
    let page = Stage::reopen(&sandbox, "/").await;
    page.showing(&t(Key::LookupHowTitle)).await;
    assert!(!page.shows(&t(Key::TourTitle)));
}
