//! A section of the test's page in which the app's pages are mounted as the app mounts them, and the words in which tests say
//! what a person does and sees there. Must not know which behaviour is tested.

use super::policy;
use super::sandbox::{ADDRESS, Sandbox};
use futures::FutureExt;
use futures::future::{self, LocalBoxFuture};
use gloo_timers::future::TimeoutFuture;
use leptos::mount::mount_to;
use leptos::prelude::*;
use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;
use vetted::app;
use vetted::clock::{self, Clock};
use vetted::components::{Announcer, StatusRegion};
use vetted::config::{Config, Tenant};
use vetted::database::Database;
use vetted::entrance::Entrance;
use vetted::features::following::{Following, RequestsLink, Told};
use vetted::features::pause::{OfflineNotice, PauseNotice};
use vetted::features::request::Requests;
use vetted::location::Location;
use vetted::partner_center::{Client, Host, NoToken, RequestContract};
use vetted::services::{Pause, Services};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    CustomEvent, CustomEventInit, Element, HtmlElement, HtmlInputElement, HtmlSelectElement,
};

/// How long a condition may take to come true, in milliseconds.
const DEADLINE: f64 = 20_000.0;
/// How often it is looked at, in milliseconds.
const LOOK: u32 = 10;
/// The tenant of whoever is signed in.
pub const TENANT: &str = "brightpath-reseller.example";
/// Marks the sections, so that what a failed test left can be found.
const SECTION: &str = "data-stage";

thread_local! {
    /// What the mounted pages belong to. The router keeps its own owner alive for good, listeners included; this one above
    /// it can be made to clean up, also when the test that mounted it failed and dropped nothing.
    static OWNER: RefCell<Option<Owner>> = const { RefCell::new(None) };
}

fn clean_up() {
    if let Some(owner) = OWNER.take() {
        owner.unset_with_forced_cleanup();
    }
}

/// The app's pages at one address, mounted. Dropping it unmounts them.
pub struct Stage {
    section: HtmlElement,
    mounted: Option<Box<dyn Any>>,
}

impl Stage {
    /// Mounts the pages at `path` in a tab that has kept nothing.
    pub async fn open(sandbox: &Sandbox, path: &str) -> Self {
        window()
            .session_storage()
            .unwrap()
            .unwrap()
            .clear()
            .unwrap();
        window().local_storage().unwrap().unwrap().clear().unwrap();
        Database::default().erase().await;
        Database::ledger().erase().await;
        Self::reopen(sandbox, path).await
    }

    /// The same in a tab that still has what it kept, as after a reload.
    pub async fn reopen(sandbox: &Sandbox, path: &str) -> Self {
        let token = sandbox.token().await;
        policy::record_markup();
        clean_up();
        for left in elements(&document().body().unwrap(), &format!("[{SECTION}]")) {
            left.remove();
        }
        set_address(path);
        let section: HtmlElement = document()
            .create_element("section")
            .unwrap()
            .unchecked_into();
        section.set_attribute(SECTION, "").unwrap();
        document().body().unwrap().append_child(&section).unwrap();
        let owner = Owner::new();
        let handle = owner.with(|| mount_to(section.clone(), move || view! { <Pages token /> }));
        OWNER.set(Some(owner));
        Self {
            section,
            mounted: Some(Box::new(handle)),
        }
    }

    /// An API client of somebody else who is signed in, to ask the sandbox directly.
    pub async fn client(sandbox: &Sandbox) -> Client {
        Self::client_of(sandbox, ADDRESS).await
    }

    /// The same for a service at another address.
    pub async fn client_of(sandbox: &Sandbox, address: &str) -> Client {
        let token = sandbox.token().await;
        Client::new(
            address.to_owned(),
            RequestContract::Current,
            Rc::new(SignedIn { token, app: None }),
        )
    }

    /// Every element that matches.
    pub fn all(&self, selector: &str) -> Vec<Element> {
        elements(&self.section, selector)
    }

    /// The first element that matches.
    pub fn find(&self, selector: &str) -> Option<Element> {
        self.all(selector).into_iter().next()
    }

    /// All text on the page.
    pub fn text(&self) -> String {
        text_of(&self.section)
    }

    /// Whether this text is on the page.
    pub fn shows(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    /// The heading of the page.
    pub fn heading(&self) -> String {
        self.find("h1")
            .map(|heading| text_of(&heading))
            .unwrap_or_default()
    }

    /// What the status region says.
    pub fn announced(&self) -> String {
        self.find("[role=status]")
            .map(|status| text_of(&status))
            .unwrap_or_default()
    }

    /// The button with this name.
    pub fn button(&self, name: &str) -> Option<HtmlElement> {
        self.named("button", name)
    }

    /// The link with this name.
    pub fn link(&self, name: &str) -> Option<HtmlElement> {
        self.named("a[href]", name)
    }

    fn named(&self, selector: &str, name: &str) -> Option<HtmlElement> {
        let found = self
            .all(selector)
            .into_iter()
            .find(|element| text_of(element) == name)?;
        found.dyn_into().ok()
    }

    /// The cards of this name, from the top.
    pub fn cards(&self, name: &str) -> Vec<Element> {
        let mut cards = self.all("article");
        cards.retain(|card| card.get_attribute("aria-label").as_deref() == Some(name));
        cards
    }

    /// The control that this label belongs to.
    pub fn control(&self, label: &str) -> Option<HtmlElement> {
        let label = self
            .all("label")
            .into_iter()
            .find(|element| text_of(element) == label)?;
        let id = label.get_attribute("for")?;
        self.find(&format!("#{id}"))?.dyn_into().ok()
    }

    /// Waits for the button and presses it.
    pub async fn press(&self, name: &str) {
        let button = until(&format!("the button {name:?}"), || self.button(name)).await;
        button.click();
    }

    /// Waits for the radio button or checkbox with this label and chooses it.
    pub async fn choose(&self, label: &str) {
        let control = until(&format!("the choice {label:?}"), || self.control(label)).await;
        control.click();
    }

    /// Waits for the field with this label and puts `text` in place of what stands in it.
    pub async fn fill(&self, label: &str, text: &str) {
        let control = until(&format!("the field {label:?}"), || self.control(label)).await;
        let control: HtmlInputElement = control.unchecked_into();
        control.set_value(text);
        dispatch(&control, "input");
    }

    /// Waits for the select with this label and the option in it, and picks that.
    pub async fn pick(&self, label: &str, option: &str) {
        let what = format!("the option {option:?} of {label:?}");
        let (select, value) = until(&what, || {
            let select: HtmlSelectElement = self.control(label)?.dyn_into().ok()?;
            let options = elements(&select, "option");
            let option = options.iter().find(|element| text_of(element) == option)?;
            Some((select, option.get_attribute("value")?))
        })
        .await;
        select.set_value(&value);
        dispatch(&select, "change");
    }

    /// Waits until the page has this heading.
    pub async fn headed(&self, words: &str) {
        until(&format!("the heading {words:?}"), || {
            (self.heading() == words).then_some(())
        })
        .await;
    }

    /// Waits until this text is on the page.
    pub async fn showing(&self, words: &str) {
        until(&format!("the text {words:?}"), || {
            self.shows(words).then_some(())
        })
        .await;
    }

    /// The text of the alert, once there is one.
    pub async fn alerted(&self) -> String {
        until("an alert", || {
            self.find("[role=alert]").map(|alert| text_of(&alert))
        })
        .await
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.mounted.take();
        clean_up();
        self.section.remove();
        set_address("/");
    }
}

/// The pages of the app at their addresses, with the contexts that the app provides.
#[component]
fn Pages(token: String) -> impl IntoView {
    let announcer = Announcer::new();
    provide_context(announcer);
    provide_context(Location::follow());
    provide_context(Entrance::new(&tenant()));
    provide_context(Services::with_host(&tenant(), move |clock, pause| {
        Rc::new(SignedIn {
            token,
            app: Some((clock, pause)),
        })
    }));
    let following = Following::new(Services::get());
    following.begin(TENANT);
    provide_context(following);
    provide_context(Told::begin(following, announcer));
    let requests = Requests::new(Services::get(), following);
    requests.begin(TENANT);
    provide_context(requests);
    view! {
        <OfflineNotice />
        <PauseNotice pause=Services::get().pause />
        <RequestsLink told=Told::get() current=Signal::stored(None) />
        <app::Pages />
        <StatusRegion announcer />
    }
}

fn tenant() -> Tenant {
    let config = format!(
        r#"{{
            "partnerCenterUrl": "{ADDRESS}",
            "authority": "{ADDRESS}/brightpath-reseller.example/v2.0",
            "clientId": "0b6f2c58-94d3-4a17-8e0d-c3a5f1728e94",
            "scopes": ["openid", "https://api.partnercenter.microsoft.com/user_impersonation"],
            "environment": "sandbox"
        }}"#
    );
    Config::parse(&config).unwrap().tenants.remove(0)
}

/// Somebody who is signed in: what the sign-in gives the API client, without the whole-page redirect.
struct SignedIn {
    token: String,
    app: Option<(Clock, Pause)>,
}

impl Host for SignedIn {
    fn bearer(&self) -> LocalBoxFuture<'_, Result<String, NoToken>> {
        future::ready(Ok(self.token.clone())).boxed_local()
    }

    fn renew(&self, _refused: &str) -> LocalBoxFuture<'_, Result<String, NoToken>> {
        future::ready(Err(NoToken::SignInNeeded)).boxed_local()
    }

    fn new_id(&self) -> String {
        window().crypto().unwrap().random_uuid()
    }

    fn served_at(&self, date: &str) {
        if let Some((clock, _)) = &self.app {
            clock.served_at(date);
        }
    }

    fn now(&self) -> f64 {
        clock::steady()
    }

    fn wait(&self, milliseconds: f64) -> LocalBoxFuture<'static, ()> {
        clock::wait(milliseconds).boxed_local()
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }

    fn paused(&self, until: f64) {
        if let Some((_, pause)) = &self.app {
            pause.begin(until);
        }
    }
}

/// Waits until the condition gives something.
pub async fn until<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let deadline = js_sys::Date::now() + DEADLINE;
    loop {
        if let Some(found) = condition() {
            return found;
        }
        if js_sys::Date::now() > deadline {
            let page = elements(&document().body().unwrap(), &format!("[{SECTION}]"));
            let page: String = page.iter().map(text_of).collect();
            panic!("waited in vain for {what}. On the page: {page}");
        }
        TimeoutFuture::new(LOOK).await;
    }
}

/// Waits until the sandbox has received `count` calls with this method whose path ends so.
pub async fn until_received(sandbox: &Sandbox, count: usize, method: &str, path_end: &str) {
    let deadline = js_sys::Date::now() + DEADLINE;
    loop {
        let received = sandbox.calls(method, path_end).await.len();
        if received >= count {
            return;
        }
        assert!(
            js_sys::Date::now() < deadline,
            "{received} of {count} calls {method} …{path_end} arrived"
        );
        TimeoutFuture::new(LOOK).await;
    }
}

/// The text of an element as a person reads it: runs of white space are one space.
pub fn text_of(element: impl AsRef<web_sys::Node>) -> String {
    let text = element.as_ref().text_content().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of the elements that describe a control.
pub fn description_of(control: &Element) -> String {
    let ids = control
        .get_attribute("aria-describedby")
        .unwrap_or_default();
    let described = ids
        .split_whitespace()
        .filter_map(|id| document().get_element_by_id(id));
    described.map(text_of).collect::<Vec<_>>().join(" ")
}

/// Every element below `root` that matches.
pub fn elements(root: &Element, selector: &str) -> Vec<Element> {
    let list = root.query_selector_all(selector).unwrap();
    (0..list.length())
        .filter_map(|at| list.get(at)?.dyn_into().ok())
        .collect()
}

/// The path and search of the address.
pub fn address() -> String {
    let location = window().location();
    location.pathname().unwrap() + &location.search().unwrap()
}

fn set_address(path: &str) {
    let history = window().history().unwrap();
    history
        .replace_state_with_url(&JsValue::NULL, "", Some(path))
        .unwrap();
}

fn dispatch(element: &Element, event: &str) {
    let options = CustomEventInit::new();
    options.set_bubbles(true);
    let event = CustomEvent::new_with_event_init_dict(event, &options).unwrap();
    element.dispatch_event(&event).unwrap();
}
