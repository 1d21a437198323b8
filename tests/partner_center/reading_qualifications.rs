//! Every documented answer about qualifications, and what it reads as.
//! Must not know how the answers were asked for.

use std::collections::BTreeSet;

use vetted::partner_center::{
    ErrorKind, KnownReason, Operation, Qualification, QualificationKind, Qualifications,
    Unexpected, VettingDate, response,
};

use super::support::{answer, exchange, fixture, fixtures, sent_ids, with_header};

const GROUP: &str = "qualifications";

/// Each fixture that is an answer, and its reading.
const READINGS: [(&str, &[&str]); 31] = [
    ("none.json", &[]),
    ("null.json", &[]),
    ("empty_object.json", &[]),
    ("none_entry.json", &[]),
    (
        "education_in_review.json",
        &["Education InReview 2024-03-05T10:37:38.885Z"],
    ),
    (
        "education_in_review_created_date.json",
        &["Education InReview 2024-03-05T10:37:38.885Z"],
    ),
    (
        "education_denied.json",
        &["Education Denied 2024-03-05T10:37:38.885Z because NotEducation"],
    ),
    (
        "education_denied_unknown_reason.json",
        &[
            "Education Denied 2024-03-05T10:37:38.885Z because \"Documents were not <b>legible</b>\"",
        ],
    ),
    (
        "education_denied_each_reason.json",
        &[
            "Education Denied because NotEducation",
            "Education Denied because NoLongerEducation",
            "Education Denied because NotEducationAfterReview",
            "Education Denied because Restricted",
            "Education Denied because NotAcademicDomain",
            "Education Denied because NotEligibleLibrary",
            "Education Denied because NotEligibleMuseum",
        ],
    ),
    ("education_approved.json", &["Education Approved"]),
    (
        "education_approved_and_state_owned.json",
        &["Education Approved", "StateOwnedEntity"],
    ),
    (
        "gcc_approved_and_state_owned.json",
        &[
            "GovernmentCommunityCloud Approved 2024-05-06T19:59:56.6832021Z",
            "StateOwnedEntity",
        ],
    ),
    ("state_owned.json", &["StateOwnedEntity"]),
    ("nonprofit.json", &["Nonprofit Approved"]),
    ("wrapped_approved.json", &["Education Approved"]),
    (
        "wrapped_in_review.json",
        &["Education InReview 2020-12-03T10:37:38.885Z"],
    ),
    (
        "wrapped_denied.json",
        &["Education Denied 2020-12-03T10:37:38.885Z because NotEducation"],
    ),
    ("collection.json", &["Education Approved"]),
    (
        "pascal_case_single.json",
        &["Education Denied \"07/09/2020: 00:00:00\" because NotEducation"],
    ),
    (
        "other_spellings.json",
        &[
            "GovernmentCommunityCloud Approved",
            "StateOwnedEntity",
            "Education InReview",
        ],
    ),
    ("lower_case.json", &["GovernmentCommunityCloud Approved"]),
    (
        "numbers.json",
        &[
            "Education",
            "Nonprofit",
            "GovernmentCommunityCloud",
            "StateOwnedEntity",
            "Other(\"9\")",
        ],
    ),
    (
        "unknown_qualification.json",
        &["Other(\"HealthCare\") Approved"],
    ),
    (
        "unknown_status.json",
        &["Education Other(\"Awaiting documents\") 2024-03-05T10:37:38.885Z"],
    ),
    ("missing_status.json", &["Education"]),
    (
        "status_not_text.json",
        &[
            "Education Other(\"[\\\"Approved\\\"]\")",
            "GovernmentCommunityCloud Other(\"1\")",
        ],
    ),
    (
        "duplicates.json",
        &[
            "Education InReview 2024-03-05T10:37:38Z",
            "Education Denied 2024-01-10T08:00:00Z because NotAcademicDomain",
            "Education Approved",
            "StateOwnedEntity",
        ],
    ),
    (
        "posted_education.json",
        &["Education InReview 2024-03-05T10:37:38Z"],
    ),
    (
        "posted_education_2020.json",
        &["Education InReview 2020-12-04T20:54:24Z"],
    ),
    (
        "posted_wrapped.json",
        &["Education InReview 2024-03-05T10:37:38Z"],
    ),
    ("posted_state_owned.json", &["StateOwnedEntity"]),
];

/// Each fixture that is no answer, and what is wrong with it.
const UNEXPECTED: [(&str, Unexpected); 4] = [
    ("as_printed_with_comments.txt", Unexpected::NotJson),
    ("unreadable_entry.json", Unexpected::OtherShape),
    ("old_answer_as_text.json", Unexpected::OtherShape),
    ("refusal_as_text.json", Unexpected::OtherShape),
];

fn summary(qualification: &Qualification) -> String {
    let mut text = format!("{:?}", qualification.kind);
    if let Some(status) = &qualification.status {
        text += &format!(" {status:?}");
    }
    match &qualification.since {
        Some(VettingDate::At(moment)) => text += &format!(" {moment}"),
        Some(VettingDate::AsWritten(date)) => text += &format!(" {date:?}"),
        None => {}
    }
    match (qualification.known_reason(), &qualification.reason) {
        (Some(reason), _) => text += &format!(" because {reason:?}"),
        (None, Some(reason)) => text += &format!(" because {reason:?}"),
        (None, None) => {}
    }
    text
}

fn summaries(qualifications: &Qualifications) -> Vec<String> {
    qualifications.iter().map(summary).collect()
}

#[test]
fn every_documented_answer_is_read() {
    for (name, expected) in READINGS {
        let got = exchange(Operation::Qualifications, answer(200, fixture(GROUP, name)));
        let read = response::qualifications(&got).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(summaries(&read), expected, "{name}");
    }
}

#[test]
fn an_answer_of_another_kind_is_unexpected_and_keeps_status_and_ids() {
    for (name, how) in UNEXPECTED {
        let got = exchange(Operation::Qualifications, answer(200, fixture(GROUP, name)));
        let error = response::qualifications(&got).unwrap_err();
        assert_eq!(error.kind, ErrorKind::UnexpectedAnswer(how), "{name}");
        assert_eq!(error.status, Some(200), "{name}");
        assert_eq!(error.request_id, Some(sent_ids().request), "{name}");
    }
}

#[test]
fn no_fixture_is_left_out() {
    let tables = READINGS.iter().map(|row| row.0);
    let named: BTreeSet<_> = tables.chain(UNEXPECTED.map(|row| row.0)).collect();
    let on_disk = fixtures(GROUP);
    let on_disk: BTreeSet<_> = on_disk.iter().map(String::as_str).collect();
    assert_eq!(named, on_disk);
}

#[test]
fn no_content_means_no_qualification_but_an_empty_success_is_unexpected() {
    let none = exchange(Operation::Qualifications, answer(204, ""));
    assert!(response::qualifications(&none).unwrap().is_empty());

    let empty = exchange(Operation::Qualifications, answer(200, " \n"));
    let error = response::qualifications(&empty).unwrap_err();
    assert_eq!(error.kind, ErrorKind::UnexpectedAnswer(Unexpected::Empty));
}

#[test]
fn the_sites_own_page_in_place_of_an_answer_is_recognised() {
    let mut page = answer(200, fixture("errors", "site_page.html"));
    page.status_text = "OK".to_owned();
    let error = response::qualifications(&exchange(Operation::Qualifications, page)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::UnexpectedAnswer(Unexpected::WebPage));
    assert_eq!(
        error.message, None,
        "the words of a success explain no failure"
    );
}

#[test]
fn a_request_is_accepted_with_any_success_and_any_documented_body() {
    let in_review = || Some(vec!["Education InReview 2024-03-05T10:37:38Z".to_owned()]);
    let table = [
        (201, fixture(GROUP, "posted_education.json"), in_review()),
        (200, fixture(GROUP, "posted_wrapped.json"), in_review()),
        (
            201,
            fixture(GROUP, "posted_state_owned.json"),
            Some(vec!["StateOwnedEntity".to_owned()]),
        ),
        (202, String::new(), None),
        (204, String::new(), None),
        (200, "{}".to_owned(), None),
        (200, "null".to_owned(), None),
        (200, "[]".to_owned(), None),
    ];
    for (status, body, expected) in table {
        let got = exchange(Operation::RequestQualification, answer(status, &*body));
        let accepted = response::accepted(&got).unwrap();
        let said = accepted.qualifications.as_ref().map(summaries);
        assert_eq!(said, expected, "{status} {body}");
        assert_eq!(accepted.ids, sent_ids());
    }
}

#[test]
fn an_accepted_request_shows_the_ids_of_the_answer() {
    let created = answer(201, fixture(GROUP, "posted_education.json"));
    let created = with_header(created, "ms-requestid", "another");
    let accepted = response::accepted(&exchange(Operation::RequestQualification, created)).unwrap();
    assert_eq!(accepted.ids.request, "another");
    assert_eq!(accepted.ids.correlation, sent_ids().correlation);
}

#[test]
fn a_success_that_cannot_be_read_leaves_the_outcome_of_a_request_unknown() {
    let bodies = [
        fixture(GROUP, "as_printed_with_comments.txt"),
        fixture(GROUP, "refusal_as_text.json"),
        fixture("errors", "site_page.html"),
        r#"{"qualification":"Educ"#.to_owned(),
    ];
    for body in bodies {
        let got = exchange(Operation::RequestQualification, answer(200, body.clone()));
        let error = response::accepted(&got).unwrap_err();
        assert!(error.outcome_unknown(), "{body}");
    }
}

#[test]
fn the_words_of_a_refusal_sent_as_a_success_are_kept() {
    let got = answer(200, fixture(GROUP, "refusal_as_text.json"));
    let error = response::accepted(&exchange(Operation::RequestQualification, got)).unwrap_err();
    assert_eq!(error.message.as_deref(), Some("Customer tagging denied."));
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
    let got = exchange(
        Operation::Qualifications,
        answer(200, fixture(GROUP, "duplicates.json")),
    );
    let read = response::qualifications(&got).unwrap();
    assert!(read.in_review());
    let current = read.current(&QualificationKind::Education).unwrap();
    assert_eq!(summary(current), "Education InReview 2024-03-05T10:37:38Z");
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
