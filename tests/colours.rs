//! The colours of `style/tokens.css`, by computation: the pairs of which one is read on the other have the contrast that WCAG 2.2
//! asks for (1.4.3 and 1.4.11, level AA), light and dark. What is drawn on screen, also in colours that a rule mixes from these,
//! is judged by the end-to-end tests.
//! Must not know where a colour is used but for the pairs named here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use palette::color_difference::Wcag21RelativeContrast;
use palette::{IntoColor, LinSrgb, Oklch};

/// For text of any size.
const TEXT: f32 = 4.5;
/// For what shows that there is something to use, and for its edge.
const SHAPE: f32 = 3.0;

/// What pages and their parts are drawn on.
const GROUNDS: [&str; 3] = ["paper", "surface", "surface-sunken"];
/// What is written in on any of them.
const INKS: [&str; 8] = [
    "ink",
    "ink-soft",
    "accent",
    "accent-strong",
    "good",
    "wait",
    "bad",
    "plain",
];
/// The tones of a message or a tag, each with a soft ground of its own.
const TONES: [&str; 5] = ["accent", "good", "wait", "bad", "plain"];
/// Edges of fields and buttons, and the mark of the focus.
const SHAPES: [&str; 2] = ["line-strong", "focus"];

type Colours = BTreeMap<String, LinSrgb>;

/// Every pair: what is seen, on what, and by how much it has to stand out.
fn pairs() -> Vec<(String, String, f32)> {
    let mut pairs = Vec::new();
    let mut pair = |seen: &str, on: &str, least| pairs.push((seen.into(), on.into(), least));
    for ground in GROUNDS {
        INKS.iter().for_each(|ink| pair(ink, ground, TEXT));
        SHAPES.iter().for_each(|shape| pair(shape, ground, SHAPE));
    }
    for tone in TONES {
        let soft = format!("{tone}-soft");
        for ink in ["ink", "ink-soft", tone, "accent", "accent-strong"] {
            pair(ink, &soft, TEXT);
        }
        SHAPES.iter().for_each(|shape| pair(shape, &soft, SHAPE));
    }
    pair("on-accent", "accent", TEXT);
    pair("on-accent", "accent-strong", TEXT);
    pairs
}

/// The colours of a rule: `--name: oklch(L% C H);` in each line. Those with an alpha belong to shadows.
fn colours(rule: &str) -> Colours {
    let line = |line: &str| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(": oklch(")?;
        let numbers: Vec<f32> = value
            .strip_suffix(");")?
            .split(' ')
            .map(|number| number.trim_end_matches('%').parse().expect("a number"))
            .collect();
        let [lightness, chroma, hue] = numbers.as_slice() else {
            panic!("{line}");
        };
        let colour = Oklch::new(lightness / 100.0, *chroma, *hue);
        Some((name.to_owned(), colour.into_color()))
    };
    rule.lines().filter_map(line).collect()
}

fn light_and_dark() -> [(&'static str, Colours); 2] {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("style/tokens.css");
    let text = fs::read_to_string(file).unwrap();
    let (light, dark) = text.split_once("[data-colours=\"dark\"]").unwrap();
    [("light", colours(light)), ("dark", colours(dark))]
}

/// The pairs that are too much alike.
fn too_alike(colours: &Colours) -> Vec<String> {
    let contrast = |(seen, on, least): (String, String, f32)| {
        let ratio = colours[&seen].relative_contrast(colours[&on]);
        (ratio < least).then(|| format!("{seen} on {on} is {ratio:.2} to 1, not {least}"))
    };
    pairs().into_iter().filter_map(contrast).collect()
}

#[test]
fn what_is_read_stands_out_from_what_it_is_written_on() {
    for (look, colours) in light_and_dark() {
        assert_eq!(too_alike(&colours), Vec::<String>::new(), "{look}");
    }
}

#[test]
fn a_colour_that_is_too_pale_would_be_noticed() {
    let [(_, mut colours), _] = light_and_dark();
    colours.insert("wait".into(), Oklch::new(0.62, 0.095, 70.0).into_color());
    let found = too_alike(&colours).join("\n");
    assert!(found.contains("wait on wait-soft is"), "{found}");
    assert!(!found.contains("bad on"), "{found}");
}

#[test]
fn every_screen_can_show_every_colour_as_it_is_computed_here() {
    for (look, colours) in light_and_dark() {
        assert!(colours.len() > 15, "{look}: {colours:?}");
        for (name, colour) in colours {
            for part in [colour.red, colour.green, colour.blue] {
                let shown = (-0.005..=1.005).contains(&part);
                assert!(shown, "{name}, {look}: {colour:?} is outside of sRGB");
            }
        }
    }
}
