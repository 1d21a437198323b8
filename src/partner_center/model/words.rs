//! Compares the service's words without regard to case and separators.
//! Must not know any of the words.

/// Lower case, without spaces, `_` and `-`: the pages spell one value `GovernmentCommunityCloud`,
/// `governmentcommunitycloud` and `government_community_cloud`.
pub(in crate::partner_center) fn folded(word: &str) -> String {
    word.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-'))
        .map(|c| c.to_ascii_lowercase())
        .collect()
}
