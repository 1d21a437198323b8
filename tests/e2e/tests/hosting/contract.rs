//! What may pass the relay, read from the tables of `docs/contract.md`.
//! Must not know how any host keeps to it.

use crate::recipe::read;

/// A customer as the app would name it.
pub(crate) const ID: &str = "3f8a1c5e-7b24-4d90-a6e1-09c2d7f4b835";

/// A row of the table of calls.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    /// With a customer's ID in it.
    pub(crate) path: String,
    query: String,
}

impl Call {
    /// Whether it may have this query; an empty one is none.
    pub(crate) fn may_ask(&self, query: &str) -> bool {
        match self.query.as_str() {
            "any, and never none" => !query.is_empty(),
            "none" => query.is_empty(),
            "`type=account`" => query == "type=account",
            "`code` or none" => query.is_empty() || query.starts_with("code="),
            other => panic!("docs/contract.md has an unknown kind of query: {other}"),
        }
    }
}

/// The calls.
pub(crate) fn calls() -> Vec<Call> {
    let rows = rows("| Method | Path | Query | Test |");
    let call = |cells: Vec<String>| Call {
        method: cells[0].clone(),
        path: cells[1].trim_matches('`').replace("{id}", ID),
        query: cells[2].clone(),
    };
    rows.into_iter().map(call).collect()
}

/// The headers of requests, and those of answers.
pub(crate) fn headers() -> (Vec<String>, Vec<String>) {
    let names = |which: &str| -> Vec<String> {
        let rows = rows("| Headers that pass | Names | Test |");
        let row = rows.iter().find(|cells| cells[0] == which).unwrap();
        let spans = row[1].split('`').skip(1).step_by(2);
        spans.map(str::to_owned).collect()
    };
    (names("up"), names("down"))
}

fn rows(heading: &str) -> Vec<Vec<String>> {
    let text = read("docs/contract.md");
    let (_, table) = text
        .split_once(heading)
        .unwrap_or_else(|| panic!("docs/contract.md has no table {heading}"));
    let lines = table.lines().skip(2);
    let rows: Vec<Vec<String>> = lines
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().to_owned()).collect()
        })
        .collect();
    assert!(!rows.is_empty(), "{heading} has rows");
    rows
}
