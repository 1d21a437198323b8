//! What others made and the project uses: whether it may, whether it has to, and whether faults of it are known.
//! Must not know what the dependencies do.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::child;
use crate::project;
use crate::say;
use crate::tools;

const LIMIT: Duration = Duration::from_secs(5 * 60);
/// How long the list of known faults may take to arrive.
const FETCH_LIMIT: Duration = Duration::from_secs(2 * 60);

/// Checks licences, sources and duplicates against `deny.toml`, and known faults where their list can be reached.
///
/// # Errors
/// When a dependency is not as `deny.toml` wants it, a decision in there has no use any more, or a fault is known.
pub(crate) fn allowed() -> Result<()> {
    let mut check = deny()?;
    check.args(["check", "licenses", "bans", "sources"]);
    // What was decided about a dependency goes with it.
    check.args(["--deny", "unmatched-skip", "--deny", "unnecessary-skip"]);
    child::run(&mut check, "checking the dependencies", LIMIT)
        .context("deny.toml says what is allowed, and is the place to decide otherwise")?;
    known_faults()
}

fn known_faults() -> Result<()> {
    let mut fetch = deny()?;
    fetch.args(["--log-level", "off", "fetch", "db"]);
    let fetched = child::run(&mut fetch, "fetching the list of known faults", FETCH_LIMIT);
    child::bail_if_stopped()?;
    if fetched.is_err() {
        say::note(
            "known faults of dependencies: *not checked*, because their list cannot be reached",
        );
        return Ok(());
    }
    let mut check = deny()?;
    check.args(["--offline", "check", "advisories"]);
    child::run(&mut check, "looking for known faults", LIMIT).context(
        "a dependency has a known fault: `cargo update`, or decide in deny.toml and say why",
    )
}

/// Checks that every dependency is used.
///
/// # Errors
/// When one is not.
pub(crate) fn used() -> Result<()> {
    let program = tools::cargo_machete()?.join("cargo-machete");
    let mut command = Command::new(program);
    command.current_dir(project::root());
    child::run(&mut command, "looking for unused dependencies", LIMIT)
}

/// cargo-deny for every member of the workspace.
fn deny() -> Result<Command> {
    let mut command = Command::new(tools::cargo_deny()?.join("cargo-deny"));
    command
        .current_dir(project::root())
        .env("CARGO", project::cargo_program())
        .env("GIT_TERMINAL_PROMPT", "0") // nobody is there to answer
        .arg("--workspace");
    Ok(command)
}
