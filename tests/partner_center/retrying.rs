//! When a call is sent again, and the pace of all calls: tables, and promises that hold for every number.
//! Must not need a client: `calling` shows that the client keeps to it.

use proptest::prelude::*;
use vetted::partner_center::request::Method;
use vetted::partner_center::retry::{
    Admission, LONGEST_PAUSE, LONGEST_WAIT, MOST_AT_ONCE, MOST_SENDINGS, Next, Outcome, Pace, next,
    pause_after,
};

const MINUTE: f64 = 60_000.0;

fn status(status: u16) -> Outcome {
    Outcome::Answered {
        status,
        retry_after: None,
    }
}

fn asking(status: u16, seconds: u32) -> Outcome {
    Outcome::Answered {
        status,
        retry_after: Some(seconds),
    }
}

#[test]
fn a_read_is_sent_again_after_faults_that_pass_and_after_no_others() {
    for passing in [408, 500, 501, 502, 503, 504, 599] {
        assert!(matches!(
            next(Method::Get, 1, status(passing), 0.5),
            Next::After(_)
        ));
    }
    assert!(matches!(
        next(Method::Get, 1, Outcome::Broken, 0.5),
        Next::After(_)
    ));
    assert_eq!(next(Method::Get, 1, status(429), 0.5), Next::AfterPause);
    for settled in [
        200, 204, 304, 400, 401, 403, 404, 405, 409, 410, 412, 417, 422, 428, 600,
    ] {
        let found = next(Method::Get, 1, status(settled), 0.5);
        assert_eq!(found, Next::Accept, "{settled}");
    }
    assert_eq!(next(Method::Get, 1, Outcome::Ended, 0.5), Next::Accept);
}

#[test]
fn the_waits_after_a_fault_double_and_chance_only_shortens_them() {
    let wait = |sent, chance| next(Method::Get, sent, Outcome::Broken, chance);
    assert_eq!(wait(1, 0.0), Next::After(500.0));
    assert_eq!(wait(1, 1.0), Next::After(1_000.0));
    assert_eq!(wait(2, 0.0), Next::After(1_000.0));
    assert_eq!(wait(2, 1.0), Next::After(2_000.0));
    assert_eq!(wait(3, 0.5), Next::Accept, "the third time was the last");
}

#[test]
fn a_fault_that_names_a_time_is_given_it_unless_somebody_would_wait_too_long() {
    assert_eq!(
        next(Method::Get, 1, asking(503, 7), 0.5),
        Next::After(7_000.0)
    );
    assert_eq!(
        next(Method::Get, 1, asking(503, 20), 0.5),
        Next::After(20_000.0)
    );
    assert_eq!(next(Method::Get, 1, asking(503, 21), 0.5), Next::Accept);
}

#[test]
fn a_pause_lasts_as_asked_else_half_a_minute_and_longer_each_time() {
    let table = [
        (Some(57), 1, 57_000.0),
        (Some(57), 4, 57_000.0),
        (Some(0), 1, 1_000.0),
        (None, 1, 30_000.0),
        (None, 2, 60_000.0),
        (None, 3, 120_000.0),
        (None, 4, 240_000.0),
        (None, 40, 240_000.0),
        (Some(u32::MAX), 1, LONGEST_PAUSE),
    ];
    for (asked, in_a_row, pause) in table {
        assert_eq!(
            pause_after(asked, in_a_row, 0.0),
            pause,
            "{asked:?} {in_a_row}"
        );
    }
    assert_eq!(
        pause_after(Some(5), 1, 1.0),
        5_500.0,
        "not all tabs come back at the same moment"
    );
    assert_eq!(pause_after(None, 1, 1.0), 32_000.0);
}

#[test]
fn four_calls_are_let_in_and_each_that_ends_lets_another_in() {
    let mut pace = Pace::default();
    for _ in 0..4 {
        assert_eq!(pace.admit(0.0), Admission::Enter);
    }
    assert_eq!(pace.admit(0.0), Admission::Full);
    pace.leave();
    assert_eq!(pace.admit(0.0), Admission::Enter);
    assert_eq!(pace.admit(0.0), Admission::Full);
}

#[test]
fn after_a_429_all_wait_then_one_goes_and_each_quiet_minute_lets_in_one_more() {
    let mut pace = Pace::default();
    assert_eq!(pace.throttled(1_000.0, Some(5), 0.0), Some(6_000.0));
    assert_eq!(pace.admit(2_000.0), Admission::Wait(4_000.0));
    assert_eq!(pace.limit(2_000.0), 1);
    assert!(pace.is_paused(5_999.0) && !pace.is_paused(6_000.0));

    assert_eq!(pace.admit(6_000.0), Admission::Enter);
    assert_eq!(pace.admit(6_000.0), Admission::Full);
    let limits =
        [0.9, 1.0, 1.9, 2.0, 3.0, 60.0].map(|minutes| pace.limit(6_000.0 + minutes * MINUTE));
    assert_eq!(limits, [1, 2, 2, 3, 4, 4]);
}

#[test]
fn a_pause_too_long_to_wait_for_refuses_at_once_and_says_how_long() {
    let mut pace = Pace::default();
    pace.throttled(0.0, Some(300), 0.0);
    assert_eq!(pace.admit(0.0), Admission::Refused(300));
    assert_eq!(pace.admit(100.0), Admission::Refused(300));
    assert_eq!(pace.admit(180_000.0), Admission::Wait(LONGEST_WAIT));
}

#[test]
fn several_answers_to_calls_of_one_burst_are_one_429_in_a_row() {
    let mut pace = Pace::default();
    assert_eq!(pace.throttled(0.0, None, 0.0), Some(30_000.0));
    assert_eq!(pace.throttled(1.0, None, 0.0), None);
    assert_eq!(pace.throttled(2.0, None, 0.0), None);
    pace.answered(3.0);
    assert_eq!(
        pace.throttled(30_000.0, None, 0.0),
        Some(90_000.0),
        "the answer came to a call that was sent before the pause"
    );
    pace.answered(90_000.0);
    assert_eq!(pace.throttled(91_000.0, None, 0.0), Some(121_000.0));
}

#[test]
fn a_later_answer_can_make_a_pause_longer_and_never_shorter() {
    let mut pace = Pace::default();
    pace.throttled(0.0, Some(10), 0.0);
    assert_eq!(pace.throttled(0.0, Some(5), 0.0), None);
    assert_eq!(pace.admit(0.0), Admission::Wait(10_000.0));
    assert_eq!(pace.throttled(0.0, Some(11), 0.0), Some(11_000.0));
}

#[test]
fn tabs_that_tell_each_other_of_a_pause_come_to_an_end() {
    let mut pace = Pace::default();
    assert_eq!(pace.pause_for(0.0, 10_000.0), Some(10_000.0));
    assert_eq!(pace.pause_for(5.0, 10_000.0), None);
    assert_eq!(pace.pause_for(5.0, 12_000.0), Some(12_005.0));
    for nothing in [f64::NAN, 0.0, -1.0, f64::NEG_INFINITY] {
        assert_eq!(Pace::default().pause_for(0.0, nothing), None);
    }
    let day = Pace::default().pause_for(0.0, f64::INFINITY);
    assert_eq!(day, Some(LONGEST_PAUSE));
}

fn any_outcome() -> impl Strategy<Value = Outcome> {
    let answered =
        (any::<u16>(), any::<Option<u32>>()).prop_map(|(status, retry_after)| Outcome::Answered {
            status,
            retry_after,
        });
    let fault = (
        prop::sample::select(vec![408, 429, 500, 503]),
        any::<Option<u32>>(),
    )
        .prop_map(|(status, retry_after)| Outcome::Answered {
            status,
            retry_after,
        });
    prop_oneof![answered, fault, Just(Outcome::Broken), Just(Outcome::Ended)]
}

/// Something that happens to the pace.
#[derive(Clone, Copy, Debug)]
enum Event {
    Passes(f64),
    Enters,
    Leaves,
    Throttled(Option<u32>, f64),
    Answered,
    Told(f64),
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0.0..200_000.0).prop_map(Event::Passes),
        Just(Event::Enters),
        Just(Event::Leaves),
        (prop::option::of(0_u32..300), 0.0..1.0)
            .prop_map(|(asked, chance)| Event::Throttled(asked, chance)),
        Just(Event::Answered),
        any::<f64>().prop_map(Event::Told),
    ]
}

proptest! {
    #[test]
    fn a_post_is_never_sent_again(sent in any::<u32>(), outcome in any_outcome(), chance in any::<f64>()) {
        prop_assert_eq!(next(Method::Post, sent, outcome, chance), Next::Accept);
    }

    #[test]
    fn nothing_is_sent_more_than_three_times(sent in MOST_SENDINGS.., outcome in any_outcome(), chance in any::<f64>()) {
        prop_assert_eq!(next(Method::Get, sent, outcome, chance), Next::Accept);
    }

    #[test]
    fn no_other_4xx_and_no_success_is_ever_sent_again(
        code in 100_u16..500,
        asked in any::<Option<u32>>(),
        chance in any::<f64>(),
    ) {
        prop_assume!(code != 408 && code != 429);
        let outcome = Outcome::Answered { status: code, retry_after: asked };
        prop_assert_eq!(next(Method::Get, 1, outcome, chance), Next::Accept);
    }

    #[test]
    fn a_wait_has_bounds_and_is_never_shorter_than_asked(
        sent in 0..MOST_SENDINGS,
        outcome in any_outcome(),
        chance in any::<f64>(),
    ) {
        if let Next::After(wait) = next(Method::Get, sent, outcome, chance) {
            prop_assert!((500.0..=20_000.0).contains(&wait), "{}", wait);
            if let Outcome::Answered { retry_after: Some(seconds), .. } = outcome {
                prop_assert!(wait >= f64::from(seconds) * 1_000.0);
            }
        }
    }

    #[test]
    fn a_later_wait_is_never_shorter(chance in 0.0..=1.0, sent in 1..MOST_SENDINGS - 1) {
        let wait = |sent| match next(Method::Get, sent, status(503), chance) {
            Next::After(wait) => wait,
            other => panic!("{other:?}"),
        };
        prop_assert!(wait(sent) <= wait(sent + 1));
    }

    #[test]
    fn a_pause_has_bounds_grows_and_is_never_shorter_than_asked(
        asked in any::<Option<u32>>(),
        in_a_row in any::<u32>(),
        chance in any::<f64>(),
    ) {
        let pause = pause_after(asked, in_a_row, chance);
        prop_assert!((1_000.0..=LONGEST_PAUSE + 2_000.0).contains(&pause), "{}", pause);
        prop_assert!(pause <= pause_after(asked, in_a_row.saturating_add(1), chance));
        if let Some(seconds) = asked {
            prop_assert!(pause >= (f64::from(seconds) * 1_000.0).min(LONGEST_PAUSE));
        }
    }

    #[test]
    fn whatever_happens_nobody_enters_during_a_pause_or_above_the_limit(
        events in prop::collection::vec(any_event(), 0..200),
    ) {
        let mut pace = Pace::default();
        let (mut now, mut under_way, mut paused_until) = (0.0_f64, 0_u32, 0.0_f64);
        for event in events {
            let until = match event {
                Event::Passes(milliseconds) => { now += milliseconds; None }
                Event::Leaves => {
                    pace.leave();
                    under_way = under_way.saturating_sub(1);
                    None
                }
                Event::Answered => { pace.answered(now); None }
                Event::Throttled(asked, chance) => pace.throttled(now, asked, chance),
                Event::Told(milliseconds) => pace.pause_for(now, milliseconds),
                Event::Enters => {
                    match pace.admit(now) {
                        Admission::Enter => {
                            under_way += 1;
                            prop_assert!(now >= paused_until);
                            prop_assert!(under_way <= pace.limit(now));
                        }
                        Admission::Full => prop_assert!(under_way >= 1),
                        Admission::Wait(wait) => {
                            prop_assert!(wait > 0.0 && wait <= LONGEST_WAIT);
                            prop_assert!((now + wait - paused_until).abs() < 1.0);
                        }
                        Admission::Refused(seconds) => {
                            prop_assert!(f64::from(seconds) * 1_000.0 > LONGEST_WAIT);
                            prop_assert!(f64::from(seconds) * 1_000.0 <= LONGEST_PAUSE + 3_000.0);
                        }
                    }
                    None
                }
            };
            if let Some(until) = until {
                prop_assert!(until > paused_until, "a pause only grows");
                paused_until = until;
            }
            prop_assert!((1..=MOST_AT_ONCE).contains(&pace.limit(now)));
        }
    }
}
