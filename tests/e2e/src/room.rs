//! Whether a page has room and keeps still: at every zoom, with the text set wider, for whoever cannot hit small things,
//! and for whoever gets ill from motion. Must not know which page it is.

use serde_json::{Value, json};

use crate::wait::until;
use crate::world::World;

const LOOK: &str = include_str!("room.js");

/// What WCAG 1.4.12 lets a person set, and a page has to bear. A constructed sheet is no inline style to the policy.
const WIDE_TEXT: &str = "
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
      p { margin-block-end: 2em !important; }
    `);
    document.adoptedStyleSheets = arguments[0] ? [sheet] : [];
    return document.adoptedStyleSheets.length;";

/// How a page is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// 1280 pixels wide.
    Desk,
    /// 320 pixels wide.
    Phone,
    /// 1280 by 1024 pixels at 400 % zoom, which leaves 320 by 256.
    Zoomed,
}

impl Sight {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Desk, Self::Phone, Self::Zoomed];

    fn metrics(self) -> (u32, u32, u32) {
        match self {
            Self::Desk => (1280, 900, 1),
            Self::Phone => (320, 640, 1),
            Self::Zoomed => (320, 256, 4),
        }
    }
}

impl World {
    /// Makes the window such that the page is seen so. Chromium alone can.
    ///
    /// # Panics
    /// When it does not become so.
    pub async fn is_seen(&self, sight: Sight) {
        let (width, height, scale) = sight.metrics();
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false });
        self.tell("Emulation.setDeviceMetricsOverride", metrics)
            .await;
        until(&format!("the page is seen as {sight:?}"), async || {
            let now = self
                .run_script("return [innerWidth, innerHeight, devicePixelRatio]", vec![])
                .await;
            if now == json!([width, height, scale]) {
                Ok(())
            } else {
                Err(format!("It is {now}"))
            }
        })
        .await;
    }

    /// Sets the text of the page as wide as a person may, or as it was.
    ///
    /// # Panics
    /// When the browser does not let it be.
    pub async fn sets_text_wide(&self, wide: bool) {
        let sheets = self.run_script(WIDE_TEXT, vec![wide.into()]).await;
        assert_eq!(sheets, u8::from(wide), "the text can be set wide");
    }

    /// What is cut off, sticks out or has to be scrolled sideways.
    pub async fn text_without_room(&self) -> Vec<String> {
        self.looked_for("text").await
    }

    /// Targets smaller than 24 by 24 pixels, but for those that WCAG 2.5.8 leaves out.
    pub async fn targets_too_small(&self) -> Vec<String> {
        self.looked_for("targets").await
    }

    /// What moves, or would once it changes, although the person has asked for no motion.
    ///
    /// # Panics
    /// When the browser cannot pretend that.
    pub async fn motion(&self) -> Vec<String> {
        self.prefers_still(true).await;
        let found = self.looked_for("motion").await;
        self.prefers_still(false).await;
        found
    }

    async fn prefers_still(&self, still: bool) {
        let value = if still { "reduce" } else { "no-preference" };
        let features = json!([{ "name": "prefers-reduced-motion", "value": value }]);
        self.tell(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await;
    }

    async fn looked_for(&self, what: &str) -> Vec<String> {
        let found = self.run_script(LOOK, vec![what.into()]).await;
        serde_json::from_value(found).expect("room.js gives a list")
    }

    async fn tell(&self, command: &str, parameters: Value) {
        let done = self.driver().cdp().send_raw(command, parameters).await;
        done.unwrap_or_else(|error| panic!("{command}: {error}"));
    }
}
