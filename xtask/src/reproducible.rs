//! Whether the same source gives the same bytes: the site is made in two clones at different places and compared.
//! Must not know what is in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::child;
use crate::dist;
use crate::project;
use crate::say;

/// Two builds from nothing on a slow machine.
const LIMIT: Duration = Duration::from_secs(90 * 60);

/// Makes the site of the last commit twice, from nothing, with the tools of this machine.
///
/// # Errors
/// When there is no commit, it cannot be made, or the two differ in a byte.
pub(crate) fn check() -> Result<()> {
    let work = project::target()?.join("reproducible");
    dist::recreate(&work)?;
    // Everything that could leave a trace differs: the path, its length, and where the target folder is.
    let first = Clone {
        folder: work.join("a"),
        target: work.join("target-of-a"),
    };
    let longer = work.join("some").join("much-longer-path").join("b");
    let second = Clone {
        target: longer.join("target"),
        folder: longer,
    };
    let sites = [first.site()?, second.site()?];
    let differing = differing(&sites[0], &sites[1])?;
    if !differing.is_empty() {
        bail!(
            "These files are not the same in {} and {}:\n  {}",
            sites[0].display(),
            sites[1].display(),
            differing.join("\n  ")
        );
    }
    say::line("\nBoth clones gave the same bytes, in every file.");
    fs::remove_dir_all(&work).with_context(|| format!("cannot remove {}", work.display()))
}

struct Clone {
    folder: PathBuf,
    target: PathBuf,
}

impl Clone {
    /// The site made in it.
    fn site(&self) -> Result<PathBuf> {
        let mut git = Command::new("git");
        git.args(["clone", "--quiet"])
            .arg(project::root())
            .arg(&self.folder);
        child::run(&mut git, "cloning", LIMIT)?;
        let mut cargo = Command::new(project::cargo_program());
        cargo
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            // What cargo told this program about itself is not true of the clone's.
            .env_remove("CARGO_MANIFEST_DIR")
            .args(["xtask", "dist"]);
        child::run(&mut cargo, "making the site in a clone", LIMIT)?;
        Ok(self.folder.join("dist"))
    }
}

/// The files that are in one folder only or have other bytes in the other.
fn differing(first: &Path, second: &Path) -> Result<Vec<String>> {
    let names: BTreeSet<String> = [first, second]
        .map(dist::files_below)
        .into_iter()
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    let bytes = |folder: &Path, name: &str| fs::read(folder.join(name)).ok();
    let differ = |name: &String| bytes(first, name) != bytes(second, name);
    Ok(names.into_iter().filter(differ).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_that_differs_or_is_in_one_folder_only_is_named_and_an_equal_one_is_not() {
        let work = project::target()
            .unwrap()
            .join("xtask-tests")
            .join("differing");
        for (folder, files) in [
            ("one", [("same", "1"), ("other", "1"), ("only-here", "1")]),
            ("two", [("same", "1"), ("other", "2"), ("only-there", "1")]),
        ] {
            let folder = work.join(folder);
            dist::recreate(&folder).unwrap();
            for (name, text) in files {
                fs::write(folder.join(name), text).unwrap();
            }
        }
        let found = differing(&work.join("one"), &work.join("two")).unwrap();
        assert_eq!(found, ["only-here", "only-there", "other"]);
        fs::remove_dir_all(work).unwrap();
    }
}
