//! One qualification of a customer as a card: its status in plain words, since when, and what follows from it.
//! Must not know how qualifications are read or requested.

mod denied;
mod follow;

pub use denied::Reason;
pub use follow::follow_review;

use self::denied::Denied;
use crate::components::{Moment, StatusTag, Symbol};
use crate::features::reading::Reading;
use crate::i18n::{Key, around, fill, relative, t, text};
use crate::partner_center::{
    CustomerId, Qualification, QualificationKind, Qualifications, VettingDate, VettingStatus,
};
use crate::passing::passing;
use crate::services::Services;
use leptos::prelude::*;

/// What a card shows, derived from what the service said: section by section the table "display state" of the contract.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// Microsoft is vetting.
    InReview,
    /// The service says approved, in so many words.
    Approved,
    /// The service says denied.
    Denied,
    /// A qualification without vetting: it is there, and that is all.
    Assigned,
    /// A qualification that is vetted, without a word about how far.
    NotReported,
    /// A status this app does not know, as it came.
    Other(String),
}

impl Standing {
    /// The standing of a qualification. Never better than the service's own words.
    pub fn of(qualification: &Qualification) -> Self {
        match (&qualification.status, &qualification.kind) {
            (Some(VettingStatus::InReview), _) => Self::InReview,
            (Some(VettingStatus::Approved), _) => Self::Approved,
            (Some(VettingStatus::Denied), _) => Self::Denied,
            (Some(VettingStatus::Other(raw)), _) => Self::Other(raw.clone()),
            (None, QualificationKind::StateOwnedEntity) => Self::Assigned,
            (None, _) => Self::NotReported,
        }
    }

    /// The status in words.
    pub fn words(&self) -> String {
        match self {
            Self::InReview => t(Key::StatusInReview),
            Self::Approved => t(Key::StatusApproved),
            Self::Denied => t(Key::StatusDenied),
            Self::Assigned => t(Key::StatusAssigned),
            Self::NotReported => t(Key::StatusNotReported),
            Self::Other(raw) => raw.clone(),
        }
    }

    /// Its symbol.
    pub fn symbol(&self) -> Symbol {
        match self {
            Self::InReview => Symbol::Clock,
            Self::Approved => Symbol::Check,
            Self::Denied => Symbol::Cross,
            Self::Assigned => Symbol::Badge,
            Self::NotReported | Self::Other(_) => Symbol::Question,
        }
    }

    /// Its colour, as [`StatusTag`] takes it.
    pub fn tag(&self) -> &'static str {
        match self {
            Self::InReview => "wait",
            Self::Approved | Self::Assigned => "good",
            Self::Denied => "bad",
            Self::NotReported | Self::Other(_) => "plain",
        }
    }
}

/// The name of a qualification; one this app does not know keeps the service's own word.
pub fn kind_name(kind: &QualificationKind) -> String {
    match kind {
        QualificationKind::Education => t(Key::KindEducation),
        QualificationKind::GovernmentCommunityCloud => t(Key::KindGcc),
        QualificationKind::StateOwnedEntity => t(Key::KindSoe),
        QualificationKind::Nonprofit => t(Key::KindNonprofit),
        QualificationKind::None => t(Key::QualificationsNone),
        QualificationKind::Other(raw) => raw.clone(),
    }
}

/// How old what is shown is. A failed refresh makes it a warning, since the cards are then out of date.
#[component]
pub fn ReadAt(
    /// What was read.
    reading: Reading<Qualifications>,
) -> impl IntoView {
    let clock = Services::get().clock;
    let ago = passing(move || {
        let at = reading
            .value
            .with(|read| read.as_ref().map(|read| read.at))?;
        relative(at, clock.watch())
    });
    move || {
        let read = reading.value.get()?;
        let stale = reading.failure.with(Option::is_some);
        let key = if stale { Key::ReadAtStale } else { Key::ReadAt };
        let ago = ago.get().unwrap_or_else(|| t(Key::JustNow));
        Some(view! {
            <p class="read-at" class:read-at--stale=stale>
                {fill(key, &[("ago", ago)])} " " <span class="read-at__exact"><Moment millis=read.at /></span>
            </p>
        })
    }
}

/// One card.
#[component]
pub fn QualificationCard(
    /// Whose qualification it is.
    customer: CustomerId,
    /// The qualification as read.
    qualification: Qualification,
    /// Whether a newer entry of the same qualification has overtaken this one, so that it asks for nothing.
    #[prop(optional)]
    overtaken: bool,
    /// What stands at its foot, in place of the way to request Education again.
    #[prop(optional)]
    foot: Option<AnyView>,
) -> impl IntoView {
    let again = foot.is_none() && !overtaken;
    let standing = Standing::of(&qualification);
    let kind = qualification.kind.clone();
    let name = Signal::derive(move || kind_name(&kind));
    let since = qualification
        .since
        .clone()
        .map(|since| view! { <Since standing=standing.clone() since /> });
    let class = format!("card card--{}", standing.tag());
    let (symbol, tag) = (standing.symbol(), standing.tag());
    let explained = explanation(&qualification, &standing);
    let denied = standing == Standing::Denied;
    let foreign = matches!(standing, Standing::Other(_));
    let words = Signal::derive(move || standing.words());
    view! {
        <article class=class aria-label=name>
            <header class="card__head">
                <h3 class="card__title"><bdi>{name}</bdi></h3>
                <StatusTag symbol kind=tag label=words foreign />
            </header>
            {since}
            {explained.map(|words| view! { <p class="card__note">{text(words)}</p> })}
            {denied.then(|| view! { <Denied customer qualification overtaken again /> })}
            {foot}
        </article>
    }
}

/// Since when: a moment where the service's date could be read, else its own text.
#[component]
fn Since(standing: Standing, since: VettingDate) -> impl IntoView {
    let lead = match standing {
        Standing::InReview => Key::SinceInReview,
        _ => Key::SinceRequested,
    };
    let when = match (since.millis(), since) {
        (Some(millis), _) => view! { <Moment millis /> }.into_any(),
        (None, VettingDate::AsWritten(raw)) => view! {
            <bdi>{raw}</bdi> " " <span class="card__aside">{text(Key::SinceAsWritten)}</span>
        }
        .into_any(),
        (None, VettingDate::At(_)) => ().into_any(),
    };
    let (before, after) = around(lead);
    view! { <p class="card__since">{before} {when} {after}</p> }
}

/// What the status means for the agent.
fn explanation(qualification: &Qualification, standing: &Standing) -> Option<Key> {
    Some(match (&qualification.kind, standing) {
        (QualificationKind::Nonprofit, _) => Key::CardNonprofit,
        (QualificationKind::Other(_), _) => Key::CardUnknownKind,
        (QualificationKind::Education, Standing::InReview) => Key::CardEducationInReview,
        (_, Standing::InReview) => Key::CardInReview,
        (QualificationKind::Education, Standing::Approved) => Key::CardEducationApproved,
        (QualificationKind::GovernmentCommunityCloud, Standing::Approved) => Key::CardGccApproved,
        (QualificationKind::StateOwnedEntity, Standing::Assigned) => Key::CardSoe,
        (_, Standing::NotReported) => Key::CardNotReported,
        (_, Standing::Other(_)) => Key::CardUnknownStatus,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn qualification(kind: QualificationKind, status: Option<VettingStatus>) -> Qualification {
        Qualification {
            kind,
            status,
            reason: None,
            since: None,
        }
    }

    #[test]
    fn only_the_services_own_word_makes_a_card_say_approved() {
        for kind in [
            QualificationKind::Education,
            QualificationKind::GovernmentCommunityCloud,
            QualificationKind::StateOwnedEntity,
            QualificationKind::Nonprofit,
            QualificationKind::Other("Healthcare".into()),
        ] {
            let silent = Standing::of(&qualification(kind.clone(), None));
            assert_ne!(silent, Standing::Approved, "{kind:?} without a status");
            let odd = Standing::of(&qualification(
                kind,
                Some(VettingStatus::Other("Approvedish".into())),
            ));
            assert_eq!(odd, Standing::Other("Approvedish".into()));
        }
    }

    #[test]
    fn a_state_owned_entity_has_no_vetting_and_others_without_status_say_so() {
        let soe = qualification(QualificationKind::StateOwnedEntity, None);
        let gcc = qualification(QualificationKind::GovernmentCommunityCloud, None);
        assert_eq!(Standing::of(&soe), Standing::Assigned);
        assert_eq!(Standing::of(&gcc), Standing::NotReported);
    }
}
