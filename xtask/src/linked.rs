//! The crates that are linked into the app, as cargo and `Cargo.lock` know them.
//! Must not know what is written about them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::child;
use crate::project;

/// A crate of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Linked {
    pub(crate) name: String,
    pub(crate) version: String,
    /// An SPDX expression; empty when the crate gives none.
    pub(crate) licence: String,
    pub(crate) description: String,
    /// Where its source is on this machine.
    pub(crate) folder: PathBuf,
    /// SHA-256 of the package as the registry serves it.
    pub(crate) checksum: Option<String>,
    /// Whether it is a member of this workspace.
    pub(crate) ours: bool,
    /// The IDs of the crates it uses.
    pub(crate) uses: BTreeSet<String>,
}

/// The app, and the crates linked into it by their IDs.
pub(crate) struct Graph {
    /// The app's own ID, which is among the crates too.
    pub(crate) app: String,
    pub(crate) crates: BTreeMap<String, Linked>,
}

impl Graph {
    /// What others made, sorted by name and version.
    pub(crate) fn of_others(&self) -> Vec<&Linked> {
        let mut others: Vec<&Linked> = self.crates.values().filter(|linked| !linked.ours).collect();
        others.sort_by_key(|linked| (&linked.name, &linked.version));
        others
    }
}

/// Asks cargo what the app is made of.
///
/// # Errors
/// When cargo cannot say it.
pub(crate) fn graph() -> Result<Graph> {
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
    let lock = project::root().join("Cargo.lock");
    let lock = fs::read_to_string(lock).context("cannot read Cargo.lock")?;
    Ok(read(&metadata, &checksums(&lock)))
}

fn read(metadata: &Value, checksums: &BTreeMap<(String, String), String>) -> Graph {
    let app = string(&metadata["resolve"], "root");
    let uses = linked(metadata);
    let mut crates = BTreeMap::new();
    for package in list(metadata, "packages") {
        let id = string(package, "id").to_owned();
        let Some(uses) = uses.get(id.as_str()) else {
            continue;
        };
        let (name, version) = (string(package, "name"), string(package, "version"));
        let mut folder = PathBuf::from(string(package, "manifest_path"));
        folder.pop();
        let linked = Linked {
            name: name.to_owned(),
            version: version.to_owned(),
            licence: string(package, "license").to_owned(),
            description: string(package, "description").trim().to_owned(),
            folder,
            checksum: checksums
                .get(&(name.to_owned(), version.to_owned()))
                .cloned(),
            ours: package["source"].is_null(),
            uses: uses.iter().map(|id| (*id).to_owned()).collect(),
        };
        crates.insert(id, linked);
    }
    Graph {
        app: app.to_owned(),
        crates,
    }
}

/// The packages reached from the app by normal dependencies, with those they use themselves.
fn linked(metadata: &Value) -> BTreeMap<&str, BTreeSet<&str>> {
    let nodes: BTreeMap<&str, &Value> = list(&metadata["resolve"], "nodes")
        .map(|node| (string(node, "id"), node))
        .collect();
    let mut linked = BTreeMap::new();
    let mut next = vec![string(&metadata["resolve"], "root")];
    while let Some(id) = next.pop() {
        if linked.contains_key(id) {
            continue;
        }
        let dependencies = nodes
            .get(id)
            .into_iter()
            .flat_map(|node| list(node, "deps"));
        // A normal dependency has the kind null.
        let is_normal =
            |dependency: &&Value| list(dependency, "dep_kinds").any(|kind| kind["kind"].is_null());
        let uses: BTreeSet<&str> = dependencies
            .filter(is_normal)
            .map(|dependency| string(dependency, "pkg"))
            .collect();
        next.extend(&uses);
        linked.insert(id, uses);
    }
    linked
}

/// The checksums in the text of a `Cargo.lock`, by name and version.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let package = |block: &str| {
        let value = |field: &str| {
            let line = block.lines().find_map(|line| line.strip_prefix(field))?;
            Some(line.strip_prefix(" = \"")?.strip_suffix('"')?.to_owned())
        };
        Some(((value("name")?, value("version")?), value("checksum")?))
    };
    lock.split("[[package]]").filter_map(package).collect()
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
        let expected = [
            ("app", BTreeSet::from(["used"])),
            ("deeper", BTreeSet::new()),
            ("used", BTreeSet::from(["deeper"])),
        ];
        assert_eq!(linked(&metadata), BTreeMap::from(expected));
    }

    #[test]
    fn a_checksum_belongs_to_one_version_of_one_package() {
        let lock = "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"1.0.0\"\n\n\
            [[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry\"\nchecksum = \"aa\"\n\n\
            [[package]]\nname = \"a\"\nversion = \"2.0.0\"\nchecksum = \"bb\"\ndependencies = [\n \"b\",\n]\n";
        let entry =
            |version: &str, sum: &str| (("a".to_owned(), version.to_owned()), sum.to_owned());
        let expected = [entry("1.0.0", "aa"), entry("2.0.0", "bb")];
        assert_eq!(checksums(lock), BTreeMap::from(expected));
    }
}
