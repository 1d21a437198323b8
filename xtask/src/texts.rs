//! The texts of every language but English, as files beside the page: all of them for the app, and for the door those that
//! the door has.
//! Must not know what a text says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::dist::contains;
use crate::project;

/// The language that the programs bring along.
const COMPILED: &str = "en";

type Texts = BTreeMap<String, String>;

/// The languages that are fetched, by their codes.
///
/// # Errors
/// When `locales/` cannot be read.
pub(crate) fn languages() -> Result<Vec<String>> {
    let mut codes = Vec::new();
    for entry in fs::read_dir(project::root().join("locales")).context("cannot read locales/")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        codes.extend(name.strip_suffix(".json").map(str::to_owned));
    }
    codes.retain(|code| code != COMPILED);
    codes.sort();
    Ok(codes)
}

/// The name of the file with the texts of a language, for the app or for the door.
pub(crate) fn name(code: &str, door: bool) -> String {
    match door {
        true => format!("texts-door-{code}.txt"),
        false => format!("texts-{code}.txt"),
    }
}

/// Adds the files to a built site, and links them from its page.
///
/// # Errors
/// When a file is missing or is no flat object of texts, or the page has no place for links.
pub(crate) fn add(site: &Path) -> Result<()> {
    let door = wasm_of_door(site)?;
    let english = read(COMPILED)?;
    let in_door = |key: &str| {
        // A form that English does not have stands where its others do.
        let of_plural = key
            .rsplit_once('_')
            .map(|(base, _)| format!("{base}_other"));
        let text = english.get(key).or_else(|| english.get(&of_plural?));
        text.is_none_or(|text| contains(&door, text.as_bytes()))
    };
    let mut links = String::new();
    for code in languages()? {
        let mut texts = read(&code)?;
        for door in [false, true] {
            if door {
                texts.retain(|key, _| in_door(key));
            }
            let file = name(&code, door);
            fs::write(site.join(&file), lines(&texts)?)
                .with_context(|| format!("cannot write {file}"))?;
            let rel = if door {
                "vetted-door-texts"
            } else {
                "vetted-texts"
            };
            links += &format!("<link rel=\"{rel}\" hreflang=\"{code}\" href=\"/{file}\" />\n");
        }
    }
    let page = site.join("index.html");
    let text = fs::read_to_string(&page).context("cannot read index.html")?;
    fs::write(&page, linking(&text, &links)?).context("cannot write index.html")
}

/// In each line a key, a space, and the text: what the programs read without knowing JSON.
fn lines(texts: &Texts) -> Result<String> {
    let mut lines = String::new();
    for (key, text) in texts {
        if key.contains(' ') || text.contains(['\n', '\r']) {
            bail!("{key} has a space in its key or a line break in its text");
        }
        lines += &format!("{key} {text}\n");
    }
    Ok(lines)
}

fn linking(page: &str, links: &str) -> Result<String> {
    let end = "</head>";
    if page.matches(end).count() != 1 {
        bail!("index.html must have exactly one {end}");
    }
    Ok(page.replace(end, &format!("{links}{end}")))
}

fn read(code: &str) -> Result<Texts> {
    let path = project::root().join("locales").join(format!("{code}.json"));
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text)
        .with_context(|| format!("{} is no flat object of texts", path.display()))
}

fn wasm_of_door(site: &Path) -> Result<Vec<u8>> {
    for entry in fs::read_dir(site)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("door") && name.ends_with("_bg.wasm") {
            return fs::read(&path).with_context(|| format!("cannot read {}", path.display()));
        }
    }
    bail!("trunk built no door")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn links_stand_at_the_end_of_the_head() {
        let page = "<html><head><title>x</title></head><body></body></html>";
        let linked = linking(page, "<link />\n").unwrap();
        assert!(linked.contains("</title><link />\n</head>"), "{linked}");
        assert!(linking("<html></html>", "<link />").is_err());
    }

    #[test]
    fn a_text_is_one_line() {
        let one = |key: &str, text: &str| lines(&Texts::from([(key.to_owned(), text.to_owned())]));
        assert_eq!(one("a.b", "two words").unwrap(), "a.b two words\n");
        assert!(one("a.b", "two\nlines").is_err());
        assert!(one("a b", "words").is_err());
    }

    #[test]
    fn every_language_but_the_one_compiled_in_is_fetched() {
        let languages = languages().unwrap();
        assert!(!languages.iter().any(|code| code == COMPILED));
        assert!(languages.iter().any(|code| code == "hu"), "{languages:?}");
    }
}
