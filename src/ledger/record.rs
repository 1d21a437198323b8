//! What is known of one followed customer: what was asked for here, and what Partner Center was seen to show.
//! Must not know where it is kept, nor how ages and states are drawn from it.

use super::moment::Moment;
use super::words;
use crate::partner_center::{
    CustomerId, Qualification, QualificationKind, Qualifications, VettingDate, VettingStatus,
};
use serde::{Deserialize, Serialize};

/// How many observations of one customer are kept: what changes more often is a service that cannot make up its mind.
pub(super) const MOST_OBSERVED: usize = 500;

/// A customer whose qualifications somebody follows.
///
/// It holds no token and nothing about a person: a test lists every field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    /// Which customer.
    pub customer: CustomerId,
    /// The company's name as last seen; empty before that.
    #[serde(deserialize_with = "words::text")]
    pub company: String,
    /// When following began.
    pub since: Moment,
    /// How it began.
    pub by: Origin,
    /// When it was stopped; what is known is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Moment>,
    /// When the customer's qualifications were last read here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<Moment>,
    /// How the last reading failed; nothing after one that worked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<Failure>,
    /// What was asked for here, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
    /// What was seen, in this order. The order counts, not the times: a clock may have been set back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observed: Vec<Observation>,
}

/// How following began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A qualification was requested here.
    Request,
    /// The person chose to follow the customer.
    Hand,
    /// It came with a file.
    Import,
}

/// One request for a qualification. Repeats under the same `MS-RequestId` are the same attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// What was asked for.
    #[serde(with = "words::kind")]
    pub kind: QualificationKind,
    /// `MS-RequestId`.
    #[serde(deserialize_with = "words::text")]
    pub request_id: String,
    /// `MS-CorrelationId`.
    #[serde(deserialize_with = "words::text")]
    pub correlation_id: String,
    /// When it was sent.
    pub at: Moment,
    /// Whether the service is known to have taken it; otherwise its outcome is unknown.
    pub arrived: bool,
}

/// A reading that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// When.
    pub at: Moment,
    /// The HTTP status, if an answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The service's error code, if it gave one.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "words::optional_text"
    )]
    pub code: Option<String>,
}

/// What Partner Center showed of one qualification for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// Which qualification.
    #[serde(with = "words::kind")]
    pub kind: QualificationKind,
    /// What it showed.
    #[serde(with = "words::status")]
    pub status: Status,
    /// Why it was denied, in the service's own words.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "words::optional_text"
    )]
    pub reason: Option<String>,
    /// The service's own date of the vetting: a moment as [`Moment`] writes it, or a text that is none as it came.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "words::optional_text"
    )]
    pub dated: Option<String>,
    /// When this was first seen.
    pub first_seen: Moment,
    /// When this was last seen. Never before it was first seen, whatever the clock said.
    pub last_seen: Moment,
    /// How it came to be known.
    pub source: Source,
}

/// What Partner Center shows of a qualification.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Microsoft is looking at it.
    InReview,
    /// The customer has the qualification: the service's own word.
    Approved,
    /// Microsoft refused it.
    Denied,
    /// The qualification stands there without a status, as a state-owned entity does. It never means approved.
    Unsaid,
    /// A word not known here, as it came.
    Other(String),
    /// It was shown before and is shown no more. Partner Center drops a denial so
    /// (Partner Center docs: sell-to-education-customers).
    Gone,
}

/// How something came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// It stood there when following began, so it is no change.
    Start,
    /// A reading here.
    Reading,
    /// A file: somebody's word, not the service's.
    Import,
}

/// Something that changed at a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// At which customer.
    pub customer: CustomerId,
    /// Its name as last seen.
    pub company: String,
    /// Of which qualification.
    pub kind: QualificationKind,
    /// What was shown before, if anything.
    pub from: Option<Status>,
    /// What is shown now.
    pub to: Status,
    /// Why it was denied.
    pub reason: Option<String>,
    /// When the change was seen.
    pub at: Moment,
}

impl Change {
    /// Whether somebody who waits should be told. A review that has begun is what was asked for, and so is a qualification
    /// without vetting; that a denial is shown no more is what Partner Center does with every denial.
    pub fn is_news(&self) -> bool {
        match self.to {
            Status::InReview => false,
            // A state-owned entity stands there at once.
            Status::Unsaid => self.from.is_some(),
            Status::Gone => self.from != Some(Status::Denied),
            _ => true,
        }
    }
}

impl Status {
    fn of(status: Option<&VettingStatus>) -> Status {
        match status {
            None => Status::Unsaid,
            Some(VettingStatus::InReview) => Status::InReview,
            Some(VettingStatus::Approved) => Status::Approved,
            Some(VettingStatus::Denied) => Status::Denied,
            Some(VettingStatus::Other(word)) => Status::Other(words::shortened(word)),
        }
    }
}

impl Observation {
    fn new(kind: QualificationKind, status: Status, now: Moment) -> Self {
        Self {
            kind,
            status,
            reason: None,
            dated: None,
            first_seen: now,
            last_seen: now,
            source: Source::Reading,
        }
    }

    fn of(entry: &Qualification, now: Moment) -> Self {
        let kind = match &entry.kind {
            QualificationKind::Other(word) => QualificationKind::Other(words::shortened(word)),
            known => known.clone(),
        };
        Self {
            reason: entry
                .reason
                .as_deref()
                .filter(|text| !text.is_empty())
                .map(words::shortened),
            dated: entry.since.as_ref().map(|date| match date {
                VettingDate::At(moment) => Moment::from_millis(moment.as_millisecond()).to_string(),
                VettingDate::AsWritten(text) => words::shortened(text),
            }),
            ..Self::new(kind, Status::of(entry.status.as_ref()), now)
        }
    }

    /// The service's own date, where it is a moment.
    pub fn dated_at(&self) -> Option<Moment> {
        self.dated.as_deref().and_then(Moment::read)
    }

    /// Whether it was seen here and did not come with a file.
    pub fn own(&self) -> bool {
        self.source != Source::Import
    }

    /// Whether the other one says nothing that this one does not. The service leaves out a date or a reason at times.
    fn still_says(&self, other: &Observation) -> bool {
        let fits = |known: &Option<String>, new: &Option<String>| new.is_none() || new == known;
        self.status == other.status
            && (self.dated.is_none() || fits(&self.dated, &other.dated))
            && (self.reason.is_none() || fits(&self.reason, &other.reason))
    }

    /// Takes up that it is still so.
    fn seen_again(&mut self, now: Observation) {
        self.last_seen = self.last_seen.max(now.last_seen);
        self.dated = self.dated.take().or(now.dated);
        self.reason = self.reason.take().or(now.reason);
    }
}

impl Followed {
    /// Begins to follow a customer.
    pub fn new(customer: CustomerId, by: Origin, now: Moment) -> Self {
        Self {
            customer,
            company: String::new(),
            since: now,
            by,
            stopped: None,
            checked: None,
            failed: None,
            attempts: Vec::new(),
            observed: Vec::new(),
        }
    }

    /// Whether it is followed, and not only remembered.
    pub fn active(&self) -> bool {
        self.stopped.is_none()
    }

    /// Takes up a request, or that one which was known has arrived. What is requested is followed, also after it was stopped.
    pub fn attempt(&mut self, attempt: Attempt) {
        self.stopped = None;
        let same = |it: &&mut Attempt| it.request_id == attempt.request_id;
        match self.attempts.iter_mut().find(same) {
            Some(known) => known.arrived |= attempt.arrived,
            None => self.attempts.push(attempt),
        }
    }

    /// Takes up what a reading showed. Gives what has changed.
    pub fn observe(
        &mut self,
        list: &Qualifications,
        company: Option<&str>,
        now: Moment,
    ) -> Vec<Change> {
        if let Some(name) = company {
            self.company = words::shortened(name);
        }
        let known = self.observed.len();
        let shown = list.iter().filter(|entry| is_current(list, entry));
        let mut shown: Vec<_> = shown.map(|entry| Observation::of(entry, now)).collect();
        shown.extend(self.no_longer_in(&shown, now));
        for observation in shown {
            self.take_up(observation);
        }
        self.checked = Some(now);
        self.failed = None;
        let new = known..self.observed.len();
        let changes = new.filter_map(|at| self.change(at)).collect();
        self.forget_the_oldest();
        changes
    }

    /// Takes up that a reading failed.
    pub fn fail(&mut self, failure: Failure) {
        self.failed = Some(failure);
    }

    /// What was seen here of a qualification last.
    pub fn current(&self, kind: &QualificationKind) -> Option<&Observation> {
        self.of_kind(kind).rfind(|it| it.own())
    }

    /// What is known of a qualification, in this order.
    pub fn of_kind(
        &self,
        kind: &QualificationKind,
    ) -> impl DoubleEndedIterator<Item = &Observation> {
        self.observed.iter().filter(move |it| it.kind == *kind)
    }

    /// Every qualification that was asked for or seen.
    pub fn kinds(&self) -> Vec<&QualificationKind> {
        let asked = self.attempts.iter().map(|it| &it.kind);
        let seen = self.observed.iter().map(|it| &it.kind);
        let mut kinds = Vec::new();
        for kind in asked.chain(seen) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        kinds
    }

    /// What has changed since a moment, such as when the person last looked.
    pub fn changes_since(&self, moment: Moment) -> impl Iterator<Item = Change> {
        let later = move |at: &usize| self.observed[*at].first_seen > moment;
        (0..self.observed.len())
            .filter(later)
            .filter_map(|at| self.change(at))
    }

    /// The same as this version would have written it: no last time before the first, and no empty text for none.
    pub(super) fn tidied(mut self) -> Self {
        for it in &mut self.observed {
            it.last_seen = it.last_seen.max(it.first_seen);
            it.reason = it.reason.take().filter(|text| !text.is_empty());
            it.dated = it.dated.take().filter(|text| !text.is_empty());
        }
        self
    }

    fn take_up(&mut self, observation: Observation) {
        let kind = &observation.kind;
        let last = self.observed.iter_mut().rev();
        let last = last.filter(|it| it.own()).find(|it| it.kind == *kind);
        match last {
            Some(last) if last.still_says(&observation) => last.seen_again(observation),
            _ => {
                let source = match self.is_start(kind) {
                    true => Source::Start,
                    false => Source::Reading,
                };
                self.observed.push(Observation {
                    source,
                    ..observation
                });
            }
        }
    }

    /// Keeps no more than [`MOST_OBSERVED`], and of each qualification what was seen last.
    fn forget_the_oldest(&mut self) {
        while self.observed.len() > MOST_OBSERVED {
            let is_last = |at: &usize| {
                let kind = &self.observed[*at].kind;
                !self.observed[at + 1..]
                    .iter()
                    .any(|it| it.own() && it.kind == *kind)
            };
            match (0..self.observed.len()).find(|at| !is_last(at)) {
                Some(oldest) => drop(self.observed.remove(oldest)),
                None => return,
            }
        }
    }

    /// Whether what is shown of a qualification now has stood there before anybody here asked or looked.
    fn is_start(&self, kind: &QualificationKind) -> bool {
        self.checked.is_none() && !self.attempts.iter().any(|it| it.kind == *kind)
    }

    /// The qualifications that were shown here and are not among these.
    fn no_longer_in(&self, shown: &[Observation], now: Moment) -> Vec<Observation> {
        let missing = |kind: &&QualificationKind| {
            !shown.iter().any(|it| it.kind == **kind) && self.current(kind).is_some()
        };
        let missing = self.kinds().into_iter().filter(missing);
        missing
            .map(|kind| Observation::new(kind.clone(), Status::Gone, now))
            .collect()
    }

    /// What the observation at this place changed, if anything.
    fn change(&self, at: usize) -> Option<Change> {
        let now = &self.observed[at];
        if now.source != Source::Reading {
            return None;
        }
        let earlier = self.observed[..at].iter();
        let before = earlier.rev().find(|it| it.own() && it.kind == now.kind);
        Some(Change {
            customer: self.customer,
            company: self.company.clone(),
            kind: now.kind.clone(),
            from: before.map(|it| it.status.clone()),
            to: now.status.clone(),
            reason: now.reason.clone(),
            at: now.first_seen,
        })
    }
}

/// What somebody who last looked at that moment, or never, should be told of what is followed.
pub fn news<'a>(
    followed: impl IntoIterator<Item = &'a Followed>,
    looked: Option<Moment>,
) -> Vec<Change> {
    let active = followed.into_iter().filter(|it| it.active());
    let since = |it: &'a Followed| it.changes_since(looked.unwrap_or(it.since));
    active.flat_map(since).filter(Change::is_news).collect()
}

/// Whether an entry is the newest of its kind.
fn is_current(list: &Qualifications, entry: &Qualification) -> bool {
    list.current(&entry.kind)
        .is_some_and(|current| std::ptr::eq(current, entry))
}

#[cfg(test)]
#[path = "record/tests.rs"]
mod tests;
