//! What speaks against a request, before one of the few is spent: in words, with what was looked at and what could not be.
//! Must not know the rules themselves: those are the API client's.

use super::Flow;
use super::draft::Draft;
use super::rules::{blocker_words, caution_words};
use crate::components::{Announcer, Icon, Notice, Symbol, Tone, focus_field};
use crate::features::past::Used;
use crate::i18n::{Key, Plural, Text, fill, isolated, listed, plural, t, text, text_with};
use crate::ledger::LIMIT;
use crate::partner_center::{
    AddressPart, Finding, GccCode, Known, Plan, Point, Precheck, RequestableKind, Severity,
    Website, precheck,
};
use leptos::prelude::*;

/// The id of the section's heading.
const TITLE: &str = "precheck";

/// Looks at a plan with what has been read so far; a view that asks follows it.
pub(super) fn look(flow: Flow, plan: &Plan) -> Precheck {
    let customer = flow.customer.value.get().map(|read| read.value);
    let qualifications = flow.qualifications.value.get().map(|read| read.value);
    let codes = flow.codes.value.get().map(|read| read.value);
    let known = Known {
        customer: customer.as_ref(),
        qualifications: qualifications.as_ref(),
        codes: codes.as_deref(),
        used_up: flow.past.used_up(),
        denied_for_good: flow.past.denied_for_good(),
    };
    precheck(plan, &known)
}

/// Looks at a form that is still being filled in; nothing before a qualification is chosen and everything is read.
pub(super) fn look_ahead(flow: Flow, draft: &Draft) -> Option<Precheck> {
    let kind = draft.kind().filter(|kind| known(flow, *kind))?;
    let website = Website::try_from(draft.website.trim()).ok();
    let code = GccCode::try_from(draft.code()).ok();
    let plan = Plan {
        kind,
        website: website.as_ref(),
        code: code.as_ref(),
    };
    let mut found = look(flow, &plan);
    // Who has not come to the website yet has not left it out; what is wrong with one that is typed, the field says.
    if draft.request().is_err() {
        found.findings.retain(|it| *it != Finding::WebsiteMissing);
        found.looked_at.retain(|point| *point != Point::Website);
    }
    Some(found)
}

/// Whether all there is to look at has been read, or could not be.
pub(super) fn known(flow: Flow, kind: RequestableKind) -> bool {
    let Flow {
        customer,
        qualifications,
        codes,
        past,
        ..
    } = flow;
    let customer = customer.value.with(Option::is_some) || customer.failure.with(Option::is_some);
    let qualifications =
        qualifications.value.with(Option::is_some) || qualifications.failure.with(Option::is_some);
    let of_kind = match kind {
        RequestableKind::GovernmentCommunityCloud => {
            codes.value.with(Option::is_some) || codes.failure.with(Option::is_some)
        }
        RequestableKind::Education => past.is_read(),
        RequestableKind::StateOwnedEntity => true,
    };
    customer && qualifications && of_kind
}

/// What was found, and what was looked at.
#[component]
pub(super) fn Prechecked(
    flow: Flow,
    /// What came of it; nothing while something is still being read.
    found: Memo<Option<Precheck>>,
) -> impl IntoView {
    view! {
        <section class="precheck" aria-labelledby=TITLE>
            <h2 class="section-head__title" id=TITLE tabindex="-1">{text(Key::PrecheckTitle)}</h2>
            {move || match found.get() {
                Some(found) => view! { <Result flow found /> }.into_any(),
                None => view! { <p class="precheck__aside">{text(Key::PrecheckReading)}</p> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Result(flow: Flow, found: Precheck) -> impl IntoView {
    let Precheck {
        findings,
        looked_at,
        not_looked_at,
    } = found;
    let used = looked_at
        .contains(&Point::Requests)
        .then(|| view! { <Used past=flow.past /> });
    let looked = (!looked_at.is_empty()).then(|| {
        let words = with_points(Key::PrecheckLooked, looked_at);
        view! { <p class="precheck__aside">{words}</p> }
    });
    view! {
        {match findings.is_empty() {
            true => view! {
                <p class="precheck__clear"><Icon symbol=Symbol::Check /> {text(Key::PrecheckClear)}</p>
            }.into_any(),
            false => view! { <Findings findings /> }.into_any(),
        }}
        {used}
        {looked}
        <NotLookedAt flow points=not_looked_at />
    }
}

#[component]
fn Findings(findings: Vec<Finding>) -> impl IntoView {
    let count = findings.len();
    let of_customer = findings.iter().any(is_of_customer);
    let lines = findings.into_iter().map(|finding| {
        let blocks = finding.severity() == Severity::Blocker;
        view! { <li class:precheck__blocker=blocks>{move || finding_words(&finding)}</li> }
    });
    view! {
        <Notice tone=Tone::Warning>
            <p class="notice__title">{move || plural(Plural::PrecheckFound, count)}</p>
            <ul class="notice__list">{lines.collect_view()}</ul>
            {of_customer.then(|| view! { <p class="notice__aside">{text(Key::PrecheckWhom)}</p> })}
        </Notice>
    }
}

/// What could not be looked at, and why. It never stops anybody.
#[component]
fn NotLookedAt(flow: Flow, points: Vec<Point>) -> impl IntoView {
    let announcer = Announcer::get();
    let unread = |point: &Point| match point {
        Point::Conflicts | Point::Requests => true,
        Point::Code => false,
        _ => flow.customer.value.with_untracked(Option::is_none),
    };
    let (unread, rest): (Vec<_>, Vec<_>) = points.into_iter().partition(unread);
    let (code, not_given): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|point| *point == Point::Code);
    let requests = unread.contains(&Point::Requests);
    let again = move |_| {
        focus_field(TITLE);
        if flow.qualifications.value.with_untracked(Option::is_none) {
            flow.qualifications.again();
        }
        leptos::task::spawn_local(async move {
            let records = async { !requests || flow.past.records.read().await.is_some() };
            let (customer, records) = futures::join!(flow.customer.read(), records);
            let read = customer.is_some() && records;
            let key = if read {
                Key::PrecheckAgain
            } else {
                Key::ReadAgainFailed
            };
            announcer.say(t(key));
        });
    };
    view! {
        {(!not_given.is_empty()).then(|| {
            view! { <p class="precheck__aside">{with_points(Key::PrecheckNotGiven, not_given)}</p> }
        })}
        {(!code.is_empty()).then(|| view! {
            <p class="precheck__aside">{text(Key::PrecheckCodeUnlisted)}</p>
        })}
        {(!unread.is_empty()).then(|| {
            view! {
                <p class="precheck__aside">{with_points(Key::PrecheckUnread, unread)}</p>
                <p><button type="button" class="button" on:click=again>{text(Key::LookAgain)}</button></p>
            }
        })}
    }
}

/// Whether it is for the customer's own administrator to correct.
fn is_of_customer(finding: &Finding) -> bool {
    matches!(
        finding,
        Finding::NamePlaceholder
            | Finding::EmailFree { .. }
            | Finding::EmailOfTenant { .. }
            | Finding::AddressIncomplete(_)
    )
}

/// What was found, and what it means.
pub(super) fn finding_words(finding: &Finding) -> String {
    match finding {
        Finding::Conflict(blocker) => t(blocker_words(*blocker)),
        Finding::Uncertain(caution) => t(caution_words(*caution)),
        Finding::CodeUsedUp => t(Key::FindingCodeUsedUp),
        Finding::RequestsUsedUp => {
            fill(Key::FindingRequestsUsedUp, &[("limit", LIMIT.to_string())])
        }
        Finding::DeniedForGood => t(Key::FindingDeniedForGood),
        Finding::WebsiteMissing => t(Key::FindingWebsiteMissing),
        Finding::WebsiteElsewhere { host, domains } if domains.is_empty() => {
            fill(Key::FindingWebsiteOfTenant, &[("host", isolated(host))])
        }
        Finding::WebsiteElsewhere { host, domains } => {
            let domains = listed(domains.iter().map(|domain| isolated(domain)));
            let host = isolated(host);
            fill(
                Key::FindingWebsiteElsewhere,
                &[("host", host), ("domains", domains)],
            )
        }
        Finding::NamePlaceholder => t(Key::FindingName),
        Finding::EmailFree { domain } => {
            fill(Key::FindingEmailFree, &[("domain", isolated(domain))])
        }
        Finding::EmailOfTenant { domain } => {
            fill(Key::FindingEmailOfTenant, &[("domain", isolated(domain))])
        }
        Finding::AddressIncomplete(parts) => {
            let parts = listed(parts.iter().map(|part| t(part_name(*part))));
            fill(Key::FindingAddress, &[("parts", parts)])
        }
    }
}

fn with_points(key: Key, points: Vec<Point>) -> Text {
    text_with(key, move || {
        [(
            "points",
            listed(points.iter().map(|point| t(point_name(*point)))),
        )]
    })
}

fn point_name(point: Point) -> Key {
    match point {
        Point::Conflicts => Key::PointConflicts,
        Point::Code => Key::PointCode,
        Point::Requests => Key::PointRequests,
        Point::Website => Key::PointWebsite,
        Point::Domains => Key::PointDomains,
        Point::Name => Key::PointName,
        Point::Email => Key::PointEmail,
        Point::Address => Key::PointAddress,
    }
}

fn part_name(part: AddressPart) -> Key {
    match part {
        AddressPart::Street => Key::PartStreet,
        AddressPart::City => Key::PartCity,
        AddressPart::PostalCode => Key::PartPostalCode,
        AddressPart::Country => Key::PartCountry,
    }
}
