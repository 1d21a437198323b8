//! Browsers and their drivers: found where systems keep them, installed by apt where that is allowed, else a message that
//! names the packages. Must not know the tests.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::child;
use crate::say;
use crate::tools;

const INSTALL_LIMIT: Duration = Duration::from_secs(15 * 60);

/// Flags with which Chromium runs without a screen, also as root, and asks nobody but the page's own servers.
const CHROMIUM_FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A browser and the program that drives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Browser {
    pub(crate) program: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Chromium, or a browser made of it, with the driver of the same version.
///
/// # Errors
/// When there is none and it cannot be installed: what to install.
pub(crate) fn chromium() -> Result<Browser> {
    let mut found = find_chromium();
    if found.is_none() && install_with_apt(&["chromium", "chromium-driver"])? {
        found = find_chromium();
    }
    let Some(browser) = found else {
        bail!("Chromium and its driver are missing.\n{}", packages());
    };
    same_version(&browser)?;
    say::note(format!("Chromium: {}", browser.program.display()));
    say::note(format!("its driver: {}", browser.driver.display()));
    Ok(browser)
}

/// Firefox, with geckodriver.
///
/// # Errors
/// When one is missing and cannot be installed: what to install.
pub(crate) fn firefox() -> Result<Browser> {
    let mut found = find_firefox();
    if found.is_none() && install_with_apt(&["firefox-esr"])? {
        found = find_firefox();
    }
    let Some(program) = found else {
        bail!("Firefox is missing.\n{}", packages());
    };
    let driver = tools::geckodriver()?.join(format!("geckodriver{}", env::consts::EXE_SUFFIX));
    say::note(format!("Firefox: {}", program.display()));
    say::note(format!("its driver: {}", driver.display()));
    Ok(Browser { program, driver })
}

fn find_chromium() -> Option<Browser> {
    let program = first(
        "VETTED_CHROMIUM",
        &[
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
            "chrome",
        ],
        &[
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
            "C:/Program Files/Google/Chrome/Application/chrome.exe",
            "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
        ],
    )?;
    let driver = first(
        "VETTED_CHROMEDRIVER",
        &["chromedriver"],
        &[
            "/usr/lib/chromium/chromedriver",
            "/usr/lib64/chromium-browser/chromedriver",
            "/usr/lib/chromium-browser/chromedriver",
            "/opt/homebrew/bin/chromedriver",
            "/usr/local/bin/chromedriver",
        ],
    )?;
    Some(Browser { program, driver })
}

fn find_firefox() -> Option<PathBuf> {
    first(
        "VETTED_FIREFOX",
        &["firefox-esr", "firefox"],
        &[
            "/Applications/Firefox.app/Contents/MacOS/firefox",
            "C:/Program Files/Mozilla Firefox/firefox.exe",
        ],
    )
}

/// The path that a variable names, else the first on PATH, else the first that exists.
fn first(variable: &str, names: &[&str], places: &[&str]) -> Option<PathBuf> {
    if let Some(path) = env::var_os(variable).map(PathBuf::from)
        && path.is_file()
    {
        return Some(path);
    }
    names
        .iter()
        .find_map(|name| tools::on_path(name))
        .or_else(|| places.iter().map(PathBuf::from).find(|path| path.is_file()))
}

/// A driver refuses a browser of another major version with a message that few understand.
fn same_version(browser: &Browser) -> Result<()> {
    let major = |program: &Path| {
        child::output(program, &["--version"]).and_then(|text| major_version(&text))
    };
    // On Windows the browser does not answer; then the driver has the last word.
    if let (Some(program), Some(driver)) = (major(&browser.program), major(&browser.driver))
        && program != driver
    {
        bail!(
            "{} is version {program}, but {} is version {driver}. Update both, or name a pair that fits in VETTED_CHROMIUM \
             and VETTED_CHROMEDRIVER.\n{}",
            browser.program.display(),
            browser.driver.display(),
            packages()
        );
    }
    Ok(())
}

/// `156` of `Chromium 156.0.8078.79 built on …`.
fn major_version(text: &str) -> Option<u32> {
    text.split_whitespace()
        .find_map(|word| word.split_once('.')?.0.parse().ok())
}

/// Installs Debian packages where that needs no password. `false`: not a system with apt, or not allowed.
pub(crate) fn install_with_apt(packages: &[&str]) -> Result<bool> {
    if tools::on_path("apt-get").is_none() {
        return Ok(false);
    }
    let Some(prefix) = become_root() else {
        return Ok(false);
    };
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let packages = package_names(packages, &release);
    say::note(format!("installing {} with apt-get", packages.join(", ")));
    apt(prefix, &["update"])?;
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(&packages);
    apt(prefix, &install)?;
    Ok(true)
}

/// Has apt read its lists again where that needs no password.
///
/// # Errors
/// When that fails.
pub(crate) fn update_apt() -> Result<()> {
    become_root().map_or(Ok(()), |prefix| apt(prefix, &["update"]))
}

fn apt(prefix: &[&str], arguments: &[&str]) -> Result<()> {
    let words: Vec<&str> = prefix
        .iter()
        .copied()
        .chain(["apt-get"])
        .chain(arguments.iter().copied())
        .collect();
    let mut command = Command::new(words[0]);
    command
        .args(&words[1..])
        .env("DEBIAN_FRONTEND", "noninteractive");
    child::run(&mut command, "installing with apt-get", INSTALL_LIMIT)
}

/// What to write before a command to run it as root without being asked for a password.
fn become_root() -> Option<&'static [&'static str]> {
    if child::output("id", &["-u"]).is_some_and(|id| id.trim() == "0") {
        return Some(&[]);
    }
    child::output("sudo", &["-n", "true"]).map(|_| &["sudo", "-n"][..])
}

/// Ubuntu calls Debian's packages by other names.
fn package_names<'a>(debian: &[&'a str], os_release: &str) -> Vec<&'a str> {
    let ubuntu = os_release.lines().any(|line| line == "ID=ubuntu");
    let name = |package: &'a str| match package {
        "chromium" if ubuntu => "chromium-browser",
        "chromium-driver" if ubuntu => "chromium-chromedriver",
        "firefox-esr" if ubuntu => "firefox",
        other => other,
    };
    debian.iter().map(|package| name(package)).collect()
}

fn packages() -> &'static str {
    "Install them, then start again:\n  \
     Debian    sudo apt install chromium chromium-driver firefox-esr\n  \
     Ubuntu    sudo apt install chromium-browser chromium-chromedriver firefox\n  \
     Fedora    sudo dnf install chromium chromedriver firefox\n  \
     macOS     brew install --cask google-chrome chromedriver firefox\n  \
     Windows   winget install Google.Chrome Chromium.ChromeDriver Mozilla.Firefox\n\
     If they are in an unusual place, name it in VETTED_CHROMIUM, VETTED_CHROMEDRIVER and VETTED_FIREFOX."
}

/// What wasm-bindgen-test-runner asks of either driver, as JSON. Each reads its own part.
pub(crate) fn capabilities(browser: &Browser) -> Value {
    json!({
        "goog:chromeOptions": { "binary": browser.program, "args": CHROMIUM_FLAGS },
        "moz:firefoxOptions": { "binary": browser.program, "args": ["-headless"], "prefs": firefox_preferences() },
    })
}

/// Firefox, too, is to ask nobody but the page's own servers.
fn firefox_preferences() -> Value {
    json!({
        "app.normandy.enabled": false,
        "app.update.disabledForTesting": true,
        "datareporting.policy.dataSubmissionEnabled": false,
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
        "toolkit.telemetry.enabled": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_browser_and_driver_say() {
        assert_eq!(
            major_version("Chromium 156.0.8078.79 built on Debian GNU/Linux 12"),
            Some(156)
        );
        assert_eq!(
            major_version("ChromeDriver 131.0.6778.85 (a21ce95c-refs/branch-heads/6778@{#1})"),
            Some(131)
        );
        assert_eq!(major_version("no version here."), None);
    }

    #[test]
    fn the_message_names_a_command_for_every_package_manager() {
        for manager in [
            "apt install",
            "dnf install",
            "brew install",
            "winget install",
        ] {
            assert!(packages().contains(manager), "{manager}");
        }
    }

    #[test]
    fn ubuntu_is_asked_for_its_own_package_names() {
        let debian = ["chromium", "chromium-driver", "firefox-esr"];
        assert_eq!(package_names(&debian, "NAME=x\nID=debian\n"), debian);
        assert_eq!(
            package_names(&debian, "NAME=x\nID=ubuntu\nID_LIKE=debian\n"),
            ["chromium-browser", "chromium-chromedriver", "firefox"]
        );
    }

    #[test]
    fn the_driver_is_told_which_browser_to_start_and_to_show_no_window() {
        let browser = Browser {
            program: "/opt/x/chrome".into(),
            driver: "/opt/x/driver".into(),
        };
        let options = &capabilities(&browser)["goog:chromeOptions"];
        assert_eq!(options["binary"], "/opt/x/chrome");
        assert_eq!(
            capabilities(&browser)["moz:firefoxOptions"]["args"],
            json!(["-headless"])
        );
        assert!(
            options["args"]
                .as_array()
                .is_some_and(|flags| flags.contains(&json!("--headless")))
        );
    }
}
