//! Why a qualification cannot be asked for now, or what speaks against it, in words.
//! Must not know the rules themselves: those are the API client's.

use crate::i18n::Key;
use crate::partner_center::{Blocker, Caution};

/// Why it is not offered.
pub(super) fn blocker_words(blocker: Blocker) -> Key {
    match blocker {
        Blocker::EducationInReview => Key::BlockEducationInReview,
        Blocker::AlreadyEducation => Key::BlockAlreadyEducation,
        Blocker::GccWhileEducationInReview => Key::BlockGccWhileEducation,
        Blocker::GccAfterEducation => Key::BlockGccAfterEducation,
        Blocker::EducationAfterGcc => Key::BlockEducationAfterGcc,
        Blocker::GccInReview => Key::BlockGccInReview,
        Blocker::AlreadyGcc => Key::BlockAlreadyGcc,
        Blocker::AlreadyStateOwnedEntity => Key::BlockAlreadySoe,
    }
}

/// What to consider before asking.
pub(super) fn caution_words(caution: Caution) -> Key {
    match caution {
        Caution::EducationDenied => Key::CautionEducationDenied,
        Caution::EducationStatusUnclear => Key::CautionEducationUnclear,
        Caution::GccDenied => Key::CautionGccDenied,
        Caution::StateOwnedEntityPresent => Key::CautionSoe,
        Caution::NonprofitPresent => Key::CautionNonprofit,
        Caution::UnknownPresent => Key::CautionUnknown,
    }
}
