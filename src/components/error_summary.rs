//! What has to be corrected before a form can go on, at its top, each line leading to its field.
//! Must not know which form it is.

use super::{Icon, Symbol};
use crate::i18n::{Key, Text, text};
use leptos::html;
use leptos::prelude::*;

/// One thing to correct.
#[derive(Clone, PartialEq)]
pub struct Problem {
    /// The field's id.
    pub field: &'static str,
    /// What is wrong and what to do; the same words stand at the field.
    pub message: Text,
}

/// The summary; nothing while there are no problems. It takes the focus whenever problems appear.
#[component]
pub fn ErrorSummary(#[prop(into)] problems: Signal<Vec<Problem>>) -> impl IntoView {
    let element = NodeRef::<html::Div>::new();
    Effect::new(move |before: Option<usize>| {
        let now = problems.get().len();
        // Mending one problem of several leaves the person at the field.
        if let Some(element) = element.get()
            && now >= before.unwrap_or_default()
        {
            let _ = element.focus();
        }
        if now == 0 && before.is_some_and(|before| before > 0) {
            request_animation_frame(bring_focus_into_sight);
        }
        now
    });
    let line = |problem: Problem| {
        let field = problem.field;
        let go = move |event: web_sys::MouseEvent| {
            event.prevent_default();
            focus_field(field);
        };
        view! { <li><a href=format!("#{field}") on:click=go>{problem.message}</a></li> }
    };
    view! {
        <Show when=move || !problems.get().is_empty()>
            <div class="notice notice--failure" role="alert" tabindex="-1" node_ref=element>
                <Icon symbol=Symbol::Warning />
                <div class="notice__body">
                    <h2 class="notice__title">{text(Key::FormProblem)}</h2>
                    <ul class="notice__list">{move || problems.get().into_iter().map(line).collect_view()}</ul>
                </div>
            </div>
        </Show>
    }
}

/// What has the focus may have moved far, on a small screen, when what stood above it went.
fn bring_focus_into_sight() {
    if let Some(focused) = document().active_element() {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        focused.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Moves the focus to the element with this id and scrolls it into view.
pub fn focus_field(id: &str) {
    use wasm_bindgen::JsCast;
    let element = document().get_element_by_id(id);
    if let Some(element) =
        element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
    {
        let _ = element.focus();
    }
}
