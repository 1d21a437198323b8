//! What is to happen: for whom somebody asks for what, and what comes in between. Decided by the seed alone.
//! Must not know the browser.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::dice::Dice;

/// A customer as the sandbox lists it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Customer {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) qualifications: Value,
}

/// A qualification one can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Education,
    Government,
    StateOwned,
}

impl Kind {
    /// What the page calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Education => "Education",
            Self::Government => "Government Community Cloud",
            Self::StateOwned => "State-owned entity",
        }
    }

    /// What Partner Center calls it.
    pub(super) fn wire(self) -> &'static str {
        match self {
            Self::Education => "Education",
            Self::Government => "GovernmentCommunityCloud",
            Self::StateOwned => "StateOwnedEntity",
        }
    }

    /// Which ones can be asked for as things stand. Leaves out what is possible but doubtful.
    fn possible(qualifications: &Value) -> Vec<Self> {
        let mut present = Vec::new();
        for entry in qualifications.as_array().into_iter().flatten() {
            present.push((
                entry["qualification"].as_str().unwrap_or_default(),
                entry["vettingStatus"].as_str().unwrap_or_default(),
            ));
        }
        match present.as_slice() {
            [] => vec![Self::Education, Self::Government, Self::StateOwned],
            [("Education", "Denied")] => vec![Self::Education, Self::StateOwned],
            [("StateOwnedEntity", _)] => vec![Self::Education, Self::Government],
            [("Education" | "GovernmentCommunityCloud", _)] => vec![Self::StateOwned],
            _ => Vec::new(),
        }
    }
}

/// What happens around a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Nothing: the person waits for the outcome.
    Wait,
    /// The person goes elsewhere in the app.
    Leave,
    /// The page is reloaded in the middle.
    Reload,
    /// The tab is closed in the middle.
    Close,
    /// The tab crashes in the middle.
    Crash,
    /// The same is asked for in two tabs at once.
    TwoTabs,
    /// The network goes away in the middle, and comes back.
    Offline,
    /// Access tokens have expired.
    Expired,
    /// The sign-in is no good any more at all.
    SignedOut,
    /// Somebody else has asked for the same just before.
    SomebodyElse,
}

/// Each deed with how many of a hundred requests it happens to.
const USUAL: &[(Deed, u64)] = &[
    (Deed::Wait, 38),
    (Deed::Leave, 8),
    (Deed::Reload, 13),
    (Deed::Close, 10),
    (Deed::Crash, 3),
    (Deed::TwoTabs, 9),
    (Deed::Offline, 8),
    (Deed::Expired, 5),
    (Deed::SignedOut, 2),
    (Deed::SomebodyElse, 4),
];

/// One errand: a customer to look up, a qualification to ask for, and what comes in between.
#[derive(Clone, Debug)]
pub(super) struct Errand {
    pub(super) customer: Customer,
    pub(super) kind: Kind,
    pub(super) deed: Deed,
    /// Whether the customer is looked up by the beginning of its name, not by its ID.
    pub(super) by_name: bool,
    /// The Education segment.
    pub(super) segment: &'static str,
    /// The website; empty for none.
    pub(super) website: &'static str,
    /// Which call is made slow so that the deed falls into it, and how it fails.
    pub(super) trap: Option<Value>,
    /// How long after the press the deed happens.
    pub(super) pause: Duration,
    /// How long a network outage lasts.
    pub(super) outage: Duration,
    /// Whether the person waits when told to wait for long, instead of reloading the page.
    pub(super) patient: bool,
    /// Whether the person tries again after a refusal.
    pub(super) persistent: bool,
}

/// One person's errands, one after another.
pub(super) struct Plan {
    dice: Dice,
    customers: Vec<Customer>,
    deeds: Vec<(Deed, u64)>,
    /// Whether the calls that are made slow also fail.
    with_failures: bool,
}

impl Plan {
    /// The errands of one of several persons, who share the customers out among themselves. With `only`, that deed and
    /// nothing else comes in between.
    pub(super) fn new(
        seed: u64,
        (person, persons): (usize, usize),
        customers: &[Customer],
        only: Option<Deed>,
    ) -> Self {
        let mut customers: Vec<_> = customers
            .iter()
            .filter(|customer| !Kind::possible(&customer.qualifications).is_empty())
            .cloned()
            .collect();
        // The same for everybody, so that each gets others.
        let mut dice = Dice::new(seed, 0);
        for at in (1..customers.len()).rev() {
            let other = dice.between(0, at as u64 + 1);
            customers.swap(at, usize::try_from(other).unwrap_or(0));
        }
        let own = customers
            .into_iter()
            .skip(person)
            .step_by(persons)
            .collect();
        Self {
            dice: Dice::new(seed, person as u64 + 1),
            customers: own,
            deeds: only.map_or_else(|| USUAL.to_vec(), |deed| vec![(deed, 100)]),
            with_failures: only.is_none(),
        }
    }

    fn deed(&mut self) -> Deed {
        let all = self.deeds.iter().map(|(_, share)| share).sum();
        let mut left = self.dice.between(0, all);
        for (deed, share) in &self.deeds {
            if left < *share {
                return *deed;
            }
            left -= share;
        }
        Deed::Wait
    }
}

impl Iterator for Plan {
    type Item = Errand;

    /// The next errand; none when there are no customers left.
    fn next(&mut self) -> Option<Errand> {
        let customer = self.customers.pop()?;
        let deed = self.deed();
        let dice = &mut self.dice;
        let path = format!("/v1/customers/{}/qualifications", customer.id);
        let delay = dice.between(400, 900);
        let trap = match deed {
            Deed::TwoTabs => {
                Some(json!({ "method": "GET", "path": path, "times": 2, "delayMs": 700 }))
            }
            Deed::Reload | Deed::Close | Deed::Crash | Deed::Leave | Deed::Offline => {
                let mut trap = json!({ "method": "POST", "path": path, "delayMs": delay });
                match dice.between(0, 10) {
                    _ if !self.with_failures => {}
                    0 | 1 => trap["method"] = "GET".into(),
                    2 => trap["kind"] = "drop-before".into(),
                    3 | 4 => trap["kind"] = "reset-after".into(),
                    5 => trap["kind"] = "server-error-after-effect".into(),
                    _ => {}
                }
                Some(trap)
            }
            _ => None,
        };
        Some(Errand {
            kind: dice.pick(&Kind::possible(&customer.qualifications)),
            deed,
            by_name: dice.percent(20),
            segment: dice.pick(&["K-12", "Higher education"]),
            website: dice.pick(&["", "www.institution.example", "institution.edu.example"]),
            trap,
            pause: Duration::from_millis(dice.between(60, delay)),
            outage: Duration::from_millis(dice.between(500, 3000)),
            patient: dice.percent(25),
            persistent: dice.percent(50),
            customer,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn customers() -> Vec<Customer> {
        let customer = |number: u32| Customer {
            id: number.to_string(),
            name: format!("Customer {number}"),
            qualifications: match number % 3 {
                0 => json!([]),
                1 => json!([{ "qualification": "Education", "vettingStatus": "Denied" }]),
                _ => json!([{ "qualification": "Nonprofit" }]),
            },
        };
        (0..90).map(customer).collect()
    }

    fn ids(seed: u64, person: usize, persons: usize) -> Vec<String> {
        Plan::new(seed, (person, persons), &customers(), None)
            .map(|errand| errand.customer.id)
            .collect()
    }

    #[test]
    fn the_seed_decides_the_errands() {
        let told = |seed| {
            Plan::new(seed, (0, 2), &customers(), None)
                .map(|errand| format!("{errand:?}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(4), told(4));
        assert_ne!(told(4), told(5));
    }

    #[test]
    fn no_two_persons_get_the_same_customer_and_nobody_one_for_whom_nothing_is_possible() {
        let all: Vec<_> = [ids(4, 0, 3), ids(4, 1, 3), ids(4, 2, 3)].concat();
        assert_eq!(all.len(), 60);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 60);
    }

    #[test]
    fn every_deed_is_planned_sooner_or_later() {
        let mut seen = Vec::new();
        for seed in 0..20 {
            seen.extend(Plan::new(seed, (0, 1), &customers(), None).map(|errand| errand.deed));
        }
        assert!(USUAL.iter().all(|(deed, _)| seen.contains(deed)));
    }
}
