//! What was observed of the site, the sign-in service, the relay and the sign-in: plain facts.
//! Must not know how they are found out, nor what follows from them.

use crate::assets::Look;
use crate::auth::SignInError;
use crate::config::Tenant;
use crate::features::start_up::SetUpProblem;
use crate::partner_center::{Error, Relay};

/// Everything that was observed. What is `None` has not been asked yet, or could not be.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// The page itself.
    pub page: Place,
    /// How the server answers for the page's own address; the inner `None` is no answer.
    pub start_page: Option<Option<Look>>,
    /// How it answers for `config.json`.
    pub config_file: Option<Option<Look>>,
    /// What `config.json` says.
    pub config: Option<Result<Tenant, SetUpProblem>>,
    /// A file whose name changes with its content, and how the server answers for it.
    pub kept_file: Option<(String, Option<Look>)>,
    /// The sign-in service's description of itself.
    pub authority: Option<Result<(), Undescribed>>,
    /// Who answers where Partner Center should.
    pub relay: Option<Relay>,
    /// Who is signed in.
    pub person: Person,
    /// What Partner Center says to that person's sign-in.
    pub service: Option<Result<(), Error>>,
    /// How far this computer's clock is ahead of the server's, in seconds.
    pub clock_ahead: Option<f64>,
    /// The commit that the site was made from, where the site says so.
    pub commit: Option<String>,
    /// Whether everything has been asked.
    pub complete: bool,
}

/// Where the page is, as the browser sees it.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Scheme, host and port.
    pub origin: String,
    /// The path of the address.
    pub path: String,
    /// Where the app was built to live, with a slash at both ends.
    pub base: String,
    /// Whether the browser takes it for a secure context.
    pub secure: bool,
    /// Whether the browser says that it is offline.
    pub offline: bool,
}

/// Why the sign-in service's description cannot be used.
#[derive(Clone, Debug, PartialEq)]
pub struct Undescribed {
    /// As a sign-in would fail.
    pub error: SignInError,
    /// Whether anything answered there all the same, which pages may not read.
    pub answers: bool,
}

/// Who is signed in in this tab.
#[derive(Clone, Debug, Default)]
pub enum Person {
    /// Nobody.
    #[default]
    Nobody,
    /// Nobody, after an attempt that failed.
    Failed(SignInError),
    /// Somebody, whose sign-in is good for these scopes.
    Somebody(Vec<String>),
}
