//! The pages of the authority and of the control address: plain HTML without a script, under a policy of their own.
//! Must not know tokens or codes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::http::{Response, escape_html};
use crate::personas::Persona;

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--paper:#f4f5f7;--card:#fff;--line:#d5d9de;--accent:#0f5c8c;--warn:#7a4b00;--warn-back:#fff4d6}\
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a6adb5;--paper:#15181c;--card:#1f2328;--line:#3a4048;--accent:#7cc0ee;--warn:#ffdd99;--warn-back:#3a2d10}}\
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}\
main{width:100%;max-width:30rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:2rem}\
h1{font-size:1.375rem;line-height:1.25;margin:0 0 .5rem}p{margin:0 0 1rem;color:var(--soft)}\
.note{background:var(--warn-back);color:var(--warn);border-radius:.25rem;padding:.5rem .75rem}\
ul{list-style:none;margin:1.25rem 0 0;padding:0;display:grid;gap:.75rem}\
button{width:100%;min-height:2.75rem;padding:.5rem .75rem;font:inherit;font-weight:600;text-align:start;color:var(--ink);background:none;border:1px solid var(--line);border-radius:.25rem;cursor:pointer}\
button:hover{border-color:var(--accent)}button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}\
h2{font-size:1rem;margin:1.5rem 0 .5rem}ul.row{margin:0;grid-template-columns:1fr 1fr}\
li p{margin:.25rem 0 0;font-size:.875rem}code{overflow-wrap:anywhere}";

/// A page. `form_targets` are the origins its forms may end up at, apart from its own.
fn page(status: u16, title: &str, main: &str, form_targets: &str) -> Response {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self' {form_targets}; base-uri 'none'; frame-ancestors 'none'"
    );
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\">\
         <style>{STYLE}</style></head><body><main>{main}</main></body></html>"
    );
    Response::text(status, "text/html; charset=utf-8", html)
        .with("content-security-policy", policy)
        .with("cache-control", "no-store")
        .with("referrer-policy", "no-referrer")
        .with("x-content-type-options", "nosniff")
}

/// The page on which one picks a persona. The form is sent to the page's own address; `return_origin` is where the
/// answer leads, which the policy has to allow because a browser checks it for redirects after a form as well.
#[must_use]
pub(crate) fn choose_persona(action: &str, return_origin: &str, hint: Option<&str>) -> Response {
    let buttons: String = Persona::ALL
        .iter()
        .map(|persona| {
            let suggested = hint.is_some_and(|hint| hint.eq_ignore_ascii_case(&persona.user_name()));
            format!(
                "<li><button name=\"persona\" value=\"{key}\" aria-describedby=\"about-{key}\"{focus}>{label}</button>\
                 <p id=\"about-{key}\">{name}. {note}.</p></li>",
                key = persona.key(),
                focus = if suggested { " autofocus" } else { "" },
                label = persona.label(),
                name = persona.name(),
                note = persona.note(),
            )
        })
        .collect();
    let main = format!(
        "<h1>Simulated sign-in</h1><p class=\"note\">This is the sandbox, not Microsoft. No password is asked for, and \
         nothing you do here reaches a real account.</p><p>Who do you want to be?</p>\
         <form method=\"post\" action=\"{action}\"><ul>{buttons}</ul></form>",
        action = escape_html(action),
    );
    page(200, "Simulated sign-in", &main, return_origin)
}

/// What the page about time shows.
pub(crate) struct Moment {
    /// The sandbox's time.
    pub(crate) now: String,
    /// How many times as fast as real time it passes.
    pub(crate) speed: f64,
    /// How long vetting takes, in seconds.
    pub(crate) vetting_seconds: i64,
    /// Whose request for what will be decided, and when.
    pub(crate) reviews: Vec<(String, String, String)>,
}

/// A group of buttons: its heading, the name of what they set, and value and label of each.
type Group = (&'static str, &'static str, &'static [(u32, &'static str)]);

const GROUPS: [Group; 3] = [
    (
        "Let time pass",
        "advanceSeconds",
        &[
            (3_600, "One hour"),
            (86_400, "One day"),
            (259_200, "Three days"),
            (604_800, "One week"),
        ],
    ),
    (
        "How fast time passes",
        "speed",
        &[
            (0, "Stand still"),
            (1, "As usual"),
            (1_440, "A day a minute"),
            (10_080, "A week a minute"),
        ],
    ),
    (
        "How long reviews take, also those under way",
        "vettingSeconds",
        &[
            (20, "20 seconds"),
            (86_400, "One day"),
            (259_200, "Three days"),
            (604_800, "One week"),
        ],
    ),
];

/// The page on which a person moves the sandbox's time.
#[must_use]
pub(crate) fn time(moment: &Moment) -> Response {
    let groups: String = GROUPS.iter().map(group).collect();
    let reviews: String = moment
        .reviews
        .iter()
        .map(|(name, what, at)| {
            let name = escape_html(name);
            format!("<li>{name}: {what}, decided at <time>{at}</time></li>")
        })
        .collect();
    let reviews = match reviews.is_empty() {
        true => "<p>No request that was sent here is in review.</p>".to_owned(),
        false => format!("<ul>{reviews}</ul>"),
    };
    let pace = match moment.speed {
        0.0 => "stands still".to_owned(),
        1.0 => "passes as usual".to_owned(),
        speed => format!("passes {speed} times as fast as usual"),
    };
    let vetting = match (
        moment.vetting_seconds / 86_400,
        moment.vetting_seconds % 86_400,
    ) {
        (1, 0) => "one day".to_owned(),
        (days, 0) if days > 1 => format!("{days} days"),
        _ => format!("{} seconds", moment.vetting_seconds),
    };
    let main = format!(
        "<h1>The sandbox's time</h1><p>It is <time>{now}</time>, and time {pace}. A review takes {vetting}.</p>\
         <p>Sign-ins stay as they are whatever is pressed here, but for the last button. The app \
         sees the new time with its next call: look at its page again, or press its own button to read again.</p>\
         <form method=\"post\" action=\"/sandbox/\">{groups}<h2>Sign-ins</h2>\
         <button name=\"endSessions\" value=\"1\">End all sign-ins</button></form>\
         <h2>Will be decided</h2>{reviews}",
        now = moment.now,
    );
    page(200, "The sandbox's time", &main, "")
}

fn group((heading, name, buttons): &Group) -> String {
    let button = |(value, label): &(u32, &str)| {
        format!("<li><button name=\"{name}\" value=\"{value}\">{label}</button></li>")
    };
    let buttons: String = buttons.iter().map(button).collect();
    format!("<h2>{heading}</h2><ul class=\"row\">{buttons}</ul>")
}

/// The page for a request that cannot be answered with a redirect.
#[must_use]
pub(crate) fn sign_in_error(message: &str) -> Response {
    let main = format!(
        "<h1>This sign-in request cannot be answered</h1><p class=\"note\">This is the sandbox, not Microsoft.</p>\
         <p><code>{}</code></p>",
        escape_html(message)
    );
    page(400, "Sign-in request refused", &main, "")
}

/// The page after signing out without an address to return to.
#[must_use]
pub(crate) fn signed_out() -> Response {
    page(
        200,
        "Signed out",
        "<h1>You are signed out of the sandbox</h1><p>You may close this window.</p>",
        "",
    )
}
