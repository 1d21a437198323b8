//! What can be sold to the customer now.
//! Must not know how it was read.

use crate::features::reading::Reading;
use crate::i18n::{Key, fill, listed, t, text};
use crate::partner_center::{
    AccountValidation, NotStated, Qualifications, Segment, Sellable, sellable,
};
use leptos::prelude::*;

/// What the documents say can be sold with these qualifications, or that they do not say.
#[component]
pub(super) fn CanBeSold(
    /// The qualifications.
    list: Qualifications,
    /// Whether the account may buy at all.
    account: Reading<AccountValidation>,
) -> impl IntoView {
    let sold = sellable(&list);
    let names = move |allowed: bool| {
        let segments = Segment::ALL.iter();
        let chosen = segments.filter(|segment| sold.allows(**segment) == Some(allowed));
        listed(chosen.map(|segment| t(name(*segment))))
    };
    let words = match unsaid(sold) {
        Some(key) => view! { <dd class="selling__unsaid">{text(key)}</dd> }.into_any(),
        None => view! {
            <dd>
                <span class="selling__yes">{move || names(true)}</span>
                <span class="selling__no">{move || fill(Key::SellingNot, &[("segments", names(false))])}</span>
            </dd>
        }
        .into_any(),
    };
    let blocked = Memo::new(move |_| {
        let blocks = |read: &AccountValidation| read.status.blocks_purchases() == Some(true);
        account
            .value
            .with(|read| read.as_ref().is_some_and(|read| blocks(&read.value)))
    });
    view! {
        <dl class="selling">
            <dt>{text(Key::SellingTitle)}</dt>
            {words}
            <Show when=move || blocked.get()>
                <dd class="selling__blocked">{text(Key::SellingBlocked)}</dd>
            </Show>
        </dl>
    }
}

fn name(segment: Segment) -> Key {
    match segment {
        Segment::Commercial => Key::SegmentCommercial,
        Segment::Nonprofit => Key::KindNonprofit,
        Segment::Education => Key::KindEducation,
        Segment::Government => Key::KindGcc,
    }
}

/// Why nothing can be said.
fn unsaid(sold: Sellable) -> Option<Key> {
    let Sellable::NotStated(why) = sold else {
        return None;
    };
    Some(match why {
        NotStated::Combination => Key::SellingCombination,
        NotStated::StatusUnclear => Key::SellingUnclear,
        NotStated::UnknownKind => Key::SellingUnknown,
    })
}
