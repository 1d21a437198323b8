//! Turns `locales/en.json` into the constants of `Key` and `Plural` in `src/i18n`, so that a missing text is a compile error.
//! Knows nothing of what the texts say, nor of other languages: their files are fetched, and found by the keys' ids.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

#[path = "src/i18n/id.rs"]
mod id;

use id::{START, extended};

const FORMS: [&str; 4] = ["one", "few", "many", "other"];

fn main() {
    println!("cargo::rerun-if-changed=locales/en.json");
    println!("cargo::rerun-if-changed=build.rs");
    let source = fs::read_to_string("locales/en.json").expect("locales/en.json can be read");
    let texts: BTreeMap<String, String> =
        serde_json::from_str(&source).expect("locales/en.json is one flat object of texts");

    let mut plain = BTreeMap::new();
    let mut plural: BTreeMap<String, BTreeMap<&str, &str>> = BTreeMap::new();
    for (key, text) in &texts {
        match FORMS
            .iter()
            .find_map(|form| Some((key.strip_suffix(form)?.strip_suffix('_')?, *form)))
        {
            Some((base, form)) => {
                plural
                    .entry(base.to_owned())
                    .or_default()
                    .insert(form, text);
            }
            None => {
                plain.insert(key.clone(), text.as_str());
            }
        }
    }

    let mut ids = Ids::default();
    let mut out = String::new();
    out.push_str("/// Every text of the app that does not depend on a count. Each carries its English text, so that a program\n/// contains the texts that it uses and no others.\n#[allow(non_upper_case_globals)]\nimpl Key {\n");
    for (key, text) in &plain {
        let _ = writeln!(
            out,
            "    #[doc = {:?}]\n    pub const {}: Key = Key({}, {text:?});",
            code(text),
            variant(key),
            ids.of(key),
        );
    }
    out.push_str("}\n\n/// Every text of the app that depends on a count, `{n}`, in the forms that English has.\n#[allow(non_upper_case_globals)]\nimpl Plural {\n");
    for (key, forms) in &plural {
        for form in FORMS {
            ids.of(&format!("{key}_{form}"));
        }
        let other = forms
            .get("other")
            .unwrap_or_else(|| panic!("{key} has no _other form"));
        let one = forms.get("one").copied().unwrap_or(other);
        let _ = writeln!(
            out,
            "    #[doc = {:?}]\n    pub const {}: Plural = Plural({}, {one:?}, {other:?});",
            code(other),
            variant(key),
            ids.of(key),
        );
    }
    out.push_str("}\n");

    let target = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&target).join("keys.rs"), out).expect("OUT_DIR can be written");
}

/// The ids that are given away.
#[derive(Default)]
struct Ids(BTreeMap<u32, String>);

impl Ids {
    /// The id of a key, which no other may have.
    fn of(&mut self, key: &str) -> u32 {
        let id = extended(START, key);
        if let Some(other) = self.0.insert(id, key.to_owned()) {
            panic!("{key} and {other} have the same id: rename one of them");
        }
        id
    }
}

/// A text as code, so that nothing in it means anything to rustdoc.
fn code(text: &str) -> String {
    format!("`` {text} ``")
}

/// `lookup.title` becomes `LookupTitle`.
fn variant(key: &str) -> String {
    key.split(['.', '_', '-'])
        .map(|part| {
            let (first, rest) = part.split_at(part.len().min(1));
            first.to_uppercase() + rest
        })
        .collect()
}
