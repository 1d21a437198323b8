//! What is true of a session at a given moment: whether a token is fresh, and whether the person has been idle too long.
//! Must not know the browser: time is handed in, in milliseconds.

use super::discovery::Endpoints;
use super::token::{Claims, Grant};
use super::{Idle, SignInError};

/// A token is renewed when it lives no longer than this, in milliseconds.
const RENEW_BEFORE: f64 = 120_000.0;
/// The idle warning starts this long before the end, in milliseconds.
const WARN_BEFORE: f64 = 120_000.0;
/// More refused tokens than this are not replaced within [`REFUSALS_WITHIN`]: what helps is not a new token.
const REFUSALS: usize = 3;
/// See [`REFUSALS`], in milliseconds.
const REFUSALS_WITHIN: f64 = 60_000.0;

/// The wall clock is believed when it ran ahead by more than this between two readings, in milliseconds.
const SLEPT: f64 = 1_000.0;

/// A clock that never goes back and misses no sleep.
///
/// It follows the monotonic clock, which may stand still while the computer sleeps; then the wall clock says for how long.
/// A wrong wall clock does no harm, and one that is set forward only ends things earlier.
#[derive(Default)]
pub(super) struct SteadyClock {
    last: Option<(f64, f64)>,
    now: f64,
}

impl SteadyClock {
    /// The time since the first reading, given both clocks.
    pub(super) fn read(&mut self, monotonic: f64, wall: f64) -> f64 {
        if let Some((last_monotonic, last_wall)) = self.last {
            let (by_monotonic, by_wall) = (monotonic - last_monotonic, wall - last_wall);
            let step = if by_wall - by_monotonic > SLEPT {
                by_wall
            } else {
                by_monotonic
            };
            self.now += step.max(0.0);
        }
        self.last = Some((monotonic, wall));
        self.now
    }
}

/// The tokens of whoever is signed in. Has no `Debug`.
pub(super) struct Session {
    pub(super) access: String,
    pub(super) refresh: Option<String>,
    pub(super) endpoints: Endpoints,
    pub(super) claims: Claims,
    pub(super) scope: Option<String>,
    got_at: f64,
    life: f64,
    /// When tokens were replaced because the API refused them.
    refusals: Vec<f64>,
}

impl Session {
    pub(super) fn new(grant: Grant, claims: Claims, endpoints: Endpoints, now: f64) -> Self {
        Self {
            access: grant.access,
            refresh: grant.refresh,
            endpoints,
            claims,
            scope: grant.scope,
            got_at: now,
            life: grant.life,
            refusals: Vec::new(),
        }
    }

    /// Takes renewed tokens in. An authority that does not rotate refresh tokens sends none.
    pub(super) fn renewed(
        &mut self,
        grant: Grant,
        after_refusal: bool,
        now: f64,
    ) -> Result<(), SignInError> {
        if grant
            .claims
            .is_some_and(|claims| !claims.same_person(&self.claims))
        {
            return Err(SignInError::PersonChanged);
        }
        self.access = grant.access;
        self.refresh = grant.refresh.or(self.refresh.take());
        self.scope = grant.scope.or(self.scope.take());
        self.got_at = now;
        self.life = grant.life;
        self.refusals.retain(|at| now - at < REFUSALS_WITHIN);
        if after_refusal {
            self.refusals.push(now);
        }
        Ok(())
    }

    /// Whether the token can be used without renewing it first. Half its life is enough for a short-lived one.
    pub(super) fn is_fresh(&self, now: f64) -> bool {
        self.left(now) > RENEW_BEFORE.min(self.life / 2.0)
    }

    /// Whether the token is still valid.
    pub(super) fn is_valid(&self, now: f64) -> bool {
        self.left(now) > 0.0
    }

    /// Whether refused tokens have been replaced so often lately that it cannot help.
    pub(super) fn is_refused_in_a_loop(&self, now: f64) -> bool {
        let lately = self
            .refusals
            .iter()
            .filter(|at| now - **at < REFUSALS_WITHIN);
        lately.count() >= REFUSALS
    }

    fn left(&self, now: f64) -> f64 {
        self.got_at + self.life - now
    }
}

/// Watches how long the person has done nothing.
pub(super) struct IdleWatch {
    limit: f64,
    last: f64,
}

impl IdleWatch {
    pub(super) fn new(minutes: f64, now: f64) -> Self {
        Self {
            limit: minutes * 60_000.0,
            last: now,
        }
    }

    /// The person did something. Too late, it changes nothing: a computer that wakes up must not go on with the session
    /// of somebody who left.
    pub(super) fn touch(&mut self, now: f64) {
        if self.phase(now).is_some() {
            self.last = now;
        }
    }

    /// How close the end is; `None` when it is reached.
    pub(super) fn phase(&self, now: f64) -> Option<Idle> {
        let left = self.last + self.limit - now;
        if left <= 0.0 {
            return None;
        }
        if left > WARN_BEFORE.min(self.limit / 2.0) {
            return Some(Idle::Active);
        }
        // At most 120, so the conversion is exact.
        Some(Idle::Warning {
            seconds_left: (left / 1000.0).ceil() as u32,
        })
    }

    /// When the person last did something.
    pub(super) fn last(&self) -> f64 {
        self.last
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::attempt::tests::attempt;
    use super::super::error::Step;
    use super::super::token;
    use super::super::token::tests::{claims, id_token};
    use super::*;
    use serde_json::json;

    const MINUTE: f64 = 60_000.0;

    fn grant(access: &str, minutes: f64) -> Grant {
        let answer = json!({
            "token_type": "Bearer", "access_token": access, "expires_in": minutes * 60.0, "refresh_token": access,
            "id_token": id_token(&claims())
        });
        token::read(Step::Exchange, 200, &answer.to_string())
            .ok()
            .unwrap()
    }

    fn session(minutes: f64) -> Session {
        let mut grant = grant("first", minutes);
        let claims = grant.claims.take().unwrap();
        Session::new(grant, claims, attempt().endpoints, 0.0)
    }

    #[test]
    fn a_token_is_renewed_when_less_than_two_minutes_are_left() {
        let session = session(60.0);
        assert!(session.is_fresh(57.9 * MINUTE));
        assert!(!session.is_fresh(58.0 * MINUTE));
        assert!(session.is_valid(59.9 * MINUTE));
        assert!(!session.is_valid(60.0 * MINUTE));
    }

    #[test]
    fn a_token_that_lives_a_minute_is_used_for_half_of_it() {
        let session = session(1.0);
        assert!(session.is_fresh(0.4 * MINUTE));
        assert!(!session.is_fresh(0.5 * MINUTE));
    }

    #[test]
    fn a_renewal_without_a_refresh_token_keeps_the_old_one() {
        let mut session = session(60.0);
        let answer = Grant {
            refresh: None,
            ..grant("second", 60.0)
        };
        session.renewed(answer, false, MINUTE).unwrap();
        assert_eq!(session.access, "second");
        assert_eq!(session.refresh.as_deref(), Some("first"));
        session
            .renewed(grant("third", 60.0), false, MINUTE)
            .unwrap();
        assert_eq!(session.refresh.as_deref(), Some("third"));
    }

    #[test]
    fn a_renewal_for_another_person_is_refused() {
        let mut session = session(60.0);
        let mut other = claims();
        other["sub"] = json!("somebody else");
        let answer = Grant {
            claims: serde_json::from_value(other).unwrap(),
            ..grant("second", 60.0)
        };
        assert_eq!(
            session.renewed(answer, false, MINUTE),
            Err(SignInError::PersonChanged)
        );
        assert_eq!(session.access, "first");
    }

    #[test]
    fn three_refusals_within_a_minute_are_a_loop() {
        let mut session = session(60.0);
        for second in [0.0, 10.0, 20.0] {
            assert!(!session.is_refused_in_a_loop(second * 1_000.0));
            session
                .renewed(grant("next", 60.0), true, second * 1_000.0)
                .unwrap();
        }
        assert!(session.is_refused_in_a_loop(59_999.0));
        assert!(!session.is_refused_in_a_loop(60_000.0));
    }

    #[test]
    fn renewals_that_no_refusal_caused_are_no_loop() {
        let mut session = session(60.0);
        for _ in 0..5 {
            session.renewed(grant("next", 60.0), false, 0.0).unwrap();
        }
        assert!(!session.is_refused_in_a_loop(0.0));
    }

    #[test]
    fn a_long_idle_limit_warns_two_minutes_before_the_end() {
        let watch = IdleWatch::new(60.0, 0.0);
        assert_eq!(watch.phase(57.9 * MINUTE), Some(Idle::Active));
        assert_eq!(
            watch.phase(58.0 * MINUTE),
            Some(Idle::Warning { seconds_left: 120 })
        );
        assert_eq!(
            watch.phase(60.0 * MINUTE - 1.0),
            Some(Idle::Warning { seconds_left: 1 })
        );
        assert_eq!(watch.phase(60.0 * MINUTE), None);
    }

    #[test]
    fn a_short_idle_limit_warns_at_half() {
        let watch = IdleWatch::new(0.1, 0.0);
        assert_eq!(watch.phase(2_999.0), Some(Idle::Active));
        assert_eq!(
            watch.phase(3_000.0),
            Some(Idle::Warning { seconds_left: 3 })
        );
        assert_eq!(watch.phase(6_000.0), None);
    }

    #[test]
    fn doing_something_starts_the_limit_anew_but_not_after_its_end() {
        let mut watch = IdleWatch::new(60.0, 0.0);
        watch.touch(59.0 * MINUTE);
        assert_eq!(watch.phase(61.0 * MINUTE), Some(Idle::Active));
        watch.touch(59.0 * MINUTE + 60.0 * MINUTE);
        assert_eq!(watch.phase(59.0 * MINUTE + 60.0 * MINUTE), None);
    }

    #[test]
    fn the_steady_clock_counts_sleep_and_ignores_clocks_that_are_set_back() {
        let mut clock = SteadyClock::default();
        assert_eq!(clock.read(1_000.0, 9_000_000.0), 0.0);
        assert_eq!(clock.read(2_000.0, 9_001_000.0), 1_000.0);
        // Asleep: the monotonic clock stood still.
        assert_eq!(clock.read(2_001.0, 9_501_000.0), 501_000.0);
        // Whole milliseconds do not add up to more than passed.
        assert_eq!(clock.read(2_001.5, 9_501_001.0), 501_000.5);
        // Set back by an hour.
        assert_eq!(clock.read(3_001.5, 5_902_001.0), 502_000.5);
        assert_eq!(clock.read(3_000.0, 5_900_000.0), 502_000.5);
    }
}
