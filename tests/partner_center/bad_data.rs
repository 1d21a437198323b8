//! Bad data that others have collected: naughty strings, and JSON that a parser must refuse or must accept.
//! Must not hold any of it: `cargo xtask test` installs it and says where it is.
//!
//! The packages are `blns` (naughty strings) and `json-test-suite`. Without them these tests are not compiled, see the
//! feature `third-party-data`.

use std::{env, fs, path::PathBuf};

use serde_json::{Value, json};
use vetted::partner_center::{
    CustomerId, EducationSegment, Error,
    ErrorKind::{self, UnexpectedAnswer},
    GccCode, Operation, QualificationKind, QualificationRequest, RequestContract, SearchText,
    Unexpected, VettingDate, VettingStatus, Website, audit,
    request::{self, SearchField},
    response::{self, Answer, Exchange},
};

use super::{
    oracle::judge,
    support::{NORTH, answer, exchange, north},
};

const OPERATIONS: [Operation; 7] = [
    Operation::Customer,
    Operation::Search,
    Operation::Qualifications,
    Operation::RequestQualification,
    Operation::ValidationCodes,
    Operation::AuditRecords,
    Operation::AccountValidation,
];

fn file(path: &str) -> String {
    let modules = env::var("VETTED_TEST_DATA")
        .expect("VETTED_TEST_DATA names no folder of test data. Run `cargo xtask test --quick`.");
    let path = PathBuf::from(modules).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn naughty() -> Vec<String> {
    let all: Vec<String> = serde_json::from_str(&file("blns/resources/blns.json")).unwrap();
    assert_eq!(all.len(), 485);
    all
}

/// The bodies whose names begin so: `n_` must be refused, `y_` must be accepted, `i_` may be either.
fn bodies(beginning: &str) -> Vec<(String, String)> {
    let text = file("json-test-suite/data/parsing.js");
    let (_, list) = text.split_once("export default ").unwrap();
    let list: Vec<Value> = serde_json::from_str(list.trim().trim_end_matches(';')).unwrap();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let all = list
        .iter()
        .map(|one| (text(one, "name"), text(one, "input")));
    all.filter(|(name, _)| name.starts_with(beginning))
        .collect()
}

/// What an answer reads as: whether something, or why nothing.
fn read(operation: Operation, answer: Answer) -> Result<(), Error> {
    let got: Exchange = exchange(operation, answer);
    match operation {
        Operation::Customer => response::customer(&got).map(drop),
        Operation::Search => response::customers(&got).map(drop),
        Operation::Qualifications => response::qualifications(&got).map(drop),
        Operation::RequestQualification => response::accepted(&got).map(drop),
        Operation::ValidationCodes => response::validation_codes(&got).map(drop),
        Operation::AuditRecords => audit::audit_page(&got).map(drop),
        Operation::AccountValidation => response::account_validation(&got).map(drop),
    }
}

#[test]
fn what_is_no_json_is_never_read() {
    let all = bodies("n_");
    assert_eq!(all.len(), 188);
    let mut empty = 0;
    for (name, body) in all {
        for operation in OPERATIONS {
            // An empty answer is a case of its own: see the fixtures.
            if body.trim().is_empty() {
                empty += 1;
                continue;
            }
            let how = match body.starts_with('<') {
                true => Unexpected::WebPage,
                false => Unexpected::NotJson,
            };
            let error = read(operation, answer(200, body.clone())).unwrap_err();
            assert_eq!(error.kind, UnexpectedAnswer(how), "{name}, {operation:?}");
        }
    }
    assert_eq!(empty, 2 * OPERATIONS.len());
}

#[test]
fn what_is_json_is_read_or_is_of_another_shape() {
    let all = bodies("y_");
    assert_eq!(all.len(), 95);
    for (name, body) in all {
        for operation in OPERATIONS {
            let kind = read(operation, answer(200, body.clone())).map_err(|error| error.kind);
            assert!(
                matches!(kind, Ok(()) | Err(UnexpectedAnswer(Unexpected::OtherShape))),
                "{name}, {operation:?}: {kind:?}"
            );
        }
    }
}

#[test]
fn what_parsers_disagree_about_is_read_or_refused_with_a_typed_error() {
    let all = bodies("i_");
    assert_eq!(all.len(), 35);
    for (name, body) in all {
        for operation in OPERATIONS {
            let kind = read(operation, answer(200, body.clone())).map_err(|error| error.kind);
            assert!(
                matches!(kind, Ok(()) | Err(UnexpectedAnswer(_))),
                "{name}, {operation:?}: {kind:?}"
            );
        }
    }
}

#[test]
fn every_body_of_an_error_keeps_the_kind_of_its_status() {
    for (name, body) in ["n_", "y_", "i_"].into_iter().flat_map(bodies) {
        for (status, kind) in [(400, ErrorKind::Refused), (500, ErrorKind::ServiceFailed)] {
            let error = read(Operation::Search, answer(status, body.clone())).unwrap_err();
            assert_eq!(error.kind, kind, "{name}");
        }
    }
}

/// What a text field reads as: nothing where it is blank, else itself.
fn kept(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

#[test]
fn naughty_names_stay_as_they_are() {
    for text in hostile() {
        let one = json!({
            "id": NORTH,
            "companyProfile": { "companyName": text, "domain": text, "email": text },
            "relationshipToPartner": text,
            "customDomains": [text],
            "commerceId": text,
        });
        let got = exchange(Operation::Customer, answer(200, one.to_string()));
        let customer = response::customer(&got).unwrap();
        assert_eq!(customer.domain, kept(&text));
        assert_eq!(customer.email, kept(&text));
        assert_eq!(customer.relationship, kept(&text));
        assert_eq!(customer.commerce_id, kept(&text));
        assert_eq!(customer.custom_domains, std::slice::from_ref(&text));
        let name = kept(&text).unwrap_or_else(|| NORTH.to_owned());
        assert_eq!(customer.company_name, name);

        let list = json!({ "items": [one] });
        let got = exchange(Operation::Search, answer(200, list.to_string()));
        assert_eq!(response::customers(&got).unwrap().customers, [customer]);
    }
}

#[test]
fn naughty_words_of_a_qualification_stay_unknown() {
    for text in hostile() {
        let body = json!([{
            "qualification": text,
            "vettingStatus": text,
            "vettingReason": text,
            "vettingCreateDate": text,
        }]);
        let got = exchange(Operation::Qualifications, answer(200, body.to_string()));
        let Ok(read) = response::qualifications(&got) else {
            assert!(text.trim().is_empty(), "{text:?} is a word like any other");
            continue;
        };
        assert_eq!(judge(&body, &read), Ok(()));
        // "None" is among them, and means that there is none.
        let Some(one) = read.iter().next() else {
            assert_eq!(text, "None");
            continue;
        };
        assert_eq!(one.kind, QualificationKind::Other(text.clone()));
        assert_eq!(one.status, Some(VettingStatus::Other(text.clone())));
        assert_eq!(one.reason.as_ref(), Some(&text));
        assert_eq!(one.known_reason(), None);
        assert_eq!(one.since, Some(VettingDate::AsWritten(text)));
    }
}

#[test]
fn naughty_words_of_an_error_and_of_a_validation_code_stay_as_they_are() {
    for text in hostile() {
        let body = json!({ "code": text, "description": text }).to_string();
        let error = read(Operation::Search, answer(400, body)).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Refused);
        assert_eq!(error.code, kept(&text));
        // Words are shown, so white space around them goes.
        assert_eq!(
            error.message.as_deref().map(str::trim),
            kept(&text).as_deref().map(str::trim)
        );

        let body = json!([{ "validationId": text, "organizationName": text }]).to_string();
        let got = exchange(Operation::ValidationCodes, answer(200, body));
        match response::validation_codes(&got) {
            Ok(codes) => assert_eq!((&codes[0].id, &codes[0].organization), (&text, &text)),
            Err(_) => assert!(text.trim().is_empty(), "{text:?}"),
        }
    }
}

/// The naughty strings, and a few more of our own: very long, direction overrides, null bytes.
fn hostile() -> Vec<String> {
    let mut all = naughty();
    all.extend([
        "x".repeat(10_000),
        "\u{1f469}\u{200d}\u{1f52c}".repeat(3_000),
        "North\u{202e}loohcS".to_owned(),
        "\u{202d}\u{2066}School\u{2069}".to_owned(),
        "a\0b".to_owned(),
        "\u{fffd}\u{fffe}\u{10ffff}".to_owned(),
    ]);
    all
}

/// The parameters of an address's query, decoded.
fn query(target: &str) -> Vec<(String, String)> {
    assert!(
        target
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte)),
        "{target} goes into an address as it is"
    );
    let query = target.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

#[test]
fn a_naughty_search_is_refused_or_arrives_as_typed() {
    let mut accepted = 0;
    for text in hostile() {
        let Ok(search) = SearchText::try_from(text.as_str()) else {
            continue;
        };
        accepted += 1;
        for field in SearchField::BOTH {
            let request = request::search(field, &search);
            let parameters = query(&request.target);
            assert_eq!(parameters.len(), 2, "{text:?}");
            let filter: Value = serde_json::from_str(&parameters[1].1).unwrap();
            assert_eq!(filter["Value"], search.as_str());
            assert_eq!(filter.as_object().unwrap().len(), 3);
            assert!(text.contains(search.as_str()));
        }
    }
    assert!(accepted > 400, "only {accepted} were searched for");
}

#[test]
fn a_naughty_website_or_code_is_refused_or_arrives_as_typed() {
    let (mut websites, mut codes) = (0, 0);
    for text in hostile() {
        if let Ok(website) = Website::try_from(text.as_str()) {
            websites += 1;
            let wanted = QualificationRequest::Education {
                segment: EducationSegment::K12,
                website: Some(website.clone()),
            };
            let request =
                request::request_qualification(RequestContract::Current, north(), &wanted);
            let body: Value = serde_json::from_str(&request.body.unwrap()).unwrap();
            let expected = json!({ "qualification": "Education", "educationSegment": "K12", "website": website.as_str() });
            assert_eq!(body, expected);
            assert!(text.contains(website.as_str()));
        }
        if let Ok(code) = GccCode::try_from(text.as_str()) {
            codes += 1;
            let wanted = QualificationRequest::GovernmentCommunityCloud { code: code.clone() };
            let request =
                request::request_qualification(RequestContract::Current, north(), &wanted);
            let parameters = query(&request.target);
            assert_eq!(parameters, [("code".to_owned(), code.as_str().to_owned())]);
            let body: Value = serde_json::from_str(&request.body.unwrap()).unwrap();
            assert_eq!(body["validationCode"], code.as_str());
            assert!(text.contains(code.as_str()));
        }
    }
    assert!(
        websites > 0 && codes > 100,
        "{websites} websites, {codes} codes"
    );
}

#[test]
fn no_naughty_string_is_a_customer_id() {
    for text in hostile() {
        assert!(text.parse::<CustomerId>().is_err(), "{text:?}");
        assert_eq!(CustomerId::find_in(&text), None, "{text:?}");
    }
}
