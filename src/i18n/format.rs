//! Dates, times and numbers as the person's language writes them, through the browser's `Intl`.
//! Must not know what they are dates of.

use std::cell::RefCell;
use std::collections::HashMap;

use super::{Language, language};
use js_sys::{Array, Date, Intl, Object, Reflect};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;

/// A moment as date and time, in the person's time zone: "5 Mar 2024, 11:37".
///
/// `millis` counts from 1970-01-01 UTC.
pub fn date_time(millis: f64) -> String {
    format_date(millis, Style::Moment)
}

/// The day of a moment in the person's time zone: "5 Mar 2024".
pub fn date(millis: f64) -> String {
    format_date(millis, Style::Day)
}

/// How long ago a moment was: "3 minutes ago", "yesterday". `None` when it is only just past, or in the future.
pub fn relative(millis: f64, now: f64) -> Option<String> {
    let (count, unit) = relative_parts((now - millis) / 1000.0)?;
    Some(relative_time().format(-count, unit).into())
}

/// In how long a moment will be: "in 3 minutes", "tomorrow". `None` when it is only just ahead, or in the past.
pub fn ahead(millis: f64, now: f64) -> Option<String> {
    let (count, unit) = relative_parts((millis - now) / 1000.0)?;
    Some(relative_time().format(count, unit).into())
}

/// Several things in a row, as the language writes them: "a, b, c", "a, b und c".
pub fn listed(items: impl IntoIterator<Item = String>) -> String {
    #[cfg(not(target_arch = "wasm32"))]
    return items.into_iter().collect::<Vec<_>>().join(", ");
    #[cfg(target_arch = "wasm32")]
    {
        let items: Array = items.into_iter().map(JsValue::from).collect();
        let in_a_row = Intl::ListFormatOptions::new();
        in_a_row.set_type(Intl::ListFormatType::Conjunction);
        // The longer styles put an "and" where commas alone do: English, Swedish, Turkish.
        in_a_row.set_style(Intl::ListFormatStyle::Narrow);
        Intl::ListFormat::new(&locales(), &in_a_row)
            .format(&items)
            .into()
    }
}

/// The place of each name among them, in the order of the language; the same for names that are alike.
pub fn in_order(names: &[&str]) -> Vec<usize> {
    let mut sorted: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    #[cfg(not(target_arch = "wasm32"))]
    sorted.sort();
    #[cfg(target_arch = "wasm32")]
    {
        // One call for all of them: each comparison would carry two names over the border.
        let all: Array = sorted.iter().map(|name| JsValue::from_str(name)).collect();
        let compare = Intl::Collator::new(&locales(), &Object::new()).compare();
        if let Ok(sort) = Reflect::get(&all, &"sort".into()) {
            let _ = sort
                .unchecked_into::<js_sys::Function>()
                .call1(&all, &compare);
        }
        sorted = all.iter().filter_map(|name| name.as_string()).collect();
    }
    let mut places = HashMap::new();
    for (place, name) in sorted.iter().enumerate() {
        places.entry(name.as_str()).or_insert(place);
    }
    let place = |name: &&str| places.get(*name).copied().unwrap_or_default();
    names.iter().map(place).collect()
}

/// How long something lasts: "3 minutes". `unit` is one of `Intl`: `second`, `minute`.
pub fn lasting(count: f64, unit: &str) -> String {
    #[cfg(not(target_arch = "wasm32"))]
    return format!("{count} {unit}");
    #[cfg(target_arch = "wasm32")]
    {
        let unit_in_words = Intl::NumberFormatOptions::new();
        unit_in_words.set_style(Intl::NumberFormatStyle::Unit);
        unit_in_words.set_unit(unit);
        unit_in_words.set_unit_display(Intl::UnitDisplay::Long);
        let write = Intl::NumberFormat::new(&locales(), &unit_in_words).format();
        let text = write.call1(&JsValue::UNDEFINED, &JsValue::from_f64(count));
        text.ok()
            .and_then(|text| text.as_string())
            .unwrap_or_default()
    }
}

/// A whole number with the language's separators.
pub(super) fn number(n: usize) -> String {
    #[cfg(not(target_arch = "wasm32"))]
    return n.to_string();
    #[cfg(target_arch = "wasm32")]
    {
        let format = Intl::NumberFormat::new(&locales(), &Object::new());
        let write = format.format();
        write
            .call1(&JsValue::UNDEFINED, &JsValue::from_f64(n as f64))
            .ok()
            .and_then(|text| text.as_string())
            .unwrap_or_else(|| n.to_string())
    }
}

/// How a date is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Style {
    Day,
    Moment,
}

impl Style {
    /// As `Intl` takes it.
    fn options(self) -> Object {
        match self {
            Self::Day => options(&[("dateStyle", "medium")]),
            Self::Moment => options(&[("dateStyle", "medium"), ("timeStyle", "short")]),
        }
    }
}

thread_local! {
    /// Making one takes the browser longer than writing a hundred dates with it.
    static DATES: RefCell<HashMap<(String, Style, i32), Intl::DateTimeFormat>> = RefCell::default();
    static TIMES: RefCell<HashMap<String, Intl::RelativeTimeFormat>> = RefCell::default();
}

fn relative_time() -> Intl::RelativeTimeFormat {
    let locales = locales();
    TIMES.with_borrow_mut(|made| {
        let make = || Intl::RelativeTimeFormat::new(&locales, &options(&[("numeric", "auto")]));
        let key = String::from(locales.to_string());
        made.entry(key).or_insert_with(make).clone()
    })
}

fn format_date(millis: f64, style: Style) -> String {
    let locales = locales();
    let format = DATES.with_borrow_mut(|made| {
        let make = || Intl::DateTimeFormat::new(&locales, &style.options());
        // Whoever travels takes the computer along.
        let zone = Date::new_0().get_timezone_offset() as i32;
        let key = (String::from(locales.to_string()), style, zone);
        made.entry(key).or_insert_with(make).clone()
    });
    let date = Date::new(&JsValue::from_f64(millis));
    format
        .format()
        .call1(&JsValue::UNDEFINED, &date)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// Seconds as the largest unit that fits: a count and the unit's `Intl` name. Nothing below ten seconds.
fn relative_parts(seconds: f64) -> Option<(f64, &'static str)> {
    const MINUTE: f64 = 60.0;
    const HOUR: f64 = 3600.0;
    const DAY: f64 = 86_400.0;
    Some(match seconds {
        s if s < 10.0 => return None,
        s if s < MINUTE => (s.floor(), "second"),
        s if s < HOUR => ((s / MINUTE).floor(), "minute"),
        s if s < DAY => ((s / HOUR).floor(), "hour"),
        s => ((s / DAY).floor(), "day"),
    })
}

/// The browser's languages that are the one spoken, then that one: "en-GB" keeps its dates.
fn locales() -> Array {
    let spoken = language();
    let chosen = Array::new();
    if let Some(window) = web_sys::window() {
        for tag in window.navigator().languages() {
            if tag
                .as_string()
                .is_some_and(|tag| Language::of_tag(&tag) == Some(spoken))
            {
                chosen.push(&tag);
            }
        }
    }
    chosen.push(&JsValue::from_str(spoken.tag()));
    chosen
}

fn options(entries: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (key, value) in entries {
        let _ = Reflect::set(&object, &(*key).into(), &(*value).into());
    }
    object
}

#[cfg(test)]
mod tests {
    use super::relative_parts;

    #[test]
    fn a_duration_is_told_in_the_largest_unit_that_fits() {
        let table = [
            (-5.0, None),
            (9.0, None),
            (45.0, Some((45.0, "second"))),
            (60.0, Some((1.0, "minute"))),
            (3599.0, Some((59.0, "minute"))),
            (3600.0, Some((1.0, "hour"))),
            (86_400.0, Some((1.0, "day"))),
            (864_000.0, Some((10.0, "day"))),
        ];
        for (seconds, parts) in table {
            assert_eq!(relative_parts(seconds), parts, "{seconds} seconds");
        }
    }
}
