//! What is followed, in signals: read from the computer's ledger, changed in one place, told to the other tabs.
//! Must not know when anything is read from the service, nor how it looks.

use super::plan::Watched;
use super::wake::Wake;
use crate::ledger::{
    self, Attempt, Change, Followed, KEPT_DAYS, Merged, Moment, Origin, State, Store, Today,
    rows_of,
};
use crate::partner_center::{CustomerId, Error, Qualifications};
use crate::services::Services;
use crate::tabs::{self, Channel, Lock};
use leptos::prelude::*;
use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

/// What one tab tells the others when more than one customer may have changed.
const ALL: &str = "all";

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
    others: StoredValue<Option<Channel>, LocalStorage>,
    /// Whose it is; nobody's before the sign-in and after the sign-out.
    tenant: StoredValue<Option<String>>,
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
            others: StoredValue::new_local(None),
            tenant: StoredValue::new(None),
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
        let others = Channel::open("vetted.ledger", heard);
        following.others.set_value(Some(others));
        following
    }

    /// What this app follows.
    pub fn get() -> Self {
        expect_context()
    }

    /// Takes up what a tenant follows.
    pub fn begin(self, tenant: &str) {
        if self.tenant.get_value().as_deref() == Some(tenant) {
            return;
        }
        self.tenant.set_value(Some(tenant.to_owned()));
        self.ledger.set(None);
        leptos::task::spawn_local(self.read());
    }

    /// Lets go of everything, once nobody is signed in any more. It stays on the computer.
    pub fn end(self) {
        self.tenant.set_value(None);
        self.ledger.set(None);
        self.looked.set(None);
        self.wake.up();
    }

    /// Whether nobody is signed in, or this part of the app has been left for good.
    pub(super) fn is_gone(self) -> bool {
        self.tenant.try_get_value().flatten().is_none()
    }

    pub(super) fn tenant(self) -> Option<String> {
        self.tenant.try_get_value().flatten()
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
        let seen = tabs::visible() && self.unseen(self.looked.try_get_untracked().flatten()) == 0;
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
        if !self.may_know(customer) {
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
        self.hurried
            .try_update_value(|hurried| hurried.remove(&customer));
        self.change(vec![(customer, observe)]).await;
        changed.get()
    }

    /// How many changes there are since the person looked, or since following began.
    pub(super) fn unseen(self, looked: Option<Moment>) -> usize {
        let news = |followed: &Followed| {
            let changes = followed.changes_since(looked.unwrap_or(followed.since));
            changes.filter(Change::is_news).count()
        };
        let all = self.ledger.try_with_untracked(|ledger| {
            let all = ledger.iter().flat_map(BTreeMap::values);
            all.filter(|it| it.active()).map(news).sum()
        });
        all.unwrap_or_default()
    }

    /// Whether a customer is followed whose name is not known.
    pub(super) fn is_nameless(self, customer: CustomerId) -> bool {
        let nameless = |ledger: &Option<Ledger>| {
            let known = ledger.as_ref().and_then(|ledger| ledger.get(&customer));
            known.is_some_and(|followed| followed.company.is_empty())
        };
        self.ledger.try_with_untracked(nameless) == Some(true)
    }

    /// Takes up what a customer is called, if it is followed.
    pub async fn named(self, customer: CustomerId, company: String) {
        let same = |ledger: &Option<Ledger>| {
            let known = ledger.as_ref().and_then(|ledger| ledger.get(&customer));
            known.is_none_or(|followed| followed.company == company)
        };
        if self.ledger.try_with_untracked(same) == Some(false) {
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
        let failure = crate::ledger::Failure {
            at: self.now(),
            status: error.status,
            code: error.code.clone(),
        };
        let fail = move |known: Option<Followed>| {
            let mut followed = known?;
            followed.fail(failure);
            Some(followed)
        };
        self.hurried
            .try_update_value(|hurried| hurried.remove(&customer));
        self.change(vec![(customer, fail)]).await;
    }

    /// Has customers read at once.
    pub fn hurry(self, customers: &[CustomerId]) {
        self.hurried
            .try_update_value(|hurried| hurried.extend(customers));
        self.wake.up();
    }

    /// Notes that the person has seen what has changed.
    pub async fn look(self) {
        // Not before anything that is there to be seen, whatever the clock says.
        let newest = self.ledger.try_with_untracked(|ledger| {
            let all = ledger.iter().flat_map(BTreeMap::values);
            all.flat_map(|it| &it.observed)
                .map(|it| it.first_seen)
                .max()
        });
        let now = self.now().max(newest.flatten().unwrap_or_default());
        self.looked.try_set(Some(now));
        if let Some((store, tenant)) = self.store() {
            store.looked(&tenant, now).await;
            self.tell(ALL);
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
        self.tell(ALL);
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
        self.tell(ALL);
        erased
    }

    /// Forgets everything that is followed, of every tenant.
    pub async fn erase(self) {
        let store = self.store.get_value();
        self.end();
        store.erase().await;
        self.tell(ALL);
    }

    /// Those who are followed and undecided, for the plan.
    pub(super) fn watched(self) -> Vec<Watched> {
        let now = self.now();
        let today = Today {
            now,
            zone: &crate::ledger::utc,
            looked: None,
        };
        let hurried = self.hurried.try_get_value().unwrap_or_default();
        let watched = |followed: &Followed| watched(followed, today, &hurried);
        let all = self.ledger.try_with_untracked(|ledger| {
            let all = ledger.iter().flat_map(BTreeMap::values);
            all.filter_map(watched).collect()
        });
        all.unwrap_or_default()
    }

    /// Whether a customer may be followed. Before everything has been read, anybody may.
    fn may_know(self, customer: CustomerId) -> bool {
        let known =
            |ledger: &Option<Ledger>| ledger.as_ref().is_none_or(|it| it.contains_key(&customer));
        self.ledger.try_with_untracked(known) == Some(true)
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
        if self.tenant().as_ref() == Some(&tenant) {
            self.ledger
                .try_update(|ledger| ledger.get_or_insert_default().extend(by_customer(changed)));
        }
        drop(alone);
        self.note_lasting(&store);
        self.tell(&only.map_or_else(|| ALL.to_owned(), |customer| customer.to_string()));
        self.wake.up();
    }

    async fn read(self) {
        let Some((store, tenant)) = self.store() else {
            return;
        };
        let kept = store.all(&tenant, self.now()).await;
        // Where the browser has trouble reading, what was read before still holds.
        if self.tenant().as_ref() != Some(&tenant) || !kept.complete {
            return;
        }
        let now = self.now();
        let expired = |it: &Followed| it.expired(KEPT_DAYS, now);
        let (over, followed): (Vec<_>, Vec<_>) = kept.followed.into_iter().partition(expired);
        self.ledger.try_set(Some(by_customer(followed)));
        self.looked.try_set(kept.looked);
        self.aside.try_set(kept.aside);
        self.newer.try_set(kept.newer);
        self.note_lasting(&store);
        self.wake.up();
        self.forget(&store, &tenant, over).await;
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
        if self.tenant() == Some(tenant) {
            self.ledger.try_update(|ledger| {
                ledger
                    .get_or_insert_default()
                    .extend(by_customer(kept.followed));
            });
            self.wake.up();
        }
    }

    fn note_lasting(self, store: &Store) {
        if self.lasting.try_get_untracked() != Some(store.lasts()) {
            self.lasting.try_set(store.lasts());
        }
    }

    fn tell(self, words: &str) {
        self.others.try_with_value(|others| {
            if let Some(channel) = others {
                channel.tell(words);
            }
        });
    }
}

fn by_customer(followed: Vec<Followed>) -> Ledger {
    followed.into_iter().map(|it| (it.customer, it)).collect()
}

/// What the plan has to know of a customer; nothing where nothing is to be found out.
fn watched(
    followed: &Followed,
    today: Today<'_>,
    hurried: &HashSet<CustomerId>,
) -> Option<Watched> {
    let rows = rows_of(followed, today);
    let undecided = rows.iter().filter(|row| row.age.is_some());
    // Support may decide otherwise, or somebody ask again elsewhere.
    let denied = rows.iter().filter(|row| row.state == State::Denied);
    let hurry = hurried.contains(&followed.customer);
    let since = undecided.map(|row| row.since).max();
    let rarely = since.is_none() && !hurry;
    let since = since.or(denied.map(|row| row.since).max());
    let since = since.or(hurry.then_some(today.now))?;
    if !followed.active() {
        return None;
    }
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
