//! Languages: the only holder of user-visible text, and of how dates, numbers and counts are written.
//! Must not know what a customer or a qualification is.

mod format;

pub use format::{ahead, date, date_time, relative};

/// A text of the app that does not depend on a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(&'static str);

/// A text of the app that depends on a count: its forms by CLDR category, one, few, many, other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Plural([Option<&'static str>; 4]);

include!(concat!(env!("OUT_DIR"), "/keys.rs"));

use leptos::prelude::*;

/// A text that follows the language: what components take as labels.
pub type Text = Signal<String>;

/// The text of `key` as a signal, for views.
pub fn text(key: Key) -> Text {
    Signal::derive(move || t(key))
}

/// A text with its placeholders filled, as a signal. `args` is called whenever the text is written anew.
pub fn text_with<const N: usize>(
    key: Key,
    args: impl Fn() -> [(&'static str, String); N] + Send + Sync + 'static,
) -> Text {
    Signal::derive(move || fill(key, &args()))
}

/// The text of `key`, now.
pub fn t(key: Key) -> String {
    key.0.to_owned()
}

/// The text of `key` with each `{name}` replaced by its value.
///
/// Values are inserted as they are and never searched for placeholders themselves.
pub fn fill<S: AsRef<str>>(key: Key, args: &[(&str, S)]) -> String {
    substitute(key.0, args)
}

/// A text of others inside a sentence: its direction ends where it does (Unicode bidi isolates).
pub fn isolated(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

/// The text of `key` before and after its one placeholder, where an element of the page is to stand.
pub fn around(key: Key) -> (&'static str, &'static str) {
    let text = key.0;
    let split = text.find('{').and_then(|start| {
        let end = start + text[start..].find('}')?;
        Some((&text[..start], &text[end + 1..]))
    });
    split.unwrap_or((text, ""))
}

/// The text of `key` in the form that `n` needs, with `{n}` and the other placeholders filled.
pub fn plural(key: Plural, n: usize) -> String {
    let [one, few, many, other] = key.0;
    let form = match n {
        1 => one,
        _ => None,
    };
    let chosen = form.or(other).or(many).or(few).unwrap_or_default();
    substitute(chosen, &[("n", format::number(n))])
}

/// The language tag of the texts, for `X-Locale`.
pub fn language_tag() -> &'static str {
    "en-US"
}

fn substitute<S: AsRef<str>>(template: &str, args: &[(&str, S)]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let (before, braced) = rest.split_at(start);
        out.push_str(before);
        rest = braced;
        let Some(end) = braced.find('}') else {
            break;
        };
        let (placeholder, after) = braced.split_at(end + 1);
        let name = &placeholder[1..end];
        match args.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => out.push_str(value.as_ref()),
            None => out.push_str(placeholder),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::substitute;

    #[test]
    fn placeholders_are_replaced_by_their_values() {
        let args = [("who", "North School"), ("n", "3")];
        assert_eq!(
            substitute("{who}: {n} of {n}", &args),
            "North School: 3 of 3"
        );
    }

    #[test]
    fn a_value_is_never_searched_for_placeholders() {
        let args = [("a", "{b}"), ("b", "no")];
        assert_eq!(substitute("{a}", &args), "{b}");
    }

    #[test]
    fn an_unknown_placeholder_and_a_lone_brace_stay_as_they_are() {
        assert_eq!(substitute("{x} {", &[("y", "z")]), "{x} {");
    }
}
