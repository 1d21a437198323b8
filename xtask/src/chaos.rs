//! `chaos`: builds the site as `test` does, and starts the soak of `tests/e2e` on it.
//! Must not know what a soak does, nor its options.

use std::ffi::OsString;
use std::time::Duration;

use anyhow::Result;

use crate::say::Steps;
use crate::{browser, child, dist, project};

/// The soak ends by itself; this is for one that hangs.
const LIMIT: Duration = Duration::from_secs(24 * 3600);
/// No build takes longer.
const BUILD_LIMIT: Duration = Duration::from_secs(30 * 60);

/// Runs the soak.
///
/// # Errors
/// When a tool is missing, something does not build, or the soak finds something that must not be.
pub(crate) fn run(arguments: &[OsString]) -> Result<()> {
    let mut steps = Steps::new(dist::STEPS + 2);
    steps.begin("Browser and driver");
    let chromium = browser::chromium()?;
    steps.done();
    let options = dist::Options {
        folder: project::target()?.join("dist-tested"),
        ..dist::Options::usual()
    };
    dist::make(&options, &mut steps)?;
    steps.begin("Building the soak");
    let build = ["build", "--package", "e2e", "--bin", "chaos"];
    child::run(
        project::cargo().args(build),
        "building the soak",
        BUILD_LIMIT,
    )?;
    steps.done();
    let mut command = std::process::Command::new(project::binary("chaos")?);
    command
        .current_dir(project::root())
        .env("VETTED_DIST", options.folder)
        .env("VETTED_CHROMIUM", &chromium.program)
        .env("VETTED_CHROMEDRIVER", &chromium.driver)
        .args(arguments);
    child::run(&mut command, "letting everything fail", LIMIT)
}
