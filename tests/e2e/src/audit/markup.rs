//! html-validate, run in Node.js over all pages at once.

use std::collections::BTreeSet;
use std::env;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use super::Found;
use super::axe::packages;
use crate::world::World;

/// A page's markup as it is on screen.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// The name of the state.
    pub state: String,
    /// All of it.
    pub html: String,
}

impl Page {
    /// The page that is shown.
    ///
    /// # Panics
    /// When there is none.
    pub async fn of(w: &World, state: &str) -> Self {
        let script = "return `<!doctype html>\\n${document.documentElement.outerHTML}`";
        let html = w.run_script(script, vec![]).await;
        let html = html.as_str().map(str::to_owned);
        Self {
            state: state.to_owned(),
            html: html.expect("the page has markup"),
        }
    }
}

/// As `validate.mjs` tells it.
#[derive(Deserialize)]
struct Told {
    state: String,
    rule: String,
    place: String,
    words: String,
}

/// Everything that is not valid on these pages.
///
/// # Panics
/// When the program does not run.
pub fn violations(pages: &[Page]) -> Vec<Found> {
    let node = env::var_os("VETTED_NODE").unwrap_or_else(|| "node".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/audit/validate.mjs");
    let started = Command::new(&node)
        .arg(script)
        .arg(packages())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut process = started.unwrap_or_else(|error| panic!("cannot start {node:?}: {error}"));
    let mut input = process.stdin.take().expect("its input is piped");
    // It reads everything before it writes anything.
    let handed = serde_json::to_vec(pages).map(|pages| input.write_all(&pages));
    handed.expect("pages are texts").expect("they are read");
    drop(input);
    let output = process.wait_with_output().expect("it ends");
    assert!(output.status.success(), "html-validate does not run");
    let told: Vec<Told> = serde_json::from_slice(&output.stdout).expect("it gives a list");
    // Pages share most of what they are made of.
    let mut seen = BTreeSet::new();
    let new = |it: &Told| seen.insert((it.rule.clone(), it.place.clone(), it.words.clone()));
    let found = |it: Told| Found {
        state: it.state,
        look: "markup".to_owned(),
        rule: it.rule,
        place: it.place,
        words: it.words,
        certain: true,
    };
    told.into_iter().filter(new).map(found).collect()
}
