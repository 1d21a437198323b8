//! The session as a whole, against a browser that is only remembered: native tests of redirects, renewal, idling, sign-out.
//! Must not know how the parts work inside.
#![allow(clippy::unwrap_used)]

use super::attempt::tests::{CLIENT, tenant};
use super::browser::{Address, Failure, KEYS, Wake};
use super::discovery::tests::{TENANT, document};
use super::flow::STOPPED_AFTER;
use super::pkce::tests::{CHALLENGE, DIGEST, VERIFIER};
use super::token::tests::{claims, id_token};
use super::*;
use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::task::{Context, Poll, Waker};

type OnWake = Box<dyn Fn(Wake)>;
type Reply = Result<(u16, String), Failure>;

/// A browser that notes down what it is told to do. Requests wait until the test answers them.
#[derive(Default)]
struct Notebook {
    address: RefCell<Address>,
    storage: RefCell<BTreeMap<String, String>>,
    storage_blocked: Cell<bool>,
    no_crypto: Cell<bool>,
    left_for: RefCell<Vec<(String, bool)>>,
    reloads: Cell<u32>,
    requests: RefCell<Vec<Request>>,
    tasks: RefCell<Vec<LocalBoxFuture<'static, ()>>>,
    on_wake: RefCell<Option<OnWake>>,
    now: Cell<f64>,
    randoms: Cell<u8>,
}

struct Request {
    url: String,
    form: Option<String>,
    answer: oneshot::Sender<Reply>,
}

impl Browser for Notebook {
    fn address(&self) -> Address {
        self.address.borrow().clone()
    }
    fn replace_address(&self, path: &str) {
        self.go(path);
    }
    fn leave_for(&self, url: &str, silently: bool) {
        self.left_for.borrow_mut().push((url.to_owned(), silently));
    }
    fn reload(&self) {
        self.reloads.set(self.reloads.get() + 1);
    }
    fn stored(&self, key: &str) -> Option<String> {
        self.storage.borrow().get(key).cloned()
    }
    fn store(&self, key: &str, value: &str) -> bool {
        if !self.storage_blocked.get() {
            self.storage
                .borrow_mut()
                .insert(key.to_owned(), value.to_owned());
        }
        !self.storage_blocked.get()
    }
    fn forget(&self, key: &str) {
        self.storage.borrow_mut().remove(key);
    }
    fn forget_all(&self) {
        self.storage
            .borrow_mut()
            .retain(|key, _| !key.starts_with(KEYS));
    }
    fn random(&self) -> Option<[u8; 32]> {
        // The first is the state, the second the verifier of RFC 7636, the third the nonce.
        let count = self.randoms.get();
        self.randoms.set(count + 1);
        let bytes = if count % 3 == 1 {
            pkce::tests::RANDOM
        } else {
            [count; 32]
        };
        (!self.no_crypto.get()).then_some(bytes)
    }
    fn sha256(&self, text: &str) -> LocalBoxFuture<'static, Option<Vec<u8>>> {
        let digest = (text == VERIFIER).then(|| DIGEST.to_vec());
        async move { digest }.boxed_local()
    }
    fn fetch(&self, url: &str, form: Option<String>) -> LocalBoxFuture<'static, Reply> {
        let (answer, receiver) = oneshot::channel();
        self.requests.borrow_mut().push(Request {
            url: url.to_owned(),
            form,
            answer,
        });
        async move { receiver.await.unwrap_or(Err(Failure::NoAnswer)) }.boxed_local()
    }
    fn clocks(&self) -> (f64, f64) {
        (self.now.get(), self.now.get() + 1.7e12)
    }
    fn spawn(&self, future: LocalBoxFuture<'static, ()>) {
        self.tasks.borrow_mut().push(future);
    }
    fn watch(&self, on_wake: Box<dyn Fn(Wake)>) {
        *self.on_wake.borrow_mut() = Some(on_wake);
    }
}

impl Notebook {
    fn at(path: &str) -> Rc<Self> {
        let page = Rc::new(Self::default());
        page.go(path);
        page
    }

    fn go(&self, address: &str) {
        let (rest, fragment) = address.split_at(address.find('#').unwrap_or(address.len()));
        let (path, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
        *self.address.borrow_mut() = Address {
            origin: "https://vetted.example".to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            fragment: fragment.to_owned(),
        };
    }

    fn shown(&self) -> String {
        let address = self.address.borrow();
        format!("{}{}{}", address.path, address.query, address.fragment)
    }

    /// Lets everything go on as far as it can.
    fn run(&self) {
        let mut context = Context::from_waker(Waker::noop());
        // A task may spawn another or wake one that was looked at before.
        for _ in 0..4 {
            let tasks = self.tasks.take();
            let waiting = tasks.into_iter().filter_map(|mut task| {
                let done = task.as_mut().poll(&mut context).is_ready();
                (!done).then_some(task)
            });
            let waiting: Vec<_> = waiting.collect();
            self.tasks.borrow_mut().extend(waiting);
        }
    }

    /// Starts a future as the app would, and gives where its outcome will be.
    fn begin<T: 'static>(
        &self,
        future: impl Future<Output = T> + 'static,
    ) -> Rc<RefCell<Option<T>>> {
        let outcome = Rc::new(RefCell::new(None));
        let place = Rc::clone(&outcome);
        self.spawn(async move { *place.borrow_mut() = Some(future.await) }.boxed_local());
        self.run();
        outcome
    }

    /// Answers the only request under way and gives what it was.
    fn answer(&self, reply: Reply) -> (String, Option<String>) {
        let Request { url, form, answer } = {
            let mut requests = self.requests.borrow_mut();
            assert_eq!(requests.len(), 1, "one request");
            requests.remove(0)
        };
        let _ = answer.send(reply);
        self.run();
        (url, form)
    }

    fn answer_json(&self, status: u16, body: &Value) -> (String, Option<String>) {
        self.answer(Ok((status, body.to_string())))
    }

    fn pass(&self, milliseconds: f64) {
        self.now.set(self.now.get() + milliseconds);
    }

    fn wake(&self, wake: Wake) {
        if let Some(on_wake) = self.on_wake.borrow().as_ref() {
            on_wake(wake);
        }
    }

    /// Where the page left for, as address and parameters.
    fn left_for(&self) -> (String, BTreeMap<String, String>, bool) {
        let (url, silently) = self
            .left_for
            .borrow()
            .last()
            .cloned()
            .expect("left the page");
        let (address, query) = url.split_once('?').unwrap();
        (
            address.to_owned(),
            form::decode(query).unwrap().into_iter().collect(),
            silently,
        )
    }

    fn stays(&self) -> bool {
        self.left_for.borrow().is_empty()
    }

    fn keys(&self) -> Vec<String> {
        self.storage.borrow().keys().cloned().collect()
    }
}

fn auth(page: &Rc<Notebook>) -> Auth {
    Auth::in_browser(&tenant(), "/", Rc::clone(page) as Rc<dyn Browser>)
}

fn state(auth: &Auth) -> SessionState {
    auth.0.state.get_untracked()
}

fn failed(auth: &Auth) -> SignInError {
    match state(auth) {
        SessionState::SignedOut(Why::Failed(error)) => error,
        other => panic!("expected a failure, got {other:?}"),
    }
}

fn start(page: &Rc<Notebook>) -> Auth {
    let auth = auth(page);
    let handle = auth.clone();
    page.begin(async move { handle.start().await });
    auth
}

fn press_sign_in(page: &Rc<Notebook>, auth: &Auth, return_to: &'static str) {
    let handle = auth.clone();
    page.begin(async move { handle.sign_in(return_to).await });
}

fn tokens(number: u32, nonce: &str) -> Value {
    let mut claims = claims();
    claims["nonce"] = json!(nonce);
    json!({
        "token_type": "Bearer", "access_token": format!("access-{number}"),
        "refresh_token": format!("refresh-{number}"), "expires_in": 3600, "id_token": id_token(&claims)
    })
}

/// A page that has left for the authority, and what it asked for.
fn asked(return_to: &'static str) -> (Rc<Notebook>, BTreeMap<String, String>) {
    let page = Notebook::at("/");
    let auth = start(&page);
    press_sign_in(&page, &auth, return_to);
    page.answer_json(200, &document());
    let (_, query, _) = page.left_for();
    page.left_for.borrow_mut().clear();
    (page, query)
}

/// A page that somebody has signed in to.
fn signed_in() -> (Rc<Notebook>, Auth) {
    let (page, query) = asked("/customers/x?tab=1#y");
    page.go(&format!("/auth/callback#code=c&state={}", query["state"]));
    let auth = start(&page);
    page.answer_json(200, &tokens(1, &query["nonce"]));
    assert!(
        matches!(state(&auth), SessionState::SignedIn(_)),
        "{:?}",
        state(&auth)
    );
    (page, auth)
}

fn bearer(page: &Rc<Notebook>, auth: &Auth) -> Rc<RefCell<Option<Result<String, SignInError>>>> {
    let auth = auth.clone();
    page.begin(async move { auth.bearer().await })
}

fn renew(
    page: &Rc<Notebook>,
    auth: &Auth,
    refused: &'static str,
) -> Rc<RefCell<Option<Result<String, SignInError>>>> {
    let auth = auth.clone();
    page.begin(async move { auth.renew(refused).await })
}

fn got(outcome: &Rc<RefCell<Option<Result<String, SignInError>>>>) -> Result<String, SignInError> {
    outcome.take().expect("an outcome")
}

const MINUTE: f64 = 60_000.0;

#[test]
fn a_first_visit_is_signed_out_and_asks_nobody() {
    let page = Notebook::at("/customers/x");
    let auth = start(&page);
    assert_eq!(state(&auth), SessionState::SignedOut(Why::NeverSignedIn));
    assert!(page.stays() && page.requests.borrow().is_empty());
    assert_eq!(auth.landing(), None);
    assert_eq!(page.shown(), "/customers/x");
}

#[test]
fn signing_in_leaves_for_the_authority_with_pkce() {
    let page = Notebook::at("/");
    let auth = start(&page);
    press_sign_in(&page, &auth, "/customers/x");
    let (url, form) = page.answer_json(200, &document());
    assert!(url.ends_with("/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration"));
    assert_eq!(form, None);
    let (address, query, silently) = page.left_for();
    assert_eq!(
        address,
        format!("https://login.authority.example/{TENANT}/oauth2/v2.0/authorize")
    );
    assert!(!silently);
    for (name, value) in [
        ("client_id", CLIENT),
        ("response_type", "code"),
        ("response_mode", "fragment"),
        ("redirect_uri", "https://vetted.example/auth/callback"),
        (
            "scope",
            "openid offline_access https://api.partnercenter.microsoft.com/user_impersonation",
        ),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(query[name], value, "{name}");
    }
    assert!(query["state"] != query["nonce"] && query["state"].len() == 43);
    assert!(!query.contains_key("prompt"));
    assert!(!page.left_for.borrow()[0].0.contains(VERIFIER));
}

#[test]
fn pressing_sign_in_twice_leaves_once() {
    let page = Notebook::at("/");
    let auth = start(&page);
    press_sign_in(&page, &auth, "/");
    press_sign_in(&page, &auth, "/");
    page.answer_json(200, &document());
    assert_eq!(page.left_for.borrow().len(), 1);
}

#[test]
fn coming_back_cleans_the_address_before_anything_else() {
    let (page, query) = asked("/customers/x?tab=1#y");
    page.go(&format!(
        "/auth/callback#code=secret&state={}",
        query["state"]
    ));
    let auth = auth(&page);
    assert_eq!(page.shown(), "/customers/x?tab=1#y");
    assert_eq!(auth.landing().as_deref(), Some("/customers/x?tab=1#y"));
    assert!(
        page.keys().is_empty(),
        "the attempt is gone before it is examined"
    );
    assert_eq!(state(&auth), SessionState::Starting);
}

#[test]
fn coming_back_exchanges_the_code_once() {
    let (page, query) = asked("/");
    page.go(&format!(
        "/auth/callback#code=the-code&state={}",
        query["state"]
    ));
    let auth = start(&page);
    let (url, form) = page.answer_json(200, &tokens(1, &query["nonce"]));
    assert_eq!(
        url,
        format!("https://login.authority.example/{TENANT}/oauth2/v2.0/token")
    );
    let form: BTreeMap<String, String> =
        form::decode(&form.unwrap()).unwrap().into_iter().collect();
    assert_eq!(form["code"], "the-code");
    assert_eq!(form["code_verifier"], VERIFIER);
    assert_eq!(form["redirect_uri"], "https://vetted.example/auth/callback");
    let SessionState::SignedIn(person) = state(&auth) else {
        panic!("signed in")
    };
    assert_eq!(person.name, "Asta Agent");
    assert_eq!(person.tenant, TENANT);
    assert_eq!(got(&bearer(&page, &auth)), Ok("access-1".to_owned()));
}

#[test]
fn no_token_is_ever_stored() {
    let (page, auth) = signed_in();
    page.pass(59.0 * MINUTE);
    auth.touch();
    bearer(&page, &auth);
    page.answer_json(200, &tokens(2, "n"));
    page.wake(Wake::Tick);
    assert_eq!(page.keys(), ["vetted.auth.hint"]);
    for value in page.storage.borrow().values() {
        assert!(
            !value.contains("access-") && !value.contains("refresh-") && !value.contains("e30."),
            "{value}"
        );
    }
}

#[test]
fn an_answer_is_used_once() {
    let (page, query) = asked("/");
    let answer = format!("/auth/callback#code=c&state={}", query["state"]);
    page.go(&answer);
    start(&page);
    page.answer_json(200, &tokens(1, &query["nonce"]));
    page.left_for.borrow_mut().clear();
    page.go(&answer);
    // Back has come across the old answer: it is worth nothing, but who is signed in here can be asked anew.
    let again = start(&page);
    assert_eq!(state(&again), SessionState::Starting);
    let (_, form) = page.answer_json(200, &document());
    assert_eq!(form, None, "no code is sent again");
    let (_, asked, _) = page.left_for();
    assert_eq!(asked["prompt"], "none");
    assert_ne!(asked["state"], query["state"]);
}

#[test]
fn a_reload_while_the_authority_is_being_asked_asks_again_and_a_refusal_ends_it() {
    let (page, query) = asked("/");
    page.go(&format!("/auth/callback#code=c&state={}", query["state"]));
    start(&page);
    page.answer_json(200, &tokens(1, &query["nonce"]));
    for _ in 0..2 {
        page.left_for.borrow_mut().clear();
        page.go("/customers/x");
        start(&page);
        page.answer_json(200, &document());
        assert_eq!(page.left_for().1["prompt"], "none");
    }
    let state_sent = page.left_for().1["state"].clone();
    page.go(&format!(
        "/auth/callback#error=login_required&iss=https%3A%2F%2Fnobody.example&state={state_sent}"
    ));
    page.left_for.borrow_mut().clear();
    start(&page);
    page.go("/customers/x");
    start(&page);
    assert!(page.stays(), "one refusal is enough");
}

#[test]
fn an_answer_that_nobody_asked_for_signs_nobody_in() {
    let page = Notebook::at("/auth/callback?code=c&state=s");
    let auth = start(&page);
    assert_eq!(failed(&auth), SignInError::StateMismatch);
    assert_eq!(page.shown(), "/");
    assert!(page.requests.borrow().is_empty());
}

#[test]
fn a_wrong_state_uses_the_attempt_up() {
    let (page, query) = asked("/customers/x");
    page.go("/auth/callback#code=c&state=wrong");
    assert_eq!(failed(&start(&page)), SignInError::StateMismatch);
    page.go(&format!("/auth/callback#code=c&state={}", query["state"]));
    assert_eq!(failed(&start(&page)), SignInError::StateMismatch);
}

#[test]
fn the_callback_without_an_answer_is_the_start_page() {
    let page = Notebook::at("/auth/callback");
    let auth = start(&page);
    assert_eq!(state(&auth), SessionState::SignedOut(Why::NeverSignedIn));
    assert_eq!(page.shown(), "/");
}

#[test]
fn under_a_base_everything_lies_under_it() {
    let page = Notebook::at("/vetted/customers");
    let auth = Auth::in_browser(&tenant(), "/vetted/", Rc::clone(&page) as Rc<dyn Browser>);
    press_sign_in(&page, &auth, "/elsewhere");
    page.answer_json(200, &document());
    let (_, query, _) = page.left_for();
    assert_eq!(
        query["redirect_uri"],
        "https://vetted.example/vetted/auth/callback"
    );
    page.go(&format!(
        "/vetted/auth/callback#code=c&state={}",
        query["state"]
    ));
    let back = Auth::in_browser(&tenant(), "/vetted", Rc::clone(&page) as Rc<dyn Browser>);
    assert_eq!(back.landing().as_deref(), Some("/vetted/"));
    assert_eq!(page.shown(), "/vetted/");
}

#[test]
fn a_return_address_that_was_tampered_with_in_storage_is_not_used() {
    let (page, query) = asked("/customers/x");
    for value in page.storage.borrow_mut().values_mut() {
        *value = value.replace("/customers/x", "//evil.example/x");
    }
    page.go(&format!("/auth/callback#code=c&state={}", query["state"]));
    auth(&page);
    assert_eq!(page.shown(), "/");
}

#[test]
fn an_id_token_for_another_sign_in_is_refused() {
    let (page, query) = asked("/");
    page.go(&format!("/auth/callback#code=c&state={}", query["state"]));
    let auth = start(&page);
    page.answer_json(200, &tokens(1, "another"));
    assert_eq!(failed(&auth), SignInError::NonceMismatch);
    assert_eq!(got(&bearer(&page, &auth)), Err(SignInError::NotSignedIn));
}

#[test]
fn an_exchange_without_an_id_token_is_unreadable() {
    let (page, query) = asked("/");
    page.go(&format!("/auth/callback#code=c&state={}", query["state"]));
    let auth = start(&page);
    let mut answer = tokens(1, "");
    answer.as_object_mut().unwrap().remove("id_token");
    page.answer_json(200, &answer);
    assert_eq!(failed(&auth), SignInError::Unreadable(Step::Exchange));
}

#[test]
fn failures_before_leaving_are_told_and_can_be_tried_again() {
    let page = Notebook::at("/");
    let auth = start(&page);
    let html = Ok((200, "<!doctype html>".to_owned()));
    let unknown =
        json!({ "error": "invalid_tenant", "error_description": "AADSTS90002: no such tenant" });
    for (reply, expected) in [
        (
            Err(Failure::NoAnswer),
            SignInError::NoAnswer(Step::Discovery),
        ),
        (
            Err(Failure::TooLarge),
            SignInError::TooLarge(Step::Discovery),
        ),
        (html, SignInError::Unreadable(Step::Discovery)),
        (
            Ok((503, String::new())),
            SignInError::Status(Step::Discovery, 503),
        ),
    ] {
        press_sign_in(&page, &auth, "/");
        page.answer(reply);
        assert_eq!(failed(&auth), expected);
    }
    press_sign_in(&page, &auth, "/");
    page.answer_json(400, &unknown);
    assert!(
        matches!(failed(&auth), SignInError::Authority(said) if said.error == "invalid_tenant")
    );
    assert!(page.stays());
    press_sign_in(&page, &auth, "/");
    page.answer_json(200, &document());
    assert!(!page.stays());
}

#[test]
fn without_cryptography_or_storage_the_page_stays_and_says_why() {
    let page = Notebook::at("/");
    let auth = start(&page);
    page.no_crypto.set(true);
    press_sign_in(&page, &auth, "/");
    assert_eq!(failed(&auth), SignInError::InsecureContext);
    page.no_crypto.set(false);
    page.randoms.set(0);
    page.storage_blocked.set(true);
    press_sign_in(&page, &auth, "/");
    page.answer_json(200, &document());
    assert_eq!(failed(&auth), SignInError::StorageBlocked);
    assert!(page.stays());
}

#[test]
fn a_reload_leaves_once_without_a_question_and_returns_to_the_same_place() {
    let (page, first) = signed_in();
    drop(first);
    page.go("/customers/x/request?step=2#z");
    let auth = start(&page);
    assert_eq!(state(&auth), SessionState::Starting);
    page.answer_json(200, &document());
    let (_, query, silently) = page.left_for();
    assert!(silently);
    assert_eq!(query["prompt"], "none");
    assert_eq!(query["login_hint"], "asta@contoso.example");
    assert_eq!(state(&auth), SessionState::Starting);

    page.go(&format!("/auth/callback#code=c&state={}", query["state"]));
    let back = start(&page);
    page.answer_json(200, &tokens(2, &query["nonce"]));
    assert!(matches!(state(&back), SessionState::SignedIn(_)));
    assert_eq!(page.shown(), "/customers/x/request?step=2#z");
}

#[test]
fn a_reload_that_the_authority_cannot_answer_silently_shows_the_sign_in_page_and_keeps_the_place() {
    for error in ["login_required", "interaction_required", "consent_required"] {
        let (page, first) = signed_in();
        drop(first);
        page.go("/customers/y");
        start(&page);
        page.answer_json(200, &document());
        let (_, query, _) = page.left_for();
        page.left_for.borrow_mut().clear();
        page.go(&format!(
            "/auth/callback#error={error}&state={}",
            query["state"]
        ));
        let auth = start(&page);
        assert_eq!(state(&auth), SessionState::SignedOut(Why::Expired));
        assert_eq!(page.shown(), "/customers/y");
        // And not again on the next reload.
        let reloaded = start(&page);
        assert_eq!(
            state(&reloaded),
            SessionState::SignedOut(Why::NeverSignedIn)
        );
        assert!(page.stays());
    }
}

#[test]
fn a_refusal_while_the_person_was_there_is_told() {
    let (page, query) = asked("/");
    page.go(&format!(
        "/auth/callback#error=access_denied&state={}",
        query["state"]
    ));
    assert!(
        matches!(failed(&start(&page)), SignInError::Authority(said) if said.error == "access_denied")
    );
}

#[test]
fn a_reload_without_a_network_can_be_repeated() {
    let (page, first) = signed_in();
    drop(first);
    let offline = start(&page);
    page.answer(Err(Failure::NoAnswer));
    assert_eq!(failed(&offline), SignInError::NoAnswer(Step::Discovery));
    start(&page);
    page.answer_json(200, &document());
    assert_eq!(page.left_for().1["prompt"], "none");
}

/// A page that has left without a question, as one does that is loaded while somebody is signed in.
fn leaving_silently() -> (Rc<Notebook>, Auth) {
    let (page, first) = signed_in();
    drop(first);
    let auth = start(&page);
    page.answer_json(200, &document());
    page.wake(Wake::Tick);
    assert_eq!(state(&auth), SessionState::Starting);
    (page, auth)
}

#[test]
fn a_page_that_was_stopped_while_leaving_silently_offers_to_sign_in() {
    let (page, auth) = leaving_silently();
    page.pass(STOPPED_AFTER + 1.0);
    page.wake(Wake::Tick);
    assert_eq!(state(&auth), SessionState::SignedOut(Why::Expired));
    assert_eq!(page.reloads.get(), 0);
}

#[test]
fn a_page_that_is_brought_back_after_it_left_silently_begins_anew() {
    let (page, auth) = leaving_silently();
    page.wake(Wake::Restored);
    assert_eq!(page.reloads.get(), 1);
    assert_eq!(state(&auth), SessionState::Starting);
}

#[test]
fn a_fresh_token_is_used_without_asking() {
    let (page, auth) = signed_in();
    page.pass(57.0 * MINUTE);
    assert_eq!(got(&bearer(&page, &auth)), Ok("access-1".to_owned()));
    assert!(page.requests.borrow().is_empty());
}

#[test]
fn what_a_sign_in_may_do_is_what_the_authority_said_last_or_else_what_was_asked_for() {
    let nobody = Notebook::at("/");
    assert_eq!(start(&nobody).scopes(), None);

    let (page, auth) = signed_in();
    assert_eq!(auth.scopes(), Some(tenant().scopes));
    page.pass(58.5 * MINUTE);
    bearer(&page, &auth);
    let mut narrowed = tokens(2, "n");
    narrowed["scope"] = json!("openid  https://other.example/read");
    page.answer_json(200, &narrowed);
    let granted = ["openid", "https://other.example/read"].map(str::to_owned);
    assert_eq!(auth.scopes(), Some(granted.to_vec()));
    auth.touch();
    page.pass(58.5 * MINUTE);
    bearer(&page, &auth);
    page.answer_json(200, &tokens(3, "n"));
    assert_eq!(
        auth.scopes(),
        Some(granted.to_vec()),
        "a silent renewal changes nothing"
    );
}

#[test]
fn however_many_ask_there_is_one_renewal() {
    let (page, auth) = signed_in();
    page.pass(58.5 * MINUTE);
    let outcomes = [
        bearer(&page, &auth),
        bearer(&page, &auth),
        renew(&page, &auth, "access-1"),
    ];
    let (_, form) = page.answer_json(200, &tokens(2, "n"));
    let form: BTreeMap<String, String> =
        form::decode(&form.unwrap()).unwrap().into_iter().collect();
    assert_eq!(form["grant_type"], "refresh_token");
    assert_eq!(form["refresh_token"], "refresh-1");
    for outcome in outcomes {
        assert_eq!(got(&outcome), Ok("access-2".to_owned()));
    }
    // The rotated refresh token is used next.
    auth.touch();
    page.pass(58.5 * MINUTE);
    bearer(&page, &auth);
    let (_, form) = page.answer_json(200, &tokens(3, "n"));
    assert!(form.unwrap().contains("refresh-2"));
}

#[test]
fn a_renewal_goes_on_when_who_asked_for_it_went_away() {
    let (page, auth) = signed_in();
    page.pass(58.5 * MINUTE);
    {
        let mut asked = Box::pin(auth.bearer());
        let mut context = Context::from_waker(Waker::noop());
        assert!(matches!(asked.as_mut().poll(&mut context), Poll::Pending));
    }
    page.run();
    page.answer_json(200, &tokens(2, "n"));
    assert_eq!(got(&bearer(&page, &auth)), Ok("access-2".to_owned()));
}

#[test]
fn a_renewal_without_a_network_ends_nothing() {
    let (page, auth) = signed_in();
    page.pass(58.5 * MINUTE);
    let valid = bearer(&page, &auth);
    page.answer(Err(Failure::NoAnswer));
    assert_eq!(
        got(&valid),
        Ok("access-1".to_owned()),
        "it is valid for another minute"
    );

    page.pass(0.4 * MINUTE);
    auth.touch();
    page.pass(5.0 * MINUTE);
    let over = bearer(&page, &auth);
    page.answer(Err(Failure::NoAnswer));
    assert_eq!(got(&over), Err(SignInError::NoAnswer(Step::Renewal)));
    assert!(matches!(state(&auth), SessionState::SignedIn(_)));

    let again = bearer(&page, &auth);
    page.answer_json(200, &tokens(2, "n"));
    assert_eq!(got(&again), Ok("access-2".to_owned()));
}

#[test]
fn a_renewal_that_needs_the_person_expires_the_session_and_leaves_the_page_alone() {
    for error in ["invalid_grant", "interaction_required"] {
        let (page, auth) = signed_in();
        page.pass(58.5 * MINUTE);
        let outcome = bearer(&page, &auth);
        page.answer_json(400, &json!({ "error": error }));
        assert_eq!(got(&outcome), Err(SignInError::Expired));
        assert_eq!(state(&auth), SessionState::SignedOut(Why::Expired));
        assert!(page.stays());
        // Signing in again suggests the same person.
        press_sign_in(&page, &auth, "/customers/x");
        page.answer_json(200, &document());
        let (_, query, _) = page.left_for();
        assert_eq!(query["login_hint"], "asta@contoso.example");
        assert!(!query.contains_key("prompt"));
    }
}

#[test]
fn an_expired_session_stays_expired_when_signing_in_again_cannot_start() {
    let (page, auth) = signed_in();
    renew(&page, &auth, "access-1");
    page.answer_json(400, &json!({ "error": "invalid_grant" }));
    let handle = auth.clone();
    let outcome = page.begin(async move { handle.sign_in_with(Prompt::AsNeeded, "/").await });
    page.answer(Err(Failure::NoAnswer));
    assert_eq!(
        outcome.take(),
        Some(Err(SignInError::NoAnswer(Step::Discovery)))
    );
    assert_eq!(state(&auth), SessionState::SignedOut(Why::Expired));
}

#[test]
fn another_refusal_of_a_renewal_is_told_and_ends_nothing() {
    let (page, auth) = signed_in();
    page.pass(MINUTE);
    let outcome = renew(&page, &auth, "access-1");
    page.answer_json(503, &json!({ "error": "temporarily_unavailable" }));
    assert!(matches!(got(&outcome), Err(SignInError::Authority(_))));
    assert!(matches!(state(&auth), SessionState::SignedIn(_)));
}

#[test]
fn a_token_that_was_replaced_already_is_not_renewed_again() {
    let (page, auth) = signed_in();
    let first = renew(&page, &auth, "access-1");
    page.answer_json(200, &tokens(2, "n"));
    assert_eq!(got(&first), Ok("access-2".to_owned()));
    assert_eq!(
        got(&renew(&page, &auth, "access-1")),
        Ok("access-2".to_owned())
    );
    assert!(page.requests.borrow().is_empty());
}

#[test]
fn tokens_that_are_refused_again_and_again_are_not_renewed_for_ever() {
    let (page, auth) = signed_in();
    for (number, refused) in [(2, "access-1"), (3, "access-2"), (4, "access-3")] {
        let outcome = renew(&page, &auth, refused);
        page.answer_json(200, &tokens(number, "n"));
        assert_eq!(got(&outcome), Ok(format!("access-{number}")));
    }
    let loops = renew(&page, &auth, "access-4");
    assert_eq!(got(&loops), Err(SignInError::StillRefused));
    page.pass(MINUTE);
    let later = renew(&page, &auth, "access-4");
    page.answer_json(200, &tokens(5, "n"));
    assert_eq!(got(&later), Ok("access-5".to_owned()));
}

#[test]
fn a_renewal_that_brings_somebody_else_expires_the_session() {
    let (page, auth) = signed_in();
    let outcome = renew(&page, &auth, "access-1");
    let mut other = claims();
    other["oid"] = json!("0a0b0c0d-0000-4000-8000-000000000002");
    let mut answer = tokens(2, "n");
    answer["id_token"] = json!(id_token(&other));
    page.answer_json(200, &answer);
    assert_eq!(got(&outcome), Err(SignInError::Expired));
    assert_eq!(state(&auth), SessionState::SignedOut(Why::Expired));
}

#[test]
fn tokens_that_come_after_signing_out_are_dropped() {
    let (page, auth) = signed_in();
    let outcome = renew(&page, &auth, "access-1");
    auth.sign_out(SignOut::default());
    page.answer_json(200, &tokens(2, "n"));
    assert_eq!(got(&outcome), Err(SignInError::NotSignedIn));
    assert_eq!(got(&bearer(&page, &auth)), Err(SignInError::NotSignedIn));
    assert!(matches!(
        state(&auth),
        SessionState::SignedOut(Why::SignedOutHere { .. })
    ));
}

#[test]
fn signing_out_works_offline_and_offers_the_authoritys_own_sign_out() {
    let (page, auth) = signed_in();
    page.store("vetted.drafts", "somebody else's business");
    auth.sign_out(SignOut::default());
    let SessionState::SignedOut(Why::SignedOutHere {
        end_session: Some(url),
    }) = state(&auth)
    else {
        panic!("{:?}", state(&auth));
    };
    assert_eq!(
        url,
        format!(
            "https://login.authority.example/{TENANT}/oauth2/v2.0/logout?client_id={CLIENT}&\
             post_logout_redirect_uri=https%3A%2F%2Fvetted.example%2F&logout_hint=asta%40contoso.example"
        )
    );
    assert!(page.stays() && page.requests.borrow().is_empty());
    assert_eq!(page.keys(), ["vetted.auth.signed-out", "vetted.drafts"]);
}

#[test]
fn signing_out_at_the_authority_too_leaves_for_it() {
    let (page, auth) = signed_in();
    auth.sign_out(SignOut {
        also_at_authority: true,
    });
    let (address, _, silently) = page.left_for();
    assert!(address.ends_with("/oauth2/v2.0/logout") && !silently);
}

#[test]
fn after_signing_out_the_account_is_asked_for_until_somebody_signs_in() {
    let (page, auth) = signed_in();
    auth.sign_out(SignOut::default());
    for _ in 0..2 {
        // Also after a reload, and after coming back without a result.
        let auth = start(&page);
        assert_eq!(state(&auth), SessionState::SignedOut(Why::NeverSignedIn));
        press_sign_in(&page, &auth, "/");
        page.answer_json(200, &document());
        let (_, query, _) = page.left_for();
        assert_eq!(query["prompt"], "select_account");
        assert!(!query.contains_key("login_hint"));
    }
    let (_, query, _) = page.left_for();
    page.go(&format!("/auth/callback#code=c&state={}", query["state"]));
    start(&page);
    page.answer_json(200, &tokens(1, &query["nonce"]));
    assert_eq!(page.keys(), ["vetted.auth.hint"]);
}

#[test]
fn a_missing_second_factor_is_asked_for_with_a_fresh_sign_in() {
    let (page, auth) = signed_in();
    let handle = auth.clone();
    page.begin(async move { handle.sign_in_with(Prompt::Login, "/customers/x").await });
    page.answer_json(200, &document());
    let (_, query, _) = page.left_for();
    assert_eq!(query["prompt"], "login");
    assert_eq!(query["login_hint"], "asta@contoso.example");
}

#[test]
fn a_fresh_sign_in_that_cannot_start_leaves_the_session_as_it_is() {
    let (page, auth) = signed_in();
    let handle = auth.clone();
    let outcome = page.begin(async move { handle.sign_in_with(Prompt::Login, "/").await });
    page.answer(Err(Failure::NoAnswer));
    assert_eq!(
        outcome.take(),
        Some(Err(SignInError::NoAnswer(Step::Discovery)))
    );
    assert!(matches!(state(&auth), SessionState::SignedIn(_)));
}

#[test]
fn idling_warns_and_then_ends_the_session() {
    let (page, auth) = signed_in();
    page.pass(57.0 * MINUTE);
    page.wake(Wake::Tick);
    assert_eq!(auth.0.idle.get_untracked(), Idle::Active);
    page.pass(2.0 * MINUTE);
    page.wake(Wake::Tick);
    assert_eq!(
        auth.0.idle.get_untracked(),
        Idle::Warning { seconds_left: 60 }
    );
    page.pass(MINUTE);
    page.wake(Wake::Tick);
    assert_eq!(state(&auth), SessionState::SignedOut(Why::IdleTooLong));
    assert_eq!(auth.0.idle.get_untracked(), Idle::Active);
    assert_eq!(got(&bearer(&page, &auth)), Err(SignInError::NotSignedIn));
    // A reload does not bring it back either.
    assert_eq!(
        state(&start(&page)),
        SessionState::SignedOut(Why::NeverSignedIn)
    );
}

#[test]
fn what_an_expired_session_leaves_on_screen_goes_at_the_idle_limit() {
    let (page, auth) = signed_in();
    renew(&page, &auth, "access-1");
    page.answer_json(400, &json!({ "error": "invalid_grant" }));
    page.pass(59.0 * MINUTE);
    page.wake(Wake::Tick);
    assert_eq!(state(&auth), SessionState::SignedOut(Why::Expired));
    assert_eq!(auth.0.idle.get_untracked(), Idle::Active);
    page.pass(MINUTE);
    page.wake(Wake::Tick);
    assert_eq!(state(&auth), SessionState::SignedOut(Why::IdleTooLong));
}

#[test]
fn staying_takes_the_warning_away_at_once() {
    let (page, auth) = signed_in();
    page.pass(59.0 * MINUTE);
    page.wake(Wake::Tick);
    assert!(matches!(auth.0.idle.get_untracked(), Idle::Warning { .. }));
    auth.stay();
    assert_eq!(auth.0.idle.get_untracked(), Idle::Active);
    page.pass(57.0 * MINUTE);
    page.wake(Wake::Tick);
    assert!(matches!(state(&auth), SessionState::SignedIn(_)));
}

#[test]
fn a_computer_that_wakes_up_after_the_limit_goes_on_with_nothing() {
    // Whatever comes first: a key, a request or a tick.
    let (page, auth) = signed_in();
    page.pass(480.0 * MINUTE);
    auth.touch();
    assert_eq!(got(&bearer(&page, &auth)), Err(SignInError::NotSignedIn));
    assert_eq!(state(&auth), SessionState::SignedOut(Why::IdleTooLong));
    assert!(page.requests.borrow().is_empty());
}

#[test]
fn a_tab_that_the_browser_discarded_while_idle_does_not_sign_in_by_itself() {
    let (page, first) = signed_in();
    page.pass(30.0 * MINUTE);
    first.touch();
    page.wake(Wake::Tick);
    drop(first);
    page.pass(59.0 * MINUTE);
    let early = start(&page);
    assert_eq!(state(&early), SessionState::Starting);
    page.answer(Err(Failure::NoAnswer));
    page.pass(MINUTE);
    assert_eq!(
        state(&start(&page)),
        SessionState::SignedOut(Why::IdleTooLong)
    );
    assert!(page.stays());
}

#[test]
fn a_dropped_session_is_not_kept_alive_by_the_timer() {
    let (page, auth) = signed_in();
    let weak = Rc::downgrade(&auth.0);
    drop(auth);
    assert!(weak.upgrade().is_none());
    page.wake(Wake::Tick);
}
