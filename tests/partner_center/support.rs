//! Shared by the tests of the API client: fixtures, answers and IDs.
//! Must not know what any fixture should read as.

use std::{collections::BTreeSet, fs, path::PathBuf};

use vetted::partner_center::{
    CustomerId, Operation, RequestIds,
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

fn folder(group: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/fixtures").join(group)
}

/// The text of `tests/fixtures/{group}/{name}`.
pub(crate) fn fixture(group: &str, name: &str) -> String {
    let path = folder(group).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of all fixtures of a group.
pub(crate) fn fixtures(group: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder(group)).unwrap();
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    entries.map(|entry| name(entry.unwrap())).collect()
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
