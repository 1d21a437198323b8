//! Every documented error, and what it reads as.
//! Must not know how an error is worded for people.

use std::collections::BTreeSet;

use vetted::partner_center::{
    Error,
    ErrorKind::{
        self, Conflict, MfaNeeded, NotAllowed, NotFound, Refused, ServiceFailed, SignInNeeded,
        Throttled, TimedOut, UnexpectedAnswer,
    },
    Operation, Unexpected,
};

use super::support::{answer, exchange, fixture, fixtures, sent_ids, with_header};

const GROUP: &str = "errors";

fn read(status: u16, name: &str) -> Error {
    let got = answer(status, fixture(GROUP, name));
    Error::from_exchange(&exchange(Operation::Customer, got))
}

#[test]
fn every_documented_error_is_read() {
    // Status, body, kind, code, the service's words.
    let table: [(u16, &str, ErrorKind, &str, &str); 22] = [
        (
            400,
            "800002_invalid_input.json",
            Refused,
            "800002",
            "The request input is not valid.",
        ),
        (
            400,
            "900126_enum.json",
            Refused,
            "900126",
            "Cannot parse enum value Kindergarten.",
        ),
        (400, "as_text.json", Refused, "", "Customer tagging denied."),
        (
            400,
            "authority.json",
            Refused,
            "invalid_grant",
            "The refresh token has expired.",
        ),
        (401, "empty.txt", SignInNeeded, "", ""),
        (
            401,
            "900420_audience.json",
            SignInNeeded,
            "900420",
            "The audience of the token is not valid.",
        ),
        (
            401,
            "gateway_refused_token.json",
            SignInNeeded,
            "",
            "Access denied.",
        ),
        (
            401,
            "900421_mfa.json",
            MfaNeeded,
            "900421",
            "The token lacks the multifactor claim.",
        ),
        (
            401,
            "10001_mfa_in_words.json",
            MfaNeeded,
            "",
            "Authentication failed. MFA required. (10001)",
        ),
        (
            403,
            "1002_role.json",
            NotAllowed,
            "1002",
            "Authorization failed.",
        ),
        (
            403,
            "20002_no_relationship.json",
            NotAllowed,
            "20002",
            "No relationship between caller and account.",
        ),
        (
            403,
            "900308_privileges.json",
            NotAllowed,
            "900308",
            "Insufficient privileges to complete the operation.",
        ),
        (
            403,
            "900329_app_only.json",
            NotAllowed,
            "900329",
            "Application-only access is not supported for this resource.",
        ),
        (
            404,
            "60003_unknown_tenant.json",
            NotFound,
            "60003",
            "The tenant was not found.",
        ),
        (
            404,
            "600074_no_status.json",
            NotFound,
            "600074",
            "There is no account status for this customer.",
        ),
        (404, "pascal_case.json", NotFound, "3000", "Not found."),
        (
            404,
            "site_page.html",
            UnexpectedAnswer(Unexpected::WebPage),
            "",
            "",
        ),
        (
            409,
            "conflict.json",
            Conflict,
            "409",
            "The resource was changed meanwhile.",
        ),
        (
            429,
            "gateway_rate_limit.json",
            Throttled,
            "",
            "Rate limit is exceeded. Try again in 57 seconds.",
        ),
        (
            500,
            "800003_service.json",
            ServiceFailed,
            "800003",
            "An unexpected error occurred.",
        ),
        (502, "proxy_text.txt", ServiceFailed, "", ""),
        (503, "proxy_page.html", ServiceFailed, "", ""),
    ];
    for (status, name, kind, code, message) in table {
        let error = read(status, name);
        assert_eq!(error.kind, kind, "{name}");
        assert_eq!(error.status, Some(status), "{name}");
        assert_eq!(error.code.unwrap_or_default(), code, "{name}");
        assert_eq!(error.message.unwrap_or_default(), message, "{name}");
    }

    let named: BTreeSet<_> = table.iter().map(|row| row.1.to_owned()).collect();
    assert_eq!(named, fixtures(GROUP), "a fixture is left out");
}

#[test]
fn every_status_has_a_kind_whatever_the_body() {
    let table = [
        (302, UnexpectedAnswer(Unexpected::Status)),
        (405, Refused),
        (406, Refused),
        (408, TimedOut),
        (412, Conflict),
        (417, Refused),
        (501, ServiceFailed),
        (504, ServiceFailed),
        (599, ServiceFailed),
        (600, UnexpectedAnswer(Unexpected::Status)),
    ];
    for (status, kind) in table {
        assert_eq!(read(status, "empty.txt").kind, kind, "{status}");
    }
}

#[test]
fn the_words_of_the_status_serve_where_the_body_has_none() {
    let mut got = answer(503, fixture(GROUP, "proxy_page.html"));
    got.status_text = "Service Unavailable".to_owned();
    let error = Error::from_exchange(&exchange(Operation::Search, got));
    assert_eq!(error.message.as_deref(), Some("Service Unavailable"));
}

#[test]
fn words_that_are_blank_do_not_count() {
    let body = r#"{"description":" ","message":"","error_description":"Said here."}"#;
    let error = Error::from_exchange(&exchange(Operation::Search, answer(400, body)));
    assert_eq!(error.message.as_deref(), Some("Said here."));
}

#[test]
fn a_missing_second_factor_may_be_told_in_a_header_only() {
    let challenge = r#"Bearer error="invalid_token", error_description="MFA required""#;
    let got = with_header(answer(401, ""), "WWW-Authenticate", challenge);
    let error = Error::from_exchange(&exchange(Operation::Customer, got));
    assert_eq!(error.kind, MfaNeeded);
}

#[test]
fn the_ids_are_those_of_the_answer_else_those_sent() {
    let error = read(500, "800003_service.json");
    assert_eq!(error.request_id, Some(sent_ids().request));
    assert_eq!(error.correlation_id, Some(sent_ids().correlation));

    let got = with_header(answer(500, ""), "MS-CorrelationId", "answered");
    let got = with_header(got, "MS-RequestId", "");
    let error = Error::from_exchange(&exchange(Operation::Customer, got));
    assert_eq!(error.request_id, Some(sent_ids().request));
    assert_eq!(error.correlation_id.as_deref(), Some("answered"));
}

#[test]
fn the_wait_comes_from_the_header_or_from_the_words() {
    let limited = || answer(429, fixture(GROUP, "gateway_rate_limit.json"));
    let wait = |answer| Error::from_exchange(&exchange(Operation::Search, answer)).retry_after;
    assert_eq!(wait(limited()), Some(57));
    assert_eq!(wait(with_header(limited(), "retry-after", "12")), Some(12));
    assert_eq!(wait(answer(429, "")), None);

    let until = "Wed, 06 Mar 2024 10:00:30 GMT";
    let dated = with_header(answer(429, ""), "Retry-After", until);
    assert_eq!(wait(dated.clone()), None, "no date to compare with");
    let later = with_header(dated.clone(), "Date", "Wed, 06 Mar 2024 10:00:00 GMT");
    assert_eq!(wait(later), Some(30));
    let past = with_header(dated, "Date", "Wed, 06 Mar 2024 11:00:00 GMT");
    assert_eq!(wait(past), Some(0));

    for nonsense in ["soon", "-5", "1.5", "99999999999"] {
        let got = with_header(answer(429, ""), "Retry-After", nonsense);
        assert_eq!(wait(got), None, "{nonsense}");
    }
}

#[test]
fn only_a_request_for_a_qualification_can_have_an_unknown_outcome() {
    let unknown = |operation, status| {
        Error::from_exchange(&exchange(operation, answer(status, ""))).outcome_unknown()
    };
    for status in [408, 500, 502, 503, 504] {
        assert!(unknown(Operation::RequestQualification, status), "{status}");
        assert!(!unknown(Operation::Qualifications, status), "{status}");
    }
    for status in [400, 401, 403, 404, 409, 412, 429] {
        assert!(
            !unknown(Operation::RequestQualification, status),
            "{status}"
        );
    }
}
