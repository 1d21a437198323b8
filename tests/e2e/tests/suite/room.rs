//! Room and rest on every page: text that a person sets wider is whole and never to be scrolled sideways, at a desk, on a
//! phone and at 400 % zoom; everything to press is large enough; nothing moves for whoever asked for that.
//! Must not know how the pages are laid out.

use e2e::{Find, Role, Sight, World, customer_path, run_in_chromium};
use serde_json::json;

const NORTHFIELD: u16 = 1;
const LIGHTS: u16 = 5;
const MOOR: u16 = 7;

/// Where a page has no room for what is on it, and why that is known: the page, what is said of it, and the fault.
const KNOWN: [(&str, &str, &str); 0] = [];

/// What was looked at, and what was found.
#[derive(Default)]
struct Look {
    wrong: Vec<String>,
    known: Vec<usize>,
}

impl Look {
    /// Looks at the page as it stands.
    async fn at(&mut self, w: &World, page: &str) {
        for sight in Sight::ALL {
            w.is_seen(sight).await;
            let small = w.targets_too_small().await;
            w.sets_text_wide(true).await;
            let cut = w.text_without_room().await;
            w.sets_text_wide(false).await;
            for fault in small.into_iter().chain(cut) {
                self.note(page, &format!("{sight:?}"), &fault);
            }
        }
        for fault in w.motion().await {
            self.note(page, "Still", &fault);
        }
        w.is_seen(Sight::Desk).await;
    }

    fn note(&mut self, page: &str, sight: &str, fault: &str) {
        let known = KNOWN
            .iter()
            .position(|(known, words, _)| *known == page && fault.contains(words));
        match known {
            Some(known) => self.known.push(known),
            None => self.wrong.push(format!("{page}, {sight}: {fault}")),
        }
    }

    fn ends(self) {
        assert!(self.wrong.is_empty(), "{:#?}", self.wrong);
        let mended: Vec<_> = (0..KNOWN.len())
            .filter(|at| !self.known.contains(at))
            .map(|at| KNOWN[at])
            .collect();
        assert!(mended.is_empty(), "these are mended: {mended:?}");
    }
}

#[test]
fn every_page_has_room_for_wide_text_and_fingers_and_keeps_still() {
    run_in_chromium(async |w| {
        let mut look = Look::default();
        w.open("/").await;
        w.button("Sign in").appears().await;
        look.at(w, "sign-in").await;
        w.open("/diagnostics").await;
        w.article("Your sign-in").says("Nobody is signed in").await;
        look.at(w, "diagnostics").await;

        w.open("/").await;
        w.sign_in_as("Admin agent").await;
        w.region("What you can look up").appears().await;
        look.at(w, "lookup").await;
        w.look_up("North").await;
        w.link("Northfield Primary School").appears().await;
        look.at(w, "results").await;
        w.look_up("Nowhere at all").await;
        w.region("No customer found").appears().await;
        look.at(w, "nothing found").await;

        w.open_customer(LIGHTS).await;
        w.region("Account verification").says("No review").await;
        look.at(w, "in review").await;
        w.button("Follow").click().await;
        w.button("Following").appears().await;
        // While it is being read again, something turns.
        let slow = json!({ "path": "*/qualifications", "times": null, "kind": "stalled" });
        w.partner_center.fails(slow);
        w.button("Refresh").click().await;
        look.at(w, "being refreshed").await;
        let busy = "return document.querySelector('.button[aria-busy=true] .icon') !== null";
        assert_eq!(w.run_script(busy, vec![]).await, true, "still turning");
        w.partner_center.fails_no_more();
        w.open(&customer_path(MOOR)).await;
        w.card("Education")
            .named(Role::Disclosure, "What to do now")
            .click()
            .await;
        look.at(w, "denied").await;
        w.button("Follow").click().await;
        w.button("Following").appears().await;
        w.open_customer(12).await;
        w.button("Copy support pack").appears().await;
        look.at(w, "all requests used").await;
        w.open(&customer_path(76)).await;
        w.alert()
            .named(Role::Disclosure, "Details for support")
            .click()
            .await;
        look.at(w, "failed").await;

        w.open(&format!("{}/request", customer_path(NORTHFIELD)))
            .await;
        w.radio("Education").click().await;
        w.button("Continue").click().await;
        w.alert().heading("There is a problem").appears().await;
        look.at(w, "form with a mistake").await;
        w.radio("Government Community Cloud").click().await;
        w.combobox("Validation code").choose("Another code").await;
        w.button("Continue").click().await;
        w.alert().heading("There is a problem").appears().await;
        look.at(w, "form for government").await;
        w.radio("Education").click().await;
        w.combobox("Education segment").choose("Higher").await;
        w.textbox("Website (optional)")
            .fill("northfieldprimary.example")
            .await;
        w.button("Continue").click().await;
        w.shows_page("Check your answers").await;
        look.at(w, "check").await;
        w.button("Send request").click().await;
        w.card("Education").appears().await;
        look.at(w, "sent").await;

        w.open("/requests").await;
        w.all(Role::Table).says("Northmoor").await;
        look.at(w, "requests").await;
        w.starting(Role::Button, "Stop following Northmoor")
            .click()
            .await;
        w.button("Undo").appears().await;
        look.at(w, "stopped").await;
        w.button("Erase all of it").click().await;
        w.starting(Role::Dialog, "Erase").appears().await;
        look.at(w, "erase").await;
        w.press(e2e::Key::Escape).await;
        w.open("/requests/add").await;
        let names = "5eed0000-0000-4000-8000-000000000006 nobody.example whatever";
        w.textbox("Customer IDs or domains").fill(names).await;
        w.button("Look up").click().await;
        w.region("1 not found").appears().await;
        look.at(w, "follow many").await;
        w.button("Sign out").click().await;
        w.dialog("Sign out?").appears().await;
        look.at(w, "sign out").await;
        w.press(e2e::Key::Escape).await;
        w.open("/diagnostics").await;
        w.article("This computer’s clock").says("Works").await;
        look.at(w, "diagnostics, signed in").await;
        w.open("/nowhere").await;
        w.shows_page("Page not found").await;
        look.at(w, "not found").await;
        look.ends();
    });
}

/// What is done to a page with a button in it, what is looked for, and what is said.
const FAULTS: [(&str, &str); 9] = [
    (
        "* { animation: x 2ms infinite } @keyframes x { to { opacity: 0 } }",
        "is animated by x for",
    ),
    (
        "button { transition: opacity 5ms }",
        "changes within 0.005s",
    ),
    (
        ".page::after { content: ''; animation: x 1s } @keyframes x { to { opacity: 0 } }",
        "::after is animated",
    ),
    (".page { width: 2000px }", "pixels wider than the window"),
    (
        "main p { overflow: hidden; height: 1em; line-height: 2 }",
        "is cut off by",
    ),
    (
        "main p { overflow: clip; width: 4ch; white-space: nowrap }",
        "pixels at its side",
    ),
    (
        "main p { width: 4ch; white-space: nowrap }",
        "has words that stick out",
    ),
    (
        ".page { overflow: auto; width: 10px }",
        "has to be scrolled sideways",
    ),
    (
        "button, a { all: unset !important; display: inline-block !important; width: 10px !important; height: 10px !important; \
         overflow: hidden !important; position: absolute !important; top: 5px; left: 5px }",
        "is too close",
    ),
];

#[test]
fn what_has_no_room_and_what_moves_is_found() {
    const LAYS_OVER: &str = "const sheet = new CSSStyleSheet(); sheet.replaceSync(arguments[0]); \
                             document.adoptedStyleSheets = [sheet]";
    run_in_chromium(async |w| {
        w.open("/").await;
        w.button("Sign in").appears().await;
        for (style, said) in FAULTS {
            w.run_script(LAYS_OVER, vec![style.into()]).await;
            let mut found = w.motion().await;
            found.extend(w.text_without_room().await);
            found.extend(w.targets_too_small().await);
            assert!(
                found.iter().any(|fault| fault.contains(said)),
                "{style}: {found:#?}"
            );
        }
    });
}
