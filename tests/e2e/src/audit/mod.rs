//! What others' programs say of a page as it is on screen: axe-core of its accessibility, html-validate of its markup; and
//! what of that is accepted, with the reason. Must not know which pages there are.

mod axe;
mod markup;

pub use axe::{Axe, RULES_OFF};
pub use markup::{Page, violations};

/// Something a program has found on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The name of the state.
    pub state: String,
    /// How it was looked at.
    pub look: String,
    /// The rule, by the program's name for it.
    pub rule: String,
    /// Where on the page, as the program says it.
    pub place: String,
    /// What is wrong.
    pub words: String,
    /// Whether the program knows that it is wrong; else a person has to look.
    pub certain: bool,
}

/// Something that is found and is to stay so.
#[derive(Clone, Copy, Debug)]
pub struct Accepted {
    /// The rule.
    pub rule: &'static str,
    /// The beginning of the names of the states; empty stands for all.
    pub states: &'static str,
    /// A part of the place; empty stands for all.
    pub place: &'static str,
    /// Whether a program was certain.
    pub certain: bool,
    /// Why it is to stay.
    pub reason: &'static str,
}

impl Accepted {
    fn covers(&self, found: &Found) -> bool {
        self.rule == found.rule
            && self.certain == found.certain
            && found.state.starts_with(self.states)
            && found.place.contains(self.place)
    }
}

/// What of the findings is not accepted, and which acceptance nothing needed; `whole` says whether everything was looked at.
pub fn judged(found: &[Found], accepted: &[Accepted], whole: bool) -> Vec<String> {
    let mut wrong: Vec<String> = Vec::new();
    for it in found {
        if !accepted.iter().any(|accepted| accepted.covers(it)) {
            let certain = if it.certain { "" } else { ", to be looked at" };
            wrong.push(format!(
                "{} ({}): {}{certain}: {}: {}",
                it.state, it.look, it.rule, it.place, it.words
            ));
        }
    }
    for it in accepted {
        if whole && !found.iter().any(|found| it.covers(found)) {
            wrong.push(format!("nothing needs this acceptance: {it:?}"));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rule: &str, certain: bool) -> Found {
        Found {
            state: "page-empty".to_owned(),
            look: String::new(),
            rule: rule.to_owned(),
            place: "main > p".to_owned(),
            words: String::new(),
            certain,
        }
    }

    const ACCEPTED: Accepted = Accepted {
        rule: "rule",
        states: "page",
        place: "> p",
        certain: false,
        reason: "it is a test",
    };

    #[test]
    fn what_is_accepted_is_so_for_its_rule_its_states_and_its_place_alone() {
        assert_eq!(judged(&[found("rule", false)], &[ACCEPTED], true), [""; 0]);
        for other in [
            Accepted {
                rule: "other",
                ..ACCEPTED
            },
            Accepted {
                states: "other",
                ..ACCEPTED
            },
            Accepted {
                place: "h1",
                ..ACCEPTED
            },
            Accepted {
                certain: true,
                ..ACCEPTED
            },
        ] {
            assert_eq!(judged(&[found("rule", false)], &[other], false).len(), 1);
        }
    }

    #[test]
    fn an_acceptance_that_nothing_needs_is_wrong_when_everything_was_looked_at() {
        assert_eq!(judged(&[], &[ACCEPTED], true).len(), 1);
        assert_eq!(judged(&[], &[ACCEPTED], false), [""; 0]);
    }
}
