//! A person at a browser of their own, who goes on whatever happens: looks at the page, and does what it asks for.
//! Must not know how the app is made, nor what arrives at Partner Center.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};
use thirtyfour::WindowHandle;
use thirtyfour::error::WebDriverResult;

use super::Sabotage;
use super::plan::{Errand, Kind};
use super::tally::Told;
use crate::driver::Driver;
use crate::locator::{Find, LOCATE, Locator, Role};
use crate::world::World;

const LOOK: &str = include_str!("look.js");
/// The pause between two looks at the page.
const PAUSE: Duration = Duration::from_millis(60);
/// For how long a page that says nothing of a request must stay as it is before that counts as its word.
const SETTLED: Duration = Duration::from_millis(1500);
/// A page that stays like this for so long is reloaded, as anybody would.
const PATIENCE: Duration = Duration::from_secs(45);

/// Everything a person sees at one moment.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub(super) struct View {
    address: String,
    titles: Vec<String>,
    buttons: Vec<String>,
    links: Vec<String>,
    said: String,
}

impl View {
    fn is_titled(&self, title: &str) -> bool {
        self.titles.iter().any(|own| own == title)
    }

    fn has_button(&self, name: &str) -> bool {
        self.buttons.iter().any(|own| own == name)
    }

    fn has_link(&self, name: &str) -> bool {
        self.links.iter().any(|own| own == name)
    }

    fn ends(&self, path: &str) -> bool {
        let address = self.address.split(['?', '#']).next().unwrap_or_default();
        address.ends_with(path)
    }

    fn said_shortly(&self) -> String {
        self.said.chars().take(160).collect()
    }

    /// Whether everything waits for so long that an impatient person reloads the page.
    fn is_tiresome(&self) -> bool {
        let seconds = self
            .said
            .split("Everything waits for ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next()?.parse::<u64>().ok());
        seconds.is_some_and(|seconds| seconds > 5)
    }

    /// One line for a trace.
    pub(super) fn in_short(&self) -> String {
        let path = self.address.splitn(4, '/').nth(3).unwrap_or_default();
        let path = path.split(['?', '#']).next().unwrap_or_default();
        format!("/{path} {:?} {:?}", self.titles, self.said_shortly())
    }
}

/// How the way to the last step ended.
pub(super) enum Way {
    /// The button *Send request* is there.
    Ready,
    /// The app says that it cannot be asked for as things stand.
    Closed,
    /// The app leads to the outcome of an earlier request.
    Outcome,
    /// It took too long.
    Stuck(String),
}

/// Somebody with a browser.
pub(super) struct Person {
    pub(super) world: World,
    persona: &'static str,
    sabotage: Option<Sabotage>,
    desk: WindowHandle,
}

impl Person {
    /// Sits down at a new browser, whose first window stays empty.
    pub(super) async fn sit_down(
        driver: &Driver,
        partner_center: &std::sync::Arc<crate::PartnerCenter>,
        persona: &'static str,
        sabotage: Option<Sabotage>,
    ) -> WebDriverResult<Self> {
        let world = World::beside(partner_center.clone(), driver, (1280, 900)).await;
        let desk = world.driver().window().await?;
        let person = Self {
            world,
            persona,
            sabotage,
            desk,
        };
        person.open_tab("").await?;
        Ok(person)
    }

    // Tabs

    /// Opens another tab at an address of the app, and turns to it.
    pub(super) async fn open_tab(&self, path: &str) -> WebDriverResult<()> {
        let driver = self.world.driver();
        let tab = driver.new_tab().await?;
        driver.switch_to_window(tab).await?;
        if let Some(sabotage) = self.sabotage {
            let script = json!({ "source": sabotage.script() });
            driver
                .cdp()
                .send_raw("Page.addScriptToEvaluateOnNewDocument", script)
                .await?;
        }
        self.go(path).await;
        Ok(())
    }

    /// Closes the tab at this moment, and opens another.
    pub(super) async fn close_tab_for(&self, path: &str) -> WebDriverResult<()> {
        self.close_tab().await?;
        self.open_tab(path).await
    }

    /// Closes the tab and turns to the window that is always there.
    async fn close_tab(&self) -> WebDriverResult<()> {
        let driver = self.world.driver();
        driver.close_window().await?;
        driver.switch_to_window(self.desk.clone()).await
    }

    /// Closes the tab and turns back to another.
    pub(super) async fn close_tab_and_turn_to(&self, tab: &WindowHandle) -> WebDriverResult<()> {
        self.world.driver().close_window().await?;
        self.turn_to(tab).await
    }

    /// Turns to another tab.
    pub(super) async fn turn_to(&self, tab: &WindowHandle) -> WebDriverResult<()> {
        self.world.driver().switch_to_window(tab.clone()).await
    }

    /// The tab in front.
    pub(super) async fn tab(&self) -> WebDriverResult<WindowHandle> {
        self.world.driver().window().await
    }

    /// Lets the tab's process crash, and opens another tab.
    pub(super) async fn crash_tab_for(&self, path: &str) -> WebDriverResult<()> {
        let cdp = self.world.driver().cdp();
        // It crashes before it can say that it does.
        let _ = tokio::time::timeout(Duration::from_secs(2), cdp.send_raw("Page.crash", ())).await;
        if self.close_tab().await.is_err() {
            self.turn_to(&self.desk).await?;
        }
        self.open_tab(path).await
    }

    /// Types an address. A page that does not come is dealt with by whoever looks next.
    pub(super) async fn go(&self, path: &str) {
        let address = format!("{}{}", self.world.site(), path.trim_start_matches('/'));
        let _ = self.world.driver().goto(address).await;
    }

    /// Reloads the page.
    pub(super) async fn reload(&self) {
        let _ = self.world.driver().refresh().await;
    }

    /// Turns the network off or on.
    pub(super) async fn go_offline(&self, offline: bool) -> WebDriverResult<()> {
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        let cdp = self.world.driver().cdp();
        cdp.send_raw("Network.enable", ()).await?;
        cdp.send_raw("Network.emulateNetworkConditions", conditions)
            .await?;
        Ok(())
    }

    // Looking

    /// What the page shows; nothing while it is on the move.
    pub(super) async fn look(&self) -> Option<View> {
        let script = format!("const locate = function () {{ {LOCATE} }}; {LOOK}");
        let answer = self.world.driver().execute(script, vec![]).await.ok()?;
        serde_json::from_value(answer.json().clone()).ok()
    }

    // Going

    /// Presses a button now, if it can be pressed.
    pub(super) async fn press(&self, name: &str) -> bool {
        self.world.button(name).try_click().await.is_ok()
    }

    async fn follow(&self, name: &str) -> bool {
        self.world.link(name).try_click().await.is_ok()
    }

    /// Goes to the page `Customers`.
    pub(super) async fn go_home(&self) -> bool {
        // Some pages have a second link of this name, back to the list.
        let main = self.world.named(Role::Navigation, "Main");
        main.link("Customers").try_click().await.is_ok()
    }

    /// Does what any page may ask for: sign in, start again. Whether there was something of the kind.
    async fn comply(&self, view: &View) -> bool {
        if !view.address.starts_with(self.world.site()) {
            return match view.has_button(self.persona) {
                true => self.press(self.persona).await,
                false => false,
            };
        }
        // Why a request was not sent is told also when that has been put right since.
        let is_over = view.has_link("Back to your answers");
        for name in ["Sign in", "Sign in again", "Stay signed in"] {
            if !is_over && view.has_button(name) && self.press(name).await {
                return true;
            }
        }
        let stopped = ["Vetted stopped", "Vetted could not start"];
        stopped.iter().any(|title| view.is_titled(title)) && self.press("Reload").await
    }

    /// Goes for an errand's last step, from wherever the tab is, by what the pages offer.
    pub(super) async fn get_ready(&self, errand: &Errand, limit: Duration) -> Way {
        let customer = format!("/customers/{}", errand.customer.id);
        let (form, check, sent) = (
            format!("{customer}/request"),
            format!("{customer}/request/check"),
            format!("{customer}/request/sent"),
        );
        let started = Instant::now();
        let mut seen: Option<(View, Instant)> = None;
        loop {
            let Some(view) = self.look().await else {
                tokio::time::sleep(PAUSE).await;
                if started.elapsed() > limit {
                    return Way::Stuck("a page that cannot be looked at".to_owned());
                }
                continue;
            };
            if started.elapsed() > limit {
                return Way::Stuck(view.in_short());
            }
            if !errand.patient && view.is_tiresome() {
                self.reload().await;
                continue;
            }
            let moved = if self.comply(&view).await {
                true
            } else if view.ends(&sent) && !view.titles.is_empty() {
                if view.has_link("Back to your answers") {
                    self.follow("Back to your answers").await
                } else {
                    return Way::Outcome;
                }
            } else if view.ends(&check) {
                if view.has_button("Send request") {
                    return Way::Ready;
                }
                if view.said.contains("This cannot be requested") {
                    return Way::Closed;
                }
                false
            } else if view.ends(&form) {
                if self.refuses(&view, errand.kind).await {
                    return Way::Closed;
                }
                self.fill_in(errand).await
            } else if view.ends(&customer) {
                self.follow("Request a qualification").await
                    || self.follow("Request again").await
                    || (view.has_button("Try again") && self.press("Try again").await)
            } else {
                self.look_up(errand, &view).await
            };
            let now = Instant::now();
            match &seen {
                Some((last, since)) if *last == view => {
                    if since.elapsed() > PATIENCE {
                        self.go(&customer).await;
                        seen = None;
                    }
                }
                _ => seen = Some((view, now)),
            }
            if !moved {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Whether the form says that this qualification cannot be asked for.
    async fn refuses(&self, view: &View, kind: Kind) -> bool {
        if !view.is_titled("Request a qualification") {
            return false;
        }
        let radio = self.world.radio(kind.name()).now().await;
        matches!(radio.as_slice(), [one] if one.disabled && one.description.len() > 3)
    }

    async fn fill_in(&self, errand: &Errand) -> bool {
        let world = &self.world;
        let all = async {
            world.radio(errand.kind.name()).try_click().await?;
            match errand.kind {
                Kind::Education => {
                    let segment = world.combobox("Education segment");
                    choose(&segment, errand.segment).await?;
                    if !errand.website.is_empty() {
                        let website = world.textbox("Website (optional)");
                        website.try_fill(errand.website).await?;
                    }
                }
                Kind::Government => {
                    let code = world.combobox("Validation code");
                    // Where the codes could not be listed one types one's own.
                    if choose(&code, "Brightpath Reseller").await.is_err() {
                        choose(&code, "Another code").await?;
                        world
                            .textbox("Other validation code")
                            .try_fill("12345")
                            .await?;
                    }
                }
                Kind::StateOwned => {}
            }
            world.button("Continue").try_click().await
        };
        let done: Result<(), String> = all.await;
        done.is_ok()
    }

    /// Finds the customer from the page `Customers`, or goes there.
    async fn look_up(&self, errand: &Errand, view: &View) -> bool {
        let name = &errand.customer.name;
        // The notice above the list has links of its own, to the outcomes of requests.
        let noticed = view.said.contains("Requests you should know about");
        let listed = view.is_titled("Customers") && !noticed && view.has_link(name);
        if listed && self.follow(name).await {
            return true;
        }
        if !view.is_titled("Customers") {
            return self.go_home().await;
        }
        // Several can have the same name.
        let several = view.said.contains("found");
        let words: String = match errand.by_name && !several {
            true => errand.customer.name.chars().take(16).collect(),
            false => errand.customer.id.clone(),
        };
        if self
            .world
            .search_field()
            .try_fill(words.trim())
            .await
            .is_err()
        {
            return false;
        }
        let pressed = self.press("Look up").await;
        // The list takes a moment; looking again too soon would start anew.
        let soon = Instant::now() + Duration::from_secs(2);
        while pressed && Instant::now() < soon {
            match self.look().await {
                Some(now) if now.titles == view.titles && now.said == view.said => {
                    tokio::time::sleep(PAUSE).await;
                }
                _ => break,
            }
        }
        pressed
    }

    // What the app tells

    /// What the app tells at this moment that it knows of a customer's request.
    pub(super) async fn glance(&self, errand: &Errand) -> Option<Told> {
        let customer = format!("/customers/{}", errand.customer.id);
        let told = tells(&self.look().await?, &customer)?;
        told.is_owned().then_some(told)
    }

    /// Waits for what the app tells of a customer's request, going along with what its pages ask for. Nothing when it tells
    /// neither that there is something nor that there is not.
    pub(super) async fn hear(&self, errand: &Errand, limit: Duration) -> Option<Told> {
        let customer = format!("/customers/{}", errand.customer.id);
        let started = Instant::now();
        let mut same: Option<(Told, Instant)> = None;
        while started.elapsed() < limit {
            tokio::time::sleep(PAUSE).await;
            let Some(view) = self.look().await else {
                continue;
            };
            if self.comply(&view).await {
                same = None;
                continue;
            }
            if !errand.patient && view.is_tiresome() {
                self.reload().await;
                same = None;
                continue;
            }
            let Some(told) = tells(&view, &customer) else {
                same = None;
                continue;
            };
            if view.ends(&customer) && self.follow("See what is known").await {
                same = None;
                continue;
            }
            match &same {
                Some((last, _)) if *last != told => same = None,
                Some((_, since)) => {
                    let is_word = told.is_end() || told == Told::Unknown;
                    let stays = told != Told::Sending && since.elapsed() > SETTLED;
                    if is_word || stays {
                        return Some(told);
                    }
                    continue;
                }
                None => {}
            }
            same.get_or_insert((told, Instant::now()));
        }
        same.map(|(told, _)| told)
    }

    /// Goes to the outcome of a customer's request, if the app says that there is an open one.
    pub(super) async fn visit_if_open(&self, errand: &Errand, limit: Duration) -> bool {
        let customer = format!("/customers/{}", errand.customer.id);
        let started = Instant::now();
        let mut quiet: Option<Instant> = None;
        while started.elapsed() < limit {
            let Some(view) = self.look().await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            if tells(&view, &customer).is_some_and(|told| told.is_owned()) {
                return true;
            }
            if self.comply(&view).await {
                continue;
            }
            if !view.ends(&customer) {
                quiet = None;
                if !self.look_up(errand, &view).await {
                    tokio::time::sleep(PAUSE).await;
                }
                continue;
            }
            if view.has_link("See what is known") {
                self.follow("See what is known").await;
                continue;
            }
            let loaded = view.has_button("Refresh");
            let since = *quiet.get_or_insert(Instant::now());
            if loaded && since.elapsed() > Duration::from_millis(400) {
                return false;
            }
            tokio::time::sleep(PAUSE).await;
        }
        false
    }
}

async fn choose(select: &Locator, words: &str) -> Result<(), String> {
    let listed = select.starting(Role::Option, words).now().await;
    let option = listed
        .iter()
        .find(|option| !option.disabled)
        .ok_or_else(|| format!("there is no {words}"))?;
    select.named(Role::Option, &option.name).try_click().await
}

/// What a page tells of a customer's request; nothing while it is not of that customer or has not come to it.
fn tells(view: &View, customer: &str) -> Option<Told> {
    if view.ends(&format!("{customer}/request/sent")) {
        return match view.titles.first()?.as_str() {
            "Request sent" => Some(Told::Sent),
            "Not sent" => Some(Told::NotSent(view.said_shortly())),
            "We do not know yet" => Some(Told::Unknown),
            "Sending…" => Some(Told::Sending),
            _ => None,
        };
    }
    if view.ends(&format!("{customer}/request/check")) {
        return view.has_button("Send request").then_some(Told::NotYet);
    }
    if view.ends(&format!("{customer}/request")) {
        return view
            .is_titled("Request a qualification")
            .then_some(Told::NotYet);
    }
    (view.ends(customer) && view.has_button("Refresh")).then_some(Told::Nothing)
}

impl Sabotage {
    /// What is run in every page before its own scripts.
    fn script(self) -> &'static str {
        match self {
            // Everybody gets every lock at once; and what is about to leave is not written down before it leaves, because that
            // note alone would keep two tabs apart but for some milliseconds.
            Self::WithoutLock => {
                "LockManager.prototype.request = async (name, options, callback = options) => callback({ name, mode: 'exclusive' }); \
                 const put = IDBObjectStore.prototype.put; \
                 IDBObjectStore.prototype.put = function (value, ...key) { \
                    return String(value).includes('\"known\":\"Waiting\"') ? this.count() : put.call(this, value, ...key); };"
            }
            // What is written down is found by this page alone.
            Self::WithoutStoredIntent => {
                "const open = IDBFactory.prototype.open; const own = crypto.randomUUID(); \
                 IDBFactory.prototype.open = function (name, ...more) { return open.call(this, name + own, ...more); };"
            }
        }
    }
}

/// A value for `POST /sandbox/customers/{id}/qualifications`: what was there, and one more in review.
pub(super) fn with_one_more(present: &Value, kind: Kind) -> Value {
    let mut list = present.as_array().cloned().unwrap_or_default();
    list.retain(|entry| entry["qualification"] != kind.wire());
    let mut entry = json!({ "qualification": kind.wire() });
    if kind != Kind::StateOwned {
        entry["vettingStatus"] = "InReview".into();
        entry["vettingCreateDate"] = "2026-03-02T08:15:30.120Z".into();
    }
    list.push(entry);
    list.into()
}
