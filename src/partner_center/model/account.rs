//! Whether Microsoft lets a customer's account buy: account validation, which is about compliance.
//! Must not know qualifications: one customer may be approved for Education and not be let buy.

use super::{vetting::VettingDate, words::folded};

/// What account validation says about a customer (Partner Center docs: retrieve-validation-status).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountValidation {
    /// How far it is.
    pub status: AccountStatus,
    /// When that last changed, in UTC.
    pub updated: Option<VettingDate>,
}

/// How far account validation is. Its words are others than those of vetting, and the set is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountStatus {
    /// There is no review of this account.
    NoReview,
    /// The account may buy.
    Allowed,
    /// Microsoft is looking at it.
    UnderReview,
    /// Microsoft refused it.
    NotAllowed,
    /// The service says that it is not known.
    Unknown,
    /// The service says that it is not ready.
    NotReady,
    /// A word not known here, as it came.
    Other(String),
}

impl AccountStatus {
    /// Reads the service's word in any case and with any separators.
    pub fn read(word: &str) -> AccountStatus {
        match folded(word).as_str() {
            "allowed" => AccountStatus::Allowed,
            "underreview" => AccountStatus::UnderReview,
            "notallowed" => AccountStatus::NotAllowed,
            "unknown" => AccountStatus::Unknown,
            "notready" => AccountStatus::NotReady,
            _ => AccountStatus::Other(word.to_owned()),
        }
    }

    /// Whether new purchases and more seats are blocked; renewals, reductions and cancellations are not. `None` where no
    /// document states the effect.
    pub fn blocks_purchases(&self) -> Option<bool> {
        match self {
            AccountStatus::NoReview | AccountStatus::Allowed => Some(false),
            AccountStatus::UnderReview | AccountStatus::NotAllowed | AccountStatus::Unknown => {
                Some(true)
            }
            AccountStatus::NotReady | AccountStatus::Other(_) => None,
        }
    }
}
