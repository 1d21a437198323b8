//! Waiting for a condition with a deadline, the only way in which a test waits.
//! Must not know what is waited for.

use std::time::{Duration, Instant};

/// How long a condition may take to come true. A test that passes does not need it; a slow machine may.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(25);

/// Asks `look` until it gives a value.
///
/// # Panics
/// When it has given none after [`PATIENCE`]: with what was waited for, and what `look` said last.
pub async fn until<T>(what: &str, look: impl AsyncFnMut() -> Result<T, String>) -> T {
    until_within(PATIENCE, what, look).await
}

/// The same with a deadline of its own.
///
/// # Panics
/// As [`until`].
pub async fn until_within<T>(
    limit: Duration,
    what: &str,
    mut look: impl AsyncFnMut() -> Result<T, String>,
) -> T {
    let started = Instant::now();
    loop {
        let last = match look().await {
            Ok(value) => return value,
            Err(last) => last,
        };
        assert!(
            started.elapsed() < limit,
            "after {} s still not: {what}. {last}",
            limit.as_secs()
        );
        tokio::time::sleep(PAUSE).await;
    }
}
