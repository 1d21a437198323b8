//! Going to every state, one after the other, with something to do in each.
//! Must not know which states there are, nor what is done there.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::thread;

use futures::FutureExt;
use serde_json::Value;

use super::{State, states};
use crate::driver::Engine;
use crate::world::{Setup, World, run_in, words_of};

/// Enough that a search finds more than one page.
const CUSTOMERS: usize = 500;
/// How many browsers are on the way at the same time.
const AT_ONCE: usize = 2;

/// What is gone to, and in which browser.
#[derive(Clone, Default)]
pub struct Extent {
    /// The browser; states that it cannot reach are left out.
    pub engine: Engine,
    /// The one state to go to; without it all of them.
    pub only: Option<String>,
    /// The folder of the site; without it the built one.
    pub site: Option<PathBuf>,
}

impl Extent {
    /// Whether a state is gone to.
    pub fn has(&self, state: &State) -> bool {
        let possible = self.engine == Engine::Chromium || !state.chromium_alone;
        possible && self.only.as_deref().is_none_or(|only| only == state.name)
    }
}

/// Goes to each state and calls `see` there; gives what went wrong, each with the name of the state.
pub fn visit(extent: &Extent, see: impl AsyncFn(&World, &State) + Sync) -> Vec<String> {
    let setup = Setup {
        customers: CUSTOMERS,
        site: extent.site.clone(),
        ..Setup::default()
    };
    let here: Vec<State> = states().into_iter().filter(|it| extent.has(it)).collect();
    // What only Chromium's driver can do outlasts the page, so those get a browser of their own.
    let (alone, together): (VecDeque<State>, VecDeque<State>) =
        here.into_iter().partition(|state| state.chromium_alone);
    let (alone, together) = (Mutex::new(alone), Mutex::new(together));
    let troubles = Mutex::new(Vec::new());
    let go = async |w: &World, state: &State| {
        let gone = AssertUnwindSafe(is_seen(w, state, &see)).catch_unwind();
        if let Err(panic) = gone.await {
            w.keep_for_inspection(state.name, panic.as_ref()).await;
            let trouble = format!("{}: {}", state.name, words_of(panic.as_ref()));
            lock(&troubles).push(trouble);
        }
    };
    let work = || {
        run_in(extent.engine, &setup, &async |w: &World| {
            while let Some(state) = next(&together) {
                go(w, &state).await;
            }
        });
        while let Some(state) = next(&alone) {
            run_in(extent.engine, &setup, &async |w: &World| {
                go(w, &state).await;
            });
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
    troubles
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
}

async fn is_seen(w: &World, state: &State, see: &impl AsyncFn(&World, &State)) {
    let proof = state.is_reached(w).await;
    see(w, state).await;
    assert!(
        proof.still_holds().await,
        "it did not last as long as the look at it"
    );
    let mut found = w.findings().await;
    if state.broken {
        found.faults.clear();
    }
    assert!(found.are_none(), "{found:#?}");
}

impl World {
    /// A browser that keeps nothing and a sandbox as it starts.
    pub(super) async fn begins_afresh(&self) {
        /// A page that is open keeps its database.
        const FORGET: &str = "localStorage.clear(); sessionStorage.clear();
            return new Promise((done) => {
              const asked = indexedDB.deleteDatabase('vetted');
              asked.onsuccess = asked.onerror = () => done('forgotten');
            })";
        self.open_quietly().await;
        let forgotten = self.run_script(FORGET, vec![]).await;
        assert_eq!(forgotten, "forgotten", "the browser keeps something");
        self.partner_center
            .control("POST", "/sandbox/reset", Value::Null);
    }
}

fn next(queue: &Mutex<VecDeque<State>>) -> Option<State> {
    lock(queue).pop_front()
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
