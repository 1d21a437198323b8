//! What is kept on this computer of what is followed, as the person decides on it: export, import, erase.
//! Must not know what stands in a file.

use super::state::Following;
use crate::components::{Announcer, Dialog, HEADING, Notice, Tone, focus_field};
use crate::i18n::{Key, Plural, Text, fill, isolated, plural, t, text, text_with};
use crate::ledger::{Fault, KEPT_DAYS, MAX_BYTES, Merged, Refused, from_file, to_csv, to_json};
use crate::passing::passing;
use js_sys::Array;
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, HtmlElement, HtmlInputElement, Url};

/// The id of the field that takes a file.
const FILE: &str = "keep-file";
/// The id of what is said about the file.
const FILE_HINT: &str = "keep-file-hint";
/// What the browser offers to choose; the file itself says what it is.
const ACCEPTED: &str = ".json,.csv,application/json,text/csv";
/// How long a file that is handed over stays in memory: some browsers are still reading it when the click is over.
const HANDED_OVER: Duration = Duration::from_secs(60);

/// The form of an exported file.
#[derive(Clone, Copy)]
enum Form {
    Json,
    Csv,
}

impl Form {
    fn ending(self) -> &'static str {
        match self {
            Form::Json => "json",
            Form::Csv => "csv",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Form::Json => "application/json",
            Form::Csv => "text/csv;charset=utf-8",
        }
    }
}

/// What became of a file that was chosen.
#[derive(Clone, Debug, PartialEq)]
enum Outcome {
    Reading,
    Imported(String, Merged),
    Refused(String, Refused),
    /// The browser did not give its text.
    NotRead,
    /// What is kept could not be read.
    NotNow,
}

/// The section of the page.
#[component]
pub(super) fn Keep() -> impl IntoView {
    let following = Following::get();
    let announcer = Announcer::get();
    let known = move |ledger: &Option<_>| ledger.as_ref().map_or(0, super::state::Ledger::len);
    let count = passing(move || following.ledger.with(known));
    let asked = RwSignal::new(false);
    let export = move |form: Form| {
        if let Some((tenant, followed)) = following.all() {
            let now = following.now();
            let content = match form {
                Form::Json => to_json(&tenant, &followed, now),
                Form::Csv => to_csv(&tenant, &followed),
            };
            let day: String = now.to_string().chars().take(10).collect();
            let name = format!("vetted-{day}.{}", form.ending());
            // An error means that the browser has no such thing as a file.
            let _ = hand_over(&content, &name, form.media_type());
            announcer.say(plural(Plural::KeepExported, followed.len()));
        }
    };
    let note = text_with(Key::KeepNote, || [("days", KEPT_DAYS.to_string())]);
    view! {
        <section class="section keep" aria-labelledby="keep">
            <h2 class="section-head__title" id="keep">{text(Key::KeepTitle)}</h2>
            <p>{note}</p>
            <Show when=move || { count.get() > 0 }>
                <div class="keep__actions">
                    <button type="button" class="button" on:click=move |_| export(Form::Json)>{text(Key::KeepJson)}</button>
                    <button type="button" class="button" on:click=move |_| export(Form::Csv)>{text(Key::KeepCsv)}</button>
                    <button type="button" class="button" on:click=move |_| asked.set(true)>{text(Key::KeepErase)}</button>
                </div>
            </Show>
            <Import />
            <Erase count asked />
        </section>
    }
}

/// Gives the person a file to save.
fn hand_over(content: &str, name: &str, media_type: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = Array::of1(&content.into());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    set_timeout(move || drop(Url::revoke_object_url(&address)), HANDED_OVER);
    Ok(())
}

/// The button that asks for a file, and what became of it.
#[component]
fn Import() -> impl IntoView {
    let following = Following::get();
    let announcer = Announcer::get();
    let outcome = RwSignal::new(None::<Outcome>);
    let told_at = NodeRef::<html::Div>::new();
    let choose = move |event: web_sys::Event| {
        let field: HtmlInputElement = event_target(&event);
        let Some(file) = field.files().and_then(|files| files.get(0)) else {
            return;
        };
        outcome.set(Some(Outcome::Reading));
        leptos::task::spawn_local(async move {
            let came = take_in(following, &file).await;
            // So that the same file can be chosen again, corrected.
            field.set_value("");
            if let Outcome::Imported(name, merged) = &came {
                announcer.say(imported(name, merged).join(" "));
            }
            outcome.try_set(Some(came));
            // The button is the last thing on the page: what came of it may be below what is in sight.
            request_animation_frame(move || {
                if let Some(told) = told_at.try_get_untracked().flatten() {
                    told.scroll_into_view_with_bool(false);
                }
            });
        });
    };
    view! {
        <div class="field">
            <button type="button" class="button" aria-describedby=FILE_HINT on:click=|_| ask_for_a_file()>{text(Key::KeepImport)}</button>
            <input type="file" id=FILE accept=ACCEPTED on:change=choose />
            <p class="field__hint" id=FILE_HINT>{text(Key::KeepImportHint)}</p>
        </div>
        <div node_ref=told_at>{move || outcome.get().map(told)}</div>
    }
}

/// Opens the system's own window to choose a file.
fn ask_for_a_file() {
    if let Some(field) = document().get_element_by_id(FILE) {
        field.unchecked_into::<HtmlElement>().click();
    }
}

async fn take_in(following: Following, file: &File) -> Outcome {
    let name = file.name();
    let Some(tenant) = following.tenant() else {
        return Outcome::NotNow;
    };
    // A file that is too large is not even read.
    if file.size() > MAX_BYTES as f64 {
        return Outcome::Refused(name, Refused::too_large());
    }
    let text = JsFuture::from(file.text()).await;
    let Some(text) = text.ok().and_then(|text| text.as_string()) else {
        return Outcome::NotRead;
    };
    match from_file(&text, &tenant, following.now()) {
        Err(refused) => Outcome::Refused(name, refused),
        Ok(followed) => match following.import(followed).await {
            Some(merged) => Outcome::Imported(name, merged),
            None => Outcome::NotNow,
        },
    }
}

fn told(outcome: Outcome) -> AnyView {
    let failed = |lines: Vec<String>| {
        let lines = lines.into_iter();
        view! { <Notice tone=Tone::Failure>{lines.map(|line| view! { <p><bdi>{line}</bdi></p> }).collect_view()}</Notice> }
            .into_any()
    };
    match outcome {
        Outcome::Reading => view! { <p>{text(Key::KeepReading)}</p> }.into_any(),
        Outcome::NotRead => failed(vec![t(Key::KeepNotRead)]),
        Outcome::NotNow => failed(vec![t(Key::KeepNotNow)]),
        Outcome::Refused(name, refused) => {
            let file = [("file", isolated(&name))];
            failed(vec![fill(Key::KeepRefused, &file), why(refused)])
        }
        Outcome::Imported(name, merged) => {
            let lines = imported(&name, &merged).into_iter();
            view! { <Notice tone=Tone::Success>{lines.map(|line| view! { <p>{line}</p> }).collect_view()}</Notice> }
                .into_any()
        }
    }
}

fn imported(name: &str, merged: &Merged) -> Vec<String> {
    let counts = [
        (Plural::KeepNew, merged.new),
        (Plural::KeepMerged, merged.changed.len() - merged.new),
        (Plural::KeepSame, merged.same),
    ];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    let file = [("file", isolated(name))];
    std::iter::once(fill(Key::KeepImported, &file))
        .chain(counts.map(|(key, count)| plural(key, count)))
        .collect()
}

/// Where a file is wrong, and how.
fn why(refused: Refused) -> String {
    let limit = (MAX_BYTES >> 20).to_string();
    let fault = fill(fault_words(refused.fault), &[("limit", limit)]);
    let number = |at: Option<usize>| at.unwrap_or_default().to_string();
    let line = number(refused.line);
    match (refused.line, refused.column, refused.field) {
        (None, ..) => fill(Key::KeepWhole, &[("fault", fault)]),
        (Some(_), _, Some(field)) => {
            let field = field.to_owned();
            fill(
                Key::KeepField,
                &[("line", line), ("field", field), ("fault", fault)],
            )
        }
        (Some(_), Some(_), None) => {
            let column = number(refused.column);
            fill(
                Key::KeepColumn,
                &[("line", line), ("column", column), ("fault", fault)],
            )
        }
        (Some(_), None, None) => fill(Key::KeepLine, &[("line", line), ("fault", fault)]),
    }
}

fn fault_words(fault: Fault) -> Key {
    match fault {
        Fault::TooLarge => Key::FaultTooLarge,
        Fault::TooManyRows => Key::FaultTooManyRows,
        Fault::Foreign => Key::FaultForeign,
        Fault::Newer => Key::FaultNewer,
        Fault::AnotherTenant => Key::FaultAnotherTenant,
        Fault::NotJson => Key::FaultNotJson,
        Fault::Shape => Key::FaultShape,
        Fault::Quotes => Key::FaultQuotes,
        Fault::FieldCount => Key::FaultFieldCount,
        Fault::NotAnId => Key::FaultNotAnId,
        Fault::NotATime => Key::FaultNotATime,
        Fault::InTheFuture => Key::FaultInTheFuture,
        Fault::UnknownWord => Key::FaultUnknownWord,
        Fault::TooLong => Key::FaultTooLong,
    }
}

/// Erasing all of it, after saying what that means.
#[component]
fn Erase(count: Memo<usize>, asked: RwSignal<bool>) -> impl IntoView {
    let following = Following::get();
    let announcer = Announcer::get();
    let refused = RwSignal::new(false);
    let erase = move |_| {
        asked.set(false);
        leptos::task::spawn_local(async move {
            let erased = following.erase_own().await;
            refused.try_set(!erased);
            if erased {
                announcer.say(t(Key::KeepErased));
                // The button that asked is gone.
                focus_field(HEADING);
            }
        });
    };
    let title: Text = Signal::derive(move || plural(Plural::KeepEraseTitle, count.get()));
    view! {
        <Show when=move || refused.get()>
            <Notice tone=Tone::Failure><p>{text(Key::KeepNotErased)}</p></Notice>
        </Show>
        <Dialog title open=asked heading_id="keep-erase">
            <p>{text(Key::KeepEraseWhat)}</p>
            <p class="dialog__actions">
                <button type="button" class="button" on:click=move |_| asked.set(false)>{text(Key::Cancel)}</button>
                <button type="button" class="button button--primary" on:click=erase>{text(Key::KeepEraseDo)}</button>
            </p>
        </Dialog>
    }
}
