//! A page: its title in the tab, its heading in focus after a change of address.
//! Must not know which pages there are.

use super::{Announcer, focus_field};
use crate::i18n::{Key, Text, fill};
use crate::passing::passing;
use leptos::html;
use leptos::prelude::*;
use std::cell::Cell;

/// The id of the heading, for [`focus_field`](super::focus_field): when what had the focus goes, the page still has it.
pub const HEADING: &str = "heading";

/// Gives the heading the focus where nothing has it any more.
pub fn keep_focus() {
    let nowhere = document()
        .active_element()
        .is_none_or(|active| active.tag_name() == "BODY");
    if nowhere {
        focus_field(HEADING);
    }
}

thread_local! {
    /// The first page is read from its top by every screen reader; only later ones need the focus moved.
    static FIRST: Cell<bool> = const { Cell::new(true) };
}

/// How much there is that the person has not seen, wherever it is: the tab's title says so. Found in the context.
#[derive(Clone, Copy)]
pub struct Unseen(pub Signal<usize>);

/// One page with its level-one heading.
#[component]
pub fn Page(
    /// The heading, and the first part of the tab's title.
    #[prop(into)]
    title: Text,
    /// Whether the page shows errors to be corrected: the tab's title says so first.
    #[prop(optional, into)]
    erroneous: Signal<bool>,
    /// What stands above the heading, such as the way back.
    #[prop(optional)]
    above: Option<AnyView>,
    /// What stands right below the heading.
    #[prop(optional)]
    below: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    Announcer::get().clear();
    let heading = NodeRef::<html::H1>::new();
    let unseen = use_context::<Unseen>();
    let unseen = passing(move || unseen.map_or(0, |unseen| unseen.0.get()));
    Effect::new(move |_| {
        let title = fill(Key::AppTitle, &[("page", title.get())]);
        let title = match erroneous.get() {
            true => fill(Key::AppTitleError, &[("title", title)]),
            false => title,
        };
        let title = match unseen.get() {
            0 => title,
            count => format!("({count}) {title}"),
        };
        document().set_title(&title);
    });
    Effect::new(move |_| {
        if let Some(heading) = heading.get()
            && !FIRST.replace(false)
        {
            let _ = heading.focus();
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
    view! {
        <div class="page">
            {above}
            <h1 class="page__title" id=HEADING tabindex="-1" node_ref=heading>{title}</h1>
            {below}
            {children()}
        </div>
    }
}
