//! Nothing is sent twice and nothing is forgotten, whatever happens to tabs, network and sign-in on the way.

use e2e::{
    Call, Find, PartnerCenter, Role, World, customer_path, run, run_in_chromium, until,
    until_within,
};
use serde_json::{Value, json};
use std::time::Duration;

const NORTHFIELD: u16 = 1;
const NORTHGATE: u16 = 2;
const NORTHWICK: u16 = 3;

const EDUCATION: &str = "Education";
const OFFLINE: &str = "Nothing can be read or sent until the connection is back.";
const KNOWN_OF: &str = "Requests you should know about";
/// Three looks, the last one not before the relay must have given up.
const LOOKED: Duration = Duration::from_secs(150);

/// What the browser keeps in its database.
const RECORDS: &str = "const done = arguments[0]; const asked = indexedDB.open('vetted'); \
    asked.onerror = () => done(null); \
    asked.onsuccess = () => { const all = asked.result.transaction('intents').objectStore('intents').getAll(); \
    all.onsuccess = () => { asked.result.close(); done(all.result); }; }";

fn form_path(number: u16) -> String {
    format!("{}/request", customer_path(number))
}

fn sent_path(number: u16) -> String {
    format!("{}/request/sent", customer_path(number))
}

/// Fills the form in for Education and goes on to the check of the answers.
async fn fill_in(w: &World, number: u16) {
    w.open(&form_path(number)).await;
    w.radio(EDUCATION).click().await;
    w.combobox("Education segment").choose("K-12").await;
    w.button("Continue").click().await;
    w.shows_page("Check your answers").await;
}

async fn records(w: &World) -> Vec<Value> {
    let answer = w.driver().execute_async(RECORDS, vec![]).await.unwrap();
    let records: Vec<String> = answer.convert().unwrap();
    let records = records.iter().map(|record| serde_json::from_str(record));
    records.collect::<Result<_, _>>().unwrap()
}

fn posts_for(w: &World, number: u16) -> Vec<Call> {
    let mut posts = w.partner_center.posts();
    let id = PartnerCenter::customer(number);
    posts.retain(|post| post.path.contains(&id));
    posts
}

fn posts_are_slow(w: &World, millis: u64) {
    let fault = json!({ "method": "POST", "path": "*/qualifications", "delayMs": millis });
    w.partner_center.fails(fault);
}

#[test]
fn two_tabs_that_send_the_same_request_at_once_send_it_once_and_both_show_the_outcome() {
    const PRESS: &str = "[...document.querySelectorAll('button')].find((one) => one.textContent.trim() === 'Send request').click()";
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        let first = w.this_tab().await;
        let second = w.new_tab().await;
        w.open("/").await;
        w.button("Sign in").click().await;
        w.button("Sign out").appears().await;
        fill_in(w, NORTHFIELD).await;
        w.go_to_tab(&first).await;
        fill_in(w, NORTHFIELD).await;
        // Both look first, and both looks are answered before either could have sent.
        let slow = json!({ "path": "*/qualifications", "times": null, "delayMs": 700 });
        w.partner_center.fails(slow);
        w.button("Send request").appears().await;
        w.run_script(PRESS, vec![]).await;
        w.go_to_tab(&second).await;
        w.run_script(PRESS, vec![]).await;
        w.shows_page("Request sent").await;
        let own = posts_for(w, NORTHFIELD);
        let reference = own[0].header("ms-requestid").to_owned();
        w.region("Reference").says(&reference).await;
        w.go_to_tab(&first).await;
        w.shows_page("Request sent").await;
        w.region("Reference").says(&reference).await;
        assert_eq!(posts_for(w, NORTHFIELD).len(), 1);
    });
}

#[test]
fn a_tab_closed_while_its_request_is_on_the_way_leaves_the_question_to_the_next_one() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        let first = w.this_tab().await;
        let next = w.new_tab().await;
        w.go_to_tab(&first).await;
        fill_in(w, NORTHFIELD).await;
        posts_are_slow(w, 2500);
        w.button("Send request").click().await;
        w.shows_page("Sending…").await;
        // What has not left the browser goes with the tab.
        until("the request has arrived", async || {
            let posts = posts_for(w, NORTHFIELD).len();
            (posts == 1)
                .then_some(())
                .ok_or_else(|| format!("{posts} have"))
        })
        .await;
        w.close_this_tab(&next).await;

        w.open("/").await;
        w.button("Sign in").click().await;
        w.all(Role::Main).says(KNOWN_OF).await;
        let name = w.partner_center.name(NORTHFIELD);
        w.link(&name).appears().await;
        // The answers are not sent again from the form either.
        w.open(&form_path(NORTHFIELD)).await;
        w.is_at(&sent_path(NORTHFIELD)).await;
        w.shows_page("Request sent").await;
        w.card(EDUCATION).says("In review").await;
        let posts = posts_for(w, NORTHFIELD);
        assert_eq!(posts.len(), 1, "{posts:?}");
        let reference = posts[0].header("ms-requestid");
        w.region("Reference").says(reference).await;
    });
}

#[test]
fn without_a_trace_the_person_sends_again_under_the_same_request_id_or_gives_up() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        let lost =
            json!({ "method": "POST", "path": "*/qualifications", "times": 2, "drop": "before" });
        w.partner_center.fails(lost);
        for number in [NORTHFIELD, NORTHWICK] {
            fill_in(w, number).await;
            w.button("Send request").click().await;
            w.shows_page("We do not know yet").await;
        }
        // The tab is closed; whoever opens the next one finds both questions, and both are looked up without being opened.
        let first = w.this_tab().await;
        let next = w.new_tab().await;
        w.go_to_tab(&first).await;
        w.close_this_tab(&next).await;
        w.open("/").await;
        w.button("Sign in").click().await;
        w.all(Role::Main).says(KNOWN_OF).await;
        let undecided = "open it and decide";
        until_within(LOOKED, "the looks found nothing", async || {
            let facts = w.all(Role::Main).now().await;
            let text = facts
                .first()
                .map(|main| main.text.clone())
                .unwrap_or_default();
            if text.matches(undecided).count() == 2 {
                Ok(())
            } else {
                Err(text)
            }
        })
        .await;

        let name = w.partner_center.name(NORTHFIELD);
        w.link(&name).click().await;
        w.all(Role::Main)
            .says("Partner Center shows no request")
            .await;
        w.button("Send again").click().await;
        w.shows_page("Request sent").await;
        w.card(EDUCATION).says("In review").await;
        let posts = posts_for(w, NORTHFIELD);
        assert_eq!(posts.len(), 2, "{posts:?}");
        assert_eq!(
            posts[0].header("ms-requestid"),
            posts[1].header("ms-requestid")
        );
        assert_eq!(posts[0].body, posts[1].body);

        w.open("/").await;
        let name = w.partner_center.name(NORTHWICK);
        w.link(&name).click().await;
        w.button("Give up this request").click().await;
        // Nothing is left to say about it, so the customer's page does.
        w.is_at(&customer_path(NORTHWICK)).await;
        assert_eq!(posts_for(w, NORTHWICK).len(), 1);
        w.open(&form_path(NORTHWICK)).await;
        w.shows_page("Request a qualification").await;
        assert!(
            records(w)
                .await
                .iter()
                .all(|record| record["known"] == "Sent")
        );
    });
}

#[test]
fn what_could_not_be_looked_up_is_looked_up_again_by_hand() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        fill_in(w, NORTHFIELD).await;
        w.partner_center
            .fails(json!({ "method": "POST", "path": "*/qualifications", "drop": "after" }));
        // The look before the sending passes; of those after it, the sign-in is refused and stays refused.
        let refused = json!({ "method": "GET", "path": "*/qualifications", "skip": 1, "times": 2, "kind": "unauthorized-empty" });
        w.partner_center.fails(refused);
        w.button("Send request").click().await;
        w.button("Look again").appears().await;
        w.all(Role::Main).says("nothing is sent again").await;
        w.button("Look again").click().await;
        w.shows_page("Request sent").await;
        assert_eq!(posts_for(w, NORTHFIELD).len(), 1);
    });
}

#[test]
fn what_is_written_down_names_no_person_and_no_token_and_stays_until_it_is_erased() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        fill_in(w, NORTHFIELD).await;
        w.button("Send request").click().await;
        w.shows_page("Request sent").await;
        let kept = records(w).await;
        assert_eq!(kept.len(), 1, "{kept:?}");
        let mut fields: Vec<_> = kept[0].as_object().unwrap().keys().cloned().collect();
        fields.sort_unstable();
        let expected = [
            "answers",
            "before",
            "correlation_id",
            "customer",
            "kind",
            "known",
            "number",
            "request_id",
            "seen",
            "started",
            "tenant",
            "trouble",
        ];
        assert_eq!(fields, expected);
        let post = &posts_for(w, NORTHFIELD)[0];
        assert_eq!(kept[0]["request_id"], post.header("ms-requestid"));
        let text = kept[0].to_string();
        for never in ["Amara", "Lindqvist", "admin@", "Bearer", "sbx-", "eyJ"] {
            assert!(!text.contains(never), "{never} is in {text}");
        }

        w.sign_out().await;
        assert_eq!(
            records(w).await.len(),
            1,
            "signing out alone forgets no request"
        );

        w.sign_in_as("Admin agent").await;
        w.sign_out_and(true).await;
        assert_eq!(records(w).await.len(), 0);
    });
}

#[test]
fn offline_is_said_at_once_and_reading_goes_on_when_the_network_is_back() {
    run_in_chromium(async |w| {
        w.open_as("Admin agent", &customer_path(NORTHGATE)).await;
        w.region("Qualifications").appears().await;
        fill_in(w, NORTHFIELD).await;
        w.go_offline(true).await;
        w.all(Role::Main).says(OFFLINE).await;
        w.partner_center.forget_calls();
        w.button("Send request").click().await;
        w.shows_page("Not sent").await;
        w.go_offline(false).await;
        w.all(Role::Main).does_not_say(OFFLINE).await;
        assert!(w.partner_center.posts().is_empty());
        w.link("Back to your answers").click().await;
        w.button("Send request").click().await;
        w.shows_page("Request sent").await;
        assert_eq!(posts_for(w, NORTHFIELD).len(), 1);
    });
}

#[test]
fn a_page_that_could_not_be_read_offline_is_read_by_itself_when_the_network_is_back() {
    run_in_chromium(async |w| {
        w.open_as("Admin agent", "/").await;
        w.look_up("North").await;
        w.link(&w.partner_center.name(NORTHFIELD)).appears().await;
        w.go_offline(true).await;
        w.link(&w.partner_center.name(NORTHFIELD)).click().await;
        w.alert().appears().await;
        w.go_offline(false).await;
        w.region("Qualifications").appears().await;
        w.alert().is_gone().await;
    });
}

#[test]
fn when_the_service_is_too_busy_all_calls_wait_and_then_the_request_goes_out_once() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        fill_in(w, NORTHFIELD).await;
        w.partner_center
            .fails(json!({ "method": "POST", "path": "*/qualifications", "kind": "throttled" }));
        w.partner_center.forget_calls();
        w.button("Send request").click().await;
        w.named(Role::Timer, "").says("second").await;
        w.shows_page("Request sent").await;
        let calls: Vec<_> = w
            .partner_center
            .calls_to("GET", "/qualifications")
            .into_iter()
            .chain(posts_for(w, NORTHFIELD))
            .collect();
        let posts = posts_for(w, NORTHFIELD);
        assert_eq!(posts.len(), 2, "{calls:?}");
        assert_eq!(posts.iter().filter(|post| post.took_effect).count(), 1);
        // An answer came, so the second sending is another request to the service; and how things stand was asked again.
        assert_ne!(
            posts[0].header("ms-requestid"),
            posts[1].header("ms-requestid")
        );
        let between = calls.iter().filter(|call| {
            call.method == "GET" && call.number > posts[0].number && call.number < posts[1].number
        });
        assert!(between.count() >= 1, "{calls:?}");
    });
}

#[test]
fn a_pause_holds_in_the_other_tabs_too() {
    run(async |w| {
        w.open_as("Admin agent", &customer_path(NORTHFIELD)).await;
        w.region("Qualifications").appears().await;
        let first = w.this_tab().await;
        let second = w.new_tab().await;
        w.open("/").await;
        w.button("Sign in").click().await;
        w.button("Sign out").appears().await;
        w.go_to_tab(&first).await;
        w.partner_center
            .fails(json!({ "method": "GET", "path": "*/qualifications", "kind": "throttled" }));
        w.button("Refresh").click().await;
        w.named(Role::Timer, "").appears().await;
        w.go_to_tab(&second).await;
        w.named(Role::Timer, "").appears().await;
        w.partner_center.forget_calls();
        w.look_up("North").await;
        w.link(&w.partner_center.name(NORTHFIELD)).appears().await;
        let throttled = w.partner_center.calls();
        assert!(
            throttled.iter().all(|call| call.status != Some(429)),
            "{throttled:?}"
        );
        w.named(Role::Timer, "").is_gone().await;
    });
}

#[test]
fn what_the_database_says_after_it_was_given_up_disturbs_nobody() {
    /// Keeps the store from everybody else until it is told to let go.
    const HOLD: &str = "const done = arguments[0]; const asked = indexedDB.open('vetted'); \
        asked.onsuccess = () => { \
          const store = asked.result.transaction('intents', 'readwrite').objectStore('intents'); \
          const hold = () => { done(true); if (!window.letGo) store.count().onsuccess = hold; }; \
          hold(); };";
    /// It is asked twice, 15 seconds each, and the computer may be slow.
    const GIVEN_UP: Duration = Duration::from_secs(60);
    run_in_chromium(async |w| {
        w.open_as("Admin agent", "/").await;
        fill_in(w, NORTHFIELD).await;
        w.button("Send request").appears().await;
        let first = w.this_tab().await;
        let second = w.new_tab().await;
        w.open("/LICENSE-MIT.txt").await;
        w.driver().execute_async(HOLD, vec![]).await.unwrap();

        w.go_to_tab(&first).await;
        w.reload().await;
        w.shows_page("Check your answers").await;
        // What is written down has to be known first, or be out of reach.
        w.button("Send request").is_gone().await;
        until_within(GIVEN_UP, "the database is given up", async || {
            let buttons = w.button("Send request").now().await;
            buttons.first().map(drop).ok_or("no button".to_owned())
        })
        .await;

        w.go_to_tab(&second).await;
        w.run_script("window.letGo = true", vec![]).await;
        w.go_to_tab(&first).await;
        // Answered after everything that was asked before. That nothing was thrown on the way, each test looks for itself.
        assert!(records(w).await.is_empty());
    });
}
