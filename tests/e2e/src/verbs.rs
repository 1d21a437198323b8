//! What a person does in the app, in the words a person would use.
//! Must not know what is expected to follow.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use thirtyfour::By;
use thirtyfour::error::WebDriverResult;

use crate::locator::{Facts, Find, Locator, Role};
use crate::wait::until;
use crate::world::World;

impl World {
    /// Opens an address of the app, such as `/?q=north`.
    pub async fn open(&self, path: &str) {
        let address = format!("{}{}", self.site(), path.trim_start_matches('/'));
        succeeds(self.driver().goto(address).await, path);
    }

    /// Opens a page of the site that is not the app's, and keeps nothing open.
    pub async fn open_quietly(&self) {
        self.open("/LICENSE-MIT.txt").await;
    }

    /// Opens an address and signs in there as one of the sandbox's people.
    pub async fn open_as(&self, persona: &str, path: &str) {
        self.open(path).await;
        self.sign_in_as(persona).await;
    }

    /// Signs in from the sign-in page.
    pub async fn sign_in_as(&self, persona: &str) {
        self.button("Sign in").click().await;
        self.pick(persona).await;
        self.button("Sign out").appears().await;
    }

    /// Signs out, of the app alone.
    pub async fn sign_out(&self) {
        self.sign_out_and(false).await;
    }

    /// The same, erasing this computer's history or not.
    pub async fn sign_out_and(&self, erase: bool) {
        self.button("Sign out").click().await;
        let dialog = self.dialog("Sign out?");
        if erase {
            let tick = "Also erase this computer’s history";
            dialog.named(Role::Checkbox, tick).click().await;
        }
        dialog.button("Sign out").click().await;
        self.button("Sign in").appears().await;
    }

    /// Chooses a language, wherever the page is, also behind a dialog. Says whether the page has that choice.
    pub async fn speaks(&self, code: &str) -> bool {
        const CHOOSE: &str = "const choice = document.getElementById('language');
            if (!choice) return false;
            choice.value = arguments[0];
            choice.dispatchEvent(new Event('change', { bubbles: true }));
            return true;";
        if self.run_script(CHOOSE, vec![code.into()]).await != true {
            return false;
        }
        until("the page is in that language", async || {
            let now = self
                .run_script("return document.documentElement.lang", vec![])
                .await;
            (now == code).then_some(()).ok_or_else(|| now.to_string())
        })
        .await;
        true
    }

    /// Picks somebody on the authority's page.
    pub async fn pick(&self, persona: &str) {
        self.button(persona).click().await;
    }

    /// Types a search and presses the button.
    pub async fn look_up(&self, text: &str) {
        self.search_field().fill(text).await;
        self.button("Look up").click().await;
    }

    /// The field of the lookup.
    pub fn search_field(&self) -> Locator {
        self.all(Role::Search)
            .named(Role::Searchbox, "Customer ID, domain or company name")
    }

    /// Opens the page of a customer and waits until its qualifications are there.
    pub async fn open_customer(&self, number: u16) {
        self.open(&customer_path(number)).await;
        self.region("Qualifications").appears().await;
    }

    /// Waits until the page of a customer without a review of its account has read all that it reads by itself.
    pub async fn has_read_everything(&self, name: &str) {
        self.shows_page(name).await;
        self.region("Account verification").says("No review").await;
        self.region("History").does_not_say("is being read").await;
    }

    /// Waits until the form has read what it says before a request is sent.
    pub async fn looked_before_sending(&self) {
        self.region("Before you send")
            .says("Nothing was found")
            .await;
    }

    /// The card of a qualification on the customer's page.
    pub fn card(&self, qualification: &str) -> Locator {
        self.article(qualification)
    }

    /// The file that was saved under a name with this ending, once it is there as a whole.
    pub async fn saved(&self, ending: &str) -> PathBuf {
        until(&format!("a file .{ending} is saved"), async || {
            let files = fs::read_dir(self.downloads()).into_iter().flatten();
            let files: Vec<_> = files.flatten().map(|file| file.path()).collect();
            let ends = |path: &&PathBuf| path.extension().is_some_and(|own| own == ending);
            // Both browsers write beside it until it is there.
            let unfinished = |path: &PathBuf| {
                let own = path.extension().unwrap_or_default();
                own == "part" || own == "crdownload"
            };
            match files.iter().find(ends) {
                Some(path) if !files.iter().any(unfinished) && holds_something(path) => {
                    Ok(path.clone())
                }
                _ => Err(format!("There are {files:?}")),
            }
        })
        .await
    }

    /// Chooses a file in the field with this id.
    pub async fn chooses_file(&self, field: &str, file: &Path) {
        let path = file.to_string_lossy();
        let found = self.driver().find(By::Id(field)).await;
        let chosen = found.expect("the field").send_keys(path.as_ref()).await;
        succeeds(chosen, "choosing a file");
    }

    /// Reloads the page.
    pub async fn reload(&self) {
        succeeds(self.driver().refresh().await, "reload");
    }

    /// Goes back in the history.
    pub async fn back(&self) {
        succeeds(self.driver().back().await, "back");
    }

    /// Goes forward in the history.
    pub async fn forward(&self) {
        succeeds(self.driver().forward().await, "forward");
    }

    /// The address below the site, such as `/?q=north`; the whole address elsewhere.
    pub async fn address(&self) -> String {
        let address = self
            .driver()
            .current_url()
            .await
            .map(String::from)
            .unwrap_or_default();
        match address.strip_prefix(self.site()) {
            Some(below) => format!("/{below}"),
            None => address,
        }
    }

    /// Waits until the address is this one.
    pub async fn is_at(&self, path: &str) {
        until(&format!("the address is {path}"), async || {
            let address = self.address().await;
            if address == path {
                Ok(())
            } else {
                Err(format!("It is {address}"))
            }
        })
        .await;
    }

    /// Waits until the tab's title is this one.
    pub async fn is_titled(&self, title: &str) {
        until(&format!("the title is {title:?}"), async || {
            let own = self.driver().title().await.unwrap_or_default();
            if own == title {
                Ok(())
            } else {
                Err(format!("It is {own:?}"))
            }
        })
        .await;
    }

    /// Waits for the page with this heading of level one, and gives what is known of it.
    pub async fn shows_page(&self, heading: &str) -> Facts {
        self.title(heading).appears().await
    }

    /// Every address of the tab's history, oldest first.
    pub async fn visited(&self) -> Vec<String> {
        succeeds(self.history().await, "the history")
    }

    /// How many pixels the page is wider than the window.
    pub async fn overhang(&self) -> i64 {
        const OVERHANG: &str =
            "const page = document.scrollingElement; return page.scrollWidth - page.clientWidth";
        self.run_script(OVERHANG, vec![])
            .await
            .as_i64()
            .unwrap_or(i64::MAX)
    }

    /// What sticks out of the window, for a message.
    pub async fn wide_things(&self) -> Value {
        const STICKING_OUT: &str = "return [...document.querySelectorAll('body *')] \
            .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5) \
            .map((one) => `${one.localName}.${one.className}`).slice(0, 8)";
        self.run_script(STICKING_OUT, vec![]).await
    }

    /// Changes the window's inner size, in CSS pixels.
    pub async fn is_wide(&self, width: u32) {
        let metrics = serde_json::json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        let done = self
            .driver()
            .cdp()
            .send_raw("Emulation.setDeviceMetricsOverride", metrics)
            .await;
        succeeds(done, "another width");
        until(&format!("the window is {width} wide"), async || {
            let now = self.run_script("return innerWidth", vec![]).await;
            if now == width {
                Ok(())
            } else {
                Err(format!("It is {now}"))
            }
        })
        .await;
    }

    /// Presses a key wherever the focus is.
    pub async fn press(&self, key: thirtyfour::Key) {
        succeeds(
            self.driver().action_chain().send_keys(key).perform().await,
            "a key",
        );
    }

    /// Types wherever the focus is.
    pub async fn type_here(&self, text: &str) {
        succeeds(
            self.driver().action_chain().send_keys(text).perform().await,
            "keys",
        );
    }
}

fn holds_something(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.len() > 0)
}

/// The address of a named customer's page.
pub fn customer_path(number: u16) -> String {
    format!("/customers/{}", crate::PartnerCenter::customer(number))
}

fn succeeds<T>(outcome: WebDriverResult<T>, what: &str) -> T {
    outcome.unwrap_or_else(|error| panic!("{what}: {error}"))
}
