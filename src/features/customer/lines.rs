//! What happened at a customer as lines of words, the newest first, each with its source. Pure.
//! Must not know how they are laid out.

use crate::features::following::status_of;
use crate::features::past::Trail;
use crate::features::qualifications::kind_name;
use crate::i18n::{Key, fill, t};
use crate::ledger::{
    Attempt, Audited, Entry, Followed, Moment, Observation, Origin, Told, What, timeline,
};
use crate::partner_center::QualificationKind;

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Line {
    /// Something that happened.
    Event(Event),
    /// Audit records reach back to here.
    Limit,
}

/// Something that happened, in words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Event {
    pub at: Moment,
    /// What happened.
    pub what: String,
    /// What was before and after, as far as known.
    pub change: Option<String>,
    /// The service's reason.
    pub reason: Option<String>,
    /// Who tells it.
    pub source: Key,
    /// Who did it.
    pub who: Option<String>,
}

/// The lines of a customer; the limit alone is none.
pub(super) fn lines(followed: Option<&Followed>, trail: Option<&Trail>) -> Vec<Line> {
    // Without records there is no limit to place.
    let now = trail.map_or(Moment::default(), |trail| trail.at);
    let audited = trail.map(|trail| trail.audited.as_slice());
    let entries = timeline(followed, audited, now);
    let lines = entries.iter().rev();
    let lines: Vec<_> = lines.filter_map(|entry| line(entry, followed)).collect();
    match lines.as_slice() {
        [Line::Limit] => Vec::new(),
        _ => lines,
    }
}

fn line(entry: &Entry<'_>, followed: Option<&Followed>) -> Option<Line> {
    let said = |what: String| Event {
        at: entry.at,
        what,
        change: None,
        reason: None,
        source: source(entry),
        who: None,
    };
    Some(Line::Event(match entry.what {
        What::AuditLimit => return Some(Line::Limit),
        // The request itself says it.
        What::Began(Origin::Request) => return None,
        What::Began(Origin::Hand) => said(t(Key::HistoryBegan)),
        What::Began(Origin::Import) => said(t(Key::HistoryImported)),
        What::Stopped => said(t(Key::HistoryStopped)),
        What::Observed(seen) => Event {
            change: Some(shown(seen, followed)),
            reason: seen.reason.clone(),
            ..said(kind_name(&seen.kind))
        },
        What::Requested(attempt, record) => Event {
            change: record.and_then(changed),
            who: record.and_then(|it| it.who.clone()),
            ..said(requested(attempt, record))
        },
    }))
}

/// Who tells it.
fn source(entry: &Entry<'_>) -> Key {
    match (entry.told(), &entry.what) {
        (Told::File, _) | (_, What::Began(Origin::Import)) => Key::SourceFile,
        (Told::Audit, _) => Key::SourceAudit,
        (Told::Both, _) => Key::SourceBoth,
        (Told::Here, What::Requested(..)) => Key::SourceSent,
        (Told::Here, What::Observed(_)) => Key::SourceSeen,
        (Told::Here, _) => Key::SourceHere,
    }
}

/// What Partner Center showed, and before that.
fn shown(seen: &Observation, followed: Option<&Followed>) -> String {
    let now = status_of(&seen.status).0;
    let all = followed.into_iter().flat_map(|it| it.of_kind(&seen.kind));
    let earlier = all.take_while(|it| !std::ptr::eq(*it, seen));
    let before = earlier.filter(|it| it.own() == seen.own()).last();
    match before {
        Some(before) if before.status != seen.status => arrow(status_of(&before.status).0, now),
        _ => now,
    }
}

fn requested(attempt: Option<&Attempt>, record: Option<&Audited>) -> String {
    let arrived = attempt.is_some_and(|it| it.arrived);
    let key = match record.map(|it| it.succeeded) {
        Some(Some(false)) => Key::HistoryRefused,
        Some(None) if !arrived => Key::HistoryUnfinished,
        None if !arrived => Key::HistoryUnknown,
        _ => Key::HistoryRequested,
    };
    let kind = attempt.map(|it| &it.kind);
    let kind = kind.or_else(|| record.and_then(|it| it.kind.as_ref()));
    let kind = kind.map_or_else(|| t(Key::HistoryUnclear), kind_name);
    fill(key, &[("kind", kind)])
}

/// What a record says was before and after, where that is more than its name.
fn changed(record: &Audited) -> Option<String> {
    let name = |kind: &QualificationKind| kind_name(kind);
    let own = record.kind.as_ref().map(name);
    let became = record.became.clone().filter(|it| Some(it) != own.as_ref());
    match (record.was.clone(), became) {
        (Some(was), Some(became)) => Some(arrow(was, became)),
        (Some(was), None) => Some(fill(Key::HistoryWas, &[("status", was)])),
        (None, became) => became,
    }
}

fn arrow(old: String, new: String) -> String {
    fill(Key::HistoryChange, &[("old", old), ("new", new)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Source;
    use crate::partner_center::{Qualification, Qualifications, VettingStatus};

    fn at(minutes: i64) -> Moment {
        Moment::from_millis(1_709_539_200_000).plus(minutes * 60_000)
    }

    fn education(status: VettingStatus) -> Qualifications {
        Qualifications::new([Qualification {
            kind: QualificationKind::Education,
            status: Some(status),
            reason: None,
            since: None,
        }])
    }

    fn followed(by: Origin) -> Followed {
        let customer = "11111111-2222-4333-8444-555555555555".parse();
        Followed::new(customer.expect("an ID"), by, at(0))
    }

    fn attempt(id: &str, minutes: i64, arrived: bool) -> Attempt {
        Attempt {
            kind: QualificationKind::Education,
            request_id: id.into(),
            correlation_id: String::new(),
            at: at(minutes),
            arrived,
        }
    }

    fn record(minutes: i64) -> Audited {
        Audited {
            at: at(minutes),
            kind: Some(QualificationKind::Education),
            who: Some("agent@reseller.example".into()),
            was: Some("Denied".into()),
            was_denied: true,
            became: Some("In review".into()),
            request_id: None,
            correlation_id: None,
            succeeded: Some(true),
        }
    }

    fn trail(audited: Vec<Audited>) -> Trail {
        Trail {
            audited,
            undated: 0,
            more: false,
            at: at(10_000),
        }
    }

    fn told(line: &Line) -> String {
        match line {
            Line::Limit => "limit".into(),
            Line::Event(it) => {
                let parts = [
                    Some(it.what.clone()),
                    it.change.clone(),
                    Some(t(it.source)),
                    it.who.clone(),
                ];
                parts.into_iter().flatten().collect::<Vec<_>>().join(" | ")
            }
        }
    }

    fn all(followed: Option<&Followed>, trail: Option<&Trail>) -> Vec<String> {
        lines(followed, trail).iter().map(told).collect()
    }

    #[test]
    fn each_line_names_its_source_and_what_changed_the_newest_first() {
        let mut followed = followed(Origin::Hand);
        followed.attempt(attempt("r", 10, true));
        followed.observe(&education(VettingStatus::InReview), None, at(11));
        followed.observe(&education(VettingStatus::Denied), None, at(2_000));
        followed.observed.push(Observation {
            source: Source::Import,
            first_seen: at(3_000),
            ..followed.observed[0].clone()
        });
        followed.attempt(attempt("s", 4_000, false));
        followed.stopped = Some(at(5_000));
        let mut second = record(6_000);
        second.succeeded = Some(false);
        let trail = trail(vec![second, record(12)]);
        assert_eq!(
            all(Some(&followed), Some(&trail)),
            [
                "Education requested, and refused | Denied → In review | Partner Center’s audit log | agent@reseller.example",
                "Following stopped | Noted here",
                "Education requested; no answer came | Sent from here",
                "Education | In review | From a file",
                "Education | In review → Denied | Seen here",
                "Education | In review | Seen here",
                "Education requested | Denied → In review | Sent from here and in Partner Center’s audit log | agent@reseller.example",
                "Following began | Noted here",
                "limit",
            ]
        );
    }

    #[test]
    fn without_audit_records_there_is_no_limit_and_without_anything_no_line() {
        let followed = followed(Origin::Hand);
        assert_eq!(all(Some(&followed), None), ["Following began | Noted here"]);
        assert_eq!(all(None, Some(&trail(vec![]))), [""; 0]);
        assert_eq!(all(None, None), [""; 0]);
    }

    #[test]
    fn a_record_that_says_little_says_no_more_than_it_does() {
        let of = |change: fn(&mut Audited)| {
            let mut record = record(0);
            change(&mut record);
            all(None, Some(&trail(vec![record])))[0].clone()
        };
        let bare = of(|it| {
            it.kind = None;
            it.was = None;
            it.became = None;
            it.who = None;
            it.succeeded = None;
        });
        assert_eq!(
            bare,
            "A qualification requested; not finished at that time | Partner Center’s audit log"
        );
        let named = of(|it| {
            it.was = None;
            it.became = Some("Education".into());
        });
        assert_eq!(
            named,
            "Education requested | Partner Center’s audit log | agent@reseller.example"
        );
        let old = of(|it| it.became = None);
        assert!(old.contains("| Before: Denied |"), "{old}");
    }
}
