//! What assistive technology gets of a page, as a text that is kept beside the tests and compared with.
//! Must not know which page it is.

use std::collections::{BTreeSet, HashMap};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::locator::squash;
use crate::world::World;

/// The environment variable that makes what is seen what is kept.
const ACCEPT: &str = "VETTED_ACCEPT_TREES";

/// What shapes a page without being anything to anybody.
const HOISTED: [&str; 4] = ["none", "generic", "MenuListPopup", "sectionheader"];
/// What is told with something else, or not at all.
const LEFT_OUT: [&str; 4] = ["InlineTextBox", "LabelText", "LineBreak", "ListMarker"];
/// What has its words as its name.
const NAMED_BY_CONTENT: [&str; 7] = [
    "button",
    "columnheader",
    "DisclosureTriangle",
    "heading",
    "link",
    "option",
    "term",
];
/// What is named by all that is in it, which stands below it.
const UNNAMED: [&str; 2] = ["cell", "row"];
/// States that are told. Of those that are off only the ones of [`TOLD_WHEN_OFF`] are.
const STATES: [&str; 10] = [
    "busy", "checked", "disabled", "expanded", "invalid", "level", "modal", "pressed", "required",
    "selected",
];
const TOLD_WHEN_OFF: [&str; 2] = ["expanded", "pressed"];

/// How many lines around a difference are shown.
const CONTEXT: usize = 2;

/// A node as the browser gives it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    node_id: String,
    ignored: bool,
    role: Option<Told>,
    name: Option<Told>,
    value: Option<Told>,
    description: Option<Told>,
    #[serde(default)]
    properties: Vec<Property>,
    #[serde(default)]
    child_ids: Vec<String>,
    parent_id: Option<String>,
}

#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    value: Value,
}

#[derive(Deserialize)]
struct Property {
    name: String,
    value: Told,
}

impl Told {
    fn words(told: Option<&Self>) -> String {
        match told.map(|told| &told.value) {
            Some(Value::String(words)) => squash(words),
            None | Some(Value::Null) => String::new(),
            Some(other) => other.to_string(),
        }
    }
}

impl World {
    /// The page's accessibility tree: a line for each thing with its role, name and states. Chromium alone gives it.
    ///
    /// # Panics
    /// When it does not.
    pub async fn tree(&self) -> String {
        let browser = self.driver().cdp();
        let given = browser
            .send_raw("Accessibility.getFullAXTree", json!({}))
            .await;
        let mut given = given.expect("the browser gives its accessibility tree");
        let nodes = serde_json::from_value(given["nodes"].take());
        drawn(nodes.expect("nodes of the accessibility tree"))
    }
}

/// The trees of a test, compared with those that are kept.
#[derive(Debug, Default)]
pub struct Trees {
    seen: BTreeSet<String>,
    differences: Vec<String>,
}

impl Trees {
    /// Compares a tree with the one kept under this name.
    ///
    /// # Panics
    /// When it is to be kept and cannot be written.
    pub fn compare(&mut self, name: &str, tree: &str) {
        self.seen.insert(format!("{name}.txt"));
        let path = kept_in().join(format!("{name}.txt"));
        if accepts(env::var_os(ACCEPT), env::var_os("CI")) {
            fs::write(&path, tree).expect("the tree can be kept");
            return;
        }
        // What is not there yet differs in every line.
        let kept = fs::read_to_string(&path).unwrap_or_default();
        if let Some(difference) = difference(&kept, tree) {
            self.differences
                .push(format!("{}\n{difference}", path.display()));
        }
    }

    /// Says what has changed.
    ///
    /// # Panics
    /// When anything has, or a tree is kept that no page gave.
    pub fn are_as_kept(self) {
        let kept = fs::read_dir(kept_in()).expect("a folder of trees");
        let kept: BTreeSet<_> = kept
            .flatten()
            .map(|file| file.file_name().to_string_lossy().into_owned())
            .collect();
        let left: Vec<_> = kept.difference(&self.seen).collect();
        assert!(left.is_empty(), "no page gives these trees: {left:?}");
        assert!(
            self.differences.is_empty(),
            "screen readers get another page than before (- before, + now):\n\n{}\n\
             If this is what it should be, run the test again with {ACCEPT}=1 in the environment, look at what that \
             changes in tests/e2e/trees/, and commit it.",
            self.differences.join("\n")
        );
    }
}

/// Where they are kept.
fn kept_in() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("trees")
}

/// Whether what is seen is to be kept, as these two variables of the environment say it.
fn accepts(accept: Option<OsString>, ci: Option<OsString>) -> bool {
    let accepts = accept.is_some_and(|value| value == "1");
    assert!(
        !accepts || ci.is_none(),
        "{ACCEPT} is for whoever looks at what it changes, not for CI"
    );
    accepts
}

fn drawn(nodes: Vec<Node>) -> String {
    let root = nodes.iter().find(|node| node.parent_id.is_none());
    let by_id: HashMap<_, _> = nodes.iter().map(|node| (&*node.node_id, node)).collect();
    let mut lines = Vec::new();
    if let Some(root) = root {
        draw(root, &by_id, 0, "", &mut lines);
    }
    let lines = lines.iter().map(|(depth, line)| {
        let indent = "  ".repeat(*depth);
        format!("{indent}{}\n", lasting(line.words()))
    });
    lines.collect()
}

/// What stands on a line.
enum Line {
    /// Something with a role.
    Thing(String),
    /// Words without one.
    Words(String),
}

impl Line {
    fn words(&self) -> &str {
        match self {
            Self::Thing(words) | Self::Words(words) => words,
        }
    }
}

/// Draws a node and what is in it. `named` is the name of the closest thing around it that is named by its words.
fn draw(
    node: &Node,
    all: &HashMap<&str, &Node>,
    depth: usize,
    named: &str,
    lines: &mut Vec<(usize, Line)>,
) {
    let role = Told::words(node.role.as_ref());
    let name = Told::words(node.name.as_ref());
    let children = || node.child_ids.iter().filter_map(|id| all.get(&**id));
    if LEFT_OUT.contains(&&*role) {
        return;
    }
    if node.ignored || HOISTED.contains(&&*role) {
        for child in children() {
            draw(child, all, depth, named, lines);
        }
        return;
    }
    match &*role {
        "StaticText" if name.is_empty() || named.contains(&*name) => {}
        "StaticText" => match lines.last_mut() {
            // What is in pieces is read as one.
            Some((last, Line::Words(words))) if *last == depth => {
                words.push(' ');
                words.push_str(&name);
            }
            _ => lines.push((depth, Line::Words(name))),
        },
        // What it says is another each time.
        "time" => lines.push((depth, Line::Words("{time}".to_owned()))),
        _ => {
            let name = match UNNAMED.contains(&&*role) {
                true => "",
                false => &name,
            };
            let value = Told::words(node.value.as_ref());
            lines.push((depth, Line::Thing(thing(node, &role, name, &value))));
            let named = match NAMED_BY_CONTENT.contains(&&*role) {
                true => name,
                // What stands in a field is its value.
                false if !value.is_empty() => &value,
                false => named,
            };
            for child in children() {
                draw(child, all, depth + 1, named, lines);
            }
        }
    }
}

/// Its role, its name, what it holds, how it is, and what describes it.
fn thing(node: &Node, role: &str, name: &str, value: &str) -> String {
    let mut line = role.to_owned();
    if !name.is_empty() {
        line.push_str(&format!(" {name:?}"));
    }
    if !value.is_empty() {
        line.push_str(&format!(" holds {value:?}"));
    }
    let states = node.properties.iter().filter_map(state);
    // Everything in a list has one, which its indentation shows.
    let states: BTreeSet<_> = states
        .filter(|state| role == "heading" || !state.starts_with("level"))
        .collect();
    if !states.is_empty() {
        let states: Vec<_> = states.into_iter().collect();
        line.push_str(&format!(" [{}]", states.join(", ")));
    }
    let description = Told::words(node.description.as_ref());
    if !description.is_empty() {
        line.push_str(&format!(" described {description:?}"));
    }
    line
}

fn state(property: &Property) -> Option<String> {
    let name = &*property.name;
    if !STATES.contains(&name) {
        return None;
    }
    match &*Told::words(Some(&property.value)) {
        "true" => Some(name.to_owned()),
        "false" if TOLD_WHEN_OFF.contains(&name) => Some(format!("not {name}")),
        "false" | "" => None,
        value => Some(format!("{name} {value}")),
    }
}

/// The same words without what is another each time: times, IDs that are made up, ports.
fn lasting(line: &str) -> String {
    let words: Vec<_> = line.split(' ').collect();
    let mut lasting = Vec::new();
    let mut rest = &*words;
    while let Some((word, after)) = rest.split_first() {
        // A word may begin with what encloses it and end with it: `"5`, `ago.`
        let open = word.trim_start_matches(['"', '(']);
        let opening = &word[..word.len() - open.len()];
        let (replaced, used) = match (open, after) {
            ("just", [now, ..]) if bare(now) == "now" => (ending("{ago}", now), 2),
            ("in", [count, unit, ..]) if is_count(count) && is_unit(unit) => {
                (ending("{ahead}", unit), 3)
            }
            (count, [unit, ago, ..]) if is_count(count) && is_unit(unit) && bare(ago) == "ago" => {
                (ending("{ago}", ago), 3)
            }
            (count, ["business", _, "so", ..] | ["of", "about", ..]) if is_count(count) => {
                ("{days}".to_owned(), 1)
            }
            (month, [day, year, ..]) if is_date(month, day, year) => (ending("{date}", year), 3),
            (word, _) => (without_ids(word), 1),
        };
        lasting.push(format!("{opening}{replaced}"));
        rest = &rest[used..];
    }
    lasting.join(" ")
}

/// The word without what follows it.
fn bare(word: &str) -> &str {
    word.trim_end_matches(|c: char| !c.is_alphanumeric())
}

/// `instead` with what follows the word.
fn ending(instead: &str, word: &str) -> String {
    format!("{instead}{}", &word[bare(word).len()..])
}

fn is_count(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_unit(word: &str) -> bool {
    const UNITS: [&str; 5] = ["second", "minute", "hour", "day", "week"];
    let word = bare(word);
    UNITS.contains(&word.strip_suffix('s').unwrap_or(word))
}

/// Such as `Mar 5, 2026`.
fn is_date(month: &str, day: &str, year: &str) -> bool {
    const MONTHS: &str = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
    month.len() == 3
        && MONTHS.contains(month)
        && day.strip_suffix(',').is_some_and(is_count)
        && bare(year).len() == 4
        && is_count(bare(year))
}

/// What replaces a word that is a moment, a version, a commit or a file with its digest in its name; else the word.
fn without_builds(word: &str) -> String {
    const DIGEST: usize = 16;
    let plain = bare(word);
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    if plain.len() == 40 && is_hex(plain) {
        return ending("{commit}", word);
    }
    if plain.contains('T') && plain.ends_with('Z') && plain.starts_with("20") {
        return ending("{time}", word);
    }
    if plain.split('.').count() == 3 && plain.split('.').all(is_count) {
        return ending("{version}", word);
    }
    let Some((before, after)) = word.rsplit_once('-') else {
        return word.to_owned();
    };
    match after.split_once('.') {
        Some((digest, rest)) if digest.len() == DIGEST && is_hex(digest) => {
            format!("{before}-{{digest}}.{rest}")
        }
        _ => word.to_owned(),
    }
}

/// IDs of the sandbox's customers stay: they are always the same.
fn without_ids(word: &str) -> String {
    const LENGTH: usize = 36;
    const HYPHENS: [usize; 4] = [8, 13, 18, 23];
    const LASTING: &str = "5eed0000";
    let is_id = |part: &str| {
        part.bytes().enumerate().all(|(at, byte)| match byte {
            b'-' => HYPHENS.contains(&at),
            _ => byte.is_ascii_hexdigit() && !HYPHENS.contains(&at),
        })
    };
    let mut word = without_builds(word);
    let places: Vec<_> = word.char_indices().map(|(at, _)| at).collect();
    // From the end, so that what is replaced moves nothing that is still to be looked at.
    for at in places.into_iter().rev() {
        let part = word.get(at..at + LENGTH);
        if part.is_some_and(|part| is_id(part) && !part.starts_with(LASTING)) {
            word.replace_range(at..at + LENGTH, "{id}");
        }
    }
    match word.split_once("127.0.0.1:") {
        Some((before, after)) => {
            let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{before}127.0.0.1:{{port}}{after}")
        }
        None => word,
    }
}

/// The lines that differ with some around them; nothing when none do.
fn difference(before: &str, now: &str) -> Option<String> {
    let (old, new): (Vec<_>, Vec<_>) = (before.lines().collect(), now.lines().collect());
    if old == new {
        return None;
    }
    // The longest run of lines that both have, from each place on.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for (a, one) in old.iter().enumerate().rev() {
        for (b, other) in new.iter().enumerate().rev() {
            common[a][b] = match one == other {
                true => common[a + 1][b + 1] + 1,
                false => common[a + 1][b].max(common[a][b + 1]),
            };
        }
    }
    let (mut a, mut b) = (0, 0);
    let mut lines = Vec::new();
    while a < old.len() || b < new.len() {
        if a < old.len() && b < new.len() && old[a] == new[b] {
            lines.push((' ', old[a]));
            (a, b) = (a + 1, b + 1);
        } else if b == new.len() || a < old.len() && common[a + 1][b] >= common[a][b + 1] {
            lines.push(('-', old[a]));
            a += 1;
        } else {
            lines.push(('+', new[b]));
            b += 1;
        }
    }
    let near = |at: usize| {
        let around = &lines[at.saturating_sub(CONTEXT)..(at + CONTEXT + 1).min(lines.len())];
        around.iter().any(|(mark, _)| *mark != ' ')
    };
    let mut text = String::new();
    for (at, (mark, line)) in lines.iter().enumerate() {
        if near(at) {
            text.push_str(&format!("{mark} {line}\n"));
        } else if at == 0 || near(at - 1) {
            text.push_str("  …\n");
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_another_each_time_is_left_out_and_nothing_else() {
        for (line, lasts) in [
            (r#""Read just now.""#, r#""Read {ago}.""#),
            ("Read 5 seconds ago", "Read {ago}"),
            ("(1 day ago), failed", "({ago}), failed"),
            ("Next in 10 minutes", "Next {ahead}"),
            ("about 3 business days", "about 3 business days"),
            ("in 2 of 3", "in 2 of 3"),
            (
                "MS-RequestId:0b6f2c58-94d3-4a17-8e0d-c3a5f1728e94;",
                "MS-RequestId:{id};",
            ),
            (
                "5eed0000-0000-4000-8000-000000000001",
                "5eed0000-0000-4000-8000-000000000001",
            ),
            ("“http://127.0.0.1:41235/”", "“http://127.0.0.1:{port}/”"),
            ("Größe – ½ …", "Größe – ½ …"),
            ("since Mar 5, 2026;", "since {date};"),
            ("March 5, 2026", "March 5, 2026"),
            ("186 business days so far", "{days} business days so far"),
            ("0 of about 3", "{days} of about 3"),
            ("2 of 3 requests", "2 of 3 requests"),
            ("2026-11-22T01:09:38.810Z, made", "{time}, made"),
            (
                "from ed1ed02501a252b615923129b815ef1f0cd082a5",
                "from {commit}",
            ),
            ("Vetted 0.1.0 at", "Vetted {version} at"),
            ("/door-fe96ef14da93e9fc.wasm", "/door-{digest}.wasm"),
        ] {
            assert_eq!(lasting(line), lasts);
        }
    }

    #[test]
    fn a_difference_shows_the_lines_with_those_around_them() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh\n";
        assert_eq!(difference(before, before), None);
        let now = "a\nb\nc\nd\nE\nf\ng\nh\n";
        let shown = "  …\n  c\n  d\n- e\n+ E\n  f\n  g\n  …\n";
        assert_eq!(difference(before, now).as_deref(), Some(shown));
        assert_eq!(difference("", "a\n").as_deref(), Some("+ a\n"));
        assert_eq!(difference("a\n", "").as_deref(), Some("- a\n"));
    }

    #[test]
    fn what_is_seen_is_kept_only_where_somebody_looks_at_it() {
        let set = |value: &str| Some(OsString::from(value));
        assert!(!accepts(None, None) && !accepts(None, set("true")) && !accepts(set("0"), None));
        assert!(accepts(set("1"), None));
        let in_ci = std::panic::catch_unwind(|| accepts(set("1"), set("true")));
        assert!(in_ci.is_err());
    }

    #[test]
    fn things_have_their_role_name_and_states_and_words_stand_once() {
        let nodes = json!([
            { "nodeId": "1", "ignored": false, "role": { "value": "RootWebArea" }, "name": { "value": "Page" }, "childIds": ["2", "5"] },
            { "nodeId": "2", "parentId": "1", "ignored": true, "childIds": ["3"] },
            { "nodeId": "3", "parentId": "2", "ignored": false, "role": { "value": "button" }, "name": { "value": "Follow" },
              "properties": [{ "name": "pressed", "value": { "value": "false" } }, { "name": "focusable", "value": { "value": true } }],
              "childIds": ["4"] },
            { "nodeId": "4", "parentId": "3", "ignored": false, "role": { "value": "StaticText" }, "name": { "value": "Follow" } },
            { "nodeId": "5", "parentId": "1", "ignored": false, "role": { "value": "textbox" }, "name": { "value": "Website" },
              "value": { "value": "x.example" }, "description": { "value": "as it is" },
              "properties": [{ "name": "invalid", "value": { "value": "true" } }] },
        ]);
        let nodes = serde_json::from_value(nodes).expect("nodes");
        assert_eq!(
            drawn(nodes),
            "RootWebArea \"Page\"\n  button \"Follow\" [not pressed]\n  \
             textbox \"Website\" holds \"x.example\" [invalid] described \"as it is\"\n"
        );
    }
}
