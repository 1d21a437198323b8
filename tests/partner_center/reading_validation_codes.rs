//! Every documented answer about validation codes, and what it reads as.
//! Must not know the form that offers them.

use std::collections::BTreeSet;

use vetted::partner_center::{ErrorKind, Operation, Unexpected, ValidationCode, response};

use super::support::{answer, exchange, fixture, fixtures};

const GROUP: &str = "validation_codes";

fn codes(name: &str) -> Result<Vec<ValidationCode>, vetted::partner_center::Error> {
    let got = answer(200, fixture(GROUP, name));
    response::validation_codes(&exchange(Operation::ValidationCodes, got))
}

fn code(organization: &str, id: &str, max: Option<i64>, remaining: Option<i64>) -> ValidationCode {
    ValidationCode {
        id: id.to_owned(),
        organization: organization.to_owned(),
        max_creates: max,
        remaining_creates: remaining,
    }
}

#[test]
fn codes_are_sorted_by_organisation_and_null_is_no_limit() {
    let expected = [
        code("Example Reseller", "12345", Some(5), Some(4)),
        code("Example Reseller Public Sector", "987654", None, None),
    ];
    let read = codes("two.json").unwrap();
    assert_eq!(read, expected);
    assert!(read.iter().all(|code| !code.used_up()));
}

#[test]
fn sorting_ignores_case_and_settles_ties_by_code() {
    let read = codes("sorted_in_any_case.json").unwrap();
    let order: Vec<_> = read.iter().map(|code| code.id.as_str()).collect();
    assert_eq!(order, ["1", "9", "2", "3"]);
}

#[test]
fn a_partner_without_codes_has_an_empty_list() {
    assert_eq!(codes("none.json").unwrap(), []);
}

#[test]
fn a_code_with_nothing_left_is_used_up() {
    assert!(codes("used_up.json").unwrap()[0].used_up());
}

#[test]
fn numbers_and_texts_are_read_alike_and_zeros_are_kept() {
    let expected = [code("Example Reseller", "12345", Some(5), Some(4))];
    assert_eq!(codes("numbers_and_texts.json").unwrap(), expected);
    assert_eq!(codes("leading_zero.json").unwrap()[0].id, "007310");
}

#[test]
fn an_entry_without_a_code_is_unexpected() {
    let error = codes("without_code.json").unwrap_err();
    assert_eq!(
        error.kind,
        ErrorKind::UnexpectedAnswer(Unexpected::OtherShape)
    );
}

#[test]
fn no_fixture_is_left_out() {
    let named = [
        "leading_zero.json",
        "none.json",
        "numbers_and_texts.json",
        "sorted_in_any_case.json",
        "two.json",
        "used_up.json",
        "without_code.json",
    ];
    assert_eq!(fixtures(GROUP), BTreeSet::from(named.map(str::to_owned)));
}
