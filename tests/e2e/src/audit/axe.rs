//! axe-core, run in the page through WebDriver, which no policy of the page is in the way of.

use std::env;
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::json;

use super::Found;
use crate::look::{Colors, Look};
use crate::world::World;

/// Rules that are left out, each with the reason.
pub const RULES_OFF: &[(&str, &str)] = &[
    (
        "color-contrast-enhanced",
        "it is of level AAA, which nobody promises; color-contrast holds all text to level AA",
    ),
    (
        "hidden-content",
        "it only says that something is hidden; what can be shown is a state of its own",
    ),
];

/// A rule that is left out too where somebody forces colours of their own, which are theirs to choose. axe-core would take
/// the colour in which a page wanted its text for the one it has.
const OFF_IN_FORCED_COLORS: &str = "color-contrast";

const RUN: &str = include_str!("axe.js");

/// The program.
pub struct Axe {
    source: String,
}

/// As `axe.js` tells it.
#[derive(Deserialize)]
struct Told {
    rule: String,
    place: String,
    words: String,
    certain: bool,
}

impl Axe {
    /// Reads the program from the folder of packages that the environment names.
    ///
    /// # Panics
    /// When there is none.
    pub fn load() -> Self {
        let file = packages().join("axe-core/axe.min.js");
        let source = fs::read_to_string(&file);
        let source = source.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        Self { source }
    }

    /// Everything it finds on the page as it is now, which has this look.
    ///
    /// # Panics
    /// When it does not run.
    pub async fn look(&self, w: &World, state: &str, look: Look) -> Vec<Found> {
        let mut off: Vec<_> = RULES_OFF.iter().map(|(rule, _)| *rule).collect();
        if look.colors == Colors::Forced {
            off.push(OFF_IN_FORCED_COLORS);
        }
        // The program is longer than all the rest, so it is sent once to each page.
        let there = w.run_script("return typeof axe === 'object'", vec![]).await;
        if there != true {
            let sent = w.driver().execute(&self.source, vec![]).await;
            sent.unwrap_or_else(|error| panic!("axe-core does not arrive: {error}"));
        }
        let answer = w.driver().execute(RUN, vec![json!(off)]).await;
        let answer = answer.unwrap_or_else(|error| panic!("axe-core does not run: {error}"));
        let told: Vec<Told> = answer.convert().expect("axe.js gives a list");
        let found = |it: Told| Found {
            state: state.to_owned(),
            look: look.to_string(),
            rule: it.rule,
            place: it.place,
            words: it.words,
            certain: it.certain,
        };
        told.into_iter().map(found).collect()
    }
}

/// The folder of npm packages that judge pages.
pub(super) fn packages() -> PathBuf {
    let folder = env::var_os("VETTED_PAGE_CHECKS").map(PathBuf::from);
    folder.expect(
        "VETTED_PAGE_CHECKS names no folder of npm packages. `cargo xtask test` installs them",
    )
}
