//! Requests: what is followed stands in a list with its state and age, changes are told, and nothing is asked for too often.
//! Must not know how the list is kept.

use super::sandbox::{Sandbox, named};
use super::stage::{Stage, TENANT, address, elements, text_of, until};
use leptos::prelude::document;
use serde_json::json;
use vetted::i18n::{Key, Plural, plural, t};
use vetted::ledger::{Followed, Moment, Origin, Status, Store};
use vetted::partner_center::{Qualification, QualificationKind, Qualifications, VettingStatus};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

const NORTHFIELD: u16 = 1;
const IN_REVIEW: u16 = 5;
const DENIED: u16 = 7;
const RAILWAYS: u16 = 27;
const DAY: u64 = 86_400;

/// Follows customers by hand, each on its page, and waits until each is in the list.
async fn following(sandbox: &Sandbox, customers: &[u16]) -> Stage {
    let mut page = Stage::open(sandbox, "/requests").await;
    page.headed(&t(Key::RequestsTitle)).await;
    for customer in customers {
        drop(page);
        page = Stage::reopen(sandbox, &format!("/customers/{}", named(*customer))).await;
        page.showing("Read ").await;
        page.press(&t(Key::Follow)).await;
        until("it is followed", || page.button(&t(Key::Followed))).await;
    }
    drop(page);
    Stage::reopen(sandbox, "/requests").await
}

fn click(element: Option<Element>) {
    element.unwrap().unchecked_into::<HtmlElement>().click();
}

fn rows(page: &Stage) -> Vec<String> {
    page.all(".requests__row").iter().map(text_of).collect()
}

async fn rows_are(page: &Stage, count: usize) -> Vec<String> {
    until(&format!("{count} rows"), || {
        let rows = rows(page);
        (rows.len() == count).then_some(rows)
    })
    .await
}

async fn lets_pass(sandbox: &Sandbox, seconds: u64) {
    let jump = json!({ "advanceSeconds": seconds, "keepSessions": true });
    sandbox.post("/sandbox/clock", jump).await;
}

#[wasm_bindgen_test]
async fn who_follows_nobody_is_told_how_to_begin() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, "/requests").await;
    page.showing(&t(Key::RequestsNone)).await;
    assert!(page.link(&t(Key::NotFoundBack)).is_some());
    assert!(page.find(".requests").is_none());
}

#[wasm_bindgen_test]
async fn every_followed_qualification_has_a_row_with_its_state_and_age() {
    let sandbox = Sandbox::fresh().await;
    let page = following(&sandbox, &[IN_REVIEW, DENIED, NORTHFIELD, RAILWAYS]).await;
    let rows = rows_are(&page, 5).await;
    let of = |name: &str| {
        let row = rows.iter().find(|row| row.contains(name));
        row.unwrap_or_else(|| panic!("no row of {name} in {rows:?}"))
            .clone()
    };
    let review = of("Northern Lights Academy");
    assert!(review.contains(&t(Key::GroupOverdue)), "{review}");
    assert!(review.contains("so far; usual are about 3"), "{review}");
    let denied = of("Northmoor High School");
    assert!(denied.contains("Not an Education Customer"), "{denied}");
    assert!(denied.contains(&t(Key::RequestsWhatNow)), "{denied}");
    let nothing = of("Northfield Primary School");
    assert!(nothing.contains(&t(Key::QualificationsNone)), "{nothing}");
    assert!(
        rows.iter().any(|row| row.contains(&t(Key::StatusAssigned))),
        "{rows:?}"
    );
    // The most urgent first.
    assert!(rows[0].contains(&t(Key::GroupOverdue)), "{rows:?}");
    let numbers = page
        .all(".numbers tr")
        .iter()
        .map(text_of)
        .collect::<Vec<_>>();
    assert!(numbers.iter().any(|row| row == "Overdue2"), "{numbers:?}");
}

#[wasm_bindgen_test]
async fn what_is_shown_stands_in_the_address() {
    let sandbox = Sandbox::fresh().await;
    let page = following(&sandbox, &[IN_REVIEW, DENIED]).await;
    rows_are(&page, 2).await;
    let denied = page
        .all(".filter")
        .into_iter()
        .find(|link| text_of(link).starts_with("Denied"));
    click(denied);
    let rows = rows_are(&page, 1).await;
    assert!(rows[0].contains("Northmoor"), "{rows:?}");
    assert!(
        address().ends_with("/requests?state=denied"),
        "{}",
        address()
    );
    drop(page);

    let page = Stage::reopen(&sandbox, "/requests?find=lights").await;
    let rows = rows_are(&page, 1).await;
    assert!(rows[0].contains("Northern Lights"), "{rows:?}");
    drop(page);

    let page = Stage::reopen(&sandbox, "/requests?find=nobody").await;
    page.showing(&t(Key::RequestsNoMatch)).await;
}

#[wasm_bindgen_test]
async fn stopping_is_one_action_and_so_is_taking_it_back() {
    let sandbox = Sandbox::fresh().await;
    let page = following(&sandbox, &[IN_REVIEW, DENIED]).await;
    rows_are(&page, 2).await;
    click(page.find("[aria-label='Stop following Northmoor High School']"));
    rows_are(&page, 1).await;
    until("the way back has the focus", || {
        let active = leptos::prelude::document().active_element()?;
        (text_of(&active) == t(Key::Undo)).then_some(())
    })
    .await;
    page.press(&t(Key::Undo)).await;
    rows_are(&page, 2).await;
    assert!(page.button(&t(Key::Undo)).is_none());
}

#[wasm_bindgen_test]
async fn a_decision_is_found_without_opening_the_customer_and_told_until_it_is_seen() {
    let sandbox = Sandbox::fresh().await;
    sandbox
        .qualify(&named(NORTHFIELD), json!([{ "qualification": "Education", "vettingStatus": "InReview", "vettingCreateDate": "2026-03-05T10:00:00Z" }]))
        .await;
    let page = following(&sandbox, &[NORTHFIELD]).await;
    rows_are(&page, 1).await;
    sandbox
        .qualify(&named(NORTHFIELD), json!([{ "qualification": "Education", "vettingStatus": "Denied", "vettingReason": "Not an Academic Domain" }]))
        .await;
    lets_pass(&sandbox, DAY).await;
    // The app learns of the time with its next answer; whoever comes back reads at once.
    drop(page);
    let page = Stage::reopen(&sandbox, "/?q=Northfield").await;
    page.showing("Northfield Primary School").await;
    until("the navigation says that there is something", || {
        let count = page.find(".main-nav__count").map(|count| text_of(&count));
        (count.as_deref() == Some("1")).then_some(())
    })
    .await;
    drop(page);

    let page = Stage::reopen(&sandbox, "/requests").await;
    page.showing(&t(Key::NewsTitle)).await;
    let news = elements(&page.find(".news").unwrap(), "li");
    assert_eq!(news.len(), 1);
    assert!(
        text_of(&news[0]).contains("Denied (was: In review)"),
        "{}",
        text_of(&news[0])
    );
    assert!(leptos::prelude::document().title().starts_with("(1) "));
    page.press(&t(Key::NewsMark)).await;
    until("it is seen", || page.find(".news").is_none().then_some(())).await;
    assert!(page.find(".main-nav__count").is_none());
    let rows = rows_are(&page, 1).await;
    assert!(rows[0].contains("Not an Academic Domain"), "{rows:?}");
}

#[wasm_bindgen_test]
async fn nobody_is_read_again_before_it_is_due() {
    let sandbox = Sandbox::fresh().await;
    let page = following(&sandbox, &[IN_REVIEW, DENIED]).await;
    page.showing("Next in").await;
    let path = format!("/customers/{}/qualifications", named(IN_REVIEW));
    let before = sandbox.calls("GET", &path).await.len();
    lets_pass(&sandbox, 4 * 3_600).await;
    drop(page);
    // Any answer tells the time.
    let page = Stage::reopen(&sandbox, &format!("/customers/{}", named(NORTHFIELD))).await;
    page.showing("Read ").await;
    super::stage::until_received(&sandbox, before + 1, "GET", &path).await;
    assert_eq!(sandbox.calls("GET", &path).await.len(), before + 1);
    // What is decided is not read by itself.
    let decided = format!("/customers/{}/qualifications", named(DENIED));
    assert_eq!(sandbox.calls("GET", &decided).await.len(), 1);
}

#[wasm_bindgen_test]
async fn what_was_denied_stays_known_after_partner_center_has_dropped_it() {
    let sandbox = Sandbox::fresh().await;
    let page = following(&sandbox, &[DENIED]).await;
    rows_are(&page, 1).await;
    sandbox.qualify(&named(DENIED), json!([])).await;
    drop(page);
    let page = Stage::reopen(&sandbox, &format!("/customers/{}", named(DENIED))).await;
    page.showing(&t(Key::QualificationsNone)).await;
    drop(page);
    let page = Stage::reopen(&sandbox, "/requests").await;
    let rows = rows_are(&page, 1).await;
    assert!(rows[0].contains(&t(Key::StatusDenied)), "{rows:?}");
    assert!(rows[0].contains("Not an Education Customer"), "{rows:?}");
}

/// What is kept of a customer whose Education was in review, and then was denied where it is `news`.
fn kept(customer: &str, news: bool) -> Followed {
    let at = |hours: i64| Moment::at(1_772_704_800_000.0).plus(hours * 3_600_000);
    let shown = |status: VettingStatus| {
        Qualifications::new([Qualification {
            kind: QualificationKind::Education,
            status: Some(status),
            reason: None,
            since: None,
        }])
    };
    let mut followed = Followed::new(customer.parse().unwrap(), Origin::Hand, at(0));
    followed.observe(&shown(VettingStatus::InReview), Some("Somebody"), at(0));
    if news {
        followed.observe(&shown(VettingStatus::Denied), None, at(1));
    }
    followed
}

#[wasm_bindgen_test]
async fn what_a_page_shows_first_is_kept_and_marks_no_other_news_as_seen() {
    let sandbox = Sandbox::fresh().await;
    drop(Stage::open(&sandbox, "/").await);
    let store = Store::default();
    let many = (1..400).map(|number| {
        kept(
            &format!("00000000-0000-4000-9000-{number:012}"),
            number == 1,
        )
    });
    let many: Vec<_> = many.chain([kept(&named(DENIED), false)]).collect();
    assert!(store.put_all(TENANT, &many).await);

    let page = Stage::reopen(&sandbox, &format!("/customers/{}", named(DENIED))).await;
    page.showing("Read ").await;
    until("both are told", || {
        let count = page.find(".main-nav__count").map(|count| text_of(&count));
        (count.as_deref() == Some("2")).then_some(())
    })
    .await;
    let customer = named(DENIED).parse().unwrap();
    let kept = store.one(TENANT, customer, Moment::at(0.0)).await.followed;
    let denied = kept[0]
        .observed
        .iter()
        .any(|it| it.status == Status::Denied);
    assert!(denied, "{kept:?}");
}

#[wasm_bindgen_test]
async fn a_row_says_what_is_not_known_and_where_to_read_on() {
    let sandbox = Sandbox::fresh().await;
    drop(Stage::open(&sandbox, "/").await);
    let at = |hours: i64| Moment::at(1_772_704_800_000.0).plus(hours * 3_600_000);
    let shown = |kind: QualificationKind, status: VettingStatus| {
        Qualifications::new([Qualification {
            kind,
            status: Some(status),
            reason: None,
            since: None,
        }])
    };
    // The sandbox knows none of them, so that what is kept stays as it is.
    let named = |number: u16| format!("00000000-0000-4000-9000-{number:012}");
    let new = |number: u16| Followed::new(named(number).parse().unwrap(), Origin::Import, at(0));
    let unread = new(1);
    let mut gone = new(2);
    let education = QualificationKind::Education;
    gone.observe(&shown(education, VettingStatus::Approved), None, at(0));
    gone.observe(&Qualifications::default(), None, at(1));
    let mut denied = new(3);
    let government = QualificationKind::GovernmentCommunityCloud;
    denied.observe(&shown(government, VettingStatus::Denied), None, at(0));
    assert!(
        Store::default()
            .put_all(TENANT, &[unread, gone, denied])
            .await
    );

    let page = Stage::reopen(&sandbox, "/requests").await;
    rows_are(&page, 3).await;
    for (number, words, leads) in [
        (1, Key::RequestsNeverRead, None),
        (
            2,
            Key::RequestsGone,
            Some(format!("/customers/{}", named(2))),
        ),
        (
            3,
            Key::StatusDenied,
            Some(format!("/customers/{}", named(3))),
        ),
    ] {
        let rows = page.all(".requests__row").into_iter();
        let row = rows
            .filter(|row| text_of(row).contains(&named(number)))
            .collect::<Vec<_>>();
        let said = text_of(&row[0]);
        let status = text_of(&elements(&row[0], ".requests__status")[0]);
        assert!(status.contains(&t(words)), "{said}");
        assert!(
            number != 1 || !said.contains(&t(Key::QualificationsNone)),
            "{said}"
        );
        let actions = elements(&row[0], ".requests__actions a").into_iter();
        let hrefs: Vec<_> = actions
            .filter_map(|link| link.get_attribute("href"))
            .collect();
        assert_eq!(hrefs, Vec::from_iter(leads));
    }
}

#[wasm_bindgen_test]
async fn whoever_turns_a_page_is_told_and_reads_on_at_the_head_of_the_list() {
    let sandbox = Sandbox::fresh().await;
    drop(Stage::open(&sandbox, "/").await);
    let many = (1..=80).map(|number| kept(&format!("00000000-0000-4000-9000-{number:012}"), false));
    assert!(
        Store::default()
            .put_all(TENANT, &many.collect::<Vec<_>>())
            .await
    );
    let page = Stage::reopen(&sandbox, "/requests").await;
    rows_are(&page, 50).await;
    let on = page.link(&t(Key::PagerOn)).unwrap();
    on.focus().unwrap();
    on.click();
    rows_are(&page, 30).await;
    let focused = || document().active_element().map(|it| it.id());
    until("the head of the list", || {
        (focused().as_deref() == Some("requests-list")).then_some(())
    })
    .await;
    let count = plural(Plural::RequestsCount, 80);
    until("it is said", || (page.announced() == count).then_some(())).await;
}

#[wasm_bindgen_test]
async fn what_changes_moves_no_other_row_and_nothing_that_is_being_typed() {
    let sandbox = Sandbox::fresh().await;
    let page = following(&sandbox, &[IN_REVIEW, DENIED]).await;
    rows_are(&page, 2).await;
    let field: HtmlInputElement = page.find("#requests-text").unwrap().unchecked_into();
    field.set_value("half a na");
    field.dispatch_event(&Event::new("input").unwrap()).unwrap();
    let row = page.find(".requests__row").unwrap();
    assert!(text_of(&row).contains("Northern Lights"));
    click(page.find("[aria-label='Stop following Northmoor High School']"));
    rows_are(&page, 1).await;
    assert!(row.is_connected(), "the row is the same one");
    assert!(field.is_connected(), "and so is the field");
    assert_eq!(field.value(), "half a na");
}
