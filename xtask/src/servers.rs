//! The web servers that the recipes of `deploy/` are run with: packages of Debian or Ubuntu, unpacked into the user's cache
//! where installing them would start them on this machine's own ports. Must not know the recipes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::browser;
use crate::child;
use crate::say;
use crate::tools;

const LIMIT: Duration = Duration::from_secs(5 * 60);
/// Unpacked only. Their libraries are those of Apache.
const UNPACKED: [&str; 3] = ["nginx", "libnginx-mod-http-brotli-static", "caddy"];
/// Installed; starts nothing.
const APACHE: &str = "apache2-bin";
const APACHE_PROGRAM: &str = "/usr/sbin/apache2";

/// The programs, by the variables that tell the tests of them.
pub(crate) type Servers = [(&'static str, PathBuf); 3];

/// Looks for the servers and gets what is missing; nothing on a system that has no such packages.
///
/// # Errors
/// When a package cannot be had.
pub(crate) fn servers() -> Result<Option<Servers>> {
    if tools::on_path("apt-get").is_none() || tools::on_path("dpkg-deb").is_none() {
        say::note("the recipes are run on Debian and Ubuntu; here they are not run");
        return Ok(None);
    }
    if !Path::new(APACHE_PROGRAM).is_file() && !browser::install_with_apt(&[APACHE])? {
        anyhow::bail!(
            "Apache is missing. Install it, then start again:\n  sudo apt install {APACHE}"
        );
    }
    let folder = tools::once(&format!("servers-{}", release()), unpack)?;
    let servers = [
        ("VETTED_NGINX", folder.join("usr/sbin/nginx")),
        ("VETTED_CADDY", folder.join("usr/bin/caddy")),
        ("VETTED_APACHE", PathBuf::from(APACHE_PROGRAM)),
    ];
    say::note(format!("nginx, Caddy: {}", folder.display()));
    say::note(format!("Apache: {APACHE_PROGRAM}"));
    Ok(Some(servers))
}

fn unpack(folder: &Path) -> Result<()> {
    say::note(format!("fetching {}", UNPACKED.join(", ")));
    let download = || {
        let mut command = Command::new("apt-get");
        command.current_dir(folder).arg("download").args(UNPACKED);
        child::run(&mut command, "fetching packages", LIMIT)
    };
    if download().is_err() {
        child::bail_if_stopped()?;
        // The lists may be missing or old.
        browser::update_apt()?;
        download().context("The packages cannot be had from the system's mirrors.")?;
    }
    for entry in fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()? {
        let mut command = Command::new("dpkg-deb");
        command.arg("--extract").arg(entry.path()).arg(folder);
        child::run(&mut command, "unpacking", LIMIT)?;
        fs::remove_file(entry.path())?;
    }
    Ok(())
}

/// The system's name, such as `debian-12`.
fn release() -> String {
    let text = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let field = |name: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name));
        value.unwrap_or("unknown").trim_matches('"').to_owned()
    };
    format!("{}-{}", field("ID="), field("VERSION_ID="))
}
