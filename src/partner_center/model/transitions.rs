//! Which qualification may be asked for, given what a customer has.
//! Must not know the form; it only says what it may offer, and why not.
//!
//! Only the certain cases are blocked. Where no document says, the service decides and the person is
//! warned (Partner Center docs: get-special-pricing-for-offers,
//! update-customer-qualification-asynchronous; Microsoft's SDK: CustomerQualification).

use serde::{Deserialize, Serialize};

use super::{Qualification, QualificationKind, Qualifications, RequestableKind, VettingStatus};

/// Whether a qualification may be asked for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Availability {
    /// Nothing speaks against it.
    Allowed,
    /// No document settles it: say so, and let the service decide.
    AllowedWithWarning(Caution),
    /// The service is expected to refuse it: do not offer it, and say why.
    Blocked(Blocker),
}

/// Why asking is uncertain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Caution {
    /// Government Community Cloud after Education was denied.
    EducationDenied,
    /// Education is there with a status that is missing or not known here.
    EducationStatusUnclear,
    /// Government Community Cloud again after it was denied.
    GccDenied,
    /// Government Community Cloud for a state-owned entity: the pair is documented, but so is
    /// "a customer without a qualification".
    StateOwnedEntityPresent,
    /// The customer is a nonprofit; no combination is documented.
    NonprofitPresent,
    /// The customer has a qualification not known here.
    UnknownPresent,
}

/// Why asking makes no sense now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Blocker {
    /// Education is already being vetted.
    EducationInReview,
    /// The customer already is an education customer, for good.
    AlreadyEducation,
    /// Government Community Cloud while Education is being vetted: the two exclude each other.
    GccWhileEducationInReview,
    /// Government Community Cloud for an education customer: the two exclude each other.
    GccAfterEducation,
    /// Education for a Government Community Cloud customer: the two exclude each other.
    EducationAfterGcc,
    /// Government Community Cloud is already being vetted.
    GccInReview,
    /// The customer already has Government Community Cloud.
    AlreadyGcc,
    /// The customer already is a state-owned entity.
    AlreadyStateOwnedEntity,
}

/// Whether `wanted` may be asked for by a customer that has `current`. The strictest entry decides.
pub fn availability(current: &Qualifications, wanted: &RequestableKind) -> Availability {
    let verdicts = current
        .newest_of_each_kind()
        .map(|entry| beside(entry, *wanted));
    verdicts.fold(Availability::Allowed, stricter)
}

fn stricter(a: Availability, b: Availability) -> Availability {
    let rank = |verdict| match verdict {
        Availability::Allowed => 0,
        Availability::AllowedWithWarning(_) => 1,
        Availability::Blocked(_) => 2,
    };
    if rank(b) > rank(a) { b } else { a }
}

/// Whether `wanted` may be asked for beside one entry that is there.
fn beside(entry: &Qualification, wanted: RequestableKind) -> Availability {
    match &entry.kind {
        QualificationKind::None => Availability::Allowed,
        QualificationKind::Education => beside_education(entry, wanted),
        QualificationKind::GovernmentCommunityCloud => beside_gcc(entry, wanted),
        QualificationKind::StateOwnedEntity => beside_state_owned_entity(wanted),
        QualificationKind::Nonprofit => Availability::AllowedWithWarning(Caution::NonprofitPresent),
        QualificationKind::Other(_) => Availability::AllowedWithWarning(Caution::UnknownPresent),
    }
}

fn beside_education(education: &Qualification, wanted: RequestableKind) -> Availability {
    use Availability::{Allowed, AllowedWithWarning, Blocked};
    use RequestableKind::{Education, GovernmentCommunityCloud, StateOwnedEntity};
    use VettingStatus::{Approved, Denied, InReview};

    match (wanted, &education.status) {
        (StateOwnedEntity, _) => Allowed,
        (Education, Some(InReview)) => Blocked(Blocker::EducationInReview),
        (Education, Some(Approved)) => Blocked(Blocker::AlreadyEducation),
        (Education, Some(Denied)) => Allowed,
        (GovernmentCommunityCloud, Some(InReview)) => Blocked(Blocker::GccWhileEducationInReview),
        (GovernmentCommunityCloud, Some(Approved)) => Blocked(Blocker::GccAfterEducation),
        (GovernmentCommunityCloud, Some(Denied)) => AllowedWithWarning(Caution::EducationDenied),
        (Education | GovernmentCommunityCloud, Some(VettingStatus::Other(_)) | None) => {
            AllowedWithWarning(Caution::EducationStatusUnclear)
        }
    }
}

fn beside_gcc(gcc: &Qualification, wanted: RequestableKind) -> Availability {
    use Availability::{Allowed, AllowedWithWarning, Blocked};
    use RequestableKind::{Education, GovernmentCommunityCloud, StateOwnedEntity};

    match (wanted, &gcc.status) {
        (StateOwnedEntity, _) => Allowed,
        (Education, _) => Blocked(Blocker::EducationAfterGcc),
        (GovernmentCommunityCloud, Some(VettingStatus::Denied)) => {
            AllowedWithWarning(Caution::GccDenied)
        }
        (GovernmentCommunityCloud, Some(VettingStatus::InReview)) => Blocked(Blocker::GccInReview),
        (GovernmentCommunityCloud, _) => Blocked(Blocker::AlreadyGcc),
    }
}

fn beside_state_owned_entity(wanted: RequestableKind) -> Availability {
    match wanted {
        RequestableKind::Education => Availability::Allowed,
        RequestableKind::GovernmentCommunityCloud => {
            Availability::AllowedWithWarning(Caution::StateOwnedEntityPresent)
        }
        RequestableKind::StateOwnedEntity => {
            Availability::Blocked(Blocker::AlreadyStateOwnedEntity)
        }
    }
}
