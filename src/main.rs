//! Mounts the app, and sees to it that a fault of its own is shown instead of leaving a frozen page.
//! Must not know anything else.

use leptos::prelude::*;
use std::panic::PanicHookInfo;
use vetted::app::App;
use vetted::routes;

fn main() {
    std::panic::set_hook(Box::new(show_panic));
    let base = document()
        .query_selector("meta[name=vetted-base]")
        .ok()
        .flatten()
        .and_then(|meta| meta.get_attribute("content"));
    routes::set_base(base.as_deref().unwrap_or("/"));
    mount_to_body(App);
}

/// Hands the message to `boot.mjs`, which shows it in a static panel: by then nothing of the app can be used.
fn show_panic(info: &PanicHookInfo<'_>) {
    console_error_panic_hook::hook(info);
    let message = info.to_string();
    let event = web_sys::CustomEventInit::new();
    event.set_detail(&message.into());
    if let Ok(event) = web_sys::CustomEvent::new_with_event_init_dict("vetted:panic", &event) {
        let _ = window().dispatch_event(&event);
    }
}
