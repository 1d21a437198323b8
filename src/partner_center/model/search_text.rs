//! What a person may search for.
//! Must not know which fields are searched.

use std::fmt;

use super::pasted;

/// The beginning of a company name or domain: trimmed, not empty, not longer than [`SearchText::LIMIT`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SearchText(String);

/// Why a text cannot be searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SearchTextError {
    /// Nothing was typed.
    #[error("nothing to search for")]
    Empty,
    /// Longer than any name; `limit` counts characters.
    #[error("longer than {limit} characters")]
    TooLong {
        /// The most characters allowed.
        limit: usize,
    },
}

impl SearchText {
    /// The most characters to search for: more than any company name, and short enough for an address.
    pub const LIMIT: usize = 256;

    /// The text as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for SearchText {
    type Error = SearchTextError;

    fn try_from(typed: &str) -> Result<Self, Self::Error> {
        let text = pasted::trimmed(typed);
        if text.is_empty() {
            return Err(SearchTextError::Empty);
        }
        if text.chars().count() > Self::LIMIT {
            return Err(SearchTextError::TooLong { limit: Self::LIMIT });
        }
        Ok(SearchText(text.to_owned()))
    }
}

impl TryFrom<String> for SearchText {
    type Error = SearchTextError;

    fn try_from(typed: String) -> Result<Self, Self::Error> {
        typed.as_str().try_into()
    }
}

impl fmt::Display for SearchText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
