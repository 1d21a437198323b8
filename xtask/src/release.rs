//! `release.json`: which version of which commit a site is, and the digest of every file in it.
//! Must not know what the files are for.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::child;
use crate::project;
use crate::say;
use crate::tools::hex;

/// Its name in the site.
pub(crate) const NAME: &str = "release.json";

/// Writes it about these files of the folder. It holds no time, so that the same source gives the same bytes.
///
/// # Errors
/// When a file cannot be read, or it cannot be written.
pub(crate) fn write(folder: &Path, files: &[String]) -> Result<()> {
    let mut digests = BTreeMap::new();
    for name in files {
        let bytes = fs::read(folder.join(name)).with_context(|| format!("cannot read {name}"))?;
        digests.insert(name.as_str(), hex(&Sha256::digest(&bytes)));
    }
    let commit = commit();
    if let Err(why) = &commit {
        say::note(format!("{NAME} names no commit: {why}"));
    }
    let text = document(commit.ok().as_deref(), &digests);
    fs::write(folder.join(NAME), text).with_context(|| format!("cannot write {NAME}"))
}

fn document(commit: Option<&str>, digests: &BTreeMap<&str, String>) -> String {
    let release: Value = json!({
        "name": "vetted",
        "version": env!("CARGO_PKG_VERSION"),
        "commit": commit,
        "sha256": digests,
    });
    format!("{release:#}\n")
}

/// The commit that the working tree is at, or why that would not be the whole truth.
fn commit() -> Result<String, &'static str> {
    let root = project::root();
    let root = root.to_string_lossy();
    let git = |arguments: &[&str]| {
        let arguments = [&["-C", &root], arguments].concat();
        child::output("git", &arguments).map(|text| text.trim().to_owned())
    };
    // A copy without history may lie within the repository of something else.
    match git(&["rev-parse", "--show-prefix"]) {
        None => return Err("the source is in no git repository"),
        Some(prefix) if !prefix.is_empty() => {
            return Err("the source lies inside another git repository");
        }
        Some(_) => {}
    }
    match git(&["status", "--porcelain"]) {
        Some(changes) if changes.is_empty() => {}
        _ => return Err("the source has changes that are not committed"),
    }
    git(&["rev-parse", "HEAD"]).ok_or("the git repository has no commit yet")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_file_is_listed_in_order_with_its_digest() {
        let digests = BTreeMap::from([("b", "2".to_owned()), ("a/c", "1".to_owned())]);
        let text = document(Some("0123"), &digests);
        assert!(text.find("\"a/c\": \"1\"").unwrap() < text.find("\"b\": \"2\"").unwrap());
        assert!(text.contains("\"commit\": \"0123\""), "{text}");
    }

    #[test]
    fn an_unknown_commit_is_null_and_not_left_out() {
        let release: Value = serde_json::from_str(&document(None, &BTreeMap::new())).unwrap();
        assert!(release.as_object().unwrap().contains_key("commit"));
        assert!(release["commit"].is_null());
    }
}
