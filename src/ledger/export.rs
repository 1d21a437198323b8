//! The ledger as a file: JSON, and CSV for spreadsheets. Both can be imported again; times are UTC.
//! Must not know how a file is handed to the person.

use super::csv;
use super::moment::Moment;
use super::record::{Attempt, Followed, Observation};
use super::stored::VERSION;
use super::words::{kind_word, origin_word, source_word, status_word};

/// What the JSON file calls itself.
pub(super) const FORMAT: &str = "vetted ledger";

/// What a line of the CSV file is about.
pub(super) const CUSTOMER: &str = "customer";
pub(super) const ATTEMPT: &str = "request";
pub(super) const OBSERVATION: &str = "observation";

/// The columns of the CSV file. Those up to `checked` say the same in each line of a customer.
pub(super) const COLUMNS: [&str; 19] = [
    "version",
    "tenant",
    "customer",
    "company",
    "since",
    "by",
    "stopped",
    "checked",
    "entry",
    "kind",
    "status",
    "reason",
    "dated",
    "at",
    "until",
    "source",
    "request_id",
    "correlation_id",
    "arrived",
];

/// Everything as JSON, a customer in each line. How a reading failed is left out: it says nothing elsewhere.
pub fn to_json(tenant: &str, followed: &[Followed], now: Moment) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let head = format!(
        "{{\"format\":{},\"version\":{VERSION},\"tenant\":{},\"exported\":{},\"customers\":[\n",
        text(FORMAT),
        text(tenant),
        text(&now.to_string()),
    );
    let customers: Vec<String> = followed.iter().map(customer).collect();
    format!("{head}{}\n]}}\n", customers.join(",\n"))
}

fn customer(followed: &Followed) -> String {
    let kept = Followed {
        failed: None,
        ..followed.clone()
    };
    serde_json::to_string(&kept).expect("texts and numbers always become JSON")
}

/// Everything as CSV: a line for each customer, for each of its requests, and for each thing that was seen.
pub fn to_csv(tenant: &str, followed: &[Followed]) -> String {
    let mut file = csv::begin(&COLUMNS);
    for it in followed {
        let shared = shared(tenant, it);
        let mut line = |own: [String; 11]| {
            let fields = shared.iter().chain(&own).map(String::as_str);
            csv::write(&mut file, fields);
        };
        line(of_entry(CUSTOMER));
        it.attempts.iter().map(of_attempt).for_each(&mut line);
        it.observed.iter().map(of_observation).for_each(&mut line);
    }
    file
}

fn shared(tenant: &str, it: &Followed) -> [String; 8] {
    let time = |moment: Option<Moment>| moment.map(String::from).unwrap_or_default();
    [
        VERSION.to_string(),
        tenant.to_owned(),
        it.customer.to_string(),
        it.company.clone(),
        it.since.to_string(),
        origin_word(it.by).to_owned(),
        time(it.stopped),
        time(it.checked),
    ]
}

fn of_entry(entry: &str) -> [String; 11] {
    let mut fields: [String; 11] = Default::default();
    fields[0] = entry.to_owned();
    fields
}

fn of_attempt(it: &Attempt) -> [String; 11] {
    let mut fields = of_entry(ATTEMPT);
    fields[1] = kind_word(&it.kind);
    fields[5] = it.at.to_string();
    fields[8] = it.request_id.clone();
    fields[9] = it.correlation_id.clone();
    fields[10] = it.arrived.to_string();
    fields
}

fn of_observation(it: &Observation) -> [String; 11] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut fields = of_entry(OBSERVATION);
    fields[1] = kind_word(&it.kind);
    fields[2] = status_word(&it.status);
    fields[3] = text(&it.reason);
    fields[4] = text(&it.dated);
    fields[5] = it.first_seen.to_string();
    fields[6] = it.last_seen.to_string();
    fields[7] = source_word(it.source).to_owned();
    fields
}
