//! Reads followed customers by itself, as [`plan`](super::plan) says: only in a tab that is in sight and online, and in one
//! tab of all. Must not know how anything looks.

use super::plan::{Next, Plan};
use super::state::Following;
use super::wake::Gone;
use crate::partner_center::{Cancel, CustomerId, Error, ErrorKind};
use crate::tabs::{self, Lock};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;

/// How often a tab that does not lead asks whether it may, in milliseconds.
const ASK_AGAIN: f64 = 5_000.0;
/// The longest sleep, in milliseconds: in the sandbox the clock may jump meanwhile.
const LONGEST_SLEEP: i64 = 10_000;

/// Where the watcher of this tab is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Watching {
    /// Nothing is undecided, or nothing is known yet.
    Idle,
    /// This tab reads, and will do so next at this moment, in milliseconds since 1970 UTC.
    Here(i64),
    /// Another tab reads.
    Elsewhere,
    /// There is no connection.
    Offline,
    /// The service asked for a pause.
    Paused,
}

/// Watches as long as the app lives.
pub(super) fn watch(following: Following, watching: RwSignal<Watching>) {
    for event in ["visibilitychange", "online", "offline", "focus"] {
        let listener = window_event_listener_untyped(event, move |_| following.wake.up());
        on_cleanup(move || listener.remove());
    }
    // A clock that jumps, as in the sandbox, makes somebody due.
    Effect::new(move |_| {
        following.services.clock.watch();
        following.wake.up();
    });
    leptos::task::spawn_local(async move {
        // Nobody is left to tell when the app is gone.
        let _: Result<(), Gone> = lead(following, watching).await;
    });
}

async fn lead(following: Following, watching: RwSignal<Watching>) -> Result<(), Gone> {
    let mut leads: Option<(Lock, Rc<RefCell<Plan>>)> = None;
    loop {
        let watched = following.watched();
        let state = state(following, watched.is_empty());
        let sleep = if let Some(state) = state {
            leads = None;
            note(watching, state);
            ASK_AGAIN
        } else if let Some((_, plan)) = &leads {
            let now = following.now().millis() as i64;
            let next = plan.borrow_mut().next(&watched, now);
            match next {
                Next::Read(customer) => {
                    note(watching, Watching::Here(now));
                    plan.borrow_mut().sent(customer, watched.len(), now);
                    leptos::task::spawn_local(read(following, Rc::clone(plan), customer));
                    continue;
                }
                Next::Wait(wait) => {
                    // What is under way is news before anything else is.
                    let soon = plan.borrow().is_busy();
                    note(
                        watching,
                        Watching::Here(if soon { now } else { now + wait }),
                    );
                    wait.min(LONGEST_SLEEP) as f64
                }
            }
        } else {
            let name = format!("vetted.watch.{}", following.tenant().unwrap_or_default());
            leads = tabs::try_lock(&name).await.map(|lock| {
                let plan = Plan::begin(&watched, following.now().millis() as i64);
                (lock, Rc::new(RefCell::new(plan)))
            });
            if leads.is_some() {
                continue;
            }
            note(watching, Watching::Elsewhere);
            ASK_AGAIN
        };
        following.wake.sleep(sleep).await?;
    }
}

/// Why this tab does not read now.
fn state(following: Following, nothing: bool) -> Option<Watching> {
    if nothing || following.is_gone() || !tabs::visible() {
        return Some(Watching::Idle);
    }
    if !window().navigator().on_line() {
        return Some(Watching::Offline);
    }
    let paused = following.services.pause.is_on();
    paused.then_some(Watching::Paused)
}

fn note(watching: RwSignal<Watching>, state: Watching) {
    if watching.try_get_untracked() != Some(state) {
        watching.try_set(state);
    }
}

async fn read(following: Following, plan: Rc<RefCell<Plan>>, customer: CustomerId) {
    let client = following.services.client();
    let answer = client.qualifications(customer, &Cancel::default()).await;
    let (pause, troubled) = match answer {
        Ok(list) => {
            following.observed(customer, list, None).await;
            name(following, customer).await;
            (None, false)
        }
        Err(error) => {
            following.failed(customer, &error).await;
            let pause = error.retry_after.map(|seconds| i64::from(seconds) * 1_000);
            (pause, would_fail_again(&error))
        }
    };
    let now = following.now().millis() as i64;
    plan.borrow_mut().came_back(customer, pause, troubled, now);
    following.wake.up();
}

/// Learns what a customer is called, where nobody has looked at it since it is followed.
async fn name(following: Following, customer: CustomerId) {
    if !following.is_nameless(customer) {
        return;
    }
    let client = following.services.client();
    if let Ok(read) = client.customer(customer, &Cancel::default()).await {
        following.named(customer, read.company_name).await;
    }
}

/// Whether reading another customer would fail the same way.
fn would_fail_again(error: &Error) -> bool {
    !matches!(
        error.kind,
        ErrorKind::NotFound
            | ErrorKind::NotAllowed
            | ErrorKind::Cancelled
            | ErrorKind::UnexpectedAnswer(_)
    )
}
