//! **Vetted** is a browser app for Microsoft CSP partners: find a customer, see what it is qualified for, request a
//! qualification, and follow Microsoft's vetting until it is decided.
//!
//! Data flows one way: an event in a [feature](features) calls the [API client](partner_center), the client asks its
//! transport, the answer becomes a typed result, the result goes into a signal, and the view follows the signal.
//!
//! | Module | Is for | Knows nothing of |
//! |---|---|---|
//! | [`shell`] | configuration, sign-in, header and footer | any page behind the sign-in |
//! | [`app`] | the page of each address | what happens on a page |
//! | [`features`] | one folder for each thing a person does | how calls are made |
//! | [`components`] | generic pieces: field, dialog, notice, tag | the API, the addresses |
//! | [`partner_center`] | Partner Center's REST API, typed | Leptos, pages, languages, sign-in |
//! | [`auth`] | OAuth 2.0 sign-in; the only holder of tokens | the API, any visible word |
//! | [`config`] | `config.json`, validated | where it comes from |
//! | [`assets`] | the site's own static files | what they mean |
//! | [`i18n`] | every visible word, dates and numbers | what they are about |
//! | [`routes`] | every address | what the pages show |
//! | [`entrance`] | what there is before anybody has signed in | what comes after |
//! | [`services`] | what all features share | any feature |
//! | [`clock`] | the one clock | who asks |
//! | [`storage`] | what the tab keeps besides the sign-in | what is kept |
//! | [`database`] | what the computer keeps beyond the tab | what is kept |
//! | [`desktop`] | notifications on the desktop | what is told |
//! | [`ledger`] | what is kept of followed customers, and what follows from it | Leptos, pages, languages |
//! | [`location`] | where in the app the person is | which addresses there are |
//! | [`passing`] | following what outlives a page | what is followed |
//! | [`tabs`] | what the tabs of one browser agree on | what it is about |
//!
//! The rules that hold everywhere stand in `docs/architecture.md`; tests in `tests/rules.rs` pin those a test can see.

pub mod app;
pub mod assets;
pub mod auth;
pub mod clock;
pub mod components;
pub mod config;
pub mod database;
pub mod desktop;
pub mod entrance;
pub mod features;
pub mod i18n;
pub mod ledger;
pub mod location;
pub mod partner_center;
pub mod passing;
pub mod routes;
pub mod services;
pub mod shell;
pub mod storage;
pub mod tabs;
