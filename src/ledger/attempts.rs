//! How often a qualification was requested, from the ledger and the service's audit records together.
//! Must not know how audit records are asked for or read.

use super::moment::Moment;
use super::record::{Attempt, Followed, Status};
use crate::partner_center::QualificationKind;

/// How many requests for Education Microsoft verifies for one customer (Partner Center docs: sell-to-education-customers).
pub const LIMIT: usize = 3;
/// How many days back audit records reach (Partner Center docs: get-a-record-of-partner-center-activity-by-user).
pub const AUDIT_DAYS: u32 = 90;
/// How far apart the two records of one request may be, in milliseconds.
pub(super) const WITHIN: i64 = 600_000;

/// One change of a customer's qualification, as the service's audit records tell it. It is shown and never kept: it names a
/// person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// When.
    pub at: Moment,
    /// Which qualification; nothing where the record cannot be understood.
    pub kind: Option<QualificationKind>,
    /// Who did it, or which application.
    pub who: Option<String>,
    /// What was there before, as it came.
    pub was: Option<String>,
    /// Whether what was there before had been denied: then it was not the first request.
    pub was_denied: bool,
    /// What came of it, as it came.
    pub became: Option<String>,
    /// `MS-RequestId`, where the record names it.
    pub request_id: Option<String>,
    /// `MS-CorrelationId`, where the record names it.
    pub correlation_id: Option<String>,
    /// Whether the service did it; nothing while it is at it, or where it does not say.
    pub succeeded: Option<bool>,
}

/// How often a qualification was requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// How often, as far as known.
    pub count: usize,
    /// Whether that is all; otherwise it was at least so often.
    pub exact: bool,
}

impl Attempts {
    /// Whether Microsoft is not expected to verify another one. The service decides.
    pub fn used_up(self) -> bool {
        self.count >= LIMIT
    }
}

/// Counts the requests for a qualification.
///
/// `audited` are the customer's audit records of the last [`AUDIT_DAYS`] days, nothing where they could not be read. What came
/// before those days, or was requested elsewhere, nobody tells: the count is exact only where the partner has had the customer
/// for no longer (`customer_since`) and every record is clear.
pub fn count(
    kind: &QualificationKind,
    followed: Option<&Followed>,
    audited: Option<&[Audited]>,
    customer_since: Option<Moment>,
    now: Moment,
) -> Attempts {
    let own: Vec<_> = followed.map_or(&[][..], |it| &it.attempts).iter().collect();
    let records = audited.unwrap_or_default();
    let pairs = pairs(&own, records);
    let mut certain = Vec::new();
    let mut unclear = 0;
    for (attempt, pair) in own.iter().zip(&pairs) {
        let said = pair.and_then(|at| records[at].succeeded);
        match (attempt.kind == *kind, attempt.arrived, said) {
            (false, ..) | (true, false, Some(false)) => {}
            (true, true, _) | (true, _, Some(true)) => {
                let after_another = pair.is_some_and(|at| records[at].was_denied);
                certain.push((attempt.at, after_another));
            }
            (true, false, None) => unclear += 1,
        }
    }
    for (at, record) in records.iter().enumerate() {
        if pairs.contains(&Some(at)) || record.succeeded == Some(false) {
            continue;
        }
        match &record.kind {
            Some(other) if other != kind => {}
            Some(_) if record.succeeded == Some(true) => {
                certain.push((record.at, record.was_denied))
            }
            _ => unclear += 1,
        }
    }
    let earlier = shows_another(kind, followed, certain.iter().min());
    let all_told = customer_since.is_some_and(|since| since >= now.days_before(AUDIT_DAYS));
    Attempts {
        count: certain.len() + usize::from(earlier),
        exact: audited.is_some() && all_told && unclear == 0 && !earlier,
    }
}

/// Whether there was a request before the first one known, given as when it was and whether it followed a denial.
fn shows_another(
    kind: &QualificationKind,
    followed: Option<&Followed>,
    first: Option<&(Moment, bool)>,
) -> bool {
    let observed = followed.map_or(&[][..], |it| &it.observed);
    let mut seen = observed.iter().filter(|it| it.kind == *kind);
    match first {
        Some((_, true)) => true,
        Some((first, false)) => {
            // Two clocks tell of it.
            seen.any(|it| it.status == Status::Denied && it.first_seen.plus(WITHIN) < *first)
        }
        None => seen.any(|it| {
            matches!(
                it.status,
                Status::InReview | Status::Approved | Status::Denied
            )
        }),
    }
}

/// For each attempt the place of the audit record of the same request. No record belongs to two.
pub(super) fn pairs(own: &[&Attempt], records: &[Audited]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; own.len()];
    for (at, attempt) in own.iter().enumerate() {
        let same = |place: &usize| is_named(attempt, &records[*place]);
        let free = (0..records.len()).filter(|place| !pairs.contains(&Some(*place)));
        pairs[at] = free.into_iter().find(same);
    }
    // What is clear goes first: a record that failed or says little belongs to what is left over.
    let known = |record: &Audited| record.kind.is_some();
    let clear = |record: &Audited| known(record) && record.succeeded != Some(false);
    pair_by_time(own, records, &mut pairs, |it| it.arrived, clear);
    pair_by_time(own, records, &mut pairs, |_| true, clear);
    pair_by_time(own, records, &mut pairs, |_| true, known);
    pair_by_time(own, records, &mut pairs, |_| true, |_| true);
    pairs
}

/// Whether the record names the attempt's IDs.
fn is_named(attempt: &Attempt, record: &Audited) -> bool {
    let same = |id: &str, named: &Option<String>| {
        named
            .as_deref()
            .is_some_and(|named| !id.is_empty() && named.eq_ignore_ascii_case(id))
    };
    same(&attempt.request_id, &record.request_id)
        || same(&attempt.correlation_id, &record.correlation_id)
}

/// Pairs what is near in time, the earliest first: of two rows on a line that gives the most pairs.
fn pair_by_time(
    own: &[&Attempt],
    records: &[Audited],
    pairs: &mut [Option<usize>],
    chosen: impl Fn(&Attempt) -> bool,
    wanted: impl Fn(&Audited) -> bool,
) {
    let mut attempts: Vec<_> = (0..own.len())
        .filter(|at| chosen(own[*at]) && pairs[*at].is_none())
        .collect();
    attempts.sort_by_key(|at| own[*at].at);
    let mut places: Vec<_> = (0..records.len())
        .filter(|place| wanted(&records[*place]) && !pairs.contains(&Some(*place)))
        .collect();
    places.sort_by_key(|place| records[*place].at);
    for at in attempts {
        let fits = |place: &usize| {
            let record = &records[*place];
            record.at.apart(own[at].at) <= WITHIN
                && record
                    .kind
                    .as_ref()
                    .is_none_or(|kind| *kind == own[at].kind)
        };
        if let Some(first) = places.iter().position(fits) {
            pairs[at] = Some(places.remove(first));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample::{
        approved, asked, at, audited, denied, entry, followed, in_review, list,
    };
    use crate::partner_center::Qualification;

    const EDUCATION: QualificationKind = QualificationKind::Education;

    fn with(attempts: &[Attempt]) -> Followed {
        let mut followed = followed();
        for attempt in attempts {
            followed.attempt(attempt.clone());
        }
        followed
    }

    /// A request that left at so many minutes, without an answer.
    fn unknown(id: &str, minutes: i64) -> Attempt {
        Attempt {
            arrived: false,
            ..sent(id, minutes)
        }
    }

    fn sent(id: &str, minutes: i64) -> Attempt {
        Attempt {
            at: at(0).plus(minutes * 60_000),
            ..asked(id, 0)
        }
    }

    fn recorded(minutes: i64) -> Audited {
        audited(at(0).plus(minutes * 60_000))
    }

    fn failed(minutes: i64) -> Audited {
        Audited {
            succeeded: Some(false),
            ..recorded(minutes)
        }
    }

    #[test]
    fn a_request_that_both_know_of_counts_once() {
        let of_gcc = |minutes| Audited {
            kind: Some(QualificationKind::GovernmentCommunityCloud),
            ..recorded(minutes)
        };
        let nameless = |minutes| Audited {
            kind: None,
            ..recorded(minutes)
        };
        let named = |minutes| Audited {
            correlation_id: Some("CORRELATION OF R".into()),
            ..recorded(minutes)
        };
        let table = [
            (vec![], vec![], 0),
            (vec![sent("r", 0)], vec![], 1),
            (vec![], vec![recorded(0)], 1),
            (vec![sent("r", 0)], vec![recorded(10)], 1),
            (vec![sent("r", 10)], vec![recorded(0)], 1),
            (vec![sent("r", 0)], vec![recorded(11)], 2),
            (vec![sent("r", 0)], vec![named(60)], 1),
            (vec![sent("r", 0)], vec![recorded(0), recorded(1)], 2),
            // Each of the two finds its own, also where the nearest is another's.
            (
                vec![sent("r", 0), sent("s", 8)],
                vec![recorded(7), recorded(15)],
                2,
            ),
            (
                vec![sent("r", 0), sent("s", 8)],
                vec![recorded(15), recorded(7)],
                2,
            ),
            (
                vec![sent("r", 0), sent("s", 1)],
                vec![named(1), recorded(0)],
                2,
            ),
            (vec![sent("r", 0)], vec![of_gcc(0)], 1),
            (vec![sent("r", 0)], vec![nameless(0)], 1),
            (vec![], vec![nameless(0)], 0),
            (vec![], vec![failed(0)], 0),
            (vec![sent("r", 0)], vec![failed(1), recorded(2)], 1),
            (vec![unknown("r", 0)], vec![], 0),
            (vec![unknown("r", 0)], vec![recorded(1)], 1),
            (vec![unknown("r", 0)], vec![failed(1)], 0),
            (
                vec![unknown("r", 0), sent("s", 2)],
                vec![failed(0), recorded(2)],
                1,
            ),
        ];
        for (attempts, records, counted) in table {
            let followed = with(&attempts);
            let found = count(&EDUCATION, Some(&followed), Some(&records), None, at(1));
            assert_eq!(found.count, counted, "{attempts:#?} {records:#?}");
        }
    }

    #[test]
    fn what_was_vetted_before_the_first_known_request_was_requested_too() {
        let seen = |entry: Qualification, hours: i64, attempts: &[Attempt]| {
            let mut followed = with(attempts);
            followed.observe(&list([entry]), None, at(hours));
            followed
        };
        let after_denial = |minutes| Audited {
            was_denied: true,
            ..recorded(minutes)
        };
        let of_gcc = Qualification {
            kind: QualificationKind::GovernmentCommunityCloud,
            ..in_review()
        };
        let table = [
            (seen(denied("No"), 1, &[]), vec![], 1),
            (seen(in_review(), 1, &[]), vec![], 1),
            (seen(approved(), 1, &[]), vec![], 1),
            (seen(entry(), 1, &[]), vec![], 0),
            (seen(of_gcc, 1, &[]), vec![], 0),
            // What was seen afterwards is what the known one led to.
            (seen(denied("No"), 1, &[sent("r", 0)]), vec![], 1),
            (seen(denied("No"), 1, &[]), vec![recorded(0)], 1),
            (seen(denied("No"), 1, &[sent("r", 71)]), vec![], 2),
            (seen(denied("No"), 1, &[]), vec![recorded(71)], 2),
            (seen(in_review(), 1, &[]), vec![recorded(71)], 1),
            (followed(), vec![after_denial(0)], 2),
            (followed(), vec![after_denial(60), recorded(0)], 2),
            (with(&[sent("r", 0)]), vec![after_denial(1)], 2),
            (seen(denied("No"), 1, &[]), vec![recorded(69)], 1),
            // One earlier request explains both.
            (seen(denied("No"), 1, &[]), vec![after_denial(71)], 2),
        ];
        for (followed, records, counted) in table {
            let found = count(
                &EDUCATION,
                Some(&followed),
                Some(&records),
                Some(at(0)),
                at(2),
            );
            assert_eq!(found.count, counted, "{followed:#?} {records:#?}");
            let known = records.len().max(followed.attempts.len());
            assert_eq!(found.exact, counted == known, "{followed:#?} {records:#?}");
        }
    }

    #[test]
    fn the_count_is_exact_only_where_nothing_can_be_missing() {
        let one = with(&[sent("r", 0)]);
        let open = with(&[unknown("r", 0)]);
        let now = at(24);
        let new = Some(now.days_before(AUDIT_DAYS));
        let old = Some(now.days_before(AUDIT_DAYS).plus(-1));
        let busy = Audited {
            succeeded: None,
            ..recorded(0)
        };
        let table = [
            (&one, Some(vec![recorded(0)]), new, true),
            (&one, Some(vec![]), new, true),
            (&one, Some(vec![recorded(0)]), old, false),
            (&one, Some(vec![recorded(0)]), None, false),
            (&one, None, new, false),
            (&open, Some(vec![]), new, false),
            (&open, Some(vec![failed(0)]), new, true),
            (&one, Some(vec![recorded(0), busy]), new, false),
        ];
        for (followed, records, since, exact) in table {
            let found = count(&EDUCATION, Some(followed), records.as_deref(), since, now);
            assert_eq!(found.exact, exact, "{records:?} {since:?}");
        }
    }

    #[test]
    fn three_are_the_limit() {
        let records = [recorded(0), recorded(60), recorded(120)];
        let counted = |records| count(&EDUCATION, None, Some(records), None, at(5));
        assert!(counted(&records).used_up());
        assert!(!counted(&records[1..]).used_up());
    }
}
