//! Before anybody can sign in: what is wrong with the site's set-up, and which of several tenants to use.
//! Must not know how the set-up is read.

use crate::assets::AssetError;
use crate::components::{Notice, Page, Tone};
use crate::config::{ConfigError, Expected, FieldProblem, Tenant};
use crate::features::diagnostics::DiagnosticsLink;
use crate::i18n::{Key, fill, t, text, text_with};
use crate::storage;
use leptos::prelude::*;

/// Why the site cannot be used as it is set up.
#[derive(Clone, Debug, PartialEq)]
pub enum SetUpProblem {
    /// `config.json` could not be read.
    Unread(AssetError),
    /// `config.json` does not say what it must.
    Wrong(ConfigError),
}

/// The page in place of the app.
#[component]
pub fn SetUpProblemPage(
    /// What is wrong.
    problem: SetUpProblem,
) -> impl IntoView {
    let temporary = matches!(
        problem,
        SetUpProblem::Unread(AssetError::NoAnswer | AssetError::Status(_))
    );
    let body = match problem {
        SetUpProblem::Unread(error) => view! { <p>{move || unread(&error)}</p> }.into_any(),
        SetUpProblem::Wrong(ConfigError::NotJson { line, column }) => {
            let place = move || [("line", line.to_string()), ("column", column.to_string())];
            view! { <p>{text_with(Key::ConfigNotJson, place)}</p> }.into_any()
        }
        SetUpProblem::Wrong(ConfigError::NotAnObject) => {
            view! { <p>{text(Key::ConfigNotObject)}</p> }.into_any()
        }
        SetUpProblem::Wrong(ConfigError::Fields(problems)) => view! {
            <p>{text(Key::ConfigFields)}</p>
            <dl class="facts">{problems.into_iter().map(field).collect_view()}</dl>
        }
        .into_any(),
    };
    let reload = |_| drop(window().location().reload());
    let title = match temporary {
        true => Key::ConfigTitleLater,
        false => Key::ConfigTitle,
    };
    view! {
        <Page title=text(title)>
            <Notice tone=Tone::Failure>
                <p class="notice__title">{text(Key::ConfigLead)}</p>
                {body}
                <div class="notice__actions">
                    <button type="button" class="button" on:click=reload>{text(Key::Reload)}</button>
                </div>
            </Notice>
            <p>{text(Key::ConfigWho)} " " <DiagnosticsLink /></p>
        </Page>
    }
}

fn field(problem: FieldProblem) -> impl IntoView {
    view! {
        <div class="facts__row">
            <dt><code>{problem.field.clone()}</code></dt>
            <dd>{move || wanted(&problem)}</dd>
        </div>
    }
}

/// What is wrong with a field, on one line.
pub fn problem_words(problem: &FieldProblem) -> String {
    format!("{}: {}", problem.field, wanted(problem))
}

/// What belongs into a field, and what is there.
fn wanted(problem: &FieldProblem) -> String {
    let found = match &problem.found {
        Some(found) => fill(Key::ConfigFound, &[("found", found)]),
        None => t(Key::ConfigMissing),
    };
    format!("{} {found}", expected(problem.expected))
}

fn expected(expected: Expected) -> String {
    let key = match expected {
        Expected::HttpsAddress => Key::ExpectAddress,
        Expected::HttpsAddressOrEmpty => Key::ExpectAddressOrEmpty,
        Expected::Guid => Key::ExpectGuid,
        Expected::OwnGuid => Key::ExpectOwnGuid,
        Expected::ListOfScopes => Key::ExpectScopes,
        Expected::Scope(scope) => return fill(Key::ExpectScope, &[("scope", scope)]),
        // Words of a file, as they are typed there; a list in somebody's language would cost the first visit 450 bytes.
        Expected::OneOf(words) => return fill(Key::ExpectOneOf, &[("words", words.join(", "))]),
        Expected::LanguageTag => Key::ExpectLanguage,
        Expected::PositiveNumber => Key::ExpectNumber,
        Expected::ListOfTenants => Key::ExpectTenants,
        Expected::Text => Key::ExpectText,
        Expected::UniqueName => Key::ExpectUnique,
    };
    t(key)
}

fn unread(error: &AssetError) -> String {
    match error {
        AssetError::Missing => t(Key::ConfigUnreadMissing),
        AssetError::Html => t(Key::ConfigUnreadHtml),
        AssetError::Status(status) => {
            fill(Key::ConfigUnreadStatus, &[("status", status.to_string())])
        }
        AssetError::NoAnswer => t(Key::ConfigUnreadNoAnswer),
        AssetError::Unreadable => t(Key::ConfigUnreadHtml),
    }
}

/// Which of the configured tenants is used. Remembered in this tab, so that a return from the authority finds it.
#[derive(Clone, Copy)]
pub struct TenantChoice {
    tenants: StoredValue<Vec<Tenant>>,
    /// The chosen one; the only one is chosen by itself.
    pub chosen: RwSignal<Option<Tenant>>,
}

const TENANT: &str = "tenant";

impl TenantChoice {
    /// Takes up the choice made in this tab.
    pub fn recall(tenants: Vec<Tenant>) -> Self {
        let remembered: Option<String> = storage::recall(TENANT);
        let chosen = match tenants.as_slice() {
            [only] => Some(only.clone()),
            several => several
                .iter()
                .find(|tenant| Some(&tenant.name) == remembered.as_ref())
                .cloned(),
        };
        Self {
            tenants: StoredValue::new(tenants),
            chosen: RwSignal::new(chosen),
        }
    }

    /// Whether there is anything to choose.
    pub fn several(&self) -> bool {
        self.tenants.with_value(|tenants| tenants.len() > 1)
    }

    /// Keeps the choice in this tab.
    pub fn remember(&self) {
        if let Some(tenant) = self.chosen.get_untracked().filter(|_| self.several()) {
            storage::keep(TENANT, &tenant.name);
        }
    }

    /// Lets the person choose again.
    pub fn again(&self) {
        storage::forget(TENANT);
        self.chosen.set(None);
    }
}

/// The page on which a tenant is chosen.
#[component]
pub fn TenantPage(
    /// The tenants, and where the choice goes.
    choice: TenantChoice,
) -> impl IntoView {
    let button = move |tenant: Tenant| {
        let name = tenant.name.clone();
        let choose = move |_| {
            choice.chosen.set(Some(tenant.clone()));
            choice.remember();
        };
        view! { <li><button type="button" class="button" on:click=choose><bdi>{name}</bdi></button></li> }
    };
    view! {
        <Page title=text(Key::TenantTitle)>
            <p class="page__lead">{text(Key::TenantLead)}</p>
            <ul class="choices">{choice.tenants.get_value().into_iter().map(button).collect_view()}</ul>
        </Page>
    }
}
