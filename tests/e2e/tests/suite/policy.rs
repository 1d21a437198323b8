//! Proof that the checks at the end of every test would see what they look for: each is made to find something here.

use e2e::canary::{PLACES, Place};
use e2e::{Engine, Find, Findings, Role, World, run, run_in_both, until};

async fn nothing_is_found(w: &World) {
    let found = w.findings().await;
    assert!(found.are_none(), "nothing before: {found:#?}");
}

/// Runs a script that breaks a rule, and waits until `seen` agrees that it was noticed.
async fn breaks(w: &World, what: &str, script: &str, seen: impl Fn(&Findings) -> bool) {
    nothing_is_found(w).await;
    w.run_script(script, vec![]).await;
    let mut all = Findings::default();
    until(&format!("{what} is noticed"), async || {
        let new = w.findings().await;
        all.reported.extend(new.reported);
        all.blocked.extend(new.blocked);
        all.faults.extend(new.faults);
        all.leaks.extend(new.leaks);
        if seen(&all) {
            Ok(())
        } else {
            Err(format!("{all:?}"))
        }
    })
    .await;
}

#[test]
fn a_violated_policy_would_be_noticed() {
    run_in_both(async |w| {
        // Firefox reports everything, and prints nothing about it.
        let prints = w.engine() == Engine::Chromium;
        let noticed =
            |found: &Findings| !found.reported.is_empty() && (!found.blocked.is_empty() || !prints);
        // A script filled in piece by piece is refused by Chromium without a report.
        let blocked =
            |found: &Findings| !found.blocked.is_empty() || (!found.reported.is_empty() && !prints);
        // A policy's name is refused with an exception, which is the driver's to tell.
        let reported = |found: &Findings| !found.reported.is_empty();
        w.open_as("Admin agent", "/").await;
        let inline_script = "const script = document.createElement('script'); script.append('window.ran = true'); document.head.append(script)";
        breaks(w, "an inline script", inline_script, blocked).await;
        breaks(
            w,
            "a style attribute",
            "document.body.setAttribute('style', 'opacity: 0.9')",
            noticed,
        )
        .await;
        breaks(w, "a style element", "const style = document.createElement('style'); style.append('p {}'); document.head.append(style)", noticed).await;
        breaks(
            w,
            "a foreign script",
            "const script = document.createElement('script'); \
               script.setAttribute('src', 'http://127.0.0.1:9/a.js'); document.head.append(script)",
            noticed,
        )
        .await;
        breaks(
            w,
            "a request to a foreign origin",
            "fetch('http://127.0.0.1:9/').catch(() => {})",
            noticed,
        )
        .await;
        breaks(
            w,
            "a foreign image",
            "new Image().src = 'http://127.0.0.1:9/a.png'",
            noticed,
        )
        .await;
        breaks(
            w,
            "dangerous markup",
            "document.querySelector('main').innerHTML = '<img src=x onerror=alert(1)>'",
            noticed,
        )
        .await;
        breaks(
            w,
            "a policy of another name",
            "trustedTypes.createPolicy('mine', {})",
            reported,
        )
        .await;
        assert!(
            w.run_script("return window.ran === true", vec![]).await == false,
            "the inline script did not run"
        );
        w.all(Role::Main).says("What you can look up").await;
    });
}

#[test]
fn a_token_would_be_found_in_every_place_of_the_table() {
    run_in_both(async |w| {
        w.open_as("Admin agent", "/").await;
        for place in PLACES.iter().filter(|place| place.is_open_in(w.engine())) {
            finds_a_planted_secret(w, place, "sbx-access-planted").await;
        }
    });
}

#[test]
fn a_secret_of_each_kind_would_be_found() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        let exchange = w.partner_center.calls_to("POST", "/token").remove(0);
        let verifier = exchange.body["code_verifier"].as_str().unwrap();
        for secret in [
            "sbx-access-1",
            "sbx-refresh-1",
            "sbx-id-1",
            "eyJhbGciOiJub25lIn0.e30.",
            "sbx-code-1",
            verifier,
        ] {
            finds_a_planted_secret(w, &PLACES[0], secret).await;
        }
    });
}

/// Plants a secret in a place, waits until it is found there, and takes it away.
async fn finds_a_planted_secret(w: &World, place: &Place, secret: &str) {
    nothing_is_found(w).await;
    w.run_script(place.plant, vec![secret.into()]).await;
    until(
        &format!("{secret} in {} is found", place.name),
        async || {
            let found = w.findings().await;
            match found.leaks.iter().any(|leak| leak.starts_with(place.name)) {
                true => Ok(()),
                false => Err(format!("{found:?}")),
            }
        },
    )
    .await;
    w.run_script(place.repair, vec![]).await;
    // What the sandbox saw it remembers.
    w.partner_center.forget_calls();
    w.clear_downloads();
    w.findings().await;
}

#[test]
fn a_fault_nobody_caught_would_be_noticed() {
    run(async |w| {
        w.open("/").await;
        let fault = "setTimeout(() => { throw new Error('on purpose') })";
        breaks(w, "an error", fault, |found| !found.faults.is_empty()).await;
    });
}
