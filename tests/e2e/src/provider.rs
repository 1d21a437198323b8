//! A certified OpenID provider in a process of its own, to sign in at instead of the sandbox's authority.
//! Must not know the app.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// The provider. It stops when this is dropped.
pub struct OpenIdProvider {
    process: Child,
    issuer: String,
    /// Kept open, since a program that prints into a closed pipe is killed.
    _output: BufReader<ChildStdout>,
}

impl OpenIdProvider {
    /// Starts it on a free port, with the sandbox's application as its only client.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start() -> Self {
        let node = env::var_os("VETTED_NODE").unwrap_or_else(|| "node".into());
        let packages = env::var_os("VETTED_OPENID_PROVIDER").expect(
            "VETTED_OPENID_PROVIDER names no folder with the npm package oidc-provider. Run `cargo xtask test`",
        );
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("oidc/provider.mjs");
        let started = Command::new(&node)
            .arg(script)
            .arg(packages)
            .arg(sandbox::CLIENT_ID)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn();
        let mut process = started.unwrap_or_else(|error| panic!("cannot start {node:?}: {error}"));
        let mut output = BufReader::new(process.stdout.take().expect("its output is piped"));
        let mut line = String::new();
        // An error is the same as an end: it has said nothing.
        let _ = output.read_line(&mut line);
        let issuer = line.trim().strip_prefix("issuer: ").map(str::to_owned);
        Self {
            issuer: issuer.expect("the provider says where it listens"),
            process,
            _output: output,
        }
    }

    /// Its issuer, which is also its origin.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }
}

impl Drop for OpenIdProvider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
