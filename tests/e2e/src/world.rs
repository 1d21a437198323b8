//! One test's world: its sandbox, its browser, its beginning and its end.
//! Must not know what is tested.

use std::any::Any;
use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use futures::FutureExt;
use serde_json::{Value, json};
use thirtyfour::WebDriver;

use crate::chrome::Driver;
use crate::locator::{Find, Locator};
use crate::partner_center::{PartnerCenter, VETTING_SECONDS};

/// How a test's world is to be. The default is a desk: 1280 pixels wide, the named customers and some more.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How many customers there are besides the named ones.
    pub customers: usize,
    /// Which form requests for qualifications must have.
    pub contract: sandbox::Contract,
    /// The window's width and height, in CSS pixels.
    pub window: (u32, u32),
    /// The folder of the built site; without it the one that [`built_site`] names.
    pub site: Option<PathBuf>,
    /// The path that the site lives under; starts and ends with a slash.
    pub base: String,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            customers: 250,
            contract: sandbox::Contract::Current,
            window: (1280, 900),
            site: None,
            base: "/".to_owned(),
        }
    }
}

/// A sandbox of its own and a browser with an empty profile.
pub struct World {
    /// The simulated Partner Center and authority; several browsers may share one.
    pub partner_center: Arc<PartnerCenter>,
    browser: WebDriver,
    site: String,
}

/// Runs one test in a world of its own.
///
/// # Panics
/// When the test does, or leaves behind what must never happen: see [`crate::Findings`].
pub fn run(test: impl AsyncFnOnce(&World)) {
    run_with(Setup::default(), test);
}

/// The same in a world that differs from the usual one.
///
/// # Panics
/// As [`run`].
pub fn run_with(setup: Setup, test: impl AsyncFnOnce(&World)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime
        .expect("a runtime can be built")
        .block_on(live(setup, test));
}

async fn live(setup: Setup, test: impl AsyncFnOnce(&World)) {
    // Dropped last, so that browser and driver end whatever happens.
    let driver = Driver::start();
    let world = World::begin(&setup, &driver).await;
    let outcome = AssertUnwindSafe(async {
        test(&world).await;
        let findings = world.findings().await;
        assert!(findings.are_none(), "after the test: {findings:#?}");
    })
    .catch_unwind()
    .await;
    if let Err(panic) = &outcome {
        world.keep_for_inspection(panic.as_ref()).await;
    }
    // Ending a session that is gone already is no failure of the test.
    let _ = world.browser.quit().await;
    drop(driver);
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

impl World {
    async fn begin(setup: &Setup, driver: &Driver) -> Self {
        let folder = setup.site.clone().unwrap_or_else(built_site);
        let options = sandbox::Options {
            site_dir: Some(folder),
            customers: setup.customers,
            contract: setup.contract,
            base: setup.base.clone(),
            vetting_seconds: VETTING_SECONDS,
            ..Default::default()
        };
        let running = sandbox::serve(options).await.expect("the sandbox starts");
        Self::beside(Arc::new(PartnerCenter::new(running)), driver, setup.window).await
    }

    /// A browser of its own at a sandbox that others use as well.
    pub(crate) async fn beside(
        partner_center: Arc<PartnerCenter>,
        driver: &Driver,
        window: (u32, u32),
    ) -> Self {
        let site = partner_center.site();
        Self {
            browser: driver.browser(window).await,
            partner_center,
            site,
        }
    }

    /// The browser, for what a locator cannot say.
    pub fn driver(&self) -> &WebDriver {
        &self.browser
    }

    /// The site's address, with a slash at its end.
    pub fn site(&self) -> &str {
        &self.site
    }

    /// Writes down how the page looked, and prints where.
    async fn keep_for_inspection(&self, panic: &(dyn Any + Send)) {
        let thread = thread::current();
        let name = thread.name().unwrap_or("unnamed").replace("::", ".");
        let Some(folder) = kept_in().map(|folder| folder.join(name)) else {
            return;
        };
        let words = panic.downcast_ref::<String>().cloned();
        let words = words.or_else(|| {
            panic
                .downcast_ref::<&str>()
                .map(|words| (*words).to_owned())
        });
        let address = self.browser.current_url().await.map(String::from);
        let text = self
            .run_script("return document.documentElement.innerText", vec![])
            .await;
        let log = self.browser.browser_log().await.unwrap_or_default();
        let log: Vec<_> = log.into_iter().map(|entry| entry.message).collect();
        let report = format!(
            "{}\n\naddress: {}\n\n{}\n\nconsole:\n{}\n\njournal:\n{:#}\n",
            words.unwrap_or_default(),
            address.unwrap_or_default(),
            text.as_str().unwrap_or_default(),
            log.join("\n"),
            self.partner_center
                .control("GET", "/sandbox/journal", Value::Null),
        );
        let written =
            fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join("page.txt"), report));
        let shot = self.browser.screenshot(&folder.join("page.png")).await;
        match (written, shot) {
            (Ok(()), Ok(())) => eprintln!("the page is kept in {}", folder.display()),
            (written, shot) => eprintln!("the page could not be kept: {written:?} {shot:?}"),
        }
    }

    /// Runs a script in the page and gives its value; null while the page is going away.
    pub async fn run_script(&self, script: &str, arguments: Vec<Value>) -> Value {
        let answer = self.browser.execute(script, arguments).await;
        answer.map_or(Value::Null, |answer| answer.json().clone())
    }

    /// Ends the browser.
    pub(crate) async fn end(self) {
        // A session that is gone already has ended.
        let _ = self.browser.quit().await;
    }

    /// Switches the network off or on.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn go_offline(&self, offline: bool) {
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        let cdp = self.browser.cdp();
        cdp.send_raw("Network.enable", ())
            .await
            .expect("the network can be watched");
        let done = cdp
            .send_raw("Network.emulateNetworkConditions", conditions)
            .await;
        done.expect("the network can be switched");
    }
}

impl Find for World {
    fn place(&self) -> Locator {
        Locator::page(Arc::clone(self.browser.handle()))
    }
}

/// The folder of the built site, which the environment variable `VETTED_DIST` names.
///
/// # Panics
/// When it names none.
pub fn built_site() -> PathBuf {
    let folder = env::var_os("VETTED_DIST").map(PathBuf::from);
    folder.expect(
        "VETTED_DIST names no built site. Run `cargo xtask test`, or set it to what `cargo xtask dist` made",
    )
}

/// Beside what cargo builds: `target/e2e-failures`.
fn kept_in() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    Some(program.ancestors().nth(3)?.join("e2e-failures"))
}
