//! What came of it: the persons' intents and what the app told them, held against what arrived at Partner Center. Pure.
//! Must not know how it was found out.

use std::fmt::Write as _;

use super::plan::{Deed, Kind};

/// What the app tells somebody about an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// It was sent.
    Sent,
    /// It was not sent, in these words.
    NotSent(String),
    /// Nothing has been sent yet: the answers are there to be checked, or the form to be filled in.
    NotYet,
    /// It is on its way, or about to be.
    Sending,
    /// It is not known.
    Unknown,
    /// Nothing at all.
    Nothing,
}

impl Told {
    /// Whether the app hereby says that it knows of the request. From then on it must come to an end that is told.
    pub(super) fn is_owned(&self) -> bool {
        !matches!(self, Self::NotYet | Self::Nothing)
    }

    /// Whether it is the end.
    pub(super) fn is_end(&self) -> bool {
        matches!(self, Self::Sent | Self::NotSent(_))
    }
}

/// One decision of somebody to ask for a qualification, taken by pressing *Send request*.
#[derive(Clone, Debug)]
pub(super) struct Intent {
    pub(super) customer: String,
    pub(super) kind: Kind,
    pub(super) deed: Deed,
    /// How many requests had arrived when the button was pressed.
    pub(super) since: u64,
    /// What the app told, each with how many requests had arrived by then.
    pub(super) told: Vec<(u64, Told)>,
    /// Whether somebody else has asked for the same.
    pub(super) by_others: bool,
    /// What happened, in words.
    pub(super) trace: Vec<String>,
}

impl Intent {
    /// What the app told last.
    pub(super) fn last(&self) -> &Told {
        self.told.last().map_or(&Told::Nothing, |(_, told)| told)
    }

    /// Whether the app has taken it up and later says nothing of it, be it in another tab.
    fn is_forgotten(&self) -> bool {
        let tellings = self.told.iter().map(|(_, told)| told);
        let mut since = tellings.skip_while(|told| !told.is_owned());
        since.any(|told| !told.is_owned())
    }
}

/// A request for a qualification that arrived.
#[derive(Clone, Debug)]
pub(super) struct Post {
    pub(super) number: u64,
    pub(super) customer: String,
    pub(super) kind: String,
    pub(super) request_id: String,
    pub(super) took_effect: bool,
    pub(super) status: Option<u16>,
    pub(super) fault: Option<String>,
}

/// The figures of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// How often somebody looked a customer up.
    pub lookups: usize,
    /// Decisions to ask for a qualification.
    pub intents: usize,
    /// Requests for a qualification that arrived.
    pub posts: usize,
    /// Those that took effect.
    pub effects: usize,
    /// Requests that took effect though one of the same intent had. Must be 0.
    pub duplicates: usize,
    /// Intents of which the app says nothing after it had taken them up: it had told of them, or a request had arrived.
    /// Must be 0.
    pub lost: usize,
    /// Intents that the app called sent, and nothing was done. Must be 0.
    pub false_sent: usize,
    /// Intents that the app called not sent, and they were. Must be 0.
    pub false_not_sent: usize,
    /// Intents of whose outcome the app finally says that it is not known, or still on its way. Must be 0.
    pub unresolved: usize,
    /// Intents that the app never took up: the press came too late or the tab's end too soon, and it says so by offering
    /// to send still, or nothing any more.
    pub never_taken_up: usize,
    /// Panics of the app and other errors nobody caught. Must be 0.
    pub panics: usize,
    /// Violations of the site's policy, and tokens where none belongs. Must be 0.
    pub violations: usize,
    /// Random faults that struck.
    pub faults: usize,
}

impl Figures {
    /// Whether everything is 0 that must be.
    pub fn are_clean(&self) -> bool {
        let bad = [
            self.duplicates,
            self.lost,
            self.false_sent,
            self.false_not_sent,
            self.unresolved,
            self.panics,
            self.violations,
        ];
        bad.iter().all(|count| *count == 0)
    }
}

/// Holds the intents against what arrived. Gives the figures of both, and a trace of each bad intent.
pub(super) fn compare(intents: &[Intent], posts: &[Post]) -> (Figures, Vec<String>) {
    let mut figures = Figures {
        intents: intents.len(),
        posts: posts.len(),
        effects: posts.iter().filter(|post| post.took_effect).count(),
        ..Figures::default()
    };
    let mut traces = Vec::new();
    for intent in intents {
        // A later decision for the same is another intent, with its own requests.
        let until = intents
            .iter()
            .filter(|other| {
                other.customer == intent.customer
                    && other.kind == intent.kind
                    && other.since > intent.since
            })
            .map(|other| other.since)
            .min()
            .unwrap_or(u64::MAX);
        let own: Vec<_> = posts
            .iter()
            .filter(|post| {
                post.customer == intent.customer
                    && post.kind == intent.kind.wire()
                    && (intent.since..until).contains(&(post.number - 1))
            })
            .collect();
        let faults = judge(intent, &own, &mut figures);
        if !faults.is_empty() {
            traces.push(trace(intent, &own, &faults));
        }
    }
    (figures, traces)
}

/// Counts what is wrong with one intent, and names it.
fn judge(intent: &Intent, own: &[&Post], figures: &mut Figures) -> Vec<&'static str> {
    let mut wrong = Vec::new();
    let effects: Vec<_> = own.iter().filter(|post| post.took_effect).collect();
    if effects.len() > 1 {
        figures.duplicates += effects.len() - 1;
        wrong.push("duplicate");
    }
    let done_by = |number: u64| effects.iter().any(|post| post.number <= number);
    let said_sent = intent.told.iter().any(|(_, told)| *told == Told::Sent);
    if said_sent && effects.is_empty() && !intent.by_others {
        figures.false_sent += 1;
        wrong.push("false sent");
    }
    let denied = intent.told.iter().any(|(when, told)| match told {
        Told::NotSent(_) => !effects.is_empty(),
        Told::NotYet => done_by(*when),
        _ => false,
    });
    if denied {
        figures.false_not_sent += 1;
        wrong.push("false not sent");
    }
    let last = intent.last();
    if intent.is_forgotten() || !(last.is_owned() || own.is_empty()) {
        figures.lost += 1;
        wrong.push("lost");
    } else if !last.is_owned() {
        figures.never_taken_up += 1;
    } else if !last.is_end() {
        figures.unresolved += 1;
        wrong.push("unresolved");
    }
    wrong
}

fn trace(intent: &Intent, own: &[&Post], wrong: &[&str]) -> String {
    let mut text = format!(
        "{}: {} for {} ({:?})\n",
        wrong.join(", "),
        intent.kind.name(),
        intent.customer,
        intent.deed
    );
    for line in &intent.trace {
        let _ = writeln!(text, "    {line}");
    }
    for post in own {
        let status = post
            .status
            .map_or_else(|| "dropped".to_owned(), |status| status.to_string());
        let effect = if post.took_effect { "done" } else { "not done" };
        let _ = writeln!(
            text,
            "    POST #{} {} {status}, {effect}{}",
            post.number,
            post.request_id,
            post.fault
                .as_ref()
                .map_or_else(String::new, |fault| format!(", {fault}"))
        );
    }
    for (when, told) in &intent.told {
        let _ = writeln!(text, "    told after #{when}: {told:?}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent(since: u64, told: &[(u64, Told)]) -> Intent {
        Intent {
            customer: "c".into(),
            kind: Kind::Education,
            deed: Deed::Wait,
            since,
            told: told.to_vec(),
            by_others: false,
            trace: Vec::new(),
        }
    }

    fn post(number: u64, took_effect: bool) -> Post {
        Post {
            number,
            customer: "c".into(),
            kind: "Education".into(),
            request_id: "r".into(),
            took_effect,
            status: None,
            fault: None,
        }
    }

    fn of(intents: &[Intent], posts: &[Post]) -> Figures {
        compare(intents, posts).0
    }

    #[test]
    fn an_intent_done_once_and_told_so_is_clean() {
        let figures = of(&[intent(4, &[(6, Told::Sent)])], &[post(5, true)]);
        assert!(figures.are_clean(), "{figures:?}");
        assert_eq!((figures.intents, figures.posts, figures.effects), (1, 1, 1));
    }

    #[test]
    fn a_repeat_without_effect_is_no_duplicate_and_one_with_effect_is() {
        let told = [intent(4, &[(9, Told::Sent)])];
        assert!(of(&told, &[post(5, false), post(6, true)]).are_clean());
        assert_eq!(of(&told, &[post(5, true), post(6, true)]).duplicates, 1);
    }

    #[test]
    fn requests_of_a_later_intent_are_not_those_of_the_earlier_one() {
        let refused = Told::NotSent("no".into());
        let both = [intent(4, &[(5, refused)]), intent(7, &[(9, Told::Sent)])];
        assert!(of(&both, &[post(5, false), post(8, true)]).are_clean());
        assert_eq!(of(&both, &[post(5, true), post(8, true)]).false_not_sent, 1);
    }

    #[test]
    fn what_the_app_says_wrongly_is_counted() {
        assert_eq!(of(&[intent(4, &[(5, Told::Sent)])], &[]).false_sent, 1);
        let not_sent = [(6, Told::NotSent("no".into()))];
        assert_eq!(
            of(&[intent(4, &not_sent)], &[post(5, true)]).false_not_sent,
            1
        );
        let early = [(5, Told::NotYet), (9, Told::Sent)];
        assert!(of(&[intent(4, &early)], &[post(6, true)]).are_clean());
        let late = [(6, Told::NotYet), (9, Told::Sent)];
        assert_eq!(of(&[intent(4, &late)], &[post(6, true)]).false_not_sent, 1);
        assert_eq!(of(&[intent(4, &[(6, Told::Unknown)])], &[]).unresolved, 1);
    }

    #[test]
    fn silence_is_a_loss_once_the_app_has_told_of_the_request_or_a_request_has_arrived() {
        let silent = [(6, Told::NotYet), (7, Told::Nothing)];
        let figures = of(&[intent(4, &silent)], &[]);
        assert!(
            figures.are_clean() && figures.never_taken_up == 1,
            "{figures:?}"
        );
        assert_eq!(of(&[intent(4, &silent)], &[post(5, false)]).lost, 1);
        let told = [(5, Told::Sending), (6, Told::Nothing)];
        assert_eq!(of(&[intent(4, &told)], &[]).lost, 1);
    }

    #[test]
    fn what_is_forgotten_and_then_asked_for_again_is_lost_all_the_same() {
        let told = [
            (5, Told::Sending),
            (5, Told::NotYet),
            (6, Told::Sending),
            (9, Told::Sent),
        ];
        assert_eq!(of(&[intent(4, &told)], &[post(8, true)]).lost, 1);
    }

    #[test]
    fn a_request_that_stays_on_its_way_is_unresolved() {
        assert_eq!(of(&[intent(4, &[(6, Told::Sending)])], &[]).unresolved, 1);
    }

    #[test]
    fn what_somebody_else_has_done_meanwhile_is_no_false_word() {
        let mut told = intent(4, &[(6, Told::Sent)]);
        told.by_others = true;
        assert!(of(&[told], &[]).are_clean());
    }
}
