//! The simulated Partner Center and sign-in authority: a native HTTP server, for people without an account and for tests.
//! Must not share code with the app, or both could be wrong together.
//!
//! The behaviour is a state machine, [`world::World`], that takes one request and the time and gives one answer.
//! [`serve`] puts sockets around it: one for the API, the authority and the control address `/sandbox/*`, and if wanted
//! one for the site, which serves the app's files under a strict policy and relays `/v1/*` to the API as a deployment
//! does. What it simulates, and where it guesses, is in `docs/sandbox.md`.

mod audit;
mod authority;
mod clock;
mod control;
mod customers;
mod faults;
mod generated;
mod history;
mod journal;
mod lists;
mod named;
mod pages;
mod partner_center;
mod personas;
mod provider;
mod random;
mod refusal;
mod request_body;
mod server;
mod site;

pub mod http;
pub mod world;

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

pub use named::id as named_customer_id;
pub use personas::{CLIENT_ID, Persona, TENANT_DOMAIN, TENANT_ID};
pub use server::{Running, serve};

/// Which of the documented forms a request for a qualification must have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contract {
    /// A JSON object with segment, website or code: documents since June 2022.
    #[default]
    Current,
    /// `{"Qualification": …}`: documents of March 2021.
    March2021,
    /// An integer: documents of December 2020.
    December2020,
}

impl Contract {
    /// The name on the command line and in `config.json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::March2021 => "2021-03",
            Self::December2020 => "2020-12",
        }
    }
}

impl FromStr for Contract {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Current, Self::March2021, Self::December2020]
            .into_iter()
            .find(|contract| contract.name() == text)
            .ok_or_else(|| format!("there is no contract '{text}': current, 2021-03 or 2020-12"))
    }
}

/// How a sandbox is to be. The default is what `cargo xtask sandbox` starts, on free ports.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port of API, authority and control address; 0 takes a free one.
    pub api_port: u16,
    /// Port of the site; 0 takes a free one. Used only with `site_dir`.
    pub site_port: u16,
    /// The folder with the app's built files; no site without it.
    pub site_dir: Option<PathBuf>,
    /// The path the site lives under; starts and ends with a slash.
    pub base: String,
    /// The file to serve as the site's `config.json`; the sandbox's own without it.
    pub config_file: Option<PathBuf>,
    /// How many customers to make up, apart from the named ones.
    pub customers: usize,
    /// What the made-up customers depend on.
    pub seed: u64,
    /// How long vetting takes, in seconds of the sandbox's clock.
    pub vetting_seconds: u64,
    /// How long every answer is held back.
    pub latency: Duration,
    /// How many percent of the API's requests fail at random.
    pub chaos_percent: u8,
    /// Which form requests for qualifications must have.
    pub contract: Contract,
    /// An origin that may call the API directly, or `*`; without it the API has no CORS, like the real one.
    pub cors: Option<String>,
    /// The issuer of another OpenID provider on this machine, whose tokens to accept as an Admin agent's.
    pub trust_issuer: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            api_port: 0,
            site_port: 0,
            site_dir: None,
            base: "/".to_owned(),
            config_file: None,
            customers: 250,
            seed: 1,
            vetting_seconds: 20,
            latency: Duration::ZERO,
            chaos_percent: 0,
            contract: Contract::Current,
            cors: None,
            trust_issuer: None,
        }
    }
}
