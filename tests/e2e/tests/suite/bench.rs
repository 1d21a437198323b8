//! The measurement of `cargo xtask bench` in its smallest form, so that it still works when it is needed.
//! Must not hold a time against a limit: this machine may be busy.

use std::fs;

use e2e::bench::{Options, run};
use e2e::built_site;

#[test]
fn every_figure_of_the_bench_is_measured() {
    let options = Options {
        compare: Some(built_site()),
        slowly: false,
        lookups: vec![4],
        rounds: 2,
        followed: 300,
        ..Options::usual(built_site()).quick()
    };
    let mut lines = Vec::new();
    run(&options, |line| {
        lines.extend(line.lines().map(str::to_owned))
    });
    let text = lines.join("\n");
    for (row, count) in ROWS {
        let found: Vec<_> = lines.iter().filter(|line| line.contains(row)).collect();
        assert_eq!(found.len(), *count, "{row}\n{text}");
        for line in found {
            let figures = line.replace(row, "");
            assert!(figures.contains(|c: char| c.is_ascii_digit()), "{line}");
        }
    }
    assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");

    // What was counted on the way is what lies in the folder, compressed.
    let files: Vec<_> = lines.iter().filter_map(|line| counted_file(line)).collect();
    assert!(files.len() >= 4, "{text}");
    for (path, counted) in files {
        let name = if path.is_empty() { "index.html" } else { path };
        let file = built_site().join(format!("{name}.br"));
        assert_eq!(fs::metadata(&file).unwrap().len(), counted, "{name}");
    }
}

/// The path and the bytes of a line such as `7,786  310–320 ms  /app.js`; `config.json` is the sandbox's own.
fn counted_file(line: &str) -> Option<(&str, u64)> {
    let (figures, path) = line.split_once(" /")?;
    let bytes = figures.split_whitespace().next()?;
    let bytes = bytes.replace(',', "").parse().ok()?;
    (path != "config.json").then_some((path, bytes))
}

/// What a line is known by, and how many such lines there are.
const ROWS: &[(&str, usize)] = &[
    ("machine: ", 2),
    ("opening the list, until rows are on the screen", 1),
    ("tasks over 50 ms while", 3),
    ("browser: ", 1),
    ("bodies together", 2),
    ("  all together", 4),
    ("cold  first contentful paint", 1),
    ("cold  largest contentful paint", 1),
    ("cold  the button answers a click", 1),
    ("cold  … and the page leaves", 1),
    ("cold  layout shift", 1),
    ("warm  first contentful paint", 1),
    ("warm  largest contentful paint", 1),
    ("warm  the button answers a click", 1),
    ("open the customer  ", 1),
    ("Enter to cards  ", 2),
    ("without the time calls were under way", 2),
    ("bare fetch and JSON.parse", 2),
    ("ratio to them", 2),
];
