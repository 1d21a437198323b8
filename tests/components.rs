//! The app's own components in a real browser, against the running sandbox over HTTP: what they show and what they send.
//! Must not know how they are built inside, nor intercept what they send.
//!
//! All tests of this program share one page and run in turn, so each has a section of its own and leaves nothing behind:
//! see [`stage`]. `cargo xtask test` starts the sandbox, with CORS, and names its address in `VETTED_SANDBOX`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)]

#[path = "components/cards.rs"]
mod cards;
#[path = "components/diagnostics.rs"]
mod diagnostics;
#[path = "components/following.rs"]
mod following;
#[path = "components/form.rs"]
mod form;
#[path = "components/history.rs"]
mod history;
#[path = "components/intents.rs"]
mod intents;
#[path = "components/languages.rs"]
mod languages;
#[path = "components/ledger.rs"]
mod ledger;
#[path = "components/lookup.rs"]
mod lookup;
#[path = "components/many.rs"]
mod many;
#[path = "components/markup.rs"]
mod markup;
#[path = "components/pause.rs"]
mod pause;
#[path = "components/policy.rs"]
mod policy;
#[path = "components/precheck.rs"]
mod precheck;
#[path = "components/refresh.rs"]
mod refresh;
#[path = "components/sandbox.rs"]
mod sandbox;
#[path = "components/sending.rs"]
mod sending;
#[path = "components/silence.rs"]
mod silence;
mod source;
#[path = "components/stage.rs"]
mod stage;
#[path = "components/texts.rs"]
mod texts;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
