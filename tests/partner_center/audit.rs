//! Audit records: which days are asked for, how pages are followed, and what is made of all of them.
//! Must not repeat how a page reads: see `fixtures.rs`.

use serde_json::{Value, json};
use vetted::partner_center::{
    AuditPeriod, AuditRecords, Cancel,
    ErrorKind::{self, UnexpectedAnswer},
    Operation, Unexpected,
    address::NextLink,
};

use super::{
    stage::{App, Scripted, Stage, now},
    support::{NORTH, answer, fixture, north},
};

/// Milliseconds since 1970 of a moment as it is written.
fn at(moment: &str) -> f64 {
    let moment: jiff::Timestamp = moment.parse().unwrap();
    moment.as_millisecond() as f64
}

fn days(period: AuditPeriod) -> (String, String, bool) {
    (period.first(), period.last(), period.is_cut())
}

#[test]
fn a_period_never_begins_before_the_days_that_the_service_keeps() {
    let far_east = "2024-03-05T13:59:59.999+14:00";
    // Since, until, now; then the first day, the last, and whether something is left out.
    let table = [
        // The last ninety days, today included.
        (
            "2024-01-01T00:00:00Z",
            "2024-03-05T10:00:00Z",
            "2024-03-05T10:00:00Z",
            "2024-01-01",
            "2024-03-05",
            false,
        ),
        (
            "2023-12-07T00:00:00Z",
            "2024-03-05T10:00:00Z",
            "2024-03-05T10:00:00Z",
            "2023-12-07",
            "2024-03-05",
            false,
        ),
        (
            "2023-12-06T23:59:59.999Z",
            "2024-03-05T10:00:00Z",
            "2024-03-05T10:00:00Z",
            "2023-12-07",
            "2024-03-05",
            true,
        ),
        (
            "2020-01-01T00:00:00Z",
            "2024-03-05T10:00:00Z",
            "2024-03-05T10:00:00Z",
            "2023-12-07",
            "2024-03-05",
            true,
        ),
        // The day changes at midnight in UTC, wherever the computer is.
        (
            "2020-01-01T00:00:00Z",
            "2024-03-05T23:59:59.999Z",
            "2024-03-05T23:59:59.999Z",
            "2023-12-07",
            "2024-03-05",
            true,
        ),
        (
            "2020-01-01T00:00:00Z",
            "2024-03-06T00:00:00Z",
            "2024-03-06T00:00:00Z",
            "2023-12-08",
            "2024-03-06",
            true,
        ),
        (
            "2020-01-01T00:00:00Z",
            far_east,
            far_east,
            "2023-12-06",
            "2024-03-04",
            true,
        ),
        (
            "2024-03-05T01:00:00+02:00",
            "2024-03-05T10:00:00Z",
            "2024-03-05T10:00:00Z",
            "2024-03-04",
            "2024-03-05",
            false,
        ),
        // Over the end of a year without a leap day, and with a change of the clocks in between.
        (
            "2020-01-01T00:00:00Z",
            "2023-03-30T12:00:00Z",
            "2023-03-30T12:00:00Z",
            "2022-12-31",
            "2023-03-30",
            true,
        ),
        // Days to come are not asked for, nor is an end before the beginning.
        (
            "2024-03-01T00:00:00Z",
            "2024-04-01T00:00:00Z",
            "2024-03-05T10:00:00Z",
            "2024-03-01",
            "2024-03-05",
            false,
        ),
        (
            "2024-04-01T00:00:00Z",
            "2024-04-02T00:00:00Z",
            "2024-03-05T10:00:00Z",
            "2024-03-05",
            "2024-03-05",
            false,
        ),
        (
            "2024-03-03T00:00:00Z",
            "2024-03-01T00:00:00Z",
            "2024-03-05T10:00:00Z",
            "2024-03-01",
            "2024-03-01",
            false,
        ),
        (
            "2020-01-01T00:00:00Z",
            "2020-02-01T00:00:00Z",
            "2024-03-05T10:00:00Z",
            "2023-12-07",
            "2023-12-07",
            true,
        ),
    ];
    for (since, until, now, first, last, cut) in table {
        let period = AuditPeriod::new(at(since), at(until), at(now));
        assert_eq!(
            days(period),
            (first.to_owned(), last.to_owned(), cut),
            "{since} to {until} at {now}"
        );
    }
}

#[test]
fn the_whole_period_leaves_out_nothing_that_the_service_keeps() {
    let period = AuditPeriod::whole(at("2024-03-05T10:00:00Z"));
    let expected = ("2023-12-07".to_owned(), "2024-03-05".to_owned(), false);
    assert_eq!(days(period), expected);
    assert_eq!(period.begins(), at("2023-12-07T00:00:00Z"));
    assert_eq!(AuditPeriod::DAYS, 90);
}

#[test]
fn no_clock_is_too_wrong_for_a_period() {
    for now in [0.0, -1e18, 1e18, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for since in [0.0, f64::NAN, f64::NEG_INFINITY, 1e18] {
            let period = AuditPeriod::new(since, now, now);
            assert!(
                period.first() <= period.last() || now < 0.0,
                "{since} {now}"
            );
        }
    }
}

fn record(id: &str, date: &str) -> Value {
    json!({
        "id": id,
        "operationType": "update_customer_qualification",
        "operationDate": date,
        "customerId": NORTH,
    })
}

fn page(records: Vec<Value>, token: Option<&str>) -> Scripted {
    let mut body = json!({ "items": records });
    if let Some(token) = token {
        body["links"] = json!({ "next": {
            "uri": "/auditrecords?size=500&seekOperation=Next",
            "headers": [{ "key": "MS-ContinuationToken", "value": token }],
        }});
    }
    Ok(answer(200, body.to_string()))
}

/// Any period does.
fn some_days() -> AuditPeriod {
    AuditPeriod::whole(at("2024-03-05T10:00:00Z"))
}

fn read(stage: &Stage) -> AuditRecords {
    now(stage
        .client
        .audit_records(north(), some_days(), &Cancel::default()))
    .unwrap()
}

fn ids(records: &AuditRecords) -> Vec<&str> {
    let records = records.records.iter();
    records
        .map(|one| one.id.as_deref().unwrap_or("none"))
        .collect()
}

#[test]
fn pages_are_followed_to_the_last_as_one_action() {
    let stage = Stage::new(
        App::default(),
        [
            page(vec![record("a", "2024-03-01T00:00:00Z")], Some("p2")),
            // A page may be about other things altogether.
            page(vec![json!({ "operationType": "add_customer" })], Some("p3")),
            page(vec![record("b", "2024-03-02T00:00:00Z")], None),
        ],
    );
    let all = read(&stage);
    assert_eq!(ids(&all), ["b", "a"]);
    assert!(!all.more && !all.is_cut());
    assert_eq!(all.period, some_days());
    assert_eq!(stage.sent("MS-ContinuationToken"), ["", "p2", "p3"]);
    let urls = stage.urls();
    assert!(
        urls[0].starts_with("/v1/auditrecords?startDate=2023-12-07&endDate=2024-03-05&filter=")
    );
    assert_eq!(urls[1], "/v1/auditrecords?size=500&seekOperation=Next");
    let mut correlation = stage.sent("MS-CorrelationId");
    correlation.dedup();
    assert_eq!(correlation.len(), 1);
    let mut requests = stage.sent("MS-RequestId");
    requests.dedup();
    assert_eq!(requests.len(), 3);
}

#[test]
fn records_come_newest_first_and_those_without_a_readable_date_last() {
    let undated = json!({ "id": "undated", "operationType": "update_customer_qualification" });
    let stage = Stage::new(
        App::default(),
        [page(
            vec![
                record("american", "6/1/2017 12:00:00 AM"),
                record("old", "2024-03-01T00:00:00Z"),
                undated,
                record("new", "2024-03-02T00:00:00.0000001Z"),
                record("same", "2024-03-02T02:00:00.0000001+02:00"),
            ],
            None,
        )],
    );
    assert_eq!(
        ids(&read(&stage)),
        ["new", "same", "old", "american", "undated"]
    );
}

#[test]
fn a_record_on_two_pages_counts_once_but_two_without_an_id_are_two() {
    let mut nameless = record("", "2024-03-01T00:00:00Z");
    nameless.as_object_mut().unwrap().remove("id");
    let stage = Stage::new(
        App::default(),
        [
            page(
                vec![record("a", "2024-03-02T00:00:00Z"), nameless.clone()],
                Some("p2"),
            ),
            page(vec![record("a", "2024-03-02T00:00:00Z"), nameless], None),
        ],
    );
    assert_eq!(ids(&read(&stage)), ["a", "none", "none"]);
}

#[test]
fn a_record_of_another_customer_is_left_out_and_one_of_nobody_kept() {
    let mut other = record("other", "2024-03-01T00:00:00Z");
    other["customerId"] = json!("22222222-3333-4444-8555-666666666666");
    let mut nobody = record("nobody", "2024-03-01T00:00:00Z");
    nobody["customerId"] = json!("not a GUID");
    let stage = Stage::new(App::default(), [page(vec![other, nobody], None)]);
    assert_eq!(ids(&read(&stage)), ["nobody"]);
}

#[test]
fn a_token_that_comes_again_ends_the_reading_and_says_that_there_is_more() {
    let one = |id| vec![record(id, "2024-03-01T00:00:00Z")];
    let stage = Stage::new(
        App::default(),
        [
            page(one("a"), Some("p2")),
            page(one("b"), Some("p3")),
            page(one("c"), Some("p2")),
        ],
    );
    let all = read(&stage);
    assert_eq!(ids(&all), ["a", "b", "c"]);
    assert!(all.more && all.is_cut());
}

#[test]
fn after_ten_pages_it_stops_and_says_that_there_is_more() {
    let numbered = |number: usize| {
        let id = format!("r{number}");
        page(vec![record(&id, "2024-03-01T00:00:00Z")], Some(&id))
    };
    let stage = Stage::new(App::default(), (0..11).map(numbered));
    let all = read(&stage);
    assert_eq!(all.records.len(), 10);
    assert_eq!(stage.script.sent(), 10);
    assert!(all.more);

    let ten = (0..9)
        .map(numbered)
        .chain([page(vec![record("last", "x")], None)]);
    let all = read(&Stage::new(App::default(), ten));
    assert_eq!((all.records.len(), all.more), (10, false));
}

#[test]
fn a_page_that_fails_fails_the_whole_rather_than_counting_too_few() {
    let first = || page(vec![record("a", "2024-03-01T00:00:00Z")], Some("p2"));
    let of = |second: Scripted| {
        let stage = Stage::new(App::default(), [first(), second]);
        now(stage
            .client
            .audit_records(north(), some_days(), &Cancel::default()))
        .unwrap_err()
    };
    let error = of(Ok(answer(403, fixture("errors", "1002_role"))));
    assert_eq!(
        (error.kind, error.operation),
        (ErrorKind::NotAllowed, Operation::AuditRecords)
    );
    let error = of(Ok(answer(200, "{\"items\":[{\"operationType\":")));
    assert_eq!(error.kind, UnexpectedAnswer(Unexpected::NotJson));
    let error = of(Ok(answer(
        200,
        fixture("audit_records", "page_leading_elsewhere"),
    )));
    assert_eq!(error.kind, UnexpectedAnswer(Unexpected::Link));
}

#[test]
fn days_outside_the_period_leave_something_out_even_where_all_pages_were_read() {
    let long_ago = AuditPeriod::new(0.0, at("2024-03-05T10:00:00Z"), at("2024-03-05T10:00:00Z"));
    let stage = Stage::new(App::default(), [page(Vec::new(), None)]);
    let all = now(stage
        .client
        .audit_records(north(), long_ago, &Cancel::default()))
    .unwrap();
    assert!(all.is_cut() && !all.more && all.records.is_empty());
}

#[test]
fn a_link_leads_only_to_the_list_that_it_continues() {
    let to = |uri: &str| NextLink::to_audit_records(uri, Vec::new());
    let link = to("https://elsewhere.example/v1/AuditRecords?size=500").unwrap();
    assert_eq!(link.target(), "/auditrecords?size=500");
    for uri in [
        "/customers?size=1",
        "/auditrecords/all",
        "//x.example/auditrecords",
        "",
    ] {
        assert_eq!(to(uri), None, "{uri}");
    }
    assert_eq!(NextLink::new("/auditrecords?size=500", Vec::new()), None);
}
