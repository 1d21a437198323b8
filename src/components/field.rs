//! Form fields: label, hint, error and control tied together.
//! Must not know what is asked.

use crate::i18n::Text;
use leptos::prelude::*;

/// A line of text.
#[component]
pub fn TextField(
    /// The control's id, unique on the page.
    id: &'static str,
    /// Its label.
    #[prop(into)]
    label: Text,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: Option<Text>,
    /// What is wrong with it, if anything.
    #[prop(into)]
    error: Signal<Option<Text>>,
    /// The raw text, as typed.
    value: RwSignal<String>,
    /// `inputmode`, for the keyboard that phones show.
    #[prop(default = "text")]
    input_mode: &'static str,
) -> impl IntoView {
    let described = described_by(id, hint.is_some(), error);
    view! {
        <Labelled id label hint error>
            <input
                class="field__control"
                id=id
                type="text"
                inputmode=input_mode
                autocomplete="off"
                spellcheck="false"
                aria-describedby=described
                aria-invalid=move || error.get().is_some().then_some("true")
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            />
        </Labelled>
    }
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// The control's id, unique on the page.
    id: &'static str,
    /// Its label.
    #[prop(into)]
    label: Text,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: Option<Text>,
    /// What is wrong with it, if anything.
    #[prop(into)]
    error: Signal<Option<Text>>,
    /// The raw text, as typed.
    value: RwSignal<String>,
    /// How many lines are seen.
    rows: u32,
) -> impl IntoView {
    let described = described_by(id, hint.is_some(), error);
    view! {
        <Labelled id label hint error>
            <textarea
                class="field__control field__control--tall"
                id=id
                rows=rows.to_string()
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-describedby=described
                aria-invalid=move || error.get().is_some().then_some("true")
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            ></textarea>
        </Labelled>
    }
}

/// One of several values, in a native select or a group of radio buttons.
#[derive(Clone, PartialEq)]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What is shown.
    pub label: Text,
    /// Why it cannot be chosen now; empty when it can.
    pub unavailable: Option<Text>,
    /// What else there is to say about it.
    pub hint: Option<Text>,
}

/// A native select. Its first option stands for "nothing chosen yet".
#[component]
pub fn SelectField(
    /// The control's id, unique on the page.
    id: &'static str,
    /// Its label.
    #[prop(into)]
    label: Text,
    /// What helps to choose.
    #[prop(optional, into)]
    hint: Option<Text>,
    /// The first option, which chooses nothing.
    #[prop(into)]
    none: Text,
    /// The options.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// What is wrong with it, if anything.
    #[prop(into)]
    error: Signal<Option<Text>>,
    /// The chosen value, or nothing.
    value: RwSignal<String>,
) -> impl IntoView {
    let described = described_by(id, hint.is_some(), error);
    // `selected` on the options, since a select forgets a value whose option comes later.
    let option = move |choice: Choice| {
        let Choice {
            value: own,
            label,
            unavailable,
            ..
        } = choice;
        let chosen = {
            let own = own.clone();
            move || value.get() == own
        };
        view! { <option value=own selected=chosen disabled=unavailable.is_some()>{label}</option> }
    };
    view! {
        <Labelled id label hint error>
            <select
                class="field__control"
                id=id
                aria-describedby=described
                aria-invalid=move || error.get().is_some().then_some("true")
                on:change:target=move |event| value.set(event.target().value())
            >
                <option value="" selected=move || value.get().is_empty()>{none}</option>
                {move || choices.get().into_iter().map(option).collect_view()}
            </select>
        </Labelled>
    }
}

/// A group of radio buttons; one that cannot be chosen says why.
#[component]
pub fn RadioGroup(
    /// The group's id; also that of the first button that can be chosen, so that an error leads there.
    id: &'static str,
    /// The group's name.
    #[prop(into)]
    label: Text,
    /// The buttons.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// What is wrong, if anything.
    #[prop(into)]
    error: Signal<Option<Text>>,
    /// The chosen value, or nothing.
    value: RwSignal<String>,
) -> impl IntoView {
    let button = move |(index, choice, first): (usize, Choice, bool)| {
        let Choice {
            value: own,
            label,
            unavailable,
            hint,
        } = choice;
        let own_id = if first {
            id.to_owned()
        } else {
            format!("{id}-{index}")
        };
        let note_id = format!("{id}-{index}-note");
        let note = unavailable.or(hint);
        let disabled = unavailable.is_some();
        let checked = {
            let own = own.clone();
            move || value.get() == own
        };
        let described = note.is_some().then(|| note_id.clone());
        view! {
            <div class="radio" class:radio--off=disabled>
                <input
                    class="radio__control"
                    type="radio"
                    name=id
                    id=own_id.clone()
                    value=own.clone()
                    disabled=disabled
                    prop:checked=checked
                    aria-describedby=described
                    on:change=move |_| value.set(own.clone())
                />
                <label class="radio__label" for=own_id>{label}</label>
                {note.map(|note| view! { <p class="radio__note" id=note_id>{note}</p> })}
            </div>
        }
    };
    view! {
        <div class="field" class:field--wrong=move || error.get().is_some()>
            <div
                role="radiogroup"
                aria-labelledby=format!("{id}-label")
                aria-describedby=move || error.get().is_some().then(|| format!("{id}-error"))
            >
                <p class="field__label" id=format!("{id}-label")>{label}</p>
                <FieldError id error />
                {move || {
                    let choices = choices.get();
                    let first = choices.iter().position(|choice| choice.unavailable.is_none());
                    let numbered = choices.into_iter().enumerate();
                    numbered.map(|(index, choice)| button((index, choice, Some(index) == first))).collect_view()
                }}
            </div>
        </div>
    }
}

/// What stands around one control: label, hint, error.
#[component]
fn Labelled(
    id: &'static str,
    label: Text,
    hint: Option<Text>,
    error: Signal<Option<Text>>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field" class:field--wrong=move || error.get().is_some()>
            <label class="field__label" for=id>{label}</label>
            <Hint id hint />
            <FieldError id error />
            {children()}
        </div>
    }
}

#[component]
fn Hint(id: &'static str, hint: Option<Text>) -> impl IntoView {
    hint.map(|hint| view! { <p class="field__hint" id=format!("{id}-hint")>{hint}</p> })
}

#[component]
fn FieldError(id: &'static str, error: Signal<Option<Text>>) -> impl IntoView {
    move || {
        error
            .get()
            .map(|error| view! { <p class="field__error" id=format!("{id}-error")>{error}</p> })
    }
}

/// The ids of what describes a control.
fn described_by(
    id: &'static str,
    hinted: bool,
    error: Signal<Option<Text>>,
) -> impl Fn() -> Option<String> + Clone {
    move || {
        let hint = hinted.then(|| format!("{id}-hint"));
        let error = error.get().map(|_| format!("{id}-error"));
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (hint, error) => hint.or(error),
        }
    }
}
