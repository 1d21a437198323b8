//! When a call is sent again, and how all calls together keep a pace that the service bears. Pure: time and chance come
//! from outside. Must not know how a call is sent, what it is for, or what time it is.

use super::{
    error::{Error, ErrorKind},
    request::Method,
    response::Exchange,
    silence::Silence,
};

/// How often a call is sent at most, all in all.
pub const MOST_SENDINGS: u32 = 3;
/// How many calls may be under way at once.
pub const MOST_AT_ONCE: u32 = 4;
/// The longest pause that a call waits out, in milliseconds; a longer one makes it fail at once.
pub const LONGEST_WAIT: f64 = 120_000.0;
/// The longest pause that is believed, in milliseconds: one wrong header must not stop the app for a day.
pub const LONGEST_PAUSE: f64 = 3_600_000.0;

/// The first wait after a fault, in milliseconds, if chance makes it the longest; each further one is twice as long.
const FIRST_WAIT: f64 = 1_000.0;
/// The longest wait after a fault that the service itself may ask for, in milliseconds: somebody is waiting.
const LONGEST_ASKED: f64 = 20_000.0;
/// The pause after a 429 that does not say how long, in milliseconds; each further one in a row is twice as long.
const FIRST_PAUSE: f64 = 30_000.0;
/// How often the pause doubles at most.
const DOUBLINGS: u32 = 3;
/// What chance adds to a pause at most, as a part of it: several tabs and people wait for the same moment.
const SPREAD: f64 = 0.1;
/// And in milliseconds.
const LARGEST_SPREAD: f64 = 2_000.0;
/// After how many milliseconds without another 429 one more call may be under way.
const QUIET: f64 = 60_000.0;
/// A pause that another tab knows of counts only if it is longer by so many milliseconds: two tabs that tell each other
/// come to an end.
const NOTICEABLE: f64 = 1_000.0;

/// How a call ended, as far as sending it again depends on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// This status came, and perhaps the seconds that the service asks to wait.
    Answered {
        /// The HTTP status.
        status: u16,
        /// Seconds.
        retry_after: Option<u32>,
    },
    /// The call died without a status, in a browser that is not known to be offline.
    Broken,
    /// The rest: done, given up, out of time, offline, not signed in, or not sent because of a pause.
    Ended,
}

impl Outcome {
    /// How this call ended.
    pub fn of(result: &Result<Exchange, Error>) -> Outcome {
        match result {
            Ok(exchange) if exchange.answer.status < 400 => Outcome::Ended,
            Ok(exchange) => Outcome::Answered {
                status: exchange.answer.status,
                retry_after: Error::from_exchange(exchange).retry_after,
            },
            Err(error) => match error.kind {
                ErrorKind::NoAnswer(Silence::Offline) => Outcome::Ended,
                ErrorKind::NoAnswer(_) => Outcome::Broken,
                _ => Outcome::Ended,
            },
        }
    }
}

/// What to do after a call has ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Next {
    /// Take the outcome as it is.
    Accept,
    /// Send it again after so many milliseconds.
    After(f64),
    /// Send it again when the pause of all calls is over.
    AfterPause,
}

/// What to do after the `sent`-th sending of a call ended so. `chance` is from 0 to 1.
///
/// Only a GET is ever sent again, on 408, 429, 5xx and broken connections
/// (Partner Center docs: error-codes; Microsoft's SDK for the number of times). A POST may have done its work.
pub fn next(method: Method, sent: u32, outcome: Outcome, chance: f64) -> Next {
    if method != Method::Get || sent >= MOST_SENDINGS {
        return Next::Accept;
    }
    match outcome {
        Outcome::Answered { status: 429, .. } => Next::AfterPause,
        Outcome::Answered {
            status: 408 | 500..=599,
            retry_after,
        } => after(sent, retry_after.unwrap_or(0), chance),
        Outcome::Broken => after(sent, 0, chance),
        Outcome::Answered { .. } | Outcome::Ended => Next::Accept,
    }
}

fn after(sent: u32, asked_seconds: u32, chance: f64) -> Next {
    let asked = f64::from(asked_seconds) * 1_000.0;
    if asked > LONGEST_ASKED {
        return Next::Accept;
    }
    let longest = FIRST_WAIT * doubled(sent.saturating_sub(1));
    let own = longest * (1.0 + part(chance)) / 2.0;
    Next::After(own.max(asked))
}

/// How long all calls pause after a 429, in milliseconds: as asked, else longer with each one in a row, counted from 1.
pub fn pause_after(asked_seconds: Option<u32>, in_a_row: u32, chance: f64) -> f64 {
    let pause = asked_seconds.map_or_else(
        || FIRST_PAUSE * doubled(in_a_row.saturating_sub(1)),
        |seconds| (f64::from(seconds.max(1)) * 1_000.0).min(LONGEST_PAUSE),
    );
    pause + (pause * SPREAD).min(LARGEST_SPREAD) * part(chance)
}

fn doubled(times: u32) -> f64 {
    f64::from(1_u32 << times.min(DOUBLINGS))
}

/// A number from 0 to 1, whatever came.
fn part(chance: f64) -> f64 {
    if chance.is_nan() {
        return 0.0;
    }
    chance.clamp(0.0, 1.0)
}

/// Whether a call may be sent now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Admission {
    /// Yes; it counts as under way until [`Pace::leave`].
    Enter,
    /// Not while so many others are under way.
    Full,
    /// Not before so many milliseconds have passed.
    Wait(f64),
    /// No: the pause is too long to wait for. So many seconds are left.
    Refused(u32),
}

/// The pace of all calls. The service counts calls per partner, those made during a pause included
/// (Partner Center docs: api-throttling-guidance), so a 429 to one call holds for all.
///
/// Every moment is in milliseconds on one clock that only goes forward.
#[derive(Clone, Debug)]
pub struct Pace {
    paused_until: f64,
    in_a_row: u32,
    under_way: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Pace {
            paused_until: f64::NEG_INFINITY,
            in_a_row: 0,
            under_way: 0,
        }
    }
}

impl Pace {
    /// Lets a call in, or says why not.
    pub fn admit(&mut self, now: f64) -> Admission {
        let left = self.paused_until - now;
        if !self.is_worth_waiting(now) {
            return Admission::Refused((left / 1_000.0).ceil() as u32);
        }
        if left > 0.0 {
            return Admission::Wait(left);
        }
        if self.under_way >= self.limit(now) {
            return Admission::Full;
        }
        self.under_way += 1;
        Admission::Enter
    }

    /// A call that was let in has ended, however it did.
    pub fn leave(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }

    /// How many calls may be under way: one after a 429, and one more after each quiet minute.
    pub fn limit(&self, now: f64) -> u32 {
        let quiet_minutes = (now - self.paused_until).max(0.0) / QUIET;
        // The conversion saturates, so never having paused is quiet enough.
        (quiet_minutes as u32).min(MOST_AT_ONCE - 1) + 1
    }

    /// Whether all calls wait.
    pub fn is_paused(&self, now: f64) -> bool {
        now < self.paused_until
    }

    /// Whether the pause, if there is one, is short enough to wait for its end.
    pub fn is_worth_waiting(&self, now: f64) -> bool {
        self.paused_until - now <= LONGEST_WAIT
    }

    /// Takes note of a 429: all calls pause. The result is until when, if that is later than known.
    pub fn throttled(&mut self, now: f64, asked_seconds: Option<u32>, chance: f64) -> Option<f64> {
        let known = self.is_paused(now);
        if known && asked_seconds.is_none() {
            return None; // sent before the pause began, so it says nothing new
        }
        if !known {
            self.in_a_row = self.in_a_row.saturating_add(1);
        }
        self.extend(now + pause_after(asked_seconds, self.in_a_row, chance), 0.0)
    }

    /// Takes note of any other answer. One to a call that was sent before the pause says nothing about it.
    pub fn answered(&mut self, now: f64) {
        if !self.is_paused(now) {
            self.in_a_row = 0;
        }
    }

    /// Takes note of a pause that another tab was asked for. The result is as for [`throttled`](Self::throttled).
    pub fn pause_for(&mut self, now: f64, milliseconds: f64) -> Option<f64> {
        if milliseconds.is_nan() || milliseconds <= 0.0 {
            return None;
        }
        self.extend(now + milliseconds.min(LONGEST_PAUSE), NOTICEABLE)
    }

    fn extend(&mut self, until: f64, by_at_least: f64) -> Option<f64> {
        if until <= self.paused_until + by_at_least {
            return None;
        }
        self.paused_until = until;
        Some(until)
    }
}
