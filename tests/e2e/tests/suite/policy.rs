//! Proof that the checks at the end of every test would see what they look for: each is made to find something here.

use e2e::{Find, Findings, Role, World, run, until};

/// Runs a script that breaks a rule, and waits until `seen` agrees that it was noticed.
async fn breaks(w: &World, what: &str, script: &str, seen: impl Fn(&Findings) -> bool) {
    assert!(w.findings().await.are_none(), "nothing before");
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
    let noticed = |found: &Findings| !found.reported.is_empty() && !found.blocked.is_empty();
    // A script filled in piece by piece is refused without a report.
    let blocked = |found: &Findings| !found.blocked.is_empty();
    // A policy's name is refused with an exception, which is the driver's to tell.
    let reported = |found: &Findings| !found.reported.is_empty();
    run(async |w| {
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
fn a_leaked_token_would_be_noticed() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        for (place, leak, repair) in [
            (
                "session storage",
                "sessionStorage.setItem('x', 'sbx-access-1')",
                "sessionStorage.removeItem('x')",
            ),
            (
                "local storage",
                "localStorage.setItem('x', 'sbx-refresh-1')",
                "localStorage.removeItem('x')",
            ),
            (
                "the document",
                "document.body.dataset.x = 'sbx-id-1'",
                "delete document.body.dataset.x",
            ),
            (
                "the address",
                "history.replaceState(null, '', '/#code=sbx-code-1')",
                "history.replaceState(null, '', '/')",
            ),
            (
                "the history state",
                "history.replaceState({ x: 'sbx-access-1' }, '', '/')",
                "history.replaceState(null, '', '/')",
            ),
            (
                "the history",
                "history.pushState(null, '', '/?code=1&state=2')",
                "history.replaceState(null, '', '/')",
            ),
        ] {
            breaks(w, place, leak, |found| {
                found.leaks.iter().any(|leak| leak.starts_with(place))
            })
            .await;
            w.run_script(repair, vec![]).await;
        }
    });
}

#[test]
fn a_fault_nobody_caught_would_be_noticed() {
    run(async |w| {
        w.open("/").await;
        let fault = "setTimeout(() => { throw new Error('on purpose') })";
        breaks(w, "an error", fault, |found| !found.faults.is_empty()).await;
    });
}
