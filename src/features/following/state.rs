//! What is followed, in signals: read from the computer's ledger, changed in one place, told to the other tabs.
//! Must not know when anything is read from the service, nor how it looks.

use super::plan::Watched;
use super::wake::Wake;
use crate::clock;
use crate::ledger::{
    self, Attempt, Change, Failure, Followed, KEPT_DAYS, Merged, Moment, Origin, Store, Waiting,
};
use crate::partner_center::{CustomerId, Error, Qualifications};
use crate::services::{Services, Whose};
use crate::tabs::{self, Lock, Others};
use leptos::prelude::*;
use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

/// What one tab tells the others when more than one customer may have changed.
const ALL: &str = "all";
/// After how many milliseconds a reading that failed is tried again.
const READ_LATER: f64 = 10_000.0;

/// Every customer that is followed or remembered.
pub(super) type Ledger = BTreeMap<CustomerId, Followed>;

/// A customer that is to be followed, with what is known of it.
#[derive(Clone, Debug)]
pub struct Found {
    /// Who.
    pub customer: CustomerId,
    /// What it is called, if that is known.
    pub company: Option<String>,
    /// What it is qualified for, if that has just been read; else it is read soon.
    pub list: Option<Qualifications>,
}

/// What is followed by the signed-in tenant. Found in the context.
#[derive(Clone, Copy)]
pub struct Following {
    pub(super) services: Services,
    store: StoredValue<Rc<Store>, LocalStorage>,
    others: Others,
    whose: Whose,
    /// Nothing until it has been read.
    pub(super) ledger: RwSignal<Option<Ledger>>,
    /// When the person last looked at what has changed.
    pub(super) looked: RwSignal<Option<Moment>>,
    /// How many records could not be understood and were set aside.
    pub(super) aside: RwSignal<usize>,
    /// How many records a newer version of the app has written, which this one does without.
    pub(super) newer: RwSignal<usize>,
    /// Whether what is kept outlives the page.
    pub(super) lasting: RwSignal<bool>,
    /// Who is to be read at once, because something was heard or somebody asked.
    hurried: StoredValue<HashSet<CustomerId>>,
    /// Wakes whoever reads.
    pub(super) wake: Wake,
}

impl Following {
    /// Prepares it; nothing is read before [`Following::begin`].
    pub fn new(services: Services) -> Self {
        let following = Self {
            services,
            store: StoredValue::new_local(Rc::default()),
            others: Others::new(),
            whose: Whose::nobodys(),
            ledger: RwSignal::new(None),
            looked: RwSignal::new(None),
            aside: RwSignal::new(0),
            newer: RwSignal::new(0),
            lasting: RwSignal::new(true),
            hurried: StoredValue::default(),
            wake: Wake::new(),
        };
        let heard = move |words: String| {
            leptos::task::spawn_local(async move {
                match words.parse() {
                    Ok(customer) => following.read_one(customer).await,
                    Err(_) => following.read().await,
                }
            });
        };
        following.others.hear("vetted.ledger", heard);
        following
    }

    /// What this app follows.
    pub fn get() -> Self {
        expect_context()
    }

    /// Takes up what a tenant follows.
    pub fn begin(self, tenant: &str) {
        if !self.whose.begin(tenant) {
            return;
        }
        self.ledger.set(None);
        leptos::task::spawn_local(self.read());
    }

    /// Lets go of everything, once nobody is signed in any more. It stays on the computer.
    pub fn end(self) {
        self.whose.end();
        self.ledger.set(None);
        self.looked.set(None);
        self.wake.up();
    }

    /// Whether nobody is signed in, or this part of the app has been left for good.
    pub(super) fn is_gone(self) -> bool {
        self.tenant().is_none()
    }

    pub(super) fn tenant(self) -> Option<String> {
        self.whose.tenant()
    }

    /// The time now.
    pub(super) fn now(self) -> Moment {
        Moment::at(self.services.clock.now())
    }

    /// Whether a customer is followed.
    pub fn follows(&self, customer: CustomerId) -> bool {
        let active = |ledger: &Ledger| ledger.get(&customer).is_some_and(Followed::active);
        self.ledger
            .with(|ledger| ledger.as_ref().is_some_and(active))
    }

    /// What is known of a customer; nothing where nothing is, or before it has been read.
    pub fn of(&self, customer: CustomerId) -> Option<Followed> {
        self.ledger
            .with(|ledger| ledger.as_ref()?.get(&customer).cloned())
    }

    /// Begins to follow customers. Who is followed already stays so.
    pub async fn follow(self, found: Vec<Found>, by: Origin) {
        let now = self.now();
        let changes = found.into_iter().map(|found| {
            let Found {
                customer,
                company,
                list,
            } = found;
            let change = move |known: Option<Followed>| {
                let mut followed = known.unwrap_or_else(|| Followed::new(customer, by, now));
                followed.stopped = None;
                if let Some(company) = company {
                    followed.company = company;
                }
                if let Some(list) = list {
                    followed.observe(&list, None, now);
                }
                Some(followed)
            };
            (customer, change)
        });
        self.change(changes.collect()).await;
    }

    /// Stops following a customer; what is known of it is kept.
    pub async fn stop(self, customer: CustomerId) {
        let now = self.now();
        let stop = move |known: Option<Followed>| {
            let stopped = Some(now);
            known.map(|followed| Followed {
                stopped,
                ..followed
            })
        };
        self.change(vec![(customer, stop)]).await;
    }

    /// Takes up a request that was sent, or may have been. Whoever is asked for is followed. One that is known already changes
    /// nothing.
    pub async fn requested(self, customer: CustomerId, attempt: Attempt) {
        let now = self.now();
        let note = move |known: Option<Followed>| {
            let mut followed =
                known.unwrap_or_else(|| Followed::new(customer, Origin::Request, now));
            if followed
                .attempts
                .iter()
                .any(|it| it.request_id == attempt.request_id && it.arrived >= attempt.arrived)
            {
                return None;
            }
            followed.attempt(attempt);
            Some(followed)
        };
        self.change(vec![(customer, note)]).await;
    }

    /// Takes up what a reading showed of a customer that is followed.
    pub async fn observed(
        self,
        customer: CustomerId,
        list: Qualifications,
        company: Option<String>,
    ) {
        self.observed_at(customer, list, company, self.now()).await;
    }

    /// The same for a reading that is on the screen at this moment: what it shows is no news to whoever sits there, unless there
    /// is other news that they have not looked at.
    pub async fn shown(self, customer: CustomerId, list: Qualifications) {
        let now = self.now();
        // Before everything has been read nobody knows what else there is.
        let looked = self.looked.try_get_untracked().flatten();
        let seen = tabs::visible() && self.is_read() && self.unseen(looked) == 0;
        if seen {
            self.looked.try_set(Some(now));
        }
        let changed = self.observed_at(customer, list, None, now).await;
        if seen && changed {
            self.look().await;
        }
    }

    /// Says whether anything has changed.
    async fn observed_at(
        self,
        customer: CustomerId,
        list: Qualifications,
        company: Option<String>,
        now: Moment,
    ) -> bool {
        // Before everything has been read, anybody may be followed.
        if self.is_read() && self.known(customer).is_none() {
            return false;
        }
        let changed = Rc::new(Cell::new(false));
        let observe = {
            let changed = Rc::clone(&changed);
            move |known: Option<Followed>| {
                let mut followed = known?;
                let changes = followed.observe(&list, company.as_deref(), now);
                changed.set(!changes.is_empty());
                Some(followed)
            }
        };
        self.hurried_no_more(customer);
        self.change(vec![(customer, observe)]).await;
        changed.get()
    }

    /// How many changes there are since the person looked, or since following began.
    pub(super) fn unseen(self, looked: Option<Moment>) -> usize {
        let news = |followed: &Followed| {
            let changes = followed.changes_since(looked.unwrap_or(followed.since));
            changes.filter(Change::is_news).count()
        };
        let all = self
            .ledger
            .try_with_untracked(|ledger| each(ledger).filter(|it| it.active()).map(news).sum());
        all.unwrap_or_default()
    }

    /// Whether a customer is followed whose name is not known.
    pub(super) fn is_nameless(self, customer: CustomerId) -> bool {
        self.known(customer)
            .is_some_and(|followed| followed.company.is_empty())
    }

    /// Takes up what a customer is called, if it is followed.
    pub async fn named(self, customer: CustomerId, company: String) {
        let known = self.known(customer);
        if known.is_some_and(|followed| followed.company != company) {
            let name = move |known: Option<Followed>| {
                known.map(|followed| Followed {
                    company,
                    ..followed
                })
            };
            self.change(vec![(customer, name)]).await;
        }
    }

    /// Takes up that a reading of a customer failed.
    pub(super) async fn failed(self, customer: CustomerId, error: &Error) {
        let failure = Failure {
            at: self.now(),
            status: error.status,
            code: error.code.clone(),
        };
        let fail = move |known: Option<Followed>| {
            let mut followed = known?;
            followed.fail(failure);
            Some(followed)
        };
        self.hurried_no_more(customer);
        self.change(vec![(customer, fail)]).await;
    }

    /// Has customers read at once.
    pub fn hurry(self, customers: &[CustomerId]) {
        self.hurried
            .try_update_value(|hurried| hurried.extend(customers));
        self.wake.up();
    }

    fn hurried_no_more(self, customer: CustomerId) {
        self.hurried
            .try_update_value(|hurried| hurried.remove(&customer));
    }

    /// Notes that the person has seen what has changed.
    pub async fn look(self) {
        // Not before anything that is there to be seen, whatever the clock says.
        let newest = self.ledger.try_with_untracked(|ledger| {
            let observed = each(ledger).flat_map(|it| &it.observed);
            observed.map(|it| it.first_seen).max()
        });
        let now = self.now().max(newest.flatten().unwrap_or_default());
        self.looked.try_set(Some(now));
        if let Some((store, tenant)) = self.store() {
            // A reading under way still has what was written down before.
            let alone = self.alone(&tenant).await;
            store.looked(&tenant, now).await;
            self.looked.try_set(Some(now));
            drop(alone);
            self.others.tell(ALL);
        }
    }

    /// Everything that is followed or remembered, and whose it is.
    pub(super) fn all(self) -> Option<(String, Vec<Followed>)> {
        let all = self.ledger.try_get_untracked().flatten()?;
        Some((self.tenant()?, all.into_values().collect()))
    }

    /// Takes up what came with a file, beside what is known. Nothing where that cannot be read just now.
    pub(super) async fn import(self, file: Vec<Followed>) -> Option<Merged> {
        let (store, tenant) = self.store()?;
        let alone = self.alone(&tenant).await;
        let kept = store.all(&tenant, self.now()).await;
        if !kept.complete {
            return None;
        }
        let merged = ledger::merge(&kept.followed, file);
        store.put_all(&tenant, &merged.changed).await;
        drop(alone);
        self.read().await;
        self.others.tell(ALL);
        Some(merged)
    }

    /// Forgets everything of the signed-in tenant, or says that it could not be reached.
    pub(super) async fn erase_own(self) -> bool {
        let Some((store, tenant)) = self.store() else {
            return false;
        };
        let alone = self.alone(&tenant).await;
        let erased = store.remove_all(&tenant).await;
        drop(alone);
        self.read().await;
        self.others.tell(ALL);
        erased
    }

    /// Forgets everything that is followed, of every tenant.
    pub async fn erase(self) {
        let store = self.store.get_value();
        self.end();
        store.erase().await;
        self.others.tell(ALL);
    }

    /// Those who are followed and undecided, for the plan.
    pub(super) fn watched(self) -> Vec<Watched> {
        let hurried = self.hurried.try_get_value().unwrap_or_default();
        let now = self.now();
        let watched = |followed: &Followed| watched(followed, now, &hurried);
        let all = self
            .ledger
            .try_with_untracked(|ledger| each(ledger).filter_map(watched).collect());
        all.unwrap_or_default()
    }

    /// When a customer is to be read next, in milliseconds since 1970 UTC; nothing where nothing is to be found out.
    pub(super) fn due(self, customer: CustomerId) -> Option<i64> {
        let now = Moment::at(self.services.clock.watch());
        let hurried = self.hurried.try_get_value().unwrap_or_default();
        self.ledger.with(|ledger| {
            let followed = ledger.as_ref()?.get(&customer)?;
            let watched = watched(followed, now, &hurried)?;
            Some(watched.due(now.millis() as i64))
        })
    }

    /// What is known of a customer now. Does not make a view follow it.
    fn known(self, customer: CustomerId) -> Option<Followed> {
        let known = |ledger: &Option<Ledger>| ledger.as_ref()?.get(&customer).cloned();
        self.ledger.try_with_untracked(known).flatten()
    }

    /// Whether what is kept has been read, for a view that waits for it.
    pub fn ready(self) -> bool {
        self.ledger.with(Option::is_some)
    }

    /// Whether everything has been read.
    fn is_read(self) -> bool {
        self.ledger.try_with_untracked(Option::is_some) == Some(true)
    }

    fn store(self) -> Option<(Rc<Store>, String)> {
        Some((self.store.try_get_value()?, self.tenant()?))
    }

    /// One tab at a time changes what is written down.
    async fn alone(self, tenant: &str) -> Lock {
        tabs::lock(&format!("vetted.ledger.{tenant}")).await
    }

    /// Changes what is known of customers: one tab at a time, from what is written down, so that no tab undoes another's.
    async fn change<F>(self, changes: Vec<(CustomerId, F)>)
    where
        F: FnOnce(Option<Followed>) -> Option<Followed>,
    {
        let Some((store, tenant)) = self.store() else {
            return;
        };
        let only = match changes.as_slice() {
            [(customer, _)] => Some(*customer),
            _ => None,
        };
        let alone = self.alone(&tenant).await;
        let kept = match only {
            Some(customer) => store.one(&tenant, customer, self.now()).await,
            None => store.all(&tenant, self.now()).await,
        };
        // Where the browser has trouble reading, what was read before still holds, but for what has been written since.
        let mut known = match kept.complete {
            true => Ledger::new(),
            false => self
                .ledger
                .try_get_untracked()
                .flatten()
                .unwrap_or_default(),
        };
        known.extend(by_customer(kept.followed));
        let changed = changes
            .into_iter()
            .filter_map(|(customer, change)| change(known.remove(&customer)));
        let changed: Vec<_> = changed.collect();
        store.put_all(&tenant, &changed).await;
        self.take_up(&tenant, changed);
        drop(alone);
        self.note_lasting(store.lasts());
        self.others
            .tell(&only.map_or_else(|| ALL.to_owned(), |customer| customer.to_string()));
        self.wake.up();
    }

    async fn read(self) {
        let Some((store, tenant)) = self.store() else {
            return;
        };
        // While somebody writes, what is read may be older than what is shown.
        let alone = self.alone(&tenant).await;
        let kept = store.all(&tenant, self.now()).await;
        // Where the browser has trouble reading, what was read before still holds.
        let better = kept.complete || !self.is_read();
        if self.tenant().as_ref() != Some(&tenant) || !better {
            return;
        }
        let now = self.now();
        let expired = |it: &Followed| it.expired(KEPT_DAYS, now);
        let (over, followed): (Vec<_>, Vec<_>) = kept.followed.into_iter().partition(expired);
        self.ledger.try_set(Some(by_customer(followed)));
        self.looked.try_set(kept.looked);
        self.aside.try_set(kept.aside);
        self.newer.try_set(kept.newer);
        drop(alone);
        self.note_lasting(kept.complete && store.lasts());
        self.wake.up();
        match kept.complete {
            true => self.forget(&store, &tenant, over).await,
            false => self.read_later(),
        }
    }

    /// Where the browser has trouble reading, it may have less of it in a while.
    fn read_later(self) {
        leptos::task::spawn_local(async move {
            clock::wait(READ_LATER).await;
            if !self.is_gone() {
                self.read().await;
            }
        });
    }

    /// Forgets what has served its purpose, unless another tab has just taken it up again.
    async fn forget(self, store: &Store, tenant: &str, over: Vec<Followed>) {
        if over.is_empty() {
            return;
        }
        let _alone = self.alone(tenant).await;
        for customer in over.into_iter().map(|it| it.customer) {
            let now = self.now();
            let kept = store.one(tenant, customer, now).await.followed;
            if kept.iter().all(|it| it.expired(KEPT_DAYS, now)) {
                store.remove(tenant, customer).await;
            }
        }
    }

    async fn read_one(self, customer: CustomerId) {
        let Some((store, tenant)) = self.store() else {
            return;
        };
        let kept = store.one(&tenant, customer, self.now()).await;
        self.take_up(&tenant, kept.followed);
        self.wake.up();
    }

    /// Shows what has just been written down. Before everything has been read there is nothing to show: that reading finds it.
    fn take_up(self, tenant: &str, followed: Vec<Followed>) {
        if self.tenant().as_deref() == Some(tenant) && self.is_read() && !followed.is_empty() {
            self.ledger.try_update(|ledger| {
                ledger.get_or_insert_default().extend(by_customer(followed));
            });
        }
    }

    fn note_lasting(self, lasts: bool) {
        if self.lasting.try_get_untracked() != Some(lasts) {
            self.lasting.try_set(lasts);
        }
    }
}

/// Everybody in it; nobody before it has been read.
fn each(ledger: &Option<Ledger>) -> impl Iterator<Item = &Followed> {
    ledger.iter().flat_map(BTreeMap::values)
}

fn by_customer(followed: Vec<Followed>) -> Ledger {
    followed.into_iter().map(|it| (it.customer, it)).collect()
}

/// What the plan has to know of a customer; nothing where nothing is to be found out.
fn watched(followed: &Followed, now: Moment, hurried: &HashSet<CustomerId>) -> Option<Watched> {
    if !followed.active() {
        return None;
    }
    let waiting = Waiting::of(followed);
    let hurry = hurried.contains(&followed.customer);
    // Support may decide otherwise, or somebody ask again elsewhere.
    let rarely = waiting.undecided.is_none() && !hurry;
    let since = waiting.undecided.or(waiting.denied);
    let since = since.or(hurry.then_some(now))?;
    let failed = followed.failed.as_ref().map(|failure| failure.at);
    let tried = followed.checked.max(failed);
    // What was read before the last request says nothing about it.
    let asked = followed.attempts.iter().map(|it| it.at).max();
    Some(Watched {
        customer: followed.customer,
        since: since.millis() as i64,
        tried: tried.map(|at| at.millis() as i64),
        hurry: hurry || asked > tried,
        rarely,
    })
}
