//! The control address `/sandbox/*`: for tests and people to see what happened and to change what will.
//! Must not be reachable through the site's relay.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::authority::API_AUDIENCE;
use crate::clock::{Clock, Millis, iso_millis, iso_seconds, parse_iso};
use crate::customers::{Acceptance, Customer, Scope};
use crate::faults::Fault;
use crate::http::{Request, Response};
use crate::pages;
use crate::personas::Persona;
use crate::world::{SiteChange, World};

/// Deals with a request to the control address. Every origin may call it: it exists on the person's own machine only.
pub(crate) fn handle(world: &mut World, request: &Request, real_now: Millis) -> Response {
    if request.path == "/sandbox/" {
        return page(world, request, real_now).unwrap_or_else(|problem| error(400, &problem));
    }
    let response = match (request.method.as_str(), body(request)) {
        ("OPTIONS", _) => Response::empty(204),
        (_, Err(problem)) => error(400, &problem),
        (_, Ok(body)) => {
            answer(world, request, &body, real_now).unwrap_or_else(|problem| error(400, &problem))
        }
    };
    response
        .with("access-control-allow-origin", "*")
        .with("access-control-allow-methods", "GET, POST, PUT, DELETE")
        .with("access-control-allow-headers", "content-type")
        .with("cache-control", "no-store")
}

fn body(request: &Request) -> Result<Value, String> {
    match request.body.is_empty() {
        true => Ok(Value::Null),
        false => serde_json::from_slice(&request.body)
            .map_err(|error| format!("the body is not JSON: {error}")),
    }
}

fn error(status: u16, problem: &str) -> Response {
    Response::json(status, &json!({ "error": problem }))
}

fn answer(
    world: &mut World,
    request: &Request,
    body: &Value,
    real_now: Millis,
) -> Result<Response, String> {
    let now = world.clock.at(real_now);
    let segments = request.segments();
    let done = || Response::json(200, &json!({ "ok": true }));
    Ok(match (request.method.as_str(), &segments[1..]) {
        ("GET", []) => Response::json(200, &world.about()),
        ("GET", ["journal"]) => Response::json(200, &world.journal.entries()),
        ("DELETE", ["journal"]) => {
            world.journal.clear();
            done()
        }
        ("GET", ["clock"]) => clock(world, real_now),
        ("POST", ["clock"]) => {
            set_clock(world, body, real_now)?;
            clock(world, real_now)
        }
        ("GET", ["faults"]) => Response::json(200, &json!({ "waiting": world.faults.waiting() })),
        ("POST", ["faults"]) => {
            match body.as_array() {
                Some(list) => list.iter().try_for_each(|fault| world.faults.add(fault))?,
                None => world.faults.add(body)?,
            }
            done()
        }
        ("DELETE", ["faults"]) => {
            world.faults.clear();
            done()
        }
        ("GET", ["customers"]) => named_customers(world),
        ("GET", ["customers", "all"]) => all_customers(world, now),
        ("POST", ["customers"]) => {
            let customer = customer_from(world, body, now)?;
            let id = customer.id.to_string();
            world.put_customer(customer);
            Response::json(201, &json!({ "id": id }))
        }
        ("PUT", ["customers", id, "qualifications"]) => {
            // Word for word, not as parsed: also what is not JSON can be set, as a JSON string in {"raw": "…"}.
            let text = match body.get("raw").and_then(Value::as_str) {
                Some(raw) => raw.to_owned(),
                None => String::from_utf8_lossy(&request.body).into_owned(),
            };
            known(world, id)?.set_qualifications(&text);
            done()
        }
        ("GET", ["validation-codes"]) => {
            Response::json(200, &Value::Array(world.validation_codes.clone()))
        }
        ("PUT", ["validation-codes"]) => {
            world.validation_codes = body.as_array().ok_or("the body must be an array")?.clone();
            done()
        }
        ("POST", ["token"]) => token(world, body, world.sessions.at(real_now))?,
        ("POST", ["sessions", "expire"]) => {
            expire(world, body, world.sessions.at(real_now));
            done()
        }
        ("POST", ["settings"]) => {
            set(world, body)?;
            done()
        }
        ("POST", ["config"]) => {
            set_config(world, body)?;
            done()
        }
        ("POST", ["site"]) => {
            let changes = body.as_array().ok_or("the body must be a list")?;
            world.site = changes.iter().map(site_change).collect::<Result<_, _>>()?;
            done()
        }
        ("GET", ["violations"]) => Response::json(200, &Value::Array(world.violations.clone())),
        ("DELETE", ["violations"]) => {
            world.violations.clear();
            done()
        }
        ("POST", ["reset"]) => {
            world.reset(real_now);
            done()
        }
        _ => error(404, "there is no such control, see docs/sandbox.md"),
    })
}

fn clock(world: &World, real_now: Millis) -> Response {
    let body = json!({
        "now": iso_millis(world.clock.at(real_now)),
        "speed": world.clock.speed(),
        "vettingSeconds": world.vetting / 1000,
    });
    Response::json(200, &body)
}

/// The page on which a person moves the time; its buttons leave the sign-ins alone, but for the one that ends them.
fn page(world: &mut World, request: &Request, real_now: Millis) -> Result<Response, String> {
    match request.method.as_str() {
        "GET" | "HEAD" => {
            world.settle(world.clock.at(real_now));
            Ok(pages::time(&moment(world, real_now)))
        }
        "POST" => {
            for (name, value) in request.form() {
                press(world, &name, &value, real_now)?;
            }
            Ok(Response::redirect("/sandbox/"))
        }
        _ => Ok(Response::empty(405).with("allow", "GET, HEAD, POST")),
    }
}

fn press(world: &mut World, name: &str, value: &str, real_now: Millis) -> Result<(), String> {
    if name == "endSessions" {
        expire(
            world,
            &json!({ "refresh": true, "session": true }),
            world.sessions.at(real_now),
        );
        return Ok(());
    }
    let number = value.parse::<u64>();
    let number = number.map_err(|_| format!("'{name}' must be a whole number"))?;
    let mut change = json!({ "keepSessions": true });
    change[name] = number.into();
    set_clock(world, &change, real_now)
}

fn moment(world: &World, real_now: Millis) -> pages::Moment {
    let everyone = world.customers.iter();
    let reviews = everyone.flat_map(|customer| {
        let under_way = customer.under_way(world.vetting);
        under_way.map(|(what, at)| (customer.name.clone(), what.to_owned(), iso_seconds(at)))
    });
    pages::Moment {
        now: iso_seconds(world.clock.at(real_now)),
        speed: world.clock.speed(),
        vetting_seconds: world.vetting / 1000,
        reviews: reviews.collect(),
    }
}

fn set_clock(world: &mut World, body: &Value, real_now: Millis) -> Result<(), String> {
    let keep = body.get("keepSessions").and_then(Value::as_bool);
    let sessions = (keep != Some(true)).then_some(&mut world.sessions);
    for clock in std::iter::once(&mut world.clock).chain(sessions) {
        move_clock(clock, body, real_now)?;
    }
    if let Some(seconds) = body.get("vettingSeconds") {
        world.vetting = millis(seconds, "vettingSeconds")?;
    }
    Ok(())
}

fn move_clock(clock: &mut Clock, body: &Value, real_now: Millis) -> Result<(), String> {
    if let Some(speed) = body.get("speed") {
        let speed = speed.as_f64().filter(|speed| (0.0..=1e6).contains(speed));
        clock.set_speed(
            real_now,
            speed.ok_or("'speed' must be a number from 0 to 1000000")?,
        );
    }
    if let Some(now) = body.get("now") {
        let now = now
            .as_str()
            .and_then(parse_iso)
            .ok_or("'now' must be a time such as 2026-03-05T10:37:38Z")?;
        clock.set(real_now, now);
    }
    if let Some(seconds) = body.get("advanceSeconds") {
        let now = clock.at(real_now);
        clock.set(
            real_now,
            now.saturating_add(millis(seconds, "advanceSeconds")?),
        );
    }
    Ok(())
}

fn millis(seconds: &Value, name: &str) -> Result<Millis, String> {
    let seconds = seconds
        .as_f64()
        .filter(|seconds| (0.0..=1e10).contains(seconds));
    #[allow(clippy::cast_possible_truncation)]
    let millis = (seconds
        .ok_or_else(|| format!("'{name}' must be a number that is not negative"))?
        * 1000.0) as Millis;
    Ok(millis)
}

fn named_customers(world: &World) -> Response {
    let named = world
        .customers
        .iter()
        .filter(|customer| customer.shows.is_some());
    let mut list: Vec<_> = named
        .map(|customer| {
            json!({
                "id": customer.id.to_string(),
                "name": customer.name,
                "domain": customer.domain,
                "shows": customer.shows,
            })
        })
        .collect();
    list.sort_by_key(|customer| customer["id"].to_string());
    Response::json(200, &Value::Array(list))
}

/// Everyone, with what reading gives.
fn all_customers(world: &World, now: Millis) -> Response {
    let list = world.customers.iter().map(|customer| {
        let text = customer.qualifications(false, now);
        json!({
            "id": customer.id.to_string(),
            "name": customer.name,
            "qualifications": serde_json::from_str(&text).unwrap_or(Value::String(text)),
        })
    });
    Response::json(200, &list.collect())
}

fn known<'a>(world: &'a mut World, id: &str) -> Result<&'a mut Customer, String> {
    let found = Uuid::try_parse(id)
        .ok()
        .and_then(|id| world.customer_mut(id));
    found.ok_or_else(|| format!("there is no customer '{id}'"))
}

fn customer_from(world: &mut World, body: &Value, now: Millis) -> Result<Customer, String> {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let id = match text("id") {
        Some(id) => Uuid::try_parse(id).map_err(|_| format!("'{id}' is not a GUID"))?,
        None => world.new_guid(),
    };
    let name = text("name").ok_or("'name' is required")?;
    let slug = text("slug").map_or_else(|| format!("added{}", id.simple()), str::to_owned);
    let mut customer = Customer::new(id, name, &slug, text("country").unwrap_or("US"));
    customer.shows = Some(
        text("shows")
            .unwrap_or("Added through the control address")
            .to_owned(),
    );
    if let Some(qualifications) = body.get("qualifications") {
        customer.set_qualifications(&qualifications.to_string());
    }
    if let Some(raw) = text("rawQualifications") {
        customer.set_qualifications(raw);
    }
    customer.delegated_access = body
        .get("delegatedAccess")
        .and_then(Value::as_bool)
        .unwrap_or(true);
    customer.denied_at_first = text("deniedAtFirst").map(str::to_owned);
    customer.account = text("accountStatus").map(|status| (status.to_owned(), now));
    if let Some(count) = body.get("educationRequests").and_then(Value::as_u64) {
        customer.education_requests = u32::try_from(count).unwrap_or(u32::MAX);
    }
    customer.acceptance = match text("acceptance") {
        None | Some("created") => Acceptance::Created,
        Some("wrapped") => Acceptance::Wrapped,
        Some("empty") => Acceptance::Empty,
        Some(other) => {
            return Err(format!(
                "'acceptance' cannot be '{other}': created, wrapped or empty"
            ));
        }
    };
    if let Some(fails) = body.get("fails") {
        let scope = match fails.get("scope").and_then(Value::as_str) {
            None | Some("everything") => Scope::Everything,
            Some("reading") => Scope::Reading,
            Some("requesting") => Scope::Requesting,
            Some(other) => {
                return Err(format!(
                    "'scope' cannot be '{other}': everything, reading or requesting"
                ));
            }
        };
        customer.fails = Some((scope, Fault::from_json(fails)?));
    }
    Ok(customer)
}

fn token(world: &mut World, body: &Value, now: Millis) -> Result<Response, String> {
    let key = body
        .get("persona")
        .and_then(Value::as_str)
        .unwrap_or("admin");
    let persona = Persona::from_key(key).ok_or_else(|| {
        format!(
            "there is no persona '{key}': {}",
            Persona::ALL.map(Persona::key).join(", ")
        )
    })?;
    let audience = body
        .get("audience")
        .and_then(Value::as_str)
        .unwrap_or(API_AUDIENCE);
    let token = world.authority.issue(persona, audience, now);
    let body = json!({ "token_type": "Bearer", "expires_in": world.authority.token_seconds, "access_token": token });
    Ok(Response::json(200, &body))
}

fn expire(world: &mut World, body: &Value, now: Millis) {
    let asked = |name: &str| body.get(name).and_then(Value::as_bool);
    if asked("access").unwrap_or(true) {
        world.authority.expire_access(now);
    }
    if asked("refresh").unwrap_or(false) {
        world.authority.revoke_renewals();
    }
    if asked("session").unwrap_or(false) {
        world.authority.end_sessions();
    }
}

fn set(world: &mut World, body: &Value) -> Result<(), String> {
    let object = body.as_object().ok_or("the body must be an object")?;
    for (name, value) in object {
        let number = || {
            value
                .as_u64()
                .ok_or_else(|| format!("'{name}' must be a whole number that is not negative"))
        };
        match name.as_str() {
            "idempotency" => {
                world.idempotency = value
                    .as_bool()
                    .ok_or("'idempotency' must be true or false")?
            }
            "accessTokenSeconds" => {
                world.authority.token_seconds = i64::try_from(number()?).unwrap_or(3600)
            }
            "latencyMs" => world.set_latency(Duration::from_millis(number()?)),
            "chaosPercent" => {
                world.chaos.percent = u8::try_from(number()?.min(100)).unwrap_or(100);
            }
            "chaosSeed" => world.chaos.seed = number()?,
            "chaosWaitSeconds" => world.chaos.wait_seconds = number()?,
            "acceptsRepeats" => {
                world.leniency.accepts_repeats = value
                    .as_bool()
                    .ok_or("'acceptsRepeats' must be true or false")?;
            }
            "listLagMs" => {
                world.leniency.list_lag = i64::try_from(number()?).unwrap_or(i64::MAX);
            }
            "contract" => {
                let text = value.as_str().unwrap_or_default();
                world.contract = text.parse()?;
            }
            other => return Err(format!("there is no setting '{other}'")),
        }
    }
    Ok(())
}

fn set_config(world: &mut World, body: &Value) -> Result<(), String> {
    let object = body.as_object().ok_or("the body must be an object")?;
    world.config = crate::world::ConfigChange::default();
    if let Some(overlay) = object.get("overlay") {
        world.config.overlay = overlay
            .as_object()
            .ok_or("'overlay' must be an object")?
            .clone();
    }
    let status = object
        .get("status")
        .and_then(Value::as_u64)
        .and_then(|status| u16::try_from(status).ok());
    let raw = object.get("raw").and_then(Value::as_str);
    if status.is_some() || raw.is_some() {
        world.config.instead = Some((status.unwrap_or(200), raw.unwrap_or_default().to_owned()));
    }
    Ok(())
}

fn site_change(body: &Value) -> Result<SiteChange, String> {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let header = |(name, value): (&String, &Value)| match value {
        Value::Null => Ok((name.clone(), None)),
        Value::String(value) => Ok((name.clone(), Some(value.clone()))),
        _ => Err(format!("the header '{name}' must be a text or null")),
    };
    let headers = body.get("headers").and_then(Value::as_object);
    let without = body.get("withoutRequestHeaders").and_then(Value::as_array);
    let without = without.into_iter().flatten().filter_map(Value::as_str);
    let status = body.get("status").and_then(Value::as_u64);
    let status = status.and_then(|status| u16::try_from(status).ok());
    let instead = |status| {
        let kind = text("contentType").unwrap_or("text/html");
        Response::text(status, kind, text("body").unwrap_or_default())
    };
    Ok(SiteChange {
        path: text("path").ok_or("'path' is required")?.to_owned(),
        headers: headers
            .into_iter()
            .flatten()
            .map(header)
            .collect::<Result<_, _>>()?,
        without: without.map(str::to_lowercase).collect(),
        instead: status.map(instead),
    })
}
