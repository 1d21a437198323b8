//! The repository's own rules, as far as a test can see them: who may call what, where words and paths live, what is banned.
//! Must not know what the app does.
//!
//! Each rule is a function from a file to what is wrong with it. Each test first shows that the rule finds a planted
//! violation, and only then asks it about the repository: a rule that sees nothing would pass for ever.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

mod source;

use source::{Kind, Token, Value, markup, tokens, tokens_without_tests};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file of the repository.
#[derive(Clone, Debug)]
struct File {
    /// Below the root, with forward slashes.
    path: String,
    text: String,
}

impl File {
    fn is(&self, paths: &[&str]) -> bool {
        paths.iter().any(|path| match path.ends_with('/') {
            true => self.path.starts_with(path),
            false => self.path == *path,
        })
    }

    /// What is compiled into the program, unit tests left out.
    fn code(&self) -> Vec<Token> {
        tokens_without_tests(&self.text)
    }

    fn at(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

type Rule = fn(&File) -> Vec<String>;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below these folders with this extension.
fn files(folders: &[&str], extension: &str) -> Vec<File> {
    let mut found = Vec::new();
    for folder in folders {
        collect(&root().join(folder), &mut found);
    }
    let mut files: Vec<File> = found
        .into_iter()
        .filter(|path| path.extension().is_some_and(|has| has == extension))
        .map(|path| read(&path))
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!files.is_empty(), "no .{extension} files in {folders:?}");
    files
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
    {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default();
        match path.is_dir() {
            true if name != "target" && name != "node_modules" => collect(&path, found),
            true => {}
            false => found.push(path),
        }
    }
}

fn read(path: &Path) -> File {
    let below = path.strip_prefix(root()).unwrap();
    File {
        path: below.to_string_lossy().replace('\\', "/"),
        text: fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display())),
    }
}

fn named(path: &str) -> File {
    read(&root().join(path))
}

/// The app's source, files of unit tests left out.
fn app() -> Vec<File> {
    let mut files = files(&["src"], "rs");
    files.retain(|file| !file.path.ends_with("/tests.rs"));
    files
}

/// Every Rust file of the repository.
fn all_rust() -> Vec<File> {
    let mut all = files(&["src", "sandbox", "xtask", "tests"], "rs");
    all.push(named("build.rs"));
    all
}

/// Shows that the rule finds every planted violation and no innocent file guilty, then asks it about the repository.
#[track_caller]
fn holds(rule: Rule, repository: &[File], guilty: &[(&str, &str)], innocent: &[(&str, &str)]) {
    let planted = |(path, text): &(&str, &str)| File {
        path: (*path).to_owned(),
        text: (*text).to_owned(),
    };
    for file in guilty.iter().map(planted) {
        assert!(
            !rule(&file).is_empty(),
            "the rule misses what was planted: {file:?}"
        );
    }
    for file in innocent.iter().map(planted) {
        assert_eq!(rule(&file), [""; 0], "the rule sees too much in {file:?}");
    }
    let wrong: Vec<String> = repository.iter().flat_map(rule).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The names used outside these files.
fn words_outside(file: &File, allowed: &[&str], banned: impl Fn(&str) -> bool) -> Vec<String> {
    if file.is(allowed) {
        return Vec::new();
    }
    let code = file.code();
    let found = code
        .iter()
        .filter_map(|token| Some((token.word()?, token.line)));
    found
        .filter(|(word, _)| banned(word))
        .map(|(word, line)| file.at(line, word))
        .collect()
}

// ---- Who may make a request -----------------------------------------------------------------------------------------

#[test]
fn only_the_transport_uses_the_http_library() {
    let rule: Rule = |file| {
        words_outside(file, &["src/partner_center/transport.rs"], |word| {
            word == "gloo_net"
        })
    };
    holds(
        rule,
        &app(),
        &[("src/auth/x.rs", "use gloo_net::http::Request;")],
        &[
            (
                "src/partner_center/transport.rs",
                "use gloo_net::http::Request;",
            ),
            ("src/x.rs", "// gloo_net\nfn f() { g(\"gloo_net\") }"),
        ],
    );
}

#[test]
fn only_sign_in_and_the_site_s_own_files_use_fetch_directly() {
    let rule: Rule = |file| {
        words_outside(file, &["src/auth/", "src/assets.rs"], |word| {
            word.starts_with("fetch_with_")
        })
    };
    holds(
        rule,
        &app(),
        &[
            (
                "src/features/x.rs",
                "fn f() { window().fetch_with_str(\"/v1\"); }",
            ),
            (
                "src/partner_center/x.rs",
                "fn f() { window().fetch_with_request_and_init(a, b); }",
            ),
        ],
        &[(
            "src/assets.rs",
            "fn f() { window().fetch_with_str(\"/v1\"); }",
        )],
    );
}

#[test]
fn nothing_sends_in_any_other_way() {
    const WAYS: [&str; 10] = [
        "XmlHttpRequest",
        "WebSocket",
        "EventSource",
        "RtcPeerConnection",
        "WebTransport",
        "Worker",
        "SharedWorker",
        "ServiceWorker",
        "eval",
        "importScripts",
    ];
    let rule: Rule = |file| {
        let banned = |word: &str| {
            WAYS.contains(&word)
                || word.starts_with("send_beacon")
                || word.starts_with("new_with_args")
                || word == "new_no_args"
        };
        words_outside(file, &[], banned)
    };
    holds(
        rule,
        &app(),
        &[
            ("src/x.rs", "use web_sys::XmlHttpRequest;"),
            (
                "src/x.rs",
                "fn f() { navigator.send_beacon_with_opt_str(a); }",
            ),
            ("src/auth/x.rs", "fn f() { web_sys::WebSocket::new(a); }"),
            ("src/x.rs", "fn f() { js_sys::Function::new_no_args(code) }"),
            ("src/x.rs", "fn f() { js_sys::eval(code) }"),
        ],
        &[],
    );
}

#[test]
fn the_words_of_the_sign_in_protocol_stay_in_auth() {
    const WORDS: [&str; 5] = [
        "access_token",
        "refresh_token",
        "id_token",
        "code_verifier",
        "grant_type",
    ];
    let rule: Rule = |file| {
        if file.is(&["src/auth/"]) {
            return Vec::new();
        }
        let code = file.code();
        let hits = code.iter().filter(|token| {
            let written = token.word().or(token.text()).unwrap_or_default();
            WORDS.iter().any(|word| written.contains(word))
        });
        hits.map(|token| file.at(token.line, "knows how a token is had"))
            .collect()
    };
    holds(
        rule,
        &app(),
        &[
            ("src/services.rs", "fn f(access_token: &str) {}"),
            ("src/features/x.rs", "fn f() { get(\"refresh_token\") }"),
        ],
        &[("src/auth/token.rs", "fn f() { get(\"refresh_token\") }")],
    );
}

#[test]
fn only_storage_and_sign_in_keep_anything_in_the_browser() {
    const STORES: [&str; 6] = [
        "idb",
        "local_storage",
        "session_storage",
        "indexed_db",
        "set_cookie",
        "caches",
    ];
    const NAMES: [&str; 4] = ["localStorage", "sessionStorage", "indexedDB", "cookie"];
    let rule: Rule = |file| {
        if file.is(&["src/storage.rs", "src/database.rs", "src/auth/"]) {
            return Vec::new();
        }
        let code = file.code();
        let hits = code.iter().filter(|token| {
            token.word().is_some_and(|word| STORES.contains(&word))
                || token.text().is_some_and(|text| NAMES.contains(&text))
        });
        hits.map(|token| file.at(token.line, "keeps something in the browser"))
            .collect()
    };
    holds(
        rule,
        &app(),
        &[
            ("src/features/x.rs", "fn f() { window().local_storage(); }"),
            ("src/features/x.rs", "use idb::Factory;"),
            (
                "src/x.rs",
                "fn f() { Reflect::get(&window(), &\"sessionStorage\".into()); }",
            ),
        ],
        &[("src/storage.rs", "fn f() { window().session_storage(); }")],
    );
}

// ---- The strict policy ----------------------------------------------------------------------------------------------

#[test]
fn no_text_is_ever_read_as_markup() {
    const BANNED: [&str; 6] = [
        "inner_html",
        "outer_html",
        "insert_adjacent_html",
        "create_contextual_fragment",
        "parse_from_string",
        "srcdoc",
    ];
    let rule: Rule = |file| {
        let banned = |word: &str| {
            BANNED.iter().any(|banned| word.contains(banned)) || word == "document_write"
        };
        words_outside(file, &[], banned)
    };
    holds(
        rule,
        &app(),
        &[
            ("src/x.rs", "fn f() { view! { <p inner_html=name></p> } }"),
            ("src/x.rs", "fn f() { element.set_inner_html(&name); }"),
            (
                "src/x.rs",
                "fn f() { element.insert_adjacent_html(a, &name); }",
            ),
        ],
        &[("src/x.rs", "/// Never `inner_html`.\nfn f() {}")],
    );
}

#[test]
fn no_style_attribute_and_no_handler_in_markup() {
    let rule: Rule = |file| {
        let mut wrong = Vec::new();
        for tag in markup(&file.text).tags {
            for (name, _) in &tag.attributes {
                let handler = name.starts_with("on") && !name.contains(':') && !tag.is_component();
                if name == "style" || handler {
                    wrong.push(file.at(tag.line, &format!("<{} {name}=…>", tag.name)));
                }
            }
        }
        let code = file.code();
        let written = code.iter().filter(|token| token.text() == Some("style"));
        wrong.extend(written.map(|token| file.at(token.line, "sets the attribute by its name")));
        wrong
    };
    holds(
        rule,
        &app(),
        &[
            (
                "src/x.rs",
                "fn f() { view! { <p style=\"color:red\">{x}</p> } }",
            ),
            (
                "src/x.rs",
                "fn f() { view! { <div>{view! { <b class=\"a\" style=move || x()>{x}</b> }}</div> } }",
            ),
            ("src/x.rs", "fn f() { view! { <p onclick=\"x()\"></p> } }"),
            (
                "src/x.rs",
                "fn f() { element.set_attribute(\"style\", x); }",
            ),
        ],
        &[(
            "src/x.rs",
            "fn f() { view! { <p style:width=move || w() on:click=go class=\"styled\"></p> } }",
        )],
    );
}

#[test]
fn no_inline_script_or_style_in_the_shell() {
    let rule: Rule = |file| {
        let mut wrong = Vec::new();
        for tag in html_tags(&file.text) {
            let name = tag
                .trim_start_matches('<')
                .split([' ', '>', '\n', '/'])
                .next()
                .unwrap_or_default()
                .to_lowercase();
            let attributes = html_attributes(&tag);
            if name == "style"
                || name == "base"
                || (name == "script" && !attributes.iter().any(|has| has == "src"))
            {
                wrong.push(format!("{}: {tag}", file.path));
            }
            if attributes
                .iter()
                .any(|has| has == "style" || has.starts_with("on"))
            {
                wrong.push(format!("{}: {tag}", file.path));
            }
        }
        wrong
    };
    holds(
        rule,
        &[named("index.html")],
        &[
            ("index.html", "<p>a</p><script>1</script>"),
            (
                "index.html",
                "<script type=\"module\">import x from 'y'</script>",
            ),
            ("index.html", "<style>p {}</style>"),
            ("index.html", "<p style=\"color:red\">"),
            ("index.html", "<body\n  onload=\"x()\">"),
            ("index.html", "<base href=\"/\">"),
        ],
        &[(
            "index.html",
            "<!-- <style> --><script type=\"module\" src=\"boot.mjs\"></script><p class=\"on style=\">",
        )],
    );
}

/// The opening tags of a page, comments left out.
fn html_tags(page: &str) -> Vec<String> {
    let mut rest = page;
    let mut tags = Vec::new();
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        let end = match rest.starts_with("<!--") {
            true => rest.find("-->").map_or(rest.len(), |at| at + 3),
            false => rest.find('>').map_or(rest.len(), |at| at + 1),
        };
        if rest[1..].starts_with(char::is_alphabetic) {
            tags.push(rest[..end].to_owned());
        }
        rest = &rest[end..];
    }
    tags
}

/// The names of a tag's attributes.
fn html_attributes(tag: &str) -> Vec<String> {
    // Values first, so that nothing inside them is taken for a name.
    let without_values: String = tag.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    let words = without_values
        .trim_matches(['<', '>', '/'])
        .split_whitespace()
        .skip(1);
    words
        .map(|word| word.trim_end_matches('=').to_lowercase())
        .collect()
}

#[test]
fn the_start_script_neither_parses_text_nor_makes_code() {
    const BANNED: [&str; 8] = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "createContextualFragment",
        "setTimeout('",
    ];
    let rule: Rule = |file| {
        let lines = file
            .text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim_start().starts_with("//"));
        let hits = lines.filter(|(_, line)| BANNED.iter().any(|banned| line.contains(banned)));
        hits.map(|(at, line)| file.at(at + 1, line)).collect()
    };
    holds(
        rule,
        &[named("boot.mjs")],
        &[
            ("boot.mjs", "panel.innerHTML = text;"),
            ("boot.mjs", "const f = new Function(text);"),
        ],
        &[("boot.mjs", "// never innerHTML\npanel.textContent = text;")],
    );
}

#[test]
fn the_shell_and_the_styles_load_nothing_from_elsewhere() {
    let rule: Rule = |file| {
        let lines = file.text.lines().enumerate();
        let hits = lines.filter(|(_, line)| {
            let foreign = line.contains("://")
                && !line.contains("http://www.w3.org/")
                && !line.contains("<code>https://</code>");
            foreign || line.contains("@import") || line.contains("url(//") || line.contains("=\"//")
        });
        hits.map(|(at, line)| file.at(at + 1, line.trim()))
            .collect()
    };
    let mut shell = files(&["style"], "css");
    shell.push(named("index.html"));
    holds(
        rule,
        &shell,
        &[
            (
                "style/x.css",
                "p { background: url(https://img.example/a.png) }",
            ),
            ("style/x.css", "@import 'other.css';"),
            (
                "index.html",
                "<link rel=\"stylesheet\" href=\"//css.example/x.css\">",
            ),
        ],
        &[("style/x.css", "p { background: url(\"icon.svg\") }")],
    );
}

// ---- Who may know whom ----------------------------------------------------------------------------------------------

/// A folder or file of the app, and the modules that it must not know.
const STRANGERS: [(&str, &[&str]); 13] = [
    (
        "src/partner_center/",
        &[
            "leptos",
            "location",
            "i18n",
            "routes",
            "features",
            "components",
            "services",
            "auth",
            "storage",
            "app",
        ],
    ),
    (
        "src/components/",
        &[
            "partner_center",
            "routes",
            "features",
            "services",
            "auth",
            "storage",
            "config",
            "app",
            "gloo_net",
        ],
    ),
    (
        "src/auth/",
        &[
            "partner_center",
            "features",
            "i18n",
            "components",
            "routes",
            "services",
            "app",
            "gloo_net",
        ],
    ),
    (
        "src/ledger/",
        &[
            "leptos",
            "features",
            "components",
            "routes",
            "services",
            "auth",
            "i18n",
            "storage",
            "config",
        ],
    ),
    (
        "src/i18n/",
        &[
            "partner_center",
            "features",
            "components",
            "routes",
            "services",
            "auth",
            "storage",
            "config",
        ],
    ),
    (
        "src/routes.rs",
        &[
            "features",
            "components",
            "services",
            "auth",
            "i18n",
            "storage",
            "config",
        ],
    ),
    (
        "src/storage.rs",
        &[
            "partner_center",
            "features",
            "components",
            "routes",
            "services",
            "auth",
            "i18n",
        ],
    ),
    (
        "src/config.rs",
        &[
            "leptos",
            "features",
            "components",
            "routes",
            "services",
            "auth",
            "i18n",
            "storage",
            "assets",
        ],
    ),
    (
        "src/assets.rs",
        &[
            "partner_center",
            "features",
            "components",
            "routes",
            "services",
            "auth",
            "i18n",
            "config",
        ],
    ),
    (
        "src/services.rs",
        &["features", "components", "storage", "shell"],
    ),
    (
        "src/entrance.rs",
        &[
            "services",
            "features",
            "components",
            "partner_center",
            "shell",
        ],
    ),
    (
        "src/shell.rs",
        &["app", "services", "partner_center", "database", "location"],
    ),
    ("src/features/", &["app", "shell", "gloo_net"]),
];

#[test]
fn modules_know_only_those_they_may_know() {
    let rule: Rule = |file| {
        let code = file.code();
        let roots = paths_used(&code);
        let mut wrong = Vec::new();
        for (place, strangers) in STRANGERS.iter().filter(|(place, _)| file.is(&[place])) {
            let met = roots
                .iter()
                .filter(|(root, _)| strangers.contains(&root.as_str()));
            wrong.extend(
                met.map(|(root, line)| file.at(*line, &format!("{place} must not know {root}"))),
            );
        }
        wrong
    };
    for (place, _) in STRANGERS {
        assert!(
            app().iter().any(|file| file.is(&[place])),
            "{place} is gone: the rule about it checks nothing"
        );
    }
    holds(
        rule,
        &app(),
        &[
            ("src/partner_center/x.rs", "use leptos::prelude::*;"),
            (
                "src/partner_center/model/x.rs",
                "fn f() { crate::i18n::t(k) }",
            ),
            (
                "src/components/x.rs",
                "use crate::{i18n::Key, routes::Route};",
            ),
            ("src/components/x.rs", "use crate::partner_center;"),
            (
                "src/components/x.rs",
                "use super::super::services::Services;",
            ),
            (
                "src/auth/x.rs",
                "use crate::{\n  config::Tenant,\n  partner_center::Client,\n};",
            ),
            ("src/storage.rs", "use crate::auth::Auth;"),
        ],
        &[
            (
                "src/components/x.rs",
                "use crate::i18n::Key;\nuse super::Icon;\nfn f(routes: u8) -> u8 { routes }",
            ),
            (
                "src/auth/x.rs",
                "#[cfg(test)]\nmod tests { use crate::i18n::Key; }",
            ),
        ],
    );
}

/// The crates and modules of this crate that the paths in the code begin with.
fn paths_used(code: &[Token]) -> Vec<(String, usize)> {
    let mut roots = Vec::new();
    let is_path = |at: usize| {
        code.get(at).is_some_and(|t| t.is(':')) && code.get(at + 1).is_some_and(|t| t.is(':'))
    };
    for (at, token) in code.iter().enumerate() {
        let Some(word) = token.word() else { continue };
        let inside_path = at >= 2 && is_path(at - 2);
        match word {
            "crate" | "super" if is_path(at + 1) => roots.extend(first_segments(code, at + 3)),
            // `super::super::x`: every one is looked behind.
            "crate" | "super" | "self" => {}
            _ if !inside_path && is_path(at + 1) => roots.push((word.to_owned(), token.line)),
            _ => {}
        }
    }
    roots
}

/// The first names of one path, or of each path in braces.
fn first_segments(code: &[Token], at: usize) -> Vec<(String, usize)> {
    let Some(token) = code.get(at) else {
        return Vec::new();
    };
    if let Some(word) = token.word() {
        return vec![(word.to_owned(), token.line)];
    }
    if !token.is('{') {
        return Vec::new();
    }
    let mut depth = 0_usize;
    let mut expected = true;
    let mut segments = Vec::new();
    for token in &code[at..] {
        match &token.kind {
            Kind::Sign('{') => depth += 1,
            Kind::Sign('}') => depth -= 1,
            Kind::Sign(',') if depth == 1 => expected = true,
            Kind::Word(word) if expected => {
                segments.push((word.clone(), token.line));
                expected = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    segments
}

#[test]
fn the_sandbox_shares_no_code_with_the_app() {
    let manifest: Rule = |file| {
        let lines = file.text.lines().enumerate().filter(|(_, line)| {
            let line = line.trim_start();
            line.starts_with("vetted") || line.contains("path = \"..\"") || line.contains("../src")
        });
        lines.map(|(at, line)| file.at(at + 1, line)).collect()
    };
    holds(
        manifest,
        &[named("sandbox/Cargo.toml")],
        &[
            (
                "sandbox/Cargo.toml",
                "[dependencies]\nvetted = { path = \"..\" }",
            ),
            (
                "sandbox/Cargo.toml",
                "[dependencies]\napp = { package = \"vetted\", path = \"..\" }",
            ),
            ("sandbox/Cargo.toml", "[lib]\npath = \"../src/lib.rs\""),
        ],
        &[("sandbox/Cargo.toml", "[dependencies]\naxum = \"0.8\"")],
    );
    let borrowed: Rule = |file| {
        let code = tokens(&file.text);
        let hits = code.iter().filter(|token| {
            let reaches_over =
                |text: &str| text.contains("../src") || text.contains("src/partner_center");
            token.text().is_some_and(reaches_over) || token.word() == Some("vetted")
        });
        hits.map(|token| file.at(token.line, "reaches into the app"))
            .collect()
    };
    holds(
        borrowed,
        &files(&["sandbox"], "rs"),
        &[
            (
                "sandbox/src/x.rs",
                "#[path = \"../../src/partner_center/error.rs\"]\nmod error;",
            ),
            ("sandbox/src/x.rs", "include!(\"../../src/config.rs\");"),
            ("sandbox/tests/x.rs", "use vetted::partner_center::Client;"),
        ],
        &[(
            "sandbox/src/x.rs",
            "const FILE: &str = include_str!(\"../../config.json\");",
        )],
    );
    let own: BTreeSet<String> = files(&["sandbox/src"], "rs")
        .into_iter()
        .map(|file| file.text)
        .collect();
    for file in app() {
        assert!(
            !own.contains(&file.text),
            "{} stands in sandbox/src too",
            file.path
        );
    }
}

// ---- Where words, paths and names live ------------------------------------------------------------------------------

#[test]
fn only_routes_builds_addresses_of_the_app() {
    let rule: Rule = |file| {
        if file.is(&["src/routes.rs", "src/partner_center/"]) {
            return Vec::new();
        }
        let code = file.code();
        let hits = code.iter().filter(|token| {
            let is_address = |text: &str| {
                text.starts_with("/customers")
                    || text.starts_with("/?q=")
                    || text.ends_with("/request")
            };
            token.text().is_some_and(is_address)
        });
        hits.map(|token| file.at(token.line, token.text().unwrap_or_default()))
            .collect()
    };
    holds(
        rule,
        &app(),
        &[
            (
                "src/features/x.rs",
                "fn f() { format!(\"/customers/{id}\") }",
            ),
            (
                "src/app.rs",
                "fn f() { view! { <a href=\"/customers\">{x}</a> } }",
            ),
        ],
        &[
            ("src/routes.rs", "fn f() { format!(\"/customers/{id}\") }"),
            (
                "src/features/x.rs",
                "#[cfg(test)]\nmod tests { const A: &str = \"/customers/1\"; }",
            ),
        ],
    );
}

#[test]
fn only_the_api_client_knows_the_service_s_names() {
    const NAMES: [&str; 26] = [
        "vettingStatus",
        "vettingReason",
        "vettingCreateDate",
        "vettingCreatedDate",
        "educationSegment",
        "validationCode",
        "validationId",
        "remainingCreates",
        "maxCreates",
        "companyProfile",
        "companyName",
        "relationshipToPartner",
        "operationType",
        "resourceNewValue",
        "userPrincipalName",
        "update_customer_qualification",
        "validationStatus",
        "MS-RequestId",
        "MS-CorrelationId",
        "MS-ContinuationToken",
        "X-Locale",
        "Retry-After",
        "InReview",
        "GovernmentCommunityCloud",
        "StateOwnedEntity",
        "v1/",
    ];
    let rule: Rule = |file| {
        if file.is(&["src/partner_center/"]) {
            return Vec::new();
        }
        let code = file.code();
        let hits = code.iter().filter_map(|token| {
            let text = token.text()?.to_lowercase();
            let name = NAMES
                .iter()
                .find(|name| text.contains(&name.to_lowercase()))?;
            Some(file.at(token.line, name))
        });
        hits.collect()
    };
    holds(
        rule,
        &app(),
        &[
            ("src/features/x.rs", "fn f() { value[\"vettingStatus\"] }"),
            (
                "src/services.rs",
                "fn f() { headers.set(\"ms-requestid\", id) }",
            ),
            (
                "src/features/x.rs",
                "#[serde(rename = \"educationSegment\")] struct S;",
            ),
        ],
        &[
            (
                "src/partner_center/x.rs",
                "fn f() { value[\"vettingStatus\"] }",
            ),
            (
                "src/features/x.rs",
                "/// `MS-RequestId`\nfn f() { QualificationKind::StateOwnedEntity }",
            ),
        ],
    );
}

/// Attributes and properties that a person sees or hears.
const SEEN: [&str; 14] = [
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "aria-valuetext",
    "aria-placeholder",
    "title",
    "placeholder",
    "alt",
    "label",
    "summary",
    "hint",
    "none",
    "lead",
    "content",
];

#[test]
fn every_visible_word_comes_from_i18n() {
    let rule: Rule = |file| {
        if file.is(&["src/i18n/"]) {
            return Vec::new();
        }
        let has_letters = |text: &str| text.chars().any(char::is_alphabetic);
        let markup = markup(&file.text);
        let mut wrong = Vec::new();
        for (text, line) in &markup.texts {
            if has_letters(text) {
                wrong.push(file.at(*line, text));
            }
        }
        for tag in &markup.tags {
            for (name, value) in &tag.attributes {
                if let Value::Written(text) = value
                    && SEEN.contains(&name.as_str())
                    && has_letters(text)
                {
                    wrong.push(file.at(tag.line, &format!("{name}={text:?}")));
                }
            }
        }
        wrong
    };
    holds(
        rule,
        &app(),
        &[
            ("src/x.rs", "fn f() { view! { <p>\"Hello\"</p> } }"),
            ("src/x.rs", "fn f() { view! { <p>Hello</p> } }"),
            ("src/x.rs", "fn f() { view! { <p>{\"Hello\"}</p> } }"),
            (
                "src/x.rs",
                "fn f() { view! { <nav aria-label=\"Main\"></nav> } }",
            ),
            (
                "src/x.rs",
                "fn f() { view! { <input type=\"text\" value=move || x() placeholder=\"Name\"/> } }",
            ),
            (
                "src/x.rs",
                "fn f() { view! { <Page title=\"Customers\" class=\"x\">{x}</Page> } }",
            ),
            (
                "src/x.rs",
                "fn f() { view! { <div>{move || view! { <b>\"Hi\"</b> }}</div> } }",
            ),
            (
                "src/x.rs",
                "fn f() { view! { <a on:click=move |_| go(a > b) href=x>\"Back\"</a> } }",
            ),
        ],
        &[(
            "src/x.rs",
            "fn f() { view! { <p class=\"a b\" title=name aria-label=text(Key::X) on:click=move |_| if x { y() } else { z() } \
             hidden>{text(Key::Y)} \" · \" <b>\"…\"</b></p> } }",
        )],
    );
}

#[test]
fn no_sentence_is_written_into_pages_and_components() {
    // Words in a view can also come from a literal in an expression. Names of classes, ids and attributes look different.
    fn reads_like_prose(text: &str) -> bool {
        let first = text.trim_start().chars().next();
        let capital =
            first.is_some_and(char::is_uppercase) && text.chars().skip(1).any(char::is_lowercase);
        let sentence = text.contains(' ') && text.ends_with(['.', '?', '!', '…']);
        capital || sentence
    }
    let rule: Rule = |file| {
        let code = file.code();
        let in_macro = |at: usize| {
            at >= 3
                && code[at - 1].is('(')
                && code[at - 2].is('!')
                && code[at - 3].word().is_some_and(|word| word == "panic")
        };
        let hits = code
            .iter()
            .enumerate()
            .filter(|(at, token)| token.text().is_some_and(reads_like_prose) && !in_macro(*at));
        hits.map(|(_, token)| file.at(token.line, token.text().unwrap_or_default()))
            .collect()
    };
    let mut pages = app();
    pages.retain(|file| {
        file.is(&[
            "src/features/",
            "src/components/",
            "src/app.rs",
            "src/shell.rs",
        ])
    });
    holds(
        rule,
        &pages,
        &[
            (
                "src/features/x.rs",
                "fn f() { if a { \"Approved\" } else { b } }",
            ),
            (
                "src/features/x.rs",
                "fn f() { format!(\"{n} of {m} requests are open.\") }",
            ),
        ],
        &[
            ("src/features/x.rs", "fn f() { \"notice notice--info\" }"),
            (
                "src/app.rs",
                "fn f() { panic!(\"This page panics on purpose.\") }",
            ),
        ],
    );
}

// ---- Texts ----------------------------------------------------------------------------------------------------------

const FORMS: [&str; 4] = ["_one", "_few", "_many", "_other"];

/// The English texts by the name of their variant, plural forms together.
fn english() -> BTreeMap<String, Vec<String>> {
    let texts: BTreeMap<String, String> =
        serde_json::from_str(&named("locales/en.json").text).unwrap();
    let mut by_variant: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, text) in texts {
        let base = FORMS
            .iter()
            .find_map(|form| key.strip_suffix(form))
            .unwrap_or(&key);
        by_variant.entry(variant(base)).or_default().push(text);
    }
    by_variant
}

/// `lookup.none_for` is `Key::LookupNoneFor`.
fn variant(key: &str) -> String {
    let capital = |part: &str| part[..1].to_uppercase() + &part[1..];
    key.split(['.', '_', '-'])
        .filter(|part| !part.is_empty())
        .map(capital)
        .collect()
}

fn placeholders(text: &str) -> BTreeSet<String> {
    let parts = text.split('{').skip(1);
    parts
        .filter_map(|part| Some(part.split_once('}')?.0.to_owned()))
        .collect()
}

/// The keys that code names, and how: the function called with the key as its first argument, and the names of the
/// placeholders it fills where they are written there.
#[derive(Debug, PartialEq)]
struct Use {
    key: String,
    function: Option<String>,
    filled: Option<BTreeSet<String>>,
    line: usize,
}

fn uses(code: &[Token]) -> Vec<Use> {
    let mut found = Vec::new();
    for at in 0..code.len().saturating_sub(3) {
        let is_key = code[at]
            .word()
            .is_some_and(|word| word == "Key" || word == "Plural");
        if !is_key || !code[at + 1].is(':') || !code[at + 2].is(':') {
            continue;
        }
        let Some(key) = code[at + 3].word() else {
            continue;
        };
        let function = (at >= 2 && code[at - 1].is('('))
            .then(|| code[at - 2].word().map(str::to_owned))
            .flatten();
        found.push(Use {
            key: key.to_owned(),
            function,
            filled: filled(&code[at + 4..]),
            line: code[at].line,
        });
    }
    found
}

/// The names in `, &[("name", …), …])`, or in the closure of `text_with`. `None` where they are not written out.
fn filled(after_key: &[Token]) -> Option<BTreeSet<String>> {
    if !after_key.first()?.is(',') {
        return None;
    }
    let mut names = BTreeSet::new();
    let mut depth = 1_usize;
    for (at, token) in after_key.iter().enumerate() {
        match token.kind {
            Kind::Sign('(' | '[' | '{') => depth += 1,
            Kind::Sign(')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        let opens = at > 0
            && after_key[at - 1].is('(')
            && at > 1
            && !matches!(after_key[at - 2].kind, Kind::Word(_));
        let comma = after_key.get(at + 1).is_some_and(|next| next.is(','));
        if let Some(text) = token.text()
            && opens
            && comma
        {
            names.insert(text.to_owned());
        }
    }
    (!names.is_empty()).then_some(names)
}

#[test]
fn every_text_is_used() {
    fn unused(texts: &BTreeMap<String, Vec<String>>, code: &[Token]) -> Vec<String> {
        let used: BTreeSet<String> = uses(code).into_iter().map(|found| found.key).collect();
        texts
            .keys()
            .filter(|key| !used.contains(*key))
            .cloned()
            .collect()
    }
    let planted = BTreeMap::from([("A".to_owned(), vec![]), ("B".to_owned(), vec![])]);
    let code = tokens("fn f() { t(Key::A) } // Key::B");
    assert_eq!(
        unused(&planted, &code),
        ["B"],
        "the rule sees what is used and what is not"
    );

    let code: Vec<Token> = app().iter().flat_map(File::code).collect();
    // Those of the page itself are compared in tests/languages.rs.
    let page = named("index.html").text;
    let of_page: BTreeSet<String> = page
        .split("data-text=\"")
        .skip(1)
        .filter_map(|part| Some(variant(part.split_once('"')?.0)))
        .chain([variant("shell.loading")])
        .collect();
    let unused = unused(&english(), &code);
    assert_eq!(
        unused
            .into_iter()
            .filter(|key| !of_page.contains(key))
            .collect::<Vec<_>>(),
        [""; 0],
        "texts of locales/en.json that nothing shows"
    );
}

#[test]
fn texts_get_exactly_the_values_that_they_have_places_for() {
    fn wrong(texts: &BTreeMap<String, Vec<String>>, file: &File) -> Vec<String> {
        let mut wrong = Vec::new();
        for found in uses(&file.code()) {
            let Some(forms) = texts.get(&found.key) else {
                wrong.push(file.at(found.line, &format!("{} has no text", found.key)));
                continue;
            };
            let places: BTreeSet<String> =
                forms.iter().flat_map(|form| placeholders(form)).collect();
            let plain = matches!(found.function.as_deref(), Some("t" | "text"));
            if plain && !places.is_empty() {
                wrong.push(file.at(
                    found.line,
                    &format!("{} shows its placeholders {places:?}", found.key),
                ));
            }
            let fills = matches!(found.function.as_deref(), Some("fill" | "text_with"));
            if fills && places.is_empty() {
                wrong.push(file.at(found.line, &format!("{} has nothing to fill in", found.key)));
            }
            if let Some(filled) = found.filled.filter(|_| fills)
                && filled != places
            {
                wrong.push(file.at(
                    found.line,
                    &format!("{} has {places:?}, not {filled:?}", found.key),
                ));
            }
        }
        wrong
    }
    let texts = BTreeMap::from([
        ("Plain".to_owned(), vec!["Plain".to_owned()]),
        ("Two".to_owned(), vec!["{a} and {b}".to_owned()]),
    ]);
    let planted = |text: &str| File {
        path: "src/x.rs".into(),
        text: format!("fn f() {{ {text} }}"),
    };
    for guilty in [
        "t(Key::Two)",
        "text(Key::Two)",
        "fill(Key::Two, &[(\"a\", x), (\"c\", y)])",
        "fill(Key::Plain, &[(\"a\", x)])",
        "text_with(Key::Two, move || [(\"a\", x.to_string())])",
        "t(Key::Gone)",
    ] {
        assert!(
            !wrong(&texts, &planted(guilty)).is_empty(),
            "the rule misses {guilty}"
        );
    }
    for innocent in [
        "t(Key::Plain)",
        "fill(Key::Two, &[(\"b\", g(\"x\", y)), (\"a\", x)])",
        "fill(Key::Two, &place)",
    ] {
        assert_eq!(wrong(&texts, &planted(innocent)), [""; 0], "{innocent}");
    }
    let texts = english();
    let wrong: Vec<String> = app().iter().flat_map(|file| wrong(&texts, file)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_plural_text_has_one_form_for_all_other_counts_and_says_how_many() {
    fn wrong(texts: &BTreeMap<String, String>) -> Vec<String> {
        let mut wrong = Vec::new();
        for (key, text) in texts {
            let Some(base) = FORMS.iter().find_map(|form| key.strip_suffix(form)) else {
                continue;
            };
            if !texts.contains_key(&format!("{base}_other")) {
                wrong.push(format!("{base} has no form _other"));
            }
            if key.ends_with("_other") && !text.contains("{n}") {
                wrong.push(format!("{key} does not say how many"));
            }
            if texts.contains_key(base) {
                wrong.push(format!("{base} has forms and is a plain text too"));
            }
        }
        wrong
    }
    let plant = |entries: &[(&str, &str)]| {
        entries
            .iter()
            .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
            .collect()
    };
    assert!(!wrong(&plant(&[("a_one", "{n} day")])).is_empty());
    assert!(!wrong(&plant(&[("a_other", "days")])).is_empty());
    assert!(!wrong(&plant(&[("a_other", "{n} days"), ("a", "days")])).is_empty());
    assert_eq!(
        wrong(&plant(&[("a_one", "a day"), ("a_other", "{n} days")])),
        [""; 0]
    );
    let texts = serde_json::from_str(&named("locales/en.json").text).unwrap();
    assert_eq!(wrong(&texts), [""; 0]);
}

// ---- How the source is kept -----------------------------------------------------------------------------------------

#[test]
fn every_source_file_says_first_what_it_is_for() {
    let rule: Rule = |file| match file.text.lines().next() {
        Some(first) if first.starts_with("//! ") => Vec::new(),
        first => vec![file.at(1, first.unwrap_or("is empty"))],
    };
    holds(
        rule,
        &all_rust(),
        &[
            ("src/x.rs", "use std::fmt;\n//! Late."),
            ("src/x.rs", ""),
            ("src/x.rs", "// For this."),
        ],
        &[("src/x.rs", "//! For this.\nuse std::fmt;")],
    );
}

#[test]
fn no_shortcut_is_left_in_the_app() {
    let rule: Rule = |file| {
        let code = file.code();
        let mut wrong = Vec::new();
        for (at, token) in code.iter().enumerate() {
            let Some(word) = token.word() else { continue };
            let called = at > 0 && code[at - 1].is('.');
            let invoked = code.get(at + 1).is_some_and(|next| next.is('!'));
            let banned = (called && matches!(word, "unwrap" | "unwrap_err" | "unwrap_unchecked"))
                || (invoked
                    && matches!(
                        word,
                        "todo" | "unimplemented" | "dbg" | "println" | "eprintln"
                    ));
            if banned {
                wrong.push(file.at(token.line, word));
            }
        }
        let marks = [
            ["FIX", "ME"].concat(),
            ["TO", "DO"].concat(),
            ["XX", "X"].concat(),
        ];
        let noted = file
            .text
            .lines()
            .enumerate()
            .filter(|(_, line)| marks.iter().any(|mark| line.contains(mark)));
        wrong.extend(noted.map(|(at, line)| file.at(at + 1, line.trim())));
        wrong
    };
    holds(
        rule,
        &app(),
        &[
            ("src/x.rs", "fn f() { x.unwrap(); }"),
            ("src/x.rs", "fn f() { todo!() }"),
            ("src/x.rs", &["// FIX", "ME later"].concat()),
            ("src/x.rs", "fn f() { dbg!(x); }"),
        ],
        &[(
            "src/x.rs",
            "fn f() { x.unwrap_or_default() }\n#[cfg(test)]\nmod tests { fn g() { x.unwrap(); } }",
        )],
    );
}

#[test]
fn no_test_is_switched_off() {
    let rule: Rule = |file| {
        let code = tokens(&file.text);
        let hits = code.windows(3).filter(|three| {
            three[0].is('#')
                && three[1].is('[')
                && three[2]
                    .word()
                    .is_some_and(|word| word == "ignore" || word == "wasm_bindgen_test_ignore")
        });
        let mut wrong: Vec<String> = hits
            .map(|three| file.at(three[0].line, "#[ignore]"))
            .collect();
        let conditional = code
            .windows(2)
            .filter(|two| two[0].is(',') && two[1].word() == Some("ignore"));
        wrong.extend(conditional.map(|two| file.at(two[0].line, "ignore under a condition")));
        wrong
    };
    holds(
        rule,
        &all_rust(),
        &[
            ("tests/x.rs", "#[test]\n#[ignore]\nfn f() {}"),
            ("tests/x.rs", "#[test]\n#[ignore = \"slow\"]\nfn f() {}"),
            (
                "tests/x.rs",
                "#[test]\n#[cfg_attr(windows, ignore)]\nfn f() {}",
            ),
        ],
        &[(
            "tests/x.rs",
            "#[test]\nfn f() { let ignore = \"#[ignore]\"; }",
        )],
    );
}

#[test]
fn unsafe_code_is_forbidden_in_every_member() {
    let workspace = named("Cargo.toml").text;
    assert!(
        workspace.contains("unsafe_code = \"forbid\""),
        "the workspace's lints forbid unsafe code"
    );
    let members = workspace
        .lines()
        .find_map(|line| line.strip_prefix("members = "))
        .unwrap();
    let members: Vec<String> = serde_json::from_str(members).unwrap();
    assert!(members.len() >= 3, "{members:?}");

    let rule: Rule = |file| {
        let takes_the_workspaces = file
            .text
            .lines()
            .skip_while(|line| line.trim() != "[lints]")
            .nth(1)
            == Some("workspace = true");
        if takes_the_workspaces {
            Vec::new()
        } else {
            vec![file.at(1, "has other lints than the workspace")]
        }
    };
    let mut manifests = vec![named("Cargo.toml")];
    manifests.extend(
        members
            .iter()
            .map(|member| named(&format!("{member}/Cargo.toml"))),
    );
    holds(
        rule,
        &manifests,
        &[
            ("x/Cargo.toml", "[package]\nname = \"x\""),
            ("x/Cargo.toml", "[lints]\nworkspace = false"),
            ("x/Cargo.toml", "[lints.rust]\nunsafe_code = \"allow\""),
        ],
        &[("x/Cargo.toml", "[package]\n\n[lints]\nworkspace = true\n")],
    );
    let unsafe_word: Rule = |file| {
        let code = tokens(&file.text);
        let hits = code.iter().filter(|token| token.word() == Some("unsafe"));
        hits.map(|token| file.at(token.line, "unsafe")).collect()
    };
    holds(
        unsafe_word,
        &all_rust(),
        &[("src/x.rs", "fn f() { unsafe { g() } }")],
        &[("src/x.rs", "/// unsafe\nfn f() {}")],
    );
}

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    // Put together here, so that this file does not contain them itself.
    fn places() -> Vec<String> {
        [
            ["/ro", "ot/"],
            ["/ho", "me/"],
            ["/wo", "rk/"],
            ["/Use", "rs/"],
            ["C:\\Us", "ers"],
            [".cargo/re", "gistry"],
        ]
        .iter()
        .map(|parts| parts.concat())
        .collect()
    }
    let rule: Rule = |file| {
        let lines = file.text.lines().enumerate();
        let hits = lines.filter(|(_, line)| {
            // Somebody in an example is nobody.
            let line = line.replace(["/home", "/me"].concat().as_str(), "");
            let line = line.replace(["/home", "/you"].concat().as_str(), "");
            let place = places().iter().any(|place| line.contains(place.as_str()));
            place || foreign_registry(&line)
        });
        hits.map(|(at, line)| file.at(at + 1, line.trim()))
            .collect()
    };
    let kept = kept_files();
    for expected in ["Cargo.lock", "Cargo.toml", "src/lib.rs", "tests/rules.rs"] {
        assert!(
            kept.iter().any(|file| file.path == expected),
            "{expected} is looked at"
        );
    }
    let home = ["see /ho", "me/somebody/notes"].concat();
    let registry = ["/opt/.cargo/re", "gistry/src"].concat();
    holds(
        rule,
        &kept,
        &[
            ("README.md", &home),
            ("docs/x.md", &registry),
            (
                "package-lock.json",
                "      \"resolved\": \"https://packages.example/npm/x-1.tgz\",",
            ),
            (
                "Cargo.lock",
                "source = \"registry+https://crates.example/index\"",
            ),
            (
                "Cargo.lock",
                "source = \"sparse+https://crates.example/index/\"",
            ),
        ],
        &[
            (
                "package-lock.json",
                "      \"resolved\": \"https://registry.npmjs.org/x/-/x-1.tgz\",",
            ),
            (
                "Cargo.lock",
                "source = \"registry+https://github.com/rust-lang/crates.io-index\"",
            ),
            ("docs/x.md", "`https://127.0.0.1:8080/customers`"),
        ],
    );
}

/// Whether a line of a lock file names another registry than the public ones.
fn foreign_registry(line: &str) -> bool {
    let line = line.trim();
    let of_npm = line.strip_prefix("\"resolved\": \"");
    let of_cargo = line
        .strip_prefix("source = \"")
        .and_then(|rest| rest.split_once('+'))
        .map(|(_, rest)| rest);
    let is =
        |address: Option<&str>, home: &str| address.is_none_or(|address| address.starts_with(home));
    !is(of_npm, "https://registry.npmjs.org/")
        || !is(of_cargo, "https://github.com/rust-lang/crates.io-index")
}

/// The text files that git keeps or would keep; where there is no git, all but what builds make.
fn kept_files() -> Vec<File> {
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root())
        .output();
    let paths: Vec<PathBuf> = match listed {
        Ok(output) if output.status.success() && !output.stdout.is_empty() => {
            let names = String::from_utf8_lossy(&output.stdout).into_owned();
            names
                .split('\0')
                .filter(|name| !name.is_empty())
                .map(|name| root().join(name))
                .collect()
        }
        _ => {
            let mut found = Vec::new();
            for entry in fs::read_dir(root()).unwrap() {
                let path = entry.unwrap().path();
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                match path.is_dir() {
                    true if !["target", "dist", "node_modules", ".git"]
                        .contains(&name.as_str()) =>
                    {
                        collect(&path, &mut found)
                    }
                    true => {}
                    false => found.push(path),
                }
            }
            found
        }
    };
    let texts = paths
        .into_iter()
        .filter(|path| path.is_file())
        .filter_map(|path| {
            let text = String::from_utf8(fs::read(&path).ok()?).ok()?;
            let below = path.strip_prefix(root()).ok()?;
            Some(File {
                path: below.to_string_lossy().replace('\\', "/"),
                text,
            })
        });
    texts.collect()
}

#[test]
fn the_component_tests_look_at_the_markup_of_every_view() {
    let listed = named("tests/components/markup.rs").text;
    let missing = |files: &[File], listed: &str| -> Vec<String> {
        let with_views = files
            .iter()
            .filter(|file| !markup(&file.text).tags.is_empty());
        let paths = with_views.map(|file| file.path.clone());
        paths
            .filter(|path| !listed.contains(&format!("\"{path}\"")))
            .collect()
    };
    let planted = File {
        path: "src/x.rs".into(),
        text: "fn f() { view! { <p></p> } }".into(),
    };
    assert_eq!(missing(&[planted], "\"src/y.rs\""), ["src/x.rs"]);
    assert_eq!(
        missing(&app(), &listed),
        [""; 0],
        "views that tests/components/markup.rs does not list"
    );
}

// ---- What the documents say is tested -------------------------------------------------------------------------------

/// The pages whose promises name their tests.
const PROMISES: [&str; 4] = [
    "docs/contract.md",
    "docs/reliability.md",
    "docs/privacy.md",
    "docs/security.md",
];
const FIXTURES: [&str; 4] = [
    "customers/",
    "errors/",
    "qualifications/",
    "validation_codes/",
];

#[test]
fn every_row_of_a_promise_names_a_test_that_exists() {
    let rows = |cell: &str| format!("| Promise | Test |\n|---|---|\n| Something | {cell} |");
    let this = "`tests/rules.rs::every_row_of_a_promise_names_a_test_that_exists`";
    let guilty = [
        rows("by hand"),
        rows("`tests/no_such_file.rs`"),
        rows("`tests/rules.rs::no_such_test`"),
        rows("`tests/rules.rs::named`"), // no test, but a function that tests use
        rows(&format!("{this}, `qualifications/no_such_fixture`")),
        rows("`tests/relay/relay.test.mjs::no such test`"),
    ];
    let innocent = [
        rows(this),
        rows("`tests/rules.rs`"),
        rows(&format!("{this}, `qualifications/none`")),
        rows("`tests/relay/relay.test.mjs::nothing else reaches Partner Center`"),
        "| Word | Meaning |\n|---|---|\n| a | b |".to_owned(),
    ];
    holds(
        unproven,
        &PROMISES.map(named),
        &guilty.each_ref().map(|text| ("docs/x.md", text.as_str())),
        &innocent.each_ref().map(|text| ("docs/x.md", text.as_str())),
    );
}

/// Rows of a table with a column `Test` that name none, and names of what is not there.
fn unproven(file: &File) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut proven = false;
    for (index, line) in file.text.lines().enumerate() {
        let line = line.trim();
        let spans = line.split('`').skip(1).step_by(2);
        let missing = spans.clone().filter(|span| !is_there(span));
        wrong.extend(missing.map(|span| file.at(index + 1, &format!("{span} does not exist"))));
        match line.starts_with('|') {
            false => proven = false,
            true if line.ends_with("| Test |") => proven = true,
            true if line.starts_with("|---") => {}
            true if proven && !spans.clone().any(is_code) => {
                wrong.push(file.at(index + 1, "names no test"));
            }
            true => {}
        }
    }
    wrong
}

fn is_code(name: &str) -> bool {
    let (path, _) = name.split_once("::").unwrap_or((name, ""));
    path.ends_with(".rs") || path.ends_with(".mjs")
}

/// Whether the test or fixture that a page names is there; anything else it names is not looked at.
fn is_there(name: &str) -> bool {
    if FIXTURES.iter().any(|group| name.starts_with(group)) {
        let path = root().join("tests/fixtures").join(name);
        return path.with_extension("http").is_file();
    }
    let (path, test) = name.split_once("::").unwrap_or((name, ""));
    if !is_code(path) {
        return true;
    }
    let Ok(text) = fs::read_to_string(root().join(path)) else {
        return false;
    };
    if path.ends_with(".mjs") {
        return test.is_empty() || text.contains(&format!("\ntest('{test}'"));
    }
    let function = format!("fn {test}(");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let is_test = |at: usize| {
        lines[at.saturating_sub(3)..at]
            .iter()
            .any(|line| line.ends_with("test]"))
    };
    let mut found = (0..lines.len()).filter(|at| lines[*at].contains(&function));
    test.is_empty() || found.any(is_test)
}

/// How many items of levels 1 and 2 each section of OWASP ASVS 5.0.0 has. They are numbered from 1 in every section.
const ASVS: [(&str, usize); 75] = [
    ("1.1", 2),
    ("1.2", 9),
    ("1.3", 11),
    ("1.4", 3),
    ("1.5", 2),
    ("2.1", 3),
    ("2.2", 3),
    ("2.3", 4),
    ("2.4", 1),
    ("3.2", 2),
    ("3.3", 4),
    ("3.4", 6),
    ("3.5", 5),
    ("3.7", 2),
    ("4.1", 3),
    ("4.2", 1),
    ("4.3", 2),
    ("4.4", 4),
    ("5.1", 1),
    ("5.2", 3),
    ("5.3", 2),
    ("5.4", 3),
    ("6.1", 3),
    ("6.2", 12),
    ("6.3", 4),
    ("6.4", 4),
    ("6.5", 5),
    ("6.6", 3),
    ("6.8", 4),
    ("7.1", 3),
    ("7.2", 4),
    ("7.3", 2),
    ("7.4", 5),
    ("7.5", 2),
    ("7.6", 2),
    ("8.1", 2),
    ("8.2", 3),
    ("8.3", 1),
    ("8.4", 1),
    ("9.1", 3),
    ("9.2", 4),
    ("10.1", 2),
    ("10.2", 2),
    ("10.3", 4),
    ("10.4", 11),
    ("10.5", 5),
    ("10.6", 2),
    ("10.7", 3),
    ("11.1", 2),
    ("11.2", 3),
    ("11.3", 3),
    ("11.4", 4),
    ("11.5", 1),
    ("11.6", 1),
    ("12.1", 3),
    ("12.2", 2),
    ("12.3", 4),
    ("13.1", 1),
    ("13.2", 5),
    ("13.3", 2),
    ("13.4", 5),
    ("14.1", 2),
    ("14.2", 4),
    ("14.3", 3),
    ("15.1", 3),
    ("15.2", 3),
    ("15.3", 7),
    ("16.1", 1),
    ("16.2", 5),
    ("16.3", 4),
    ("16.4", 3),
    ("16.5", 3),
    ("17.1", 1),
    ("17.2", 4),
    ("17.3", 2),
];

#[test]
fn every_item_of_asvs_up_to_level_2_is_answered_once() {
    let page = named("docs/security.md").text;
    let (_, tables) = page.split_once("## ASVS").unwrap();
    assert_eq!(answered_wrongly(tables), [""; 0]);
    let less = tables.replace("| 17 |", "| none |");
    assert_eq!(
        answered_wrongly(&less).len(),
        8,
        "an unknown item, and seven missing"
    );
    let twice = format!("{tables}\n| 17.2.1 | again |");
    assert_eq!(answered_wrongly(&twice), ["17.2.1 is answered 2 times"]);
    let unknown = format!("{tables}\n| 1.6, 17.2.9 | what is that |");
    assert_eq!(answered_wrongly(&unknown).len(), 2);
}

/// What is wrong with tables whose first cells name items of ASVS: `1.2.3`, a section, or a chapter.
fn answered_wrongly(tables: &str) -> Vec<String> {
    let items: Vec<String> = ASVS
        .iter()
        .flat_map(|(section, count)| (1..=*count).map(move |item| format!("{section}.{item}")))
        .collect();
    let cells = tables
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let names: Vec<&str> = cells
        .filter(|cell| !cell.starts_with("Items") && !cell.starts_with("---"))
        .flat_map(|cell| cell.split(", "))
        .collect();
    let covers = |name: &str, item: &str| {
        let rest = item.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let idle = names
        .iter()
        .filter(|name| !items.iter().any(|item| covers(name, item)))
        .map(|name| format!("{name} is no item"));
    let times = |item: &String| names.iter().filter(|name| covers(name, item)).count();
    let counted = items
        .iter()
        .filter(|item| times(item) != 1)
        .map(|item| format!("{item} is answered {} times", times(item)));
    idle.chain(counted).collect()
}

// ---- What the documents lead to ---------------------------------------------------------------------------------------

#[test]
fn every_field_of_the_configuration_is_explained_to_whoever_fills_it_in() {
    let page = named("docs/deploy.md").text;
    let code = named("src/config.rs").text;
    let (code, _) = code.split_once("#[cfg(test)]").unwrap();
    let mut fields: Vec<&str> = code
        .split("get(\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    fields.extend(
        code.split("_of(\n            entry,\n            \"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next()),
    );
    fields.retain(|field| *field != "name"); // of a tenant; the row of `tenants` says so
    assert!(
        fields.contains(&"authority") && fields.contains(&"environment"),
        "{fields:?}"
    );
    let unexplained = |page: &str| -> Vec<String> {
        let fields = fields.iter();
        let missing = fields.filter(|field| !page.contains(&format!("\n| `{field}` |")));
        missing.map(ToString::to_string).collect()
    };
    assert_eq!(unexplained(&page), [""; 0]);
    assert_eq!(
        unexplained(&page.replace("\n| `clientId` |", "")),
        ["clientId"]
    );
}

#[test]
fn links_between_documents_lead_somewhere() {
    let heading = |line: &str| -> String {
        let text = line.trim_start_matches('#').trim().to_lowercase();
        let kept = text
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    let leads = |file: &File, link: &str| -> bool {
        let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
        let folder = Path::new(&file.path).parent().unwrap_or(Path::new(""));
        let target = match path {
            "" => root().join(&file.path),
            _ => root().join(folder).join(path),
        };
        let text = fs::read_to_string(&target).unwrap_or_default();
        let mut headings = text.lines().filter(|line| line.starts_with('#'));
        target.exists() && (anchor.is_empty() || headings.any(|line| heading(line) == anchor))
    };
    let dead = |file: &File| -> Vec<String> {
        let links = file
            .text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let inside = links.filter(|link| !link.contains("://") && !link.is_empty());
        let dead = inside.filter(|link| !leads(file, link));
        dead.map(|link| format!("{}: {link}", file.path)).collect()
    };
    let page = |text: &str| File {
        path: "docs/x.md".into(),
        text: text.into(),
    };
    assert_eq!(
        dead(&page("[a](nowhere.md) [b](deploy.md#nowhere)")).len(),
        2
    );
    assert!(
        dead(&page(
            "[a](deploy.md#3-roles-mfa-gdap) [b](../README.md) [c](https://x.example)"
        ))
        .is_empty()
    );
    let pages: Vec<File> = kept_files()
        .into_iter()
        .filter(|file| file.path.ends_with(".md"))
        .collect();
    assert!(pages.len() > 10);
    assert_eq!(pages.iter().flat_map(dead).collect::<Vec<_>>(), [""; 0]);
}
