//! What can go wrong between pressing `Sign in` and holding a token, as types.
//! Must not know how any of it is worded, nor hold a token or a code.

use serde::Deserialize;

/// The step of signing in that was under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Reading `{authority}/.well-known/openid-configuration`.
    Discovery,
    /// Reading what the authority put into the address it sent the person back to.
    Callback,
    /// Exchanging the code for tokens.
    Exchange,
    /// Getting a fresh access token without the person.
    Renewal,
}

/// Why signing in, or renewing a token, did not work.
///
/// No variant carries a token, a code, a verifier or a `state`, so that an error may be shown, copied and logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInError {
    /// No answer arrived: offline, blocked by a policy or a firewall, refused by the browser's cross-origin rules
    /// (the redirect address is not registered for single-page apps), or longer than the time limit.
    NoAnswer(Step),
    /// An HTTP error without an explanation that OAuth 2.0 defines. The number is the HTTP status.
    Status(Step, u16),
    /// An answer arrived that is not what the step expects (HTML, broken JSON, missing fields).
    Unreadable(Step),
    /// An answer was longer than [`BODY_LIMIT`] bytes and was not read.
    TooLarge(Step),
    /// The authority's description of itself cannot be used.
    DiscoveryWrong(DiscoveryProblem),
    /// The answer does not belong to a sign-in that this tab started, or was used before.
    StateMismatch,
    /// The sign-in was started too long ago.
    AttemptTooOld,
    /// The answer names another issuer than the one asked (RFC 9207), or none although one was promised.
    IssuerMismatch {
        /// The issuer that was asked. `{tenantid}` stands for any tenant's ID.
        expected: String,
        /// The issuer that the answer names, if any.
        got: Option<String>,
    },
    /// The ID token was made for another sign-in.
    NonceMismatch,
    /// The ID token was made for another application.
    AudienceMismatch,
    /// The renewed tokens are another person's.
    PersonChanged,
    /// The authority says no, in its own words.
    Authority(Box<AuthorityError>),
    /// The session is over: the person has to sign in again.
    Expired,
    /// Nobody is signed in.
    NotSignedIn,
    /// Renewed tokens were refused again and again; only a fresh sign-in could help ([`super::Prompt::Login`]).
    StillRefused,
    /// The browser offers no cryptography here: the page did not come over https or from this computer.
    InsecureContext,
    /// The browser does not let the page keep session storage.
    StorageBlocked,
}

/// The longest answer that is read from the authority, in bytes. Real ones have a few thousand.
pub const BODY_LIMIT: usize = 1_000_000;

impl SignInError {
    /// Whether the likeliest cause is how the site or the app is set up, so that its administrator has to look.
    pub fn suspects_set_up(&self) -> bool {
        use Cause::{Consent, NotPublic, NotSinglePage, RedirectAddress, SetUp, UnknownApp};
        match self {
            Self::NoAnswer(_)
            | Self::Status(..)
            | Self::Unreadable(_)
            | Self::TooLarge(_)
            | Self::DiscoveryWrong(_)
            | Self::IssuerMismatch { .. }
            | Self::AudienceMismatch
            | Self::InsecureContext => true,
            Self::Authority(said) => matches!(
                said.cause(),
                Consent | NotPublic | NotSinglePage | RedirectAddress | SetUp | UnknownApp
            ),
            _ => false,
        }
    }

    /// Whether only the person can go on, by signing in again (RFC 6749 section 5.2 and OpenID Connect Core section
    /// 3.1.2.6 name the codes).
    pub fn needs_person(&self) -> bool {
        match self {
            Self::Authority(said) => matches!(
                said.error.as_str(),
                "invalid_grant"
                    | "interaction_required"
                    | "login_required"
                    | "consent_required"
                    | "account_selection_required"
            ),
            Self::Expired | Self::NotSignedIn | Self::PersonChanged => true,
            _ => false,
        }
    }
}

/// What the authority refuses for, told apart as far as who has to do what differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A second factor is missing; a fresh sign-in asks for it.
    Mfa,
    /// The authority wants to see the person.
    Interaction,
    /// A Conditional Access policy forbids it.
    Policy,
    /// Nobody has allowed the app to act for the person.
    Consent,
    /// Cancelled by the person, or not granted.
    Denied,
    /// The session is over, or the code was used or too old.
    Ended,
    /// The authority knows no such client ID.
    UnknownApp,
    /// The redirect address is not registered.
    RedirectAddress,
    /// The redirect address is registered for another kind of app than a single-page one.
    NotSinglePage,
    /// The app is registered as one that keeps a secret.
    NotPublic,
    /// Anything else about how the app is set up.
    SetUp,
    /// Another refusal: its words are all there is.
    Other,
}

impl Cause {
    /// Every cause, in the order of their declaration.
    pub const ALL: [Cause; Cause::Other as usize + 1] = [
        Cause::Mfa,
        Cause::Interaction,
        Cause::Policy,
        Cause::Consent,
        Cause::Denied,
        Cause::Ended,
        Cause::UnknownApp,
        Cause::RedirectAddress,
        Cause::NotSinglePage,
        Cause::NotPublic,
        Cause::SetUp,
        Cause::Other,
    ];
}

/// Numbers of Entra ID (Microsoft Entra docs: reference-error-codes). They may change at any time, so they decide only which
/// words are shown; where none is known, the OAuth 2.0 code does.
const NUMBERS: [(i64, Cause); 11] = [
    (50011, Cause::RedirectAddress),
    (50076, Cause::Mfa),
    (50079, Cause::Mfa),
    (50158, Cause::Mfa),
    (53003, Cause::Policy),
    (65001, Cause::Consent),
    (90094, Cause::Consent),
    (700016, Cause::UnknownApp),
    (700025, Cause::NotPublic),
    (7000218, Cause::NotPublic),
    (9002326, Cause::NotSinglePage),
];

impl AuthorityError {
    /// Why the authority refuses: by Entra ID's number, in the list or in the words, else by the OAuth 2.0 code.
    pub fn cause(&self) -> Cause {
        let known = |number: i64| NUMBERS.iter().find(|row| row.0 == number);
        let listed = self.codes.iter().copied().find_map(known);
        let numbered = listed.or_else(|| numbers_in(&self.description).find_map(known));
        match (numbered, self.error.as_str()) {
            (Some((_, cause)), _) => *cause,
            (None, "interaction_required" | "login_required" | "account_selection_required") => {
                Cause::Interaction
            }
            (None, "consent_required") => Cause::Consent,
            (None, "access_denied") => Cause::Denied,
            (None, "invalid_grant") => Cause::Ended,
            (
                None,
                "invalid_client" | "unauthorized_client" | "invalid_scope" | "invalid_request",
            ) => Cause::SetUp,
            (None, _) => Cause::Other,
        }
    }
}

/// Every number that the words name, as in "AADSTS50076: …".
fn numbers_in(words: &str) -> impl Iterator<Item = i64> {
    words.split("AADSTS").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit());
        rest[..end.unwrap_or(rest.len())].parse().ok()
    })
}

/// What is wrong with `{authority}/.well-known/openid-configuration`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiscoveryProblem {
    /// A field is not there, or is not text.
    Missing(&'static str),
    /// An address is neither https nor http on this computer, or cannot be read.
    NotSecure {
        /// The field.
        field: &'static str,
        /// What it says.
        found: String,
    },
    /// An address lies on another origin than the configured authority.
    OtherOrigin {
        /// The field.
        field: &'static str,
        /// What it says.
        found: String,
        /// The origin of the configured authority.
        expected: String,
    },
    /// The authority lists its PKCE methods, and `S256` is not among them.
    NoS256,
}

/// The authority's own refusal: the shape of RFC 6749 section 5.2 and what Entra ID adds to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct AuthorityError {
    /// The OAuth 2.0 code, such as `invalid_grant`.
    pub error: String,
    /// The explanation for people, in the authority's words. Empty when there was none.
    #[serde(default, rename = "error_description")]
    pub description: String,
    /// Entra ID's numbers, such as 50076 for `AADSTS50076`.
    #[serde(default, rename = "error_codes")]
    pub codes: Vec<i64>,
    /// Entra ID's trace ID, for its support.
    #[serde(default)]
    pub trace_id: Option<String>,
    /// Entra ID's correlation ID, for its support.
    #[serde(default)]
    pub correlation_id: Option<String>,
    /// When Entra ID refused, as it writes it.
    #[serde(default)]
    pub timestamp: Option<String>,
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn refused(error: &str, description: &str, codes: &[i64]) -> Cause {
        let said = AuthorityError {
            error: error.to_owned(),
            description: description.to_owned(),
            codes: codes.to_vec(),
            ..AuthorityError::default()
        };
        said.cause()
    }

    #[test]
    fn a_number_tells_the_cause_from_the_list_or_from_the_words() {
        for (number, cause) in NUMBERS {
            assert_eq!(refused("invalid_grant", "", &[number]), cause, "{number}");
            let words = format!("AADSTS{number}: Some words. Trace ID: 0");
            assert_eq!(refused("invalid_grant", &words, &[]), cause, "{number}");
            let nested = format!("AADSTS70000: Because of AADSTS{number}");
            assert_eq!(
                refused("invalid_grant", &nested, &[70000]),
                cause,
                "{number}"
            );
        }
    }

    #[test]
    fn without_a_known_number_the_code_tells_it() {
        for (code, cause) in [
            ("interaction_required", Cause::Interaction),
            ("login_required", Cause::Interaction),
            ("consent_required", Cause::Consent),
            ("access_denied", Cause::Denied),
            ("invalid_grant", Cause::Ended),
            ("invalid_client", Cause::SetUp),
            ("unauthorized_client", Cause::SetUp),
            ("temporarily_unavailable", Cause::Other),
            ("", Cause::Other),
        ] {
            for words in ["", "AADSTS", "AADSTS1: x", "AADSTS99999999999999999999: x"] {
                assert_eq!(refused(code, words, &[1]), cause, "{code} {words}");
            }
        }
    }
}
