//! The two IDs that every call carries, and what an accepted request leaves behind.
//! Must not know how IDs are made.

use serde::{Deserialize, Serialize};

use super::Qualifications;

/// The IDs by which support finds a call (Partner Center docs: headers).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestIds {
    /// `MS-RequestId`, a GUID: one per submit and the same on its repeats, so that the service can tell
    /// a repeat from a second submit.
    pub request: String,
    /// `MS-CorrelationId`, a GUID: one per user action, shared by its repeats and follow-up reads.
    pub correlation: String,
}

/// What the service answered to a request for a qualification that it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The IDs as the service answered them, else as they were sent.
    pub ids: RequestIds,
    /// What the answer said, if anything. A fresh read is the authority.
    pub qualifications: Option<Qualifications>,
}
