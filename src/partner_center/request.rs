//! Turns each operation into a method, path, query, headers and body. Pure: nothing is sent here.
//! Must not know tokens (they join at the moment of sending) nor how an answer is read.

use serde::Serialize;

use super::{
    address::{NextLink, percent_encoded},
    error::Operation,
    model::{
        AuditPeriod, CustomerId, EducationSegment, QualificationRequest, RequestContract,
        RequestIds, RequestableKind, SearchText,
    },
};

/// A call to make, without what belongs to the moment of sending it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is being done.
    pub operation: Operation,
    /// `GET` or `POST`.
    pub method: Method,
    /// Path and query below the API's version, for example `/customers/all/validations`.
    pub target: String,
    /// Headers that only this call has, such as a continuation token.
    pub own_headers: Vec<(String, String)>,
    /// A JSON body.
    pub body: Option<String>,
}

/// The methods in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads; may be repeated.
    Get,
    /// Changes something; is never repeated blindly.
    Post,
}

impl Request {
    fn get(operation: Operation, target: String) -> Request {
        Request {
            operation,
            method: Method::Get,
            target,
            own_headers: Vec::new(),
            body: None,
        }
    }

    /// All headers of the call (Partner Center docs: headers). The only place where a token goes.
    pub fn headers(&self, bearer: &str, ids: &RequestIds, locale: &str) -> Vec<(String, String)> {
        let always = [
            ("Authorization", format!("Bearer {bearer}")),
            ("Accept", JSON.to_owned()),
            ("MS-RequestId", ids.request.clone()),
            ("MS-CorrelationId", ids.correlation.clone()),
            ("MS-Contract-Version", "v1".to_owned()),
            ("MS-PartnerCenter-Application", "Vetted".to_owned()),
            ("X-Locale", locale.to_owned()),
        ];
        let mut headers: Vec<_> = always
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        if self.body.is_some() {
            headers.push(("Content-Type".to_owned(), JSON.to_owned()));
        }
        for (name, value) in &self.own_headers {
            let mut names = headers.iter().map(|(name, _)| name);
            // A link in an answer may add headers, but not replace the token or the IDs.
            if !names.any(|ours| ours.eq_ignore_ascii_case(name)) {
                headers.push((name.clone(), value.clone()));
            }
        }
        headers
    }
}

const JSON: &str = "application/json";

/// How many customers to ask for at once; the service allows 500.
const PAGE_SIZE: usize = 100;

/// How many audit records to ask for at once: as many as the service's own links do.
const AUDIT_PAGE_SIZE: usize = 500;

/// The fields that a search looks at, one per query (Microsoft's SDK: CustomerSearchField).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum SearchField {
    /// The company's name.
    CompanyName,
    /// The customer's domain.
    Domain,
}

impl SearchField {
    /// Both fields.
    pub const BOTH: [SearchField; 2] = [SearchField::CompanyName, SearchField::Domain];
}

/// Reads one customer (Partner Center docs: get-a-customer-by-id).
pub fn customer(id: CustomerId) -> Request {
    Request::get(Operation::Customer, format!("/customers/{id}"))
}

/// Finds customers whose `field` starts with `text`, in any case; there is no "contains"
/// (Partner Center docs: get-a-customer-by-name).
pub fn search(field: SearchField, text: &SearchText) -> Request {
    let filter = to_json(&Filter {
        field,
        value: text.as_str(),
        operator: "starts_with",
    });
    let filter = percent_encoded(&filter);
    Request::get(
        Operation::Search,
        format!("/customers?size={PAGE_SIZE}&filter={filter}"),
    )
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Filter<'a, F> {
    field: F,
    value: &'a str,
    operator: &'a str,
}

/// Reads one customer, whichever it is: to find out whether that works.
pub fn anybody() -> Request {
    Request::get(Operation::Search, "/customers?size=1".to_owned())
}

/// Reads the page that a link of the page before leads to.
pub fn next_page(link: &NextLink) -> Request {
    Request {
        own_headers: link.headers().to_vec(),
        ..Request::get(Operation::Search, link.target().to_owned())
    }
}

/// Reads a customer's qualifications (Partner Center docs: get-customer-qualification-asynchronous).
pub fn qualifications(id: CustomerId) -> Request {
    Request::get(Operation::Qualifications, qualifications_of(id))
}

/// Reads what was done for a customer on these days. There is no filter for an operation
/// (Partner Center docs: get-a-record-of-partner-center-activity-by-user).
pub fn audit_records(id: CustomerId, period: &AuditPeriod) -> Request {
    let filter = to_json(&Filter {
        field: "CustomerId",
        value: &id.to_string(),
        operator: "equals",
    });
    let (first, last) = (period.first(), period.last());
    let filter = percent_encoded(&filter);
    Request::get(
        Operation::AuditRecords,
        format!(
            "/auditrecords?startDate={first}&endDate={last}&filter={filter}&size={AUDIT_PAGE_SIZE}"
        ),
    )
}

/// Reads the page of audit records that a link of the page before leads to.
pub fn next_audit_records(link: &NextLink) -> Request {
    Request {
        operation: Operation::AuditRecords,
        ..next_page(link)
    }
}

/// Reads the partner's validation codes (Partner Center docs: get-a-partner-s-validation-codes).
pub fn validation_codes() -> Request {
    Request::get(
        Operation::ValidationCodes,
        "/customers/all/validations".to_owned(),
    )
}

/// Reads whether a customer's account may buy (Partner Center docs: retrieve-validation-status).
pub fn account_validation(id: CustomerId) -> Request {
    Request::get(
        Operation::AccountValidation,
        format!("/customers/{id}/validationStatus?type=account"),
    )
}

/// Requests a qualification (Partner Center docs: update-customer-qualification-asynchronous).
pub fn request_qualification(
    contract: RequestContract,
    id: CustomerId,
    wanted: &QualificationRequest,
) -> Request {
    Request {
        operation: Operation::RequestQualification,
        method: Method::Post,
        target: format!("{}{}", qualifications_of(id), code_query(wanted)),
        own_headers: Vec::new(),
        body: Some(body(contract, wanted)),
    }
}

fn qualifications_of(id: CustomerId) -> String {
    format!("/customers/{id}/qualifications")
}

fn code_query(wanted: &QualificationRequest) -> String {
    match wanted {
        QualificationRequest::GovernmentCommunityCloud { code } => {
            format!("?code={}", percent_encoded(code.as_str()))
        }
        _ => String::new(),
    }
}

fn body(contract: RequestContract, wanted: &QualificationRequest) -> String {
    match contract {
        RequestContract::Current => to_json(&CurrentBody::from(wanted)),
        RequestContract::March2021 => to_json(&March2021Body {
            qualification: wire_name(wanted.kind()),
        }),
        RequestContract::December2020 => enum_number(wanted.kind()).to_string(),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CurrentBody<'a> {
    qualification: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    education_segment: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    website: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_code: Option<&'a str>,
}

impl<'a> From<&'a QualificationRequest> for CurrentBody<'a> {
    fn from(wanted: &'a QualificationRequest) -> Self {
        let mut body = CurrentBody {
            qualification: wire_name(wanted.kind()),
            education_segment: None,
            website: None,
            validation_code: None,
        };
        match wanted {
            QualificationRequest::Education { segment, website } => {
                body.education_segment = Some(segment_name(*segment));
                body.website = website.as_ref().map(|website| website.as_str());
            }
            QualificationRequest::GovernmentCommunityCloud { code } => {
                body.validation_code = Some(code.as_str());
            }
            QualificationRequest::StateOwnedEntity => {}
        }
        body
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct March2021Body {
    qualification: &'static str,
}

fn wire_name(kind: RequestableKind) -> &'static str {
    match kind {
        RequestableKind::Education => "Education",
        RequestableKind::GovernmentCommunityCloud => "GovernmentCommunityCloud",
        RequestableKind::StateOwnedEntity => "StateOwnedEntity",
    }
}

/// The values of Microsoft's CustomerQualification enum.
fn enum_number(kind: RequestableKind) -> u8 {
    match kind {
        RequestableKind::Education => 1,
        RequestableKind::GovernmentCommunityCloud => 3,
        RequestableKind::StateOwnedEntity => 4,
    }
}

fn segment_name(segment: EducationSegment) -> &'static str {
    match segment {
        EducationSegment::K12 => "K12",
        EducationSegment::HigherEducation => "HigherEducation",
    }
}

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts and enums without data always become JSON")
}
