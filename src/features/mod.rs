//! What a person can do here: one folder per thing. Features use components, the API client and the sign-in;
//! none of those knows a feature.

pub mod customer;
pub mod customer_lookup;
pub mod diagnostics;
pub mod display;
pub mod failure;
pub mod following;
pub mod past;
pub mod pause;
pub mod qualifications;
pub mod reading;
pub mod readings;
pub mod request;
pub mod sign_in;
pub mod start_up;
pub mod update;
