//! Why a qualification was denied, what to correct, who can, and whether to ask again.
//! Must not know how a request is made.

use crate::components::HEADING;
use crate::i18n::{Key, around, text};
use crate::location::Location;
use crate::partner_center::{
    CustomerId, KnownReason, Qualification, QualificationKind, RequestableKind,
};
use crate::routes::{GUIDE, Route};
use leptos::html;
use leptos::prelude::*;

/// What a denial asks for, part by part.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Guide {
    /// What the reason means.
    means: Key,
    /// What to correct.
    correct: Key,
    /// Who can correct it, and where.
    whom: Key,
    /// Whether another request makes sense.
    again: Key,
    /// Whether one is offered: not where another request alone makes no sense.
    offered: bool,
    /// Where help is.
    links: &'static [Link],
}

/// A page elsewhere. Only documented addresses: none of them leads to one customer.
type Link = (&'static str, Key);

const ADMIN_CENTER: Link = ("https://admin.microsoft.com/", Key::LinkAdminCenter);
/// Microsoft 365 docs: change-address-contact-and-more.
const CORRECTING: Link = (
    "https://learn.microsoft.com/microsoft-365/admin/manage/change-address-contact-and-more",
    Key::LinkCorrecting,
);
/// Partner Center docs: sell-to-education-customers.
const CRITERIA: Link = (
    "https://learn.microsoft.com/partner-center/customers/sell-to-education-customers",
    Key::LinkCriteria,
);
const PARTNER_CENTER: Link = (
    "https://partner.microsoft.com/dashboard",
    Key::LinkPartnerCenter,
);

const CORRECTED_BY_CUSTOMER: &[Link] = &[ADMIN_CENTER, CORRECTING, CRITERIA];
const DECIDED_BY_SUPPORT: &[Link] = &[PARTNER_CENTER, CRITERIA];

/// What any denial of Education asks for: that no reason is known changes only what it means.
fn general(means: Key) -> Guide {
    Guide {
        means,
        correct: Key::CorrectAny,
        whom: Key::WhomProfile,
        again: Key::AgainAny,
        offered: true,
        links: CORRECTED_BY_CUSTOMER,
    }
}

/// What each known reason asks for. The reasons: Partner Center docs, api-change-log, December 2020. What is checked, who
/// corrects it, three requests, and support after that: sell-to-education-customers. Where details are corrected, and that
/// the country cannot be: Microsoft 365 docs, change-address-contact-and-more. Which libraries and museums count:
/// Microsoft's Qualified Educational User definition.
fn guide(reason: KnownReason) -> Guide {
    let eligible = |means, correct| Guide {
        correct,
        ..general(means)
    };
    let guide = match reason {
        KnownReason::NotEducation => eligible(Key::ReasonNotEducation, Key::CorrectNotEducation),
        KnownReason::NotEligibleLibrary => eligible(Key::ReasonLibrary, Key::CorrectLibrary),
        KnownReason::NotEligibleMuseum => eligible(Key::ReasonMuseum, Key::CorrectMuseum),
        KnownReason::NoLongerEducation => Guide {
            again: Key::AgainNoLonger,
            ..eligible(Key::ReasonNoLongerEducation, Key::CorrectNoLongerEducation)
        },
        KnownReason::NotAcademicDomain => Guide {
            whom: Key::WhomDomain,
            links: &[ADMIN_CENTER, CRITERIA],
            ..eligible(Key::ReasonDomain, Key::CorrectDomain)
        },
        KnownReason::NotEducationAfterReview => Guide {
            correct: Key::CorrectAfterReview,
            whom: Key::WhomEvidence,
            again: Key::AgainEvidence,
            links: DECIDED_BY_SUPPORT,
            ..general(Key::ReasonAfterReview)
        },
        KnownReason::Restricted => Guide {
            correct: Key::CorrectRestricted,
            whom: Key::WhomSupport,
            again: Key::AgainRestricted,
            links: DECIDED_BY_SUPPORT,
            ..general(Key::ReasonRestricted)
        },
    };
    Guide {
        offered: !reason.is_final(),
        ..guide
    }
}

/// What the documents say about denials, they say about Education.
fn guide_for(qualification: &Qualification) -> Option<Guide> {
    let education = qualification.kind == QualificationKind::Education;
    let guide = match qualification.known_reason() {
        Some(reason) => guide(reason),
        None if qualification.reason.is_none() => general(Key::DeniedSilent),
        None => general(Key::DeniedUnknown),
    };
    education.then_some(guide)
}

/// Why it was denied, and what to do now.
#[component]
pub(super) fn Denied(
    customer: CustomerId,
    qualification: Qualification,
    /// Whether a newer entry has overtaken this one, so that there is nothing to do.
    overtaken: bool,
    /// Whether the way to ask again stands here.
    again: bool,
) -> impl IntoView {
    let guide = guide_for(&qualification);
    let means = guide.map_or(Key::DeniedOther, |guide| guide.means);
    let (before, after) = around(Key::DeniedReason);
    view! {
        {qualification.reason.map(|reason| view! {
            <p class="card__reason">{before} <Reason reason /> {after}</p>
        })}
        <p class="card__note">{text(means)}</p>
        {(!overtaken).then(|| match guide {
            Some(guide) => view! { <WhatToDo customer guide again /> }.into_any(),
            None => view! { <Links links=&[PARTNER_CENTER] /> }.into_any(),
        })}
    }
}

/// A reason in the service's own words, marked with their language: that of the documents, or nobody knows which.
#[component]
pub fn Reason(reason: String) -> impl IntoView {
    let language = KnownReason::read(&reason).map_or("", |_| "en");
    view! { <q><bdi lang=language>{reason}</bdi></q> }
}

/// The guide, open where a link led to it.
#[component]
fn WhatToDo(customer: CustomerId, guide: Guide, again: bool) -> impl IntoView {
    let asked_for = Location::get().hash_now().trim_start_matches('#') == GUIDE;
    let summary = NodeRef::<html::Summary>::new();
    Effect::new(move |_| {
        if let Some(summary) = summary.get().filter(|_| asked_for && nobody_is_elsewhere()) {
            let _ = summary.focus();
        }
    });
    let part = |title: Key, words: Key| {
        view! { <div><dt>{text(title)}</dt><dd>{text(words)}</dd></div> }
    };
    let href = Route::Request(customer, Some(RequestableKind::Education)).href();
    view! {
        <details class="guide" id=GUIDE open=asked_for>
            <summary node_ref=summary>{text(Key::GuideTitle)}</summary>
            <dl class="guide__parts">
                {part(Key::GuideCorrect, guide.correct)}
                {part(Key::GuideWhom, guide.whom)}
                {part(Key::GuideAgain, guide.again)}
            </dl>
            <Links links=guide.links />
        </details>
        {(again && guide.offered).then(|| view! {
            <p><a class="button button--primary" href=href>{text(Key::RequestAgain)}</a></p>
        })}
    }
}

#[component]
fn Links(links: &'static [Link]) -> impl IntoView {
    let link = |(address, words): Link| {
        view! {
            <li>
                <a href=address target="_blank" rel="noopener">
                    {text(words)} <span class="visually-hidden">" " {text(Key::GuideNewTab)}</span>
                </a>
            </li>
        }
    };
    view! { <ul class="guide__links">{links.iter().copied().map(link).collect_view()}</ul> }
}

/// Whether the focus is where a new page has it: whoever has gone on is left where they are.
fn nobody_is_elsewhere() -> bool {
    document()
        .active_element()
        .is_none_or(|active| active.id() == HEADING || active.tag_name() == "BODY")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partner_center::VettingStatus;
    use std::collections::HashSet;

    fn denied(reason: Option<&str>) -> Qualification {
        Qualification {
            kind: QualificationKind::Education,
            status: Some(VettingStatus::Denied),
            reason: reason.map(str::to_owned),
            since: None,
        }
    }

    #[test]
    fn every_known_reason_has_a_meaning_and_a_correction_of_its_own() {
        let guides = KnownReason::ALL.map(guide);
        let means: HashSet<_> = guides.iter().map(|guide| guide.means).collect();
        let correct: HashSet<_> = guides.iter().map(|guide| guide.correct).collect();
        assert_eq!((means.len(), correct.len()), (7, 7));
        for general in [general(Key::DeniedSilent), general(Key::DeniedUnknown)] {
            assert!(!means.contains(&general.means));
            assert!(!correct.contains(&general.correct));
        }
    }

    #[test]
    fn another_request_is_offered_where_a_correction_can_change_something() {
        for reason in KnownReason::ALL {
            let guide = guide(reason);
            let needs_support = matches!(
                reason,
                KnownReason::NotEducationAfterReview | KnownReason::Restricted
            );
            assert_eq!(guide.offered, !needs_support, "{reason:?}");
            assert_eq!(
                guide.links.contains(&PARTNER_CENTER),
                needs_support,
                "{reason:?}"
            );
            assert_eq!(
                guide.links.contains(&ADMIN_CENTER),
                !needs_support,
                "{reason:?}"
            );
        }
    }

    #[test]
    fn a_reason_that_is_unknown_or_missing_has_the_general_guide() {
        let guides = [
            guide_for(&denied(Some("The moon was in the wrong house"))),
            guide_for(&denied(None)),
        ];
        assert_eq!(
            guides,
            [Key::DeniedUnknown, Key::DeniedSilent].map(|means| Some(general(means)))
        );
    }

    #[test]
    fn what_is_known_of_education_is_not_said_of_another_qualification() {
        let government = Qualification {
            kind: QualificationKind::GovernmentCommunityCloud,
            ..denied(Some("Not an Academic Domain"))
        };
        assert_eq!(guide_for(&government), None);
    }
}
