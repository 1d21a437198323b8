//! What holds everything up for a while: a pause that Partner Center asked for, or no connection. Says so on every page.
//! Must not know the pages, nor how a pause comes about.

use crate::clock::steady;
use crate::components::{Announcer, Notice, Tone};
use crate::i18n::{Key, Plural, plural, t, text};
use crate::services::Pause;
use gloo_timers::callback::Interval;
use leptos::prelude::*;

/// How often the countdown is written anew, in milliseconds.
const TICK: u32 = 1_000;
/// From here on the countdown counts minutes, in seconds: calls fail at once then.
const LONG: u32 = 120;

/// Counts a pause of all calls down. Said aloud once at its beginning and once at its end, never in between.
#[component]
pub fn PauseNotice(
    /// Until when.
    pause: Pause,
) -> impl IntoView {
    let announcer = Announcer::get();
    let left = RwSignal::new(0);
    let ticking = StoredValue::new_local(None::<Interval>);
    Effect::new(move |was: Option<bool>| {
        let until = pause.until();
        let count = move || {
            left.try_set(seconds_left(until.unwrap_or_default(), steady()));
        };
        count();
        ticking.set_value(until.map(|_| Interval::new(TICK, count)));
        match (was.unwrap_or_default(), until.is_some()) {
            (false, true) => announcer.say(format!(
                "{} {}",
                t(Key::PauseTitle),
                remaining(left.get_untracked())
            )),
            (true, false) => announcer.say(t(Key::PauseOver)),
            _ => {}
        }
        until.is_some()
    });
    view! {
        <Show when=move || pause.until().is_some()>
            <Notice tone=Tone::Info>
                <p class="notice__title">{text(Key::PauseTitle)}</p>
                <p role="timer" aria-live="off">{move || remaining(left.get())}</p>
            </Notice>
        </Show>
    }
}

fn seconds_left(until: f64, now: f64) -> u32 {
    // The conversion takes everything below zero for zero.
    ((until - now) / 1_000.0).ceil() as u32
}

fn remaining(seconds: u32) -> String {
    if seconds > LONG {
        return plural(Plural::PauseMinutes, seconds.div_ceil(60) as usize);
    }
    plural(Plural::PauseSeconds, seconds as usize)
}

/// Says that there is no connection, as soon as the browser knows. Said aloud once, and once when it is back.
#[component]
pub fn OfflineNotice() -> impl IntoView {
    let announcer = Announcer::get();
    let offline = RwSignal::new(!window().navigator().on_line());
    let gone = window_event_listener_untyped("offline", move |_| {
        offline.try_set(true);
        announcer.say(t(Key::OfflineTitle));
    });
    let back = window_event_listener_untyped("online", move |_| {
        offline.try_set(false);
        announcer.say(t(Key::OfflineOver));
    });
    on_cleanup(move || {
        gone.remove();
        back.remove();
    });
    view! {
        <Show when=move || offline.get()>
            <Notice tone=Tone::Warning>
                <p class="notice__title">{text(Key::OfflineTitle)}</p>
                <p>{text(Key::OfflineBody)}</p>
            </Notice>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_rounded_up_and_end_at_nothing() {
        assert_eq!(seconds_left(10_000.0, 0.0), 10);
        assert_eq!(seconds_left(10_000.0, 1.0), 10);
        assert_eq!(seconds_left(10_000.0, 9_999.0), 1);
        assert_eq!(seconds_left(10_000.0, 10_000.0), 0);
        assert_eq!(seconds_left(10_000.0, 20_000.0), 0);
    }

    #[test]
    fn what_is_too_long_to_wait_for_is_told_in_minutes() {
        assert_eq!(remaining(120), plural(Plural::PauseSeconds, 120));
        assert_eq!(remaining(121), plural(Plural::PauseMinutes, 3));
        assert_eq!(remaining(300), plural(Plural::PauseMinutes, 5));
        assert_ne!(remaining(1), remaining(2));
    }
}
