//! What is requested is followed to its end: after a week away the app tells what was decided, and what to do now.

use e2e::{
    Find, PartnerCenter, Role, World, customer_path, run, run_in_both, run_in_chromium, until,
};
use serde_json::json;

const NORTHFIELD: u16 = 1;
const NORTHGATE: u16 = 2;
const LIGHTS: u16 = 5;
const EDUCATION: &str = "Education";
const NEWS: &str = "Since you last looked";
const HOUR: u64 = 3_600;
const WEEK: u64 = 7 * 24 * HOUR;

async fn request(w: &World, number: u16, website: &str) {
    w.open(&format!("{}/request", customer_path(number))).await;
    send(w, website).await;
}

async fn send(w: &World, website: &str) {
    w.radio(EDUCATION).click().await;
    w.combobox("Education segment").choose("K-12").await;
    if !website.is_empty() {
        w.textbox("Website (optional)").fill(website).await;
    }
    w.button("Continue").click().await;
    w.shows_page("Check your answers").await;
    w.button("Send request").click().await;
    w.shows_page("Request sent").await;
}

/// Closes the tab, with which the sign-in goes; what the browser keeps stays.
async fn closes_the_tab(w: &World) {
    let old = w.this_tab().await;
    let new = w.new_tab().await;
    w.go_to_tab(&old).await;
    w.close_this_tab(&new).await;
}

/// The authority still knows who it is.
async fn opens_again(w: &World, path: &str) {
    w.open(path).await;
    w.button("Sign in").click().await;
    w.button("Sign out").appears().await;
}

#[test]
fn after_a_week_away_one_learns_what_was_denied_and_what_to_do_and_asks_again() {
    run_in_both(async |w| {
        w.open_as("Admin agent", "/").await;
        request(w, NORTHGATE, "").await;
        // Nobody has left before it was seen.
        w.card(EDUCATION).says("In review").await;
        closes_the_tab(w).await;
        w.partner_center.vetting_ends();
        w.partner_center.time_passes(WEEK);

        opens_again(w, "/").await;
        let link = w
            .all(Role::Navigation)
            .starting(Role::Link, "Requests 1 change");
        link.appears().await;
        w.is_titled("(1) Customers · Vetted").await;
        link.click().await;
        w.shows_page("Requests").await;
        let news = w.region(NEWS).says("Northgate College").await;
        assert!(news.text.contains("Denied (was: In review)"), "{news:?}");
        let row = w.all(Role::Table).says("Northgate College").await;
        assert!(row.text.contains("Not an Education Customer"), "{row:?}");

        w.button("Mark as seen").click().await;
        w.region(NEWS).is_gone().await;
        w.is_titled("Requests · Vetted").await;
        w.link("What to do now").click().await;
        w.shows_page("Northgate College").await;
        w.card(EDUCATION).says("Not an Education Customer").await;
        w.card(EDUCATION).link("Request again").click().await;
        w.shows_page("Request a qualification").await;
        send(w, "northgatecollege.edu").await;
        w.all(Role::Navigation)
            .starting(Role::Link, "Requests")
            .click()
            .await;
        w.partner_center.vetting_ends();
        w.partner_center.time_passes(HOUR);
        w.region(NEWS).says("Approved").await;
    });
}

#[test]
fn with_news_the_banner_is_one_row_on_the_narrowest_screen_in_every_language() {
    const ROWS: &str = "const parts = '.brand, .main-nav__count, .display__open, .person';
        const boxes = [...document.querySelectorAll(parts)].map((part) => part.getBoundingClientRect());
        const upper = Math.max(...boxes.map((box) => box.top));
        const lower = Math.min(...boxes.map((box) => box.bottom));
        return { parts: boxes.length, rows: upper < lower ? 1 : 2 };";
    run_in_chromium(async |w| {
        w.open_as("Admin agent", &customer_path(LIGHTS)).await;
        w.button("Follow").click().await;
        w.button("Following").appears().await;
        // Where the customer is not in sight: what is seen is no news.
        w.all(Role::Navigation).link("Customers").click().await;
        w.shows_page("Customers").await;
        w.partner_center.reports(
            LIGHTS,
            json!([{ "qualification": EDUCATION, "vettingStatus": "Approved" }]),
        );
        let jump = json!({ "advanceSeconds": 5 * HOUR, "keepSessions": true });
        w.partner_center.control("POST", "/sandbox/clock", jump);
        w.all(Role::Navigation)
            .starting(Role::Link, "Requests 1 change")
            .appears()
            .await;
        // 320 pixels for the page, and what the scroll bar of a window takes.
        w.is_wide(320 + 15).await;
        for code in ["en", "de", "hu", "pl", "sv", "tr"] {
            assert!(w.speaks(code).await);
            let seen = w.run_script(ROWS, vec![]).await;
            assert_eq!(seen, json!({ "parts": 4, "rows": 1 }), "in {code}");
        }
    });
}

#[test]
fn two_tabs_read_as_often_as_one() {
    run(async |w| {
        w.open_as("Admin agent", &customer_path(LIGHTS)).await;
        w.button("Follow").click().await;
        w.button("Following").appears().await;
        let path = format!(
            "/customers/{}/qualifications",
            PartnerCenter::customer(LIGHTS)
        );
        w.all(Role::Navigation).link("Requests").click().await;
        w.all(Role::Main).says("Next in").await;
        w.new_tab().await;
        opens_again(w, "/requests").await;
        w.all(Role::Main).says("Next in").await;
        w.partner_center.forget_calls();
        let jump = json!({ "advanceSeconds": 5 * HOUR, "keepSessions": true });
        w.partner_center.control("POST", "/sandbox/clock", jump);
        // The tabs learn of the time within five seconds, and read once.
        until("somebody has read", async || {
            match w.partner_center.calls_to("GET", &path).len() {
                0 => Err("nobody".to_owned()),
                _ => Ok(()),
            }
        })
        .await;
        w.all(Role::Main).says("just now").await;
        w.all(Role::Main).says("Next in").await;
        assert_eq!(w.partner_center.calls_to("GET", &path).len(), 1);
    });
}

#[test]
fn what_is_followed_stays_after_a_sign_out_unless_it_is_erased() {
    run(async |w| {
        w.open_as("Admin agent", &customer_path(LIGHTS)).await;
        w.button("Follow").click().await;
        w.button("Following").appears().await;
        for erase in [false, true] {
            w.sign_out_and(erase).await;
            assert!(
                !w.all(Role::Main)
                    .appears()
                    .await
                    .text
                    .contains("Northern Lights")
            );
            w.open_as("Admin agent", "/requests").await;
            match erase {
                false => w.all(Role::Table).says("Northern Lights Academy").await,
                true => w.all(Role::Main).says("You follow no request yet").await,
            };
        }
    });
}

#[test]
fn what_partner_center_cannot_read_for_now_stays_and_says_so() {
    run(async |w| {
        w.partner_center.reports(
            NORTHFIELD,
            json!([{ "qualification": "Education", "vettingStatus": "InReview" }]),
        );
        w.open_as("Admin agent", &customer_path(NORTHFIELD)).await;
        w.button("Follow").click().await;
        w.button("Following").appears().await;
        w.all(Role::Navigation).link("Requests").click().await;
        w.all(Role::Table).says("Next in").await;
        w.partner_center.fails(
            json!({ "method": "GET", "path": "*/qualifications", "status": 500, "times": 20 }),
        );
        w.partner_center.time_passes(HOUR);
        let row = w.all(Role::Table).says("failed").await;
        assert!(row.text.contains("In review"), "{row:?}");
        w.partner_center.fails_no_more();
    });
}

#[test]
fn a_decision_is_told_on_the_desktop_of_whoever_has_asked_for_it() {
    run_in_chromium(async |w| {
        w.open_as("Admin agent", "/").await;
        // Whatever is not named is refused, also the clipboard, which is looked at after the test.
        let permissions = [
            "notifications",
            "clipboardReadWrite",
            "clipboardSanitizedWrite",
        ];
        let allowed = json!({ "permissions": permissions, "origin": w.site() });
        let browser = w.driver().cdp();
        browser
            .send_raw("Browser.grantPermissions", allowed)
            .await
            .unwrap();
        request(w, NORTHFIELD, "").await;
        w.all(Role::Navigation).link("Requests").click().await;
        let told = async |w: &World| w.run_script("return window.told", vec![]).await;
        // Each is shown by the browser as ever, and written down.
        let record = "const Real = window.Notification; window.told = [];
            window.Notification = class extends Real {
                constructor(title, options) { super(title, options); window.told.push([title, options.body]); }
            };";
        w.run_script(record, vec![]).await;
        w.named(
            Role::Checkbox,
            "Tell me on the desktop when something is decided, while Vetted is open",
        )
        .click()
        .await;
        w.partner_center.vetting_ends();
        w.partner_center.time_passes(5 * HOUR);
        w.region(NEWS).says("Approved").await;
        until("it is told", async || match told(w).await {
            told if told == json!([["Vetted", "1 change since you last looked"]]) => Ok(()),
            other => Err(other.to_string()),
        })
        .await;
    });
}

#[test]
fn where_the_disk_is_full_the_list_lasts_for_the_visit_and_says_so() {
    run_in_chromium(async |w| {
        w.open_as("Admin agent", &customer_path(LIGHTS)).await;
        let none = json!({ "origin": w.site(), "quotaSize": 1 });
        let browser = w.driver().cdp();
        browser
            .send_raw("Storage.overrideQuotaForOrigin", none)
            .await
            .unwrap();
        w.button("Follow").click().await;
        w.button("Following").appears().await;
        w.all(Role::Navigation).link("Requests").click().await;
        w.all(Role::Table).says("Northern Lights Academy").await;
        w.all(Role::Main)
            .says("This browser does not let the list be kept")
            .await;
    });
}
