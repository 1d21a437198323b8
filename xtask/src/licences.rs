//! The licence texts of every crate that is linked into the app.
//! Must not know what else is shipped.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::linked::Graph;

/// Names, versions, licences and, each once, the texts.
pub(crate) fn third_party(graph: &Graph) -> String {
    let mut packages = BTreeMap::new();
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for linked in graph.of_others() {
        let name = format!("{} {}", linked.name, linked.version);
        for text in licence_texts(&linked.folder) {
            texts.entry(text).or_default().insert(name.clone());
        }
        packages.insert(name, linked.licence.clone());
    }
    document(&packages, &texts)
}

fn licence_texts(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let is_licence = |name: &str| {
        let name = name.to_ascii_uppercase();
        ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"]
            .iter()
            .any(|start| name.starts_with(start))
    };
    entries
        .flatten()
        .filter(|entry| is_licence(&entry.file_name().to_string_lossy()))
        .filter_map(|entry| fs::read_to_string(entry.path()).ok())
        .map(|text| text.replace("\r\n", "\n").trim().to_owned())
        .collect()
}

fn document(
    packages: &BTreeMap<String, String>,
    texts: &BTreeMap<String, BTreeSet<String>>,
) -> String {
    // Writing to a string cannot fail.
    let mut document = String::from("Vetted contains these packages:\n\n");
    for (name, licence) in packages {
        let _ = writeln!(document, "{name}: {licence}");
    }
    for (text, users) in texts {
        let users = users
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        let _ = write!(document, "\n{}\n{users}\n\n{text}\n", "=".repeat(80));
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_several_packages_share_is_printed_once() {
        let packages = BTreeMap::from([
            ("a 1".to_owned(), "MIT".to_owned()),
            ("b 2".to_owned(), "MIT".to_owned()),
        ]);
        let users = BTreeSet::from(["a 1".to_owned(), "b 2".to_owned()]);
        let document = document(
            &packages,
            &BTreeMap::from([("The text.".to_owned(), users)]),
        );
        assert_eq!(document.matches("The text.").count(), 1);
        assert!(document.contains("a 1, b 2"));
        assert!(document.contains("a 1: MIT\n"));
    }
}
