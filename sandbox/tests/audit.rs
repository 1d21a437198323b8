//! Audit records: what is recorded, how it is asked for, and how it is given, over HTTP and against the documents.
//! Must not know the sandbox's insides.
#![allow(clippy::unwrap_used)]

mod common;

use common::{CORRELATION_ID, Sandbox, encode, fresh_guid, named, send};
use jiff::Span;
use jiff::civil::Date;
use sandbox::Options;
use serde_json::{Value, json};

const EDUCATION: &str =
    r#"{"qualification":"Education","educationSegment":"K12","website":"contoso.example"}"#;
const STATE_OWNED: &str = r#"{"qualification":"StateOwnedEntity"}"#;

fn filter(field: &str, value: &str, operator: &str) -> String {
    let filter = json!({ "Field": field, "Value": value, "Operator": operator });
    encode(&filter.to_string())
}

/// The address of a customer's records of the last days.
fn of_customer(number: u16) -> String {
    let filter = filter("CustomerId", &named(number), "equals");
    format!("/v1/auditrecords?size=500&filter={filter}")
}

async fn items(sandbox: &Sandbox, path: &str) -> Vec<Value> {
    let got = sandbox.get(path).await;
    assert_eq!(got.status, 200, "{path}: {}", got.text);
    got.json()["items"].as_array().unwrap().clone()
}

fn texts<'a>(items: &'a [Value], field: &str) -> Vec<&'a str> {
    items
        .iter()
        .map(|item| item[field].as_str().unwrap_or("none"))
        .collect()
}

/// The JSON text inside a record, read.
fn inside(record: &Value, field: &str) -> Value {
    serde_json::from_str(record[field].as_str().unwrap()).unwrap()
}

/// A sandbox whose time stands still.
async fn stopped_at(time: &str) -> Sandbox {
    let sandbox = Sandbox::start().await;
    let clock = json!({ "now": time, "speed": 0 });
    sandbox.control("POST", "/sandbox/clock", clock).await;
    sandbox
}

#[tokio::test]
async fn a_request_is_recorded_and_microsofts_decision_is_not() {
    let sandbox = stopped_at("2026-03-05T10:37:38.885Z").await;
    sandbox.post(&named(2), "", EDUCATION).await;
    let records = items(&sandbox, &of_customer(2)).await;
    assert_eq!(records.len(), 1);
    let record = &records[0];
    assert_eq!(record["operationType"], "update_customer_qualification");
    assert_eq!(record["operationStatus"], "succeeded");
    assert_eq!(record["operationDate"], "2026-03-05T10:37:38.8850000Z");
    assert_eq!(
        record["userPrincipalName"],
        "admin@brightpath-reseller.example"
    );
    assert_eq!(record["originalCorrelationId"], CORRELATION_ID);
    assert_eq!(record["customerName"], "Northgate College");
    assert!(record.get("resourceOldValue").is_none());
    assert_eq!(
        inside(record, "resourceNewValue"),
        json!({ "Qualification": "Education", "VettingStatus": "InReview", "VettingCreateDate": "2026-03-05T10:37:38.885Z" })
    );
    sandbox.advance(20).await;
    let read = sandbox.qualifications(&named(2)).await;
    assert_eq!(read[0]["vettingStatus"], "Denied");
    assert_eq!(items(&sandbox, &of_customer(2)).await, records);
    sandbox.post(&named(2), "", EDUCATION).await;
    let records = items(&sandbox, &of_customer(2)).await;
    assert_eq!(
        texts(&records, "operationStatus"),
        ["succeeded", "succeeded"]
    );
    let old = inside(&records[0], "resourceOldValue");
    assert_eq!(
        (&old["VettingStatus"], &old["VettingReason"]),
        (&json!("Denied"), &json!("Not an Education Customer"))
    );
    assert_ne!(records[0]["id"], records[1]["id"]);
}

#[tokio::test]
async fn a_refused_request_is_recorded_as_failed_and_by_whom() {
    let sandbox = Sandbox::start().await;
    let customer = named(6);
    sandbox.post(&customer, "", EDUCATION).await;
    sandbox.post(&customer, "", "{").await;
    for persona in ["helpdesk", "no-mfa", "reseller"] {
        sandbox
            .post_as(persona, &fresh_guid(), &customer, "", STATE_OWNED)
            .await
            .unwrap();
    }
    let mut records = items(&sandbox, &of_customer(6)).await;
    records.reverse();
    let names = |names: [&str; 3]| names.map(|name| format!("{name}@brightpath-reseller.example"));
    assert_eq!(
        texts(&records, "userPrincipalName"),
        names(["admin", "admin", "helpdesk"])
    );
    assert_eq!(texts(&records, "operationStatus"), ["failed"; 3]);
    let new = inside(&records[0], "resourceNewValue");
    assert_eq!(new, json!({ "Qualification": "Education" }));
    let old = inside(&records[0], "resourceOldValue");
    assert_eq!(
        old,
        json!({ "Qualification": "Education", "VettingStatus": "Approved" })
    );
    assert!(records[1].get("resourceNewValue").is_none());
}

#[tokio::test]
async fn a_request_is_recorded_where_it_took_effect_and_once() {
    let sandbox = Sandbox::start().await;
    let id = fresh_guid();
    let customer = named(1);
    for _ in 0..2 {
        let post = sandbox.post_as("admin", &id, &customer, "", STATE_OWNED);
        assert_eq!(post.await.unwrap().status, 201);
    }
    assert_eq!(items(&sandbox, &of_customer(1)).await.len(), 1);
    let lost = |number: u16| {
        let (sandbox, id, customer) = (&sandbox, fresh_guid(), named(number));
        async move {
            sandbox
                .post_as("sales", &id, &customer, "", STATE_OWNED)
                .await
        }
    };
    assert!(lost(90).await.is_none() && lost(91).await.is_none());
    assert_eq!(items(&sandbox, &of_customer(90)).await.len(), 0);
    assert_eq!(items(&sandbox, &of_customer(91)).await.len(), 1);
}

#[tokio::test]
async fn only_ninety_days_can_be_asked_for_and_thirty_come_unasked() {
    let sandbox = stopped_at("2031-03-05T00:30:00Z").await;
    for (days, customer) in [(0, 1), (31, 2), (59, 3)] {
        let customer = named(customer);
        sandbox.advance(days * 24 * 60 * 60).await;
        sandbox.post(&customer, "", STATE_OWNED).await;
    }
    // It is 3 June now; the requests were on 5 March, 5 April and 3 June.
    let count = async |query: &str| items(&sandbox, &format!("/v1/auditrecords?{query}")).await;
    assert_eq!(count("").await.len(), 1);
    assert_eq!(count("startDate=2031-03-05").await.len(), 3);
    assert_eq!(count("startDate=2031-03-06&size=0").await.len(), 2);
    assert_eq!(
        count("startDate=2031-03-05&endDate=2031-03-05").await.len(),
        1
    );
    assert_eq!(count("endDate=2031-04-05").await.len(), 1);
    let dates = count("startDate=2031-03-05").await;
    let dates = texts(&dates, "operationDate");
    assert!(dates.is_sorted_by(|newer, older| newer > older));
    for query in [
        "startDate=2031-03-04",
        "startDate=2031-06-04",
        "startDate=2031-05-02&endDate=2031-05-01",
        "endDate=2031-03-04",
        "startDate=",
        "startDate=2031-5-2",
        "startDate=5/2/2031",
        "startDate=2031-05-02T00:00:00Z",
        "endDate=tomorrow",
        "startDate=2031-02-30",
        "size=501",
        "from=2031-05-02",
        "operationType=update_customer_qualification",
    ] {
        let got = sandbox.get(&format!("/v1/auditrecords?{query}")).await;
        assert_eq!(got.refusal(), (400, 800_002), "{query}");
    }
}

#[tokio::test]
async fn records_are_filtered_by_customer_part_of_a_name_or_resource() {
    let sandbox = Sandbox::start().await;
    let found = async |field: &str, value: &str, operator: &str| {
        let filter = filter(field, value, operator);
        items(&sandbox, &format!("/v1/auditrecords?filter={filter}")).await
    };
    let of_one = found("CustomerId", &named(102).to_uppercase(), "equals").await;
    let types = texts(&of_one, "operationType");
    assert_eq!(
        types,
        [
            "update_customer_qualification",
            "update_customer_billing_profile"
        ]
    );
    let of_nobody = found(
        "CustomerId",
        "00000000-0000-4000-8000-000000000000",
        "equals",
    )
    .await;
    assert!(of_nobody.is_empty());
    let by_name = found("CompanyName", "HURST gram", "substring").await;
    assert_eq!(by_name, of_one);
    let orders = found("ResourceType", "order", "equals").await;
    assert_eq!(texts(&orders, "operationType"), ["create_order"]);
    for (filter, expected) in [
        (filter("CustomerId", "not-a-guid", "equals"), 900_118),
        (filter("CustomerId", &named(1), "substring"), 900_126),
        (filter("CompanyName", "north", "starts_with"), 900_126),
        (filter("CompanyName", "north", "equals"), 900_126),
        (filter("OperationType", "add_customer", "equals"), 900_126),
        (filter("CompanyName", "", "substring"), 800_002),
        (encode("{"), 800_002),
        (encode("[]"), 800_002),
    ] {
        let got = sandbox
            .get(&format!("/v1/auditrecords?filter={filter}"))
            .await;
        assert_eq!(got.refusal(), (400, expected), "{filter}");
    }
}

#[tokio::test]
async fn records_are_paged_and_a_new_one_moves_no_page() {
    let sandbox = Sandbox::start().await;
    let filter = filter("CompanyName", "mid", "substring");
    let token = sandbox.token("admin").await;
    let ask = |path: String, continuation: Option<String>| {
        let mut request = sandbox.call(&token, "GET", &path);
        if let Some(continuation) = continuation {
            request = request.header("MS-ContinuationToken", continuation);
        }
        async { send(request).await.unwrap() }
    };
    let whole = ask(format!("/v1/auditrecords?filter={filter}"), None).await;
    let whole = whole.json()["items"].as_array().unwrap().clone();
    let mut answer = ask(format!("/v1/auditrecords?size=7&filter={filter}"), None)
        .await
        .json();
    let (mut seen, mut pages) = (Vec::new(), 0);
    loop {
        pages += 1;
        seen.extend(answer["items"].as_array().unwrap().clone());
        let Some(next) = answer["links"].get("next").cloned() else {
            break;
        };
        sandbox.post(&named(102), "", STATE_OWNED).await;
        let header = &next["headers"][0];
        assert_eq!(header["key"], "MS-ContinuationToken");
        let path = format!("/v1{}", next["uri"].as_str().unwrap());
        let continuation = header["value"].as_str().unwrap().to_owned();
        assert_eq!(ask(path.clone(), None).await.refusal(), (400, 800_002));
        let of_customers = "/v1/customers?seekOperation=Next".to_owned();
        let elsewhere = ask(of_customers, Some(continuation.clone())).await;
        assert_eq!(elsewhere.refusal(), (400, 800_002));
        let got = ask(path, Some(continuation)).await;
        assert_eq!(got.status, 200, "{}", got.text);
        answer = got.json();
    }
    assert!(pages > 2);
    assert_eq!(seen, whole);
}

#[tokio::test]
async fn who_may_read_customers_may_read_records() {
    let sandbox = Sandbox::start().await;
    for (persona, expected) in [
        ("admin", 200),
        ("sales", 200),
        ("helpdesk", 200),
        ("no-mfa", 401),
        ("reseller", 403),
    ] {
        let token = sandbox.token(persona).await;
        let got = send(sandbox.call(&token, "GET", "/v1/auditrecords?size=1")).await;
        assert_eq!(got.unwrap().status, expected, "{persona}");
    }
    let token = sandbox.token("admin").await;
    let post = send(sandbox.call(&token, "POST", "/v1/auditrecords")).await;
    assert_eq!(post.unwrap().status, 405);
}

#[tokio::test]
async fn the_past_of_named_customers_is_told_from_the_start_of_the_sandbox() {
    let sandbox = Sandbox::with(Options {
        customers: 0,
        ..Options::default()
    })
    .await;
    let now = sandbox.control("GET", "/sandbox/clock", Value::Null).await;
    let day = |text: &str| text[..10].to_owned();
    let today = day(now["now"].as_str().unwrap());
    let requests = async |number: u16, query: &str| {
        let records = items(&sandbox, &format!("{}{query}", of_customer(number))).await;
        let is_request =
            |record: &Value| record["operationType"] == "update_customer_qualification";
        records.into_iter().filter(is_request).collect::<Vec<_>>()
    };
    for (number, expected) in [(7, 1), (101, 1), (102, 1), (103, 1), (104, 1), (106, 1)] {
        let records = requests(number, "").await;
        assert_eq!(records.len(), expected, "{number}");
        let at = day(records[0]["operationDate"].as_str().unwrap());
        assert!(at < today, "{number}: {at}");
        // What reading shows is of the same time.
        let read = sandbox.qualifications(&named(number)).await;
        if let Some(shown) = read[0]["vettingCreateDate"].as_str() {
            assert_eq!(day(shown), at, "{number}");
        }
    }
    let oldest = today
        .parse::<Date>()
        .unwrap()
        .saturating_sub(Span::new().days(89));
    for (number, expected) in [(12, 4), (104, 2), (105, 1)] {
        let records = requests(number, &format!("&startDate={oldest}")).await;
        assert_eq!(records.len(), expected, "{number}");
    }
    for number in [12, 105] {
        let got = sandbox.post(&named(number), "", EDUCATION).await;
        assert_eq!(got.refusal(), (400, 600_904), "{number}");
    }
    assert_eq!(sandbox.post(&named(104), "", EDUCATION).await.status, 201);
}

#[tokio::test]
async fn odd_and_hostile_records_come_as_they_are() {
    let sandbox = Sandbox::start().await;
    let token = sandbox.token("admin").await;
    let all = async |number: u16| {
        let got = send(sandbox.call(&token, "GET", &of_customer(number))).await;
        got.unwrap().json()["items"].as_array().unwrap().clone()
    };
    let odd = all(107).await;
    let lacks = |name: &str| odd.iter().any(|record| record.get(name).is_none());
    assert!(lacks("id") && lacks("resourceNewValue") && lacks("applicationId"));
    let values = texts(&odd, "resourceNewValue");
    assert!(
        values
            .iter()
            .any(|text| serde_json::from_str::<Value>(text).is_err())
    );
    assert!(texts(&odd, "operationStatus").contains(&"failed"));
    let hostile = all(108).await;
    let text = Value::from(hostile.clone()).to_string();
    for part in ["<img src=x", "<b>Bold</b>", "\u{202e}", "sideways"] {
        assert!(text.contains(part), "{part}");
    }
    assert!(hostile.iter().any(|record| record["id"].is_number()));
    assert!(
        hostile
            .iter()
            .any(|record| record.get("operationDate").is_none())
    );
}
