//! A client between two fakes: an app with a virtual clock, and a transport that answers as scripted.
//! Must not know what is tested with it.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use futures::{
    FutureExt,
    channel::oneshot::{self, Sender},
    future::{LocalBoxFuture, pending, ready},
};
use vetted::partner_center::{
    Cancel, Client, Host, NoToken, RequestContract, Silence,
    response::Answer,
    transport::{Failure, Outgoing, Transport},
};

/// What the transport answers to one call.
pub(crate) type Scripted = Result<Answer, Failure>;

/// Answers from the front; when held, a call stays under way until the test lets it end.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) answers: RefCell<VecDeque<Scripted>>,
    pub(crate) calls: RefCell<Vec<Outgoing>>,
    /// Why a call died, where somebody asks.
    pub(crate) silence: Cell<Option<Silence>>,
    /// How often somebody asked.
    pub(crate) asked_why: Cell<u32>,
    pub(crate) held: Cell<bool>,
    under_way: RefCell<VecDeque<Sender<()>>>,
}

impl Script {
    /// Lets the oldest call that is under way end with the next answer.
    pub(crate) fn end_one(&self) {
        let oldest = self.under_way.borrow_mut().pop_front();
        let _ = oldest.expect("a call under way").send(());
    }

    /// How many calls are under way, those given up left out.
    pub(crate) fn under_way(&self) -> usize {
        let mut under_way = self.under_way.borrow_mut();
        under_way.retain(|call| !call.is_canceled());
        under_way.len()
    }

    /// How many calls have been sent.
    pub(crate) fn sent(&self) -> usize {
        self.calls.borrow().len()
    }
}

impl Transport for Script {
    fn send<'a>(
        &'a self,
        call: Outgoing,
        cancel: &'a Cancel,
    ) -> LocalBoxFuture<'a, Result<Answer, Failure>> {
        self.calls.borrow_mut().push(call);
        let next = || self.answers.borrow_mut().pop_front();
        if !self.held.get() {
            return ready(next().expect("one call more than scripted")).boxed_local();
        }
        let (end, ended) = oneshot::channel();
        self.under_way.borrow_mut().push_back(end);
        async move {
            match futures::future::select(cancel.aborted(), ended).await {
                futures::future::Either::Left(_) => Err(Failure::Cancelled),
                futures::future::Either::Right(_) => next().expect("one call more than scripted"),
            }
        }
        .boxed_local()
    }

    fn why_silent<'a>(&'a self, _: &'a str) -> LocalBoxFuture<'a, Silence> {
        self.asked_why.set(self.asked_why.get() + 1);
        match self.silence.get() {
            Some(silence) => ready(silence).boxed_local(),
            None => pending().boxed_local(),
        }
    }
}

/// An app whose first token is `old` and whose renewed one is `new`.
///
/// Its clock stands still but for waits: they are over at once and take their time, or, when held, as the test says.
#[derive(Default)]
pub(crate) struct App {
    pub(crate) no_token: Option<NoToken>,
    pub(crate) cannot_renew: Option<NoToken>,
    pub(crate) refused: RefCell<Vec<String>>,
    pub(crate) ids: Cell<u32>,
    pub(crate) dates: RefCell<Vec<String>>,
    pub(crate) time: Cell<f64>,
    /// How long each wait was to be, in milliseconds.
    pub(crate) waits: RefCell<Vec<f64>>,
    /// Until when the app was told that all calls wait.
    pub(crate) pauses: RefCell<Vec<f64>>,
    pub(crate) held: Cell<bool>,
    pub(crate) alarms: RefCell<Vec<(f64, Sender<()>)>>,
}

impl App {
    /// Lets time pass, and ends the waits that are due.
    pub(crate) fn pass(&self, milliseconds: f64) {
        self.time.set(self.time.get() + milliseconds);
        let due = |(at, _): &mut (f64, Sender<()>)| *at <= self.time.get();
        let due: Vec<_> = self.alarms.borrow_mut().extract_if(.., due).collect();
        for (_, alarm) in due {
            let _ = alarm.send(());
        }
    }
}

impl Host for App {
    fn bearer(&self) -> LocalBoxFuture<'_, Result<String, NoToken>> {
        ready(self.no_token.map_or(Ok("old".to_owned()), Err)).boxed_local()
    }

    fn renew(&self, refused: &str) -> LocalBoxFuture<'_, Result<String, NoToken>> {
        self.refused.borrow_mut().push(refused.to_owned());
        ready(self.cannot_renew.map_or(Ok("new".to_owned()), Err)).boxed_local()
    }

    fn new_id(&self) -> String {
        self.ids.set(self.ids.get() + 1);
        format!("id-{}", self.ids.get())
    }

    fn served_at(&self, date: &str) {
        self.dates.borrow_mut().push(date.to_owned());
    }

    fn now(&self) -> f64 {
        self.time.get()
    }

    fn wait(&self, milliseconds: f64) -> LocalBoxFuture<'static, ()> {
        self.waits.borrow_mut().push(milliseconds);
        if !self.held.get() {
            self.pass(milliseconds);
            return ready(()).boxed_local();
        }
        let (alarm, rung) = oneshot::channel();
        let at = self.time.get() + milliseconds;
        self.alarms.borrow_mut().push((at, alarm));
        rung.map(|_| ()).boxed_local()
    }

    fn random(&self) -> f64 {
        0.0
    }

    fn paused(&self, until: f64) {
        self.pauses.borrow_mut().push(until);
    }
}

/// The client and its fakes.
pub(crate) struct Stage {
    pub(crate) client: Client,
    pub(crate) app: Rc<App>,
    pub(crate) script: Rc<Script>,
}

impl Stage {
    pub(crate) fn new(app: App, answers: impl IntoIterator<Item = Scripted>) -> Stage {
        let app = Rc::new(app);
        let script = Rc::new(Script {
            answers: RefCell::new(answers.into_iter().collect()),
            silence: Cell::new(Some(Silence::ConnectionLost)),
            ..Script::default()
        });
        let client = Client::new(String::new(), RequestContract::Current, app.clone());
        let client = client.with_transport(script.clone());
        Stage {
            client,
            app,
            script,
        }
    }

    /// The values of a header, one per call.
    pub(crate) fn sent(&self, name: &str) -> Vec<String> {
        let calls = self.script.calls.borrow();
        let value = |call: &Outgoing| {
            let header = call.headers.iter().find(|(key, _)| key == name);
            header.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        calls.iter().map(value).collect()
    }

    /// The address of each call.
    pub(crate) fn urls(&self) -> Vec<String> {
        let calls = self.script.calls.borrow();
        calls.iter().map(|call| call.url.clone()).collect()
    }
}

/// The outcome of something that has nothing to wait for.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing to wait for")
}
