//! Account validation: the call, and what each status means for purchases.
//! Must not repeat how an answer reads: see `fixtures.rs`.

use vetted::partner_center::{
    AccountStatus::{self, Allowed, NoReview, NotAllowed, NotReady, Other, UnderReview, Unknown},
    Cancel, ErrorKind, Operation, VettingStatus,
};

use super::{
    stage::{App, Stage, now},
    support::{north, recorded},
};

#[test]
fn no_review_is_an_answer_and_needs_no_second_call() {
    let stage = Stage::new(
        App::default(),
        [Ok(recorded("account_validation", "no_review").answer)],
    );
    let read = now(stage.client.account_validation(north(), &Cancel::default())).unwrap();
    assert_eq!((read.status, read.updated), (NoReview, None));
    assert_eq!(
        stage.urls(),
        ["/v1/customers/11111111-2222-4333-8444-555555555555/validationStatus?type=account"]
    );
}

#[test]
fn any_other_404_stays_an_error() {
    for name in ["unknown_customer", "address_unknown"] {
        let stage = Stage::new(
            App::default(),
            [Ok(recorded("account_validation", name).answer)],
        );
        let error = now(stage.client.account_validation(north(), &Cancel::default())).unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound, "{name}");
        assert_eq!(error.operation, Operation::AccountValidation);
        assert!(!error.outcome_unknown());
    }
}

#[test]
fn each_status_says_whether_purchases_are_blocked_where_a_document_does() {
    let table = [
        (NoReview, Some(false)),
        (Allowed, Some(false)),
        (UnderReview, Some(true)),
        (NotAllowed, Some(true)),
        (Unknown, Some(true)),
        (NotReady, None),
        (Other("Paused".to_owned()), None),
    ];
    for (status, blocks) in table {
        assert_eq!(status.blocks_purchases(), blocks, "{status:?}");
    }
}

#[test]
fn words_of_vetting_and_of_the_account_are_not_mixed_up() {
    for word in ["Approved", "InReview", "Denied", "NoReview"] {
        assert_eq!(AccountStatus::read(word), Other(word.to_owned()));
    }
    for word in [
        "Allowed",
        "UnderReview",
        "NotAllowed",
        "Not Ready",
        "Unknown",
    ] {
        assert_eq!(
            VettingStatus::read(word),
            VettingStatus::Other(word.to_owned())
        );
        assert!(!matches!(AccountStatus::read(word), Other(_)), "{word}");
        assert_eq!(
            AccountStatus::read(word),
            AccountStatus::read(&word.to_uppercase())
        );
    }
}
