//! Two queries on their way through their pages, joined into one list.
//! Must not know how a page was fetched.

use vetted::partner_center::{Cursor, Customer, Found, Page, address::NextLink, request};

fn customer(number: u32, name: &str) -> Customer {
    Customer {
        id: format!("{number:08}-0000-4000-8000-000000000000")
            .parse()
            .unwrap(),
        company_name: name.to_owned(),
        domain: None,
        relationship: None,
        custom_domains: Vec::new(),
        address: None,
        email: None,
        commerce_id: None,
        allows_delegated_access: None,
    }
}

fn next(token: &str) -> Option<NextLink> {
    let header = ("MS-ContinuationToken".to_owned(), token.to_owned());
    NextLink::new("/customers?seekOperation=Next", vec![header])
}

fn page(customers: &[(u32, &str)], next: Option<NextLink>) -> Page {
    let customers = customers
        .iter()
        .map(|(number, name)| customer(*number, name));
    Page {
        customers: customers.collect(),
        next,
    }
}

fn names(found: &Found) -> Vec<&str> {
    let customers = found.customers.iter();
    customers
        .map(|customer| customer.company_name.as_str())
        .collect()
}

fn tokens(cursor: &Cursor) -> Vec<String> {
    let token = |link| request::next_page(link).own_headers[0].1.clone();
    cursor.links().map(token).collect()
}

#[test]
fn a_customer_found_twice_is_listed_once_and_by_name() {
    let by_name = page(&[(2, "beta"), (1, "Alpha")], None);
    let by_domain = page(&[(1, "Alpha"), (3, "aardvark")], None);
    let found = Cursor::start(vec![by_name, by_domain]);
    assert_eq!(names(&found), ["aardvark", "Alpha", "beta"]);
    assert_eq!(found.more, None);
}

#[test]
fn only_the_query_that_has_more_goes_on_and_finds_only_new_customers() {
    let by_name = page(&[(1, "Alpha")], None);
    let by_domain = page(&[(2, "Beta")], next("d2"));
    let cursor = Cursor::start(vec![by_name, by_domain]).more.unwrap();
    assert_eq!(tokens(&cursor), ["d2"]);

    let found = cursor.advance(vec![page(&[(3, "Gamma"), (1, "Alpha")], None)]);
    assert_eq!(names(&found), ["Gamma"]);
    assert_eq!(found.more, None);
}

#[test]
fn a_repeated_token_ends_its_query_and_no_other() {
    let first = vec![
        page(&[(1, "Alpha")], next("n")),
        page(&[(2, "Beta")], next("d")),
    ];
    let cursor = Cursor::start(first).more.unwrap();
    let second = vec![
        page(&[(3, "Gamma")], next("n")),
        page(&[(4, "Delta")], next("d2")),
    ];
    let found = cursor.advance(second);
    assert_eq!(names(&found), ["Delta", "Gamma"]);
    let cursor = found.more.unwrap();
    assert_eq!(tokens(&cursor), ["d2"]);

    let third = cursor.advance(vec![page(&[(5, "Epsilon")], next("d"))]);
    assert_eq!(
        third.more, None,
        "a token from two pages ago is a repeat too"
    );
}

#[test]
fn both_queries_may_use_the_same_words_for_their_tokens() {
    let first = vec![
        page(&[(1, "Alpha")], next("2")),
        page(&[(2, "Beta")], next("2")),
    ];
    let cursor = Cursor::start(first).more.unwrap();
    assert_eq!(tokens(&cursor), ["2", "2"]);
}

#[test]
fn an_empty_page_ends_its_query() {
    let found = Cursor::start(vec![page(&[], next("n")), page(&[], None)]);
    assert_eq!(found, Found::default());
}

#[test]
fn a_link_is_rebased_and_can_only_lead_to_customers() {
    let rebased = [
        ("/customers?size=1", "/customers?size=1"),
        ("/v1/customers?size=1", "/customers?size=1"),
        ("v1/customers?size=1", "/customers?size=1"),
        ("customers?size=1", "/customers?size=1"),
        ("/V1/Customers?size=1", "/customers?size=1"),
        ("/customers", "/customers?"),
        (
            "/customers?then=https://elsewhere.example/",
            "/customers?then=https://elsewhere.example/",
        ),
        (
            "https://elsewhere.example/v1/customers?size=1",
            "/customers?size=1",
        ),
        (
            "https://elsewhere.example:8443/customers?next=//x",
            "/customers?next=//x",
        ),
        (
            r##"/customers?filter={"Value":"C# 学"}&size=1"##,
            "/customers?filter={%22Value%22:%22C%23%20%E5%AD%A6%22}&size=1",
        ),
    ];
    for (uri, target) in rebased {
        let link = NextLink::new(uri, Vec::new()).unwrap();
        assert_eq!(request::next_page(&link).target, target, "{uri}");
    }
    let refused = [
        "",
        "/",
        "//elsewhere.example/customers?size=1",
        "/v1//elsewhere.example/customers",
        "https://elsewhere.example",
        "https://elsewhere.example?/customers",
        "/customers/../admin",
        "/customers/all/validations",
        "/v1/../customers",
        "/customers#x",
        "\\customers",
        "@elsewhere.example/customers",
        "javascript:alert(1)",
    ];
    for uri in refused {
        assert_eq!(NextLink::new(uri, Vec::new()), None, "{uri}");
    }
}

#[test]
fn a_link_cannot_replace_the_token_or_the_ids() {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let link = NextLink::new(
        "/customers?size=1",
        vec![
            pair("authorization", "Bearer stolen"),
            pair("MS-REQUESTID", "mine"),
            pair("MS-ContinuationToken", "opaque=="),
        ],
    );
    let ids = super::support::sent_ids();
    let headers = request::next_page(&link.unwrap()).headers("token", &ids, "en-US");
    let values = |name: &str| -> Vec<String> {
        let same = headers
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name));
        same.map(|(_, value)| value.clone()).collect()
    };
    assert_eq!(values("Authorization"), ["Bearer token"]);
    assert_eq!(values("MS-RequestId"), [ids.request.as_str()]);
    assert_eq!(values("MS-ContinuationToken"), ["opaque=="]);
}
