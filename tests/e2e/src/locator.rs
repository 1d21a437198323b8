//! Finding things by role and accessible name, and doing with them what a person does.
//! Must not know the app's words.

use std::fmt;
use std::sync::Arc;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::error::{WebDriverError, WebDriverErrorInner};
use thirtyfour::session::handle::SessionHandle;
use thirtyfour::{ElementId, Key, RequestData, SessionId, WebElement};

use crate::driver::Engine;
use crate::wait::until;

pub(crate) const LOCATE: &str = include_str!("locate.js");

/// Puts the focus into a field and selects what it holds.
const SELECT: &str = "arguments[0].focus(); arguments[0].select();";

/// What an element is to assistive technology (WAI-ARIA roles, and the browser's own for a disclosure).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)] // each is what its name says
pub enum Role {
    Alert,
    Article,
    Banner,
    Button,
    Checkbox,
    Combobox,
    Contentinfo,
    Dialog,
    /// The line that opens `<details>`.
    #[serde(rename = "DisclosureTriangle")]
    Disclosure,
    Group,
    Heading,
    Link,
    List,
    Listitem,
    Main,
    Navigation,
    Option,
    Radio,
    Radiogroup,
    Region,
    Search,
    Searchbox,
    Status,
    Table,
    Textbox,
    Time,
    Timer,
}

/// One step of the way to an element.
#[derive(Clone, Debug, Serialize)]
struct Step {
    role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    starts: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<u8>,
}

/// What is known of an element at one moment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Facts {
    /// The accessible name.
    pub name: String,
    /// The text as it is rendered, on one line.
    pub text: String,
    /// A control's value.
    pub value: Option<String>,
    /// The words of a select's chosen option.
    pub chosen: Option<String>,
    /// Whether it cannot be used now.
    pub disabled: bool,
    /// Whether a box or a button of a group is on, or an option chosen.
    pub checked: bool,
    /// Whether it has the focus.
    pub focused: bool,
    /// Whether it is marked as wrong.
    pub invalid: bool,
    /// What describes it: hints, reasons, errors.
    pub description: String,
    /// Where a link leads, absolute.
    pub address: Option<String>,
    /// The exact moment of a `<time>`.
    pub moment: Option<String>,
    /// The width of its box, in CSS pixels.
    pub width: f64,
}

/// Something on the page, looked for anew each time it is used, so that it never goes stale.
#[derive(Clone)]
pub struct Locator {
    page: Arc<SessionHandle>,
    engine: Engine,
    steps: Vec<Step>,
}

/// Where things can be looked for: the page, or something on it.
pub trait Find {
    /// The place itself.
    fn place(&self) -> Locator;

    /// Everything with this role.
    fn all(&self, role: Role) -> Locator {
        self.place().inside(role, None, false, None)
    }
    /// What has this role and this accessible name.
    fn named(&self, role: Role, name: &str) -> Locator {
        self.place().inside(role, Some(name), false, None)
    }
    /// What has this role and a name that begins so.
    fn starting(&self, role: Role, name: &str) -> Locator {
        self.place().inside(role, Some(name), true, None)
    }
    /// A heading of any level.
    fn heading(&self, name: &str) -> Locator {
        self.named(Role::Heading, name)
    }
    /// The heading of level one.
    fn title(&self, name: &str) -> Locator {
        self.place()
            .inside(Role::Heading, Some(name), false, Some(1))
    }
    /// A button.
    fn button(&self, name: &str) -> Locator {
        self.named(Role::Button, name)
    }
    /// A link.
    fn link(&self, name: &str) -> Locator {
        self.named(Role::Link, name)
    }
    /// A line of text to fill in.
    fn textbox(&self, name: &str) -> Locator {
        self.named(Role::Textbox, name)
    }
    /// A native select.
    fn combobox(&self, name: &str) -> Locator {
        self.named(Role::Combobox, name)
    }
    /// One of a group of radio buttons.
    fn radio(&self, name: &str) -> Locator {
        self.named(Role::Radio, name)
    }
    /// An article, such as the card of a qualification.
    fn article(&self, name: &str) -> Locator {
        self.named(Role::Article, name)
    }
    /// A named part of the page.
    fn region(&self, name: &str) -> Locator {
        self.named(Role::Region, name)
    }
    /// A dialog.
    fn dialog(&self, name: &str) -> Locator {
        self.named(Role::Dialog, name)
    }
    /// What interrupts to tell of a problem.
    fn alert(&self) -> Locator {
        self.all(Role::Alert)
    }
    /// The region that says politely what happened.
    fn status(&self) -> Locator {
        self.all(Role::Status)
    }
}

impl Find for Locator {
    fn place(&self) -> Locator {
        self.clone()
    }
}

impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return f.write_str("the page");
        }
        for (index, step) in self.steps.iter().rev().enumerate() {
            if index > 0 {
                f.write_str(" in ")?;
            }
            write!(f, "{:?}", step.role)?;
            if let Some(name) = &step.name {
                write!(f, " {name:?}{}", if step.starts { "…" } else { "" })?;
            }
        }
        Ok(())
    }
}

impl Locator {
    /// The whole page.
    pub(crate) fn page(page: Arc<SessionHandle>, engine: Engine) -> Self {
        Self {
            page,
            engine,
            steps: Vec::new(),
        }
    }

    fn inside(mut self, role: Role, name: Option<&str>, starts: bool, level: Option<u8>) -> Self {
        self.steps.push(Step {
            role,
            name: name.map(str::to_owned),
            starts,
            level,
        });
        self
    }

    // Looking

    /// What is known of all that fits now; nothing while the page is changing.
    pub async fn now(&self) -> Vec<Facts> {
        let arguments = vec![json!(self.steps), json!("facts")];
        match self.page.execute(LOCATE, arguments).await {
            // Firefox, of a page that is going away.
            Ok(answer) if answer.json().is_null() => Vec::new(),
            Ok(answer) => answer.convert().expect("locate.js gives facts"),
            Err(error) if is_passing(&error) => Vec::new(),
            Err(error) => panic!("{self}: {error}"),
        }
    }

    /// Waits until exactly one fits and `accept` agrees, then gives what is known of it.
    pub async fn when(&self, what: &str, accept: impl Fn(&Facts) -> bool) -> Facts {
        until(&format!("{self} {what}"), async || {
            let found = self.now().await;
            match found.as_slice() {
                [one] if accept(one) => Ok(one.clone()),
                [one] => Err(format!("It is {one:?}")),
                [] => Err(format!("There is none. {}", self.surroundings().await)),
                several => Err(format!(
                    "There are {}: {:?}",
                    several.len(),
                    several.iter().map(|one| &one.name).collect::<Vec<_>>()
                )),
            }
        })
        .await
    }

    /// Waits until there is exactly one.
    pub async fn appears(&self) -> Facts {
        self.when("is there", |_| true).await
    }

    /// Waits until there is none.
    pub async fn is_gone(&self) {
        until(&format!("{self} is gone"), async || {
            let found = self.now().await;
            if found.is_empty() {
                Ok(())
            } else {
                Err(format!("There is {found:?}"))
            }
        })
        .await;
    }

    /// Waits until there are this many.
    pub async fn are(&self, count: usize) -> Vec<Facts> {
        until(&format!("there are {count} of {self}"), async || {
            let found = self.now().await;
            let names = || {
                found
                    .iter()
                    .map(|one| one.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            if found.len() == count {
                Ok(found)
            } else {
                Err(format!("There are {}: {}", found.len(), names()))
            }
        })
        .await
    }

    /// Waits until its text contains these words.
    pub async fn says(&self, words: &str) -> Facts {
        self.when(&format!("says {words:?}"), |facts| {
            facts.text.contains(words)
        })
        .await
    }

    /// Waits until there is one whose text does not contain these words.
    pub async fn does_not_say(&self, words: &str) -> Facts {
        self.when(&format!("does not say {words:?}"), |facts| {
            !facts.text.contains(words)
        })
        .await
    }

    /// Waits until it has the focus.
    pub async fn has_focus(&self) -> Facts {
        self.when("has the focus", |facts| facts.focused).await
    }

    /// Waits until it holds this value.
    pub async fn holds(&self, value: &str) -> Facts {
        self.when(&format!("holds {value:?}"), |facts| {
            facts.value.as_deref() == Some(value)
        })
        .await
    }

    /// The names of everything with the same role, for a message.
    async fn surroundings(&self) -> String {
        let Some(step) = self.steps.last() else {
            return String::new();
        };
        let all = Self::page(Arc::clone(&self.page), self.engine)
            .all(step.role)
            .now()
            .await;
        let names: Vec<_> = all.into_iter().map(|one| one.name).collect();
        let title = self.page.title().await.unwrap_or_default();
        format!(
            "On the page {title:?} there are, as {:?}: {names:?}",
            step.role
        )
    }

    // Doing

    /// Waits until it can be clicked, and clicks it.
    pub async fn click(&self) {
        let role = self.steps.last().map(|step| step.role);
        if matches!(role, Some(Role::Radio | Role::Checkbox)) {
            return self.tick().await;
        }
        self.act("can be clicked", async |element| element.click().await)
            .await;
    }

    /// Clicks where a radio button or a box is, until it is on. Its label may cover it, which to a person is the same.
    async fn tick(&self) {
        until(&format!("{self} can be ticked"), async || {
            let element = self.element().await?;
            let click = async {
                element.scroll_into_view().await?;
                let mouse = self.page.action_chain();
                mouse.click_element(&element).perform().await?;
                element.is_selected().await
            };
            match click.await {
                Ok(true) => Ok(()),
                Ok(false) => Err("It stays off".to_owned()),
                Err(error) if is_passing(&error) => Err(error.to_string()),
                Err(error) => panic!("{self}: {error}"),
            }
        })
        .await;
    }

    /// Clicks it if it is there and can be clicked at this moment; the error says why it cannot.
    pub async fn try_click(&self) -> Result<(), String> {
        let element = self.element().await?;
        let role = self.steps.last().map(|step| step.role);
        let clicked = if matches!(role, Some(Role::Radio | Role::Checkbox)) {
            // Its label may cover it.
            let mouse = self.page.action_chain();
            mouse.click_element(&element).perform().await
        } else {
            element.click().await
        };
        clicked.map_err(|error| error.to_string())
    }

    /// Replaces what a field holds by `text` if it is there at this moment; the error says why it cannot.
    pub async fn try_fill(&self, text: &str) -> Result<(), String> {
        let words = |error: WebDriverError| error.to_string();
        let element = self.element().await?.to_json().map_err(words)?;
        self.page
            .execute(SELECT, vec![element])
            .await
            .map_err(words)?;
        self.insert(text).await.map_err(words)
    }

    /// Two clicks in a row, as fast as a mouse makes them.
    pub async fn double_click(&self) {
        self.act("can be clicked twice", async |element| {
            element.scroll_into_view().await?;
            let mouse = self.page.action_chain();
            mouse.double_click_element(&element).perform().await
        })
        .await;
    }

    /// Replaces what a field holds by `text`, in one go as pasting does, so that any text can be entered.
    pub async fn fill(&self, text: &str) {
        self.select_content().await;
        if text.is_empty() {
            return self.press(Key::Delete).await;
        }
        let inserted = self.insert(text).await;
        inserted.unwrap_or_else(|error| panic!("{self} cannot be filled in: {error}"));
    }

    /// Replaces what a field holds by `text`, key by key.
    pub async fn type_in(&self, text: &str) {
        self.select_content().await;
        self.act("can be typed in", async |element| {
            element.send_keys(text).await
        })
        .await;
    }

    /// Presses a key on it.
    pub async fn press(&self, key: Key) {
        self.act("takes a key", async |element| {
            element.send_keys(key.clone()).await
        })
        .await;
    }

    /// Chooses the option with these words, or with words that begin so.
    pub async fn choose(&self, words: &str) {
        self.starting(Role::Option, words).click().await;
        self.when(&format!("has {words:?} chosen"), |facts| {
            facts
                .chosen
                .as_deref()
                .is_some_and(|chosen| chosen.starts_with(words))
        })
        .await;
    }

    async fn select_content(&self) {
        self.act("can be filled in", async |element| {
            let argument = element.to_json()?;
            self.page.execute(SELECT, vec![argument]).await.map(drop)
        })
        .await;
    }

    /// Finds the one element that fits, sees to it that the browser calls it the same, and does something with it;
    /// again while it is on the move.
    async fn act(
        &self,
        what: &str,
        action: impl AsyncFn(WebElement) -> Result<(), WebDriverError>,
    ) {
        until(&format!("{self} {what}"), async || {
            let element = self.element().await?;
            match action(element).await {
                Ok(()) => Ok(()),
                Err(error) if is_passing(&error) => Err(error.to_string()),
                Err(error) => panic!("{self}: {error}"),
            }
        })
        .await;
    }

    async fn element(&self) -> Result<WebElement, String> {
        let arguments = vec![json!(self.steps), json!("elements")];
        let found = self
            .page
            .execute(LOCATE, arguments)
            .await
            .and_then(|found| found.elements());
        let mut found = found.map_err(|error| error.to_string())?;
        let element = match found.len() {
            0 => return Err(format!("There is none. {}", self.surroundings().await)),
            1 => found.remove(0),
            several => return Err(format!("There are {several}")),
        };
        self.browser_agrees(&element).await?;
        Ok(element)
    }

    /// `locate.js` is quick but simple; what the browser tells assistive technology is what counts.
    async fn browser_agrees(&self, element: &WebElement) -> Result<(), String> {
        let Some(Step {
            role, name, starts, ..
        }) = self.steps.last()
        else {
            return Ok(());
        };
        let computed = async |what| {
            let answer = self.page.cmd(Computed(element.element_id(), what)).await;
            answer
                .and_then(|answer| answer.value::<String>())
                .map_err(|error| error.to_string())
        };
        let browsers_role = computed("computedrole").await?;
        let own_role = json!(role);
        // Firefox has no word for it.
        let nameless = self.engine == Engine::Firefox && *role == Role::Disclosure;
        // And it may not have looked yet at the options of a select that is closed.
        let closed = self.engine == Engine::Firefox && *role == Role::Option;
        let unseen = closed && browsers_role == "none";
        if Value::String(browsers_role.clone()) != own_role
            && !(nameless && browsers_role.is_empty())
            && !unseen
        {
            return Err(format!("To the browser it is a {browsers_role}"));
        }
        let Some(name) = name else { return Ok(()) };
        let browsers_name = squash(&computed("computedlabel").await?);
        let agrees = if *starts {
            browsers_name.starts_with(&squash(name))
        } else {
            browsers_name == squash(name)
        };
        if agrees || unseen && browsers_name.is_empty() {
            Ok(())
        } else {
            Err(format!("The browser calls it {browsers_name:?}"))
        }
    }

    /// Puts text in place of what is selected, in one go.
    async fn insert(&self, text: &str) -> Result<(), WebDriverError> {
        const INSERT: &str = "document.execCommand('insertText', false, arguments[0])";
        if self.engine == Engine::Firefox {
            return self.page.execute(INSERT, vec![text.into()]).await.map(drop);
        }
        thirtyfour::cdp::Cdp::new(Arc::clone(&self.page))
            .send_raw("Input.insertText", json!({ "text": text }))
            .await
            .map(drop)
    }
}

/// WebDriver's "get computed role" and "get computed label".
#[derive(Debug)]
struct Computed(ElementId, &'static str);

impl FormatRequestData for Computed {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(
            Method::GET,
            format!("/session/{session}/element/{}/{}", self.0, self.1),
        )
    }
}

/// Whether an error says no more than that the page is on the move.
pub(crate) fn is_passing(error: &WebDriverError) -> bool {
    let known = matches!(
        **error,
        WebDriverErrorInner::StaleElementReference(_)
            | WebDriverErrorInner::ElementClickIntercepted(_)
            | WebDriverErrorInner::ElementNotInteractable(_)
            | WebDriverErrorInner::NoSuchElement(_)
            | WebDriverErrorInner::JavascriptError(_)
    );
    // What the driver says when a page goes away while it is being asked.
    known
        || [
            "aborted by navigation",
            "execution context",
            "loader has changed",
            "Cannot find context",
            "no such execution",
        ]
        .iter()
        .any(|words| error.to_string().contains(words))
}

/// As in `locate.js`.
pub(crate) fn squash(text: &str) -> String {
    let visible: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{200b}' | '\u{2066}'..='\u{2069}'))
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}
