//! Reads a customer's qualifications again by itself while something is in review and the page is in sight:
//! soon at first, then ever less often. Must not know how they are shown.

use crate::components::Announcer;
use crate::features::reading::Reading;
use crate::i18n::{Key, t};
use crate::partner_center::Qualifications;
use crate::tabs::visible;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;

/// The first wait, in milliseconds: the person may have asked just now.
const FIRST: u32 = 5_000;
/// The longest wait, in milliseconds. Vetting takes days, and every call counts against the partner's limit.
const LONGEST: u32 = 15 * 60_000;

/// The wait before the automatic reading after `done` of them, in milliseconds.
fn wait(done: u32) -> u32 {
    let doublings = done.saturating_sub(2).min(16); // three readings at the first pace
    FIRST.saturating_mul(1 << doublings).min(LONGEST)
}

/// Follows `reading` until nothing is in review or the page is left.
pub fn follow_review(reading: Reading<Qualifications>) {
    let announcer = Announcer::get();
    let done = StoredValue::new(0_u32);
    let timer = StoredValue::new_local(None::<Timeout>);
    let stop = move || {
        timer.try_update_value(|timer| timer.take());
    };
    on_cleanup(stop);

    let in_review = Memo::new(move |_| {
        reading
            .value
            .with(|read| read.as_ref().is_some_and(|read| read.value.in_review()))
    });
    let read = move || {
        leptos::task::spawn_local(async move {
            let before = reading
                .value
                .try_get_untracked()
                .flatten()
                .map(|read| read.value);
            let after = reading.read().await;
            if let Some(after) = after
                && Some(&after) != before.as_ref()
            {
                announcer.say(t(Key::QualificationsChanged));
            }
        });
    };

    // After every reading, by hand or not, the next one is due a while later.
    Effect::new(move |_| {
        let idle = !reading.busy.get();
        stop();
        if !in_review.get() {
            done.set_value(0);
            return;
        }
        if idle && visible() {
            // The service's own word on when to ask again counts more than ours.
            let asked = reading
                .failure
                .with_untracked(|failure| failure.as_ref().and_then(|error| error.retry_after));
            let delay = wait(done.get_value()).max(asked.unwrap_or(0).saturating_mul(1000));
            done.update_value(|done| *done += 1);
            timer.set_value(Some(Timeout::new(delay, read)));
        }
    });

    let watcher = window_event_listener_untyped("visibilitychange", move |_| match visible() {
        true if in_review.try_get_untracked() == Some(true) => read(),
        true => {}
        false => stop(),
    });
    on_cleanup(move || watcher.remove());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_start_soon_and_back_off_to_a_quarter_of_an_hour() {
        let waits: Vec<_> = (0..12).map(wait).collect();
        assert_eq!(waits[..4], [5_000, 5_000, 5_000, 10_000]);
        assert!(waits.is_sorted());
        assert_eq!(waits[11], LONGEST);
        assert_eq!(wait(u32::MAX), LONGEST);
    }
}
