//! The API: customers, qualifications, validation codes, as strict as the documents allow.
//! Must not know how tokens come about, nor the control address.

use serde_json::{Value, json};

use crate::Contract;
use crate::audit::{Deed, QUALIFICATION, Record};
use crate::authority::API_AUDIENCE;
use crate::clock::Millis;
use crate::customers::{Acceptance, Customer, Scope};
use crate::faults::Fault;
use crate::http::{Request, Response};
use crate::journal::Note;
use crate::lists::{self, customer_id, parse_guid, unexpected};
use crate::personas::{CLIENT_ID, Persona};
use crate::refusal::{Refusal, invented};
use crate::request_body::{self, Wanted};
use crate::world::World;

/// Deals with a request to the API.
pub(crate) fn handle(
    world: &mut World,
    request: &Request,
    real_now: Millis,
    note: &mut Note,
) -> Response {
    match answer(world, request, real_now, note) {
        Ok(response) | Err(response) => response,
    }
}

fn answer(
    world: &mut World,
    request: &Request,
    real_now: Millis,
    note: &mut Note,
) -> Result<Response, Response> {
    let persona = authorise(world, request, real_now)?;
    let now = world.clock.at(real_now);
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
        Call::AuditRecords => {
            let found = world.audit.list(request, now, &world.page_key);
            found.map_err(refuse)
        }
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
        Call::AccountStatus(id) => account_status(world, request, id).map_err(refuse),
        Call::Qualifications(id) if request.method == "GET" => {
            no_query(request).map_err(refuse)?;
            let wrapped = world.contract == Contract::December2020;
            let text = customer(world, id)
                .map_err(refuse)?
                .qualifications(wrapped, now);
            Ok(Response::text(200, "application/json; charset=utf-8", text))
        }
        Call::Qualifications(id) => {
            let old = before(world, request, id);
            let result = match persona.may_request() {
                true => request_qualification(world, request, id, now, note),
                false => {
                    let text = "The role of the signed-in user lacks the right for this operation.";
                    Err(Refusal::new(403, 900_150, text))
                }
            };
            if !note.replayed {
                write_down(world, request, id, persona, now, old, result.is_ok());
            }
            result.map_err(refuse)
        }
    }
}

/// The calls there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call<'a> {
    AuditRecords,
    Customers,
    ValidationCodes,
    Customer(&'a str),
    Qualifications(&'a str),
    AccountStatus(&'a str),
}

impl<'a> Call<'a> {
    fn of(segments: &[&'a str]) -> Option<Self> {
        match *segments {
            ["auditrecords"] => Some(Self::AuditRecords),
            ["customers"] => Some(Self::Customers),
            ["customers", "all", "validations"] => Some(Self::ValidationCodes),
            ["customers", id] => Some(Self::Customer(id)),
            ["customers", id, "qualifications"] => Some(Self::Qualifications(id)),
            ["customers", id, "validationStatus"] => Some(Self::AccountStatus(id)),
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
fn authorise(world: &World, request: &Request, real_now: Millis) -> Result<Persona, Response> {
    let now = world.sessions.at(real_now);
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

fn no_query(request: &Request) -> Result<(), Refusal> {
    match request.query_pairs().first() {
        None => Ok(()),
        Some((name, _)) => Err(unexpected(name)),
    }
}

fn customer<'a>(world: &'a mut World, id: &str) -> Result<&'a mut Customer, Refusal> {
    let id = customer_id(id)?;
    world
        .customer_mut(id)
        .ok_or_else(|| Refusal::new(404, 60_003, format!("Tenant {id} was not found.")))
}

/// The fault of the customer that a request is about, if it has one, and if the request gets past sign-in at all.
#[must_use]
pub(crate) fn fault_of_customer(
    world: &World,
    request: &Request,
    real_now: Millis,
) -> Option<Fault> {
    authorise(world, request, real_now).ok()?;
    let segments = request.segments();
    let (id, reading) = match Call::of(&segments[1..])? {
        Call::Qualifications(id) => (id, request.method == "GET"),
        Call::Customer(id) | Call::AccountStatus(id) => (id, false),
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

/// Partner Center docs: retrieve-validation-status.
fn account_status(world: &mut World, request: &Request, id: &str) -> Result<Response, Refusal> {
    let pairs = request.query_pairs();
    if let Some((other, _)) = pairs.iter().find(|(name, _)| name != "type") {
        return Err(unexpected(other));
    }
    match pairs.first() {
        Some((_, kind)) if kind == "account" => {}
        Some((_, other)) => return Err(Refusal::enumeration("ValidationType", other)),
        None => return Err(Refusal::input("The query parameter 'type' is missing.")),
    }
    let status = customer(world, id)?.account_status().ok_or_else(|| {
        let text = "No validation status was found for the customer.";
        Refusal::new(404, 600_074, text)
    })?;
    Ok(Response::json(200, &status))
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

/// The qualification that a request asks for, if it can be read, and how the customer's stood before.
type Before = Option<(&'static str, Option<Value>)>;

fn before(world: &mut World, request: &Request, id: &str) -> Before {
    let wanted = request_body::read(world.contract, &request.query_pairs(), &request.body).ok()?;
    let customer = customer(world, id).ok()?;
    Some((wanted.name(), customer.entry_of(wanted.name())))
}

/// Keeps a record of a request for a qualification, accepted or refused (Partner Center docs: auditing-resources). What is
/// decided later is Microsoft's doing, and leaves none.
fn write_down(
    world: &mut World,
    request: &Request,
    id: &str,
    persona: Persona,
    now: Millis,
    before: Before,
    succeeded: bool,
) {
    let number = world.audit.len();
    let Ok(customer) = customer(world, id) else {
        return;
    };
    let (name, old) = before.unzip();
    let new = name.map(|name| match succeeded {
        true => customer.entry_of(name).unwrap_or_default(),
        false => json!({ "qualification": name }),
    });
    let header = |name: &str| request.header(name).map(str::to_owned);
    let deed = Deed {
        at: now,
        by: persona.user_name(),
        application: header("ms-partnercenter-application").unwrap_or(CLIENT_ID.to_owned()),
        operation: QUALIFICATION.to_owned(),
        resource: "customer".to_owned(),
        old: old.flatten(),
        new,
        succeeded,
        correlation: header("ms-correlationid"),
    };
    let record = Record::new(number, customer, deed);
    world.audit.add(record);
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
        let [field, prefix, operator] = lists::filter_parts(text)?;
        if operator != "starts_with" {
            return Err(Refusal::enumeration("FieldFilterOperation", &operator));
        }
        let by_name = match field.as_str() {
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

/// Where in which list a page starts.
struct Cursor {
    offset: usize,
    size: usize,
    filter: Option<Filter>,
}

impl Cursor {
    fn to_rest(&self) -> Value {
        let filter = self.filter.as_ref();
        let filter = filter.map(|filter| json!([filter.by_name, filter.prefix]));
        json!([self.offset, self.size, filter])
    }

    fn from_rest(rest: &Value) -> Option<Self> {
        let number = |value: &Value| usize::try_from(value.as_u64()?).ok();
        let filter = match &rest[2] {
            Value::Null => None,
            filter => Some(Filter {
                by_name: filter[0].as_bool()?,
                prefix: filter[1].as_str()?.to_owned(),
            }),
        };
        Some(Self {
            offset: number(&rest[0])?,
            size: number(&rest[1])?,
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
    let next = found.next().is_some().then(|| {
        let next = Cursor {
            offset: cursor.offset + items.len(),
            ..cursor
        };
        let uri = format!("/customers?size={}&seekOperation=Next", next.size);
        (uri, next.to_rest())
    });
    let own = format!("/v1/customers{}", request.query_with_mark());
    Ok(lists::page(&own, items, next, &world.page_key))
}

fn cursor_of(world: &World, request: &Request) -> Result<Cursor, Refusal> {
    let (mut size, mut filter, mut seek) = (lists::WHOLE, None, None);
    for (name, value) in request.query_pairs() {
        match name.as_str() {
            "size" => size = lists::size(&value)?,
            "filter" => filter = Some(Filter::read(&value)?),
            "seekOperation" => seek = Some(value),
            other => return Err(unexpected(other)),
        }
    }
    match lists::rest(request, seek.as_deref(), &world.page_key)? {
        Some(rest) => Cursor::from_rest(&rest).ok_or_else(lists::invalid_token),
        None => Ok(Cursor {
            offset: 0,
            size,
            filter,
        }),
    }
}
