//! Every page in every state that it can be in: its name, the way there, and what on screen proves that it is reached.
//! Must not know what is looked at there.
//!
//! Each way begins in a browser that keeps nothing and at a sandbox as it starts, so any state can be reached alone. What
//! looks at all of them goes through [`visit`].

mod customer;
mod diagnostics;
mod door;
mod following;
mod lookup;
mod request;
mod shell;
mod visit;

use futures::future::{FutureExt, LocalBoxFuture};

use crate::locator::Locator;
use crate::world::World;

pub use visit::{Extent, visit};

/// Who the states belong to unless it matters.
const AGENT: &str = "Admin agent";

/// One state of one page.
#[derive(Clone, Copy)]
pub struct State {
    /// What it is called, in words with hyphens, the page first.
    pub name: &'static str,
    reach: Reach,
    /// Whether the way there needs what only Chromium's driver can do.
    chromium_alone: bool,
    /// Whether a fault of the app is what is to be seen.
    broken: bool,
    /// Whether it is over before it can be looked at in many ways.
    brief: bool,
    /// Whether another language ends it: its texts are on a server out of reach, or what was said gives way to word of that.
    of_one_language: bool,
}

type Reach = for<'a> fn(&'a World) -> LocalBoxFuture<'a, Proof>;

/// What is on screen in a state and in no other that could be taken for it.
pub struct Proof {
    what: Locator,
    says: String,
}

impl Proof {
    /// Waits until it is there.
    async fn holds(&self) {
        self.what.says(&self.says).await;
    }

    /// Whether it is there at this moment.
    async fn still_holds(&self) -> bool {
        let found = self.what.now().await;
        matches!(found.as_slice(), [one] if one.text.contains(&self.says))
    }
}

/// The proof that this says these words.
fn shows(what: Locator, says: &str) -> Proof {
    let says = says.to_owned();
    Proof { what, says }
}

const fn state(name: &'static str, reach: Reach) -> State {
    State {
        name,
        reach,
        chromium_alone: false,
        broken: false,
        brief: false,
        of_one_language: false,
    }
}

impl State {
    const fn in_chromium(self) -> Self {
        Self {
            chromium_alone: true,
            ..self
        }
    }

    /// Whether it is over once another language is chosen.
    pub fn ends_with_the_language(&self) -> bool {
        self.of_one_language
    }

    const fn of_one_language(self) -> Self {
        Self {
            of_one_language: true,
            ..self
        }
    }

    const fn broken(self) -> Self {
        Self {
            broken: true,
            ..self
        }
    }

    const fn brief(self) -> Self {
        Self {
            brief: true,
            ..self
        }
    }

    /// Goes there anew if it does not last for another look. Says whether it has.
    pub async fn lasts(&self, w: &World) -> bool {
        if self.brief {
            self.is_reached(w).await;
        }
        !self.brief
    }

    async fn is_reached(&self, w: &World) -> Proof {
        w.begins_afresh().await;
        let proof = (self.reach)(w).await;
        proof.holds().await;
        proof
    }
}

/// All of them.
pub fn states() -> Vec<State> {
    [
        door::STATES,
        lookup::STATES,
        customer::STATES,
        request::STATES,
        following::STATES,
        diagnostics::STATES,
        shell::STATES,
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::states;

    #[test]
    fn each_state_has_a_name_of_its_own_that_a_file_can_have() {
        let mut names = BTreeSet::new();
        for state in states() {
            assert!(names.insert(state.name), "{} is there twice", state.name);
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(state.name.chars().all(fits), "{}", state.name);
        }
        assert!(names.len() > 80, "there are only {}", names.len());
    }
}
