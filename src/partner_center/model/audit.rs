//! What Partner Center writes down about changes of qualifications: who, when, from what to what.
//! Must not know how records are fetched or laid out on a page.

use std::{cmp::Reverse, collections::BTreeSet};

use jiff::{Timestamp, civil::Date, tz::Offset};

use super::{CustomerId, Qualifications, VettingDate, words::folded};

/// One change of a customer's qualifications (Partner Center docs: auditing-resources).
///
/// A record is about what a partner's user or app did. What Microsoft decides may never appear as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// The record's ID; older records have none.
    pub id: Option<String>,
    /// Whose qualifications.
    pub customer: Option<CustomerId>,
    /// When it was done, in UTC.
    pub when: Option<VettingDate>,
    /// Who did it, as a user principal name.
    pub who: Option<String>,
    /// The app it was done with, by name or ID.
    pub application: Option<String>,
    /// What was there before.
    pub old: Option<AuditValue>,
    /// What was there afterwards, or was asked for.
    pub new: Option<AuditValue>,
    /// How it ended.
    pub status: Option<AuditStatus>,
    /// The correlation ID of the call that did it.
    pub correlation_id: Option<String>,
}

/// A value before or after a change. The documents call it JSON as text and show no example of this kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditValue {
    /// It can be read as qualifications; empty where it says that there was none.
    Qualifications(Qualifications),
    /// Anything else, as it came.
    AsWritten(String),
}

/// How a recorded operation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditStatus {
    /// It was done.
    Succeeded,
    /// It was not done.
    Failed,
    /// It has not ended yet.
    InProgress,
    /// A word not known here, as it came.
    Other(String),
}

impl AuditStatus {
    /// Reads the service's word in any case and with any separators.
    pub fn read(word: &str) -> AuditStatus {
        match folded(word).as_str() {
            "succeeded" => AuditStatus::Succeeded,
            "failed" => AuditStatus::Failed,
            "progress" => AuditStatus::InProgress,
            _ => AuditStatus::Other(word.to_owned()),
        }
    }
}

/// The days to ask records for, in UTC, the first and the last included: never one that the service refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditPeriod {
    first: Date,
    last: Date,
    cut: bool,
}

impl AuditPeriod {
    /// How many days there are records of, today included. A first day more than 90 days back is refused (Partner Center
    /// docs: get-a-record-of-partner-center-activity-by-user). One day less is asked for: no document says in whose time
    /// zone days are counted, and there it may be tomorrow already.
    pub const DAYS: u32 = 90;

    /// The days from `since` to `until`, as far as there are records of them at `now`. All are milliseconds since 1970 in
    /// UTC, as JavaScript counts.
    pub fn new(since: f64, until: f64, now: f64) -> AuditPeriod {
        let oldest = day(now - f64::from(Self::DAYS - 1) * DAY);
        let last = day(until).clamp(oldest, day(now));
        let wanted = day(since);
        AuditPeriod {
            first: wanted.clamp(oldest, last),
            last,
            cut: wanted < oldest,
        }
    }

    /// Every day that there are records of at `now`.
    pub fn whole(now: f64) -> AuditPeriod {
        AuditPeriod::new(now - f64::from(Self::DAYS - 1) * DAY, now, now)
    }

    /// The first day, as the service wants it: `2024-03-05`.
    pub fn first(&self) -> String {
        written(self.first)
    }

    /// The last day, as the service wants it.
    pub fn last(&self) -> String {
        written(self.last)
    }

    /// When the first day begins, in milliseconds since 1970 in UTC.
    pub fn begins(&self) -> f64 {
        let midnight = Offset::UTC.to_timestamp(self.first.to_datetime(jiff::civil::Time::MIN));
        midnight.map_or(0.0, |moment| moment.as_millisecond() as f64)
    }

    /// Whether more was wanted than there are records of: what happened earlier is not known.
    pub fn is_cut(&self) -> bool {
        self.cut
    }
}

/// Milliseconds.
const DAY: f64 = 86_400_000.0;

/// The day of a moment, in UTC. Moments that no calendar has become the nearest one that it has.
fn day(milliseconds: f64) -> Date {
    let second = (milliseconds / 1000.0).floor() as i64;
    let within = second.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    let moment = Timestamp::from_second(within).unwrap_or(Timestamp::UNIX_EPOCH);
    Offset::UTC.to_datetime(moment).date()
}

fn written(day: Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())
}

/// A customer's records of one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecords {
    /// The newest first, and then those without a readable date, in the service's order.
    pub records: Vec<AuditRecord>,
    /// The days that were asked for.
    pub period: AuditPeriod,
    /// Whether the service has more of this period than was fetched: what is counted here is then the least it can be.
    pub more: bool,
}

impl AuditRecords {
    /// Puts records in the service's order together. Those of another customer are left out, and a record that two pages
    /// show counts once.
    pub fn new(
        customer: CustomerId,
        period: AuditPeriod,
        records: impl IntoIterator<Item = AuditRecord>,
        more: bool,
    ) -> AuditRecords {
        let mut known = BTreeSet::new();
        let of_customer = |record: &AuditRecord| record.customer.is_none_or(|of| of == customer);
        let mut records: Vec<_> = records.into_iter().filter(of_customer).collect();
        records.retain(|record| record.id.clone().is_none_or(|id| known.insert(id)));
        records.sort_by_key(|record| {
            let moment = record.when.as_ref().and_then(VettingDate::moment);
            Reverse(moment)
        });
        AuditRecords {
            records,
            period,
            more,
        }
    }

    /// Whether something may have happened that is not among the records.
    pub fn is_cut(&self) -> bool {
        self.more || self.period.is_cut()
    }
}
