//! The token endpoint: what is sent to it and what comes back (RFC 6749 sections 4.1.3, 5 and 6).
//! Must not know how it is sent, nor keep a token.

use super::attempt::Attempt;
use super::error::{AuthorityError, SignInError, Step};
use super::form;
use super::{Person, discovery::Endpoints};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Deserialize;
use serde_json::Value;

/// Assumed when the authority does not say how long a token lives, in seconds. Too short only means one renewal more.
const SHORT_LIFE: f64 = 300.0;
/// Not believed beyond, in seconds. Entra ID's live 60 to 90 minutes (Entra docs: configurable-token-lifetimes).
const LONGEST_LIFE: f64 = 86_400.0;

/// The body that exchanges a code.
pub(super) fn exchange_body(
    attempt: &Attempt,
    code: &str,
    redirect_uri: &str,
    scopes: &[String],
) -> String {
    form::encode([
        ("grant_type", "authorization_code"),
        ("client_id", &attempt.client_id),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", &attempt.verifier),
        ("scope", &scopes.join(" ")),
    ])
}

/// The body that exchanges a refresh token.
pub(super) fn renewal_body(client_id: &str, refresh_token: &str, scopes: &[String]) -> String {
    form::encode([
        ("grant_type", "refresh_token"),
        ("client_id", client_id),
        ("refresh_token", refresh_token),
        ("scope", &scopes.join(" ")),
    ])
}

/// Tokens as they came. Has no `Debug`: they are what this module is to keep secret.
pub(super) struct Grant {
    pub(super) access: String,
    pub(super) refresh: Option<String>,
    /// How long the access token lives, in milliseconds.
    pub(super) life: f64,
    /// What the token is good for, where that differs from what was asked for (RFC 6749 section 5.1).
    pub(super) scope: Option<String>,
    /// What the ID token says.
    pub(super) claims: Option<Claims>,
}

/// What an ID token says. Read without checking its signature: it came straight from the token endpoint over TLS, where
/// OpenID Connect Core section 3.1.3.7 allows that. Never read out of an access token, which is opaque.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct Claims {
    iss: Option<String>,
    aud: Option<Value>,
    nonce: Option<String>,
    tid: Option<String>,
    oid: Option<String>,
    sub: Option<String>,
    name: Option<String>,
    preferred_username: Option<String>,
}

/// Reads an answer of the token endpoint.
///
/// # Errors
/// The authority's refusal, or what makes the answer unusable.
pub(super) fn read(step: Step, status: u16, body: &str) -> Result<Grant, SignInError> {
    let value: Option<Value> = serde_json::from_str(body).ok().filter(Value::is_object);
    if !(200..300).contains(&status) {
        return Err(refusal(step, status, value));
    }
    let value = value.ok_or(SignInError::Unreadable(step))?;
    let text = |field: &str| value.get(field).and_then(Value::as_str);

    let bearer = text("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
    // It goes into a header as it is.
    let access =
        text("access_token").filter(|t| !t.is_empty() && t.bytes().all(|b| b.is_ascii_graphic()));
    let (true, Some(access), Some(life)) = (bearer, access, life(value.get("expires_in"))) else {
        return Err(SignInError::Unreadable(step));
    };
    let claims = match text("id_token") {
        Some(token) => Some(payload(token).ok_or(SignInError::Unreadable(step))?),
        None => None,
    };
    Ok(Grant {
        access: access.to_owned(),
        refresh: text("refresh_token")
            .filter(|t| !t.is_empty())
            .map(str::to_owned),
        life,
        scope: text("scope").map(str::to_owned),
        claims,
    })
}

/// Reads an HTTP error of the authority: its own explanation if there is one, else the status.
pub(super) fn refusal(step: Step, status: u16, body: Option<Value>) -> SignInError {
    match body.and_then(|value| serde_json::from_value::<AuthorityError>(value).ok()) {
        Some(said) if !said.error.is_empty() => SignInError::Authority(Box::new(said)),
        _ => SignInError::Status(step, status),
    }
}

/// `expires_in` in milliseconds. Some authorities write the number as text. `None` when it makes no sense.
fn life(expires_in: Option<&Value>) -> Option<f64> {
    let seconds = match expires_in {
        None | Some(Value::Null) => SHORT_LIFE,
        Some(Value::String(text)) => f64::from(text.parse::<u32>().ok()?),
        Some(value) => value.as_f64()?,
    };
    (seconds.is_finite() && seconds > 0.0).then(|| seconds.min(LONGEST_LIFE) * 1000.0)
}

fn payload(id_token: &str) -> Option<Claims> {
    let mut parts = id_token.split('.');
    let (_, payload, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    let bytes = Base64UrlUnpadded::decode_vec(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

impl Claims {
    /// Compares an ID token with the sign-in it should belong to.
    pub(super) fn check(
        &self,
        nonce: &str,
        client_id: &str,
        endpoints: &Endpoints,
    ) -> Result<(), SignInError> {
        endpoints.check_token(self.iss.as_deref(), self.tid.as_deref())?;
        if !self.is_for(client_id) {
            return Err(SignInError::AudienceMismatch);
        }
        if self.nonce.as_deref() == Some(nonce) {
            Ok(())
        } else {
            Err(SignInError::NonceMismatch)
        }
    }

    fn is_for(&self, client_id: &str) -> bool {
        match &self.aud {
            Some(Value::String(one)) => one == client_id,
            Some(Value::Array(many)) => many.iter().any(|one| one.as_str() == Some(client_id)),
            _ => false,
        }
    }

    /// Whether both tokens are about the same person (OpenID Connect Core section 12.2).
    pub(super) fn same_person(&self, other: &Self) -> bool {
        (&self.tid, &self.oid, &self.sub) == (&other.tid, &other.oid, &other.sub)
    }

    /// What to show of the person.
    pub(super) fn person(&self) -> Person {
        let text = |claim: &Option<String>| claim.clone().unwrap_or_default();
        let username = text(&self.preferred_username);
        let name = [
            text(&self.name),
            username.clone(),
            text(&self.oid),
            text(&self.sub),
        ];
        Person {
            name: name
                .into_iter()
                .find(|n| !n.trim().is_empty())
                .unwrap_or_default(),
            username,
            tenant: self
                .tid
                .clone()
                .or_else(|| self.iss.clone())
                .unwrap_or_default(),
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::attempt::tests::{CLIENT, attempt, tenant};
    use super::super::discovery::tests::TENANT;
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    pub(in crate::auth) fn claims() -> Value {
        json!({
            "iss": attempt().endpoints.issuer(), "aud": CLIENT, "nonce": "the-nonce", "tid": TENANT,
            "oid": "0a0b0c0d-0000-4000-8000-000000000001", "sub": "subject",
            "name": "Asta Agent", "preferred_username": "asta@contoso.example"
        })
    }

    pub(in crate::auth) fn id_token(claims: &Value) -> String {
        format!(
            "e30.{}.c2ln",
            Base64UrlUnpadded::encode_string(claims.to_string().as_bytes())
        )
    }

    fn with(claim: &str, value: Value) -> Claims {
        let mut changed = claims();
        changed[claim] = value;
        serde_json::from_value(changed).unwrap()
    }

    fn answer() -> Value {
        json!({
            "token_type": "Bearer", "access_token": "access-1", "refresh_token": "refresh-1", "expires_in": 3600,
            "id_token": id_token(&claims())
        })
    }

    fn changed(field: &str, value: Value) -> String {
        let mut changed = answer();
        changed[field] = value;
        changed.to_string()
    }

    fn unreadable(body: &str) -> bool {
        read(Step::Exchange, 200, body).err() == Some(SignInError::Unreadable(Step::Exchange))
    }

    #[test]
    fn a_code_is_exchanged_with_the_verifier_and_without_a_secret() {
        let body = exchange_body(
            &attempt(),
            "a+b",
            "https://vetted.example/auth/callback",
            &tenant().scopes,
        );
        assert_eq!(
            body,
            "grant_type=authorization_code&client_id=3f9a1c52-7d04-4e6b-9a8e-2b1c5d7e9f01&code=a%2Bb&\
             redirect_uri=https%3A%2F%2Fvetted.example%2Fauth%2Fcallback&\
             code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&\
             scope=openid%20offline_access%20https%3A%2F%2Fapi.partnercenter.microsoft.com%2Fuser_impersonation"
        );
    }

    #[test]
    fn a_refresh_token_is_exchanged_for_the_same_scopes() {
        let body = renewal_body(CLIENT, "r/1", &["openid".to_owned()]);
        assert_eq!(
            body,
            "grant_type=refresh_token&client_id=3f9a1c52-7d04-4e6b-9a8e-2b1c5d7e9f01&refresh_token=r%2F1&scope=openid"
        );
    }

    #[test]
    fn a_whole_answer_is_read() {
        let grant = read(Step::Exchange, 200, &answer().to_string())
            .ok()
            .unwrap();
        assert_eq!(grant.access, "access-1");
        assert_eq!(grant.refresh.as_deref(), Some("refresh-1"));
        assert_eq!(grant.life, 3_600_000.0);
        let person = grant.claims.unwrap().person();
        assert_eq!(person.name, "Asta Agent");
        assert_eq!(person.username, "asta@contoso.example");
        assert_eq!(person.tenant, TENANT);
    }

    #[test]
    fn lifetimes_that_make_no_sense_are_refused_and_long_ones_cut() {
        let lives = |value| {
            read(Step::Renewal, 200, &changed("expires_in", value))
                .ok()
                .map(|grant| grant.life)
        };
        assert_eq!(lives(json!("3599")), Some(3_599_000.0));
        assert_eq!(lives(json!(null)), Some(300_000.0));
        assert_eq!(lives(json!(1e12)), Some(86_400_000.0));
        for wrong in [
            json!(0),
            json!(-5),
            json!("soon"),
            json!("NaN"),
            json!("inf"),
            json!(true),
            json!([]),
        ] {
            assert_eq!(lives(wrong.clone()), None, "{wrong}");
        }
    }

    #[test]
    fn an_answer_without_a_usable_bearer_token_is_unreadable() {
        assert!(unreadable(&changed("access_token", json!(null))));
        assert!(unreadable(&changed("access_token", json!(""))));
        assert!(unreadable(&changed(
            "access_token",
            json!("a\r\nX-Evil: 1")
        )));
        assert!(unreadable(&changed("access_token", json!("a b"))));
        assert!(unreadable(&changed("token_type", json!("mac"))));
        assert!(unreadable(&changed("token_type", json!(null))));
        assert!(!unreadable(&changed("token_type", json!("bearer"))));
    }

    #[test]
    fn an_id_token_that_cannot_be_read_makes_the_answer_unreadable() {
        for token in ["", "a.b", "a.!!.c", "a.e30.c.d", "a.bm90IGpzb24.c"] {
            assert!(unreadable(&changed("id_token", json!(token))), "{token}");
        }
    }

    #[test]
    fn what_is_not_json_is_unreadable_and_an_error_page_is_its_status() {
        for body in [
            "",
            "<html>It works</html>",
            "[]",
            "null",
            "{\"access_token\":\"a",
        ] {
            assert!(unreadable(body), "{body}");
        }
        for (status, body) in [
            (502, "<html>Bad gateway</html>"),
            (500, ""),
            (400, "{}"),
            (403, "{\"error\":{}}"),
        ] {
            assert_eq!(
                read(Step::Renewal, status, body).err(),
                Some(SignInError::Status(Step::Renewal, status))
            );
        }
    }

    #[test]
    fn a_refusal_is_read_with_its_codes_and_ids() {
        let body = json!({
            "error": "interaction_required", "error_description": "AADSTS50076: more is needed",
            "error_codes": [50076], "timestamp": "2026-01-02 03:04:05Z", "trace_id": "t", "correlation_id": "c",
            "suberror": "basic_action"
        });
        let error = read(Step::Renewal, 400, &body.to_string()).err().unwrap();
        assert!(error.needs_person());
        let SignInError::Authority(said) = error else {
            panic!("a refusal")
        };
        assert_eq!(said.codes, [50076]);
        assert_eq!(said.correlation_id.as_deref(), Some("c"));
        assert_eq!(said.trace_id.as_deref(), Some("t"));
        assert_eq!(said.description, "AADSTS50076: more is needed");
    }

    #[test]
    fn only_refusals_that_the_person_can_resolve_need_the_person() {
        let says = |error: &str| {
            read(Step::Renewal, 400, &json!({ "error": error }).to_string())
                .err()
                .unwrap()
        };
        assert!(says("invalid_grant").needs_person());
        assert!(says("login_required").needs_person());
        assert!(!says("temporarily_unavailable").needs_person());
        assert!(!says("invalid_client").needs_person());
        assert!(!SignInError::NoAnswer(Step::Renewal).needs_person());
    }

    #[test]
    fn an_id_token_of_this_sign_in_is_accepted() {
        let endpoints = attempt().endpoints;
        assert_eq!(
            with("name", json!("x")).check("the-nonce", CLIENT, &endpoints),
            Ok(())
        );
        assert_eq!(
            with("aud", json!(["other", CLIENT])).check("the-nonce", CLIENT, &endpoints),
            Ok(())
        );
    }

    #[test]
    fn an_id_token_of_another_sign_in_application_or_issuer_is_refused() {
        let check = |claims: Claims| {
            claims
                .check("the-nonce", CLIENT, &attempt().endpoints)
                .err()
        };
        for nonce in [json!(null), json!(""), json!("another")] {
            assert_eq!(
                check(with("nonce", nonce)),
                Some(SignInError::NonceMismatch)
            );
        }
        for aud in [json!(null), json!("another"), json!([]), json!([1])] {
            assert_eq!(check(with("aud", aud)), Some(SignInError::AudienceMismatch));
        }
        for iss in [json!(null), json!("https://evil.example/")] {
            assert!(matches!(
                check(with("iss", iss)),
                Some(SignInError::IssuerMismatch { .. })
            ));
        }
    }

    #[test]
    fn a_person_without_a_name_is_called_by_the_user_name() {
        assert_eq!(
            with("name", json!(" ")).person().name,
            "asta@contoso.example"
        );
        assert_eq!(
            with("tid", json!(null)).person().tenant,
            attempt().endpoints.issuer()
        );
    }

    #[test]
    fn another_subject_or_tenant_is_another_person() {
        let asta = with("nonce", json!("the-nonce"));
        assert!(asta.same_person(&with("nonce", json!("another"))));
        assert!(!asta.same_person(&with("sub", json!("another"))));
        assert!(!asta.same_person(&with("tid", json!("another"))));
    }

    proptest! {
        #[test]
        fn reading_never_panics(status in 0u16..700, body in ".*") {
            let _ = read(Step::Exchange, status, &body);
        }
    }
}
