//! The request form: which qualification, and what that one needs.
//! Must not know what happens after *Continue*.

use super::Flow;
use super::draft::{ANOTHER_CODE, LISTED_CODE, SEGMENTS, Wrong, field, segment_slug};
use super::precheck::{Prechecked, look, look_ahead};
use super::rules::{blocker_words, caution_words};
use crate::components::{
    Choice, ErrorSummary, Explained, Notice, Page, Problem, RadioGroup, SelectField, TextField,
    Tone, focus_field,
};
use crate::features::failure::Failure;
use crate::features::qualifications::kind_name;
use crate::i18n::{Key, Plural, Text, fill, plural, t, text};
use crate::location::Location;
use crate::partner_center::{
    Availability, EducationSegment, Finding, RequestableKind, ValidationCode, availability,
};
use crate::passing::passing;
use crate::routes::{Route, requested_in, slug};
use leptos::prelude::*;

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
        ..
    } = flow;
    let location = Location::get();
    flow.leave_once_sent();
    // What is typed is looked at once it stands, and not letter by letter.
    let stands = RwSignal::new(draft.get_untracked());
    let settle = move || stands.set(draft.get_untracked());
    // A link such as "Request again" picks the qualification, once: Back and a reload keep what was picked since.
    if let Some(kind) = requested_in(&location.search_now()) {
        draft.kind.set(slug(kind).to_owned());
        take_up_last_answers(flow, kind, settle);
        Effect::new(move |_| location.instead(&Route::Request(id, None)));
    }
    let kind = Memo::new(move |_| draft.get().kind());
    let review = Review::of(flow);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if review.passes() {
            location.to(&Route::RequestCheck(id));
        }
    };

    // What is possible has to be known first; where it cannot be read, the check before sending decides.
    let read = move || {
        qualifications.value.with(Option::is_some) || qualifications.failure.with(Option::is_some)
    };
    // A *Change* link names its field in the address's fragment: the focus goes there once the form stands.
    let hash = location.hash_now();
    Effect::new(move |done: Option<bool>| {
        let done = done.unwrap_or_default();
        if !done && read() && !hash.is_empty() {
            let field = hash.trim_start_matches('#').to_owned();
            request_animation_frame(move || focus_field(&field));
        }
        done || read()
    });

    Effect::new(move |_| {
        if let Some(kind) = kind.get() {
            flow.need(kind);
        }
        settle();
    });
    let found = Memo::new(move |_| look_ahead(flow, &stands.get()));
    let above = view! { <WayBack flow /> }.into_any();
    let below = view! { <p class="page__lead">{text(Key::RequestLead)}</p> }.into_any();
    let problems = review.problems();
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
            <form class="form" class:form--waiting=move || !read() on:submit=submit on:change=move |_| settle() novalidate=true>
                <KindField flow review />
                {move || match kind.get() {
                    Some(RequestableKind::Education) => view! { <EducationFields flow review /> }.into_any(),
                    Some(RequestableKind::GovernmentCommunityCloud) => view! { <GccFields flow review /> }.into_any(),
                    Some(RequestableKind::StateOwnedEntity) => {
                        view! {
                            <div class="form__part">
                                <p class="form__note">{text(Key::SoeNote)}</p>
                                <Explained question=text(Key::HelpSoeTitle) answer=text(Key::HelpSoe) />
                            </div>
                        }
                        .into_any()
                    }
                    None => ().into_any(),
                }}
                <button type="submit" class="button button--primary">{text(Key::Continue)}</button>
            </form>
            // Below the button, so that nothing moves under a finger when there is more to say.
            <Show when=move || kind.get().is_some() && read()>
                <Prechecked flow found />
            </Show>
        </Page>
    }
}

/// Fills in what was answered the last time, unless something has been answered since.
fn take_up_last_answers(flow: Flow, kind: RequestableKind, then: impl Fn() + 'static) {
    let Flow {
        id,
        draft,
        requests,
        ..
    } = flow;
    let last = passing(move || requests.last_answers(id, kind));
    Effect::new(move |done: Option<bool>| {
        let last = last.get();
        let now = draft.get_untracked();
        if let Some(last) = &last
            && !done.unwrap_or_default()
            && now.blank()
        {
            draft.set(now.filled_in_from(last));
            then();
        }
        last.is_some() || done.unwrap_or_default()
    });
}

/// What is wrong with the draft, and how much of it has been said.
///
/// Problems are shown once *Continue* was pressed, and go as soon as they are mended.
#[derive(Clone, Copy)]
struct Review {
    wrong: Memo<Vec<Wrong>>,
    /// Whether *Continue* was pressed: from then on a field says what is wrong with it.
    pressed: RwSignal<bool>,
    /// What was wrong when it was pressed last: what the summary is about.
    reported: RwSignal<Vec<Wrong>>,
}

impl Review {
    fn of(flow: Flow) -> Self {
        let wrong = Memo::new(move |_| {
            let draft = flow.draft.get();
            let stop = |finding| match finding {
                Finding::Conflict(blocker) => Some(Wrong::NotPossible(blocker)),
                Finding::CodeUsedUp => Some(Wrong::CodeUsedUp(draft.code_field())),
                _ => None,
            };
            match draft.request() {
                Ok(request) => {
                    let findings = look(flow, &(&request).into()).findings;
                    findings.into_iter().filter_map(stop).collect()
                }
                Err(wrong) => wrong,
            }
        });
        Self {
            wrong,
            pressed: RwSignal::new(false),
            reported: RwSignal::new(Vec::new()),
        }
    }

    /// Whether the draft may go on to the check; what stands in the way is said from now on.
    fn passes(self) -> bool {
        let wrong = self.wrong.get_untracked();
        let passes = wrong.is_empty();
        self.pressed.set(true);
        self.reported.set(wrong);
        passes
    }

    /// What is wrong at a field.
    fn at(self, field: &'static str) -> Signal<Option<Text>> {
        Signal::derive(move || {
            let found = self
                .wrong
                .get()
                .into_iter()
                .find(|wrong| wrong.field() == field);
            found.filter(|_| self.pressed.get()).map(Wrong::message)
        })
    }

    /// What the summary lists.
    fn problems(self) -> Signal<Vec<Problem>> {
        Signal::derive(move || {
            let wrong = self.wrong.get();
            let still = self
                .reported
                .get()
                .into_iter()
                .filter(|reported| wrong.contains(reported));
            still
                .map(|wrong| Problem {
                    field: wrong.field(),
                    message: wrong.message(),
                })
                .collect()
        })
    }
}

/// Which qualification; one that is not possible now says why.
#[component]
fn KindField(flow: Flow, review: Review) -> impl IntoView {
    // Compared as data, so that a reading that changes nothing leaves the radio buttons and the focus alone.
    let verdicts = Memo::new(move |_| {
        flow.qualifications.value.with(|read| {
            let verdict = |kind| read.as_ref().map(|read| availability(&read.value, &kind));
            RequestableKind::ALL.map(|kind| (kind, verdict(kind)))
        })
    });
    let choices = Signal::derive(move || {
        verdicts
            .get()
            .into_iter()
            .map(kind_choice)
            .collect::<Vec<_>>()
    });
    view! {
        <RadioGroup
            id=field::KIND
            label=text(Key::KindLabel)
            choices
            error=review.at(field::KIND)
            value=flow.draft.kind
        />
    }
}

#[component]
fn EducationFields(flow: Flow, review: Review) -> impl IntoView {
    view! {
        <fieldset class="form__part" aria-label=text(Key::KindEducation)>
            <SelectField
                id=field::SEGMENT
                label=text(Key::SegmentLabel)
                none=text(Key::SegmentNone)
                choices=Signal::stored(segments())
                error=review.at(field::SEGMENT)
                value=flow.draft.segment
            />
            <Explained question=text(Key::HelpSegmentTitle) answer=text(Key::HelpSegment) />
            <TextField
                id=field::WEBSITE
                label=text(Key::WebsiteLabel)
                hint=text(Key::WebsiteHint)
                error=review.at(field::WEBSITE)
                value=flow.draft.website
                input_mode="url"
            />
        </fieldset>
    }
}

/// The partner's validation codes, read when they are first needed.
#[component]
fn GccFields(flow: Flow, review: Review) -> impl IntoView {
    let Flow { draft, codes, .. } = flow;
    let picked = Memo::new(move |_| draft.code.get());
    let choices = Signal::derive(move || {
        code_choices(codes.value.get().map(|read| read.value), &picked.get())
    });
    view! {
        <fieldset class="form__part" aria-label=text(Key::KindGcc)>
            <Explained question=text(Key::HelpGccTitle) answer=text(Key::HelpGcc) />
            <SelectField
                id=field::CODE
                label=text(Key::CodeLabel)
                hint=text(Key::CodeHint)
                none=text(Key::CodeNone)
                choices
                error=review.at(field::CODE)
                value=draft.code
            />
            <Explained question=text(Key::HelpCodeTitle) answer=text(Key::HelpCode) />
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
                    error=review.at(field::OTHER_CODE)
                    value=draft.other_code
                />
            </Show>
        </fieldset>
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
        Some(Availability::Blocked(blocker)) => (Some(text(blocker_words(blocker))), hint),
        Some(Availability::AllowedWithWarning(caution)) => (None, text(caution_words(caution))),
        Some(Availability::Allowed) | None => (None, hint),
    };
    Choice {
        value: slug(kind).to_owned(),
        label: Signal::derive(move || kind_name(&kind.into())),
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
        label: Signal::derive(move || code_label(&code)),
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
