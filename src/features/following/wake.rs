//! Sleeping until a time has passed or somebody calls.
//! Must not know who sleeps, or why.

use crate::clock;
use futures::channel::oneshot;
use futures::future;
use leptos::prelude::*;

/// Wakes the one who sleeps.
#[derive(Clone, Copy)]
pub(super) struct Wake(StoredValue<Option<oneshot::Sender<()>>, LocalStorage>);

impl Wake {
    pub(super) fn new() -> Self {
        Self(StoredValue::new_local(None))
    }

    /// Wakes whoever sleeps; nobody may.
    pub(super) fn up(self) {
        let sleeper = self.0.try_update_value(Option::take).flatten();
        if let Some(sleeper) = sleeper {
            let _ = sleeper.send(());
        }
    }

    /// Sleeps for so many milliseconds, or until it is woken. The error says that the app is gone.
    pub(super) async fn sleep(self, milliseconds: f64) -> Result<(), Gone> {
        let (waker, woken) = oneshot::channel();
        let kept = self.0.try_update_value(|sleeper| *sleeper = Some(waker));
        kept.ok_or(Gone)?;
        future::select(woken, clock::wait(milliseconds)).await;
        Ok(())
    }
}

/// The part of the app that slept has been left for good.
pub(super) struct Gone;
