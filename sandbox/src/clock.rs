//! The sandbox's own time: it starts with the real one, and can be set, stopped, advanced and sped up.
//! Must not read the real clock: the real time is given to it.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

/// Milliseconds since 1970-01-01T00:00:00Z.
pub(crate) type Millis = i64;

/// The length of a day.
pub(crate) const DAY: Millis = 24 * 60 * 60 * 1000;

/// Maps real time to sandbox time.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    real: Millis,
    shown: Millis,
    speed: f64,
}

impl Clock {
    /// A clock that agrees with the real one.
    #[must_use]
    pub(crate) fn new(real_now: Millis) -> Self {
        Self {
            real: real_now,
            shown: real_now,
            speed: 1.0,
        }
    }

    /// The sandbox's time at that real time.
    #[must_use]
    pub(crate) fn at(&self, real_now: Millis) -> Millis {
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
        let passed = ((real_now - self.real) as f64 * self.speed) as i64;
        self.shown.saturating_add(passed)
    }

    /// Makes the sandbox's time this, and lets it go on from there.
    pub(crate) fn set(&mut self, real_now: Millis, shown: Millis) {
        self.real = real_now;
        self.shown = shown;
    }

    /// Makes sandbox time pass this many times as fast as real time; 0 stops it.
    pub(crate) fn set_speed(&mut self, real_now: Millis, speed: f64) {
        let shown = self.at(real_now);
        self.set(real_now, shown);
        self.speed = speed;
    }

    /// How many times as fast as real time the clock goes.
    #[must_use]
    pub(crate) fn speed(&self) -> f64 {
        self.speed
    }
}

fn timestamp(at: Millis) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// `2024-03-05T10:37:38.885Z`, the form of the GET samples.
#[must_use]
pub(crate) fn iso_millis(at: Millis) -> String {
    format!("{:.3}", timestamp(at))
}

/// `2024-03-05T10:37:38Z`, the form of the POST samples.
#[must_use]
pub(crate) fn iso_seconds(at: Millis) -> String {
    format!("{:.0}", timestamp(at))
}

/// `2024-05-06T19:59:56.6830000+00:00`, the form of the government sample: seven digits and an offset.
#[must_use]
pub(crate) fn iso_seven_digits(at: Millis) -> String {
    format!("{:.7}", timestamp(at)).replace('Z', "+00:00")
}

/// `2024-03-05T10:37:39.0450000Z`, the form of audit records: seven digits.
#[must_use]
pub(crate) fn iso_seven_digits_zulu(at: Millis) -> String {
    format!("{:.7}", timestamp(at))
}

/// `2024-03-05T18:02:00`, the form of an account's status: no zone, which is UTC.
#[must_use]
pub(crate) fn iso_without_zone(at: Millis) -> String {
    iso_seconds(at).replace('Z', "")
}

/// The start of a day written as `2024-03-05`, in UTC.
#[must_use]
pub(crate) fn day(text: &str) -> Option<Millis> {
    let bytes = text.as_bytes();
    let is_date = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    is_date
        .then(|| parse_iso(&format!("{text}T00:00:00Z")))
        .flatten()
}

/// The form of the HTTP `Date` header.
#[must_use]
pub(crate) fn http_date(at: Millis) -> String {
    DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&timestamp(at))
        .unwrap_or_default()
}

/// Reads an ISO 8601 time with an offset or `Z`.
#[must_use]
pub(crate) fn parse_iso(text: &str) -> Option<Millis> {
    text.parse::<Timestamp>()
        .ok()
        .map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes_at_the_chosen_speed_and_can_be_moved() {
        let mut clock = Clock::new(1_000);
        assert_eq!(clock.at(3_000), 3_000);
        clock.set_speed(3_000, 60.0);
        assert_eq!(clock.at(4_000), 63_000);
        clock.set(4_000, 1_000_000);
        assert_eq!(clock.at(4_500), 1_030_000);
        clock.set_speed(4_500, 0.0);
        assert_eq!(clock.at(9_000_000), 1_030_000);
    }

    #[test]
    fn times_are_written_in_the_forms_of_the_documents() {
        let at = parse_iso("2024-03-05T10:37:38.885Z").unwrap_or_default();
        assert_eq!(iso_millis(at), "2024-03-05T10:37:38.885Z");
        assert_eq!(iso_seconds(at), "2024-03-05T10:37:38Z");
        assert_eq!(iso_seven_digits(at), "2024-03-05T10:37:38.8850000+00:00");
        assert_eq!(iso_seven_digits_zulu(at), "2024-03-05T10:37:38.8850000Z");
        assert_eq!(iso_without_zone(at), "2024-03-05T10:37:38");
        assert_eq!(http_date(at), "Tue, 05 Mar 2024 10:37:38 GMT");
    }

    #[test]
    fn a_day_is_written_in_one_way_only() {
        assert_eq!(day("1970-01-02"), Some(DAY));
        for other in [
            "1970-1-2",
            "1970-13-01",
            "6/1/2017",
            "19700102",
            "+01970-01",
            "1970-01-02T00:00:00Z",
            "",
        ] {
            assert_eq!(day(other), None, "{other}");
        }
    }
}
