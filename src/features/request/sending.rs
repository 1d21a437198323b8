//! Sending a request once, and knowing what became of it.
//!
//! Nothing is sent before the service has been asked how things stand. What is about to be sent is written down before it
//! leaves, with its request ID, so that a reload in the middle finds the question instead of repeating it. When no answer
//! comes, the outcome is *unknown* until the service's own list shows it; until then nothing else is sent, and a repeat is
//! the same request under the same ID.
//!
//! Must not know how any of this looks.

use super::draft::Draft;
use crate::partner_center::{
    Availability, Blocker, Cancel, Client, CustomerId, Error, ErrorKind, QualificationRequest,
    Qualifications, RequestIds, RequestableKind, availability,
};
use crate::services::Services;
use crate::storage;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// After how many milliseconds, each counted from the one before, an unknown outcome is looked up.
const LOOKS: [u32; 3] = [2_000, 18_000, 40_000];
/// The longest wait after a look that failed, in milliseconds.
const LONGEST_WAIT: u32 = 60_000;
/// How many looks may fail in a row before the person is asked.
const FAILURES: u32 = 4;

/// A request that left, or is about to: what it asks, under which IDs, and what is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Attempt {
    /// What was asked for, to ask again under the same IDs.
    pub draft: Draft,
    /// `MS-RequestId` and `MS-CorrelationId`.
    pub request_id: String,
    /// See `request_id`.
    pub correlation_id: String,
    /// When it was sent, in milliseconds since 1970-01-01 UTC.
    pub started: f64,
    /// What the service showed of this qualification just before, to recognise a change.
    pub before: Option<String>,
    /// What is known.
    pub known: Known,
}

/// What is known of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Known {
    /// It is on its way. Found after a reload, it means the same as `Nothing`.
    OnItsWay,
    /// No answer came, and the service has not been seen to show it.
    Nothing,
    /// No answer came, and three looks within a minute found no trace of it.
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

/// What is known of the last request for one customer. Kept in session storage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The request, once it has left.
    pub attempt: Option<Attempt>,
    /// What went wrong since.
    pub trouble: Option<Trouble>,
}

impl Record {
    /// Whether a request has left whose outcome is not known.
    pub(super) fn open(&self) -> bool {
        self.open_attempt().is_some()
    }

    fn open_attempt(&self) -> Option<&Attempt> {
        self.attempt
            .as_ref()
            .filter(|attempt| attempt.known != Known::Sent)
    }

    /// Whether the last request arrived.
    pub(super) fn sent(&self) -> bool {
        self.attempt
            .as_ref()
            .is_some_and(|attempt| attempt.known == Known::Sent)
    }
}

/// The sending of one customer's request.
#[derive(Clone, Copy)]
pub(super) struct Sending {
    customer: CustomerId,
    services: Services,
    /// What is known so far.
    pub(super) record: RwSignal<Record>,
    /// Whether something is being sent at this moment.
    pub(super) busy: RwSignal<bool>,
    /// Whether the outcome is being looked up.
    pub(super) looking: RwSignal<bool>,
}

impl Sending {
    /// Takes up what this tab left unfinished.
    pub(super) fn recall(customer: CustomerId, services: Services) -> Self {
        let mut record: Record = storage::recall(&storage_key(customer)).unwrap_or_default();
        if let Some(attempt) = &mut record.attempt
            && attempt.known == Known::OnItsWay
        {
            attempt.known = Known::Nothing;
        }
        Self {
            customer,
            services,
            record: RwSignal::new(record),
            busy: RwSignal::new(false),
            looking: RwSignal::new(false),
        }
    }

    /// Sends the request, once: while it is busy, another call does nothing. The future ends when the outcome is on hand.
    pub(super) async fn send(self, draft: Draft, request: QualificationRequest) {
        if self.busy.try_get_untracked() != Some(false) {
            return;
        }
        self.busy.set(true);
        self.change(|record| record.trouble = None);
        let client = self.services.client();
        // What is still open is the same request, so it keeps its IDs.
        let earlier = self
            .record
            .with_untracked(|record| record.open_attempt().cloned());
        let ids = earlier
            .as_ref()
            .map_or_else(|| client.new_ids(), Attempt::ids);
        let client = client.in_action(&ids);
        let kind = request.kind();
        match self.ask_first(&client, kind, earlier.as_ref()).await {
            Ok(Standing::AlreadyThere) => self.learn(Known::Sent),
            Ok(Standing::Before(before)) => {
                let known = Known::OnItsWay;
                let (request_id, correlation_id) = (ids.request.clone(), ids.correlation.clone());
                let started = self.services.clock.now();
                let attempt = Attempt {
                    draft,
                    request_id,
                    correlation_id,
                    started,
                    before,
                    known,
                };
                self.change(|record| record.attempt = Some(attempt));
                self.post(&client, &ids, &request, earlier).await;
            }
            // Nothing was sent this time. An earlier sending stays as open as it was.
            Err(trouble) => self.change(|record| record.trouble = Some(trouble)),
        }
        self.busy.try_set(false);
    }

    /// How things stand before anything is sent.
    async fn ask_first(
        self,
        client: &Client,
        kind: RequestableKind,
        earlier: Option<&Attempt>,
    ) -> Result<Standing, Trouble> {
        let list = client
            .qualifications(self.customer, &Cancel::default())
            .await;
        let list = list.map_err(|error| Trouble::Failed(Box::new(error)))?;
        if earlier.is_some_and(|earlier| shows(&list, kind, &earlier.before)) {
            return Ok(Standing::AlreadyThere);
        }
        match availability(&list, &kind) {
            Availability::Blocked(blocker) => Err(Trouble::NotPossible(blocker)),
            _ => Ok(Standing::Before(fingerprint(&list, kind))),
        }
    }

    /// The one POST, and what its answer means.
    async fn post(
        self,
        client: &Client,
        ids: &RequestIds,
        request: &QualificationRequest,
        earlier: Option<Attempt>,
    ) {
        let error = match client
            .request_qualification(self.customer, request, ids)
            .await
        {
            Ok(accepted) => {
                return self.change_attempt(|attempt| {
                    attempt.known = Known::Sent;
                    attempt.request_id = accepted.ids.request;
                    attempt.correlation_id = accepted.ids.correlation;
                });
            }
            Err(error) => error,
        };
        if error.outcome_unknown() {
            return self.learn(Known::Nothing);
        }
        // A repeat may be refused because the first one did arrive, only late.
        if earlier.is_some() && self.arrived(client).await == Ok(true) {
            return self.learn(Known::Sent);
        }
        self.change(|record| {
            record.attempt = earlier;
            record.trouble = Some(Trouble::Failed(Box::new(error)));
        });
    }

    /// Looks until the outcome is known or has left no trace. Calling it while it looks or sends does nothing.
    pub(super) fn look(self) {
        if self.looking.get_untracked() || self.busy.get_untracked() {
            return;
        }
        self.looking.set(true);
        self.change(|record| record.trouble = None);
        self.learn(Known::Nothing);
        leptos::task::spawn_local(async move {
            match self.look_thrice().await {
                Some(Ok(true)) => self.learn(Known::Sent),
                Some(Ok(false)) => self.learn(Known::NoTrace),
                Some(Err(error)) => {
                    self.change(|record| record.trouble = Some(Trouble::Failed(error)))
                }
                None => {} // the page is gone; it looks again when it comes back
            }
            self.looking.try_set(false);
        });
    }

    /// Whether three looks found the request, or the error after which looking on makes no sense.
    async fn look_thrice(self) -> Option<Result<bool, Box<Error>>> {
        let client = self.services.client();
        let mut failures = 0;
        let mut looks = LOOKS.into_iter();
        let mut wait = looks.next();
        while let Some(millis) = wait {
            TimeoutFuture::new(millis).await;
            self.looking.try_get_untracked()?;
            match self.arrived(&client).await {
                Ok(true) => return Some(Ok(true)),
                Ok(false) => {
                    failures = 0;
                    wait = looks.next();
                }
                // A look that fails says nothing, so it does not count; the next one takes its time.
                Err(error) => {
                    failures += 1;
                    if failures == FAILURES || error.kind == ErrorKind::SignInNeeded {
                        return Some(Err(error));
                    }
                    let asked = error.retry_after.unwrap_or(0).saturating_mul(1000);
                    wait = Some(millis.saturating_mul(2).min(LONGEST_WAIT).max(asked));
                }
            }
        }
        Some(Ok(false))
    }

    /// Whether the service shows the attempt.
    async fn arrived(self, client: &Client) -> Result<bool, Box<Error>> {
        let list = client
            .qualifications(self.customer, &Cancel::default())
            .await?;
        let attempt = self
            .record
            .try_get_untracked()
            .and_then(|record| record.attempt);
        Ok(attempt.is_some_and(|attempt| {
            let kind = attempt.draft.kind();
            kind.is_some_and(|kind| shows(&list, kind, &attempt.before))
        }))
    }

    /// Forgets the request, once the person has seen what became of it or does not want to know any more.
    pub(super) fn forget(&self) {
        storage::forget(&storage_key(self.customer));
        self.record.try_set(Record::default());
    }

    fn learn(self, known: Known) {
        self.change_attempt(|attempt| attempt.known = known);
    }

    fn change_attempt(self, change: impl FnOnce(&mut Attempt)) {
        self.change(|record| {
            if let Some(attempt) = &mut record.attempt {
                change(attempt);
            }
        });
    }

    /// Changes what is known. Where the page has gone meanwhile, the next one finds it in storage.
    fn change(self, change: impl FnOnce(&mut Record)) {
        let on_page = self.record.try_get_untracked();
        let Some(mut record) = on_page.or_else(|| storage::recall(&storage_key(self.customer)))
        else {
            return; // signed out meanwhile: nothing of the request is kept
        };
        change(&mut record);
        if record == Record::default() {
            storage::forget(&storage_key(self.customer));
        } else {
            storage::keep(&storage_key(self.customer), &record);
        }
        self.record.try_set(record);
    }
}

impl Attempt {
    fn ids(&self) -> RequestIds {
        RequestIds {
            request: self.request_id.clone(),
            correlation: self.correlation_id.clone(),
        }
    }
}

/// What the service shows just before a request is sent.
enum Standing {
    /// An earlier sending of this very request.
    AlreadyThere,
    /// This of the qualification.
    Before(Option<String>),
}

/// The customers, by ID, for whom this tab has sent a request without learning its outcome.
pub fn unresolved() -> Vec<String> {
    let open = |key: &String| storage::recall::<Record>(key).is_some_and(|record| record.open());
    storage::keys()
        .into_iter()
        .filter(|key| key.starts_with(STORAGE_PREFIX) && open(key))
        .map(|key| key[STORAGE_PREFIX.len()..].to_owned())
        .collect()
}

/// Whether this tab has sent a request for `customer` without learning its outcome.
pub fn is_unresolved(customer: CustomerId) -> bool {
    storage::recall::<Record>(&storage_key(customer)).is_some_and(|record| record.open())
}

/// Whether the list shows the request: the qualification is there, and not as it was before.
fn shows(list: &Qualifications, kind: RequestableKind, before: &Option<String>) -> bool {
    let now = fingerprint(list, kind);
    now.is_some() && now != *before
}

/// What the list says of a qualification, in a form to compare.
fn fingerprint(list: &Qualifications, kind: RequestableKind) -> Option<String> {
    let current = list.current(&kind.into())?;
    Some(format!("{:?} {:?}", current.status, current.since))
}

const STORAGE_PREFIX: &str = "request.";

fn storage_key(customer: CustomerId) -> String {
    format!("{STORAGE_PREFIX}{customer}")
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

    #[test]
    fn a_request_is_recognised_by_what_has_changed_and_not_by_any_clock() {
        let kind = RequestableKind::Education;
        let nothing = Qualifications::new([]);
        let denied = education(VettingStatus::Denied, "2024-03-05T10:00:00Z");
        let in_review = education(VettingStatus::InReview, "2024-03-08T10:00:00Z");

        let before = fingerprint(&nothing, kind);
        assert!(!shows(&nothing, kind, &before), "there is nothing yet");
        assert!(shows(&in_review, kind, &before), "it has appeared");

        let before = fingerprint(&denied, kind);
        assert!(
            !shows(&denied, kind, &before),
            "the old denial is not the new request"
        );
        assert!(shows(&in_review, kind, &before), "the denial has given way");
        let again = education(VettingStatus::Denied, "2024-03-09T10:00:00Z");
        assert!(shows(&again, kind, &before), "it was denied anew");
    }

    #[test]
    fn another_qualification_is_not_taken_for_the_requested_one() {
        let in_review = education(VettingStatus::InReview, "2024-03-08T10:00:00Z");
        assert!(!shows(&in_review, RequestableKind::StateOwnedEntity, &None));
    }

    #[test]
    fn what_is_known_of_a_request_survives_being_written_down() {
        let attempt = Attempt {
            draft: Draft::default(),
            request_id: "r".into(),
            correlation_id: "c".into(),
            started: 1.5,
            before: Some("x".into()),
            known: Known::NoTrace,
        };
        let trouble = Some(Trouble::NotPossible(Blocker::EducationInReview));
        let record = Record {
            attempt: Some(attempt),
            trouble,
        };
        let text = serde_json::to_string(&record).expect("it can be written");
        let read: Record = serde_json::from_str(&text).expect("it can be read");
        assert_eq!(read, record);
        assert!(read.open() && !read.sent());
    }
}
