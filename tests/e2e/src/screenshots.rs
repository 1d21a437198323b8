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

/// Writes `{state}-{width}-{light|dark}.png` for each look at each state into `folder`; gives what went wrong.
///
/// In another language where one is wanted: not of states that it ends, and in English where nobody can choose yet.
///
/// # Panics
/// When a file cannot be written.
pub fn take(extent: &Extent, language: Option<&str>, folder: &Path) -> Vec<String> {
    fs::create_dir_all(folder).expect("the folder of the pictures");
    visit(extent, async |w: &World, state: &State| {
        if let Some(language) = language {
            if state.ends_with_the_language() {
                return;
            }
            w.speaks(language).await;
        }
        for width in WIDTHS {
            for colors in COLORS {
                w.takes_the_look(Look::new(width, colors)).await;
                let picture = STANDARD.decode(w.picture().await).expect("a picture");
                fs::write(folder.join(file_name(state.name, width, colors)), picture)
                    .expect("the picture is written");
            }
        }
        if language.is_some() {
            w.speaks("en").await;
        }
    })
}

fn file_name(state: &str, width: u32, colors: Colors) -> String {
    let colors = match colors {
        Colors::Light => "light",
        Colors::Dark => "dark",
        Colors::Forced => "forced",
    };
    format!("{state}-{width}-{colors}.png")
}
