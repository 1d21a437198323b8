//! Where a token must never be, in one table: how each place is looked at, and how a test plants a token there to prove
//! that it would be found. Must not know the app, nor which test is running.
//!
//! Looked for are access, refresh and ID tokens, codes, and PKCE verifiers once they were sent. A token may be in the one
//! header of a call to Partner Center and in the form of a call to the token endpoint, and nowhere else. What a later
//! feature writes (a file, another kind of storage) is a row more in [`PLACES`].

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use thirtyfour::error::WebDriverResult;

use crate::driver::Engine;
use crate::world::World;

/// What every secret of the sandbox begins with, except a verifier, which the app makes up.
const MARKS: [&str; 5] = [
    "sbx-access-",
    "sbx-refresh-",
    "sbx-id-",
    "sbx-code-",
    // The first part of every JSON web token: `{"alg":`.
    "eyJhbGciO",
];

/// No secret of the sign-in protocol is shorter; an answer that a test makes up may be.
const SHORTEST: usize = 20;

/// What the authority of the sandbox remembers the person by. A browser sends cookies to every port of a host, so it is
/// seen beside the app too.
const COOKIE_OF_THE_SANDBOX: &str = "sandbox_session_";

/// The fields of a form of the token endpoint that are there to carry a secret.
const SECRET_FIELDS: [&str; 3] = ["code", "code_verifier", "refresh_token"];

/// How a place is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Look {
    /// In the page: a script that gives its text, or a promise of it.
    Page(&'static str),
    /// All cookies, also those that no script sees, of any path.
    Cookies,
    /// The address of every entry of the tab's history.
    History,
    /// What was written to the console since the last look.
    Console,
    /// Every file that was downloaded.
    Downloads,
    /// What every request since the last look carries of its own: address, headers, body.
    Requests,
}

/// A place where a token must never be.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// What it is called in a message.
    pub name: &'static str,
    look: Look,
    /// A script that puts its first argument there.
    pub plant: &'static str,
    /// A script that takes it away again.
    pub repair: &'static str,
}

impl Place {
    /// Whether this browser lets the tests look there. What arrives is looked at by the sandbox in any case.
    pub fn is_open_in(&self, engine: Engine) -> bool {
        engine == Engine::Chromium || !matches!(self.look, Look::History | Look::Requests)
    }
}

const fn place(name: &'static str, look: Look, plant: &'static str, repair: &'static str) -> Place {
    Place {
        name,
        look,
        plant,
        repair,
    }
}

/// Everything in every database: keys and values.
const INDEXED_DB: &str = "
    return (async () => {
      const asked = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const found = [];
      for (const { name } of await indexedDB.databases()) {
        const database = await asked(indexedDB.open(name));
        try {
          for (const store of database.objectStoreNames) {
            const records = database.transaction(store).objectStore(store);
            found.push(await asked(records.getAllKeys()), await asked(records.getAll()));
          }
        } finally {
          database.close();
        }
      }
      return JSON.stringify(found);
    })()";

/// Addresses, headers and bodies of every cache; there is none without a secure context.
const CACHES: &str = "
    return (async () => {
      const found = [];
      for (const name of globalThis.caches ? await caches.keys() : []) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
          const response = await cache.match(request);
          found.push(request.url, JSON.stringify([...request.headers, ...response.headers]), await response.text());
        }
      }
      return found.join(' ');
    })()";

const PLANT_IN_INDEXED_DB: &str = "
    return new Promise((resolve, reject) => {
      const request = indexedDB.open('canary');
      request.onupgradeneeded = () => request.result.createObjectStore('x').put({ deep: [arguments[0]] }, 1);
      request.onsuccess = () => resolve(request.result.close());
      request.onerror = () => reject(request.error);
    })";

/// The table.
pub const PLACES: [Place; 20] = [
    place(
        "local storage",
        Look::Page("return JSON.stringify({ ...localStorage })"),
        "localStorage.setItem('x', arguments[0])",
        "localStorage.removeItem('x')",
    ),
    place(
        "session storage",
        Look::Page("return JSON.stringify({ ...sessionStorage })"),
        "sessionStorage.setItem('x', arguments[0])",
        "sessionStorage.removeItem('x')",
    ),
    place(
        "IndexedDB",
        Look::Page(INDEXED_DB),
        PLANT_IN_INDEXED_DB,
        "return new Promise((resolve) => { indexedDB.deleteDatabase('canary').onsuccess = () => resolve() })",
    ),
    place(
        "cache storage",
        Look::Page(CACHES),
        "return caches.open('canary').then((cache) => cache.put('/x', new Response(arguments[0])))",
        "return caches.delete('canary')",
    ),
    place(
        "a cookie",
        Look::Cookies,
        "document.cookie = `x=${arguments[0]}; path=/`",
        "document.cookie = 'x=; path=/; max-age=0'",
    ),
    place(
        "the text of the page",
        Look::Page("return document.documentElement.textContent"),
        "const p = document.createElement('p'); p.id = 'x'; p.textContent = arguments[0]; document.body.append(p)",
        "document.getElementById('x').remove()",
    ),
    place(
        "an attribute",
        Look::Page(
            "return [...document.querySelectorAll('*')].flatMap((one) => [...one.attributes]).map((one) => one.value).join(' ')",
        ),
        "document.body.dataset.x = arguments[0]",
        "delete document.body.dataset.x",
    ),
    place(
        "a field",
        Look::Page(
            "return [...document.querySelectorAll('input, textarea, select, output')].map((field) => field.value).join(' ')",
        ),
        "const field = document.createElement('input'); field.id = 'x'; field.value = arguments[0]; document.body.append(field)",
        "document.getElementById('x').remove()",
    ),
    place(
        "the address",
        Look::Page("return location.href"),
        "history.replaceState(null, '', `/#code=${arguments[0]}`)",
        "history.replaceState(null, '', '/')",
    ),
    place(
        "the history",
        Look::History,
        "history.replaceState(null, '', `/?x=${arguments[0]}`); history.pushState(null, '', '/')",
        "return new Promise((resolve) => {
           addEventListener('popstate', () => { history.replaceState(null, '', '/'); resolve() }, { once: true });
           history.back();
         })",
    ),
    place(
        "the state of the history",
        Look::Page("return JSON.stringify(history.state ?? null)"),
        "history.replaceState({ x: arguments[0] }, '')",
        "history.replaceState(null, '')",
    ),
    place(
        "the name of the window",
        Look::Page("return window.name"),
        "window.name = arguments[0]",
        "window.name = ''",
    ),
    place(
        "the console",
        Look::Console,
        "console.debug('here is', arguments[0])",
        "",
    ),
    place(
        "the clipboard",
        Look::Page("return navigator.clipboard?.readText() ?? ''"),
        "return navigator.clipboard.writeText(arguments[0])",
        "return navigator.clipboard.writeText('nothing')",
    ),
    // What the app exports ends up here, and is looked at after the test that exported it.
    place(
        "a downloaded file",
        Look::Downloads,
        "const link = document.createElement('a');
         link.href = URL.createObjectURL(new Blob(['a,b\\n', arguments[0]]));
         link.download = 'canary.csv';
         link.click()",
        "",
    ),
    place(
        "a request: address",
        Look::Requests,
        "fetch(`/x?y=${arguments[0]}`)",
        "",
    ),
    place(
        "a request: header",
        Look::Requests,
        "fetch('/v1/customers', { headers: { 'MS-RequestId': arguments[0] } })",
        "",
    ),
    // The right header, but not of a call to Partner Center.
    place(
        "a request: header authorization",
        Look::Requests,
        "fetch('/config.json', { headers: { Authorization: `Bearer ${arguments[0]}` } })",
        "",
    ),
    place(
        "a request: body",
        Look::Requests,
        "fetch('/sandbox/csp-report', { method: 'POST', body: arguments[0] })",
        "",
    ),
    // A form of the token endpoint carries secrets, but not in any field.
    place(
        "a request: field scope",
        Look::Requests,
        "fetch('/x/token', { method: 'POST', body: new URLSearchParams({ scope: arguments[0] }) })",
        "",
    ),
];

/// Secrets that have no mark, as they were learned from the calls that may carry them.
#[derive(Debug, Default)]
pub(crate) struct Secrets(BTreeSet<String>);

impl Secrets {
    fn learn(&mut self, secret: &str) {
        let marked = MARKS.iter().any(|mark| secret.starts_with(mark));
        if secret.len() >= SHORTEST && !marked {
            self.0.insert(secret.to_owned());
        }
    }

    /// The beginning of the first secret in a text.
    fn find(&self, text: &str) -> Option<&str> {
        let marks = MARKS.into_iter().find(|mark| text.contains(mark));
        let learned = || self.0.iter().find(|secret| text.contains(*secret));
        marks.or_else(|| learned().map(|secret| &secret[..8]))
    }
}

/// A request as the browser's own log has it.
struct Sent {
    address: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Sent {
    /// Reads an entry of the log; nothing when it is about something else.
    fn read(entry: &str) -> Option<Self> {
        let entry: Value = serde_json::from_str(entry).ok()?;
        let event = &entry["message"];
        let request = match event["method"].as_str()? {
            "Network.requestWillBeSent" => &event["params"]["request"],
            // What goes over the wire, with the browser's own headers.
            "Network.requestWillBeSentExtraInfo" => &event["params"],
            "Network.webSocketFrameSent" => {
                return Some(Self {
                    address: String::new(),
                    headers: Vec::new(),
                    body: event["params"]["response"]["payloadData"].to_string(),
                });
            }
            _ => return None,
        };
        let headers = request["headers"].as_object().into_iter().flatten();
        Some(Self {
            address: text(&request["url"]),
            headers: headers
                .map(|(name, value)| (name.to_ascii_lowercase(), text(value)))
                .collect(),
            body: text(&request["postData"]),
        })
    }

    /// The same addresses for which the sandbox's journal makes exceptions.
    fn is_to_api(&self) -> bool {
        path_of(&self.address).contains("/v1/")
    }

    fn is_to_token_endpoint(&self) -> bool {
        path_of(&self.address).ends_with("/token")
    }

    fn fields(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.body.as_bytes())
            .into_owned()
            .collect()
    }

    /// The secrets that it carries where they belong.
    fn teach(&self, secrets: &mut Secrets) {
        if self.is_to_token_endpoint() {
            for (name, value) in self.fields() {
                if SECRET_FIELDS.contains(&name.as_str()) {
                    secrets.learn(&value);
                }
            }
        }
        if self.is_to_api() {
            for (_, value) in self
                .headers
                .iter()
                .filter(|(name, _)| name == "authorization")
            {
                secrets.learn(value.trim_start_matches("Bearer "));
            }
        }
    }

    /// Everything that must not hold a secret, with its name.
    fn parts(&self) -> Vec<(String, String)> {
        let mut parts = vec![("a request: address".to_owned(), self.address.clone())];
        for (name, value) in &self.headers {
            // The log of the wire names no address; the other one has this header as well.
            let on_the_wire = self.address.is_empty();
            let own = match name.as_str() {
                "authorization" => on_the_wire || self.is_to_api(),
                "cookie" => value.contains(COOKIE_OF_THE_SANDBOX),
                _ => false,
            };
            if !own {
                parts.push((format!("a request: header {name}"), value.clone()));
            }
        }
        if self.is_to_token_endpoint() {
            let fields = self.fields().into_iter();
            let others = fields.filter(|(name, _)| !SECRET_FIELDS.contains(&name.as_str()));
            parts.extend(others.map(|(name, value)| (format!("a request: field {name}"), value)));
        } else {
            parts.push(("a request: body".to_owned(), self.body.clone()));
        }
        parts
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn path_of(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}

impl World {
    /// Looks at every place of the table. `console` is what was written there since the last look.
    pub(crate) async fn leaks(&self, console: &[String]) -> WebDriverResult<Vec<String>> {
        let sent = self.sent().await?;
        self.learn(&sent);
        self.may_use_the_clipboard().await?;
        let mut leaks = self.seen_by_the_sandbox();
        let address = self.driver().current_url().await?;
        let is_ours = address.as_str().starts_with(self.site());
        for place in &PLACES {
            let texts = match place.look {
                // Elsewhere, the page is the authority's own.
                Look::Page(_) | Look::Cookies if !is_ours => continue,
                Look::Page(script) => vec![self.text_of(place, script).await?],
                Look::Cookies => self.cookies().await?,
                Look::History => self.own_history().await?,
                Look::Console => console.iter().map(|line| without_source(line)).collect(),
                Look::Downloads => downloads(self.downloads()),
                // Named by what they hold, all at once below.
                Look::Requests => continue,
            };
            let secrets = self.secrets.borrow();
            let found = texts.iter().find_map(|text| secrets.find(text));
            leaks.extend(found.map(|secret| format!("{}: {secret}…", place.name)));
        }
        let secrets = self.secrets.borrow();
        for (name, text) in sent.iter().flat_map(Sent::parts) {
            if let Some(secret) = secrets.find(&text) {
                leaks.push(format!("{name}: {secret}…"));
            }
        }
        Ok(leaks)
    }

    /// What no secret has to be known for: an answer of the authority that stayed in the history.
    pub(crate) async fn answers_in_the_history(&self) -> WebDriverResult<Vec<String>> {
        let own = self.own_history().await?.into_iter();
        // The list of what is followed has a `state` of its own.
        let carries = |address: &String| {
            address.contains("code=")
                || address.contains("state=") && !address.contains("/requests?state=")
        };
        Ok(own
            .filter(carries)
            .map(|address| format!("the history: {address}"))
            .collect())
    }

    /// Removes what was downloaded.
    pub fn clear_downloads(&self) {
        for file in fs::read_dir(self.downloads())
            .into_iter()
            .flatten()
            .flatten()
        {
            // What is gone already need not be removed.
            let _ = fs::remove_file(file.path());
        }
    }

    /// The forms that were sent to the token endpoint since the last look, with the secrets in them.
    ///
    /// # Panics
    /// When the browser does not tell.
    pub async fn token_forms(&self) -> Vec<Vec<(String, String)>> {
        let sent = self.sent().await.expect("the browser tells what it sent");
        self.learn(&sent);
        let forms = sent.iter().filter(|request| request.is_to_token_endpoint());
        forms.map(Sent::fields).collect()
    }

    /// Where the sandbox saw a token that does not belong there.
    fn seen_by_the_sandbox(&self) -> Vec<String> {
        let calls = self.partner_center.calls().into_iter();
        let seen = calls.flat_map(|call| {
            let places = call.token_seen_in.clone().into_iter();
            places.map(move |place| format!("{place} of {} {}", call.method, call.path))
        });
        seen.collect()
    }

    /// Asked for at each look, since it ends with the tab in which it was asked for.
    async fn may_use_the_clipboard(&self) -> WebDriverResult<()> {
        if self.engine() == Engine::Firefox {
            return Ok(());
        }
        for name in ["clipboard-read", "clipboard-write"] {
            let allowed = json!({ "permission": { "name": name }, "setting": "granted" });
            let cdp = self.driver().cdp();
            cdp.send_raw("Browser.setPermission", allowed).await?;
        }
        Ok(())
    }

    fn learn(&self, sent: &[Sent]) {
        let mut secrets = self.secrets.borrow_mut();
        sent.iter().for_each(|request| request.teach(&mut secrets));
        for call in self.partner_center.calls_to("POST", "/token") {
            if let Some(verifier) = call.body["code_verifier"].as_str() {
                secrets.learn(verifier);
            }
        }
    }

    async fn text_of(&self, place: &Place, script: &str) -> WebDriverResult<String> {
        let answer = self.driver().execute(script, vec![]).await?;
        let text = answer.json().as_str().map(str::to_owned);
        Ok(text.unwrap_or_else(|| panic!("{} gives no text", place.name)))
    }

    async fn cookies(&self) -> WebDriverResult<Vec<String>> {
        let all: Vec<(String, String)> = if self.engine() == Engine::Firefox {
            let cookies = self.driver().get_all_cookies().await?.into_iter();
            cookies.map(|cookie| (cookie.name, cookie.value)).collect()
        } else {
            // WebDriver gives only those for the path of the page.
            let stored = self
                .driver()
                .cdp()
                .send_raw("Storage.getCookies", ())
                .await?;
            let cookies = stored["cookies"].as_array().into_iter().flatten();
            cookies
                .map(|cookie| (text(&cookie["name"]), text(&cookie["value"])))
                .collect()
        };
        let ours = all
            .iter()
            .filter(|(name, _)| !name.starts_with(COOKIE_OF_THE_SANDBOX));
        Ok(ours
            .map(|(name, value)| format!("{name}={value}"))
            .collect())
    }

    /// The addresses of the history that are the site's own; the authority's carry what it was asked with.
    async fn own_history(&self) -> WebDriverResult<Vec<String>> {
        let mut history = self.history().await?;
        history.retain(|address| address.starts_with(self.site()));
        Ok(history)
    }

    /// Every request since the last look, as far as the browser tells.
    async fn sent(&self) -> WebDriverResult<Vec<Sent>> {
        if self.engine() == Engine::Firefox {
            // No such log there: what arrives is looked at by the sandbox.
            return Ok(Vec::new());
        }
        let log = self.driver().get_log("performance").await?;
        Ok(log
            .iter()
            .filter_map(|entry| Sent::read(&entry.message))
            .collect())
    }
}

/// A line of the console without the address of its source, which the browser puts before it. While the answer of the
/// authority is still in the address, that is the browser's to know.
fn without_source(line: &str) -> String {
    let (source, rest) = line.split_once(' ').unwrap_or(("", line));
    let is_address = source.starts_with("http://") || source.starts_with("https://");
    if is_address { rest } else { line }.to_owned()
}

/// The content of every file in a folder, however it is encoded.
fn downloads(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = files.filter_map(|file| fs::read(file.path()).ok());
    // Without the zeros UTF-16 reads as UTF-8 does.
    let text = |bytes: Vec<u8>| {
        bytes
            .into_iter()
            .filter(|byte| *byte != 0)
            .collect::<Vec<_>>()
    };
    bytes
        .map(|bytes| String::from_utf8_lossy(&text(bytes)).into_owned())
        .collect()
}
