//! What a page tells whoever does not see it: where one has come to, and once each, what has happened.
//! Must not know how the app says it.

use std::panic::AssertUnwindSafe;

use e2e::{Find, Key, PartnerCenter, Role, World, customer_path, run, run_in_chromium};
use futures::FutureExt;
use serde_json::json;

const NORTHFIELD: u16 = 1;
const NORTHFIELD_NAME: &str = "Northfield Primary School";
const LIGHTS_NAME: &str = "Northern Lights Academy";
const MOOR: u16 = 7;
const MOOR_NAME: &str = "Northmoor High School";

/// Another page is there: it has its title, and is read from its heading.
async fn has_come_to(w: &World, path: &str, heading: &str) {
    w.is_at(path).await;
    w.title(heading).has_focus().await;
    w.is_titled(&format!("{heading} · Vetted")).await;
}

#[test]
fn every_page_that_one_comes_to_is_read_from_its_heading() {
    run(async |w| {
        let customer = customer_path(MOOR);
        w.open_as("Admin agent", "/nowhere").await;
        w.shows_page("Page not found").await;
        w.link("Look up a customer").click().await;
        has_come_to(w, "/", "Customers").await;
        w.look_up(&PartnerCenter::customer(MOOR)).await;
        has_come_to(w, &customer, MOOR_NAME).await;
        w.card("Education").link("Request again").click().await;
        has_come_to(w, &format!("{customer}/request"), "Request a qualification").await;
        w.combobox("Education segment").choose("K-12").await;
        w.button("Continue").click().await;
        has_come_to(
            w,
            &format!("{customer}/request/check"),
            "Check your answers",
        )
        .await;
        w.button("Send request").click().await;
        has_come_to(w, &format!("{customer}/request/sent"), "Request sent").await;
        w.all(Role::Navigation)
            .starting(Role::Link, "Requests")
            .click()
            .await;
        has_come_to(w, "/requests", "Requests").await;
        w.link("Follow customers").click().await;
        has_come_to(w, "/requests/add", "Follow customers").await;
        w.link("Diagnostics").click().await;
        has_come_to(w, "/diagnostics", "Diagnostics").await;
        // Back and Forward are as good as a link.
        w.back().await;
        has_come_to(w, "/requests/add", "Follow customers").await;
        w.back().await;
        has_come_to(w, "/requests", "Requests").await;
        w.forward().await;
        has_come_to(w, "/requests/add", "Follow customers").await;
    });
}

#[test]
fn what_to_do_about_a_denial_is_where_one_comes_to() {
    run(async |w| {
        w.open_as("Admin agent", &customer_path(MOOR)).await;
        w.button("Follow").click().await;
        w.button("Following").appears().await;
        w.all(Role::Navigation).link("Requests").click().await;
        w.link("What to do now").click().await;
        w.is_titled(&format!("{MOOR_NAME} · Vetted")).await;
        w.card("Education")
            .named(Role::Disclosure, "What to do now")
            .has_focus()
            .await;
    });
}

#[test]
fn what_happens_is_said_once_each_in_a_region_that_was_there_before() {
    run_in_chromium(async |w| {
        w.open_as("Admin agent", "/").await;
        w.shows_page("Customers").await;
        let ear = w.listens().await;
        w.look_up("Northfield").await;
        ear.hears("1 customer found").await;
        w.look_up("North").await;
        w.link(LIGHTS_NAME).appears().await;
        let found = w.status().appears().await.text;
        ear.hears(&found).await;
        assert!(found.ends_with("customers found"), "{found}");
        w.link(LIGHTS_NAME).click().await;
        ear.hears(&format!("{LIGHTS_NAME}. 1 qualification.")).await;
        // The account's status comes last.
        w.region("Account verification").says("No review").await;
        w.button("Refresh").click().await;
        ear.hears("Qualifications read again.").await;
        w.button("Copy customer ID").click().await;
        ear.hears("Copied").await;
        w.button("Copy customer ID").click().await;
        ear.hears("Copied").await;
        w.button("Follow").click().await;
        ear.hears(&format!("{LIGHTS_NAME} is followed. See Requests."))
            .await;
        w.button("Following").click().await;
        ear.hears(&format!(
            "{LIGHTS_NAME} is no longer followed. What is known of it is kept."
        ))
        .await;
        w.button("Follow").click().await;
        ear.hears(&format!("{LIGHTS_NAME} is followed. See Requests."))
            .await;

        w.all(Role::Navigation).link("Requests").click().await;
        w.all(Role::Table).says(LIGHTS_NAME).await;
        w.starting(Role::Link, "Denied").click().await;
        ear.hears("0 qualifications").await;
        w.starting(Role::Link, "All").click().await;
        ear.hears("1 qualification").await;
        w.combobox("Sort by").choose("Company").await;
        ear.hears("1 qualification").await;
        w.button(&format!("Stop following {LIGHTS_NAME}"))
            .click()
            .await;
        ear.hears(&format!(
            "{LIGHTS_NAME} is no longer followed. What is known of it is kept."
        ))
        .await;
        w.button("Undo").click().await;
        ear.hears(&format!("{LIGHTS_NAME} is followed again."))
            .await;
        w.all(Role::Table).says(LIGHTS_NAME).await;
        ear.has_heard_all().await;
    });
}

#[test]
fn what_becomes_of_a_request_is_said_once() {
    run_in_chromium(async |w| {
        w.open_as("Admin agent", &customer_path(NORTHFIELD)).await;
        w.region("Account verification").says("No review").await;
        let ear = w.listens().await;
        w.link("Request a qualification").click().await;
        w.radio("State-owned entity").click().await;
        w.button("Continue").click().await;
        w.shows_page("Check your answers").await;
        w.button("Send request").click().await;
        ear.hears_each(&["Sending…", "Request sent"]).await;
        w.card("State-owned entity").appears().await;
        ear.has_heard_all().await;
        w.link("Back to the customer").click().await;
        ear.hears(&format!("{NORTHFIELD_NAME}. 1 qualification."))
            .await;
        w.card("State-owned entity").appears().await;
        ear.has_heard_all().await;
    });
}

#[test]
fn what_comes_of_a_file_is_said_once() {
    run_in_chromium(async |w| {
        w.open_as("Admin agent", &customer_path(MOOR)).await;
        w.button("Follow").click().await;
        w.button("Following").appears().await;
        w.all(Role::Navigation).link("Requests").click().await;
        w.all(Role::Table).says(MOOR_NAME).await;
        let ear = w.listens().await;
        w.button("Export as CSV").click().await;
        ear.hears("1 customer was exported.").await;
        w.button("Export as JSON").click().await;
        ear.hears("1 customer was exported.").await;
        let file = w.saved("json").await;
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        w.chooses_file("keep-file", &file).await;
        ear.hears(&format!(
            "The file {name} was imported. 1 customer brought nothing new."
        ))
        .await;
        w.button("Erase all of it").click().await;
        w.dialog("Erase what is kept of 1 customer?")
            .button("Erase")
            .click()
            .await;
        ear.hears("Everything of this partner was erased from this computer.")
            .await;
        w.all(Role::Main).says("You follow no request yet").await;
        ear.has_heard_all().await;
    });
}

#[test]
fn a_pause_is_said_when_it_begins_and_when_it_is_over_and_not_in_between() {
    run_in_chromium(async |w| {
        w.open_as("Admin agent", "/").await;
        w.shows_page("Customers").await;
        w.partner_center.fails(json!({
            "path": "/v1/customers", "times": 1, "status": 429, "headers": { "retry-after": "3" }, "body": null,
        }));
        let ear = w.listens().await;
        w.look_up("Northfield").await;
        ear.hears_beginning("Partner Center asks for a pause. Everything waits for ")
            .await;
        w.link(NORTHFIELD_NAME).appears().await;
        ear.hears_each(&["The pause is over.", "1 customer found"])
            .await;
        ear.has_heard_all().await;
    });
}

/// What is done to a page, and what is said of it.
const FAULTS: [(&str, &str); 4] = [
    // The same again, which differs by what nobody hears.
    (
        "const status = document.querySelector('[role=status]'); status.textContent = 'Copied'; \
         setTimeout(() => { status.textContent = 'Copied\\u200b' })",
        "has said",
    ),
    // By two regions at once.
    (
        "document.querySelector('[role=status]').textContent = 'Copied'; \
         document.querySelector('.page').ariaLive = 'polite'; \
         document.querySelector('.page').append('Copied')",
        "has said",
    ),
    // By one that comes with its words.
    (
        "const status = document.createElement('p'); status.role = 'status'; status.textContent = 'Copied'; \
         document.body.append(status)",
        "came with its words",
    ),
    // Something else on top.
    (
        "const status = document.querySelector('[role=status]'); status.textContent = 'Copied'; \
         setTimeout(() => { status.textContent = 'Loading…' })",
        "has said",
    ),
];

#[test]
fn what_is_said_twice_or_too_late_to_be_heard_is_found() {
    run_in_chromium(async |w| {
        w.open_as("Admin agent", "/").await;
        for (plant, said) in FAULTS {
            w.reload().await;
            w.shows_page("Customers").await;
            let ear = w.listens().await;
            w.run_script(plant, vec![]).await;
            let hears = AssertUnwindSafe(async {
                ear.hears("Copied").await;
                // What a page does next comes after all it has put off.
                w.press(Key::Tab).await;
                w.press(Key::Tab).await;
                ear.has_heard_all().await;
            });
            let outcome = hears.catch_unwind().await;
            let words = outcome.expect_err(&format!("{plant}: not found"));
            let words = words.downcast_ref::<String>().cloned().unwrap_or_default();
            assert!(words.contains(said), "{said}: {words}");
        }
    });
}
