//! `run` and `sandbox`: the sandbox's program, alone or with the app's site.
//! Must not know what the sandbox does; only its options for ports and the site.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::child::{self, Running};
use crate::project;
use crate::say::{self, Steps};
use crate::site::Builder;

/// The sandbox's own choice of ports.
const API_PORT: u16 = 9900;
const SITE_PORT: u16 = 8080;
const BUILD_LIMIT: Duration = Duration::from_secs(20 * 60);
const START_LIMIT: Duration = Duration::from_secs(20);

/// Builds the app and serves it against the sandbox until Ctrl-C.
///
/// # Errors
/// When a tool is missing, something does not build, or a port is taken.
pub(crate) fn run(arguments: &[OsString]) -> Result<()> {
    let api = port(arguments, "--port", API_PORT)?;
    let site = port(arguments, "--site-port", SITE_PORT)?;
    let mut steps = Steps::new(4);

    steps.begin("Looking for the tools");
    must_be_free(api, "--port")?;
    must_be_free(site, "--site-port")?;
    let builder = Builder::find()?;
    steps.done();

    steps.begin("Building the app");
    let folder = builder.development()?;
    steps.done();

    steps.begin("Building the sandbox");
    let program = build_sandbox()?;
    steps.done();

    steps.begin("Starting");
    let mut command = Command::new(program);
    command
        .current_dir(project::root())
        .arg("--site")
        .arg(folder)
        .args(arguments);
    let mut sandbox = Running::start(&mut command, "the sandbox")?;
    // A port the system chose is known to the sandbox alone, which prints it.
    if site != 0 {
        sandbox.wait_for_port(site, START_LIMIT)?;
        say::line(format!("\nVetted is at  http://127.0.0.1:{site}\n"));
    }
    say::line(
        "Sign in as Admin agent, look up a customer such as \"school\", request a qualification, and watch it being\n\
         decided. docs/sandbox.md lists the customers worth a look. Stop with Ctrl-C.",
    );
    sandbox.wait()
}

/// The sandbox alone, until Ctrl-C.
///
/// # Errors
/// When it does not build, or its port is taken.
pub(crate) fn sandbox(arguments: &[OsString]) -> Result<()> {
    let asks = |flag: &str| arguments.iter().any(|argument| argument == flag);
    if !asks("--help") && !asks("-h") {
        must_be_free(port(arguments, "--port", API_PORT)?, "--port")?;
    }
    let mut steps = Steps::new(2);
    steps.begin("Building the sandbox");
    let program = build_sandbox()?;
    steps.done();
    steps.begin("Starting it");
    let mut command = Command::new(program);
    command.current_dir(project::root()).args(arguments);
    Running::start(&mut command, "the sandbox")?.wait()
}

/// Builds the sandbox. The result is its program.
///
/// # Errors
/// When it does not build.
pub(crate) fn build_sandbox() -> Result<PathBuf> {
    let mut command = project::cargo();
    command.args(["build", "--package", "sandbox"]);
    child::run(&mut command, "building the sandbox", BUILD_LIMIT)?;
    project::binary("sandbox")
}

/// Starts the sandbox alone on this port, open to pages of any origin, and waits until it answers.
///
/// # Errors
/// When it does not start.
pub(crate) fn start_sandbox(program: &PathBuf, port: u16) -> Result<Running> {
    let mut command = Command::new(program);
    command
        .current_dir(project::root())
        .args(["--port", &port.to_string(), "--cors", "*"]);
    let mut sandbox = Running::start(&mut command, "the sandbox")?;
    sandbox.wait_for_port(port, START_LIMIT)?;
    Ok(sandbox)
}

fn must_be_free(port: u16, flag: &str) -> Result<()> {
    // Port 0 is any free one.
    if port == 0 || project::port_is_free(port) {
        return Ok(());
    }
    bail!(
        "Port {port} is taken by another program. Stop that, or choose another with {flag} NUMBER."
    )
}

/// The port that `flag N` or `flag=N` asks for.
fn port(arguments: &[OsString], flag: &str, usual: u16) -> Result<u16> {
    let words: Vec<&str> = arguments
        .iter()
        .filter_map(|argument| argument.to_str())
        .collect();
    let after = words
        .iter()
        .position(|word| *word == flag)
        .and_then(|at| words.get(at + 1).copied());
    let joined = words
        .iter()
        .find_map(|word| word.strip_prefix(flag)?.strip_prefix('='));
    match after.or(joined) {
        None => Ok(usual),
        Some(text) => text
            .parse()
            .with_context(|| format!("{flag} needs a port number, not {text:?}")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn port_of(words: &[&str]) -> Result<u16> {
        let arguments: Vec<OsString> = words.iter().map(OsString::from).collect();
        port(&arguments, "--port", 9900)
    }

    #[test]
    fn the_port_is_the_one_asked_for_or_else_the_usual_one() {
        assert_eq!(port_of(&["--customers", "10"]).unwrap(), 9900);
        assert_eq!(port_of(&["--port", "9901"]).unwrap(), 9901);
        assert_eq!(port_of(&["--port=9902"]).unwrap(), 9902);
        assert_eq!(port_of(&["--site-port", "9903"]).unwrap(), 9900);
        assert!(port_of(&["--port", "many"]).is_err());
    }

    #[test]
    fn a_taken_port_is_named_with_the_option_that_changes_it() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = listener.local_addr().unwrap().port();
        let message = must_be_free(taken, "--site-port").unwrap_err().to_string();
        assert!(
            message.contains(&taken.to_string()) && message.contains("--site-port"),
            "{message}"
        );
    }
}
