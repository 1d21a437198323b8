//! Which followed customer is read next, and when: polite towards the service, and never late beyond a bound. Pure.
//! Must not know the browser, or what a reading finds.

use crate::partner_center::CustomerId;
use std::hash::{DefaultHasher, Hash, Hasher};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How many readings may be under way at once.
pub const AT_ONCE: usize = 2;
/// How many readings may go out one after the other when all was quiet before: the first round of a small list.
const BURST: i64 = 40;
/// After those, one reading in so many milliseconds; with the burst this is below 600 an hour.
const SPACING: i64 = 6_600;
/// Every undecided customer is read at least this often, in milliseconds, with some time to spare below four hours.
const LONGEST: i64 = 3 * HOUR + 20 * MINUTE;
/// The first wait after a reading that failed for a reason of the service, for all customers; doubled each time.
const PAUSE: i64 = MINUTE;
const LONGEST_PAUSE: i64 = 15 * MINUTE;

/// What the plan has to know of a followed customer whose qualifications are not decided. Times are in milliseconds since
/// 1970 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Who.
    pub customer: CustomerId,
    /// Since when something is to be decided; the longer ago, the rarer the readings.
    pub since: i64,
    /// When it was last read, or tried in vain.
    pub tried: Option<i64>,
    /// Whether something has been heard that makes reading worthwhile at once.
    pub hurry: bool,
    /// Whether there is nothing to be decided any more, but what was decided may still change.
    pub rarely: bool,
}

impl Watched {
    /// When it is to be read next; at once if it never was.
    pub fn due(&self, now: i64) -> i64 {
        // A reading that is yet to come means that the clock was set back: nobody waits until it has caught up.
        let Some(tried) = self.tried.filter(|tried| !self.hurry && *tried <= now) else {
            return now.min(self.since);
        };
        let interval = match self.rarely {
            true => DAY,
            false => interval(now - self.since),
        };
        tried + interval - spread(self.customer, tried, interval / 8)
    }
}

/// How long to wait between two readings of what has been undecided for `age`, in milliseconds.
fn interval(age: i64) -> i64 {
    match age {
        ..HOUR => 15 * MINUTE,
        HOUR..=28_800_000 => 30 * MINUTE,
        28_800_001..=86_400_000 => HOUR,
        86_400_001..=259_200_000 => 2 * HOUR,
        _ => LONGEST,
    }
}

/// A share of `most` that differs from customer to customer and from time to time, so that what began together does not go on
/// together.
fn spread(customer: CustomerId, tried: i64, most: i64) -> i64 {
    let mut hasher = DefaultHasher::new();
    (customer, tried).hash(&mut hasher);
    i64::try_from(hasher.finish() % most.max(1).unsigned_abs()).unwrap_or(0)
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Read this customer.
    Read(CustomerId),
    /// Nothing for so many milliseconds, unless something changes.
    Wait(i64),
}

/// How far the one tab that reads has come.
#[derive(Clone, Debug)]
pub struct Plan {
    /// When it was last asked.
    asked: i64,
    /// Until when what may go out is used up, counted back from now: a token bucket in one number.
    used_until: i64,
    under_way: Vec<CustomerId>,
    paused_until: i64,
    troubles: u32,
}

impl Plan {
    /// A plan for a tab that begins to lead. What others have read lately counts.
    pub fn begin(watched: &[Watched], now: i64) -> Self {
        let lately = now - BURST * SPACING;
        let read = watched.iter().filter_map(|it| it.tried);
        let read = read.filter(|tried| (lately..=now).contains(tried)).count() as i64;
        Self {
            asked: now,
            used_until: lately + read * SPACING,
            under_way: Vec::new(),
            paused_until: now,
            troubles: 0,
        }
    }

    /// What to do now. Of several that are due, the one that has waited longest comes first.
    pub fn next(&mut self, watched: &[Watched], now: i64) -> Next {
        self.follow_clock(now);
        if self.under_way.len() >= AT_ONCE {
            return Next::Wait(HOUR); // whichever ends first asks again
        }
        let idle = watched
            .iter()
            .filter(|it| !self.under_way.contains(&it.customer));
        let Some(first) = idle.min_by_key(|it| (it.due(now), it.customer)) else {
            return Next::Wait(HOUR);
        };
        let ready = first.due(now).max(self.paused_until).max(self.used_until);
        match ready <= now {
            true => Next::Read(first.customer),
            false => Next::Wait(ready - now),
        }
    }

    /// Whether a reading is under way.
    pub fn is_busy(&self) -> bool {
        !self.under_way.is_empty()
    }

    /// Where the clock was set back, what is left to wait stays the same.
    fn follow_clock(&mut self, now: i64) {
        let back = (self.asked - now).max(0);
        self.used_until -= back;
        self.paused_until -= back;
        self.asked = now;
    }

    /// A reading goes out. `all` is how many are watched: very many need more than the usual pace to be read in time.
    pub fn sent(&mut self, customer: CustomerId, all: usize, now: i64) {
        let all = i64::try_from(all).unwrap_or(i64::MAX).max(1);
        let spacing = SPACING.min(LONGEST / all);
        self.used_until = self.used_until.max(now - BURST * spacing) + spacing;
        self.under_way.push(customer);
    }

    /// A reading came back. `pause` is how long the service asked everybody to wait, in milliseconds; `troubled` that it
    /// failed for a reason that the next one would meet as well.
    pub fn came_back(
        &mut self,
        customer: CustomerId,
        pause: Option<i64>,
        troubled: bool,
        now: i64,
    ) {
        self.under_way.retain(|it| *it != customer);
        self.troubles = match troubled {
            true => self.troubles.saturating_add(1),
            false => 0,
        };
        let own = match self.troubles {
            0 => 0,
            count => (PAUSE << (count - 1).min(8)).min(LONGEST_PAUSE),
        };
        let until = now + own.max(pause.unwrap_or(0));
        self.paused_until = self.paused_until.max(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// 2026-03-05T10:00:00Z.
    const START: i64 = 1_772_704_800_000;

    fn customer(number: usize) -> CustomerId {
        let id = format!("00000000-0000-4000-8000-{number:012}");
        id.parse().expect("a GUID")
    }

    /// A service, a list of customers and a clock that does not wait.
    struct Simulation {
        now: i64,
        watched: Vec<Watched>,
        plan: Plan,
        /// What is under way, by when it comes back.
        under_way: BTreeMap<(i64, CustomerId), ()>,
        /// Every reading that went out: when, and whom.
        sent: Vec<(i64, CustomerId)>,
        /// While the service throttles: from, until.
        throttled: Option<(i64, i64)>,
        latency: i64,
    }

    impl Simulation {
        fn of(count: usize, age: i64) -> Self {
            let new = |number| Watched {
                customer: customer(number),
                since: START - age,
                tried: None,
                hurry: false,
                rarely: false,
            };
            let watched: Vec<_> = (0..count).map(new).collect();
            Self {
                now: START,
                plan: Plan::begin(&watched, START),
                watched,
                under_way: BTreeMap::new(),
                sent: Vec::new(),
                throttled: None,
                latency: 400,
            }
        }

        fn run(&mut self, length: i64) {
            let end = self.now + length;
            while self.now < end {
                let wait = match self.plan.next(&self.watched, self.now) {
                    Next::Read(customer) => {
                        self.sent.push((self.now, customer));
                        self.plan.sent(customer, self.watched.len(), self.now);
                        let took = self.latency + (self.sent.len() as i64 * 37) % 900;
                        self.under_way.insert((self.now + took, customer), ());
                        assert!(self.under_way.len() <= AT_ONCE);
                        continue;
                    }
                    Next::Wait(wait) => wait,
                };
                let back = self.under_way.keys().next().copied();
                let until = back.map_or(self.now + wait, |(at, _)| at.min(self.now + wait));
                self.now = until.min(end);
                if let Some((at, customer)) = back.filter(|(at, _)| *at <= self.now) {
                    self.under_way.remove(&(at, customer));
                    self.comes_back(customer);
                }
            }
        }

        fn comes_back(&mut self, customer: CustomerId) {
            let within = |(from, until): &(i64, i64)| (*from..*until).contains(&self.now);
            let pause = self
                .throttled
                .filter(within)
                .map(|(_, until)| until - self.now);
            for it in self.watched.iter_mut().filter(|it| it.customer == customer) {
                (it.tried, it.hurry) = (Some(self.now), false);
            }
            self.plan
                .came_back(customer, pause, pause.is_some(), self.now);
        }

        /// The longest time that any customer was not read, in milliseconds.
        fn longest_gap(&self) -> i64 {
            let mut last: BTreeMap<_, _> =
                self.watched.iter().map(|it| (it.customer, START)).collect();
            let mut longest = 0;
            for (at, customer) in &self.sent {
                longest = longest.max(at - last.insert(*customer, *at).unwrap_or(*at));
            }
            let waiting = last.values().map(|at| self.now - at);
            waiting.fold(longest, i64::max)
        }
    }

    #[test]
    fn five_hundred_customers_cost_at_most_six_hundred_requests_an_hour_however_new_they_are() {
        for age in [0, 2 * HOUR, 20 * HOUR, 60 * HOUR, 1_000 * HOUR] {
            let mut simulation = Simulation::of(500, age);
            simulation.run(HOUR);
            let requests = simulation.sent.len();
            assert!((500..=600).contains(&requests), "{requests} at age {age}");
            let read: BTreeSet<_> = simulation.sent.iter().map(|(_, who)| *who).collect();
            assert_eq!(read.len(), 500, "everybody is read");
        }
    }

    #[test]
    fn no_hour_of_a_day_costs_more_than_six_hundred_requests() {
        let mut simulation = Simulation::of(500, 0);
        simulation.run(24 * HOUR);
        let sent = &simulation.sent;
        for (index, (from, _)) in sent.iter().enumerate() {
            let hour = sent[index..].iter().take_while(|(at, _)| at - from < HOUR);
            assert!(hour.count() <= 600);
        }
    }

    #[test]
    fn everybody_undecided_is_read_at_least_every_four_hours() {
        for (count, age, hours) in [
            (1, 0, 26),
            (500, 0, 13),
            (500, 1_000 * HOUR, 13),
            (2_500, 1_000 * HOUR, 5),
        ] {
            let mut simulation = Simulation::of(count, age);
            simulation.run(hours * HOUR);
            let gap = simulation.longest_gap();
            assert!(gap <= 4 * HOUR, "{gap} ms for {count} at age {age}");
        }
    }

    #[test]
    fn a_decision_that_nothing_announces_is_found_within_four_hours() {
        let mut simulation = Simulation::of(500, 100 * HOUR);
        simulation.run(10 * HOUR);
        let decided = simulation.now;
        simulation.run(4 * HOUR);
        let found = |it: &Watched| it.tried.is_some_and(|tried| tried > decided);
        assert!(simulation.watched.iter().all(found));
    }

    #[test]
    fn nothing_goes_out_before_the_service_has_said_that_it_may() {
        let mut simulation = Simulation::of(500, 0);
        let (from, until) = (START + 10 * MINUTE, START + 25 * MINUTE);
        simulation.throttled = Some((from, until));
        simulation.run(HOUR);
        let heard = simulation.latency + 900;
        let during = |(at, _): &&(i64, CustomerId)| (from + heard..until).contains(at);
        assert_eq!(simulation.sent.iter().filter(during).count(), 0);
        assert!(simulation.sent.iter().any(|(at, _)| *at >= until));
    }

    #[test]
    fn readings_get_rarer_with_age_and_do_not_go_in_step() {
        let due = |number, age: i64| {
            let tried = Some(START);
            let since = START - age;
            let customer = customer(number);
            let it = Watched {
                customer,
                since,
                tried,
                hurry: false,
                rarely: false,
            };
            it.due(START) - START
        };
        let ages = [0, 2 * HOUR, 9 * HOUR, 30 * HOUR, 100 * HOUR];
        let waits = ages.map(|age| due(1, age));
        assert!(waits.is_sorted(), "{waits:?}");
        assert!(waits[0] >= 13 * MINUTE && waits[4] <= 4 * HOUR);
        let new: BTreeSet<_> = (0..20).map(|number| due(number, 0)).collect();
        assert!(new.len() > 15, "they are spread");
    }

    #[test]
    fn a_clock_set_back_makes_nobody_wait_longer_than_an_interval() {
        let mut simulation = Simulation::of(20, 0);
        simulation.run(30 * MINUTE);
        simulation.now -= 48 * HOUR;
        simulation.under_way.clear();
        simulation.plan.under_way.clear();
        simulation.run(HOUR);
        let after = simulation
            .sent
            .iter()
            .rev()
            .take_while(|(at, _)| *at < START);
        let read: BTreeSet<_> = after.map(|(_, who)| *who).collect();
        assert_eq!(read.len(), 20);
    }

    #[test]
    fn a_tab_that_takes_over_goes_on_at_the_pace_of_the_one_before() {
        let mut simulation = Simulation::of(500, 0);
        for _ in 0..12 {
            simulation.run(5 * MINUTE);
            simulation.plan = Plan::begin(&simulation.watched, simulation.now);
            simulation.under_way.clear();
        }
        let requests = simulation.sent.len();
        assert!(requests <= 600, "{requests}");
    }

    #[test]
    fn what_brings_a_reading_forward_is_read_next() {
        let mut simulation = Simulation::of(3, 100 * HOUR);
        simulation.run(MINUTE);
        simulation.watched[2].hurry = true;
        let next = simulation.plan.next(&simulation.watched, simulation.now);
        assert_eq!(next, Next::Read(customer(2)));
    }

    #[test]
    fn a_service_in_trouble_is_asked_ever_less_often() {
        let watched = Simulation::of(100, 0).watched;
        let mut plan = Plan::begin(&watched, START);
        let mut now = START;
        let mut waits = Vec::new();
        for _ in 0..6 {
            let Next::Read(customer) = plan.next(&watched, now) else {
                panic!("somebody is due");
            };
            plan.sent(customer, watched.len(), now);
            plan.came_back(customer, None, true, now);
            let Next::Wait(wait) = plan.next(&watched, now) else {
                panic!("the service is in trouble");
            };
            waits.push(wait / MINUTE);
            now += wait;
        }
        assert_eq!(waits, [1, 2, 4, 8, 15, 15]);
    }
}
