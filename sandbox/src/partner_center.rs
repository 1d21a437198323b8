//! The API: customers, qualifications, validation codes, as strict as the documents allow.
//! Must not know how tokens come about, nor the control address.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Contract;
use crate::authority::API_AUDIENCE;
use crate::clock::Millis;
use crate::customers::{Acceptance, Customer, Scope};
use crate::faults::Fault;
use crate::http::{Request, Response};
use crate::journal::Note;
use crate::personas::Persona;
use crate::refusal::{Refusal, invented};
use crate::request_body::{self, Wanted};
use crate::world::World;

/// The most customers one page can hold, and how many it holds when not told.
const PAGE: usize = 500;

/// Deals with a request to the API.
pub(crate) fn handle(
    world: &mut World,
    request: &Request,
    now: Millis,
    note: &mut Note,
) -> Response {
    match answer(world, request, now, note) {
        Ok(response) | Err(response) => response,
    }
}

fn answer(
    world: &mut World,
    request: &Request,
    now: Millis,
    note: &mut Note,
) -> Result<Response, Response> {
    let persona = authorise(world, request, now)?;
    let refuse = |refusal: Refusal| refusal.response();
    let segments = request.segments();
    let call = Call::of(&segments[1..])
        .ok_or_else(|| Refusal::new(404, 1000, "The resource was not found.").response())?;
    if !call.methods().contains(&request.method.as_str()) {
        let text = format!(
            "The method {} is not allowed for this resource.",
            request.method
        );
        return Err(Refusal::new(405, 405, text)
            .response()
            .with("allow", call.methods().join(", ")));
    }
    check_headers(request)?;
    match call {
        Call::Customers => list(world, request).map_err(refuse),
        Call::ValidationCodes => {
            no_query(request).map_err(refuse)?;
            Ok(Response::json(
                200,
                &Value::Array(world.validation_codes.clone()),
            ))
        }
        Call::Customer(id) => {
            no_query(request).map_err(refuse)?;
            Ok(Response::json(
                200,
                &customer(world, id).map_err(refuse)?.in_full(),
            ))
        }
        Call::Qualifications(id) if request.method == "GET" => {
            no_query(request).map_err(refuse)?;
            let wrapped = world.contract == Contract::December2020;
            let text = customer(world, id)
                .map_err(refuse)?
                .qualifications(wrapped, now);
            Ok(Response::text(200, "application/json; charset=utf-8", text))
        }
        Call::Qualifications(id) => {
            if !persona.may_request() {
                let text = "The role of the signed-in user lacks the right for this operation.";
                return Err(Refusal::new(403, 900_150, text).response());
            }
            request_qualification(world, request, id, now, note).map_err(refuse)
        }
    }
}

/// The calls there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call<'a> {
    Customers,
    ValidationCodes,
    Customer(&'a str),
    Qualifications(&'a str),
}

impl<'a> Call<'a> {
    fn of(segments: &[&'a str]) -> Option<Self> {
        match *segments {
            ["customers"] => Some(Self::Customers),
            ["customers", "all", "validations"] => Some(Self::ValidationCodes),
            ["customers", id] => Some(Self::Customer(id)),
            ["customers", id, "qualifications"] => Some(Self::Qualifications(id)),
            _ => None,
        }
    }

    fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Qualifications(_) => &["GET", "POST"],
            _ => &["GET"],
        }
    }
}

/// Whom the token stands for (Partner Center docs: error-codes, partner-center-authentication and the MFA pages).
fn authorise(world: &World, request: &Request, now: Millis) -> Result<Persona, Response> {
    let Some(token) = request
        .header("authorization")
        .and_then(|value| value.strip_prefix("Bearer "))
    else {
        return Err(
            Refusal::new(401, 800_001, "The partner token is missing in the request.").response(),
        );
    };
    let Some(access) = world
        .authority
        .access(token)
        .filter(|access| access.expires_at > now)
    else {
        return Err(
            Response::empty(401).with("www-authenticate", r#"Bearer error="invalid_token""#)
        );
    };
    let persona = access.persona;
    if access.audience != API_AUDIENCE {
        let text = format!(
            "The audience '{}' of the token is not valid.",
            access.audience
        );
        return Err(Refusal::new(401, 900_420, text).response());
    }
    if !persona.has_mfa() {
        let text = "The token lacks the claim of multifactor authentication.";
        return Err(Refusal::new(401, 900_421, text)
            .response()
            .with("www-authenticate", r#"Bearer error="invalid_token""#));
    }
    if persona == Persona::Reseller {
        let text =
            "The program status 'DirectBillOrIndirectProvider' of the partner is not active.";
        return Err(Refusal::new(403, 900_149, text).response());
    }
    Ok(persona)
}

/// What every request has to say about itself (Partner Center docs: headers).
fn check_headers(request: &Request) -> Result<(), Response> {
    let accepted = request.header("accept").unwrap_or_default();
    let acceptable = accepted
        .split(',')
        .map(|part| part.split(';').next().unwrap_or_default().trim());
    if !acceptable
        .into_iter()
        .any(|kind| matches!(kind, "application/json" | "application/*" | "*/*"))
    {
        let text = "The header 'Accept' must allow application/json.";
        return Err(Refusal::new(406, 406, text).response());
    }
    for name in ["MS-RequestId", "MS-CorrelationId"] {
        let refusal = match request.header(&name.to_lowercase()) {
            None => Refusal::input(format!("The header '{name}' is missing.")),
            Some(value) if parse_guid(value).is_none() => {
                Refusal::input(format!("The header '{name}' is not a GUID."))
            }
            Some(_) => continue,
        };
        return Err(refusal.response());
    }
    if request
        .header("ms-contract-version")
        .is_some_and(|version| version != "v1")
    {
        return Err(Refusal::input("The header 'MS-Contract-Version' must be 'v1'.").response());
    }
    let is_json = request.header("content-type").is_some_and(|kind| {
        kind.split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .eq_ignore_ascii_case("application/json")
    });
    if request.method == "POST" && !is_json {
        return Err(
            Refusal::input("The header 'Content-Type' must be application/json.").response(),
        );
    }
    Ok(())
}

/// A GUID as the documents write one: 36 characters with hyphens.
fn parse_guid(text: &str) -> Option<Uuid> {
    (text.len() == 36)
        .then(|| Uuid::try_parse(text).ok())
        .flatten()
}

fn no_query(request: &Request) -> Result<(), Refusal> {
    match request.query_pairs().first() {
        None => Ok(()),
        Some((name, _)) => Err(Refusal::input(format!(
            "The query parameter '{name}' is not expected."
        ))),
    }
}

fn customer_id(text: &str) -> Result<Uuid, Refusal> {
    parse_guid(text).ok_or_else(|| {
        Refusal::new(
            400,
            900_118,
            format!("The customer ID '{text}' is not valid."),
        )
    })
}

fn customer<'a>(world: &'a mut World, id: &str) -> Result<&'a mut Customer, Refusal> {
    let id = customer_id(id)?;
    world
        .customer_mut(id)
        .ok_or_else(|| Refusal::new(404, 60_003, format!("Tenant {id} was not found.")))
}

/// The fault of the customer that a request is about, if it has one, and if the request gets past sign-in at all.
#[must_use]
pub(crate) fn fault_of_customer(world: &World, request: &Request, now: Millis) -> Option<Fault> {
    authorise(world, request, now).ok()?;
    let segments = request.segments();
    let (id, reading) = match Call::of(&segments[1..])? {
        Call::Qualifications(id) => (id, request.method == "GET"),
        Call::Customer(id) => (id, false),
        _ => return None,
    };
    let (scope, fault) = world.customer(parse_guid(id)?)?.fails.as_ref()?;
    let strikes = match scope {
        Scope::Everything => true,
        Scope::Reading => reading,
        Scope::Requesting => request.method == "POST",
    };
    strikes.then(|| fault.clone())
}

/// Partner Center docs: update-customer-qualification-asynchronous; headers, on `MS-RequestId`.
fn request_qualification(
    world: &mut World,
    request: &Request,
    id: &str,
    now: Millis,
    note: &mut Note,
) -> Result<Response, Refusal> {
    let request_id = request
        .header("ms-requestid")
        .and_then(parse_guid)
        .unwrap_or_default();
    let key = (customer_id(id)?, request_id);
    if let Some(earlier) = world.answered.get(&key).filter(|_| world.idempotency) {
        note.replayed = true;
        return Ok(earlier.clone());
    }
    let wanted = request_body::read(world.contract, &request.query_pairs(), &request.body)?;
    let delegated = customer(world, id)?.delegated_access;
    let code = match &wanted {
        Wanted::Government { code } => Some(usable_code(world, code)?),
        _ => None,
    };
    if code.is_some() && !delegated {
        let text = "The caller has insufficient privileges: a delegated role in the customer's tenant is needed.";
        return Err(Refusal::new(403, 900_308, text));
    }
    let leniency = world.leniency;
    let customer = customer(world, id)?;
    let entry = customer.request(&wanted, now, leniency)?;
    let response = match customer.acceptance {
        Acceptance::Created => Response::json(201, &entry),
        Acceptance::Wrapped => Response::json(200, &json!({ "qualifications": [entry] })),
        Acceptance::Empty => Response::empty(204),
    };
    if let Some(index) = code {
        use_up(&mut world.validation_codes[index]);
    }
    world.answered.insert(key, response.clone());
    note.took_effect = true;
    Ok(response)
}

/// The place of a validation code that can still be used (Partner Center docs: get-a-partner-s-validation-codes).
fn usable_code(world: &World, code: &str) -> Result<usize, Refusal> {
    let same = |known: &Value| match &known["validationId"] {
        Value::String(text) => text == code,
        Value::Number(number) => number.as_u64().is_some() && number.as_u64() == code.parse().ok(),
        _ => false,
    };
    let Some(index) = world.validation_codes.iter().position(same) else {
        return Err(Refusal::new(
            400,
            invented::UNKNOWN_VALIDATION_CODE,
            "The validation code is not known.",
        ));
    };
    if world.validation_codes[index]["remainingCreates"]
        .as_i64()
        .is_some_and(|remaining| remaining < 1)
    {
        return Err(Refusal::new(
            400,
            invented::EXHAUSTED_VALIDATION_CODE,
            "The validation code is used up.",
        ));
    }
    Ok(index)
}

fn use_up(code: &mut Value) {
    if let Some(remaining) = code["remainingCreates"].as_i64() {
        code["remainingCreates"] = (remaining - 1).into();
    }
}

/// What to look for (Partner Center docs: get-a-customer-by-name).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Filter {
    by_name: bool,
    prefix: String,
}

impl Filter {
    fn read(text: &str) -> Result<Self, Refusal> {
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
            value.ok_or_else(|| {
                Refusal::input(format!(
                    "The filter's property '{name}' must be a string that is not empty."
                ))
            })
        };
        let (field, prefix, operator) = (text("Field")?, text("Value")?, text("Operator")?);
        if operator != "starts_with" {
            return Err(Refusal::enumeration("FieldFilterOperation", operator));
        }
        let by_name = match field {
            "CompanyName" => true,
            "Domain" => false,
            "IndirectReseller" | "IndirectCloudSolutionProvider" => {
                return Err(Refusal::new(
                    400,
                    900_141,
                    format!("The sandbox cannot filter by {field}."),
                ));
            }
            other => return Err(Refusal::enumeration("CustomerSearchField", other)),
        };
        Ok(Self {
            by_name,
            prefix: prefix.to_lowercase(),
        })
    }

    fn matches(&self, customer: &Customer) -> bool {
        match self.by_name {
            true => customer.name_lower.starts_with(&self.prefix),
            false => {
                customer.domain.starts_with(&self.prefix)
                    || customer.own_domain.starts_with(&self.prefix)
            }
        }
    }
}

/// Where in which list the next page starts.
struct Cursor {
    offset: usize,
    size: usize,
    filter: Option<Filter>,
}

impl Cursor {
    fn to_token(&self, key: &str) -> String {
        let filter = self
            .filter
            .as_ref()
            .map(|filter| json!([filter.by_name, filter.prefix]));
        URL_SAFE_NO_PAD.encode(json!([key, self.offset, self.size, filter]).to_string())
    }

    fn from_token(token: &str, key: &str) -> Option<Self> {
        let value: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        if value[0] != key {
            return None;
        }
        let number = |value: &Value| usize::try_from(value.as_u64()?).ok();
        let filter = match &value[3] {
            Value::Null => None,
            filter => Some(Filter {
                by_name: filter[0].as_bool()?,
                prefix: filter[1].as_str()?.to_owned(),
            }),
        };
        Some(Self {
            offset: number(&value[1])?,
            size: number(&value[2])?,
            filter,
        })
    }
}

/// Partner Center docs: get-a-list-of-customers, get-a-customer-by-name.
fn list(world: &World, request: &Request) -> Result<Response, Refusal> {
    let cursor = cursor_of(world, request)?;
    let mut found = world.customers.iter().filter(|customer| {
        cursor
            .filter
            .as_ref()
            .is_none_or(|filter| filter.matches(customer))
    });
    let items: Vec<Value> = found
        .by_ref()
        .skip(cursor.offset)
        .take(cursor.size)
        .map(Customer::in_list)
        .collect();
    let query = if request.query.is_empty() {
        String::new()
    } else {
        format!("?{}", request.query)
    };
    let mut links = json!({ "self": { "uri": format!("/v1/customers{query}"), "method": "GET", "headers": [] } });
    if found.next().is_some() {
        let next = Cursor {
            offset: cursor.offset + items.len(),
            ..cursor
        };
        links["next"] = json!({
            "uri": format!("/customers?size={}&seekOperation=Next", next.size),
            "method": "GET",
            "headers": [{ "key": "MS-ContinuationToken", "value": next.to_token(&world.page_key) }],
        });
    }
    Ok(Response::json(
        200,
        &json!({ "totalCount": items.len(), "items": items, "links": links, "attributes": { "objectType": "Collection" } }),
    ))
}

fn cursor_of(world: &World, request: &Request) -> Result<Cursor, Refusal> {
    let (mut size, mut filter, mut seek) = (0, None, None);
    for (name, value) in request.query_pairs() {
        match name.as_str() {
            "size" => {
                size = value
                    .parse::<usize>()
                    .ok()
                    .filter(|size| *size <= PAGE)
                    .ok_or_else(bad_size)?
            }
            "filter" => filter = Some(Filter::read(&value)?),
            "seekOperation" => seek = Some(value),
            other => {
                return Err(Refusal::input(format!(
                    "The query parameter '{other}' is not expected."
                )));
            }
        }
    }
    match (seek.as_deref(), request.header("ms-continuationtoken")) {
        (None, None) => Ok(Cursor {
            offset: 0,
            size: if size == 0 { PAGE } else { size },
            filter,
        }),
        (Some("Next"), Some(token)) => Cursor::from_token(token, &world.page_key)
            .ok_or_else(|| Refusal::input("The header 'MS-ContinuationToken' is not valid.")),
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

fn bad_size() -> Refusal {
    Refusal::input(format!(
        "The query parameter 'size' must be a whole number from 0 to {PAGE}."
    ))
}
