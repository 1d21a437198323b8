//! What a reading changes in the record of a customer.
//! Must not know how a state is drawn from it.

use super::*;
use crate::ledger::sample::{
    approved, asked, at, denied, entry, followed as fresh, in_review, list, soe,
};
use serde_json::Value;

fn education() -> QualificationKind {
    QualificationKind::Education
}

/// Status, first and last seen of everything seen, in hours.
fn seen(followed: &Followed) -> Vec<(Status, i64, i64)> {
    let hours = |moment: Moment| moment.apart(at(0)) / 3_600_000;
    let seen = followed.observed.iter();
    seen.map(|it| (it.status.clone(), hours(it.first_seen), hours(it.last_seen)))
        .collect()
}

fn to(changes: &[Change]) -> Vec<(Option<Status>, Status)> {
    let pairs = changes.iter().map(|it| (it.from.clone(), it.to.clone()));
    pairs.collect()
}

#[test]
fn the_same_again_moves_only_when_it_was_last_seen() {
    let mut followed = fresh();
    for hours in [0, 1, 5] {
        let changes = followed.observe(&list([in_review()]), Some("North School"), at(hours));
        assert_eq!(changes, [], "what stood there is no change");
    }
    assert_eq!(seen(&followed), [(Status::InReview, 0, 5)]);
    assert_eq!(followed.company, "North School");
    assert_eq!(followed.checked, Some(at(5)));
    assert_eq!(followed.observed[0].source, Source::Start);
}

#[test]
fn every_changed_status_is_kept_with_its_time_and_told_once() {
    let mut followed = fresh();
    followed.observe(&list([in_review()]), None, at(0));
    let changes = followed.observe(&list([denied("Not an Academic Domain")]), None, at(2));
    assert_eq!(to(&changes), [(Some(Status::InReview), Status::Denied)]);
    assert_eq!(changes[0].reason.as_deref(), Some("Not an Academic Domain"));
    assert!(changes[0].is_news());
    let again = followed.observe(&list([denied("Not an Academic Domain")]), None, at(3));
    assert_eq!(again, []);
    assert_eq!(
        seen(&followed),
        [(Status::InReview, 0, 0), (Status::Denied, 2, 3)]
    );
    let since = |hours| followed.changes_since(at(hours)).count();
    assert_eq!((since(1), since(2)), (1, 0));
}

#[test]
fn a_denial_that_partner_center_drops_is_gone_and_its_reason_stays_known() {
    let mut followed = fresh();
    followed.observe(&list([in_review()]), None, at(0));
    followed.observe(&list([denied("Not an eligible Museum")]), None, at(1));
    let changes = followed.observe(&list([]), None, at(2));
    assert_eq!(to(&changes), [(Some(Status::Denied), Status::Gone)]);
    assert!(!changes[0].is_news(), "it does so with every denial");
    assert_eq!(followed.observe(&list([]), None, at(3)), []);
    let reasons = followed.observed.iter().filter_map(|it| it.reason.clone());
    assert_eq!(reasons.collect::<Vec<_>>(), ["Not an eligible Museum"]);
    assert_eq!(seen(&followed)[2], (Status::Gone, 2, 3));
}

#[test]
fn an_approval_that_disappears_is_news() {
    let mut followed = fresh();
    followed.observe(&list([approved()]), None, at(0));
    let changes = followed.observe(&list([]), None, at(1));
    assert!(changes[0].is_news());
}

#[test]
fn approved_comes_only_from_the_service_s_own_word() {
    let table = [
        (Some(VettingStatus::read("approved")), Status::Approved),
        (None, Status::Unsaid),
        (
            Some(VettingStatus::read("Approved?")),
            Status::Other("Approved?".into()),
        ),
        (
            Some(VettingStatus::read("Not Approved")),
            Status::Other("Not Approved".into()),
        ),
    ];
    for (status, kept) in table {
        let mut followed = fresh();
        let shown = Qualification { status, ..entry() };
        followed.observe(&list([shown]), None, at(0));
        assert_eq!(followed.observed[0].status, kept);
    }
}

#[test]
fn a_denial_with_another_date_is_another_denial() {
    let dated = |date: &str| Qualification {
        since: Some(VettingDate::read(date)),
        ..denied("Not an Education Customer")
    };
    let mut followed = fresh();
    followed.observe(&list([dated("2024-03-01T08:00:00Z")]), None, at(0));
    let undated = denied("Not an Education Customer");
    assert_eq!(followed.observe(&list([undated]), None, at(1)), []);
    let same = followed.observe(&list([dated("2024-03-01T09:00:00+01:00")]), None, at(1));
    assert_eq!(same, [], "the same moment in another form");
    let anew = followed.observe(&list([dated("07/09/2020: 00:00:00")]), None, at(2));
    assert_eq!(to(&anew), [(Some(Status::Denied), Status::Denied)]);
    let dates = followed.observed.iter().map(|it| it.dated.as_deref());
    let expected = ["2024-03-01T08:00:00.000Z", "07/09/2020: 00:00:00"].map(Some);
    assert_eq!(dates.collect::<Vec<_>>(), expected);
}

#[test]
fn of_several_entries_of_a_kind_the_newest_counts() {
    let mut followed = fresh();
    let older = Qualification {
        since: Some(VettingDate::read("2024-01-01T08:00:00Z")),
        ..denied("Not an Education Customer")
    };
    let newer = Qualification {
        since: Some(VettingDate::read("2024-03-01T08:00:00Z")),
        ..in_review()
    };
    followed.observe(&list([older, newer, soe()]), None, at(0));
    let statuses = followed.observed.iter().map(|it| it.status.clone());
    assert_eq!(
        statuses.collect::<Vec<_>>(),
        [Status::InReview, Status::Unsaid]
    );
}

#[test]
fn a_clock_that_was_set_back_leaves_no_last_time_before_the_first() {
    let mut followed = fresh();
    followed.observe(&list([in_review()]), None, at(10));
    followed.observe(&list([in_review()]), None, at(4));
    assert_eq!(seen(&followed), [(Status::InReview, 10, 10)]);
    let changes = followed.observe(&list([approved()]), None, at(5));
    assert_eq!(to(&changes), [(Some(Status::InReview), Status::Approved)]);
    let current = followed.current(&education()).expect("it was seen");
    assert_eq!(current.status, Status::Approved, "the order counts");
    assert!(
        followed
            .observed
            .iter()
            .all(|it| it.first_seen <= it.last_seen)
    );
}

#[test]
fn what_follows_a_request_is_a_change_also_at_the_first_reading() {
    let mut followed = fresh();
    followed.attempt(asked("r1", 0));
    let changes = followed.observe(&list([in_review()]), None, at(1));
    assert_eq!(to(&changes), [(None, Status::InReview)]);
    assert!(!changes[0].is_news(), "it is what was asked for");
}

#[test]
fn a_repeat_under_the_same_id_is_the_same_attempt() {
    let mut followed = fresh();
    followed.stopped = Some(at(0));
    let unknown = Attempt {
        arrived: false,
        ..asked("r1", 1)
    };
    followed.attempt(unknown.clone());
    assert!(followed.active(), "what is requested is followed again");
    followed.attempt(asked("r1", 2));
    followed.attempt(unknown);
    assert_eq!(followed.attempts, [asked("r1", 1)]);
    followed.attempt(asked("r2", 3));
    assert_eq!(followed.attempts.len(), 2);
}

#[test]
fn what_came_with_a_file_is_not_taken_for_what_was_seen_here() {
    let mut followed = fresh();
    followed.observe(&list([in_review()]), None, at(0));
    let imported = Observation {
        source: Source::Import,
        ..Observation::of(&approved(), at(1))
    };
    followed.observed.push(imported);
    let current = followed.current(&education()).expect("it was seen");
    assert_eq!(current.status, Status::InReview);
    let changes = followed.observe(&list([approved()]), None, at(2));
    assert_eq!(
        to(&changes),
        [(Some(Status::InReview), Status::Approved)],
        "it is news when the service says so"
    );
}

#[test]
fn a_reading_that_works_ends_the_failure_of_the_last_one() {
    let mut followed = fresh();
    followed.fail(Failure {
        at: at(1),
        status: Some(404),
        code: None,
    });
    assert_eq!(followed.checked, None);
    followed.observe(&list([]), None, at(2));
    assert_eq!(followed.failed, None);
}

#[test]
fn a_record_has_no_place_for_a_token_or_for_anything_about_a_person() {
    let mut followed = fresh();
    followed.attempt(asked("r1", 0));
    followed.observe(&list([denied("Not an Academic Domain")]), None, at(1));
    followed.observed[0].dated = Some("2024-03-01T08:00:00.000Z".into());
    followed.stopped = Some(at(2));
    followed.fail(Failure {
        at: at(3),
        status: Some(500),
        code: Some("800003".into()),
    });
    let written = serde_json::to_value(&followed).expect("it can be written");
    let fields = |value: &Value| -> Vec<String> {
        let object = value.as_object().expect("an object");
        object.keys().cloned().collect()
    };
    assert_eq!(
        fields(&written),
        [
            "attempts", "by", "checked", "company", "customer", "failed", "observed", "since",
            "stopped"
        ]
    );
    assert_eq!(
        fields(&written["attempts"][0]),
        ["arrived", "at", "correlation_id", "kind", "request_id"]
    );
    assert_eq!(
        fields(&written["observed"][0]),
        [
            "dated",
            "first_seen",
            "kind",
            "last_seen",
            "reason",
            "source",
            "status"
        ]
    );
    assert_eq!(fields(&written["failed"]), ["at", "code", "status"]);
}

#[test]
fn words_of_any_length_are_kept_as_far_as_they_are_read_again() {
    let long = "x".repeat(3_000);
    let mut followed = fresh();
    let shown = Qualification {
        kind: QualificationKind::Other(long.clone()),
        status: Some(VettingStatus::Other(long.clone())),
        reason: Some(long.clone()),
        since: Some(VettingDate::AsWritten(long.clone())),
    };
    followed.observe(&list([shown]), Some(&long), at(0));
    let written = serde_json::to_string(&followed).expect("it can be written");
    let read: Followed = serde_json::from_str(&written).expect("it can be read");
    assert_eq!(read, followed);
}

#[test]
fn a_service_that_cannot_make_up_its_mind_fills_no_disk() {
    let mut followed = fresh();
    followed.observe(&list([soe()]), None, at(0));
    for hours in 0..2_000 {
        let shown = match hours % 2 {
            0 => list([soe(), approved()]),
            _ => list([soe()]),
        };
        followed.observe(&shown, None, at(hours));
    }
    assert_eq!(followed.observed.len(), MOST_OBSERVED);
    let soe = followed.current(&QualificationKind::StateOwnedEntity);
    assert_eq!(
        soe.map(|it| it.first_seen),
        Some(at(0)),
        "it is still there"
    );
    assert_eq!(
        followed.observed.last().map(|it| it.first_seen),
        Some(at(1_999))
    );
}
