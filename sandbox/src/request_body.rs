//! Reads a request for a qualification as strictly as each of the three documented contracts allows.
//! Must not know customers or their state.

use serde_json::{Map, Value};

use crate::Contract;
use crate::refusal::Refusal;

/// A well-formed request for one qualification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Education. Older contracts have neither segment nor website.
    Education {
        /// `K12` or `HigherEducation`.
        segment: Option<String>,
        /// The institution's website, as typed.
        website: Option<String>,
    },
    /// Government Community Cloud, with the partner's validation code.
    Government {
        /// The validation code, as text.
        code: String,
    },
    /// State-owned entity.
    StateOwned,
}

impl Wanted {
    /// The name on the wire.
    #[must_use]
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Education { .. } => "Education",
            Self::Government { .. } => "GovernmentCommunityCloud",
            Self::StateOwned => "StateOwnedEntity",
        }
    }
}

/// Reads body and query.
///
/// # Errors
/// The refusal that says what is wrong, when anything is.
pub(crate) fn read(
    contract: Contract,
    query: &[(String, String)],
    body: &[u8],
) -> Result<Wanted, Refusal> {
    let code = code_in_query(query)?;
    let body: Value = serde_json::from_slice(body)
        .map_err(|error| Refusal::input(format!("The request body is not valid JSON: {error}.")))?;
    match contract {
        Contract::Current => read_current(&body, code),
        Contract::March2021 => read_march_2021(&body, code),
        Contract::December2020 => read_december_2020(&body, code),
    }
}

fn code_in_query(query: &[(String, String)]) -> Result<Option<String>, Refusal> {
    match query {
        [] => Ok(None),
        [(name, value)] if name == "code" && !value.is_empty() => Ok(Some(value.clone())),
        _ => Err(Refusal::input(
            "The only query parameter of this call is 'code', and it cannot be empty.",
        )),
    }
}

/// Partner Center docs: update-customer-qualification-asynchronous, page of June 2022.
fn read_current(body: &Value, in_query: Option<String>) -> Result<Wanted, Refusal> {
    let Value::Object(body) = body else {
        return Err(Refusal::input("The request body must be a JSON object."));
    };
    let name = text(body, "qualification")?.ok_or_else(|| missing("qualification"))?;
    let allowed: &[&str] = match name.as_str() {
        "Education" => &["qualification", "educationSegment", "website"],
        "GovernmentCommunityCloud" => &["qualification", "validationCode"],
        _ => &["qualification"],
    };
    only(body, allowed, &name)?;
    match name.as_str() {
        "Education" => {
            refuse_code(in_query.as_deref())?;
            let segment =
                text(body, "educationSegment")?.ok_or_else(|| missing("educationSegment"))?;
            if !matches!(segment.as_str(), "K12" | "HigherEducation") {
                return Err(Refusal::enumeration("EducationSegment", &segment));
            }
            let website = text(body, "website")?;
            if website
                .as_deref()
                .is_some_and(|site| site.chars().any(char::is_whitespace) || site.len() > 1024)
            {
                return Err(Refusal::input(
                    "The property 'website' is not a web address.",
                ));
            }
            Ok(Wanted::Education {
                segment: Some(segment),
                website,
            })
        }
        "GovernmentCommunityCloud" => {
            let code = text(body, "validationCode")?.ok_or_else(|| missing("validationCode"))?;
            if in_query.is_some_and(|other| other != code) {
                return Err(Refusal::input(
                    "The validation codes in the query and in the body differ.",
                ));
            }
            Ok(Wanted::Government { code })
        }
        "StateOwnedEntity" => {
            refuse_code(in_query.as_deref())?;
            Ok(Wanted::StateOwned)
        }
        other => Err(not_settable(other)),
    }
}

/// Partner Center docs: update-customer-qualification-asynchronous, page of March 2021; state-owned entities since May 2021.
fn read_march_2021(body: &Value, in_query: Option<String>) -> Result<Wanted, Refusal> {
    let Value::Object(body) = body else {
        return Err(Refusal::input("The request body must be a JSON object."));
    };
    let name = text(body, "Qualification")?.ok_or_else(|| missing("Qualification"))?;
    only(body, &["Qualification"], &name)?;
    older(&name, in_query)
}

/// Partner Center docs: update-customer-qualification-asynchronous, page of December 2020.
fn read_december_2020(body: &Value, in_query: Option<String>) -> Result<Wanted, Refusal> {
    let name = match body.as_u64() {
        Some(0) => "None",
        Some(1) => "Education",
        Some(2) => "Nonprofit",
        Some(3) => "GovernmentCommunityCloud",
        _ if body.is_u64() => {
            return Err(Refusal::enumeration(
                "CustomerQualification",
                &body.to_string(),
            ));
        }
        _ => {
            return Err(Refusal::input(
                "The request body must be the integer value of CustomerQualification.",
            ));
        }
    };
    older(name, in_query)
}

fn older(name: &str, in_query: Option<String>) -> Result<Wanted, Refusal> {
    match name {
        "GovernmentCommunityCloud" => {
            in_query
                .map(|code| Wanted::Government { code })
                .ok_or_else(|| {
                    Refusal::input(
                        "The query parameter 'code' is required for GovernmentCommunityCloud.",
                    )
                })
        }
        "Education" => refuse_code(in_query.as_deref()).map(|()| Wanted::Education {
            segment: None,
            website: None,
        }),
        "StateOwnedEntity" => refuse_code(in_query.as_deref()).map(|()| Wanted::StateOwned),
        other => Err(not_settable(other)),
    }
}

fn refuse_code(in_query: Option<&str>) -> Result<(), Refusal> {
    match in_query {
        None => Ok(()),
        Some(_) => Err(Refusal::input(
            "The query parameter 'code' is only for GovernmentCommunityCloud.",
        )),
    }
}

fn not_settable(name: &str) -> Refusal {
    match name {
        "None" | "Nonprofit" => {
            Refusal::input(format!("The qualification '{name}' cannot be set."))
        }
        other => Refusal::enumeration("CustomerQualification", other),
    }
}

fn missing(name: &str) -> Refusal {
    Refusal::input(format!("The property '{name}' is required."))
}

fn text(body: &Map<String, Value>, name: &str) -> Result<Option<String>, Refusal> {
    match body.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Err(Refusal::input(format!(
            "The property '{name}' cannot be empty."
        ))),
        Some(Value::String(text)) if text.trim() != text => Err(Refusal::input(format!(
            "The property '{name}' has spaces around its value."
        ))),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Refusal::input(format!(
            "The property '{name}' must be a string."
        ))),
    }
}

fn only(body: &Map<String, Value>, allowed: &[&str], qualification: &str) -> Result<(), Refusal> {
    match body.keys().find(|key| !allowed.contains(&key.as_str())) {
        None => Ok(()),
        Some(other) => Err(Refusal::input(format!(
            "The property '{other}' is not expected for the qualification '{qualification}'."
        ))),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read_text(contract: Contract, query: &str, body: &str) -> Result<Wanted, u32> {
        let query: Vec<_> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        read(contract, &query, body.as_bytes()).map_err(|refusal| refusal.code)
    }

    #[test]
    fn the_documented_requests_of_each_contract_are_read() {
        let education =
            r#"{"qualification":"Education","educationSegment":"K12","website":"contoso.example"}"#;
        assert_eq!(
            read_text(Contract::Current, "", education),
            Ok(Wanted::Education {
                segment: Some("K12".into()),
                website: Some("contoso.example".into())
            })
        );
        let government =
            r#"{"qualification":"GovernmentCommunityCloud","validationCode":"0123456"}"#;
        assert_eq!(
            read_text(Contract::Current, "", government),
            Ok(Wanted::Government {
                code: "0123456".into()
            })
        );
        assert_eq!(
            read_text(Contract::Current, "code=0123456", government),
            Ok(Wanted::Government {
                code: "0123456".into()
            })
        );
        assert_eq!(
            read_text(
                Contract::Current,
                "",
                r#"{"qualification":"StateOwnedEntity"}"#
            ),
            Ok(Wanted::StateOwned)
        );
        let bare = Wanted::Education {
            segment: None,
            website: None,
        };
        assert_eq!(
            read_text(Contract::March2021, "", r#"{"Qualification":"Education"}"#),
            Ok(bare.clone())
        );
        assert_eq!(
            read_text(
                Contract::March2021,
                "code=12",
                r#"{"Qualification":"GovernmentCommunityCloud"}"#
            ),
            Ok(Wanted::Government { code: "12".into() })
        );
        assert_eq!(read_text(Contract::December2020, "", "1"), Ok(bare));
        assert_eq!(
            read_text(Contract::December2020, "code=12", "3"),
            Ok(Wanted::Government { code: "12".into() })
        );
    }

    #[test]
    fn anything_else_is_refused_with_a_code_that_says_why() {
        let cases = [
            (Contract::Current, "", "", 800_002),
            (Contract::Current, "", "1", 800_002),
            (Contract::Current, "", "[]", 800_002),
            (Contract::Current, "", "{}", 800_002),
            (
                Contract::Current,
                "",
                r#"{"qualification":"Education"}"#,
                800_002,
            ),
            (
                Contract::Current,
                "",
                r#"{"qualification":"Education","educationSegment":"k12"}"#,
                900_126,
            ),
            (
                Contract::Current,
                "",
                r#"{"qualification":"Education","educationSegment":null}"#,
                800_002,
            ),
            (
                Contract::Current,
                "",
                r#"{"qualification":"Education","educationSegment":"K12","website":""}"#,
                800_002,
            ),
            (
                Contract::Current,
                "",
                r#"{"qualification":"Education","educationSegment":"K12","website":"a b"}"#,
                800_002,
            ),
            (
                Contract::Current,
                "",
                r#"{"qualification":"Education","educationSegment":"K12","extra":1}"#,
                800_002,
            ),
            (
                Contract::Current,
                "code=1",
                r#"{"qualification":"Education","educationSegment":"K12"}"#,
                800_002,
            ),
            (
                Contract::Current,
                "",
                r#"{"Qualification":"Education","educationSegment":"K12"}"#,
                800_002,
            ),
            (
                Contract::Current,
                "",
                r#"{"qualification":"education","educationSegment":"K12"}"#,
                800_002,
            ),
            (
                Contract::Current,
                "",
                r#"{"qualification":"education"}"#,
                900_126,
            ),
            (
                Contract::Current,
                "",
                r#"{"qualification":"Nonprofit"}"#,
                800_002,
            ),
            (
                Contract::Current,
                "",
                r#"{"qualification":"None"}"#,
                800_002,
            ),
            (
                Contract::Current,
                "code=5",
                r#"{"qualification":"GovernmentCommunityCloud"}"#,
                800_002,
            ),
            (
                Contract::Current,
                "code=5",
                r#"{"qualification":"GovernmentCommunityCloud","validationCode":"6"}"#,
                800_002,
            ),
            (
                Contract::Current,
                "",
                r#"{"qualification":"GovernmentCommunityCloud","validationCode":6}"#,
                800_002,
            ),
            (
                Contract::Current,
                "code=",
                r#"{"qualification":"GovernmentCommunityCloud","validationCode":"6"}"#,
                800_002,
            ),
            (
                Contract::Current,
                "x=1",
                r#"{"qualification":"StateOwnedEntity"}"#,
                800_002,
            ),
            (
                Contract::March2021,
                "",
                r#"{"qualification":"Education"}"#,
                800_002,
            ),
            (
                Contract::March2021,
                "",
                r#"{"Qualification":"Education","educationSegment":"K12"}"#,
                800_002,
            ),
            (
                Contract::March2021,
                "",
                r#"{"Qualification":"GovernmentCommunityCloud"}"#,
                800_002,
            ),
            (
                Contract::December2020,
                "",
                r#"{"Qualification":"Education"}"#,
                800_002,
            ),
            (Contract::December2020, "", "3", 800_002),
            (Contract::December2020, "", "2", 800_002),
            (Contract::December2020, "", "4", 900_126),
            (Contract::December2020, "", "-1", 800_002),
        ];
        for (contract, query, body, code) in cases {
            assert_eq!(
                read_text(contract, query, body),
                Err(code),
                "{contract:?} ?{query} {body}"
            );
        }
    }
}
