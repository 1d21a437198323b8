//! Notifications on the person's desktop, through the browser.
//! Must not know what is told.

use leptos::prelude::window;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission};

/// Whether the browser has any; some have none, and none outside secure contexts.
pub fn supported() -> bool {
    js_sys::Reflect::has(&window(), &"Notification".into()).unwrap_or(false)
}

/// Whether the person lets this site show them.
pub fn allowed() -> bool {
    supported() && Notification::permission() == NotificationPermission::Granted
}

/// Has the browser ask the person. Says whether they allow it; a browser that was told never to ask says no at once.
pub async fn ask() -> bool {
    let Ok(asked) = Notification::request_permission() else {
        return false;
    };
    let answer = JsFuture::from(asked).await;
    answer.is_ok_and(|answer| answer == "granted")
}

/// Shows one in place of the one before. Where the browser does not let a page do it, nothing appears.
pub fn show(title: &str, body: &str) {
    let options = NotificationOptions::new();
    options.set_tag("vetted");
    options.set_body(body);
    let _ = Notification::new_with_options(title, &options);
}
