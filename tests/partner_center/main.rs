//! The API client, natively: what it sends, how it reads, when it renews, what may be asked for.
//! Must not need a browser, a network or the sandbox: `tests/e2e` has those.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

mod availability;
mod calling;
mod paging;
mod properties;
mod reading_customers;
mod reading_errors;
mod reading_qualifications;
mod reading_validation_codes;
mod requests;
mod support;
mod typed_text;
