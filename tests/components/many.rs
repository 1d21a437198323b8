//! Following many at once, and what is kept of them: pasted, looked up politely, followed; forgotten in time or at a word.
//! Must not know how a text is read or how the list is kept.

use super::sandbox::{Sandbox, named};
use super::stage::{Stage, TENANT, description_of, text_of, until, until_received};
use leptos::prelude::document;
use serde_json::{Value, json};
use vetted::database::{Database, Place};
use vetted::i18n::{Key, Plural, fill, plural, t};
use vetted::ledger::{Followed, Moment, Origin, Store};
use vetted::partner_center::{Qualification, QualificationKind, Qualifications, VettingStatus};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

const ADD: &str = "/requests/add";
const LOOK_UP: &str = "Look up";

async fn paste(page: &Stage, text: &str) {
    page.fill(&t(Key::ManyField), text).await;
    page.press(LOOK_UP).await;
}

fn lines(page: &Stage, kind: &str) -> Vec<String> {
    page.all(kind).iter().map(text_of).collect()
}

async fn found(page: &Stage, count: usize) -> Vec<String> {
    page.showing(&plural(Plural::LookupFound, count)).await;
    until("as many lines", || {
        let lines = lines(page, ".many__line");
        (lines.len() == count).then_some(lines)
    })
    .await
}

/// How many calls for customers and their qualifications there were.
async fn calls(sandbox: &Sandbox) -> usize {
    let all: Vec<Value> = sandbox.calls("GET", "").await;
    let about = |call: &&Value| {
        let path = call["path"].as_str().unwrap_or_default();
        path.starts_with("/v1/customers")
    };
    all.iter().filter(about).count()
}

#[wasm_bindgen_test]
async fn a_mix_is_looked_up_told_apart_and_followed_at_once() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, ADD).await;
    let text = format!(
        "Microsoft ID,Domain\n{},{{{}}}\n{}; northgatecollege.onmicrosoft.com\nnobody.example {}\n{}",
        named(5),
        named(27),
        named(76),
        named(72),
        named(5),
    );
    paste(&page, &text).await;
    let all = found(&page, 4).await;
    // In the order in which they were named.
    for (line, (name, state)) in all.iter().zip([
        ("Northern Lights Academy", "Education: In review"),
        ("Eastpoint Railways", "State-owned entity: Assigned"),
        (
            "Failing: server error (500)",
            "Qualifications could not be read",
        ),
        ("Northgate College", "No qualifications"),
    ]) {
        assert!(
            line.contains(name) && line.contains(state),
            "{name} in {line}"
        );
    }
    page.showing(&plural(Plural::ManyMissing, 2)).await;
    let others = lines(&page, ".many__missing");
    assert!(others[0].contains("nobody.example"), "{others:?}");
    assert!(others[0].contains(&t(Key::ManyNoDomain)), "{others:?}");
    assert!(others[1].contains(&named(72)), "{others:?}");
    assert_eq!(others[2], "Line 1Microsoft ID Domain");
    page.showing(&plural(Plural::ManyRepeated, 1)).await;
    until("it is said", || {
        let counts = [("found", "4"), ("missing", "2")];
        (page.announced() == fill(Key::ManyFinished, &counts)).then_some(())
    })
    .await;

    let before = calls(&sandbox).await;
    page.press("Follow all 4").await;
    page.showing(&plural(Plural::ManyFollowed, 4)).await;
    assert!(page.button("Follow all 4").is_none());
    until("the focus is on the page", || {
        document()
            .active_element()
            .filter(|it| it.id() == "many-found")
    })
    .await;
    let pressed = page.all(".many__line button[aria-pressed=true]");
    assert_eq!(pressed.len(), 4);
    drop(page);
    let page = Stage::reopen(&sandbox, "/requests").await;
    page.showing("Eastpoint Railways").await;
    page.showing(&plural(Plural::RequestsCount, 5)).await;
    // Who was just read is not read again; the one that could not be is.
    let again = format!("/customers/{}/qualifications", named(76));
    let others = calls(&sandbox).await - before;
    let of_that_one = sandbox.calls("GET", &again).await.len();
    assert!(
        others <= of_that_one,
        "{others} calls, {of_that_one} of them"
    );
}

#[wasm_bindgen_test]
async fn one_by_one_they_are_followed_and_let_go() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, ADD).await;
    paste(&page, &format!("{} {}", named(5), named(6))).await;
    found(&page, 2).await;
    let button = |label: &str| {
        let button = page.find(&format!("[aria-label='{label}']"));
        button.map(|it| it.unchecked_into::<HtmlElement>())
    };
    until("its button", || button("Follow Northbank University"))
        .await
        .click();
    let stop = until("it is followed", || {
        button("Following Northbank University")
    })
    .await;
    page.button("Follow this one").unwrap();
    stop.click();
    until("it is let go", || button("Follow Northbank University")).await;
    page.button("Follow all 2").unwrap();
}

#[wasm_bindgen_test]
async fn too_many_and_none_are_refused_and_nothing_typed_is_lost() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, ADD).await;
    let ids: Vec<String> = (0..501)
        .map(|number| format!("00000000-2222-4333-8444-{number:012}"))
        .collect();
    let text = ids.join("\n");
    paste(&page, &text).await;
    page.showing("These are 501 customers").await;
    let field = page.control(&t(Key::ManyField)).unwrap();
    assert_eq!(field.get_attribute("aria-invalid").as_deref(), Some("true"));
    assert!(description_of(&field).contains("at most 500"));
    // Whoever tries again is led to the field again.
    page.press(LOOK_UP).await;
    assert_eq!(document().active_element().as_deref(), Some(field.as_ref()));
    assert_eq!(calls(&sandbox).await, 0);
    drop(page);

    let page = Stage::reopen(&sandbox, ADD).await;
    until("the text is there again", || {
        let field = page.control(&t(Key::ManyField))?;
        let field: web_sys::HtmlTextAreaElement = field.unchecked_into();
        (field.value() == text).then_some(())
    })
    .await;
    paste(&page, " nothing to look up, really ").await;
    page.showing(&t(Key::ManyNobody)).await;
    assert_eq!(calls(&sandbox).await, 0);
}

#[wasm_bindgen_test]
async fn two_at_most_are_under_way_and_it_can_be_stopped_and_gone_on_with() {
    let sandbox = Sandbox::fresh().await;
    let slow = json!({ "path": "/v1/customers/*", "delayMs": 60_000, "times": 2 });
    sandbox.fault(slow).await;
    let page = Stage::open(&sandbox, ADD).await;
    let ids: Vec<_> = [1, 2, 3, 4, 5, 6].map(named).into();
    paste(&page, &ids.join(",")).await;
    until("two are under way", || page.button(&t(Key::ManyStop))).await;
    super::stage::until_received(&sandbox, 2, "GET", "").await;
    page.press(&t(Key::ManyStop)).await;
    page.showing("0 of 6").await;
    let go_on = until("a way on", || page.button(&t(Key::Continue))).await;
    until("it is said", || {
        let numbers = [("done", "0"), ("all", "6")];
        (page.announced() == fill(Key::ManyStopped, &numbers)).then_some(())
    })
    .await;
    assert_eq!(calls(&sandbox).await, 2);
    go_on.focus().unwrap();
    go_on.click();
    let all = found(&page, 6).await;
    assert!(all[0].contains("Northfield Primary School"), "{all:?}");
    page.showing("6 of 6").await;
    // The button that had the focus is gone.
    until("the focus is on the page", || {
        document()
            .active_element()
            .filter(|it| it.id() == "many-found")
    })
    .await;
}

#[wasm_bindgen_test]
async fn who_leaves_the_page_stops_it() {
    let sandbox = Sandbox::fresh().await;
    let slow = json!({ "path": "/v1/customers/*", "delayMs": 500, "times": 2 });
    sandbox.fault(slow).await;
    let page = Stage::open(&sandbox, ADD).await;
    let ids: Vec<_> = [1, 2, 3, 4, 5, 6].map(named).into();
    paste(&page, &ids.join(",")).await;
    until_received(&sandbox, 2, "GET", "").await;
    page.link(&t(Key::RequestsTitle)).unwrap().click();
    page.headed(&t(Key::RequestsTitle)).await;
    // Everything else that was asked for afterwards has been answered by then.
    drop(page);
    let page = Stage::reopen(&sandbox, &format!("/customers/{}", named(7))).await;
    page.headed("Northmoor High School").await;
    page.showing("Read ").await;
    assert!(
        sandbox
            .calls("GET", &format!("/customers/{}", named(3)))
            .await
            .is_empty()
    );
    assert!(
        sandbox
            .calls("GET", &format!("/customers/{}", named(1)))
            .await
            .len()
            <= 1
    );
}

#[wasm_bindgen_test]
async fn what_everybody_would_fail_with_halts_it_and_the_rest_can_be_looked_up_later() {
    let sandbox = Sandbox::fresh().await;
    let ended =
        json!({ "path": format!("/v1/customers/{}", named(2)), "kind": "unauthorized-empty" });
    sandbox.fault(ended).await;
    let page = Stage::open(&sandbox, ADD).await;
    let ids: Vec<_> = [1, 2, 3, 4, 5, 6].map(named).into();
    paste(&page, &ids.join(",")).await;
    let alert = page.alerted().await;
    assert!(alert.contains(&t(Key::FailureCustomer)), "{alert}");
    page.press(&t(Key::Continue)).await;
    found(&page, 6).await;
    assert!(page.find("[role=alert]").is_none());
}

#[wasm_bindgen_test]
async fn a_service_that_fails_is_not_asked_for_everybody() {
    let sandbox = Sandbox::fresh().await;
    let failing = json!({ "path": "/v1/customers/*", "status": 400, "times": null });
    sandbox.fault(failing).await;
    let page = Stage::open(&sandbox, ADD).await;
    let ids: Vec<String> = (0..50).map(|it| named(100 + it)).collect();
    paste(&page, &ids.join("\n")).await;
    page.alerted().await;
    until("a way on", || page.button(&t(Key::Continue))).await;
    let asked = calls(&sandbox).await;
    assert!(asked <= 4, "{asked} were asked for");
    sandbox.no_more_faults().await;
}

#[wasm_bindgen_test]
async fn of_several_customers_with_one_domain_none_is_taken() {
    let sandbox = Sandbox::fresh().await;
    for name in ["Twin School North", "Twin School South"] {
        sandbox
            .add_customer(json!({ "name": name, "slug": "twinschool" }))
            .await;
    }
    sandbox
        .add_customer(json!({ "name": "Twin", "slug": "twin" }))
        .await;
    let page = Stage::open(&sandbox, ADD).await;
    paste(&page, "TwinSchool.onmicrosoft.com\ntwin.onmicrosoft.com").await;
    let all = found(&page, 1).await;
    assert!(all[0].starts_with("Twin"), "{all:?}");
    page.showing(&t(Key::ManySeveral)).await;
}

#[wasm_bindgen_test]
async fn the_same_customer_by_id_and_by_domain_is_one() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, ADD).await;
    paste(
        &page,
        &format!("northfieldprimary.onmicrosoft.com,{}", named(1)),
    )
    .await;
    page.showing("2 of 2").await;
    assert_eq!(found(&page, 1).await.len(), 1);
}

fn followed(number: u16, at: Moment) -> Followed {
    let approved = Qualification {
        kind: QualificationKind::Education,
        status: Some(VettingStatus::Approved),
        reason: None,
        since: None,
    };
    let mut followed = Followed::new(named(number).parse().unwrap(), Origin::Hand, at);
    followed.observe(&Qualifications::new([approved]), Some("Somebody"), at);
    followed
}

fn place(tenant: &str, number: u16) -> Place {
    Place {
        tenant: tenant.into(),
        customer: named(number),
        subject: "followed".into(),
    }
}

#[wasm_bindgen_test]
async fn erasing_asks_first_and_forgets_what_is_this_partners_alone() {
    let sandbox = Sandbox::fresh().await;
    drop(Stage::open(&sandbox, "/").await);
    let now = Moment::at(js_sys::Date::now());
    let store = Store::default();
    for number in [5, 6] {
        assert!(store.put(TENANT, &followed(number, now)).await);
    }
    assert!(store.put("rival.example", &followed(5, now)).await);
    // What cannot be read here is this partner's too.
    let newer = r#"{"version":99}"#;
    assert!(Database::ledger().put(&place(TENANT, 7), newer).await);

    let page = Stage::reopen(&sandbox, "/requests").await;
    page.press(&t(Key::KeepErase)).await;
    page.showing(&plural(Plural::KeepEraseTitle, 2)).await;
    page.press(&t(Key::Cancel)).await;
    assert_eq!(Store::default().all(TENANT, now).await.followed.len(), 2);
    page.press(&t(Key::KeepErase)).await;
    page.press(&t(Key::KeepEraseDo)).await;
    page.showing(&t(Key::RequestsNone)).await;
    until("it is said", || {
        (page.announced() == t(Key::KeepErased)).then_some(())
    })
    .await;
    assert_eq!(document().active_element().unwrap().id(), "heading");
    assert!(page.button(&t(Key::KeepJson)).is_none());
    assert_eq!(Database::ledger().all(TENANT).await, Ok(vec![]));
    let others = Store::default().all("rival.example", now).await;
    assert_eq!(others.followed.len(), 1);
}

#[wasm_bindgen_test]
async fn what_was_decided_four_hundred_days_ago_is_forgotten() {
    let sandbox = Sandbox::fresh().await;
    drop(Stage::open(&sandbox, "/").await);
    let now = Moment::at(js_sys::Date::now());
    let store = Store::default();
    assert!(store.put(TENANT, &followed(5, now.days_before(401))).await);
    assert!(store.put(TENANT, &followed(6, now.days_before(399))).await);
    let page = Stage::reopen(&sandbox, "/requests").await;
    page.showing(&plural(Plural::RequestsCount, 1)).await;
    let deadline = js_sys::Date::now() + 20_000.0;
    loop {
        let kept = Store::default().all(TENANT, now).await.followed;
        if kept.len() == 1 {
            assert_eq!(kept[0].customer.to_string(), named(6));
            return;
        }
        assert!(js_sys::Date::now() < deadline, "it is still kept");
    }
}
