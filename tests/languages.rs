//! The texts of every language fit those of English: none is missing or surplus, each has the same places for values, the
//! plural forms that its language needs, and words of its own.
//! Must not know what a text says.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use vetted::i18n::Language;

type Texts = BTreeMap<String, String>;

/// The endings of plural texts, by CLDR category.
const FORMS: [&str; 4] = ["_one", "_few", "_many", "_other"];

/// Those that a language needs (CLDR, cardinal rules). In Polish the last is for fractions.
fn forms(code: &str) -> &'static [&'static str] {
    match code {
        "pl" => &FORMS,
        _ => &["_one", "_other"],
    }
}

fn read<T: serde::de::DeserializeOwned>(path: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = fs::read_to_string(&path).unwrap_or_else(|_| panic!("no {}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn texts(code: &str) -> Texts {
    read(&format!("locales/{code}.json"))
}

fn others() -> impl Iterator<Item = &'static str> {
    let codes = Language::ALL.map(Language::code).into_iter();
    codes.filter(|code| *code != "en")
}

/// The key without its plural form, if the text has forms.
fn base<'a>(english: &Texts, key: &'a str) -> Option<&'a str> {
    let base = FORMS.iter().find_map(|form| key.strip_suffix(form))?;
    english
        .contains_key(&format!("{base}_other"))
        .then_some(base)
}

/// The English text that stands for a key of another language.
fn source<'a>(english: &'a Texts, key: &str) -> Option<&'a String> {
    let other = || english.get(&format!("{}_other", base(english, key)?));
    english.get(key).or_else(other)
}

fn keys_wanted(english: &Texts, code: &str) -> BTreeSet<String> {
    let of_key = |key: &String| match base(english, key) {
        Some(base) => forms(code)
            .iter()
            .map(|form| format!("{base}{form}"))
            .collect(),
        None => vec![key.clone()],
    };
    english.keys().flat_map(of_key).collect()
}

/// Every part in braces, as often as it is there.
fn places(text: &str) -> Vec<&str> {
    let mut places: Vec<_> = text
        .split('{')
        .skip(1)
        .map(|part| part.split_once('}').map_or("not closed", |(name, _)| name))
        .collect();
    places.sort_unstable();
    places.dedup();
    places
}

fn missing_or_surplus(english: &Texts, texts: &Texts, code: &str) -> Vec<String> {
    let wanted = keys_wanted(english, code);
    let has: BTreeSet<_> = texts.keys().cloned().collect();
    let missing = wanted
        .difference(&has)
        .map(|key| format!("{code}: {key} is missing"));
    let surplus = has
        .difference(&wanted)
        .map(|key| format!("{code}: {key} is surplus"));
    missing.chain(surplus).collect()
}

fn other_places(english: &Texts, texts: &Texts, code: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (key, text) in texts {
        let Some(source) = source(english, key) else {
            continue;
        };
        let (mut wanted, found) = (places(source), places(text));
        // "a day" for "1 day".
        if key.ends_with("_one") && !found.contains(&"n") {
            wanted.retain(|place| *place != "n");
        }
        if wanted != found {
            wrong.push(format!(
                "{code}: {key} has places for {found:?}, English for {wanted:?}"
            ));
        }
    }
    wrong
}

/// What is as in English without a reason, and reasons that nothing needs.
fn same_as_english(english: &Texts, texts: &Texts, reasons: &Texts, code: &str) -> Vec<String> {
    let same: BTreeSet<_> = texts
        .iter()
        .filter(|(key, text)| source(english, key) == Some(text))
        .map(|(key, _)| key)
        .collect();
    let allowed: BTreeSet<_> = reasons.keys().collect();
    let untranslated = same
        .difference(&allowed)
        .map(|key| format!("{code}: {key} is as in English"));
    let needless = allowed
        .difference(&same)
        .map(|key| format!("{code}: {key} has a reason to be as in English, and is not"));
    let unreasoned = reasons
        .iter()
        .filter(|(_, reason)| reason.trim().len() < 5)
        .map(|(key, _)| format!("{code}: no reason for {key}"));
    untranslated.chain(needless).chain(unreasoned).collect()
}

/// Spaces at the ends count where sentences are put together; none is empty.
fn other_edges(english: &Texts, texts: &Texts, code: &str) -> Vec<String> {
    let edges = |text: &str| (text.starts_with(' '), text.ends_with(' '), text.is_empty());
    let wrong = |(key, text): (&String, &String)| {
        let source = source(english, key)?;
        (edges(source) != edges(text)).then(|| format!("{code}: {key} begins or ends otherwise"))
    };
    texts.iter().filter_map(wrong).collect()
}

fn plant(entries: &[(&str, &str)]) -> Texts {
    let owned = |(key, text): &(&str, &str)| ((*key).to_owned(), (*text).to_owned());
    entries.iter().map(owned).collect()
}

#[test]
fn no_text_is_missing_or_surplus_and_none_lacks_a_plural_form() {
    let english = plant(&[("a", "A"), ("d_one", "{n} day"), ("d_other", "{n} days")]);
    let wrong =
        |entries: &[(&str, &str)], code| missing_or_surplus(&english, &plant(entries), code).len();
    let (a, one, other) = (("a", ""), ("d_one", ""), ("d_other", ""));
    assert_eq!(wrong(&[a, one, other], "hu"), 0);
    assert_eq!(wrong(&[one, other], "hu"), 1, "missing");
    assert_eq!(wrong(&[a, one, other, ("b", "")], "hu"), 1, "surplus");
    assert_eq!(wrong(&[a, one, other], "pl"), 2, "forms");
    assert_eq!(
        wrong(&[a, one, other, ("d_few", "")], "sv"),
        1,
        "no such form"
    );
    let english = texts("en");
    let wrong: Vec<_> = others()
        .flat_map(|code| missing_or_surplus(&english, &texts(code), code))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_text_has_the_places_for_values_that_english_has() {
    let english = plant(&[
        ("a", "{x} of {y}"),
        ("d_one", "{n} day"),
        ("d_other", "{n} days"),
    ]);
    let wrong = |key, text| other_places(&english, &plant(&[(key, text)]), "hu").len();
    assert_eq!(wrong("a", "{y} / {x}"), 0);
    assert_eq!(wrong("a", "{x}"), 1);
    assert_eq!(wrong("a", "{x} {y} {z}"), 1);
    assert_eq!(wrong("a", "{x} {Y}"), 1);
    assert_eq!(wrong("d_one", "egy nap"), 0);
    assert_eq!(wrong("d_other", "napok"), 1);
    assert_eq!(wrong("d_few", "dni"), 1);
    let english = texts("en");
    let wrong: Vec<_> = others()
        .flat_map(|code| other_places(&english, &texts(code), code))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_said_as_in_english_is_so_for_a_reason() {
    let english = plant(&[("a", "A"), ("b", "B")]);
    let wrong = |texts: &[(&str, &str)], reasons: &[(&str, &str)]| {
        same_as_english(&english, &plant(texts), &plant(reasons), "hu").len()
    };
    assert_eq!(wrong(&[("a", "Á"), ("b", "B")], &[("b", "a letter")]), 0);
    assert_eq!(wrong(&[("a", "A")], &[]), 1, "not translated");
    assert_eq!(wrong(&[("a", "Á")], &[("a", "a letter")]), 1, "no need");
    assert_eq!(wrong(&[("a", "A")], &[("a", "")]), 1, "no reason");
    let reasons: BTreeMap<String, Texts> = read("tests/as_in_english.json");
    let english = texts("en");
    let none = Texts::new();
    let wrong: Vec<_> = others()
        .flat_map(|code| {
            let reasons = reasons.get(code).unwrap_or(&none);
            same_as_english(&english, &texts(code), reasons, code)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_put_together_from_texts_keeps_its_spaces() {
    let english = plant(&[("a", "A "), ("b", "B")]);
    let wrong = |key, text| other_edges(&english, &plant(&[(key, text)]), "hu").len();
    assert_eq!((wrong("a", "Á "), wrong("b", "Bé")), (0, 0));
    assert_eq!(
        (wrong("a", "Á"), wrong("b", " Bé"), wrong("b", "")),
        (1, 1, 1)
    );
    let english = texts("en");
    let wrong: Vec<_> = others()
        .flat_map(|code| other_edges(&english, &texts(code), code))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn there_is_a_file_for_each_language_and_no_other() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
    let files: BTreeSet<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .collect();
    let codes: BTreeSet<_> = Language::ALL.map(|one| one.code().to_owned()).into();
    assert_eq!(files, codes);
    for code in codes {
        assert_eq!(texts(&code)["language.direction"], "ltr", "{code}");
    }
}

#[test]
fn what_is_there_before_the_app_knows_the_same_languages() {
    let early: String = {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("early.js");
        fs::read_to_string(path).unwrap()
    };
    let line = early
        .lines()
        .find(|line| line.contains("SPOKEN = ["))
        .unwrap();
    let mut codes: Vec<_> = line.split('\'').skip(1).step_by(2).collect();
    codes.sort_unstable();
    let mut known = Language::ALL.map(Language::code);
    known.sort_unstable();
    assert_eq!(codes, known);
}

/// What stands between the tags that have this attribute, by its value; the spaces between words as one each.
fn written<'a>(page: &'a str, attribute: &str) -> Vec<(&'a str, String)> {
    let mark = format!("{attribute}=\"");
    let parts = page.split(mark.as_str()).skip(1);
    let read = |part: &'a str| {
        let (value, rest) = part.split_once('"').unwrap();
        let text = rest.split_once('>').unwrap().1.split('<').next().unwrap();
        (
            value,
            text.split_ascii_whitespace().collect::<Vec<_>>().join(" "),
        )
    };
    parts.map(read).collect()
}

#[test]
fn the_page_itself_says_what_the_texts_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("index.html");
    let page = fs::read_to_string(path).unwrap();
    let english = texts("en");
    let found = written(&page, "data-text");
    assert!(found.len() > 10, "{found:?}");
    for (key, text) in found {
        assert_eq!(english.get(key), Some(&text), "{key}");
    }
    // The first words stand there in every language.
    let first: BTreeSet<_> = written(&page, "<span lang").into_iter().collect();
    let all = |code: &'static str| {
        let texts = texts(code);
        let keys = ["sign_in.title", "sign_in.lead", "sign_in", "shell.loading"];
        keys.map(|key| (code, texts[key].clone()))
    };
    let wanted: BTreeSet<_> = Language::ALL
        .into_iter()
        .flat_map(|one| all(one.code()))
        .collect();
    assert_eq!(first, wanted);
}
