//! Where the person is in the app: following the address, and changing it without loading a page.
//! Must not know which addresses there are.

use crate::routes::Route;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

/// An address, part by part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Parts {
    /// Without what stands for letters, such as `%20`.
    path: String,
    search: String,
    hash: String,
}

impl Parts {
    /// Where the browser is now.
    fn now() -> Self {
        let location = window().location();
        let path = location.pathname().unwrap_or_default();
        let decoded = js_sys::decode_uri_component(&path);
        Self {
            path: decoded.map_or(path, String::from),
            search: location.search().unwrap_or_default(),
            hash: location.hash().unwrap_or_default(),
        }
    }
}

/// The address of the app in the browser. Found in the context.
#[derive(Clone, Copy)]
pub struct Location(RwSignal<Parts>);

impl Location {
    /// Follows the address from now on, Back and Forward. It belongs to the reactive owner that asks for it, and stops with
    /// it.
    pub fn follow() -> Self {
        let here = Self(RwSignal::new(Parts::now()));
        let moved = window_event_listener(ev::popstate, move |_| here.look());
        on_cleanup(move || moved.remove());
        here
    }

    /// Follows links to the app as well, as long as the reactive owner is there that asks for it: where its pages are.
    pub fn take_links(self) {
        let clicked = window_event_listener(ev::click, move |event| {
            if let Some(href) = followed(&event) {
                event.prevent_default();
                self.go(&href, false);
            }
        });
        on_cleanup(move || clicked.remove());
    }

    /// The location of this app.
    pub fn get() -> Self {
        expect_context()
    }

    /// The path, base included, decoded.
    pub fn path(self) -> String {
        self.0.with(|parts| parts.path.clone())
    }

    /// The query as it is written, with its question mark.
    pub fn search(self) -> String {
        self.0.with(|parts| parts.search.clone())
    }

    /// The query now. Does not make a view follow it.
    pub fn search_now(self) -> String {
        self.0.with_untracked(|parts| parts.search.clone())
    }

    /// The fragment now, with its number sign. Does not make a view follow it.
    pub fn hash_now(self) -> String {
        self.0.with_untracked(|parts| parts.hash.clone())
    }

    /// Goes to an address; Back comes back.
    pub fn to(self, route: &Route) {
        self.go(&route.href(), false);
    }

    /// Goes to an address in place of where the person is: Back does not come here again.
    pub fn instead(self, route: &Route) {
        self.go(&route.href(), true);
    }

    fn go(self, href: &str, replace: bool) {
        let before = self.0.with_untracked(|parts| parts.path.clone());
        let location = window().location();
        // As a browser does it: a link to where the person is leaves nothing to go back to.
        let same = location.href().is_ok_and(|here| {
            web_sys::Url::new_with_base(href, &here).is_ok_and(|there| there.href() == here)
        });
        let changed = window().history().and_then(|history| {
            if replace || same {
                history.replace_state_with_url(&JsValue::NULL, "", Some(href))
            } else {
                history.push_state_with_url(&JsValue::NULL, "", Some(href))
            }
        });
        match changed {
            Ok(()) => {
                self.look();
                // Another part of the same page is no other page.
                if self.0.with_untracked(|parts| parts.path != before) {
                    window().scroll_to_with_x_and_y(0.0, 0.0);
                }
            }
            // A browser allows only so many changes in a short time.
            Err(_) => drop(location.assign(href)),
        }
    }

    fn look(self) {
        self.0.try_set(Parts::now());
    }
}

/// Where a click leads within the app; `None` when it is the browser's to follow.
fn followed(event: &MouseEvent) -> Option<String> {
    let plain = event.button() == 0
        && !(event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key());
    if event.default_prevented() || !plain {
        return None;
    }
    let clicked: Element = event.target()?.dyn_into().ok()?;
    let link = clicked.closest("a[href]").ok()??;
    let link: HtmlAnchorElement = link.dyn_into().ok()?;
    let elsewhere = !link.target().is_empty()
        || link.has_attribute("download")
        || link.rel().split_whitespace().any(|word| word == "external")
        || link.origin() != window().location().origin().ok()?
        || !crate::routes::is_ours(&link.pathname());
    (!elsewhere).then(|| link.href())
}
