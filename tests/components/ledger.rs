//! What the ledger keeps in a real browser's database: found again, kept apart by tenant, and never overwritten unread.
//! Must not know what a page shows of it.

use idb::{DatabaseEvent, Factory, ObjectStoreParams, TransactionMode};
use js_sys::Array;
use std::cell::Cell;
use std::rc::Rc;
use vetted::database::{Database, Place};
use vetted::ledger::{Followed, Moment, Origin, Store};
use vetted::partner_center::{Qualification, QualificationKind, Qualifications, VettingStatus};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

const TENANT: &str = "reseller.example";
const OTHER: &str = "rival.example";

fn now() -> Moment {
    Moment::read("2024-03-04T08:00:00Z").unwrap()
}

fn customer(number: u32) -> String {
    format!("{number:08}-2222-4333-8444-555555555555")
}

fn followed(number: u32) -> Followed {
    let id = customer(number).parse().unwrap();
    let mut followed = Followed::new(id, Origin::Hand, now());
    let in_review = Qualification {
        kind: QualificationKind::Education,
        status: Some(VettingStatus::InReview),
        reason: None,
        since: None,
    };
    let list = Qualifications::new([in_review]);
    followed.observe(&list, Some("Northfield Primary School"), now());
    followed
}

fn place(number: u32) -> Place {
    Place {
        tenant: TENANT.into(),
        customer: customer(number),
        subject: "followed".into(),
    }
}

/// A computer that remembers nothing.
async fn forgetful() {
    Database::default().erase().await;
}

/// Every text that is kept, as it is.
async fn texts() -> Vec<String> {
    Database::ledger().all(TENANT).await.unwrap()
}

#[wasm_bindgen_test]
async fn what_is_followed_is_found_again_by_its_tenant_and_by_no_other() {
    forgetful().await;
    let store = Store::default();
    assert!(store.put(TENANT, &followed(2)).await);
    assert!(store.put_all(TENANT, &[followed(1), followed(3)]).await);
    assert!(store.put(OTHER, &followed(1)).await);
    assert!(store.looked(TENANT, now()).await);
    assert!(store.lasts());

    let later = Store::default();
    let kept = later.all(TENANT, now()).await;
    assert_eq!(kept.followed, [followed(1), followed(2), followed(3)]);
    assert_eq!(kept.looked, Some(now()));
    assert_eq!((kept.aside, kept.newer, kept.complete), (0, 0, true));
    let one = later.one(TENANT, followed(2).customer, now()).await;
    assert_eq!(one.followed, [followed(2)]);

    assert!(later.remove(TENANT, followed(2).customer).await);
    let kept = store.all(TENANT, now()).await;
    assert_eq!(kept.followed, [followed(1), followed(3)]);
    let other = store.all(OTHER, now()).await;
    assert_eq!((other.followed, other.looked), (vec![followed(1)], None));
}

#[wasm_bindgen_test]
async fn thousands_of_customers_are_kept_at_once_and_found_again() {
    forgetful().await;
    let many: Vec<_> = (0..2_000).map(followed).collect();
    assert!(Store::default().put_all(TENANT, &many).await);
    let kept = Store::default().all(TENANT, now()).await;
    assert_eq!(kept.followed.len(), many.len());
    assert!(kept.followed == many);
    forgetful().await;
}

#[wasm_bindgen_test]
async fn a_damaged_record_is_set_aside_and_counted_and_the_customer_can_be_followed_again() {
    forgetful().await;
    let damaged = "{\"version\":1,\"followed\":{";
    Database::ledger().put(&place(1), damaged).await;
    let store = Store::default();
    store.put(TENANT, &followed(2)).await;
    let kept = store.all(TENANT, now()).await;
    assert_eq!((kept.followed, kept.aside), (vec![followed(2)], 1));
    assert!(store.put(TENANT, &followed(1)).await);
    for _ in 0..2 {
        let kept = Store::default().all(TENANT, now()).await;
        assert_eq!(kept.followed, [followed(1), followed(2)]);
        assert_eq!(kept.aside, 1, "it is still said");
    }
    assert!(texts().await.contains(&damaged.to_owned()), "as it was");
}

#[wasm_bindgen_test]
async fn a_record_of_a_newer_app_is_left_as_it_is() {
    forgetful().await;
    let newer = "{\"version\":2,\"followed\":\"in another form\"}";
    Database::ledger().put(&place(1), newer).await;
    let store = Store::default();
    for _ in 0..2 {
        let kept = store.all(TENANT, now()).await;
        assert_eq!((kept.followed, kept.newer, kept.aside), (vec![], 1, 0));
        assert!(!store.put(TENANT, &followed(1)).await);
        assert!(!store.remove(TENANT, followed(1).customer).await);
        assert_eq!(texts().await, [newer]);
    }
    assert!(store.put(TENANT, &followed(2)).await, "the others are kept");
}

#[wasm_bindgen_test]
async fn erasing_leaves_nothing_of_any_tenant_in_any_store() {
    forgetful().await;
    let store = Store::default();
    store.put(TENANT, &followed(1)).await;
    store.put(OTHER, &followed(1)).await;
    Database::default().put(&place(1), "an intent").await;
    store.erase().await;
    assert_eq!(store.all(TENANT, now()).await.followed, []);
    assert_eq!(store.all(OTHER, now()).await.followed, []);
    assert_eq!(Database::default().all(TENANT).await, Ok(vec![]));
    assert!(store.put(TENANT, &followed(1)).await, "and goes on");
}

/// A new database with these stores.
async fn fresh_database(version: u32, stores: &'static [&'static str]) -> idb::Database {
    let factory = Factory::new().unwrap();
    // A page of an earlier test may be about to write something, and makes a database of its own then.
    for _ in 0..20 {
        factory.delete("vetted").unwrap().await.unwrap();
        let mut request = factory.open("vetted", Some(version)).unwrap();
        let made = Rc::new(Cell::new(false));
        let note = Rc::clone(&made);
        request.on_upgrade_needed(move |event| {
            if event.old_version() == Ok(0) {
                let database = event.database().unwrap();
                for store in stores {
                    let params = ObjectStoreParams::new();
                    database.create_object_store(store, params).unwrap();
                }
                note.set(true);
            }
        });
        match request.await {
            Ok(database) if made.get() => return database,
            Ok(database) => database.close(),
            Err(_) => {}
        }
    }
    panic!("somebody else keeps making the database");
}

/// Makes the database anew as another version of the app would, with these stores and an intent.
async fn database_of(version: u32, stores: &'static [&'static str]) {
    let database = fresh_database(version, stores).await;
    let transaction = database
        .transaction(stores, TransactionMode::ReadWrite)
        .unwrap();
    let key = [TENANT, "a customer", "education"].map(JsValue::from);
    let key: JsValue = key.iter().collect::<Array>().into();
    let store = transaction.object_store(stores[0]).unwrap();
    let put = store.put(&JsValue::from("an intent"), Some(&key)).unwrap();
    put.await.unwrap();
    transaction.await.unwrap();
    database.close();
}

#[wasm_bindgen_test]
async fn the_database_of_the_first_version_keeps_its_intents_and_takes_the_ledger() {
    database_of(1, &["intents"]).await;
    let store = Store::default();
    assert!(store.put(TENANT, &followed(1)).await);
    let intents = Database::default().all(TENANT).await;
    assert_eq!(intents, Ok(vec!["an intent".to_owned()]));
    let kept = Store::default().all(TENANT, now()).await;
    assert_eq!(kept.followed, [followed(1)]);
}

#[wasm_bindgen_test]
async fn with_a_newer_database_the_ledger_lasts_for_the_visit_and_says_so() {
    database_of(99, &["intents", "something new"]).await;
    let store = Store::default();
    assert!(!store.put(TENANT, &followed(1)).await);
    assert!(!store.lasts());
    let kept = store.all(TENANT, now()).await;
    assert_eq!((kept.followed, kept.complete), (vec![followed(1)], true));
    let elsewhere = Store::default().all(TENANT, now()).await;
    assert_eq!(elsewhere.followed, []);
    // It is as it was.
    let factory = Factory::new().unwrap();
    let database = factory.open("vetted", None).unwrap().await.unwrap();
    assert_eq!(database.version(), Ok(99));
    let transaction = database.transaction(&["intents"], TransactionMode::ReadOnly);
    let transaction = transaction.unwrap();
    let intents = transaction.object_store("intents").unwrap();
    let texts = intents.get_all(None, None).unwrap().await.unwrap();
    assert_eq!(texts, ["an intent"]);
    database.close();
    factory.delete("vetted").unwrap().await.unwrap();
}
