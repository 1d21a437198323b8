//! Where things are: the repository, its target folder, cargo, the wasm-bindgen version in `Cargo.lock`.
//! Must not know the tools or the commands.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The target of the app.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    // Set by `cargo run`; the value of compile time serves when the binary is started by hand.
    let package =
        env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let package = PathBuf::from(package);
    package.parent().map_or(package.clone(), Path::to_path_buf)
}

/// Cargo's target folder: this program lies in `<target>/debug/`.
///
/// # Errors
/// When the system does not know where this program is.
pub(crate) fn target() -> Result<PathBuf> {
    let program = env::current_exe().context("cannot find this program's own place")?;
    let target = program
        .parent()
        .and_then(Path::parent)
        .map(Path::to_path_buf);
    target.context("this program is in no target folder; start it with `cargo xtask`")
}

/// Cargo, run at the repository's root.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(cargo_program());
    command.current_dir(root());
    command
}

/// The cargo that started this program.
pub(crate) fn cargo_program() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// A binary of the workspace, built by [`cargo`] in the dev profile.
///
/// # Errors
/// As [`target`].
pub(crate) fn binary(name: &str) -> Result<PathBuf> {
    Ok(target()?
        .join("debug")
        .join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}

/// The version of wasm-bindgen that the app is built with, which its tools must equal.
///
/// # Errors
/// When `Cargo.lock` cannot be read or names none.
pub(crate) fn wasm_bindgen_version() -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    locked_version(&lock, "wasm-bindgen")
        .map(str::to_owned)
        .context("Cargo.lock names no wasm-bindgen")
}

/// The version of a package in the text of a `Cargo.lock`.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| *line == name)?;
    lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

/// Whether nobody listens on this port of the loopback address.
pub(crate) fn port_is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// A port nobody listens on now.
///
/// # Errors
/// When the system has none.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\n\
        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"registry\"\n";

    #[test]
    fn the_locked_version_is_that_of_the_package_itself_and_not_of_one_with_a_longer_name() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen"), Some("0.2.130"));
    }

    #[test]
    fn a_package_that_is_not_locked_has_no_version() {
        assert_eq!(locked_version(LOCK, "bindgen"), None);
    }

    #[test]
    fn the_root_holds_the_lock_file() {
        assert!(root().join("Cargo.lock").is_file());
    }
}
