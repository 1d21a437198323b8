//! What must never happen, whatever a test does: a violated policy, a fault of the app, a token where none belongs.
//! Must not know which test is running.

use serde_json::Value;
use thirtyfour::error::WebDriverResult;

use crate::world::World;

/// Where tokens of the sandbox can be recognised: each of them, and each code, contains this.
const TOKEN_MARK: &str = "sbx-";

/// The names of all places of the page in which a token is seen.
const SEARCH_FOR_TOKENS: &str = r"
    const [mark] = arguments;
    const places = {
      'local storage': JSON.stringify({ ...localStorage }),
      'session storage': JSON.stringify({ ...sessionStorage }),
      'the address': location.href,
      'the history state': JSON.stringify(history.state),
      'the document': document.documentElement.outerHTML,
      'the fields': [...document.querySelectorAll('input, textarea')].map((field) => field.value).join(' '),
      'a cookie': document.cookie,
      'the name of the window': window.name,
    };
    return Object.keys(places).filter((place) => (places[place] ?? '').includes(mark));
";

/// What was found since the last look.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Violations of the Content-Security-Policy or of Trusted Types, as the browser reported them to the site.
    pub reported: Vec<String>,
    /// The same as the browser wrote them to its console, which also knows those it could not report.
    pub blocked: Vec<String>,
    /// Panics and other errors nobody caught.
    pub faults: Vec<String>,
    /// Where a token was seen that does not belong there.
    pub leaks: Vec<String>,
}

impl Findings {
    /// Whether nothing was found.
    pub fn are_none(&self) -> bool {
        [&self.reported, &self.blocked, &self.faults, &self.leaks]
            .iter()
            .all(|found| found.is_empty())
    }
}

impl World {
    /// Looks for everything that must never happen, and forgets it, so that the next look finds only what is new.
    pub async fn findings(&self) -> Findings {
        let reported = self
            .partner_center
            .violations()
            .iter()
            .map(Value::to_string)
            .collect();
        self.partner_center
            .control("DELETE", "/sandbox/violations", Value::Null);
        let log = self
            .driver()
            .browser_log()
            .await
            .expect("the driver gives its log");
        let of_log = |words: &[&str]| {
            log.iter()
                .map(|entry| entry.message.clone())
                .filter(|message| words.iter().any(|word| message.contains(word)))
                .collect()
        };
        Findings {
            reported,
            blocked: of_log(&[
                "Content Security Policy",
                "Content-Security-Policy",
                "requires 'Trusted",
            ]),
            faults: of_log(&["panicked at", "RuntimeError", "Uncaught"]),
            leaks: self
                .leaks()
                .await
                .unwrap_or_else(|error| vec![format!("could not be looked for: {error}")]),
        }
    }

    async fn leaks(&self) -> WebDriverResult<Vec<String>> {
        let mut leaks = Vec::new();
        for call in self.partner_center.calls() {
            leaks.extend(
                call.token_seen_in
                    .iter()
                    .map(|place| format!("{place} of {} {}", call.method, call.path)),
            );
        }
        for address in self.history().await? {
            let carries = [TOKEN_MARK, "code=", "state="]
                .iter()
                .any(|word| address.contains(word));
            // The authority's own pages carry what it was asked with; they are not ours.
            if carries && address.starts_with(self.site()) {
                leaks.push(format!("the history: {address}"));
            }
        }
        if self
            .driver()
            .current_url()
            .await?
            .as_str()
            .starts_with(self.site())
        {
            let places = self
                .driver()
                .execute(SEARCH_FOR_TOKENS, vec![TOKEN_MARK.into()])
                .await?;
            leaks.extend(places.convert::<Vec<String>>()?);
        }
        Ok(leaks)
    }

    /// Every address of the tab's history, oldest first.
    pub(crate) async fn history(&self) -> WebDriverResult<Vec<String>> {
        let history = self
            .driver()
            .cdp()
            .send_raw("Page.getNavigationHistory", ())
            .await?;
        let entries = history["entries"].as_array().cloned().unwrap_or_default();
        Ok(entries
            .iter()
            .filter_map(|entry| entry["url"].as_str().map(str::to_owned))
            .collect())
    }
}
