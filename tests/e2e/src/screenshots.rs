//! Pictures of every page in every state, for people to look through. Must not know which states there are.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::look::{Colors, Look};
use crate::states::{Extent, State, visit};
use crate::world::World;

const WIDTHS: [u32; 2] = [390, 1280];
const COLORS: [Colors; 2] = [Colors::Light, Colors::Dark];

/// Writes `{state}-{width}-{light|dark}.png` for each look at each state into `folder`, with the language before the width where
/// one is wanted; gives what went wrong.
///
/// In another language where one is wanted: not of states that it ends, and in English where nobody can choose yet.
///
/// # Panics
/// When a file cannot be written.
pub fn take(extent: &Extent, language: Option<&str>, folder: &Path) -> Vec<String> {
    fs::create_dir_all(folder).expect("the folder of the pictures");
    visit(extent, async |w: &World, state: &State| {
        if language.is_some() && state.ends_with_the_language() {
            return;
        }
        let mut is_there = false;
        for width in WIDTHS {
            for colors in COLORS {
                is_there = is_there && state.lasts(w).await;
                if let Some(language) = language.filter(|_| !is_there) {
                    w.speaks(language).await;
                }
                is_there = true;
                w.takes_the_look(Look::new(width, colors)).await;
                let picture = STANDARD.decode(w.picture().await).expect("a picture");
                let name = file_name(state.name, language, width, colors);
                fs::write(folder.join(name), picture).expect("the picture is written");
            }
        }
        if language.is_some() {
            w.speaks("en").await;
        }
    })
}

fn file_name(state: &str, language: Option<&str>, width: u32, colors: Colors) -> String {
    let colors = match colors {
        Colors::Light => "light",
        Colors::Dark => "dark",
        Colors::Forced => "forced",
    };
    let language = language.map_or_else(String::new, |code| format!("-{code}"));
    format!("{state}{language}-{width}-{colors}.png")
}
