//! One customer, what it is qualified for, and the rules by which that changes.
//! Must not know HTTP headers, tokens or paging.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::clock::{Millis, iso_millis, iso_seconds, iso_seven_digits, iso_without_zone};
use crate::faults::Fault;
use crate::random::Random;
use crate::refusal::{Refusal, invented};
use crate::request_body::Wanted;

/// How many times Education may be requested for one customer (Partner Center help: sell-to-education-customers).
pub(crate) const EDUCATION_REQUESTS: u32 = 3;

/// Why Education is denied, as far as documents tell (Partner Center docs: api-change-log, December 2020).
const REASONS: [&str; 7] = [
    "Not an Education Customer",
    "No longer an Education Customer",
    "Not an Education Customer - After Review",
    "Restricted being an Education Customer",
    "Not an Academic Domain",
    "Not an eligible Library",
    "Not an eligible Museum",
];

/// How a vetting will end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// The qualification is granted.
    Approved,
    /// It is not, for this reason, if one is given.
    Denied(Option<String>),
    /// It does not end.
    Never,
}

/// A vetting that is not decided yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    requested_at: Millis,
    decision: Decision,
}

/// One entry of a customer's qualifications.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    qualification: String,
    status: Option<String>,
    reason: Option<String>,
    date: Option<String>,
    /// Whether the date goes by the longer of its two documented names, `vettingCreatedDate`.
    long_date_name: bool,
    pending: Option<Pending>,
}

impl Entry {
    /// The entry as the API writes it; `older` is the form of January 2021, which names the date otherwise.
    fn to_json(&self, older: bool) -> Value {
        let mut out = Map::new();
        let mut put = |name: &str, value: &Option<String>| {
            if let Some(value) = value {
                out.insert(name.to_owned(), value.clone().into());
            }
        };
        put("qualification", &Some(self.qualification.clone()));
        put("vettingStatus", &self.status);
        put("vettingReason", &self.reason);
        put(
            if older || self.long_date_name {
                "vettingCreatedDate"
            } else {
                "vettingCreateDate"
            },
            &self.date,
        );
        Value::Object(out)
    }

    /// Reads an entry of the current shape, and nothing else.
    fn from_json(value: &Value) -> Option<Self> {
        let object = value.as_object()?;
        let mut entry = Self::default();
        for (name, value) in object {
            let value = value.as_str()?.to_owned();
            match name.as_str() {
                "qualification" => entry.qualification = value,
                "vettingStatus" => entry.status = Some(value),
                "vettingReason" => entry.reason = Some(value),
                "vettingCreateDate" | "vettingCreatedDate" if entry.date.is_none() => {
                    entry.date = Some(value);
                    entry.long_date_name = name == "vettingCreatedDate";
                }
                _ => return None,
            }
        }
        (!entry.qualification.is_empty()).then_some(entry)
    }

    fn is(&self, qualification: &str) -> bool {
        self.qualification == qualification
    }

    fn has_status(&self, status: &str) -> bool {
        self.status.as_deref() == Some(status)
    }

    /// Decides the vetting if its time has come.
    fn settle(&mut self, now: Millis, vetting: Millis) {
        let Some(pending) = self
            .pending
            .take_if(|pending| pending.requested_at.saturating_add(vetting) <= now)
        else {
            return;
        };
        let decided_at = pending.requested_at.saturating_add(vetting);
        match pending.decision {
            Decision::Approved => {
                self.status = Some("Approved".to_owned());
                // As in the samples: an approved Education has no date, an approved government customer has one.
                self.date = (!self.is("Education")).then(|| iso_seven_digits(decided_at));
            }
            Decision::Denied(reason) => {
                self.status = Some("Denied".to_owned());
                self.reason = reason;
            }
            Decision::Never => {}
        }
    }
}

/// How the list of qualifications is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A bare array: today's documents.
    #[default]
    Array,
    /// `{"qualifications":[…]}`: documents of January 2021.
    Wrapped,
    /// Exactly this text, whatever it is.
    Raw(String),
}

/// How an accepted request is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Acceptance {
    /// 201 with one object: the page on updating qualifications.
    #[default]
    Created,
    /// 200 with `{"qualifications":[…]}`: the generated reference.
    Wrapped,
    /// 204 without a body.
    Empty,
}

/// Which calls about a customer fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All of them.
    Everything,
    /// Reading the qualifications.
    Reading,
    /// Requesting a qualification.
    Requesting,
}

/// In what a service that is not as tidy as the documents differs. The default does in nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Leniency {
    /// Whether a qualification that is in review or there already can be requested again, which then takes effect again.
    pub(crate) accepts_repeats: bool,
    /// How long a request that took effect does not show when the qualifications are read, in milliseconds.
    pub(crate) list_lag: Millis,
}

/// A customer of the partner.
#[derive(Clone, Debug)]
pub(crate) struct Customer {
    /// The customer's tenant ID.
    pub(crate) id: Uuid,
    /// The company's name.
    pub(crate) name: String,
    /// The name in lower case, for searching.
    pub(crate) name_lower: String,
    /// The tenant's first domain, `something.onmicrosoft.com`.
    pub(crate) domain: String,
    /// The customer's own domain.
    pub(crate) own_domain: String,
    /// Two-letter country code.
    pub(crate) country: String,
    /// What this customer is there to show; only for named ones.
    pub(crate) shows: Option<String>,
    /// Whether delegated access lets the partner see address, e-mail and domains, and request government qualifications.
    pub(crate) delegated_access: bool,
    /// How the qualifications are written.
    pub(crate) shape: Shape,
    /// How an accepted request is answered.
    pub(crate) acceptance: Acceptance,
    /// What always fails, and how.
    pub(crate) fails: Option<(Scope, Fault)>,
    /// Why the first Education request will be denied.
    pub(crate) denied_at_first: Option<String>,
    /// The status of the account (not of any qualification) and when it was set; a customer without one has no record.
    pub(crate) account: Option<(String, Millis)>,
    /// How many times Education was requested.
    pub(crate) education_requests: u32,
    entries: Vec<Entry>,
    /// What reading still shows instead, and until when.
    outdated: Option<(Vec<Entry>, Millis)>,
}

impl Customer {
    /// A customer without qualifications. `slug` is the first label of its domains.
    #[must_use]
    pub(crate) fn new(id: Uuid, name: &str, slug: &str, country: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            name_lower: name.to_lowercase(),
            domain: format!("{slug}.onmicrosoft.com"),
            own_domain: format!("{slug}.example"),
            country: country.to_owned(),
            shows: None,
            delegated_access: true,
            shape: Shape::Array,
            acceptance: Acceptance::Created,
            fails: None,
            denied_at_first: None,
            account: None,
            education_requests: 0,
            entries: Vec::new(),
            outdated: None,
        }
    }

    /// Sets the qualifications to this text. What is of a documented shape keeps changing as requests come; anything
    /// else is given out word for word until a request is accepted.
    pub(crate) fn set_qualifications(&mut self, text: &str) {
        self.outdated = None;
        let value: Value = serde_json::from_str(text).unwrap_or(Value::Null);
        let wrapped = value
            .as_object()
            .filter(|object| object.len() == 1)
            .and_then(|object| object.get("qualifications"));
        let list = wrapped.unwrap_or(&value).as_array();
        let entries: Option<Vec<Entry>> =
            list.and_then(|list| list.iter().map(Entry::from_json).collect());
        self.shape = match (&entries, wrapped) {
            (None, _) => Shape::Raw(text.to_owned()),
            (Some(_), None) => Shape::Array,
            (Some(_), Some(_)) => Shape::Wrapped,
        };
        self.entries = entries.unwrap_or_default();
        self.education_requests = u32::try_from(
            self.entries
                .iter()
                .filter(|entry| entry.is("Education"))
                .count(),
        )
        .unwrap_or(EDUCATION_REQUESTS)
        .min(EDUCATION_REQUESTS - 1);
    }

    /// Decides every vetting whose time has come. `vetting` is how long one takes, in milliseconds.
    pub(crate) fn settle(&mut self, now: Millis, vetting: Millis) {
        self.entries
            .iter_mut()
            .for_each(|entry| entry.settle(now, vetting));
    }

    /// The qualifications as the API writes them; `wrapped` is the form of January 2021.
    #[must_use]
    pub(crate) fn qualifications(&self, wrapped: bool, now: Millis) -> String {
        let entries = match &self.outdated {
            Some((outdated, until)) if now < *until => outdated,
            _ => &self.entries,
        };
        let list: Value = entries.iter().map(|entry| entry.to_json(wrapped)).collect();
        match &self.shape {
            Shape::Raw(text) => text.clone(),
            Shape::Array if !wrapped => list.to_string(),
            Shape::Array | Shape::Wrapped => json!({ "qualifications": list }).to_string(),
        }
    }

    /// The newest entry of this qualification, as reading gives it once it gives it.
    #[must_use]
    pub(crate) fn entry_of(&self, qualification: &str) -> Option<Value> {
        let mut entries = self.entries.iter().rev();
        let entry = entries.find(|entry| entry.is(qualification))?;
        Some(entry.to_json(false))
    }

    /// Asks for a qualification. `Ok` is the new entry as the answer to the request shows it.
    ///
    /// # Errors
    /// The refusal, when the rules of the documents (and where they are silent, of `docs/sandbox.md`) forbid it.
    pub(crate) fn request(
        &mut self,
        wanted: &Wanted,
        now: Millis,
        leniency: Leniency,
    ) -> Result<Value, Refusal> {
        self.check(wanted, leniency)?;
        // What was outdated already stays so; the newer state takes its own time.
        let shown = match self.outdated.take() {
            Some((shown, until)) if now < until => shown,
            _ => self.entries.clone(),
        };
        self.outdated = (leniency.list_lag > 0).then(|| (shown, now + leniency.list_lag));
        let mut entry = Entry {
            qualification: wanted.name().to_owned(),
            ..Entry::default()
        };
        if *wanted != Wanted::StateOwned {
            entry.status = Some("InReview".to_owned());
            entry.date = Some(iso_millis(now));
            entry.pending = Some(Pending {
                requested_at: now,
                decision: self.decision(wanted),
            });
        }
        if matches!(wanted, Wanted::Education { .. }) {
            self.education_requests += 1;
        }
        if let Shape::Raw(_) = self.shape {
            self.shape = Shape::Array;
        }
        self.entries
            .retain(|old| !old.is(wanted.name()) || !old.has_status("Denied"));
        self.entries.push(entry.clone());
        entry.date = entry.date.map(|_| iso_seconds(now));
        Ok(entry.to_json(false))
    }

    /// Who may have what: Partner Center docs get-special-pricing-for-offers, update-customer-qualification-asynchronous.
    fn check(&self, wanted: &Wanted, leniency: Leniency) -> Result<(), Refusal> {
        let name = wanted.name();
        let refuse = |code, description: String| Err(Refusal::new(400, code, description));
        let strict = !leniency.accepts_repeats;
        let same = || {
            self.entries
                .iter()
                .filter(move |entry| strict && entry.is(name))
        };
        if same().any(|entry| entry.has_status("InReview")) {
            return refuse(
                invented::ALREADY_IN_REVIEW,
                format!("A request for {name} is already in review."),
            );
        }
        if same().any(|entry| !entry.has_status("Denied")) {
            return refuse(
                invented::ALREADY_QUALIFIED,
                format!("The customer already has the qualification {name}."),
            );
        }
        let excluded_by = self.entries.iter().find(|entry| match wanted {
            Wanted::Education { .. } => {
                entry.is("GovernmentCommunityCloud") || entry.is("Nonprofit")
            }
            Wanted::Government { .. } => {
                (entry.is("Education") && !entry.has_status("Denied")) || entry.is("Nonprofit")
            }
            Wanted::StateOwned => false,
        });
        if let Some(other) = excluded_by {
            let description = format!(
                "The qualifications {} and {name} cannot be combined.",
                other.qualification
            );
            return refuse(invented::CANNOT_BE_COMBINED, description);
        }
        if strict
            && matches!(wanted, Wanted::Education { .. })
            && self.education_requests >= EDUCATION_REQUESTS
        {
            let description = format!(
                "Education was already requested {EDUCATION_REQUESTS} times for this customer."
            );
            return refuse(invented::TOO_MANY_REQUESTS, description);
        }
        Ok(())
    }

    fn decision(&self, wanted: &Wanted) -> Decision {
        let Wanted::Education { website, .. } = wanted else {
            return Decision::Approved;
        };
        let labels = labels(website.as_deref().unwrap_or_default());
        if let Some(told) = labels.iter().find_map(|label| told_by(label)) {
            return told;
        }
        let Some(reason) = &self.denied_at_first else {
            return Decision::Approved;
        };
        if self.education_requests == 0 {
            return Decision::Denied(Some(reason.clone()));
        }
        // What the sandbox takes for the website of a school.
        match labels.iter().any(|label| label == "edu") {
            true => Decision::Approved,
            false => Decision::Denied(Some(REASONS[2].to_owned())),
        }
    }

    /// What is in review and will be decided, and when, if vetting takes that long.
    pub(crate) fn under_way(&self, vetting: Millis) -> impl Iterator<Item = (&str, Millis)> {
        self.entries.iter().filter_map(move |entry| {
            let pending = entry.pending.as_ref()?;
            let decided = pending.requested_at.saturating_add(vetting);
            (pending.decision != Decision::Never).then_some((entry.qualification.as_str(), decided))
        })
    }

    /// The status of the account (Partner Center docs: retrieve-validation-status).
    #[must_use]
    pub(crate) fn account_status(&self) -> Option<Value> {
        let (status, at) = self.account.as_ref()?;
        let at = iso_without_zone(*at);
        Some(json!({ "type": "account", "status": status, "lastUpdateDateTime": at }))
    }

    /// The customer as lists show it (Partner Center docs: get-a-list-of-customers).
    #[must_use]
    pub(crate) fn in_list(&self) -> Value {
        let id = self.id.to_string();
        json!({
            "id": id,
            "companyProfile": {
                "tenantId": id,
                "domain": self.domain,
                "companyName": self.name,
                "links": self_link(&format!("/customers/{id}/profiles/company")),
                "attributes": { "objectType": "CustomerCompanyProfile" },
            },
            "relationshipToPartner": "reseller",
            "links": self_link(&format!("/customers/{id}")),
            "attributes": { "objectType": "Customer" },
        })
    }

    /// The customer in full (Partner Center docs: get-a-customer-by-id). Without delegated access the fields that need
    /// it are absent (Partner Center docs: dap-api-impact).
    #[must_use]
    pub(crate) fn in_full(&self) -> Value {
        let id = self.id.to_string();
        // The rest of the profile is made up from the ID, so that it is the same every time.
        let mut random = Random::new(self.id.as_u128() as u64);
        let (first, last) = (random.pick(FIRST_NAMES), random.pick(LAST_NAMES));
        let (city, street) = (random.pick(CITIES), random.pick(STREETS));
        let number = random.below(180) + 1;
        let street = format!("{number} {street}");
        let postal_code = format!("{:05}", random.below(90_000) + 10_000);
        let phone = format!("555{:07}", random.below(10_000_000));
        let mut customer = self.in_list();
        customer["commerceId"] = random.guid().to_string().into();
        customer["companyProfile"]["organizationRegistrationNumber"] = "".into();
        customer["billingProfile"] = json!({
            "id": random.guid().to_string(),
            "firstName": first,
            "lastName": last,
            "email": format!("billing@{}", self.own_domain),
            "culture": "en-US",
            "language": "en",
            "companyName": self.name,
            "defaultAddress": {
                "country": self.country, "city": city, "state": "", "addressLine1": street,
                "postalCode": postal_code, "firstName": first, "lastName": last, "phoneNumber": phone,
            },
            "links": self_link(&format!("/customers/{id}/profiles/billing")),
            "attributes": { "etag": format!("-{}", random.next_u64() >> 2), "objectType": "CustomerBillingProfile" },
        });
        customer["allowDelegatedAccess"] = self.delegated_access.into();
        if self.delegated_access {
            customer["customDomains"] = json!([self.own_domain]);
            customer["companyProfile"]["email"] = format!("office@{}", self.own_domain).into();
            customer["companyProfile"]["address"] = json!({
                "country": self.country, "region": "", "city": city, "addressLine1": street,
                "postalCode": postal_code, "phoneNumber": phone,
            });
        }
        customer
    }
}

/// The labels of a website's host, in lower case.
fn labels(website: &str) -> Vec<String> {
    let rest = website.split_once("://").map_or(website, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    host.split('.').map(str::to_lowercase).collect()
}

/// How a vetting ends if the website's host has this label: a reason with hyphens for all else than letters, or one of the
/// words of `docs/sandbox.md`.
fn told_by(label: &str) -> Option<Decision> {
    let hyphened = |reason: &str| {
        let words = reason.split(|c: char| !c.is_ascii_alphanumeric());
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        words.join("-").to_lowercase()
    };
    let reason = REASONS.into_iter().find(|reason| hyphened(reason) == label);
    match label {
        "never-decided" => Some(Decision::Never),
        "denied-without-a-reason" => Some(Decision::Denied(None)),
        "denied-for-another-reason" => Some(Decision::Denied(Some(
            "The moon was in the wrong house".to_owned(),
        ))),
        _ => reason.map(|reason| Decision::Denied(Some(reason.to_owned()))),
    }
}

fn self_link(uri: &str) -> Value {
    json!({ "self": { "uri": uri, "method": "GET", "headers": [] } })
}

const FIRST_NAMES: &[&str] = &[
    "Aiko", "Bram", "Chidi", "Dana", "Eszter", "Farah", "Goran", "Hilde", "Ines", "Jan",
];
const LAST_NAMES: &[&str] = &[
    "Almeida", "Bergman", "Czerny", "Demir", "Eriksen", "Fodor", "Garnier", "Horvat",
];
const CITIES: &[&str] = &[
    "Aldermoor",
    "Brackwater",
    "Correnby",
    "Dunhollow",
    "Estmere",
    "Farrowdale",
    "Greyhaven",
];
const STREETS: &[&str] = &[
    "Example Way",
    "Library Lane",
    "Orchard Street",
    "Station Road",
    "Harbour Square",
];

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const TIDY: Leniency = Leniency {
        accepts_repeats: false,
        list_lag: 0,
    };

    fn customer(qualifications: &str) -> Customer {
        let mut customer = Customer::new(Uuid::from_u128(1), "North School", "northschool", "US");
        customer.set_qualifications(qualifications);
        customer
    }

    fn education(website: Option<&str>) -> Wanted {
        Wanted::Education {
            segment: Some("K12".into()),
            website: website.map(str::to_owned),
        }
    }

    fn government() -> Wanted {
        Wanted::Government { code: "1".into() }
    }

    fn json_of(customer: &Customer) -> Value {
        serde_json::from_str(&customer.qualifications(false, 0)).unwrap()
    }

    #[test]
    fn education_goes_from_in_review_to_approved_when_its_time_has_come() {
        let mut school = customer("[]");
        let answer = school
            .request(&education(None), 1_709_635_058_885, TIDY)
            .unwrap();
        let in_review = json!({"qualification": "Education", "vettingStatus": "InReview", "vettingCreateDate": "2024-03-05T10:37:38Z"});
        assert_eq!(answer, in_review);
        school.settle(1_709_635_058_885 + 19_999, 20_000);
        assert_eq!(json_of(&school)[0]["vettingStatus"], "InReview");
        school.settle(1_709_635_058_885 + 20_000, 20_000);
        assert_eq!(
            json_of(&school),
            json!([{"qualification": "Education", "vettingStatus": "Approved"}])
        );
    }

    #[test]
    fn a_denied_customer_is_approved_once_its_website_is_that_of_a_school() {
        let mut school = customer("[]");
        school.denied_at_first = Some("Not an Academic Domain".into());
        school
            .request(&education(Some("northschool.edu")), 0, TIDY)
            .unwrap();
        school.settle(10, 10);
        assert_eq!(
            json_of(&school)[0]["vettingReason"],
            "Not an Academic Domain"
        );
        school
            .request(&education(Some("northschool.example")), 20, TIDY)
            .unwrap();
        school.settle(30, 10);
        assert_eq!(
            json_of(&school)[0]["vettingReason"],
            "Not an Education Customer - After Review"
        );
        school
            .request(
                &education(Some("https://www.northschool.edu.example/about")),
                40,
                TIDY,
            )
            .unwrap();
        school.settle(50, 10);
        assert_eq!(
            json_of(&school),
            json!([{"qualification": "Education", "vettingStatus": "Approved"}])
        );
    }

    #[test]
    fn the_fourth_education_request_is_refused() {
        let mut school = customer("[]");
        school.denied_at_first = Some("Not an Education Customer".into());
        for at in 0..3 {
            school.request(&education(None), at * 10, TIDY).unwrap();
            school.settle(at * 10 + 10, 10);
        }
        assert_eq!(
            school
                .request(&education(None), 100, TIDY)
                .unwrap_err()
                .code,
            invented::TOO_MANY_REQUESTS
        );
    }

    #[test]
    fn a_state_owned_entity_has_effect_at_once_and_no_vetting() {
        let mut customer =
            customer(r#"[{"qualification":"Education","vettingStatus":"InReview"}]"#);
        assert_eq!(
            customer.request(&Wanted::StateOwned, 0, TIDY).unwrap(),
            json!({"qualification": "StateOwnedEntity"})
        );
        assert_eq!(
            json_of(&customer)[1],
            json!({"qualification": "StateOwnedEntity"})
        );
        assert_eq!(
            customer
                .request(&Wanted::StateOwned, 0, TIDY)
                .unwrap_err()
                .code,
            invented::ALREADY_QUALIFIED
        );
    }

    #[test]
    fn every_pair_of_present_and_requested_is_allowed_or_refused_as_the_table_says() {
        const EDUCATION_APPROVED: &str =
            r#"[{"qualification":"Education","vettingStatus":"Approved"}]"#;
        const EDUCATION_IN_REVIEW: &str =
            r#"[{"qualification":"Education","vettingStatus":"InReview"}]"#;
        const EDUCATION_DENIED: &str =
            r#"[{"qualification":"Education","vettingStatus":"Denied"}]"#;
        const GOVERNMENT_APPROVED: &str =
            r#"[{"qualification":"GovernmentCommunityCloud","vettingStatus":"Approved"}]"#;
        const GOVERNMENT_DENIED: &str =
            r#"[{"qualification":"GovernmentCommunityCloud","vettingStatus":"Denied"}]"#;
        const STATE_OWNED: &str = r#"[{"qualification":"StateOwnedEntity"}]"#;
        const NONPROFIT: &str = r#"[{"qualification":"Nonprofit","vettingStatus":"Approved"}]"#;
        let (combined, review, have) = (
            Some(invented::CANNOT_BE_COMBINED),
            Some(invented::ALREADY_IN_REVIEW),
            Some(invented::ALREADY_QUALIFIED),
        );
        let table = [
            ("[]", [None, None, None]),
            (EDUCATION_IN_REVIEW, [review, combined, None]),
            (EDUCATION_APPROVED, [have, combined, None]),
            (EDUCATION_DENIED, [None, None, None]),
            (GOVERNMENT_APPROVED, [combined, have, None]),
            (GOVERNMENT_DENIED, [combined, None, None]),
            (STATE_OWNED, [None, None, have]),
            (NONPROFIT, [combined, combined, None]),
        ];
        for (present, expected) in table {
            let got = [education(None), government(), Wanted::StateOwned].map(|wanted| {
                customer(present)
                    .request(&wanted, 0, TIDY)
                    .err()
                    .map(|refusal| refusal.code)
            });
            assert_eq!(got, expected, "{present}");
        }
    }

    #[test]
    fn text_of_no_documented_shape_is_given_out_word_for_word() {
        let odd = r#"{ "Qualification": "Education" }"#;
        assert_eq!(customer(odd).qualifications(false, 0), odd);
        assert_eq!(customer("not json").qualifications(true, 0), "not json");
        let wrapped = r#"{"qualifications":[{"qualification":"StateOwnedEntity"}]}"#;
        assert_eq!(customer(wrapped).qualifications(false, 0), wrapped);
    }

    #[test]
    fn without_delegated_access_the_details_are_absent() {
        let mut customer = customer("[]");
        assert!(
            customer.in_full()["companyProfile"]
                .get("address")
                .is_some()
        );
        customer.delegated_access = false;
        let full = customer.in_full();
        assert!(full.get("customDomains").is_none());
        assert!(
            full["companyProfile"].get("address").is_none()
                && full["companyProfile"].get("email").is_none()
        );
    }

    #[test]
    fn what_took_effect_shows_only_after_the_lag() {
        let mut school = customer("[]");
        let late = Leniency {
            list_lag: 50,
            ..TIDY
        };
        school.request(&education(None), 100, late).unwrap();
        assert_eq!(school.qualifications(false, 149), "[]");
        assert!(school.qualifications(false, 150).contains("InReview"));
        let refused = school.request(&education(None), 120, late).unwrap_err();
        assert_eq!(refused.code, invented::ALREADY_IN_REVIEW);
    }

    #[test]
    fn a_repeat_takes_effect_again_where_repeats_are_accepted() {
        let mut school = customer("[]");
        let careless = Leniency {
            accepts_repeats: true,
            ..TIDY
        };
        for at in 0..5 {
            school.request(&education(None), at, careless).unwrap();
        }
        let text = school.qualifications(false, 9);
        assert_eq!(text.matches("InReview").count(), 5, "{text}");
    }
}
