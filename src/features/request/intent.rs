//! An intent: one decision of the person to request a qualification, and what is known of it. Pure.
//! Must not know where it is kept, how it is sent, or how it looks.

use super::draft::Draft;
use crate::partner_center::{
    Blocker, CustomerId, Error, Qualification, Qualifications, RequestIds, RequestableKind,
    VettingDate, VettingStatus,
};
use serde::{Deserialize, Serialize};

/// What was asked for, under which IDs, and what is known of it.
///
/// It is written down before anything leaves and outlives the tab. It holds no token and nothing about any person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Intent {
    /// Its place among the tenant's intents on this computer: a later one has a higher number, whatever the clock says.
    pub number: u32,
    /// The partner's tenant: what one partner asks for is nobody else's.
    pub tenant: String,
    /// For whom.
    pub customer: CustomerId,
    /// Which qualification.
    pub kind: RequestableKind,
    /// The answers that this kind needs, to ask again for the same.
    pub answers: Draft,
    /// `MS-RequestId`; a repeat without an answer in between carries the same.
    pub request_id: String,
    /// `MS-CorrelationId`.
    pub correlation_id: String,
    /// When it was last sent, or asked for, in milliseconds since 1970-01-01 UTC. Only ever shown.
    pub started: f64,
    /// What the service showed of this qualification just before, to recognise a change.
    pub before: Vec<String>,
    /// What is known.
    pub known: Known,
    /// Why it could not be looked up, or not sent again.
    pub trouble: Option<Trouble>,
    /// Whether the person has been shown how it ended.
    pub seen: bool,
}

/// What is known of an intent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Known {
    /// It has not left: how things stand is being asked, or the service has no time yet. Where nobody is at work on it
    /// any more, it never left.
    Waiting,
    /// It is on its way. Where nobody is at work on it any more, it means the same as `Nothing`.
    OnItsWay,
    /// No answer came, and the service has not been seen to show it.
    Nothing,
    /// No answer came, and three looks found no trace of it.
    NoTrace,
    /// The service took it.
    Sent,
    /// It was not sent, or it was refused.
    NotSent(Trouble),
}

/// Why nothing was sent, or why something could not be looked up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Trouble {
    /// A call failed.
    Failed(Box<Error>),
    /// It is not possible as things stand.
    NotPossible(Blocker),
    /// The tab was gone before it left.
    Interrupted,
    /// The browser did not let it be written down, so it did not leave.
    NotWrittenDown,
}

impl Trouble {
    /// The same without the service's own words, which nobody can vouch for: nothing about a person is written down.
    pub(super) fn without_words(self) -> Self {
        match self {
            Self::Failed(error) => Self::Failed(Box::new(Error {
                message: None,
                ..*error
            })),
            other => other,
        }
    }
}

impl Intent {
    /// Whether it may have arrived, and nobody knows.
    pub(super) fn open(&self) -> bool {
        matches!(
            self.known,
            Known::OnItsWay | Known::Nothing | Known::NoTrace
        )
    }

    /// Whether it has come to its end.
    pub(super) fn settled(&self) -> bool {
        matches!(self.known, Known::Sent | Known::NotSent(_))
    }

    /// Whether somebody has to find out what became of it, and has not tried in vain.
    pub(super) fn unanswered(&self) -> bool {
        let asks = matches!(
            self.known,
            Known::Waiting | Known::OnItsWay | Known::Nothing
        );
        asks && self.trouble.is_none()
    }

    /// The same with this known of it.
    pub(super) fn now(&self, known: Known) -> Self {
        Self {
            known,
            trouble: None,
            seen: false,
            ..self.clone()
        }
    }

    /// The same, and why no more could be found out or done.
    pub(super) fn stuck(&self, trouble: Trouble) -> Self {
        Self {
            trouble: Some(trouble),
            ..self.clone()
        }
    }

    /// The IDs under which it goes out, however often.
    pub(super) fn ids(&self) -> RequestIds {
        RequestIds {
            request: self.request_id.clone(),
            correlation: self.correlation_id.clone(),
        }
    }

    /// The same under other IDs.
    pub(super) fn under(&self, ids: RequestIds) -> Self {
        Self {
            request_id: ids.request,
            correlation_id: ids.correlation,
            ..self.clone()
        }
    }

    /// Whether the service's list shows it: the qualification is there, and not as it was before.
    pub(super) fn shown_by(&self, list: &Qualifications) -> bool {
        let now = marks(list, self.kind);
        !now.is_empty() && now != self.before
    }
}

/// What the list says of a qualification, in a form to compare: the status and date of each of its entries.
pub(super) fn marks(list: &Qualifications, kind: RequestableKind) -> Vec<String> {
    let kind = kind.into();
    let own = list.iter().filter(|entry| entry.kind == kind);
    let mut marks: Vec<_> = own.map(mark).collect();
    marks.sort_unstable();
    marks
}

/// In words of its own: what is written down today is compared by later versions of the app.
fn mark(entry: &Qualification) -> String {
    let status = match &entry.status {
        None => "none",
        Some(VettingStatus::InReview) => "in review",
        Some(VettingStatus::Approved) => "approved",
        Some(VettingStatus::Denied) => "denied",
        Some(VettingStatus::Other(word)) => word,
    };
    let since = match &entry.since {
        None => String::new(),
        Some(VettingDate::At(moment)) => moment.as_millisecond().to_string(),
        Some(VettingDate::AsWritten(text)) => text.clone(),
    };
    format!("{status} {since}")
}

/// What there is to say about the last request for a customer.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    /// What is written down is still being read.
    Unread,
    /// It is about to leave.
    Leaving(Intent),
    /// It left, and nobody knows more; perhaps finding out did not work either.
    Open(Intent),
    /// The service took it.
    Sent(Intent),
    /// Nothing was sent, or it was refused.
    NotSent(Intent, Trouble),
    /// There is no request to speak of.
    Nothing,
}

impl Outcome {
    /// Draws it from a customer's intents: what is open comes first, else what was decided last.
    pub(super) fn of<'a>(intents: impl Iterator<Item = &'a Intent> + Clone) -> Self {
        let open = intents.clone().find(|intent| intent.open());
        let newest = || intents.max_by_key(|intent| intent.number);
        let Some(intent) = open.or_else(newest) else {
            return Self::Nothing;
        };
        // That the person has been shown it changes nothing of what there is to say.
        let intent = Intent {
            seen: true,
            ..intent.clone()
        };
        match intent.known.clone() {
            Known::Waiting => Self::Leaving(intent),
            Known::OnItsWay | Known::Nothing | Known::NoTrace => Self::Open(intent),
            Known::Sent => Self::Sent(intent),
            Known::NotSent(trouble) => Self::NotSent(intent, trouble),
        }
    }

    /// The number of the intent it is about.
    pub(super) fn number(&self) -> Option<u32> {
        match self {
            Self::Unread | Self::Nothing => None,
            Self::Leaving(intent)
            | Self::Open(intent)
            | Self::Sent(intent)
            | Self::NotSent(intent, _) => Some(intent.number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partner_center::{ErrorKind, Operation, QualificationKind};

    fn education(status: VettingStatus, date: &str) -> Qualification {
        Qualification {
            kind: QualificationKind::Education,
            status: Some(status),
            reason: None,
            since: Some(VettingDate::read(date)),
        }
    }

    fn list(entries: &[Qualification]) -> Qualifications {
        Qualifications::new(entries.iter().cloned())
    }

    fn intent(number: u32, kind: RequestableKind, known: Known) -> Intent {
        let customer = "11111111-2222-4333-8444-555555555555";
        Intent {
            number,
            tenant: "t".into(),
            customer: customer.parse().expect("an ID"),
            kind,
            answers: Draft::default(),
            request_id: format!("r{number}"),
            correlation_id: "c".into(),
            started: 1.5,
            before: Vec::new(),
            known,
            trouble: None,
            seen: true,
        }
    }

    fn after(list: &Qualifications) -> Intent {
        let kind = RequestableKind::Education;
        Intent {
            before: marks(list, kind),
            ..intent(1, kind, Known::Nothing)
        }
    }

    #[test]
    fn a_request_is_recognised_by_what_has_changed_and_not_by_any_clock() {
        let nothing = list(&[]);
        let denied = list(&[education(VettingStatus::Denied, "2024-03-05T10:00:00Z")]);
        let in_review = list(&[education(VettingStatus::InReview, "2024-03-08T10:00:00Z")]);

        let first = after(&nothing);
        assert!(!first.shown_by(&nothing), "there is nothing yet");
        assert!(first.shown_by(&in_review), "it has appeared");

        let repeated = after(&denied);
        assert!(
            !repeated.shown_by(&denied),
            "the old denial is not the new request"
        );
        assert!(repeated.shown_by(&in_review), "the denial has given way");
        let again = list(&[education(VettingStatus::Denied, "2024-03-09T10:00:00Z")]);
        assert!(repeated.shown_by(&again), "it was denied anew");
    }

    #[test]
    fn a_request_is_recognised_beside_an_older_entry_whatever_its_date_looks_like() {
        let denied = education(VettingStatus::Denied, "2024-03-05T10:00:00Z");
        let before = after(&list(std::slice::from_ref(&denied)));
        for date in ["07/09/2020: 00:00:00", "2024-03-08T10:00:00Z"] {
            let both = [education(VettingStatus::InReview, date), denied.clone()];
            assert!(before.shown_by(&list(&both)), "{date}");
        }
        let twice = [denied.clone(), denied];
        assert!(before.shown_by(&list(&twice)), "another entry alike");
    }

    #[test]
    fn another_qualification_is_not_taken_for_the_requested_one() {
        let in_review = list(&[education(VettingStatus::InReview, "2024-03-08T10:00:00Z")]);
        let other = intent(1, RequestableKind::StateOwnedEntity, Known::Nothing);
        assert!(!other.shown_by(&in_review));
    }

    #[test]
    fn an_intent_survives_being_written_down() {
        let refused = Known::NotSent(Trouble::NotPossible(Blocker::EducationInReview));
        for known in [Known::Waiting, Known::NoTrace, Known::Sent, refused] {
            let written = intent(7, RequestableKind::Education, known);
            let text = serde_json::to_string(&written).expect("it can be written");
            let read: Intent = serde_json::from_str(&text).expect("it can be read");
            assert_eq!(read, written);
        }
    }

    #[test]
    fn the_service_s_words_are_not_written_down() {
        let error = Error {
            kind: ErrorKind::Refused,
            status: Some(400),
            code: Some("800002".into()),
            message: Some("Asta Berg may not do this.".into()),
            request_id: Some("r".into()),
            correlation_id: Some("c".into()),
            retry_after: None,
            operation: Operation::RequestQualification,
        };
        let Trouble::Failed(kept) = Trouble::Failed(Box::new(error.clone())).without_words() else {
            panic!("it is another trouble now");
        };
        assert_eq!(kept.message, None);
        assert_eq!(kept.code, error.code, "the code stays");
    }

    #[test]
    fn an_open_request_is_what_there_is_to_say_whatever_came_later() {
        let sent = intent(9, RequestableKind::StateOwnedEntity, Known::Sent);
        let open = intent(1, RequestableKind::Education, Known::OnItsWay);
        let both = [sent, open.clone()];
        assert_eq!(Outcome::of(both.iter()), Outcome::Open(open));
    }

    #[test]
    fn what_was_decided_last_is_what_there_is_to_say() {
        let early = intent(1, RequestableKind::Education, Known::Sent);
        let trouble = Trouble::Interrupted;
        let late = Known::NotSent(trouble.clone());
        let late = intent(2, RequestableKind::StateOwnedEntity, late);
        let both = [late.clone(), early.clone()];
        assert_eq!(Outcome::of(both.iter()), Outcome::NotSent(late, trouble));
        assert_eq!(
            Outcome::of([&early].into_iter()),
            Outcome::Sent(early.clone())
        );
        let none: [Intent; 0] = [];
        assert_eq!(Outcome::of(none.iter()), Outcome::Nothing);
    }
}
