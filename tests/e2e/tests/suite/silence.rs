//! A call that dies without a status is explained by what is really the matter. Must not know how that is found out.

use e2e::{Find, World, run};
use serde_json::json;

/// Looks customers up while no call to these addresses is ever answered; gives what the alert says.
async fn alert_of_a_search_without(w: &World, dead: &str) -> String {
    w.open_as("Admin agent", "/").await;
    w.partner_center
        .fails(json!({ "path": dead, "times": null, "kind": "drop-before" }));
    w.look_up("Northfield").await;
    let alert = w.alert().says("The customers could not be searched.").await;
    alert.text
}

#[test]
fn a_relay_that_takes_no_call_at_all_is_named() {
    run(async |w| {
        let alert = alert_of_a_search_without(w, "/v1/*").await;
        assert!(
            alert.contains("it does not pass calls on to Partner Center"),
            "{alert}"
        );
    });
}

#[test]
fn a_connection_that_breaks_is_not_blamed_on_the_relay() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        w.open_customer(80).await;
        let alert = w.alert().says("could not be read.").await;
        assert!(
            alert.text.contains("The connection broke on the way."),
            "{alert:?}"
        );
    });
}

#[test]
fn a_call_that_the_site_s_own_policy_forbids_is_blamed_on_the_policy() {
    run(async |w| {
        w.partner_center
            .configure(json!({ "overlay": { "partnerCenterUrl": "https://elsewhere.example" } }));
        w.open_as("Admin agent", "/").await;
        w.look_up("Northfield").await;
        let alert = w.alert().says("The customers could not be searched.").await;
        assert!(alert.text.contains("policy"), "{alert:?}");
        // That the policy holds is what this test is about; anything else would fail it as ever.
        let found = w.findings().await;
        assert!(
            !(found.blocked.is_empty() && found.reported.is_empty()) && found.faults.is_empty(),
            "{found:?}"
        );
    });
}
