//! A way to give up on a call from outside, for example when a newer search supersedes it.
//! Must not know what is being given up.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use futures::{
    FutureExt,
    channel::oneshot::{self, Receiver, Sender},
    future::Shared,
};

/// Cancels every call that was given a copy of it, now and later.
///
/// It may be moved into any clean-up callback: it is `Send`, and aborting twice does nothing.
#[derive(Clone)]
pub struct Cancel {
    trigger: Arc<Mutex<Option<Sender<()>>>>,
    aborted: Shared<Receiver<()>>,
}

impl Default for Cancel {
    fn default() -> Self {
        let (trigger, aborted) = oneshot::channel();
        Cancel {
            trigger: Arc::new(Mutex::new(Some(trigger))),
            aborted: aborted.shared(),
        }
    }
}

impl Cancel {
    /// Gives up on the calls: each ends at once with [`ErrorKind::Cancelled`](super::ErrorKind::Cancelled).
    pub fn abort(&self) {
        let mut trigger = self.trigger.lock().unwrap_or_else(PoisonError::into_inner);
        // Dropping the sender resolves every copy of the receiver.
        trigger.take();
    }

    /// Whether [`abort`](Self::abort) was called.
    pub fn is_aborted(&self) -> bool {
        self.aborted.clone().now_or_never().is_some()
    }

    /// Resolves when [`abort`](Self::abort) is called.
    pub fn aborted(&self) -> impl Future<Output = ()> + Unpin + use<> {
        self.aborted.clone().map(|_| ())
    }
}
