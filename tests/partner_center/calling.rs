//! The client against a scripted transport: what goes out, in which order, and when it stops.
//! Must not need a network: `now_or_never` shows that nothing waits but for the virtual clock.

use std::rc::Rc;

use futures::FutureExt;
use vetted::partner_center::{
    Cancel, Client, EducationSegment, Error, ErrorKind, Host, NoToken, Operation,
    QualificationRequest, RequestContract, SearchText, Silence, request::Method,
    transport::Failure,
};

use super::stage::{App, Scripted, Stage, now};
use super::support::{answer, fixture, north, with_header};

fn ok(group: &str, name: &str) -> Scripted {
    Ok(answer(200, fixture(group, name)))
}

fn refused_token() -> Scripted {
    Ok(answer(401, ""))
}

fn education() -> QualificationRequest {
    QualificationRequest::Education {
        segment: EducationSegment::K12,
        website: None,
    }
}

#[test]
fn a_refused_token_is_renewed_once_and_the_call_repeated_with_the_same_ids() {
    let stage = Stage::new(App::default(), [refused_token(), ok("customers", "by_id")]);
    let customer = now(stage.client.customer(north(), &Cancel::default())).unwrap();
    assert_eq!(customer.company_name, "North School");
    assert_eq!(stage.sent("Authorization"), ["Bearer old", "Bearer new"]);
    assert_eq!(stage.sent("MS-RequestId"), ["id-1", "id-1"]);
    assert_eq!(*stage.app.refused.borrow(), ["old"]);
}

#[test]
fn a_post_is_repeated_after_a_refused_token_and_keeps_its_request_id() {
    let created = Ok(answer(201, fixture("qualifications", "posted_education")));
    let stage = Stage::new(App::default(), [refused_token(), created]);
    let ids = stage.client.new_ids();
    now(stage
        .client
        .request_qualification(north(), &education(), &ids))
    .unwrap();
    assert_eq!(stage.sent("MS-RequestId"), [ids.request.as_str(); 2]);
    assert_eq!(
        stage.sent("MS-CorrelationId"),
        [ids.correlation.as_str(); 2]
    );
    let calls = stage.script.calls.borrow();
    assert!(calls.iter().all(|call| call.method == Method::Post));
    assert_eq!(calls[0].body, calls[1].body);
}

#[test]
fn a_second_refusal_ends_it_and_asks_for_a_sign_in() {
    let stage = Stage::new(App::default(), [refused_token(), refused_token()]);
    let error = now(stage.client.customer(north(), &Cancel::default())).unwrap_err();
    assert_eq!(error.kind, ErrorKind::SignInNeeded);
    assert_eq!(error.status, Some(401));
    assert_eq!(stage.urls().len(), 2);
    assert_eq!(stage.app.refused.borrow().len(), 1);
}

#[test]
fn a_token_that_cannot_be_renewed_is_not_tried_again() {
    let app = App {
        cannot_renew: Some(NoToken::SignInNeeded),
        ..App::default()
    };
    let no_mfa = Ok(answer(401, fixture("errors", "900421_mfa")));
    let stage = Stage::new(app, [no_mfa]);
    let error = now(stage.client.customer(north(), &Cancel::default())).unwrap_err();
    assert_eq!(error.kind, ErrorKind::MfaNeeded);
    assert_eq!(error.code.as_deref(), Some("900421"));
    assert_eq!(stage.urls().len(), 1);
}

#[test]
fn an_authority_that_does_not_answer_is_not_taken_for_the_end_of_the_sign_in() {
    let silent = || App {
        no_token: Some(NoToken::NoAnswer),
        ..App::default()
    };
    let stage = Stage::new(silent(), []);
    let ids = stage.client.new_ids();
    let wanted = education();
    let sent = stage.client.request_qualification(north(), &wanted, &ids);
    let error = now(sent).unwrap_err();
    assert_eq!(error.kind, ErrorKind::SignInUnreachable);
    assert!(!error.outcome_unknown());
    assert!(stage.urls().is_empty());

    let app = App {
        cannot_renew: Some(NoToken::NoAnswer),
        ..App::default()
    };
    let stage = Stage::new(app, [refused_token()]);
    let error = now(stage.client.customer(north(), &Cancel::default())).unwrap_err();
    assert_eq!(error.kind, ErrorKind::SignInUnreachable);
}

#[test]
fn without_a_token_nothing_is_sent() {
    let app = App {
        no_token: Some(NoToken::SignInNeeded),
        ..App::default()
    };
    let stage = Stage::new(app, []);
    let ids = stage.client.new_ids();
    let wanted = education();
    let sent = stage.client.request_qualification(north(), &wanted, &ids);
    let error = now(sent).unwrap_err();
    assert_eq!(error.kind, ErrorKind::SignInNeeded);
    assert_eq!(error.status, None);
    assert!(!error.outcome_unknown());
    assert!(stage.urls().is_empty());
}

#[test]
fn no_other_refusal_is_repeated() {
    for status in [400, 403, 404, 405, 409, 412, 417] {
        let stage = Stage::new(App::default(), [Ok(answer(status, ""))]);
        let error = now(stage.client.qualifications(north(), &Cancel::default())).unwrap_err();
        assert_eq!(error.status, Some(status));
        assert_eq!(stage.urls().len(), 1, "{status}");
    }
}

#[test]
fn a_call_that_dies_says_how_and_whether_the_outcome_is_known() {
    let table = [
        (Failure::Cancelled, ErrorKind::Cancelled),
        (Failure::TimedOut, ErrorKind::TimedOut),
        (Failure::Offline, ErrorKind::NoAnswer(Silence::Offline)),
        (
            Failure::NoAnswer,
            ErrorKind::NoAnswer(Silence::ConnectionLost),
        ),
    ];
    for (failure, kind) in table {
        let stage = Stage::new(App::default(), vec![Err(failure); 4]);
        let read = now(stage.client.qualifications(north(), &Cancel::default())).unwrap_err();
        assert_eq!(read.kind, kind);
        assert_eq!(read.operation, Operation::Qualifications);
        assert!(!read.outcome_unknown());

        let ids = stage.client.new_ids();
        let wanted = education();
        let sent = stage.client.request_qualification(north(), &wanted, &ids);
        let error = now(sent).unwrap_err();
        assert_eq!(error.kind, kind);
        assert_eq!(error.request_id, Some(ids.request));
        assert!(error.outcome_unknown());
    }
}

#[test]
fn a_search_asks_for_names_and_domains_in_one_action() {
    let stage = Stage::new(
        App::default(),
        [
            ok("customers", "page_with_next"),
            ok("customers", "page_last"),
        ],
    );
    let text = SearchText::try_from("north").unwrap();
    let found = now(stage.client.search(&text, &Cancel::default())).unwrap();
    let names: Vec<_> = found
        .customers
        .iter()
        .map(|c| c.company_name.as_str())
        .collect();
    assert_eq!(names, ["Museum of Mills", "North School"]);

    let urls = stage.urls();
    assert!(urls[0].contains("CompanyName") && urls[1].contains("Domain"));
    let requests = stage.sent("MS-RequestId");
    assert_ne!(requests[0], requests[1]);
    let correlations = stage.sent("MS-CorrelationId");
    assert_eq!(correlations[0], correlations[1]);
}

#[test]
fn more_follows_the_link_of_the_query_that_has_one() {
    let stage = Stage::new(
        App::default(),
        [
            ok("customers", "page_with_next"),
            ok("customers", "page_last"),
            ok("customers", "page_of_hard_names"),
        ],
    );
    let text = SearchText::try_from("north").unwrap();
    let cancel = Cancel::default();
    let first = now(stage.client.search(&text, &cancel)).unwrap();
    let found = now(stage.client.more(&first.more.unwrap(), &cancel)).unwrap();
    assert_eq!(found.customers.len(), 1, "the other two were found before");
    assert_eq!(found.more, None);
    assert_eq!(stage.urls()[2], "/v1/customers?size=1&seekOperation=Next");
    assert_eq!(stage.sent("MS-ContinuationToken")[2], "opaque==");
}

#[test]
fn a_search_fails_when_one_of_its_queries_does() {
    let failed = Ok(answer(500, fixture("errors", "800003_service")));
    let failed = || failed.clone();
    let stage = Stage::new(
        App::default(),
        [ok("customers", "page_last"), failed(), failed(), failed()],
    );
    let text = SearchText::try_from("north").unwrap();
    let error = now(stage.client.search(&text, &Cancel::default())).unwrap_err();
    assert_eq!(error.kind, ErrorKind::ServiceFailed);
    assert_eq!(error.operation, Operation::Search);
}

#[test]
fn the_reads_of_one_action_share_its_correlation_id() {
    let stage = Stage::new(
        App::default(),
        [
            Ok(answer(201, "")),
            ok(
                "qualifications",
                "education_in_review_create_date_milliseconds",
            ),
        ],
    );
    let ids = stage.client.new_ids();
    now(stage
        .client
        .request_qualification(north(), &education(), &ids))
    .unwrap();
    let action = stage.client.in_action(&ids);
    now(action.qualifications(north(), &Cancel::default())).unwrap();
    let correlations = stage.sent("MS-CorrelationId");
    assert_eq!(correlations[0], correlations[1]);
    let requests = stage.sent("MS-RequestId");
    assert_ne!(requests[0], requests[1]);
}

#[test]
fn the_host_hears_the_time_of_every_answer() {
    let date = "Wed, 06 Mar 2024 10:00:00 GMT";
    let refused = with_header(answer(401, ""), "date", date);
    let codes = answer(200, fixture("validation_codes", "two"));
    let stage = Stage::new(
        App::default(),
        [Ok(refused), Ok(with_header(codes, "Date", date))],
    );
    now(stage.client.validation_codes(&Cancel::default())).unwrap();
    assert_eq!(*stage.app.dates.borrow(), [date, date]);
}

#[test]
fn the_language_and_the_base_address_go_along() {
    let stage = Stage::new(App::default(), []);
    let host: Rc<dyn Host> = stage.app.clone();
    let client = Client::new("/vetted/".to_owned(), RequestContract::December2020, host)
        .with_locale(|| "hu-HU".to_owned())
        .with_transport(stage.script.clone());
    stage
        .script
        .answers
        .borrow_mut()
        .push_back(Ok(answer(201, "")));
    let ids = client.new_ids();
    now(client.request_qualification(north(), &education(), &ids)).unwrap();
    assert_eq!(stage.sent("X-Locale"), ["hu-HU"]);
    assert!(stage.urls()[0].starts_with("/vetted/v1/customers/"));
    assert_eq!(stage.script.calls.borrow()[0].body.as_deref(), Some("1"));
}

#[test]
fn the_token_is_in_one_header_and_nowhere_in_an_error() {
    let echoing = Ok(answer(401, ""));
    let stage = Stage::new(App::default(), [echoing, Ok(answer(403, ""))]);
    let error: Error = now(stage.client.customer(north(), &Cancel::default())).unwrap_err();
    let shown = format!("{error:?} {error}");
    assert!(!shown.contains("Bearer") && !shown.contains("old") && !shown.contains("new"));
    for call in stage.script.calls.borrow().iter() {
        let with_token = call
            .headers
            .iter()
            .filter(|(_, value)| value.starts_with("Bearer "));
        assert_eq!(with_token.count(), 1);
        assert!(!call.url.contains("old") && !call.url.contains("new"));
    }
}

#[test]
fn cancelling_reaches_every_copy_and_everyone_who_waits() {
    let cancel = Cancel::default();
    let copy = cancel.clone();
    let mut waiting = copy.aborted();
    assert!((&mut waiting).now_or_never().is_none());
    assert!(!copy.is_aborted());
    cancel.abort();
    cancel.abort();
    assert!(copy.is_aborted());
    assert!(waiting.now_or_never().is_some());
    assert!(copy.aborted().now_or_never().is_some());
    assert!(!Cancel::default().is_aborted());
}
