//! What happened at one customer, in the order of time: what was seen and sent here, and what audit records tell.
//! Must not know how it is shown.

use super::attempts::{AUDIT_DAYS, Audited, WITHIN, pairs};
use super::moment::Moment;
use super::record::{Attempt, Followed, Observation, Origin, Source};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// When.
    pub at: Moment,
    /// What.
    pub what: What<'a>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What<'a> {
    /// Following began: nothing was seen here before.
    Began(Origin),
    /// Following was stopped.
    Stopped,
    /// Partner Center was seen to show this from then on.
    Observed(&'a Observation),
    /// A qualification was requested: as known here, as audit records tell, or both.
    Requested(Option<&'a Attempt>, Option<&'a Audited>),
    /// Audit records reach back to here: what was requested elsewhere before is not known.
    AuditLimit,
}

/// Who tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    /// This computer, which saw or did it.
    Here,
    /// A file that was imported.
    File,
    /// Partner Center's audit records.
    Audit,
    /// This computer and the audit records.
    Both,
}

impl Entry<'_> {
    /// Who tells it.
    pub fn told(&self) -> Told {
        match &self.what {
            What::Observed(it) if it.source == Source::Import => Told::File,
            What::Began(_) | What::Stopped | What::Observed(_) => Told::Here,
            What::Requested(Some(_), Some(_)) => Told::Both,
            What::Requested(Some(_), None) => Told::Here,
            What::Requested(None, _) | What::AuditLimit => Told::Audit,
        }
    }
}

/// Everything that is known of a customer, the oldest first. Audit records are nothing where they could not be read.
pub fn timeline<'a>(
    followed: Option<&'a Followed>,
    audited: Option<&'a [Audited]>,
    now: Moment,
) -> Vec<Entry<'a>> {
    let limit = audited.map(|_| Entry {
        at: now.days_before(AUDIT_DAYS),
        what: What::AuditLimit,
    });
    let mut entries: Vec<_> = limit.into_iter().collect();
    let own: Vec<_> = followed.map_or(&[][..], |it| &it.attempts).iter().collect();
    if let Some(followed) = followed {
        entries.extend(of_following(followed));
    }
    entries.extend(requests(&own, audited.unwrap_or_default()));
    if let Some(followed) = followed {
        entries.extend(observations(followed));
    }
    entries.sort_by_key(|entry| entry.at);
    entries
}

fn of_following<'a>(followed: &Followed) -> impl Iterator<Item = Entry<'a>> {
    let began = Entry {
        at: followed.since,
        what: What::Began(followed.by),
    };
    let stopped = followed.stopped.map(|at| Entry {
        at,
        what: What::Stopped,
    });
    [began].into_iter().chain(stopped)
}

fn requests<'a>(own: &[&'a Attempt], records: &'a [Audited]) -> Vec<Entry<'a>> {
    let pairs = pairs(own, records);
    let known = own.iter().zip(&pairs).map(|(attempt, pair)| Entry {
        at: attempt.at,
        what: What::Requested(Some(attempt), pair.map(|at| &records[at])),
    });
    let rest = records.iter().enumerate();
    let rest = rest.filter(|(at, _)| !pairs.contains(&Some(*at)));
    let rest = rest.map(|(_, record)| Entry {
        at: record.at,
        what: What::Requested(None, Some(record)),
    });
    known.chain(rest).collect()
}

/// What a file tells of what was seen here at the same time is left out.
fn observations(followed: &Followed) -> impl Iterator<Item = Entry<'_>> {
    let known = |it: &Observation| {
        let same = |own: &Observation| {
            own.own() && own.status == it.status && own.first_seen.apart(it.first_seen) <= WITHIN
        };
        !it.own() && followed.of_kind(&it.kind).any(same)
    };
    let told = followed.observed.iter().filter(move |it| !known(it));
    told.map(|it| Entry {
        at: it.first_seen,
        what: What::Observed(it),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample::{asked, at, audited, denied, followed, in_review, list};

    #[test]
    fn what_two_sources_tell_of_one_request_is_one_entry() {
        let mut followed = followed();
        followed.attempt(asked("r", 1));
        followed.observe(&list([in_review()]), None, at(2));
        followed.observe(&list([denied("Not an eligible Library")]), None, at(50));
        followed.stopped = Some(at(60));
        let records = [audited(at(1).plus(WITHIN)), audited(at(30))];
        let now = at(70);
        let told: Vec<_> = timeline(Some(&followed), Some(&records), now)
            .iter()
            .map(|entry| (entry.at, entry.told(), label(&entry.what)))
            .collect();
        assert_eq!(
            told,
            [
                (now.days_before(AUDIT_DAYS), Told::Audit, "limit"),
                (at(0), Told::Here, "began"),
                (at(1), Told::Both, "requested"),
                (at(2), Told::Here, "observed"),
                (at(30), Told::Audit, "requested"),
                (at(50), Told::Here, "observed"),
                (at(60), Told::Here, "stopped"),
            ]
        );
    }

    #[test]
    fn the_limit_stands_among_what_is_older_and_what_is_newer() {
        let followed = followed();
        let now = at(24 * 100);
        let marks: Vec<_> = timeline(Some(&followed), Some(&[]), now)
            .iter()
            .map(|entry| label(&entry.what))
            .collect();
        assert_eq!(marks, ["began", "limit"]);
        let without = timeline(Some(&followed), None, now);
        assert_eq!(without.len(), 1, "records that were not read have no limit");
        assert_eq!(timeline(None, None, now), []);
    }

    #[test]
    fn a_file_is_named_as_the_source_and_repeats_nothing_that_was_seen_here() {
        let mut followed = followed();
        followed.observe(&list([in_review()]), None, at(2));
        let copy = |hours, source| Observation {
            first_seen: at(hours),
            last_seen: at(hours),
            source,
            ..followed.observed[0].clone()
        };
        let (same, other) = (copy(2, Source::Import), copy(1, Source::Import));
        followed.observed.extend([same, other]);
        let told: Vec<_> = timeline(Some(&followed), None, at(3))
            .iter()
            .map(|entry| (entry.at, entry.told()))
            .collect();
        assert_eq!(
            told,
            [
                (at(0), Told::Here),
                (at(1), Told::File),
                (at(2), Told::Here)
            ]
        );
    }

    fn label(what: &What) -> &'static str {
        match what {
            What::Began(_) => "began",
            What::Stopped => "stopped",
            What::Observed(_) => "observed",
            What::Requested(..) => "requested",
            What::AuditLimit => "limit",
        }
    }
}
