//! What speaks against a request before it is sent, from what the service gives about the customer. Pure.
//! Must not know the form, nor how a finding is worded.
//!
//! What Microsoft vets for Education, and that three requests are all a customer has: Partner Center docs,
//! sell-to-education-customers.

mod hosts;
mod names;

use hosts::Likeness;

use super::model::{
    Address, Availability, Blocker, Caution, Customer, GccCode, QualificationRequest,
    Qualifications, RequestableKind, ValidationCode, Website, availability,
};

/// What is to be asked for.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// Which qualification.
    pub kind: RequestableKind,
    /// The institution's website, for Education.
    pub website: Option<&'a Website>,
    /// The validation code, for Government Community Cloud.
    pub code: Option<&'a GccCode>,
}

impl<'a> From<&'a QualificationRequest> for Plan<'a> {
    fn from(request: &'a QualificationRequest) -> Self {
        let (website, code) = match request {
            QualificationRequest::Education { website, .. } => (website.as_ref(), None),
            QualificationRequest::GovernmentCommunityCloud { code } => (None, Some(code)),
            QualificationRequest::StateOwnedEntity => (None, None),
        };
        Plan {
            kind: request.kind(),
            website,
            code,
        }
    }
}

/// What was read from the service; `None` is what could not be read, or not yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// The customer, read by ID: a list says too little.
    pub customer: Option<&'a Customer>,
    /// What the customer has.
    pub qualifications: Option<&'a Qualifications>,
    /// The partner's validation codes.
    pub codes: Option<&'a [ValidationCode]>,
    /// Whether all requests for Education that Microsoft verifies for the customer are used, as far as known.
    pub used_up: Option<bool>,
    /// Whether Education was last denied for a reason after which another request alone changes nothing. The service may
    /// show that no more.
    pub denied_for_good: bool,
}

/// What came of it: what was found, and how far to trust that nothing else was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Precheck {
    /// What speaks against the request, blockers first.
    pub findings: Vec<Finding>,
    /// What was looked at.
    pub looked_at: Vec<Point>,
    /// What would have been looked at, had the service given it. The address, e-mail address and own domains need
    /// delegated rights in the customer.
    pub not_looked_at: Vec<Point>,
}

/// Something to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Point {
    /// Whether what the customer has excludes what is wanted.
    Conflicts,
    /// Whether the validation code is used up.
    Code,
    /// How often Education was requested.
    Requests,
    /// Whether there is a website.
    Website,
    /// Whether the website belongs to the customer's own domains.
    Domains,
    /// The legal name.
    Name,
    /// The e-mail address.
    Email,
    /// The postal address.
    Address,
}

/// Something that speaks against the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// What the customer has excludes what is wanted.
    Conflict(Blocker),
    /// No customer is left for the validation code.
    CodeUsedUp,
    /// All requests that Microsoft verifies are used.
    RequestsUsedUp,
    /// It was denied for a reason after which another request alone changes nothing.
    DeniedForGood,
    /// What the customer has may exclude what is wanted; no document says.
    Uncertain(Caution),
    /// Without a website vetting takes longer.
    WebsiteMissing,
    /// The website's host belongs to none of the customer's own domains.
    WebsiteElsewhere {
        /// The host of the website.
        host: String,
        /// The customer's own domains; empty where the host is one that no website of an institution has.
        domains: Vec<String>,
    },
    /// The legal name looks like one that was typed to fill a field.
    NamePlaceholder,
    /// The e-mail address is one that anybody can have.
    EmailFree {
        /// The part after the `@`.
        domain: String,
    },
    /// The e-mail address is one of Microsoft's own, from before a customer has a domain.
    EmailOfTenant {
        /// The part after the `@`.
        domain: String,
    },
    /// The postal address lacks these parts.
    AddressIncomplete(Vec<AddressPart>),
}

/// A part of a postal address that vetting needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressPart {
    /// Street and number.
    Street,
    /// Town or city.
    City,
    /// Postal code, in a country that has them.
    PostalCode,
    /// Country.
    Country,
}

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The service is expected to refuse the request: it is not sent.
    Blocker,
    /// Microsoft is not expected to verify the request: support comes first, and whoever sends it all the same says so.
    Support,
    /// The request may be spent for nothing: whoever knows better sends it.
    Warning,
}

impl Finding {
    /// How much it weighs.
    pub fn severity(&self) -> Severity {
        match self {
            Finding::Conflict(_) | Finding::CodeUsedUp => Severity::Blocker,
            Finding::RequestsUsedUp | Finding::DeniedForGood => Severity::Support,
            _ => Severity::Warning,
        }
    }
}

impl Precheck {
    /// Whether anything found stops the request.
    pub fn stops(&self) -> bool {
        self.weighs(Severity::Blocker)
    }

    /// Whether support comes first.
    pub fn asks_for_support(&self) -> bool {
        self.weighs(Severity::Support)
    }

    fn weighs(&self, severity: Severity) -> bool {
        let mut findings = self.findings.iter();
        findings.any(|finding| finding.severity() == severity)
    }

    /// Notes what looking at something gave; `None` where it could not be looked at.
    fn note(&mut self, point: Point, looked: Option<Option<Finding>>) {
        match looked {
            Some(found) => {
                self.looked_at.push(point);
                self.findings.extend(found);
            }
            None => self.not_looked_at.push(point),
        }
    }
}

/// Looks at everything that the kind wanted makes worth looking at.
pub fn precheck(plan: &Plan, known: &Known) -> Precheck {
    let mut result = Precheck::default();
    let has = known.qualifications;
    result.note(Point::Conflicts, has.map(|has| conflict(has, plan.kind)));
    match plan.kind {
        RequestableKind::Education => {
            let last_word = known.denied_for_good.then_some(Finding::DeniedForGood);
            result.findings.extend(last_word);
            let used_up = known.used_up;
            let requests = used_up.map(|used_up| used_up.then_some(Finding::RequestsUsedUp));
            result.note(Point::Requests, requests);
            education(&mut result, plan.website, known.customer);
        }
        RequestableKind::GovernmentCommunityCloud => {
            if let Some(code) = plan.code {
                result.note(Point::Code, code_left(code, known.codes));
            }
        }
        RequestableKind::StateOwnedEntity => {}
    }
    result.findings.sort_by_key(Finding::severity);
    result
}

fn conflict(has: &Qualifications, wanted: RequestableKind) -> Option<Finding> {
    match availability(has, &wanted) {
        Availability::Allowed => None,
        Availability::AllowedWithWarning(caution) => Some(Finding::Uncertain(caution)),
        Availability::Blocked(blocker) => Some(Finding::Conflict(blocker)),
    }
}

/// A code that is not listed has no counter to look at.
fn code_left(code: &GccCode, codes: Option<&[ValidationCode]>) -> Option<Option<Finding>> {
    let listed = codes?.iter().find(|listed| listed.id == code.as_str())?;
    Some(listed.used_up().then_some(Finding::CodeUsedUp))
}

fn education(result: &mut Precheck, website: Option<&Website>, customer: Option<&Customer>) {
    match website {
        None => result.note(Point::Website, Some(Some(Finding::WebsiteMissing))),
        Some(website) => {
            result.note(Point::Website, Some(None));
            result.note(Point::Domains, domains(website, customer));
        }
    }
    result.note(Point::Name, customer.and_then(name));
    let email = customer.and_then(|customer| customer.email.as_deref());
    result.note(Point::Email, email.and_then(mail));
    let address = customer.and_then(|customer| customer.address.as_ref());
    result.note(Point::Address, address.map(missing_parts));
}

fn domains(website: &Website, customer: Option<&Customer>) -> Option<Option<Finding>> {
    let host = website.host();
    let elsewhere = |domains| Finding::WebsiteElsewhere {
        host: host.to_owned(),
        domains,
    };
    if hosts::is_of_tenant(host) {
        return Some(Some(elsewhere(Vec::new())));
    }
    let customer = customer?;
    let all = customer.domain.iter().chain(&customer.custom_domains);
    let mut own: Vec<_> = all
        .filter(|domain| !hosts::is_of_tenant(domain))
        .cloned()
        .collect();
    own.dedup();
    match hosts::likeness(host, &own) {
        Likeness::Alike => Some(None),
        Likeness::Unlike => Some(Some(elsewhere(own))),
        Likeness::Incomparable => None,
    }
}

/// Where the service gives no name, the domain or the ID stands in its place.
fn name(customer: &Customer) -> Option<Option<Finding>> {
    let name = &customer.company_name;
    if customer.domain.as_ref() == Some(name) || *name == customer.id.to_string() {
        return None;
    }
    Some(names::is_placeholder(name).then_some(Finding::NamePlaceholder))
}

fn mail(address: &str) -> Option<Option<Finding>> {
    let (_, domain) = address.trim().rsplit_once('@')?;
    let domain = domain.to_lowercase();
    if hosts::is_of_tenant(&domain) {
        return Some(Some(Finding::EmailOfTenant { domain }));
    }
    Some(hosts::is_free_mail(&domain).then_some(Finding::EmailFree { domain }))
}

fn missing_parts(address: &Address) -> Option<Finding> {
    let country = address.country.as_deref().unwrap_or_default();
    let needs_code = !WITHOUT_POSTAL_CODES.contains(&country.trim().to_uppercase().as_str());
    let street = address.line1.as_ref().or(address.line2.as_ref());
    let parts = [
        (AddressPart::Street, street.is_none()),
        (AddressPart::City, address.city.is_none()),
        (
            AddressPart::PostalCode,
            address.postal_code.is_none() && needs_code,
        ),
        (AddressPart::Country, address.country.is_none()),
    ];
    let missing = parts.into_iter().filter(|(_, missing)| *missing);
    let missing: Vec<_> = missing.map(|(part, _)| part).collect();
    (!missing.is_empty()).then_some(Finding::AddressIncomplete(missing))
}

/// Countries and regions where letters find their way without a code: nobody is warned of what there cannot be. The list
/// need not be complete; a warning too many can be passed.
const WITHOUT_POSTAL_CODES: [&str; 18] = [
    "AE", "AO", "BS", "BW", "BZ", "FJ", "GM", "HK", "MO", "QA", "RW", "SC", "SR", "TO", "UG", "VU",
    "YE", "ZW",
];
