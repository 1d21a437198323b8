//! What there is before anybody has signed in: the sign-in itself, and whose it is. Found in the context.
//! Must not know what comes after it.

use crate::auth::Auth;
use crate::config::Tenant;
use crate::routes;
use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// The way in; a small handle, copied freely.
#[derive(Clone, Copy)]
pub struct Entrance {
    auth: StoredValue<Auth, LocalStorage>,
    /// Whether this is the sandbox, where nothing is real.
    pub sandbox: bool,
}

impl Entrance {
    /// The way in for one tenant. It belongs to the reactive owner that makes it.
    pub fn new(tenant: &Tenant) -> Self {
        let auth = Auth::new(tenant, &format!("{}/", routes::base()));
        Self {
            auth: StoredValue::new_local(auth),
            sandbox: tenant.is_sandbox(),
        }
    }

    /// The way in of this page.
    pub fn get() -> Self {
        expect_context()
    }

    /// Whether *Sign in* was pressed on the page that stood here before (`boot.mjs`). Only the first who asks learns it.
    pub fn was_asked_for() -> bool {
        let (page, press) = (window(), JsValue::from("vettedPressed"));
        let pressed = Reflect::get(&page, &press).is_ok_and(|it| it.is_truthy());
        pressed && Reflect::delete_property(&page, &press).is_ok()
    }

    /// The sign-in.
    pub fn auth(&self) -> Auth {
        self.auth.get_value()
    }
}
