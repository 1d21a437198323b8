//! The browser as sign-in needs it: address, storage, randomness, clocks, requests. Thin, so that the rest runs in native tests.
//! Must not know OAuth 2.0.

use super::error::BODY_LIMIT;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Every key of session storage that sign-in uses starts with this.
pub(super) const KEYS: &str = "vetted.auth.";
/// How long an answer of the authority may take, in milliseconds.
const TIME_LIMIT: u32 = 20_000;
/// How often the idle limit is looked at, in milliseconds.
const TICK: i32 = 1_000;

/// The parts of the page's address.
#[derive(Clone, Default)]
pub(super) struct Address {
    /// Scheme, host and port.
    pub(super) origin: String,
    pub(super) path: String,
    /// With its `?`, or empty.
    pub(super) query: String,
    /// With its `#`, or empty.
    pub(super) fragment: String,
}

/// Why a request gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// No answer.
    NoAnswer,
    /// An answer longer than [`BODY_LIMIT`].
    TooLarge,
}

/// What happened to the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wake {
    /// A second passed, or the tab is looked at again.
    Tick,
    /// The person went back, and the browser brought this page back as it was when it left.
    Restored,
}

/// What sign-in asks of the browser.
pub(super) trait Browser {
    fn address(&self) -> Address;
    /// Puts a path into the address and into the history instead of what is there.
    fn replace_address(&self, path: &str);
    /// Leaves the page. `silently` leaves no entry in the history.
    fn leave_for(&self, url: &str, silently: bool);
    /// Loads anew what the history has here.
    fn reload(&self);
    /// Session storage; `None` also when it is blocked.
    fn stored(&self, key: &str) -> Option<String>;
    /// Whether it worked.
    fn store(&self, key: &str, value: &str) -> bool;
    fn forget(&self, key: &str);
    /// Forgets everything under [`KEYS`].
    fn forget_all(&self);
    /// `None` without cryptography.
    fn random(&self) -> Option<[u8; 32]>;
    /// `None` without cryptography.
    fn sha256(&self, text: &str) -> LocalBoxFuture<'static, Option<Vec<u8>>>;
    /// GET, or POST when there is a form. No cookies, no redirects, no cache. Gives status and body.
    fn fetch(
        &self,
        url: &str,
        form: Option<String>,
    ) -> LocalBoxFuture<'static, Result<(u16, String), Failure>>;
    /// Milliseconds since some moment: the monotonic clock, and since 1970: the wall clock.
    fn clocks(&self) -> (f64, f64);
    /// Runs a future to its end, whoever waits for it.
    fn spawn(&self, future: LocalBoxFuture<'static, ()>);
    /// Calls back once a second and whenever the page comes to the fore, as long as the page lives.
    fn watch(&self, on_wake: Box<dyn Fn(Wake)>);
}

/// The real one.
pub(super) struct Page;

fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

fn storage() -> Option<web_sys::Storage> {
    window()?.session_storage().ok().flatten()
}

/// Where `boot.mjs` puts what a sign-in has brought back, before anything else happens on the page.
const ANSWER: &str = "vettedAnswer";

/// `search` or `hash` of the address as it was, while nobody has taken it.
fn put_aside(part: &str) -> Option<String> {
    let window = window()?;
    let answer = Reflect::get(&window, &JsValue::from(ANSWER)).ok()?;
    // Undefined has no parts.
    Reflect::get(&answer, &JsValue::from(part))
        .ok()?
        .as_string()
}

impl Browser for Page {
    fn address(&self) -> Address {
        let Some(location) = window().map(|w| w.location()) else {
            return Address::default();
        };
        let part = put_aside;
        Address {
            origin: location.origin().unwrap_or_default(),
            path: location.pathname().unwrap_or_default(),
            query: part("search").unwrap_or_else(|| location.search().unwrap_or_default()),
            fragment: part("hash").unwrap_or_else(|| location.hash().unwrap_or_default()),
        }
    }

    fn replace_address(&self, path: &str) {
        let Some(window) = window() else {
            return;
        };
        if let Ok(history) = window.history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(path));
        }
        let _ = Reflect::delete_property(&window, &JsValue::from(ANSWER));
    }

    fn leave_for(&self, url: &str, silently: bool) {
        if let Some(location) = window().map(|w| w.location()) {
            let _ = if silently {
                location.replace(url)
            } else {
                location.assign(url)
            };
        }
    }

    fn reload(&self) {
        if let Some(window) = window() {
            let _ = window.location().reload();
        }
    }

    fn stored(&self, key: &str) -> Option<String> {
        storage()?.get_item(key).ok().flatten()
    }

    fn store(&self, key: &str, value: &str) -> bool {
        storage().is_some_and(|s| s.set_item(key, value).is_ok())
    }

    fn forget(&self, key: &str) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(key);
        }
    }

    fn forget_all(&self) {
        let Some(storage) = storage() else { return };
        let count = storage.length().unwrap_or_default();
        let keys: Vec<String> = (0..count)
            .filter_map(|i| storage.key(i).ok().flatten())
            .collect();
        for key in keys.iter().filter(|key| key.starts_with(KEYS)) {
            let _ = storage.remove_item(key);
        }
    }

    fn random(&self) -> Option<[u8; 32]> {
        let mut bytes = [0; 32];
        window()?
            .crypto()
            .ok()?
            .get_random_values_with_u8_array(&mut bytes)
            .ok()?;
        Some(bytes)
    }

    fn sha256(&self, text: &str) -> LocalBoxFuture<'static, Option<Vec<u8>>> {
        let text = text.as_bytes().to_vec();
        async move {
            let crypto = window()?.crypto().ok()?;
            // Not there without a secure context, whatever the type says.
            let subtle: JsValue = crypto.subtle().into();
            let subtle: web_sys::SubtleCrypto = subtle.dyn_into().ok()?;
            let digest = subtle.digest_with_str_and_u8_array("SHA-256", &text).ok()?;
            let buffer = JsFuture::from(digest).await.ok()?;
            Some(js_sys::Uint8Array::new(&buffer).to_vec())
        }
        .boxed_local()
    }

    fn fetch(
        &self,
        url: &str,
        form: Option<String>,
    ) -> LocalBoxFuture<'static, Result<(u16, String), Failure>> {
        let url = url.to_owned();
        async move { fetched(&url, form).await.unwrap_or(Err(Failure::NoAnswer)) }.boxed_local()
    }

    fn clocks(&self) -> (f64, f64) {
        let monotonic = window().and_then(|w| w.performance()).map(|p| p.now());
        (monotonic.unwrap_or_default(), js_sys::Date::now())
    }

    fn spawn(&self, future: LocalBoxFuture<'static, ()>) {
        wasm_bindgen_futures::spawn_local(future);
    }

    fn watch(&self, on_wake: Box<dyn Fn(Wake)>) {
        let Some(window) = window() else { return };
        // For the life of the page: a page has one session, and the callback does not keep a dropped one alive.
        let callback = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let persisted = js_sys::Reflect::get(&event, &"persisted".into());
            let restored = persisted.is_ok_and(|p| p.is_truthy());
            on_wake(if restored { Wake::Restored } else { Wake::Tick });
        });
        let function: &js_sys::Function = callback.as_ref().unchecked_ref();
        let _ = window.set_interval_with_callback_and_timeout_and_arguments_0(function, TICK);
        let _ = window.add_event_listener_with_callback("pageshow", function);
        if let Some(document) = window.document() {
            let _ = document.add_event_listener_with_callback("visibilitychange", function);
        }
        callback.forget();
    }
}

/// Whether anything answers there, readable or not.
pub(super) async fn answers_at_all(url: &str) -> bool {
    let Some(window) = window() else { return false };
    let init = request();
    init.set_mode(web_sys::RequestMode::NoCors);
    // What may not be read may not be refused for its redirect either.
    init.set_redirect(web_sys::RequestRedirect::Follow);
    JsFuture::from(window.fetch_with_str_and_init(url, &init))
        .await
        .is_ok()
}

/// What every request has.
fn request() -> web_sys::RequestInit {
    let init = web_sys::RequestInit::new();
    init.set_credentials(web_sys::RequestCredentials::Omit);
    init.set_redirect(web_sys::RequestRedirect::Error);
    init.set_cache(web_sys::RequestCache::NoStore);
    init.set_referrer_policy(web_sys::ReferrerPolicy::NoReferrer);
    init.set_signal(Some(&web_sys::AbortSignal::timeout_with_u32(TIME_LIMIT)));
    init
}

/// The outer error is the browser's: no network, blocked, refused across origins, redirected, too slow.
async fn fetched(
    url: &str,
    form: Option<String>,
) -> Result<Result<(u16, String), Failure>, JsValue> {
    let window = window().ok_or(JsValue::NULL)?;
    let init = request();
    let headers = web_sys::Headers::new()?;
    headers.set("Accept", "application/json")?;
    if let Some(form) = form {
        init.set_method("POST");
        init.set_body(&form.into());
        headers.set("Content-Type", "application/x-www-form-urlencoded")?;
    }
    init.set_headers(&headers);
    let response = JsFuture::from(window.fetch_with_str_and_init(url, &init)).await?;
    let response: web_sys::Response = response.dyn_into()?;
    let body = body_of(&response).await?;
    Ok(match body {
        Some(body) => Ok((response.status(), body)),
        None => Err(Failure::TooLarge),
    })
}

/// Reads a body piece by piece; `None` when it goes on beyond [`BODY_LIMIT`]. What it announces of its length may be
/// missing or wrong.
async fn body_of(response: &web_sys::Response) -> Result<Option<String>, JsValue> {
    let Some(stream) = response.body() else {
        return Ok(Some(String::new()));
    };
    let reader: web_sys::ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let piece = JsFuture::from(reader.read()).await?;
        if js_sys::Reflect::get(&piece, &"done".into())?.is_truthy() {
            break;
        }
        let piece = js_sys::Uint8Array::new(&js_sys::Reflect::get(&piece, &"value".into())?);
        bytes.extend(piece.to_vec());
        if bytes.len() > BODY_LIMIT {
            // Ends the connection; how that goes changes nothing.
            let _ = reader.cancel();
            return Ok(None);
        }
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::pkce;
    use super::super::pkce::tests::{CHALLENGE, RANDOM, VERIFIER};
    use super::*;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    async fn rfc_7636_appendix_b_from_octets_to_challenge() {
        let verifier = pkce::secret(&RANDOM);
        assert_eq!(verifier, VERIFIER);
        let digest = Page.sha256(&verifier).await.unwrap();
        assert_eq!(pkce::challenge(&digest), CHALLENGE);
    }

    #[wasm_bindgen_test]
    fn random_bytes_differ() {
        assert_ne!(Page.random().unwrap(), Page.random().unwrap());
    }

    #[wasm_bindgen_test]
    fn forgetting_everything_leaves_what_others_keep() {
        let (ours, others) = (format!("{KEYS}test"), "vetted.test-of-another");
        assert!(Page.store(&ours, "1") && Page.store(others, "2"));
        Page.forget_all();
        assert_eq!(Page.stored(&ours), None);
        assert_eq!(Page.stored(others).as_deref(), Some("2"));
        Page.forget(others);
    }

    #[wasm_bindgen_test]
    fn a_replaced_address_leaves_no_trace_in_the_history() {
        let (before, length) = (
            Page.address(),
            web_sys::window()
                .unwrap()
                .history()
                .unwrap()
                .length()
                .unwrap(),
        );
        Page.replace_address("/somewhere?code=1#state=2");
        assert_eq!(Page.address().query, "?code=1");
        Page.replace_address(&format!(
            "{}{}{}",
            before.path, before.query, before.fragment
        ));
        assert_eq!(Page.address().path, before.path);
        assert_eq!(
            web_sys::window()
                .unwrap()
                .history()
                .unwrap()
                .length()
                .unwrap(),
            length
        );
    }

    #[wasm_bindgen_test]
    async fn a_request_that_nobody_answers_is_no_answer() {
        // Port 9 discards; browsers refuse to ask it at all.
        assert_eq!(
            Page.fetch("http://127.0.0.1:9/", None).await,
            Err(Failure::NoAnswer)
        );
    }
}
