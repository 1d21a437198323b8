//! The app as a person meets it: the built site in a real browser, against the sandbox over real HTTP.
//! Must not know how the app is made: only its words, its addresses, and what arrives at Partner Center.
#![allow(clippy::unwrap_used)]

mod attacks;
mod bench;
mod chaos;
mod copies;
mod customer;
mod diagnostics;
mod door;
mod following;
mod history;
mod installable;
mod keyboard;
mod languages;
mod lookup;
mod main_journey;
mod many;
mod markup;
mod openid;
mod pages;
mod policy;
mod reliability;
mod request;
mod robust;
mod room;
mod said;
mod sign_in;
mod silence;
mod states;
mod sub_path;
mod trees;
