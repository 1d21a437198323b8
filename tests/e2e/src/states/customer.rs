//! The states of a customer's page.

use serde_json::json;

use super::{AGENT, FutureExt, LocalBoxFuture, Proof, State, shows, state};
use crate::locator::{Find, Role};
use crate::verbs::customer_path;
use crate::world::World;

const EDUCATION: &str = "Education";

pub(super) const STATES: &[State] = &[
    state("customer-loading", |w| {
        async move {
            let slow = json!({ "path": "/v1/customers/*", "times": null, "kind": "stalled" });
            w.partner_center.fails(slow);
            w.open_as(AGENT, &customer_path(1)).await;
            shows(w.all(Role::Main), "Loading")
        }
        .boxed_local()
    }),
    state("customer-qualifications-loading", |w| {
        async move {
            let slow = json!({ "path": "*/qualifications", "times": null, "kind": "stalled" });
            w.partner_center.fails(slow);
            w.open_as(AGENT, &customer_path(1)).await;
            shows(w.all(Role::Main), "northfieldprimary.onmicrosoft.com")
        }
        .boxed_local()
    }),
    state("customer-none", |w| {
        async move {
            w.open_as(AGENT, &customer_path(1)).await;
            w.region("History").says("No request in the last").await;
            shows(w.region("Qualifications"), "No qualifications")
        }
        .boxed_local()
    }),
    state("customer-assigned", |w| {
        card(w, 4, "State-owned entity", "Assigned (no vetting)")
    }),
    state("customer-in-review", |w| card(w, 5, EDUCATION, "In review")),
    state("customer-in-review-since-days", |w| {
        card(w, 102, EDUCATION, "In review")
    }),
    state("customer-approved", |w| card(w, 6, EDUCATION, "Approved")),
    state("customer-approved-for-government", |w| {
        card(w, 21, "Government Community Cloud", "Approved")
    }),
    state("customer-denied", |w| card(w, 7, EDUCATION, "Denied")),
    state("customer-denied-guide-open", |w| {
        async move {
            let guide = format!("{}#what-to-do", customer_path(7));
            w.open_as(AGENT, &guide).await;
            let card = w.card(EDUCATION);
            shows(card, "Microsoft allows three requests for each customer.")
        }
        .boxed_local()
    }),
    state("customer-denied-after-review", |w| {
        card(w, 12, EDUCATION, "After Review")
    }),
    state("customer-denied-for-government", |w| {
        card(w, 25, "Government Community Cloud", "Denied")
    }),
    state("customer-denied-without-a-reason", |w| {
        card(w, 18, EDUCATION, "No reason was given.")
    }),
    state("customer-nonprofit", |w| {
        card(w, 24, "Nonprofit", "Managed outside Partner Center")
    }),
    state("customer-several", |w| {
        card(w, 27, "State-owned entity", "Assigned (no vetting)")
    }),
    state("customer-ambiguous-date", |w| {
        card(w, 34, EDUCATION, "ambiguous")
    }),
    state("customer-unknown-kind", |w| {
        card(w, 41, "HealthCare", "does not know this qualification")
    }),
    state("customer-unknown-status", |w| {
        card(w, 42, EDUCATION, "does not know this status")
    }),
    state("customer-status-not-reported", |w| {
        card(w, 43, EDUCATION, "Status not reported")
    }),
    state("customer-one-attempt-left", |w| {
        card(w, 104, EDUCATION, "requests used")
    }),
    state("customer-attempts-used-up", |w| {
        card(w, 12, EDUCATION, "All 3 requests")
    }),
    state("customer-history-long", |w| {
        async move {
            w.open_as(AGENT, &customer_path(12)).await;
            w.button("Follow").click().await;
            w.button("Following").appears().await;
            for status in ["InReview", "Approved", "InReview", "Approved"] {
                let now = json!([{ "qualification": "Education", "vettingStatus": status }]);
                w.partner_center.reports(12, now);
                w.button("Refresh").click().await;
                let word = if status == "Approved" {
                    "Approved"
                } else {
                    "In review"
                };
                w.card(EDUCATION).says(word).await;
            }
            let history = w.region("History");
            let earlier = history.all(Role::Disclosure);
            // All that was noted, and what Partner Center's log has.
            const TOLD: &str = "6 earlier entries";
            earlier.says(TOLD).await;
            earlier.click().await;
            shows(history, TOLD)
        }
        .boxed_local()
    }),
    state("customer-history-odd", |w| {
        async move {
            w.open_as(AGENT, &customer_path(108)).await;
            shows(w.region("History"), "left out")
        }
        .boxed_local()
    }),
    state("customer-history-failed", |w| {
        async move {
            let broken = json!({ "path": "/v1/auditrecords", "times": null, "kind": "forbidden" });
            w.partner_center.fails(broken);
            w.open_as(AGENT, &customer_path(7)).await;
            shows(w.region("History"), "could not be read")
        }
        .boxed_local()
    }),
    state("customer-account-in-review", |w| {
        account(w, 112, "Under review").boxed_local()
    }),
    state("customer-account-not-allowed", |w| {
        account(w, 113, "Not allowed").boxed_local()
    }),
    state("customer-account-unknown-word", |w| {
        account(w, 116, "Microsoft does not say what this means").boxed_local()
    }),
    state("customer-account-failed", |w| {
        async move {
            let broken =
                json!({ "path": "*/validationStatus", "times": null, "kind": "truncated" });
            w.partner_center.fails(broken);
            w.open_as(AGENT, &customer_path(6)).await;
            shows(w.region("Account verification"), "could not be read")
        }
        .boxed_local()
    }),
    state("customer-followed", |w| {
        async move {
            w.open_as(AGENT, &customer_path(5)).await;
            w.button("Follow").click().await;
            shows(w.button("Following"), "Following")
        }
        .boxed_local()
    }),
    state("customer-long-name", |w| {
        async move {
            w.open_as(AGENT, &customer_path(52)).await;
            shows(w.all(Role::Main), "Incorporated by Charter")
        }
        .boxed_local()
    }),
    state("customer-right-to-left-name", |w| {
        async move {
            w.open_as(AGENT, &customer_path(51)).await;
            shows(w.all(Role::Main), "مدرسة الواحة الثانوية")
        }
        .boxed_local()
    }),
    state("customer-without-details", |w| {
        async move {
            w.open_as(AGENT, &customer_path(56)).await;
            shows(w.region("Qualifications"), "No qualifications")
        }
        .boxed_local()
    }),
    state("customer-not-found", |w| {
        async move {
            let nobody = "/customers/11111111-2222-4333-8444-555555555555";
            w.open_as(AGENT, nobody).await;
            shows(w.alert(), "It is not among your customers.")
        }
        .boxed_local()
    }),
    state("customer-no-relationship", |w| {
        failed(w, 72, "no reseller relationship").boxed_local()
    }),
    state("customer-not-allowed", |w| {
        failed(w, 82, "Your role in Partner Center does not allow it.").boxed_local()
    }),
    state("customer-failed", |w| {
        failed(w, 76, "had a fault of its own").boxed_local()
    }),
    state("customer-failed-details-open", |w| {
        async move {
            w.open_as(AGENT, &customer_path(76)).await;
            let details = "Details for support";
            w.alert().named(Role::Disclosure, details).click().await;
            shows(w.alert(), "Correlation ID")
        }
        .boxed_local()
    }),
    state("customer-throttled", |w| {
        async move {
            let busy = json!({
                "path": "*/qualifications", "times": null, "status": 429, "headers": { "retry-after": "600" },
            });
            w.partner_center.fails(busy);
            w.open_as(AGENT, &customer_path(1)).await;
            shows(w.region("Qualifications").alert(), "too many calls")
        }
        .boxed_local()
    }),
    state("customer-stale", |w| {
        async move {
            w.open_as(AGENT, &customer_path(6)).await;
            w.card(EDUCATION).says("Approved").await;
            w.partner_center.time_passes(600);
            let broken =
                json!({ "path": "*/qualifications", "times": null, "kind": "server-error" });
            w.partner_center.fails(broken);
            w.button("Refresh").click().await;
            shows(w.region("Qualifications"), "Could not be refreshed.")
        }
        .boxed_local()
    }),
    state("customer-refreshed", |w| {
        async move {
            w.open_as(AGENT, &customer_path(6)).await;
            w.card(EDUCATION).says("Approved").await;
            w.button("Refresh").click().await;
            shows(w.status(), "Qualifications read again.")
        }
        .boxed_local()
    })
    .of_one_language(),
    state("customer-offline", |w| {
        async move {
            w.open_as(AGENT, "/?q=Northbank").await;
            let customer = w.link("Northbank University");
            customer.appears().await;
            w.go_offline(true).await;
            customer.click().await;
            shows(w.alert(), "You are offline.")
        }
        .boxed_local()
    })
    .of_one_language()
    .in_chromium(),
    state("customer-outcome-unknown", |w| {
        async move {
            super::request::sends(w, 90).await;
            w.link("Back to the customer").click().await;
            shows(w.all(Role::Main), "See what is known")
        }
        .boxed_local()
    }),
];

/// A customer's page with a card that says this, once everything around it has been read too.
fn card<'a>(
    w: &'a World,
    number: u16,
    name: &'static str,
    says: &'static str,
) -> LocalBoxFuture<'a, Proof> {
    async move {
        w.open_as(AGENT, &customer_path(number)).await;
        w.region("Qualifications").appears().await;
        w.region("History").does_not_say("is being read").await;
        shows(w.card(name), says)
    }
    .boxed_local()
}

async fn account(w: &World, number: u16, says: &'static str) -> Proof {
    w.open_as(AGENT, &customer_path(number)).await;
    shows(w.region("Account verification"), says)
}

async fn failed(w: &World, number: u16, says: &'static str) -> Proof {
    w.open_as(AGENT, &customer_path(number)).await;
    shows(w.alert(), says)
}
