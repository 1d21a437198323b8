//! All static markup of the app against the policy of `boot.mjs`: as the source says it, and as pages are seen to parse it.
//! Must not know what the pages show.

use super::policy::{Policy, recorded_markup};
use super::sandbox::{Sandbox, named};
use super::source::{Tag, Value, markup};
use super::stage::Stage;
use wasm_bindgen_test::wasm_bindgen_test;

/// The path and content of each file, below the root.
macro_rules! sources {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../", $path)))),*]
    };
}

/// Every file that has a view. A rule in `tests/rules.rs` fails when one is missing here.
const VIEWS: &[(&str, &str)] = sources![
    "src/app.rs",
    "src/shell.rs",
    "src/components/announcer.rs",
    "src/components/copy_button.rs",
    "src/components/dialog.rs",
    "src/components/error_summary.rs",
    "src/components/explained.rs",
    "src/components/field.rs",
    "src/components/icon.rs",
    "src/components/moment.rs",
    "src/components/notice.rs",
    "src/components/page.rs",
    "src/components/pager.rs",
    "src/components/status_tag.rs",
    "src/features/customer/account.rs",
    "src/features/past/used.rs",
    "src/features/customer/history.rs",
    "src/features/customer/mod.rs",
    "src/features/customer/selling.rs",
    "src/features/customer/unread.rs",
    "src/features/customer_lookup/mod.rs",
    "src/features/customer_lookup/results.rs",
    "src/features/customer_lookup/tour.rs",
    "src/features/diagnostics/mod.rs",
    "src/features/display/colours.rs",
    "src/features/display/keys.rs",
    "src/features/display/language.rs",
    "src/features/display/mod.rs",
    "src/features/failure.rs",
    "src/features/following/desktop.rs",
    "src/features/following/follow_button.rs",
    "src/features/following/keep.rs",
    "src/features/following/many.rs",
    "src/features/following/page.rs",
    "src/features/following/picture.rs",
    "src/features/following/row.rs",
    "src/features/following/told.rs",
    "src/features/pause.rs",
    "src/features/qualifications/denied.rs",
    "src/features/qualifications/mod.rs",
    "src/features/request/check.rs",
    "src/features/request/form.rs",
    "src/features/request/mod.rs",
    "src/features/request/open.rs",
    "src/features/request/precheck.rs",
    "src/features/request/sent.rs",
    "src/features/sign_in.rs",
    "src/features/start_up.rs",
    "src/features/update.rs",
];

/// Attributes of the macro that are not attributes of the page.
fn is_directive(name: &str) -> bool {
    ["on:", "prop:", "class:", "style:", "bind:", "use:", "let:"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
        || name == "node_ref"
}

/// The tag with what is written out, as the macro writes it into the page's markup.
fn written(tag: &Tag) -> String {
    let mut out = format!("<{}", tag.name);
    for (name, value) in &tag.attributes {
        match value {
            _ if is_directive(name) => {}
            Value::None => out += &format!(" {name}"),
            Value::Written(text) => {
                let text = text
                    .replace('&', "&amp;")
                    .replace('"', "&quot;")
                    .replace('<', "&lt;")
                    .replace('>', "&gt;");
                out += &format!(" {name}=\"{text}\"");
            }
            // Set by name on the element, which needs no parsing.
            Value::Computed => {}
        }
    }
    out + ">"
}

/// What the policy refuses of a file's tags.
fn refused(policy: &Policy, source: &str) -> Vec<String> {
    let tags = markup(source)
        .tags
        .into_iter()
        .filter(|tag| !tag.is_component());
    tags.map(|tag| written(&tag))
        .filter(|tag| !policy.allows(tag))
        .collect()
}

#[wasm_bindgen_test]
fn every_tag_and_attribute_that_a_view_writes_is_accepted() {
    let policy = Policy::of_boot();
    let planted = "fn f() { view! { <div><video controls></video>{move || view! { <p onclick=\"x()\" class=name></p> }}</div> } }";
    assert_eq!(
        refused(&policy, planted),
        ["<video controls>", "<p onclick=\"x()\">"],
        "the scan finds what the policy refuses"
    );

    let mut tags = 0;
    for (path, source) in VIEWS {
        let found = markup(source).tags.len();
        assert!(found > 0, "{path} has no view: it need not be listed");
        tags += found;
        assert_eq!(refused(&policy, source), [""; 0], "{path}");
    }
    assert!(
        tags > 150,
        "only {tags} tags were found: the scan misses most of them"
    );
}

#[wasm_bindgen_test]
async fn all_markup_that_pages_are_seen_to_parse_is_accepted() {
    let sandbox = Sandbox::fresh().await;
    for (path, words) in [
        ("/".to_owned(), "What you can look up"),
        ("/?q=north".to_owned(), "customers found"),
        ("/?q=zzzz".to_owned(), "No customer found"),
        (format!("/customers/{}", named(7)), "Denied"),
        (format!("/customers/{}", named(76)), "Details for support"),
        (
            format!("/customers/{}/request?qualification=education", named(1)),
            "Website (optional)",
        ),
        (
            format!("/customers/{}/request?qualification=gcc", named(3)),
            "Validation code",
        ),
        ("/diagnostics".to_owned(), "What to do:"),
    ] {
        let page = Stage::open(&sandbox, &path).await;
        page.showing(words).await;
    }
    let parsed = recorded_markup();
    assert!(!parsed.is_empty(), "no page was seen to parse anything");
    let policy = Policy::of_boot();
    let refused: Vec<_> = parsed
        .iter()
        .filter(|markup| !policy.allows(markup))
        .collect();
    assert!(
        refused.is_empty(),
        "the policy would break the app: {refused:#?}"
    );
}
