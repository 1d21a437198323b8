//! What can be sold to a customer now, given its qualifications.
//! Must not know prices or offers, nor whether the customer's account may buy at all.

use super::{Qualification, QualificationKind, Qualifications, VettingStatus};

/// A segment of offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// Commercial offers.
    Commercial,
    /// Offers for nonprofits.
    Nonprofit,
    /// Offers for education.
    Education,
    /// Offers of Government Community Cloud.
    Government,
}

impl Segment {
    /// Every segment, in the order of the documents.
    pub const ALL: [Segment; 4] = [
        Segment::Commercial,
        Segment::Nonprofit,
        Segment::Education,
        Segment::Government,
    ];
}

/// What can be sold (Partner Center docs: get-special-pricing-for-offers).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sellable {
    /// These segments and no others, as the documents state it.
    Stated(&'static [Segment]),
    /// No document says.
    NotStated(NotStated),
}

/// Why no document says what can be sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotStated {
    /// The documents do not have these qualifications together.
    Combination,
    /// A qualification has no status, or one not known here: it may count or not.
    StatusUnclear,
    /// The customer has a qualification not known here.
    UnknownKind,
}

impl Sellable {
    /// Whether this segment can be sold; `None` where no document says.
    pub fn allows(&self, segment: Segment) -> Option<bool> {
        match self {
            Sellable::Stated(segments) => Some(segments.contains(&segment)),
            Sellable::NotStated(_) => None,
        }
    }
}

/// What can be sold to a customer with these qualifications. One that is vetted counts once it is approved, and one in
/// review or denied does not; a state-owned entity is not vetted and counts by itself.
pub fn sellable(qualifications: &Qualifications) -> Sellable {
    let mut counted = Counted::default();
    for entry in qualifications.newest_of_each_kind() {
        let place = match &entry.kind {
            QualificationKind::None => continue,
            QualificationKind::Education => &mut counted.education,
            QualificationKind::GovernmentCommunityCloud => &mut counted.government,
            QualificationKind::StateOwnedEntity => &mut counted.state_owned,
            QualificationKind::Nonprofit => &mut counted.nonprofit,
            QualificationKind::Other(_) => return Sellable::NotStated(NotStated::UnknownKind),
        };
        match counts(entry) {
            Some(counts) => *place = counts,
            None => return Sellable::NotStated(NotStated::StatusUnclear),
        }
    }
    counted.sold()
}

/// Whether a qualification counts now; `None` where its status does not say.
fn counts(entry: &Qualification) -> Option<bool> {
    match &entry.status {
        Some(VettingStatus::Approved) => Some(true),
        Some(VettingStatus::InReview | VettingStatus::Denied) => Some(false),
        None if entry.kind == QualificationKind::StateOwnedEntity => Some(true),
        Some(VettingStatus::Other(_)) | None => None,
    }
}

/// Which qualifications count.
#[derive(Default)]
struct Counted {
    nonprofit: bool,
    education: bool,
    government: bool,
    state_owned: bool,
}

impl Counted {
    /// The documents' table, row by row.
    fn sold(&self) -> Sellable {
        use Segment::{Commercial, Education, Government, Nonprofit};
        match (self.nonprofit, self.education, self.government) {
            (false, false, false) => Sellable::Stated(&[Commercial]),
            (true, false, false) if !self.state_owned => Sellable::Stated(&[Commercial, Nonprofit]),
            (false, true, false) => Sellable::Stated(&[Commercial, Education]),
            (false, false, true) => Sellable::Stated(&[Government]),
            _ => Sellable::NotStated(NotStated::Combination),
        }
    }
}
