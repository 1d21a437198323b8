//! What happened at a customer, how many requests are used, and what support is given once none is left.

use e2e::{Find, PartnerCenter, World, customer_path, run_in_chromium, until};
use serde_json::json;

const NORTHGATE: u16 = 2;
const EDUCATION: &str = "Education";
const SENT: &str = "Sent from here and in Partner Center’s audit log";
const DAY: u64 = 86_400;

/// Fills in the form for Education, with a website that the sandbox denies each time.
async fn answers(w: &World) {
    w.shows_page("Request a qualification").await;
    w.radio(EDUCATION).click().await;
    w.combobox("Education segment").choose("K-12").await;
    w.textbox("Website (optional)")
        .fill("not-an-academic-domain.example")
        .await;
    w.button("Continue").click().await;
    w.shows_page("Check your answers").await;
}

async fn sends(w: &World) {
    answers(w).await;
    w.button("Send request").click().await;
    w.shows_page("Request sent").await;
}

async fn a_day_passes(w: &World) {
    let jump = json!({ "advanceSeconds": DAY, "keepSessions": true });
    w.partner_center.control("POST", "/sandbox/clock", jump);
}

#[test]
fn whoever_is_denied_three_times_takes_every_id_to_support_and_may_ask_anyway() {
    run_in_chromium(async |w| {
        w.open_as("Admin agent", &customer_path(NORTHGATE)).await;
        w.region("History")
            .says("No request in the last 90 days")
            .await;
        w.button("Copy support pack").is_gone().await;
        w.link("Request a qualification").click().await;
        for used in ["At least 1 of 3", "At least 2 of 3", "All 3 requests"] {
            sends(w).await;
            w.link("Back to the customer").click().await;
            // It is written down by then that this came from here.
            w.region("History").says(SENT).await;
            a_day_passes(w).await;
            w.open_customer(NORTHGATE).await;
            w.card(EDUCATION).says("Not an Academic Domain").await;
            w.card(EDUCATION).says(used).await;
            if !used.starts_with("All") {
                w.card(EDUCATION).link("Request again").click().await;
            }
        }
        w.card(EDUCATION).link("Request again").is_gone().await;

        let history = w.region("History");
        let told = history.says("earlier entries").await;
        assert!(told.text.contains("In review → Denied"), "{told:?}");
        assert!(told.text.contains(SENT), "{told:?}");

        let allowed = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": w.site() });
        let granted = w
            .driver()
            .cdp()
            .send_raw("Browser.grantPermissions", allowed)
            .await;
        granted.unwrap();
        w.card(EDUCATION).button("Copy support pack").click().await;
        w.status().says("Copied").await;
        let read = "return navigator.clipboard.readText()";
        let pack = w.run_script(read, vec![]).await;
        let pack = pack.as_str().unwrap();
        let posts = w.partner_center.posts();
        assert_eq!(posts.len(), 3);
        for post in &posts {
            for id in ["ms-requestid", "ms-correlationid"] {
                assert!(pack.contains(post.header(id)), "{id} of {post:?} in {pack}");
            }
        }
        for words in [
            PartnerCenter::customer(NORTHGATE).as_str(),
            "Northgate College",
            "Not an Academic Domain",
            "In review",
        ] {
            assert!(pack.contains(words), "{words} in {pack}");
        }
        // Nobody's name, and no token; that one is nowhere else is looked at after every test.
        assert!(!pack.contains('@') && !pack.contains("sbx-"), "{pack}");

        w.card(EDUCATION).link("Request anyway").click().await;
        answers(w).await;
        w.button("Send request").is_gone().await;
        w.button("Copy support pack").appears().await;
        w.button("Request anyway").click().await;
        w.dialog("Request Education once more?")
            .button("Request anyway")
            .click()
            .await;
        until("it is sent", async || {
            match w.partner_center.posts().len() {
                4 => Ok(()),
                sent => Err(format!("{sent} were sent")),
            }
        })
        .await;
    });
}
