//! The codes that let a partner request Government Community Cloud.
//! Must not know the request they end up in.

use std::cmp::Ordering;

/// A validation code of the partner
/// (Partner Center docs: get-a-partner-s-validation-codes, utility-resources#validationcode).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationCode {
    /// The code itself. A text: leading zeros count.
    pub id: String,
    /// The organisation's name given when the partner was validated; may be empty.
    pub organization: String,
    /// How many customers the code is good for; `None` is not limited or not known.
    pub max_creates: Option<i64>,
    /// How many of those are left; `None` is not limited or not known.
    pub remaining_creates: Option<i64>,
}

impl ValidationCode {
    /// Whether the service counts no customer left for this code.
    pub fn used_up(&self) -> bool {
        self.remaining_creates.is_some_and(|left| left <= 0)
    }

    /// The order of a list: by organisation without regard to case, then by code.
    pub fn by_name(a: &ValidationCode, b: &ValidationCode) -> Ordering {
        let name = |code: &ValidationCode| code.organization.to_lowercase();
        name(a).cmp(&name(b)).then_with(|| a.id.cmp(&b.id))
    }
}
