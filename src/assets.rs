//! The only reader of the site's own static files. Sends no token and no cookie.
//! Must not know what the files mean.

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

/// Reads a text file of this site, such as `/vetted/config.json`; asks the server whether a cached one is still good.
///
/// # Errors
/// See [`AssetError`].
pub async fn read(path: &str) -> Result<String, AssetError> {
    let (status, content_type, body) = fetched(path).await.map_err(|_| AssetError::NoAnswer)?;
    judged(status, &content_type, body)
}

/// What an answer is worth.
fn judged(status: u16, content_type: &str, body: String) -> Result<String, AssetError> {
    if matches!(status, 404 | 410) {
        return Err(AssetError::Missing);
    }
    if !(200..300).contains(&status) {
        return Err(AssetError::Status(status));
    }
    let says_html = content_type
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
async fn fetched(path: &str) -> Result<(u16, String, String), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let init = web_sys::RequestInit::new();
    init.set_credentials(web_sys::RequestCredentials::Omit);
    init.set_mode(web_sys::RequestMode::SameOrigin);
    init.set_cache(web_sys::RequestCache::NoCache);
    init.set_signal(Some(&web_sys::AbortSignal::timeout_with_u32(TIME_LIMIT)));
    let response = JsFuture::from(window.fetch_with_str_and_init(path, &init)).await?;
    let response: web_sys::Response = response.dyn_into()?;
    let content_type = response.headers().get("Content-Type")?.unwrap_or_default();
    let body = JsFuture::from(response.text()?)
        .await?
        .as_string()
        .unwrap_or_default();
    Ok((response.status(), content_type, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, content_type: &str, body: &str) -> Result<String, AssetError> {
        judged(status, content_type, body.to_owned())
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
