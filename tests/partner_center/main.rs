//! The API client, natively: what it sends, how it reads, when it renews, what may be asked for.
//! Must not need a browser, a network or the sandbox: `tests/e2e` has those.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

mod account;
mod audit;
mod availability;
#[cfg(feature = "third-party-data")]
mod bad_data;
mod calling;
mod diagnosis;
mod fixtures;
mod mutations;
mod oracle;
mod paging;
mod precheck;
mod properties;
mod reading;
mod relay;
mod requests;
mod retrying;
mod sellable;
mod sending_again;
mod silence;
mod stage;
mod support;
mod typed_text;
