//! One session from arriving at the page to signing out: what happens when, with the pure parts and the browser put together.
//! Must not know what the app does with a token.

use super::attempt::Attempt;
use super::browser::{Browser, Failure, KEYS, Wake};
use super::callback::{self, Answer};
use super::discovery::{self, Endpoints};
use super::error::{SignInError, Step};
use super::session::{IdleWatch, Session, SteadyClock};
use super::token::{self, Grant};
use super::{Idle, Prompt, SessionState, SignOut, Why, form, pkce, return_path};
use crate::config::{Tenant, WebAddress};
use futures::FutureExt;
use futures::channel::oneshot;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::rc::Rc;

/// What stands behind [`super::Auth`].
pub(super) struct Flow {
    tenant: Tenant,
    /// Starts and ends with a slash.
    base: String,
    pub(super) browser: Rc<dyn Browser>,
    // Counted by reference, so that an answer that comes after a view is gone finds them still there.
    pub(super) state: ArcRwSignal<SessionState>,
    pub(super) idle: ArcRwSignal<Idle>,
    pub(super) state_view: Signal<SessionState>,
    pub(super) idle_view: Signal<Idle>,
    live: RefCell<Live>,
}

/// What changes during the life of the page. Never borrowed across an await, nor while a signal is set.
#[derive(Default)]
struct Live {
    clock: SteadyClock,
    session: Option<Session>,
    idle: Option<IdleWatch>,
    /// What the callback's address said, until `start` looks at it.
    arrival: Option<Arrival>,
    landing: Option<String>,
    /// Who waits for the renewal under way; `None` when there is none.
    waiting: Option<Vec<oneshot::Sender<Result<String, SignInError>>>>,
    /// Whether an address to leave for is being prepared.
    leaving: bool,
    /// Whether the session expired in the middle of something, which is still on screen.
    expired_in_use: bool,
    /// When the page left without a question; it may have been stopped on its way.
    left: Option<f64>,
    /// When the person last did something, as far as session storage knows.
    seen_stored: f64,
}

struct Arrival {
    answer: Result<Option<Answer>, SignInError>,
    attempt: Option<Attempt>,
}

/// Remembered in session storage while somebody is signed in, so that a reload is one redirect. Not a secret.
#[derive(Clone, Serialize, Deserialize)]
struct Hint {
    authority: String,
    client_id: String,
    username: String,
    /// When the person last did something, in milliseconds of this computer's time.
    seen: f64,
}

/// How long the browser may take to show the authority's page, in milliseconds. Coming later does no harm.
pub(super) const STOPPED_AFTER: f64 = 15_000.0;

/// The attempt on its way.
fn attempt_key() -> String {
    format!("{KEYS}attempt")
}

/// That somebody was signed in in this tab.
fn hint_key() -> String {
    format!("{KEYS}hint")
}

/// That somebody signed out, so that the next sign-in asks for the account.
fn signed_out_key() -> String {
    format!("{KEYS}signed-out")
}

impl Flow {
    pub(super) fn new(tenant: &Tenant, base_path: &str, browser: Rc<dyn Browser>) -> Self {
        let state = ArcRwSignal::new(SessionState::Starting);
        let idle = ArcRwSignal::new(Idle::Active);
        let inside = base_path.trim_matches('/');
        Self {
            tenant: tenant.clone(),
            base: if inside.is_empty() {
                "/".to_owned()
            } else {
                format!("/{inside}/")
            },
            browser,
            state_view: state.clone().into(),
            idle_view: idle.clone().into(),
            state,
            idle,
            live: RefCell::default(),
        }
    }

    // What the handle offers; documented there

    pub(super) async fn start(&self) {
        let arrival = self.live.borrow_mut().arrival.take();
        match arrival {
            Some(arrival) => self.finish(arrival).await,
            None => self.resume().await,
        }
    }

    pub(super) fn landing(&self) -> Option<String> {
        self.live.borrow().landing.clone()
    }

    pub(super) async fn sign_in(&self, prompt: Prompt, return_to: &str) -> Result<(), SignInError> {
        let prompt = match prompt {
            Prompt::Login => Some("login"),
            Prompt::SelectAccount => Some("select_account"),
            Prompt::AsNeeded => self
                .browser
                .stored(&signed_out_key())
                .map(|_| "select_account"),
        };
        let outcome = self.leave(prompt, self.username(), return_to).await;
        if let Err(error) = &outcome
            && !self.is_in_use()
        {
            self.state
                .set(SessionState::SignedOut(Why::Failed(error.clone())));
        }
        outcome
    }

    pub(super) fn sign_out(&self, how: SignOut) {
        let end_session = self.end_session();
        self.end();
        self.browser.forget_all();
        self.browser.store(&signed_out_key(), "yes");
        self.state.set(SessionState::SignedOut(Why::SignedOutHere {
            end_session: end_session.clone(),
        }));
        if let Some(url) = end_session.filter(|_| how.also_at_authority) {
            self.browser.leave_for(&url, false);
        }
    }

    pub(super) async fn bearer(self: &Rc<Self>) -> Result<String, SignInError> {
        self.look_at_idle();
        let now = self.now();
        let usable = self.with_session(|s| (s.access.clone(), s.is_fresh(now)));
        match usable {
            None => Err(SignInError::NotSignedIn),
            Some((token, true)) => Ok(token),
            Some((token, false)) => match self.renewed(false).await {
                // The old token serves until its last second.
                Err(error) => {
                    let now = self.now();
                    let valid = self.with_session(|s| s.access == token && s.is_valid(now));
                    if valid == Some(true) {
                        Ok(token)
                    } else {
                        Err(error)
                    }
                }
                renewed => renewed,
            },
        }
    }

    pub(super) async fn renew(self: &Rc<Self>, refused: &str) -> Result<String, SignInError> {
        self.look_at_idle();
        let now = self.now();
        let found = self.with_session(|s| (s.access.clone(), s.is_refused_in_a_loop(now)));
        match found {
            None => Err(SignInError::NotSignedIn),
            // Another request was refused earlier and has brought the new one.
            Some((token, _)) if token != refused => Ok(token),
            Some((_, true)) => Err(SignInError::StillRefused),
            Some((_, false)) => self.renewed(true).await,
        }
    }

    pub(super) fn touch(&self) {
        let now = self.now();
        if let Some(watch) = &mut self.live.borrow_mut().idle {
            watch.touch(now);
        }
        if self.idle.get_untracked() != Idle::Active {
            self.look_at_idle();
        }
    }

    fn now(&self) -> f64 {
        let (monotonic, wall) = self.browser.clocks();
        self.live.borrow_mut().clock.read(monotonic, wall)
    }

    fn wall(&self) -> f64 {
        self.browser.clocks().1
    }

    fn with_session<T>(&self, look: impl FnOnce(&Session) -> T) -> Option<T> {
        self.live.borrow().session.as_ref().map(look)
    }

    /// Whether the app is on screen with what somebody does there, so that the state must not change for less.
    fn is_in_use(&self) -> bool {
        let live = self.live.borrow();
        live.session.is_some() || live.expired_in_use
    }

    fn redirect_uri(&self) -> String {
        redirect_address(&self.browser.address().origin, &self.base)
    }

    /// What the sign-in may do, as far as the authority has said: what was asked for, if it did not say (RFC 6749 section
    /// 5.1).
    pub(super) fn scopes(&self) -> Option<Vec<String>> {
        let granted = self.with_session(|s| s.scope.clone())?;
        Some(match granted {
            Some(scope) => scope.split_ascii_whitespace().map(str::to_owned).collect(),
            None => self.tenant.scopes.clone(),
        })
    }

    // Arriving

    /// Takes an answer out of the address and the history, and its attempt out of storage, before anything looks at them.
    pub(super) fn take_answer(&self) {
        let address = self.browser.address();
        if address.path.strip_prefix(&self.base) != Some(return_path::CALLBACK) {
            return;
        }
        let stored = self.browser.stored(&attempt_key());
        self.browser.forget(&attempt_key());
        let attempt = stored.as_deref().and_then(Attempt::from_text);
        let wanted = attempt
            .as_ref()
            .map(|a| a.return_to.as_str())
            .unwrap_or_default();
        let landing = return_path::or_start(wanted, &self.base).to_owned();
        self.browser.replace_address(&landing);
        let answer = callback::read(
            address.query.trim_start_matches('?'),
            address.fragment.trim_start_matches('#'),
        );
        let mut live = self.live.borrow_mut();
        live.landing = Some(landing);
        live.arrival = Some(Arrival { answer, attempt });
    }

    async fn finish(&self, arrival: Arrival) {
        let Arrival { answer, attempt } = arrival;
        let silent = attempt.as_ref().is_some_and(|a| a.silent);
        let unasked = attempt.is_none();
        let outcome = match answer {
            Ok(Some(answer)) => self.exchange(answer, attempt).await,
            // Somebody typed or bookmarked the address.
            Ok(None) => return self.state.set(SessionState::SignedOut(Why::NeverSignedIn)),
            Err(error) => Err(error),
        };
        if outcome.is_err() {
            // Another reload would only be sent away and back again.
            let hint = self.hint();
            self.browser.forget(&hint_key());
            // An old answer that Back came across says nothing about who is signed in here; the authority knows.
            if matches!(outcome, Err(SignInError::StateMismatch))
                && unasked
                && let Some(hint) = hint
            {
                return self.ask_silently(hint).await;
            }
        }
        match outcome {
            Ok(session) => self.begin(session),
            Err(error) if silent && error.needs_person() => {
                self.state.set(SessionState::SignedOut(Why::Expired));
            }
            Err(error) => self.state.set(SessionState::SignedOut(Why::Failed(error))),
        }
    }

    async fn exchange(
        &self,
        answer: Answer,
        attempt: Option<Attempt>,
    ) -> Result<Session, SignInError> {
        let code = callback::accept(answer, attempt.as_ref(), &self.tenant, self.wall())?;
        let attempt = attempt.ok_or(SignInError::StateMismatch)?;
        let body = token::exchange_body(&attempt, &code, &self.redirect_uri(), &self.tenant.scopes);
        let mut grant = self
            .ask_for_tokens(Step::Exchange, &attempt.endpoints, body)
            .await?;
        let claims = grant
            .claims
            .take()
            .ok_or(SignInError::Unreadable(Step::Exchange))?;
        claims.check(&attempt.nonce, &attempt.client_id, &attempt.endpoints)?;
        Ok(Session::new(grant, claims, attempt.endpoints, self.now()))
    }

    fn begin(&self, session: Session) {
        let person = session.claims.person();
        let now = self.now();
        {
            let mut live = self.live.borrow_mut();
            live.session = Some(session);
            live.idle = Some(IdleWatch::new(self.tenant.idle_minutes, now));
            live.seen_stored = now;
        }
        self.browser.forget(&signed_out_key());
        self.remember(&person.username, self.wall());
        self.idle.set(Idle::Active);
        self.state.set(SessionState::SignedIn(person));
    }

    /// After a reload: one redirect without a question, if somebody was signed in and has not been idle too long.
    pub(super) async fn resume(&self) {
        let Some(hint) = self.hint() else {
            return self.state.set(SessionState::SignedOut(Why::NeverSignedIn));
        };
        self.ask_silently(hint).await;
    }

    /// Asks the authority who is signed in, without a question to the person. The hint stays until there is an answer, so
    /// that reloading in the middle asks again.
    async fn ask_silently(&self, hint: Hint) {
        if self.wall() - hint.seen >= self.tenant.idle_minutes * 60_000.0 {
            self.browser.forget(&hint_key());
            return self.state.set(SessionState::SignedOut(Why::IdleTooLong));
        }
        let address = self.browser.address();
        let here = format!("{}{}{}", address.path, address.query, address.fragment);
        if let Err(error) = self
            .leave(Some("none"), Some(hint.username.clone()), &here)
            .await
        {
            self.state.set(SessionState::SignedOut(Why::Failed(error)));
        }
    }

    fn hint(&self) -> Option<Hint> {
        let hint: Hint = serde_json::from_str(&self.browser.stored(&hint_key())?).ok()?;
        let fits = hint.authority == self.tenant.authority.as_str()
            && hint.client_id == self.tenant.client_id;
        fits.then_some(hint)
    }

    fn remember(&self, username: &str, seen: f64) {
        let hint = Hint {
            authority: self.tenant.authority.as_str().to_owned(),
            client_id: self.tenant.client_id.clone(),
            username: username.to_owned(),
            seen,
        };
        // Without it a reload asks the person to sign in again, which is all that is lost.
        if let Ok(text) = serde_json::to_string(&hint) {
            self.browser.store(&hint_key(), &text);
        }
    }

    // Leaving

    async fn leave(
        &self,
        prompt: Option<&str>,
        username: Option<String>,
        return_to: &str,
    ) -> Result<(), SignInError> {
        if std::mem::replace(&mut self.live.borrow_mut().leaving, true) {
            return Ok(());
        }
        let prepared = self.prepare(prompt, username, return_to).await;
        let now = self.now();
        {
            let mut live = self.live.borrow_mut();
            live.leaving = false;
            live.left = Some(now);
        }
        self.browser.leave_for(&prepared?, prompt == Some("none"));
        Ok(())
    }

    /// Writes the attempt down and gives the address to leave for (RFC 6749 section 4.1.1, RFC 7636 section 4.3).
    async fn prepare(
        &self,
        prompt: Option<&str>,
        username: Option<String>,
        return_to: &str,
    ) -> Result<String, SignInError> {
        let secret = || {
            self.browser
                .random()
                .map(|b| pkce::secret(&b))
                .ok_or(SignInError::InsecureContext)
        };
        let (state, verifier, nonce) = (secret()?, secret()?, secret()?);
        let digest = self
            .browser
            .sha256(&verifier)
            .await
            .ok_or(SignInError::InsecureContext)?;
        let endpoints = self.discover().await?;

        let (redirect_uri, scope) = (self.redirect_uri(), self.tenant.scopes.join(" "));
        let challenge = pkce::challenge(&digest);
        let mut query = vec![
            ("client_id", self.tenant.client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", &redirect_uri),
            ("response_mode", endpoints.response_mode()),
            ("scope", &scope),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        query.extend(prompt.map(|prompt| ("prompt", prompt)));
        // Somebody who chooses an account is not told which.
        let username = username.filter(|name| !name.is_empty() && prompt != Some("select_account"));
        query.extend(username.as_deref().map(|name| ("login_hint", name)));
        let url = format!("{}?{}", endpoints.authorization(), form::encode(query));

        let attempt = Attempt {
            state,
            verifier,
            nonce,
            endpoints,
            authority: self.tenant.authority.as_str().to_owned(),
            client_id: self.tenant.client_id.clone(),
            return_to: return_path::or_start(return_to, &self.base).to_owned(),
            silent: prompt == Some("none"),
            started: self.wall(),
        };
        let stored = attempt
            .to_text()
            .is_some_and(|text| self.browser.store(&attempt_key(), &text));
        if stored {
            Ok(url)
        } else {
            Err(SignInError::StorageBlocked)
        }
    }

    /// Reads the authority's description anew for each sign-in: it is small, and keys and addresses may move.
    async fn discover(&self) -> Result<Endpoints, SignInError> {
        discover(self.browser.as_ref(), &self.tenant.authority).await
    }

    async fn ask_for_tokens(
        &self,
        step: Step,
        endpoints: &Endpoints,
        form: String,
    ) -> Result<Grant, SignInError> {
        let (status, body) =
            ask(self.browser.as_ref(), step, endpoints.token(), Some(form)).await?;
        token::read(step, status, &body)
    }

    /// The user name to suggest to the authority.
    fn username(&self) -> Option<String> {
        self.with_session(|s| s.claims.person().username)
            .or_else(|| self.hint().map(|hint| hint.username))
    }

    // Renewing

    /// Waits for the renewal under way, or starts one. It runs to its end even if who asked for it goes away, because the
    /// refresh token that it brings replaces the old one.
    async fn renewed(self: &Rc<Self>, after_refusal: bool) -> Result<String, SignInError> {
        let (sender, receiver) = oneshot::channel();
        let first = {
            let mut live = self.live.borrow_mut();
            let first = live.waiting.is_none();
            live.waiting.get_or_insert_default().push(sender);
            first
        };
        if first {
            let flow = Rc::clone(self);
            let renewal = async move {
                let outcome = flow.renew_now(after_refusal).await;
                let waiting = flow.live.borrow_mut().waiting.take();
                for sender in waiting.into_iter().flatten() {
                    // Who no longer waits does not mind.
                    let _ = sender.send(outcome.clone());
                }
            };
            self.browser.spawn(renewal.boxed_local());
        }
        receiver.await.unwrap_or(Err(SignInError::NotSignedIn))
    }

    async fn renew_now(&self, after_refusal: bool) -> Result<String, SignInError> {
        let (refresh, endpoints) = self
            .with_session(|s| (s.refresh.clone(), s.endpoints.clone()))
            .ok_or(SignInError::NotSignedIn)?;
        let outcome = match refresh {
            None => Err(SignInError::Expired),
            Some(refresh) => {
                let body =
                    token::renewal_body(&self.tenant.client_id, &refresh, &self.tenant.scopes);
                self.ask_for_tokens(Step::Renewal, &endpoints, body).await
            }
        };
        let now = self.now();
        let outcome = {
            let mut live = self.live.borrow_mut();
            // Signed out in the meantime: the new tokens are dropped unseen. Another session needs another page load.
            let session = live.session.as_mut().ok_or(SignInError::NotSignedIn)?;
            outcome.and_then(|grant| {
                session.renewed(grant, after_refusal, now)?;
                Ok(session.access.clone())
            })
        };
        match outcome {
            Err(error) if error.needs_person() => {
                self.expire();
                Err(SignInError::Expired)
            }
            outcome => outcome,
        }
    }

    // Ending

    /// Drops the tokens. What is on screen and in storage is not touched.
    fn end(&self) {
        let mut live = self.live.borrow_mut();
        live.session = None;
        live.idle = None;
        live.expired_in_use = false;
        drop(live);
        self.idle.set(Idle::Active);
    }

    /// Drops the tokens while somebody is in the middle of something. The idle limit goes on: what stays on screen must
    /// not stay there for whoever comes by.
    fn expire(&self) {
        let watch = self.live.borrow_mut().idle.take();
        self.end();
        {
            let mut live = self.live.borrow_mut();
            live.idle = watch;
            live.expired_in_use = true;
        }
        self.state.set(SessionState::SignedOut(Why::Expired));
    }

    /// Where the authority ends its own session (OpenID Connect RP-Initiated Logout 1.0).
    fn end_session(&self) -> Option<String> {
        let (url, username) = self.with_session(|s| {
            (
                s.endpoints.end_session().map(str::to_owned),
                s.claims.person().username,
            )
        })?;
        let back = format!("{}{}", self.browser.address().origin, self.base);
        let mut query = vec![
            ("client_id", self.tenant.client_id.as_str()),
            ("post_logout_redirect_uri", &back),
        ];
        if !username.is_empty() {
            query.push(("logout_hint", &username));
        }
        Some(format!("{}?{}", url?, form::encode(query)))
    }

    // Time

    /// A page that left without a question and is still here was stopped: nobody is signed in then. One that is brought back
    /// was to be gone. Firefox does it, in place of an earlier page that had the same document.
    pub(super) fn woken(&self, wake: Wake) {
        let now = self.now();
        let left = self.live.borrow().left;
        if let Some(left) = left
            && self.state.get_untracked() == SessionState::Starting
        {
            if wake == Wake::Restored {
                self.browser.reload();
            } else if now - left > STOPPED_AFTER {
                self.state.set(SessionState::SignedOut(Why::Expired));
            }
        }
        self.look_at_idle();
    }

    /// Compares clocks instead of counting ticks: a tab in the background may get one a minute, one asleep none.
    fn look_at_idle(&self) {
        let now = self.now();
        let Some((phase, last)) = self
            .live
            .borrow()
            .idle
            .as_ref()
            .map(|watch| (watch.phase(now), watch.last()))
        else {
            return;
        };
        let Some(idle) = phase else {
            self.end();
            self.browser.forget(&hint_key());
            return self.state.set(SessionState::SignedOut(Why::IdleTooLong));
        };
        let Some(username) = self.with_session(|s| s.claims.person().username) else {
            return;
        };
        if self.idle.get_untracked() != idle {
            self.idle.set(idle);
        }
        if last > self.live.borrow().seen_stored {
            self.live.borrow_mut().seen_stored = last;
            self.remember(&username, self.wall() - (now - last));
        }
    }
}

/// Where the authority sends people back to, as it has to be registered there. `base` starts and ends with a slash.
pub(super) fn redirect_address(origin: &str, base: &str) -> String {
    format!("{origin}{base}{}", return_path::CALLBACK)
}

/// Reads an authority's description of itself.
pub(super) async fn discover(
    browser: &dyn Browser,
    authority: &WebAddress,
) -> Result<Endpoints, SignInError> {
    let url = discovery::address(authority);
    let (status, body) = ask(browser, Step::Discovery, &url, None).await?;
    if status != 200 {
        let said = serde_json::from_str(&body).ok();
        return Err(token::refusal(Step::Discovery, status, said));
    }
    Endpoints::read(&body, authority)
}

async fn ask(
    browser: &dyn Browser,
    step: Step,
    url: &str,
    form: Option<String>,
) -> Result<(u16, String), SignInError> {
    let answer = browser.fetch(url, form).await;
    answer.map_err(|failure| match failure {
        Failure::NoAnswer => SignInError::NoAnswer(step),
        Failure::TooLarge => SignInError::TooLarge(step),
    })
}
