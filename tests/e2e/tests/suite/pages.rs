//! What every page has: one heading, the landmarks, a title, the focus in the right place, and room at every width.
//! The way through it without a mouse is in `keyboard.rs`, room for text that is set wider in `room.rs`.

use e2e::{Find, Key, PartnerCenter, Role, World, customer_path, run, run_in_chromium};
use serde_json::{Value, json};

const NORTHFIELD: u16 = 1;

/// The structure that assistive technology finds its way by.
async fn is_well_built(w: &World, heading: &str, title: &str) {
    w.shows_page(heading).await;
    w.is_titled(title).await;
    for role in [
        Role::Banner,
        Role::Navigation,
        Role::Main,
        Role::Contentinfo,
        Role::Status,
    ] {
        w.all(role).are(1).await;
    }
    let first_level = w
        .run_script("return document.querySelectorAll('h1').length", vec![])
        .await;
    assert_eq!(first_level, 1, "{heading}: headings of level one");
    let twice = "const ids = [...document.querySelectorAll('[id]')].map((one) => one.id); \
                 return ids.filter((id, at) => ids.indexOf(id) !== at)";
    assert_eq!(
        w.run_script(twice, vec![]).await,
        json!([]),
        "{heading}: an ID stands twice"
    );
    let lang = w
        .run_script("return document.documentElement.lang", vec![])
        .await;
    assert_eq!(lang, "en");
}

#[test]
fn every_page_has_one_heading_its_landmarks_and_its_title() {
    run(async |w| {
        w.open("/").await;
        is_well_built(
            w,
            "Know what a customer is qualified for",
            "Know what a customer is qualified for · Vetted",
        )
        .await;
        w.sign_in_as("Admin agent").await;
        is_well_built(w, "Customers", "Customers · Vetted").await;
        w.look_up("North").await;
        w.link("Northfield Primary School").appears().await;
        is_well_built(w, "Customers", "Customers · Vetted").await;
        w.look_up("Northfield").await;
        w.link("Northfield Primary School").click().await;
        is_well_built(
            w,
            "Northfield Primary School",
            "Northfield Primary School · Vetted",
        )
        .await;
        w.link("Request a qualification").click().await;
        is_well_built(
            w,
            "Request a qualification",
            "Request a qualification · Vetted",
        )
        .await;
        w.radio("State-owned entity").click().await;
        w.button("Continue").click().await;
        is_well_built(w, "Check your answers", "Check your answers · Vetted").await;
        w.button("Send request").click().await;
        is_well_built(w, "Request sent", "Request sent · Vetted").await;
        w.open("/nowhere").await;
        is_well_built(w, "Page not found", "Page not found · Vetted").await;
        w.open("/diagnostics").await;
        is_well_built(w, "Diagnostics", "Diagnostics · Vetted").await;
    });
}

#[test]
fn the_focus_moves_to_the_heading_of_each_new_page_and_stays_put_on_the_first() {
    run(async |w| {
        w.open_as("Admin agent", "/?q=Northfield").await;
        let first = w.shows_page("Customers").await;
        assert!(!first.focused, "a page just loaded is read from its top");
        w.link("Northfield Primary School").click().await;
        w.title("Northfield Primary School").has_focus().await;
        w.link("Request a qualification").click().await;
        w.title("Request a qualification").has_focus().await;
        w.radio("State-owned entity").click().await;
        w.button("Continue").click().await;
        w.title("Check your answers").has_focus().await;
        w.button("Send request").click().await;
        w.title("Request sent").has_focus().await;
        w.back().await;
        w.back().await;
        w.title("Request sent").is_gone().await;
    });
}

#[test]
fn the_status_region_is_there_before_it_says_anything() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        let status = w.status().appears().await;
        assert_eq!(status.text, "");
        const MARK: &str = "document.querySelector('[role=status]').dataset.mark = 'same'";
        w.run_script(MARK, vec![]).await;
        w.look_up("Northfield").await;
        w.status().says("1 customer found").await;
        let same = w
            .run_script(
                "return document.querySelector('[role=status]').dataset.mark === 'same'",
                vec![],
            )
            .await;
        assert_eq!(same, true, "it is the same region");
    });
}

#[test]
fn the_first_stop_of_the_keyboard_skips_to_the_content() {
    run(async |w| {
        w.open_as("Admin agent", &customer_path(NORTHFIELD)).await;
        w.shows_page("Northfield Primary School").await;
        w.run_script("document.activeElement.blur()", vec![]).await;
        w.press(Key::Tab).await;
        w.link("Skip to main content").has_focus().await;
        w.press(Key::Enter).await;
        w.all(Role::Main).has_focus().await;
        w.is_at(&customer_path(NORTHFIELD)).await;
    });
}

// Room

const WIDTHS: [u32; 3] = [320, 768, 1280];

async fn has_room(w: &World, what: &str) {
    for width in WIDTHS {
        w.is_wide(width).await;
        let overhang = w.overhang().await;
        assert!(
            overhang <= 0,
            "{what} is {overhang} pixels wider than {width}: {}",
            w.wide_things().await
        );
    }
}

#[test]
fn no_page_has_to_be_scrolled_sideways_at_any_width() {
    run_in_chromium(async |w| {
        w.open("/").await;
        w.shows_page("Know what a customer is qualified for").await;
        has_room(w, "the sign-in page").await;
        w.open("/diagnostics").await;
        w.article("Your sign-in").says("Nobody is signed in").await;
        has_room(w, "the diagnostics page").await;
        w.open("/").await;
        w.sign_in_as("Admin agent").await;
        has_room(w, "the empty lookup").await;
        w.look_up("North").await;
        w.link("Northfield Primary School").appears().await;
        has_room(w, "the results").await;
        w.look_up(&"wide".repeat(60)).await;
        w.region("No customer found").appears().await;
        has_room(w, "nothing found").await;
        w.look_up(&"wide".repeat(70)).await;
        w.alert().appears().await;
        has_room(w, "a search too long").await;

        w.open(&customer_path(7)).await;
        w.card("Education")
            .named(Role::Disclosure, "What to do now")
            .click()
            .await;
        has_room(w, "a denied customer").await;
        w.open(&customer_path(76)).await;
        w.alert()
            .named(Role::Disclosure, "Details for support")
            .click()
            .await;
        has_room(w, "a failure with its details").await;

        w.open(&format!("{}/request", customer_path(NORTHFIELD)))
            .await;
        w.radio("Government Community Cloud").click().await;
        w.combobox("Validation code").choose("Another code").await;
        w.button("Continue").click().await;
        w.alert().heading("There is a problem").appears().await;
        has_room(w, "the form with mistakes").await;
        w.radio("Education").click().await;
        w.combobox("Education segment").choose("K-12").await;
        w.textbox("Website (optional)")
            .fill(&format!("{}.example", "long".repeat(15)))
            .await;
        has_room(w, "the form for Education").await;
        w.button("Continue").click().await;
        w.shows_page("Check your answers").await;
        has_room(w, "check your answers").await;
        w.button("Send request").click().await;
        w.card("Education").appears().await;
        has_room(w, "the result").await;
        w.button("Sign out").click().await;
        w.dialog("Sign out?").appears().await;
        has_room(w, "the sign-out dialog").await;
        w.press(Key::Escape).await;
        w.open("/nowhere").await;
        w.shows_page("Page not found").await;
        has_room(w, "page not found").await;
    });
}

#[test]
fn hostile_names_are_text_and_fit_everywhere() {
    run_in_chromium(async |w| {
        w.open_as("Admin agent", "/").await;
        for number in [51, 52, 53, 54, 55, 57, 58] {
            let name = w.partner_center.name(number);
            w.open("/").await;
            // Paste of a long name is cut to what can be searched for.
            let beginning: String = name.chars().take(40).collect();
            w.look_up(beginning.trim()).await;
            w.link(&name).appears().await;
            has_room(w, &format!("the result {name}")).await;
            w.link(&name).click().await;
            w.shows_page(&name).await;
            w.is_titled(&format!("{name} · Vetted")).await;
            has_room(w, &format!("the page of {name}")).await;
            w.link("Request a qualification").click().await;
            w.radio("State-owned entity").click().await;
            w.link(&name).appears().await;
            has_room(w, &format!("the form for {name}")).await;
            w.button("Continue").click().await;
            w.shows_page("Check your answers").await;
            w.all(Role::Main).says(&name).await;
            has_room(w, &format!("the answers for {name}")).await;
            assert_eq!(
                w.run_script(
                    "return document.querySelector('main').querySelectorAll('b, script').length",
                    vec![]
                )
                .await,
                0
            );
        }
        // Whatever else Partner Center says is text too.
        let hostile = r#"<img src=x onerror="document.title='hacked'">"#;
        w.partner_center.reports(
            NORTHFIELD,
            json!([{ "qualification": hostile, "vettingStatus": hostile },
                   { "qualification": "Education", "vettingStatus": "Denied", "vettingReason": format!("{hostile}{}", "w".repeat(300)) }]),
        );
        w.open(&customer_path(NORTHFIELD)).await;
        w.card(hostile).says(hostile).await;
        w.card("Education").says(hostile).await;
        has_room(w, "hostile qualifications").await;
        assert_eq!(
            w.run_script(
                "return document.querySelectorAll('main img').length",
                vec![]
            )
            .await,
            Value::from(0)
        );
        w.is_titled(&format!("{} · Vetted", w.partner_center.name(NORTHFIELD)))
            .await;
        assert_eq!(
            w.address().await,
            format!("/customers/{}", PartnerCenter::customer(NORTHFIELD))
        );
    });
}
