//! A moment in time: exact in the markup, in the person's zone on the screen.
//! Must not know what happened then.

use crate::i18n::{date, date_time};
use leptos::prelude::*;

/// Shows a moment given in milliseconds since 1970-01-01 UTC.
#[component]
pub fn Moment(
    millis: f64,
    /// Whether the day is enough; the exact time is in the markup all the same.
    #[prop(optional)]
    day: bool,
) -> impl IntoView {
    let words = move || match day {
        true => date(millis),
        false => date_time(millis),
    };
    let exact = String::from(js_sys::Date::new(&millis.into()).to_iso_string());
    view! { <time datetime=exact.clone() title=exact>{words}</time> }
}
