//! The programs of `tests/e2e` that drive a browser on the site as `test` builds it: the soak, the measurement and the
//! pictures.
//! Must not know what they do, nor their options.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::say::Steps;
use crate::{browser, child, dist, project};

/// No build takes longer.
const BUILD_LIMIT: Duration = Duration::from_secs(30 * 60);

/// Builds the site and the program; the result starts it, told of site and browser.
///
/// # Errors
/// When a tool is missing, or something does not build.
pub(crate) fn ready(program: &str) -> Result<Command> {
    let mut steps = Steps::new(dist::STEPS + 2);
    steps.begin("Browser and driver");
    let chromium = browser::chromium()?;
    steps.done();
    let options = dist::Options {
        folder: project::target()?.join("dist-tested"),
        ..dist::Options::usual()
    };
    dist::make(&options, &mut steps)?;
    steps.begin(&format!("Building {program}"));
    let build = ["build", "--package", "e2e", "--bin", program];
    child::run(
        project::cargo().args(build),
        &format!("building {program}"),
        BUILD_LIMIT,
    )?;
    steps.done();
    let mut command = Command::new(project::binary(program)?);
    command
        .current_dir(project::root())
        .env("VETTED_DIST", options.folder)
        .env("VETTED_CHROMIUM", &chromium.program)
        .env("VETTED_CHROMEDRIVER", &chromium.driver);
    Ok(command)
}
