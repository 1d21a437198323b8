//! Anything at all comes in: reading never panics, and nothing becomes *Approved* by itself.
//! Must not use the reader to judge the reader: `oracle.rs` looks at the JSON on its own.

use proptest::{
    collection::{btree_map, vec},
    prelude::*,
};
use serde_json::{Value, json};
use vetted::partner_center::{
    CustomerId, Error, GccCode, Operation, SearchText, VettingDate, Website,
    address::NextLink,
    audit,
    response::{self, Answer, Exchange},
};

use super::{
    mutations::damaged,
    oracle::{
        judge, judge_account, judge_codes, judge_customer, judge_error, judge_page, judge_records,
    },
    support::{answer, every_fixture, exchange},
};

/// Values that look like what the service sends, often enough to get deep into the reader.
fn scalar() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "Approved",
        "approved",
        "APPROVED ",
        "app_roved",
        "Denied",
        "InReview",
        "Education",
        "GovernmentCommunityCloud",
        "StateOwnedEntity",
        "None",
        "Nonprofit",
        "Approve",
        "Not Approved",
        "2024-03-05T10:37:38.885Z",
        "07/09/2020: 00:00:00",
        "11111111-2222-4333-8444-555555555555",
        "/customers?size=1",
        "MS-ContinuationToken",
        "",
        " ",
        "Ａpproved",
        "update_customer_qualification",
        "Allowed",
        "Not Ready",
        "UnderReview",
        "600074",
        "\"Education\"",
        "{\"Qualification\":\"Education\",\"VettingStatus\":\"Approved\"}",
    ]);
    prop_oneof![
        6 => words.prop_map(|word| json!(word)),
        2 => any::<String>().prop_map(Value::String),
        1 => any::<i64>().prop_map(|number| json!(number)),
        1 => (0..6i64).prop_map(|number| json!(number)),
        1 => any::<f64>().prop_map(|number| json!(number)),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::Null),
    ]
}

fn name() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "qualification",
        "Qualification",
        "vettingStatus",
        "VettingStatus",
        "VETTINGSTATUS",
        "vettingReason",
        "vettingCreateDate",
        "vettingCreatedDate",
        "qualifications",
        "items",
        "id",
        "companyProfile",
        "companyName",
        "domain",
        "tenantId",
        "links",
        "next",
        "uri",
        "headers",
        "key",
        "value",
        "continuationToken",
        "validationId",
        "organizationName",
        "maxCreates",
        "remainingCreates",
        "code",
        "description",
        "message",
        "customDomains",
        "address",
        "status",
        "operationType",
        "operationDate",
        "operationStatus",
        "resourceOldValue",
        "resourceNewValue",
        "lastUpdateDateTime",
        "type",
        "userPrincipalName",
    ]);
    prop_oneof![
        9 => names.prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::Array),
            btree_map(name(), inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// A body with one entry that looks much like a qualification.
fn near_qualification() -> impl Strategy<Value = Value> {
    let fields = btree_map(name(), scalar(), 0..6);
    let status_name = prop::sample::select(vec![
        "vettingStatus",
        "vettingStatus",
        "VettingStatus",
        "status",
        "vettingSubStatus",
    ]);
    (scalar(), status_name, scalar(), fields, any::<bool>()).prop_map(
        |(kind, status_name, status, rest, wrapped)| {
            let mut entry: serde_json::Map<_, _> = rest.into_iter().collect();
            entry.insert("qualification".to_owned(), kind);
            entry.insert(status_name.to_owned(), status);
            let list = json!([entry]);
            if wrapped {
                json!({ "qualifications": list })
            } else {
                list
            }
        },
    )
}

/// A fixture with some bytes replaced, removed or doubled.
fn mutated_fixture() -> impl Strategy<Value = String> {
    let texts: Vec<_> = every_fixture()
        .into_iter()
        .map(|(_, _, exchange)| exchange.answer.body)
        .collect();
    let edits = vec((any::<prop::sample::Index>(), any::<u8>(), 0..3usize), 0..6);
    (prop::sample::select(texts), edits).prop_map(|(text, edits)| {
        let mut bytes = text.into_bytes();
        for (place, byte, doing) in edits {
            if bytes.is_empty() {
                break;
            }
            let place = place.index(bytes.len());
            match doing {
                0 => bytes[place] = byte,
                1 => bytes.truncate(place),
                _ => bytes.insert(place, byte),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Reads one answer in every way there is, and has everything that was read judged by the JSON itself.
fn read_in_every_way(answer: Answer) -> Result<(), String> {
    let body = answer.body.trim_start_matches('\u{feff}');
    let json = serde_json::from_str(body).unwrap_or(Value::Null);
    let got = |operation| -> Exchange { exchange(operation, answer.clone()) };
    let failed = |error: Error| match error.status {
        Some(status) if status == answer.status => judge_error(&json, &worded(error, &answer)),
        other => Err(format!("the status {other:?} is not the answer's")),
    };
    response::customer(&got(Operation::Customer))
        .map_or_else(failed, |one| judge_customer(&json, &one))?;
    response::customers(&got(Operation::Search))
        .map_or_else(failed, |page| judge_page(&json, &page))?;
    response::validation_codes(&got(Operation::ValidationCodes))
        .map_or_else(failed, |codes| judge_codes(&json, &codes))?;
    response::qualifications(&got(Operation::Qualifications))
        .map_or_else(failed, |read| judge(&json, &read))?;
    audit::audit_page(&got(Operation::AuditRecords))
        .map_or_else(failed, |page| judge_records(&json, &page.records))?;
    response::account_validation(&got(Operation::AccountValidation))
        .map_or_else(failed, |one| judge_account(&json, answer.status, &one))?;
    let accepted = response::accepted(&got(Operation::RequestQualification));
    if accepted.is_ok() && !(200..300).contains(&answer.status) {
        return Err(format!("accepted with {}", answer.status));
    }
    accepted.map_or_else(failed, |accepted| {
        judge(&json, &accepted.qualifications.unwrap_or_default())
    })
}

/// The error without the words of the status, which are not in the body.
fn worded(mut error: Error, answer: &Answer) -> Error {
    error.message = error
        .message
        .filter(|words| words != answer.status_text.trim());
    error
}

/// Whether anything at all is read from it.
fn is_read(answer: Answer) -> bool {
    let got = |operation| exchange(operation, answer.clone());
    response::qualifications(&got(Operation::Qualifications)).is_ok()
        || response::customers(&got(Operation::Search)).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3000) })]

    #[test]
    fn no_json_is_read_as_what_it_does_not_say(
        body in prop_oneof![any_json(), near_qualification()],
        status in prop_oneof![Just(200u16), Just(201), any::<u16>()],
    ) {
        prop_assert_eq!(read_in_every_way(answer(status, body.to_string())), Ok(()), "{}", body);
    }

    #[test]
    fn no_answer_with_damaged_bytes_is_read_as_what_it_does_not_say(
        body in mutated_fixture(),
        status in prop_oneof![3 => Just(200u16), 1 => any::<u16>()],
    ) {
        prop_assert_eq!(read_in_every_way(answer(status, body.clone())), Ok(()), "{}", body);
    }

    #[test]
    fn no_answer_with_damaged_json_is_read_as_what_it_does_not_say(got in damaged()) {
        prop_assert_eq!(read_in_every_way(got.answer.clone()), Ok(()), "{:#?}", got);
    }

    #[test]
    fn any_text_is_read_or_refused_but_never_panics(
        body in any::<String>(),
        header in any::<String>(),
        status in any::<u16>(),
    ) {
        let mut got = answer(status, body.clone());
        for name in ["Retry-After", "Date", "MS-RequestId", "WWW-Authenticate", "Content-Type"] {
            got.headers.push((name.to_owned(), header.clone()));
        }
        prop_assert_eq!(read_in_every_way(got), Ok(()));
        let _ = VettingDate::read(&body);
        let _ = NextLink::new(&body, Vec::new());
        let _ = CustomerId::find_in(&body);
        let _ = body.parse::<CustomerId>();
        let _ = SearchText::try_from(body.as_str());
        let _ = Website::try_from(body.as_str());
        let _ = GccCode::try_from(body.as_str());
    }

    #[test]
    fn every_moment_is_read_back_as_jiff_writes_it(
        second in -62_135_596_800i64..253_402_200_000,
        nanosecond in 0..1_000_000_000i32,
        hours in -12i8..=14,
    ) {
        let moment = jiff::Timestamp::new(second, nanosecond).unwrap();
        let at = VettingDate::At(moment);
        prop_assert_eq!(VettingDate::read(&moment.to_string()), at.clone());
        let there = moment.display_with_offset(jiff::tz::offset(hours)).to_string();
        prop_assert_eq!(VettingDate::read(&there), at);
    }

    #[test]
    fn an_id_is_found_between_any_separators(
        before in "[ \\-/{}(),.:;\"'=&?#\u{a0}\u{3000}]{0,8}[ /{(:=\"]",
        after in "([ /})&?#\",.;][ -~]{0,8})?",
        bytes in any::<[u8; 16]>(),
    ) {
        let id = bytes.map(|byte| format!("{byte:02X}")).concat();
        let id = format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]);
        let found = CustomerId::find_in(&format!("{before}{id}{after}"));
        prop_assert_eq!(found.map(|found| found.to_string()), Some(id.to_lowercase()));
    }
}

#[test]
fn json_nested_too_deeply_is_refused() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(!is_read(answer(200, deep)));
}
