//! The soak of `cargo xtask chaos` at a small size, and that its measure can fail.
//! Must not know what a soak does.

use std::time::Duration;

use e2e::chaos::{Deed, Options, Report, Sabotage, run};

/// A soak of a dozen intents.
fn small(seed: u64) -> Report {
    run(&Options {
        seed,
        errands: 6,
        people: 2,
        ..Options::default()
    })
}

/// A few intents to which only this happens, with a service that recognises nothing and calls that fail only as planned.
fn few(deed: Deed, sabotage: Option<Sabotage>) -> Report {
    run(&Options {
        seed: 1,
        time: Duration::from_secs(60),
        errands: 2,
        people: 2,
        percent: 0,
        only: Some(deed),
        sabotage,
        ..Options::default()
    })
}

fn is_clean(report: &Report) {
    assert!(report.figures.are_clean(), "{report:#?}");
    assert!(report.stuck.is_empty(), "{report:#?}");
}

#[test]
fn nothing_is_lost_or_done_twice_by_a_service_that_recognises_request_ids() {
    let report = small(2);
    is_clean(&report);
    assert!(report.figures.intents >= 10, "{report:#?}");
    assert!(report.figures.faults > 0, "{report:#?}");
}

#[test]
fn nothing_is_lost_or_done_twice_by_a_service_that_ignores_request_ids() {
    let report = small(1);
    is_clean(&report);
    assert!(report.figures.intents >= 10, "{report:#?}");
    assert!(report.figures.faults > 0, "{report:#?}");
}

#[test]
fn without_the_lock_two_tabs_are_seen_to_send_twice() {
    is_clean(&few(Deed::TwoTabs, None));
    let robbed = few(Deed::TwoTabs, Some(Sabotage::WithoutLock));
    assert!(robbed.figures.duplicates > 0, "{robbed:#?}");
    assert!(!robbed.traces.is_empty(), "{robbed:#?}");
}

#[test]
fn without_the_stored_intent_a_closed_tab_is_seen_to_lose_requests_or_send_them_twice() {
    is_clean(&few(Deed::Close, None));
    let robbed = few(Deed::Close, Some(Sabotage::WithoutStoredIntent));
    assert!(
        robbed.figures.duplicates + robbed.figures.lost > 0,
        "{robbed:#?}"
    );
}
