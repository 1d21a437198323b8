//! The one way a failed call is shown: what could not be done, why, what to do, and the details that support asks for.
//! Must not know who made the call.

use crate::auth::Prompt;
use crate::components::{CopyButton, Notice, Tone};
use crate::features::sign_in::SignInButton;
use crate::i18n::{Key, around, fill, t, text};
use crate::partner_center::{Error, ErrorKind, Operation};
use leptos::prelude::*;

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
    // The service refused the sign-in itself; renewing it did not help, so only the person can.
    let fresh = matches!(error.kind, ErrorKind::MfaNeeded | ErrorKind::SignInNeeded)
        && error.status.is_some();
    view! {
        <Notice tone=Tone::Failure>
            <p class="notice__title">{t(what_failed(error.operation))}</p>
            <p>{explanation(&error)}</p>
            {words.map(|words| view! {
                <p class="service-words">
                    {before} <q class="service-words__text"><bdi>{words}</bdi></q> {after}
                </p>
            })}
            {fresh.then(|| view! {
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
    let copied = facts
        .iter()
        .map(|(key, value)| format!("{}: {value}\n", t(*key)))
        .collect::<String>();
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
            <CopyButton label=text(Key::SupportCopy) content=Signal::stored(copied) />
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
    }
}

/// Why, and what to do next.
fn explanation(error: &Error) -> String {
    let key = match &error.kind {
        ErrorKind::Cancelled => Key::FailureCancelled,
        ErrorKind::NoAnswer if !window().navigator().on_line() => Key::FailureOffline,
        ErrorKind::NoAnswer => Key::FailureNoAnswer,
        ErrorKind::TimedOut => Key::FailureTimedOut,
        ErrorKind::Throttled => {
            let seconds = error.retry_after.unwrap_or(30).to_string();
            return fill(Key::FailureThrottled, &[("seconds", seconds)]);
        }
        ErrorKind::SignInNeeded => Key::FailureSignIn,
        ErrorKind::SignInUnreachable => Key::FailureSignInUnreachable,
        ErrorKind::MfaNeeded => Key::FailureMfa,
        ErrorKind::NotAllowed => Key::FailureNotAllowed,
        ErrorKind::NotFound => match error.operation {
            Operation::Search | Operation::ValidationCodes => Key::FailureNoSuchAddress,
            _ => Key::FailureNotFound,
        },
        ErrorKind::Conflict => Key::FailureConflict,
        ErrorKind::Refused if error.message.is_none() => Key::FailureRefusedSilently,
        ErrorKind::Refused => Key::FailureRefused,
        ErrorKind::ServiceFailed => Key::FailureService,
        ErrorKind::UnexpectedAnswer(_) => Key::FailureUnexpected,
    };
    t(key)
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
