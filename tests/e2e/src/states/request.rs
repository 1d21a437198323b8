//! The states of a request: the form, the check of the answers, and what became of it.

use serde_json::json;

use super::{AGENT, FutureExt, Proof, State, shows, state};
use crate::locator::{Find, Role};
use crate::verbs::customer_path;
use crate::world::World;

const EDUCATION: &str = "Education";
const GCC: &str = "Government Community Cloud";
const CODE: &str = "Validation code";

pub(super) const STATES: &[State] = &[
    state("request", |w| {
        async move {
            form(w, 1).await;
            shows(w.all(Role::Main), "Choose what to ask for.")
        }
        .boxed_local()
    }),
    state("request-loading", |w| {
        async move {
            let slow = json!({ "path": "/v1/customers/*", "times": null, "kind": "stalled" });
            w.partner_center.fails(slow);
            w.open_as(AGENT, &format!("{}/request", customer_path(1)))
                .await;
            shows(w.all(Role::Main), "Request a qualification")
        }
        .boxed_local()
    }),
    state("request-education", |w| {
        async move {
            form(w, 1).await;
            w.radio(EDUCATION).click().await;
            shows(w.region("Before you send"), "Nothing was found")
        }
        .boxed_local()
    }),
    state("request-codes", |w| {
        async move {
            form(w, 3).await;
            w.radio(GCC).click().await;
            let codes = w.combobox(CODE);
            codes.choose("Brightpath Reseller · 12345").await;
            shows(w.region("Before you send"), "Looked at")
        }
        .boxed_local()
    }),
    state("request-another-code", |w| {
        async move {
            form(w, 3).await;
            w.radio(GCC).click().await;
            w.combobox(CODE).choose("Another code").await;
            shows(w.all(Role::Main), "Leading zeros count.")
        }
        .boxed_local()
    }),
    state("request-codes-failed", |w| {
        async move {
            let broken = json!({ "path": "*/validations", "times": null, "kind": "truncated" });
            w.partner_center.fails(broken);
            form(w, 3).await;
            w.radio(GCC).click().await;
            shows(w.alert(), "The validation codes could not be read.")
        }
        .boxed_local()
    }),
    state("request-no-codes", |w| {
        async move {
            w.partner_center
                .control("PUT", "/sandbox/validation-codes", json!([]));
            form(w, 3).await;
            w.radio(GCC).click().await;
            shows(w.all(Role::Main), "lists no validation codes")
        }
        .boxed_local()
    }),
    state("request-state-owned", |w| {
        async move {
            form(w, 3).await;
            w.radio("State-owned entity").click().await;
            shows(w.all(Role::Main), "Nothing else is needed.")
        }
        .boxed_local()
    }),
    state("request-nothing-chosen", |w| {
        async move {
            form(w, 1).await;
            w.button("Continue").click().await;
            shows(w.alert(), "Choose a qualification.")
        }
        .boxed_local()
    }),
    state("request-mistakes", |w| {
        async move {
            form(w, 1).await;
            w.radio(EDUCATION).click().await;
            w.textbox("Website (optional)").fill("two words").await;
            w.button("Continue").click().await;
            shows(w.alert(), "A website has no spaces.")
        }
        .boxed_local()
    }),
    state("request-mistakes-in-the-code", |w| {
        async move {
            form(w, 3).await;
            w.radio(GCC).click().await;
            w.combobox(CODE).choose("Another code").await;
            w.textbox("Other validation code").fill("12 345").await;
            w.button("Continue").click().await;
            shows(w.alert(), "A validation code has no spaces.")
        }
        .boxed_local()
    }),
    state("request-nothing-possible", |w| {
        async move {
            form(w, 23).await;
            shows(w.all(Role::Main), "already recorded")
        }
        .boxed_local()
    }),
    state("request-doubtful", |w| {
        async move {
            form(w, 7).await;
            w.radio(GCC).click().await;
            shows(w.all(Role::Main), "Education was denied for this customer.")
        }
        .boxed_local()
    }),
    state("request-used-up", |w| {
        async move {
            form(w, 12).await;
            w.radio(EDUCATION).click().await;
            shows(w.region("Before you send"), "are used")
        }
        .boxed_local()
    }),
    state("request-partly-looked-at", |w| {
        async move {
            form(w, 56).await;
            w.radio(EDUCATION).click().await;
            shows(w.region("Before you send"), "Not looked at")
        }
        .boxed_local()
    }),
    state("check", |w| {
        async move {
            answers(w, 1).await;
            shows(w.region("Before you send"), "Looked at")
        }
        .boxed_local()
    }),
    state("check-findings", |w| {
        async move {
            form(w, 1).await;
            w.radio(EDUCATION).click().await;
            w.combobox("Education segment").choose("K-12").await;
            let website = w.textbox("Website (optional)");
            website.fill("northfieldprimary.onmicrosoft.com").await;
            w.button("Continue").click().await;
            w.title("Check your answers").appears().await;
            shows(w.region("Before you send"), "to look at first")
        }
        .boxed_local()
    }),
    state("check-for-government", |w| {
        async move {
            form(w, 3).await;
            w.radio(GCC).click().await;
            w.combobox(CODE)
                .choose("Brightpath Reseller Counties · 0042")
                .await;
            w.button("Continue").click().await;
            w.title("Check your answers").appears().await;
            shows(w.region("Before you send"), "Nothing was found")
        }
        .boxed_local()
    }),
    state("check-used-up", |w| {
        async move {
            answers(w, 12).await;
            w.button("Request anyway").appears().await;
            shows(w.region("Before you send"), "are used")
        }
        .boxed_local()
    }),
    state("dialog-request-anyway", |w| {
        async move {
            answers(w, 12).await;
            w.button("Request anyway").click().await;
            let dialog = w.dialog("Request Education once more?");
            shows(dialog, "it cannot be withdrawn")
        }
        .boxed_local()
    }),
    state("check-not-possible", |w| {
        async move {
            answers(w, 1).await;
            let other = json!([{ "qualification": "GovernmentCommunityCloud", "vettingStatus": "Approved" }]);
            w.partner_center.reports(1, other);
            w.reload().await;
            shows(w.alert(), "the two exclude each other")
        }
        .boxed_local()
    }),
    state("sent-preparing", |w| {
        async move {
            answers(w, 1).await;
            let slow = json!({ "method": "GET", "path": "*/qualifications", "times": null, "kind": "stalled" });
            w.partner_center.fails(slow);
            w.button("Send request").click().await;
            shows(w.all(Role::Main), "Keep this tab open")
        }
        .boxed_local()
    }),
    state("sent-sending", |w| {
        async move {
            let slow = json!({ "method": "POST", "path": "*/qualifications", "kind": "stalled" });
            w.partner_center.fails(slow);
            sends(w, 1).await;
            shows(w.all(Role::Main), "The request is on its way.")
        }
        .boxed_local()
    }),
    state("sent", |w| {
        async move {
            sends(w, 1).await;
            w.card(EDUCATION).says("In review").await;
            shows(
                w.region("What happens next"),
                "Microsoft reviews the customer.",
            )
        }
        .boxed_local()
    }),
    state("not-sent-refused", |w| {
        sent_is(w, 85, "The qualification could not be requested.").boxed_local()
    }),
    state("not-sent-details-open", |w| {
        async move {
            sends(w, 87).await;
            let details = "Details for support";
            w.alert().named(Role::Disclosure, details).click().await;
            shows(w.alert(), "Customer tagging denied.")
        }
        .boxed_local()
    }),
    state("not-sent-overtaken", |w| {
        async move {
            answers(w, 1).await;
            let other = json!([{ "qualification": "GovernmentCommunityCloud", "vettingStatus": "Approved" }]);
            w.partner_center.reports(1, other);
            w.button("Send request").click().await;
            shows(w.alert(), "Someone has changed this customer’s qualifications since")
        }
        .boxed_local()
    }),
    state("not-sent-unchecked", |w| {
        async move {
            answers(w, 1).await;
            let broken = json!({ "method": "GET", "path": "*/qualifications", "times": null, "kind": "forbidden" });
            w.partner_center.fails(broken);
            w.button("Send request").click().await;
            shows(w.all(Role::Main), "so nothing was sent")
        }
        .boxed_local()
    }),
    state("not-sent-role", |w| {
        async move {
            w.open_as("Helpdesk agent", &form_path(3)).await;
            w.radio("State-owned entity").click().await;
            w.button("Continue").click().await;
            w.button("Send request").click().await;
            shows(w.alert(), "Admin agent or Sales agent is needed")
        }
        .boxed_local()
    }),
    state("unknown", |w| {
        sent_is(w, 90, "It may have arrived.").boxed_local()
    }),
    state("unknown-not-looked-up", |w| {
        async move {
            answers(w, 91).await;
            let refused = json!({
                "method": "GET", "path": "*/qualifications", "skip": 1, "times": null, "kind": "unauthorized-empty",
            });
            w.partner_center.fails(refused);
            w.button("Send request").click().await;
            w.button("Look again").appears().await;
            shows(w.all(Role::Main), "nothing is sent again")
        }
        .boxed_local()
    }),
    state("unknown-no-trace", |w| {
        async move {
            sends(w, 90).await;
            w.title("We do not know yet").appears().await;
            w.steady_clock_races().await;
            w.button("Give up this request").appears().await;
            shows(w.all(Role::Main), "Partner Center shows no request")
        }
        .boxed_local()
    }),
];

fn form_path(number: u16) -> String {
    format!("{}/request", customer_path(number))
}

/// Opens the form of a customer, ready to be filled in.
async fn form(w: &World, number: u16) {
    w.open_as(AGENT, &form_path(number)).await;
    w.title("Request a qualification").appears().await;
    w.named(Role::Radiogroup, "Qualification").appears().await;
}

/// Fills it in for Education and goes on to the check, once everything has been looked at.
async fn answers(w: &World, number: u16) {
    form(w, number).await;
    w.radio(EDUCATION).click().await;
    w.combobox("Education segment").choose("K-12").await;
    w.textbox("Website (optional)")
        .fill("northfieldprimary.example")
        .await;
    w.button("Continue").click().await;
    w.title("Check your answers").appears().await;
    w.region("Before you send").says("Looked at").await;
}

/// And sends it.
pub(super) async fn sends(w: &World, number: u16) {
    answers(w, number).await;
    w.button("Send request").click().await;
    w.title("Check your answers").is_gone().await;
}

async fn sent_is(w: &World, number: u16, says: &'static str) -> Proof {
    sends(w, number).await;
    shows(w.all(Role::Main), says)
}
