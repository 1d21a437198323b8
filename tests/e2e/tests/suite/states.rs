//! Every page in every state, judged by programs of others: is it accessible, is its markup valid.
//! Must not know how a state is reached.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::{self, Write as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use e2e::audit::{Accepted, Axe, Found, Page, judged, violations};
use e2e::states::{Extent, State, states, visit};
use e2e::{Colors, Engine, Find, Look, Role, World, run};

/// What axe-core finds and is to stay so.
const ACCEPTED_BY_EYE: &[Accepted] = &[
    Accepted {
        rule: "color-contrast",
        states: "",
        place: ".sandbox-bar",
        certain: false,
        reason: "its stripes are a gradient; the text has a contrast of 6 to 1 on each of their colours, and of 8 in the dark",
    },
    under_an_arrow("#code"),
    under_an_arrow("#segment"),
    under_an_arrow("#requests-sort"),
    Accepted {
        rule: "color-contrast",
        states: "requests",
        place: "text[x=",
        certain: false,
        reason: "numbers of one or two digits under a picture, in the colour of all secondary text, at 7 to 1",
    },
];

/// The same where it is looked at in every way.
const ACCEPTED_IN_FULL: &[Accepted] = &[Accepted {
    rule: "color-contrast",
    states: "requests-undo",
    place: "",
    certain: false,
    reason: "what can be undone lies over the page for a while; what it covers is looked at in other states",
}];

const fn under_an_arrow(select: &'static str) -> Accepted {
    Accepted {
        rule: "color-contrast",
        states: "",
        place: select,
        certain: false,
        reason: "gradients draw the arrow at the end of a select; its text stands beside them, on the plain surface",
    }
}

/// What html-validate finds and is to stay so.
const ACCEPTED_MARKUP: &[Accepted] = &[
    Accepted {
        rule: "no-raw-characters",
        states: "",
        place: "#follow-many",
        certain: true,
        reason: "a comment that marks a place in the text area; on screen it is no text",
    },
    Accepted {
        rule: "attribute-misuse",
        states: "",
        place: "html > head > link",
        certain: true,
        reason: "the build gives every file that is linked a digest, the icon too; where it counts for nothing it does no harm",
    },
];

/// Every look at a page.
const ALL_LOOKS: [Look; 6] = [
    Look::new(1280, Colors::Light),
    Look::new(320, Colors::Light),
    Look::new(1280, Colors::Dark),
    Look::new(320, Colors::Dark),
    Look::new(1280, Colors::Forced),
    Look::new(320, Colors::Forced),
];

/// What was seen on the way.
#[derive(Default)]
struct Seen {
    visited: BTreeSet<&'static str>,
    pages: Vec<Page>,
    found: Vec<Found>,
    /// For each look how many pages were looked at, what was found wrong there, accepted or not, and how long that took.
    cells: BTreeMap<String, (usize, usize, Duration)>,
}

/// What is written here is seen also while the test goes on and when it passes.
fn say(line: &str) {
    // Whoever does not listen any more does not need to be told.
    let _ = writeln!(io::stderr(), "{line}");
}

/// The one state that somebody is at work on, if any.
fn only() -> Option<String> {
    env::var("VETTED_STATE").ok()
}

fn is_full() -> bool {
    env::var_os("VETTED_EXTENT").is_some_and(|extent| extent == "full")
}

/// Goes everywhere in a browser, and gives what was seen and what went wrong.
fn looked_at(engine: Engine, axe: &Axe, looks: &[Look]) -> (Seen, Vec<String>) {
    let extent = Extent {
        engine,
        only: only(),
        ..Extent::default()
    };
    let seen = Mutex::new(Seen::default());
    let troubles = visit(&extent, async |w: &World, state: &State| {
        let page = Page::of(w, state.name).await;
        let mut found = Vec::new();
        let mut cells = Vec::new();
        for (nth, look) in looks.iter().enumerate() {
            if nth > 0 {
                state.lasts(w).await;
            }
            // Only Chromium can be given another look.
            if engine == Engine::Chromium {
                w.takes_the_look(*look).await;
            }
            let begun = Instant::now();
            let its = axe.look(w, state.name, *look).await;
            let violations = its.iter().filter(|it| it.certain).count();
            found.extend(its);
            cells.push((format!("{engine:?}, {look}"), violations, begun.elapsed()));
        }
        let mut seen = seen.lock().unwrap();
        seen.visited.insert(state.name);
        seen.pages.push(page);
        seen.found.extend(found);
        for (cell, violations, took) in cells {
            let all = seen.cells.entry(cell).or_default();
            *all = (all.0 + 1, all.1 + violations, all.2 + took);
        }
    });
    let mut seen = seen.into_inner().unwrap();
    let missed = states().into_iter().filter(|state| extent.has(state));
    let missed = missed.filter(|state| !seen.visited.contains(state.name));
    let mut wrong: Vec<_> = missed
        .map(|state| format!("{} was not looked at", state.name))
        .collect();
    wrong.extend(troubles);
    for (cell, (count, violations, took)) in &seen.cells {
        let seconds = took.as_secs_f64();
        say(&format!(
            "{cell}: {count} states, {violations} violations with those accepted, {seconds:.0} s"
        ));
    }
    seen.pages.sort_by(|a, b| a.state.cmp(&b.state));
    (seen, wrong)
}

#[test]
fn every_page_in_every_state_is_accessible_and_valid() {
    let begun = Instant::now();
    let axe = Axe::load();
    let looks: &[Look] = match is_full() {
        true => &ALL_LOOKS,
        false => &[Look::USUAL],
    };
    let (mut seen, mut wrong) = looked_at(Engine::Chromium, &axe, looks);
    let whole = only().is_none();
    let mut by_eye = ACCEPTED_BY_EYE.to_vec();
    if is_full() {
        by_eye.extend(ACCEPTED_IN_FULL);
    }
    wrong.extend(judged(&violations(&seen.pages), ACCEPTED_MARKUP, whole));
    if is_full() {
        let (in_firefox, troubles) = looked_at(Engine::Firefox, &axe, &[Look::USUAL]);
        seen.found.extend(in_firefox.found);
        wrong.extend(troubles);
    }
    wrong.extend(judged(&seen.found, &by_eye, whole));
    say(&format!(
        "{} states in {:.0} s",
        seen.visited.len(),
        begun.elapsed().as_secs_f64()
    ));
    assert!(
        wrong.is_empty(),
        "{} things:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_missing_label_would_be_reported() {
    run(async |w| {
        w.open("/").await;
        w.all(Role::Main).says("Sign in").await;
        let axe = Axe::load();
        let before = axe.look(w, "planted", Look::USUAL).await;
        let rules = |found: &[Found]| -> BTreeSet<String> {
            found
                .iter()
                .filter(|it| it.certain)
                .map(|it| it.rule.clone())
                .collect()
        };
        assert!(!rules(&before).contains("label"), "{before:?}");
        let plant = "document.querySelector('main').append(document.createElement('input'))";
        w.run_script(plant, vec![]).await;
        let after = axe.look(w, "planted", Look::USUAL).await;
        assert!(rules(&after).contains("label"), "{after:?}");
    });
}

#[test]
fn markup_that_is_not_valid_would_be_reported() {
    run(async |w| {
        w.open("/").await;
        w.all(Role::Main).says("Sign in").await;
        let plant = "const list = document.createElement('ul'); list.append(document.createElement('p')); \
                     document.querySelector('main').append(list)";
        w.run_script(plant, vec![]).await;
        let found = violations(&[Page::of(w, "planted").await]);
        let rules: BTreeSet<_> = found.iter().map(|it| it.rule.as_str()).collect();
        assert!(rules.contains("element-permitted-content"), "{found:?}");
    });
}
