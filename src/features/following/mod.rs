//! Following reviews until they are decided: who is followed, when each is read again, and the page that tells of all of them.
//!
//! [`Following`] is what is followed, kept by the [ledger](crate::ledger); `plan.rs` says who is read next, `watch.rs` reads,
//! `page.rs` is the list; `pasted.rs`, `finding.rs` and `many.rs` follow many at once. Must not know how a qualification is requested.

mod desktop;
mod finding;
mod follow_button;
mod keep;
mod many;
mod page;
mod pasted;
mod picture;
mod plan;
mod row;
mod state;
mod told;
mod wake;
mod watch;

pub use follow_button::FollowButton;
pub use many::FollowManyPage;
pub use page::RequestsPage;
pub use row::status_of;
pub use state::{Following, Found};
pub use told::{RequestsLink, Told};
