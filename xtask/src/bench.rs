//! `bench`: starts the measurement of `tests/e2e`.
//! Must not know what is measured, nor its options but the one that names another site.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::{child, dist, driven, project, tools};

/// The measurement ends by itself; this is for one that hangs.
const LIMIT: Duration = Duration::from_secs(2 * 3600);

/// Measures.
///
/// # Errors
/// When a tool is missing, something does not build, or the site does not do what it is asked to.
pub(crate) fn run(arguments: &[OsString]) -> Result<()> {
    let mut command = driven::ready("bench")?;
    let arguments = with_compressed_copy(arguments)?;
    child::run(command.args(arguments), "measuring", LIMIT)
}

/// The other site is served compressed like this one, from a copy, whether its own build compresses it or not.
fn with_compressed_copy(arguments: &[OsString]) -> Result<Vec<OsString>> {
    let mut arguments = arguments.to_vec();
    let named = arguments.iter().position(|word| word == "--compare");
    if let Some(folder) = named.and_then(|at| arguments.get_mut(at + 1)) {
        let copy = project::target()?.join("bench-compared");
        if copy.exists() {
            fs::remove_dir_all(&copy)?;
        }
        let from = PathBuf::from(&*folder);
        let files = copy_of(&from, &copy).with_context(|| format!("copying {}", from.display()))?;
        dist::compress(&copy, &files, &tools::node_tools()?)?;
        *folder = copy.into();
    }
    Ok(arguments)
}

/// Copies what is not compressed yet, and gives the names.
fn copy_of(from: &Path, to: &Path) -> Result<Vec<String>> {
    let mut files = dist::files_below(from)?;
    files.retain(|name| !is_compressed(Path::new(name)));
    for name in &files {
        let target = to.join(name);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(from.join(name), target)?;
    }
    Ok(files)
}

fn is_compressed(file: &Path) -> bool {
    let ending = file.extension().and_then(|ending| ending.to_str());
    matches!(ending, Some("br" | "gz"))
}
