//! What pages read of one customer. What is followed learns from every such reading.
//! Must not know what a page shows of it.

use crate::features::following::Following;
use crate::features::reading::Reading;
use crate::partner_center::{AccountValidation, Customer, CustomerId, Qualifications};
use crate::passing::passing;
use crate::services::Services;
use leptos::prelude::*;

/// Who a customer is.
pub fn customer(id: CustomerId) -> Reading<Customer> {
    let services = Services::get();
    let following = Following::get();
    let read = Reading::new(services.clock, move |cancel| {
        let client = services.client();
        async move { client.customer(id, &cancel).await }
    });
    // Also when it is followed only after its name was read.
    let followed = passing(move || following.follows(id));
    Effect::new(move |_| {
        let name = read
            .value
            .with(|read| read.as_ref().map(|read| read.value.company_name.clone()));
        if let Some(name) = name.filter(|_| followed.get()) {
            leptos::task::spawn_local(following.named(id, name));
        }
    });
    read
}

/// What a customer is qualified for.
pub fn qualifications(id: CustomerId) -> Reading<Qualifications> {
    let services = Services::get();
    let following = Following::get();
    Reading::new(services.clock, move |cancel| {
        let client = services.client();
        async move {
            let list = client.qualifications(id, &cancel).await?;
            let seen = list.clone();
            leptos::task::spawn_local(async move {
                following.shown(id, seen).await;
            });
            Ok(list)
        }
    })
}

/// Whether its account may buy. That is another check than that of a qualification.
pub fn account(id: CustomerId) -> Reading<AccountValidation> {
    let services = Services::get();
    Reading::new(services.clock, move |cancel| {
        let client = services.client();
        async move { client.account_validation(id, &cancel).await }
    })
}
