//! What the tests of the sandbox share: a running sandbox, a client that is not the app's, and the comparison of shapes.
//! Must not know the sandbox's insides: everything goes over HTTP.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use std::collections::HashMap;

use reqwest::{Method, RequestBuilder};
use sandbox::{Options, Running};
use serde_json::{Value, json};

pub const REQUEST_ID: &str = "11111111-aaaa-4bbb-8ccc-000000000001";
pub const CORRELATION_ID: &str = "22222222-aaaa-4bbb-8ccc-000000000002";

/// The ID of a named customer.
pub fn named(number: u16) -> String {
    sandbox::named_customer_id(number).to_string()
}

/// A sandbox and a client for it.
pub struct Sandbox {
    pub running: Running,
    pub http: reqwest::Client,
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Got {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub text: String,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{error} in {:?}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// Status and code of an error.
    pub fn refusal(&self) -> (u16, u64) {
        (
            self.status,
            self.json()["code"].as_u64().unwrap_or_default(),
        )
    }
}

/// Sends a request; nothing when no answer came.
pub async fn send(request: RequestBuilder) -> Option<Got> {
    let response = request.send().await.ok()?;
    let status = response.status().as_u16();
    let headers = response.headers().iter();
    let headers = headers
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    Some(Got {
        status,
        headers,
        text: response.text().await.ok()?,
    })
}

impl Sandbox {
    pub async fn start() -> Self {
        Self::with(Options {
            customers: 40,
            ..Options::default()
        })
        .await
    }

    pub async fn with(options: Options) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self {
            running: sandbox::serve(options).await.unwrap(),
            http,
        }
    }

    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.http
            .request(method, format!("{}{path}", self.running.api()))
    }

    /// Calls the control address, which must succeed.
    pub async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let mut request = self.request(method, path);
        if !body.is_null() {
            request = request.body(body.to_string());
        }
        let got = send(request).await.unwrap();
        assert!(
            (200..300).contains(&got.status),
            "{method} {path}: {}",
            got.text
        );
        got.json()
    }

    pub async fn token(&self, persona: &str) -> String {
        let body = self
            .control("POST", "/sandbox/token", json!({ "persona": persona }))
            .await;
        body["access_token"].as_str().unwrap().to_owned()
    }

    /// A call to the API with every header it needs.
    pub fn call(&self, token: &str, method: &str, path: &str) -> RequestBuilder {
        self.request(method, path)
            .header("authorization", format!("Bearer {token}"))
            .header("accept", "application/json")
            .header("ms-requestid", REQUEST_ID)
            .header("ms-correlationid", CORRELATION_ID)
    }

    /// Reads as an Admin agent.
    pub async fn get(&self, path: &str) -> Got {
        let token = self.token("admin").await;
        let got = send(self.call(&token, "GET", path)).await.unwrap();
        check_shape(path, "GET", &got);
        got
    }

    /// Requests a qualification as an Admin agent, with a request ID of its own.
    pub async fn post(&self, customer: &str, query: &str, body: &str) -> Got {
        self.post_as("admin", &fresh_guid(), customer, query, body)
            .await
            .unwrap()
    }

    pub async fn post_as(
        &self,
        persona: &str,
        id: &str,
        customer: &str,
        query: &str,
        body: &str,
    ) -> Option<Got> {
        let token = self.token(persona).await;
        let path = format!("/v1/customers/{customer}/qualifications{query}");
        let request = self
            .request("POST", &path)
            .header("authorization", format!("Bearer {token}"))
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .header("ms-requestid", id)
            .header("ms-correlationid", CORRELATION_ID)
            .body(body.to_owned());
        let got = send(request).await?;
        check_shape(&path, "POST", &got);
        Some(got)
    }

    pub async fn qualifications(&self, customer: &str) -> Value {
        self.get(&format!("/v1/customers/{customer}/qualifications"))
            .await
            .json()
    }

    pub async fn advance(&self, seconds: u64) {
        self.control(
            "POST",
            "/sandbox/clock",
            json!({ "advanceSeconds": seconds }),
        )
        .await;
    }

    pub async fn journal(&self) -> Vec<Value> {
        self.control("GET", "/sandbox/journal", Value::Null)
            .await
            .as_array()
            .unwrap()
            .clone()
    }
}

/// A GUID that no other call in this process gets.
pub fn fresh_guid() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!(
        "33333333-aaaa-4bbb-8ccc-{:012x}",
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

pub fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

pub fn filter(field: &str, value: &str) -> String {
    encode(&json!({ "Field": field, "Value": value, "Operator": "starts_with" }).to_string())
}

/// A fixture, retyped from the documents.
pub fn fixture(name: &str) -> Value {
    let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(
        &std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}")),
    )
    .unwrap()
}

/// Whether two values have the same fields of the same types at every level. Elements of a list must each be like one
/// of the other list's; a number may be null where the fixture shows both.
pub fn same_shape(got: &Value, wanted: &Value) -> bool {
    match (got, wanted) {
        (Value::Object(got), Value::Object(wanted)) => {
            got.len() == wanted.len()
                && got.iter().all(|(name, value)| {
                    wanted
                        .get(name)
                        .is_some_and(|wanted| same_shape(value, wanted))
                })
        }
        (Value::Array(got), Value::Array(wanted)) => got.iter().all(|value| {
            wanted.is_empty() || wanted.iter().any(|wanted| same_shape(value, wanted))
        }),
        (got, wanted) => std::mem::discriminant(got) == std::mem::discriminant(wanted),
    }
}

/// Which documented answers there are for a call with a status.
pub fn documented(path: &str, method: &str, status: u16) -> Vec<&'static str> {
    let path = path.split('?').next().unwrap_or_default();
    let qualifications = path.ends_with("/qualifications");
    match (method, status) {
        ("GET", 200) if path == "/v1/customers" => vec!["customers", "customers-more"],
        ("GET", 200) if path == "/v1/auditrecords" => vec!["audit-records", "audit-records-more"],
        ("GET", 200) if path.ends_with("/validationStatus") => vec!["account-status"],
        ("GET", 200) if path.ends_with("/validations") => vec!["validation-codes"],
        ("GET", 200) if qualifications => vec![
            "qualifications-none",
            "qualifications-in-review",
            "qualifications-in-review-long-name",
            "qualifications-denied",
            "qualifications-denied-long-name",
            "qualifications-education-state-owned",
            "qualifications-government-state-owned",
            "qualifications-wrapped",
        ],
        ("GET", 200) => vec!["customer", "customer-without-details"],
        ("POST", 201) if qualifications => vec!["requested-education", "requested-state-owned"],
        ("POST", 200) if qualifications => vec!["requested-wrapped"],
        (_, 429) => vec!["error-throttled"],
        (_, 400) => vec!["error", "error-text"],
        _ => vec!["error"],
    }
}

/// Fails unless the answer is of a documented shape. Lists of qualifications are looked at entry by entry, and an
/// empty list in a fixture stands for an empty list only.
pub fn check_shape(path: &str, method: &str, got: &Got) {
    if got.text.is_empty() {
        assert!(
            matches!(got.status, 204 | 401),
            "{method} {path}: {} without a body",
            got.status
        );
        return;
    }
    let names = documented(path, method, got.status);
    let value = got.json();
    let fits = match &value {
        Value::Array(entries) if names.contains(&"qualifications-none") => {
            entries.iter().all(|entry| {
                names.iter().any(|name| {
                    fixture(name)
                        .as_array()
                        .is_some_and(|list| list.iter().any(|known| same_shape(entry, known)))
                })
            })
        }
        _ => names.iter().any(|name| same_shape(&value, &fixture(name))),
    };
    assert!(
        fits,
        "{method} {path}: {} is like none of {names:?}: {}",
        got.status, got.text
    );
}
