//! What makes the site installable: a manifest with icons, the service worker, and the module that registers it.
//! Must not know what the app does; `installable/` holds the sources.
//!
//! The icons there are `style/icon.svg` as pixels, the maskable ones with a white margin of a fifth on each side.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::dist;
use crate::page::Asset;
use crate::project;
use crate::tools::{NodeTools, hex};

const WORKER: &str = "sw.js";
const MANIFEST: &str = "manifest.webmanifest";
const PIXELS: [&str; 4] = ["icon-192", "icon-512", "maskable-192", "maskable-512"];

/// Adds it to a site that is written but not yet compressed. `hashed` are the names that follow their bytes; those of
/// new files join them. `texts` are those among them that belong to one language each.
///
/// # Errors
/// When a source is missing or does not fit the page.
pub(crate) fn add(
    folder: &Path,
    base: &str,
    hashed: &mut Vec<String>,
    texts: &[String],
    tools: &NodeTools,
) -> Result<()> {
    let source = project::root().join("installable");
    let work = project::target()?.join("dist-work");
    let (texts, shell): (Vec<Asset>, Vec<Asset>) = assets(folder, hashed)?
        .into_iter()
        .partition(|asset| texts.contains(&asset.name));
    let mut shell = shell;

    let install = dist::small_script(&source.join("install.mjs"), "install", "mjs", &work, tools)?;
    let page = folder.join("index.html");
    let text = fs::read_to_string(&page).context("cannot read index.html")?;
    let text = naming(&text, base, &install)?;
    write(folder, &install, hashed)?;
    shell.push(install);

    let plain = fs::read_to_string(source.join("worker.js")).context("cannot read worker.js")?;
    let release = release(&text, &plain, &shell);
    fs::write(
        &page,
        text.replace(
            NO_RELEASE,
            &format!("name=\"vetted-release\" content=\"{release}\""),
        ),
    )?;
    worker(
        &source.join("worker.js"),
        &folder.join(WORKER),
        &release,
        [&shell, &texts],
        tools,
    )?;

    let mut manifest =
        fs::read_to_string(source.join(MANIFEST)).with_context(|| format!("no {MANIFEST}"))?;
    for stem in PIXELS {
        let file = format!("{stem}.png");
        let bytes = fs::read(source.join(&file)).with_context(|| format!("no {file}"))?;
        let icon = Asset::named_by_content(stem, "png", bytes);
        manifest = renamed(&manifest, &file, &icon.name)?;
        write(folder, &icon, hashed)?;
    }
    let drawn = shell
        .iter()
        .map(|asset| asset.name.as_str())
        .find(|name| name.starts_with("icon-") && name.ends_with(".svg"))
        .context("the site has no icon.svg")?;
    let manifest = renamed(&manifest, "icon.svg", drawn)?;
    fs::write(folder.join(MANIFEST), manifest).with_context(|| format!("cannot write {MANIFEST}"))
}

const NO_RELEASE: &str = "name=\"vetted-release\" content=\"\"";

fn assets(folder: &Path, names: &[String]) -> Result<Vec<Asset>> {
    let read = |name: &String| {
        let bytes = fs::read(folder.join(name)).with_context(|| format!("cannot read {name}"))?;
        let name = name.clone();
        Ok(Asset { name, bytes })
    };
    names.iter().map(read).collect()
}

fn write(folder: &Path, asset: &Asset, hashed: &mut Vec<String>) -> Result<()> {
    fs::write(folder.join(&asset.name), &asset.bytes)
        .with_context(|| format!("cannot write {}", asset.name))?;
    hashed.push(asset.name.clone());
    Ok(())
}

/// The page with the module for boot.mjs to import, and an empty place for the release.
fn naming(page: &str, base: &str, install: &Asset) -> Result<String> {
    let end = "</head>";
    if page.matches(end).count() != 1 {
        bail!("index.html must have exactly one {end}");
    }
    let tags = format!(
        "<meta {NO_RELEASE} />\n<link rel=\"vetted-install\" href=\"{base}{}\" integrity=\"{}\" />\n{end}",
        install.name,
        install.integrity()
    );
    Ok(page.replace(end, &tags))
}

/// A name for these bytes of page, worker and files together.
fn release(page: &str, worker: &str, shell: &[Asset]) -> String {
    let mut digest = Sha256::new();
    digest.update(page);
    digest.update(worker);
    for asset in shell {
        digest.update(&asset.name);
    }
    hex(&digest.finalize())[..16].to_owned()
}

fn worker(
    from: &Path,
    to: &Path,
    release: &str,
    [shell, texts]: [&[Asset]; 2],
    tools: &NodeTools,
) -> Result<()> {
    let files: BTreeMap<&str, String> = shell
        .iter()
        .map(|asset| (asset.name.as_str(), asset.integrity()))
        .collect();
    let files = serde_json::to_string(&files)?;
    let texts: Vec<&str> = texts.iter().map(|asset| asset.name.as_str()).collect();
    let texts = serde_json::to_string(&texts)?;
    let mut esbuild = tools.esbuild();
    esbuild.arg(from).args([
        format!("--define:RELEASE=\"{release}\""),
        format!("--define:FILES={files}"),
        format!("--define:TEXTS={texts}"),
    ]);
    dist::minified(&mut esbuild, to)
}

fn renamed(manifest: &str, from: &str, to: &str) -> Result<String> {
    let quoted = format!("\"{from}\"");
    if manifest.matches(&quoted).count() != 1 {
        bail!("{MANIFEST} must name {from} exactly once");
    }
    Ok(manifest.replace(&quoted, &format!("\"{to}\"")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn asset(bytes: &str) -> Asset {
        Asset::named_by_content("install", "mjs", bytes.as_bytes().to_vec())
    }

    #[test]
    fn the_page_names_the_module_with_its_integrity_value_and_leaves_a_place_for_the_release() {
        let module = asset("x");
        let page = naming("<head>\n</head>\n<body>", "/x/", &module).unwrap();
        assert!(page.contains(&format!("href=\"/x/{}\"", module.name)));
        assert!(page.contains(&module.integrity()), "{page}");
        assert_eq!(page.matches(NO_RELEASE).count(), 1);
        assert!(naming("<body>", "/", &module).is_err());
    }

    #[test]
    fn a_release_has_another_name_when_anything_of_it_is_other() {
        let shell = [asset("x")];
        let first = release("page", "worker", &shell);
        assert_eq!(first, release("page", "worker", &shell));
        assert_ne!(first, release("Page", "worker", &shell));
        assert_ne!(first, release("page", "Worker", &shell));
        assert_ne!(first, release("page", "worker", &[asset("y")]));
    }

    #[test]
    fn the_manifest_names_each_icon_once() {
        assert_eq!(renamed("[\"a.png\"]", "a.png", "b").unwrap(), "[\"b\"]");
        assert!(renamed("[\"a.png\", \"a.png\"]", "a.png", "b").is_err());
        assert!(renamed("[]", "a.png", "b").is_err());
    }
}
