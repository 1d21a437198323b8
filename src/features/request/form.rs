//! The request form: which qualification, and what that one needs.
//! Must not know what happens after *Continue*.

use super::Flow;
use super::draft::{ANOTHER_CODE, LISTED_CODE, SEGMENTS, Wrong, field, segment_slug};
use super::rules::{blocker_words, caution_words};
use super::sending::Record;
use crate::components::{
    Choice, ErrorSummary, Notice, Page, Problem, RadioGroup, SelectField, TextField, Tone,
    focus_field,
};
use crate::features::failure::Failure;
use crate::features::qualifications::kind_name;
use crate::i18n::{Key, Plural, Text, fill, plural, t, text};
use crate::partner_center::{
    Availability, EducationSegment, RequestableKind, ValidationCode, availability,
};
use crate::routes::{Route, requested_in, slug, use_go};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page `/customers/{id}/request`.
#[component]
pub fn RequestForm(
    /// What the steps of the request share.
    flow: Flow,
) -> impl IntoView {
    let Flow {
        id,
        draft,
        qualifications,
        codes,
        ..
    } = flow;
    let go = use_go();
    let location = use_location();
    flow.leave_while_open();
    if flow.sending.record.with_untracked(Record::sent) {
        // A new form begins a new request: what became of the last one has been seen.
        draft.clear();
        flow.sending.forget();
    }

    // A link such as "Request again" picks the qualification, once: Back and a reload keep what was picked since.
    if let Some(kind) = requested_in(&location.search.get_untracked()) {
        draft.kind.set(slug(kind).to_owned());
        let go = go.clone();
        Effect::new(move |_| go.instead(&Route::Request(id, None)));
    }
    let kind = Memo::new(move |_| draft.get().kind());
    Effect::new(move |_| {
        let wanted = kind.get() == Some(RequestableKind::GovernmentCommunityCloud);
        if wanted && codes.value.with_untracked(Option::is_none) && !codes.busy.get_untracked() {
            codes.again();
        }
    });

    // Problems are shown once *Continue* was pressed, and go as soon as they are mended.
    let checked = RwSignal::new(false);
    let blocked = Memo::new(move |_| {
        let kind = kind.get()?;
        qualifications
            .value
            .with(|read| match availability(&read.as_ref()?.value, &kind) {
                Availability::Blocked(blocker) => Some(Wrong::NotPossible(blocker)),
                _ => None,
            })
    });
    let wrong = Memo::new(move |_| match draft.get().request() {
        Ok(_) => Vec::from_iter(blocked.get()),
        Err(wrong) => wrong,
    });
    let reported = RwSignal::new(Vec::<Wrong>::new());
    let problems = Signal::derive(move || {
        let problem = |wrong: Wrong| Problem {
            field: wrong.field(),
            message: wrong.message(),
        };
        let wrong = wrong.get();
        let still = reported
            .get()
            .into_iter()
            .filter(|reported| wrong.contains(reported));
        still.map(problem).collect::<Vec<_>>()
    });
    let error = move |field: &'static str| {
        Signal::derive(move || {
            let wrong = wrong.get().into_iter().find(|wrong| wrong.field() == field);
            wrong.filter(|_| checked.get()).map(Wrong::message)
        })
    };

    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        let wrong = wrong.get_untracked();
        let complete = wrong.is_empty();
        reported.set(wrong);
        if complete {
            go.to(&Route::RequestCheck(id));
        }
    };

    // Compared as data, so that a reading that changes nothing leaves the radio buttons and the focus alone.
    let verdicts = Memo::new(move |_| {
        qualifications.value.with(|read| {
            let verdict = |kind| read.as_ref().map(|read| availability(&read.value, &kind));
            RequestableKind::ALL.map(|kind| (kind, verdict(kind)))
        })
    });
    // What is possible has to be known first; where it cannot be read, the check before sending decides.
    let read = move || {
        qualifications.value.with(Option::is_some) || qualifications.failure.with(Option::is_some)
    };
    let kinds = Signal::derive(move || {
        verdicts
            .get()
            .into_iter()
            .map(kind_choice)
            .collect::<Vec<_>>()
    });
    // A *Change* link names its field in the address's fragment: the focus goes there once the form stands.
    let hash = location.hash.get_untracked();
    Effect::new(move |done: Option<bool>| {
        let done = done.unwrap_or_default();
        if !done && read() && !hash.is_empty() {
            let field = hash.trim_start_matches('#').to_owned();
            request_animation_frame(move || focus_field(&field));
        }
        done || read()
    });
    let education = move || {
        view! {
            <fieldset class="form__part" aria-label=t(Key::KindEducation)>
                <SelectField
                    id=field::SEGMENT
                    label=text(Key::SegmentLabel)
                    none=text(Key::SegmentNone)
                    choices=Signal::stored(segments())
                    error=error(field::SEGMENT)
                    value=draft.segment
                />
                <TextField
                    id=field::WEBSITE
                    label=text(Key::WebsiteLabel)
                    hint=text(Key::WebsiteHint)
                    error=error(field::WEBSITE)
                    value=draft.website
                    input_mode="url"
                />
            </fieldset>
        }
    };
    let picked = Memo::new(move |_| draft.code.get());
    let gcc = move || {
        view! {
            <fieldset class="form__part" aria-label=t(Key::KindGcc)>
                <SelectField
                    id=field::CODE
                    label=text(Key::CodeLabel)
                    hint=text(Key::CodeHint)
                    none=text(Key::CodeNone)
                    choices=Signal::derive(move || code_choices(codes.value.get().map(|read| read.value), &picked.get()))
                    error=error(field::CODE)
                    value=draft.code
                />
                <Show when=move || codes.value.get().is_some_and(|read| read.value.is_empty())>
                    <Notice tone=Tone::Info><p>{text(Key::CodeListEmpty)}</p></Notice>
                </Show>
                {move || codes.failure.get().map(|error| view! {
                    <Failure error>
                        <button type="button" class="button" on:click=move |_| codes.again()>{text(Key::TryAgain)}</button>
                    </Failure>
                })}
                <Show when=move || draft.code.get() == ANOTHER_CODE>
                    <TextField
                        id=field::OTHER_CODE
                        label=text(Key::OtherCodeLabel)
                        hint=text(Key::OtherCodeHint)
                        error=error(field::OTHER_CODE)
                        value=draft.other_code
                    />
                </Show>
            </fieldset>
        }
    };
    let soe = || view! { <p class="form__part form__note">{text(Key::SoeNote)}</p> };

    let above = view! { <WayBack flow /> }.into_any();
    let below = view! { <p class="page__lead">{text(Key::RequestLead)}</p> }.into_any();
    view! {
        <Page title=text(Key::RequestTitle) erroneous=Signal::derive(move || !problems.get().is_empty()) above below>
            <ErrorSummary problems />
            {move || qualifications.failure.get().map(|error| view! {
                <Failure error>
                    <button type="button" class="button" on:click=move |_| qualifications.again()>{text(Key::TryAgain)}</button>
                </Failure>
            })}
            <Show when=move || !read()>
                <div class="skeleton" aria-hidden="true">
                    <span class="skeleton__line"></span>
                    <span class="skeleton__line"></span>
                    <span class="skeleton__line"></span>
                </div>
            </Show>
            <form class="form" class:form--waiting=move || !read() on:submit=submit novalidate=true>
                <RadioGroup
                    id=field::KIND
                    label=text(Key::KindLabel)
                    choices=kinds
                    error=error(field::KIND)
                    value=draft.kind
                />
                {move || match kind.get() {
                    Some(RequestableKind::Education) => education().into_any(),
                    Some(RequestableKind::GovernmentCommunityCloud) => gcc().into_any(),
                    Some(RequestableKind::StateOwnedEntity) => soe().into_any(),
                    None => ().into_any(),
                }}
                <button type="submit" class="button button--primary">{text(Key::Continue)}</button>
            </form>
        </Page>
    }
}

/// The way back to the customer, by its name.
#[component]
pub(super) fn WayBack(flow: Flow) -> impl IntoView {
    view! {
        <p class="way-back">
            <a href=Route::Customers { search: None }.href()>{text(Key::LookupTitle)}</a>
            <a href=Route::Customer(flow.id).href()><bdi>{flow.customer_name()}</bdi></a>
        </p>
    }
}

fn kind_choice((kind, verdict): (RequestableKind, Option<Availability>)) -> Choice {
    let hint = text(match kind {
        RequestableKind::Education => Key::KindEducationHint,
        RequestableKind::GovernmentCommunityCloud => Key::KindGccHint,
        RequestableKind::StateOwnedEntity => Key::KindSoeHint,
    });
    let (unavailable, hint) = match verdict {
        Some(Availability::Blocked(blocker)) => {
            (Some(Signal::stored(blocker_words(blocker))), hint)
        }
        Some(Availability::AllowedWithWarning(caution)) => {
            (None, Signal::stored(caution_words(caution)))
        }
        Some(Availability::Allowed) | None => (None, hint),
    };
    Choice {
        value: slug(kind).to_owned(),
        label: Signal::stored(kind_name(&kind.into())),
        unavailable,
        hint: Some(hint),
    }
}

fn segments() -> Vec<Choice> {
    SEGMENTS
        .into_iter()
        .map(|segment| Choice {
            value: segment_slug(segment).to_owned(),
            label: segment_name(segment),
            unavailable: None,
            hint: None,
        })
        .collect()
}

/// The name of an education segment.
pub(super) fn segment_name(segment: EducationSegment) -> Text {
    text(match segment {
        EducationSegment::K12 => Key::SegmentK12,
        EducationSegment::HigherEducation => Key::SegmentHigher,
    })
}

/// The partner's codes, and the way to one that is not listed. A used-up code is shown, but cannot be chosen.
/// The picked one stays even where it is not listed (any more), so that the picker shows what is going to be sent.
fn code_choices(codes: Option<Vec<ValidationCode>>, picked: &str) -> Vec<Choice> {
    let listed = codes.unwrap_or_default().into_iter().map(|code| Choice {
        value: format!("{LISTED_CODE}{}", code.id),
        unavailable: code.used_up().then(|| text(Key::CodeUsedUp)),
        label: Signal::stored(code_label(&code)),
        hint: None,
    });
    let mut choices: Vec<_> = listed.collect();
    let missing = picked
        .strip_prefix(LISTED_CODE)
        .filter(|_| choices.iter().all(|choice| choice.value != picked));
    choices.extend(missing.map(|code| Choice {
        value: picked.to_owned(),
        label: Signal::stored(code.to_owned()),
        unavailable: None,
        hint: None,
    }));
    let another = Choice {
        value: ANOTHER_CODE.to_owned(),
        label: text(Key::CodeAnother),
        unavailable: None,
        hint: None,
    };
    choices.push(another);
    choices
}

/// "Example Reseller · 12345 · 4 uses left".
pub(super) fn code_label(code: &ValidationCode) -> String {
    let uses = match code.remaining_creates {
        Some(_) if code.used_up() => t(Key::CodeUsedUp),
        Some(left) => plural(Plural::CodeLeft, usize::try_from(left).unwrap_or(0)),
        None => t(Key::CodeUnlimited),
    };
    fill(
        Key::CodeOption,
        &[
            ("organization", code.organization.clone()),
            ("code", code.id.clone()),
            ("uses", uses),
        ],
    )
}
