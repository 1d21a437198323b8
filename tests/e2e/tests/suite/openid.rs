//! Signing in at a certified OpenID provider instead of the sandbox's authority: the journeys, and the attacks that the
//! provider itself has to refuse. Must not know how the provider is made.

use e2e::{Browsers, Find, OpenIdProvider, Role, Setup, World, customer_path, run_with, until};
use serde_json::{Value, json};

use crate::attacks::{arrive, encoded, is_refused, send_form_to};

const NORTHFIELD: u16 = 1;

/// Runs a test at a site whose authority is a certified provider.
fn run_at_provider(test: impl AsyncFn(&World, &OpenIdProvider)) {
    let provider = OpenIdProvider::start();
    let setup = Setup {
        trusts: Some(provider.issuer().to_owned()),
        // The forms that are sent are read from its log.
        browsers: Browsers::ChromiumAlone,
        ..Setup::default()
    };
    run_with(setup, async |w| {
        let overlay = json!({ "authority": provider.issuer() });
        w.partner_center.configure(json!({ "overlay": overlay }));
        test(w, &provider).await;
    });
}

async fn signs_in(w: &World) {
    w.button("Sign in").click().await;
    w.pick("Ida Lindgren").await;
    w.button("Sign out").appears().await;
}

/// Presses Sign in and gives the `state` that the provider is asked with.
async fn state_at(w: &World, provider: &OpenIdProvider) -> String {
    w.token_forms().await;
    w.button("Sign in").click().await;
    until("the browser is at the provider", async || {
        let address = w.address().await;
        match address.starts_with(provider.issuer()) {
            true => Ok(()),
            false => Err(address),
        }
    })
    .await;
    w.button("Ida Lindgren").appears().await;
    let kept = async {
        w.open("/config.json").await;
        let kept = "return sessionStorage.getItem('vetted.auth.attempt')";
        w.run_script(kept, vec![]).await
    };
    let attempt: Value = serde_json::from_str(kept.await.as_str().unwrap()).unwrap();
    attempt["state"].as_str().unwrap().to_owned()
}

/// The value of a field of the last form that was sent to the token endpoint.
async fn last_sent(w: &World, field: &str) -> String {
    let forms = w.token_forms().await;
    let form = forms.last().expect("a form was sent");
    let found = form.iter().find(|(name, _)| name == field);
    found.expect("the form has the field").1.clone()
}

#[test]
fn a_certified_provider_signs_in_renews_survives_a_reload_and_signs_out() {
    run_at_provider(async |w, _| {
        w.open(&customer_path(NORTHFIELD)).await;
        signs_in(w).await;
        w.is_at(&customer_path(NORTHFIELD)).await;
        w.all(Role::Banner).says("Ida Lindgren").await;
        w.region("Qualifications").says("No qualifications").await;

        w.token_forms().await;
        w.partner_center.expire(json!({}));
        w.button("Refresh").click().await;
        w.status().says("Qualifications read again.").await;
        assert_eq!(last_sent(w, "grant_type").await, "refresh_token");

        w.reload().await;
        w.region("Qualifications").says("No qualifications").await;
        w.is_at(&customer_path(NORTHFIELD)).await;

        w.button("Sign out").click().await;
        w.dialog("Sign out?").button("Sign out").click().await;
        w.link("Sign out at the sign-in service too").click().await;
        w.button("Yes, sign me out").click().await;
        w.is_at("/").await;
        // Whoever signs in next is asked who it is.
        signs_in(w).await;
    });
}

#[test]
fn a_certified_provider_refuses_a_code_that_was_used_and_the_app_says_so() {
    run_at_provider(async |w, provider| {
        w.open("/").await;
        signs_in(w).await;
        let used = last_sent(w, "code").await;
        w.button("Sign out").click().await;
        w.dialog("Sign out?").button("Sign out").click().await;

        let state = state_at(w, provider).await;
        let answer = encoded(&[
            ("code", &used),
            ("state", &state),
            ("iss", provider.issuer()),
        ]);
        w.open(&format!("/auth/callback#{answer}")).await;
        is_refused(w, "used up or has ended").await;
    });
}

#[test]
fn an_answer_that_does_not_come_from_the_certified_provider_is_refused() {
    run_at_provider(async |w, provider| {
        for (issuer, words) in [
            ("https://evil.example", "came from another sign-in service"),
            ("", "came from another sign-in service"),
        ] {
            w.open("/").await;
            let state = state_at(w, provider).await;
            let mut pairs = vec![("code", "made-up"), ("state", &state)];
            if !issuer.is_empty() {
                pairs.push(("iss", issuer));
            }
            w.open(&format!("/auth/callback#{}", encoded(&pairs))).await;
            is_refused(w, words).await;
        }
        w.open("/").await;
        state_at(w, provider).await;
        arrive(w, "/auth/callback#code=made-up&state=wrong").await;
        is_refused(
            w,
            "does not belong to a sign-in that was started in this tab",
        )
        .await;
        assert!(w.token_forms().await.is_empty());
    });
}

#[test]
fn a_refresh_token_that_was_stolen_from_a_certified_provider_s_client_ends_the_sign_in() {
    run_at_provider(async |w, provider| {
        w.open(&customer_path(NORTHFIELD)).await;
        signs_in(w).await;
        w.region("Qualifications").says("No qualifications").await;
        w.token_forms().await;
        w.partner_center.expire(json!({}));
        w.button("Refresh").click().await;
        w.status().says("Qualifications read again.").await;

        let stolen = last_sent(w, "refresh_token").await;
        let form = encoded(&[
            ("grant_type", "refresh_token"),
            ("client_id", sandbox::CLIENT_ID),
            ("refresh_token", &stolen),
        ]);
        let answer = send_form_to(provider.issuer(), "/token", &form).await;
        assert!(answer.contains("invalid_grant"), "{answer}");

        w.partner_center.expire(json!({}));
        w.button("Refresh").click().await;
        let dialog = w.dialog("Sign in again to go on");
        dialog.says("Your sign-in has ended").await;
    });
}
