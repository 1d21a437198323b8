//! What the authority wrote into the address it sent the person back to (RFC 6749 section 4.1.2).
//! Must not know where the address comes from, nor exchange the code.

use super::attempt::Attempt;
use super::error::{AuthorityError, SignInError, Step};
use super::form;
use crate::config::Tenant;

/// An answer. Has no `Debug`: a code is a secret until it is used.
pub(super) struct Answer {
    state: String,
    issuer: Option<String>,
    outcome: Result<String, Box<AuthorityError>>,
}

/// Reads query and fragment, both without their first character. `Ok(None)` when there is no answer at all.
///
/// # Errors
/// When something is there that no authority writes, such as two codes.
pub(super) fn read(query: &str, fragment: &str) -> Result<Option<Answer>, SignInError> {
    const UNREADABLE: SignInError = SignInError::Unreadable(Step::Callback);
    let mut pairs = form::decode(query).ok_or(UNREADABLE)?;
    pairs.extend(form::decode(fragment).ok_or(UNREADABLE)?);

    // RFC 6749 section 3.1: a parameter comes once. An answer spread over both places would be two, too.
    let take = |name: &str| {
        let mut values = pairs
            .iter()
            .filter(|(n, _)| n == name)
            .map(|(_, value)| value.clone());
        let value = values.next();
        if values.next().is_some() {
            Err(UNREADABLE)
        } else {
            Ok(value)
        }
    };
    let (code, error, state, issuer) =
        (take("code")?, take("error")?, take("state")?, take("iss")?);
    let description = take("error_description")?.unwrap_or_default();

    let outcome = match (code, error) {
        (None, None) if state.is_none() => return Ok(None),
        (Some(code), None) if !code.is_empty() => Ok(code),
        (None, Some(error)) if !error.is_empty() => Err(explained(error, description)),
        _ => return Err(UNREADABLE),
    };
    Ok(Some(Answer {
        state: state.unwrap_or_default(),
        issuer,
        outcome,
    }))
}

/// Compares an answer with the attempt it should belong to, and gives the code.
///
/// # Errors
/// When it does not belong to it, comes from elsewhere, or is the authority's refusal.
pub(super) fn accept(
    answer: Answer,
    attempt: Option<&Attempt>,
    tenant: &Tenant,
    now: f64,
) -> Result<String, SignInError> {
    let attempt = attempt.ok_or(SignInError::StateMismatch)?;
    attempt.check(&answer.state, tenant, now)?;
    attempt.endpoints.check_answer(answer.issuer.as_deref())?;
    answer.outcome.map_err(SignInError::Authority)
}

/// In an address Entra ID has only the description to put its numbers and IDs into; they are taken out for support.
fn explained(error: String, description: String) -> Box<AuthorityError> {
    let codes = after(&description, "AADSTS")
        .and_then(|n| n.parse().ok())
        .into_iter()
        .collect();
    Box::new(AuthorityError {
        codes,
        trace_id: after(&description, "Trace ID: "),
        correlation_id: after(&description, "Correlation ID: "),
        timestamp: None,
        error,
        description,
    })
}

/// The word behind a label.
fn after(text: &str, label: &str) -> Option<String> {
    let (_, rest) = text.split_once(label)?;
    let end = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .unwrap_or(rest.len());
    (end > 0).then(|| rest[..end].to_owned())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::attempt::tests::{attempt, tenant};
    use super::*;
    use proptest::prelude::*;

    fn accepted(
        query: &str,
        fragment: &str,
        attempt: Option<&Attempt>,
    ) -> Result<String, SignInError> {
        let answer = read(query, fragment)?.expect("an answer");
        accept(answer, attempt, &tenant(), 1_000_000.0)
    }

    #[test]
    fn a_code_in_the_fragment_or_in_the_query_is_read() {
        let attempt = attempt();
        for (query, fragment) in [
            ("", "code=0.AX%2Bb&state=the-state&session_state=x"),
            ("code=0.AX%2Bb&state=the-state", ""),
        ] {
            assert_eq!(accepted(query, fragment, Some(&attempt)).unwrap(), "0.AX+b");
        }
    }

    #[test]
    fn no_parameters_are_no_answer() {
        assert!(read("", "").unwrap().is_none());
        assert!(read("utm=1", "top").unwrap().is_none());
    }

    #[test]
    fn what_no_authority_writes_is_unreadable() {
        for (query, fragment) in [
            ("code=1&code=2&state=s", ""),
            ("code=1&state=s", "code=1&state=s"),
            ("state=s", "code=1&state=s"),
            ("code=1&error=x&state=s", ""),
            ("code=&state=s", ""),
            ("error=&state=s", ""),
            ("state=s", ""),
            ("code=%zz&state=s", ""),
            ("code=1&iss=a&iss=b&state=s", ""),
        ] {
            let error = read(query, fragment).err();
            assert_eq!(
                error,
                Some(SignInError::Unreadable(Step::Callback)),
                "{query} {fragment}"
            );
        }
    }

    #[test]
    fn a_missing_or_wrong_state_is_refused_for_codes_and_for_errors() {
        let attempt = attempt();
        for text in [
            "code=1",
            "code=1&state=",
            "code=1&state=other",
            "error=access_denied",
            "error=x&state=other",
        ] {
            assert_eq!(
                accepted("", text, Some(&attempt)),
                Err(SignInError::StateMismatch),
                "{text}"
            );
        }
    }

    #[test]
    fn an_answer_without_an_attempt_is_refused() {
        assert_eq!(
            accepted("", "code=1&state=the-state", None),
            Err(SignInError::StateMismatch)
        );
    }

    #[test]
    fn another_issuer_is_refused_before_the_code_is_used() {
        let attempt = attempt();
        let issuer = form::encode([("iss", attempt.endpoints.issuer())]);
        assert!(
            accepted(
                "",
                &format!("code=1&state=the-state&{issuer}"),
                Some(&attempt)
            )
            .is_ok()
        );
        let error = accepted(
            "",
            "code=1&state=the-state&iss=https%3A%2F%2Fevil.example",
            Some(&attempt),
        )
        .unwrap_err();
        assert!(
            matches!(error, SignInError::IssuerMismatch { got: Some(got), .. } if got == "https://evil.example")
        );
    }

    #[test]
    fn a_refusal_keeps_the_authoritys_words_and_ids() {
        let description = "AADSTS65001: No consent. Trace ID: 0c1d2e3f-aaaa-4bbb-8ccc-000000000001 Correlation ID: \
            0c1d2e3f-aaaa-4bbb-8ccc-000000000002 Timestamp: 2026-01-02 03:04:05Z";
        let text = form::encode([
            ("error", "consent_required"),
            ("error_description", description),
            ("state", "the-state"),
        ]);
        let Err(SignInError::Authority(said)) = accepted("", &text, Some(&attempt())) else {
            panic!("a refusal")
        };
        assert_eq!(said.error, "consent_required");
        assert_eq!(said.description, description);
        assert_eq!(said.codes, [65001]);
        assert_eq!(
            said.trace_id.as_deref(),
            Some("0c1d2e3f-aaaa-4bbb-8ccc-000000000001")
        );
        assert_eq!(
            said.correlation_id.as_deref(),
            Some("0c1d2e3f-aaaa-4bbb-8ccc-000000000002")
        );
    }

    #[test]
    fn a_refusal_may_have_nothing_but_its_code() {
        let Err(SignInError::Authority(said)) =
            accepted("", "error=login_required&state=the-state", Some(&attempt()))
        else {
            panic!("a refusal")
        };
        assert_eq!(
            *said,
            AuthorityError {
                error: "login_required".to_owned(),
                ..AuthorityError::default()
            }
        );
    }

    proptest! {
        #[test]
        fn reading_never_panics(query in ".*", fragment in ".*") {
            let _ = read(&query, &fragment);
        }

        #[test]
        fn no_state_but_the_right_one_gives_a_code(state in "[a-z-]{0,12}") {
            prop_assume!(state != "the-state");
            let text = format!("code=1&state={state}");
            prop_assert!(accepted("", &text, Some(&attempt())).is_err());
        }
    }
}
