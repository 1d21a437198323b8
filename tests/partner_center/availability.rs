//! What may be asked for in which state, as one table.
//! Must not know how the form says it.

use vetted::partner_center::{
    Availability::{self, Allowed, AllowedWithWarning, Blocked},
    Blocker, Caution,
    RequestableKind::{self, Education, GovernmentCommunityCloud, StateOwnedEntity},
    availability,
};

use super::support::{dated, having};

#[test]
fn each_state_allows_warns_about_or_blocks_each_request() {
    let warn = AllowedWithWarning;
    // What the customer has; then Education, Government Community Cloud, state-owned entity.
    let table: [(&str, [Availability; 3]); 21] = [
        ("", [Allowed, Allowed, Allowed]),
        ("None", [Allowed, Allowed, Allowed]),
        (
            "Education: InReview",
            [
                Blocked(Blocker::EducationInReview),
                Blocked(Blocker::GccWhileEducationInReview),
                Allowed,
            ],
        ),
        (
            "Education: Approved",
            [
                Blocked(Blocker::AlreadyEducation),
                Blocked(Blocker::GccAfterEducation),
                Allowed,
            ],
        ),
        (
            "Education: Denied",
            [Allowed, warn(Caution::EducationDenied), Allowed],
        ),
        (
            "Education",
            [
                warn(Caution::EducationStatusUnclear),
                warn(Caution::EducationStatusUnclear),
                Allowed,
            ],
        ),
        (
            "Education: Expired",
            [
                warn(Caution::EducationStatusUnclear),
                warn(Caution::EducationStatusUnclear),
                Allowed,
            ],
        ),
        (
            "GovernmentCommunityCloud: InReview",
            [
                Blocked(Blocker::EducationAfterGcc),
                Blocked(Blocker::GccInReview),
                Allowed,
            ],
        ),
        (
            "GovernmentCommunityCloud: Approved",
            [
                Blocked(Blocker::EducationAfterGcc),
                Blocked(Blocker::AlreadyGcc),
                Allowed,
            ],
        ),
        (
            "GovernmentCommunityCloud",
            [
                Blocked(Blocker::EducationAfterGcc),
                Blocked(Blocker::AlreadyGcc),
                Allowed,
            ],
        ),
        (
            "GovernmentCommunityCloud: Denied",
            [
                Blocked(Blocker::EducationAfterGcc),
                warn(Caution::GccDenied),
                Allowed,
            ],
        ),
        (
            "StateOwnedEntity",
            [
                Allowed,
                warn(Caution::StateOwnedEntityPresent),
                Blocked(Blocker::AlreadyStateOwnedEntity),
            ],
        ),
        (
            "Education: Denied, StateOwnedEntity",
            [
                Allowed,
                warn(Caution::EducationDenied),
                Blocked(Blocker::AlreadyStateOwnedEntity),
            ],
        ),
        (
            "Education: Approved, StateOwnedEntity",
            [
                Blocked(Blocker::AlreadyEducation),
                Blocked(Blocker::GccAfterEducation),
                Blocked(Blocker::AlreadyStateOwnedEntity),
            ],
        ),
        (
            "StateOwnedEntity, Education: InReview",
            [
                Blocked(Blocker::EducationInReview),
                Blocked(Blocker::GccWhileEducationInReview),
                Blocked(Blocker::AlreadyStateOwnedEntity),
            ],
        ),
        (
            "GovernmentCommunityCloud: Approved, StateOwnedEntity",
            [
                Blocked(Blocker::EducationAfterGcc),
                Blocked(Blocker::AlreadyGcc),
                Blocked(Blocker::AlreadyStateOwnedEntity),
            ],
        ),
        ("Nonprofit", [warn(Caution::NonprofitPresent); 3]),
        ("Nonprofit: Approved", [warn(Caution::NonprofitPresent); 3]),
        (
            "Nonprofit, StateOwnedEntity",
            [
                warn(Caution::NonprofitPresent),
                warn(Caution::NonprofitPresent),
                Blocked(Blocker::AlreadyStateOwnedEntity),
            ],
        ),
        ("HealthCare", [warn(Caution::UnknownPresent); 3]),
        (
            "HealthCare: InReview, Education: InReview",
            [
                Blocked(Blocker::EducationInReview),
                Blocked(Blocker::GccWhileEducationInReview),
                warn(Caution::UnknownPresent),
            ],
        ),
    ];
    for (has, expected) in table {
        let current = having(has);
        let answers = RequestableKind::ALL.map(|wanted| availability(&current, &wanted));
        assert_eq!(answers, expected, "{has:?}");
    }
}

#[test]
fn the_kinds_of_the_table_are_all_that_can_be_asked_for() {
    let columns = [Education, GovernmentCommunityCloud, StateOwnedEntity];
    assert_eq!(RequestableKind::ALL, columns);
}

#[test]
fn only_the_newest_entry_of_a_kind_decides() {
    let denied_last = dated(
        "Education",
        [
            ("InReview", "2024-01-01T00:00:00Z"),
            ("Denied", "2024-02-01T00:00:00Z"),
        ],
    );
    assert_eq!(availability(&denied_last, &Education), Allowed);

    let asked_again = dated(
        "Education",
        [
            ("InReview", "2024-03-01T00:00:00Z"),
            ("Denied", "2024-02-01T00:00:00Z"),
        ],
    );
    assert_eq!(
        availability(&asked_again, &Education),
        Blocked(Blocker::EducationInReview)
    );
}
