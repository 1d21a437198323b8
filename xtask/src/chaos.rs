//! `chaos`: starts the soak of `tests/e2e`.
//! Must not know what a soak does, nor its options.

use std::ffi::OsString;
use std::time::Duration;

use anyhow::Result;

use crate::{child, driven};

/// The soak ends by itself; this is for one that hangs.
const LIMIT: Duration = Duration::from_secs(24 * 3600);

/// Runs the soak.
///
/// # Errors
/// When a tool is missing, something does not build, or the soak finds something that must not be.
pub(crate) fn run(arguments: &[OsString]) -> Result<()> {
    let mut command = driven::ready("chaos")?;
    child::run(command.args(arguments), "letting everything fail", LIMIT)
}
