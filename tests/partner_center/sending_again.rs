//! The client keeps to the retry policy and to the pace: how often it sends, how long it waits, who waits with whom.
//! Must not know the policy's figures beyond what it needs to see them kept: `retrying` pins those.

use std::{future::Future, pin::Pin, rc::Rc};

use futures::{FutureExt, future::join_all};
use vetted::partner_center::{
    Accepted, Cancel, Customer, EducationSegment, Error, ErrorKind, NoToken, Operation,
    QualificationRequest, SearchText, Silence, request::Method, transport::Failure,
};

use super::stage::{App, Scripted, Stage, now};
use super::support::{answer, north, with_header};

const NORTH_SCHOOL: &str = r#"{
    "id": "11111111-2222-4333-8444-555555555555",
    "companyProfile": { "companyName": "North School" }
}"#;

type Running<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

fn status(status: u16) -> Scripted {
    Ok(answer(status, ""))
}

fn throttled(seconds: &str) -> Scripted {
    Ok(with_header(answer(429, ""), "Retry-After", seconds))
}

fn found() -> Scripted {
    Ok(answer(200, NORTH_SCHOOL))
}

fn read(stage: &Stage) -> Result<Customer, Error> {
    now(stage.client.customer(north(), &Cancel::default()))
}

fn post(stage: &Stage) -> Result<Accepted, Error> {
    let ids = stage.client.new_ids();
    let wanted = QualificationRequest::Education {
        segment: EducationSegment::K12,
        website: None,
    };
    now(stage.client.request_qualification(north(), &wanted, &ids))
}

/// A call that goes on by itself each time it is looked at.
fn running(stage: &Stage, cancel: &Cancel) -> Running<Customer> {
    let (client, cancel) = (stage.client.clone(), cancel.clone());
    Box::pin(async move { client.customer(north(), &cancel).await })
}

fn look<T>(running: &mut Running<T>) -> Option<Result<T, Error>> {
    running.now_or_never()
}

#[test]
fn a_read_gets_three_chances_with_waits_between_and_one_request_id() {
    for fault in [
        status(408),
        status(500),
        status(503),
        Err(Failure::NoAnswer),
    ] {
        let stage = Stage::new(App::default(), [fault.clone(), fault.clone(), found()]);
        assert_eq!(read(&stage).unwrap().company_name, "North School");
        assert_eq!(*stage.app.waits.borrow(), [500.0, 1_000.0], "{fault:?}");
        assert_eq!(stage.sent("MS-RequestId"), ["id-1"; 3], "{fault:?}");
        assert_eq!(stage.sent("MS-CorrelationId"), ["id-2"; 3], "{fault:?}");

        let stage = Stage::new(App::default(), vec![fault.clone(); 3]);
        assert!(read(&stage).is_err());
        assert_eq!(stage.script.sent(), 3, "{fault:?}");
    }
}

#[test]
fn a_read_that_ran_out_of_time_or_is_offline_is_not_sent_again() {
    for failure in [Failure::TimedOut, Failure::Offline, Failure::Cancelled] {
        let stage = Stage::new(App::default(), [Err(failure)]);
        assert!(read(&stage).is_err());
        assert_eq!(stage.script.sent(), 1, "{failure:?}");
        assert_eq!(stage.script.asked_why.get(), 0, "{failure:?}");
        assert!(stage.app.waits.borrow().is_empty());
    }
}

#[test]
fn a_post_is_sent_exactly_once_whatever_happens_to_it() {
    let mut ends = vec![
        Err(Failure::NoAnswer),
        Err(Failure::TimedOut),
        Err(Failure::Offline),
        throttled("1"),
    ];
    ends.extend(
        [
            200, 302, 400, 403, 404, 408, 409, 412, 429, 500, 502, 503, 504,
        ]
        .map(status),
    );
    for end in ends {
        let stage = Stage::new(App::default(), [end.clone()]);
        let _ = post(&stage);
        assert_eq!(stage.script.sent(), 1, "{end:?}");
        assert_eq!(stage.script.calls.borrow()[0].method, Method::Post);
        assert!(stage.app.waits.borrow().is_empty(), "{end:?}");
    }
}

#[test]
fn a_call_that_dies_for_good_asks_why_once_and_says_it() {
    let dead = || vec![Err(Failure::NoAnswer); 3];
    for silence in [
        Silence::Blocked,
        Silence::RelayMissing,
        Silence::SiteUnreachable,
        Silence::Unexplained,
    ] {
        let stage = Stage::new(App::default(), dead());
        stage.script.silence.set(Some(silence));
        assert_eq!(read(&stage).unwrap_err().kind, ErrorKind::NoAnswer(silence));
        assert_eq!(stage.script.asked_why.get(), 1);
    }
    let stage = Stage::new(App::default(), dead());
    let error = post(&stage).unwrap_err();
    assert_eq!(error.kind, ErrorKind::NoAnswer(Silence::ConnectionLost));
    assert!(error.outcome_unknown());
}

#[test]
fn who_gives_up_does_not_wait_for_the_reason() {
    let stage = Stage::new(App::default(), vec![Err(Failure::NoAnswer); 3]);
    stage.script.silence.set(None);
    let cancel = Cancel::default();
    let mut call = running(&stage, &cancel);
    assert!(look(&mut call).is_none());
    cancel.abort();
    let error = look(&mut call).expect("it ends at once").unwrap_err();
    assert_eq!(error.kind, ErrorKind::Cancelled);
}

#[test]
fn a_429_is_waited_out_and_what_follows_is_a_new_request_of_the_same_action() {
    let stage = Stage::new(App::default(), [throttled("57"), found()]);
    assert!(read(&stage).is_ok());
    assert_eq!(*stage.app.waits.borrow(), [57_000.0]);
    assert_eq!(*stage.app.pauses.borrow(), [57_000.0], "the app is told");
    assert_eq!(stage.sent("MS-RequestId"), ["id-1", "id-3"]);
    assert_eq!(stage.sent("MS-CorrelationId"), ["id-2", "id-2"]);
}

#[test]
fn the_time_of_a_429_is_read_from_a_date_or_from_words_too() {
    let date = with_header(
        answer(429, ""),
        "Retry-After",
        "Wed, 06 Mar 2024 10:00:20 GMT",
    );
    let date = with_header(date, "Date", "Wed, 06 Mar 2024 10:00:00 GMT");
    let words =
        r#"{"statusCode":429,"message":"Rate limit is exceeded. Try again in 20 seconds."}"#;
    for asked in [date, answer(429, words)] {
        let stage = Stage::new(App::default(), [Ok(asked), found()]);
        assert!(read(&stage).is_ok());
        assert_eq!(*stage.app.waits.borrow(), [20_000.0]);
    }
}

#[test]
fn a_429_that_names_no_time_is_waited_out_longer_each_time_and_three_times_at_most() {
    let stage = Stage::new(App::default(), vec![status(429); 3]);
    assert_eq!(read(&stage).unwrap_err().kind, ErrorKind::Throttled);
    assert_eq!(*stage.app.waits.borrow(), [30_000.0, 60_000.0]);
    assert_eq!(stage.script.sent(), 3);
}

#[test]
fn a_long_pause_fails_at_once_and_every_other_call_with_it_unsent() {
    let stage = Stage::new(App::default(), [throttled("300")]);
    let error = read(&stage).unwrap_err();
    assert_eq!(
        (error.kind, error.status),
        (ErrorKind::Throttled, Some(429))
    );
    assert_eq!(error.retry_after, Some(300));

    stage.app.pass(60_000.0);
    let error = read(&stage).unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::Throttled, None));
    assert_eq!(error.retry_after, Some(240));
    let error = post(&stage).unwrap_err();
    assert_eq!(error.operation, Operation::RequestQualification);
    assert!(!error.outcome_unknown(), "nothing was sent");
    assert_eq!(stage.script.sent(), 1);
    assert!(stage.app.waits.borrow().is_empty());
}

#[test]
fn a_429_to_one_call_makes_all_wait_a_post_too_and_then_they_go_one_by_one() {
    let stage = Stage::new(App::default(), []);
    stage.app.held.set(true);
    stage.script.held.set(true);
    let cancel = Cancel::default();
    let mut first = running(&stage, &cancel);
    assert!(look(&mut first).is_none());
    stage.script.answers.borrow_mut().push_back(throttled("10"));
    stage.script.end_one();
    assert!(look(&mut first).is_none());

    let copy = Stage {
        client: stage.client.clone().with_locale(|| "hu-HU".to_owned()),
        app: stage.app.clone(),
        script: stage.script.clone(),
    };
    let mut second = running(&copy, &cancel);
    let client = stage.client.clone();
    let mut third = Box::pin(async move {
        let wanted = QualificationRequest::Education {
            segment: EducationSegment::K12,
            website: None,
        };
        let ids = client.new_ids();
        client.request_qualification(north(), &wanted, &ids).await
    });
    stage.app.pass(9_999.0);
    for _ in 0..2 {
        assert!(look(&mut first).is_none() && look(&mut second).is_none());
        assert!((&mut third).now_or_never().is_none());
        assert_eq!(stage.script.sent(), 1, "all wait");
    }

    stage.app.pass(1.0);
    stage
        .script
        .answers
        .borrow_mut()
        .extend([found(), found(), status(201)]);
    assert!(look(&mut first).is_none() && look(&mut second).is_none());
    assert!((&mut third).now_or_never().is_none());
    assert_eq!(stage.script.sent(), 2, "one goes first");
    stage.script.end_one();
    assert!(look(&mut first).unwrap().is_ok());
    assert!(look(&mut second).is_none());
    assert!((&mut third).now_or_never().is_none());
    assert_eq!(stage.script.sent(), 3);
    stage.script.end_one();
    assert!(look(&mut second).unwrap().is_ok());
    assert!((&mut third).now_or_never().is_none());
    stage.script.end_one();
    assert!((&mut third).now_or_never().unwrap().is_ok());
}

#[test]
fn no_more_than_four_calls_are_under_way_and_each_end_lets_the_next_go() {
    let stage = Stage::new(App::default(), vec![found(); 10]);
    stage.script.held.set(true);
    let cancel = Cancel::default();
    let calls: Vec<_> = (0..10).map(|_| running(&stage, &cancel)).collect();
    let mut all = Box::pin(join_all(calls));
    for ended in 0..10 {
        assert!((&mut all).now_or_never().is_none());
        assert_eq!(stage.script.under_way(), 4.min(10 - ended));
        assert_eq!(stage.script.sent(), 10.min(4 + ended));
        stage.script.end_one();
    }
    let results = all.now_or_never().expect("all have ended");
    assert!(results.iter().all(Result::is_ok));
}

#[test]
fn who_gives_up_leaves_at_once_wherever_it_is_and_takes_no_place_with_it() {
    let stage = Stage::new(App::default(), []);
    stage.app.held.set(true);
    stage.script.held.set(true);
    let (under_way, queued) = (Cancel::default(), Cancel::default());
    let mut first: Vec<_> = (0..4).map(|_| running(&stage, &under_way)).collect();
    assert!(first.iter_mut().all(|call| look(call).is_none()));
    let mut fifth = running(&stage, &queued);
    assert!(look(&mut fifth).is_none());

    queued.abort();
    let error = look(&mut fifth).expect("out of the queue").unwrap_err();
    assert_eq!(error.kind, ErrorKind::Cancelled);
    under_way.abort();
    assert!(first.iter_mut().all(|call| look(call).is_some()));
    assert_eq!(stage.script.sent(), 4);

    // A future that is dropped without a word, as a page that is left drops it, gives its place back as well.
    let nobody = Cancel::default();
    let mut dropped: Vec<_> = (0..4).map(|_| running(&stage, &nobody)).collect();
    assert!(dropped.iter_mut().all(|call| look(call).is_none()));
    assert_eq!(stage.script.under_way(), 4);
    drop(dropped);

    stage.script.held.set(false);
    stage
        .script
        .answers
        .borrow_mut()
        .extend([status(503), throttled("60")]);
    let waiting = Cancel::default();
    let mut after_fault = running(&stage, &waiting);
    assert!(look(&mut after_fault).is_none(), "it waits after the fault");
    stage.app.pass(500.0);
    assert!(look(&mut after_fault).is_none(), "it waits for the pause");
    waiting.abort();
    let error = look(&mut after_fault).expect("it ends").unwrap_err();
    assert_eq!(error.kind, ErrorKind::Cancelled);

    let mut last = running(&stage, &nobody);
    assert!(look(&mut last).is_none());
    stage.app.pass(60_000.0);
    stage.script.answers.borrow_mut().push_back(found());
    assert!(look(&mut last).expect("the gate is open").is_ok());
}

#[test]
fn what_was_given_up_beforehand_is_not_sent() {
    let stage = Stage::new(App::default(), []);
    let cancel = Cancel::default();
    cancel.abort();
    let error = now(stage.client.customer(north(), &cancel)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Cancelled);
    assert_eq!(stage.script.sent(), 0);
}

#[test]
fn a_sign_in_is_renewed_once_even_when_faults_come_between() {
    let script = [status(401), status(503), status(401)];
    let stage = Stage::new(App::default(), script);
    let error = read(&stage).unwrap_err();
    assert_eq!(error.kind, ErrorKind::SignInNeeded);
    assert_eq!(stage.script.sent(), 3);
    assert_eq!(stage.app.refused.borrow().len(), 1);
}

#[test]
fn refusals_without_end_are_two_calls_and_one_renewal() {
    for method in [Method::Get, Method::Post] {
        let stage = Stage::new(App::default(), vec![status(401); 50]);
        let kind = match method {
            Method::Get => read(&stage).unwrap_err().kind,
            Method::Post => post(&stage).unwrap_err().kind,
        };
        assert_eq!(kind, ErrorKind::SignInNeeded);
        assert_eq!(stage.script.sent(), 2);
        assert_eq!(stage.app.refused.borrow().len(), 1);
    }
}

#[test]
fn an_authority_that_does_not_answer_is_not_asked_again_and_again() {
    let app = App {
        no_token: Some(NoToken::NoAnswer),
        ..App::default()
    };
    let stage = Stage::new(app, []);
    assert_eq!(read(&stage).unwrap_err().kind, ErrorKind::SignInUnreachable);
    assert!(stage.app.waits.borrow().is_empty());
}

#[test]
fn another_tab_s_pause_holds_here_too() {
    let stage = Stage::new(App::default(), [found()]);
    stage.client.pause_for(8_000.0);
    stage.client.clone().pause_for(8_000.0);
    assert_eq!(*stage.app.pauses.borrow(), [8_000.0], "told once");
    assert!(read(&stage).is_ok());
    assert_eq!(*stage.app.waits.borrow(), [8_000.0]);
}

#[test]
fn a_search_in_a_pause_waits_as_one_and_finds() {
    let page = || Ok(answer(200, format!("[{NORTH_SCHOOL}]")));
    let stage = Stage::new(App::default(), [throttled("3"), page(), page()]);
    let text = SearchText::try_from("north").unwrap();
    let found = now(stage.client.search(&text, &Cancel::default()));
    assert!(!found.unwrap().customers.is_empty());
    assert_eq!(stage.script.sent(), 3);
    let held: Rc<App> = stage.app.clone();
    assert_eq!(*held.pauses.borrow(), [3_000.0]);
}
