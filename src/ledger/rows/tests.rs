//! Which state and age a customer's record comes to, and which rows somebody gets to see.
//! Must not know how any of it is shown.

use super::*;
use crate::ledger::sample::{
    approved, asked, at, denied, entry, followed, in_review, list, moment, soe,
};
use crate::ledger::{Observation, Origin, utc};
use crate::partner_center::{Qualification, VettingDate, VettingStatus};

/// What a list shows so many hours after the beginning.
fn today(hours: i64) -> Today<'static> {
    Today {
        now: at(hours),
        zone: &utc,
        looked: None,
    }
}

fn one(followed: &Followed, hours: i64) -> Row {
    let rows = rows_of(followed, today(hours));
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.into_iter().next().expect("a row")
}

/// One that has shown this, each at its hour.
fn shown(readings: &[(i64, Option<Qualification>)]) -> Followed {
    let mut followed = followed();
    for (hours, entry) in readings {
        let entries = entry.iter().cloned();
        followed.observe(
            &crate::partner_center::Qualifications::new(entries),
            None,
            at(*hours),
        );
    }
    followed
}

/// The places of names by their small letters.
fn by_letters(names: &[&str]) -> Vec<usize> {
    let mut sorted: Vec<_> = names.iter().map(|name| name.to_lowercase()).collect();
    sorted.sort();
    let place = |name: &&str| sorted.iter().position(|it| *it == name.to_lowercase());
    names.iter().filter_map(place).collect()
}

#[test]
fn every_state_comes_from_what_was_seen() {
    let unknown = Qualification {
        status: Some(VettingStatus::Other("Paused".into())),
        ..entry()
    };
    let refused = denied("Not an Education Customer");
    let table = [
        (vec![(0, Some(in_review()))], State::InReview),
        (vec![(0, Some(approved()))], State::Approved),
        (vec![(0, Some(refused.clone()))], State::Denied),
        (vec![(0, Some(soe()))], State::Assigned),
        (vec![(0, Some(entry()))], State::Unclear),
        (vec![(0, Some(unknown))], State::Unclear),
        (vec![(0, Some(refused.clone())), (1, None)], State::Denied),
        (vec![(0, Some(approved())), (1, None)], State::Gone),
        (vec![(0, Some(in_review())), (1, None)], State::Gone),
        (
            vec![(0, Some(refused)), (1, None), (2, Some(in_review()))],
            State::InReview,
        ),
    ];
    for (readings, state) in table {
        let row = one(&shown(&readings), 3);
        assert_eq!(row.state, state, "{readings:?}");
    }
    let row = one(&followed(), 24);
    assert_eq!(
        (row.state, row.kind, row.age),
        (State::NothingYet, None, Some(1))
    );
}

#[test]
fn a_dropped_denial_keeps_its_reason_and_says_that_it_is_gone() {
    let followed = shown(&[(0, Some(denied("Not an Academic Domain"))), (1, None)]);
    let row = one(&followed, 2);
    assert_eq!(row.reason.as_deref(), Some("Not an Academic Domain"));
    assert_eq!(row.status, Some(Status::Gone));
    assert_eq!(row.since, at(0));
}

#[test]
fn a_request_of_which_nothing_is_seen_says_what_is_known_of_it() {
    let refused = || shown(&[(0, Some(denied("Not an Academic Domain")))]);
    for (before, arrived, state) in [
        (followed(), true, State::NothingYet),
        (followed(), false, State::UnknownOutcome),
        (refused(), true, State::NothingYet),
        (refused(), false, State::UnknownOutcome),
    ] {
        let mut followed = before;
        followed.attempt(Attempt {
            arrived,
            ..asked("r", 10)
        });
        let row = one(&followed, 35);
        assert_eq!((row.state, row.since, row.age), (state, at(10), Some(1)));
        assert_eq!((row.attempts, row.reason), (1, None));
    }
}

#[test]
fn what_stood_there_before_a_request_holds_again_when_the_service_keeps_saying_it() {
    let refused = denied("Not an Academic Domain");
    let mut followed = shown(&[(0, Some(refused.clone()))]);
    followed.attempt(asked("r", 10));
    followed.observe(&list([refused.clone()]), None, at(10));
    assert_eq!(
        one(&followed, 11).state,
        State::NothingYet,
        "it may take a while"
    );
    followed.observe(&list([refused]), None, at(12));
    assert_eq!(one(&followed, 12).state, State::Denied);
}

#[test]
fn a_request_after_a_dropped_denial_is_not_taken_for_denied() {
    let mut followed = shown(&[(0, Some(denied("Not an Academic Domain"))), (1, None)]);
    followed.attempt(asked("r", 10));
    followed.observe(&list([]), None, at(40));
    assert_eq!(one(&followed, 40).state, State::NothingYet);
    followed.observe(&list([in_review()]), None, at(41));
    assert_eq!(one(&followed, 41).state, State::InReview);
}

#[test]
fn a_review_is_overdue_after_five_business_days() {
    let followed = shown(&[(0, Some(in_review()))]);
    // The beginning is a Monday morning.
    for (days, age, state) in [
        (0, 0, State::InReview),
        (4, 4, State::InReview),
        (6, 4, State::InReview), // Sunday
        (7, 5, State::InReview),
        (8, 6, State::Overdue),
        (14, 10, State::Overdue),
    ] {
        let row = one(&followed, days * 24);
        assert_eq!(
            (row.age, row.state),
            (Some(age), state),
            "after {days} days"
        );
    }
    let row = one(&followed, -1_000);
    assert_eq!(
        (row.age, row.state),
        (Some(0), State::InReview),
        "the clock was set back"
    );
}

#[test]
fn a_review_counts_from_the_service_s_date_where_it_is_a_moment() {
    let dated = |text: &str| Qualification {
        since: Some(VettingDate::read(text)),
        ..in_review()
    };
    let row = one(&shown(&[(0, Some(dated("2024-03-01T08:00:00Z")))]), 0);
    assert_eq!(
        (row.since, row.age),
        (moment("2024-03-01T08:00:00Z"), Some(1))
    );
    assert_eq!(row.dated, None);
    let row = one(&shown(&[(0, Some(dated("07/09/2020: 00:00:00")))]), 24);
    assert_eq!((row.since, row.age), (at(0), Some(1)));
    assert_eq!(row.dated.as_deref(), Some("07/09/2020: 00:00:00"));
}

#[test]
fn how_long_a_review_took_is_known_only_where_it_was_watched() {
    let dated = Qualification {
        since: Some(VettingDate::read("2024-03-04T08:00:00Z")),
        ..denied("Not an Education Customer")
    };
    let table = [
        (
            vec![(0, Some(in_review())), (48, Some(approved()))],
            Some(2),
        ),
        (vec![(0, None), (72, Some(dated.clone()))], Some(3)),
        (vec![(72, Some(dated))], None), // it stood there when following began
        (vec![(0, None), (48, Some(approved()))], None), // its beginning was not seen
        (vec![(0, Some(in_review()))], None),
        (
            vec![(48, Some(in_review())), (0, Some(approved()))],
            Some(0),
        ), // the clock was set back
    ];
    for (readings, took) in table {
        let row = one(&shown(&readings), 200);
        assert_eq!(row.took, took, "{readings:?}");
    }
}

#[test]
fn what_came_with_a_file_never_makes_anything_approved() {
    let mut followed = followed();
    let of_file = shown(&[(0, Some(approved()))]).observed;
    let of_file = of_file.into_iter().map(|it| Observation {
        source: Source::Import,
        ..it
    });
    followed.observed.extend(of_file);
    assert_eq!(one(&followed, 1).state, State::NothingYet);
    followed.observe(&list([]), None, at(2));
    assert_eq!(one(&followed, 2).state, State::NothingYet);
    followed.observe(&list([approved()]), None, at(3));
    assert_eq!(one(&followed, 3).state, State::Approved);
}

#[test]
fn news_stays_news_until_the_person_looks() {
    let followed = shown(&[(0, Some(in_review())), (5, Some(approved()))]);
    for (looked, changed) in [(None, true), (Some(at(4)), true), (Some(at(5)), false)] {
        let today = Today { looked, ..today(6) };
        assert_eq!(rows_of(&followed, today)[0].changed, changed, "{looked:?}");
    }
}

#[test]
fn a_customer_that_is_followed_no_more_has_no_row_and_its_reviews_still_count() {
    let mut followed = shown(&[(0, Some(in_review())), (48, Some(approved()))]);
    followed.stopped = Some(at(50));
    let rows = rows([&followed], today(60));
    assert_eq!(rows, []);
    let summary = summary(&rows, [&followed], &utc);
    assert_eq!(summary.durations, [(2, 1)]);
}

fn named(number: u32, company: &str, readings: &[(i64, Option<Qualification>)]) -> Followed {
    Followed {
        customer: format!("{number:08}-2222-4333-8444-555555555555")
            .parse()
            .expect("an ID"),
        company: company.into(),
        ..shown(readings)
    }
}

fn companies(rows: &[&Row]) -> String {
    let names: Vec<_> = rows.iter().map(|row| row.company.as_str()).collect();
    names.join(" ")
}

#[test]
fn rows_are_picked_and_sorted_as_asked() {
    let all = [
        named(
            1,
            "beta",
            &[(0, Some(in_review())), (150, Some(in_review()))],
        ),
        named(2, "Alpha", &[(24, Some(approved()))]),
        named(3, "delta", &[(100, Some(in_review()))]),
        named(4, "Gamma", &[(30, Some(denied("Not an eligible Library")))]),
        named(5, "epsilon", &[]),
    ];
    let rows = rows(&all, today(200));
    let view = View::default;
    let table = [
        (view(), "beta Gamma delta epsilon Alpha"),
        (
            View {
                descending: true,
                ..view()
            },
            "Alpha epsilon delta Gamma beta",
        ),
        (
            View {
                sort: Sort::Company,
                ..view()
            },
            "Alpha beta delta epsilon Gamma",
        ),
        (
            View {
                sort: Sort::Company,
                descending: true,
                ..view()
            },
            "Gamma epsilon delta beta Alpha",
        ),
        (
            View {
                sort: Sort::Since,
                ..view()
            },
            "beta epsilon Alpha Gamma delta",
        ),
        (
            View {
                sort: Sort::Checked,
                ..view()
            },
            "epsilon Alpha Gamma delta beta",
        ),
        (
            View {
                group: Some(Group::InReview),
                ..view()
            },
            "delta",
        ),
        (
            View {
                group: Some(Group::Overdue),
                ..view()
            },
            "beta",
        ),
        (
            View {
                text: " ALPH ".into(),
                ..view()
            },
            "Alpha",
        ),
        (
            View {
                text: "00000004-2222".into(),
                ..view()
            },
            "Gamma",
        ),
        (
            View {
                kind: Some(QualificationKind::Nonprofit),
                ..view()
            },
            "",
        ),
        (
            View {
                changed: true,
                ..view()
            },
            "",
        ),
    ];
    for (view, expected) in table {
        assert_eq!(companies(&view.of(&rows, by_letters)), expected, "{view:?}");
    }
}

#[test]
fn groups_and_orders_survive_an_address() {
    for group in Group::ALL {
        assert_eq!(Group::read(group.word()), Some(group));
    }
    for sort in Sort::ALL {
        assert_eq!(Sort::read(sort.word()), Some(sort));
    }
    assert_eq!(Group::read("Overdue"), None);
    assert_eq!(Sort::read(""), None);
}

#[test]
fn the_numbers_of_the_whole_are_those_of_its_rows() {
    let reviewed = |number, days: i64| {
        let end = (days * 24, Some(approved()));
        named(number, "x", &[(0, Some(in_review())), end])
    };
    let all = [
        reviewed(1, 1),
        reviewed(2, 1),
        reviewed(3, 4),
        reviewed(4, 2),
        named(5, "x", &[(0, Some(in_review()))]),
    ];
    let rows = rows(&all, today(24));
    let summary = summary(&rows, &all, &utc);
    let counts: Vec<_> = summary.groups.iter().map(|(_, count)| *count).collect();
    assert_eq!(counts, [0, 0, 0, 1, 0, 4]);
    assert_eq!(summary.changed, 4);
    assert_eq!(summary.durations, [(1, 2), (2, 1), (4, 1)]);
    let reviews = Reviews {
        count: 4,
        shortest: 1,
        median: 1,
        longest: 4,
    };
    assert_eq!(summary.reviews, Some(reviews));
    assert_eq!(super::summary(&[], [], &utc).reviews, None);
}

#[test]
fn ten_thousand_rows_are_drawn_up_picked_and_sorted() {
    let all: Vec<_> = (0..10_000)
        .map(|number| {
            let reading = match number % 3 {
                0 => in_review(),
                1 => approved(),
                _ => denied("Not an eligible Museum"),
            };
            let company = format!("Company {}", (number * 7_919) % 10_000);
            named(
                number,
                &company,
                &[(i64::from(number % 100), Some(reading))],
            )
        })
        .collect();
    let rows = rows(&all, today(100));
    assert_eq!(rows.len(), 10_000);
    let by_company = View {
        sort: Sort::Company,
        ..View::default()
    };
    let sorted = by_company.of(&rows, by_letters);
    assert!(sorted.is_sorted_by_key(|row| row.company.to_lowercase()));
    let denied = View {
        group: Some(Group::Denied),
        ..View::default()
    };
    assert_eq!(denied.of(&rows, by_letters).len(), 3_333);
    let counted = summary(&rows, &all, &utc).groups;
    assert_eq!(
        counted.iter().map(|(_, count)| count).sum::<usize>(),
        10_000
    );
    assert_eq!(all[0].by, Origin::Hand);
}

#[test]
fn what_there_is_to_wait_for_is_what_the_rows_say() {
    let government = Qualification {
        kind: QualificationKind::GovernmentCommunityCloud,
        ..denied("No")
    };
    let mut asked_again = shown(&[(0, Some(denied("No"))), (1, None)]);
    asked_again.attempt(asked("r", 5));
    let mut both = shown(&[(0, Some(in_review()))]);
    both.observe(&list([in_review(), government.clone()]), None, at(7));
    let mut decided = shown(&[(0, Some(approved()))]);
    decided.observe(&list([approved(), government]), None, at(3));
    let all = [
        followed(),
        shown(&[(0, Some(in_review()))]),
        shown(&[(0, Some(approved())), (2, None)]),
        shown(&[(0, Some(denied("No"))), (1, None)]),
        shown(&[(0, Some(soe()))]),
        shown(&[(0, Some(entry()))]),
        asked_again,
        both,
        decided,
    ];
    for followed in all {
        let rows = rows_of(&followed, today(9));
        let since = |wanted: &dyn Fn(&Row) -> bool| {
            let rows = rows.iter().filter(|row| wanted(row));
            rows.map(|row| row.since).max()
        };
        let expected = Waiting {
            undecided: since(&|row| row.age.is_some()),
            denied: since(&|row| row.state == State::Denied),
        };
        assert_eq!(Waiting::of(&followed), expected, "{followed:#?}");
    }
}

#[test]
fn a_denial_is_the_last_word_until_it_is_asked_for_again() {
    let education = QualificationKind::Education;
    let reason = |followed: &Followed| {
        let denial = denial(followed, &education)?;
        denial.reason.clone()
    };
    let dropped = shown(&[(0, Some(denied("No"))), (1, None)]);
    assert_eq!(reason(&dropped).as_deref(), Some("No"));
    assert_eq!(reason(&shown(&[(0, Some(in_review()))])), None);
    let mut again = dropped;
    again.attempt(asked("r", 5));
    assert_eq!(reason(&again), None);
}

#[test]
fn a_name_is_found_with_either_i_of_turkish() {
    for (name, typed) in [
        ("İstanbul Okulu", "istanbul"),
        ("İstanbul Okulu", "İSTANBUL"),
        ("Isparta Lisesi", "ısparta"),
        ("ISPARTA", "Isparta"),
        ("Diyarbakır", "DİYARBAKIR"),
    ] {
        assert!(folded(name).contains(&folded(typed)), "{typed} in {name}");
    }
}
