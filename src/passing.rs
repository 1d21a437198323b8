//! Following what stays, for what comes and goes: a page, or a part of one.
//! Must not know what is followed.

use leptos::prelude::*;
use leptos::reactive::graph::{Subscriber, ToAnySubscriber};

/// A value made from signals that outlive the page that asks for it. It is theirs no longer once the page is gone.
///
/// What follows a signal directly and is gone stays in its list until it speaks again, and in that of a memo for good
/// (reactive_graph 0.2): with every page, each would grow.
pub fn passing<T>(value: impl Fn() -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    let memo = ArcMemo::new(move |_| value());
    let follower = memo.to_any_subscriber();
    on_cleanup(move || follower.clear_sources(&follower));
    memo.into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// How many places know of this memo.
    fn known(memo: &ArcMemo<i32>) -> usize {
        memo.to_any_subscriber().1.weak_count()
    }

    #[test]
    fn what_is_gone_keeps_no_place_with_what_it_followed() {
        let shell = Owner::new();
        shell.set();
        let signal = RwSignal::new(1);
        let memo = Memo::new(move |_| signal.get());
        let page = Owner::new();
        let (alone, seen) = page.with(|| {
            (
                ArcMemo::from(passing(|| 0)),
                ArcMemo::from(passing(move || signal.get() + memo.get())),
            )
        });
        assert_eq!((alone.get_untracked(), seen.get_untracked()), (0, 2));
        signal.set(2);
        assert_eq!(seen.get_untracked(), 4, "follows while the page is there");
        assert_eq!(known(&seen), known(&alone) + 2);
        drop(page);
        assert_eq!(known(&seen), known(&alone));
    }
}
