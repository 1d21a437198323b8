//! Joins the pages of a search, which is two queries, into one list.
//! Must not know how a page is fetched or read.

use std::collections::BTreeSet;

use super::{
    address::NextLink,
    model::{Customer, CustomerId},
};

/// One answer to one query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The customers on it, in the service's order.
    pub customers: Vec<Customer>,
    /// Where the next page is.
    pub next: Option<NextLink>,
}

/// What a search found so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Each customer once, by name. From [`Client::more`](super::Client::more): only those not returned before.
    pub customers: Vec<Customer>,
    /// Present when the service has more.
    pub more: Option<Cursor>,
}

/// Where a search goes on. It is good for this sign-in only and is not meant to be stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    trails: Vec<Trail>,
    known: BTreeSet<CustomerId>,
}

/// One query on its way through its pages.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Trail {
    next: NextLink,
    followed: BTreeSet<String>,
}

impl Cursor {
    /// The pages to fetch next, one for each query that has more.
    pub fn links(&self) -> impl Iterator<Item = &NextLink> {
        self.trails.iter().map(|trail| &trail.next)
    }

    /// What the first pages of each query found.
    pub fn start(pages: Vec<Page>) -> Found {
        let followed = vec![BTreeSet::new(); pages.len()];
        join(pages, followed, BTreeSet::new())
    }

    /// What the next pages found; `pages` answer [`links`](Self::links) in the same order.
    pub fn advance(&self, pages: Vec<Page>) -> Found {
        let followed = self.trails.iter().map(|trail| trail.followed.clone());
        join(pages, followed.collect(), self.known.clone())
    }
}

fn join(
    pages: Vec<Page>,
    followed: Vec<BTreeSet<String>>,
    mut known: BTreeSet<CustomerId>,
) -> Found {
    let mut customers = Vec::new();
    let mut trails = Vec::new();
    for (page, mut followed) in pages.into_iter().zip(followed) {
        // A page without customers ends its query, and so does a token that was followed before.
        let next = page.next.filter(|_| !page.customers.is_empty());
        let next = next.filter(|next| followed.insert(next.token()));
        trails.extend(next.map(|next| Trail { next, followed }));
        customers.extend(page.customers.into_iter().filter(|c| known.insert(c.id)));
    }
    customers.sort_by(Customer::by_name);
    let more = (!trails.is_empty()).then_some(Cursor { trails, known });
    Found { customers, more }
}
