//! The API's error answers.
//! Must not know when they apply.

use serde_json::json;

use crate::http::Response;

/// One refused call: HTTP status, service code and the service's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// HTTP status.
    pub(crate) status: u16,
    /// The service's code (Partner Center docs: error-codes), or an invented one, see below.
    pub(crate) code: u32,
    /// What is wrong, in words.
    pub(crate) description: String,
}

/// No code is documented for a refused qualification, so these numbers are invented.
pub(crate) mod invented {
    /// The customer has, or is being vetted for, a qualification that excludes the one asked for.
    pub(crate) const CANNOT_BE_COMBINED: u32 = 600_901;
    /// The same qualification is being vetted.
    pub(crate) const ALREADY_IN_REVIEW: u32 = 600_902;
    /// The customer has the qualification.
    pub(crate) const ALREADY_QUALIFIED: u32 = 600_903;
    /// Education was requested three times.
    pub(crate) const TOO_MANY_REQUESTS: u32 = 600_904;
    /// The partner has no such validation code.
    pub(crate) const UNKNOWN_VALIDATION_CODE: u32 = 600_905;
    /// No customer can be created under the code any more.
    pub(crate) const EXHAUSTED_VALIDATION_CODE: u32 = 600_906;
}

impl Refusal {
    /// A refusal with any status and code.
    #[must_use]
    pub(crate) fn new(status: u16, code: u32, description: impl Into<String>) -> Self {
        Self {
            status,
            code,
            description: description.into(),
        }
    }

    /// 400 with 800002, "invalid request input" (Partner Center docs: error-codes).
    #[must_use]
    pub(crate) fn input(description: impl Into<String>) -> Self {
        Self::new(400, 800_002, description)
    }

    /// 400 with 900126, "unable to parse enum" (Partner Center docs: error-codes).
    #[must_use]
    pub(crate) fn enumeration(name: &str, value: &str) -> Self {
        Self::new(
            400,
            900_126,
            format!("Unable to parse enum {name}: '{value}'."),
        )
    }

    /// The answer in the documented shape (Partner Center docs: error-codes).
    #[must_use]
    pub(crate) fn response(&self) -> Response {
        Response::json(
            self.status,
            &json!({ "code": self.code, "description": self.description, "data": [], "source": "PartnerFD" }),
        )
    }
}
