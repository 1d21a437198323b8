//! Signing in and out as a person sees it: the sign-in page, signing in again in the middle, signing out, the idle limit.
//! Must not know how tokens are had.

use crate::auth::{Cause, Idle, Prompt, SessionState, SignInError, SignOut, Step, Why};
use crate::components::{Dialog, Icon, Notice, Page, Symbol, Tone};
use crate::entrance::Entrance;
use crate::features::diagnostics::DiagnosticsLink;
use crate::features::failure::Facts;
use crate::features::request::Requests;
use crate::features::start_up::TenantChoice;
use crate::i18n::{Key, Plural, fill, plural, t, text};
use crate::storage;
use leptos::prelude::*;

/// The page of somebody who is not signed in. The address stays, and is returned to.
#[component]
pub fn SignInPage(
    /// Why nobody is signed in.
    why: Why,
) -> impl IntoView {
    let entrance = Entrance::get();
    let note = match &why {
        Why::NeverSignedIn => None,
        Why::SignedOutHere { end_session } => {
            Some(view! { <SignedOut end_session=end_session.clone() /> }.into_any())
        }
        Why::IdleTooLong => Some(
            view! { <Notice tone=Tone::Info><p>{text(Key::SignInIdle)}</p></Notice> }.into_any(),
        ),
        Why::Expired => Some(
            view! { <Notice tone=Tone::Info><p>{text(Key::SignInExpired)}</p></Notice> }.into_any(),
        ),
        Why::Failed(error) => Some(view! { <SignInFailure error=error.clone() /> }.into_any()),
    };
    // A fresh sign-in is the only way in which a missing second factor can be asked for. After the idle limit it may be
    // somebody else who sits here, so the authority's own session must not do.
    let prompt = match &why {
        Why::IdleTooLong => Prompt::Login,
        Why::Failed(SignInError::Authority(said)) if said.cause() == Cause::Mfa => Prompt::Login,
        _ => Prompt::AsNeeded,
    };
    let at_once = matches!(why, Why::NeverSignedIn) && Entrance::was_asked_for();
    let point =
        |symbol: Symbol, key: Key| view! { <li><Icon symbol /><span>{text(key)}</span></li> };
    view! {
        <Page title=text(Key::SignInTitle)>
            <div class="sign-in">
                <p class="page__lead">{text(Key::SignInLead)}</p>
                {note}
                <div class="next-step"><SignInButton prompt at_once /></div>
                {use_context::<TenantChoice>().filter(TenantChoice::several).map(|choice| view! {
                    <p>
                        <button type="button" class="button" on:click=move |_| choice.again()>
                            {text(Key::TenantOther)}
                        </button>
                    </p>
                })}
                <ul class="sign-in__points">
                    {point(Symbol::Search, Key::SignInPointFind)}
                    {point(Symbol::Badge, Key::SignInPointAsk)}
                    {point(Symbol::Clock, Key::SignInPointFollow)}
                </ul>
                <p class="sign-in__note">
                    {text(if entrance.sandbox { Key::SignInNoteSandbox } else { Key::SignInNote })}
                </p>
            </div>
        </Page>
    }
}

/// The button that leads to the authority and back to this very address.
#[component]
pub fn SignInButton(
    /// What the authority is asked to show.
    prompt: Prompt,
    /// The button's name.
    #[prop(default = Key::SignIn)]
    label: Key,
    /// Whether it has been pressed before it was there.
    #[prop(default = false)]
    at_once: bool,
) -> impl IntoView {
    let entrance = Entrance::get();
    let tenant = use_context::<TenantChoice>();
    let leaving = RwSignal::new(false);
    let failure = RwSignal::new(None::<SignInError>);
    let sign_in = move || {
        if leaving.get_untracked() {
            return;
        }
        leaving.set(true);
        failure.set(None);
        // The way back leads through a fresh page, which has to know for whom the answer is.
        if let Some(choice) = tenant {
            choice.remember();
        }
        let auth = entrance.auth();
        leptos::task::spawn_local(async move {
            let outcome = auth.sign_in_with(prompt, &here()).await;
            leaving.try_set(false);
            // On the sign-in page the session's state tells the failure, and this button is gone by then.
            failure.try_set(outcome.err());
        });
    };
    if at_once {
        sign_in();
    }
    view! {
        <button
            type="button"
            class="button button--primary"
            aria-disabled=move || leaving.get().then_some("true")
            on:click=move |_| sign_in()
        >
            {text(label)}
        </button>
        {move || failure.get().map(|error| view! { <SignInFailure error /> })}
    }
}

/// Over the page, when the sign-in ended in the middle of something: what is on screen and what was typed stays.
#[component]
pub fn SignInAgain(
    /// Whether it is shown.
    open: RwSignal<bool>,
) -> impl IntoView {
    let entrance = Entrance::get();
    let sign_out = move |_| {
        storage::forget_all();
        entrance.auth().sign_out(SignOut::default());
    };
    view! {
        <Dialog title=text(Key::SignInAgainTitle) open dismissible=false heading_id="sign-in-again">
            <p>{text(Key::SignInAgain)}</p>
            <div class="dialog__actions">
                <SignInButton prompt=Prompt::AsNeeded />
                <button type="button" class="button" on:click=sign_out>{text(Key::SignOut)}</button>
            </div>
        </Dialog>
    }
}

#[component]
fn SignedOut(end_session: Option<String>) -> impl IntoView {
    view! {
        <Notice tone=Tone::Success>
            <p class="notice__title">{text(Key::SignedOutTitle)}</p>
            <p>{text(Key::SignedOut)}</p>
            {end_session.map(|address| view! {
                <p><a href=address rel="external">{text(Key::SignedOutEverywhere)}</a></p>
            })}
        </Notice>
    }
}

/// Signing out, after saying what it means.
#[component]
pub fn SignOutDialog(
    /// Whether it is shown.
    open: RwSignal<bool>,
) -> impl IntoView {
    let entrance = Entrance::get();
    let requests = Requests::get();
    let erase = RwSignal::new(false);
    let sign_out = move |_| {
        open.set(false);
        storage::forget_all();
        if erase.get_untracked() {
            storage::erase_history();
            leptos::task::spawn_local(requests.erase());
        }
        entrance.auth().sign_out(SignOut::default());
    };
    view! {
        <Dialog title=text(Key::SignOutTitle) open heading_id="sign-out">
            <p>{text(Key::SignOutWhat)}</p>
            {move || {
                let unresolved = requests.open();
                let count = unresolved.len();
                (!unresolved.is_empty()).then(|| view! {
                    <Notice tone=Tone::Warning>
                        <p>{move || plural(Plural::SignOutUnresolved, count)}</p>
                        <ul class="notice__list">
                            {unresolved.into_iter().map(|id| view! { <li><code>{id.to_string()}</code></li> }).collect_view()}
                        </ul>
                    </Notice>
                })
            }}
            <p class="tick">
                <input
                    type="checkbox"
                    id="sign-out-erase"
                    aria-describedby="sign-out-erase-note"
                    prop:checked=erase
                    on:change:target=move |event| erase.set(event.target().checked())
                />
                <label for="sign-out-erase">{text(Key::SignOutErase)}</label>
            </p>
            <p class="field__hint" id="sign-out-erase-note">{text(Key::SignOutEraseNote)}</p>
            <p class="dialog__actions">
                <button type="button" class="button button--primary" on:click=sign_out>{text(Key::SignOut)}</button>
                <button type="button" class="button" on:click=move |_| open.set(false)>{text(Key::Cancel)}</button>
            </p>
        </Dialog>
    }
}

/// The warning before the idle limit.
#[component]
pub fn IdleDialog() -> impl IntoView {
    let entrance = Entrance::get();
    let idle = entrance.auth().idle();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(matches!(idle.get(), Idle::Warning { .. })));
    // However it is closed, closing it is a sign of life.
    Effect::new(move |was: Option<bool>| {
        let is = open.get();
        if was == Some(true)
            && !is
            && entrance
                .auth()
                .state()
                .with_untracked(|state| matches!(state, SessionState::SignedIn(_)))
        {
            entrance.auth().stay();
        }
        is
    });
    view! {
        <Dialog title=text(Key::IdleTitle) open heading_id="idle">
            <p>{move || match idle.get() {
                Idle::Warning { seconds_left } => plural(Plural::IdleLeft, seconds_left as usize),
                Idle::Active => String::new(),
            }}</p>
            <p class="dialog__actions">
                <button type="button" class="button button--primary" on:click=move |_| open.set(false)>
                    {text(Key::IdleStay)}
                </button>
            </p>
        </Dialog>
    }
}

/// Why signing in did not work, who has to do what, and the details for support.
#[component]
fn SignInFailure(error: SignInError) -> impl IntoView {
    let mut facts = Vec::new();
    match &error {
        SignInError::Authority(said) => {
            facts.push((Key::SupportCode, said.error.clone()));
            facts.push((Key::SupportMessage, said.description.clone()));
            facts.extend(said.trace_id.clone().map(|id| (Key::SupportTrace, id)));
            facts.extend(
                said.correlation_id
                    .clone()
                    .map(|id| (Key::SupportCorrelation, id)),
            );
        }
        SignInError::IssuerMismatch { expected, got } => {
            facts.push((Key::SupportExpected, expected.clone()));
            facts.push((
                Key::SupportGot,
                got.clone()
                    .unwrap_or_else(|| untrack(|| t(Key::SupportNone))),
            ));
        }
        _ => {}
    }
    facts.retain(|(_, value)| !value.is_empty());
    let suspects_set_up = error.suspects_set_up();
    view! {
        <Notice tone=Tone::Failure>
            <p class="notice__title">{text(Key::SignInFailed)}</p>
            <p>{move || failure_words(&error)}</p>
            {suspects_set_up.then(|| view! { <p><DiagnosticsLink /></p> })}
            {(!facts.is_empty()).then(|| view! { <Facts facts /> })}
        </Notice>
    }
}

/// Why signing in did not work, and who has to do what.
pub fn failure_words(error: &SignInError) -> String {
    let key = match error {
        SignInError::NoAnswer(Step::Exchange | Step::Renewal) => Key::SignInNoAnswerToken,
        SignInError::NoAnswer(_) => Key::SignInNoAnswer,
        SignInError::Status(_, status) => {
            return fill(Key::SignInStatus, &[("status", status.to_string())]);
        }
        SignInError::Unreadable(_) | SignInError::TooLarge(_) => Key::SignInUnreadable,
        SignInError::DiscoveryWrong(_) => Key::SignInDiscovery,
        SignInError::StateMismatch | SignInError::NonceMismatch | SignInError::AudienceMismatch => {
            Key::SignInMismatch
        }
        SignInError::AttemptTooOld => Key::SignInTooOld,
        SignInError::IssuerMismatch { .. } => Key::SignInIssuer,
        SignInError::Authority(said) => refusal_words(said.cause()),
        SignInError::PersonChanged => Key::SignInPerson,
        SignInError::Expired | SignInError::NotSignedIn | SignInError::StillRefused => {
            Key::SignInExpired
        }
        SignInError::InsecureContext => Key::SignInInsecure,
        SignInError::StorageBlocked => Key::SignInStorage,
    };
    t(key)
}

/// Who has to do what, in one sentence or two.
pub fn refusal_words(cause: Cause) -> Key {
    match cause {
        Cause::Mfa => Key::SignInMfa,
        Cause::Interaction => Key::SignInInteraction,
        Cause::Policy => Key::SignInPolicy,
        Cause::Consent => Key::SignInConsent,
        Cause::Denied => Key::SignInDenied,
        Cause::Ended => Key::SignInEnded,
        Cause::UnknownApp => Key::SignInUnknownApp,
        Cause::RedirectAddress => Key::SignInRedirect,
        Cause::NotSinglePage => Key::SignInNotSinglePage,
        Cause::NotPublic => Key::SignInNotPublic,
        Cause::SetUp => Key::SignInSetUp,
        Cause::Other => Key::SignInAuthority,
    }
}

/// This address, as sign-in takes it to come back to.
fn here() -> String {
    let location = window().location();
    let parts = [location.pathname(), location.search(), location.hash()];
    parts.into_iter().filter_map(Result::ok).collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_refusal_of_the_authority_has_its_own_words_and_names_who_acts() {
        let mut seen = BTreeSet::new();
        for cause in Cause::ALL {
            let words = t(refusal_words(cause));
            let acts = ["Sign in", "administrator", "Try again"];
            assert!(
                acts.iter().any(|who| words.contains(who)),
                "{cause:?}: {words}"
            );
            assert!(seen.insert(words), "{cause:?} says nothing new");
        }
    }
}
