//! The list of what is followed: a row for each customer and qualification with its state and age, and the numbers of the whole.
//! Must not know how rows are shown, nor how an address says which of them.

use super::moment::{Moment, OVERDUE_AFTER, Zone, business_days};
use super::record::{Attempt, Followed, Observation, Source, Status};
use super::words;
use crate::partner_center::{CustomerId, QualificationKind};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// For how long after a request what was shown before says nothing about it, in milliseconds: the service may take a while to
/// show it.
const SETTLES_IN: i64 = 3_600_000;

/// What is known of one qualification of one followed customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which customer.
    pub customer: CustomerId,
    /// The company's name as last seen; empty before that.
    pub company: String,
    /// Which qualification; nothing for a customer that shows none and was asked for none.
    pub kind: Option<QualificationKind>,
    /// How things stand.
    pub state: State,
    /// What the service shows, in its own terms; nothing before it was read.
    pub status: Option<Status>,
    /// Why it was denied, in the service's own words.
    pub reason: Option<String>,
    /// Since when it stands so: a review since the service's date, where that is a moment; else since it was first seen.
    pub since: Moment,
    /// The service's date as it came, where it is no moment.
    pub dated: Option<String>,
    /// How many business days it has stood so; nothing once it is decided.
    pub age: Option<u32>,
    /// How many business days the review took that ended so, as far as it was watched.
    pub took: Option<u32>,
    /// How what is shown here came to be known.
    pub source: Option<Source>,
    /// How many requests for it were sent from here.
    pub attempts: usize,
    /// When the customer was last read here.
    pub checked: Option<Moment>,
    /// Whether the last reading failed.
    pub failed: bool,
    /// Whether there is news that the person has not looked at.
    pub changed: bool,
}

/// How things stand with a qualification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Nothing is shown: it was not read yet, nothing was requested, or what was requested is not shown yet.
    NothingYet,
    /// A request left, no answer came, and nothing of it is shown.
    UnknownOutcome,
    /// Microsoft is looking at it.
    InReview,
    /// Microsoft has been looking at it for longer than usual.
    Overdue,
    /// The service says that the customer has it.
    Approved,
    /// A state-owned entity: it stands there and is not vetted.
    Assigned,
    /// Microsoft refused it; perhaps that is not shown any more.
    Denied,
    /// It stands there with a status that is missing or not known here.
    Unclear,
    /// It was shown, not as denied, and is shown no more.
    Gone,
}

/// States that are looked at together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// In review for longer than usual.
    Overdue,
    /// Denied.
    Denied,
    /// Nobody knows what became of it, or what the service means.
    Unknown,
    /// In review.
    InReview,
    /// Nothing is shown yet.
    Nothing,
    /// The customer has it.
    Decided,
}

impl Group {
    /// Every group, the most urgent first.
    pub const ALL: [Group; 6] = [
        Group::Overdue,
        Group::Denied,
        Group::Unknown,
        Group::InReview,
        Group::Nothing,
        Group::Decided,
    ];

    /// Its word in an address.
    pub fn word(self) -> &'static str {
        match self {
            Group::Overdue => "overdue",
            Group::Denied => "denied",
            Group::Unknown => "unknown",
            Group::InReview => "in-review",
            Group::Nothing => "nothing",
            Group::Decided => "decided",
        }
    }

    /// The group of a word in an address.
    pub fn read(word: &str) -> Option<Group> {
        Group::ALL.into_iter().find(|group| group.word() == word)
    }
}

impl State {
    /// Where it belongs.
    pub fn group(self) -> Group {
        match self {
            State::NothingYet => Group::Nothing,
            State::UnknownOutcome | State::Unclear | State::Gone => Group::Unknown,
            State::InReview => Group::InReview,
            State::Overdue => Group::Overdue,
            State::Approved | State::Assigned => Group::Decided,
            State::Denied => Group::Denied,
        }
    }

    /// Whether there is an end to it, for now.
    pub fn is_decided(self) -> bool {
        matches!(self, State::Approved | State::Assigned | State::Denied)
    }
}

/// What a list is drawn up with.
#[derive(Clone, Copy)]
pub struct Today<'a> {
    /// The time now.
    pub now: Moment,
    /// Whose calendar counts.
    pub zone: Zone<'a>,
    /// When the person last looked, if ever.
    pub looked: Option<Moment>,
}

/// The rows of all customers that are followed, in their order.
pub fn rows<'a>(followed: impl IntoIterator<Item = &'a Followed>, today: Today<'_>) -> Vec<Row> {
    let active = followed.into_iter().filter(|it| it.active());
    active.flat_map(|it| rows_of(it, today)).collect()
}

/// The rows of one customer: one for each qualification, or one that says that there is none.
pub fn rows_of(followed: &Followed, today: Today<'_>) -> Vec<Row> {
    let kinds = followed.kinds();
    if kinds.is_empty() {
        return vec![blank(followed, today)];
    }
    kinds
        .into_iter()
        .map(|kind| row(followed, kind, today))
        .collect()
}

fn blank(followed: &Followed, today: Today<'_>) -> Row {
    Row {
        customer: followed.customer,
        company: followed.company.clone(),
        kind: None,
        state: State::NothingYet,
        status: None,
        reason: None,
        since: followed.since,
        dated: None,
        age: Some(business_days(followed.since, today.now, today.zone)),
        took: None,
        source: None,
        attempts: 0,
        checked: followed.checked,
        failed: followed.failed.is_some(),
        changed: false,
    }
}

fn row(followed: &Followed, kind: &QualificationKind, today: Today<'_>) -> Row {
    let standing = Standing::of(followed, kind);
    let since = standing.since(followed);
    let age = business_days(since, today.now, today.zone);
    let state = match standing.state {
        State::InReview if age > OVERDUE_AFTER => State::Overdue,
        state => state,
    };
    let shown = standing.shown;
    let unreadable = |it: &&Observation| it.dated_at().is_none();
    let news = |changed: super::Change| changed.kind == *kind && changed.is_news();
    Row {
        kind: Some(kind.clone()),
        state,
        status: followed.current(kind).map(|it| it.status.clone()),
        reason: shown.and_then(|it| it.reason.clone()),
        since,
        dated: shown.filter(unreadable).and_then(|it| it.dated.clone()),
        age: (!state.is_decided()).then_some(age),
        took: shown.and_then(|it| took(followed, it, today.zone)),
        source: shown.map(|it| it.source),
        attempts: attempts(followed, kind).count(),
        changed: match today.looked {
            Some(looked) => followed.changes_since(looked).any(news),
            None => followed.changes_since(followed.since).any(news),
        },
        ..blank(followed, today)
    }
}

/// Since when something of a customer stands as it does, for whoever has to find out what becomes of it. It is what rows say,
/// without their words: it is asked for all customers each time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Since when the newest of what is undecided stands so.
    pub undecided: Option<Moment>,
    /// Since when the newest denial stands.
    pub denied: Option<Moment>,
}

impl Waiting {
    /// What there is to wait for with a customer.
    pub fn of(followed: &Followed) -> Self {
        let mut waiting = Self::default();
        let kinds = followed.kinds();
        for kind in &kinds {
            let standing = Standing::of(followed, kind);
            let place = match standing.state {
                State::Denied => &mut waiting.denied,
                state if state.is_decided() => continue,
                _ => &mut waiting.undecided,
            };
            *place = (*place).max(Some(standing.since(followed)));
        }
        if kinds.is_empty() {
            waiting.undecided = Some(followed.since);
        }
        waiting
    }
}

/// The denial that is the last word on a qualification, also where Partner Center has dropped it since.
pub fn denial<'a>(followed: &'a Followed, kind: &'a QualificationKind) -> Option<&'a Observation> {
    let standing = Standing::of(followed, kind);
    standing.shown.filter(|_| standing.state == State::Denied)
}

fn attempts<'a>(
    followed: &'a Followed,
    kind: &'a QualificationKind,
) -> impl Iterator<Item = &'a Attempt> {
    followed.attempts.iter().filter(move |it| it.kind == *kind)
}

/// How things stand with one qualification, and what says so.
pub(super) struct Standing<'a> {
    pub state: State,
    /// What was seen that says so. A denial stays what there is to say after Partner Center has dropped it.
    pub shown: Option<&'a Observation>,
    /// The request that nothing has been seen of.
    pub pending: Option<&'a Attempt>,
}

impl<'a> Standing<'a> {
    pub(super) fn of(followed: &'a Followed, kind: &'a QualificationKind) -> Self {
        let current = followed.current(kind);
        let newest = attempts(followed, kind).max_by_key(|it| it.at);
        if let Some(pending) = newest.filter(|it| is_pending(it, current)) {
            let state = match pending.arrived {
                true => State::NothingYet,
                false => State::UnknownOutcome,
            };
            return Self {
                state,
                shown: None,
                pending: Some(pending),
            };
        }
        // What came with a file is somebody's word: of what only stands there, the app repeats a denial and nothing else.
        let shown = match current {
            Some(current) if current.status != Status::Gone => Some(current),
            _ => followed.of_kind(kind).rfind(|it| it.status != Status::Gone),
        };
        let state = match (shown.map(|it| &it.status), current.map(|it| &it.status)) {
            (Some(Status::Denied), _) => State::Denied,
            (_, None) => State::NothingYet,
            (_, Some(status)) => state_of(status, kind),
        };
        Self {
            state,
            shown,
            pending: None,
        }
    }

    pub(super) fn since(&self, followed: &Followed) -> Moment {
        match (self.pending, self.shown) {
            (Some(pending), _) => pending.at,
            (None, None) => followed.since,
            (None, Some(shown)) => {
                let began = (self.state == State::InReview).then(|| shown.dated_at());
                began.flatten().unwrap_or(shown.first_seen)
            }
        }
    }
}

/// Whether what is shown says nothing about a request yet.
fn is_pending(attempt: &Attempt, current: Option<&Observation>) -> bool {
    current.is_none_or(|current| {
        let settled = current.last_seen > attempt.at.plus(SETTLES_IN);
        attempt.at > current.first_seen && !(settled && current.status != Status::Gone)
    })
}

fn state_of(status: &Status, kind: &QualificationKind) -> State {
    match status {
        Status::InReview => State::InReview,
        Status::Approved => State::Approved,
        Status::Denied => State::Denied,
        Status::Unsaid if *kind == QualificationKind::StateOwnedEntity => State::Assigned,
        Status::Unsaid | Status::Other(_) => State::Unclear,
        Status::Gone => State::Gone,
    }
}

/// How many business days the review took that ended with this. When it was decided nobody says: it counts until the decision
/// was first seen. Nothing for what was decided before anybody looked.
fn took(followed: &Followed, decision: &Observation, zone: Zone) -> Option<u32> {
    let decided = matches!(decision.status, Status::Approved | Status::Denied);
    if !decided || decision.source != Source::Reading {
        return None;
    }
    let own = followed.of_kind(&decision.kind).filter(|it| it.own());
    let before = own.take_while(|it| !std::ptr::eq(*it, decision)).last();
    let review = before.filter(|it| it.status == Status::InReview);
    let began = decision
        .dated_at()
        .or_else(|| review.and_then(Observation::dated_at))
        .or_else(|| review.map(|it| it.first_seen))?;
    Some(business_days(began, decision.first_seen, zone))
}

// ---- Which rows, in which order -------------------------------------------------------------------------------------

/// Which rows somebody wants to see, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Only these.
    pub group: Option<Group>,
    /// Only this qualification.
    pub kind: Option<QualificationKind>,
    /// Only companies with this in their name, or the customer with this ID.
    pub text: String,
    /// Only what has changed since the person last looked.
    pub changed: bool,
    /// By what.
    pub sort: Sort,
    /// The other way round.
    pub descending: bool,
}

/// By what rows are sorted. Where that is the same, by company.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// The most urgent first, and of these the oldest.
    #[default]
    Urgency,
    /// The company's name.
    Company,
    /// The oldest first.
    Since,
    /// What was not read for the longest time first.
    Checked,
}

impl Sort {
    /// Every order.
    pub const ALL: [Sort; 4] = [Sort::Urgency, Sort::Company, Sort::Since, Sort::Checked];

    /// Its word in an address.
    pub fn word(self) -> &'static str {
        match self {
            Sort::Urgency => "urgency",
            Sort::Company => "company",
            Sort::Since => "since",
            Sort::Checked => "checked",
        }
    }

    /// The order of a word in an address.
    pub fn read(word: &str) -> Option<Sort> {
        Sort::ALL.into_iter().find(|sort| sort.word() == word)
    }
}

impl View {
    /// Picks and sorts. `places` gives each of some names its place among them, as the person's language has it.
    pub fn of<'a>(&self, rows: &'a [Row], places: impl Fn(&[&str]) -> Vec<usize>) -> Vec<&'a Row> {
        let text = folded(self.text.trim());
        let picked: Vec<_> = rows.iter().filter(|row| self.wants(row, &text)).collect();
        let places = match self.sort {
            Sort::Company => {
                let names: Vec<_> = picked.iter().map(|row| row.company.as_str()).collect();
                places(&names)
            }
            _ => vec![0; picked.len()],
        };
        let keyed = places.into_iter().zip(picked);
        let mut keyed: Vec<_> = keyed
            .map(|(place, row)| ((place, folded(&row.company)), row))
            .collect();
        keyed.sort_by(|(a_name, a), (b_name, b)| {
            let order = self.order(a, b);
            let order = match self.descending {
                true => order.reverse(),
                false => order,
            };
            order
                .then_with(|| a_name.cmp(b_name))
                .then_with(|| a.customer.cmp(&b.customer))
                .then_with(|| kind_word(a).cmp(&kind_word(b)))
        });
        if self.sort == Sort::Company && self.descending {
            keyed.reverse();
        }
        keyed.into_iter().map(|(_, row)| row).collect()
    }

    fn wants(&self, row: &Row, text: &str) -> bool {
        self.group.is_none_or(|group| row.state.group() == group)
            && (self.kind.is_none() || row.kind == self.kind)
            && (!self.changed || row.changed)
            && (text.is_empty()
                || folded(&row.company).contains(text)
                || row.customer.to_string().contains(text))
    }

    fn order(&self, a: &Row, b: &Row) -> Ordering {
        match self.sort {
            Sort::Urgency => (a.state.group(), a.since).cmp(&(b.state.group(), b.since)),
            Sort::Company => Ordering::Equal,
            Sort::Since => a.since.cmp(&b.since),
            Sort::Checked => a.checked.cmp(&b.checked),
        }
    }
}

/// Small letters, by which names are found however they are typed: also those of Turkish, with a dot or without.
fn folded(text: &str) -> String {
    let small = text.to_lowercase();
    let plain = small.chars().filter(|letter| *letter != '\u{307}');
    plain
        .map(|letter| if letter == 'ı' { 'i' } else { letter })
        .collect()
}

fn kind_word(row: &Row) -> Option<String> {
    row.kind.as_ref().map(words::kind_word)
}

// ---- The whole ------------------------------------------------------------------------------------------------------

/// How many there are of each, and how long reviews took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many rows of each group, the most urgent first; every group is there.
    pub groups: Vec<(Group, usize)>,
    /// How many rows have news.
    pub changed: usize,
    /// How many finished reviews took so many business days, the shortest first.
    pub durations: Vec<(u32, usize)>,
    /// The same in three numbers; nothing before a review has finished.
    pub reviews: Option<Reviews>,
}

/// How long finished reviews took, in business days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reviews {
    /// How many finished.
    pub count: usize,
    /// The shortest.
    pub shortest: u32,
    /// Half of them took no longer than this.
    pub median: u32,
    /// The longest.
    pub longest: u32,
}

/// Sums up the rows, and every review that was seen to finish, also of customers that are followed no more.
pub fn summary<'a>(
    rows: &[Row],
    followed: impl IntoIterator<Item = &'a Followed>,
    zone: Zone,
) -> Summary {
    let mut durations = BTreeMap::new();
    for it in followed {
        for days in it.observed.iter().filter_map(|at| took(it, at, zone)) {
            *durations.entry(days).or_default() += 1;
        }
    }
    let of_group = |group| rows.iter().filter(|row| row.state.group() == group).count();
    let durations: Vec<(u32, usize)> = durations.into_iter().collect();
    Summary {
        groups: Group::ALL.map(|group| (group, of_group(group))).to_vec(),
        changed: rows.iter().filter(|row| row.changed).count(),
        reviews: reviews(&durations),
        durations,
    }
}

fn reviews(durations: &[(u32, usize)]) -> Option<Reviews> {
    let count: usize = durations.iter().map(|(_, times)| times).sum();
    let mut passed = 0;
    let median = durations.iter().find(|(_, times)| {
        passed += times;
        2 * passed >= count
    });
    Some(Reviews {
        count,
        shortest: durations.first()?.0,
        median: median?.0,
        longest: durations.last()?.0,
    })
}

#[cfg(test)]
#[path = "rows/tests.rs"]
mod tests;
