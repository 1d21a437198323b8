//! A file of `deploy/`, with what an administrator changes in it changed.
//! Must not know which server reads it.

use std::fs;
use std::path::{Path, PathBuf};

/// The shipped file with each of these words replaced wherever it stands.
///
/// # Panics
/// When one is not there, or putting the old words back does not give the shipped file again.
pub(crate) fn adapted(file: &str, changes: &[(&str, String)]) -> String {
    let shipped = read(&format!("deploy/{file}"));
    let mut text = shipped.clone();
    for (old, new) in changes {
        assert!(text.contains(old), "{file} has no {old:?} to adapt");
        text = text.replace(old, new);
    }
    let back = changes
        .iter()
        .rev()
        .fold(text.clone(), |text, (old, new)| text.replace(new, old));
    assert_eq!(back, shipped, "more than these words differs: {changes:?}");
    eprintln!("{file}, adapted:");
    for (old, new) in shipped.lines().zip(text.lines()) {
        if old != new {
            eprintln!("-{old}\n+{new}");
        }
    }
    text
}

/// A file of the repository.
pub(crate) fn read(file: &str) -> String {
    let path = path(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Where a file of the repository is.
pub(crate) fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(file)
}
