//! Why no answer came: what was found out, and what follows from it. Pure.
//! Must not know how it is found out or how it is worded.

use serde::{Deserialize, Serialize};

use super::response::Answer;

/// The likeliest reason for a call that died without a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Silence {
    /// The browser says that it is offline.
    Offline,
    /// The site's own policy (`connect-src`) forbade the call.
    Blocked,
    /// The site itself does not answer either: its server, or the way to it.
    SiteUnreachable,
    /// The site answers, but its relay to Partner Center does not.
    RelayMissing,
    /// The relay answers when asked again: this one call's connection broke.
    ConnectionLost,
    /// Another address is called directly, and nothing more can be found out about that from here. Usually it
    /// does not allow calls from a browser.
    Unexplained,
}

/// What was found out after a call had died without a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The browser says that it is offline.
    pub offline: bool,
    /// The site's policy forbade it to ask again.
    pub blocked: bool,
    /// Calls go to the site's own origin, where its relay is.
    pub own_origin: bool,
    /// What answered to the same address, asked without a token.
    pub probe: Probe,
    /// The site answers for itself.
    pub site_answers: bool,
}

/// What answered when the API was asked without a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Partner Center, or a relay that could not reach it.
    PartnerCenter,
    /// Something else, such as the site's own page for addresses that it does not know.
    SomethingElse,
    /// Nothing.
    Nothing,
}

impl Probe {
    /// Reads an answer. Without a token the service says 401, and any JSON or `MS-*` header is its own.
    pub fn of(answer: &Answer) -> Probe {
        let names = answer.headers.iter().map(|(name, _)| name);
        let mut names = names.map(|name| name.to_ascii_lowercase());
        let is_its_own = |name: String| name.starts_with("ms-") || name == "www-authenticate";
        let kind = answer.header("Content-Type").unwrap_or_default();
        // A relay says 5xx itself when Partner Center does not answer.
        let answers = answer.status == 401
            || answer.status >= 500
            || kind.to_ascii_lowercase().contains("json")
            || names.any(is_its_own);
        match answers {
            true => Probe::PartnerCenter,
            false => Probe::SomethingElse,
        }
    }
}

impl Facts {
    /// The likeliest reason, as far as these facts show it.
    pub fn reason(&self) -> Silence {
        if self.offline {
            return Silence::Offline;
        }
        if self.blocked {
            return Silence::Blocked;
        }
        match self.probe {
            Probe::PartnerCenter => Silence::ConnectionLost,
            _ if !self.own_origin => Silence::Unexplained,
            Probe::SomethingElse => Silence::RelayMissing,
            Probe::Nothing if self.site_answers => Silence::RelayMissing,
            Probe::Nothing => Silence::SiteUnreachable,
        }
    }
}
