//! The licence texts of every crate that is linked into the app.
//! Must not know what else is shipped.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::child;
use crate::project;

/// Names, versions, licences and, each once, the texts.
///
/// # Errors
/// When cargo cannot say what the app is made of.
pub(crate) fn third_party() -> Result<String> {
    let root = project::root().join("Cargo.toml");
    let manifest = root.to_string_lossy();
    let arguments = [
        "metadata",
        "--format-version",
        "1",
        "--filter-platform",
        project::WASM,
        "--manifest-path",
        &manifest,
    ];
    let metadata =
        child::output(project::cargo_program(), &arguments).context("`cargo metadata` failed")?;
    let metadata: Value =
        serde_json::from_str(&metadata).context("`cargo metadata` wrote no JSON")?;

    let linked = linked(&metadata);
    let mut packages = BTreeMap::new();
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in list(&metadata, "packages") {
        if !linked.contains(string(package, "id")) || package["source"].is_null() {
            continue;
        }
        let name = format!("{} {}", string(package, "name"), string(package, "version"));
        if let Some(folder) = Path::new(string(package, "manifest_path")).parent() {
            for text in licence_texts(folder) {
                texts.entry(text).or_default().insert(name.clone());
            }
        }
        packages.insert(name, string(package, "license").to_owned());
    }
    Ok(document(&packages, &texts))
}

/// The packages reached from the app by normal dependencies.
fn linked(metadata: &Value) -> BTreeSet<&str> {
    let nodes: BTreeMap<&str, &Value> = list(&metadata["resolve"], "nodes")
        .map(|node| (string(node, "id"), node))
        .collect();
    let mut linked = BTreeSet::new();
    let mut next = vec![string(&metadata["resolve"], "root")];
    while let Some(id) = next.pop() {
        if !linked.insert(id) {
            continue;
        }
        let Some(node) = nodes.get(id) else { continue };
        for dependency in list(node, "deps") {
            // A normal dependency has the kind null.
            if list(dependency, "dep_kinds").any(|kind| kind["kind"].is_null()) {
                next.push(string(dependency, "pkg"));
            }
        }
    }
    linked
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

fn list<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    value[field].as_array().into_iter().flatten()
}

fn string<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_linked_counts_and_not_what_merely_builds_or_tests_it() {
        let metadata = serde_json::json!({ "resolve": { "root": "app", "nodes": [
            { "id": "app", "deps": [
                { "pkg": "used", "dep_kinds": [{ "kind": null }] },
                { "pkg": "builder", "dep_kinds": [{ "kind": "build" }] },
                { "pkg": "tester", "dep_kinds": [{ "kind": "dev" }] } ] },
            { "id": "used", "deps": [{ "pkg": "deeper", "dep_kinds": [{ "kind": "dev" }, { "kind": null }] }] },
            { "id": "deeper", "deps": [] },
            { "id": "builder", "deps": [] } ] } });
        assert_eq!(linked(&metadata), BTreeSet::from(["app", "deeper", "used"]));
    }

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
