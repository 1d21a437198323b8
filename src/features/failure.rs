//! The one way a failed call is shown: what could not be done, why, what to do, and the details that support asks for.
//! Must not know who made the call.

use crate::auth::Prompt;
use crate::components::{CopyButton, Notice, Tone};
use crate::features::diagnostics::DiagnosticsLink;
use crate::features::sign_in::SignInButton;
use crate::i18n::{Key, around, lasting, t, text, text_with};
use crate::partner_center::{Diagnosis, Error, Operation};
use leptos::prelude::*;

/// How many seconds to wait where the service does not say.
pub const USUAL_WAIT: u32 = 30;

/// An alert about a failed call.
#[component]
pub fn Failure(
    /// What failed.
    error: Error,
    /// What can be done about it right here, such as a button to try again.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let words = error.message.clone();
    let (before, after) = around(Key::FailureServiceSays);
    let diagnosis = Diagnosis::of(&error);
    let (why, next) = explained(diagnosis);
    let wait = error.retry_after.unwrap_or(USUAL_WAIT);
    view! {
        <Notice tone=Tone::Failure>
            <p class="notice__title">{text(what_failed(error.operation))}</p>
            <p>{text(why)}</p>
            {words.map(|words| view! {
                <p class="service-words">
                    {before} <q class="service-words__text"><bdi lang="">{words}</bdi></q> {after}
                </p>
            })}
            <p>{text_with(next, move || [("wait", lasting(f64::from(wait), "second"))])}</p>
            {diagnosis.suspects_set_up().then(|| view! { <p><DiagnosticsLink /></p> })}
            {diagnosis.wants_sign_in().then(|| view! {
                <div class="notice__actions"><SignInButton prompt=Prompt::Login label=Key::SignInFresh /></div>
            })}
            {children.map(|children| view! { <div class="notice__actions">{children()}</div> })}
            <Facts facts=facts(&error) />
        </Notice>
    }
}

/// The facts that support asks for, and a button that copies them.
#[component]
pub fn Facts(
    /// Each with its name.
    facts: Vec<(Key, String)>,
) -> impl IntoView {
    let all = facts.clone();
    let line = |(key, value): &(Key, String)| format!("{}: {value}\n", t(*key));
    let copied = Signal::derive(move || all.iter().map(line).collect::<String>());
    let row = |(key, value): (Key, String)| {
        view! {
            <div class="facts__row">
                <dt>{text(key)}</dt>
                <dd><bdi>{value}</bdi></dd>
            </div>
        }
    };
    view! {
        <details class="support">
            <summary>{text(Key::SupportTitle)}</summary>
            <dl class="facts facts--small">{facts.into_iter().map(row).collect_view()}</dl>
            <CopyButton label=text(Key::SupportCopy) content=copied />
        </details>
    }
}

/// What could not be done, in one sentence.
pub fn what_failed(operation: Operation) -> Key {
    match operation {
        Operation::Customer => Key::FailureCustomer,
        Operation::Search => Key::FailureSearch,
        Operation::Qualifications => Key::FailureQualifications,
        Operation::RequestQualification => Key::FailureRequest,
        Operation::ValidationCodes => Key::FailureCodes,
        Operation::AuditRecords => Key::FailureAudit,
        Operation::AccountValidation => Key::FailureAccount,
    }
}

/// Why it failed, and what to do next.
pub fn explained(diagnosis: Diagnosis) -> (Key, Key) {
    match diagnosis {
        Diagnosis::Stopped => (Key::FailureCancelled, Key::FailureCancelledNext),
        Diagnosis::Offline => (Key::FailureOffline, Key::FailureOfflineNext),
        Diagnosis::Blocked => (Key::FailureBlocked, Key::FailureBlockedNext),
        Diagnosis::SiteUnreachable => {
            (Key::FailureSiteUnreachable, Key::FailureSiteUnreachableNext)
        }
        Diagnosis::RelayMissing => (Key::FailureRelayMissing, Key::FailureRelayMissingNext),
        Diagnosis::ConnectionLost => (Key::FailureConnectionLost, Key::FailureConnectionLostNext),
        Diagnosis::Unexplained => (Key::FailureNoAnswer, Key::FailureNoAnswerNext),
        Diagnosis::TimedOut => (Key::FailureTimedOut, Key::FailureTimedOutNext),
        Diagnosis::WebPage => (Key::FailureWebPage, Key::FailureWebPageNext),
        Diagnosis::Unreadable => (Key::FailureUnexpected, Key::FailureUnexpectedNext),
        Diagnosis::NothingThere => (Key::FailureNoSuchAddress, Key::FailureNoSuchAddressNext),
        Diagnosis::MethodRefused => (Key::FailureMethod, Key::FailureMethodNext),
        Diagnosis::SignInEnded => (Key::FailureSignInEnded, Key::FailureSignInEndedNext),
        Diagnosis::SignInUnreachable => (
            Key::FailureSignInUnreachable,
            Key::FailureSignInUnreachableNext,
        ),
        Diagnosis::SignInOrMfa => (Key::FailureSignIn, Key::FailureSignInNext),
        Diagnosis::MfaMissing => (Key::FailureMfa, Key::FailureMfaNext),
        Diagnosis::TokenRefused => (Key::FailureTokenRefused, Key::FailureTokenRefusedNext),
        Diagnosis::TokenLost => (Key::FailureTokenLost, Key::FailureTokenLostNext),
        Diagnosis::AudienceRetired => (Key::FailureAudience, Key::FailureAudienceNext),
        Diagnosis::AppNotAccepted => (Key::FailureAppKind, Key::FailureAppKindNext),
        Diagnosis::RoleMissing => (Key::FailureRole, Key::FailureRoleNext),
        Diagnosis::MayNotRequest => (Key::FailureRoleToRequest, Key::FailureRoleToRequestNext),
        Diagnosis::ConditionalAccess => (
            Key::FailureConditionalAccess,
            Key::FailureConditionalAccessNext,
        ),
        Diagnosis::ActionNotAllowed => (
            Key::FailureActionNotAllowed,
            Key::FailureActionNotAllowedNext,
        ),
        Diagnosis::NotAllowed => (Key::FailureNotAllowed, Key::FailureNotAllowedNext),
        Diagnosis::AgreementMissing => (Key::FailureAgreement, Key::FailureAgreementNext),
        Diagnosis::ResellerAgreementMissing => (
            Key::FailureAgreementReseller,
            Key::FailureAgreementResellerNext,
        ),
        Diagnosis::ProgrammeInactive => (Key::FailureProgramme, Key::FailureProgrammeNext),
        Diagnosis::NotOnboarded => (Key::FailureNotOnboarded, Key::FailureNotOnboardedNext),
        Diagnosis::PartnerUnknown => (Key::FailurePartnerUnknown, Key::FailurePartnerUnknownNext),
        Diagnosis::NoRelationship => (Key::FailureNoRelationship, Key::FailureNoRelationshipNext),
        Diagnosis::CustomerUnknown => (Key::FailureNotFound, Key::FailureNotFoundNext),
        Diagnosis::CustomerLocked => (Key::FailureCustomerLocked, Key::FailureCustomerLockedNext),
        Diagnosis::AccountUnderReview => (Key::FailureAccountReview, Key::FailureAccountReviewNext),
        Diagnosis::AccountNotApproved => (
            Key::FailureAccountNotApproved,
            Key::FailureAccountNotApprovedNext,
        ),
        Diagnosis::InvalidInput => (Key::FailureInput, Key::FailureInputNext),
        Diagnosis::ValueUnknown => (Key::FailureValue, Key::FailureValueNext),
        Diagnosis::NotSupported => (Key::FailureNotSupported, Key::FailureNotSupportedNext),
        Diagnosis::WrongEnvironment => (Key::FailureEnvironment, Key::FailureEnvironmentNext),
        Diagnosis::SandboxLimit => (Key::FailureSandboxLimit, Key::FailureSandboxLimitNext),
        Diagnosis::ConditionFailed => (Key::FailureCondition, Key::FailureConditionNext),
        Diagnosis::ChangedMeanwhile => (Key::FailureConflict, Key::FailureConflictNext),
        Diagnosis::Refused => (Key::FailureRefused, Key::FailureRefusedNext),
        Diagnosis::RefusedSilently => {
            (Key::FailureRefusedSilently, Key::FailureRefusedSilentlyNext)
        }
        Diagnosis::Throttled => (Key::FailureThrottled, Key::FailureThrottledNext),
        Diagnosis::ServiceFault => (Key::FailureService, Key::FailureServiceNext),
    }
}

fn facts(error: &Error) -> Vec<(Key, String)> {
    let status = error.status.map(|status| status.to_string());
    [
        (Key::SupportMessage, error.message.clone()),
        (Key::SupportCode, error.code.clone()),
        (Key::SupportStatus, status),
        (Key::SupportCorrelation, error.correlation_id.clone()),
        (Key::SupportRequest, error.request_id.clone()),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key, value?)))
    .collect()
}
