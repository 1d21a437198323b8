//! What is kept in the tab's session storage besides the sign-in: drafts, and the words of refusals; and in the browser's
//! local storage what somebody prefers on this computer. Never a token.
//! Must not know what is kept.

use leptos::prelude::window;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Every key begins so; what a sign-out erases.
const PREFIX: &str = "vetted.kept.";
/// Every key of the app begins so, wherever it is.
const APP: &str = "vetted.";
/// How the app is displayed. `early.js` reads it too.
const DISPLAY: &str = "vetted.display.";

/// Reads what was kept under `key`; nothing when it is missing or was written by another version.
pub fn recall<T: DeserializeOwned>(key: &str) -> Option<T> {
    let text = store()?.get_item(&full(key)).ok()??;
    serde_json::from_str(&text).ok()
}

/// Keeps `value` under `key`. Where the browser refuses storage, the value lives as long as the page.
pub fn keep<T: Serialize>(key: &str, value: &T) {
    if let (Some(store), Ok(text)) = (store(), serde_json::to_string(value)) {
        let _ = store.set_item(&full(key), &text);
    }
}

/// Forgets what was kept under `key`.
pub fn forget(key: &str) {
    if let Some(store) = store() {
        let _ = store.remove_item(&full(key));
    }
}

/// Says whose it is that is kept here. What somebody else left in this tab is forgotten.
pub fn belongs_to(owner: &str) {
    const OWNER: &str = "owner";
    if recall::<String>(OWNER).is_some_and(|kept| kept != owner) {
        forget_all();
    }
    keep(OWNER, &owner);
}

/// Forgets everything kept here.
pub fn forget_all() {
    for key in keys() {
        forget(&key);
    }
}

/// What somebody prefers on this computer.
pub fn preference(what: &str) -> Option<String> {
    let store = window().local_storage().ok().flatten()?;
    store.get_item(&format!("{APP}{what}")).ok()?
}

/// Keeps what somebody prefers on this computer, or that it is nothing in particular. Where the browser refuses storage,
/// it lives as long as the page.
pub fn prefer(what: &str, value: Option<&str>) {
    if let Ok(Some(store)) = window().local_storage() {
        let key = format!("{APP}{what}");
        let _ = match value {
            Some(value) => store.set_item(&key, value),
            None => store.remove_item(&key),
        };
    }
}

/// Erases what the app keeps on the computer beyond the tab, but for how it is displayed, which says nothing of anybody.
/// Other applications may live on the same origin.
pub fn erase_history() {
    let told = |key: &&String| key.starts_with(APP) && !key.starts_with(DISPLAY);
    if let Ok(Some(store)) = window().local_storage() {
        for key in keys_of(&store).iter().filter(told) {
            let _ = store.remove_item(key);
        }
    }
}

/// The keys under which something is kept.
pub fn keys() -> Vec<String> {
    let all = store().map(|store| keys_of(&store)).unwrap_or_default();
    all.into_iter()
        .filter_map(|key| key.strip_prefix(PREFIX).map(str::to_owned))
        .collect()
}

fn keys_of(store: &web_sys::Storage) -> Vec<String> {
    let count = store.length().unwrap_or(0);
    (0..count)
        .filter_map(|index| store.key(index).ok()?)
        .collect()
}

fn full(key: &str) -> String {
    format!("{PREFIX}{key}")
}

fn store() -> Option<web_sys::Storage> {
    window().session_storage().ok()?
}
