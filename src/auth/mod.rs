//! Sign-in: OAuth 2.0 authorization code with PKCE by whole-page redirect, and the only holder of tokens.
//! Must not know the Partner Center API, any page of the app, or any visible word.

mod attempt;
mod browser;
mod callback;
mod discovery;
mod error;
mod flow;
mod form;
mod pkce;
mod return_path;
mod session;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod token;

pub use error::{AuthorityError, BODY_LIMIT, Cause, DiscoveryProblem, SignInError, Step};

use crate::config::{Tenant, WebAddress};
use browser::{Browser, Page};
use flow::Flow;
use leptos::prelude::*;
use std::rc::{Rc, Weak};

/// Whether somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionState {
    /// Not known yet, or the page is leaving for the authority.
    Starting,
    /// Nobody is signed in, and why.
    SignedOut(Why),
    /// This person is signed in.
    SignedIn(Person),
}

/// Why nobody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Nobody has signed in in this tab.
    NeverSignedIn,
    /// The person signed out here.
    SignedOutHere {
        /// Where the person can also end the authority's own session: a whole-page address to offer as a link.
        end_session: Option<String>,
    },
    /// Nothing was done for as long as the idle limit allows.
    IdleTooLong,
    /// The authority wants to see the person again. What is on screen may stay.
    Expired,
    /// Signing in did not work.
    Failed(SignInError),
}

/// Who is signed in, as the ID token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The display name, or the user name when there is none.
    pub name: String,
    /// The user name, such as `asta@contoso.example`. Empty when the authority does not say.
    pub username: String,
    /// The ID of the tenant that signed the person in (`tid`), or the issuer when the authority knows no tenants.
    pub tenant: String,
}

/// How close the session is to ending because nobody does anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// Not close.
    Active,
    /// The session ends in this many seconds unless the person does something.
    Warning {
        /// Whole seconds left, counted down once a second.
        seconds_left: u32,
    },
}

/// What the authority is asked to show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Prompt {
    /// Whatever it finds necessary; the account picker after a sign-out.
    #[default]
    AsNeeded,
    /// The account picker.
    SelectAccount,
    /// A fresh sign-in even if there is a session, so that a missing second factor can be asked for.
    Login,
}

/// How to sign out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignOut {
    /// Also leave for the authority's own sign-out page at once.
    pub also_at_authority: bool,
}

/// The handle of the one session: cheap to clone. The tokens behind it are reached through [`Auth::bearer`] only.
#[derive(Clone)]
pub struct Auth(Rc<Flow>);

impl Auth {
    /// Prepares the session of one tenant. `base_path` is `/`, or `/vetted/` when the app lives there.
    ///
    /// When the address is the callback's, it is replaced by the one to return to, here and in the history, before this
    /// returns: call it before the router mounts, so that the router starts at the right page and never sees the code.
    pub fn new(config: &Tenant, base_path: &str) -> Auth {
        Self::in_browser(config, base_path, Rc::new(Page))
    }

    fn in_browser(tenant: &Tenant, base_path: &str, browser: Rc<dyn Browser>) -> Auth {
        let flow = Rc::new(Flow::new(tenant, base_path, browser));
        flow.take_answer();
        let weak = Rc::downgrade(&flow);
        flow.browser.watch(Box::new(move |wake| {
            if let Some(flow) = Weak::upgrade(&weak) {
                flow.woken(wake);
            }
        }));
        Auth(flow)
    }

    /// Finds out whether somebody is signed in. Call once on page load, and show the app when it is done.
    ///
    /// Finishes a sign-in that has just come back. Where the tab was signed in before a reload it leaves once for the
    /// authority without a question (`prompt=none`); the state then stays [`SessionState::Starting`].
    pub async fn start(&self) {
        self.0.start().await;
    }

    /// The same where no sign-in comes back to: knows only how to leave, not what to do with an answer.
    pub async fn resume(&self) {
        self.0.resume().await;
    }

    /// Whether somebody is signed in.
    pub fn state(&self) -> Signal<SessionState> {
        self.0.state_view
    }

    /// How close the idle limit is. At the limit the state becomes signed out for [`Why::IdleTooLong`].
    pub fn idle(&self) -> Signal<Idle> {
        self.0.idle_view
    }

    /// The address (path, search and fragment, with the base) that a sign-in has just come back to. The location shows it
    /// since [`Auth::new`]; a router that mounted earlier has to be told.
    pub fn landing(&self) -> Option<String> {
        self.0.landing()
    }

    /// Leaves for the authority, and comes back to `return_to`: path, search and fragment as the location has them.
    ///
    /// An address outside the app is replaced by the app's start page. When leaving is not possible, the state says why.
    pub async fn sign_in(&self, return_to: &str) {
        let _ = self.sign_in_with(Prompt::AsNeeded, return_to).await;
    }

    /// The same with a say in what the authority shows.
    ///
    /// # Errors
    /// When the page cannot leave. The state says so too, unless somebody is signed in or the session expired in the
    /// middle of something: then what is on screen stays, and only the caller can tell.
    pub async fn sign_in_with(&self, prompt: Prompt, return_to: &str) -> Result<(), SignInError> {
        self.0.sign_in(prompt, return_to).await
    }

    /// Forgets the tokens and everything that sign-in keeps in session storage; works offline. The next sign-in of this
    /// tab asks for the account.
    pub fn sign_out(&self, how: SignOut) {
        self.0.sign_out(how);
    }

    /// A fresh access token. Renewed first when less than two minutes are left; however many ask, there is one renewal.
    ///
    /// # Errors
    /// [`SignInError::NotSignedIn`]; [`SignInError::Expired`] when the person has to sign in again, which the state then
    /// says too; or why the authority could not be asked, which ends nothing.
    pub async fn bearer(&self) -> Result<String, SignInError> {
        self.0.bearer().await
    }

    /// Another token after the API refused `refused` with 401. Ask once for a request.
    ///
    /// # Errors
    /// As [`Auth::bearer`], and [`SignInError::StillRefused`] when new tokens have been refused again and again.
    pub async fn renew(&self, refused: &str) -> Result<String, SignInError> {
        self.0.renew(refused).await
    }

    /// What the sign-in may do, as the authority said with the token. `None` when nobody is signed in.
    pub fn scopes(&self) -> Option<Vec<String>> {
        self.0.scopes()
    }

    /// The person did something: a key, a click, a touch. Cheap.
    pub fn touch(&self) {
        self.0.touch();
    }

    /// The person wants to stay signed in.
    pub fn stay(&self) {
        self.touch();
    }
}

/// Where an authority sends people back to, as it has to be registered there. `base_path` is `/`, or like `/vetted/`.
pub fn redirect_address(origin: &str, base_path: &str) -> String {
    flow::redirect_address(origin, base_path)
}

/// Reads an authority's description of itself and judges it as a sign-in does, without starting one.
///
/// # Errors
/// As a sign-in would fail.
pub async fn check_authority(authority: &WebAddress) -> Result<(), SignInError> {
    flow::discover(&Page, authority).await.map(drop)
}

/// Whether anything answers where the authority's description should be, be it that pages may not read it (CORS).
pub async fn answers_at_all(authority: &WebAddress) -> bool {
    browser::answers_at_all(&discovery::address(authority)).await
}
