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
use crate::installable;
use crate::licences;
use crate::linked;
use crate::page::{Asset, Page};
use crate::project;
use crate::release;
use crate::say::{self, Steps};
use crate::sbom;
use crate::site::{self, Builder};
use crate::texts;
use crate::tools::{self, NodeTools};

/// The program for whoever is not signed in, and the one for whoever is.
const DOOR: &str = "door";
const APP: &str = "vetted";
/// What a first visit may transfer until somebody can sign in, in bytes of brotli; see
/// `docs/decisions/0005-size-of-a-first-visit.md`. Not counted are the site's own `config.json`, about 300 bytes, and the
/// headers of the answers; `bench` counts both.
const FIRST_BUDGET: u64 = 151_000;
/// What the app behind it may transfer, once for each release: a ratchet a little above what it transfers today.
const APP_BUDGET: u64 = 546_300;
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
    steps.done();

    steps.begin("Writing and compressing");
    let folder = unfinished(&options.folder)?;
    write(&folder, &site)?;
    let mut hashed: Vec<String> = site.hashed.iter().map(|asset| asset.name.clone()).collect();
    installable::add(&folder, base, &mut hashed, &site.texts, &tools)?;
    fs::copy(
        project::root().join("config.example.json"),
        folder.join("config.example.json"),
    )
    .context("cannot copy config.example.json")?;
    write_papers(&folder)?;
    write_headers(&folder, base, &hashed, &policy)?;
    compress(&folder, &files_below(&folder)?, &tools)?;
    release::write(&folder, &files_below(&folder)?)?;
    compress(&folder, &[release::NAME.to_owned()], &tools)?;
    no_local_path(&folder)?;
    let transfers = transfers(&folder, &site)?;
    steps.done();

    steps.begin("Measuring what is transferred");
    for transfer in &transfers {
        say::note(transfer.report());
    }
    transfers.iter().try_for_each(Transfer::check)?;
    put_in_place(&folder, &options.folder)?;
    say::note(format!("{}", options.folder.display()));
    steps.done();
    Ok(())
}

/// The site in memory.
struct Site {
    /// Named by content.
    hashed: Vec<Asset>,
    /// Those among them that make up the app, which a first visit does not wait for.
    app: Vec<String>,
    /// Those with the texts of a language; nobody waits for more than one.
    texts: Vec<String>,
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
        app: Vec::new(),
        texts: Vec::new(),
        others: Vec::new(),
        index: String::new(),
    };

    let files = files_below(built)?;
    let mut done = Vec::new();
    for program in [DOOR, APP] {
        // Trunk puts a digest between; not into the names of the app, which index.html names itself.
        let old_wasm = the_one(&files, |name| {
            name.starts_with(program) && name.ends_with("_bg.wasm")
        })?;
        let old_glue = old_wasm.replace("_bg.wasm", ".js");
        let wasm = small_wasm(&built.join(&old_wasm), program, &work, tools)?;
        let glue = small_glue(built, &old_glue, &old_wasm, &wasm.name, &work, tools)?;
        if program == APP {
            page.fill(&old_wasm, &wasm)?;
            page.fill(&old_glue, &glue)?;
            site.app.extend([wasm.name.clone(), glue.name.clone()]);
        } else {
            page.replace(&old_wasm, &wasm)?;
            page.replace(&old_glue, &glue)?;
        }
        site.hashed.extend([wasm, glue]);
        done.extend([old_wasm, old_glue]);
    }

    for (stem, extension) in [("early", "js"), ("boot", "mjs")] {
        let old = the_one(&files, |name| {
            name.starts_with(&format!("{stem}-")) && name.ends_with(&format!(".{extension}"))
        })?;
        let script = small_script(&built.join(&old), stem, extension, &work, tools)?;
        page.replace(&old, &script)?;
        site.hashed.push(script);
        done.push(old);
    }

    let sheets = page.style_sheets();
    let source = fs::read_to_string(project::root().join("index.html"))?;
    let (of_app, of_both): (Vec<String>, Vec<String>) = sheets
        .iter()
        .cloned()
        .partition(|sheet| site::is_of_app(&source, stem_and_extension(sheet).0));
    let style = small_style(DOOR, built, &of_both, &work, tools)?;
    let (first, rest) = of_both
        .split_first()
        .context("index.html links no style sheet")?;
    page.replace(first, &style)?;
    for sheet in rest.iter().chain(&of_app) {
        page.remove(sheet)?;
    }
    let app_style = small_style(APP, built, &of_app, &work, tools)?;
    page.style_app(&app_style)?;
    site.app.push(app_style.name.clone());

    for code in texts::languages()? {
        for door in [false, true] {
            let old = texts::name(&code, door);
            let bytes = fs::read(built.join(&old)).with_context(|| format!("no {old}"))?;
            let asset = Asset::named_by_content(old.trim_end_matches(".txt"), "txt", bytes);
            page.fill(&old, &asset)?;
            site.texts.push(asset.name.clone());
            site.hashed.push(asset);
            done.push(old);
        }
    }

    for name in files
        .iter()
        .filter(|name| !done.contains(*name) && !sheets.contains(name) && *name != "index.html")
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
    site.hashed.extend([style, app_style]);
    page.set_base()?;
    site.index = page.into_small();
    Ok(site)
}

fn small_wasm(from: &Path, stem: &str, work: &Path, tools: &NodeTools) -> Result<Asset> {
    let to = work.join(stem).with_extension("wasm");
    let mut command = tools.wasm_opt();
    command
        .arg(from)
        .args([
            "--gufa",
            "-Oz",
            "--strip-debug",
            "--strip-producers",
            "--strip-target-features",
            "-o",
        ])
        .arg(&to);
    child::run(&mut command, "optimising the wasm", LIMIT)?;
    Ok(Asset::named_by_content(stem, "wasm", fs::read(&to)?))
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
    let (stem, _) = stem_and_extension(glue);
    let asset = small_script(&source, stem, "js", work, tools);
    fs::remove_file(&source)?;
    asset
}

/// A script with what it imports, without what only people read. One that is no module is one function that calls itself.
pub(crate) fn small_script(
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

fn small_style(
    stem: &str,
    built: &Path,
    sheets: &[String],
    work: &Path,
    tools: &NodeTools,
) -> Result<Asset> {
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
    let from = work.join(format!("all-{stem}.css"));
    let to = work.join(format!("{stem}.css"));
    fs::write(&from, all)?;
    let mut command = tools.esbuild();
    command.arg(&from);
    minified(&mut command, &to)?;
    Ok(Asset::named_by_content(stem, "css", fs::read(&to)?))
}

/// Has esbuild write what it was given to `to`, without what only people read.
pub(crate) fn minified(esbuild: &mut Command, to: &Path) -> Result<()> {
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
fn no_local_path(folder: &Path) -> Result<()> {
    let mut paths: Vec<PathBuf> = site::local_paths()?
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    paths.extend(env::home_dir().map(|home| home.join(""))); // with its slash: "/root" alone may be a word
    for name in files_below(folder)? {
        let bytes = fs::read(folder.join(&name))?;
        for path in &paths {
            let path = path.to_string_lossy();
            if path.len() > 1 && contains(&bytes, path.as_bytes()) {
                bail!("{name} has a path of this machine in it: {path}");
            }
        }
    }
    Ok(())
}

/// Whether the bytes have this part.
pub(crate) fn contains(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
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

/// Makes an empty folder, whatever was there.
pub(crate) fn recreate(folder: &Path) -> Result<()> {
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

/// What is said about the release: its licences, those of others, and what it is made of.
fn write_papers(folder: &Path) -> Result<()> {
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let from = project::root().join(name);
        fs::copy(&from, folder.join(format!("{name}.txt")))
            .with_context(|| format!("cannot copy {}", from.display()))?;
    }
    let graph = linked::graph()?;
    fs::write(
        folder.join("THIRD-PARTY.txt"),
        licences::third_party(&graph),
    )?;
    fs::write(folder.join(sbom::NAME), sbom::document(&graph))?;
    Ok(())
}

fn write_headers(folder: &Path, base: &str, hashed: &[String], policy: &str) -> Result<()> {
    let mut fixed = files_below(folder)?;
    fixed.retain(|name| !hashed.contains(name));
    fixed.push(release::NAME.to_owned());
    let text = headers::file(base, hashed, &fixed, policy);
    fs::write(folder.join("_headers"), text).context("cannot write _headers")
}

/// Writes `.br` and `.gz` beside each of these files of a folder that shrinks by it.
///
/// # Errors
/// When a file cannot be read or written.
pub(crate) fn compress(folder: &Path, files: &[String], tools: &NodeTools) -> Result<()> {
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
        files
            .iter()
            .filter(|name| worth_it(name))
            .map(|name| folder.join(name)),
    );
    child::run(&mut command, "compressing", LIMIT)
}

/// What a browser transfers for one purpose: the files by name, with their bytes, and what they may be together.
struct Transfer {
    purpose: &'static str,
    files: Vec<(String, u64)>,
    budget: u64,
}

fn transfers(folder: &Path, site: &Site) -> Result<[Transfer; 2]> {
    let measured = |names: Vec<&str>| -> Result<Vec<(String, u64)>> {
        let mut files = Vec::new();
        for name in names {
            let compressed = folder.join(format!("{name}.br"));
            let bytes = fs::metadata(&compressed)
                .or_else(|_| fs::metadata(folder.join(name)))?
                .len();
            files.push((name.to_owned(), bytes));
        }
        files.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(files)
    };
    let named = site.hashed.iter().map(|asset| &asset.name);
    let first = named.filter(|name| !site.app.contains(name) && !site.texts.contains(name));
    let mut first: Vec<&str> = std::iter::once("index.html")
        .chain(first.map(String::as_str))
        .collect();
    // Whoever has the language with the longest texts transfers most.
    let texts = |door: bool| {
        let of_program = |name: &&String| name.starts_with("texts-door-") == door;
        let names = site.texts.iter().filter(of_program).map(String::as_str);
        let files = measured(names.collect())?;
        files.into_iter().next().context("the site has no texts")
    };
    let (for_door, for_app) = (texts(true)?, texts(false)?);
    first.push(&for_door.0);
    let app = site.app.iter().chain([&for_app.0]).map(String::as_str);
    Ok([
        Transfer {
            purpose: "until somebody can sign in, in the language that takes most",
            files: measured(first)?,
            budget: FIRST_BUDGET,
        },
        Transfer {
            purpose: "for the app, while they do",
            files: measured(app.collect())?,
            budget: APP_BUDGET,
        },
    ])
}

impl Transfer {
    fn total(&self) -> u64 {
        self.files.iter().map(|(_, bytes)| bytes).sum()
    }

    fn report(&self) -> String {
        let mut lines: Vec<String> = self
            .files
            .iter()
            .map(|(name, bytes)| format!("{bytes:>9}  {name}"))
            .collect();
        lines.push(format!(
            "{:>9}  bytes of brotli {}; the budget is {}",
            self.total(),
            self.purpose,
            self.budget
        ));
        lines.join("\n")
    }

    fn check(&self) -> Result<()> {
        let total = self.total();
        if total > self.budget {
            bail!(
                "{total} bytes are transferred {}, {} over the budget of {}.",
                self.purpose,
                total - self.budget,
                self.budget
            );
        }
        Ok(())
    }
}

/// Every file below a folder, as `folder/name` with slashes, sorted.
///
/// # Errors
/// When a folder cannot be read.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<String>> {
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

    fn transfer(sizes: &[u64]) -> Transfer {
        let named = |(index, bytes): (usize, &u64)| (format!("file-{index}"), *bytes);
        Transfer {
            purpose: "for a test",
            files: sizes.iter().enumerate().map(named).collect(),
            budget: 102_345,
        }
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
        let report = transfer(&[100_000, 2_345]).report();
        assert!(report.contains("100000  file-0"), "{report}");
        assert!(report.contains("2345  file-1"), "{report}");
        assert!(
            report.contains("102345  bytes of brotli for a test; the budget is 102345"),
            "{report}"
        );
    }

    #[test]
    fn the_budget_may_be_used_up_and_not_exceeded() {
        assert!(transfer(&[102_344, 1]).check().is_ok());
        assert!(transfer(&[102_345, 1]).check().is_err());
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
