//! The text of index.html: which files it names, and the same page with other names.
//! Must not know where files are or how they are made.

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};

use crate::tools::hex;

/// A file of the finished site.
pub(crate) struct Asset {
    /// Its name, without a folder.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Asset {
    /// Names bytes by themselves: `{stem}-{16 digits}.{extension}`. Other bytes, other name.
    pub(crate) fn named_by_content(stem: &str, extension: &str, bytes: Vec<u8>) -> Self {
        let digest = hex(&Sha256::digest(&bytes));
        Self {
            name: format!("{stem}-{}.{extension}", &digest[..16]),
            bytes,
        }
    }

    /// The value of an `integrity` attribute.
    pub(crate) fn integrity(&self) -> String {
        format!("sha384-{}", STANDARD.encode(Sha384::digest(&self.bytes)))
    }
}

/// The page as trunk wrote it, which names every file with `base` before it.
pub(crate) struct Page {
    text: String,
    base: String,
}

impl Page {
    pub(crate) fn new(text: &str, base: &str) -> Self {
        Self {
            text: text.to_owned(),
            base: base.to_owned(),
        }
    }

    /// Whether a tag of the page names this file.
    pub(crate) fn names(&self, file: &str) -> bool {
        self.tag_of(file).is_some()
    }

    /// The style sheets it names, in order.
    pub(crate) fn style_sheets(&self) -> Vec<String> {
        tags(&self.text)
            .map(|(start, end)| &self.text[start..end])
            .filter(|tag| attribute(tag, "rel").is_some_and(|rel| rel == "stylesheet"))
            .filter_map(|tag| {
                attribute(tag, "href")?
                    .strip_prefix(self.base.as_str())
                    .map(str::to_owned)
            })
            .collect()
    }

    /// Lets the tag that names `old` name the asset instead, with its integrity value.
    ///
    /// # Errors
    /// When no tag names it, or the tag has no integrity value to replace.
    pub(crate) fn replace(&mut self, old: &str, new: &Asset) -> Result<()> {
        let (start, end) = self
            .tag_of(old)
            .with_context(|| format!("index.html does not name {old}"))?;
        let tag = &self.text[start..end];
        let before =
            attribute(tag, "integrity").with_context(|| format!("no integrity value in {tag}"))?;
        let after = tag
            .replace(before, &new.integrity())
            .replace(&self.quoted(old), &self.quoted(&new.name));
        self.text.replace_range(start..end, &after);
        Ok(())
    }

    /// The same for a tag that the page itself has, and not trunk: without base and integrity value so far.
    ///
    /// # Errors
    /// When not exactly one tag names it.
    pub(crate) fn fill(&mut self, old: &str, new: &Asset) -> Result<()> {
        let place = format!("href=\"/{old}\"");
        if self.text.matches(&place).count() != 1 {
            bail!("index.html must have exactly one {place}");
        }
        let filled = format!(
            "href=\"{}{}\" integrity=\"{}\"",
            self.base,
            new.name,
            new.integrity()
        );
        self.text = self.text.replace(&place, &filled);
        Ok(())
    }

    /// Links a style sheet that only the app needs, for boot.mjs to put into the head.
    ///
    /// # Errors
    /// When the page has no place for it.
    pub(crate) fn style_app(&mut self, style: &Asset) -> Result<()> {
        let place = "<template id=\"app\">";
        if self.text.matches(place).count() != 1 {
            bail!("index.html must have exactly one {place}");
        }
        let link = format!(
            "{place}<link rel=\"stylesheet\" href=\"{}{}\" integrity=\"{}\" />",
            self.base,
            style.name,
            style.integrity()
        );
        self.text = self.text.replace(place, &link);
        Ok(())
    }

    /// Takes the tag that names this file out.
    ///
    /// # Errors
    /// When no tag names it.
    pub(crate) fn remove(&mut self, file: &str) -> Result<()> {
        let (start, end) = self
            .tag_of(file)
            .with_context(|| format!("index.html does not name {file}"))?;
        self.text.replace_range(start..end, "");
        Ok(())
    }

    /// Tells the app where it lives, and the browser where `config.json` is.
    ///
    /// # Errors
    /// When the page has no place for one of them.
    pub(crate) fn set_base(&mut self) -> Result<()> {
        let meta = |base| format!("<meta name=\"vetted-base\" content=\"{base}\"");
        let config = |base| format!("<link rel=\"preload\" href=\"{base}config.json\"");
        for (place, filled) in [
            (meta("/"), meta(&self.base)),
            (config("/"), config(&self.base)),
        ] {
            if self.text.matches(&place).count() != 1 {
                bail!("index.html must have exactly one {place} />");
            }
            self.text = self.text.replace(&place, &filled);
        }
        Ok(())
    }

    /// The page without comments, indentation and empty lines.
    pub(crate) fn into_small(self) -> String {
        let mut text = self.text;
        while let Some(start) = text.find("<!--") {
            let end = text[start..]
                .find("-->")
                .map_or(text.len(), |end| start + end + 3);
            text.replace_range(start..end, "");
        }
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join("\n") + "\n"
    }

    fn quoted(&self, file: &str) -> String {
        format!("\"{}{file}\"", self.base)
    }

    fn tag_of(&self, file: &str) -> Option<(usize, usize)> {
        let address = self.quoted(file);
        tags(&self.text).find(|&(start, end)| self.text[start..end].contains(&address))
    }
}

/// Where each tag starts and ends. No attribute of this page holds a `>`.
fn tags(text: &str) -> impl Iterator<Item = (usize, usize)> {
    text.match_indices('<')
        .filter_map(move |(start, _)| Some((start, start + text[start..].find('>')? + 1)))
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = format!(" {name}=\"");
    tag.split_once(&start)?
        .1
        .split_once('"')
        .map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const PAGE: &str = r#"<!doctype html>
<!-- for people -->
<html lang="en">
  <head>
    <meta name="vetted-base" content="/" />
    <link rel="preload" href="/config.json" as="fetch" crossorigin="anonymous" />
    <link rel="stylesheet" href="/x/a-1.css" integrity="sha384-A"/>
    <link rel="stylesheet" href="/x/b-2.css" integrity="sha384-B"/>

    <link rel="preload" href="/x/app-3_bg.wasm" crossorigin="anonymous" integrity="sha384-C" as="fetch">
  </head>
</html>
"#;

    fn page() -> Page {
        Page::new(PAGE, "/x/")
    }

    #[test]
    fn other_bytes_get_another_name() {
        let name = |bytes: &[u8]| Asset::named_by_content("app", "wasm", bytes.to_vec()).name;
        assert_eq!(name(b"abc"), "app-ba7816bf8f01cfea.wasm");
        assert_ne!(name(b"abc"), name(b"abd"));
    }

    #[test]
    fn the_integrity_value_is_that_of_the_final_bytes() {
        let asset = Asset::named_by_content("app", "wasm", b"abc".to_vec());
        let expected = "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn";
        assert_eq!(asset.integrity(), expected);
    }

    #[test]
    fn the_new_name_and_integrity_stand_where_the_old_ones_did_and_nothing_else_changes() {
        let asset = Asset::named_by_content("vetted", "wasm", b"abc".to_vec());
        let mut page = page();
        page.replace("app-3_bg.wasm", &asset).unwrap();
        let expected = PAGE
            .replace("app-3_bg.wasm", &asset.name)
            .replace("sha384-C", &asset.integrity());
        assert_eq!(page.text, expected);
    }

    #[test]
    fn a_file_that_the_page_does_not_name_cannot_be_replaced() {
        let asset = Asset::named_by_content("vetted", "wasm", Vec::new());
        let message = page()
            .replace("app-3.wasm", &asset)
            .unwrap_err()
            .to_string();
        assert!(message.contains("app-3.wasm"), "{message}");
    }

    #[test]
    fn style_sheets_are_found_in_their_order() {
        assert_eq!(page().style_sheets(), ["a-1.css", "b-2.css"]);
    }

    #[test]
    fn a_tag_of_the_page_itself_gets_base_name_and_integrity() {
        let asset = Asset::named_by_content("vetted", "js", b"abc".to_vec());
        let mut page = Page::new("<link href=\"/vetted.js\" />", "/x/");
        page.fill("vetted.js", &asset).unwrap();
        let expected = format!(
            "<link href=\"/x/vetted-ba7816bf8f01cfea.js\" integrity=\"{}\" />",
            asset.integrity()
        );
        assert_eq!(page.text, expected);
        assert!(page.fill("vetted.js", &asset).is_err(), "it is filled now");
    }

    #[test]
    fn the_app_is_told_its_base_and_the_browser_where_the_configuration_is() {
        let mut page = page();
        page.set_base().unwrap();
        for filled in [
            r#"<meta name="vetted-base" content="/x/" />"#,
            r#"<link rel="preload" href="/x/config.json" as="fetch""#,
        ] {
            assert!(page.text.contains(filled), "{filled}");
        }
        assert!(page.set_base().is_err(), "the places are filled now");
        let without_link = PAGE.replace("rel=\"preload\" href=\"/config.json\"", "");
        assert!(Page::new(&without_link, "/x/").set_base().is_err());
    }

    #[test]
    fn the_small_page_has_no_comment_and_no_indentation() {
        let mut page = page();
        page.remove("b-2.css").unwrap();
        let text = page.into_small();
        assert!(!text.contains("for people"));
        assert!(!text.contains("b-2.css"));
        assert!(text.contains("\n<head>\n<meta"));
        assert!(!text.contains("\n\n"));
    }
}
