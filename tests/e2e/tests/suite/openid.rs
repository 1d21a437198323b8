//! A whole sign-in at a certified OpenID provider instead of the sandbox's authority, to its sign-out there. What it has in
//! common with the sandbox's is in `sign_in.rs` and `attacks.rs`, for both. Must not know how the provider is made.

use e2e::{Browsers, Find, Role, customer_path, run_at_certified};
use serde_json::json;

const NORTHFIELD: u16 = 1;

#[test]
fn a_certified_provider_signs_in_renews_survives_a_reload_and_signs_out() {
    run_at_certified(Browsers::ChromiumAlone, async |w, at| {
        w.open(&customer_path(NORTHFIELD)).await;
        w.sign_in_at(at).await;
        w.is_at(&customer_path(NORTHFIELD)).await;
        w.all(Role::Banner).says("Ida Lindgren").await;
        w.region("Qualifications").says("No qualifications").await;

        w.partner_center.expire(json!({}));
        w.button("Refresh").click().await;
        w.status().says("Qualifications read again.").await;
        let exchanges = at.exchanges(w).await;
        assert_eq!(exchanges.last().unwrap().grant, "refresh_token");

        w.reload().await;
        w.region("Qualifications").says("No qualifications").await;
        w.is_at(&customer_path(NORTHFIELD)).await;

        w.button("Sign out").click().await;
        w.dialog("Sign out?").button("Sign out").click().await;
        w.link("Sign out at the sign-in service too").click().await;
        w.button("Yes, sign me out").click().await;
        w.is_at("/").await;
        // Whoever signs in next is asked who it is.
        w.sign_in_at(at).await;
    });
}
