//! Requesting a qualification: what the form accepts, what is sent, word for word, and that it is sent once.

use e2e::{Call, Find, PartnerCenter, Role, Setup, World, customer_path, run, run_with};

use sandbox::Contract;
use serde_json::json;

const NORTHFIELD: u16 = 1;
const NORTHGATE: u16 = 2;
const NORTHWICK: u16 = 3;

const EDUCATION: &str = "Education";
const GCC: &str = "Government Community Cloud";
const SOE: &str = "State-owned entity";
const SEGMENT: &str = "Education segment";
const WEBSITE: &str = "Website (optional)";
const CODE: &str = "Validation code";
const OTHER_CODE: &str = "Other validation code";
const FORM: &str = "Request a qualification";
const CHECK: &str = "Check your answers";

fn form_path(number: u16) -> String {
    format!("{}/request", customer_path(number))
}

fn check_path(number: u16) -> String {
    format!("{}/request/check", customer_path(number))
}

fn sent_path(number: u16) -> String {
    format!("{}/request/sent", customer_path(number))
}

/// Fills the form in for Education and goes on to the next step.
async fn ask_for_education(w: &World, segment: &str, website: &str) {
    w.radio(EDUCATION).click().await;
    w.combobox(SEGMENT).choose(segment).await;
    w.textbox(WEBSITE).fill(website).await;
    w.button("Continue").click().await;
    w.shows_page(CHECK).await;
}

/// Sends, and gives the one request that arrived.
async fn send(w: &World) -> Call {
    w.button("Send request").click().await;
    w.shows_page("Request sent").await;
    let mut posts = w.partner_center.posts();
    assert_eq!(posts.len(), 1, "{posts:?}");
    posts.remove(0)
}

fn is_guid(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

// What is sent

#[test]
fn education_is_sent_with_its_segment_and_website_and_nothing_else() {
    run(async |w| {
        w.open_as("Admin agent", &form_path(NORTHFIELD)).await;
        ask_for_education(w, "K-12", "  northfieldprimary.example/about ").await;
        let post = send(w).await;
        assert_eq!(
            post.path,
            format!("/v1{}/qualifications", customer_path(NORTHFIELD))
        );
        assert_eq!(post.query, "");
        assert_eq!(
            post.text(),
            r#"{"qualification":"Education","educationSegment":"K12","website":"northfieldprimary.example/about"}"#
        );
        assert_eq!(post.header("content-type"), "application/json");
        assert_eq!(post.header("accept"), "application/json");
        assert_eq!(post.header("ms-contract-version"), "v1");
        assert!(
            is_guid(post.header("ms-requestid")) && is_guid(post.header("ms-correlationid")),
            "{post:?}"
        );
        assert!(
            post.header("authorization").starts_with("Bearer admin#"),
            "{post:?}"
        );
        assert_eq!((post.status, post.took_effect), (Some(201), true));

        // The reference on the page is the one that was sent.
        let reference = w
            .region("Reference")
            .says(post.header("ms-requestid"))
            .await;
        assert!(
            reference.text.contains(post.header("ms-correlationid")),
            "{reference:?}"
        );
        w.region("What happens next")
            .says("Microsoft reviews the customer.")
            .await;
    });
}

#[test]
fn an_empty_website_is_not_sent_at_all() {
    run(async |w| {
        w.open_as("Admin agent", &form_path(NORTHFIELD)).await;
        ask_for_education(w, "Higher education", "").await;
        w.all(Role::Main).says("Not given").await;
        let post = send(w).await;
        assert_eq!(
            post.text(),
            r#"{"qualification":"Education","educationSegment":"HigherEducation"}"#
        );
    });
}

#[test]
fn a_government_request_sends_the_listed_code_in_the_body_and_in_the_query() {
    run(async |w| {
        w.open_as("Admin agent", &form_path(NORTHWICK)).await;
        w.radio(GCC).click().await;
        let codes = w.combobox(CODE);
        let listed = codes
            .starting(Role::Option, "Brightpath Reseller")
            .are(4)
            .await;
        let used_up: Vec<_> = listed.iter().filter(|code| code.disabled).collect();
        assert_eq!(used_up.len(), 1, "{listed:?}");
        assert!(used_up[0].text.contains("55555"), "{used_up:?}");
        assert!(
            listed
                .iter()
                .any(|code| code.text.ends_with("0042 · 1 use left")),
            "{listed:?}"
        );
        codes
            .choose("Brightpath Reseller · 12345 · 4 uses left")
            .await;
        w.button("Continue").click().await;
        w.shows_page(CHECK).await;
        w.all(Role::Main).says("12345").await;
        let post = send(w).await;
        assert_eq!(post.query, "code=12345");
        assert_eq!(
            post.text(),
            r#"{"qualification":"GovernmentCommunityCloud","validationCode":"12345"}"#
        );
        w.card(GCC).says("In review").await;
    });
}

#[test]
fn without_listed_codes_one_can_be_typed_and_a_failure_to_list_them_can_be_tried_again() {
    run(async |w| {
        w.partner_center.fails(
            json!({ "path": "/v1/customers/all/validations", "times": 3, "kind": "server-error" }),
        );
        w.open_as("Admin agent", &form_path(NORTHWICK)).await;
        w.radio(GCC).click().await;
        let alert = w
            .alert()
            .says("The validation codes could not be read.")
            .await;
        assert!(alert.text.contains("had a fault of its own"), "{alert:?}");
        w.combobox(CODE).choose("Another code").await;
        w.textbox(OTHER_CODE).appears().await;
        w.alert().button("Try again").click().await;
        w.alert().is_gone().await;
        w.combobox(CODE)
            .starting(Role::Option, "Brightpath Reseller")
            .are(4)
            .await;
        w.combobox(CODE)
            .when("keeps the choice", |code| {
                code.chosen.as_deref() == Some("Another code")
            })
            .await;

        w.partner_center
            .control("PUT", "/sandbox/validation-codes", json!([]));
        w.reload().await;
        w.radio(GCC)
            .when("is still chosen", |radio| radio.checked)
            .await;
        w.all(Role::Main)
            .says("Partner Center lists no validation codes for your organisation.")
            .await;
        w.textbox(OTHER_CODE).appears().await;
    });
}

#[test]
fn another_code_is_sent_with_its_leading_zeros() {
    run(async |w| {
        w.open_as("Admin agent", &form_path(NORTHWICK)).await;
        w.radio(GCC).click().await;
        w.combobox(CODE).choose("Another code").await;
        w.textbox(OTHER_CODE).type_in(" 0042 ").await;
        w.button("Continue").click().await;
        w.shows_page(CHECK).await;
        let post = send(w).await;
        assert_eq!(post.query, "code=0042");
        assert_eq!(
            post.text(),
            r#"{"qualification":"GovernmentCommunityCloud","validationCode":"0042"}"#
        );
    });
}

#[test]
fn a_state_owned_entity_needs_nothing_else_and_is_there_at_once() {
    run(async |w| {
        w.open_as("Admin agent", &form_path(NORTHWICK)).await;
        w.radio(SOE).click().await;
        w.all(Role::Main).says("Nothing else is needed.").await;
        w.button("Continue").click().await;
        w.shows_page(CHECK).await;
        let post = send(w).await;
        assert_eq!(
            (post.query.as_str(), post.text()),
            ("", r#"{"qualification":"StateOwnedEntity"}"#)
        );
        w.card(SOE).says("Assigned (no vetting)").await;
    });
}

#[test]
fn the_contract_of_march_2021_is_spoken_word_for_word() {
    let setup = Setup {
        contract: Contract::March2021,
        ..Setup::default()
    };
    run_with(setup, async |w| {
        w.open_as("Admin agent", &form_path(NORTHFIELD)).await;
        ask_for_education(w, "K-12", "northfieldprimary.example").await;
        let post = send(w).await;
        assert_eq!(
            (post.query.as_str(), post.text()),
            ("", r#"{"Qualification":"Education"}"#)
        );

        w.partner_center.forget_calls();
        w.open(&form_path(NORTHWICK)).await;
        w.radio(GCC).click().await;
        w.combobox(CODE).choose("Brightpath Reseller · 12345").await;
        w.button("Continue").click().await;
        w.shows_page(CHECK).await;
        let post = send(w).await;
        assert_eq!(
            (post.query.as_str(), post.text()),
            (
                "code=12345",
                r#"{"Qualification":"GovernmentCommunityCloud"}"#
            )
        );
    });
}

#[test]
fn the_contract_of_december_2020_is_spoken_word_for_word() {
    let setup = Setup {
        contract: Contract::December2020,
        ..Setup::default()
    };
    run_with(setup, async |w| {
        w.open_as("Admin agent", &form_path(NORTHFIELD)).await;
        ask_for_education(w, "K-12", "northfieldprimary.example").await;
        let post = send(w).await;
        assert_eq!((post.query.as_str(), post.text()), ("", "1"));

        w.partner_center.forget_calls();
        w.open(&form_path(NORTHWICK)).await;
        w.radio(GCC).click().await;
        w.combobox(CODE).choose("Brightpath Reseller · 12345").await;
        w.button("Continue").click().await;
        w.shows_page(CHECK).await;
        let post = send(w).await;
        assert_eq!((post.query.as_str(), post.text()), ("code=12345", "3"));
    });
}

// What the form accepts

#[test]
fn what_is_not_possible_now_is_disabled_and_says_why() {
    /// Customer, and for each qualification why it is disabled; an empty reason stands for possible.
    const RULES: &[(u16, [&str; 3])] = &[
        (1, ["", "", ""]),
        (4, ["", "", "already recorded as a state-owned entity"]),
        (
            5,
            [
                "Education is already in review",
                "Education is in review, and the two exclude",
                "",
            ],
        ),
        (
            6,
            [
                "already has Education",
                "has Education, and the two exclude",
                "",
            ],
        ),
        (7, ["", "", ""]),
        (
            21,
            [
                "has Government Community Cloud, and the two exclude",
                "already has Government Community Cloud",
                "",
            ],
        ),
        (
            23,
            [
                "already has Education",
                "has Education, and the two exclude",
                "already recorded",
            ],
        ),
        (
            26,
            [
                "has Government Community Cloud, and the two",
                "Government Community Cloud is already in review",
                "",
            ],
        ),
    ];
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        for (number, reasons) in RULES {
            w.open(&form_path(*number)).await;
            w.shows_page(FORM).await;
            for (kind, reason) in [EDUCATION, GCC, SOE].iter().zip(reasons) {
                let what = format!("for customer {number} says {reason:?}");
                w.named(Role::Radiogroup, "Qualification")
                    .radio(kind)
                    .when(&what, |radio| {
                        radio.disabled != reason.is_empty() && radio.description.contains(reason)
                    })
                    .await;
            }
        }
    });
}

#[test]
fn what_is_uncertain_is_possible_with_a_warning() {
    run(async |w| {
        w.open_as("Admin agent", &form_path(7)).await;
        w.radio(GCC).click().await;
        w.all(Role::Main)
            .says("Education was denied for this customer.")
            .await;
        w.open(&form_path(24)).await;
        w.radio(SOE).click().await;
        w.all(Role::Main).says("The customer is a nonprofit.").await;
    });
}

#[test]
fn mistakes_are_summed_up_said_at_their_fields_and_the_summary_leads_there() {
    run(async |w| {
        w.open_as("Admin agent", &form_path(NORTHFIELD)).await;
        w.shows_page(FORM).await;
        let summary = w.alert();

        w.button("Continue").click().await;
        summary.heading("There is a problem").appears().await;
        w.is_titled("Error: Request a qualification · Vetted").await;
        summary.has_focus().await;
        summary.link("Choose a qualification.").click().await;
        w.radio(EDUCATION).has_focus().await;

        w.radio(EDUCATION).click().await;
        w.textbox(WEBSITE).fill("two words.example").await;
        w.button("Continue").click().await;
        summary
            .link("Choose the education segment.")
            .appears()
            .await;
        summary
            .link("A website has no spaces. Remove them, or leave the field empty.")
            .appears()
            .await;
        let website = w
            .textbox(WEBSITE)
            .when("is wrong", |field| field.invalid)
            .await;
        assert!(
            website.description.contains("A website has no spaces."),
            "{website:?}"
        );
        assert_eq!(website.value.as_deref(), Some("two words.example"));
        let segment = w
            .combobox(SEGMENT)
            .when("is wrong", |field| field.invalid)
            .await;
        assert!(
            segment
                .description
                .contains("Choose the education segment."),
            "{segment:?}"
        );
        summary
            .link("A website has no spaces. Remove them, or leave the field empty.")
            .click()
            .await;
        w.textbox(WEBSITE).has_focus().await;
        summary.link("Choose the education segment.").click().await;
        w.combobox(SEGMENT).has_focus().await;

        w.textbox(WEBSITE).fill("office@northfield.example").await;
        w.button("Continue").click().await;
        summary
            .link("That is an e-mail address. Type the website, such as school.example.")
            .appears()
            .await;

        w.radio(GCC).click().await;
        w.button("Continue").click().await;
        summary.link("Choose a validation code.").click().await;
        w.combobox(CODE).has_focus().await;
        w.combobox(CODE).choose("Another code").await;
        w.button("Continue").click().await;
        summary.link("Type the validation code.").click().await;
        w.textbox(OTHER_CODE).has_focus().await;
        w.textbox(OTHER_CODE).fill("12 345").await;
        w.button("Continue").click().await;
        summary
            .link("A validation code has no spaces. Type one code.")
            .appears()
            .await;

        w.is_at(&form_path(NORTHFIELD)).await;
        w.textbox(OTHER_CODE).fill("12345").await;
        w.button("Continue").click().await;
        w.shows_page(CHECK).await;
        w.is_titled("Check your answers · Vetted").await;
        assert!(w.partner_center.posts().is_empty());
    });
}

#[test]
fn a_website_may_be_pasted_as_an_address() {
    run(async |w| {
        w.open_as("Admin agent", &form_path(NORTHFIELD)).await;
        ask_for_education(
            w,
            "K-12",
            "https://www.northfieldprimary.example/about?lang=en",
        )
        .await;
        let post = send(w).await;
        assert!(
            post.text()
                .contains(r#""website":"https://www.northfieldprimary.example/about?lang=en""#),
            "{post:?}"
        );
    });
}

#[test]
fn change_leads_to_the_field_with_what_was_answered() {
    run(async |w| {
        w.open_as("Admin agent", &form_path(NORTHFIELD)).await;
        ask_for_education(w, "K-12", "first.example").await;
        w.link("Change Website").click().await;
        w.shows_page(FORM).await;
        let website = w.textbox(WEBSITE).has_focus().await;
        assert_eq!(website.value.as_deref(), Some("first.example"));
        w.textbox(WEBSITE).fill("second.example").await;
        w.button("Continue").click().await;
        w.all(Role::Main).says("second.example").await;
        w.link("Change Education segment").click().await;
        let segment = w.combobox(SEGMENT).has_focus().await;
        assert_eq!(segment.chosen.as_deref(), Some("K-12"));
        w.combobox(SEGMENT).choose("Higher education").await;
        w.button("Continue").click().await;
        w.all(Role::Main).says("Higher education").await;
        w.link("Change Qualification").click().await;
        w.radio(EDUCATION).has_focus().await;
        w.back().await;
        w.shows_page(CHECK).await;
        let post = send(w).await;
        assert!(
            post.text().contains("second.example") && post.text().contains("HigherEducation"),
            "{post:?}"
        );
    });
}

#[test]
fn the_check_step_without_answers_leads_back_to_the_form() {
    run(async |w| {
        w.open_as("Admin agent", &check_path(NORTHFIELD)).await;
        w.shows_page(FORM).await;
        w.is_at(&form_path(NORTHFIELD)).await;
        w.open(&sent_path(NORTHFIELD)).await;
        w.shows_page("Northfield Primary School").await;
        assert!(w.partner_center.posts().is_empty());
    });
}

// Once, and only when asked

#[test]
fn reload_and_back_on_every_step_send_nothing_and_lose_nothing() {
    run(async |w| {
        w.open_as("Admin agent", &customer_path(NORTHFIELD)).await;
        w.link(FORM).click().await;
        w.radio(EDUCATION).click().await;
        w.combobox(SEGMENT).choose("Higher education").await;
        w.textbox(WEBSITE).fill("kept.example").await;

        let kept = async || {
            w.shows_page(FORM).await;
            w.radio(EDUCATION)
                .when("is chosen", |radio| radio.checked)
                .await;
            w.combobox(SEGMENT)
                .when("is kept", |segment| {
                    segment.chosen.as_deref() == Some("Higher education")
                })
                .await;
            w.textbox(WEBSITE).holds("kept.example").await;
        };
        w.reload().await;
        kept().await;
        w.back().await;
        w.shows_page("Northfield Primary School").await;
        w.forward().await;
        kept().await;

        w.button("Continue").click().await;
        w.shows_page(CHECK).await;
        w.reload().await;
        w.shows_page(CHECK).await;
        w.all(Role::Main).says("kept.example").await;
        w.back().await;
        kept().await;
        w.forward().await;
        w.shows_page(CHECK).await;
        assert!(w.partner_center.posts().is_empty(), "nothing was sent yet");

        send(w).await;
        w.card(EDUCATION).says("In review").await;
        w.reload().await;
        w.shows_page("Request sent").await;
        w.card(EDUCATION).says("In review").await;
        w.back().await;
        // Nothing is left to check.
        w.shows_page(FORM).await;
        w.forward().await;
        w.shows_page("Request sent").await;
        assert_eq!(w.partner_center.posts().len(), 1, "still the one");
    });
}

#[test]
fn a_double_click_sends_once_after_one_look_at_how_things_stand() {
    run(async |w| {
        w.open_as("Admin agent", &form_path(NORTHFIELD)).await;
        ask_for_education(w, "K-12", "").await;
        // Slow enough for a second thought.
        w.partner_center
            .fails(json!({ "path": "*/qualifications", "times": 2, "delayMs": 400 }));
        w.partner_center.forget_calls();
        w.button("Send request").double_click().await;
        w.shows_page("Request sent").await;
        w.card(EDUCATION).says("In review").await;
        let calls: Vec<_> = w
            .partner_center
            .calls()
            .into_iter()
            .filter(|call| call.path.ends_with("/qualifications"))
            .collect();
        let methods: Vec<_> = calls.iter().map(|call| call.method.as_str()).collect();
        assert_eq!(methods[..2], ["GET", "POST"], "{methods:?}");
        assert_eq!(
            methods.iter().filter(|method| **method == "POST").count(),
            1,
            "{methods:?}"
        );
        // One correlation for the look before, the request and its retries.
        assert_eq!(
            calls[0].header("ms-correlationid"),
            calls[1].header("ms-correlationid")
        );
    });
}

#[test]
fn pressing_again_and_again_while_it_is_being_sent_sends_once() {
    run(async |w| {
        w.open_as("Admin agent", &form_path(NORTHFIELD)).await;
        ask_for_education(w, "K-12", "").await;
        w.partner_center
            .fails(json!({ "method": "POST", "path": "*/qualifications", "delayMs": 1500 }));
        // The clicks of one script come faster than any hand's, and enter is held down on top.
        w.button("Send request").appears().await;
        let clicks = "const button = [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === 'Send request'); \
                      for (let n = 0; n < 3; n += 1) button.click(); button.focus();";
        w.run_script(clicks, vec![]).await;
        w.press(e2e::Key::Enter).await;
        w.press(e2e::Key::Enter).await;
        w.shows_page("Request sent").await;
        assert_eq!(w.partner_center.posts().len(), 1);
    });
}

#[test]
fn a_denied_request_says_why_and_a_second_one_with_a_better_website_is_approved() {
    run(async |w| {
        w.open_as("Admin agent", &form_path(NORTHGATE)).await;
        ask_for_education(w, "Higher education", "northgate.example").await;
        send(w).await;
        w.link("Back to the customer").click().await;
        w.card(EDUCATION).says("In review").await;
        w.partner_center.vetting_ends();
        let denied = w.card(EDUCATION).says("Denied").await;
        assert!(
            denied.text.contains("Not an Education Customer"),
            "{denied:?}"
        );

        w.partner_center.forget_calls();
        w.card(EDUCATION).link("Request again").click().await;
        w.shows_page(FORM).await;
        ask_for_education(w, "Higher education", "northgatecollege.edu").await;
        let post = send(w).await;
        assert!(post.text().contains("northgatecollege.edu"), "{post:?}");
        w.link("Back to the customer").click().await;
        w.card(EDUCATION).says("In review").await;
        w.partner_center.vetting_ends();
        w.button("Refresh").click().await;
        w.card(EDUCATION).says("Approved").await;
    });
}

#[test]
fn every_documented_form_of_success_is_a_success() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        for number in [61, 62] {
            w.partner_center.forget_calls();
            w.open(&form_path(number)).await;
            ask_for_education(w, "K-12", "").await;
            send(w).await;
            w.card(EDUCATION).says("In review").await;
        }
    });
}

// Not sent

#[test]
fn a_refused_request_says_so_in_the_services_words_and_keeps_the_answers() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        for (number, why, words, status) in [
            (
                85,
                "refused it as it is",
                "The request input is not valid.",
                "400",
            ),
            (86, "Something changed at the same moment.", "", "409"),
            (87, "refused it as it is", "Customer tagging denied.", "400"),
            (92, "Wait 5 seconds", "", "429"),
        ] {
            w.partner_center.forget_calls();
            w.open(&form_path(number)).await;
            ask_for_education(w, "K-12", "kept.example").await;
            w.button("Send request").click().await;
            w.shows_page("Not sent").await;
            let alert = w
                .alert()
                .says("The qualification could not be requested.")
                .await;
            assert!(
                alert
                    .text
                    .starts_with("The qualification could not be requested."),
                "{alert:?}"
            );
            assert!(
                alert.text.contains(why) && alert.text.contains(words),
                "{number}: {alert:?}"
            );
            let posts = w.partner_center.posts();
            // While the service is too busy, the request goes out again after each pause: three times in all.
            let times = if status == "429" { 3 } else { 1 };
            assert_eq!(posts.len(), times, "{number}");
            w.alert()
                .named(Role::Disclosure, "Details for support")
                .click()
                .await;
            let details = w.alert().says(&format!("HTTP status {status}")).await;
            assert!(
                details
                    .text
                    .contains(posts[times - 1].header("ms-requestid")),
                "{details:?}"
            );
            // It is still the answer after a reload, and nothing is sent by it.
            w.reload().await;
            w.shows_page("Not sent").await;
            assert_eq!(w.partner_center.posts().len(), times, "{number}");
            w.link("Back to your answers").click().await;
            w.shows_page(CHECK).await;
            w.all(Role::Main).says("kept.example").await;
        }
    });
}

#[test]
fn what_was_decided_meanwhile_is_noticed_before_anything_is_sent() {
    run(async |w| {
        w.open_as("Admin agent", &form_path(NORTHFIELD)).await;
        ask_for_education(w, "K-12", "").await;
        let gcc =
            json!([{ "qualification": "GovernmentCommunityCloud", "vettingStatus": "Approved" }]);
        w.partner_center.reports(NORTHFIELD, gcc);
        w.button("Send request").click().await;
        w.shows_page("Not sent").await;
        let alert = w
            .alert()
            .says("Someone has changed this customer’s qualifications since, so nothing was sent.")
            .await;
        assert!(
            alert.text.contains("the two exclude each other"),
            "{alert:?}"
        );
        assert!(w.partner_center.posts().is_empty());
        w.link("Back to the customer").click().await;
        w.card(GCC).says("Approved").await;
    });
}

#[test]
fn what_has_become_impossible_cannot_be_sent_from_the_check_step_either() {
    run(async |w| {
        w.open_as("Admin agent", &form_path(NORTHFIELD)).await;
        ask_for_education(w, "K-12", "").await;
        let gcc =
            json!([{ "qualification": "GovernmentCommunityCloud", "vettingStatus": "Approved" }]);
        w.partner_center.reports(NORTHFIELD, gcc);
        w.reload().await;
        w.alert().says("the two exclude each other").await;
        w.button("Send request").is_gone().await;
        assert!(w.partner_center.posts().is_empty());
    });
}

#[test]
fn when_nobody_can_say_how_things_stand_nothing_is_sent() {
    run(async |w| {
        w.open_as("Admin agent", &form_path(NORTHFIELD)).await;
        ask_for_education(w, "K-12", "kept.example").await;
        w.partner_center.fails(json!({ "method": "GET", "path": "*/qualifications", "times": null, "kind": "server-error" }));
        w.button("Send request").click().await;
        w.shows_page("Not sent").await;
        w.alert()
            .says("The qualifications could not be read.")
            .await;
        assert!(w.partner_center.posts().is_empty());
        w.partner_center.fails_no_more();
        w.link("Back to your answers").click().await;
        w.all(Role::Main).says("kept.example").await;
        send(w).await;
    });
}

// No answer

#[test]
fn a_request_whose_answer_is_lost_is_found_without_being_sent_again() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        for number in [91, 89] {
            w.partner_center.forget_calls();
            w.open(&form_path(number)).await;
            ask_for_education(w, "K-12", "").await;
            // The look before sending passes; the first one after it takes long enough to be watched.
            w.partner_center.fails(
                json!({ "method": "GET", "path": "*/qualifications", "skip": 1, "delayMs": 2000 }),
            );
            w.button("Send request").click().await;
            w.shows_page("We do not know yet").await;
            w.status().says("We do not know yet").await;
            let posts = w.partner_center.posts();
            w.region("Reference")
                .says(posts[0].header("ms-requestid"))
                .await;
            // Found by looking: nothing is pressed.
            w.shows_page("Request sent").await;
            w.card(EDUCATION).says("In review").await;
            assert_eq!(w.partner_center.posts().len(), 1);
        }
    });
}

#[test]
fn an_unknown_outcome_survives_a_reload_and_signing_out_names_it() {
    run(async |w| {
        w.open_as("Admin agent", &form_path(90)).await;
        ask_for_education(w, "K-12", "").await;
        w.button("Send request").click().await;
        w.shows_page("We do not know yet").await;
        w.reload().await;
        w.shows_page("We do not know yet").await;
        // A second request would be a blind one: form and check lead here while the first is open.
        w.open(&form_path(90)).await;
        w.is_at(&sent_path(90)).await;
        w.shows_page("We do not know yet").await;
        w.button("Sign out").click().await;
        w.dialog("Sign out?")
            .says(&PartnerCenter::customer(90))
            .await;
        assert_eq!(w.partner_center.posts().len(), 1);
    });
}
