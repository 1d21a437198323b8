//! Every documented answer about customers, and what it reads as.
//! Must not know how pages are joined.

use std::collections::BTreeSet;

use vetted::partner_center::{
    Address, Customer, ErrorKind, Operation, Page, Unexpected, request, response,
};

use super::support::{NORTH, answer, exchange, fixture, fixtures, north};

const GROUP: &str = "customers";
const MILLS: &str = "22222222-3333-4444-8555-666666666666";
const LONG: &str = "33333333-4444-4555-8666-777777777777";

fn page(name: &str) -> Result<Page, vetted::partner_center::Error> {
    response::customers(&exchange(
        Operation::Search,
        answer(200, fixture(GROUP, name)),
    ))
}

fn by_id(name: &str) -> Result<Customer, vetted::partner_center::Error> {
    response::customer(&exchange(
        Operation::Customer,
        answer(200, fixture(GROUP, name)),
    ))
}

/// Each customer as `(ID, name)`.
fn named(page: &Page) -> Vec<(String, &str)> {
    let customers = page.customers.iter();
    customers
        .map(|customer| (customer.id.to_string(), customer.company_name.as_str()))
        .collect()
}

fn in_a_list(id: &str, name: &str, domain: &str) -> Customer {
    Customer {
        id: id.parse().unwrap(),
        company_name: name.to_owned(),
        domain: Some(domain.to_owned()),
        relationship: Some("reseller".to_owned()),
        custom_domains: Vec::new(),
        address: None,
        email: None,
        commerce_id: None,
        allows_delegated_access: None,
    }
}

#[test]
fn a_customer_by_id_has_all_its_fields() {
    let expected = Customer {
        custom_domains: vec!["northschool.example".to_owned()],
        address: Some(Address {
            line1: Some("1 Example Way".to_owned()),
            city: Some("Redmond".to_owned()),
            region: Some("wa".to_owned()),
            postal_code: Some("98052".to_owned()),
            country: Some("US".to_owned()),
            phone_number: Some("4255550100".to_owned()),
            ..Address::default()
        }),
        email: Some("office@northschool.example".to_owned()),
        commerce_id: Some("99999999-8888-4777-8666-555555555555".to_owned()),
        allows_delegated_access: Some(true),
        ..in_a_list(NORTH, "North School", "northschool.onmicrosoft.com")
    };
    assert_eq!(by_id("by_id.json").unwrap(), expected);
}

#[test]
fn what_the_partner_may_not_see_is_absent() {
    let customer = by_id("by_id_without_delegated_rights.json").unwrap();
    assert_eq!(customer.allows_delegated_access, Some(false));
    assert_eq!(customer.address, None);
    assert_eq!(customer.email, None);
    assert!(customer.custom_domains.is_empty());
}

#[test]
fn names_of_fields_may_be_in_any_case() {
    let customer = by_id("by_id_pascal_case.json").unwrap();
    assert_eq!(customer.id, north());
    assert_eq!(customer.company_name, "North School");
}

#[test]
fn a_page_of_customers_leads_to_the_next() {
    let first = page("page_with_next.json").unwrap();
    let expected = [in_a_list(
        NORTH,
        "North School",
        "northschool.onmicrosoft.com",
    )];
    assert_eq!(first.customers, expected);
    let next = request::next_page(&first.next.unwrap());
    assert_eq!(next.target, "/customers?size=1&seekOperation=Next");
    let token = ("MS-ContinuationToken".to_owned(), "opaque==".to_owned());
    assert_eq!(next.own_headers, [token]);

    let last = page("page_last.json").unwrap();
    assert_eq!(last.customers.len(), 1);
    assert_eq!(last.next, None);

    assert_eq!(page("page_empty.json").unwrap(), Page::default());
}

#[test]
fn a_link_never_leads_to_another_host() {
    let rebased = page("page_with_absolute_next.json").unwrap().next.unwrap();
    let next = request::next_page(&rebased);
    assert_eq!(next.target, "/customers?size=1&seekOperation=Next");

    let elsewhere = page("page_leading_elsewhere.json").unwrap_err();
    assert_eq!(
        elsewhere.kind,
        ErrorKind::UnexpectedAnswer(Unexpected::Link)
    );
}

#[test]
fn a_token_in_the_body_serves_where_the_link_has_none() {
    let link = page("page_with_token_in_body.json").unwrap().next.unwrap();
    let token = ("MS-ContinuationToken".to_owned(), "body==".to_owned());
    assert_eq!(request::next_page(&link).own_headers, [token]);
}

#[test]
fn names_are_kept_letter_by_letter() {
    let page = page("page_of_hard_names.json").unwrap();
    let names: Vec<_> = named(&page).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names[0], r#"<img src=x onerror=alert(1)> & Sons "Ltd""#);
    assert_eq!(names[1], "مدرسة الشمال");
    assert_eq!(names[2].len(), 307);
}

#[test]
fn a_customer_without_a_name_is_named_by_its_domain_or_id() {
    let page = page("page_with_gaps.json").unwrap();
    let expected = [
        (NORTH.to_owned(), "northschool.onmicrosoft.com"),
        (MILLS.to_owned(), MILLS),
        (LONG.to_owned(), "Only a profile"),
    ];
    assert_eq!(named(&page), expected);
}

#[test]
fn what_is_no_list_of_customers_is_unexpected() {
    let other_shape = ErrorKind::UnexpectedAnswer(Unexpected::OtherShape);
    assert_eq!(
        page("page_without_any_id.json").unwrap_err().kind,
        other_shape
    );
    assert_eq!(page("by_id.json").unwrap_err().kind, other_shape);
    assert_eq!(by_id("page_empty.json").unwrap_err().kind, other_shape);
    for body in ["\"text\"", "7", "true", "{}"] {
        let got = exchange(Operation::Search, answer(200, body));
        let error = response::customers(&got).unwrap_err();
        assert_eq!(error.kind, other_shape, "{body}");
    }
}

#[test]
fn no_fixture_is_left_out() {
    let named = [
        "by_id.json",
        "by_id_pascal_case.json",
        "by_id_without_delegated_rights.json",
        "page_empty.json",
        "page_last.json",
        "page_leading_elsewhere.json",
        "page_of_hard_names.json",
        "page_with_absolute_next.json",
        "page_with_gaps.json",
        "page_with_next.json",
        "page_with_token_in_body.json",
        "page_without_any_id.json",
    ];
    assert_eq!(fixtures(GROUP), BTreeSet::from(named.map(str::to_owned)));
}
