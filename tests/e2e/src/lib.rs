//! What the end-to-end tests are made of: a browser, a sandbox, and the words in which a test says what a person does and
//! sees. Must not know which behaviour is tested.
//!
//! Each test gets a [`World`] of its own: a sandbox on free ports that serves the built site, and a browser with an empty
//! profile. It finds things by role and accessible name only ([`Locator`]), and waits for conditions, never for time.
//! When a test ends, the policy is checked for violations and the tab for tokens; when it fails, the page is kept.

pub mod chaos;
mod chrome;
mod locator;
mod partner_center;
mod policy;
mod tabs;
mod verbs;
mod wait;
mod world;

pub use locator::{Facts, Find, Locator, Role};
pub use partner_center::{Call, PartnerCenter};
pub use policy::Findings;
pub use thirtyfour::Key;
pub use verbs::customer_path;
pub use wait::{PATIENCE, until, until_within};
pub use world::{Setup, World, built_site, run, run_with};
