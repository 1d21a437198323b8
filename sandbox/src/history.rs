//! What people of the partner had done for the named customers before the sandbox started.
//! Must not know how records are asked for.

use serde_json::{Map, Value, json};

use crate::audit::{Deed, QUALIFICATION, Record};
use crate::clock::{DAY, Millis, iso_millis};
use crate::customers::Customer;
use crate::named;
use crate::personas::Persona;

/// What was done.
#[derive(Clone, Copy)]
enum What {
    /// Education was requested, and is in review since.
    Requested,
    /// The same after a denial for this reason.
    RequestedAgain(&'static str),
    /// Education was requested, and the request refused.
    Refused,
    /// Something else: operation, resource, new value (JSON).
    Other(&'static str, &'static str, &'static str),
    /// Education was requested, but the record lacks these fields, and these (JSON) are laid over it.
    Odd(&'static [&'static str], &'static str),
}

use What::{Odd, Other, Refused, Requested, RequestedAgain};

const NOT_ACADEMIC: &str = "Not an Academic Domain";
const NOT_EDUCATION: &str = "Not an Education Customer";
const ADDED: What = Other(
    "add_customer",
    "customer",
    r#"{"CompanyProfile":{"Country":"GB"}}"#,
);
const BILLED: What = Other(
    "update_customer_billing_profile",
    "customer",
    r#"{"Culture":"en-GB","Language":"en"}"#,
);
const RENAMED: What = Other("update_company_info", "customer", r#"{"CompanyName":"…"}"#);
const ORDERED: What = Other(
    "create_order",
    "order",
    r#"{"LineItems":[{"Quantity":25}]}"#,
);
const USER_ADDED: What = Other(
    "create_customer_user",
    "customer_user",
    r#"{"FirstName":"…"}"#,
);

/// Number of the customer, days before the start, who, what. The newest request of a customer comes last.
const ROWS: &[(u16, i64, Persona, What)] = &[
    (7, 40, Persona::Sales, ADDED),
    (7, 6, Persona::Sales, Requested),
    (12, 80, Persona::Admin, Requested),
    (12, 45, Persona::Admin, RequestedAgain(NOT_EDUCATION)),
    (12, 20, Persona::Sales, RequestedAgain(NOT_EDUCATION)),
    (12, 3, Persona::Sales, Refused),
    (101, 1, Persona::Sales, Requested),
    (102, 60, Persona::Admin, ADDED),
    (102, 25, Persona::Helpdesk, BILLED),
    (102, 9, Persona::Admin, Requested),
    (103, 5, Persona::Admin, Requested),
    (103, 2, Persona::Sales, ORDERED),
    (104, 33, Persona::Sales, Requested),
    (104, 21, Persona::Helpdesk, USER_ADDED),
    (104, 6, Persona::Admin, RequestedAgain(NOT_ACADEMIC)),
    (105, 170, Persona::Admin, Requested),
    (105, 120, Persona::Admin, RequestedAgain(NOT_ACADEMIC)),
    (105, 12, Persona::Sales, RequestedAgain(NOT_ACADEMIC)),
    (106, 10, Persona::Sales, Requested),
    (106, 8, Persona::Helpdesk, RENAMED),
    (107, 13, Persona::Admin, Odd(&["resourceNewValue"], "{}")),
    (
        107,
        12,
        Persona::Admin,
        Odd(&[], r#"{"resourceNewValue":"{\"Qualification\":\"Educ"}"#),
    ),
    (
        107,
        11,
        Persona::Admin,
        Odd(&["id", "applicationId", "originalCorrelationId"], "{}"),
    ),
    (
        107,
        10,
        Persona::Admin,
        Odd(
            &[],
            r#"{"resourceNewValue":"\"Education\"","operationStatus":"progress"}"#,
        ),
    ),
    (
        107,
        9,
        Persona::Admin,
        Odd(
            &[],
            r#"{"customizedData":[{"key":"Segment","value":null},{"key":"Website","value":"midgate.example"}]}"#,
        ),
    ),
    (
        107,
        8,
        Persona::Admin,
        Odd(
            &[],
            r#"{"resourceNewValue":"3","operationDate":"2026-03-05T10:37:38"}"#,
        ),
    ),
    (107, 7, Persona::Admin, Refused),
    (107, 4, Persona::Admin, Requested),
    (
        108,
        14,
        Persona::Admin,
        Odd(
            &[],
            r#"{"userPrincipalName":"<img src=x onerror=alert(1)>@evil.example","customerName":"<b>Bold</b>"}"#,
        ),
    ),
    (
        108,
        13,
        Persona::Admin,
        Odd(
            &[],
            r#"{"userPrincipalName":"\u202etxt.tnega\u2066@evil.example\u0000"}"#,
        ),
    ),
    (108, 12, Persona::Admin, Odd(&["operationDate"], "{}")),
    (
        108,
        11,
        Persona::Admin,
        Odd(&[], r#"{"operationDate":"11/15/2026 12:00:00 AM"}"#),
    ),
    (
        108,
        10,
        Persona::Admin,
        Odd(
            &[],
            r#"{"id":12,"userPrincipalName":null,"resourceNewValue":{"Qualification":"Education"}}"#,
        ),
    ),
    (
        108,
        9,
        Persona::Admin,
        Odd(
            &[],
            r#"{"operationStatus":"sideways","resourceNewValue":"[[[[[[]]]]]]"}"#,
        ),
    ),
    (
        108,
        8,
        Persona::Admin,
        Odd(
            &[],
            r#"{"customizedData":"none","attributes":null,"participants":["x"]}"#,
        ),
    ),
    (
        108,
        7,
        Persona::Admin,
        Odd(&["operationType", "resourceType", "operationStatus"], "{}"),
    ),
];

/// When Education was last requested for this named customer, if it was.
#[must_use]
pub(crate) fn last_request(number: u16, start: Millis) -> Option<Millis> {
    let mut rows = ROWS.iter().rev();
    let row = rows.find(|row| row.0 == number && is_request(row.3))?;
    Some(time(row.0, row.1, start))
}

/// How many times Education was requested for this named customer, as far as records tell.
#[must_use]
pub(crate) fn requests(number: u16) -> usize {
    let of_customer = ROWS.iter().filter(|row| row.0 == number);
    of_customer.filter(|row| is_request(row.3)).count()
}

fn is_request(what: What) -> bool {
    matches!(what, Requested | RequestedAgain(_))
}

/// Not all at the same time of day.
fn time(number: u16, days: i64, start: Millis) -> Millis {
    start - days * DAY - (i64::from(number) + days) * 61_007
}

/// All records of before the start.
#[must_use]
pub(crate) fn records(customers: &[Customer], start: Millis) -> Vec<Record> {
    let rows = ROWS.iter().enumerate().filter_map(|(place, row)| {
        let id = named::id(row.0);
        let customer = customers.iter().find(|customer| customer.id == id)?;
        Some(record(place, customer, row, start))
    });
    rows.collect()
}

fn record(
    place: usize,
    customer: &Customer,
    &(number, days, who, what): &(u16, i64, Persona, What),
    start: Millis,
) -> Record {
    let at = time(number, days, start);
    let education = |status: &str| json!({ "qualification": "Education", "vettingStatus": status, "vettingCreateDate": iso_millis(at) });
    let mut deed = Deed {
        at,
        by: who.user_name(),
        application: "Partner Center".to_owned(),
        operation: QUALIFICATION.to_owned(),
        resource: "customer".to_owned(),
        new: Some(education("InReview")),
        succeeded: true,
        ..Deed::default()
    };
    match what {
        Requested | Odd(..) => {}
        RequestedAgain(reason) => {
            let mut old = education("Denied");
            old["vettingReason"] = reason.into();
            deed.old = Some(old);
        }
        Refused => {
            deed.new = Some(json!({ "qualification": "Education" }));
            deed.succeeded = false;
        }
        Other(operation, resource, new) => {
            deed.operation = operation.to_owned();
            deed.resource = resource.to_owned();
            deed.new = serde_json::from_str(new).ok();
        }
    }
    let record = Record::new(place, customer, deed);
    let Odd(without, over) = what else {
        return record;
    };
    let over: Map<String, Value> = serde_json::from_str(over).unwrap_or_default();
    let less = |record: Record, field: &&str| record.without(field);
    without.iter().fold(record, less).with(over)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_of_a_customer_that_exists_and_is_json() {
        let start = 1_772_706_000_000;
        let customers = named::customers(start);
        assert_eq!(records(&customers, start).len(), ROWS.len());
        for row in ROWS {
            match row.3 {
                Odd(_, text) => drop(serde_json::from_str::<Map<String, Value>>(text).unwrap()),
                Other(_, _, text) => drop(serde_json::from_str::<Value>(text).unwrap()),
                _ => {}
            }
        }
    }

    #[test]
    fn rows_of_a_customer_go_from_old_to_new() {
        let later = |pair: &[(u16, i64, Persona, What)]| {
            pair[0].0 < pair[1].0 || pair[0].0 == pair[1].0 && pair[0].1 > pair[1].1
        };
        assert!(ROWS.windows(2).all(later));
    }
}
