//! What this computer remembers beyond the tab: records in IndexedDB, each under a tenant, a customer and a subject.
//! The one module that keeps anything there. Must not know what a record says.

use crate::tabs;
use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::{self, Either, LocalBoxFuture};
use gloo_timers::future::TimeoutFuture;
use idb::{
    DatabaseEvent, Factory, KeyRange, ObjectStore, ObjectStoreParams, Query, TransactionMode,
};
use js_sys::Array;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, IntoFuture};
use std::pin::pin;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::IdbDatabase;

const NAME: &str = "vetted";
/// Raised whenever the stores change; a browser that has a newer one keeps it, and this version does without.
/// 1 had the intents alone.
const VERSION: u32 = 2;
const INTENTS: &str = "intents";
const LEDGER: &str = "ledger";
const STORES: [&str; 2] = [INTENTS, LEDGER];
/// How long the browser may take over one step, in milliseconds. Some never answer when storage is blocked; a busy computer
/// takes its time, and giving up too early hides what is written down.
const PATIENCE: u32 = 15_000;
/// How many records are taken over before the page has its turn: a few milliseconds' worth.
const AT_ONCE: usize = 500;

/// Where a record lies: the partner's tenant, the customer, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The partner's tenant. Records of one tenant are never given to another.
    pub tenant: String,
    /// The customer's ID.
    pub customer: String,
    /// What it is about, such as a kind of qualification.
    pub subject: String,
}

/// Records with their places.
pub type Placed = Vec<(Place, String)>;

/// The records of one store. Where the browser does not let them be kept, they live as long as the page.
pub struct Database {
    store: &'static str,
    open: RefCell<Option<Rc<idb::Database>>>,
    /// Whether there has ever been one to read.
    opened: Cell<bool>,
    /// Whether the last record could not be written, or nothing can be opened.
    refused: Cell<bool>,
    in_memory: RefCell<BTreeMap<Place, String>>,
}

impl Default for Database {
    /// The store of intents.
    fn default() -> Self {
        Self::of(INTENTS)
    }
}

impl Database {
    /// The store of what is followed.
    pub fn ledger() -> Self {
        Self::of(LEDGER)
    }

    fn of(store: &'static str) -> Self {
        Self {
            store,
            open: RefCell::default(),
            opened: Cell::default(),
            refused: Cell::default(),
            in_memory: RefCell::default(),
        }
    }

    /// Whether records outlive the page, as far as known: the browser may refuse (private window, full disk, policy).
    pub fn lasts(&self) -> bool {
        !self.refused.get() && self.in_memory.borrow().is_empty()
    }

    /// Keeps a record in place of what was there. When the future ends it is written, or it says that it is not.
    pub async fn put(&self, place: &Place, record: &str) -> bool {
        self.put_all(vec![(place.clone(), record.to_owned())]).await
    }

    /// Keeps all of these in place of what was there, or none.
    pub async fn put_all(&self, records: Placed) -> bool {
        let written = self.attempt(self.store, TransactionMode::ReadWrite, |store| {
            let put = |(place, record): &(Place, String)| {
                let request = store.put(&JsValue::from(record), Some(&key(place)));
                request.map(drop)
            };
            // A request that fails makes the transaction fail, which is where it is noticed.
            let asked: Result<(), idb::Error> = records.iter().try_for_each(put);
            future::ready(asked).boxed_local()
        });
        let written = written.await.is_some();
        self.refused.set(!written);
        let mut in_memory = self.in_memory.borrow_mut();
        for (place, record) in records {
            match written {
                true => in_memory.remove(&place),
                false => in_memory.insert(place, record),
            };
        }
        written
    }

    /// Every record of a tenant; of two about the same, the later one holds. The error has only those that could not be
    /// written: the others cannot be read just now.
    pub async fn all(&self, tenant: &str) -> Result<Vec<String>, Vec<String>> {
        let records = |all: Placed| all.into_iter().map(|(_, it)| it).collect();
        let all = self.placed(tenant, None).await;
        all.map(records).map_err(records)
    }

    /// The same with their places, of the whole tenant or of one customer.
    pub async fn placed(&self, tenant: &str, customer: Option<&str>) -> Result<Placed, Placed> {
        let parts: Vec<_> = [tenant].into_iter().chain(customer).collect();
        let stored = self.attempt(self.store, TransactionMode::ReadOnly, |store| {
            let asked = below(&parts).and_then(|range| {
                let keys = store.get_all_keys(Some(Query::KeyRange(range.clone())), None)?;
                let values = store.get_all(Some(Query::KeyRange(range)), None)?;
                Ok(future::try_join(keys.into_future(), values.into_future()))
            });
            async move { asked?.await }.boxed_local()
        });
        let mut found = Placed::new();
        let stored = stored.await;
        for (keys, values) in stored
            .iter()
            .flat_map(|(keys, values)| keys.chunks(AT_ONCE).zip(values.chunks(AT_ONCE)))
        {
            let stored = keys.iter().zip(values);
            found.extend(stored.filter_map(|(key, value)| Some((place(key)?, text(value)?))));
            if keys.len() == AT_ONCE {
                tabs::breathe().await;
            }
        }
        let in_memory = self.in_memory.borrow();
        let asked = |place: &Place| {
            place.tenant == tenant && customer.is_none_or(|customer| place.customer == customer)
        };
        let own = in_memory.iter().filter(|(place, _)| asked(place));
        let own = own.map(|(place, record)| (place.clone(), record.clone()));
        match stored {
            Some(_) => {
                found.extend(own);
                Ok(found)
            }
            None if self.opened.get() => Err(own.collect()),
            None => {
                self.refused.set(true);
                Ok(own.collect())
            }
        }
    }

    /// Forgets a record, or says that it could not be reached.
    pub async fn remove(&self, place: &Place) -> bool {
        let key = key(place);
        let removed = self.attempt(self.store, TransactionMode::ReadWrite, |store| {
            let request = store.delete(Query::Key(key.clone()));
            async move { request?.await }.boxed_local()
        });
        let removed = removed.await.is_some() || !self.opened.get();
        self.in_memory.borrow_mut().remove(place);
        removed
    }

    /// Forgets everything of a tenant, or says that it could not be reached.
    pub async fn remove_all(&self, tenant: &str) -> bool {
        let removed = self.attempt(self.store, TransactionMode::ReadWrite, |store| {
            let request = below(&[tenant]).and_then(|all| store.delete(Query::KeyRange(all)));
            async move { request?.await }.boxed_local()
        });
        let removed = removed.await.is_some() || !self.opened.get();
        let mut in_memory = self.in_memory.borrow_mut();
        in_memory.retain(|place, _| place.tenant != tenant);
        removed
    }

    /// Forgets everything, of every store and every tenant. What another of these could not write, it forgets by its own.
    pub async fn erase(&self) {
        for store in STORES {
            let erased = self.attempt(store, TransactionMode::ReadWrite, |store| {
                let request = store.clear();
                async move { request?.await }.boxed_local()
            });
            erased.await;
        }
        self.in_memory.borrow_mut().clear();
    }

    /// Does something in a transaction of its own and waits until that is complete. A connection that the browser has
    /// closed meanwhile is opened anew, once.
    async fn attempt<'a, T: 'static>(
        &'a self,
        store: &'static str,
        mode: TransactionMode,
        work: impl Fn(&ObjectStore) -> Work<T> + 'a,
    ) -> Option<T> {
        for _ in 0..2 {
            let done = in_time(async {
                let database = self.connection().await?;
                let transaction = database.transaction(&[store], mode).ok()?;
                let done = to_its_end(work(&transaction.object_store(store).ok()?)).await?;
                let ended = to_its_end(transaction.into_future()).await?;
                ended.is_committed().then_some(done)
            });
            if let Some(done) = done.await.flatten() {
                return Some(done);
            }
            if let Some(broken) = self.open.take() {
                broken.close();
            }
            // What has never been opened is not waited for twice.
            if !self.opened.get() {
                return None;
            }
        }
        None
    }

    async fn connection(&self) -> Option<Rc<idb::Database>> {
        if let Some(open) = self.open.borrow().as_ref() {
            return Some(Rc::clone(open));
        }
        let mut request = Factory::new().ok()?.open(NAME, Some(VERSION)).ok()?;
        request.on_upgrade_needed(|event| {
            // A failure here makes the opening fail, which is where it is noticed.
            if let Ok(database) = event.database() {
                let there = database.store_names();
                for store in STORES.iter().filter(|it| !there.iter().any(|is| is == *it)) {
                    let _ = database.create_object_store(store, ObjectStoreParams::new());
                }
            }
        });
        let mut database = to_its_end(request.into_future()).await?;
        // A newer version of the app in another tab must not have to wait for this one.
        database.on_version_change(|event| {
            let target = event.target().and_then(|target| target.dyn_into().ok());
            if let Some(database) = target {
                IdbDatabase::close(&database);
            }
        });
        self.opened.set(true);
        let database = Rc::new(database);
        if let Some(other) = self.open.replace(Some(Rc::clone(&database))) {
            // Two were opened at once; one will do.
            other.close();
        }
        Some(database)
    }
}

impl Drop for Database {
    /// A connection that nobody uses must not stand in the way of a newer version either: who would close it is gone.
    fn drop(&mut self) {
        if let Some(open) = self.open.take() {
            open.close();
        }
    }
}

type Work<T> = LocalBoxFuture<'static, Result<T, idb::Error>>;

/// What the browser has begun goes on also when nobody waits for it any more: it calls back in any case. `None` when it fails.
async fn to_its_end<T: 'static>(
    work: impl Future<Output = Result<T, idb::Error>> + 'static,
) -> Option<T> {
    let (tell, told) = oneshot::channel();
    wasm_bindgen_futures::spawn_local(async move {
        // Nobody may listen any more.
        let _ = tell.send(work.await);
    });
    told.await.ok()?.ok()
}

/// `None` when it takes too long.
async fn in_time<T>(work: impl Future<Output = T>) -> Option<T> {
    let limit = TimeoutFuture::new(PATIENCE);
    match future::select(pin!(work), limit).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

fn key(place: &Place) -> JsValue {
    list(&[&place.tenant, &place.customer, &place.subject])
}

/// Lists are sorted by their parts, and any list comes after any text: all keys that begin with these.
fn below(parts: &[&str]) -> Result<KeyRange, idb::Error> {
    let end = Array::from(&list(parts));
    end.push(&Array::new());
    KeyRange::bound(&list(parts), &end, None, None)
}

/// The place of a key that this module has written.
fn place(key: &JsValue) -> Option<Place> {
    let parts: Vec<String> = Array::from(key).iter().filter_map(|it| text(&it)).collect();
    let [tenant, customer, subject] = parts.try_into().ok()?;
    Some(Place {
        tenant,
        customer,
        subject,
    })
}

fn text(value: &JsValue) -> Option<String> {
    value.as_string()
}

fn list(parts: &[&str]) -> JsValue {
    let parts = parts.iter().map(|part| JsValue::from(*part));
    parts.collect::<Array>().into()
}
