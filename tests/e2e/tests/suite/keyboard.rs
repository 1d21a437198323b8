//! Everything that can be done, done without a mouse: each thing is reached with Tab, and after every key the focus is
//! somewhere, in sight, uncovered and marked. Must not know what else the pages show.

use std::panic::AssertUnwindSafe;

use e2e::{
    Find, Key, PartnerCenter, Role, Setup, Sight, World, customer_path, run, run_in_chromium,
    run_with,
};
use futures::FutureExt;
use serde_json::json;

const NORTHFIELD: u16 = 1;
const NORTHGATE: u16 = 2;
const NORTHWICK: u16 = 3;
const NORTHFIELD_NAME: &str = "Northfield Primary School";
const LIGHTS: u16 = 5;
const LIGHTS_NAME: &str = "Northern Lights Academy";
const FORM: &str = "Request a qualification";
const CHECK: &str = "Check your answers";
const SEGMENT: &str = "Education segment";
const WEBSITE: &str = "Website (optional)";

/// Signs in at an address of the app with the keyboard.
async fn signs_in(w: &World, path: &str) {
    let keys = w.keyboard();
    w.open(path).await;
    keys.enters(&w.button("Sign in")).await;
    keys.enters(&w.button("Admin agent")).await;
    w.button("Sign out").appears().await;
}

#[test]
fn a_customer_is_found_and_education_requested_and_corrected_and_sent() {
    run(async |w| {
        signs_in(w, "/").await;
        looks_up(w).await;
        requests_education(w).await;
    });
}

#[test]
fn the_same_is_done_where_there_is_little_room() {
    run_in_chromium(async |w| {
        w.is_seen(Sight::Phone).await;
        signs_in(w, "/").await;
        looks_up(w).await;
        requests_education(w).await;
    });
    run_in_chromium(async |w| {
        w.is_seen(Sight::Zoomed).await;
        signs_in(w, "/").await;
        looks_up(w).await;
        requests_education(w).await;
    });
}

async fn looks_up(w: &World) {
    let keys = w.keyboard();
    keys.to(&w.search_field()).await;
    keys.types("Northfield").await;
    keys.press(Key::Enter).await;
    w.link(NORTHFIELD_NAME).appears().await;
}

async fn requests_education(w: &World) {
    let keys = w.keyboard();
    keys.enters(&w.link(NORTHFIELD_NAME)).await;
    keys.lands_on(&w.title(NORTHFIELD_NAME)).await;
    keys.enters(&w.link(FORM)).await;
    keys.lands_on(&w.title(FORM)).await;

    keys.to(&w.radio("Education")).await;
    keys.press(Key::Space).await;
    keys.press(Key::Down).await;
    w.radio("Government Community Cloud")
        .when("is chosen", |radio| radio.checked && radio.focused)
        .await;
    keys.press(Key::Up).await;
    w.radio("Education")
        .when("is chosen", |radio| radio.checked && radio.focused)
        .await;
    keys.enters(&w.button("Continue")).await;
    keys.lands_on(&w.alert()).await;
    keys.press(Key::Tab).await;
    keys.press(Key::Enter).await;
    keys.lands_on(&w.combobox(SEGMENT)).await;
    keys.types("H").await;
    w.combobox(SEGMENT)
        .when("is chosen", |field| {
            field.chosen.as_deref() == Some("Higher education")
        })
        .await;
    keys.to(&w.textbox(WEBSITE)).await;
    keys.types("northfieldprimary.example").await;
    keys.enters(&w.button("Continue")).await;

    keys.lands_on(&w.title(CHECK)).await;
    keys.enters(&w.link("Change Education segment")).await;
    keys.lands_on(&w.combobox(SEGMENT)).await;
    keys.types("K").await;
    w.combobox(SEGMENT)
        .when("is chosen", |field| field.chosen.as_deref() == Some("K-12"))
        .await;
    keys.enters(&w.button("Continue")).await;
    keys.lands_on(&w.title(CHECK)).await;
    keys.enters(&w.button("Send request")).await;
    keys.lands_on(&w.title("Request sent")).await;
    let posts = w.partner_center.posts();
    assert_eq!(posts.len(), 1);
    let sent = posts[0].text();
    assert!(
        sent.contains(r#""educationSegment":"K12""#) && sent.contains("northfieldprimary.example"),
        "{sent}"
    );
    keys.enters(&w.link("Back to the customer")).await;
    keys.lands_on(&w.title(NORTHFIELD_NAME)).await;
    w.card("Education").says("In review").await;
}

#[test]
fn what_is_missing_leads_to_its_field_and_is_chosen_there() {
    run_in_chromium(async |w| {
        let keys = w.keyboard();
        signs_in(w, "/").await;
        // What is chosen is kept for its customer, so each time it is another one.
        for (sight, customer) in [
            (Sight::Desk, NORTHFIELD),
            (Sight::Phone, NORTHGATE),
            (Sight::Zoomed, NORTHWICK),
        ] {
            w.is_seen(sight).await;
            w.open(&format!("{}/request", customer_path(customer)))
                .await;
            keys.enters(&w.button("Continue")).await;
            keys.lands_on(&w.alert()).await;
            keys.press(Key::Tab).await;
            keys.press(Key::Enter).await;
            keys.lands_on(&w.radio("Education")).await;
            keys.press(Key::Down).await;
            w.alert().is_gone().await;
            keys.lands_on(&w.radio("Government Community Cloud")).await;
            keys.enters(&w.button("Continue")).await;
            keys.lands_on(&w.alert()).await;
            keys.press(Key::Tab).await;
            keys.press(Key::Enter).await;
            keys.lands_on(&w.combobox("Validation code")).await;
        }
    });
}

#[test]
fn what_holds_everything_up_covers_nothing_that_has_the_focus() {
    run_in_chromium(async |w| {
        let keys = w.keyboard();
        signs_in(w, &customer_path(7)).await;
        keys.enters(
            &w.card("Education")
                .named(Role::Disclosure, "What to do now"),
        )
        .await;
        w.go_offline(true).await;
        w.all(Role::Main).says("You are offline").await;
        for sight in Sight::ALL {
            w.is_seen(sight).await;
            // Down the page, and up again.
            keys.to(&w.link("Diagnostics")).await;
            keys.back_to(&w.all(Role::Banner).link("Customers")).await;
        }
        w.go_offline(false).await;
    });
}

#[test]
fn what_can_be_taken_back_covers_nothing_that_has_the_focus() {
    run_in_chromium(async |w| {
        let keys = w.keyboard();
        signs_in(w, "/requests/add").await;
        keys.to(&w.textbox("Customer IDs or domains")).await;
        let ids = [5, 6, 7, 101].map(PartnerCenter::customer);
        keys.types(&ids.join(" ")).await;
        keys.enters(&w.button("Look up")).await;
        keys.enters(&w.button("Follow all 4")).await;
        keys.enters(&w.link("See what you follow")).await;
        keys.enters(&w.button(&format!("Stop following {LIGHTS_NAME}")))
            .await;
        keys.lands_on(&w.button("Undo")).await;
        // Coming up the page, nothing is below the notice that stays in sight.
        keys.to(&w.link("Diagnostics")).await;
        keys.back_to(&w.button("Undo")).await;
    });
}

#[test]
fn a_customer_is_read_again_followed_and_no_longer_followed() {
    run(async |w| {
        let keys = w.keyboard();
        signs_in(w, &customer_path(LIGHTS)).await;
        w.card("Education").appears().await;
        keys.enters(&w.button("Copy customer ID")).await;
        w.status().says("Copied").await;
        keys.enters(&w.button("Refresh")).await;
        w.status().says("Qualifications read again.").await;
        keys.lands_on(&w.button("Refresh")).await;

        keys.back_to(&w.button("Follow")).await;
        keys.press(Key::Enter).await;
        keys.lands_on(&w.button("Following")).await;
        keys.press(Key::Space).await;
        keys.lands_on(&w.button("Follow")).await;
    });
}

#[test]
fn a_denial_is_read_and_its_guide_opened_and_closed() {
    run(async |w| {
        let keys = w.keyboard();
        signs_in(w, &customer_path(7)).await;
        let guide = w
            .card("Education")
            .named(Role::Disclosure, "What to do now");
        keys.to(&guide).await;
        let closed = w.card("Education").all(Role::Link).now().await.len();
        keys.press(Key::Enter).await;
        w.card("Education").says("Who can, and where").await;
        let open = w.card("Education").all(Role::Link).now().await.len();
        assert!(open > closed, "the guide has links");
        // Through all of it, and back.
        keys.to(&w.card("Education").link("Request again")).await;
        keys.back_to(&guide).await;
        keys.press(Key::Space).await;
        w.card("Education").does_not_say("Who can, and where").await;
    });
}

#[test]
fn long_results_are_loaded_and_their_pages_turned() {
    let setup = Setup {
        customers: 700,
        ..Setup::default()
    };
    run_with(setup, async |w| {
        let keys = w.keyboard();
        signs_in(w, "/?q=Public+School").await;
        let more = w.button("Load more customers");
        more.appears().await;
        // From the end of the page, as somebody does who does not want to pass a hundred links.
        keys.back_to(&more).await;
        keys.press(Key::Enter).await;
        w.all(Role::Main).says("Page 2 of 2").await;
        keys.lands_on(&w.starting(Role::Heading, "200 customers found"))
            .await;
        keys.to(&w.link("Previous page")).await;
        keys.press(Key::Enter).await;
        w.is_at("/?q=Public+School").await;
        w.all(Role::Main).says("Page 1 of 2").await;
        keys.back_to(&w.link("Next page")).await;
        keys.press(Key::Enter).await;
        w.all(Role::Main).says("Page 2 of 2").await;
    });
}

#[test]
fn what_is_followed_is_filtered_sorted_found_stopped_and_taken_back() {
    // Firefox marks nothing any more once a file was handed over.
    run_in_chromium(async |w| {
        let keys = w.keyboard();
        signs_in(w, "/requests").await;
        keys.enters(&w.link("Follow customers")).await;
        keys.lands_on(&w.title("Follow customers")).await;
        keys.to(&w.textbox("Customer IDs or domains")).await;
        let ids = [5, 6, 7, 101].map(PartnerCenter::customer);
        keys.types(&format!("{} nobody.example", ids.join(" ")))
            .await;
        keys.enters(&w.button("Look up")).await;
        w.region("1 not found").says("nobody.example").await;
        keys.to(&w.button("Copy these")).await;
        keys.back_to(&w.button(&format!("Follow {LIGHTS_NAME}")))
            .await;
        keys.press(Key::Enter).await;
        keys.lands_on(&w.button(&format!("Following {LIGHTS_NAME}")))
            .await;
        keys.back_to(&w.button("Follow all 3")).await;
        keys.press(Key::Enter).await;
        keys.lands_on(&w.heading("4 customers found")).await;
        keys.enters(&w.link("See what you follow")).await;
        keys.lands_on(&w.title("Requests")).await;

        // Filters.
        let rows = async |count: usize| {
            let stop = w.starting(Role::Button, "Stop following");
            stop.are(count).await;
        };
        rows(4).await;
        keys.enters(&w.starting(Role::Link, "Denied")).await;
        rows(1).await;
        w.is_at("/requests?state=denied").await;
        keys.back_to(&w.starting(Role::Link, "All")).await;
        keys.press(Key::Enter).await;
        rows(4).await;

        // Finds and sorts.
        keys.to(&w.named(Role::Searchbox, "Company or customer ID"))
            .await;
        keys.types("North").await;
        keys.press(Key::Enter).await;
        rows(3).await;
        let sort = w.combobox("Sort by");
        keys.to(&sort).await;
        keys.types("C").await;
        w.is_at("/requests?find=North&sort=company").await;
        keys.lands_on(&sort).await;

        // Stops, and takes it back.
        keys.to(&w.button(&format!("Stop following {LIGHTS_NAME}")))
            .await;
        keys.press(Key::Enter).await;
        keys.lands_on(&w.button("Undo")).await;
        rows(2).await;
        keys.press(Key::Enter).await;
        keys.lands_on(&w.title("Requests")).await;
        rows(3).await;

        // Exports, and thinks better of erasing it.
        keys.enters(&w.button("Export as JSON")).await;
        w.saved("json").await;
        keys.enters(&w.button("Export as CSV")).await;
        w.saved("csv").await;
        keys.to(&w.button("Erase all of it")).await;
        let dialog = w.dialog("Erase what is kept of 4 customers?");
        keys.looks_into(&dialog).await;
        keys.press(Key::Enter).await;
        keys.enters(&dialog.button("Erase")).await;
        keys.lands_on(&w.title("Requests")).await;
        w.all(Role::Main).says("You follow no request yet").await;
    });
}

#[test]
fn the_pages_of_a_long_list_are_turned_and_read_from_its_head() {
    const FOLLOWED: usize = 60;
    run(async |w| {
        let keys = w.keyboard();
        let everyone = w
            .partner_center
            .control("GET", "/sandbox/customers/all", json!(null));
        let everyone = everyone.as_array().cloned().unwrap_or_default();
        let made_up = everyone
            .iter()
            .filter_map(|customer| customer["id"].as_str())
            .filter(|id| !id.starts_with("5eed0000-0000-4000-8000-000000000"));
        let ids: Vec<_> = made_up.take(FOLLOWED).collect();
        assert_eq!(ids.len(), FOLLOWED);
        w.open_as("Admin agent", "/requests/add").await;
        w.textbox("Customer IDs or domains")
            .fill(&ids.join("\n"))
            .await;
        keys.enters(&w.button("Look up")).await;
        w.button("Follow all 60").appears().await;
        keys.to(&w.button("Follow all 60")).await;
        keys.press(Key::Enter).await;
        keys.lands_on(&w.heading("60 customers found")).await;
        keys.enters(&w.link("See what you follow")).await;
        w.all(Role::Main).says("Page 1 of 2").await;
        keys.to(&w.starting(Role::Checkbox, "Tell me on the desktop"))
            .await;
        keys.back_to(&w.link("Next page")).await;
        keys.press(Key::Enter).await;
        keys.lands_on(&w.heading("What you follow")).await;
        w.all(Role::Main).says("Page 2 of 2").await;
        keys.enters(&w.link("Previous page")).await;
        keys.lands_on(&w.heading("What you follow")).await;
        w.all(Role::Main).says("Page 1 of 2").await;
    });
}

#[test]
fn a_set_up_is_checked_again_and_its_report_copied() {
    run(async |w| {
        let keys = w.keyboard();
        signs_in(w, "/").await;
        keys.back_to(&w.link("Diagnostics")).await;
        keys.press(Key::Enter).await;
        keys.lands_on(&w.title("Diagnostics")).await;
        w.article("This computer’s clock").says("Works").await;
        keys.enters(&w.button("Check again")).await;
        w.article("This computer’s clock").says("Works").await;
        keys.lands_on(&w.button("Check again")).await;
        keys.enters(&w.button("Copy report")).await;
        w.status().says("Copied").await;
    });
}

#[test]
fn signing_out_is_thought_over_and_done() {
    // Firefox, driven, marks nothing in a dialog that is opened a third time.
    run_in_chromium(async |w| {
        let keys = w.keyboard();
        signs_in(w, "/").await;
        let dialog = w.dialog("Sign out?");
        keys.to(&w.button("Sign out")).await;
        keys.looks_into(&dialog).await;
        keys.press(Key::Enter).await;
        keys.enters(&dialog.button("Cancel")).await;
        dialog.is_gone().await;
        keys.lands_on(&w.button("Sign out")).await;
        keys.press(Key::Enter).await;
        let erase = dialog.named(Role::Checkbox, "Also erase this computer’s history");
        keys.to(&erase).await;
        keys.press(Key::Space).await;
        erase.when("is ticked", |erase| erase.checked).await;
        keys.to(&dialog.button("Sign out")).await;
        keys.press(Key::Enter).await;
        w.button("Sign in").appears().await;
        keys.enters(&w.button("Sign in")).await;
        keys.enters(&w.button("Admin agent")).await;
        w.button("Sign out").appears().await;
    });
}

#[test]
fn whoever_is_asked_whether_they_are_still_there_says_so_and_goes_on_where_they_were() {
    run_in_chromium(async |w| {
        let keys = w.keyboard();
        signs_in(w, &customer_path(NORTHFIELD)).await;
        keys.to(&w.link(FORM)).await;
        w.wall_clock_jumps(58).await;
        let dialog = w.dialog("Are you still there?");
        keys.walks_around_in(&dialog).await;
        keys.enters(&dialog.button("Stay signed in")).await;
        dialog.is_gone().await;
        keys.lands_on(&w.link(FORM)).await;
    });
}

#[test]
fn whoever_has_to_sign_in_again_in_the_middle_does_and_finds_what_was_chosen() {
    run_in_chromium(async |w| {
        let keys = w.keyboard();
        signs_in(w, &format!("{}/request", customer_path(NORTHFIELD))).await;
        keys.to(&w.radio("Education")).await;
        keys.press(Key::Space).await;
        w.looked_before_sending().await;
        w.partner_center
            .expire(json!({ "access": true, "refresh": true }));
        keys.press(Key::Down).await;
        let dialog = w.dialog("Sign in again to go on");
        keys.walks_around_in(&dialog).await;
        keys.enters(&dialog.button("Sign in")).await;
        // The authority still knows who it is.
        w.shows_page(FORM).await;
        let chosen = w.radio("Government Community Cloud");
        chosen.when("is chosen", |radio| radio.checked).await;
        keys.to(&chosen).await;
    });
}

#[test]
fn a_list_is_taken_out_and_brought_in() {
    run_in_chromium(async |w| {
        let keys = w.keyboard();
        signs_in(w, &customer_path(LIGHTS)).await;
        keys.enters(&w.button("Follow")).await;
        w.button("Following").appears().await;
        keys.enters(&w.all(Role::Navigation).link("Requests")).await;
        keys.lands_on(&w.title("Requests")).await;
        keys.enters(&w.button("Export as JSON")).await;
        let file = w.saved("json").await;
        keys.to(&w.button("Erase all of it")).await;
        keys.press(Key::Tab).await;
        let import = w.button("Import an exported file");
        keys.lands_on(&import).await;
        // What opens with Enter is the system's own, and stays closed here.
        let notes = "document.getElementById('keep-file').onclick = event => {
            event.preventDefault();
            window.askedForFile = true;
        };";
        w.run_script(notes, vec![]).await;
        keys.press(Key::Enter).await;
        let asked = w.run_script("return window.askedForFile", vec![]).await;
        assert_eq!(asked, true, "the field is asked for a file");
        w.chooses_file("keep-file", &file).await;
        w.region("Kept on this computer")
            .says("brought nothing new")
            .await;
        keys.lands_on(&import).await;
    });
}

#[test]
fn single_keys_lead_to_the_search_and_list_themselves_until_they_are_switched_off() {
    // Firefox, driven, has lost the focus to its own window by the time of the menu, and opens nothing.
    run_in_chromium(async |w| {
        let keys = w.keyboard();
        signs_in(w, "/requests").await;
        let list = w.dialog("Keyboard shortcuts");
        keys.to(&w.link("Follow customers")).await;
        keys.types("?").await;
        list.says("Look up a customer").await;
        keys.press(Key::Escape).await;
        list.is_gone().await;
        keys.lands_on(&w.link("Follow customers")).await;
        keys.types("/").await;
        w.shows_page("Customers").await;
        keys.lands_on(&w.search_field()).await;
        // Whoever types, types.
        keys.types("who/what?").await;
        w.search_field().holds("who/what?").await;

        keys.back_to(&w.button("Language and colours")).await;
        keys.press(Key::Enter).await;
        let switch = w.named(Role::Checkbox, "Single keys are shortcuts");
        keys.to(&switch).await;
        keys.press(Key::Space).await;
        switch.when("is off", |switch| !switch.checked).await;
        // The list can still be had from the menu, which is closed by then: the focus returns to what opens that.
        keys.to(&w.button("Keyboard shortcuts")).await;
        keys.press(Key::Enter).await;
        list.says("Look up a customer").await;
        keys.press(Key::Escape).await;
        list.is_gone().await;
        keys.lands_on(&w.button("Language and colours")).await;
        keys.types("?/").await;
        // The next thing that happens is not that.
        keys.press(Key::Enter).await;
        switch.appears().await;
        assert!(list.now().await.is_empty(), "a key did something");
    });
}

/// Makes sure that this fails, and says this.
async fn fails(action: impl AsyncFn(), words: &str) {
    let outcome = AssertUnwindSafe(action()).catch_unwind().await;
    let said = outcome.expect_err(&format!("nothing said that it {words}"));
    let said = said.downcast_ref::<String>().cloned().unwrap_or_default();
    assert!(said.contains(words), "{words}: {said}");
}

/// What is done to a page, and what is said of it once a key is pressed.
const FAULTS: [(&str, &str); 6] = [
    (
        "const sheet = new CSSStyleSheet(); sheet.replaceSync('* { outline: none !important; box-shadow: none !important }'); \
         document.adoptedStyleSheets = [sheet]",
        "has no mark of the focus",
    ),
    (
        "const sheet = new CSSStyleSheet(); sheet.replaceSync('a, button, input { outline: 3px solid red !important }'); \
         document.adoptedStyleSheets = [sheet]",
        "which had the focus before",
    ),
    (
        "const sheet = new CSSStyleSheet(); sheet.replaceSync('body::after { content: \"\"; position: fixed; inset: 0; z-index: 9 }'); \
         document.adoptedStyleSheets = [sheet]",
        "is covered by something else",
    ),
    (
        "const sheet = new CSSStyleSheet(); sheet.replaceSync('a, button, input { opacity: 0 }'); \
         document.adoptedStyleSheets = [sheet]",
        "is not visible",
    ),
    (
        "const sheet = new CSSStyleSheet(); sheet.replaceSync('a, button, input { position: fixed; left: -500px }'); \
         document.adoptedStyleSheets = [sheet]",
        "is not inside the window",
    ),
    (
        "addEventListener('keyup', () => document.activeElement.blur())",
        "has fallen off the page",
    ),
];

#[test]
fn what_a_person_without_a_mouse_would_miss_is_found() {
    run(async |w| {
        w.open("/").await;
        for (plant, said) in FAULTS {
            w.reload().await;
            w.button("Sign in").appears().await;
            let keys = w.keyboard().at_once();
            keys.press(Key::Tab).await;
            w.run_script(plant, vec![]).await;
            let presses = async || {
                keys.press(Key::Tab).await;
                keys.press(Key::Tab).await;
            };
            fails(presses, said).await;
        }
    });
}
