//! The states of the lookup, which is the page `/`.

use serde_json::{Value, json};

use super::{AGENT, FutureExt, State, shows, state};
use crate::locator::{Find, Role};
use crate::partner_center::PartnerCenter;

pub(super) const STATES: &[State] = &[
    state("lookup", |w| {
        async move {
            w.open_as(AGENT, "/").await;
            shows(w.region("What you can look up"), "Company name")
        }
        .boxed_local()
    }),
    state("lookup-nothing-typed", |w| {
        async move {
            w.open_as(AGENT, "/").await;
            w.look_up("   ").await;
            shows(w.alert(), "Type a customer ID")
        }
        .boxed_local()
    }),
    state("lookup-broken-id", |w| {
        async move {
            w.open_as(AGENT, "/").await;
            w.look_up(&PartnerCenter::customer(1)[..35]).await;
            shows(w.alert(), "but it is not a whole one")
        }
        .boxed_local()
    }),
    state("lookup-too-long", |w| {
        async move {
            w.open_as(AGENT, "/").await;
            w.look_up(&"North ".repeat(100)).await;
            shows(w.alert(), "That is too long for a search.")
        }
        .boxed_local()
    }),
    state("lookup-searching", |w| {
        async move {
            let slow = json!({ "path": "/v1/customers", "times": null, "kind": "stalled" });
            w.partner_center.fails(slow);
            w.open_as(AGENT, "/?q=North").await;
            w.search_field().holds("North").await;
            w.region("What you can look up").is_gone().await;
            w.starting(Role::Region, "").is_gone().await;
            shows(w.all(Role::Search), "Look up")
        }
        .boxed_local()
    }),
    state("lookup-none-found", |w| {
        async move {
            w.open_as(AGENT, "/?q=Nowhere+at+all").await;
            let none = w.region("No customer found");
            shows(none, "begins with “Nowhere at all”")
        }
        .boxed_local()
    }),
    state("lookup-one-found", |w| {
        async move {
            w.open_as(AGENT, "/?q=Northfield").await;
            let found = w.region("1 customer found");
            shows(found, "Northfield Primary School")
        }
        .boxed_local()
    }),
    state("lookup-some-found", |w| {
        async move {
            w.open_as(AGENT, "/?q=North").await;
            shows(w.all(Role::Main), "customers found")
        }
        .boxed_local()
    }),
    state("lookup-many-found", |w| {
        async move {
            w.open_as(AGENT, "/?q=Public+School").await;
            shows(w.region("100 customers found so far"), "There are more.")
        }
        .boxed_local()
    }),
    state("lookup-second-page", |w| {
        async move {
            w.open_as(AGENT, "/?q=Public+School&page=2").await;
            shows(w.region("200 customers found so far"), "Page 2 of 2")
        }
        .boxed_local()
    }),
    state("lookup-failed", |w| {
        async move {
            let page = json!({ "path": "/v1/customers", "times": null, "kind": "truncated" });
            w.partner_center.fails(page);
            w.open_as(AGENT, "/?q=North").await;
            shows(w.alert(), "The customers could not be searched.")
        }
        .boxed_local()
    }),
    state("lookup-not-allowed", |w| {
        async move {
            w.open_as("Indirect reseller", "/?q=North").await;
            w.alert()
                .named(Role::Disclosure, "Details for support")
                .click()
                .await;
            shows(w.alert(), "DirectBillOrIndirectProvider")
        }
        .boxed_local()
    }),
    state("lookup-relay-missing", |w| {
        async move {
            w.open_as(AGENT, "/").await;
            let dead = json!({ "path": "/v1/*", "times": null, "kind": "drop-before" });
            w.partner_center.fails(dead);
            w.look_up("North").await;
            shows(w.alert(), "Check how this site is set up")
        }
        .boxed_local()
    }),
    state("lookup-second-factor-wanted", |w| {
        async move {
            w.open_as("Agent without MFA", "/?q=North").await;
            shows(w.alert(), "multifactor authentication")
        }
        .boxed_local()
    }),
    state("lookup-open-requests", |w| {
        async move {
            super::request::sends(w, 90).await;
            w.title("We do not know yet").appears().await;
            w.all(Role::Banner).link("Customers").click().await;
            shows(w.all(Role::Main), "Requests you should know about")
        }
        .boxed_local()
    }),
    state("not-found", |w| {
        async move {
            w.open_as(AGENT, "/nowhere").await;
            shows(w.all(Role::Main), "There is no page at this address.")
        }
        .boxed_local()
    }),
    state("offline", |w| {
        async move {
            w.open_as(AGENT, "/").await;
            w.region("What you can look up").appears().await;
            w.go_offline(true).await;
            shows(w.all(Role::Main), "Nothing can be read or sent until")
        }
        .boxed_local()
    })
    .of_one_language()
    .in_chromium(),
    state("update-offered", |w| {
        async move {
            w.open_as(AGENT, "/").await;
            // What the module that looks for releases tells; that it does is tested with a release.
            w.run_script("dispatchEvent(new Event('vetted:update'))", vec![])
                .await;
            shows(w.all(Role::Main), "A new version is ready.")
        }
        .boxed_local()
    }),
    state("paused", |w| {
        async move {
            let busy = json!({
                "path": "/v1/customers", "times": null, "status": 429,
                "headers": { "retry-after": "110" }, "body": Value::Null,
            });
            w.partner_center.fails(busy);
            w.open_as(AGENT, "/?q=North").await;
            shows(w.named(Role::Timer, ""), "Everything waits for")
        }
        .boxed_local()
    }),
    state("paused-for-long", |w| {
        async move {
            let busy = json!({
                "path": "/v1/customers", "times": null, "status": 429,
                "headers": { "retry-after": "600" }, "body": Value::Null,
            });
            w.partner_center.fails(busy);
            w.open_as(AGENT, "/?q=North").await;
            shows(w.named(Role::Timer, ""), "for about 10 minutes")
        }
        .boxed_local()
    }),
];
