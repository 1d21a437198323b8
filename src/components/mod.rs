//! Generic pieces of the interface. They know no API and no route: text and behaviour come from whoever uses them.

mod announcer;
mod copy_button;
mod dialog;
mod error_summary;
mod explained;
mod field;
mod icon;
mod moment;
mod notice;
mod page;
mod pager;
mod status_tag;

pub use announcer::{Announcer, StatusRegion};
pub use copy_button::CopyButton;
pub use dialog::Dialog;
pub use error_summary::{ErrorSummary, Problem, focus_field};
pub use explained::Explained;
pub use field::{Choice, RadioGroup, SelectField, TextArea, TextField};
pub use icon::{Icon, Symbol};
pub use moment::Moment;
pub use notice::{Notice, Tone};
pub use page::{HEADING, Page, Unseen, keep_focus};
pub use pager::Pager;
pub use status_tag::StatusTag;
