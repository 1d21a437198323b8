//! Files as they were exported, as spreadsheets leave them, and as somebody with bad intentions writes them.
//! Must not know how a file is written beyond what an export shows.

use super::*;
use crate::ledger::sample::{CUSTOMER, approved, asked, at, denied, followed, in_review, list};
use crate::ledger::{Failure, State, Status, Today, export, rows_of, utc};
use crate::partner_center::QualificationKind;
use proptest::prelude::*;
use serde_json::{Value, json};

const TENANT: &str = "reseller.example";

fn known() -> Followed {
    let mut followed = followed();
    followed.attempt(asked("r1", 0));
    followed.observe(&list([in_review()]), Some("North \"School\", Ltd"), at(1));
    followed.observe(&list([denied("=Not an eligible Museum")]), None, at(50));
    followed.observe(&list([]), None, at(60));
    followed
}

fn now() -> Moment {
    at(100)
}

fn both(followed: &[Followed]) -> [String; 2] {
    [
        export::to_json(TENANT, followed, now()),
        export::to_csv(TENANT, followed),
    ]
}

#[test]
fn what_was_exported_is_read_again() {
    for file in both(&[known()]) {
        assert_eq!(from_file(&file, TENANT, now()), Ok(vec![known()]), "{file}");
    }
    for file in both(&[]) {
        assert_eq!(from_file(&file, TENANT, now()), Ok(vec![]), "{file}");
    }
}

#[test]
fn an_export_is_json_of_a_version_with_utc_times_and_a_customer_in_each_line() {
    let file = export::to_json(TENANT, &[known(), followed()], now());
    let read: Value = serde_json::from_str(&file).expect("JSON");
    assert_eq!(read["format"], "vetted ledger");
    assert_eq!(read["version"], 1);
    assert_eq!(read["exported"], "2024-03-08T12:00:00.000Z");
    assert_eq!(read["customers"][0]["observed"][2]["status"], "gone");
    assert_eq!(
        file.lines().filter(|line| line.contains(CUSTOMER)).count(),
        2
    );
}

#[test]
fn an_export_says_nothing_of_a_failed_reading() {
    let mut failing = known();
    failing.fail(Failure {
        at: at(99),
        status: Some(404),
        code: Some("600009".into()),
    });
    for (file, same) in both(&[failing]).iter().zip(both(&[known()])) {
        assert_eq!(*file, same);
    }
}

#[test]
fn a_table_opened_in_a_spreadsheet_shows_no_formula_and_comes_back() {
    let file = export::to_csv(TENANT, &[known()]);
    assert!(file.contains("\"'=Not an eligible Museum\""), "{file}");
    // As some spreadsheets save it: another separator, other line ends, capitals, columns added and moved.
    let plain = file.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
    let saved: Vec<_> = plain
        .lines()
        .map(|line| {
            let line = line.replace("\"North \"\"School\"\", Ltd\"", "\"North 'School'; Ltd\"");
            format!(
                "my note;{}",
                line.replace("\",\"", "\";\"").replace("true", "TRUE")
            )
        })
        .collect();
    let read = from_file(&saved.join("\n"), TENANT, now()).expect("it can be read");
    assert_eq!(read[0].observed, known().observed);
    assert_eq!(read[0].attempts, known().attempts);
}

#[test]
fn a_json_file_with_something_wrong_is_refused_with_the_line() {
    let file = export::to_json(TENANT, &[known()], now());
    let with = |from: &str, to: &str| {
        assert!(file.contains(from), "{from}");
        file.replacen(from, to, 1)
    };
    let table = [
        (with("vetted ledger", "another"), Fault::Foreign, None),
        (with("\"version\":1", "\"version\":2"), Fault::Newer, None),
        (with("\"version\":1", "\"version\":0"), Fault::Foreign, None),
        (
            with("\"version\":1", "\"version\":\"1\""),
            Fault::Foreign,
            None,
        ),
        (with(TENANT, "rival.example"), Fault::AnotherTenant, None),
        (
            with("\"by\":\"hand\"", "\"by\":\"magic\""),
            Fault::Shape,
            Some(2),
        ),
        (
            with("\"denied\"", "\"granted\""),
            Fault::UnknownWord,
            Some(2),
        ),
        (
            with("\"education\"", "\"astrology\""),
            Fault::UnknownWord,
            Some(2),
        ),
        (with(CUSTOMER, "1234"), Fault::NotAnId, Some(2)),
        (with("T08:00:00.000Z", "T8"), Fault::NotATime, Some(2)),
        (with("2024-03-04", "2024-02-30"), Fault::NotATime, Some(2)),
        (
            with("2024-03-04", "2024-03-20"),
            Fault::InTheFuture,
            Some(2),
        ),
        (with("North", &"x".repeat(1_001)), Fault::TooLong, Some(2)),
        (with("\"since\"", "\"sinze\""), Fault::Shape, Some(2)),
        (
            with("\"arrived\":true", "\"arrived\":\"yes\""),
            Fault::Shape,
            Some(2),
        ),
        (
            with("\"customers\":[", "\"customers\":{"),
            Fault::NotJson,
            Some(2),
        ),
        (with("\"customers\"", "\"people\""), Fault::Shape, Some(3)),
        (file[..file.len() / 2].to_owned(), Fault::NotJson, Some(2)),
        (format!("{file}x"), Fault::NotJson, Some(4)),
        ("{}".into(), Fault::Foreign, None),
        ("[]".into(), Fault::Foreign, None),
        ("[".repeat(100_000), Fault::Foreign, None),
        (
            format!("{{\"a\":{}", "[".repeat(100_000)),
            Fault::NotJson,
            Some(1),
        ),
        (
            json!([{ "qualification": "Education" }]).to_string(),
            Fault::Foreign,
            None,
        ),
    ];
    for (file, fault, line) in table {
        let shown: String = file.chars().take(2_000).collect();
        let refused = from_file(&file, TENANT, now()).expect_err(&shown);
        assert_eq!((refused.fault, refused.line), (fault, line), "{shown}");
        assert_eq!(
            refused.column.is_some(),
            line.is_some() && fault != Fault::InTheFuture
        );
    }
}

#[test]
fn a_csv_file_with_something_wrong_is_refused_with_the_line_and_the_field() {
    let file = export::to_csv(TENANT, &[known()]);
    let with = |line: usize, from: &str, to: &str| {
        let mut lines: Vec<_> = file.lines().map(str::to_owned).collect();
        assert!(
            lines[line - 1].contains(from),
            "{from} in {}",
            lines[line - 1]
        );
        lines[line - 1] = lines[line - 1].replacen(from, to, 1);
        lines.join("\r\n")
    };
    let table = [
        (
            with(2, "2024-03-04", "2024-03-20"),
            Fault::InTheFuture,
            2,
            Some("since"),
        ),
        (with(2, "\"1\"", "\"2\""), Fault::Newer, 2, Some("version")),
        (
            with(3, "\"1\"", "\"x\""),
            Fault::UnknownWord,
            3,
            Some("version"),
        ),
        (
            with(3, TENANT, "rival.example"),
            Fault::AnotherTenant,
            3,
            Some("tenant"),
        ),
        (
            with(2, CUSTOMER, "1234"),
            Fault::NotAnId,
            2,
            Some("customer"),
        ),
        (
            with(2, "T08:00:00.000Z", " 8 o'clock"),
            Fault::NotATime,
            2,
            Some("since"),
        ),
        (
            with(2, "\"hand\"", "\"magic\""),
            Fault::UnknownWord,
            2,
            Some("by"),
        ),
        (
            with(2, "\"customer\"", "\"client\""),
            Fault::UnknownWord,
            2,
            Some("entry"),
        ),
        (
            with(3, "\"education\"", "\"astrology\""),
            Fault::UnknownWord,
            3,
            Some("kind"),
        ),
        (
            with(3, "\"true\"", "\"maybe\""),
            Fault::UnknownWord,
            3,
            Some("arrived"),
        ),
        (
            with(5, "\"denied\"", "\"granted\""),
            Fault::UnknownWord,
            5,
            Some("status"),
        ),
        (
            with(5, "\"reading\"", "\"hearsay\""),
            Fault::UnknownWord,
            5,
            Some("source"),
        ),
        (
            with(4, "North", &"x".repeat(1_001)),
            Fault::TooLong,
            4,
            Some("company"),
        ),
        (
            with(1, "\"until\"", "\"til\""),
            Fault::Shape,
            1,
            Some("until"),
        ),
        (
            with(1, "\"customer\"", "\"client\""),
            Fault::Foreign,
            1,
            None,
        ),
        (with(3, "\"r1\",", ""), Fault::FieldCount, 3, None),
        (with(3, "\"r1\"", "r\"1"), Fault::Quotes, 3, None),
        (with(6, "\"gone\"", "\"gone"), Fault::Quotes, 6, None),
        (
            "name,mail\r\nAsta,a@b.example\r\n".into(),
            Fault::Foreign,
            1,
            None,
        ),
        ("\u{0}\u{1}\u{2}".into(), Fault::Foreign, 1, None),
    ];
    for (file, fault, line, field) in table {
        let refused = from_file(&file, TENANT, now()).expect_err(&file);
        let found = (refused.fault, refused.line, refused.field);
        assert_eq!(found, (fault, Some(line), field), "{file}");
    }
    let empty = from_file("", TENANT, now());
    assert_eq!(empty, Err(Refused::whole(Fault::Foreign)));
}

#[test]
fn what_is_too_much_is_refused_before_it_is_taken_up() {
    let huge = " ".repeat(MAX_BYTES + 1);
    let refused = from_file(&huge, TENANT, now());
    assert_eq!(refused, Err(Refused::whole(Fault::TooLarge)));
    let rows = "\"a\"\n".repeat(MAX_ROWS + 1);
    let refused = from_file(&rows, TENANT, now());
    assert_eq!(refused, Err(Refused::whole(Fault::TooManyRows)));
    let mut endless = followed();
    let attempts = (0..=MOST).map(|number| asked(&number.to_string(), 0));
    endless.attempts.extend(attempts);
    for file in both(&[endless]) {
        let refused = from_file(&file, TENANT, now()).expect_err("it has no end");
        assert_eq!((refused.fault, refused.line), (Fault::TooManyRows, Some(2)));
    }
}

#[test]
fn a_file_that_says_approved_makes_nothing_approved() {
    let mut theirs = followed();
    theirs.observe(&list([in_review()]), None, at(1));
    theirs.observe(&list([approved()]), None, at(2));
    let mut mine = followed();
    mine.observe(&list([in_review()]), None, at(1).plus(1));
    let today = Today {
        now: now(),
        zone: &utc,
        looked: None,
    };
    for (known, state) in [(vec![mine], State::InReview), (vec![], State::NothingYet)] {
        let merged = merge(&known, vec![theirs.clone()]);
        let rows = rows_of(&merged.changed[0], today);
        assert_eq!(rows[0].state, state);
        assert!(!rows[0].changed, "and it is no news");
        let statuses = merged.changed[0].observed.iter();
        assert!(statuses.clone().any(|it| it.status == Status::Approved));
    }
}

#[test]
fn what_is_known_stays_and_what_a_file_tells_comes_beside_it() {
    let mine = known();
    let mut theirs = followed();
    theirs.company = "Another name".into();
    theirs.stopped = Some(at(70));
    theirs.attempt(Attempt {
        arrived: false,
        ..asked("r1", 0)
    });
    theirs.attempt(asked("r0", -24));
    theirs.observe(&list([denied("Not an Academic Domain")]), None, at(-2));
    let merged = merge(std::slice::from_ref(&mine), vec![theirs.clone()]);
    assert_eq!((merged.new, merged.same, merged.changed.len()), (0, 0, 1));
    let record = &merged.changed[0];
    assert_eq!((&record.company, record.stopped), (&mine.company, None));
    let ids = record.attempts.iter().map(|it| it.request_id.as_str());
    assert_eq!(ids.collect::<Vec<_>>(), ["r0", "r1"]);
    assert!(record.attempts[1].arrived);
    assert_eq!(record.observed[0].source, Source::Import);
    assert_eq!(record.observed[1..], mine.observed[..]);

    let again = merge(&merged.changed, vec![theirs.clone()]);
    assert_eq!((again.same, again.changed.len()), (1, 0));
    let fresh = merge(&[], vec![theirs]);
    assert_eq!(fresh.new, 1);
    let fresh = &fresh.changed[0];
    assert_eq!(
        (fresh.by, fresh.checked),
        (Origin::Import, None),
        "it is read soon"
    );
}

#[test]
fn the_own_export_brings_nothing_new() {
    // Also where an entry was completed after the export.
    let older = known();
    let mut mine = known();
    mine.observed[0].dated = Some("2024-03-04T08:00:00.000Z".into());
    mine.observed[0].last_seen = at(40);
    let merged = merge(std::slice::from_ref(&mine), vec![older]);
    assert_eq!((merged.same, merged.changed.len()), (1, 0));
}

// ---- Anything that can be kept --------------------------------------------------------------------------------------

fn kind() -> impl Strategy<Value = QualificationKind> {
    prop_oneof![
        3 => Just(QualificationKind::Education),
        1 => Just(QualificationKind::GovernmentCommunityCloud),
        1 => Just(QualificationKind::StateOwnedEntity),
        1 => Just(QualificationKind::Nonprofit),
        1 => any::<String>().prop_map(QualificationKind::Other),
    ]
}

fn status() -> impl Strategy<Value = Status> {
    prop_oneof![
        Just(Status::InReview),
        Just(Status::Approved),
        Just(Status::Denied),
        Just(Status::Unsaid),
        Just(Status::Gone),
        any::<String>().prop_map(Status::Other),
    ]
}

fn time() -> impl Strategy<Value = Moment> {
    (-2_000_000_000_000..1_709_800_000_000_i64).prop_map(Moment::from_millis)
}

fn attempt() -> impl Strategy<Value = Attempt> {
    (
        kind(),
        any::<String>(),
        any::<String>(),
        time(),
        any::<bool>(),
    )
        .prop_map(|(kind, request_id, correlation_id, at, arrived)| Attempt {
            kind,
            request_id,
            correlation_id,
            at,
            arrived,
        })
}

fn observation() -> impl Strategy<Value = Observation> {
    let text = || prop::option::of(".+");
    let source = prop::sample::select(vec![Source::Start, Source::Reading, Source::Import]);
    (
        kind(),
        status(),
        text(),
        text(),
        time(),
        0..100_000_i64,
        source,
    )
        .prop_map(
            |(kind, status, reason, dated, first_seen, later, source)| Observation {
                kind,
                status,
                reason,
                dated,
                first_seen,
                last_seen: first_seen.plus(later),
                source,
            },
        )
}

fn record() -> impl Strategy<Value = Followed> {
    let by = prop::sample::select(vec![Origin::Request, Origin::Hand, Origin::Import]);
    let times = (time(), prop::option::of(time()), prop::option::of(time()));
    let attempts = prop::collection::vec(attempt(), 0..4);
    let observed = prop::collection::vec(observation(), 0..6);
    (0..4_u32, any::<String>(), by, times, attempts, observed).prop_map(
        |(number, company, by, (since, stopped, checked), attempts, observed)| Followed {
            customer: format!("{number:08}-2222-4333-8444-555555555555")
                .parse()
                .expect("an ID"),
            company,
            since,
            by,
            stopped,
            checked,
            failed: None,
            attempts,
            observed,
        },
    )
}

/// At most one for each customer.
fn records() -> impl Strategy<Value = Vec<Followed>> {
    prop::collection::vec(record(), 0..4).prop_map(|mut records| {
        records.sort_by_key(|it| it.customer);
        records.dedup_by_key(|it| it.customer);
        records
    })
}

/// Puts what has changed in its place.
fn kept(known: &[Followed], merged: &Merged) -> Vec<Followed> {
    let changed = |it: &&Followed| !merged.changed.iter().any(|new| new.customer == it.customer);
    let kept = known.iter().filter(changed).cloned();
    kept.chain(merged.changed.iter().cloned()).collect()
}

proptest! {
    #[test]
    fn every_ledger_survives_both_files(records in records()) {
        for file in both(&records) {
            let read = from_file(&file, TENANT, now());
            prop_assert_eq!(read.as_ref(), Ok(&records), "{}", file);
        }
    }

    #[test]
    fn importing_twice_changes_nothing_and_nothing_is_ever_lost(
        known in records(),
        file in records(),
    ) {
        let merged = merge(&known, file.clone());
        let after = kept(&known, &merged);
        prop_assert_eq!(merge(&after, file.clone()).changed, vec![]);
        for mine in &known {
            let record = after.iter().find(|it| it.customer == mine.customer);
            let record = record.expect("it is still there");
            prop_assert!(mine.observed.iter().all(|it| record.observed.contains(it)));
            let own: Vec<_> = record.observed.iter().filter(|it| it.own()).collect();
            let before: Vec<_> = mine.observed.iter().filter(|it| it.own()).collect();
            prop_assert_eq!(own, before, "what was seen here is as it was, in its order");
            for attempt in &mine.attempts {
                let same = |it: &&Attempt| it.request_id == attempt.request_id && it.at == attempt.at;
                prop_assert!(record.attempts.iter().any(|it| same(&it)));
            }
        }
        for theirs in &file {
            prop_assert!(after.iter().any(|it| it.customer == theirs.customer));
        }
    }

    #[test]
    fn a_damaged_file_is_read_or_refused(
        records in records(),
        place in any::<prop::sample::Index>(),
        sign in any::<char>(),
    ) {
        for file in both(&records) {
            let mut signs: Vec<char> = file.chars().collect();
            let place = place.index(signs.len());
            signs[place] = sign;
            let _ = from_file(&signs.iter().collect::<String>(), TENANT, now());
            let cut: String = signs[..place].iter().collect();
            let _ = from_file(&cut, TENANT, now());
        }
    }
}
