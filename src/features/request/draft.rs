//! What was typed into the request form, as typed, and how it becomes a request.
//! Must not know how the form looks or how a request is sent.

use super::rules::blocker_words;
use crate::i18n::{Key, Text, text, text_with};
use crate::partner_center::{
    Blocker, CustomerId, EducationSegment, GccCode, GccCodeError, QualificationRequest,
    RequestableKind, Website, WebsiteError,
};
use crate::routes::slug;
use crate::storage;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The picker's value for a code that is not in the list.
pub(super) const ANOTHER_CODE: &str = "another";
/// Before a listed code in the picker's value, so that no code can be taken for [`ANOTHER_CODE`].
pub(super) const LISTED_CODE: &str = "code:";

/// Every education segment, in the order of the form.
pub(super) const SEGMENTS: [EducationSegment; 2] =
    [EducationSegment::K12, EducationSegment::HigherEducation];

/// A segment's word in drafts.
pub(super) fn segment_slug(segment: EducationSegment) -> &'static str {
    match segment {
        EducationSegment::K12 => "k12",
        EducationSegment::HigherEducation => "higher",
    }
}

/// The form's raw text. Anything may stand in it; only [`Draft::request`] says whether it makes a request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Draft {
    /// The chosen qualification's [`slug`], or nothing.
    pub kind: String,
    /// The education segment's [`segment_slug`], or nothing.
    pub segment: String,
    /// The website as typed.
    pub website: String,
    /// The picker's value: nothing, a listed code, or [`ANOTHER_CODE`].
    pub code: String,
    /// The other code as typed.
    pub other_code: String,
}

/// The form's fields, by the ids of their controls.
pub(super) mod field {
    pub(crate) const KIND: &str = "qualification";
    pub(crate) const SEGMENT: &str = "segment";
    pub(crate) const WEBSITE: &str = "website";
    pub(crate) const CODE: &str = "code";
    pub(crate) const OTHER_CODE: &str = "other-code";
}

/// Something in the draft that has to be corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    NoKind,
    /// The service is expected to refuse it, as things stand.
    NotPossible(Blocker),
    /// No customer is left for the code of this field.
    CodeUsedUp(&'static str),
    NoSegment,
    Website(WebsiteError),
    NoCode,
    OtherCode(GccCodeError),
}

impl Wrong {
    /// The field it is about.
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::NoKind | Self::NotPossible(_) => field::KIND,
            Self::NoSegment => field::SEGMENT,
            Self::Website(_) => field::WEBSITE,
            Self::NoCode => field::CODE,
            Self::CodeUsedUp(field) => field,
            Self::OtherCode(_) => field::OTHER_CODE,
        }
    }

    /// What to do about it.
    pub(super) fn message(self) -> Text {
        match self {
            Self::NoKind => text(Key::WrongKind),
            Self::NotPossible(blocker) => text(blocker_words(blocker)),
            Self::CodeUsedUp(_) => text(Key::FindingCodeUsedUp),
            Self::NoSegment => text(Key::WrongSegment),
            Self::Website(error) => website_message(error),
            Self::NoCode => text(Key::WrongCode),
            Self::OtherCode(error) => code_message(error),
        }
    }
}

impl Draft {
    /// Only what the chosen qualification needs: what else was typed is nobody's business once it is sent.
    pub(super) fn pared(&self) -> Self {
        let of = |kind, text: &String| match self.kind() == Some(kind) {
            true => text.clone(),
            false => String::new(),
        };
        let (education, gcc) = (
            RequestableKind::Education,
            RequestableKind::GovernmentCommunityCloud,
        );
        let listed = self.code.starts_with(LISTED_CODE);
        Self {
            kind: self.kind.clone(),
            segment: of(education, &self.segment),
            website: of(education, &self.website),
            code: of(gcc, &self.code),
            other_code: if listed {
                String::new()
            } else {
                of(gcc, &self.other_code)
            },
        }
    }

    /// The chosen qualification.
    pub(super) fn kind(&self) -> Option<RequestableKind> {
        RequestableKind::ALL
            .into_iter()
            .find(|kind| slug(*kind) == self.kind)
    }

    /// Whether nothing has been answered for the chosen qualification.
    pub(super) fn blank(&self) -> bool {
        let chosen = Self {
            kind: self.kind.clone(),
            ..Self::default()
        };
        self.pared() == chosen
    }

    /// The same with the answers of another wherever there is none.
    pub(super) fn filled_in_from(self, other: &Self) -> Self {
        let or = |own: String, other: &String| match own.is_empty() {
            true => other.clone(),
            false => own,
        };
        Self {
            segment: or(self.segment, &other.segment),
            website: or(self.website, &other.website),
            code: or(self.code, &other.code),
            other_code: or(self.other_code, &other.other_code),
            ..self
        }
    }

    /// The field of the code that is meant.
    pub(super) fn code_field(&self) -> &'static str {
        match self.code == ANOTHER_CODE {
            true => field::OTHER_CODE,
            false => field::CODE,
        }
    }

    /// The code that is meant, as typed or as listed.
    pub(super) fn code(&self) -> &str {
        match self.code.strip_prefix(LISTED_CODE) {
            Some(listed) => listed,
            None if self.code == ANOTHER_CODE => &self.other_code,
            None => "",
        }
    }

    /// The request this draft makes, or all that is wrong with it.
    pub(super) fn request(&self) -> Result<QualificationRequest, Vec<Wrong>> {
        match self.kind() {
            None => Err(vec![Wrong::NoKind]),
            Some(RequestableKind::StateOwnedEntity) => Ok(QualificationRequest::StateOwnedEntity),
            Some(RequestableKind::Education) => self.education(),
            Some(RequestableKind::GovernmentCommunityCloud) => self.gcc(),
        }
    }

    fn education(&self) -> Result<QualificationRequest, Vec<Wrong>> {
        let segment = SEGMENTS
            .into_iter()
            .find(|segment| segment_slug(*segment) == self.segment);
        let segment = segment.ok_or(Wrong::NoSegment);
        let website = match self.website.trim() {
            "" => Ok(None),
            typed => Website::try_from(typed).map(Some).map_err(Wrong::Website),
        };
        match (segment, website) {
            (Ok(segment), Ok(website)) => Ok(QualificationRequest::Education { segment, website }),
            (segment, website) => Err(segment.err().into_iter().chain(website.err()).collect()),
        }
    }

    fn gcc(&self) -> Result<QualificationRequest, Vec<Wrong>> {
        if self.code.is_empty() {
            return Err(vec![Wrong::NoCode]);
        }
        let typed = self.code == ANOTHER_CODE;
        let wrong = |error| {
            if typed {
                Wrong::OtherCode(error)
            } else {
                Wrong::NoCode
            }
        };
        let code = GccCode::try_from(self.code()).map_err(|error| vec![wrong(error)])?;
        Ok(QualificationRequest::GovernmentCommunityCloud { code })
    }
}

/// The draft as signals, one for each field, kept in session storage as they change.
#[derive(Clone, Copy)]
pub(super) struct DraftState {
    customer: CustomerId,
    pub(super) kind: RwSignal<String>,
    pub(super) segment: RwSignal<String>,
    pub(super) website: RwSignal<String>,
    pub(super) code: RwSignal<String>,
    pub(super) other_code: RwSignal<String>,
}

impl DraftState {
    /// The draft for a customer, as it was left in this tab.
    pub(super) fn recall(customer: CustomerId) -> Self {
        let draft: Draft = storage::recall(&storage_key(customer)).unwrap_or_default();
        let state = Self {
            customer,
            kind: RwSignal::new(draft.kind),
            segment: RwSignal::new(draft.segment),
            website: RwSignal::new(draft.website),
            code: RwSignal::new(draft.code),
            other_code: RwSignal::new(draft.other_code),
        };
        Effect::new(move |_| {
            let draft = state.get();
            match draft == Draft::default() {
                true => storage::forget(&storage_key(customer)),
                false => storage::keep(&storage_key(customer), &draft),
            }
        });
        state
    }

    /// The draft now; a view that asks follows it.
    pub(super) fn get(&self) -> Draft {
        Draft {
            kind: self.kind.get(),
            segment: self.segment.get(),
            website: self.website.get(),
            code: self.code.get(),
            other_code: self.other_code.get(),
        }
    }

    /// The draft now, for an event handler.
    pub(super) fn get_untracked(&self) -> Draft {
        untrack(|| self.get())
    }

    /// Empties the draft, once it has been sent.
    pub(super) fn clear(&self) {
        self.set(Draft::default());
        storage::forget(&storage_key(self.customer));
    }

    /// Puts this in place of what stands there.
    pub(super) fn set(&self, draft: Draft) {
        self.kind.try_set(draft.kind);
        self.segment.try_set(draft.segment);
        self.website.try_set(draft.website);
        self.code.try_set(draft.code);
        self.other_code.try_set(draft.other_code);
    }
}

fn storage_key(customer: CustomerId) -> String {
    format!("draft.{customer}")
}

fn website_message(error: WebsiteError) -> Text {
    match error {
        WebsiteError::Empty | WebsiteError::NotWebAddress => text(Key::WrongWebsite),
        WebsiteError::HasSpaces => text(Key::WrongWebsiteSpaces),
        WebsiteError::HasControlCharacters => text(Key::WrongUnseen),
        WebsiteError::TooLong { limit } => too_long(limit),
        WebsiteError::MailAddress => text(Key::WrongWebsiteMail),
    }
}

fn code_message(error: GccCodeError) -> Text {
    match error {
        GccCodeError::Empty => text(Key::WrongCodeEmpty),
        GccCodeError::HasSpaces => text(Key::WrongCodeSpaces),
        GccCodeError::HasControlCharacters => text(Key::WrongUnseen),
        GccCodeError::TooLong { limit } => too_long(limit),
    }
}

fn too_long(limit: usize) -> Text {
    text_with(Key::WrongTooLong, move || [("limit", limit.to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn education(segment: &str, website: &str) -> Draft {
        Draft {
            kind: "education".into(),
            segment: segment.into(),
            website: website.into(),
            ..Draft::default()
        }
    }

    fn gcc(code: &str, other_code: &str) -> Draft {
        Draft {
            kind: "gcc".into(),
            code: code.into(),
            other_code: other_code.into(),
            ..Draft::default()
        }
    }

    #[test]
    fn an_empty_draft_asks_for_a_qualification_first() {
        assert_eq!(Draft::default().request(), Err(vec![Wrong::NoKind]));
    }

    #[test]
    fn education_needs_a_segment_and_takes_a_website() {
        let request = education("k12", " school.example ").request();
        let Ok(QualificationRequest::Education {
            segment,
            website: Some(website),
        }) = request
        else {
            panic!("{request:?}");
        };
        assert_eq!(
            (segment, website.as_str()),
            (EducationSegment::K12, "school.example")
        );
        assert!(matches!(
            education("higher", "  ").request(),
            Ok(QualificationRequest::Education { website: None, .. })
        ));
    }

    #[test]
    fn every_mistake_is_reported_at_once_at_its_field() {
        let wrong = education("", "two words")
            .request()
            .expect_err("it is wrong twice");
        let fields: Vec<_> = wrong.into_iter().map(Wrong::field).collect();
        assert_eq!(fields, [field::SEGMENT, field::WEBSITE]);
    }

    #[test]
    fn a_listed_code_and_another_code_are_not_taken_for_each_other() {
        let code = |draft: Draft| match draft.request() {
            Ok(QualificationRequest::GovernmentCommunityCloud { code }) => code.as_str().to_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(code(gcc("code:00123", "999")), "00123");
        assert_eq!(code(gcc("another", " 999 ")), "999");
        assert_eq!(code(gcc("code:another", "999")), "another");
        assert_eq!(gcc("", "999").request(), Err(vec![Wrong::NoCode]));
        assert_eq!(
            gcc("another", "").request(),
            Err(vec![Wrong::OtherCode(GccCodeError::Empty)])
        );
    }

    #[test]
    fn the_last_answers_fill_in_what_is_empty_and_replace_nothing() {
        let last = education("k12", "school.example");
        let chosen = Draft {
            other_code: "0042".into(),
            ..education("", "")
        };
        assert!(chosen.blank(), "another qualification's answers aside");
        let filled = chosen.filled_in_from(&last);
        assert_eq!(filled.other_code, "0042");
        assert_eq!(filled.pared(), last);

        let begun = education("", "better.example");
        assert!(!begun.blank());
        let filled = begun.filled_in_from(&last);
        assert_eq!(filled, education("k12", "better.example"));
    }

    #[test]
    fn a_draft_left_by_another_version_is_read_as_far_as_it_goes() {
        let draft: Draft =
            serde_json::from_str(r#"{"kind":"soe","colour":"red"}"#).expect("it is a draft");
        assert_eq!(draft.request(), Ok(QualificationRequest::StateOwnedEntity));
    }
}
