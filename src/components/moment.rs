//! A moment in time: exact in the markup, in the person's zone on the screen.
//! Must not know what happened then.

use crate::i18n::date_time;
use leptos::prelude::*;

/// Shows a moment given in milliseconds since 1970-01-01 UTC.
#[component]
pub fn Moment(millis: f64) -> impl IntoView {
    let exact = String::from(js_sys::Date::new(&millis.into()).to_iso_string());
    view! { <time datetime=exact.clone() title=exact>{date_time(millis)}</time> }
}
