//! An intent: one decision of the person to request a qualification, and what is known of it. Pure.
//! Must not know where it is kept, how it is sent, or how it looks.

use super::draft::Draft;
use crate::partner_center::{
    Blocker, CustomerId, Error, Qualifications, RequestIds, RequestableKind,
};
use serde::{Deserialize, Serialize};

/// A request that left, or is about to: what it asks, under which IDs, and what is known of it.
///
/// It is written down before the request leaves and outlives the tab. It holds no token and nothing about any person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Intent {
    /// The partner's tenant: what one partner asks for is nobody else's.
    pub tenant: String,
    /// For whom.
    pub customer: CustomerId,
    /// Which qualification.
    pub kind: RequestableKind,
    /// The answers, to ask again for the same.
    pub answers: Draft,
    /// `MS-RequestId`; a repeat carries the same.
    pub request_id: String,
    /// `MS-CorrelationId`.
    pub correlation_id: String,
    /// When it was sent, in milliseconds since 1970-01-01 UTC.
    pub started: f64,
    /// What the service showed of this qualification just before, to recognise a change.
    pub before: Option<String>,
    /// What is known.
    pub known: Known,
}

/// What is known of an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Known {
    /// It is on its way. Where nobody is sending it any more, it means the same as `Nothing`.
    OnItsWay,
    /// No answer came, and the service has not been seen to show it.
    Nothing,
    /// No answer came, and three looks found no trace of it.
    NoTrace,
    /// The service took it.
    Sent,
}

/// Why nothing was sent this time, or why it could not be looked up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Trouble {
    /// A call failed.
    Failed(Box<Error>),
    /// It is not possible as things stand.
    NotPossible(Blocker),
}

/// A trouble, and when it came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Setback {
    /// Which qualification was asked for.
    pub kind: RequestableKind,
    /// What it was.
    pub trouble: Trouble,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at: f64,
}

impl Intent {
    /// Whether its outcome is not known.
    pub(super) fn open(&self) -> bool {
        self.known != Known::Sent
    }

    /// The IDs under which it goes out, however often.
    pub(super) fn ids(&self) -> RequestIds {
        RequestIds {
            request: self.request_id.clone(),
            correlation: self.correlation_id.clone(),
        }
    }

    /// Whether the service's list shows it: the qualification is there, and not as it was before.
    pub(super) fn shown_by(&self, list: &Qualifications) -> bool {
        let now = fingerprint(list, self.kind);
        now.is_some() && now != self.before
    }
}

/// What the list says of a qualification, in a form to compare.
pub(super) fn fingerprint(list: &Qualifications, kind: RequestableKind) -> Option<String> {
    let current = list.current(&kind.into())?;
    Some(format!("{:?} {:?}", current.status, current.since))
}

/// What there is to say about the last request for a customer.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    /// What was written down is still being read.
    Unread,
    /// One is about to leave: how things stand is being asked, or the service has no time yet.
    Leaving,
    /// The service took it.
    Sent(Intent),
    /// It left, and nobody knows more; perhaps looking it up did not work either.
    Open(Intent, Option<Trouble>),
    /// Nothing was sent, or it was refused.
    NotSent(Trouble),
    /// There is no request to speak of.
    Nothing,
}

impl Outcome {
    /// Draws it from a customer's intents and from what went wrong in this tab.
    pub(super) fn of<'a>(
        intents: impl Iterator<Item = &'a Intent> + Clone,
        setback: Option<Setback>,
    ) -> Self {
        if let Some(open) = intents.clone().find(|intent| intent.open()) {
            return Self::Open(open.clone(), setback.map(|setback| setback.trouble));
        }
        let newest = intents.max_by(|one, other| one.started.total_cmp(&other.started));
        match (newest, setback) {
            (Some(sent), Some(setback)) if sent.started < setback.at => {
                Self::NotSent(setback.trouble)
            }
            (Some(sent), _) => Self::Sent(sent.clone()),
            (None, Some(setback)) => Self::NotSent(setback.trouble),
            (None, None) => Self::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partner_center::{Qualification, QualificationKind, VettingDate, VettingStatus};

    fn education(status: VettingStatus, date: &str) -> Qualifications {
        Qualifications::new([Qualification {
            kind: QualificationKind::Education,
            status: Some(status),
            reason: None,
            since: Some(VettingDate::read(date)),
        }])
    }

    fn intent(kind: RequestableKind, before: Option<String>, known: Known, started: f64) -> Intent {
        Intent {
            tenant: "t".into(),
            customer: "11111111-2222-4333-8444-555555555555"
                .parse()
                .expect("an ID"),
            kind,
            answers: Draft::default(),
            request_id: format!("r{started}"),
            correlation_id: "c".into(),
            started,
            before,
            known,
        }
    }

    fn after(list: &Qualifications) -> Intent {
        let kind = RequestableKind::Education;
        intent(kind, fingerprint(list, kind), Known::Nothing, 1.0)
    }

    fn setback(at: f64) -> Option<Setback> {
        let trouble = Trouble::NotPossible(Blocker::EducationInReview);
        Some(Setback {
            kind: RequestableKind::Education,
            trouble,
            at,
        })
    }

    #[test]
    fn a_request_is_recognised_by_what_has_changed_and_not_by_any_clock() {
        let nothing = Qualifications::new([]);
        let denied = education(VettingStatus::Denied, "2024-03-05T10:00:00Z");
        let in_review = education(VettingStatus::InReview, "2024-03-08T10:00:00Z");

        let first = after(&nothing);
        assert!(!first.shown_by(&nothing), "there is nothing yet");
        assert!(first.shown_by(&in_review), "it has appeared");

        let repeated = after(&denied);
        assert!(
            !repeated.shown_by(&denied),
            "the old denial is not the new request"
        );
        assert!(repeated.shown_by(&in_review), "the denial has given way");
        let again = education(VettingStatus::Denied, "2024-03-09T10:00:00Z");
        assert!(repeated.shown_by(&again), "it was denied anew");
    }

    #[test]
    fn another_qualification_is_not_taken_for_the_requested_one() {
        let in_review = education(VettingStatus::InReview, "2024-03-08T10:00:00Z");
        let other = intent(RequestableKind::StateOwnedEntity, None, Known::Nothing, 1.0);
        assert!(!other.shown_by(&in_review));
    }

    #[test]
    fn an_intent_survives_being_written_down() {
        let kind = RequestableKind::Education;
        let written = intent(kind, Some("x".into()), Known::NoTrace, 1.5);
        let text = serde_json::to_string(&written).expect("it can be written");
        let read: Intent = serde_json::from_str(&text).expect("it can be read");
        assert_eq!(read, written);
    }

    #[test]
    fn an_open_request_is_what_there_is_to_say_whatever_else_happened() {
        let sent = intent(RequestableKind::StateOwnedEntity, None, Known::Sent, 9.0);
        let open = intent(RequestableKind::Education, None, Known::OnItsWay, 1.0);
        let both = [sent, open.clone()];
        let outcome = Outcome::of(both.iter(), setback(20.0));
        assert!(matches!(outcome, Outcome::Open(what, Some(_)) if what == open));
    }

    #[test]
    fn what_happened_last_is_what_there_is_to_say() {
        let early = intent(RequestableKind::Education, None, Known::Sent, 1.0);
        let late = intent(RequestableKind::StateOwnedEntity, None, Known::Sent, 5.0);
        let both = [late.clone(), early];
        assert_eq!(Outcome::of(both.iter(), None), Outcome::Sent(late.clone()));
        assert_eq!(
            Outcome::of(both.iter(), setback(4.0)),
            Outcome::Sent(late),
            "the refusal came before"
        );
        let refused = Outcome::of(both.iter(), setback(6.0));
        assert!(matches!(refused, Outcome::NotSent(_)), "{refused:?}");
        let none: [Intent; 0] = [];
        assert_eq!(Outcome::of(none.iter(), None), Outcome::Nothing);
        assert!(matches!(
            Outcome::of(none.iter(), setback(1.0)),
            Outcome::NotSent(_)
        ));
    }
}
