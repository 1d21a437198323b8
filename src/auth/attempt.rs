//! One sign-in on its way: what this tab remembers while the person is at the authority.
//! Must not know how the answer looks, nor where text is stored.

use super::discovery::Endpoints;
use super::error::SignInError;
use crate::config::Tenant;
use serde::{Deserialize, Serialize};

/// How long the person may take at the authority, in milliseconds. A code itself lives about ten minutes.
const LONGEST: f64 = 60.0 * 60.0 * 1000.0;

/// Kept in session storage, so that each tab has its own, and removed before it is looked at, so that it is used once.
///
/// Has no `Debug`: the verifier is worth as much as the code that comes back.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Attempt {
    /// Comes back with the answer and proves that it belongs to this attempt (RFC 9700 section 4.7).
    pub(super) state: String,
    /// Proves to the token endpoint that the code was asked for here (RFC 7636).
    pub(super) verifier: String,
    /// Comes back in the ID token.
    pub(super) nonce: String,
    /// Who was asked, and where the code is to be exchanged (RFC 9700 section 4.4: no other authority may answer).
    pub(super) endpoints: Endpoints,
    /// The configured authority and application, in case the configuration changes in between.
    pub(super) authority: String,
    /// The application's ID.
    pub(super) client_id: String,
    /// The address of the app to come back to.
    pub(super) return_to: String,
    /// Whether the person was not to be asked anything (`prompt=none`).
    pub(super) silent: bool,
    /// When the page left, in milliseconds of this computer's time.
    pub(super) started: f64,
}

impl Attempt {
    pub(super) fn to_text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    pub(super) fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Whether an answer with this `state` belongs here, and the configuration and the hour still fit.
    pub(super) fn check(&self, state: &str, tenant: &Tenant, now: f64) -> Result<(), SignInError> {
        let same = self.state == state && !state.is_empty();
        if !same
            || self.authority != tenant.authority.as_str()
            || self.client_id != tenant.client_id
        {
            return Err(SignInError::StateMismatch);
        }
        // What lay in storage is held to the same rules as what came over the network.
        if self.endpoints.clone().held_to(&tenant.authority).as_ref() != Ok(&self.endpoints) {
            return Err(SignInError::StateMismatch);
        }
        if now - self.started > LONGEST {
            return Err(SignInError::AttemptTooOld);
        }
        Ok(())
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::discovery::tests::{AUTHORITY, document};
    use super::super::pkce::tests::VERIFIER;
    use super::*;
    use crate::config::Config;
    use serde_json::json;

    pub(in crate::auth) const CLIENT: &str = "3f9a1c52-7d04-4e6b-9a8e-2b1c5d7e9f01";

    pub(in crate::auth) fn tenant() -> Tenant {
        let text = json!({
            "authority": AUTHORITY, "clientId": CLIENT,
            "scopes": ["openid", "offline_access", "https://api.partnercenter.microsoft.com/user_impersonation"]
        });
        Config::parse(&text.to_string()).unwrap().tenants.remove(0)
    }

    pub(in crate::auth) fn attempt() -> Attempt {
        let tenant = tenant();
        Attempt {
            state: "the-state".to_owned(),
            verifier: VERIFIER.to_owned(),
            nonce: "the-nonce".to_owned(),
            endpoints: Endpoints::read(&document().to_string(), &tenant.authority).unwrap(),
            authority: tenant.authority.as_str().to_owned(),
            client_id: tenant.client_id,
            return_to: "/customers/x?a=b#c".to_owned(),
            silent: false,
            started: 1_000_000.0,
        }
    }

    #[test]
    fn an_attempt_survives_storage() {
        let text = attempt().to_text().unwrap();
        assert!(Attempt::from_text(&text).unwrap() == attempt());
        assert!(Attempt::from_text("{}").is_none());
        assert!(Attempt::from_text("").is_none());
    }

    #[test]
    fn only_its_own_state_fits() {
        let attempt = attempt();
        assert_eq!(
            attempt.check("the-state", &tenant(), attempt.started),
            Ok(())
        );
        for state in ["", "the-stat", "the-state ", "another"] {
            assert_eq!(
                attempt.check(state, &tenant(), attempt.started),
                Err(SignInError::StateMismatch)
            );
        }
    }

    #[test]
    fn an_empty_state_never_fits() {
        let attempt = Attempt {
            state: String::new(),
            ..attempt()
        };
        assert_eq!(
            attempt.check("", &tenant(), attempt.started),
            Err(SignInError::StateMismatch)
        );
    }

    #[test]
    fn a_configuration_that_changed_in_between_does_not_fit() {
        let attempt = attempt();
        let mut other = tenant();
        other.client_id = "00000000-0000-0000-0000-000000000001".to_owned();
        assert_eq!(
            attempt.check("the-state", &other, attempt.started),
            Err(SignInError::StateMismatch)
        );
    }

    #[test]
    fn stored_endpoints_on_another_origin_do_not_fit() {
        let text = attempt()
            .to_text()
            .unwrap()
            .replace("login.authority.example/5b2c", "evil.example/5b2c");
        let attempt = Attempt::from_text(&text).unwrap();
        assert_eq!(
            attempt.check("the-state", &tenant(), attempt.started),
            Err(SignInError::StateMismatch)
        );
    }

    #[test]
    fn an_answer_that_comes_after_an_hour_is_too_late() {
        let attempt = attempt();
        assert_eq!(
            attempt.check("the-state", &tenant(), attempt.started + LONGEST),
            Ok(())
        );
        assert_eq!(
            attempt.check("the-state", &tenant(), attempt.started + LONGEST + 1.0),
            Err(SignInError::AttemptTooOld)
        );
    }
}
