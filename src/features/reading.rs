//! Reading something from the service for a page: the last value, its age, a failure beside it, and reading it again.
//! Must not know what is read.

use crate::clock::Clock;
use crate::partner_center::{Cancel, Error, ErrorKind};
use futures::FutureExt;
use leptos::prelude::*;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

/// A value as the service gave it, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot<T> {
    /// What was read.
    pub value: T,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at: f64,
}

type Fetch<T> = Rc<dyn Fn(Cancel) -> Pin<Box<dyn Future<Output = Result<T, Error>>>>>;

/// Something a page reads, once or again and again.
///
/// A failed reading keeps the last value; a new reading aborts the one under way; leaving the page aborts both.
pub struct Reading<T: Send + Sync + 'static> {
    /// The last value read.
    pub value: RwSignal<Option<Snapshot<T>>>,
    /// Why the newest reading failed; empty once one succeeds.
    pub failure: RwSignal<Option<Error>>,
    /// Whether a reading is under way.
    pub busy: RwSignal<bool>,
    clock: Clock,
    fetch: StoredValue<Fetch<T>, LocalStorage>,
    in_flight: StoredValue<Option<Cancel>, LocalStorage>,
    round: StoredValue<u32>,
}

impl<T: Send + Sync + 'static> Clone for Reading<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync + 'static> Copy for Reading<T> {}

impl<T: Clone + Send + Sync + 'static> Reading<T> {
    /// Prepares a reading; nothing is asked before [`Reading::again`].
    pub fn new<F, Fut>(clock: Clock, fetch: F) -> Self
    where
        F: Fn(Cancel) -> Fut + 'static,
        Fut: Future<Output = Result<T, Error>> + 'static,
    {
        let fetch: Fetch<T> = Rc::new(move |cancel| Box::pin(fetch(cancel)));
        let reading = Self {
            value: RwSignal::new(None),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            clock,
            fetch: StoredValue::new_local(fetch),
            in_flight: StoredValue::new_local(None),
            round: StoredValue::new(0),
        };
        on_cleanup(move || reading.abort());
        again_once_connected(reading.failure, move || reading.again());
        reading
    }

    /// Reads (again), aborting a reading under way. From event handlers and effects alike.
    ///
    /// What needs no waiting is done at once, so that the call is on its way while its page is drawn.
    pub fn again(self) {
        let mut reading = Box::pin(self.read());
        if untrack(|| reading.as_mut().now_or_never()).is_none() {
            leptos::task::spawn_local(async move {
                reading.await;
            });
        }
    }

    /// Reads and waits for the outcome: the fresh value, or `None` when it failed or was superseded.
    pub async fn read(self) -> Option<T> {
        self.abort();
        let cancel = Cancel::default();
        let fetch = self.fetch.try_get_value()?;
        let round = self.round.try_get_value()? + 1;
        self.round.try_set_value(round);
        self.in_flight.try_set_value(Some(cancel.clone()));
        self.busy.try_set(true);

        let outcome = fetch(cancel).await;

        // The page may be gone, or have asked again meanwhile: then this answer is nobody's.
        if self.round.try_get_value() != Some(round) {
            return None;
        }
        self.busy.try_set(false);
        self.in_flight.try_set_value(None);
        match outcome {
            Ok(value) => {
                self.failure.try_set(None);
                self.value.try_set(Some(Snapshot {
                    value: value.clone(),
                    at: self.clock.now(),
                }));
                Some(value)
            }
            Err(error) if error.kind == ErrorKind::Cancelled => None,
            Err(error) => {
                self.failure.try_set(Some(error));
                None
            }
        }
    }

    fn abort(self) {
        if let Some(Some(cancel)) = self.in_flight.try_get_value() {
            cancel.abort();
        }
    }
}

/// Reads again when the connection is back, if the last reading failed for want of one.
pub fn again_once_connected(failure: RwSignal<Option<Error>>, again: impl Fn() + 'static) {
    let back = window_event_listener_untyped("online", move |_| {
        let failed = failure.try_get_untracked().flatten();
        if failed.is_some_and(|error| for_want_of_connection(error.kind)) {
            again();
        }
    });
    on_cleanup(move || back.remove());
}

fn for_want_of_connection(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NoAnswer(_) | ErrorKind::TimedOut | ErrorKind::SignInUnreachable
    )
}
