//! What audit records tell of a customer's requests, as the ledger counts and orders it. Pure.
//! Must not know how records are read, or how they are laid out.

use crate::features::qualifications::{Standing, kind_name};
use crate::i18n::{Key, t};
use crate::ledger::{Audited, Moment};
use crate::partner_center::{
    AuditRecord, AuditRecords, AuditStatus, AuditValue, Qualification, QualificationKind,
    VettingDate, VettingStatus,
};

/// The records of one customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Trail {
    /// Those with a time.
    pub audited: Vec<Audited>,
    /// How many have none that can be read: nobody can say when they were.
    pub undated: usize,
    /// Whether the service has more of these days than was read.
    pub more: bool,
    /// When they were read.
    pub at: Moment,
}

impl Trail {
    /// What these records, read at that moment, tell.
    pub fn of(records: &AuditRecords, at: Moment) -> Self {
        let audited: Vec<_> = records.records.iter().filter_map(audited).collect();
        Self {
            undated: records.records.len() - audited.len(),
            audited,
            more: records.more,
            at,
        }
    }

    /// When the newest of them was.
    pub fn newest(&self) -> Option<Moment> {
        self.audited.iter().map(|record| record.at).max()
    }
}

fn audited(record: &AuditRecord) -> Option<Audited> {
    let at = record.when.as_ref().and_then(VettingDate::millis)?;
    let kind = kind_of(record);
    let words = |value: &Option<AuditValue>| {
        let words = value.as_ref().map(|value| words_of(value, kind.as_ref()));
        words.filter(|words| !words.trim().is_empty())
    };
    Some(Audited {
        at: Moment::at(at),
        was: words(&record.old),
        was_denied: kind.as_ref().is_some_and(|kind| was_denied(record, kind)),
        became: words(&record.new),
        who: record.who.clone().or_else(|| record.application.clone()),
        request_id: None,
        correlation_id: record.correlation_id.clone(),
        succeeded: match record.status {
            Some(AuditStatus::Succeeded) => Some(true),
            Some(AuditStatus::Failed) => Some(false),
            Some(AuditStatus::InProgress | AuditStatus::Other(_)) | None => None,
        },
        kind,
    })
}

/// Whether the qualification stood there as denied before.
fn was_denied(record: &AuditRecord, kind: &QualificationKind) -> bool {
    let Some(AuditValue::Qualifications(old)) = &record.old else {
        return false;
    };
    let before = old.current(kind);
    before.is_some_and(|before| before.status == Some(VettingStatus::Denied))
}

/// Which qualification a record is about: the one that it leaves, or of several the one that was not there before.
fn kind_of(record: &AuditRecord) -> Option<QualificationKind> {
    let entries = |value: &Option<AuditValue>| match value {
        Some(AuditValue::Qualifications(list)) => list.iter().cloned().collect(),
        Some(AuditValue::AsWritten(_)) | None => Vec::new(),
    };
    let (old, new) = (entries(&record.old), entries(&record.new));
    let one = |entries: &[&Qualification]| match entries {
        [only] => Some(only.kind.clone()),
        _ => None,
    };
    let changed: Vec<_> = new.iter().filter(|entry| !old.contains(entry)).collect();
    one(&new.iter().collect::<Vec<_>>()).or_else(|| one(&changed))
}

/// A value in words: short where it is about the one qualification that the record is about anyway.
fn words_of(value: &AuditValue, kind: Option<&QualificationKind>) -> String {
    let list = match value {
        AuditValue::AsWritten(text) => return text.clone(),
        AuditValue::Qualifications(list) => list,
    };
    let entry = |entry: &Qualification| {
        let name = kind_name(&entry.kind);
        match &entry.status {
            None => name,
            Some(_) if list.len() == 1 && kind == Some(&entry.kind) => Standing::of(entry).words(),
            Some(_) => format!("{name}, {}", Standing::of(entry).words()),
        }
    };
    match list.is_empty() {
        true => t(Key::QualificationsNone),
        false => list.iter().map(entry).collect::<Vec<_>>().join("; "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partner_center::{AuditPeriod, Qualifications};

    const EDUCATION: QualificationKind = QualificationKind::Education;

    fn entry(kind: QualificationKind, status: Option<VettingStatus>) -> Qualification {
        Qualification {
            kind,
            status,
            reason: None,
            since: None,
        }
    }

    fn value(entries: Vec<Qualification>) -> Option<AuditValue> {
        Some(AuditValue::Qualifications(Qualifications::new(entries)))
    }

    fn record(old: Option<AuditValue>, new: Option<AuditValue>) -> AuditRecord {
        AuditRecord {
            id: None,
            customer: None,
            when: Some(VettingDate::read("2024-03-05T10:37:39.0450483Z")),
            who: Some("agent@reseller.example".into()),
            application: Some("Desk".into()),
            old,
            new,
            status: Some(AuditStatus::Succeeded),
            correlation_id: None,
        }
    }

    fn told(record: AuditRecord) -> Audited {
        audited(&record).expect("a record with a time")
    }

    #[test]
    fn a_value_of_the_same_qualification_is_only_its_status() {
        let denied = value(vec![entry(EDUCATION, Some(VettingStatus::Denied))]);
        let review = value(vec![entry(EDUCATION, Some(VettingStatus::InReview))]);
        let told = told(record(denied, review));
        assert_eq!(told.kind, Some(EDUCATION));
        assert!(told.was_denied, "then it was not the first request");
        assert_eq!(told.was.as_deref(), Some("Denied"));
        assert_eq!(told.became.as_deref(), Some("In review"));
    }

    #[test]
    fn of_several_the_new_one_was_asked_for_and_what_is_unclear_stays_so() {
        let soe = entry(QualificationKind::StateOwnedEntity, None);
        let review = entry(EDUCATION, Some(VettingStatus::InReview));
        let both = value(vec![soe.clone(), review]);
        let asked = told(record(value(vec![soe]), both.clone()));
        assert_eq!(asked.kind, Some(EDUCATION));
        assert_eq!(
            asked.became.as_deref(),
            Some("State-owned entity; Education, In review")
        );
        assert_eq!(told(record(None, both)).kind, None);
        let raw = Some(AuditValue::AsWritten("{half".into()));
        let unclear = told(record(None, raw));
        assert_eq!((unclear.kind, unclear.was), (None, None));
        assert_eq!(unclear.became.as_deref(), Some("{half"));
        let none = told(record(value(vec![]), None));
        assert_eq!(none.was, Some(t(Key::QualificationsNone)));
    }

    #[test]
    fn only_the_service_s_own_word_makes_a_request_succeed_or_fail() {
        let with = |status| {
            let record = AuditRecord {
                status,
                ..record(None, None)
            };
            told(record).succeeded
        };
        assert_eq!(with(Some(AuditStatus::Succeeded)), Some(true));
        assert_eq!(with(Some(AuditStatus::Failed)), Some(false));
        assert_eq!(with(Some(AuditStatus::InProgress)), None);
        assert_eq!(with(Some(AuditStatus::Other("perhaps".into()))), None);
        assert_eq!(with(None), None);
    }

    #[test]
    fn what_has_no_time_is_counted_and_left_out() {
        let undated = AuditRecord {
            when: Some(VettingDate::read("yesterday")),
            ..record(None, None)
        };
        let nameless = AuditRecord {
            who: None,
            ..record(None, None)
        };
        let customer = "11111111-2222-4333-8444-555555555555".parse();
        let records = AuditRecords::new(
            customer.expect("an ID"),
            AuditPeriod::whole(1_709_640_000_000.0),
            [undated, nameless],
            true,
        );
        let trail = Trail::of(&records, Moment::from_millis(1));
        assert_eq!(
            (trail.audited.len(), trail.undated, trail.more),
            (1, 1, true)
        );
        assert_eq!(trail.audited[0].who.as_deref(), Some("Desk"));
        assert_eq!(trail.newest(), Moment::read("2024-03-05T10:37:39.045Z"));
    }
}
