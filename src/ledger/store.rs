//! Keeps the ledger's records, apart for each tenant. The one file of the ledger that reaches anything outside it.
//! Must not know what is concluded from a record.
//!
//! A record is changed as a whole: whoever changes one reads it, changes it and puts it back under a lock of its customer.

use super::moment::Moment;
use super::record::Followed;
use super::stored::{self, Unreadable};
use crate::database::{Database, Place, Placed};
use crate::partner_center::CustomerId;
use crate::tabs;
use std::cell::RefCell;
use std::collections::BTreeSet;

const FOLLOWED: &str = "followed";
const LOOKED: &str = "looked";
/// How many records are read before the page has its turn: a few milliseconds' worth.
const AT_ONCE: usize = 250;
/// What cannot be read is kept beside the others under this word and the time.
const ASIDE: &str = "aside ";

/// The kept records. Where the browser does not let them be kept, they live as long as the page.
pub struct Store {
    kept: Database,
    /// The places of records that a newer version of the app has written.
    newer: RefCell<BTreeSet<Place>>,
}

/// What is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// What is followed, or was.
    pub followed: Vec<Followed>,
    /// When the person last looked.
    pub looked: Option<Moment>,
    /// How many records cannot be read and were set aside, now or earlier.
    pub aside: usize,
    /// How many records a newer version of the app has written: they stay as they are, and this one does without.
    pub newer: usize,
    /// Whether that is all there is; the browser may have trouble reading just now.
    pub complete: bool,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            kept: Database::ledger(),
            newer: RefCell::default(),
        }
    }
}

impl Store {
    /// Whether records outlive the page, as far as known.
    pub fn lasts(&self) -> bool {
        self.kept.lasts()
    }

    /// Everything of a tenant. What cannot be read is set aside.
    pub async fn all(&self, tenant: &str, now: Moment) -> Kept {
        let records = self.kept.placed(tenant, None).await;
        self.sort_out(records, now).await
    }

    /// What is kept of one customer, in the same way.
    pub async fn one(&self, tenant: &str, customer: CustomerId, now: Moment) -> Kept {
        let customer = customer.to_string();
        let records = self.kept.placed(tenant, Some(&customer)).await;
        self.sort_out(records, now).await
    }

    /// Keeps a record in place of what was there. Says whether it will be found again; never where a newer version of the app
    /// has written one.
    pub async fn put(&self, tenant: &str, followed: &Followed) -> bool {
        self.put_all(tenant, std::slice::from_ref(followed)).await
    }

    /// Keeps all of these, as after an import, or none.
    pub async fn put_all(&self, tenant: &str, followed: &[Followed]) -> bool {
        let records = followed.iter().map(|it| {
            let place = place(tenant, it.customer);
            (place, stored::write(it))
        });
        let free = |(place, _): &(Place, String)| !self.newer.borrow().contains(place);
        let records: Vec<_> = records.filter(free).collect();
        let all = records.len() == followed.len();
        self.kept.put_all(records).await && all
    }

    /// Forgets a customer, or says that it could not be reached.
    pub async fn remove(&self, tenant: &str, customer: CustomerId) -> bool {
        let place = place(tenant, customer);
        !self.newer.borrow().contains(&place) && self.kept.remove(&place).await
    }

    /// Keeps when the person last looked.
    pub async fn looked(&self, tenant: &str, now: Moment) -> bool {
        self.kept.put(&looked(tenant), &now.to_string()).await
    }

    /// Forgets everything of a tenant, also what cannot be read here, or says that it could not be reached.
    pub async fn remove_all(&self, tenant: &str) -> bool {
        self.newer
            .borrow_mut()
            .retain(|place| place.tenant != tenant);
        self.kept.remove_all(tenant).await
    }

    /// Forgets everything, of every tenant.
    pub async fn erase(&self) {
        self.kept.erase().await;
        self.newer.borrow_mut().clear();
    }

    async fn sort_out(&self, records: Result<Placed, Placed>, now: Moment) -> Kept {
        let mut kept = Kept {
            complete: records.is_ok(),
            ..Kept::default()
        };
        let records = records.unwrap_or_else(|newest| newest);
        for (at, (place, record)) in records.into_iter().enumerate() {
            // Nothing on the page waits for thousands of them.
            if at % AT_ONCE == AT_ONCE - 1 {
                tabs::breathe().await;
            }
            match found(&place, &record) {
                Found::Followed(followed) => kept.note(*followed),
                Found::Looked(moment) => kept.looked = moment,
                Found::Aside => kept.aside += 1,
                Found::Not(Unreadable::Newer) => {
                    kept.newer += 1;
                    self.newer.borrow_mut().insert(place);
                }
                Found::Not(Unreadable::Corrupt) => {
                    kept.aside += 1;
                    self.set_aside(place, &record, now).await;
                }
            }
        }
        kept
    }

    /// Moves a damaged record out of the way: what is known of the customer from now on does not overwrite it.
    async fn set_aside(&self, place: Place, record: &str, now: Moment) {
        // What can only be kept in memory just now would be there once more after each reading.
        if !self.kept.lasts() {
            return;
        }
        let aside = Place {
            subject: format!("{ASIDE}{now}"),
            ..place.clone()
        };
        if self.kept.put(&aside, record).await {
            self.kept.remove(&place).await;
        }
    }
}

impl Kept {
    /// Of two records of the same customer, the later one holds: it could not be written.
    fn note(&mut self, followed: Followed) {
        // They come in the order of their keys, so nearly every one goes to the end.
        let sorted = &mut self.followed;
        match sorted.binary_search_by_key(&followed.customer, |it| it.customer) {
            Ok(at) => sorted[at] = followed,
            Err(at) => sorted.insert(at, followed),
        }
    }
}

/// What stands in a place.
enum Found {
    Followed(Box<Followed>),
    Looked(Option<Moment>),
    Aside,
    Not(Unreadable),
}

fn found(place: &Place, record: &str) -> Found {
    match place.subject.as_str() {
        // A time that cannot be read is as good as none.
        LOOKED => Found::Looked(Moment::read(record)),
        FOLLOWED => match stored::read(record) {
            Ok(followed) if followed.customer.to_string() == place.customer => {
                Found::Followed(Box::new(followed))
            }
            Ok(_) => Found::Not(Unreadable::Corrupt),
            Err(why) => Found::Not(why),
        },
        subject if subject.starts_with(ASIDE) => Found::Aside,
        // What else there may be one day.
        _ => Found::Not(Unreadable::Newer),
    }
}

fn place(tenant: &str, customer: CustomerId) -> Place {
    Place {
        tenant: tenant.to_owned(),
        customer: customer.to_string(),
        subject: FOLLOWED.to_owned(),
    }
}

fn looked(tenant: &str) -> Place {
    Place {
        tenant: tenant.to_owned(),
        customer: String::new(),
        subject: LOOKED.to_owned(),
    }
}
