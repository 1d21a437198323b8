//! Languages: the only holder of user-visible text, and of how dates, numbers and counts are written.
//! Must not know what a customer or a qualification is.

mod format;
mod id;
mod language;

pub use format::{ahead, date, date_time, in_order, lasting, listed, relative};
pub use language::{Language, Texts, language, speak};

/// A text of the app that does not depend on a count: its id, and the English.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(u32, &'static str);

/// A text of the app that depends on a count: its id, and the English of one and of every other count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Plural(u32, &'static str, &'static str);

include!(concat!(env!("OUT_DIR"), "/keys.rs"));

use id::extended;
use language::with_text;
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

/// The text of `key`, now. A view that asks follows the language.
pub fn t(key: Key) -> String {
    with_text(key.0, key.1, &str::to_owned)
}

/// The text of `key` with each `{name}` replaced by its value.
///
/// Values are inserted as they are and never searched for placeholders themselves.
pub fn fill<S: AsRef<str>>(key: Key, args: &[(&str, S)]) -> String {
    with_text(key.0, key.1, &|said| substitute(said, args))
}

/// A text of others inside a sentence: its direction ends where it does (Unicode bidi isolates).
pub fn isolated(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

/// The text of `key` before and after its one placeholder, where an element of the page is to stand.
pub fn around(key: Key) -> (Text, Text) {
    let part = move |side: fn((String, String)) -> String| {
        Signal::derive(move || {
            let text = t(key);
            let start = text.find('{').unwrap_or(text.len());
            let end = text[start..]
                .find('}')
                .map_or(text.len(), |end| start + end + 1);
            side((text[..start].to_owned(), text[end..].to_owned()))
        })
    };
    (part(|(before, _)| before), part(|(_, after)| after))
}

/// The text of `key` in the form that `n` needs, with `{n}` filled.
pub fn plural(key: Plural, n: usize) -> String {
    let id = extended(key.0, language().form(n));
    let english = if n == 1 { key.1 } else { key.2 };
    let number = [("n", format::number(n))];
    with_text(id, english, &|said| substitute(said, &number))
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
