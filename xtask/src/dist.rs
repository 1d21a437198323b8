//! The deployable site: optimised, named by content, compressed, with headers, licences and a size report.
//! Must not know how the app works or who serves it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::child;
use crate::headers;
use crate::licences;
use crate::page::{Asset, Page};
use crate::project;
use crate::say::{self, Steps};
use crate::site::{self, Builder};
use crate::tools::{self, NodeTools};

/// What a first visit may transfer, in bytes of brotli: a ratchet a little above what it transfers today, meant to go down
/// until it reaches the aim. `docs/decisions/0005-size-of-a-first-visit.md` says when and why it went up.
const BUDGET: u64 = 372_000;
/// What a first visit is meant to transfer once the app is complete, in bytes of brotli.
const AIM: u64 = 160_000;
const LIMIT: Duration = Duration::from_secs(10 * 60);
/// What [`make`] announces.
pub(crate) const STEPS: usize = 5;

/// What to make.
pub(crate) struct Options {
    /// Where the site will live: `/`, or `/folder/`.
    pub(crate) base: String,
    /// The configuration whose authority the policy names; without one, that of `config.example.json`.
    pub(crate) config: Option<PathBuf>,
    /// The folder to write, replacing what is there.
    pub(crate) folder: PathBuf,
}

impl Options {
    /// A site for `/` in the repository's `dist/`.
    pub(crate) fn usual() -> Self {
        Self {
            base: "/".to_owned(),
            config: None,
            folder: project::root().join("dist"),
        }
    }
}

/// Makes the site.
///
/// # Errors
/// When something is missing, does not build, names this machine's folders, or is larger than the budget.
pub(crate) fn make(options: &Options, steps: &mut Steps) -> Result<()> {
    let base = checked_base(&options.base)?;
    let policy = policy(options.config.as_deref())?;

    steps.begin("Looking for the tools");
    let builder = Builder::find()?;
    let tools = tools::node_tools()?;
    steps.done();

    steps.begin("Building the app for release");
    let built = builder.release(base)?;
    steps.done();

    steps.begin("Optimising, and naming each file by its content");
    let site = optimise(&built, base, &tools)?;
    no_local_path(&site)?;
    steps.done();

    steps.begin("Writing and compressing");
    let folder = unfinished(&options.folder)?;
    write(&folder, &site)?;
    let hashed: Vec<String> = site.hashed.iter().map(|asset| asset.name.clone()).collect();
    fs::write(
        folder.join("_headers"),
        headers::file(base, &hashed, &policy),
    )?;
    fs::copy(
        project::root().join("config.example.json"),
        folder.join("config.example.json"),
    )
    .context("cannot copy config.example.json")?;
    write_licences(&folder)?;
    compress(&folder, &tools)?;
    let first_load = first_load(&folder, &site)?;
    put_in_place(&folder, &options.folder)?;
    say::note(format!("{}", options.folder.display()));
    steps.done();

    steps.begin("Measuring what a first visit transfers");
    say::note(report(&first_load));
    check_budget(&first_load)?;
    steps.done();
    Ok(())
}

/// The site in memory.
struct Site {
    /// Named by content.
    hashed: Vec<Asset>,
    /// Everything else that the app may ask for, by its place in the folder.
    others: Vec<Asset>,
    index: String,
}

fn checked_base(base: &str) -> Result<&str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    if base.starts_with('/')
        && base.ends_with('/')
        && !base.contains("//")
        && base.chars().all(plain)
    {
        return Ok(base);
    }
    bail!("--base must look like /vetted/, with a slash at both ends, not {base:?}")
}

fn policy(config: Option<&Path>) -> Result<String> {
    let example = project::root().join("config.example.json");
    let path = config.unwrap_or(&example);
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let origins =
        headers::origins(&text).with_context(|| format!("{} cannot be used", path.display()))?;
    say::line(format!(
        "The policy allows requests to the site itself and to {}.",
        origins.join(", ")
    ));
    if config.is_none() {
        say::line("That is what config.example.json says; --config FILE takes it from your own.");
    }
    Ok(headers::policy(&origins))
}

fn optimise(built: &Path, base: &str, tools: &NodeTools) -> Result<Site> {
    let index =
        fs::read_to_string(built.join("index.html")).context("trunk wrote no index.html")?;
    let mut page = Page::new(&index, base);
    let work = project::target()?.join("dist-work");
    recreate(&work)?;
    let mut site = Site {
        hashed: Vec::new(),
        others: Vec::new(),
        index: String::new(),
    };

    let files = files_below(built)?;
    let old_wasm = the_one(&files, |name| name.ends_with("_bg.wasm"))?;
    let wasm = small_wasm(&built.join(&old_wasm), &work, tools)?;
    page.replace(&old_wasm, &wasm)?;

    let old_glue = old_wasm.replace("_bg.wasm", ".js");
    let glue = small_glue(built, &old_glue, &old_wasm, &wasm.name, &work, tools)?;
    page.replace(&old_glue, &glue)?;

    let old_boot = the_one(&files, |name| {
        name.starts_with("boot-") && name.ends_with(".mjs")
    })?;
    let boot = small_script(&built.join(&old_boot), "boot", "mjs", &work, tools)?;
    page.replace(&old_boot, &boot)?;

    let sheets = page.style_sheets();
    let style = small_style(built, &sheets, &work, tools)?;
    let (first, rest) = sheets
        .split_first()
        .context("index.html links no style sheet")?;
    page.replace(first, &style)?;
    for sheet in rest {
        page.remove(sheet)?;
    }

    let done = [&old_wasm, &old_glue, &old_boot];
    for name in files
        .iter()
        .filter(|name| !done.contains(name) && !sheets.contains(name) && *name != "index.html")
    {
        let bytes = fs::read(built.join(name))?;
        if name.starts_with("snippets/") {
            if page.names(name) {
                page.remove(name)?; // esbuild put it into the glue
            }
        } else if page.names(name) {
            let (stem, extension) = stem_and_extension(name);
            let asset = Asset::named_by_content(stem, extension, bytes);
            page.replace(name, &asset)?;
            site.hashed.push(asset);
        } else {
            let name = name.clone();
            site.others.push(Asset { name, bytes });
        }
    }
    site.hashed.extend([wasm, glue, boot, style]);
    page.set_base()?;
    site.index = page.into_small();
    Ok(site)
}

fn small_wasm(from: &Path, work: &Path, tools: &NodeTools) -> Result<Asset> {
    let to = work.join("vetted.wasm");
    let mut command = tools.wasm_opt();
    command
        .arg(from)
        .args([
            "-Oz",
            "--strip-debug",
            "--strip-producers",
            "--strip-target-features",
            "-o",
        ])
        .arg(&to);
    child::run(&mut command, "optimising the wasm", LIMIT)?;
    Ok(Asset::named_by_content("vetted", "wasm", fs::read(&to)?))
}

/// The glue that loads the wasm, in one file with the snippets it imports.
fn small_glue(
    built: &Path,
    glue: &str,
    old_wasm: &str,
    wasm: &str,
    work: &Path,
    tools: &NodeTools,
) -> Result<Asset> {
    // It holds the name as a fallback that boot.mjs does not use; keep it true all the same.
    let renamed = fs::read_to_string(built.join(glue))?.replace(old_wasm, wasm);
    let source = built.join(format!("renamed-{glue}")); // beside the snippets, which it names relative to itself
    fs::write(&source, renamed)?;
    let asset = small_script(&source, "vetted", "js", work, tools);
    fs::remove_file(&source)?;
    asset
}

fn small_script(
    from: &Path,
    stem: &str,
    extension: &str,
    work: &Path,
    tools: &NodeTools,
) -> Result<Asset> {
    let to = work.join(stem).with_extension(extension);
    let mut command = tools.esbuild();
    command
        .arg(from)
        .args(["--bundle", "--format=esm", "--target=es2022"]);
    minified(&mut command, &to)?;
    Ok(Asset::named_by_content(stem, extension, fs::read(&to)?))
}

fn small_style(built: &Path, sheets: &[String], work: &Path, tools: &NodeTools) -> Result<Asset> {
    let mut all = String::new();
    for sheet in sheets {
        all += &fs::read_to_string(built.join(sheet))
            .with_context(|| format!("cannot read {sheet}"))?;
        all.push('\n');
    }
    if all.contains("@import") {
        bail!(
            "A style sheet has an @import, which counts only at the start of a file: link it from index.html instead."
        );
    }
    let from = work.join("all.css");
    let to = work.join("vetted.css");
    fs::write(&from, all)?;
    let mut command = tools.esbuild();
    command.arg(&from);
    minified(&mut command, &to)?;
    Ok(Asset::named_by_content("vetted", "css", fs::read(&to)?))
}

fn minified(esbuild: &mut Command, to: &Path) -> Result<()> {
    esbuild
        .args([
            "--minify",
            "--charset=utf8",
            "--legal-comments=none",
            "--log-level=warning",
        ])
        .arg(format!("--outfile={}", to.display()));
    child::run(esbuild, "minifying with esbuild", LIMIT)
}

/// Nobody needs to learn where this was built, and the same source should give the same bytes anywhere.
fn no_local_path(site: &Site) -> Result<()> {
    let index = Asset {
        name: "index.html".to_owned(),
        bytes: site.index.clone().into_bytes(),
    };
    let mut paths: Vec<PathBuf> = site::local_paths()
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    paths.extend(env::home_dir().map(|home| home.join(""))); // with its slash: "/root" alone may be a word
    for asset in site.hashed.iter().chain([&index]) {
        for path in &paths {
            let path = path.to_string_lossy();
            if path.len() > 1 && contains(&asset.bytes, path.as_bytes()) {
                bail!("{} has a path of this machine in it: {path}", asset.name);
            }
        }
    }
    Ok(())
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A new folder beside the one to make, so that renaming is all that is left to do.
fn unfinished(folder: &Path) -> Result<PathBuf> {
    let unfinished = folder.with_extension("unfinished");
    recreate(&unfinished)?;
    Ok(unfinished)
}

fn put_in_place(unfinished: &Path, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot replace {}", folder.display()))?;
    }
    fs::rename(unfinished, folder).with_context(|| format!("cannot create {}", folder.display()))
}

fn recreate(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

fn write(folder: &Path, site: &Site) -> Result<()> {
    fs::write(folder.join("index.html"), &site.index)?;
    for asset in site.hashed.iter().chain(&site.others) {
        let path = folder.join(&asset.name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, &asset.bytes)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn write_licences(folder: &Path) -> Result<()> {
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let from = project::root().join(name);
        fs::copy(&from, folder.join(format!("{name}.txt")))
            .with_context(|| format!("cannot copy {}", from.display()))?;
    }
    fs::write(folder.join("THIRD-PARTY.txt"), licences::third_party()?)?;
    Ok(())
}

fn compress(folder: &Path, tools: &NodeTools) -> Result<()> {
    let script = project::target()?.join("dist-work").join("compress.mjs");
    fs::write(&script, include_str!("../npm/compress.mjs"))?;
    let worth_it = |name: &String| {
        let (_, extension) = stem_and_extension(name);
        matches!(
            extension,
            "html" | "js" | "mjs" | "css" | "wasm" | "svg" | "json" | "txt" | "webmanifest"
        )
    };
    let mut command = tools.node();
    command.arg(script).args(
        files_below(folder)?
            .iter()
            .filter(|name| worth_it(name))
            .map(|name| folder.join(name)),
    );
    child::run(&mut command, "compressing", LIMIT)
}

/// Name and transferred bytes of what a browser asks for before the app can be used.
fn first_load(folder: &Path, site: &Site) -> Result<Vec<(String, u64)>> {
    let names = site
        .hashed
        .iter()
        .chain(&site.others)
        .map(|asset| asset.name.as_str());
    let on_demand = |name: &&str| name.starts_with("locales/");
    let mut files = Vec::new();
    for name in std::iter::once("index.html").chain(names.filter(|name| !on_demand(name))) {
        let plain = folder.join(name);
        let compressed = folder.join(format!("{name}.br"));
        let bytes = fs::metadata(&compressed)
            .or_else(|_| fs::metadata(plain))?
            .len();
        files.push((name.to_owned(), bytes));
    }
    files.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Ok(files)
}

fn total(files: &[(String, u64)]) -> u64 {
    files.iter().map(|(_, bytes)| bytes).sum()
}

fn report(files: &[(String, u64)]) -> String {
    let mut lines: Vec<String> = files
        .iter()
        .map(|(name, bytes)| format!("{bytes:>9}  {name}"))
        .collect();
    lines.push(format!(
        "{:>9}  in total, bytes of brotli; the budget is {BUDGET}, the aim {AIM}",
        total(files)
    ));
    lines.join("\n")
}

fn check_budget(files: &[(String, u64)]) -> Result<()> {
    let total = total(files);
    if total > BUDGET {
        bail!(
            "A first visit transfers {total} bytes, {} over the budget of {BUDGET}.",
            total - BUDGET
        );
    }
    Ok(())
}

/// Every file below a folder, as `folder/name` with slashes, sorted.
fn files_below(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_path_buf(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?
        {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == ".stage" {
                continue; // trunk's own
            }
            let place = format!("{prefix}{name}");
            if entry.file_type()?.is_dir() {
                folders.push((entry.path(), format!("{place}/")));
            } else {
                files.push(place);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn the_one(files: &[String], is_it: impl Fn(&str) -> bool) -> Result<String> {
    let found: Vec<&String> = files.iter().filter(|name| is_it(name)).collect();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        _ => bail!("expected one such file from trunk, not {found:?}"),
    }
}

/// `("icon", "svg")` of `icon-0123456789abcdef.svg`: without trunk's digest.
fn stem_and_extension(name: &str) -> (&str, &str) {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    match stem.rsplit_once('-') {
        Some((short, digest)) if is_digest(digest) => (short, extension),
        _ => (stem, extension),
    }
}

fn is_digest(text: &str) -> bool {
    (14..=16).contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(sizes: &[u64]) -> Vec<(String, u64)> {
        sizes
            .iter()
            .enumerate()
            .map(|(index, bytes)| (format!("file-{index}"), *bytes))
            .collect()
    }

    #[test]
    fn a_base_has_a_slash_at_both_ends_and_nothing_strange_between() {
        for good in ["/", "/vetted/", "/apps/vetted-2/"] {
            assert!(checked_base(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "vetted",
            "/vetted",
            "vetted/",
            "//evil.example/",
            "/a\"b/",
            "/a b/",
        ] {
            assert!(checked_base(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_report_names_every_file_and_the_total() {
        let report = report(&files(&[100_000, 2_345]));
        assert!(report.contains("100000  file-0"), "{report}");
        assert!(report.contains("2345  file-1"), "{report}");
        assert!(report.contains("102345  in total"), "{report}");
    }

    #[test]
    fn the_budget_may_be_used_up_and_not_exceeded() {
        assert!(check_budget(&files(&[BUDGET - 1, 1])).is_ok());
        assert!(check_budget(&files(&[BUDGET, 1])).is_err());
    }

    #[test]
    fn the_digest_of_trunk_is_not_part_of_the_new_name() {
        assert_eq!(
            stem_and_extension("icon-4906c3769e96c093.svg"),
            ("icon", "svg")
        );
        assert_eq!(stem_and_extension("icon-set.svg"), ("icon-set", "svg"));
    }

    #[test]
    fn a_path_is_found_anywhere_in_the_bytes() {
        assert!(contains(b"\0/home/me/x\0", b"/home/me"));
        assert!(!contains(b"\0/home/you\0", b"/home/me"));
    }

    #[test]
    fn the_example_configuration_gives_a_policy() {
        assert!(policy(None).is_ok_and(|policy| policy.contains("connect-src 'self' https://")));
    }
}
