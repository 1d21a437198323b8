//! The authority's description of itself (OpenID Connect Discovery 1.0), read and held to the configured authority.
//! Must not know how it was fetched.

use super::error::{DiscoveryProblem, SignInError, Step};
use crate::config::WebAddress;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Entra ID writes this for the tenant's ID in the issuer when the authority is not one tenant's.
const ANY_TENANT: &str = "{tenantid}";

/// What the app needs of the description. All addresses are on the authority's own origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Endpoints {
    issuer: String,
    authorization: String,
    token: String,
    end_session: Option<String>,
    /// Whether the answer can come in the fragment, which no access log sees.
    fragment: bool,
    /// Whether the authority promises to name itself in each answer (RFC 9207).
    names_itself: bool,
}

/// Where the description is.
pub(super) fn address(authority: &WebAddress) -> String {
    format!("{}/.well-known/openid-configuration", authority.as_str())
}

impl Endpoints {
    /// Reads the description.
    pub(super) fn read(body: &str, authority: &WebAddress) -> Result<Self, SignInError> {
        let value: Value =
            serde_json::from_str(body).map_err(|_| SignInError::Unreadable(Step::Discovery))?;
        if !value.is_object() {
            return Err(SignInError::Unreadable(Step::Discovery));
        }
        let methods = value
            .get("code_challenge_methods_supported")
            .and_then(Value::as_array);
        // Entra ID does not list its methods although it knows S256, so only a list without it counts.
        if methods.is_some_and(|list| !contains(list, "S256")) {
            return Err(SignInError::DiscoveryWrong(DiscoveryProblem::NoS256));
        }
        let modes = value
            .get("response_modes_supported")
            .and_then(Value::as_array);
        let names_itself = value.get("authorization_response_iss_parameter_supported");
        let endpoints = Self {
            issuer: text(&value, "issuer")?,
            authorization: text(&value, "authorization_endpoint")?,
            token: text(&value, "token_endpoint")?,
            end_session: text(&value, "end_session_endpoint").ok(),
            // Without a list the default of the specification holds: query and fragment.
            fragment: modes.is_none_or(|list| contains(list, "fragment")),
            names_itself: names_itself == Some(&Value::Bool(true)),
        };
        endpoints
            .held_to(authority)
            .map_err(SignInError::DiscoveryWrong)
    }

    /// Checks that everything lies on the authority's own origin: the issuer is pinned by it, and the site's policy lets
    /// nothing else through anyway. A sign-out page elsewhere is only not offered.
    pub(super) fn held_to(mut self, authority: &WebAddress) -> Result<Self, DiscoveryProblem> {
        pinned("issuer", &self.issuer, authority)?;
        pinned("authorization_endpoint", &self.authorization, authority)?;
        pinned("token_endpoint", &self.token, authority)?;
        self.end_session = self
            .end_session
            .filter(|url| pinned("end_session_endpoint", url, authority).is_ok());
        Ok(self)
    }

    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(super) fn authorization(&self) -> &str {
        &self.authorization
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }

    pub(super) fn end_session(&self) -> Option<&str> {
        self.end_session.as_deref()
    }

    pub(super) fn response_mode(&self) -> &'static str {
        if self.fragment { "fragment" } else { "query" }
    }

    /// Compares the issuer that an answer names, if it names one (RFC 9207 section 2.4).
    pub(super) fn check_answer(&self, named: Option<&str>) -> Result<(), SignInError> {
        let right = match named {
            None => !self.names_itself,
            Some(issuer) => self.is_issuer(issuer),
        };
        if right {
            Ok(())
        } else {
            Err(self.mismatch(named))
        }
    }

    /// Compares the issuer that an ID token names, with its tenant's ID where the issuer leaves that open.
    pub(super) fn check_token(
        &self,
        named: Option<&str>,
        tenant: Option<&str>,
    ) -> Result<(), SignInError> {
        let expected = match tenant.filter(|tenant| is_guid(tenant)) {
            Some(tenant) => self.issuer.replace(ANY_TENANT, tenant),
            None => self.issuer.clone(),
        };
        let right = named == Some(expected.as_str()) && !expected.contains(ANY_TENANT);
        if right {
            Ok(())
        } else {
            Err(self.mismatch(named))
        }
    }

    fn is_issuer(&self, named: &str) -> bool {
        match self.issuer.split_once(ANY_TENANT) {
            None => named == self.issuer,
            Some((before, after)) => named
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after))
                .is_some_and(is_guid),
        }
    }

    fn mismatch(&self, named: Option<&str>) -> SignInError {
        SignInError::IssuerMismatch {
            expected: self.issuer.clone(),
            got: named.map(str::to_owned),
        }
    }
}

fn text(value: &Value, field: &'static str) -> Result<String, SignInError> {
    let found = value
        .get(field)
        .and_then(Value::as_str)
        .filter(|t| !t.is_empty());
    found
        .map(str::to_owned)
        .ok_or(SignInError::DiscoveryWrong(DiscoveryProblem::Missing(
            field,
        )))
}

fn contains(list: &[Value], word: &str) -> bool {
    list.iter().any(|item| item.as_str() == Some(word))
}

fn pinned(
    field: &'static str,
    found: &str,
    authority: &WebAddress,
) -> Result<(), DiscoveryProblem> {
    let Some(address) = WebAddress::parse(found) else {
        return Err(DiscoveryProblem::NotSecure {
            field,
            found: found.to_owned(),
        });
    };
    if address.origin() == authority.origin() {
        return Ok(());
    }
    let expected = authority.origin().to_owned();
    Err(DiscoveryProblem::OtherOrigin {
        field,
        found: found.to_owned(),
        expected,
    })
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::parse_str(text).is_ok()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    pub(in crate::auth) const TENANT: &str = "5b2c8f7e-1a34-4d9c-8e60-7f3a9d1c2b44";
    pub(in crate::auth) const AUTHORITY: &str =
        "https://login.authority.example/contoso.onmicrosoft.com/v2.0";

    pub(in crate::auth) fn document() -> Value {
        json!({
            "issuer": format!("https://login.authority.example/{TENANT}/v2.0"),
            "authorization_endpoint": format!("https://login.authority.example/{TENANT}/oauth2/v2.0/authorize"),
            "token_endpoint": format!("https://login.authority.example/{TENANT}/oauth2/v2.0/token"),
            "end_session_endpoint": format!("https://login.authority.example/{TENANT}/oauth2/v2.0/logout"),
            "response_modes_supported": ["query", "fragment", "form_post"]
        })
    }

    fn authority() -> WebAddress {
        WebAddress::parse(AUTHORITY).unwrap()
    }

    fn read(document: &Value) -> Result<Endpoints, SignInError> {
        Endpoints::read(&document.to_string(), &authority())
    }

    fn with(field: &str, value: Value) -> Value {
        let mut changed = document();
        changed[field] = value;
        changed
    }

    #[test]
    fn the_description_lies_under_the_authority() {
        assert_eq!(
            address(&authority()),
            "https://login.authority.example/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration"
        );
    }

    #[test]
    fn an_issuer_may_name_the_tenant_by_its_id_where_the_authority_names_it_by_domain() {
        let endpoints = read(&document()).unwrap();
        assert_eq!(
            endpoints.issuer(),
            format!("https://login.authority.example/{TENANT}/v2.0")
        );
        assert_eq!(endpoints.response_mode(), "fragment");
        assert!(endpoints.end_session().is_some());
    }

    #[test]
    fn the_query_is_used_only_where_the_fragment_is_not_offered() {
        assert_eq!(
            read(&with("response_modes_supported", json!(["query"])))
                .unwrap()
                .response_mode(),
            "query"
        );
        let mut silent = document();
        silent
            .as_object_mut()
            .unwrap()
            .remove("response_modes_supported");
        assert_eq!(read(&silent).unwrap().response_mode(), "fragment");
    }

    #[test]
    fn a_missing_field_is_named() {
        for field in ["issuer", "authorization_endpoint", "token_endpoint"] {
            let wrong = SignInError::DiscoveryWrong(DiscoveryProblem::Missing(field));
            assert_eq!(read(&with(field, json!(null))).unwrap_err(), wrong);
            assert_eq!(read(&with(field, json!(""))).unwrap_err(), wrong);
        }
    }

    #[test]
    fn addresses_on_another_origin_are_refused() {
        for field in ["issuer", "authorization_endpoint", "token_endpoint"] {
            for found in [
                "https://evil.example/token",
                "https://login.authority.example.evil.example/token",
                "https://login.authority.example:8443/token",
            ] {
                let error = read(&with(field, json!(found))).unwrap_err();
                let SignInError::DiscoveryWrong(DiscoveryProblem::OtherOrigin {
                    field: named, ..
                }) = error
                else {
                    panic!("{error:?}");
                };
                assert_eq!(named, field);
            }
        }
    }

    #[test]
    fn addresses_without_transport_security_are_refused() {
        for found in [
            "http://login.authority.example/token",
            "javascript:alert(1)",
            "/token",
            "https://a@b.example/",
        ] {
            let error = read(&with("token_endpoint", json!(found))).unwrap_err();
            assert!(
                matches!(
                    error,
                    SignInError::DiscoveryWrong(DiscoveryProblem::NotSecure { .. })
                ),
                "{found}: {error:?}"
            );
        }
    }

    #[test]
    fn a_sign_out_page_elsewhere_is_not_offered() {
        let endpoints = read(&with(
            "end_session_endpoint",
            json!("https://evil.example/bye"),
        ))
        .unwrap();
        assert_eq!(endpoints.end_session(), None);
    }

    #[test]
    fn a_list_of_pkce_methods_without_s256_is_refused() {
        let error = read(&with("code_challenge_methods_supported", json!(["plain"]))).unwrap_err();
        assert_eq!(error, SignInError::DiscoveryWrong(DiscoveryProblem::NoS256));
        assert!(
            read(&with(
                "code_challenge_methods_supported",
                json!(["plain", "S256"])
            ))
            .is_ok()
        );
    }

    #[test]
    fn what_is_not_a_description_is_unreadable() {
        for body in [
            "",
            "<!doctype html><title>Sign in</title>",
            "[]",
            "\"text\"",
            "{\"issuer\":",
        ] {
            assert_eq!(
                Endpoints::read(body, &authority()).unwrap_err(),
                SignInError::Unreadable(Step::Discovery),
                "{body}"
            );
        }
    }

    #[test]
    fn the_issuer_of_an_answer_is_compared_exactly() {
        let endpoints = read(&document()).unwrap();
        assert_eq!(endpoints.check_answer(Some(endpoints.issuer())), Ok(()));
        assert_eq!(endpoints.check_answer(None), Ok(()));
        for issuer in [
            "",
            "https://evil.example/",
            &format!("{}/", endpoints.issuer()),
            AUTHORITY,
        ] {
            let error = endpoints.check_answer(Some(issuer)).unwrap_err();
            assert!(
                matches!(error, SignInError::IssuerMismatch { .. }),
                "{issuer}"
            );
        }
    }

    #[test]
    fn an_issuer_that_was_promised_must_come() {
        let endpoints = read(&with(
            "authorization_response_iss_parameter_supported",
            json!(true),
        ))
        .unwrap();
        assert!(matches!(
            endpoints.check_answer(None),
            Err(SignInError::IssuerMismatch { got: None, .. })
        ));
        assert_eq!(endpoints.check_answer(Some(endpoints.issuer())), Ok(()));
    }

    #[test]
    fn a_literal_tenantid_is_filled_by_a_guid_and_nothing_else() {
        let template = "https://login.authority.example/{tenantid}/v2.0";
        let filled = format!("https://login.authority.example/{TENANT}/v2.0");
        let endpoints = read(&with("issuer", json!(template))).unwrap();
        assert_eq!(endpoints.check_answer(Some(&filled)), Ok(()));
        assert_eq!(endpoints.check_token(Some(&filled), Some(TENANT)), Ok(()));
        for issuer in [
            template,
            "https://login.authority.example/organizations/v2.0",
            "https://login.authority.example//v2.0",
            &format!("https://login.authority.example/{TENANT}/v1.0"),
            &format!("https://login.authority.example/{TENANT}/x/v2.0"),
        ] {
            assert!(endpoints.check_answer(Some(issuer)).is_err(), "{issuer}");
        }
        let other = "00000000-0000-0000-0000-000000000001";
        assert!(endpoints.check_token(Some(&filled), Some(other)).is_err());
        assert!(endpoints.check_token(Some(&filled), None).is_err());
        assert!(
            endpoints
                .check_token(Some(template), Some("{tenantid}"))
                .is_err()
        );
        assert!(endpoints.check_token(None, Some(TENANT)).is_err());
    }
}
