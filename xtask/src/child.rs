//! Child processes: run to the end with a sign of life and a time limit, or kept in the background; never left behind.
//! Must not know which programs they are.

use std::ffi::OsStr;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::say;

/// A line appears at least this often while something runs.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(50);
/// How long a process may take to stop when asked politely.
const GRACE: Duration = Duration::from_secs(5);

static STOP: AtomicBool = AtomicBool::new(false);

/// What [`bail_if_stopped`] says, and how `main` recognises it.
#[derive(Debug)]
pub(crate) struct Stopped;

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("stopped")
    }
}

impl std::error::Error for Stopped {}

/// From now on Ctrl-C, and being asked to terminate, stop the children first.
///
/// # Errors
/// When the system refuses a handler.
pub(crate) fn watch_for_stop() -> Result<()> {
    ctrlc::set_handler(|| STOP.store(true, Ordering::SeqCst)).context("cannot listen for Ctrl-C")
}

/// # Errors
/// [`Stopped`] once the person pressed Ctrl-C.
pub(crate) fn bail_if_stopped() -> Result<()> {
    if STOP.load(Ordering::SeqCst) {
        return Err(Stopped.into());
    }
    Ok(())
}

/// Runs to the end, showing what it prints; `doing` names it in the sign of life.
///
/// # Errors
/// When it cannot start, fails, or is still running after `limit`. The message has the command in it.
pub(crate) fn run(command: &mut Command, doing: &str, limit: Duration) -> Result<()> {
    let mut child = Running::start(command, doing)?;
    let started = Instant::now();
    let mut last_sign = started;
    let status = loop {
        if let Some(status) = child.finished()? {
            break status;
        }
        bail_if_stopped()?; // dropping `child` stops it
        if started.elapsed() > limit {
            bail!(
                "{doing}: no end after {}, so it was stopped.\nThe command was: {}",
                say::duration(limit),
                shown(command)
            );
        }
        if last_sign.elapsed() > SIGN_OF_LIFE {
            last_sign = Instant::now();
            say::note(format!(
                "… still {doing} ({})",
                say::duration(started.elapsed())
            ));
        }
        thread::sleep(POLL);
    };
    if !status.success() {
        bail!(
            "{doing} failed ({status}).\nThe command was: {}",
            shown(command)
        );
    }
    Ok(())
}

/// What a quick command prints on standard output, or `None` when it is not there or fails.
pub(crate) fn output(program: impl AsRef<OsStr>, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let quoted = |text: &OsStr| {
        let text = text.to_string_lossy();
        if text.contains(' ') {
            format!("\"{text}\"")
        } else {
            text.into_owned()
        }
    };
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(quoted)
        .collect::<Vec<_>>()
        .join(" ")
}

/// A process that is stopped, with all it started, when this is dropped.
pub(crate) struct Running {
    child: Child,
    name: String,
}

impl Running {
    /// # Errors
    /// When it cannot start.
    pub(crate) fn start(command: &mut Command, name: &str) -> Result<Self> {
        bail_if_stopped()?;
        own_group(command);
        let child = command
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start: {}", shown(command)))?;
        Ok(Self {
            child,
            name: name.to_owned(),
        })
    }

    /// # Errors
    /// When the system does not say.
    pub(crate) fn finished(&mut self) -> Result<Option<ExitStatus>> {
        self.child
            .try_wait()
            .with_context(|| format!("cannot watch {}", self.name))
    }

    /// Waits until something answers on this port of the loopback address.
    ///
    /// # Errors
    /// When the process ends before, or nothing answers within `limit`.
    pub(crate) fn wait_for_port(&mut self, port: u16, limit: Duration) -> Result<()> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let started = Instant::now();
        loop {
            if TcpStream::connect_timeout(&address, Duration::from_millis(500)).is_ok() {
                return Ok(());
            }
            bail_if_stopped()?;
            if let Some(status) = self.finished()? {
                bail!(
                    "{} ended at once ({status}); its message is above",
                    self.name
                );
            }
            if started.elapsed() > limit {
                bail!(
                    "{} does not answer on {address} after {}",
                    self.name,
                    say::duration(limit)
                );
            }
            thread::sleep(POLL);
        }
    }

    /// Waits for its end, or for Ctrl-C.
    ///
    /// # Errors
    /// When it ends with an error, or the person pressed Ctrl-C.
    pub(crate) fn wait(mut self) -> Result<()> {
        loop {
            if let Some(status) = self.finished()? {
                if status.success() {
                    return Ok(());
                }
                bail!("{} ended ({status})", self.name);
            }
            bail_if_stopped()?;
            thread::sleep(POLL);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        ask_to_stop(&self.child);
        let asked = Instant::now();
        while asked.elapsed() < GRACE {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(POLL);
        }
        force_to_stop(&mut self.child);
        let _ = self.child.wait();
    }
}

/// A group of its own, so that it can be stopped with everything it started (cargo starts tests, those start browsers).
#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(unix)]
fn signal(child: &Child, signal: nix::sys::signal::Signal) {
    if let Ok(id) = i32::try_from(child.id()) {
        // An error means that it is gone already.
        let _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(id), signal);
    }
}

#[cfg(unix)]
fn ask_to_stop(child: &Child) {
    signal(child, nix::sys::signal::Signal::SIGTERM);
}

#[cfg(unix)]
fn force_to_stop(child: &mut Child) {
    signal(child, nix::sys::signal::Signal::SIGKILL);
}

// Elsewhere the console hands Ctrl-C to every process in it, and there is no asking.
#[cfg(not(unix))]
fn own_group(_command: &mut Command) {}

#[cfg(not(unix))]
fn ask_to_stop(child: &Child) {
    let tree = child.id().to_string();
    let _ = output("taskkill", &["/PID", &tree, "/T", "/F"]);
}

#[cfg(not(unix))]
fn force_to_stop(child: &mut Child) {
    let _ = child.kill();
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_failing_command_is_named_in_the_message() {
        let mut command = Command::new(env!("CARGO"));
        command.arg("no-such-command").stderr(Stdio::null());
        let message = run(&mut command, "trying", Duration::from_secs(60))
            .unwrap_err()
            .to_string();
        assert!(message.contains("no-such-command"), "{message}");
    }

    #[test]
    fn a_missing_program_is_named_in_the_message() {
        let mut command = Command::new("no-such-program-anywhere");
        let message = run(&mut command, "trying", Duration::from_secs(5))
            .unwrap_err()
            .to_string();
        assert!(message.contains("no-such-program-anywhere"), "{message}");
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_does_not_end_is_stopped_at_its_limit() {
        let mut command = Command::new("sleep");
        command.arg("600");
        let started = Instant::now();
        let message = run(&mut command, "waiting", Duration::from_millis(200))
            .unwrap_err()
            .to_string();
        assert!(message.contains("sleep 600"), "{message}");
        assert!(started.elapsed() < Duration::from_secs(60));
    }

    #[test]
    fn arguments_with_spaces_are_shown_quoted() {
        let mut command = Command::new("trunk");
        command.args(["build", "a b"]);
        assert_eq!(shown(&command), "trunk build \"a b\"");
    }
}
