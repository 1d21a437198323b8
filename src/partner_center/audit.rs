//! Reads audit records, and says when the next page is worth fetching. Pure.
//! Must not know how a page is fetched.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    address::NextLink,
    error::Error,
    json::Fields,
    model::{
        AuditRecord, AuditStatus, AuditValue, Qualification, QualificationKind, Qualifications,
        VettingDate,
    },
    response::{Exchange, list_in, next_in, qualification_in, qualifications_in},
};

/// The operation that changes a qualification (Partner Center docs: auditing-resources), without separators. There is no
/// kind of resource to filter by, so it is picked out here.
const CHANGES_QUALIFICATION: &str = "updatecustomerqualification";

/// How many pages of one period are fetched at most: 5,000 operations on one customer.
const MOST_PAGES: usize = 10;

/// One page of records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditPage {
    /// The changes of qualifications on it, in the service's order. Most pages are about other things too.
    pub records: Vec<AuditRecord>,
    /// Where the next page is.
    pub next: Option<NextLink>,
}

/// Reads one page of audit records.
pub fn audit_page(exchange: &Exchange) -> Result<AuditPage, Error> {
    let body = exchange.content()?;
    let items = list_in(&body).ok_or_else(|| exchange.other_shape())?;
    let named = |item: &&Value| item.text("operationType").is_some();
    // If no item says what was done, this is no list of audit records.
    if !items.is_empty() && !items.iter().any(|item| named(&item)) {
        return Err(exchange.other_shape());
    }
    let next = next_in(&body, NextLink::to_audit_records);
    let next = next.map_err(|how| exchange.unexpected(how))?;
    Ok(AuditPage {
        records: items.iter().filter_map(record_in).collect(),
        next: next.filter(|_| !items.is_empty()),
    })
}

fn record_in(item: &Value) -> Option<AuditRecord> {
    let operation = item.text("operationType")?;
    if super::model::folded(&operation) != CHANGES_QUALIFICATION {
        return None;
    }
    let date = item.text("operationDate");
    let status = item.text("operationStatus");
    Some(AuditRecord {
        id: item.text("id"),
        customer: item.text("customerId").and_then(|id| id.parse().ok()),
        when: date.map(|date| VettingDate::read(&date)),
        who: item.text("userPrincipalName"),
        application: item.text("applicationId"),
        old: item.field("resourceOldValue").and_then(value_in),
        new: item.field("resourceNewValue").and_then(value_in),
        status: status.map(|word| AuditStatus::read(&word)),
        correlation_id: item.text("originalCorrelationId"),
    })
}

/// A value is JSON as text; a value that is JSON itself is read the same. Blank and `null` say nothing.
fn value_in(value: &Value) -> Option<AuditValue> {
    let (json, written) = match value {
        Value::String(text) if text.trim().is_empty() => return None,
        Value::String(text) => (unpacked(text), text.clone()),
        other => (other.clone(), other.to_string()),
    };
    if json.is_null() {
        return None;
    }
    let read = qualifications_meant(&json).map(AuditValue::Qualifications);
    Some(read.unwrap_or(AuditValue::AsWritten(written)))
}

/// The JSON in a text, also where it was turned into text twice; a text that is none stands for itself.
fn unpacked(text: &str) -> Value {
    let once = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    match &once {
        Value::String(inside) => serde_json::from_str(inside).unwrap_or(once),
        _ => once,
    }
}

/// What a value says of qualifications: a word, a number, an entry as in a customer's list, or a list of any of these.
fn qualifications_meant(json: &Value) -> Option<Qualifications> {
    let wrapped = |name| json.field(name).is_some();
    match json {
        Value::Array(items) => {
            let entries: Option<Vec<_>> = items.iter().map(entry_in).collect();
            entries.map(Qualifications::new)
        }
        Value::Object(_) if wrapped("qualifications") || wrapped("items") => {
            qualifications_in(json)
        }
        one => entry_in(one).map(|entry| Qualifications::new([entry])),
    }
}

fn entry_in(item: &Value) -> Option<Qualification> {
    let kind = match item {
        Value::Object(_) => return qualification_in(item),
        Value::String(word) => QualificationKind::read(word),
        number => QualificationKind::from_number(number.as_i64()?),
    };
    // A word by itself may be about anything: only those are taken for a kind that are one.
    let known = !matches!(kind, QualificationKind::Other(_));
    known.then_some(Qualification {
        kind,
        status: None,
        reason: None,
        since: None,
    })
}

/// The way through the pages of one period.
#[derive(Debug, Default)]
pub(super) struct Pages {
    records: Vec<AuditRecord>,
    followed: BTreeSet<String>,
    read: usize,
}

impl Pages {
    /// Takes a page. Says whether there is another to fetch, none, or one that is not fetched.
    pub(super) fn take(&mut self, page: AuditPage) -> Onwards {
        self.records.extend(page.records);
        self.read += 1;
        match page.next {
            None => Onwards::Complete,
            // A token that was followed before would go round for ever.
            Some(next) if self.read < MOST_PAGES && self.followed.insert(next.token()) => {
                Onwards::Next(next)
            }
            Some(_) => Onwards::Stopped,
        }
    }

    /// Everything on the pages taken.
    pub(super) fn into_records(self) -> Vec<AuditRecord> {
        self.records
    }
}

/// Where to go after a page.
#[derive(Debug)]
pub(super) enum Onwards {
    /// To this page.
    Next(NextLink),
    /// Nowhere: that was all.
    Complete,
    /// Nowhere, although the service has more.
    Stopped,
}
