//! Reads moments as the service and web servers write them.
//! Must not know what happened at any of them.
//!
//! jiff keeps the calendar. Its own parsers understand far more than these two fixed forms and would add
//! over 40 kB (compressed) to what a first visit downloads.

use jiff::{Timestamp, civil::DateTime, tz::Offset};

/// Reads ISO 8601: `2024-03-05T10:37:38.885Z`, with any fraction of a second and any offset. Without
/// an offset it is UTC, as the documents say; without a time it is midnight.
pub(crate) fn iso_8601(text: &str) -> Option<Timestamp> {
    let (date, time_and_offset) = text
        .split_once(['T', 't', ' '])
        .unwrap_or((text, "00:00:00Z"));
    let (time, offset) = split_offset(time_and_offset)?;
    let mut parts = date.split('-');
    let year = number(parts.next()?, 4)?;
    let month = number(parts.next()?, 2)?;
    let day = number(parts.next()?, 2)?;
    if parts.next().is_some() {
        return None;
    }
    moment(year, month, day, time, offset)
}

/// Reads the date of an HTTP header: `Wed, 06 Mar 2024 10:00:30 GMT` (RFC 9110, section 5.6.7).
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    let (_, date) = text.split_once(", ")?;
    let parts: Vec<_> = date.split(' ').collect();
    let [day, month, year, time, "GMT"] = parts[..] else {
        return None;
    };
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    moment(
        number(year, 4)?,
        month as i16,
        number(day, 2)?,
        time,
        Offset::UTC,
    )
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn moment(year: i16, month: i16, day: i16, time: &str, offset: Offset) -> Option<Timestamp> {
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut parts = time.split(':');
    let hour = number(parts.next()?, 2)?;
    let minute = number(parts.next()?, 2)?;
    let second = number(parts.next()?, 2)?;
    if parts.next().is_some() {
        return None;
    }
    let nanosecond = nanoseconds(fraction)?;
    // Every number but the year has two digits.
    let [month, day, hour, minute, second] = [month, day, hour, minute, second].map(|n| n as i8);
    let local = DateTime::new(year, month, day, hour, minute, second, nanosecond).ok()?;
    offset.to_timestamp(local).ok()
}

/// Splits `10:37:38+02:00` into the time and the offset.
fn split_offset(text: &str) -> Option<(&str, Offset)> {
    if let Some(time) = text.strip_suffix(['Z', 'z']) {
        return Some((time, Offset::UTC));
    }
    let Some(start) = text.find(['+', '-']) else {
        return Some((text, Offset::UTC));
    };
    let (time, offset) = text.split_at(start);
    let (hours, minutes) = offset[1..].split_once(':')?;
    let seconds = i32::from(number(hours, 2)?) * 3600 + i32::from(number(minutes, 2)?) * 60;
    let east = offset.starts_with('+');
    let offset = Offset::from_seconds(if east { seconds } else { -seconds });
    Some((time, offset.ok()?))
}

/// The first nine digits of a fraction of a second. What is finer is dropped.
fn nanoseconds(fraction: &str) -> Option<i32> {
    if !is_digits(fraction) {
        return None;
    }
    format!("{fraction:0<9.9}").parse().ok()
}

/// A number of exactly so many digits.
fn number(text: &str, digits: usize) -> Option<i16> {
    if text.len() != digits || !is_digits(text) {
        return None;
    }
    text.parse().ok()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
