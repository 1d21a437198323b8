//! The pages as assistive technology gets them, compared with what is kept in `tests/e2e/trees/`.
//! Must not know how the pages are made.

use e2e::{Find, PartnerCenter, Role, Trees, World, customer_path, run_in_chromium};

const NORTHFIELD: u16 = 1;
const LIGHTS: u16 = 5;
const BANK: u16 = 6;
const MOOR: u16 = 7;

/// Opens a customer and waits until all of its page is there.
async fn opens_customer(w: &World, number: u16) {
    w.open_customer(number).await;
    w.region("Account verification").says("No review").await;
    w.region("History").does_not_say("is being read").await;
}

#[test]
fn screen_readers_get_the_pages_as_they_are_kept() {
    run_in_chromium(async |w| {
        let mut trees = Trees::default();
        w.open("/").await;
        w.button("Sign in").appears().await;
        trees.compare("sign-in", &w.tree().await);
        w.sign_in_as("Admin agent").await;
        w.look_up("Northern").await;
        w.link("Northern Lights Academy").appears().await;
        trees.compare("lookup", &w.tree().await);

        opens_customer(w, LIGHTS).await;
        trees.compare("customer-in-review", &w.tree().await);
        opens_customer(w, BANK).await;
        trees.compare("customer-approved", &w.tree().await);
        opens_customer(w, MOOR).await;
        w.card("Education")
            .named(Role::Disclosure, "What to do now")
            .click()
            .await;
        w.card("Education").says("Who can, and where").await;
        trees.compare("customer-denied", &w.tree().await);

        w.open(&format!("{}/request", customer_path(NORTHFIELD)))
            .await;
        w.radio("Education").click().await;
        w.textbox("Website (optional)").fill("not a website").await;
        w.button("Continue").click().await;
        w.alert().heading("There is a problem").appears().await;
        w.region("Before you send").says("Nothing was found").await;
        trees.compare("request-with-errors", &w.tree().await);
        w.combobox("Education segment").choose("K-12").await;
        w.textbox("Website (optional)")
            .fill("northfieldprimary.example")
            .await;
        w.button("Continue").click().await;
        w.shows_page("Check your answers").await;
        w.region("Before you send").appears().await;
        trees.compare("request-check", &w.tree().await);
        w.button("Send request").click().await;
        w.card("Education").says("In review").await;
        trees.compare("request-sent", &w.tree().await);

        w.open("/requests/add").await;
        let names = [5, 6, 7].map(PartnerCenter::customer).join(" ");
        w.textbox("Customer IDs or domains")
            .fill(&format!("{names} nobody.example whatever"))
            .await;
        w.button("Look up").click().await;
        w.status().says("All looked up").await;
        w.button("Follow all 3").click().await;
        w.all(Role::Main)
            .says("3 customers are followed now.")
            .await;
        trees.compare("follow-many", &w.tree().await);
        w.link("See what you follow").click().await;
        w.all(Role::Table).says("Northfield").await;
        w.all(Role::Main).says("next in").await;
        trees.compare("requests", &w.tree().await);
        w.button("Erase all of it").click().await;
        w.starting(Role::Dialog, "Erase").appears().await;
        trees.compare("requests-erase", &w.tree().await);
        w.press(e2e::Key::Escape).await;

        w.open("/diagnostics").await;
        w.article("What Partner Center says to you")
            .says("Works")
            .await;
        w.article("This computer’s clock").says("Works").await;
        trees.compare("diagnostics", &w.tree().await);
        trees.are_as_kept();
    });
}

/// What is done to a customer's page that nobody sees, and the line of its tree that comes of it.
const CHANGES: [(&str, &str); 5] = [
    (
        "one('.button[aria-pressed]').ariaPressed = 'true'",
        "button \"Follow\" [pressed]",
    ),
    (
        "one('.button[aria-pressed]').ariaLabel = 'Watch'",
        "button \"Watch\" [not pressed]",
    ),
    (
        "one('.button[aria-pressed]').disabled = true",
        "button \"Follow\" [disabled, not pressed]",
    ),
    (
        "one('h1').ariaLevel = '2'",
        "heading \"Northern Lights Academy\" [level 2]",
    ),
    (
        "one('article').ariaLabelledByElements = []; one('article').ariaLabel = 'Card'",
        "article \"Card\"",
    ),
];

#[test]
fn what_only_screen_readers_would_notice_is_in_the_tree() {
    run_in_chromium(async |w| {
        w.open_as("Admin agent", "/").await;
        opens_customer(w, LIGHTS).await;
        for (change, line) in CHANGES {
            w.reload().await;
            w.region("Qualifications").appears().await;
            let has_it = async || {
                let tree = w.tree().await;
                tree.lines().any(|one| one.trim() == line)
            };
            assert!(!has_it().await, "{line} is there before");
            let script =
                format!("const one = (selector) => document.querySelector(selector); {change}");
            w.run_script(&script, vec![]).await;
            assert!(has_it().await, "{change}: {}", w.tree().await);
        }
    });
}
