//! The ledger's own words for what it writes down: they stay the same whatever the service or the code comes to call things.
//! Must not know in which file or store they are written.

use super::fault::Fault;
use super::record::{Origin, Source, Status};
use crate::partner_center::QualificationKind;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

/// Marks a word of the service that is kept as it came.
const AS_IT_CAME: &str = "other:";
/// The longest text that is kept, in characters. The documents give no limits; a company's name and a reason are far shorter.
const LONGEST: usize = 1_000;

pub(super) fn kind_word(kind: &QualificationKind) -> String {
    match kind {
        QualificationKind::None => "none".into(),
        QualificationKind::Education => "education".into(),
        QualificationKind::GovernmentCommunityCloud => "gcc".into(),
        QualificationKind::StateOwnedEntity => "soe".into(),
        QualificationKind::Nonprofit => "nonprofit".into(),
        QualificationKind::Other(word) => format!("{AS_IT_CAME}{word}"),
    }
}

pub(super) fn kind_of(word: &str) -> Result<QualificationKind, Fault> {
    Ok(match word {
        "none" => QualificationKind::None,
        "education" => QualificationKind::Education,
        "gcc" => QualificationKind::GovernmentCommunityCloud,
        "soe" => QualificationKind::StateOwnedEntity,
        "nonprofit" => QualificationKind::Nonprofit,
        _ => QualificationKind::Other(as_it_came(word)?),
    })
}

pub(super) fn status_word(status: &Status) -> String {
    match status {
        Status::InReview => "in review".into(),
        Status::Approved => "approved".into(),
        Status::Denied => "denied".into(),
        Status::Unsaid => "unsaid".into(),
        Status::Gone => "gone".into(),
        Status::Other(word) => format!("{AS_IT_CAME}{word}"),
    }
}

pub(super) fn status_of(word: &str) -> Result<Status, Fault> {
    Ok(match word {
        "in review" => Status::InReview,
        "approved" => Status::Approved,
        "denied" => Status::Denied,
        "unsaid" => Status::Unsaid,
        "gone" => Status::Gone,
        _ => Status::Other(as_it_came(word)?),
    })
}

pub(super) fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Request => "request",
        Origin::Hand => "hand",
        Origin::Import => "import",
    }
}

pub(super) fn origin_of(word: &str) -> Result<Origin, Fault> {
    let known = [Origin::Request, Origin::Hand, Origin::Import];
    let mut known = known.into_iter();
    known
        .find(|it| origin_word(*it) == word)
        .ok_or(Fault::UnknownWord)
}

pub(super) fn source_word(source: Source) -> &'static str {
    match source {
        Source::Start => "start",
        Source::Reading => "reading",
        Source::Import => "import",
    }
}

pub(super) fn source_of(word: &str) -> Result<Source, Fault> {
    let known = [Source::Start, Source::Reading, Source::Import];
    let mut known = known.into_iter();
    known
        .find(|it| source_word(*it) == word)
        .ok_or(Fault::UnknownWord)
}

fn as_it_came(word: &str) -> Result<String, Fault> {
    let word = word.strip_prefix(AS_IT_CAME).ok_or(Fault::UnknownWord)?;
    bounded(word.to_owned())
}

/// The text, if it is not too long.
pub(super) fn bounded(text: String) -> Result<String, Fault> {
    match text.chars().nth(LONGEST) {
        None => Ok(text),
        Some(_) => Err(Fault::TooLong),
    }
}

/// As much of the text as is kept.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// For serde: a text of bounded length.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    bounded(String::deserialize(from)?).map_err(D::Error::custom)
}

/// For serde: a text of bounded length, or none.
pub(super) fn optional_text<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    text.map(bounded).transpose().map_err(D::Error::custom)
}

/// For serde: a kind of qualification.
pub(super) mod kind {
    use super::*;

    pub fn serialize<S: Serializer>(kind: &QualificationKind, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&kind_word(kind))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<QualificationKind, D::Error> {
        kind_of(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// For serde: a status.
pub(super) mod status {
    use super::*;

    pub fn serialize<S: Serializer>(status: &Status, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&status_word(status))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Status, D::Error> {
        status_of(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}
