//! The customer's page: what each qualification Partner Center may report looks like, and what happens when it fails.

use e2e::{Find, PartnerCenter, Role, Sight, World, customer_path, run, run_in_chromium};
use serde_json::{Value, json};

/// One customer of the sandbox and what its cards say: name of the card, status, and what else stands on it.
struct Case {
    number: u16,
    cards: &'static [Card],
    /// Whether anything can still be requested.
    more: bool,
}

type Card = (&'static str, &'static str, &'static [&'static str]);

const fn case(number: u16, cards: &'static [Card]) -> Case {
    Case {
        number,
        cards,
        more: true,
    }
}

const IN_REVIEW: &str = "In review since";
const REVIEWING: &str = "Microsoft is reviewing.";
const AGAIN: &str = "Request again";

/// Opens a customer as a person would, without leaving the app: its ID goes into the lookup.
async fn visit(w: &World, number: u16) -> String {
    let name = w.partner_center.name(number);
    w.all(Role::Banner).link("Customers").click().await;
    w.shows_page("Customers").await;
    w.look_up(&PartnerCenter::customer(number)).await;
    w.shows_page(&name).await;
    name
}

async fn shows(w: &World, cases: &[Case]) {
    w.open_as("Admin agent", "/").await;
    for Case {
        number,
        cards,
        more,
    } in cases
    {
        let name = visit(w, *number).await;
        let region = w.region("Qualifications");
        if cards.is_empty() {
            region.says("No qualifications").await;
        }
        for (card, status, details) in *cards {
            let facts = region.article(card).says(status).await;
            for detail in *details {
                assert!(
                    facts.text.contains(detail),
                    "{name}, {card}: no {detail:?} in {facts:?}"
                );
            }
            if *status != "Approved" {
                assert!(
                    !facts.text.contains("Approved"),
                    "{name}, {card}: {facts:?}"
                );
            }
        }
        region.all(Role::Article).are(cards.len()).await;
        let offers = region.appears().await;
        let nothing = offers
            .text
            .contains("Nothing can be requested for this customer now.");
        assert_eq!(nothing, !more, "{name}: {offers:?}");
        // Where nothing is possible the form still says why.
        region.link("Request a qualification").appears().await;
        w.alert().is_gone().await;
    }
}

#[test]
fn every_standing_of_a_customer_is_shown_by_its_name_and_status() {
    const EDUCATION: &str = "Education";
    const GCC: &str = "Government Community Cloud";
    const SOE: &str = "State-owned entity";
    run(async |w| {
        shows(
            w,
            &[
                case(1, &[]),
                case(4, &[(SOE, "Assigned (no vetting)", &["has no review"])]),
                case(5, &[(EDUCATION, "In review", &[IN_REVIEW, REVIEWING])]),
                case(
                    6,
                    &[(
                        EDUCATION,
                        "Approved",
                        &["cannot take this qualification back"],
                    )],
                ),
                case(
                    21,
                    &[(GCC, "Approved", &["Only Government Community Cloud offers"])],
                ),
                Case {
                    more: false,
                    ..case(22, &[(GCC, "Approved", &[]), (SOE, "Assigned", &[])])
                },
                Case {
                    more: false,
                    ..case(23, &[(EDUCATION, "Approved", &[]), (SOE, "Assigned", &[])])
                },
                case(
                    24,
                    &[(
                        "Nonprofit",
                        "Approved",
                        &["Managed outside Partner Center’s API"],
                    )],
                ),
                case(
                    25,
                    &[(
                        GCC,
                        "Denied",
                        &[
                            "Vetted knows no guide for this qualification.",
                            "Partner Center, to ask Microsoft support",
                        ],
                    )],
                ),
                case(26, &[(GCC, "In review", &[IN_REVIEW, REVIEWING])]),
                Case {
                    more: false,
                    ..case(
                        27,
                        &[
                            (EDUCATION, "In review", &[REVIEWING]),
                            (SOE, "Assigned", &[]),
                        ],
                    )
                },
            ],
        )
        .await;
    });
}

#[test]
fn a_denial_is_shown_with_its_reason_in_the_services_words_and_what_to_do() {
    const EDUCATION: &str = "Education";
    run(async |w| {
        shows(
            w,
            &[
                case(
                    7,
                    &[(
                        EDUCATION,
                        "Denied",
                        &[
                            "Not an Education Customer",
                            "found no eligible institution",
                            "What to do now",
                            AGAIN,
                        ],
                    )],
                ),
                case(
                    11,
                    &[(
                        EDUCATION,
                        "Denied",
                        &["No longer an Education Customer", "and no longer is", AGAIN],
                    )],
                ),
                case(
                    12,
                    &[(
                        EDUCATION,
                        "Denied",
                        &[
                            "Not an Education Customer - After Review",
                            "Another request alone will not help",
                        ],
                    )],
                ),
                case(
                    13,
                    &[(
                        EDUCATION,
                        "Denied",
                        &["Restricted being an Education Customer", "barred"],
                    )],
                ),
                case(
                    14,
                    &[(
                        EDUCATION,
                        "Denied",
                        &["Not an Academic Domain", "official education website"],
                    )],
                ),
                case(
                    15,
                    &[(
                        EDUCATION,
                        "Denied",
                        &["Not an eligible Library", "criteria for libraries"],
                    )],
                ),
                case(
                    16,
                    &[(
                        EDUCATION,
                        "Denied",
                        &["Not an eligible Museum", "criteria for museums"],
                    )],
                ),
                case(
                    17,
                    &[(
                        EDUCATION,
                        "Denied",
                        &[
                            "The moon was in the wrong house",
                            "does not know this reason",
                        ],
                    )],
                ),
                case(
                    18,
                    &[(EDUCATION, "Denied", &["No reason was given.", AGAIN])],
                ),
            ],
        )
        .await;
        // The guide opens, and the way to a new request is on the card.
        let card = w.card("Education");
        card.named(Role::Disclosure, "What to do now").click().await;
        card.says("Microsoft allows three requests for each customer.")
            .await;
        card.link("Request again").click().await;
        w.shows_page("Request a qualification").await;
        w.radio("Education")
            .when("is chosen", |radio| radio.checked)
            .await;
    });
}

#[test]
fn odd_spellings_and_shapes_are_read_and_the_unknown_is_shown_as_it_came() {
    const EDUCATION: &str = "Education";
    run(async |w| {
        shows(
            w,
            &[
                case(31, &[(EDUCATION, "In review", &["2026"])]),
                case(
                    34,
                    &[(
                        EDUCATION,
                        "In review",
                        &["07/09/2020: 00:00:00", "ambiguous"],
                    )],
                ),
                case(36, &[(EDUCATION, "Approved", &[])]),
                case(
                    37,
                    &[(
                        EDUCATION,
                        "Denied",
                        &["Not an education customer", "no eligible institution"],
                    )],
                ),
                case(38, &[]),
                case(39, &[("Government Community Cloud", "Approved", &[])]),
                case(40, &[(EDUCATION, "Approved", &[])]),
                case(
                    41,
                    &[(
                        "HealthCare",
                        "Approved",
                        &["does not know this qualification"],
                    )],
                ),
                case(
                    42,
                    &[(
                        EDUCATION,
                        "PendingDocuments",
                        &["does not know this status"],
                    )],
                ),
                case(
                    43,
                    &[(
                        EDUCATION,
                        "Status not reported",
                        &["That is not an approval."],
                    )],
                ),
                case(45, &[(EDUCATION, "Approved", &[])]),
                case(47, &[]),
                case(48, &[]),
            ],
        )
        .await;
        // Twice the same qualification: both are shown, the newer one first.
        visit(w, 44).await;
        let cards = w.region("Qualifications").article("Education").are(2).await;
        assert!(
            cards[0].text.contains("In review") && cards[1].text.contains("Denied"),
            "{cards:?}"
        );
    });
}

#[test]
fn a_date_is_exact_in_the_markup_whichever_way_it_was_written() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        for (number, moment) in [
            (5, "2026-03-05T10:37:38.885Z"),
            (31, "2026-03-05T10:37:38.885Z"),
            (32, "2026-03-05T20:54:24.000Z"),
            (33, "2026-03-05T19:59:56.683Z"),
            (35, "2026-03-05T10:37:38.000Z"),
        ] {
            let name = visit(w, number).await;
            let time = w.card("Education").all(Role::Time).appears().await;
            assert_eq!(time.moment.as_deref(), Some(moment), "{name}");
            assert!(time.text.contains("2026"), "{name}: {time:?}");
        }
    });
}

#[test]
fn who_the_customer_is_stands_on_its_page_as_far_as_partner_center_tells() {
    run(async |w| {
        w.open_as("Admin agent", &customer_path(1)).await;
        w.is_titled("Northfield Primary School · Vetted").await;
        let page = w
            .all(Role::Main)
            .says("northfieldprimary.onmicrosoft.com")
            .await;
        assert!(page.text.contains(&PartnerCenter::customer(1)), "{page:?}");
        assert!(page.text.contains("Address"), "{page:?}");
        w.button("Copy customer ID").appears().await;

        visit(w, 56).await;
        w.region("Qualifications").says("No qualifications").await;
        let page = w.all(Role::Main).appears().await;
        assert!(!page.text.contains("Address"), "{page:?}");
    });
}

#[test]
fn each_failure_says_what_could_not_be_done_and_why() {
    const READING: &str = "The qualifications could not be read.";
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        for (number, why, status) in [
            // Only after two pauses have been waited out.
            (73, "Wait 5 seconds", "429"),
            (76, "had a fault of its own", "500"),
            (77, "had a fault of its own", "503"),
            (79, "not one that Vetted understands", "200"),
            (80, "No answer came.", ""),
            (82, "Your role in Partner Center does not allow it.", "403"),
            (46, "not one that Vetted understands", "200"),
        ] {
            let name = visit(w, number).await;
            let alert = w.region("Qualifications").alert().says(READING).await;
            assert!(alert.text.starts_with(READING), "{name}: {alert:?}");
            assert!(alert.text.contains(why), "{name}: no {why:?} in {alert:?}");
            let shown = w.region("Qualifications").all(Role::Article).now().await;
            assert!(shown.is_empty(), "{name}: nothing is concluded: {shown:?}");
            w.alert()
                .named(Role::Disclosure, "Details for support")
                .click()
                .await;
            let details = w.alert().says("Request ID").await;
            assert!(
                details.text.contains("Correlation ID"),
                "{name}: {details:?}"
            );
            match status {
                "" => assert!(!details.text.contains("HTTP status"), "{name}: {details:?}"),
                status => assert!(
                    details.text.contains(&format!("HTTP status {status}")),
                    "{name}: {details:?}"
                ),
            }
        }
    });
}

#[test]
fn a_customer_that_is_not_ours_is_not_found_and_nothing_is_offered() {
    const UNKNOWN: &str = "11111111-2222-4333-8444-555555555555";
    run(async |w| {
        w.open_as("Admin agent", &format!("/customers/{UNKNOWN}"))
            .await;
        let alert = w.alert().says("The customer could not be read.").await;
        assert!(
            alert.text.contains("It is not among your customers."),
            "{alert:?}"
        );
        w.title("Customer").appears().await;
        w.region("Qualifications").is_gone().await;
        w.link("Request a qualification").is_gone().await;

        visit_failing(w, 71, "60003").await;
    });
}

/// A customer that cannot be read at all; the details name the service's code.
async fn visit_failing(w: &World, number: u16, code: &str) {
    w.all(Role::Banner).link("Customers").click().await;
    w.look_up(&PartnerCenter::customer(number)).await;
    w.is_at(&customer_path(number)).await;
    w.title("Customer").appears().await;
    w.alert().all(Role::Disclosure).click().await;
    w.alert().says(&format!("Code {code}")).await;
}

#[test]
fn the_details_for_support_are_those_of_the_answer_and_can_be_copied() {
    run_in_chromium(async |w| {
        let allowed = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": w.site() });
        w.driver()
            .cdp()
            .send_raw("Browser.grantPermissions", allowed)
            .await
            .unwrap();
        w.open_as("Admin agent", &customer_path(76)).await;
        let alert = w.region("Qualifications").alert();
        alert
            .named(Role::Disclosure, "Details for support")
            .click()
            .await;
        let details = alert.says("Copy details").await;
        let calls = w.partner_center.calls_to("GET", "/qualifications");
        let call = calls.last().unwrap();
        let facts = [
            ("Message", "An unexpected error occurred."),
            ("Code", "800003"),
            ("HTTP status", "500"),
            ("Correlation ID", call.header("ms-correlationid")),
            ("Request ID", call.header("ms-requestid")),
        ];
        for (label, value) in facts {
            assert!(
                !value.is_empty() && details.text.contains(&format!("{label} {value}")),
                "{label}: {details:?}"
            );
        }
        alert.button("Copy details").click().await;
        w.status().says("Copied").await;
        let copied = w
            .run_script("return navigator.clipboard.readText()", vec![])
            .await;
        let expected: String = facts
            .iter()
            .map(|(label, value)| format!("{label}: {value}\n"))
            .collect();
        assert_eq!(copied, Value::from(expected));
    });
}

#[test]
fn refreshing_reads_again_and_says_so() {
    run(async |w| {
        w.open_as("Admin agent", &customer_path(1)).await;
        w.region("Qualifications").says("No qualifications").await;
        w.partner_center
            .reports(1, json!([{ "qualification": "StateOwnedEntity" }]));
        w.button("Refresh").click().await;
        w.card("State-owned entity")
            .says("Assigned (no vetting)")
            .await;
        w.status().says("Qualifications read again.").await;
        w.region("Qualifications").says("Read ").await;
    });
}

#[test]
fn a_failed_refresh_keeps_what_was_on_screen_and_says_how_old_it_is() {
    run(async |w| {
        w.open_as("Admin agent", &customer_path(6)).await;
        w.card("Education").says("Approved").await;
        // Ten minutes later, and out of order.
        w.partner_center.time_passes(600);
        w.partner_center
            .fails(json!({ "method": "GET", "path": "*/qualifications", "times": 3, "kind": "server-error" }));
        w.button("Refresh").click().await;
        let region = w.region("Qualifications");
        region
            .alert()
            .says("The qualifications could not be read.")
            .await;
        region
            .says("Could not be refreshed. What you see was read 10 minutes ago")
            .await;
        w.card("Education").says("Approved").await;

        w.button("Refresh").click().await;
        w.alert().is_gone().await;
        region.does_not_say("Could not be refreshed").await;
        w.card("Education").says("Approved").await;
    });
}

#[test]
fn nothing_moves_when_what_was_waited_for_comes() {
    const WATCH: &str = "
        window.moved = [];
        const note = ({ hadRecentInput, value, sources }) =>
          hadRecentInput || moved.push([value, ...sources.map(({ node }) => node?.textContent?.slice(0, 40))]);
        const watcher = new PerformanceObserver((list) => list.getEntries().forEach(note));
        watcher.observe({ type: 'layout-shift' });";
    run_in_chromium(async |w| {
        w.open_as("Admin agent", "/?q=Northfield").await;
        let customer = w.link("Northfield Primary School");
        customer.appears().await;
        // Browsers count nothing that moves within half a second of an input.
        w.partner_center
            .fails(json!({ "path": "/v1/*", "times": null, "delayMs": 700 }));
        w.is_seen(Sight::Desk).await;
        w.run_script(WATCH, vec![]).await;
        customer.click().await;
        w.has_read_everything("Northfield Primary School").await;
        let moved = w.run_script("return moved", vec![]).await;
        assert_eq!(moved, json!([]));
    });
}
