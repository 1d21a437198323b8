//! What the end-to-end tests are made of: a browser, a sandbox, and the words in which a test says what a person does and
//! sees. Must not know which behaviour is tested.
//!
//! Each test gets a [`World`] of its own: a sandbox on free ports that serves the built site, and a browser with an empty
//! profile. It finds things by role and accessible name only ([`Locator`]), and waits for conditions, never for time.
//! When a test ends, the policy is checked for violations and every place of [`canary::PLACES`] for tokens; when it fails,
//! the page is kept.

pub mod audit;
mod authority;
pub mod bench;
pub mod canary;
pub mod chaos;
mod driver;
mod keys;
mod line;
mod locator;
mod look;
mod partner_center;
mod policy;
mod provider;
mod room;
mod said;
pub mod screenshots;
pub mod states;
mod stranger;
mod tabs;
mod tree;
mod verbs;
mod wait;
mod world;

pub use authority::{Authority, Exchange, run_at_both, run_at_certified, send_raw};
pub use driver::Engine;
pub use keys::Keyboard;
pub use line::Line;
pub use locator::{Facts, Find, Locator, Role};
pub use look::{Colors, Look};
pub use partner_center::{Call, PartnerCenter};
pub use policy::Findings;
pub use provider::OpenIdProvider;
pub use room::Sight;
pub use said::Ear;
pub use stranger::{Reply, Stranger};
pub use thirtyfour::Key;
pub use tree::Trees;
pub use verbs::customer_path;
pub use wait::{PATIENCE, until, until_within};
pub use world::{
    Browsers, Front, Setup, World, built_site, run, run_in_both, run_in_chromium, run_with,
};
