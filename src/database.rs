//! What this computer remembers beyond the tab: records in IndexedDB, each under a tenant, a customer and a subject.
//! The one module that keeps anything there. Must not know what a record says.

use futures::FutureExt;
use futures::future::{self, Either, LocalBoxFuture};
use gloo_timers::future::TimeoutFuture;
use idb::{
    DatabaseEvent, Factory, KeyRange, ObjectStore, ObjectStoreParams, Query, TransactionMode,
};
use js_sys::Array;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::IdbDatabase;

const NAME: &str = "vetted";
/// Raised whenever the stores change; a browser that has a newer one keeps it, and this version does without.
const VERSION: u32 = 1;
const INTENTS: &str = "intents";
/// How long the browser may take over one step, in milliseconds. Some never answer when storage is blocked.
const PATIENCE: u32 = 5_000;

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

/// The records. Where the browser does not let them be kept, they live as long as the page.
#[derive(Default)]
pub struct Database {
    open: RefCell<Option<Rc<idb::Database>>>,
    /// Whether there has ever been one to read.
    opened: Cell<bool>,
    /// Whether the last record could not be written, or nothing can be opened.
    refused: Cell<bool>,
    in_memory: RefCell<BTreeMap<Place, String>>,
}

impl Database {
    /// Whether records outlive the page, as far as known: the browser may refuse (private window, full disk, policy).
    pub fn lasts(&self) -> bool {
        !self.refused.get() && self.in_memory.borrow().is_empty()
    }

    /// Keeps a record in place of what was there. When the future ends it is written, or it says that it is not.
    pub async fn put(&self, place: &Place, record: &str) -> bool {
        let (key, value) = (key(place), JsValue::from(record));
        let written = self.attempt(TransactionMode::ReadWrite, |store| {
            let request = store.put(&value, Some(&key));
            async move { request?.await.map(drop) }.boxed_local()
        });
        let written = written.await.is_some();
        self.refused.set(!written);
        let mut in_memory = self.in_memory.borrow_mut();
        match written {
            true => in_memory.remove(place),
            false => in_memory.insert(place.clone(), record.to_owned()),
        };
        written
    }

    /// Every record of a tenant; of two about the same, the later one holds. The error has only those that could not be
    /// written: the others cannot be read just now.
    pub async fn all(&self, tenant: &str) -> Result<Vec<String>, Vec<String>> {
        let stored = self.attempt(TransactionMode::ReadOnly, |store| {
            let range = of_tenant(tenant).map(Query::KeyRange);
            let request = range.and_then(|range| store.get_all(Some(range), None));
            async move { request?.await }.boxed_local()
        });
        let stored = stored.await;
        let in_memory = self.in_memory.borrow();
        let own = in_memory.iter().filter(|(place, _)| place.tenant == tenant);
        let own = own.map(|(_, record)| record.clone());
        match stored {
            Some(stored) => Ok(stored
                .iter()
                .filter_map(JsValue::as_string)
                .chain(own)
                .collect()),
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
        let removed = self.attempt(TransactionMode::ReadWrite, |store| {
            let request = store.delete(Query::Key(key.clone()));
            async move { request?.await }.boxed_local()
        });
        let removed = removed.await.is_some() || !self.opened.get();
        self.in_memory.borrow_mut().remove(place);
        removed
    }

    /// Forgets everything, of every tenant.
    pub async fn erase(&self) {
        let erased = self.attempt(TransactionMode::ReadWrite, |store| {
            let request = store.clear();
            async move { request?.await }.boxed_local()
        });
        erased.await;
        self.in_memory.borrow_mut().clear();
    }

    /// Does something in a transaction of its own and waits until that is complete. A connection that the browser has
    /// closed meanwhile is opened anew, once.
    async fn attempt<'a, T>(
        &'a self,
        mode: TransactionMode,
        work: impl Fn(&ObjectStore) -> Work<T> + 'a,
    ) -> Option<T> {
        for _ in 0..2 {
            let done = in_time(async {
                let database = self.connection().await.ok()?;
                let transaction = database.transaction(&[INTENTS], mode).ok()?;
                let done = work(&transaction.object_store(INTENTS).ok()?).await.ok()?;
                transaction.await.ok()?.is_committed().then_some(done)
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

    async fn connection(&self) -> Result<Rc<idb::Database>, idb::Error> {
        if let Some(open) = self.open.borrow().as_ref() {
            return Ok(Rc::clone(open));
        }
        let mut request = Factory::new()?.open(NAME, Some(VERSION))?;
        request.on_upgrade_needed(|event| {
            // A failure here makes the opening fail, which is where it is noticed.
            if let Ok(database) = event.database() {
                let _ = database.create_object_store(INTENTS, ObjectStoreParams::new());
            }
        });
        let mut database = request.await?;
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
        Ok(database)
    }
}

type Work<T> = LocalBoxFuture<'static, Result<T, idb::Error>>;

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

/// Lists are sorted by their parts, and any list comes after any text: all keys that begin with the tenant.
fn of_tenant(tenant: &str) -> Result<KeyRange, idb::Error> {
    let end = Array::of2(&tenant.into(), &Array::new());
    KeyRange::bound(&list(&[tenant]), &end, None, None)
}

fn list(parts: &[&str]) -> JsValue {
    let parts = parts.iter().map(|part| JsValue::from(*part));
    parts.collect::<Array>().into()
}
