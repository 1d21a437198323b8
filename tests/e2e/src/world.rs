//! One test's world: its sandbox, its browser, its beginning and its end.
//! Must not know what is tested.

use std::any::Any;
use std::cell::RefCell;
use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use futures::FutureExt;
use serde_json::{Value, json};
use thirtyfour::WebDriver;

use crate::canary::Secrets;
use crate::driver::{Driver, Engine, lines_of};
use crate::locator::{Find, Locator};
use crate::partner_center::{PartnerCenter, VETTING_SECONDS};

/// Which browsers a test runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browsers {
    /// Chromium, and Firefox too where everything is to be tested in both.
    Usual,
    /// Chromium and Firefox, always.
    Both,
    /// Chromium alone.
    ChromiumAlone,
}

impl Browsers {
    pub(crate) fn engines(self) -> &'static [Engine] {
        let full = env::var_os("VETTED_EXTENT").is_some_and(|extent| extent == "full");
        match self {
            Self::Both => &[Engine::Chromium, Engine::Firefox],
            Self::Usual if full => &[Engine::Chromium, Engine::Firefox],
            Self::Usual | Self::ChromiumAlone => &[Engine::Chromium],
        }
    }
}

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
    /// Which browsers the test runs in, one after the other.
    pub browsers: Browsers,
    /// The origin of another authority, which the site's policy allows and whose tokens Partner Center accepts.
    pub trusts: Option<String>,
    /// The path that the site lives under; starts and ends with a slash.
    pub base: String,
    /// Another web server that serves the site instead of the sandbox.
    pub front: Option<Front>,
}

/// A web server that a test has started, or is about to.
#[derive(Clone, Debug)]
pub struct Front {
    /// The site's address, with a slash at its end.
    pub address: String,
    /// The digest of its certificate's public key, which the browser then takes on trust.
    pub pin: String,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            customers: 250,
            contract: sandbox::Contract::Current,
            window: (1280, 900),
            site: None,
            browsers: Browsers::Usual,
            trusts: None,
            base: "/".to_owned(),
            front: None,
        }
    }
}

/// A sandbox of its own and a browser with an empty profile.
pub struct World {
    /// The simulated Partner Center and authority; several browsers may share one.
    pub partner_center: Arc<PartnerCenter>,
    browser: WebDriver,
    engine: Engine,
    site: String,
    /// What the browser has printed.
    printed: Arc<Mutex<Vec<String>>>,
    /// Where it puts what it downloads.
    downloads: PathBuf,
    /// What must be found nowhere, as far as it is known by now.
    pub(crate) secrets: RefCell<Secrets>,
}

/// Runs one test in a world of its own.
///
/// # Panics
/// When the test does, or leaves behind what must never happen: see [`crate::Findings`].
pub fn run(test: impl AsyncFn(&World)) {
    run_with(Setup::default(), test);
}

/// The same in Chromium and in Firefox, whatever the extent.
///
/// # Panics
/// As [`run`].
pub fn run_in_both(test: impl AsyncFn(&World)) {
    let setup = Setup {
        browsers: Browsers::Both,
        ..Setup::default()
    };
    run_with(setup, test);
}

/// The same in Chromium alone: the test needs what only its driver can do.
///
/// # Panics
/// As [`run`].
pub fn run_in_chromium(test: impl AsyncFn(&World)) {
    let setup = Setup {
        browsers: Browsers::ChromiumAlone,
        ..Setup::default()
    };
    run_with(setup, test);
}

/// The same in a world that differs from the usual one.
///
/// # Panics
/// As [`run`].
pub fn run_with(setup: Setup, test: impl AsyncFn(&World)) {
    for engine in setup.browsers.engines() {
        run_in(*engine, &setup, &test);
    }
}

/// The same in one browser, whichever the setup names.
pub(crate) fn run_in(engine: Engine, setup: &Setup, test: &impl AsyncFn(&World)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be built");
    runtime.block_on(live(setup, engine, test));
}

async fn live(setup: &Setup, engine: Engine, test: &impl AsyncFn(&World)) {
    // Dropped last, so that browser and driver end whatever happens.
    let driver = Driver::start(engine);
    let world = World::begin(setup, &driver).await;
    let outcome = AssertUnwindSafe(async {
        test(&world).await;
        let findings = world.findings().await;
        assert!(findings.are_none(), "after the test: {findings:#?}");
    })
    .catch_unwind()
    .await;
    if let Err(panic) = &outcome {
        let thread = thread::current();
        let name = thread.name().unwrap_or("unnamed").replace("::", ".");
        world.keep_for_inspection(&name, panic.as_ref()).await;
    }
    // Ending a session that is gone already is no failure of the test.
    let _ = world.browser.quit().await;
    drop(driver);
    if let Err(panic) = outcome {
        eprintln!("this was in {engine:?}");
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
            trust_issuer: setup.trusts.clone(),
            ..Default::default()
        };
        let running = sandbox::serve(options).await.expect("the sandbox starts");
        let partner_center = Arc::new(PartnerCenter::new(running));
        let (browser, site) = match &setup.front {
            None => {
                let site = partner_center.site();
                (driver.browser(setup.window).await, site)
            }
            Some(front) => {
                let browser = driver.browser_trusting(&front.pin, setup.window).await;
                (browser, front.address.clone())
            }
        };
        Self::with(partner_center, driver, browser, site)
    }

    /// A browser of its own at a sandbox that others use as well.
    pub(crate) async fn beside(
        partner_center: Arc<PartnerCenter>,
        driver: &Driver,
        window: (u32, u32),
    ) -> Self {
        let site = partner_center.site();
        Self::with(partner_center, driver, driver.browser(window).await, site)
    }

    /// With a browser that was started for it.
    pub(crate) fn with(
        partner_center: Arc<PartnerCenter>,
        driver: &Driver,
        browser: WebDriver,
        site: String,
    ) -> Self {
        Self {
            browser,
            engine: driver.engine(),
            partner_center,
            site,
            printed: driver.printed(),
            downloads: driver.downloads().to_owned(),
            secrets: RefCell::default(),
        }
    }

    /// The browser, for what a locator cannot say.
    pub fn driver(&self) -> &WebDriver {
        &self.browser
    }

    /// Which browser it is.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// What the browser has printed since the last look.
    pub(crate) fn printed(&self) -> Vec<String> {
        lines_of(&self.printed)
    }

    /// Where the browser puts what it downloads.
    pub(crate) fn downloads(&self) -> &Path {
        &self.downloads
    }

    /// The site's address, with a slash at its end.
    pub fn site(&self) -> &str {
        &self.site
    }

    /// Writes down how the page looked, and prints where.
    pub(crate) async fn keep_for_inspection(&self, name: &str, panic: &(dyn Any + Send)) {
        let Some(folder) = kept_in().map(|folder| folder.join(name)) else {
            return;
        };
        let address = self.browser.current_url().await.map(String::from);
        let text = self
            .run_script("return document.documentElement.innerText", vec![])
            .await;
        let log = self.console().await.unwrap_or_default();
        let report = format!(
            "{}\n\naddress: {}\n\n{}\n\nconsole:\n{}\n\njournal:\n{:#}\n",
            words_of(panic),
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
        Locator::page(Arc::clone(self.browser.handle()), self.engine)
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

/// What a panic says.
pub(crate) fn words_of(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<String>().cloned();
    let literal = || {
        panic
            .downcast_ref::<&str>()
            .map(|words| (*words).to_owned())
    };
    words.or_else(literal).unwrap_or_default()
}

/// Beside what cargo builds: `target/e2e-failures`.
fn kept_in() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    Some(program.ancestors().nth(3)?.join("e2e-failures"))
}
