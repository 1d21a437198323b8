//! How the page is looked at: how wide the window is, and in which colours; and what a browser can be told to make a state
//! last or come sooner. Must not know the app.

use std::fmt;

use serde_json::{Value, json};

use crate::world::World;

/// The colours that somebody has asked the system for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colors {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
    /// A few of one's own, whatever a page wants.
    Forced,
}

/// A window of this width and these colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// In CSS pixels.
    pub width: u32,
    /// See there.
    pub colors: Colors,
}

impl Look {
    /// A desk in daylight.
    pub const USUAL: Self = Self::new(1280, Colors::Light);

    /// The look of this width and these colours.
    pub const fn new(width: u32, colors: Colors) -> Self {
        Self { width, colors }
    }
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colors = match self.colors {
            Colors::Light => "light",
            Colors::Dark => "dark",
            Colors::Forced => "forced colours",
        };
        write!(f, "{colors} {} px", self.width)
    }
}

impl World {
    /// Gives the page this look, all of the width for itself. Nothing moves, so that no colour is seen on its way to another.
    pub async fn takes_the_look(&self, look: Look) {
        let scheme = match look.colors {
            Colors::Dark => "dark",
            Colors::Light | Colors::Forced => "light",
        };
        let forced = match look.colors {
            Colors::Forced => "active",
            Colors::Light | Colors::Dark => "none",
        };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "forced-colors", "value": forced },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.tells(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await;
        self.tells("Emulation.setScrollbarsHidden", json!({ "hidden": true }))
            .await;
        self.is_wide(look.width).await;
    }

    /// A PNG of the whole page, as long as it is, in base64.
    pub(crate) async fn picture(&self) -> String {
        let sizes = self.tells("Page.getLayoutMetrics", json!({})).await;
        let mut clip = sizes["cssContentSize"].clone();
        clip["scale"] = json!(1);
        let wish = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let answer = self.tells("Page.captureScreenshot", wish).await;
        answer["data"].as_str().unwrap_or_default().to_owned()
    }

    /// Has a script run in every page from now on before the page's own.
    pub async fn before_each_page(&self, script: &str) {
        let script = json!({ "source": script });
        self.tells("Page.addScriptToEvaluateOnNewDocument", script)
            .await;
    }

    /// Lets the browser keep nothing more for the site.
    pub(crate) async fn disk_is_full(&self) {
        let none = json!({ "origin": self.site(), "quotaSize": 1 });
        self.tells("Storage.overrideQuotaForOrigin", none).await;
    }

    /// Sets the computer's clock forward as far as this page sees it.
    pub async fn wall_clock_jumps(&self, minutes: u32) {
        let script = "const now = Date.now; Date.now = () => now() + arguments[0] * 60000";
        self.run_script(script, vec![minutes.into()]).await;
    }

    /// Lets the time that this page measures pass a hundred times as fast.
    pub(crate) async fn steady_clock_races(&self) {
        const RACE: &str = "const now = performance.now.bind(performance);
            const begin = now();
            performance.now = () => begin + (now() - begin) * 100";
        self.run_script(RACE, vec![]).await;
    }

    /// A command of the browser's debugging protocol, which Chromium alone has.
    async fn tells(&self, command: &str, words: Value) -> Value {
        let done = self.driver().cdp().send_raw(command, words).await;
        done.unwrap_or_else(|error| panic!("{command}: {error}"))
    }
}
