//! The languages of the app, and the one that is spoken now with its texts.
//! Must not know where the texts of a language come from, nor who chooses one.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use leptos::reactive::graph::{Observer, Source};

use super::id::{START, extended};

/// A language that the app speaks. `locales/` has a file for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// The one that the texts are written in first, and that needs no file.
    #[default]
    English,
    /// `de`
    German,
    /// `hu`
    Hungarian,
    /// `pl`
    Polish,
    /// `sv`
    Swedish,
    /// `tr`
    Turkish,
}

impl Language {
    /// All of them, by their own names.
    pub const ALL: [Self; 6] = [
        Self::German,
        Self::English,
        Self::Hungarian,
        Self::Polish,
        Self::Swedish,
        Self::Turkish,
    ];

    /// Its BCP 47 tag without a region, as in the names of the files.
    pub fn code(self) -> &'static str {
        &self.tag()[..2]
    }

    /// Its tag with the region where most of its speakers are: what `X-Locale` takes.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en-US",
            Self::German => "de-DE",
            Self::Hungarian => "hu-HU",
            Self::Polish => "pl-PL",
            Self::Swedish => "sv-SE",
            Self::Turkish => "tr-TR",
        }
    }

    /// What it calls itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::Hungarian => "Magyar",
            Self::Polish => "Polski",
            Self::Swedish => "Svenska",
            Self::Turkish => "Türkçe",
        }
    }

    /// The language of a tag such as `sv` or `sv-FI`.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?;
        let is_it = |language: &Self| language.code().eq_ignore_ascii_case(primary);
        Self::ALL.into_iter().find(is_it)
    }

    /// The form of a plural that a whole number takes, by the cardinal rules of CLDR.
    pub(super) fn form(self, n: usize) -> &'static str {
        match (self, n) {
            (_, 1) => "_one",
            (Self::Polish, _) => match (n % 10, n % 100) {
                (2..=4, 12..=14) => "_many",
                (2..=4, _) => "_few",
                _ => "_many",
            },
            _ => "_other",
        }
    }
}

/// The texts of a language other than English, by their ids.
#[derive(Debug, Default)]
pub struct Texts(Vec<(u32, Box<str>)>);

impl Texts {
    /// Reads what `cargo xtask` makes of a file of `locales/`: in each line a key, a space, and the text. `None` when it is
    /// something else.
    pub fn read(file: &str) -> Option<Self> {
        let texts = file.lines().map(|line| {
            let (key, text) = line.split_once(' ')?;
            Some((extended(START, key), text.into()))
        });
        let texts: Vec<_> = texts.collect::<Option<_>>()?;
        (!texts.is_empty()).then_some(Self(texts))
    }

    // A thousand numbers are compared in no time, with less code than a map or a search by halves takes.
    fn get(&self, id: u32) -> Option<&str> {
        let found = self.0.iter().find(|(own, _)| *own == id)?;
        Some(&found.1)
    }
}

thread_local! {
    static SPOKEN: Cell<Language> = const { Cell::new(Language::English) };
    static TEXTS: RefCell<Texts> = RefCell::default();
    static CHANGED: ArcTrigger = ArcTrigger::new();
}

/// The language that is spoken now. A view that asks follows it.
pub fn language() -> Language {
    follow();
    SPOKEN.get()
}

/// Speaks this language from now on. What its texts lack is said in English; English needs none.
pub fn speak(language: Language, texts: Texts) {
    SPOKEN.set(language);
    TEXTS.set(texts);
    CHANGED.with(ArcTrigger::clone).notify();
}

/// What `say` makes of the text with this id, or of the English where there is no other.
#[inline(never)]
pub(super) fn with_text(id: u32, english: &str, say: &dyn Fn(&str) -> String) -> String {
    follow();
    TEXTS.with_borrow(|texts| say(texts.get(id).unwrap_or(english)))
}

/// Whatever is being drawn is drawn anew in another language.
///
/// It would stay in the list of those that follow after it is gone, since the language outlives every page: so it leaves.
fn follow() {
    let Some(follower) = Observer::get() else {
        return;
    };
    let changed = CHANGED.with(ArcTrigger::clone);
    changed.track();
    on_cleanup(move || changed.remove_subscriber(&follower));
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use leptos::reactive::graph::ToAnySubscriber;

    #[test]
    fn a_tag_of_any_region_and_spelling_means_the_language() {
        for (tag, language) in [
            ("sv", Some(Language::Swedish)),
            ("sv-FI", Some(Language::Swedish)),
            ("PL", Some(Language::Polish)),
            ("de_AT", Some(Language::German)),
            ("tr-Latn-TR", Some(Language::Turkish)),
            ("hun", None),
            ("fr", None),
            ("", None),
        ] {
            assert_eq!(Language::of_tag(tag), language, "{tag}");
        }
        for language in Language::ALL {
            assert_eq!(Language::of_tag(language.code()), Some(language));
        }
    }

    #[test]
    fn polish_has_three_forms_for_whole_numbers_and_the_others_two() {
        let forms = |language: Language, numbers: &[usize]| -> Vec<_> {
            numbers.iter().map(|n| language.form(*n)).collect()
        };
        let numbers = [
            0, 1, 2, 4, 5, 11, 12, 14, 21, 22, 24, 25, 101, 102, 112, 122,
        ];
        let (one, few, many) = ("_one", "_few", "_many");
        assert_eq!(
            forms(Language::Polish, &numbers),
            [
                many, one, few, few, many, many, many, many, many, few, few, many, many, few, many,
                few
            ]
        );
        for language in Language::ALL {
            if language != Language::Polish {
                assert_eq!(
                    forms(language, &[0, 1, 2, 11, 21]),
                    ["_other", "_one", "_other", "_other", "_other"]
                );
            }
        }
    }

    #[test]
    fn a_text_is_found_by_its_key_and_whatever_is_no_file_of_texts_is_refused() {
        let texts = Texts::read("b.c two words\na one\n").unwrap();
        let text = |key| texts.get(extended(START, key));
        assert_eq!(
            [text("a"), text("b.c"), text("b")],
            [Some("one"), Some("two words"), None]
        );
        for wrong in ["", "\n", "a", "{\"a\":\"b\"}", "a b\n\nc d"] {
            assert!(Texts::read(wrong).is_none(), "{wrong}");
        }
    }

    /// How many places know of this memo.
    fn known(memo: &ArcMemo<&'static str>) -> usize {
        memo.to_any_subscriber().1.weak_count()
    }

    #[test]
    fn what_is_gone_keeps_no_place_among_those_that_follow() {
        let page = Owner::new();
        let (alone, seen) = page.with(|| {
            let alone = ArcMemo::new(|_| "en");
            (alone, ArcMemo::new(|_| language().code()))
        });
        assert_eq!((alone.get_untracked(), seen.get_untracked()), ("en", "en"));
        speak(Language::Swedish, Texts::default());
        assert_eq!(
            seen.get_untracked(),
            "sv",
            "follows while the page is there"
        );
        // Once among those that follow, once in what takes it out of there.
        assert_eq!(known(&seen), known(&alone) + 2);
        page.cleanup();
        assert_eq!(known(&seen), known(&alone));
    }
}
