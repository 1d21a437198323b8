//! Why no answer came, found out over a real network. Must not know how a reason is worded.

use super::sandbox::{Sandbox, named};
use super::stage::Stage;
use vetted::partner_center::{Cancel, ErrorKind, Silence};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_lost_connection_is_known_by_the_service_answering_when_asked_again() {
    let sandbox = Sandbox::fresh().await;
    let client = Stage::client(&sandbox).await;
    let customer = named(80).parse().unwrap();
    let error = client.qualifications(customer, &Cancel::default()).await;
    let kind = error.unwrap_err().kind;
    assert_eq!(kind, ErrorKind::NoAnswer(Silence::ConnectionLost));

    let asked = sandbox.calls("GET", "/v1/customers").await;
    assert_eq!(asked.len(), 1, "once, after the call had died for good");
    assert!(asked[0]["headers"].get("authorization").is_none());
    assert_eq!(asked[0]["status"], 401);
}

#[wasm_bindgen_test]
async fn of_another_address_that_never_answers_nothing_can_be_told() {
    let sandbox = Sandbox::fresh().await;
    // Nothing listens there, and nothing may: the port is reserved for throwing things away.
    let client = Stage::client_of(&sandbox, "http://127.0.0.1:9").await;
    let codes = client.validation_codes(&Cancel::default()).await;
    let kind = codes.unwrap_err().kind;
    assert_eq!(kind, ErrorKind::NoAnswer(Silence::Unexplained));
}
