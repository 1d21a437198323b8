//! The Partner Center API client: operations in, typed results or one typed error out.
//! Must not know Leptos, the pages, the languages, or how a token is obtained.

pub mod address;
pub mod audit;
mod cancel;
pub mod client;
mod diagnosis;
mod error;
mod gate;
mod json;
mod model;
mod precheck;
mod relay;
pub mod request;
pub mod response;
pub mod retry;
mod search;
pub mod silence;
pub mod transport;

pub use cancel::Cancel;
pub use client::{Client, Host, NoToken};
pub use diagnosis::{CODES, Diagnosis};
pub use error::{Error, ErrorKind, Operation, Unexpected};
pub use model::*;
pub use precheck::{AddressPart, Finding, Known, Plan, Point, Precheck, Severity, precheck};
pub use relay::Relay;
pub use search::{Cursor, Found, Page};
pub use silence::Silence;
pub use transport::ask_without_token;
