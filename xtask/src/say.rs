//! What the commands put on screen: numbered steps, notes, durations.
//! Must not know what the steps do.
#![expect(
    clippy::print_stdout,
    reason = "talking to the person is what this module is for"
)]

use std::time::{Duration, Instant};

/// A run of numbered steps.
pub(crate) struct Steps {
    total: usize,
    current: usize,
    started: Instant,
}

impl Steps {
    /// Expects `total` calls of [`Steps::begin`].
    pub(crate) fn new(total: usize) -> Self {
        Self {
            total,
            current: 0,
            started: Instant::now(),
        }
    }

    /// Announces the next step.
    pub(crate) fn begin(&mut self, what: &str) {
        self.current += 1;
        self.started = Instant::now();
        println!("\n[{}/{}] {what} …", self.current, self.total);
    }

    /// Says that the current step is done, and how long it took.
    pub(crate) fn done(&self) -> Duration {
        let took = self.started.elapsed();
        println!("      done in {}", duration(took));
        took
    }
}

/// A line that belongs to the current step.
pub(crate) fn note(text: impl AsRef<str>) {
    for line in text.as_ref().lines() {
        println!("      {line}");
    }
}

/// A line of its own.
pub(crate) fn line(text: impl AsRef<str>) {
    println!("{}", text.as_ref());
}

/// `0.4 s`, `12 s`, `3 min 5 s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f32()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_a_person_would_say_them() {
        assert_eq!(duration(Duration::from_millis(420)), "0.4 s");
        assert_eq!(duration(Duration::from_secs(12)), "12 s");
        assert_eq!(duration(Duration::from_secs(185)), "3 min 5 s");
    }
}
