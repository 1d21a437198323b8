//! What a computer remembers of requests beyond the tab: found again, kept apart by tenant, and never in the way.
//! Must not know how a request is filled in or shown.

use super::sandbox::{Sandbox, named};
use super::stage::{Stage, TENANT, until};
use js_sys::{Object, Reflect};
use leptos::prelude::window;
use serde_json::{Value, json};
use vetted::database::{Database, Place};
use vetted::i18n::{Key, t};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const KIND: &str = "education";

fn place(tenant: &str, customer: u16) -> Place {
    Place {
        tenant: tenant.to_owned(),
        customer: named(customer),
        subject: KIND.to_owned(),
    }
}

/// A request as a tab writes it down.
fn intent(tenant: &str, customer: u16, known: &str) -> Value {
    json!({
        "number": 1,
        "tenant": tenant,
        "customer": named(customer),
        "kind": "Education",
        "answers": { "kind": "education", "segment": "k12" },
        "request_id": "aaaaaaaa-0000-4000-8000-000000000001",
        "correlation_id": "cccccccc-0000-4000-8000-000000000002",
        "started": 1_770_000_000_000.0,
        "before": [],
        "known": known,
        "trouble": null,
        "seen": false
    })
}

async fn write_down(tenant: &str, customer: u16, record: &str) {
    Database::default()
        .put(&place(tenant, customer), record)
        .await;
}

/// Opens the pages in a tab of a computer that remembers nothing but this.
async fn open_with(
    sandbox: &Sandbox,
    path: &str,
    tenant: &str,
    customer: u16,
    record: &str,
) -> Stage {
    drop(Stage::open(sandbox, "/").await);
    write_down(tenant, customer, record).await;
    Stage::reopen(sandbox, path).await
}

#[wasm_bindgen_test]
async fn a_request_that_a_closed_tab_left_is_taken_up_and_found_out() {
    let sandbox = Sandbox::fresh().await;
    let record = intent(TENANT, 1, "OnItsWay").to_string();
    let page = open_with(&sandbox, "/", TENANT, 1, &record).await;
    page.showing(&t(Key::OpenRequests)).await;
    page.showing(&t(Key::OpenLooking)).await;
    page.showing("Northfield Primary School").await;
    // Meanwhile it turns out to have arrived.
    let in_review = json!([{ "qualification": "Education", "vettingStatus": "InReview" }]);
    sandbox.qualify(&named(1), in_review).await;
    let sent = format!("Education: {}", t(Key::OpenSent));
    page.showing(&sent).await;
    assert_eq!(sandbox.calls("POST", "/qualifications").await.len(), 0);

    // Once seen, it is no news any more.
    let link = until("the customer's name", || {
        page.link("Northfield Primary School")
    })
    .await;
    link.click();
    page.headed("Request sent").await;
    drop(page);
    let page = Stage::reopen(&sandbox, "/").await;
    page.headed(&t(Key::LookupTitle)).await;
    assert!(!page.shows(&t(Key::OpenRequests)), "{}", page.text());
}

#[wasm_bindgen_test]
async fn a_request_that_had_not_left_when_its_tab_was_closed_was_not_sent_and_its_answers_are_kept()
{
    let sandbox = Sandbox::fresh().await;
    let record = intent(TENANT, 1, "Waiting").to_string();
    let page = open_with(&sandbox, "/", TENANT, 1, &record).await;
    page.showing(&t(Key::OpenNotSent)).await;
    let link = until("the customer's name", || {
        page.link("Northfield Primary School")
    })
    .await;
    link.click();
    page.headed("Not sent").await;
    page.showing(&t(Key::NotSentInterrupted)).await;
    let back = until("the way back", || page.link("Back to your answers")).await;
    back.click();
    page.headed("Check your answers").await;
    page.showing("K-12").await;
    assert_eq!(sandbox.calls("POST", "/qualifications").await.len(), 0);
    page.press("Send request").await;
    page.headed("Request sent").await;
    assert_eq!(sandbox.calls("POST", "/qualifications").await.len(), 1);
}

#[wasm_bindgen_test]
async fn while_one_request_is_open_no_other_leaves_for_that_customer() {
    let sandbox = Sandbox::fresh().await;
    let path = format!("/customers/{}/request", named(1));
    let page = Stage::open(&sandbox, &path).await;
    page.choose("State-owned entity").await;
    page.press("Continue").await;
    page.headed("Check your answers").await;
    let send = until("the button", || page.button("Send request")).await;
    // Another tab has sent something meanwhile, and this one has not heard of it.
    let open = intent(TENANT, 1, "Nothing").to_string();
    write_down(TENANT, 1, &open).await;
    send.click();
    page.headed("We do not know yet").await;
    assert_eq!(sandbox.calls("POST", "/qualifications").await.len(), 0);
}

#[wasm_bindgen_test]
async fn another_tenant_s_request_is_not_shown_and_not_looked_up() {
    let sandbox = Sandbox::fresh().await;
    let record = intent("another.example", 1, "OnItsWay").to_string();
    let customer = format!("/customers/{}", named(1));
    let page = open_with(&sandbox, &customer, "another.example", 1, &record).await;
    page.headed("Northfield Primary School").await;
    page.showing(&t(Key::RequestTitle)).await;
    assert!(!page.shows(&t(Key::CustomerUnresolved)), "{}", page.text());
    let kept = Database::default().all("another.example").await;
    assert_eq!(kept, Ok(vec![record]), "and it is still there");
}

#[wasm_bindgen_test]
async fn a_record_that_cannot_be_read_is_left_alone_and_nothing_stops_because_of_it() {
    let sandbox = Sandbox::fresh().await;
    let path = format!("/customers/{}/request", named(2));
    for broken in ["", "{", "[]", r#"{"known":"SomethingNewer"}"#, "\u{0}"] {
        let page = open_with(&sandbox, &path, TENANT, 1, broken).await;
        page.headed("Request a qualification").await;
        page.choose("State-owned entity").await;
        page.press("Continue").await;
        page.headed("Check your answers").await;
        let kept = Database::default().all(TENANT).await;
        assert_eq!(kept, Ok(vec![broken.to_owned()]), "it stays as it was");
    }
}

#[wasm_bindgen_test]
async fn a_browser_that_keeps_nothing_says_so_and_the_request_is_sent_all_the_same() {
    let sandbox = Sandbox::fresh().await;
    let refusing = Refusing::start();
    let page = Stage::reopen(&sandbox, &format!("/customers/{}/request", named(1))).await;
    page.choose("State-owned entity").await;
    page.press("Continue").await;
    page.headed("Check your answers").await;
    page.showing(&t(Key::NotRemembered)).await;
    page.press("Send request").await;
    page.headed("Request sent").await;
    assert_eq!(sandbox.calls("POST", "/qualifications").await.len(), 1);
    drop(page);
    drop(refusing);

    let page = Stage::open(&sandbox, &format!("/customers/{}/request", named(2))).await;
    page.choose("State-owned entity").await;
    page.press("Continue").await;
    until("the button", || page.button("Send request")).await;
    assert!(!page.shows(&t(Key::NotRemembered)));
}

/// A browser without a database, as in some private windows, until it is dropped.
struct Refusing {
    /// How the browser offers its own.
    offered: JsValue,
}

impl Refusing {
    fn start() -> Self {
        let name = JsValue::from("indexedDB");
        let offered = Object::get_own_property_descriptor(&window(), &name);
        let nothing = Object::new();
        for (name, value) in [("value", JsValue::NULL), ("configurable", JsValue::TRUE)] {
            Reflect::set(&nothing, &name.into(), &value).unwrap();
        }
        assert_eq!(
            Reflect::define_property(&window(), &name, &nothing),
            Ok(true)
        );
        Self { offered }
    }
}

impl Drop for Refusing {
    fn drop(&mut self) {
        let name = JsValue::from("indexedDB");
        // Where the browser offers it further up, that shows through again.
        let _ = match self.offered.dyn_ref::<Object>() {
            Some(offered) => Reflect::define_property(&window(), &name, offered),
            None => Reflect::delete_property(&window(), &name),
        };
    }
}
