//! A customer's special qualifications: which kind, and what vetting says about it.
//! Must not know how they are requested or shown.

use std::cmp::Reverse;

use super::{
    vetting::{KnownReason, VettingDate, VettingStatus},
    words::folded,
};

/// What a customer can be qualified as (Microsoft's SDK: CustomerQualification).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum QualificationKind {
    /// No special qualification.
    None,
    /// An education customer. A partner cannot take it back once assigned.
    Education,
    /// Government Community Cloud.
    GovernmentCommunityCloud,
    /// State-owned entity. It is not vetted and may stand beside another qualification.
    StateOwnedEntity,
    /// Nonprofit. The customer registers itself; it is only ever read here.
    Nonprofit,
    /// A word not known here, as it came.
    Other(String),
}

impl QualificationKind {
    /// Reads the service's word in any case and with any separators.
    pub fn read(word: &str) -> QualificationKind {
        match folded(word).as_str() {
            "none" => QualificationKind::None,
            "education" => QualificationKind::Education,
            "governmentcommunitycloud" => QualificationKind::GovernmentCommunityCloud,
            "stateownedentity" => QualificationKind::StateOwnedEntity,
            "nonprofit" => QualificationKind::Nonprofit,
            _ => QualificationKind::Other(word.to_owned()),
        }
    }

    /// Reads the number that older answers put in place of the word.
    pub fn from_number(number: i64) -> QualificationKind {
        match number {
            0 => QualificationKind::None,
            1 => QualificationKind::Education,
            2 => QualificationKind::Nonprofit,
            3 => QualificationKind::GovernmentCommunityCloud,
            4 => QualificationKind::StateOwnedEntity,
            other => QualificationKind::Other(other.to_string()),
        }
    }
}

/// One entry of a customer's qualifications
/// (Partner Center docs: get-customer-qualification-asynchronous).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qualification {
    /// What the customer is, or asks to be, qualified as.
    pub kind: QualificationKind,
    /// What vetting says. A state-owned entity has none; elsewhere `None` means that the service did
    /// not say, never that it approved.
    pub status: Option<VettingStatus>,
    /// Why it was denied, in the service's own words.
    pub reason: Option<String>,
    /// When vetting began.
    pub since: Option<VettingDate>,
}

impl Qualification {
    /// The documented reason that [`reason`](Self::reason) is; `None` without one or for another text.
    pub fn known_reason(&self) -> Option<KnownReason> {
        self.reason.as_deref().and_then(KnownReason::read)
    }

    /// Whether Microsoft is still looking at it.
    pub fn in_review(&self) -> bool {
        self.status == Some(VettingStatus::InReview)
    }
}

/// All qualifications of one customer: without `None` entries, kinds in the service's order, and of
/// one kind the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Qualifications(Vec<Qualification>);

impl Qualifications {
    /// Puts entries as the service sent them into order.
    pub fn new(entries: impl IntoIterator<Item = Qualification>) -> Qualifications {
        let mut kept: Vec<_> = entries
            .into_iter()
            .filter(|entry| entry.kind != QualificationKind::None)
            .collect();
        let kinds: Vec<_> = kept.iter().map(|entry| entry.kind.clone()).collect();
        kept.sort_by_key(|entry| {
            let place = kinds.iter().position(|kind| *kind == entry.kind);
            let moment = entry.since.as_ref().and_then(VettingDate::moment);
            (place, Reverse(moment))
        });
        Qualifications(kept)
    }

    /// Every entry.
    pub fn iter(&self) -> std::slice::Iter<'_, Qualification> {
        self.0.iter()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the customer has no qualification and asks for none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entry of this kind that counts: the newest.
    pub fn current(&self, kind: &QualificationKind) -> Option<&Qualification> {
        self.iter().find(|entry| entry.kind == *kind)
    }

    /// The entry of each kind that counts. One that a newer one of its kind has overtaken says nothing about now.
    pub fn newest_of_each_kind(&self) -> impl Iterator<Item = &Qualification> {
        self.iter().filter(|entry| {
            let newest = self.current(&entry.kind);
            newest.is_some_and(|newest| std::ptr::eq(newest, *entry))
        })
    }

    /// Whether anything is still being looked at, so that reading again may show something new.
    pub fn in_review(&self) -> bool {
        self.newest_of_each_kind().any(Qualification::in_review)
    }
}

impl<'a> IntoIterator for &'a Qualifications {
    type Item = &'a Qualification;
    type IntoIter = std::slice::Iter<'a, Qualification>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
