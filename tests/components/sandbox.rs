//! The running sandbox as tests steer and question it, through its control address.
//! Must not know the app.

use gloo_net::http::{Method, RequestBuilder};
use serde_json::{Value, json};

/// Where the sandbox listens.
pub const ADDRESS: &str = match option_env!("VETTED_SANDBOX") {
    Some(address) => address,
    None => "http://127.0.0.1:9900",
};

/// The sandbox, as it is at its start.
pub struct Sandbox;

impl Sandbox {
    /// Everything back to the start: customers, journal, clock, faults, sign-ins.
    pub async fn fresh() -> Self {
        call(Method::POST, "/sandbox/reset", None).await;
        Self
    }

    /// An access token for an Admin agent.
    pub async fn token(&self) -> String {
        let answer = self
            .post("/sandbox/token", json!({ "persona": "admin" }))
            .await;
        answer["access_token"].as_str().expect("a token").to_owned()
    }

    /// Sends to the control address.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        call(Method::POST, path, Some(body)).await
    }

    /// Replaces what the sandbox says of a customer's qualifications, word for word.
    pub async fn qualify(&self, customer: &str, qualifications: Value) {
        let path = format!("/sandbox/customers/{customer}/qualifications");
        call(Method::PUT, &path, Some(qualifications)).await;
    }

    /// Replaces the partner's validation codes.
    pub async fn put_codes(&self, codes: Value) {
        call(Method::PUT, "/sandbox/validation-codes", Some(codes)).await;
    }

    /// Adds a customer; the result is its ID.
    pub async fn add_customer(&self, customer: Value) -> String {
        let answer = self.post("/sandbox/customers", customer).await;
        answer["id"].as_str().expect("an ID").to_owned()
    }

    /// Lets coming calls go wrong.
    pub async fn fault(&self, fault: Value) {
        self.post("/sandbox/faults", fault).await;
    }

    /// Nothing goes wrong any more, but for the customers whose nature it is.
    pub async fn no_more_faults(&self) {
        call(Method::DELETE, "/sandbox/faults", None).await;
    }

    /// The calls to the API with this method whose path ends so, oldest first.
    pub async fn calls(&self, method: &str, path_end: &str) -> Vec<Value> {
        let Value::Array(entries) = call(Method::GET, "/sandbox/journal", None).await else {
            panic!("the journal is a list");
        };
        let matches = |entry: &Value| {
            entry["target"] == "api"
                && entry["method"] == method
                && entry["path"]
                    .as_str()
                    .is_some_and(|path| path.ends_with(path_end))
        };
        entries.into_iter().filter(matches).collect()
    }
}

/// The ID of the named customer with this number.
pub fn named(number: u16) -> String {
    format!("5eed0000-0000-4000-8000-{number:012}")
}

async fn call(method: Method, path: &str, body: Option<Value>) -> Value {
    let builder = RequestBuilder::new(&format!("{ADDRESS}{path}")).method(method);
    let request = match &body {
        Some(body) => builder.json(body),
        None => builder.build(),
    };
    let response = request.unwrap().send().await;
    let response = response
        .unwrap_or_else(|error| panic!("is the sandbox running at {ADDRESS}? {path}: {error}"));
    let text = response.text().await.unwrap();
    assert!(response.ok(), "{path}: {} {text}", response.status());
    match text.as_str() {
        "" => Value::Null,
        text => serde_json::from_str(text).unwrap(),
    }
}
