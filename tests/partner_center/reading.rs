//! Details of reading an answer that a fixture does not show: dates, waits, IDs, which entry counts.
//! Must not repeat what a fixture says: see `fixtures.rs`.

use vetted::partner_center::{
    Error,
    ErrorKind::{Conflict, Refused, ServiceFailed, TimedOut, UnexpectedAnswer},
    KnownReason, Operation, QualificationKind, Unexpected, VettingDate, VettingStatus, response,
};

use super::support::{answer, exchange, fixture, recorded, sent_ids, with_header};

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
        assert_eq!(
            Error::from_exchange(&exchange(Operation::Customer, answer(status, ""))).kind,
            kind,
            "{status}"
        );
    }
}

#[test]
fn the_words_of_the_status_serve_where_the_body_has_none() {
    let mut got = answer(503, fixture("errors", "proxy_page"));
    got.status_text = "Service Unavailable".to_owned();
    let error = Error::from_exchange(&exchange(Operation::Search, got));
    assert_eq!(error.message.as_deref(), Some("Service Unavailable"));
}

#[test]
fn the_ids_are_those_of_the_answer_else_those_sent() {
    let error = Error::from_exchange(&recorded("errors", "800003_service"));
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
    let limited = || answer(429, fixture("errors", "gateway_rate_limit"));
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

#[test]
fn the_words_of_a_success_explain_no_failure() {
    let error = response::qualifications(&recorded("qualifications", "site_page")).unwrap_err();
    assert_eq!(error.message, None);
}

#[test]
fn dates_are_moments_where_they_are_unambiguous_and_texts_elsewhere() {
    let moments = [
        ("2020-12-04T20:54:24Z", "2020-12-04T20:54:24Z"),
        ("2024-03-05T10:37:38.885Z", "2024-03-05T10:37:38.885Z"),
        (
            "2024-05-06T19:59:56.6832021+00:00",
            "2024-05-06T19:59:56.6832021Z",
        ),
        (
            "2024-05-06T19:59:56.683202112345Z",
            "2024-05-06T19:59:56.683202112Z",
        ),
        ("2024-05-06T21:59:56+02:00", "2024-05-06T19:59:56Z"),
        ("2024-03-05T18:02:00", "2024-03-05T18:02:00Z"),
        (
            "2024-03-05T18:02:00.1234567",
            "2024-03-05T18:02:00.1234567Z",
        ),
        (" 2024-03-05t18:02:00z ", "2024-03-05T18:02:00Z"),
        ("2024-03-05", "2024-03-05T00:00:00Z"),
    ];
    for (text, moment) in moments {
        let expected = VettingDate::At(moment.parse().unwrap());
        assert_eq!(VettingDate::read(text), expected, "{text}");
    }
    let texts = [
        "07/09/2020: 00:00:00",
        "yesterday",
        "2024-13-45T10:00:00Z",
        "2024-03-05T10:00:00.Z",
        "1709634000",
        "2024-03-05T10:00",
        "2024-3-5T10:00:00Z",
        "2024-02-30T10:00:00Z",
        "2024-03-05T24:00:00Z",
        "2024-03-05T10:00:00+2",
        "2024-03-05T10:00:00+99:00",
        "2024-03-05T10:00:00Z and more",
        "2024-03-05-01T10:00:00Z",
        "+024-03-05T10:00:00Z",
        "２０２４-03-05T10:00:00Z",
        ".",
    ];
    for text in texts {
        let date = VettingDate::read(text);
        assert_eq!(date, VettingDate::AsWritten(text.to_owned()));
        assert_eq!(date.millis(), None);
    }
}

#[test]
fn milliseconds_count_from_1970_as_javascript_counts() {
    let date = VettingDate::read("2024-03-05T10:37:38.885Z");
    assert_eq!(date.millis(), Some(1_709_635_058_885.0));
}

#[test]
fn the_newest_entry_of_a_kind_is_its_current_one() {
    let read = response::qualifications(&recorded("qualifications", "duplicates")).unwrap();
    assert!(read.in_review());
    let current = read.current(&QualificationKind::Education).unwrap();
    assert_eq!(current.status, Some(VettingStatus::InReview));
    assert_eq!(read.current(&QualificationKind::Nonprofit), None);
}

#[test]
fn reasons_are_known_in_any_case_and_others_are_not_guessed() {
    assert_eq!(
        KnownReason::read("not an EDUCATION customer"),
        Some(KnownReason::NotEducation)
    );
    assert_eq!(KnownReason::read("Not an Education Customer, sorry"), None);
    assert_eq!(KnownReason::read(""), None);
}

#[test]
fn a_page_of_customers_is_no_customer_and_a_customer_no_page() {
    let other_shape = UnexpectedAnswer(Unexpected::OtherShape);
    for (operation, name) in [
        (Operation::Customer, "page_empty"),
        (Operation::Search, "by_id"),
    ] {
        let got = exchange(operation, answer(200, fixture("customers", name)));
        let error = match operation {
            Operation::Customer => response::customer(&got).unwrap_err(),
            _ => response::customers(&got).unwrap_err(),
        };
        assert_eq!(error.kind, other_shape, "{name}");
    }
    for body in ["\"text\"", "7", "true", "{}"] {
        let got = exchange(Operation::Search, answer(200, body));
        assert_eq!(
            response::customers(&got).unwrap_err().kind,
            other_shape,
            "{body}"
        );
    }
}
