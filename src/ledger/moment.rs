//! Moments as the ledger writes them, and business days between two of them.
//! Must not know what happened at any of them, nor whose clock shows which day.

use super::fault::Fault;
use crate::partner_center::VettingDate;
use jiff::{Timestamp, tz::Offset};
use serde::{Deserialize, Serialize};
use std::fmt;

/// After about how many business days a review is usually decided. Microsoft gives no figure; distributors say "usually three
/// business days or less".
pub const EXPECTED_DAYS: u32 = 3;
/// After how many business days without a decision a review is overdue: twice the usual time is nearly over by then.
pub const OVERDUE_AFTER: u32 = 5;

const DAY: i64 = 86_400_000;
const MINUTE: i64 = 60_000;

/// A moment, to the millisecond.
///
/// Written down it is UTC text (`2024-03-05T10:37:38.885Z`), in the store as in a file: one form for both, which support
/// and spreadsheets can read, too.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(i64);

impl Moment {
    /// From the beginning of the year 0 to two hours before the last day of the year 9999: what four digits can say and jiff
    /// can hold.
    const RANGE: (i64, i64) = (-62_167_219_200_000, 253_402_207_200_000);

    /// So many milliseconds after 1970-01-01 UTC.
    pub fn from_millis(millis: i64) -> Moment {
        Moment(millis.clamp(Moment::RANGE.0, Moment::RANGE.1))
    }

    /// The moment that a clock shows; JavaScript counts milliseconds in fractions.
    pub fn at(millis: f64) -> Moment {
        Moment::from_millis(millis as i64)
    }

    /// Milliseconds since 1970-01-01 UTC, as JavaScript counts.
    pub fn millis(self) -> f64 {
        self.0 as f64
    }

    /// Reads ISO 8601; without an offset it is UTC.
    pub fn read(text: &str) -> Option<Moment> {
        VettingDate::read(text).millis().map(Moment::at)
    }

    /// This much later, in milliseconds.
    pub fn plus(self, millis: i64) -> Moment {
        Moment::from_millis(self.0.saturating_add(millis))
    }

    /// So many days of 24 hours earlier.
    pub fn days_before(self, days: u32) -> Moment {
        self.plus(-DAY * i64::from(days))
    }

    /// How far apart two moments are, in milliseconds, whichever comes first.
    pub fn apart(self, other: Moment) -> i64 {
        (self.0 - other.0).abs()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(moment) = Timestamp::from_millisecond(self.0) else {
            return Err(fmt::Error); // never: the range is within that of jiff
        };
        let at = Offset::UTC.to_datetime(moment);
        let (year, month, day) = (at.year(), at.month(), at.day());
        let (hour, minute, second) = (at.hour(), at.minute(), at.second());
        let millis = at.millisecond();
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z"
        )
    }
}

impl TryFrom<String> for Moment {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Fault> {
        Moment::read(&text).ok_or(Fault::NotATime)
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> String {
        moment.to_string()
    }
}

/// How many minutes east of UTC the clock of whoever looks is at a moment. It differs between summer and winter, so it is asked
/// for each moment by itself.
pub type Zone<'a> = &'a dyn Fn(Moment) -> i32;

/// The zone of UTC.
pub fn utc(_: Moment) -> i32 {
    0
}

/// How many business days have begun after the day of `from`, up to and including the day of `to`.
///
/// Business days are Monday to Friday everywhere: which holidays and weekends Microsoft's reviewers keep is not known. A day is
/// one of the calendar of whoever looks. Never negative: a clock that was set back makes nothing younger than new.
pub fn business_days(from: Moment, to: Moment, zone: Zone) -> u32 {
    let begun = weekdays_until(day(to, zone)) - weekdays_until(day(from, zone));
    u32::try_from(begun).unwrap_or(0)
}

/// The day of a moment, counted from 1970-01-01 in the calendar of the zone.
pub fn day(moment: Moment, zone: Zone) -> i64 {
    (moment.0 + i64::from(zone(moment)) * MINUTE).div_euclid(DAY)
}

/// Weekdays up to and including a day, counted from a Monday.
fn weekdays_until(day: i64) -> i64 {
    let since_monday = day + 3; // 1970-01-01 was a Thursday
    5 * since_monday.div_euclid(7) + (since_monday.rem_euclid(7) + 1).min(5)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Moment {
        Moment::read(text).expect("a moment")
    }

    fn fixed(hours: i32) -> impl Fn(Moment) -> i32 {
        move |_| hours * 60
    }

    #[test]
    fn business_days_are_monday_to_friday_of_the_viewer_s_calendar() {
        // 2024-03-04 was a Monday.
        let table = [
            ("2024-03-04T08:00:00Z", "2024-03-04T23:59:59.999Z", 0, 0),
            ("2024-03-04T23:59:59Z", "2024-03-05T00:00:00Z", 0, 1),
            ("2024-03-04T08:00:00Z", "2024-03-08T20:00:00Z", 0, 4),
            ("2024-03-08T08:00:00Z", "2024-03-10T20:00:00Z", 0, 0), // Friday to Sunday
            ("2024-03-08T08:00:00Z", "2024-03-11T00:00:00Z", 0, 1), // Friday to Monday
            ("2024-03-09T08:00:00Z", "2024-03-10T08:00:00Z", 0, 0), // within a weekend
            ("2024-03-10T08:00:00Z", "2024-03-11T08:00:00Z", 0, 1), // Sunday to Monday
            ("2024-03-04T08:00:00Z", "2024-03-18T08:00:00Z", 0, 10),
            ("2024-02-28T08:00:00Z", "2024-03-01T08:00:00Z", 0, 2), // over a leap day
            ("2023-12-29T08:00:00Z", "2024-01-02T08:00:00Z", 0, 2), // no holidays are kept
            ("1969-12-26T08:00:00Z", "1970-01-02T08:00:00Z", 0, 5), // before 1970, Friday to Friday
            // Sunday evening in UTC is Monday in Kiritimati, and still Sunday noon in the west.
            ("2024-03-08T08:00:00Z", "2024-03-10T12:00:00Z", 14, 1),
            ("2024-03-08T13:00:00Z", "2024-03-11T11:59:00Z", -12, 0),
            ("2024-03-08T13:00:00Z", "2024-03-11T12:00:00Z", -12, 1),
            // A Friday evening that is a Saturday at UTC+14.
            ("2024-03-08T12:00:00Z", "2024-03-10T12:00:00Z", 14, 1),
            // The clock was set back.
            ("2024-03-08T08:00:00Z", "2024-03-01T08:00:00Z", 0, 0),
            ("2024-03-08T08:00:00Z", "1970-01-01T00:00:00Z", 0, 0),
        ];
        for (from, to, hours, days) in table {
            let zone = fixed(hours);
            let counted = business_days(at(from), at(to), &zone);
            assert_eq!(counted, days, "{from} to {to} at UTC{hours:+}");
        }
    }

    #[test]
    fn a_day_of_daylight_saving_is_one_day() {
        // Central Europe put its clocks forward on Sunday, 31 March 2024, and back on 27 October, each at 01:00 UTC.
        let summer = at("2024-03-31T01:00:00Z")..at("2024-10-27T01:00:00Z");
        let zone = move |moment: Moment| 60 * (1 + i32::from(summer.contains(&moment)));
        let table = [
            // Friday 23:30 in winter to Monday 00:10 in summer, and the evening before.
            ("2024-03-29T22:30:00Z", "2024-03-31T22:10:00Z", 1),
            ("2024-03-29T22:30:00Z", "2024-03-31T21:50:00Z", 0),
            // Friday 00:10 in summer to Monday 00:10 and Sunday 23:50 in winter.
            ("2024-10-24T22:10:00Z", "2024-10-27T23:10:00Z", 1),
            ("2024-10-24T22:10:00Z", "2024-10-27T22:50:00Z", 0),
        ];
        for (from, to, days) in table {
            assert_eq!(
                business_days(at(from), at(to), &zone),
                days,
                "{from} to {to}"
            );
        }
    }

    #[test]
    fn a_moment_is_written_as_utc_text() {
        assert_eq!(
            Moment::from_millis(1_709_635_058_885).to_string(),
            "2024-03-05T10:37:38.885Z"
        );
        for (clock, written) in [
            (f64::NAN, "1970-01-01T00:00:00.000Z"),
            (f64::INFINITY, "9999-12-30T22:00:00.000Z"),
            (f64::NEG_INFINITY, "0000-01-01T00:00:00.000Z"),
            (-1.0, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Moment::at(clock).to_string(), written);
        }
    }

    proptest! {
        #[test]
        fn a_moment_survives_being_written_down(millis in Moment::RANGE.0..=Moment::RANGE.1) {
            let moment = Moment::from_millis(millis);
            prop_assert_eq!(Moment::read(&moment.to_string()), Some(moment));
        }

        #[test]
        fn business_days_are_those_of_a_calendar_counted_one_by_one(
            from in 0..40_000_i64,
            days in 0..400_i64,
        ) {
            // 1970-01-01 was a Thursday.
            let weekday = |day: &i64| (day + 4) % 7 != 0 && (day + 4) % 7 != 6;
            let counted = (from + 1..=from + days).filter(weekday).count();
            let moment = |day: i64| Moment::from_millis(day * DAY + DAY / 2);
            let found = business_days(moment(from), moment(from + days), &utc);
            prop_assert_eq!(found as usize, counted);
        }

        #[test]
        fn no_two_moments_are_a_negative_time_apart(a in any::<i64>(), b in any::<i64>(), hours in -12..=14) {
            let zone = fixed(hours);
            let (a, b) = (Moment::from_millis(a), Moment::from_millis(b));
            let there = business_days(a, b, &zone);
            let back = business_days(b, a, &zone);
            prop_assert!(there == 0 || back == 0);
        }
    }
}
