//! What this computer keeps of the customers that somebody follows, and what can be concluded from it. Pure but for `store.rs`.
//! Must not know Leptos, the pages, the languages, how anything is asked for or how it looks.
//!
//! One [`Followed`] for each customer holds what was asked for here and what Partner Center was seen to show, each with its
//! time and source. From it come the [rows](mod@rows) of a list, with the age of each review in business days, and what is told
//! about all of them together. Nothing here is a token, and nothing is about a person.

pub mod attempts;
mod csv;
mod expiry;
pub mod export;
mod fault;
pub mod import;
pub mod moment;
pub mod pack;
pub mod record;
pub mod rows;
#[cfg(test)]
mod sample;
pub mod store;
pub mod stored;
pub mod timeline;
mod words;

pub use attempts::{AUDIT_DAYS, Attempts, Audited, LIMIT};
pub use expiry::KEPT_DAYS;
pub use export::{to_csv, to_json};
pub use fault::{Fault, Refused};
pub use import::{MAX_BYTES, MAX_ROWS, Merged, from_file, merge};
pub use moment::{EXPECTED_DAYS, Moment, OVERDUE_AFTER, Zone, business_days, day, utc};
pub use pack::{Labels, pack};
pub use record::{Attempt, Change, Failure, Followed, Observation, Origin, Source, Status, news};
pub use rows::{
    Group, Reviews, Row, Sort, State, Summary, Today, View, Waiting, denial, rows, rows_of, summary,
};
pub use store::{Kept, Store};
pub use timeline::{Entry, Told, What, timeline};
