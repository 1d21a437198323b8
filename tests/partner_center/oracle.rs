//! Judges a reading by the JSON alone: whether what was read is really said there.
//! Must not use the reader, nor share code with it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use vetted::partner_center::{
    AccountStatus, AccountValidation, AuditRecord, AuditStatus, AuditValue, Customer, Error, Page,
    Qualification, QualificationKind, Qualifications, ValidationCode, VettingDate, VettingStatus,
};

/// Letters only, small: how words are compared.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !['_', '-'].contains(c))
        .collect::<String>()
        .to_ascii_lowercase()
}

/// The values of every spelling of a field, since JSON may hold several.
fn spelled<'a>(object: &'a Map<String, Value>, name: &str) -> Vec<&'a Value> {
    let same = object
        .iter()
        .filter(|(key, _)| key.to_lowercase() == name.to_lowercase());
    same.map(|(_, value)| value).collect()
}

fn objects<'a>(value: &'a Value, found: &mut Vec<&'a Map<String, Value>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| objects(item, found)),
        Value::Object(fields) => {
            found.push(fields);
            fields.values().for_each(|value| objects(value, found));
        }
        _ => {}
    }
}

/// The word of a kind, or the number that older answers used.
fn kind_of(value: &Value) -> String {
    match value {
        Value::String(text) => bare(text),
        Value::Number(number) => match number.as_i64() {
            Some(0) => "none".to_owned(),
            Some(1) => "education".to_owned(),
            Some(2) => "nonprofit".to_owned(),
            Some(3) => "governmentcommunitycloud".to_owned(),
            Some(4) => "stateownedentity".to_owned(),
            _ => bare(&number.to_string()),
        },
        _ => String::new(),
    }
}

fn name_of(kind: &QualificationKind) -> String {
    match kind {
        QualificationKind::Other(word) => bare(word),
        known => bare(&format!("{known:?}")),
    }
}

fn status_word(status: &VettingStatus) -> String {
    match status {
        VettingStatus::Other(word) => word.clone(),
        known => bare(&format!("{known:?}")),
    }
}

/// How many objects of the JSON say of this kind that its vetting status is this word.
fn saying(json: &Value, kind: &str, status: &str) -> usize {
    let mut all = Vec::new();
    objects(json, &mut all);
    let says = |object: &&&Map<String, Value>| {
        let of_kind = spelled(object, "qualification")
            .into_iter()
            .any(|value| kind_of(value) == kind);
        let of_status = spelled(object, "vettingStatus")
            .into_iter()
            .any(|value| value.as_str().is_some_and(|text| bare(text) == status));
        of_kind && of_status
    };
    all.iter().filter(says).count()
}

/// Every text and number of the JSON, as text.
fn texts(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            found.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|value| texts(value, found)),
        _ => {}
    }
    // Numbers, and values of another type where a word was expected, are kept as JSON writes them.
    found.insert(value.to_string());
}

fn said(json: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    texts(json, &mut found);
    found
}

fn require(said: &BTreeSet<String>, text: &str, what: &str) -> Result<(), String> {
    match said.contains(text) {
        true => Ok(()),
        false => Err(format!("{what} {text:?} is nowhere in the answer")),
    }
}

/// Every decided status is said by an object for that kind, and every other text stands in the JSON as it was read.
pub(crate) fn judge(json: &Value, read: &Qualifications) -> Result<(), String> {
    let said = said(json);
    let mut decided: BTreeMap<(String, String), usize> = BTreeMap::new();
    for one in read {
        texts_stand(&said, one)?;
        match &one.status {
            Some(VettingStatus::Other(word)) => require(&said, word, "the status")?,
            Some(status) => {
                let key = (name_of(&one.kind), status_word(status));
                *decided.entry(key).or_default() += 1;
            }
            None => {}
        }
    }
    for ((kind, status), times) in decided {
        let says = saying(json, &kind, &status);
        if times > says {
            return Err(format!(
                "{times} times {kind} {status}, but said {says} times"
            ));
        }
    }
    Ok(())
}

fn texts_stand(said: &BTreeSet<String>, one: &Qualification) -> Result<(), String> {
    if let QualificationKind::Other(word) = &one.kind {
        require(said, word, "the kind")?;
    }
    if let Some(reason) = &one.reason {
        require(said, reason, "the reason")?;
    }
    if let Some(VettingDate::AsWritten(words)) = &one.since {
        require(said, words, "the date")?;
    }
    Ok(())
}

/// A customer's texts stand in the JSON, and its ID does, in whatever form.
pub(crate) fn judge_customer(json: &Value, one: &Customer) -> Result<(), String> {
    let said = said(json);
    let digits = |text: &str| {
        let hexadecimal = text.chars().filter(char::is_ascii_hexdigit);
        hexadecimal.collect::<String>().to_ascii_lowercase()
    };
    let id = digits(&one.id.to_string());
    if !said.iter().any(|text| digits(text).contains(&id)) {
        return Err(format!("the ID {} is nowhere in the answer", one.id));
    }
    if one.company_name != one.id.to_string() {
        require(&said, &one.company_name, "the name")?;
    }
    let optional = [&one.domain, &one.relationship, &one.email, &one.commerce_id];
    for text in optional.into_iter().flatten().chain(&one.custom_domains) {
        require(&said, text, "the text")?;
    }
    Ok(())
}

/// Every customer of a page stands in the JSON.
pub(crate) fn judge_page(json: &Value, page: &Page) -> Result<(), String> {
    page.customers
        .iter()
        .try_for_each(|one| judge_customer(json, one))
}

/// Every validation code stands in the JSON, zeros in front included.
pub(crate) fn judge_codes(json: &Value, codes: &[ValidationCode]) -> Result<(), String> {
    let said = said(json);
    codes.iter().try_for_each(|code| {
        require(&said, &code.id, "the code")?;
        match code.organization.is_empty() {
            true => Ok(()),
            false => require(&said, &code.organization, "the organisation"),
        }
    })
}

/// A status of an account is said by the field of that name, except where a 404 with its code says that there is none.
pub(crate) fn judge_account(
    json: &Value,
    http: u16,
    one: &AccountValidation,
) -> Result<(), String> {
    let fields = json.as_object().ok_or("no object has a status")?;
    let said = |name, word: &str| {
        let mut values = spelled(fields, name).into_iter();
        values.any(|value| match value {
            Value::String(text) => bare(text) == bare(word),
            other => other.to_string().as_str() == word,
        })
    };
    let stands = match &one.status {
        AccountStatus::NoReview => http == 404 && said("code", "600074"),
        AccountStatus::Other(word) => said("status", word),
        known => said("status", &format!("{known:?}")),
    };
    match (&one.updated, stands) {
        (_, false) => Err(format!("{:?} is nowhere in the answer", one.status)),
        (Some(VettingDate::AsWritten(words)), true) if !said("lastUpdateDateTime", words) => {
            Err(format!("the date {words:?} is nowhere in the answer"))
        }
        _ => Ok(()),
    }
}

/// Every text of a record stands in the JSON, and so does everything that its values say, in a text or beside one.
pub(crate) fn judge_records(json: &Value, records: &[AuditRecord]) -> Result<(), String> {
    let json = unpacked(json);
    let said = said(&json);
    records.iter().try_for_each(|one| {
        let texts = [&one.id, &one.who, &one.application, &one.correlation_id];
        for text in texts.into_iter().flatten() {
            require(&said, text, "the text")?;
        }
        if let Some(VettingDate::AsWritten(words)) = &one.when {
            require(&said, words, "the date")?;
        }
        if let Some(AuditStatus::Other(word)) = &one.status {
            require(&said, word, "the status")?;
        }
        [&one.old, &one.new]
            .into_iter()
            .flatten()
            .try_for_each(|value| match value {
                AuditValue::Qualifications(all) => judge(&json, all),
                AuditValue::AsWritten(words) => require(&said, words, "the value"),
            })
    })
}

/// The JSON with every text beside what it is as JSON, twice over.
fn unpacked(json: &Value) -> Value {
    let inside = |text: &String| serde_json::from_str::<Value>(text).ok();
    match json {
        Value::String(text) => match inside(text) {
            Some(value) => Value::Array(vec![
                json.clone(),
                value.clone(),
                match &value {
                    Value::String(text) => inside(text).unwrap_or_default(),
                    _ => Value::Null,
                },
            ]),
            None => json.clone(),
        },
        Value::Array(items) => items.iter().map(unpacked).collect(),
        Value::Object(fields) => {
            let fields = fields.iter();
            // Both: as a word, the text itself counts; as JSON, what is in it.
            let both = fields.flat_map(|(name, value)| {
                let within = (format!("{name} unpacked"), unpacked(value));
                [(name.clone(), value.clone()), within]
            });
            Value::Object(both.collect())
        }
        other => other.clone(),
    }
}

/// An error's code and words stand in the JSON, but for white space around them.
pub(crate) fn judge_error(json: &Value, error: &Error) -> Result<(), String> {
    let said: BTreeSet<_> = said(json)
        .iter()
        .map(|text| text.trim().to_owned())
        .collect();
    for text in [&error.code, &error.message].into_iter().flatten() {
        require(&said, text.trim(), "the error's")?;
    }
    Ok(())
}

mod tests {
    use super::*;
    use serde_json::json;
    use vetted::partner_center::{Operation, audit, response};

    use super::super::support::{answer, exchange};

    /// What the reader makes of one body.
    fn read(body: &Value) -> Qualifications {
        let got = exchange(Operation::Qualifications, answer(200, body.to_string()));
        response::qualifications(&got).unwrap()
    }

    #[test]
    fn approved_has_to_be_said_of_the_same_kind_by_the_same_object() {
        let approved =
            read(&json!([{ "qualification": "Education", "vettingStatus": "Approved" }]));
        for guilty in [
            json!([{ "qualification": "Education", "vettingStatus": "Denied" }]),
            json!([{ "qualification": "Education" }]),
            json!([{ "qualification": "Education", "status": "Approved" }]),
            json!([{ "qualification": "Education", "vettingStatus": ["Approved"] }]),
            json!([{ "qualification": "Education", "vettingStatus": "Not approved" }]),
            json!([{ "qualification": "Nonprofit", "vettingStatus": "Approved" }]),
            json!([{ "qualification": "Education" }, { "vettingStatus": "Approved" }]),
        ] {
            assert!(judge(&guilty, &approved).is_err(), "{guilty}");
        }
        for innocent in [
            json!({ "a": [{ "QUALIFICATION": 1, "vettingstatus": "app_roved " }] }),
            json!([{ "qualification": "education", "vettingStatus": "APPROVED" }]),
        ] {
            assert_eq!(judge(&innocent, &approved), Ok(()), "{innocent}");
        }
    }

    #[test]
    fn an_unknown_word_has_to_stand_there_letter_by_letter() {
        let unknown = read(&json!([{ "qualification": "Other kind", "vettingStatus": "Waiting" }]));
        let changed = json!([{ "qualification": "Other kind", "vettingStatus": "waiting" }]);
        assert!(judge(&changed, &unknown).is_err());
    }

    #[test]
    fn a_record_and_an_account_have_to_be_said_too() {
        let record = |new: &str, who: &str| {
            json!([{
                "operationType": "update_customer_qualification",
                "resourceNewValue": new,
                "userPrincipalName": who,
            }])
        };
        let approved = r#"{"Qualification":"Education","VettingStatus":"Approved"}"#;
        let body = record(approved, "agent@reseller.example");
        let got = exchange(Operation::AuditRecords, answer(200, body.to_string()));
        let read = audit::audit_page(&got).unwrap().records;
        assert_eq!(judge_records(&body, &read), Ok(()));
        let denied = r#"{"Qualification":"Education","VettingStatus":"Denied"}"#;
        for guilty in [
            record(denied, "agent@reseller.example"),
            record(approved, "another@reseller.example"),
        ] {
            assert!(judge_records(&guilty, &read).is_err(), "{guilty}");
        }

        let body = json!({ "status": "Allowed" });
        let got = exchange(Operation::AccountValidation, answer(200, body.to_string()));
        let read = response::account_validation(&got).unwrap();
        assert_eq!(judge_account(&body, 200, &read), Ok(()));
        assert!(judge_account(&json!({ "status": "NotAllowed" }), 200, &read).is_err());
        assert!(judge_account(&json!({ "state": "Allowed" }), 200, &read).is_err());
    }

    #[test]
    fn one_word_does_not_serve_two_entries() {
        let one = json!({ "qualification": "Education", "vettingStatus": "Approved" });
        let twice = read(&json!([one, one]));
        assert!(judge(&json!([one]), &twice).is_err());
    }
}
