//! Attacks on signing in, one test each, against the built app in a browser: at the sandbox's authority, and again at a
//! certified OpenID provider, unless the authority itself has to misbehave. Must not know how either is made.
//!
//! Native tests in `src/auth` go through the variants that need no browser: `callback.rs` (state, issuer, what no
//! authority writes), `attempt.rs` (another configuration, stored endpoints elsewhere, too late), `return_path.rs` (every
//! form of an address that leads away), `token.rs` (unusable answers), `tests.rs` (an answer used twice, renewals refused).

use std::time::Duration;

use e2e::{
    Browsers, Exchange, Find, Reply, Role, Setup, Stranger, World, customer_path, run_at_both,
    run_with, until, until_within,
};
use serde_json::json;

const MISMATCH: &str = "does not belong to a sign-in that was started in this tab";
const NORTHFIELD: u16 = 1;
/// A file of the site without the app in it. Firefox shows one of JSON in a page of its own, without the site's storage.
const ASIDE: &str = "/LICENSE-MIT.txt";

// What an attacker has to work with

/// Presses Sign in, and gives what the authority is asked with.
pub(crate) async fn leaves_for_the_authority(w: &World) -> String {
    w.button("Sign in").click().await;
    until("the browser is at the authority", async || {
        let address = w.address().await;
        let is_ours = address.starts_with('/');
        match address.split_once('?') {
            Some((_, query)) if !is_ours => Ok(query.to_owned()),
            _ => Err(address),
        }
    })
    .await
}

/// A value of a query or a form.
pub(crate) fn value(text: &str, name: &str) -> String {
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    let found = pairs.find(|pair| pair.0 == name);
    found.map(|pair| pair.1.into_owned()).unwrap_or_default()
}

pub(crate) fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

fn exchanged(grant: &str, granted: bool) -> Exchange {
    Exchange {
        grant: grant.to_owned(),
        granted,
    }
}

/// Opens an address of the app anew, even if only its fragment differs from the one that is shown.
pub(crate) async fn arrive(w: &World, path: &str) {
    w.open(ASIDE).await;
    w.open(path).await;
}

pub(crate) async fn is_refused(w: &World, words: &str) {
    let alert = w.alert().says("Signing in did not work.").await;
    assert!(alert.text.contains(words), "{alert:?}");
    w.button("Sign out").is_gone().await;
}

// The answer in the address

#[test]
fn an_answer_with_a_wrong_or_missing_state_is_refused_and_its_code_is_not_sent() {
    run_at_both(Browsers::Both, async |w, at| {
        for state in ["&state=wrong", "&state=", ""] {
            w.open("/").await;
            let query = leaves_for_the_authority(w).await;
            let answer = at.answer_to(w, &query).await;
            let code = value(&answer, "code");
            assert!(!code.is_empty());
            arrive(w, &format!("/auth/callback#code={code}{state}")).await;
            is_refused(w, MISMATCH).await;
            w.is_at("/").await;
            // The attempt is used up: the right answer comes too late.
            arrive(w, &format!("/auth/callback#{answer}")).await;
            is_refused(w, MISMATCH).await;
        }
        assert!(at.exchanges(w).await.is_empty());
    });
}

#[test]
fn an_answer_that_is_replayed_is_not_sent_again() {
    run_at_both(Browsers::Usual, async |w, at| {
        w.open("/").await;
        let query = leaves_for_the_authority(w).await;
        let answer = at.answer_to(w, &query).await;
        arrive(w, &format!("/auth/callback#{answer}")).await;
        w.button("Sign out").appears().await;
        let once = [exchanged("authorization_code", true)];
        assert_eq!(at.exchanges(w).await, once);

        arrive(w, &format!("/auth/callback#{answer}")).await;
        // Nobody is signed in at the authority in this browser, so nothing else can sign in here either.
        w.button("Sign in").appears().await;
        assert_eq!(at.exchanges(w).await, once);
    });
}

#[test]
fn an_answer_to_another_tab_is_refused_and_that_tab_goes_on() {
    run_at_both(Browsers::Usual, async |w, at| {
        let first = w.this_tab().await;
        w.open(&customer_path(NORTHFIELD)).await;
        let query = leaves_for_the_authority(w).await;
        let answer = at.answer_to(w, &query).await;

        w.new_tab().await;
        w.open(&format!("/auth/callback#{answer}")).await;
        is_refused(w, MISMATCH).await;
        assert!(at.exchanges(w).await.is_empty());

        w.go_to_tab(&first).await;
        w.pick(at.person()).await;
        w.button("Sign out").appears().await;
        w.is_at(&customer_path(NORTHFIELD)).await;
    });
}

#[test]
fn a_code_of_another_attempt_is_refused_by_its_verifier() {
    run_at_both(Browsers::Usual, async |w, at| {
        w.open("/").await;
        let attackers = leaves_for_the_authority(w).await;
        let stolen = value(&at.answer_to(w, &attackers).await, "code");

        w.open("/").await;
        let victims = leaves_for_the_authority(w).await;
        let issuer = value(&at.answer_to(w, &victims).await, "iss");
        let state = value(&victims, "state");
        let answer = encoded(&[("code", &stolen), ("state", &state), ("iss", &issuer)]);
        arrive(w, &format!("/auth/callback#{answer}")).await;
        is_refused(w, "used up or has ended").await;
        let refused = [exchanged("authorization_code", false)];
        assert_eq!(at.exchanges(w).await, refused);
    });
}

#[test]
fn a_code_that_was_used_is_refused_although_its_verifier_comes_with_it() {
    run_at_both(Browsers::Usual, async |w, at| {
        w.open("/").await;
        let query = leaves_for_the_authority(w).await;
        let answer = at.answer_to(w, &query).await;
        w.open(ASIDE).await;
        let kept = "return sessionStorage.getItem('vetted.auth.attempt')";
        let attempt = w.run_script(kept, vec![]).await;
        w.open(&format!("/auth/callback#{answer}")).await;
        w.button("Sign out").appears().await;
        w.sign_out().await;

        // As if somebody had put back what the tab forgot.
        w.open(ASIDE).await;
        let put_back = "sessionStorage.setItem('vetted.auth.attempt', arguments[0])";
        w.run_script(put_back, vec![attempt]).await;
        w.open(&format!("/auth/callback#{answer}")).await;
        is_refused(w, "used up or has ended").await;
        let twice = [true, false].map(|granted| exchanged("authorization_code", granted));
        assert_eq!(at.exchanges(w).await, twice);
    });
}

#[test]
fn an_answer_of_another_issuer_or_of_none_is_refused_and_its_code_is_not_sent() {
    run_at_both(Browsers::Usual, async |w, at| {
        let other_tenant = format!("{}/another-tenant/v2.0", at.origin(w));
        for issuer in ["https://evil.example", &other_tenant, ""] {
            w.open("/").await;
            let query = leaves_for_the_authority(w).await;
            let answer = at.answer_to(w, &query).await;
            let (code, state) = (value(&answer, "code"), value(&answer, "state"));
            let mut pairs = vec![("code", code.as_str()), ("state", &state)];
            if !issuer.is_empty() {
                pairs.push(("iss", issuer));
            }
            arrive(w, &format!("/auth/callback#{}", encoded(&pairs))).await;
            is_refused(w, "came from another sign-in service").await;
        }
        assert!(at.exchanges(w).await.is_empty());
    });
}

// The way back

#[test]
fn a_return_address_that_leads_away_leads_to_the_start_page() {
    run_at_both(Browsers::Usual, async |w, at| {
        for address in [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "/%2F%2Fevil.example/",
            "javascript:document.title='evil'",
        ] {
            w.open("/?q=Northfield").await;
            let query = leaves_for_the_authority(w).await;
            let answer = at.answer_to(w, &query).await;
            // As if somebody had got at what the tab keeps.
            w.open(ASIDE).await;
            let change = "const key = 'vetted.auth.attempt';
                const kept = sessionStorage.getItem(key);
                sessionStorage.setItem(key, kept.replace('\"/?q=Northfield\"', JSON.stringify(arguments[0])));
                return sessionStorage.getItem(key) !== kept;";
            let changed = w.run_script(change, vec![address.into()]).await;
            assert_eq!(changed, true);
            w.open(&format!("/auth/callback#{answer}")).await;
            w.button("Sign out").appears().await;
            w.is_at("/").await;
            w.sign_out().await;
        }
    });
}

#[test]
fn an_address_that_looks_like_another_host_comes_back_to_this_site() {
    run_at_both(Browsers::Usual, async |w, at| {
        for path in ["//evil.example/x", "/%2F%2Fevil/x", "/%5Cevil/x"] {
            let address = format!("{}{}", w.site().trim_end_matches('/'), path);
            w.driver().goto(&address).await.unwrap();
            let query = leaves_for_the_authority(w).await;
            let answer = at.answer_to(w, &query).await;
            w.open(&format!("/auth/callback#{answer}")).await;
            w.button("Sign out").appears().await;
            let there = w.driver().current_url().await.unwrap();
            assert!(there.as_str().starts_with(w.site()), "{path}: {there}");
            w.sign_out().await;
        }
    });
}

// What the token endpoint answers. No certified provider answers so: the authority here is the test's own.

/// Signs in at an authority whose token endpoint misbehaves, as far as the exchange of the code.
async fn exchanges_at(w: &World, stranger: &Stranger) {
    let authority = json!({ "authority": stranger.origin() });
    w.partner_center.configure(json!({ "overlay": authority }));
    w.open("/").await;
    let query = leaves_for_the_authority(w).await;
    let state = value(&query, "state");
    w.open(&format!("/auth/callback#code=made-up&state={state}"))
        .await;
}

fn trusting(stranger: &Stranger) -> Setup {
    Setup {
        trusts: Some(stranger.origin().to_owned()),
        ..Setup::default()
    }
}

#[test]
fn a_page_in_place_of_tokens_is_told_apart_and_signs_nobody_in() {
    let stranger = Stranger::authority(|| Reply::Page("<!doctype html><h1>Log on</h1>".to_owned()));
    run_with(trusting(&stranger), async |w| {
        exchanges_at(w, &stranger).await;
        is_refused(w, "an answer that makes no sense here").await;
        w.all(Role::Main).does_not_say("Log on").await;
    });
}

#[test]
fn a_token_endpoint_that_leads_elsewhere_is_not_followed() {
    let elsewhere = Stranger::start(|_| Reply::Page("{}".to_owned()));
    let address = elsewhere.origin().to_owned();
    let stranger = Stranger::authority(move || Reply::Redirect(address.clone()));
    run_with(trusting(&stranger), async |w| {
        exchanges_at(w, &stranger).await;
        is_refused(w, "did not complete the sign-in").await;
    });
    assert_eq!(elsewhere.sent(), 0);
}

#[test]
fn an_answer_without_end_is_given_up_after_a_million_bytes() {
    let stranger = Stranger::authority(|| Reply::Endless {
        piece: " ".repeat(50_000),
        pause: Duration::from_millis(1),
    });
    run_with(trusting(&stranger), async |w| {
        exchanges_at(w, &stranger).await;
        is_refused(w, "an answer that makes no sense here").await;
    });
    // What lies in the buffers between the two counts as sent.
    assert!(stranger.sent() < 30_000_000, "{}", stranger.sent());
}

#[test]
fn an_answer_that_trickles_in_is_given_up_after_the_time_limit() {
    /// The limit of 20 seconds, and time for a slow machine.
    const LONGER: Duration = Duration::from_secs(40);
    let stranger = Stranger::authority(|| Reply::Endless {
        piece: " ".to_owned(),
        pause: Duration::from_millis(200),
    });
    run_with(trusting(&stranger), async |w| {
        exchanges_at(w, &stranger).await;
        until_within(LONGER, "the exchange is given up", async || {
            let alerts = w.alert().now().await;
            if alerts.is_empty() {
                Err("It goes on".to_owned())
            } else {
                Ok(())
            }
        })
        .await;
        is_refused(w, "did not complete the sign-in").await;
    });
}

// Tokens

#[test]
fn a_refresh_token_that_somebody_else_uses_too_ends_the_sign_in_and_the_person_is_asked() {
    run_at_both(Browsers::ChromiumAlone, async |w, at| {
        w.open(&customer_path(NORTHFIELD)).await;
        w.sign_in_at(at).await;
        w.region("Qualifications").says("No qualifications").await;
        w.has_read_everything("Northfield Primary School").await;
        w.token_forms().await;
        w.partner_center.expire(json!({}));
        w.button("Refresh").click().await;
        w.status().says("Qualifications read again.").await;
        // No call is left that would find the next token expired before Refresh is pressed.
        until("all is read again", async || {
            let times = |path| w.partner_center.calls_to("GET", path).len();
            match (times("/validationStatus"), times("/auditrecords")) {
                (2.., 2..) => Ok(()),
                fewer => Err(format!("account and history: {fewer:?}")),
            }
        })
        .await;

        // A thief has kept the token that was exchanged.
        let forms = w.token_forms().await;
        let stolen: Vec<(&str, &str)> = forms[0]
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let answer = at.redeems(w, &encoded(&stolen)).await;
        assert!(answer.contains("invalid_grant"), "{answer}");

        w.partner_center.expire(json!({}));
        w.button("Refresh").click().await;
        let dialog = w.dialog("Sign in again to go on");
        dialog.says("Your sign-in has ended").await;
        dialog.button("Sign in").appears().await;
        let renewals = [true, false, false].map(|granted| exchanged("refresh_token", granted));
        assert_eq!(at.exchanges(w).await[1..], renewals);
    });
}

// Other windows

#[test]
fn a_page_of_somebody_else_cannot_show_the_app_in_a_frame() {
    let stranger = Stranger::start(|path| match path.split_once("?of=") {
        Some((_, address)) => Reply::Page(format!("<iframe src=\"{address}\"></iframe>")),
        None => Reply::Page("A page that may be framed".to_owned()),
    });
    run_at_both(Browsers::Both, async |w, _| {
        let shown_in_frame = async |address: &str| {
            let outer = format!("{}/frame?of={address}", stranger.origin());
            w.driver().goto(&outer).await.unwrap();
            w.driver().enter_frame(0).await.unwrap();
            let text = "return document.documentElement.innerText + document.title";
            let text = w.run_script(text, vec![]).await.to_string();
            w.driver().enter_default_frame().await.unwrap();
            text
        };
        let own = shown_in_frame(stranger.origin()).await;
        assert!(own.contains("may be framed"), "{own}");
        let app = shown_in_frame(w.site()).await;
        assert!(!app.contains("Vetted") && !app.contains("Sign in"), "{app}");
        // That the policy holds is what this test is about.
        let found = w.findings().await;
        assert!(
            found.faults.is_empty() && found.leaks.is_empty(),
            "{found:?}"
        );
    });
}

#[test]
fn messages_from_other_windows_change_nothing() {
    const NOISE: &str = "
        const noise = ['', 'x', '{}', 'null', '<img src=x onerror=alert(1)>', null, 0, [], { type: 'token', access_token: 'y' },
          { source: 'react-devtools', payload: {} }, { type: 'webpackOk' }, new Map([[1, 2]]), 'a'.repeat(100000)];
        const [target] = arguments;
        for (const words of noise) target === 'window' ? postMessage(words, '*') : new BroadcastChannel(target).postMessage(words);";
    let stranger = Stranger::start(|_| Reply::Page("A page of somebody else".to_owned()));
    run_at_both(Browsers::Usual, async |w, at| {
        w.open(&customer_path(NORTHFIELD)).await;
        w.sign_in_at(at).await;
        w.region("Qualifications").says("No qualifications").await;
        w.has_read_everything("Northfield Primary School").await;
        w.partner_center.forget_calls();
        let exchanges = at.exchanges(w).await;
        for target in ["window", "vetted"] {
            w.run_script(NOISE, vec![target.into()]).await;
        }
        w.button("Sign out").appears().await;
        w.shows_page("Northfield Primary School").await;
        assert!(w.partner_center.calls().is_empty());
        assert_eq!(at.exchanges(w).await, exchanges);

        // A page that opens the app holds nothing in its hand by which to reach it.
        w.driver().goto(stranger.origin()).await.unwrap();
        let open = "window.app = window.open(arguments[0])";
        w.run_script(open, vec![w.site().into()]).await;
        until("the app is out of reach", async || {
            let reach = w.run_script("return window.app.closed", vec![]).await;
            if reach == true {
                Ok(())
            } else {
                Err(reach.to_string())
            }
        })
        .await;
    });
}
