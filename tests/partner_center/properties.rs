//! Anything at all comes in: reading never panics, and nothing becomes *Approved* by itself.
//! Must not use the reader to judge the reader: the checker looks at the JSON on its own.

use proptest::{
    collection::{btree_map, vec},
    prelude::*,
};
use serde_json::{Value, json};
use vetted::partner_center::{
    CustomerId, Error, GccCode, Operation, Qualifications, SearchText, VettingDate, VettingStatus,
    Website,
    address::NextLink,
    response::{self, Answer, Exchange},
};

use super::support::{answer, exchange, fixture, fixtures};

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
    (scalar(), scalar(), fields, any::<bool>()).prop_map(|(kind, status, rest, wrapped)| {
        let mut entry: serde_json::Map<_, _> = rest.into_iter().collect();
        entry.insert("qualification".to_owned(), kind);
        entry.insert("vettingStatus".to_owned(), status);
        let list = json!([entry]);
        if wrapped {
            json!({ "qualifications": list })
        } else {
            list
        }
    })
}

/// A fixture with some bytes replaced, removed or doubled.
fn mutated_fixture() -> impl Strategy<Value = String> {
    let groups = ["qualifications", "customers", "validation_codes", "errors"];
    let texts: Vec<_> = groups
        .into_iter()
        .flat_map(|group| {
            fixtures(group)
                .into_iter()
                .map(move |name| fixture(group, &name))
        })
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

/// Whether somewhere in the JSON stands a vetting status whose own word says "approved".
fn says_approved(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(says_approved),
        Value::Object(fields) => fields.iter().any(|(name, value)| {
            let is_status = name.eq_ignore_ascii_case("vettingstatus");
            (is_status && is_the_word(value)) || says_approved(value)
        }),
        _ => false,
    }
}

fn is_the_word(value: &Value) -> bool {
    let letters = |text: &str| -> String {
        let kept = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '_' && *c != '-');
        kept.collect::<String>().to_ascii_lowercase()
    };
    value
        .as_str()
        .is_some_and(|text| letters(text) == "approved")
}

fn count_approved(qualifications: &Qualifications) -> usize {
    let approved = |status: &Option<VettingStatus>| *status == Some(VettingStatus::Approved);
    let entries = qualifications.iter();
    entries.filter(|entry| approved(&entry.status)).count()
}

/// Reads one answer in every way there is, and returns what it says about qualifications.
fn read_in_every_way(answer: Answer) -> Vec<Qualifications> {
    let got = |operation| -> Exchange { exchange(operation, answer.clone()) };
    let _ = response::customer(&got(Operation::Customer));
    let _ = response::customers(&got(Operation::Search));
    let _ = response::validation_codes(&got(Operation::ValidationCodes));
    let _ = Error::from_exchange(&got(Operation::Search));
    let read = response::qualifications(&got(Operation::Qualifications)).ok();
    let accepted = response::accepted(&got(Operation::RequestQualification)).ok();
    let accepted = accepted.and_then(|accepted| accepted.qualifications);
    read.into_iter().chain(accepted).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn no_json_becomes_approved_unless_its_own_status_says_so(
        body in prop_oneof![any_json(), near_qualification()],
        status in prop_oneof![Just(200u16), Just(201), any::<u16>()],
    ) {
        for read in read_in_every_way(answer(status, body.to_string())) {
            prop_assert!(count_approved(&read) == 0 || says_approved(&body), "{}", body);
            prop_assert!((200..300).contains(&status));
        }
    }

    #[test]
    fn no_damaged_answer_becomes_approved_unless_its_own_status_says_so(
        body in mutated_fixture(),
        status in prop_oneof![3 => Just(200u16), 1 => any::<u16>()],
    ) {
        for read in read_in_every_way(answer(status, body.clone())) {
            let json = serde_json::from_str(body.trim_start_matches('\u{feff}'));
            let json = json.unwrap_or(Value::Null);
            prop_assert!(count_approved(&read) == 0 || says_approved(&json), "{}", body);
        }
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
        read_in_every_way(got);
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
fn the_checker_itself_knows_approved_from_everything_else() {
    assert!(says_approved(&json!([{ "VettingStatus": "APPROVED" }])));
    assert!(says_approved(
        &json!({ "a": { "vettingstatus": "Approved" } })
    ));
    assert!(!says_approved(
        &json!([{ "vettingStatus": "Not approved" }])
    ));
    assert!(!says_approved(
        &json!([{ "status": "Approved", "vettingStatus": ["Approved"] }])
    ));
}

#[test]
fn json_nested_too_deeply_is_refused() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read_in_every_way(answer(200, deep)).is_empty());
}
