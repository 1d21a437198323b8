//! Every documented answer, one file each, and what it reads as, written beside it.
//! Must not know why it reads so: the documents do, and `docs/contract.md` names them.

use std::{collections::BTreeSet, fmt::Write, fs, path::PathBuf};

use vetted::partner_center::{
    Accepted, AccountValidation, AuditRecord, AuditValue, Customer, Diagnosis, Error, Operation,
    Page, Qualification, Qualifications, ValidationCode, VettingDate,
    address::NextLink,
    audit::{self, AuditPage},
    request,
    response::{self, Exchange},
};

use super::support::{GROUPS, every_fixture, names, path, sent_ids, text};

/// What has to be among the fixtures, by group. There may be more.
const REQUIRED: [(&str, &[&str]); 6] = [
    (
        "qualifications",
        &[
            // Envelopes, and nothing in them.
            "none",
            "wrapped_approved",
            "wrapped_pascal_case",
            "collection",
            "single",
            "pascal_case_single",
            "null",
            "empty_object",
            "no_content",
            "empty_body",
            "none_entry",
            // Each name of the date with each form of it.
            "education_in_review_create_date_seconds",
            "education_in_review_create_date_milliseconds",
            "education_in_review_create_date_offset",
            "education_in_review_create_date_ambiguous",
            "education_in_review_create_date_without_zone",
            "education_in_review_created_date_seconds",
            "education_in_review_created_date_milliseconds",
            "education_in_review_created_date_offset",
            "education_in_review_created_date_ambiguous",
            "education_in_review_created_date_without_zone",
            // Decided.
            "education_approved",
            "education_denied_not_education",
            "education_denied_no_longer_education",
            "education_denied_after_review",
            "education_denied_restricted",
            "education_denied_domain",
            "education_denied_library",
            "education_denied_museum",
            "education_denied_unknown_reason",
            "education_approved_and_state_owned",
            "gcc_approved_and_state_owned",
            "nonprofit",
            // Unknown, doubled, of another type, and words of another kind of status.
            "unknown_qualification",
            "unknown_status",
            "missing_status",
            "duplicates",
            "numbers",
            "other_spellings",
            "account_words_as_status",
            "account_status_in_place_of_list",
            "partner_words_as_status",
            "partner_profile_in_place_of_list",
            // The answer to a request.
            "posted_education",
            "posted_wrapped",
            "posted_state_owned",
            "posted_empty_body",
            "posted_accepted_without_body",
            "posted_no_content",
            // No answer at all.
            "as_printed_with_comments",
            "old_answer_as_text",
            "refusal_as_text",
            "truncated",
            "site_page",
            "unpaired_surrogate",
        ],
    ),
    (
        "errors",
        &[
            "800002_invalid_input",
            "900126_enum",
            "empty",
            "900421_mfa",
            "900420_audience",
            "1002_role",
            "20002_no_relationship",
            "900308_privileges",
            "900329_app_only",
            "60003_unknown_tenant",
            "600074_no_status",
            "conflict",
            "429_seconds",
            "429_date",
            "429_without_anything",
            "gateway_rate_limit",
            "gateway_refused_token",
            "800003_service",
            "proxy_page",
            "proxy_text",
            "as_text",
            "authority",
        ],
    ),
    (
        "account_validation",
        &[
            "allowed",
            "under_review",
            "not_allowed",
            "unknown",
            "not_ready",
            "other_status",
            "no_review",
            "unknown_customer",
            "pascal_case",
            "date_with_zone",
            "approved_as_status",
            // No answer at all.
            "qualifications_in_place_of_status",
            "without_status",
            "truncated",
            "empty_body",
            "site_page",
        ],
    ),
    (
        "audit_records",
        &[
            "one",
            "all_fields",
            "few_fields",
            "none",
            "pascal_case",
            "other_operations",
            "values",
            "statuses",
            "dates",
            "page_with_next",
            "page_with_token_in_body",
            "start_too_early",
            // No answer at all.
            "without_any_operation",
            "qualifications_in_place_of_list",
            "single_in_place_of_list",
            "truncated",
            "empty_body",
            "site_page",
        ],
    ),
    (
        "validation_codes",
        &[
            "none",
            "used_up",
            "null_counters",
            "numbers_and_texts",
            "leading_zero",
        ],
    ),
    (
        "customers",
        &[
            "by_id",
            "by_id_without_delegated_rights",
            "page_with_next",
            "page_repeating_its_token",
            "page_with_gaps",
            "page_of_hard_names",
            "page_of_hostile_names",
            "page_with_unpaired_surrogate",
        ],
    ),
];

/// What an exchange reads as, a line for each thing.
fn reading(exchange: &Exchange) -> String {
    let read = match exchange.operation {
        Operation::Customer => response::customer(exchange).map(|one| customer(&one)),
        Operation::Search => response::customers(exchange).map(|page| customers(&page)),
        Operation::Qualifications => response::qualifications(exchange).map(|all| list(&all)),
        Operation::RequestQualification => response::accepted(exchange).map(|all| accepted(&all)),
        Operation::ValidationCodes => response::validation_codes(exchange).map(|all| codes(&all)),
        Operation::AuditRecords => audit::audit_page(exchange).map(|page| records(&page)),
        Operation::AccountValidation => {
            response::account_validation(exchange).map(|one| account(&one))
        }
    };
    read.unwrap_or_else(|error| failure(&error))
}

fn records(page: &AuditPage) -> String {
    let mut text: String = page.records.iter().map(record).collect();
    if page.records.is_empty() {
        text += "no record\n";
    }
    text + &next(page.next.as_ref())
}

fn account(one: &AccountValidation) -> String {
    let effect = match one.status.blocks_purchases() {
        Some(true) => "blocks purchases",
        Some(false) => "blocks nothing",
        None => "effect not stated",
    };
    let updated = one.updated.as_ref().map(date);
    let updated = updated.map_or(String::new(), |date| format!(", since {date}"));
    format!("account {:?}, {effect}{updated}\n", one.status)
}

fn record(one: &AuditRecord) -> String {
    let when = one.when.as_ref().map_or("undated".to_owned(), date);
    let status = one
        .status
        .as_ref()
        .map_or("no status".to_owned(), |status| format!("{status:?}"));
    let mut text = format!("{when}, {status}\n");
    let texts = [
        ("ID", &one.id),
        ("by", &one.who),
        ("with", &one.application),
        ("correlation ID", &one.correlation_id),
    ];
    for (name, value) in texts {
        if let Some(value) = value {
            writeln!(text, "  {name} {value:?}").unwrap();
        }
    }
    if let Some(customer) = one.customer {
        writeln!(text, "  customer {customer}").unwrap();
    }
    for (name, value) in [("from", &one.old), ("to", &one.new)] {
        match value {
            Some(AuditValue::Qualifications(all)) => {
                for line in list(all).lines() {
                    writeln!(text, "  {name} {line}").unwrap();
                }
            }
            Some(AuditValue::AsWritten(words)) => {
                writeln!(text, "  {name} {words:?} as written").unwrap();
            }
            None => {}
        }
    }
    text
}

fn date(date: &VettingDate) -> String {
    match date {
        VettingDate::At(moment) => moment.to_string(),
        VettingDate::AsWritten(words) => format!("{words:?} as written"),
    }
}

fn list(all: &Qualifications) -> String {
    let mut text: String = all.iter().map(qualification).collect();
    if all.is_empty() {
        text += "no qualification\n";
    }
    text
}

fn qualification(one: &Qualification) -> String {
    let mut text = format!("{:?}", one.kind);
    match &one.status {
        Some(status) => write!(text, ", {status:?}").unwrap(),
        None => text += ", no status",
    }
    if let Some(since) = &one.since {
        write!(text, ", since {}", date(since)).unwrap();
    }
    match (one.known_reason(), &one.reason) {
        (Some(known), Some(words)) => write!(text, ", because {known:?}: {words:?}").unwrap(),
        (None, Some(words)) => write!(text, ", because {words:?}").unwrap(),
        (_, None) => {}
    }
    text + "\n"
}

fn accepted(accepted: &Accepted) -> String {
    let mut text = "accepted\n".to_owned();
    if accepted.ids != sent_ids() {
        let ids = &accepted.ids;
        writeln!(text, "request ID {}", ids.request).unwrap();
        writeln!(text, "correlation ID {}", ids.correlation).unwrap();
    }
    match &accepted.qualifications {
        Some(all) => text + &list(all),
        None => text + "says nothing of qualifications\n",
    }
}

fn customer(one: &Customer) -> String {
    let mut text = format!("{} {:?}\n", one.id, one.company_name);
    let optional = [
        ("domain", &one.domain),
        ("relationship", &one.relationship),
        ("email", &one.email),
        ("commerce ID", &one.commerce_id),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            writeln!(text, "  {name} {value:?}").unwrap();
        }
    }
    for domain in &one.custom_domains {
        writeln!(text, "  own domain {domain:?}").unwrap();
    }
    if let Some(address) = &one.address {
        writeln!(text, "  {address:?}").unwrap();
    }
    if let Some(allows) = one.allows_delegated_access {
        writeln!(text, "  delegated access {allows}").unwrap();
    }
    text
}

fn customers(page: &Page) -> String {
    let mut text: String = page.customers.iter().map(customer).collect();
    if page.customers.is_empty() {
        text += "no customer\n";
    }
    text + &next(page.next.as_ref())
}

fn next(link: Option<&NextLink>) -> String {
    let Some(link) = link else {
        return String::new();
    };
    let next = request::next_page(link);
    let mut text = format!("next {}\n", next.target);
    for (name, value) in next.own_headers {
        writeln!(text, "  {name}: {value}").unwrap();
    }
    text
}

fn codes(all: &[ValidationCode]) -> String {
    let mut text = String::new();
    for code in all {
        let counter = |count: Option<i64>| count.map_or("?".to_owned(), |n| n.to_string());
        let (left, of) = (counter(code.remaining_creates), counter(code.max_creates));
        let used_up = if code.used_up() { ", used up" } else { "" };
        writeln!(
            text,
            "{:?} {:?} {left} of {of}{used_up}",
            code.id, code.organization
        )
        .unwrap();
    }
    if all.is_empty() {
        text += "no code\n";
    }
    text
}

fn failure(error: &Error) -> String {
    let mut text = format!("{:?}\n  means {:?}\n", error.kind, Diagnosis::of(error));
    if let Some(status) = error.status {
        writeln!(text, "  status {status}").unwrap();
    }
    if let Some(code) = &error.code {
        writeln!(text, "  code {code}").unwrap();
    }
    if let Some(words) = &error.message {
        writeln!(text, "  words {words:?}").unwrap();
    }
    if let Some(seconds) = error.retry_after {
        writeln!(text, "  wait {seconds} seconds").unwrap();
    }
    if error.outcome_unknown() {
        text += "  outcome unknown\n";
    }
    text
}

#[test]
fn every_fixture_reads_as_is_written_beside_it() {
    let mut wrong = String::new();
    for (group, name, exchange) in every_fixture() {
        let expected = text(&path(group, &name, "expected"));
        let got = reading(&exchange);
        if got != expected {
            writeln!(wrong, "{group}/{name}: expected\n{expected}got\n{got}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_fixture_has_its_expectation_and_none_is_left_over() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let groups: BTreeSet<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(groups, GROUPS.map(str::to_owned).into());
    for group in GROUPS {
        assert_eq!(names(group, "http"), names(group, "expected"), "{group}");
        let entries = fs::read_dir(path(group, "x", "x").parent().unwrap()).unwrap();
        assert_eq!(
            entries.count(),
            2 * names(group, "http").len(),
            "{group} holds nothing else"
        );
    }
}

#[test]
fn no_documented_answer_is_missing() {
    for (group, required) in REQUIRED {
        let there = names(group, "http");
        let missing: Vec<_> = required
            .iter()
            .filter(|name| !there.contains(**name))
            .collect();
        assert!(missing.is_empty(), "{group} has no {missing:?}");
    }
}

#[test]
fn an_error_keeps_the_ids_and_the_operation() {
    for (group, name, exchange) in every_fixture() {
        let failed = match exchange.operation {
            Operation::Customer => response::customer(&exchange).err(),
            Operation::Search => response::customers(&exchange).err(),
            Operation::Qualifications => response::qualifications(&exchange).err(),
            Operation::RequestQualification => response::accepted(&exchange).err(),
            Operation::ValidationCodes => response::validation_codes(&exchange).err(),
            Operation::AuditRecords => audit::audit_page(&exchange).err(),
            Operation::AccountValidation => response::account_validation(&exchange).err(),
        };
        let Some(error) = failed else { continue };
        let ids = exchange.ids();
        assert_eq!(error.request_id, Some(ids.request), "{group}/{name}");
        assert_eq!(
            error.correlation_id,
            Some(ids.correlation),
            "{group}/{name}"
        );
        assert_eq!(error.operation, exchange.operation, "{group}/{name}");
    }
}
