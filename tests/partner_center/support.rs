//! Shared by the tests of the API client: fixtures, answers and IDs.
//! Must not know what any fixture should read as.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use vetted::partner_center::{
    CustomerId, Operation, Qualification, QualificationKind, Qualifications, RequestIds,
    VettingDate, VettingStatus,
    response::{Answer, Exchange},
};

/// The ID of North School, the customer in most fixtures.
pub(crate) const NORTH: &str = "11111111-2222-4333-8444-555555555555";

pub(crate) fn north() -> CustomerId {
    NORTH.parse().unwrap()
}

pub(crate) fn sent_ids() -> RequestIds {
    RequestIds {
        request: "aaaaaaaa-0000-4000-8000-000000000001".to_owned(),
        correlation: "cccccccc-0000-4000-8000-000000000002".to_owned(),
    }
}

fn entry(kind: &str, status: &str) -> Qualification {
    Qualification {
        kind: QualificationKind::read(kind),
        status: Some(status)
            .filter(|s| !s.is_empty())
            .map(VettingStatus::read),
        reason: None,
        since: None,
    }
}

/// Reads `"Education: Denied, StateOwnedEntity"`.
pub(crate) fn having(text: &str) -> Qualifications {
    let entries = text.split(", ").filter(|entry| !entry.is_empty());
    Qualifications::new(entries.map(|text| {
        let (kind, status) = text.split_once(": ").unwrap_or((text, ""));
        entry(kind, status)
    }))
}

/// Several entries of one kind, each with its status and date.
pub(crate) fn dated<const N: usize>(kind: &str, entries: [(&str, &str); N]) -> Qualifications {
    Qualifications::new(entries.map(|(status, date)| Qualification {
        since: Some(VettingDate::read(date)),
        ..entry(kind, status)
    }))
}

/// The groups of fixtures: the folders below `tests/fixtures`.
pub(crate) const GROUPS: [&str; 6] = [
    "account_validation",
    "audit_records",
    "customers",
    "errors",
    "qualifications",
    "validation_codes",
];

/// The file of a fixture: `.http` is the exchange, `.expected` its reading.
pub(crate) fn path(group: &str, name: &str, extension: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join(format!("tests/fixtures/{group}/{name}.{extension}"))
}

pub(crate) fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// One exchange as written down: the request's first line, the answer's status and headers, a blank line, the body.
pub(crate) fn recorded(group: &str, name: &str) -> Exchange {
    let text = text(&path(group, name, "http"));
    let (head, body) = text.split_once("\n\n").unwrap();
    let mut lines = head.lines();
    let operation = operation(lines.next().unwrap());
    let status_line = lines.next().unwrap().strip_prefix("HTTP/1.1 ").unwrap();
    let (status, status_text) = status_line.split_once(' ').unwrap();
    let header = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.to_owned(), value.to_owned())
    };
    let answer = Answer {
        status: status.parse().unwrap(),
        status_text: status_text.to_owned(),
        headers: lines.map(header).collect(),
        body: body.to_owned(),
    };
    exchange(operation, answer)
}

fn operation(request: &str) -> Operation {
    let (method, target) = request.split_once(' ').unwrap();
    match (method, target.split('?').next().unwrap()) {
        ("GET", "/v1/customers") => Operation::Search,
        ("GET", "/v1/auditrecords") => Operation::AuditRecords,
        ("GET", "/v1/customers/all/validations") => Operation::ValidationCodes,
        ("GET", path) if path.ends_with("/validationStatus") => Operation::AccountValidation,
        ("GET", path) if path.ends_with("/qualifications") => Operation::Qualifications,
        ("POST", path) if path.ends_with("/qualifications") => Operation::RequestQualification,
        ("GET", path) if path == format!("/v1/customers/{NORTH}") => Operation::Customer,
        _ => panic!("{request:?} is no call of the app"),
    }
}

/// The body of a fixture's answer.
pub(crate) fn fixture(group: &str, name: &str) -> String {
    recorded(group, name).answer.body
}

/// The names of a group's files with this extension.
pub(crate) fn names(group: &str, extension: &str) -> BTreeSet<String> {
    let folder = path(group, "x", "x");
    let entries = fs::read_dir(folder.parent().unwrap()).unwrap();
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    let all = entries.map(|entry| name(entry.unwrap()));
    let ending = format!(".{extension}");
    all.filter_map(|name| Some(name.strip_suffix(&ending)?.to_owned()))
        .collect()
}

/// Every fixture: its group, its name, the exchange.
pub(crate) fn every_fixture() -> Vec<(&'static str, String, Exchange)> {
    let in_group = |group| {
        let names = names(group, "http").into_iter();
        names.map(move |name| (group, name.clone(), recorded(group, &name)))
    };
    GROUPS.into_iter().flat_map(in_group).collect()
}

pub(crate) fn answer(status: u16, body: impl Into<String>) -> Answer {
    Answer {
        status,
        body: body.into(),
        ..Answer::default()
    }
}

pub(crate) fn with_header(mut answer: Answer, name: &str, value: &str) -> Answer {
    answer.headers.push((name.to_owned(), value.to_owned()));
    answer
}

pub(crate) fn exchange(operation: Operation, answer: Answer) -> Exchange {
    Exchange {
        operation,
        sent: sent_ids(),
        answer,
    }
}
