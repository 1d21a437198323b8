//! The record of what people of the partner did for its customers, and the call that reads it.
//! Must not know why a request for a qualification was accepted or refused.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::clock::{DAY, Millis, day, iso_seven_digits_zulu};
use crate::customers::Customer;
use crate::http::{Request, Response};
use crate::lists::{self, customer_id, unexpected};
use crate::random::Random;
use crate::refusal::Refusal;

/// For how long records can be read, in days (Partner Center docs: get-a-record-of-partner-center-activity-by-user).
const KEPT_DAYS: i64 = 90;
/// How many days are read when none are named (same page).
const USUAL_DAYS: i64 = 30;
/// The partner, as validation codes name it too.
const PARTNER: &str = "77777777-6666-4555-8444-333333333333";
/// What a request for a qualification is called (Partner Center docs: auditing-resources).
pub(crate) const QUALIFICATION: &str = "update_customer_qualification";

/// One record.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    at: Millis,
    customer: Uuid,
    company: String,
    resource: String,
    json: Value,
}

/// What somebody did.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deed {
    /// When.
    pub(crate) at: Millis,
    /// The sign-in name of whoever did it.
    pub(crate) by: String,
    /// With which program, by name or ID.
    pub(crate) application: String,
    /// What was done, such as [`QUALIFICATION`].
    pub(crate) operation: String,
    /// To what: `customer`, `order` and so on.
    pub(crate) resource: String,
    /// How it was before.
    pub(crate) old: Option<Value>,
    /// How it was to be.
    pub(crate) new: Option<Value>,
    /// Whether it was done.
    pub(crate) succeeded: bool,
    /// The correlation ID of the call.
    pub(crate) correlation: Option<String>,
}

impl Record {
    /// The record of a deed (Partner Center docs: auditing-resources). `number` tells it from the others of its moment.
    #[must_use]
    pub(crate) fn new(number: usize, customer: &Customer, deed: Deed) -> Self {
        let mut random = Random::of(number as u64, &iso_seven_digits_zulu(deed.at));
        let (id, correlation) = (random.guid().to_string(), random.guid().to_string());
        let mut json = json!({
            "id": id,
            "partnerId": PARTNER,
            "customerId": customer.id.to_string(),
            "customerName": customer.name,
            "userPrincipalName": deed.by,
            "applicationId": deed.application,
            "resourceType": deed.resource,
            "operationType": deed.operation,
            "operationDate": iso_seven_digits_zulu(deed.at),
            "operationStatus": if deed.succeeded { "succeeded" } else { "failed" },
            "originalCorrelationId": deed.correlation.unwrap_or(correlation),
            "customizedData": [],
            "attributes": { "objectType": "AuditRecord" },
        });
        for (name, value) in [
            ("resourceOldValue", deed.old),
            ("resourceNewValue", deed.new),
        ] {
            if let Some(value) = value {
                json[name] = in_capitals(value).to_string().into();
            }
        }
        Self {
            at: deed.at,
            customer: customer.id,
            company: customer.name_lower.clone(),
            resource: deed.resource,
            json,
        }
    }

    /// The same with these fields laid over what is given out; `null` is given out as it is.
    #[must_use]
    pub(crate) fn with(mut self, fields: Map<String, Value>) -> Self {
        for (name, value) in fields {
            self.json[name] = value;
        }
        self
    }

    /// The same without this field.
    #[must_use]
    pub(crate) fn without(mut self, field: &str) -> Self {
        if let Some(object) = self.json.as_object_mut() {
            object.remove(field);
        }
        self
    }
}

/// A value with the names of its fields as .NET writes them, the way records hold it.
fn in_capitals(value: Value) -> Value {
    let Value::Object(object) = value else {
        return value;
    };
    let capital = |name: String| {
        let mut letters = name.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    let fields = object.into_iter();
    Value::Object(fields.map(|(name, value)| (capital(name), value)).collect())
}

/// What to look for (Partner Center docs: get-a-record-of-partner-center-activity-by-user).
#[derive(Clone, Debug, PartialEq, Eq)]
enum Filter {
    Customer(Uuid),
    Company(String),
    Resource(String),
}

impl Filter {
    fn read(text: &str) -> Result<Self, Refusal> {
        let [field, value, operator] = lists::filter_parts(text)?;
        match (field.as_str(), operator.as_str()) {
            ("CustomerId", "equals") => Ok(Self::Customer(customer_id(&value)?)),
            ("CompanyName", "substring") => Ok(Self::Company(value.to_lowercase())),
            ("ResourceType", "equals") => Ok(Self::Resource(value)),
            ("CustomerId" | "CompanyName" | "ResourceType", other) => {
                Err(Refusal::enumeration("FieldFilterOperation", other))
            }
            (other, _) => Err(Refusal::enumeration("AuditRecordSearchField", other)),
        }
    }

    fn matches(&self, record: &Record) -> bool {
        match self {
            Self::Customer(id) => record.customer == *id,
            Self::Company(part) => record.company.contains(part),
            Self::Resource(resource) => record.resource.eq_ignore_ascii_case(resource),
        }
    }
}

/// Which records to give.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    /// Those written before this one, by their number.
    before: usize,
    size: usize,
    from: Millis,
    until: Millis,
    filter: Option<String>,
}

impl Wanted {
    fn to_rest(&self) -> Value {
        json!([self.before, self.size, self.from, self.until, self.filter])
    }

    fn from_rest(rest: &Value) -> Option<Self> {
        let number = |value: &Value| usize::try_from(value.as_u64()?).ok();
        Some(Self {
            before: number(&rest[0])?,
            size: number(&rest[1])?,
            from: rest[2].as_i64()?,
            until: rest[3].as_i64()?,
            filter: rest[4].as_str().map(str::to_owned),
        })
    }

    /// What a request asks for that does not go on with an earlier one.
    fn first(
        dates: [Option<String>; 2],
        size: usize,
        filter: Option<String>,
        now: Millis,
    ) -> Result<Self, Refusal> {
        let date = |name: &str, text: Option<String>| match text {
            None => Ok(None),
            Some(text) => day(&text).map(Some).ok_or_else(|| {
                let text = "must be a date such as 2026-03-05";
                Refusal::input(format!("The query parameter '{name}' {text}."))
            }),
        };
        let [start, end] = dates;
        let today = now.div_euclid(DAY) * DAY;
        let oldest = today - KEPT_DAYS * DAY;
        let last = date("endDate", end)?.unwrap_or(today);
        let usual = (last - USUAL_DAYS * DAY).max(oldest);
        let from = date("startDate", start)?.unwrap_or(usual);
        if from < oldest {
            let text = format!("'startDate' must be within the last {KEPT_DAYS} days.");
            return Err(Refusal::input(format!("The query parameter {text}")));
        }
        if last < from {
            let text = "The query parameter 'endDate' must not be before 'startDate'.";
            return Err(Refusal::input(text));
        }
        Ok(Self {
            before: usize::MAX,
            size,
            from,
            until: last + DAY,
            filter,
        })
    }
}

/// Everything that was recorded, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trail(Vec<Record>);

impl Trail {
    /// A trail that begins with these, whatever their order.
    #[must_use]
    pub(crate) fn new(mut records: Vec<Record>) -> Self {
        records.sort_by_key(|record| record.at);
        Self(records)
    }

    /// How many records there are.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds a record.
    pub(crate) fn add(&mut self, record: Record) {
        self.0.push(record);
    }

    /// Partner Center docs: get-a-record-of-partner-center-activity-by-user. Newest first.
    pub(crate) fn list(
        &self,
        request: &Request,
        now: Millis,
        key: &str,
    ) -> Result<Response, Refusal> {
        let wanted = wanted(request, now, key)?;
        let filter = wanted.filter.as_deref().map(Filter::read).transpose()?;
        let mut found = self.0.iter().enumerate().rev().filter(|(number, record)| {
            *number < wanted.before
                && (wanted.from..wanted.until).contains(&record.at)
                && filter.as_ref().is_none_or(|filter| filter.matches(record))
        });
        let page: Vec<_> = found.by_ref().take(wanted.size).collect();
        let next = found.next().map(|(following, _)| {
            let next = Wanted {
                before: following + 1,
                ..wanted
            };
            let uri = format!("/auditrecords?size={}&seekOperation=Next", next.size);
            (uri, next.to_rest())
        });
        let items = page.iter().map(|(_, record)| record.json.clone());
        let own = format!("/auditrecords{}", request.query_with_mark());
        Ok(lists::page(&own, items.collect(), next, key))
    }
}

fn wanted(request: &Request, now: Millis, key: &str) -> Result<Wanted, Refusal> {
    let (mut start, mut end, mut filter, mut seek) = (None, None, None, None);
    let mut size = lists::WHOLE;
    for (name, value) in request.query_pairs() {
        match name.as_str() {
            "startDate" => start = Some(value),
            "endDate" => end = Some(value),
            "filter" => filter = Some(value),
            "size" => size = lists::size(&value)?,
            "seekOperation" => seek = Some(value),
            other => return Err(unexpected(other)),
        }
    }
    match lists::rest(request, seek.as_deref(), key)? {
        Some(rest) => Wanted::from_rest(&rest).ok_or_else(lists::invalid_token),
        None => Wanted::first([start, end], size, filter, now),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_of_the_window_is_today_ninety_days_ago() {
        let now = crate::clock::parse_iso("2026-03-05T10:37:38Z").unwrap();
        let from = |text: &str| Wanted::first([Some(text.to_owned()), None], 1, None, now);
        assert_eq!(
            from("2025-12-05").unwrap().until,
            day("2026-03-06").unwrap()
        );
        assert!(from("2025-12-04").is_err());
        let usual = Wanted::first([None, None], 1, None, now).unwrap();
        assert_eq!(usual.from, day("2026-02-03").unwrap());
        let early = Wanted::first([None, Some("2025-12-10".to_owned())], 1, None, now).unwrap();
        assert_eq!(early.from, day("2025-12-05").unwrap());
    }
}
