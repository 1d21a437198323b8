//! The pages of a long list, and the way from one to the next.
//! Must not know what is listed, nor how its addresses are made.

use crate::i18n::{Key, text, text_with};
use leptos::prelude::*;

/// Where one is among the pages; a list of one page needs none.
#[component]
pub fn Pager(
    /// The page that is shown, from 1.
    page: usize,
    /// How many there are.
    pages: usize,
    /// The address of a page.
    link: impl Fn(usize) -> String,
) -> impl IntoView {
    let to =
        |page: usize, key: Key| view! { <a class="pager__link" href=link(page)>{text(key)}</a> };
    let back = (page > 1).then(|| to(page - 1, Key::PagerBack));
    let on = (page < pages).then(|| to(page + 1, Key::PagerOn));
    let place = text_with(Key::PagerPlace, move || {
        [("page", page.to_string()), ("pages", pages.to_string())]
    });
    view! {
        <div class="pager" role="group" aria-label=text(Key::PagerLabel)>
            {back}
            <span class="pager__place">{place}</span>
            {on}
        </div>
    }
}
