//! The states of the page `/diagnostics`.

use serde_json::{Value, json};

use super::{AGENT, FutureExt, State, shows, state};
use crate::locator::{Find, Role};
use crate::world::World;

pub(super) const STATES: &[State] = &[
    state("diagnostics-signed-out", |w| {
        async move {
            w.open("/diagnostics").await;
            is_complete(w).await;
            shows(w.all(Role::Main), "Sign in to check the rest.")
        }
        .boxed_local()
    }),
    state("diagnostics-signed-in", |w| {
        async move {
            w.open_as(AGENT, "/diagnostics").await;
            is_complete(w).await;
            let fine = "Everything that could be checked works.";
            shows(w.all(Role::Main), fine)
        }
        .boxed_local()
    }),
    state("diagnostics-checking", |w| {
        async move {
            let slow = json!({ "path": "/v1/*", "times": null, "kind": "stalled" });
            w.partner_center.fails(slow);
            w.open("/diagnostics").await;
            shows(w.all(Role::Main), "It is being checked.")
        }
        .boxed_local()
    })
    .brief(),
    state("diagnostics-with-faults", |w| {
        async move {
            let page = json!({ "path": "/diagnostics", "headers": {
                "content-security-policy": Value::Null, "x-content-type-options": Value::Null,
                "cache-control": "public, max-age=3600",
            } });
            let relay =
                json!({ "path": "/v1/*", "status": 200, "body": "<!doctype html>", "headers": {} });
            w.open("/diagnostics").await;
            is_complete(w).await;
            w.partner_center.sets_up_site(json!([page, relay]));
            w.button("Check again").click().await;
            w.article("The way to Partner Center")
                .says("There is no relay")
                .await;
            is_complete(w).await;
            shows(w.all(Role::Main), "checks need attention.")
        }
        .boxed_local()
    }),
    state("diagnostics-without-config", |w| {
        async move {
            w.partner_center.configure(json!({ "status": 404 }));
            w.open("/diagnostics").await;
            is_complete(w).await;
            shows(w.article("config.json"), "There is no config.json")
        }
        .boxed_local()
    }),
    state("diagnostics-not-accepted", |w| {
        async move {
            w.open_as("Agent without MFA", "/diagnostics").await;
            is_complete(w).await;
            let service = w.article("What Partner Center says to you");
            shows(service, "asks for multifactor authentication")
        }
        .boxed_local()
    }),
];

/// Every check has come to its end.
async fn is_complete(w: &World) {
    w.button("Check again").appears().await;
    w.all(Role::Main).does_not_say("Checking…").await;
}
