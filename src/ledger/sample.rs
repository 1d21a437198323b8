//! Customers and answers for the ledger's tests.
//! Must not know what a test concludes from them.

use super::{Attempt, Audited, Followed, Moment, Origin};
use crate::partner_center::{Qualification, QualificationKind, Qualifications, VettingStatus};

pub(super) const CUSTOMER: &str = "11111111-2222-4333-8444-555555555555";

/// So many hours after Monday, 4 March 2024, 08:00 UTC.
pub(super) fn at(hours: i64) -> Moment {
    Moment::from_millis(1_709_539_200_000).plus(hours * 3_600_000)
}

pub(super) fn moment(text: &str) -> Moment {
    Moment::read(text).expect("a moment")
}

pub(super) fn followed() -> Followed {
    Followed::new(CUSTOMER.parse().expect("an ID"), Origin::Hand, at(0))
}

pub(super) fn list<const N: usize>(entries: [Qualification; N]) -> Qualifications {
    Qualifications::new(entries)
}

/// Education without a status.
pub(super) fn entry() -> Qualification {
    Qualification {
        kind: QualificationKind::Education,
        status: None,
        reason: None,
        since: None,
    }
}

pub(super) fn in_review() -> Qualification {
    Qualification {
        status: Some(VettingStatus::InReview),
        ..entry()
    }
}

pub(super) fn approved() -> Qualification {
    Qualification {
        status: Some(VettingStatus::Approved),
        ..entry()
    }
}

pub(super) fn denied(reason: &str) -> Qualification {
    Qualification {
        status: Some(VettingStatus::Denied),
        reason: Some(reason.into()),
        ..entry()
    }
}

pub(super) fn soe() -> Qualification {
    Qualification {
        kind: QualificationKind::StateOwnedEntity,
        ..entry()
    }
}

/// A request for Education that arrived, under this ID, at this hour.
pub(super) fn asked(request_id: &str, hours: i64) -> Attempt {
    Attempt {
        kind: QualificationKind::Education,
        request_id: request_id.into(),
        correlation_id: format!("correlation of {request_id}"),
        at: at(hours),
        arrived: true,
    }
}

/// An audit record of a request for Education that succeeded.
pub(super) fn audited(at: Moment) -> Audited {
    Audited {
        at,
        kind: Some(QualificationKind::Education),
        who: Some("agent@reseller.example".into()),
        was: None,
        was_denied: false,
        became: Some("Education".into()),
        request_id: None,
        correlation_id: None,
        succeeded: Some(true),
    }
}
