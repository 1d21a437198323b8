//! What can be sold in which state, as one table.
//! Must not know how a page says it.

use vetted::partner_center::{
    NotStated::{Combination, StatusUnclear, UnknownKind},
    Segment::{self, Commercial, Education, Government, Nonprofit},
    Sellable::{self, NotStated, Stated},
    sellable,
};

use super::support::{dated, having};

#[test]
fn each_row_of_the_documents_table_is_what_can_be_sold() {
    let table: [(&str, &[Segment]); 7] = [
        ("", &[Commercial]),
        ("Nonprofit: Approved", &[Commercial, Nonprofit]),
        ("Education: Approved", &[Commercial, Education]),
        ("GovernmentCommunityCloud: Approved", &[Government]),
        ("StateOwnedEntity", &[Commercial]),
        (
            "Education: Approved, StateOwnedEntity",
            &[Commercial, Education],
        ),
        (
            "GovernmentCommunityCloud: Approved, StateOwnedEntity",
            &[Government],
        ),
    ];
    for (has, sold) in table {
        let answer = sellable(&having(has));
        assert_eq!(answer, Stated(sold), "{has:?}");
        for segment in Segment::ALL {
            assert_eq!(
                answer.allows(segment),
                Some(sold.contains(&segment)),
                "{has:?}, {segment:?}"
            );
        }
    }
}

#[test]
fn only_what_is_approved_counts() {
    let table: [(&str, &[Segment]); 11] = [
        ("None", &[Commercial]),
        ("Education: InReview", &[Commercial]),
        ("Education: Denied", &[Commercial]),
        ("GovernmentCommunityCloud: InReview", &[Commercial]),
        ("GovernmentCommunityCloud: Denied", &[Commercial]),
        ("Nonprofit: InReview", &[Commercial]),
        ("Education: InReview, StateOwnedEntity", &[Commercial]),
        ("StateOwnedEntity: Approved", &[Commercial]),
        (
            "StateOwnedEntity: Approved, Education: Approved",
            &[Commercial, Education],
        ),
        (
            "Education: Denied, GovernmentCommunityCloud: Approved",
            &[Government],
        ),
        (
            "Nonprofit: Denied, Education: Approved",
            &[Commercial, Education],
        ),
    ];
    for (has, sold) in table {
        assert_eq!(sellable(&having(has)), Stated(sold), "{has:?}");
    }
}

#[test]
fn where_no_document_says_what_can_be_sold_neither_does_the_app() {
    let table = [
        ("Nonprofit: Approved, StateOwnedEntity", Combination),
        ("Nonprofit: Approved, Education: Approved", Combination),
        (
            "Education: Approved, GovernmentCommunityCloud: Approved",
            Combination,
        ),
        (
            "Nonprofit: Approved, GovernmentCommunityCloud: Approved",
            Combination,
        ),
        ("Education", StatusUnclear),
        ("Education: Expired", StatusUnclear),
        ("GovernmentCommunityCloud", StatusUnclear),
        ("Nonprofit", StatusUnclear),
        ("StateOwnedEntity: Expired", StatusUnclear),
        ("HealthCare: Approved", UnknownKind),
        ("Education: Approved, HealthCare", UnknownKind),
    ];
    for (has, why) in table {
        let answer = sellable(&having(has));
        assert_eq!(answer, NotStated(why), "{has:?}");
        assert_eq!(answer.allows(Commercial), None, "{has:?}");
    }
}

#[test]
fn an_entry_that_a_newer_one_has_overtaken_does_not_count() {
    let sold = |entries| -> Sellable { sellable(&dated("Education", entries)) };
    let (early, late) = ("2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z");
    let withdrawn = sold([("Approved", early), ("Denied", late)]);
    assert_eq!(withdrawn, Stated(&[Commercial]));
    let granted = sold([("Denied", early), ("Approved", late)]);
    assert_eq!(granted, Stated(&[Commercial, Education]));
}
