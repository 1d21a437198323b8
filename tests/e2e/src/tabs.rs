//! Several tabs of one browser. Must not know what is done in them.

use thirtyfour::WindowHandle;
use thirtyfour::error::WebDriverResult;

use crate::world::World;

/// A tab of the browser.
pub struct Tab(WindowHandle);

impl World {
    /// The tab in front.
    pub async fn this_tab(&self) -> Tab {
        Tab(succeeds(self.driver().window().await, "this tab"))
    }

    /// Opens another tab, empty, and goes there.
    pub async fn new_tab(&self) -> Tab {
        let tab = Tab(succeeds(self.driver().new_tab().await, "a new tab"));
        self.go_to_tab(&tab).await;
        tab
    }

    /// Goes to a tab.
    pub async fn go_to_tab(&self, tab: &Tab) {
        let there = self.driver().switch_to_window(tab.0.clone()).await;
        succeeds(there, "another tab");
    }

    /// Closes the tab in front, whatever it is doing, and goes to another.
    pub async fn close_this_tab(&self, next: &Tab) {
        succeeds(self.driver().close_window().await, "closing the tab");
        self.go_to_tab(next).await;
    }
}

fn succeeds<T>(outcome: WebDriverResult<T>, what: &str) -> T {
    outcome.unwrap_or_else(|error| panic!("{what}: {error}"))
}
