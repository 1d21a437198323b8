//! What Microsoft's vetting says about a qualification: status, date, reason.
//! Must not know which qualification it belongs to.

use jiff::Timestamp;

use super::{moment, words::folded};

/// How far vetting has come. The set is open: the documents name three and add "etc."
/// (Partner Center docs: get-customer-qualification-asynchronous, api-change-log).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VettingStatus {
    /// Microsoft is looking at it; this takes days.
    InReview,
    /// The customer has the qualification.
    Approved,
    /// Microsoft refused it; the reason may say why.
    Denied,
    /// A word not known here, as it came.
    Other(String),
}

impl VettingStatus {
    /// Reads the service's word in any case and with any separators.
    pub fn read(word: &str) -> VettingStatus {
        match folded(word).as_str() {
            "inreview" => VettingStatus::InReview,
            "approved" => VettingStatus::Approved,
            "denied" => VettingStatus::Denied,
            _ => VettingStatus::Other(word.to_owned()),
        }
    }
}

/// When vetting began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VettingDate {
    /// A moment.
    At(Timestamp),
    /// A text that is no unambiguous moment, as it came. The change log once printed
    /// `07/09/2020: 00:00:00`, where nobody can tell the day from the month.
    AsWritten(String),
}

impl VettingDate {
    /// Reads an ISO 8601 date and time with any fraction. Without a zone it means UTC, as the documents say.
    pub fn read(text: &str) -> VettingDate {
        let moment = moment::iso_8601(text.trim());
        moment.map_or_else(|| VettingDate::AsWritten(text.to_owned()), VettingDate::At)
    }

    /// The moment so many milliseconds after 1970 in UTC, as JavaScript counts; `None` where the calendar ends.
    pub fn from_millis(millis: f64) -> Option<VettingDate> {
        let moment = Timestamp::from_millisecond(millis as i64);
        moment.ok().map(VettingDate::At)
    }

    /// Milliseconds since 1970 in UTC, as JavaScript counts; `None` for a text that is no moment.
    pub fn millis(&self) -> Option<f64> {
        match self {
            VettingDate::At(moment) => Some(moment.as_millisecond() as f64),
            VettingDate::AsWritten(_) => None,
        }
    }

    pub(super) fn moment(&self) -> Option<Timestamp> {
        match self {
            VettingDate::At(moment) => Some(*moment),
            VettingDate::AsWritten(_) => None,
        }
    }
}

/// A reason for a denial that the documents list (Partner Center docs: api-change-log, December 2020).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KnownReason {
    /// "Not an Education Customer"
    NotEducation,
    /// "No longer an Education Customer"
    NoLongerEducation,
    /// "Not an Education Customer - After Review"
    NotEducationAfterReview,
    /// "Restricted being an Education Customer"
    Restricted,
    /// "Not an Academic Domain"
    NotAcademicDomain,
    /// "Not an eligible Library"
    NotEligibleLibrary,
    /// "Not an eligible Museum"
    NotEligibleMuseum,
}

impl KnownReason {
    /// Every one.
    pub const ALL: [KnownReason; 7] = [
        KnownReason::NotEducation,
        KnownReason::NoLongerEducation,
        KnownReason::NotEducationAfterReview,
        KnownReason::Restricted,
        KnownReason::NotAcademicDomain,
        KnownReason::NotEligibleLibrary,
        KnownReason::NotEligibleMuseum,
    ];

    /// Whether Microsoft has looked into it already, or may not allow it, so that another request alone changes nothing.
    pub fn is_final(self) -> bool {
        match self {
            KnownReason::NotEducationAfterReview | KnownReason::Restricted => true,
            KnownReason::NotEducation
            | KnownReason::NoLongerEducation
            | KnownReason::NotAcademicDomain
            | KnownReason::NotEligibleLibrary
            | KnownReason::NotEligibleMuseum => false,
        }
    }

    /// The listed reason that `text` is, in any case; `None` for any other text.
    pub fn read(text: &str) -> Option<KnownReason> {
        match folded(text).as_str() {
            "notaneducationcustomer" => Some(KnownReason::NotEducation),
            "nolongeraneducationcustomer" => Some(KnownReason::NoLongerEducation),
            "notaneducationcustomerafterreview" => Some(KnownReason::NotEducationAfterReview),
            "restrictedbeinganeducationcustomer" => Some(KnownReason::Restricted),
            "notanacademicdomain" => Some(KnownReason::NotAcademicDomain),
            "notaneligiblelibrary" => Some(KnownReason::NotEligibleLibrary),
            "notaneligiblemuseum" => Some(KnownReason::NotEligibleMuseum),
            _ => None,
        }
    }
}
