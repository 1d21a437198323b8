//! Looks up the customers that a text names: few at a time, so that it can be stopped and gone on with.
//! Must not know how the text is read, or what is shown of anybody.

use super::pasted::Wanted;
use super::plan::AT_ONCE;
use super::state::{Following, Found};
use crate::components::Announcer;
use crate::i18n::{Key, fill};
use crate::ledger::Moment;
use crate::partner_center::{
    Cancel, Client, Customer, CustomerId, Error, ErrorKind, Qualifications, SearchText, Silence,
};
use futures::future::join_all;
use leptos::prelude::*;
use std::collections::VecDeque;
use std::sync::Arc;

/// After so many failures in a row for no reason of the customer's, the next would fail as well.
const IN_A_ROW: usize = 3;

/// A customer that was read for its qualifications not longer ago than this, in milliseconds, need not be read again at once.
const FRESH: i64 = 5 * 60_000;

/// Somebody who was found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    /// Its place among all who were named.
    pub place: usize,
    pub customer: CustomerId,
    pub company: String,
    pub domain: Option<String>,
    /// Its qualifications; nothing where they could not be read.
    pub list: Option<Qualifications>,
    /// When that was.
    pub at: Moment,
}

impl Seen {
    /// What there is to know for following it.
    pub fn found(&self, now: Moment) -> Found {
        let fresh = self.at.plus(FRESH) > now;
        Found {
            customer: self.customer,
            company: Some(self.company.clone()),
            list: self.list.clone().filter(|_| fresh),
        }
    }
}

/// Somebody who was not found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Missing {
    /// Who was looked for.
    pub wanted: Wanted,
    /// Why nobody was found.
    pub why: Why,
}

/// Why nobody was found.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Why {
    /// There is nobody, as far as Partner Center says.
    Nobody,
    /// Several customers have the domain.
    Several,
    /// Partner Center could not say.
    Failed(Box<Error>),
}

/// How far it has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Going {
    /// Nobody has been looked for.
    #[default]
    Not,
    /// It is under way.
    On,
    /// It was stopped, or cannot go on for now.
    Halted,
    /// Everybody has been looked for.
    Done,
}

/// The looking up. It belongs to the page that starts it, and ends with it.
#[derive(Clone, Copy)]
pub(super) struct Finding {
    following: Following,
    announcer: Announcer,
    /// Who is left, each with its place among all.
    waiting: StoredValue<VecDeque<(usize, Wanted)>>,
    in_a_row: StoredValue<usize>,
    cancel: StoredValue<Cancel>,
    round: StoredValue<u32>,
    pub going: RwSignal<Going>,
    /// How many there are to look for, and how many of them have been.
    pub all: RwSignal<usize>,
    pub done: RwSignal<usize>,
    /// Who was found, in the order in which they were named.
    pub found: RwSignal<Vec<Arc<Seen>>>,
    pub missing: RwSignal<Vec<Missing>>,
    /// Why it cannot go on.
    pub failure: RwSignal<Option<Error>>,
}

impl Finding {
    pub fn new() -> Self {
        let finding = Self {
            following: Following::get(),
            announcer: Announcer::get(),
            waiting: StoredValue::default(),
            in_a_row: StoredValue::new(0),
            cancel: StoredValue::default(),
            round: StoredValue::new(0),
            going: RwSignal::default(),
            all: RwSignal::new(0),
            done: RwSignal::new(0),
            found: RwSignal::default(),
            missing: RwSignal::default(),
            failure: RwSignal::default(),
        };
        on_cleanup(move || finding.abort());
        finding
    }

    /// Looks for these, in place of whomever it looked for before.
    pub fn begin(self, wanted: Vec<Wanted>) {
        self.all.set(wanted.len());
        self.done.set(0);
        self.found.set(Vec::new());
        self.missing.set(Vec::new());
        self.waiting
            .set_value(wanted.into_iter().enumerate().collect());
        self.go_on();
    }

    /// Looks for those who are left.
    pub fn go_on(self) {
        self.abort();
        let cancel = Cancel::default();
        self.cancel.set_value(cancel.clone());
        self.in_a_row.set_value(0);
        let round = self.round.get_value() + 1;
        self.round.set_value(round);
        self.failure.set(None);
        self.going.set(Going::On);
        leptos::task::spawn_local(async move {
            let one = || self.look(&cancel);
            join_all((0..AT_ONCE).map(|_| one())).await;
            // Whoever began anew meanwhile says how that one goes.
            if self.round.try_get_value() == Some(round) {
                self.end();
            }
        });
    }

    /// Stops; what has been found stays.
    pub fn stop(self) {
        self.abort();
    }

    fn abort(self) {
        self.cancel.try_with_value(Cancel::abort);
    }

    fn end(self) {
        let left = self.waiting.try_with_value(|waiting| !waiting.is_empty());
        let done = self.done.try_get_untracked().unwrap_or_default();
        let said = match left {
            None => return,
            Some(true) => {
                self.going.try_set(Going::Halted);
                let all = self.all.try_get_untracked().unwrap_or_default();
                let numbers = [("done", done.to_string()), ("all", all.to_string())];
                fill(Key::ManyStopped, &numbers)
            }
            Some(false) => {
                self.going.try_set(Going::Done);
                let count = |n: Option<usize>| n.unwrap_or_default().to_string();
                let found = self.found.try_with_untracked(Vec::len);
                let missing = self.missing.try_with_untracked(Vec::len);
                let numbers = [("found", count(found)), ("missing", count(missing))];
                fill(Key::ManyFinished, &numbers)
            }
        };
        self.announcer.say(said);
    }

    /// One after the other, until nobody is left or it is stopped.
    async fn look(self, cancel: &Cancel) {
        let next = || self.waiting.try_update_value(VecDeque::pop_front).flatten();
        while !cancel.is_aborted()
            && let Some((place, wanted)) = next()
        {
            let outcome = self.resolve(place, &wanted, cancel).await;
            match outcome {
                Ok(Some(seen)) => self.take(seen),
                Ok(None) => {}
                Err(why) => {
                    if self.give_back((place, &wanted), &why, cancel) {
                        return;
                    }
                    let missing = Missing { wanted, why };
                    self.missing.try_update(|all| all.push(missing));
                }
            }
            self.done.try_update(|done| *done += 1);
        }
    }

    /// Whether this has to be tried again later, and everything else with it.
    fn give_back(self, (place, wanted): (usize, &Wanted), why: &Why, cancel: &Cancel) -> bool {
        let Why::Failed(error) = why else {
            return false;
        };
        let wanted = (place, wanted.clone());
        if error.kind == ErrorKind::Cancelled {
            self.waiting
                .try_update_value(|waiting| waiting.push_front(wanted));
            return true;
        }
        let halts = self.halts(error);
        if halts {
            // At the end: where only this one fails, the others are found first.
            self.waiting
                .try_update_value(|waiting| waiting.push_back(wanted));
            self.failure.try_set(Some((**error).clone()));
            cancel.abort();
        }
        halts
    }

    /// Whether after this failure nobody else can be looked for either.
    fn halts(self, error: &Error) -> bool {
        match error.kind {
            ErrorKind::SignInNeeded
            | ErrorKind::SignInUnreachable
            | ErrorKind::MfaNeeded
            | ErrorKind::Throttled
            | ErrorKind::NoAnswer(Silence::Offline) => true,
            ErrorKind::NotFound | ErrorKind::NotAllowed => false,
            _ => {
                let count = self.in_a_row.try_update_value(|count| {
                    *count += 1;
                    *count
                });
                count.is_some_and(|count| count >= IN_A_ROW)
            }
        }
    }

    fn take(self, seen: Seen) {
        if seen.list.is_some() {
            self.in_a_row.try_set_value(0);
        }
        self.found.try_update(|found| {
            // The same customer may have been named by its ID and by its domain.
            if !found.iter().any(|it| it.customer == seen.customer) {
                let at = found.partition_point(|it| it.place < seen.place);
                found.insert(at, Arc::new(seen));
            }
        });
    }

    /// Nothing where the customer has been found before.
    async fn resolve(
        self,
        place: usize,
        wanted: &Wanted,
        cancel: &Cancel,
    ) -> Result<Option<Seen>, Why> {
        let client = self.following.services.client();
        let customer = match wanted {
            Wanted::Id(id) => client.customer(*id, cancel).await.map_err(failed)?,
            Wanted::Domain(domain) => with_domain(&client, domain, cancel).await?,
        };
        let known = |found: &Vec<Arc<Seen>>| found.iter().any(|it| it.customer == customer.id);
        if self.found.try_with_untracked(known) == Some(true) {
            return Ok(None);
        }
        let list = match client.qualifications(customer.id, cancel).await {
            Ok(list) => Some(list),
            Err(error) if error.kind == ErrorKind::Cancelled || self.halts(&error) => {
                return Err(failed(error));
            }
            // Who it is, is known all the same.
            Err(_) => None,
        };
        let seen = Seen {
            place,
            customer: customer.id,
            company: customer.company_name,
            domain: customer.domain,
            list,
            at: self.following.now(),
        };
        if let Some(list) = seen.list.clone() {
            let company = Some(seen.company.clone());
            self.following.observed(seen.customer, list, company).await;
        }
        Ok(Some(seen))
    }
}

fn failed(error: Error) -> Why {
    match error.kind {
        ErrorKind::NotFound => Why::Nobody,
        _ => Why::Failed(Box::new(error)),
    }
}

/// The one customer who has exactly this domain. The search finds everybody whose domain or name begins so.
async fn with_domain(client: &Client, domain: &str, cancel: &Cancel) -> Result<Customer, Why> {
    let text = SearchText::try_from(domain).map_err(|_| Why::Nobody)?;
    let mut found = client.search(&text, cancel).await.map_err(failed)?;
    let mut exact: Vec<_> = Vec::new();
    loop {
        let own = |customer: &Customer| {
            let domains = customer.domain.iter().chain(&customer.custom_domains);
            domains.map(|it| it.to_lowercase()).any(|it| it == domain)
        };
        exact.extend(found.customers.into_iter().filter(own));
        let Some(cursor) = found.more else { break };
        found = client.more(&cursor, cancel).await.map_err(failed)?;
    }
    match exact.len() {
        0 => Err(Why::Nobody),
        1 => exact.pop().ok_or(Why::Nobody),
        _ => Err(Why::Several),
    }
}
