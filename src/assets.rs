//! The only reader of the site's own static files. Sends no token, and no cookie with what it asks for itself.
//! Must not know what the files mean.

use futures::{
    future::{self, Either},
    pin_mut,
};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// The longest file that is read, in bytes.
const LONGEST: usize = 1_000_000;
/// How long a file may take, in milliseconds.
const TIME_LIMIT: u32 = 20_000;

/// Why a file could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssetError {
    /// The site has no such file (404 or 410).
    Missing,
    /// A page came instead: the site answers with its start page where the file is missing.
    Html,
    /// Another HTTP status.
    Status(u16),
    /// The file is empty or far too long.
    Unreadable,
    /// No answer: offline, the site is down, or longer than the time limit.
    NoAnswer,
}

/// What can be told of an answer without its body: its status and the headers of [`HEADERS`] that it has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
}

impl Look {
    /// A header's value, or nothing. The name is one of [`HEADERS`].
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(own, _)| *own == name);
        found.map_or("", |(_, value)| value)
    }
}

/// The headers that [`look`] looks for.
pub const HEADERS: [&str; 12] = [
    "age",
    "cache-control",
    "content-encoding",
    "content-security-policy",
    "content-type",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "date",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
];

/// Looks at how the server answers for a file of this site, past everything that the browser has kept. Nothing of the
/// file itself is read. `None` when no answer comes.
pub async fn look(path: &str) -> Option<Look> {
    let stopper = web_sys::AbortController::new().ok()?;
    let init = request(web_sys::RequestCache::NoStore);
    init.set_signal(Some(&stopper.signal()));
    let answer = answer(path, &init);
    pin_mut!(answer);
    let answered = future::select(answer, TimeoutFuture::new(TIME_LIMIT)).await;
    // Whatever is still to come is not wanted.
    stopper.abort();
    match answered {
        Either::Left((Ok(response), _)) => Some(seen(&response)),
        _ => None,
    }
}

/// The same for a text file that is read as well.
pub async fn look_and_read(path: &str) -> (Option<Look>, Result<String, AssetError>) {
    match fetched(path, &request(web_sys::RequestCache::NoStore)).await {
        Ok((look, body)) => (Some(look.clone()), judged(&look, body)),
        Err(_) => (None, Err(AssetError::NoAnswer)),
    }
}

/// Reads a text file of this site, such as `/vetted/config.json`; asks the server whether a cached one is still good.
///
/// # Errors
/// See [`AssetError`].
pub async fn read(path: &str) -> Result<String, AssetError> {
    read_with(path, &request(web_sys::RequestCache::NoCache)).await
}

/// The same for a file whose name follows its bytes, which the page links with their digest.
///
/// # Errors
/// See [`AssetError`]. Other bytes than those linked are no answer.
pub async fn read_linked(path: &str, integrity: Option<String>) -> Result<String, AssetError> {
    let init = request(web_sys::RequestCache::Default);
    if let Some(integrity) = integrity {
        init.set_integrity(&integrity);
    }
    read_with(path, &init).await
}

async fn read_with(path: &str, init: &web_sys::RequestInit) -> Result<String, AssetError> {
    let fetched = match asked_for(path) {
        Some(answer) => read_answer(answer).await,
        None => fetched(path, init).await,
    };
    let (look, body) = fetched.map_err(|_| AssetError::NoAnswer)?;
    judged(&look, body)
}

/// What an answer is worth.
fn judged(look: &Look, body: String) -> Result<String, AssetError> {
    let status = look.status;
    if matches!(status, 404 | 410) {
        return Err(AssetError::Missing);
    }
    if !(200..300).contains(&status) {
        return Err(AssetError::Status(status));
    }
    let says_html = look
        .header("content-type")
        .trim_start()
        .to_ascii_lowercase()
        .starts_with("text/html");
    if says_html
        || body
            .trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t'])
            .starts_with('<')
    {
        return Err(AssetError::Html);
    }
    if body.trim().is_empty() || body.len() > LONGEST {
        return Err(AssetError::Unreadable);
    }
    Ok(body)
}

/// The error is the browser's: no network, blocked, too slow.
async fn fetched(path: &str, init: &web_sys::RequestInit) -> Result<(Look, String), JsValue> {
    init.set_signal(Some(&web_sys::AbortSignal::timeout_with_u32(TIME_LIMIT)));
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    read_answer(window.fetch_with_str_and_init(path, init)).await
}

async fn read_answer(answer: Promise) -> Result<(Look, String), JsValue> {
    let response: web_sys::Response = JsFuture::from(answer).await?.dyn_into()?;
    let look = seen(&response);
    let body = JsFuture::from(response.text()?).await?;
    Ok((look, body.as_string().unwrap_or_default()))
}

/// What `early.js` and `boot.mjs` have asked for while the program was on its way, once.
fn asked_for(path: &str) -> Option<Promise> {
    let asked = Reflect::get(&web_sys::window()?.into(), &JsValue::from("vettedAsked")).ok()?;
    let asked: js_sys::Object = asked.dyn_into().ok()?;
    let answer = Reflect::get(&asked, &path.into()).ok()?.dyn_into().ok()?;
    let _ = Reflect::delete_property(&asked, &path.into());
    Some(answer)
}

/// What every request has.
fn request(cache: web_sys::RequestCache) -> web_sys::RequestInit {
    let init = web_sys::RequestInit::new();
    init.set_credentials(web_sys::RequestCredentials::Omit);
    init.set_mode(web_sys::RequestMode::SameOrigin);
    init.set_cache(cache);
    init
}

async fn answer(path: &str, init: &web_sys::RequestInit) -> Result<web_sys::Response, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let response = JsFuture::from(window.fetch_with_str_and_init(path, init)).await?;
    response.dyn_into()
}

fn seen(response: &web_sys::Response) -> Look {
    let headers = response.headers();
    let value = |name: &&'static str| Some((*name, headers.get(name).ok()??));
    Look {
        status: response.status(),
        headers: HEADERS.iter().filter_map(value).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, content_type: &str, body: &str) -> Result<String, AssetError> {
        let look = Look {
            status,
            headers: vec![("content-type", content_type.to_owned())],
        };
        judged(&look, body.to_owned())
    }

    #[test]
    fn a_text_is_given_as_it_is() {
        assert_eq!(
            read(200, "application/json", " {}\n"),
            Ok(" {}\n".to_owned())
        );
        assert_eq!(
            read(200, "", "{\"a\":\"<b>\"}"),
            Ok("{\"a\":\"<b>\"}".to_owned())
        );
    }

    #[test]
    fn a_missing_file_is_told_apart_from_a_broken_site() {
        assert_eq!(
            read(404, "text/html", "<h1>Not found</h1>"),
            Err(AssetError::Missing)
        );
        assert_eq!(read(410, "", ""), Err(AssetError::Missing));
        assert_eq!(
            read(503, "text/html", "<h1>Down</h1>"),
            Err(AssetError::Status(503))
        );
    }

    #[test]
    fn a_page_instead_of_a_file_is_recognised_by_its_type_or_its_text() {
        assert_eq!(
            read(200, "Text/HTML; charset=utf-8", "{}"),
            Err(AssetError::Html)
        );
        assert_eq!(
            read(200, "application/json", "\u{feff}\n<!doctype html>"),
            Err(AssetError::Html)
        );
    }

    #[test]
    fn an_empty_or_huge_file_is_unreadable() {
        assert_eq!(
            read(200, "application/json", " \n"),
            Err(AssetError::Unreadable)
        );
        assert_eq!(
            read(200, "application/json", &"1".repeat(LONGEST + 1)),
            Err(AssetError::Unreadable)
        );
    }
}
