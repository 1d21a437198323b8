//! The app as a folder of static files, built by trunk.
//! Must not know how they are optimised for shipping (`dist`) or served (the sandbox).

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::child;
use crate::project;
use crate::texts;
use crate::tools;

const LIMIT: Duration = Duration::from_secs(30 * 60);

/// The folders of trunk and wasm-bindgen, which trunk finds on PATH.
pub(crate) struct Builder {
    path: OsString,
}

impl Builder {
    /// Finds or installs the tools.
    ///
    /// # Errors
    /// When one is neither there nor can be installed.
    pub(crate) fn find() -> Result<Self> {
        tools::wasm_target()?;
        let folders = [tools::trunk()?, tools::wasm_bindgen()?];
        Ok(Self {
            path: tools::path_with(&folders)?,
        })
    }

    /// Builds for daily work: quick to make, not small. The result is the folder.
    ///
    /// # Errors
    /// When the app does not compile, or a style sheet is not linked.
    pub(crate) fn development(&self) -> Result<PathBuf> {
        let folder = project::target()?.join("site");
        let mut trunk = self.trunk(&folder)?;
        child::run(&mut trunk, "building the app", LIMIT)?;
        texts::add(&folder)?;
        Ok(folder)
    }

    /// Builds for shipping, not yet optimised, to be served under `base`. The result is the folder.
    ///
    /// # Errors
    /// As [`Builder::development`].
    pub(crate) fn release(&self, base: &str) -> Result<PathBuf> {
        let folder = project::target()?.join("site-release");
        let mut trunk = self.trunk(&folder)?;
        trunk.args(["--release", "--public-url", base]);
        trunk.env("CARGO_ENCODED_RUSTFLAGS", release_flags()?);
        child::run(&mut trunk, "building the app for release", LIMIT)?;
        texts::add(&folder)?;
        Ok(folder)
    }

    fn trunk(&self, folder: &Path) -> Result<Command> {
        every_style_sheet_is_linked()?;
        let mut command = Command::new("trunk");
        command
            .current_dir(project::root())
            .env("PATH", &self.path)
            .env("CARGO_TARGET_DIR", project::target()?)
            .env("TRUNK_SKIP_VERSION_CHECK", "true")
            .env("RUST_BACKTRACE", "0") // trunk's own calls say nothing about what is wrong with the app
            .env_remove("NO_COLOR") // trunk takes its value for a wrong argument and stops
            .args(["build", "--dist"])
            .arg(folder);
        Ok(command)
    }
}

/// Paths of this machine that must not be in what is shipped, with what the compiler writes instead.
///
/// # Errors
/// When the target folder is unknown.
pub(crate) fn local_paths() -> Result<Vec<(PathBuf, &'static str)>> {
    let home = env::home_dir().unwrap_or_default();
    let folder = |variable: &str, usual: &str| {
        env::var_os(variable).map_or_else(|| home.join(usual), PathBuf::from)
    };
    // Of two that match, the compiler takes the later one.
    Ok(vec![
        (folder("RUSTUP_HOME", ".rustup"), "/rustup"),
        (folder("CARGO_HOME", ".cargo"), "/cargo"),
        (project::root(), "/vetted"),
        // What build scripts write is compiled from there, wherever it is.
        (project::target()?, "/target"),
    ])
}

/// What the compiler is told besides the profile in Cargo.toml, in cargo's encoding: separated by U+001F.
fn release_flags() -> Result<OsString> {
    // Leptos then compiles one type of view instead of one per place: a tenth less to transfer.
    let mut flags = OsString::from("--cfg\u{1f}erase_components");
    for (path, instead) in local_paths()? {
        flags.push("\u{1f}--remap-path-prefix=");
        flags.push(path);
        flags.push("=");
        flags.push(instead);
    }
    Ok(flags)
}

fn every_style_sheet_is_linked() -> Result<()> {
    let root = project::root();
    let index = fs::read_to_string(root.join("index.html")).context("cannot read index.html")?;
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join("style")).context("cannot read style/")? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    let forgotten = unlinked(&index, &names);
    if !forgotten.is_empty() {
        bail!(
            "index.html does not link {}. Add, where it belongs among the others:\n  {}",
            forgotten.join(", "),
            link(forgotten[0])
        );
    }
    Ok(())
}

fn link(name: &str) -> String {
    format!("<link data-trunk rel=\"css\" href=\"style/{name}\" />")
}

/// The style sheets among `names` that `index` does not link.
fn unlinked<'a>(index: &str, names: &'a [String]) -> Vec<&'a str> {
    names
        .iter()
        .map(String::as_str)
        .filter(|name| name.ends_with(".css") && !index.contains(&format!("href=\"style/{name}\"")))
        .collect()
}

/// Whether the style sheet `style/{stem}.css` is needed by the app alone: `index` says so where it links it.
pub(crate) fn is_of_app(index: &str, stem: &str) -> bool {
    index.contains(&format!("href=\"style/{stem}.css\" data-program=\"app\""))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_style_sheet_that_no_page_links_is_noticed_and_other_files_are_not() {
        let index = link("a.css");
        let names = ["a.css", "b.css", "icon.svg"].map(str::to_owned);
        assert_eq!(unlinked(&index, &names), ["b.css"]);
    }

    #[test]
    fn the_compiler_is_told_to_hide_the_repository_the_target_folder_and_the_registry() {
        let flags = release_flags().unwrap().to_string_lossy().into_owned();
        assert_eq!(flags.matches("--remap-path-prefix=").count(), 4, "{flags}");
        let repository = format!("{}=/vetted", project::root().display());
        let target = format!("{}=/target", project::target().unwrap().display());
        assert!(flags.contains(&repository), "{flags}");
        // Of two that match, the later one counts, and the target folder may be in the repository.
        assert!(flags.ends_with(&target), "{flags}");
    }
}
