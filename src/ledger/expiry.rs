//! When a record has served its purpose.
//! Must not know who removes it.

use super::moment::Moment;
use super::record::Followed;
use super::rows::Standing;

/// For how many days a record is kept after the decision, unless somebody wants it otherwise: the next school year can still
/// look at the last one.
pub const KEPT_DAYS: u32 = 400;

impl Followed {
    /// Whether so many days have passed since everything was decided, or since following was stopped. What is followed and
    /// undecided never expires.
    pub fn expired(&self, days: u32, now: Moment) -> bool {
        let ended = self.stopped.or_else(|| self.decided());
        ended.is_some_and(|ended| ended <= now.days_before(days))
    }

    /// When the last decision was seen, if nothing is undecided.
    fn decided(&self) -> Option<Moment> {
        let decided = |kind| {
            let standing = Standing::of(self, kind);
            let shown = standing.shown.filter(|_| standing.state.is_decided());
            shown.map(|it| it.first_seen)
        };
        let each: Option<Vec<_>> = self.kinds().into_iter().map(decided).collect();
        each?.into_iter().max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample::{
        approved, asked, at, denied, entry, followed, in_review, list, soe,
    };

    #[test]
    fn a_record_expires_so_many_days_after_the_last_decision_and_never_before_one() {
        let refused = || denied("Not an eligible Museum");
        let cases = [
            ("nothing was shown", vec![], None),
            ("it is in review", vec![list([in_review()])], None),
            ("approved", vec![list([approved()])], Some(0)),
            (
                "denied",
                vec![list([in_review()]), list([refused()])],
                Some(1),
            ),
            (
                "a denial was dropped",
                vec![list([refused()]), list([])],
                Some(0),
            ),
            (
                "an approval is gone",
                vec![list([approved()]), list([])],
                None,
            ),
            ("a status is missing", vec![list([entry()])], None),
            ("it stands without one", vec![list([soe()])], Some(0)),
            ("one of two", vec![list([soe(), in_review()])], None),
            (
                "both",
                vec![list([soe()]), list([soe(), approved()])],
                Some(1),
            ),
        ];
        for (case, readings, decided) in cases {
            let mut followed = followed();
            for (hours, reading) in (0..).zip(&readings) {
                followed.observe(reading, None, at(hours));
            }
            for hours in [0, 9_598, 9_599, 9_600, 9_601, 9_602, 100_000] {
                let expected = decided.is_some_and(|decided| hours >= decided + 9_600);
                let expired = followed.expired(KEPT_DAYS, at(hours));
                assert_eq!(expired, expected, "{case}, after {hours} hours");
            }
        }
    }

    #[test]
    fn a_request_after_the_decision_is_undecided_and_what_was_stopped_expires_all_the_same() {
        let mut followed = followed();
        followed.observe(&list([denied("Not an eligible Museum")]), None, at(0));
        followed.attempt(asked("r", 10));
        assert!(!followed.expired(KEPT_DAYS, at(100_000)));
        followed.stopped = Some(at(20));
        assert!(!followed.expired(KEPT_DAYS, at(9_619)));
        assert!(followed.expired(KEPT_DAYS, at(9_620)));
    }
}
