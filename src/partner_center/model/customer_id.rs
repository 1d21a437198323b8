//! The ID of a customer, and how to find one in whatever a person pasted.
//! Must not know where IDs are typed or sent.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::pasted;

/// A customer's Microsoft Entra tenant ID, which the dashboard calls "Microsoft ID".
///
/// It is the only ID that goes into an address; `commerceId` is another one and does not work there
/// (Partner Center docs: customer-resources).
///
/// ```
/// use vetted::partner_center::CustomerId;
///
/// let id: CustomerId = " {11111111-2222-4333-8444-55555555555A} ".parse()?;
/// assert_eq!(id.to_string(), "11111111-2222-4333-8444-55555555555a");
/// # Ok::<(), vetted::partner_center::NotACustomerId>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CustomerId(Uuid);

/// The text is not exactly one GUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a GUID")]
pub struct NotACustomerId;

const HEX_DIGITS: usize = 32;
const WITH_HYPHENS: usize = 36;

impl CustomerId {
    /// The first full GUID in `text`, whatever stands around it: braces, quotes, an address, a sentence.
    ///
    /// Part of a longer run of letters, digits and hyphens is not a GUID. An address names the customer
    /// before anything else that has a GUID, so the first one wins.
    pub fn find_in(text: &str) -> Option<CustomerId> {
        let text = pasted::plain_hyphens(text);
        let text = pasted::without_percent_codes(&text);
        text.split(|c: char| !c.is_alphanumeric() && c != '-')
            .find_map(|word| parse_bare(word).ok())
    }
}

impl FromStr for CustomerId {
    type Err = NotACustomerId;

    /// Reads a GUID and nothing else: with or without hyphens and braces, in any case, spaces around it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = pasted::trimmed(text);
        let inside = text
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
            .unwrap_or(text);
        parse_bare(pasted::trimmed(inside))
    }
}

fn parse_bare(word: &str) -> Result<CustomerId, NotACustomerId> {
    // Uuid reads more forms than these two; the length keeps the others out.
    if word.len() != HEX_DIGITS && word.len() != WITH_HYPHENS {
        return Err(NotACustomerId);
    }
    Uuid::try_parse(word)
        .map(CustomerId)
        .map_err(|_| NotACustomerId)
}

impl fmt::Display for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl TryFrom<String> for CustomerId {
    type Error = NotACustomerId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CustomerId> for String {
    fn from(id: CustomerId) -> Self {
        id.to_string()
    }
}
