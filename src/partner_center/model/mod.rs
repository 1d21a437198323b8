//! The things Partner Center talks about, as types that cannot hold nonsense.
//! Must not know HTTP, JSON, or what the pages call things.

mod account;
mod audit;
mod customer;
mod customer_id;
pub(super) mod moment;
mod pasted;
mod qualification;
mod qualification_request;
mod request_ids;
mod search_text;
mod sellable;
mod transitions;
mod validation_code;
mod vetting;
mod words;

pub use account::{AccountStatus, AccountValidation};
pub use audit::{AuditPeriod, AuditRecord, AuditRecords, AuditStatus, AuditValue};
pub use customer::{Address, Customer};
pub use customer_id::{CustomerId, NotACustomerId};
pub use qualification::{Qualification, QualificationKind, Qualifications};
pub use qualification_request::{
    EducationSegment, GccCode, GccCodeError, QualificationRequest, RequestContract,
    RequestableKind, Website, WebsiteError,
};
pub use request_ids::{Accepted, RequestIds};
pub use search_text::{SearchText, SearchTextError};
pub use sellable::{NotStated, Segment, Sellable, sellable};
pub use transitions::{Availability, Blocker, Caution, availability};
pub use validation_code::ValidationCode;
pub use vetting::{KnownReason, VettingDate, VettingStatus};

pub(super) use words::folded;
