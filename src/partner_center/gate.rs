//! The gate that every call passes before it is sent: it lets in as many as the pace allows, and none during a pause.
//! Must not know what a call is for or how it is sent.

use std::{cell::RefCell, rc::Rc};

use futures::{
    FutureExt,
    channel::oneshot::{self, Sender},
    future::{self, LocalBoxFuture},
};

use super::{
    cancel::Cancel,
    client::Host,
    error::Error,
    response::Exchange,
    retry::{Admission, Pace},
};

/// Why a call was not let in.
pub(super) enum Shut {
    /// The caller gave up.
    Cancelled,
    /// The pause is too long to wait for; so many seconds are left.
    Paused(u32),
}

/// One gate for all copies of a client.
pub(super) struct Gate {
    host: Rc<dyn Host>,
    pace: RefCell<Pace>,
    waiting: RefCell<Vec<Sender<()>>>,
}

impl Gate {
    pub(super) fn new(host: Rc<dyn Host>) -> Rc<Gate> {
        Rc::new(Gate {
            host,
            pace: RefCell::default(),
            waiting: RefCell::default(),
        })
    }

    /// Waits until a call may be sent. It counts as under way until its place is dropped.
    pub(super) async fn enter(self: &Rc<Self>, cancel: &Cancel) -> Result<Place, Shut> {
        while !cancel.is_aborted() {
            let admission = self.pace.borrow_mut().admit(self.host.now());
            let change = match admission {
                Admission::Enter => return Ok(Place(self.clone())),
                Admission::Refused(seconds) => return Err(Shut::Paused(seconds)),
                Admission::Wait(milliseconds) => self.host.wait(milliseconds),
                Admission::Full => self.somebody_leaves(),
            };
            future::select(cancel.aborted(), change).await;
        }
        Err(Shut::Cancelled)
    }

    /// Whether the pause, if there is one, is short enough for a call to wait for its end.
    pub(super) fn is_worth_waiting(&self) -> bool {
        self.pace.borrow().is_worth_waiting(self.host.now())
    }

    /// Takes note of what an answer means for all calls.
    pub(super) fn heard(&self, exchange: &Exchange) {
        let now = self.host.now();
        if exchange.answer.status != 429 {
            return self.pace.borrow_mut().answered(now);
        }
        let asked = Error::from_exchange(exchange).retry_after;
        let chance = self.host.random();
        let until = self.pace.borrow_mut().throttled(now, asked, chance);
        self.tell(until);
    }

    /// Makes all calls wait.
    pub(super) fn pause_for(&self, milliseconds: f64) {
        let now = self.host.now();
        let until = self.pace.borrow_mut().pause_for(now, milliseconds);
        self.tell(until);
    }

    fn tell(&self, until: Option<f64>) {
        if let Some(until) = until {
            self.host.paused(until);
        }
    }

    fn somebody_leaves(&self) -> LocalBoxFuture<'static, ()> {
        let (wake, woken) = oneshot::channel();
        self.waiting.borrow_mut().push(wake);
        woken.map(|_| ()).boxed_local()
    }
}

/// A place among the calls under way; dropping it makes room for another.
pub(super) struct Place(Rc<Gate>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.pace.borrow_mut().leave();
        // All of them look again, those that gave up too: nobody is ever waited for who is no longer there.
        for waiting in self.0.waiting.take() {
            let _ = waiting.send(());
        }
    }
}
