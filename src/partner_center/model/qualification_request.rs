//! A request for a qualification, in types that hold nothing the service would refuse for its form.
//! Must not know how it is sent, nor whether it makes sense for a certain customer.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{QualificationKind, pasted};

/// A qualification to ask for, with exactly what that kind needs
/// (Partner Center docs: update-customer-qualification-asynchronous).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QualificationRequest {
    /// Education. A partner cannot take it back.
    Education {
        /// Which part of education; required.
        segment: EducationSegment,
        /// The institution's website; optional, and highly recommended since it speeds vetting up.
        website: Option<Website>,
    },
    /// Government Community Cloud.
    GovernmentCommunityCloud {
        /// The partner's validation code.
        code: GccCode,
    },
    /// State-owned entity.
    StateOwnedEntity,
}

impl QualificationRequest {
    /// The kind asked for.
    pub fn kind(&self) -> RequestableKind {
        match self {
            QualificationRequest::Education { .. } => RequestableKind::Education,
            QualificationRequest::GovernmentCommunityCloud { .. } => {
                RequestableKind::GovernmentCommunityCloud
            }
            QualificationRequest::StateOwnedEntity => RequestableKind::StateOwnedEntity,
        }
    }
}

/// The kinds that a partner can ask for. The others are only ever read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RequestableKind {
    /// Education.
    Education,
    /// Government Community Cloud.
    GovernmentCommunityCloud,
    /// State-owned entity.
    StateOwnedEntity,
}

impl RequestableKind {
    /// Every kind, in the order of a form.
    pub const ALL: [RequestableKind; 3] = [
        RequestableKind::Education,
        RequestableKind::GovernmentCommunityCloud,
        RequestableKind::StateOwnedEntity,
    ];
}

impl From<RequestableKind> for QualificationKind {
    fn from(kind: RequestableKind) -> Self {
        match kind {
            RequestableKind::Education => QualificationKind::Education,
            RequestableKind::GovernmentCommunityCloud => {
                QualificationKind::GovernmentCommunityCloud
            }
            RequestableKind::StateOwnedEntity => QualificationKind::StateOwnedEntity,
        }
    }
}

/// Which part of education a customer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EducationSegment {
    /// Primary and secondary schools.
    K12,
    /// Universities and colleges.
    HigherEducation,
}

/// The form of the POST that the service understands. Reading is the same for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RequestContract {
    /// Today's: a full JSON object. A validation code goes into the body and, since the generated
    /// reference still asks for it there, into the query as well.
    #[default]
    #[serde(rename = "current")]
    Current,
    /// March 2021: `{"Qualification":"Education"}`, a validation code in the query.
    #[serde(rename = "2021-03")]
    March2021,
    /// December 2020: the kind's number, a validation code in the query.
    #[serde(rename = "2020-12")]
    December2020,
}

/// A validation code as typed or chosen: trimmed, in one piece. Leading zeros count.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GccCode(String);

/// Why a text cannot be a validation code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GccCodeError {
    /// Nothing was typed.
    #[error("no code")]
    Empty,
    /// There is white space inside, as when two codes were pasted.
    #[error("spaces inside the code")]
    HasSpaces,
    /// There are characters inside that cannot be seen.
    #[error("control characters inside the code")]
    HasControlCharacters,
    /// Longer than any code; `limit` counts characters.
    #[error("longer than {limit} characters")]
    TooLong {
        /// The most characters allowed.
        limit: usize,
    },
}

impl GccCode {
    /// The most characters of a code. The documented ones have six.
    pub const LIMIT: usize = 64;

    /// The code as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for GccCode {
    type Error = GccCodeError;

    fn try_from(typed: &str) -> Result<Self, Self::Error> {
        let code = pasted::trimmed(typed);
        if code.is_empty() {
            return Err(GccCodeError::Empty);
        }
        if code.chars().any(char::is_whitespace) {
            return Err(GccCodeError::HasSpaces);
        }
        if code.chars().any(pasted::is_unseen) {
            return Err(GccCodeError::HasControlCharacters);
        }
        if code.chars().count() > Self::LIMIT {
            return Err(GccCodeError::TooLong { limit: Self::LIMIT });
        }
        Ok(GccCode(code.to_owned()))
    }
}

impl fmt::Display for GccCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An institution's website as typed, trimmed: a host name or a web address.
///
/// The documents show bare hosts (`contoso.edu`) and give no format, so the test is only whether it
/// looks like a web address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Website(String);

/// Why a text cannot be a website.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebsiteError {
    /// Nothing was typed.
    #[error("no website")]
    Empty,
    /// There is white space inside.
    #[error("spaces inside the website")]
    HasSpaces,
    /// There are characters inside that cannot be seen.
    #[error("control characters inside the website")]
    HasControlCharacters,
    /// Longer than any home page; `limit` counts characters.
    #[error("longer than {limit} characters")]
    TooLong {
        /// The most characters allowed.
        limit: usize,
    },
    /// An e-mail address, or a user name before the host.
    #[error("an e-mail address, not a website")]
    MailAddress,
    /// No host name with a dot, or an address that is not `http` or `https`.
    #[error("not a web address")]
    NotWebAddress,
}

impl Website {
    /// The most characters of a website.
    pub const LIMIT: usize = 500;

    /// The website as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host name in it, without scheme, port and path.
    pub fn host(&self) -> &str {
        let after_scheme = self
            .0
            .split_once("://")
            .map_or(self.as_str(), |(_, rest)| rest);
        let end = after_scheme.find(['/', '?', '#', ':']);
        after_scheme.split_at(end.unwrap_or(after_scheme.len())).0
    }
}

impl TryFrom<&str> for Website {
    type Error = WebsiteError;

    fn try_from(typed: &str) -> Result<Self, Self::Error> {
        let address = pasted::trimmed(typed);
        if address.is_empty() {
            return Err(WebsiteError::Empty);
        }
        if address.chars().any(char::is_whitespace) {
            return Err(WebsiteError::HasSpaces);
        }
        if address.chars().any(pasted::is_unseen) {
            return Err(WebsiteError::HasControlCharacters);
        }
        if address.chars().count() > Self::LIMIT {
            return Err(WebsiteError::TooLong { limit: Self::LIMIT });
        }
        check_host(address)?;
        Ok(Website(address.to_owned()))
    }
}

fn check_host(address: &str) -> Result<(), WebsiteError> {
    let after_scheme = match address.split_once("://") {
        None => address,
        Some((scheme, rest)) if is_web_scheme(scheme) => rest,
        Some(_) => return Err(WebsiteError::NotWebAddress),
    };
    let host_and_port = after_scheme
        .split(['/', '?', '#'])
        .next()
        .unwrap_or_default();
    if host_and_port.contains('@') {
        return Err(WebsiteError::MailAddress);
    }
    // A colon before anything but a port is another scheme, such as `javascript:`.
    let (host, port) = host_and_port
        .split_once(':')
        .unwrap_or((host_and_port, "0"));
    if port.parse::<u16>().is_err() || !is_host_name(host) {
        return Err(WebsiteError::NotWebAddress);
    }
    Ok(())
}

fn is_web_scheme(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

fn is_host_name(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    host.contains('.') && host.split('.').all(is_label)
}

/// Letters beyond ASCII are let through as they are: the service decides about names in other scripts.
fn is_label(label: &str) -> bool {
    let edge = |c: Option<char>| c.is_some_and(|c| c != '-');
    edge(label.chars().next())
        && edge(label.chars().last())
        && label
            .chars()
            .all(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

impl fmt::Display for Website {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
