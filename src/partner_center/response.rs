//! Turns a status, headers and a body into a typed result. Pure, liberal, and it never guesses a status.
//! Must not know how the answer came here.

use serde_json::Value;

use super::{
    address::{CONTINUATION_TOKEN, NextLink},
    error::{Error, Operation, Unexpected},
    json::Fields,
    model::{
        Accepted, AccountStatus, AccountValidation, Address, Customer, CustomerId, Qualification,
        QualificationKind, Qualifications, RequestIds, ValidationCode, VettingDate, VettingStatus,
    },
    search::Page,
};

/// What came back over the network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The words after the status; empty over HTTP/2.
    pub status_text: String,
    /// The headers that are visible here.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// A header's value, if there is one; the name may be in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let is_it = |key: &str| key.eq_ignore_ascii_case(name);
        let (_, value) = self.headers.iter().find(|(key, _)| is_it(key))?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// Whether it is a success, with or without a body.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it is a page for people, as a web server sends that has no relay.
    pub(super) fn is_web_page(&self) -> bool {
        let kind = self.header("Content-Type").unwrap_or_default();
        let start = self.body.trim_start();
        // JSON is JSON, whatever a gateway calls it.
        let json = start.starts_with(['{', '[', '"']);
        (kind.starts_with("text/html") && !json)
            || (start.starts_with('<') && !start.starts_with("<?xml"))
    }
}

const NO_CONTENT: u16 = 204;

/// An answer together with what it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// What was being done.
    pub operation: Operation,
    /// The IDs as sent.
    pub sent: RequestIds,
    /// What came back.
    pub answer: Answer,
}

impl Exchange {
    /// The IDs as answered, else as sent. The two may differ: the documents' own examples do.
    pub fn ids(&self) -> RequestIds {
        let answered = |name, sent: &String| {
            let value = self.answer.header(name);
            value.map_or_else(|| sent.clone(), str::to_owned)
        };
        RequestIds {
            request: answered("MS-RequestId", &self.sent.request),
            correlation: answered("MS-CorrelationId", &self.sent.correlation),
        }
    }

    /// Whether the service did not accept the token; then nothing was done.
    pub(super) fn refuses_token(&self) -> bool {
        self.answer.status == 401
    }

    /// The body of a success, `None` when it is empty. Any other status is an error.
    fn success(&self) -> Result<Option<Value>, Error> {
        if !self.answer.is_success() {
            return Err(Error::from_exchange(self));
        }
        let body = self.answer.body.as_str();
        if body.trim().is_empty() {
            return Ok(None);
        }
        let body = body.strip_prefix('\u{FEFF}').unwrap_or(body);
        if self.answer.is_web_page() {
            return Err(self.unexpected(Unexpected::WebPage));
        }
        match serde_json::from_str(body) {
            Ok(json) => Ok(Some(json)),
            Err(_) => Err(self.unexpected(Unexpected::NotJson)),
        }
    }

    /// The body of a success where a body is needed, unless the status says that there is none.
    pub(super) fn content(&self) -> Result<Value, Error> {
        match self.success()? {
            Some(body) => Ok(body),
            None if self.answer.status == NO_CONTENT => Ok(Value::Null),
            None => Err(self.unexpected(Unexpected::Empty)),
        }
    }

    pub(super) fn other_shape(&self) -> Error {
        self.unexpected(Unexpected::OtherShape)
    }

    pub(super) fn unexpected(&self, how: Unexpected) -> Error {
        Error::unexpected(self, how)
    }
}

/// Reads one customer.
pub fn customer(exchange: &Exchange) -> Result<Customer, Error> {
    let body = exchange.content()?;
    customer_in(&body).ok_or_else(|| exchange.other_shape())
}

/// Reads one page of customers.
pub fn customers(exchange: &Exchange) -> Result<Page, Error> {
    let body = exchange.content()?;
    let items = list_in(&body).ok_or_else(|| exchange.other_shape())?;
    let customers: Vec<_> = items.iter().filter_map(customer_in).collect();
    // One item without an ID could not be opened anyway; if none has one, this is no list of customers.
    if customers.is_empty() && !items.is_empty() {
        return Err(exchange.other_shape());
    }
    let next = next_in(&body, NextLink::new).map_err(|how| exchange.unexpected(how))?;
    Ok(Page { customers, next })
}

/// Reads a customer's qualifications, in any of the documented envelopes.
pub fn qualifications(exchange: &Exchange) -> Result<Qualifications, Error> {
    let body = exchange.content()?;
    qualifications_in(&body).ok_or_else(|| exchange.other_shape())
}

/// Reads the answer to a request for a qualification: any success, with or without a body.
pub fn accepted(exchange: &Exchange) -> Result<Accepted, Error> {
    let body = exchange.success()?.unwrap_or_default();
    let said = qualifications_in(&body).ok_or_else(|| exchange.other_shape())?;
    Ok(Accepted {
        ids: exchange.ids(),
        qualifications: Some(said).filter(|said| !said.is_empty()),
    })
}

/// Reads the partner's validation codes, sorted by name.
pub fn validation_codes(exchange: &Exchange) -> Result<Vec<ValidationCode>, Error> {
    let body = exchange.content()?;
    let items = list_in(&body).ok_or_else(|| exchange.other_shape())?;
    let codes: Option<Vec<_>> = items.iter().map(validation_code_in).collect();
    let mut codes = codes.ok_or_else(|| exchange.other_shape())?;
    codes.sort_by(ValidationCode::by_name);
    Ok(codes)
}

/// There is no account validation of this customer (Partner Center docs: retrieve-validation-status). It comes as a 404.
const NO_ACCOUNT_STATUS: &str = "600074";

/// Reads what account validation says about a customer. That it says nothing is an answer too.
pub fn account_validation(exchange: &Exchange) -> Result<AccountValidation, Error> {
    let body = match exchange.content() {
        Ok(body) => body,
        Err(error)
            if error.status == Some(404) && error.code.as_deref() == Some(NO_ACCOUNT_STATUS) =>
        {
            return Ok(AccountValidation {
                status: AccountStatus::NoReview,
                updated: None,
            });
        }
        Err(error) => return Err(error),
    };
    account_validation_in(&body).ok_or_else(|| exchange.other_shape())
}

fn account_validation_in(body: &Value) -> Option<AccountValidation> {
    let kind = body.text("type");
    if kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("account")) {
        return None;
    }
    let status = body.field("status")?.as_str()?;
    let date = body.text("lastUpdateDateTime");
    Some(AccountValidation {
        status: Some(status)
            .filter(|word| !word.trim().is_empty())
            .map(AccountStatus::read)?,
        updated: date.map(|date| VettingDate::read(&date)),
    })
}

/// A bare list, a collection object, or nothing at all.
pub(super) fn list_in(body: &Value) -> Option<&[Value]> {
    match body {
        Value::Null => Some(&[]),
        Value::Array(items) => Some(items),
        _ => body.list("items"),
    }
}

fn customer_in(item: &Value) -> Option<Customer> {
    let nothing = Value::Null;
    let profile = item.field("companyProfile").unwrap_or(&nothing);
    let id = item.text("id").or_else(|| profile.text("tenantId"))?;
    let id: CustomerId = id.parse().ok()?;
    let domain = profile.text("domain");
    let name = profile.text("companyName").or_else(|| domain.clone());
    Some(Customer {
        id,
        company_name: name.unwrap_or_else(|| id.to_string()),
        domain,
        relationship: item.text("relationshipToPartner"),
        custom_domains: custom_domains_in(item),
        address: profile.field("address").and_then(address_in),
        email: profile.text("email"),
        commerce_id: item.text("commerceId"),
        allows_delegated_access: item.field("allowDelegatedAccess").and_then(Value::as_bool),
    })
}

fn custom_domains_in(item: &Value) -> Vec<String> {
    let domains = item.list("customDomains").unwrap_or_default().iter();
    let texts = domains.filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

fn address_in(address: &Value) -> Option<Address> {
    let read = Address {
        line1: address.text("addressLine1"),
        line2: address.text("addressLine2"),
        city: address.text("city"),
        state: address.text("state"),
        region: address.text("region"),
        postal_code: address.text("postalCode"),
        country: address.text("country"),
        phone_number: address.text("phoneNumber"),
    };
    Some(read).filter(|read| *read != Address::default())
}

/// Where the next page is. A token in the body stands in for one that the link does not carry.
pub(super) fn next_in(
    body: &Value,
    link: impl Fn(&str, Vec<(String, String)>) -> Option<NextLink>,
) -> Result<Option<NextLink>, Unexpected> {
    let Some(next) = body.field("links").and_then(|links| links.field("next")) else {
        return Ok(None);
    };
    let uri = next.text("uri").ok_or(Unexpected::Link)?;
    let listed = next.list("headers").unwrap_or_default().iter();
    let mut headers: Vec<_> = listed
        .filter_map(|header| Some((header.text("key")?, header.text("value")?)))
        .collect();
    if headers.is_empty() {
        let token = body.text("continuationToken");
        headers.extend(token.map(|token| (CONTINUATION_TOKEN.to_owned(), token)));
    }
    let next = link(&uri, headers);
    next.map(Some).ok_or(Unexpected::Link)
}

/// Unwraps the envelope. `None` if there is anything in it that is no qualification: leaving it out
/// could turn "something we cannot read" into "no qualifications".
pub(super) fn qualifications_in(body: &Value) -> Option<Qualifications> {
    let wrapped = || body.field("qualifications").or_else(|| body.field("items"));
    let entries = match body {
        Value::Array(entries) => entries.as_slice(),
        Value::Object(fields) if fields.is_empty() => &[],
        Value::Object(_) => match wrapped() {
            Some(Value::Array(entries)) => entries.as_slice(),
            Some(_) => return None,
            None => std::slice::from_ref(body),
        },
        Value::Null => &[],
        _ => return None,
    };
    let entries: Option<Vec<_>> = entries.iter().map(qualification_in).collect();
    entries.map(Qualifications::new)
}

pub(super) fn qualification_in(entry: &Value) -> Option<Qualification> {
    Some(Qualification {
        kind: kind_in(entry)?,
        status: entry.field("vettingStatus").and_then(status_in),
        reason: entry.text("vettingReason"),
        since: date_in(entry),
    })
}

fn kind_in(entry: &Value) -> Option<QualificationKind> {
    match entry.field("qualification")? {
        Value::String(word) if !word.trim().is_empty() => Some(QualificationKind::read(word)),
        Value::Number(number) => Some(number.as_i64().map_or_else(
            || QualificationKind::Other(number.to_string()),
            QualificationKind::from_number,
        )),
        _ => None,
    }
}

/// A status that is no text is kept as it came: unknown, and certainly not *approved*.
fn status_in(status: &Value) -> Option<VettingStatus> {
    match status {
        Value::String(word) if word.trim().is_empty() => None,
        Value::String(word) => Some(VettingStatus::read(word)),
        other => Some(VettingStatus::Other(other.to_string())),
    }
}

/// The documents spell the field both ways.
fn date_in(entry: &Value) -> Option<VettingDate> {
    let text = entry.text("vettingCreateDate");
    let text = text.or_else(|| entry.text("vettingCreatedDate"))?;
    Some(VettingDate::read(&text))
}

fn validation_code_in(item: &Value) -> Option<ValidationCode> {
    Some(ValidationCode {
        id: item.text("validationId")?,
        organization: item.text("organizationName").unwrap_or_default(),
        max_creates: item.whole("maxCreates"),
        remaining_creates: item.whole("remainingCreates"),
    })
}
