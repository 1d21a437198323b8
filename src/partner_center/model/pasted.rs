//! Cleans what people paste: invisible characters, typographic hyphens, percent codes.
//! Must not know what the text stands for.

use std::borrow::Cow;

/// Without white space and invisible characters at both ends. What is inside stays as it is.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Zero-width and direction marks, which copying from web pages and mail often brings along.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'
    )
}

/// Whether a character inside a text cannot be seen: control characters and zero-width marks.
pub(super) fn is_unseen(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

/// With every hyphen, dash and minus that word processors put in place of `-` turned back into it.
pub(super) fn plain_hyphens(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            other => other,
        })
        .collect()
}

/// With each percent code (`%2F`, `%7B`) replaced by a space, so that its digits do not stick to a word.
pub(super) fn without_percent_codes(text: &str) -> Cow<'_, str> {
    let mut parts = text.split('%');
    let first = parts.next().unwrap_or_default();
    if first.len() == text.len() {
        return Cow::Borrowed(text);
    }
    let mut plain = first.to_owned();
    for part in parts {
        match part.split_at_checked(2) {
            Some((code, rest)) if code.bytes().all(|b| b.is_ascii_hexdigit()) => {
                plain.push(' ');
                plain.push_str(rest);
            }
            _ => {
                plain.push('%');
                plain.push_str(part);
            }
        }
    }
    Cow::Owned(plain)
}
