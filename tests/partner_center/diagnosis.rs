//! What each documented code means for the person, and that each meaning has its words.
//! Must not know how an error is read: only what follows from one.

use std::collections::{BTreeMap, BTreeSet};

use vetted::{
    features::failure::explained,
    i18n::t,
    partner_center::{
        CODES,
        Diagnosis::{self, *},
        Error, Operation, Silence,
    },
};

use super::support::{answer, exchange, with_header};

/// What the table of codes says of one.
enum Reach {
    /// It can reach a call of this app.
    Here(Diagnosis),
    /// Only other calls give it.
    Elsewhere(&'static str),
}
use Reach::{Elsewhere, Here};

const PURCHASE: &str = "only purchases and offers give it";
const PROFILE: &str = "only changes of an address or a profile give it";
const OTHER: &str = "only other calls give it";

/// The whole table of the page error-codes as far as it is known, code and status, retyped. A range is written out.
const TABLE: [(&str, u16, Reach); 59] = [
    ("0", 501, Here(ServiceFault)),
    ("400", 401, Here(SignInOrMfa)),
    ("1000", 404, Here(CustomerUnknown)),
    ("1002", 403, Here(RoleMissing)),
    ("2006", 403, Elsewhere(PURCHASE)),
    ("2006", 400, Elsewhere(PURCHASE)),
    ("2007", 400, Elsewhere(PROFILE)),
    ("2030", 403, Here(NotOnboarded)),
    ("2032", 403, Here(RoleMissing)),
    ("2055", 400, Here(ChangedMeanwhile)),
    ("3000", 400, Here(InvalidInput)),
    ("3000", 404, Here(CustomerUnknown)),
    ("10001", 401, Here(MfaMissing)),
    ("13605", 403, Elsewhere(PURCHASE)),
    ("20002", 403, Here(NoRelationship)),
    ("60002", 404, Elsewhere("no call here names a user")),
    ("60003", 404, Here(CustomerUnknown)),
    ("90000", 403, Here(TokenRefused)),
    ("400030", 403, Elsewhere(PURCHASE)),
    ("400036", 403, Elsewhere(PURCHASE)),
    ("400072", 200, Elsewhere(PURCHASE)),
    ("600002", 400, Elsewhere(PROFILE)),
    ("600006", 403, Here(ActionNotAllowed)),
    ("600039", 400, Elsewhere(OTHER)),
    ("600040", 400, Elsewhere(OTHER)),
    ("600041", 400, Elsewhere(OTHER)),
    ("600049", 400, Elsewhere(PROFILE)),
    ("600050", 400, Elsewhere(PROFILE)),
    ("600051", 400, Elsewhere(PROFILE)),
    ("600061", 400, Elsewhere(OTHER)),
    (
        "600074",
        404,
        Elsewhere("only the reading of an account's status gives it"),
    ),
    ("800001", 401, Here(TokenLost)),
    ("800002", 400, Here(InvalidInput)),
    ("800003", 500, Here(ServiceFault)),
    ("800015", 404, Here(PartnerUnknown)),
    ("800018", 400, Here(SandboxLimit)),
    ("800036", 417, Here(ConditionFailed)),
    ("800039", 403, Here(ProgrammeInactive)),
    ("800042", 400, Here(NotSupported)),
    ("800073", 403, Here(AccountUnderReview)),
    ("800074", 403, Here(AccountUnderReview)),
    ("800075", 403, Here(AccountNotApproved)),
    ("800086", 400, Elsewhere(PURCHASE)),
    ("900118", 400, Here(CustomerUnknown)),
    ("900123", 403, Here(ResellerAgreementMissing)),
    ("900124", 403, Here(AgreementMissing)),
    ("900126", 400, Here(ValueUnknown)),
    ("900127", 400, Here(WrongEnvironment)),
    ("900141", 400, Here(NotSupported)),
    ("900149", 403, Here(ProgrammeInactive)),
    ("900150", 403, Here(RoleMissing)),
    ("900192", 500, Here(ServiceFault)),
    ("900308", 403, Here(RoleMissing)),
    ("900309", 403, Here(ConditionalAccess)),
    ("900316", 400, Elsewhere("only licence management gives it")),
    ("900329", 403, Here(AppNotAccepted)),
    ("900416", 403, Here(CustomerLocked)),
    ("900420", 401, Here(AudienceRetired)),
    ("900421", 401, Here(MfaMissing)),
];

const OPERATIONS: [Operation; 5] = [
    Operation::Customer,
    Operation::Search,
    Operation::Qualifications,
    Operation::RequestQualification,
    Operation::ValidationCodes,
];

const WORDS: &str = "Words of the service.";

fn error(operation: Operation, status: u16, code: &str) -> Error {
    let body = serde_json::json!({ "code": code, "description": WORDS });
    Error::from_exchange(&exchange(operation, answer(status, body.to_string())))
}

fn diagnosis(operation: Operation, status: u16, code: &str) -> Diagnosis {
    Diagnosis::of(&error(operation, status, code))
}

/// What a code means in an operation that is told apart.
fn in_operation(diagnosis: Diagnosis, operation: Operation) -> Diagnosis {
    match (diagnosis, operation) {
        (RoleMissing, Operation::RequestQualification) => MayNotRequest,
        (CustomerUnknown, Operation::Search | Operation::ValidationCodes) => NothingThere,
        (other, _) => other,
    }
}

#[test]
fn every_documented_code_is_explained_or_known_to_belong_elsewhere() {
    for (code, status, reach) in &TABLE {
        for operation in OPERATIONS {
            let (expected, why) = match reach {
                Here(diagnosis) => (in_operation(*diagnosis, operation), "documented"),
                // Such a code says here no more than a code nobody knows.
                Elsewhere(why) => (diagnosis(operation, *status, "123456789"), *why),
            };
            let got = diagnosis(operation, *status, code);
            assert_eq!(got, expected, "{code} with {status}, {operation:?}: {why}");
        }
    }
    let here = TABLE.iter().filter_map(|row| match row.2 {
        Here(diagnosis) => Some(((row.0, row.1), diagnosis)),
        Elsewhere(_) => None,
    });
    let in_code = CODES.iter().map(|row| ((row.0, row.1), row.2));
    assert_eq!(
        in_code.collect::<BTreeMap<_, _>>(),
        here.collect::<BTreeMap<_, _>>(),
        "the app's table and the documents' differ"
    );
}

#[test]
fn the_contract_lists_every_documented_code() {
    let page = include_str!("../../docs/contract.md");
    for (code, status, reach) in &TABLE {
        let row = match reach {
            Here(_) => format!("| {code} | {status} | "),
            Elsewhere(why) => format!("| {code} | {status} | {why} |"),
        };
        assert!(page.contains(&row), "docs/contract.md has no row {row:?}");
    }
}

#[test]
fn a_code_is_a_number_or_a_text_and_its_status_may_differ_from_the_documented() {
    for body in [
        r#"{"code":20002}"#,
        r#"{"code":"20002"}"#,
        r#"{"Code":" 20002 "}"#,
    ] {
        for status in [400, 403, 404] {
            let got = exchange(Operation::Customer, answer(status, body));
            let got = Diagnosis::of(&Error::from_exchange(&got));
            assert_eq!(got, NoRelationship, "{body} with {status}");
        }
    }
}

#[test]
fn a_short_code_counts_with_its_own_status_only() {
    assert_eq!(diagnosis(Operation::Customer, 400, "400"), Refused);
    assert_eq!(diagnosis(Operation::Customer, 403, "3000"), NotAllowed);
    assert_eq!(diagnosis(Operation::Customer, 403, "0"), NotAllowed);
}

#[test]
fn an_unknown_code_is_explained_by_its_status_and_keeps_the_services_words() {
    let table = [
        (400, Refused),
        (401, SignInOrMfa),
        (403, NotAllowed),
        (404, CustomerUnknown),
        (405, MethodRefused),
        (406, Refused),
        (408, TimedOut),
        (409, ChangedMeanwhile),
        (412, ChangedMeanwhile),
        (417, Refused),
        (429, Throttled),
        (500, ServiceFault),
        (501, MethodRefused),
        (502, ServiceFault),
        (503, ServiceFault),
        (504, ServiceFault),
        (302, Unreadable),
    ];
    for (status, expected) in table {
        for code in ["123456789", "", "none", "600074", "1002x"] {
            let error = error(Operation::Qualifications, status, code);
            assert_eq!(Diagnosis::of(&error), expected, "{code:?} with {status}");
            assert_eq!(error.message.as_deref(), Some(WORDS));
        }
    }
}

#[test]
fn a_refusal_without_a_word_is_told_from_one_with_words() {
    let silent = Error::from_exchange(&exchange(Operation::Customer, answer(400, "")));
    assert_eq!(Diagnosis::of(&silent), RefusedSilently);
}

#[test]
fn an_empty_401_names_both_causes_and_a_header_or_words_settle_it() {
    let read = |answer| {
        Diagnosis::of(&Error::from_exchange(&exchange(
            Operation::Customer,
            answer,
        )))
    };
    assert_eq!(read(answer(401, "")), SignInOrMfa);
    let (why, _) = explained(SignInOrMfa);
    assert!(t(why).contains("ended") && t(why).contains("multifactor"));

    let challenge = r#"Bearer error="invalid_token", error_description="MFA required""#;
    let told = with_header(answer(401, ""), "WWW-Authenticate", challenge);
    assert_eq!(read(told), MfaMissing);
}

#[test]
fn a_page_in_place_of_an_answer_points_to_the_relay() {
    for (status, expected) in [
        (200, WebPage),
        (403, WebPage),
        (404, WebPage),
        (405, MethodRefused),
        (503, ServiceFault),
    ] {
        let page = answer(status, "<!doctype html><title>Home</title>");
        let got = exchange(Operation::Qualifications, page);
        let error = vetted::partner_center::response::qualifications(&got).unwrap_err();
        assert_eq!(Diagnosis::of(&error), expected, "{status}");
    }
}

#[test]
fn a_code_inside_a_success_is_no_refusal() {
    let got = exchange(Operation::Search, answer(200, r#"{"code":20002}"#));
    let error = vetted::partner_center::response::customers(&got).unwrap_err();
    assert_eq!(Diagnosis::of(&error), Unreadable);
}

#[test]
fn silence_is_told_apart_as_far_as_it_was_found_out() {
    let mut error = error(Operation::Customer, 500, "");
    error.status = None;
    for (silence, expected) in [
        (Silence::Offline, Offline),
        (Silence::Blocked, Blocked),
        (Silence::SiteUnreachable, SiteUnreachable),
        (Silence::RelayMissing, RelayMissing),
        (Silence::ConnectionLost, ConnectionLost),
        (Silence::Unexplained, Unexplained),
    ] {
        error.kind = vetted::partner_center::ErrorKind::NoAnswer(silence);
        assert_eq!(Diagnosis::of(&error), expected);
    }
}

#[test]
fn every_diagnosis_has_one_explanation_and_one_next_step_of_its_own() {
    let declared: Vec<_> = Diagnosis::ALL.iter().map(|one| *one as usize).collect();
    assert_eq!(
        declared,
        Vec::from_iter(0..Diagnosis::ALL.len()),
        "each is listed once, in order"
    );
    let mut seen = BTreeSet::new();
    for diagnosis in Diagnosis::ALL {
        let (why, next) = explained(diagnosis);
        let words = (t(why), t(next));
        assert!(
            !words.0.trim().is_empty() && !words.1.trim().is_empty(),
            "{diagnosis:?}"
        );
        assert_ne!(words.0, words.1, "{diagnosis:?}");
        assert!(seen.insert(words.0), "{diagnosis:?} explains nothing new");
    }
}

#[test]
fn permissions_name_who_has_to_do_what() {
    for (code, status, names) in [
        (
            "1002",
            403,
            &[
                "Admin agent",
                "administrator of your organisation",
                "an hour",
            ][..],
        ),
        ("2032", 403, &["Sales agent", "GDAP", "an hour"]),
        ("900150", 403, &["Sales agent", "GDAP", "an hour"]),
        ("900308", 403, &["Sales agent", "GDAP", "an hour"]),
        ("20002", 403, &["reseller relationship", "accepted"]),
        ("60003", 404, &["customer ID", "relationship"]),
        ("600006", 403, &["Partner Center support"]),
        ("900309", 403, &["Conditional Access", "administrator"]),
        ("900329", 403, &["administrator", "registered"]),
        ("900420", 401, &["administrator", "scopes in config.json"]),
        (
            "900421",
            401,
            &["multifactor", "second factor", "administrator"],
        ),
    ] {
        let (why, next) = explained(diagnosis(Operation::RequestQualification, status, code));
        let words = format!("{} {}", t(why), t(next));
        for name in names {
            assert!(words.contains(name), "{code}: no {name:?} in {words:?}");
        }
    }
}
