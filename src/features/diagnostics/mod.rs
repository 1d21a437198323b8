//! The page that says whether the site is set up rightly, and if not, what is wrong, how to mend it, and who has to.
//! Must not know how calls are made.

mod findings;
mod observed;
mod policy;
mod probes;

use crate::auth::{Prompt, SessionState};
use crate::components::{Announcer, CopyButton, Page, StatusTag, Symbol};
use crate::entrance::Entrance;
use crate::features::sign_in::SignInButton;
use crate::features::start_up::TenantChoice;
use crate::i18n::{Key, Plural, fill, plural, t, text};
use crate::routes::{self, Route};
use crate::services::Services;
use findings::{Finding, State, findings};
use leptos::prelude::*;
use observed::Observed;
use probes::Reach;

/// The page. It needs no sign-in, and no configuration that can be used; what it has of them it checks as well.
#[component]
pub fn DiagnosticsPage() -> impl IntoView {
    let reach = Reach {
        entrance: use_context::<Entrance>(),
        services: use_context::<Services>(),
        tenant: use_context::<TenantChoice>(),
    };
    let announcer = Announcer::get();
    let seen = RwSignal::new(Observed::default());
    let found = Memo::new(move |_| seen.with(findings));
    let running = RwSignal::new(false);
    let check = move || {
        if running.get_untracked() {
            return;
        }
        running.set(true);
        leptos::task::spawn_local(async move {
            if probes::observe(reach, seen).await.is_some() {
                running.try_set(false);
                announcer.say(summary(&found.get_untracked()));
            }
        });
    };
    check();
    let outcome = move || match running.get() {
        true => t(Key::DiagnosticsChecking),
        false => found.with(|found| summary(found)),
    };
    let report = Signal::derive(move || seen.with(|seen| report(seen, &found.get())));
    view! {
        <Page title=text(Key::DiagnosticsTitle)>
            <p class="page__lead">{text(Key::DiagnosticsLead)}</p>
            <div class="checks__head">
                <p class="checks__outcome">{outcome}</p>
                <button
                    type="button"
                    class="button"
                    aria-disabled=move || running.get().then_some("true")
                    on:click=move |_| check()
                >
                    {text(Key::DiagnosticsAgain)}
                </button>
                <CopyButton label=text(Key::DiagnosticsCopy) content=report />
            </div>
            <div class="checks">{move || found.get().into_iter().map(row).collect_view()}</div>
            {reach.entrance.map(|entrance| view! { <SignInHere entrance /> })}
            <p class="read-at">{move || seen.with(about)}</p>
        </Page>
    }
}

/// The way to the checks that take a sign-in, and back here.
#[component]
fn SignInHere(entrance: Entrance) -> impl IntoView {
    let state = entrance.auth().state();
    let signed_out = Memo::new(move |_| matches!(state.get(), SessionState::SignedOut(_)));
    move || {
        signed_out.get().then(|| {
            view! {
                <div class="checks__head">
                    <p>{text(Key::DiagnosticsSignIn)}</p>
                    <SignInButton prompt=Prompt::AsNeeded />
                </div>
            }
        })
    }
}

/// The link to this page, for where something makes one suspect the set-up.
#[component]
pub fn DiagnosticsLink(
    /// What it is called.
    #[prop(default = Key::DiagnosticsLink)]
    label: Key,
) -> impl IntoView {
    view! { <a href=Route::Diagnostics.href()>{text(label)}</a> }
}

/// How a state looks and what it is called.
fn shape(state: State) -> (Symbol, &'static str, Key) {
    match state {
        State::Works => (Symbol::Check, "good", Key::DiagnosticsWorks),
        State::Attention => (Symbol::Warning, "bad", Key::DiagnosticsAttention),
        State::Unchecked => (Symbol::Question, "plain", Key::DiagnosticsUnchecked),
    }
}

fn row(finding: Finding) -> impl IntoView {
    let (symbol, kind, label) = shape(finding.state);
    let line = |line: String| view! { <li>{line}</li> };
    let next = finding.next_words().zip(finding.next);
    view! {
        <article class=format!("check check--{kind}") aria-label=text(finding.check)>
            <h2 class="check__title">{text(finding.check)}</h2>
            <StatusTag symbol kind label=text(label) />
            <div class="check__body">
                <p>{finding.words()}</p>
                {(!finding.lines.is_empty()).then(|| view! {
                    <ul class="notice__list">{finding.lines.into_iter().map(line).collect_view()}</ul>
                })}
                {next.map(|(words, (who, _))| view! {
                    <p><strong>{text(Key::DiagnosticsNext)}</strong> " " {words}</p>
                    <p class="check__who"><strong>{text(Key::DiagnosticsWho)}</strong> " " {text(who)}</p>
                })}
                {finding.redirect.map(|address| view! {
                    <p>
                        {text(Key::DiagnosticsRedirect)} " " <code>{address.clone()}</code> " "
                        <CopyButton label=text(Key::DiagnosticsRedirectCopy) content=Signal::stored(address) />
                    </p>
                })}
            </div>
        </article>
    }
}

fn summary(found: &[Finding]) -> String {
    let wrong = found.iter().filter(|one| one.state == State::Attention);
    match wrong.count() {
        0 => t(Key::DiagnosticsAllFine),
        wrong => plural(Plural::DiagnosticsWrong, wrong),
    }
}

/// Which app this is, where and when.
fn about(seen: &Observed) -> String {
    let now = js_sys::Date::new_0().to_iso_string();
    let about = [
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        (
            "address",
            format!("{}{}/", seen.page.origin, routes::base()),
        ),
        ("time", String::from(now)),
    ];
    let about = fill(Key::DiagnosticsReport, &about);
    match &seen.commit {
        Some(commit) => {
            let commit = fill(Key::DiagnosticsCommit, &[("commit", commit)]);
            format!("{about}, {commit}")
        }
        None => about,
    }
}

/// Everything as plain text, for whoever is to mend it.
fn report(seen: &Observed, found: &[Finding]) -> String {
    let browser = window().navigator().user_agent().unwrap_or_default();
    let mut report = format!("{}\n{browser}\n", about(seen));
    for finding in found {
        let (_, _, state) = shape(finding.state);
        report += &format!("\n{}: {}\n", t(finding.check), t(state));
        report += &format!("  {}\n", finding.words());
        for line in &finding.lines {
            report += &format!("  - {line}\n");
        }
        if let Some((words, (who, _))) = finding.next_words().zip(finding.next) {
            report += &format!("  {} {words}\n", t(Key::DiagnosticsNext));
            report += &format!("  {} {}\n", t(Key::DiagnosticsWho), t(who));
        }
        if let Some(address) = &finding.redirect {
            report += &format!("  {} {address}\n", t(Key::DiagnosticsRedirect));
        }
    }
    report
}
