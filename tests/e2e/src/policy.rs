//! What must never happen, whatever a test does: a violated policy, a fault of the app, a token where none belongs.
//! Must not know which test is running.

use serde_json::Value;
use thirtyfour::error::{WebDriverError, WebDriverResult};

use crate::driver::Engine;
use crate::world::World;

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
        let log = self.console().await.expect("the driver gives its log");
        let of_log = |words: &[&str]| {
            let found = log
                .iter()
                .filter(|message| words.iter().any(|word| message.contains(word)));
            found.cloned().collect()
        };
        Findings {
            reported,
            blocked: of_log(&[
                "Content Security Policy",
                "Content-Security-Policy",
                "requires 'Trusted",
            ]),
            faults: of_log(&[
                "panicked at",
                "RuntimeError",
                "Uncaught",
                "JavaScript error: http",
            ]),
            leaks: self.all_leaks(&log).await,
        }
    }

    async fn all_leaks(&self, console: &[String]) -> Vec<String> {
        let leaks = async {
            let mut leaks = self.leaks(console).await?;
            leaks.extend(self.answers_in_the_history().await?);
            Ok::<_, WebDriverError>(leaks)
        };
        leaks
            .await
            .unwrap_or_else(|error| vec![format!("could not be looked for: {error}")])
    }

    /// What was written to the console since the last look.
    pub(crate) async fn console(&self) -> WebDriverResult<Vec<String>> {
        if self.engine() == Engine::Firefox {
            return Ok(self.printed());
        }
        let log = self.driver().browser_log().await?;
        Ok(log.into_iter().map(|entry| entry.message).collect())
    }

    /// Every address of the tab's history, oldest first.
    pub(crate) async fn history(&self) -> WebDriverResult<Vec<String>> {
        if self.engine() == Engine::Firefox {
            // It tells no page but the one that is shown.
            return Ok(vec![self.driver().current_url().await?.into()]);
        }
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
