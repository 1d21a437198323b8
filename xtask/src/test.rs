//! `test`: every check, in the order in which they are quick to fail, with a summary.
//! Must not know what the tests test.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::browser::{self, Browser};
use crate::child;
use crate::dependencies;
use crate::dist;
use crate::project::{self, WASM};
use crate::reproducible;
use crate::say::{self, Steps};
use crate::serve;
use crate::servers;
use crate::tools;

/// No step of cargo takes longer on a slow machine, unless it hangs.
const LIMIT: Duration = Duration::from_secs(45 * 60);
/// Nor the end-to-end tests with each state in each look, and nearly all tests in a second browser.
const FULL_LIMIT: Duration = Duration::from_secs(2 * 60 * 60);
/// The component tests know the address at compile time, so it is the same each time where that is possible.
const COMPONENT_PORT: u16 = 9917;
/// Seconds for all component tests together.
const COMPONENT_SECONDS: &str = "300";
/// Systems that are only checked to compile.
const FOREIGN: [&str; 2] = ["x86_64-pc-windows-gnu", "aarch64-apple-darwin"];

/// Compiles the tests that need data of others.
const TEST_DATA: &str = "vetted/third-party-data";

/// How much to test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What needs no browser.
    Quick,
    /// Every state once.
    Usual,
    /// Every variant of every check: the end-to-end tests in Firefox too, and whether two clones give the same bytes.
    Full,
}

type Action = fn(&mut Session) -> Result<()>;

/// Checks that need no browser.
const QUICK: [(&str, Action); 5] = [
    ("Formatting", formatting),
    ("Lints, native", lints_native),
    ("Lints, wasm", lints_wasm),
    ("Documentation", documentation),
    ("Native tests", native_tests),
];

/// Checks that need more tools.
const SLOW: [(&str, Action); 10] = [
    ("Dependencies: allowed", dependencies_allowed),
    ("Dependencies: used", dependencies_used),
    ("Browser and drivers", find_browsers),
    ("Component tests in Chromium", components_in_chromium),
    ("Component tests in Firefox", components_in_firefox),
    ("The site for release", release),
    ("Scripts in Node.js", scripts),
    ("End-to-end tests", end_to_end),
    ("Hosting recipes", hosting),
    ("Compiling for Windows and macOS", foreign_systems),
];

/// Checks that take as long as all the others together.
const LONG: [(&str, Action); 1] = [("The same bytes from two clones", same_bytes)];

/// What later steps learn from earlier ones.
struct Session {
    extent: Extent,
    chromium: Option<Browser>,
    firefox: Option<Browser>,
    site: Option<PathBuf>,
    /// Whether the check under way cannot be made on this system; it has said why.
    not_here: bool,
}

/// Runs the checks until one fails, and says how each went.
///
/// # Errors
/// That of the check that failed.
pub(crate) fn run(extent: Extent) -> Result<()> {
    let (slow, long): (&[_], &[_]) = match extent {
        Extent::Quick => (&[], &[]),
        Extent::Usual => (&SLOW, &[]),
        Extent::Full => (&SLOW, &LONG),
    };
    let actions: Vec<&(&str, Action)> = QUICK.iter().chain(slow).chain(long).collect();
    let mut session = Session {
        extent,
        chromium: None,
        firefox: None,
        site: None,
        not_here: false,
    };
    let started = Instant::now();
    let mut steps = Steps::new(actions.len());
    let mut passed = Vec::new();
    let mut outcome = Ok(());
    for (name, action) in &actions {
        steps.begin(name);
        match action(&mut session) {
            Ok(()) => {
                let took = steps.done();
                passed.push((!std::mem::take(&mut session.not_here)).then_some(took));
            }
            Err(error) => {
                outcome = Err(error.context(format!("{name}: failed")));
                break;
            }
        }
    }
    let names: Vec<&str> = actions.iter().map(|(name, _)| *name).collect();
    if let Err(error) = &outcome {
        say::line(format!("\n{error:#}"));
    }
    say::line(summary(
        &names,
        &passed,
        outcome.is_err(),
        started.elapsed(),
    ));
    outcome
}

/// Each check with how it went; the last line counts them. A check without a duration cannot be made on this system.
fn summary(names: &[&str], passed: &[Option<Duration>], failed: bool, took: Duration) -> String {
    let mut lines = vec![String::new()];
    for (index, name) in names.iter().enumerate() {
        lines.push(match passed.get(index) {
            Some(Some(took)) => format!("  passed   {name} ({})", say::duration(*took)),
            Some(None) => format!("  not run  {name}: not on this system"),
            None if failed && index == passed.len() => format!("  FAILED   {name}"),
            None => format!("  not run  {name}"),
        });
    }
    lines.push(format!("  in {}", say::duration(took)));
    lines.push(format!(
        "{} passed, {} failed",
        passed.iter().flatten().count(),
        u8::from(failed)
    ));
    lines.join("\n")
}

fn cargo(arguments: &[&str], doing: &str) -> Result<()> {
    let mut command = project::cargo();
    command.args(arguments);
    child::run(&mut command, doing, LIMIT)
}

fn formatting(_: &mut Session) -> Result<()> {
    cargo(&["fmt", "--all", "--check"], "checking the formatting")
        .context("`cargo fmt --all` puts it right")
}

fn lints_native(_: &mut Session) -> Result<()> {
    cargo(
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--features",
            TEST_DATA,
            "--",
            "-D",
            "warnings",
        ],
        "looking for lints",
    )
}

fn lints_wasm(_: &mut Session) -> Result<()> {
    tools::wasm_target()?;
    cargo(
        &[
            "clippy",
            "--package",
            "vetted",
            "--target",
            WASM,
            "--lib",
            "--bins",
            "--tests",
            "--",
            "-D",
            "warnings",
        ],
        "looking for lints",
    )
}

fn documentation(_: &mut Session) -> Result<()> {
    let mut command = project::cargo();
    command
        .env("RUSTDOCFLAGS", "-D warnings")
        .args(["doc", "--workspace", "--no-deps"]);
    child::run(&mut command, "writing the documentation", LIMIT)
}

fn native_tests(_: &mut Session) -> Result<()> {
    let mut command = project::cargo();
    command.env("VETTED_TEST_DATA", tools::test_data()?).args([
        "test",
        "--package",
        "vetted",
        "--package",
        "sandbox",
        "--package",
        "xtask",
        "--features",
        TEST_DATA,
    ]);
    child::run(&mut command, "testing", LIMIT)
}

fn dependencies_allowed(_: &mut Session) -> Result<()> {
    dependencies::allowed()
}

fn dependencies_used(_: &mut Session) -> Result<()> {
    dependencies::used()
}

fn find_browsers(session: &mut Session) -> Result<()> {
    session.chromium = Some(browser::chromium()?);
    session.firefox = Some(browser::firefox()?);
    Ok(())
}

fn components_in_chromium(session: &mut Session) -> Result<()> {
    component_tests(session.chromium()?, "CHROMEDRIVER")
}

fn components_in_firefox(session: &mut Session) -> Result<()> {
    component_tests(session.firefox()?, "GECKODRIVER")
}

/// `variable` is how wasm-bindgen-test-runner is told of the driver.
fn component_tests(browser: &Browser, variable: &str) -> Result<()> {
    if !project::root()
        .join("tests")
        .join("components.rs")
        .is_file()
    {
        say::note("there is no tests/components.rs yet");
        return Ok(());
    }
    let runner = tools::wasm_bindgen()?.join(format!(
        "wasm-bindgen-test-runner{}",
        env::consts::EXE_SUFFIX
    ));
    let capabilities = project::target()?.join(format!("{variable}.json"));
    fs::write(&capabilities, browser::capabilities(browser).to_string())
        .with_context(|| format!("cannot write {}", capabilities.display()))?;

    let program = serve::build_sandbox()?;
    let usual = project::port_is_free(COMPONENT_PORT).then_some(COMPONENT_PORT);
    let port = usual.map_or_else(project::free_port, Ok)?;
    let _sandbox = serve::start_sandbox(&program, port)?;

    let mut command = project::cargo();
    // Drivers that are named in these would be preferred.
    for driver in [
        "CHROMEDRIVER",
        "GECKODRIVER",
        "SAFARIDRIVER",
        "MSEDGEDRIVER",
    ] {
        command
            .env_remove(driver)
            .env_remove(format!("{driver}_REMOTE"));
    }
    command
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env(variable, &browser.driver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities)
        .env("WASM_BINDGEN_TEST_ONLY_WEB", "1")
        .env("WASM_BINDGEN_TEST_TIMEOUT", COMPONENT_SECONDS)
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30")
        .env("VETTED_SANDBOX", format!("http://127.0.0.1:{port}"))
        .args([
            "test",
            "--package",
            "vetted",
            "--target",
            WASM,
            // What sign-in asks of the browser is tested beside its code.
            "--lib",
            "--test",
            "components",
        ]);
    child::run(&mut command, "testing the components", LIMIT)
}

fn release(session: &mut Session) -> Result<()> {
    let folder = project::target()?.join("dist-tested");
    let options = dist::Options {
        folder: folder.clone(),
        ..dist::Options::usual()
    };
    dist::make(&options, &mut Steps::new(dist::STEPS))?;
    session.site = Some(folder);
    Ok(())
}

/// What is tested in Node.js, told of the built site: its Trusted Types policy, its service worker, what the release
/// says of itself, and the relay of hosts that run functions.
fn scripts(session: &mut Session) -> Result<()> {
    let mut command = tools::node_tools()?.node();
    command
        .current_dir(project::root())
        .args([
            "--test",
            "xtask/npm/policy.test.mjs",
            "xtask/npm/worker.test.mjs",
            "xtask/npm/sbom/release.test.mjs",
            "tests/relay/relay.test.mjs",
        ])
        .env("VETTED_DIST", session.site()?)
        .env("VETTED_MODULES", tools::sbom_modules()?);
    child::run(&mut command, "testing the scripts", LIMIT)
}

fn end_to_end(session: &mut Session) -> Result<()> {
    let mut command = browser_tests(session)?;
    command.args(["--lib", "--bins", "--test", "suite"]);
    let limit = match session.extent {
        Extent::Full => FULL_LIMIT,
        Extent::Quick | Extent::Usual => LIMIT,
    };
    child::run(&mut command, "testing in the browser", limit)
}

/// The recipes of `deploy/`, each in its server, with the app through it.
fn hosting(session: &mut Session) -> Result<()> {
    let Some(servers) = servers::servers()? else {
        session.not_here = true;
        return Ok(());
    };
    let mut command = browser_tests(session)?;
    command
        .envs(servers)
        .env("VETTED_AUDIT", tools::audit()?)
        .args(["--test", "hosting"]);
    child::run(&mut command, "running the recipes", LIMIT)
}

fn browser_tests(session: &Session) -> Result<Command> {
    let chromium = session.chromium()?;
    let site = session.site()?;
    let firefox = session.firefox()?;
    let (openid_provider, node) = tools::openid_provider()?;
    let extent = if session.extent == Extent::Full {
        "full"
    } else {
        "usual"
    };
    let mut command = project::cargo();
    command
        .env("VETTED_DIST", site)
        .env("VETTED_CHROMIUM", &chromium.program)
        .env("VETTED_CHROMEDRIVER", &chromium.driver)
        .env("VETTED_FIREFOX", &firefox.program)
        .env("VETTED_GECKODRIVER", &firefox.driver)
        .env("VETTED_NODE", node)
        .env("VETTED_OPENID_PROVIDER", openid_provider)
        .env("VETTED_PAGE_CHECKS", tools::page_checks()?)
        .env("VETTED_EXTENT", extent)
        .args(["test", "--package", "e2e"]);
    Ok(command)
}

fn foreign_systems(_: &mut Session) -> Result<()> {
    for target in FOREIGN {
        tools::add_target(target)?;
        cargo(
            &[
                "check",
                "--package",
                "xtask",
                "--package",
                "sandbox",
                "--target",
                target,
            ],
            &format!("compiling for {target}"),
        )?;
    }
    Ok(())
}

fn same_bytes(_: &mut Session) -> Result<()> {
    reproducible::check()
}

impl Session {
    fn chromium(&self) -> Result<&Browser> {
        self.chromium.as_ref().context("no browser was looked for")
    }

    fn firefox(&self) -> Result<&Browser> {
        self.firefox.as_ref().context("no browser was looked for")
    }

    fn site(&self) -> Result<&PathBuf> {
        self.site.as_ref().context("the site was not built")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 3] = ["a", "b", "c"];

    #[test]
    fn the_last_line_counts_what_passed() {
        let second = Duration::from_secs(1);
        let passed = NAMES.map(|_| Some(second));
        let text = summary(&NAMES, &passed, false, second);
        assert_eq!(text.lines().last(), Some("3 passed, 0 failed"));
        assert!(
            !text.contains("FAILED") && !text.contains("not run"),
            "{text}"
        );
    }

    #[test]
    fn a_check_that_this_system_cannot_make_is_not_counted_as_passed() {
        let second = Duration::from_secs(1);
        let text = summary(&NAMES, &[Some(second), None, Some(second)], false, second);
        assert!(text.contains("not run  b"), "{text}");
        assert_eq!(text.lines().last(), Some("2 passed, 0 failed"));
    }

    #[test]
    fn the_check_that_failed_and_those_that_did_not_run_are_named() {
        let second = Duration::from_secs(1);
        let text = summary(&NAMES, &[Some(second)], true, second);
        assert!(text.contains("passed   a (1.0 s)"), "{text}");
        assert!(text.contains("FAILED   b"), "{text}");
        assert!(text.contains("not run  c"), "{text}");
        assert_eq!(text.lines().last(), Some("1 passed, 1 failed"));
    }
}
