//! The states in which the app is not there: it is not yet, it cannot start, or it has stopped.

use super::{AGENT, FutureExt, State, shows, state};
use crate::locator::{Find, Role};

/// No program ever arrives, and the time until that is said passes quickly.
const NOTHING_ARRIVES: &str = "const real = globalThis.fetch;
    globalThis.fetch = (what, ...how) => String(what).endsWith('.wasm') ? new Promise(() => {}) : real(what, ...how);";
const LATER: &str = "const timer = globalThis.setTimeout;
    globalThis.setTimeout = (what, after, ...how) => timer(what, after >= 5000 ? after / 50 : after, ...how);";
const NOT_SO_LATE: &str = "const timer = globalThis.setTimeout;
    globalThis.setTimeout = (what, after, ...how) => timer(what, after === 5000 ? 0 : after * 100, ...how);";

pub(super) const STATES: &[State] = &[
    state("shell-sign-in", |w| {
        async move {
            w.before_each_page(NOTHING_ARRIVES).await;
            w.open("/").await;
            shows(w.button("Sign in"), "Sign in")
        }
        .boxed_local()
    })
    .in_chromium(),
    state("shell-sign-in-pressed", |w| {
        async move {
            w.before_each_page(NOTHING_ARRIVES).await;
            w.open("/").await;
            w.button("Sign in").click().await;
            shows(w.all(Role::Main), "Loading Vetted…")
        }
        .boxed_local()
    })
    .in_chromium(),
    state("shell-loading", |w| {
        async move {
            w.before_each_page(NOTHING_ARRIVES).await;
            w.open("/diagnostics").await;
            shows(w.all(Role::Main), "Loading Vetted…")
        }
        .boxed_local()
    })
    .in_chromium(),
    state("shell-loading-for-long", |w| {
        async move {
            w.before_each_page(NOTHING_ARRIVES).await;
            w.before_each_page(NOT_SO_LATE).await;
            w.open("/").await;
            shows(w.all(Role::Main), "This is taking longer than usual.")
        }
        .boxed_local()
    })
    .in_chromium(),
    state("shell-late", |w| {
        async move {
            w.before_each_page(NOTHING_ARRIVES).await;
            w.before_each_page(LATER).await;
            w.open("/").await;
            shows(w.all(Role::Main), "Vetted is still loading")
        }
        .boxed_local()
    })
    .in_chromium(),
    state("shell-could-not-start", |w| {
        async move {
            w.before_each_page(
                "const real = globalThis.fetch; globalThis.fetch = (what, ...how) => \
                 String(what).endsWith('.wasm') ? Promise.reject(new TypeError('Failed')) : real(what, ...how);",
            )
            .await;
            w.open("/").await;
            shows(w.alert(), "Vetted could not start")
        }
        .boxed_local()
    })
    .in_chromium(),
    state("shell-old-browser", |w| {
        async move {
            w.before_each_page("delete HTMLElement.prototype.popover")
                .await;
            w.open("/").await;
            shows(w.alert(), "This browser is too old for Vetted")
        }
        .boxed_local()
    })
    .in_chromium(),
    state("shell-insecure", |w| {
        async move {
            let elsewhere = w.site().replace("127.0.0.1", "elsewhere.example");
            let gone = w.driver().goto(elsewhere).await;
            gone.expect("the other name of the site");
            shows(w.alert(), "Vetted needs a secure connection")
        }
        .boxed_local()
    }),
    state("shell-stopped", |w| {
        async move {
            w.open("/sandbox/panic").await;
            w.button("Sign in").click().await;
            w.pick(AGENT).await;
            shows(w.all(Role::Main), "This page panics on purpose.")
        }
        .boxed_local()
    })
    .broken(),
];
