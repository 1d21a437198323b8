//! The states outside: signing in, choosing a tenant, a configuration that cannot be used; and the dialogs about a sign-in.

use serde_json::json;

use super::{AGENT, FutureExt, State, shows, state};
use crate::locator::{Find, Role};
use crate::verbs::customer_path;
use crate::world::World;

pub(super) const STATES: &[State] = &[
    state("sign-in", |w| {
        async move {
            w.open("/").await;
            shows(w.all(Role::Main), "Sign in with your partner account")
        }
        .boxed_local()
    }),
    state("sign-in-leaving", |w| {
        async move {
            let slow =
                json!({ "path": "*/openid-configuration", "kind": "stalled", "times": null });
            w.partner_center.fails(slow);
            w.open("/").await;
            w.button("Sign in").click().await;
            let disabled = "is on its way";
            w.button("Sign in").when(disabled, |it| it.disabled).await;
            shows(w.all(Role::Main), "Sign in with your partner account")
        }
        .boxed_local()
    }),
    state("sign-in-signed-out", |w| {
        async move {
            w.open_as(AGENT, "/").await;
            w.sign_out().await;
            shows(w.all(Role::Main), "You are signed out here")
        }
        .boxed_local()
    }),
    state("sign-in-not-ours", |w| {
        async move {
            w.open("/auth/callback#code=made-up&state=made-up").await;
            shows(w.alert(), "does not belong to a sign-in")
        }
        .boxed_local()
    }),
    state("sign-in-refused", |w| {
        async move {
            let denied = "/auth/callback#error=access_denied&error_description=No&state=made-up";
            w.open(denied).await;
            shows(w.alert(), "Signing in did not work.")
        }
        .boxed_local()
    }),
    state("sign-in-no-answer", |w| {
        async move {
            w.partner_center.fails(
                json!({ "path": "*/openid-configuration", "drop": "before", "times": null }),
            );
            w.open("/").await;
            w.button("Sign in").click().await;
            shows(w.alert(), "The sign-in service did not answer.")
        }
        .boxed_local()
    }),
    state("sign-in-after-idling", |w| {
        async move {
            w.open_as(AGENT, &customer_path(1)).await;
            w.title("Northfield Primary School").appears().await;
            w.wall_clock_jumps(61).await;
            shows(w.all(Role::Main), "because nothing happened here")
        }
        .boxed_local()
    })
    .in_chromium(),
    state("sign-in-expired", |w| {
        async move {
            w.open_as(AGENT, &customer_path(1)).await;
            w.title("Northfield Primary School").appears().await;
            everything_expires(w);
            w.reload().await;
            shows(w.all(Role::Main), "Your sign-in has ended.")
        }
        .boxed_local()
    }),
    state("tenant-choice", |w| {
        async move {
            w.partner_center.serves_two_tenants();
            w.open("/").await;
            shows(w.all(Role::Main), "Which partner tenant?")
        }
        .boxed_local()
    }),
    state("tenant-chosen", |w| {
        async move {
            w.partner_center.serves_two_tenants();
            w.open("/").await;
            w.button("Brightpath South").click().await;
            shows(w.all(Role::Main), "Choose another tenant")
        }
        .boxed_local()
    }),
    state("config-missing", |w| {
        async move {
            w.partner_center
                .configure(json!({ "status": 404, "raw": "" }));
            w.open("/").await;
            shows(w.alert(), "There is no config.json beside index.html.")
        }
        .boxed_local()
    }),
    state("config-not-json", |w| {
        async move {
            w.partner_center
                .configure(json!({ "raw": "{\n  \"authority\": }" }));
            w.open("/").await;
            shows(w.alert(), "not valid JSON")
        }
        .boxed_local()
    }),
    state("config-wrong-fields", |w| {
        async move {
            let wrong = json!({ "requestContract": "1999", "scopes": [], "clientId": null });
            w.partner_center.configure(json!({ "overlay": wrong }));
            w.open("/").await;
            shows(w.alert(), "current, 2021-03, 2020-12")
        }
        .boxed_local()
    }),
    state("config-not-now", |w| {
        async move {
            w.partner_center
                .configure(json!({ "status": 503, "raw": "" }));
            w.open("/").await;
            shows(w.alert(), "HTTP status 503")
        }
        .boxed_local()
    }),
    state("dialog-sign-out", |w| {
        async move {
            w.open_as(AGENT, "/").await;
            w.button("Sign out").click().await;
            shows(w.dialog("Sign out?"), "drafts included")
        }
        .boxed_local()
    }),
    state("dialog-sign-out-unresolved", |w| {
        async move {
            super::request::sends(w, 90).await;
            w.title("We do not know yet").appears().await;
            w.button("Sign out").click().await;
            shows(w.dialog("Sign out?"), "The outcome of 1 request")
        }
        .boxed_local()
    }),
    state("dialog-sign-in-again", |w| {
        async move {
            w.open_as(AGENT, &format!("{}/request", customer_path(1)))
                .await;
            w.radio("Education").click().await;
            w.looked_before_sending().await;
            everything_expires(w);
            w.radio("Government Community Cloud").click().await;
            shows(w.dialog("Sign in again to go on"), "What you typed is kept")
        }
        .boxed_local()
    }),
    state("dialog-idle", |w| {
        async move {
            w.open_as(AGENT, &customer_path(1)).await;
            w.title("Northfield Primary School").appears().await;
            w.wall_clock_jumps(58).await;
            let dialog = w.dialog("Are you still there?");
            shows(dialog, "You will be signed out in")
        }
        .boxed_local()
    })
    .in_chromium(),
];

fn everything_expires(w: &World) {
    w.partner_center
        .expire(json!({ "access": true, "refresh": true, "session": true }));
}
