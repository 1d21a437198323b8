//! The app's one clock. In the sandbox it follows the service's `Date`, so that a jumped week reaches every age shown.
//! Must not know who asks for the time.

use gloo_timers::callback::Interval;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// How often texts such as "3 minutes ago" are written anew, in milliseconds.
const TICK: u32 = 10_000;
/// A `Date` header has whole seconds, so smaller differences say nothing, in milliseconds.
const NOTICEABLE: f64 = 2_000.0;

/// Tells the time, in milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy)]
pub struct Clock {
    /// Service time minus this computer's time. Told anew with each tick.
    offset: RwSignal<f64>,
    follows_service: bool,
}

impl Clock {
    /// Starts the clock. It belongs to the reactive owner that starts it, and stops with it.
    pub fn start(follows_service: bool) -> Self {
        let offset = RwSignal::new(0.0);
        let interval = Interval::new(TICK, move || {
            offset.try_update(|_| ());
        });
        on_cleanup({
            let interval = send_wrapper::SendWrapper::new(interval);
            move || drop(interval)
        });
        Self {
            offset,
            follows_service,
        }
    }

    /// The time now. Does not make a view follow it.
    pub fn now(&self) -> f64 {
        js_sys::Date::now() + self.offset.try_get_untracked().unwrap_or_default()
    }

    /// The time now, for a view that is to be written anew as time passes.
    pub fn watch(&self) -> f64 {
        self.offset.track();
        self.now()
    }

    /// Takes note of an answer's `Date` header.
    pub fn served_at(&self, date: &str) {
        if !self.follows_service {
            return;
        }
        let offset = js_sys::Date::parse(date) - js_sys::Date::now();
        let known = self.offset.try_get_untracked().unwrap_or_default();
        if offset.is_finite() && (offset - known).abs() > NOTICEABLE {
            self.offset.try_set(offset);
        }
    }
}

/// Milliseconds since the page was opened. Unlike [`Clock`] it never jumps, so waits are measured by it.
pub fn steady() -> f64 {
    window()
        .performance()
        .map_or_else(js_sys::Date::now, |performance| performance.now())
}

/// Resolves in a task of its own, after whatever the browser has to do before.
///
/// Not a [`wait`] of nothing: that needs what a timer can be stopped with, half a kilobyte that a first visit would load.
pub async fn turn() {
    let mut later = |resolve: js_sys::Function, _| {
        let _ = window().set_timeout_with_callback(&resolve);
    };
    let _ = JsFuture::from(js_sys::Promise::new(&mut later)).await;
}

/// Resolves after so many milliseconds.
pub fn wait(milliseconds: f64) -> TimeoutFuture {
    // What a browser's timer can hold; the conversion takes everything below zero for zero.
    TimeoutFuture::new(milliseconds.ceil().min(f64::from(i32::MAX)) as u32)
}
