//! A question that arises on a page, and its short answer: closed until somebody asks it.
//! Must not know what is explained.

use crate::i18n::Text;
use leptos::prelude::*;

/// The question as a word to press, the answer behind it.
#[component]
pub fn Explained(
    /// The question.
    #[prop(into)]
    question: Text,
    /// The answer, in a sentence or three.
    #[prop(into)]
    answer: Text,
) -> impl IntoView {
    view! {
        <details class="explained">
            <summary>{question}</summary>
            <p>{answer}</p>
        </details>
    }
}
