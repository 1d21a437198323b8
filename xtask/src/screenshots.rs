//! `screenshots`: starts the program of `tests/e2e` that takes pictures of every page in every state.
//! Must not know which there are, nor its options.

use std::ffi::OsString;
use std::time::Duration;

use anyhow::Result;

use crate::{child, driven, project};

/// It ends by itself; this is for one that hangs.
const LIMIT: Duration = Duration::from_secs(3600);

/// Takes the pictures.
///
/// # Errors
/// When a tool is missing, something does not build, or a state is not reached.
pub(crate) fn run(arguments: &[OsString]) -> Result<()> {
    let mut command = driven::ready("screenshots")?;
    command.env("VETTED_SCREENSHOTS", project::target()?.join("screenshots"));
    child::run(command.args(arguments), "taking pictures", LIMIT)
}
