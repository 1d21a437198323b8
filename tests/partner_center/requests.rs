//! The bytes of every operation under every contract, written out.
//! Must not know how an answer is read.

use std::collections::BTreeSet;

use vetted::partner_center::{
    AuditPeriod, EducationSegment, GccCode, QualificationRequest, RequestContract, SearchText,
    Website,
    address::{BaseUrl, NextLink},
    request::{self, Method, Request, SearchField},
};

use super::support::{north, sent_ids};

use RequestContract::{Current, December2020, March2021};

/// A request as one text: request line, headers that only it has, body.
fn written(request: &Request) -> String {
    let method = match request.method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    let mut text = format!("{method} {}", BaseUrl::new("").join(&request.target));
    for (name, value) in &request.own_headers {
        text += &format!("\n{name}: {value}");
    }
    if let Some(body) = &request.body {
        text += &format!("\n\n{body}");
    }
    text
}

fn education(website: Option<&str>) -> QualificationRequest {
    QualificationRequest::Education {
        segment: EducationSegment::K12,
        website: website.map(|website| Website::try_from(website).unwrap()),
    }
}

fn gcc(code: &str) -> QualificationRequest {
    QualificationRequest::GovernmentCommunityCloud {
        code: GccCode::try_from(code).unwrap(),
    }
}

fn posted(contract: RequestContract, wanted: &QualificationRequest) -> String {
    written(&request::request_qualification(contract, north(), wanted))
}

#[test]
fn reads_are_a_path_and_nothing_else() {
    assert_eq!(
        written(&request::customer(north())),
        "GET /v1/customers/11111111-2222-4333-8444-555555555555"
    );
    assert_eq!(
        written(&request::qualifications(north())),
        "GET /v1/customers/11111111-2222-4333-8444-555555555555/qualifications"
    );
    assert_eq!(
        written(&request::validation_codes()),
        "GET /v1/customers/all/validations"
    );
    assert_eq!(
        written(&request::account_validation(north())),
        "GET /v1/customers/11111111-2222-4333-8444-555555555555/validationStatus?type=account"
    );
}

#[test]
fn a_search_asks_for_one_field_at_a_time() {
    let text = SearchText::try_from("cont").unwrap();
    assert_eq!(
        written(&request::search(SearchField::CompanyName, &text)),
        "GET /v1/customers?size=100&filter=%7B%22Field%22%3A%22CompanyName%22%2C%22Value%22%3A%22cont%22%2C%22Operator%22%3A%22starts_with%22%7D"
    );
    assert_eq!(
        written(&request::search(SearchField::Domain, &text)),
        "GET /v1/customers?size=100&filter=%7B%22Field%22%3A%22Domain%22%2C%22Value%22%3A%22cont%22%2C%22Operator%22%3A%22starts_with%22%7D"
    );
}

#[test]
fn audit_records_are_asked_for_by_customer_and_by_day() {
    let now = 1_709_635_058_885.0;
    assert_eq!(
        written(&request::audit_records(north(), &AuditPeriod::whole(now))),
        "GET /v1/auditrecords?startDate=2023-12-07&endDate=2024-03-05&filter=%7B%22Field%22%3A%22CustomerId%22%2C%22Value%22%3A%2211111111-2222-4333-8444-555555555555%22%2C%22Operator%22%3A%22equals%22%7D&size=500"
    );
}

#[test]
fn whatever_is_searched_for_stays_inside_the_value_of_the_filter() {
    let table = [
        (r#"O"Brien"#, "O%5C%22Brien"),
        (r"back\slash", "back%5C%5Cslash"),
        ("%41", "%2541"),
        ("a+b c", "a%2Bb%20c"),
        ("R&D=1#2?3/4", "R%26D%3D1%232%3F3%2F4"),
        ("🏫", "%F0%9F%8F%AB"),
        ("مدرسة", "%D9%85%D8%AF%D8%B1%D8%B3%D8%A9"),
        ("<b>x</b>", "%3Cb%3Ex%3C%2Fb%3E"),
        ("tab\there", "tab%5Cthere"),
        ("it's (one) ~*!", "it's%20(one)%20~*!"),
    ];
    for (typed, encoded) in table {
        let text = SearchText::try_from(typed).unwrap();
        let expected = format!(
            "/customers?size=100&filter=%7B%22Field%22%3A%22CompanyName%22%2C%22Value%22%3A%22{encoded}%22%2C%22Operator%22%3A%22starts_with%22%7D"
        );
        let request = request::search(SearchField::CompanyName, &text);
        assert_eq!(request.target, expected, "{typed}");
    }
}

#[test]
fn todays_post_has_exactly_the_fields_of_its_kind() {
    assert_eq!(
        posted(Current, &education(Some("northschool.example"))),
        r#"POST /v1/customers/11111111-2222-4333-8444-555555555555/qualifications

{"qualification":"Education","educationSegment":"K12","website":"northschool.example"}"#
    );
    assert_eq!(
        posted(Current, &education(None)),
        r#"POST /v1/customers/11111111-2222-4333-8444-555555555555/qualifications

{"qualification":"Education","educationSegment":"K12"}"#
    );
    assert_eq!(
        posted(
            Current,
            &QualificationRequest::Education {
                segment: EducationSegment::HigherEducation,
                website: None,
            }
        ),
        r#"POST /v1/customers/11111111-2222-4333-8444-555555555555/qualifications

{"qualification":"Education","educationSegment":"HigherEducation"}"#
    );
    assert_eq!(
        posted(Current, &gcc("012345")),
        r#"POST /v1/customers/11111111-2222-4333-8444-555555555555/qualifications?code=012345

{"qualification":"GovernmentCommunityCloud","validationCode":"012345"}"#
    );
    assert_eq!(
        posted(Current, &QualificationRequest::StateOwnedEntity),
        r#"POST /v1/customers/11111111-2222-4333-8444-555555555555/qualifications

{"qualification":"StateOwnedEntity"}"#
    );
}

#[test]
fn the_post_of_march_2021_names_the_kind_and_has_the_code_in_the_query() {
    assert_eq!(
        posted(March2021, &education(Some("northschool.example"))),
        r#"POST /v1/customers/11111111-2222-4333-8444-555555555555/qualifications

{"Qualification":"Education"}"#
    );
    assert_eq!(
        posted(March2021, &gcc("012345")),
        r#"POST /v1/customers/11111111-2222-4333-8444-555555555555/qualifications?code=012345

{"Qualification":"GovernmentCommunityCloud"}"#
    );
    assert_eq!(
        posted(March2021, &QualificationRequest::StateOwnedEntity),
        r#"POST /v1/customers/11111111-2222-4333-8444-555555555555/qualifications

{"Qualification":"StateOwnedEntity"}"#
    );
}

#[test]
fn the_post_of_december_2020_is_the_number_of_the_kind() {
    assert_eq!(
        posted(December2020, &education(None)),
        "POST /v1/customers/11111111-2222-4333-8444-555555555555/qualifications\n\n1"
    );
    assert_eq!(
        posted(December2020, &gcc("012345")),
        "POST /v1/customers/11111111-2222-4333-8444-555555555555/qualifications?code=012345\n\n3"
    );
    assert_eq!(
        posted(December2020, &QualificationRequest::StateOwnedEntity),
        "POST /v1/customers/11111111-2222-4333-8444-555555555555/qualifications\n\n4"
    );
}

#[test]
fn a_code_cannot_leave_its_place_in_the_query_or_the_body() {
    assert_eq!(
        posted(Current, &gcc(r#"1&x="2"\#3"#)),
        r#"POST /v1/customers/11111111-2222-4333-8444-555555555555/qualifications?code=1%26x%3D%222%22%5C%233

{"qualification":"GovernmentCommunityCloud","validationCode":"1&x=\"2\"\\#3"}"#
    );
}

#[test]
fn every_call_carries_the_documented_headers() {
    let read = request::customer(north()).headers("token", &sent_ids(), "hu-HU");
    let expected = [
        ("Authorization", "Bearer token"),
        ("Accept", "application/json"),
        ("MS-RequestId", "aaaaaaaa-0000-4000-8000-000000000001"),
        ("MS-CorrelationId", "cccccccc-0000-4000-8000-000000000002"),
        ("MS-Contract-Version", "v1"),
        ("MS-PartnerCenter-Application", "Vetted"),
        ("X-Locale", "hu-HU"),
    ];
    assert_eq!(as_pairs(&read), expected);

    let post = request::request_qualification(Current, north(), &education(None));
    let mut with_body = expected.to_vec();
    with_body.push(("Content-Type", "application/json"));
    assert_eq!(
        as_pairs(&post.headers("token", &sent_ids(), "hu-HU")),
        with_body
    );
}

fn as_pairs(headers: &[(String, String)]) -> Vec<(&str, &str)> {
    let pairs = headers.iter();
    pairs
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[test]
fn the_base_address_may_be_written_in_any_of_its_ways() {
    let request = request::validation_codes();
    let table = [
        ("", "/v1/customers/all/validations"),
        ("/", "/v1/customers/all/validations"),
        ("/v1", "/v1/customers/all/validations"),
        ("/vetted/", "/vetted/v1/customers/all/validations"),
        ("/vetted/v1/", "/vetted/v1/customers/all/validations"),
        (
            "https://api.partner.example",
            "https://api.partner.example/v1/customers/all/validations",
        ),
        (
            " https://api.partner.example/v1 ",
            "https://api.partner.example/v1/customers/all/validations",
        ),
    ];
    for (written, expected) in table {
        assert_eq!(
            BaseUrl::new(written).join(&request.target),
            expected,
            "{written:?}"
        );
    }
}

/// The cells of a table of `docs/contract.md`.
fn table(heading: &str) -> Vec<Vec<String>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/contract.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, below) = text.split_once(heading).expect("the table is there");
    let rows = below
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let cells = |row: &str| {
        let cells = row.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_owned()).collect()
    };
    rows.map(cells).collect()
}

#[test]
fn the_relay_passes_what_the_app_sends_and_nothing_more() {
    let text = SearchText::try_from("cont").unwrap();
    let token = vec![("MS-ContinuationToken".to_owned(), "opaque".to_owned())];
    let link = NextLink::new("/customers?size=1&seekOperation=Next", token).unwrap();
    let mut calls = vec![
        request::search(SearchField::Domain, &text),
        request::next_page(&link),
        request::customer(north()),
        request::qualifications(north()),
        request::validation_codes(),
        request::account_validation(north()),
        request::audit_records(north(), &AuditPeriod::whole(1_709_635_058_885.0)),
    ];
    for contract in [Current, March2021, December2020] {
        for wanted in [
            education(None),
            gcc("Ab/c"),
            QualificationRequest::StateOwnedEntity,
        ] {
            calls.push(request::request_qualification(contract, north(), &wanted));
        }
    }

    let rows = table("| Method | Path | Query | Test |");
    let mut used = BTreeSet::new();
    let mut headers = BTreeSet::new();
    for call in &calls {
        let line = written(call);
        let (method, target) = line.lines().next().unwrap().split_once(' ').unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let path = path.replace(&north().to_string(), "{id}");
        let fits = |cells: &Vec<String>| {
            let query_fits = match cells[2].as_str() {
                "any, and never none" => !query.is_empty(),
                "none" => query.is_empty(),
                "`type=account`" => query == "type=account",
                "`code` or none" => query.is_empty() || query.starts_with("code="),
                other => panic!("what is {other}?"),
            };
            cells[0] == method && cells[1] == format!("`{path}`") && query_fits
        };
        used.insert(rows.iter().position(fits).expect(target));
        let sent = call.headers("token", &sent_ids(), "en-US");
        headers.extend(sent.into_iter().map(|(name, _)| name));
    }
    assert_eq!(used.len(), rows.len(), "each row is for a call of the app");

    let rows = table("| Headers that pass | Names | Test |");
    let names = rows[0][1].split('`').skip(1).step_by(2);
    assert_eq!(headers, names.map(str::to_owned).collect());
}
