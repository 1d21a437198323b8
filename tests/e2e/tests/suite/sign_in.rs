//! Signing in and out: who may do what, what stays behind, and what survives the end of a sign-in.

use e2e::{
    Browsers, Find, Role, World, customer_path, run, run_at_both, run_in_both, run_in_chromium,
    until,
};
use serde_json::json;

const NORTHFIELD: u16 = 1;
const NORTHWICK: u16 = 3;

/// The queries with which the authority was asked for a sign-in.
fn asked_for_sign_in(w: &World) -> Vec<String> {
    w.partner_center
        .calls_to("GET", "/authorize")
        .into_iter()
        .map(|call| call.query)
        .collect()
}

/// The kinds of grant for which tokens were asked.
fn token_grants(w: &World) -> Vec<String> {
    let calls = w.partner_center.calls_to("POST", "/token");
    calls
        .iter()
        .map(|call| {
            call.body["grant_type"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

#[test]
fn signing_in_leads_back_to_the_address_asked_for_and_leaves_no_code_behind() {
    run_at_both(Browsers::ChromiumAlone, async |w, at| {
        let wanted = "/?q=Northf%C3%AFeld+%2B+%2541&page=1";
        w.open(wanted).await;
        w.shows_page("Know what a customer is qualified for").await;
        w.sign_in_at(at).await;
        w.is_at(wanted).await;
        w.search_field().holds("Northfïeld + %41").await;
        let visited = w.visited().await;
        assert!(visited.iter().any(|address| address.starts_with(w.site())));
        let callbacks: Vec<_> = visited
            .iter()
            .filter(|address| address.contains("auth/callback"))
            .collect();
        assert!(callbacks.is_empty(), "{callbacks:?}");
    });
}

#[test]
fn a_sales_agent_may_request_a_qualification() {
    run(async |w| {
        w.open_as(
            "Sales agent",
            &format!("{}/request", customer_path(NORTHWICK)),
        )
        .await;
        w.radio("State-owned entity").click().await;
        w.button("Continue").click().await;
        w.button("Send request").click().await;
        w.shows_page("Request sent").await;
        w.card("State-owned entity")
            .says("Assigned (no vetting)")
            .await;
    });
}

#[test]
fn a_helpdesk_agent_may_look_but_a_request_is_refused_with_the_roles_that_may() {
    run(async |w| {
        w.open_as("Helpdesk agent", &customer_path(NORTHWICK)).await;
        w.region("Qualifications").says("No qualifications").await;
        w.link("Request a qualification").click().await;
        w.radio("State-owned entity").click().await;
        w.button("Continue").click().await;
        w.button("Send request").click().await;
        w.shows_page("Not sent").await;
        let alert = w
            .alert()
            .says("The qualification could not be requested.")
            .await;
        assert!(
            alert.text.contains("Admin agent or Sales agent is needed"),
            "{alert:?}"
        );
        let posts = w.partner_center.posts();
        assert_eq!(
            (posts.len(), posts[0].status, posts[0].took_effect),
            (1, Some(403), false)
        );
    });
}

#[test]
fn an_agent_without_a_second_factor_is_told_to_use_one() {
    run(async |w| {
        w.open_as("Agent without MFA", &customer_path(NORTHFIELD))
            .await;
        until("the page names multifactor authentication", async || {
            let alerts = w.alert().now().await;
            let named = alerts
                .iter()
                .any(|alert| alert.text.contains("multifactor authentication"));
            if named {
                Ok(())
            } else {
                Err(format!("{alerts:?}"))
            }
        })
        .await;
        w.button("Sign out").appears().await;
    });
}

#[test]
fn an_indirect_reseller_is_told_that_the_api_is_closed_to_it() {
    run(async |w| {
        w.open_as("Indirect reseller", "/?q=North").await;
        let alert = w.alert().says("The customers could not be searched.").await;
        assert!(
            alert
                .text
                .contains("direct-bill partners and indirect providers"),
            "{alert:?}"
        );
        assert!(
            alert.text.contains("DirectBillOrIndirectProvider"),
            "the service's own words: {alert:?}"
        );
    });
}

#[test]
fn a_reload_keeps_the_place_with_one_redirect_and_no_question() {
    run(async |w| {
        w.open_as("Admin agent", &customer_path(NORTHFIELD)).await;
        w.shows_page("Northfield Primary School").await;
        w.partner_center.forget_calls();
        w.reload().await;
        w.shows_page("Northfield Primary School").await;
        w.is_at(&customer_path(NORTHFIELD)).await;
        let asked = asked_for_sign_in(w);
        assert_eq!(asked.len(), 1, "{asked:?}");
        assert!(asked[0].contains("prompt=none"), "{asked:?}");
    });
}

#[test]
fn a_reload_after_the_authority_forgot_the_person_comes_back_to_the_sign_in_page_with_the_place_kept()
 {
    run_at_both(Browsers::Usual, async |w, at| {
        w.open(&customer_path(NORTHFIELD)).await;
        w.sign_in_at(at).await;
        w.shows_page("Northfield Primary School").await;
        at.forgets_everybody(w).await;
        w.reload().await;
        w.all(Role::Main).says("Your sign-in has ended.").await;
        w.sign_in_at(at).await;
        w.is_at(&customer_path(NORTHFIELD)).await;
        w.shows_page("Northfield Primary School").await;
    });
}

#[test]
fn signing_out_forgets_drafts_and_the_next_sign_in_asks_who_it_is() {
    let request = format!("{}/request", customer_path(NORTHFIELD));
    run_in_both(async |w| {
        w.open_as("Admin agent", &request).await;
        w.radio("Education").click().await;
        w.textbox("Website (optional)").fill("kept.example").await;

        w.button("Sign out").click().await;
        let dialog = w.dialog("Sign out?");
        dialog.says("drafts included").await;
        dialog
            .named(Role::Checkbox, "Also erase this computer’s history")
            .appears()
            .await;
        dialog.button("Cancel").click().await;
        dialog.is_gone().await;
        w.textbox("Website (optional)").holds("kept.example").await;

        w.button("Sign out").click().await;
        dialog.button("Sign out").click().await;
        w.all(Role::Main).says("You are signed out here").await;
        w.link("Sign out at the sign-in service too")
            .appears()
            .await;
        let kept = w
            .run_script("return JSON.stringify({ ...sessionStorage })", vec![])
            .await
            .to_string();
        assert!(!kept.contains("kept.example"), "{kept}");

        w.partner_center.forget_calls();
        w.button("Sign in").click().await;
        w.pick("Sales agent").await;
        w.button("Sign out").appears().await;
        assert!(asked_for_sign_in(w)[0].contains("prompt=select_account"));
        w.all(Role::Banner).says("Tomasz Varga").await;
        w.shows_page("Request a qualification").await;
        w.radio("Education")
            .when("is not chosen", |radio| !radio.checked)
            .await;
    });
}

#[test]
fn signing_out_works_without_a_network() {
    run_in_chromium(async |w| {
        w.open_as("Admin agent", &customer_path(NORTHFIELD)).await;
        w.region("Qualifications").says("No qualifications").await;
        w.go_offline(true).await;
        w.button("Sign out").click().await;
        w.dialog("Sign out?").button("Sign out").click().await;
        w.all(Role::Main).says("You are signed out here").await;
        w.go_offline(false).await;
        w.sign_in_as("Admin agent").await;
    });
}

#[test]
fn an_expired_token_is_renewed_once_however_many_calls_need_it() {
    run(async |w| {
        w.open_as("Admin agent", "/?q=Northfield").await;
        let customer = w.link("Northfield Primary School");
        customer.appears().await;
        w.partner_center.forget_calls();
        w.partner_center.expire(json!({}));
        // The page reads the customer and its qualifications at the same time.
        customer.click().await;
        w.region("Qualifications").says("No qualifications").await;
        w.shows_page("Northfield Primary School").await;
        assert_eq!(token_grants(w), ["refresh_token"]);
        assert!(asked_for_sign_in(w).is_empty());
        let statuses: Vec<_> = w
            .partner_center
            .calls_to("GET", "/qualifications")
            .iter()
            .map(|call| call.status)
            .collect();
        assert_eq!(statuses, [Some(401), Some(200)]);
    });
}

#[test]
fn when_renewing_fails_the_person_signs_in_again_over_the_page_and_what_was_typed_is_kept() {
    let request = format!("{}/request", customer_path(NORTHFIELD));
    run_at_both(Browsers::Usual, async |w, at| {
        w.open(&request).await;
        w.sign_in_at(at).await;
        w.radio("Education").click().await;
        w.textbox("Website (optional)").fill("kept.example").await;
        w.looked_before_sending().await;
        at.forgets_everybody(w).await;
        // The validation codes are read now, and there is no way to a token any more.
        w.radio("Government Community Cloud").click().await;
        let dialog = w.dialog("Sign in again to go on");
        dialog.says("What you typed is kept").await;
        dialog.button("Sign in").click().await;
        w.pick(at.person()).await;

        w.shows_page("Request a qualification").await;
        w.is_at(&request).await;
        w.radio("Government Community Cloud")
            .when("is chosen", |radio| radio.checked)
            .await;
        w.combobox("Validation code").appears().await;
        w.radio("Education").click().await;
        w.textbox("Website (optional)").holds("kept.example").await;
    });
}

#[test]
fn somebody_else_who_signs_in_in_the_middle_does_not_find_the_first_ones_drafts() {
    let request = format!("{}/request", customer_path(NORTHFIELD));
    run(async |w| {
        w.open_as("Admin agent", &request).await;
        w.radio("Education").click().await;
        w.textbox("Website (optional)").fill("kept.example").await;
        w.looked_before_sending().await;
        w.partner_center
            .expire(json!({ "access": true, "refresh": true, "session": true }));
        w.radio("Government Community Cloud").click().await;
        w.dialog("Sign in again to go on")
            .button("Sign in")
            .click()
            .await;
        w.pick("Sales agent").await;
        w.all(Role::Banner).says("Tomasz Varga").await;
        w.shows_page("Request a qualification").await;
        w.radio("Education")
            .when("is not chosen", |radio| !radio.checked)
            .await;
        let kept = w
            .run_script("return JSON.stringify({ ...sessionStorage })", vec![])
            .await;
        assert!(!kept.to_string().contains("kept.example"), "{kept}");
    });
}

#[test]
fn who_does_nothing_is_warned_and_then_signed_out_and_comes_back_to_the_same_place() {
    run(async |w| {
        // Twelve seconds, the warning after six.
        w.partner_center
            .configure(json!({ "overlay": { "idleMinutes": 0.2 } }));
        w.open_as("Admin agent", &customer_path(NORTHFIELD)).await;
        let warning = w.dialog("Are you still there?");
        warning.says("You will be signed out in").await;
        warning.button("Stay signed in").click().await;
        warning.is_gone().await;
        w.shows_page("Northfield Primary School").await;

        w.all(Role::Main)
            .says("You were signed out because nothing happened here for a while.")
            .await;
        w.is_at(&customer_path(NORTHFIELD)).await;
        // The authority still knows the person, but whoever sits here now has to say so.
        w.sign_in_as("Admin agent").await;
        w.shows_page("Northfield Primary School").await;
    });
}

#[test]
fn an_answer_nobody_asked_for_is_thrown_away() {
    run(async |w| {
        w.open("/auth/callback#code=made-up&state=made-up").await;
        let alert = w.alert().says("Signing in did not work.").await;
        assert!(
            alert
                .text
                .contains("does not belong to a sign-in that was started in this tab"),
            "{alert:?}"
        );
        w.is_at("/").await;
        assert!(token_grants(w).is_empty());
        w.sign_in_as("Admin agent").await;
    });
}

#[test]
fn an_authority_that_does_not_answer_is_named_with_the_likely_causes() {
    run(async |w| {
        w.partner_center
            .fails(json!({ "path": "*/openid-configuration", "drop": "before", "times": null }));
        w.open("/").await;
        w.button("Sign in").click().await;
        let alert = w.alert().says("Signing in did not work.").await;
        assert!(
            alert.text.contains("The sign-in service did not answer."),
            "{alert:?}"
        );
        w.partner_center.fails_no_more();
        w.sign_in_as("Admin agent").await;
    });
}

#[test]
fn with_several_tenants_the_person_chooses_one_first() {
    run(async |w| {
        w.partner_center.serves_two_tenants();
        w.open("/?q=North").await;
        w.shows_page("Which partner tenant?").await;
        w.button("Brightpath South").click().await;
        w.sign_in_as("Admin agent").await;
        w.is_at("/?q=North").await;
    });
}
