//! The named customers: one for everything the documents say a customer may look like, and one for each failure.
//! Must not know how requests are answered.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::{DAY, Millis, iso_millis};
use crate::customers::{Acceptance, Customer, Scope};
use crate::faults::Fault;
use crate::history;

/// What is special about a named customer, apart from its qualifications.
#[derive(Clone, Copy)]
enum Trait {
    NoDetails,
    DeniedAtFirst(&'static str),
    Answers(Acceptance),
    Fails(Scope, &'static str),
    /// The status of the account, and how many days ago it was set.
    Account(&'static str, i64),
}

use Trait::{Account, Answers, DeniedAtFirst, Fails, NoDetails};

/// Number (the end of the ID), name, first label of the domains, country, qualifications (with `REQUESTED` for the time of
/// the newest request in `history.rs`), traits, what it shows.
type Row = (
    u16,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [Trait],
    &'static str,
);

/// The ID of the named customer with this number; `docs/sandbox.md` lists them.
#[must_use]
pub fn id(number: u16) -> Uuid {
    // Read as decimal digits, so that number 12 ends in 012.
    let digits = u128::from(number / 100 * 256 + number / 10 % 10 * 16 + number % 10);
    Uuid::from_u128(0x5eed_0000_0000_4000_8000_0000_0000_0000 + digits)
}

const EDUCATION_APPROVED: &str = r#"[{"qualification":"Education","vettingStatus":"Approved"}]"#;

const IN_REVIEW: &str =
    r#"[{"qualification":"Education","vettingStatus":"InReview","vettingCreateDate":"REQUESTED"}]"#;

#[rustfmt::skip] // a table, one customer after the other
const ROWS: &[Row] = &[
    // The main job.
    (1, "Northfield Primary School", "northfieldprimary", "US", "[]", &[], "Nothing yet; a request for Education is approved"),
    (2, "Northgate College", "northgatecollege", "GB", "[]", &[DeniedAtFirst("Not an Education Customer")],
        "Nothing yet; the first request for Education is denied, a later one is approved if the website has the label edu (northgatecollege.edu)"),
    (3, "Northwick City Council", "northwickcouncil", "US", "[]", &[], "Nothing yet; for government and state-owned requests"),
    (4, "Northshore Energy", "northshoreenergy", "NO", r#"[{"qualification":"StateOwnedEntity"}]"#, &[], "State-owned entity only"),
    (5, "Northern Lights Academy", "northernlights", "NO",
        r#"[{"qualification":"Education","vettingStatus":"InReview","vettingCreateDate":"2026-03-05T10:37:38.885Z"}]"#, &[],
        "Education in review for ever; vettingCreateDate with milliseconds"),
    (6, "Northbank University", "northbankuniversity", "US", EDUCATION_APPROVED, &[], "Education approved, without a date"),
    (7, "Northmoor High School", "northmoorhigh", "GB",
        r#"[{"qualification":"Education","vettingStatus":"Denied","vettingReason":"Not an Education Customer","vettingCreateDate":"REQUESTED"}]"#,
        &[DeniedAtFirst("Not an Education Customer")], "Education denied: Not an Education Customer; resubmit with the website northmoorhigh.edu to be approved"),
    // Denied, each documented reason.
    (11, "Westburrow Training Centre", "westburrowtraining", "IE",
        r#"[{"qualification":"Education","vettingStatus":"Denied","vettingReason":"No longer an Education Customer","vettingCreatedDate":"2026-01-15T08:00:00Z"}]"#,
        &[], "Education denied: No longer an Education Customer"),
    (12, "Westcrag Institute", "westcraginstitute", "US",
        r#"[{"qualification":"Education","vettingStatus":"Denied","vettingReason":"Not an Education Customer - After Review","vettingCreatedDate":"REQUESTED"}]"#,
        &[], "Education denied after review, all three requests used: a further one is refused"),
    (13, "Westdale Tutoring", "westdaletutoring", "US",
        r#"[{"qualification":"Education","vettingStatus":"Denied","vettingReason":"Restricted being an Education Customer","vettingCreatedDate":"2026-01-17T08:00:00Z"}]"#,
        &[], "Education denied: Restricted being an Education Customer"),
    (14, "Westerly Language School", "westerlylanguages", "DE",
        r#"[{"qualification":"Education","vettingStatus":"Denied","vettingReason":"Not an Academic Domain","vettingCreatedDate":"2026-01-18T08:00:00Z"}]"#,
        &[DeniedAtFirst("Not an Academic Domain")], "Education denied: Not an Academic Domain"),
    (15, "Westmoss Public Library", "westmosslibrary", "US",
        r#"[{"qualification":"Education","vettingStatus":"Denied","vettingReason":"Not an eligible Library","vettingCreatedDate":"2026-01-19T08:00:00Z"}]"#,
        &[], "Education denied: Not an eligible Library"),
    (16, "Westhaven Museum", "westhavenmuseum", "SE",
        r#"[{"qualification":"Education","vettingStatus":"Denied","vettingReason":"Not an eligible Museum","vettingCreatedDate":"2026-01-20T08:00:00Z"}]"#,
        &[], "Education denied: Not an eligible Museum"),
    (17, "Westbeck Driving School", "westbeckdriving", "US",
        r#"[{"qualification":"Education","vettingStatus":"Denied","vettingReason":"The moon was in the wrong house","vettingCreatedDate":"2026-01-21T08:00:00Z"}]"#,
        &[], "Education denied for a reason that no document lists"),
    (18, "Westpier Academy", "westpieracademy", "US",
        r#"[{"qualification":"Education","vettingStatus":"Denied","vettingCreatedDate":"2026-01-22T08:00:00Z"}]"#,
        &[], "Education denied without a reason"),
    // Government, state-owned, nonprofit, and combinations.
    (21, "Eastmarsh County", "eastmarshcounty", "US",
        r#"[{"qualification":"GovernmentCommunityCloud","vettingStatus":"Approved","vettingCreateDate":"2026-05-06T19:59:56.6832021+00:00"}]"#,
        &[], "Government approved, date with seven digits and an offset"),
    (22, "Eastdale Water Authority", "eastdalewater", "US",
        r#"[{"qualification":"GovernmentCommunityCloud","vettingStatus":"Approved","vettingCreateDate":"2026-05-06T19:59:56.6832021+00:00"},{"qualification":"StateOwnedEntity"}]"#,
        &[], "Government approved and state-owned entity"),
    (23, "Eastfield State University", "eastfieldstate", "TR",
        r#"[{"qualification":"Education","vettingStatus":"Approved"},{"qualification":"StateOwnedEntity"}]"#, &[],
        "Education approved and state-owned entity"),
    (24, "Eastgate Relief Fund", "eastgaterelief", "CH", r#"[{"qualification":"Nonprofit","vettingStatus":"Approved"}]"#, &[], "Nonprofit"),
    (25, "Eastholm Fire Brigade", "eastholmfire", "US",
        r#"[{"qualification":"GovernmentCommunityCloud","vettingStatus":"Denied","vettingCreateDate":"2026-02-01T09:30:00Z"}]"#, &[],
        "Government denied"),
    (26, "Eastholt Police", "eastholtpolice", "US",
        r#"[{"qualification":"GovernmentCommunityCloud","vettingStatus":"InReview","vettingCreateDate":"2026-02-01T09:30:00Z"}]"#, &[],
        "Government in review for ever"),
    (27, "Eastpoint Railways", "eastpointrailways", "PL",
        r#"[{"qualification":"Education","vettingStatus":"InReview","vettingCreateDate":"2026-02-01T09:30:00Z"},{"qualification":"StateOwnedEntity"}]"#, &[],
        "Education in review and state-owned entity"),
    // Spellings and shapes.
    (31, "Southallow School: long date name", "southallowlong", "GB",
        r#"[{"qualification":"Education","vettingStatus":"InReview","vettingCreatedDate":"2026-03-05T10:37:38.885Z"}]"#, &[],
        "The date is called vettingCreatedDate"),
    (32, "Southamber School: no fraction", "southamberplain", "GB",
        r#"[{"qualification":"Education","vettingStatus":"InReview","vettingCreateDate":"2026-03-05T20:54:24Z"}]"#, &[],
        "A date without fractions of a second"),
    (33, "Southbarrow School: seven digits", "southbarrowseven", "GB",
        r#"[{"qualification":"Education","vettingStatus":"InReview","vettingCreateDate":"2026-03-05T19:59:56.6832021+00:00"}]"#, &[],
        "A date with seven digits and an offset"),
    (34, "Southdown School: ambiguous date", "southdownambiguous", "GB",
        r#"[{"qualification":"Education","vettingStatus":"InReview","vettingCreatedDate":"07/09/2020: 00:00:00"}]"#, &[],
        "The date form of the change log, which may be July or September"),
    (35, "Southerby School: no zone", "southerbynozone", "GB",
        r#"[{"qualification":"Education","vettingStatus":"InReview","vettingCreateDate":"2026-03-05T10:37:38"}]"#, &[],
        "A date without a zone"),
    (36, "Southern College: wrapped", "southernwrapped", "HU",
        r#"{"qualifications":[{"qualification":"Education","vettingStatus":"Approved"}]}"#, &[],
        "The list inside an object, as in January 2021"),
    (37, "Southfield College: single object", "southfieldsingle", "PL",
        r#"{"Qualification":"Education","VettingStatus":"Denied","VettingReason":"Not an education customer","VettingCreatedDate":"07/09/2020: 00:00:00"}"#, &[],
        "One object with capital letters, as in the change log"),
    (38, "Southgarth College: None", "southgarthnone", "US", r#"[{"qualification":"None"}]"#, &[], "No qualification, written as None"),
    (39, "Southlands College: snake case", "southlandssnake", "US",
        r#"[{"qualification":"government_community_cloud","vettingStatus":"Approved"}]"#, &[], "Spelling of the SDK's converter"),
    (40, "Southmead College: number", "southmeadnumber", "US", r#"[{"qualification":1,"vettingStatus":"Approved"}]"#, &[], "The qualification as a number"),
    (41, "Southpier College: unknown qualification", "southpierunknown", "US",
        r#"[{"qualification":"HealthCare","vettingStatus":"Approved","vettingCreateDate":"2026-03-05T10:37:38Z"}]"#, &[],
        "A qualification no document knows"),
    (42, "Southstrand College: unknown status", "southstrandstatus", "US",
        r#"[{"qualification":"Education","vettingStatus":"PendingDocuments","vettingCreateDate":"2026-03-05T10:37:38Z"}]"#, &[],
        "A status no document knows"),
    (43, "Southview College: no status", "southviewnostatus", "US", r#"[{"qualification":"Education"}]"#, &[], "Education without a status"),
    (44, "Southwarden College: twice", "southwardentwice", "GB",
        r#"[{"qualification":"Education","vettingStatus":"Denied","vettingReason":"Not an Academic Domain","vettingCreateDate":"2026-01-10T10:00:00Z"},{"qualification":"Education","vettingStatus":"InReview","vettingCreateDate":"2026-02-10T10:00:00Z"}]"#, &[],
        "Education twice: denied first, in review since"),
    (45, "Southwharf College: extra fields", "southwharfextra", "GB",
        r#"[{"qualification":"Education","vettingStatus":"Approved","vettingScore":0.93,"attributes":{"objectType":"CustomerQualification"}}]"#, &[],
        "Fields no document knows"),
    (46, "Southwillow College: comments", "southwillowcomments", "GB",
        "[\n  {\n    \"qualification\": \"Education\",\n    \"vettingStatus\": \"Approved\", // an example\n  }\n]", &[],
        "Not JSON: a comment and a trailing comma, as in the documents"),
    (47, "Southyard College: empty object", "southyardempty", "GB", "{}", &[], "An empty object"),
    (48, "Southcott College: null", "southcottnull", "GB", "null", &[], "null"),
    // Names and profiles.
    (51, "مدرسة الواحة الثانوية", "oasisschool", "AE", EDUCATION_APPROVED, &[], "A right-to-left name"),
    (52, "The Honourable Company of Master Instructors, Lecturers, Readers, Demonstrators and Examiners of the Combined Grammar, Technical, Agricultural and Maritime Schools of the Upper and Lower Valleys, the Outer Islands and the Free Port, Incorporated by Charter (Education Division)",
        "verylongname", "GB", EDUCATION_APPROVED, &[], "A very long name"),
    (53, "<b>Bold</b> & <script>alert(\"School\")</script>", "htmlschool", "US", EDUCATION_APPROVED, &[], "A name that looks like HTML"),
    (54, "🎓 Sunrise Kindergarten 🌻", "sunrisekindergarten", "JP", "[]", &[], "A name with emoji"),
    (55, "\"Quote\" \\ O'Brien's School", "quoteschool", "IE", "[]", &[], "A name with quotes and a backslash"),
    (56, "No Details School", "nodetails", "FR", "[]", &[NoDetails], "Without delegated access: no address, e-mail or domains; government requests are refused with 403"),
    (57, "100% Plus+ School", "plusschool", "US", "[]", &[], "A name with % and +"),
    (58, "Árvíztűrő Általános Iskola", "arvizturo", "HU", "[]", &[], "A name with accents"),
    // Answers to requests.
    (61, "Answering School: 200 wrapped", "answerwrapped", "US", "[]", &[Answers(Acceptance::Wrapped)], "A request is answered with 200 and a list"),
    (62, "Answering School: 204 empty", "answerempty", "US", "[]", &[Answers(Acceptance::Empty)], "A request is answered with 204 and no body"),
    // Failures.
    (71, "Failing: gone (404)", "failgone", "US", "[]", &[Fails(Scope::Everything, "not-found")], "Every call: 404, code 60003"),
    (72, "Failing: no relationship (403)", "failrelationship", "US", "[]", &[Fails(Scope::Everything, "no-relationship")], "Every call: 403, code 20002"),
    (73, "Failing: throttled (429, Retry-After)", "failthrottled", "US", "[]", &[Fails(Scope::Reading, "throttled")], "Reading qualifications: 429 with Retry-After: 5"),
    (74, "Failing: throttled (429, message only)", "failthrottledmessage", "US", "[]", &[Fails(Scope::Reading, "throttled-message")], "Reading qualifications: 429, the seconds are in the message only"),
    (75, "Failing: throttled (429, bare)", "failthrottledbare", "US", "[]", &[Fails(Scope::Reading, "throttled-bare")], "Reading qualifications: 429 that does not say how long"),
    (76, "Failing: server error (500)", "failserver", "US", "[]", &[Fails(Scope::Reading, "server-error")], "Reading qualifications: 500, code 800003"),
    (77, "Failing: unavailable (503, HTML)", "failunavailable", "US", "[]", &[Fails(Scope::Reading, "unavailable-html")], "Reading qualifications: 503 with an HTML page"),
    (78, "Failing: slow (10 seconds)", "failslow", "US", EDUCATION_APPROVED, &[Fails(Scope::Reading, "slow")], "Reading qualifications takes ten seconds"),
    (79, "Failing: truncated JSON", "failtruncated", "US", EDUCATION_APPROVED, &[Fails(Scope::Reading, "truncated")], "Reading qualifications: half of the JSON"),
    (80, "Failing: dropped connection", "faildropped", "US", "[]", &[Fails(Scope::Reading, "drop-before")], "Reading qualifications: no answer at all"),
    (81, "Failing: empty 401", "failunauthorized", "US", "[]", &[Fails(Scope::Reading, "unauthorized-empty")], "Reading qualifications: 401 without a body, whatever the token"),
    (82, "Failing: insufficient privileges (403)", "failforbidden", "US", "[]", &[Fails(Scope::Reading, "forbidden")], "Reading qualifications: 403, code 900308"),
    (85, "Failing request: invalid input (400)", "failrequestinput", "US", "[]", &[Fails(Scope::Requesting, "invalid-input")], "Requesting: 400, code 800002"),
    (86, "Failing request: conflict (409)", "failrequestconflict", "US", "[]", &[Fails(Scope::Requesting, "conflict")], "Requesting: 409"),
    (87, "Failing request: JSON string (400)", "failrequeststring", "US", "[]", &[Fails(Scope::Requesting, "json-string")], "Requesting: 400 with a JSON string"),
    (88, "Failing request: server error (500)", "failrequestserver", "US", "[]", &[Fails(Scope::Requesting, "server-error")], "Requesting: 500, and nothing was done"),
    (89, "Failing request: server error after it was done", "failrequestafter", "US", "[]", &[Fails(Scope::Requesting, "server-error-after-effect")], "Requesting: 500, but it was done"),
    (90, "Failing request: dropped before", "failrequestdropbefore", "US", "[]", &[Fails(Scope::Requesting, "drop-before")], "Requesting: no answer, and nothing was done"),
    (91, "Failing request: dropped after", "failrequestdropafter", "US", "[]", &[Fails(Scope::Requesting, "drop-after")], "Requesting: no answer, but it was done"),
    (92, "Failing request: throttled (429)", "failrequestthrottled", "US", "[]", &[Fails(Scope::Requesting, "throttled")], "Requesting: 429 with Retry-After: 5"),
    // Requests of the last days and months, with their audit records.
    (101, "Midvale Infant School", "midvaleinfant", "GB", IN_REVIEW, &[], "Education requested yesterday, in review for ever"),
    (102, "Midhurst Grammar School", "midhurstgrammar", "GB", IN_REVIEW, &[], "Education requested nine days ago, in review for ever; other audit records too"),
    (103, "Midlake Public Library", "midlakelibrary", "US",
        r#"[{"qualification":"Education","vettingStatus":"Denied","vettingReason":"Not an eligible Library","vettingCreateDate":"REQUESTED"}]"#,
        &[], "Education requested five days ago and denied: Not an eligible Library"),
    (104, "Midfield Tutors", "midfieldtutors", "IE",
        r#"[{"qualification":"Education","vettingStatus":"Denied","vettingReason":"Not an Education Customer - After Review","vettingCreateDate":"REQUESTED"}]"#,
        &[], "Education requested twice and denied twice: one request is left"),
    (105, "Midmarsh College", "midmarshcollege", "US",
        r#"[{"qualification":"Education","vettingStatus":"Denied","vettingReason":"Not an Academic Domain","vettingCreateDate":"REQUESTED"}]"#,
        &[], "All three requests for Education used, two of them before the 90 days of audit records"),
    (106, "Midbridge Night School", "midbridgenight", "SE", "[]", &[], "Education requested ten days ago; denied since, and the denial is gone again"),
    (107, "Midgate Studio School", "midgatestudio", "GB", IN_REVIEW, &[], "Audit records that lack something, hold half a JSON text, or tell of failure"),
    (108, "Midnight School", "midnightschool", "US", "[]", &[], "Hostile audit records: markup and direction marks in names, wrong types, no date"),
    // The status of the account, which is not about qualifications.
    (111, "Account Academy: allowed", "accountallowed", "US", EDUCATION_APPROVED, &[Account("Allowed", 30)], "Account status Allowed; Education approved"),
    (112, "Account Academy: under review", "accountunderreview", "US", EDUCATION_APPROVED, &[Account("UnderReview", 2)], "Account status UnderReview; Education approved"),
    (113, "Account Academy: not allowed", "accountnotallowed", "US", "[]", &[Account("NotAllowed", 5)], "Account status NotAllowed"),
    (114, "Account Academy: unknown", "accountunknown", "US", "[]", &[Account("Unknown", 5)], "Account status Unknown"),
    (115, "Account Academy: not ready", "accountnotready", "US", "[]", &[Account("Not Ready", 1)], "Account status Not Ready, with a space"),
    (116, "Account Academy: a new word", "accountnewword", "US", "[]", &[Account("Escalated", 1)], "An account status no document knows"),
];

/// All named customers as they are at the start, which is at this time.
#[must_use]
pub(crate) fn customers(start: Millis) -> Vec<Customer> {
    ROWS.iter().map(|row| customer(row, start)).collect()
}

fn customer(
    &(number, name, slug, country, qualifications, traits, shows): &Row,
    start: Millis,
) -> Customer {
    let mut customer = Customer::new(id(number), name, slug, country);
    let requested = history::last_request(number, start).map(iso_millis);
    customer
        .set_qualifications(&qualifications.replace("REQUESTED", &requested.unwrap_or_default()));
    let requests = u32::try_from(history::requests(number)).unwrap_or(u32::MAX);
    customer.education_requests = customer.education_requests.max(requests);
    customer.shows = Some(shows.to_owned());
    for special in traits {
        match special {
            NoDetails => customer.delegated_access = false,
            DeniedAtFirst(reason) => customer.denied_at_first = Some((*reason).to_owned()),
            Answers(acceptance) => customer.acceptance = *acceptance,
            Account(status, days) => {
                customer.account = Some(((*status).to_owned(), start - days * DAY));
            }
            Fails(scope, fault) => {
                customer.fails = Fault::named(fault).map(|fault| (*scope, fault))
            }
        }
    }
    customer
}

/// The partner's validation codes as they are at the start (Partner Center docs: get-a-partner-s-validation-codes).
#[must_use]
pub(crate) fn validation_codes() -> Vec<Value> {
    const PARTNER: &str = "77777777-6666-4555-8444-333333333333";
    let code = |organization: &str, id: &str, max: Value, remaining: Value, tag: &str| {
        json!({
            "partnerId": PARTNER,
            "organizationName": organization,
            "validationId": id,
            "maxCreates": max,
            "remainingCreates": remaining,
            "eTag": format!("W/\"datetime'{tag}'\""),
        })
    };
    vec![
        code(
            "Brightpath Reseller",
            "12345",
            json!(5),
            json!(4),
            "2026-01-10T18%3A49%3A58.727348Z",
        ),
        code(
            "Brightpath Reseller Public Sector",
            "987654",
            Value::Null,
            Value::Null,
            "2026-01-19T17%3A51%3A45.6584512Z",
        ),
        code(
            "Brightpath Reseller Counties",
            "0042",
            json!(10),
            json!(1),
            "2026-01-20T09%3A00%3A00Z",
        ),
        code(
            "Brightpath Reseller Archive",
            "55555",
            json!(3),
            json!(0),
            "2025-11-02T09%3A00%3A00Z",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn numbers_ids_and_domains_are_used_once() {
        let all = customers(0);
        let ids: HashSet<_> = all.iter().map(|customer| customer.id).collect();
        let domains: HashSet<_> = all.iter().map(|customer| customer.domain.clone()).collect();
        assert_eq!((ids.len(), domains.len()), (all.len(), all.len()));
        assert_eq!(id(12).to_string(), "5eed0000-0000-4000-8000-000000000012");
    }

    #[test]
    fn every_fault_that_a_customer_names_exists() {
        let failing = ROWS
            .iter()
            .filter(|row| row.5.iter().any(|special| matches!(special, Fails(..))))
            .count();
        assert_eq!(
            customers(0)
                .iter()
                .filter(|customer| customer.fails.is_some())
                .count(),
            failing
        );
        assert!(failing > 15);
    }

    #[test]
    fn who_shows_the_time_of_a_request_has_one_in_its_history() {
        let dated = ROWS.iter().filter(|row| row.4.contains("REQUESTED"));
        let without: Vec<_> = dated
            .clone()
            .filter(|row| history::last_request(row.0, 0).is_none())
            .map(|row| row.0)
            .collect();
        assert!(without.is_empty(), "{without:?}");
        assert!(dated.count() > 5);
    }
}
