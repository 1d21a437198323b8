//! The diagnostics page: what it shows of each check, on a server without a policy or a relay.
//! Must not know how it finds out.

use super::sandbox::Sandbox;
use super::stage::{Stage, elements, text_of, until};
use vetted::i18n::{Key, t};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

fn check(page: &Stage, name: Key) -> Option<Element> {
    page.cards(&t(name)).pop()
}

fn state(check: &Element) -> String {
    elements(check, ".tag").iter().map(text_of).collect()
}

/// Waits until everything has been asked.
async fn complete(page: &Stage) {
    until("the end of the checks", || {
        let asking = page.shows(&t(Key::DiagnosticsChecking)) || page.announced().is_empty();
        (!asking).then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn every_check_says_its_state_in_words_and_what_is_wrong_says_what_to_do_and_who_has_to() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, "/diagnostics").await;
    page.headed("Diagnostics").await;
    complete(&page).await;
    let checks = page.all("article");
    assert_eq!(checks.len(), 12);
    let mut wrong = 0;
    for check in &checks {
        let (state, words) = (state(check), text_of(check));
        assert!(
            ["Works", "Needs attention", "Not checked yet"].contains(&state.as_str()),
            "{words}"
        );
        assert_eq!(
            elements(check, "svg").len(),
            1 + elements(check, "button").len(),
            "a shape: {words}"
        );
        assert!(
            text_of(elements(check, "h2").pop().unwrap())
                == check.get_attribute("aria-label").unwrap()
        );
        let attention = state == "Needs attention";
        wrong += usize::from(attention);
        assert_eq!(
            words.contains(&t(Key::DiagnosticsNext)),
            attention,
            "{words}"
        );
        assert_eq!(
            words.contains(&t(Key::DiagnosticsWho)),
            attention,
            "{words}"
        );
    }
    assert!(wrong > 1, "the page of the tests is no site");
    assert_eq!(page.announced(), format!("{wrong} checks need attention."));
    assert!(page.shows(&page.announced()));
}

#[wasm_bindgen_test]
async fn checking_again_begins_anew_and_what_takes_a_sign_in_waits_for_one() {
    let sandbox = Sandbox::fresh().await;
    let page = Stage::open(&sandbox, "/diagnostics").await;
    let relay = || check(&page, Key::DiagnosticsRelay).unwrap();
    complete(&page).await;
    assert_eq!(state(&relay()), "Needs attention");
    assert!(
        text_of(relay()).contains("There is no relay"),
        "{}",
        page.text()
    );
    for waiting in [Key::DiagnosticsSignedIn, Key::DiagnosticsService] {
        let waiting = check(&page, waiting).unwrap();
        assert_eq!(state(&waiting), "Not checked yet");
        assert!(text_of(&waiting).contains(&t(Key::DiagnosticsNobody)));
    }
    page.press("Check again").await;
    page.showing(&t(Key::DiagnosticsChecking)).await;
    assert_eq!(state(&relay()), "Not checked yet");
    complete(&page).await;
    assert_eq!(state(&relay()), "Needs attention");
}
