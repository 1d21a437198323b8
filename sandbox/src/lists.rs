//! What all lists of the API have in common: how large a page is, how a filter is written, how one page leads to the next.
//! Must not know what is listed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::{Request, Response};
use crate::refusal::Refusal;

/// The most entries one page can hold, and how many it holds when not told.
const PAGE: usize = 500;

/// A GUID as the documents write one: 36 characters with hyphens.
pub(crate) fn parse_guid(text: &str) -> Option<Uuid> {
    (text.len() == 36)
        .then(|| Uuid::try_parse(text).ok())
        .flatten()
}

/// The ID of a customer (Partner Center docs: error-codes, 900118).
pub(crate) fn customer_id(text: &str) -> Result<Uuid, Refusal> {
    parse_guid(text).ok_or_else(|| {
        let text = format!("The customer ID '{text}' is not valid.");
        Refusal::new(400, 900_118, text)
    })
}

/// How many entries a page is to hold.
pub(crate) fn size(text: &str) -> Result<usize, Refusal> {
    let size = text.parse().ok().filter(|size| *size <= PAGE);
    match size {
        Some(0) => Ok(PAGE),
        Some(size) => Ok(size),
        None => Err(Refusal::input(format!(
            "The query parameter 'size' must be a whole number from 0 to {PAGE}."
        ))),
    }
}

/// The size of a page for which none was asked.
pub(crate) const WHOLE: usize = PAGE;

/// That a call has no such parameter in its query.
pub(crate) fn unexpected(name: &str) -> Refusal {
    Refusal::input(format!("The query parameter '{name}' is not expected."))
}

/// Field, value and operator of a filter (Partner Center docs: get-a-customer-by-name).
pub(crate) fn filter_parts(text: &str) -> Result<[String; 3], Refusal> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        Refusal::input(format!(
            "The query parameter 'filter' is not valid JSON: {error}."
        ))
    })?;
    let Value::Object(object) = &value else {
        return Err(Refusal::input(
            "The query parameter 'filter' must be a JSON object.",
        ));
    };
    if let Some(other) = object
        .keys()
        .find(|key| !matches!(key.as_str(), "Field" | "Value" | "Operator"))
    {
        return Err(Refusal::input(format!(
            "The filter has an unknown property '{other}'."
        )));
    }
    let text = |name: &str| {
        let value = object
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty());
        value.map(str::to_owned).ok_or_else(|| {
            Refusal::input(format!(
                "The filter's property '{name}' must be a string that is not empty."
            ))
        })
    };
    Ok([text("Field")?, text("Value")?, text("Operator")?])
}

/// The place that a request goes on from, if it asks for more of a list: what [`page`] was given as `rest`. `key` differs
/// from run to run.
pub(crate) fn rest(
    request: &Request,
    seek: Option<&str>,
    key: &str,
) -> Result<Option<Value>, Refusal> {
    match (seek, request.header("ms-continuationtoken")) {
        (None, None) => Ok(None),
        (Some("Next"), Some(token)) => match opened(token, key) {
            Some(rest) => Ok(Some(rest)),
            None => Err(invalid_token()),
        },
        (Some("Next"), None) => Err(Refusal::input(
            "The header 'MS-ContinuationToken' is missing.",
        )),
        (None, Some(_)) => Err(Refusal::input(
            "The query parameter 'seekOperation' is missing.",
        )),
        (Some(other @ ("Previous" | "First" | "Last" | "PageIndex")), _) => Err(Refusal::new(
            400,
            900_141,
            format!("The sandbox cannot seek '{other}'."),
        )),
        (Some(other), _) => Err(Refusal::enumeration("SeekOperation", other)),
    }
}

/// That a continuation token is none of this list's.
pub(crate) fn invalid_token() -> Refusal {
    Refusal::input("The header 'MS-ContinuationToken' is not valid.")
}

fn opened(token: &str, key: &str) -> Option<Value> {
    let value: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    (value[0] == key).then(|| value[1].clone())
}

/// One page. `own` is its address; `next` is the address of the next one with its place, which goes into the token.
pub(crate) fn page(
    own: &str,
    items: Vec<Value>,
    next: Option<(String, Value)>,
    key: &str,
) -> Response {
    let mut links = json!({ "self": { "uri": own, "method": "GET", "headers": [] } });
    if let Some((uri, rest)) = next {
        let token = URL_SAFE_NO_PAD.encode(json!([key, rest]).to_string());
        links["next"] = json!({
            "uri": uri,
            "method": "GET",
            "headers": [{ "key": "MS-ContinuationToken", "value": token }],
        });
    }
    let body = json!({
        "totalCount": items.len(),
        "items": items,
        "links": links,
        "attributes": { "objectType": "Collection" },
    });
    Response::json(200, &body)
}
