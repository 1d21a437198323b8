//! What Microsoft's support needs to look into a customer's requests, as one plain text.
//! Must not know any word of it: they come from whoever asks. It names no person, and there is no token to name.

use super::attempts::Audited;
use super::moment::Moment;
use super::record::{Attempt, Followed, Observation, Status};
use super::timeline::{What, timeline};
use crate::partner_center::{CustomerId, QualificationKind};
use std::fmt::Write;

/// The words of a support pack.
pub struct Labels<'a> {
    /// Before the customer's ID.
    pub customer: &'a str,
    /// Before the company's name.
    pub company: &'a str,
    /// Says that every time is UTC.
    pub times: &'a str,
    /// Before what was requested.
    pub requested: &'a str,
    /// Says that no answer to a request came.
    pub unknown: &'a str,
    /// Says that the service refused a request.
    pub refused: &'a str,
    /// Before what Partner Center showed.
    pub shown: &'a str,
    /// Before the time until which it was seen so.
    pub until: &'a str,
    /// Before the service's own date.
    pub dated: &'a str,
    /// Before the service's reason.
    pub reason: &'a str,
    /// Before a request's ID.
    pub request_id: &'a str,
    /// Before a request's correlation ID.
    pub correlation_id: &'a str,
    /// The name of a qualification.
    pub kind: &'a dyn Fn(&QualificationKind) -> String,
    /// The name of a status.
    pub status: &'a dyn Fn(&Status) -> String,
}

/// Writes the support pack of a customer: its requests with their IDs, and what Partner Center showed, with UTC times.
pub fn pack(
    customer: CustomerId,
    company: &str,
    followed: Option<&Followed>,
    audited: Option<&[Audited]>,
    labels: &Labels<'_>,
    now: Moment,
) -> String {
    let mut text = Text(String::new());
    text.line(labels.customer, &customer.to_string());
    text.line(labels.company, company);
    text.line(labels.times, &now.to_string());
    for entry in timeline(followed, audited, now) {
        match entry.what {
            What::Requested(attempt, record) => {
                text.request(entry.at, attempt, record, labels);
            }
            What::Observed(seen) => text.observation(seen, labels),
            What::Began(_) | What::Stopped | What::AuditLimit => {}
        }
    }
    text.0
}

struct Text(String);

impl Text {
    fn request(
        &mut self,
        at: Moment,
        attempt: Option<&Attempt>,
        record: Option<&Audited>,
        labels: &Labels<'_>,
    ) {
        let kind = attempt.map(|it| &it.kind);
        let kind = kind.or_else(|| record.and_then(|it| it.kind.as_ref()));
        let became = || record.and_then(|it| it.became.clone()).unwrap_or_default();
        let kind = kind.map_or_else(became, |kind| (labels.kind)(kind));
        self.begin(at, labels.requested, &kind);
        let unknown = attempt.is_some_and(|it| !it.arrived) && record.is_none();
        if unknown {
            self.detail(labels.unknown, "");
        }
        if record.is_some_and(|it| it.succeeded == Some(false)) {
            self.detail(labels.refused, "");
        }
        let named = |of: fn(&Audited) -> &Option<String>| record.and_then(|it| of(it).as_deref());
        let request = attempt.map(|it| it.request_id.as_str());
        let correlation = attempt.map(|it| it.correlation_id.as_str());
        self.both(labels.request_id, request, named(|it| &it.request_id));
        self.both(
            labels.correlation_id,
            correlation,
            named(|it| &it.correlation_id),
        );
    }

    fn observation(&mut self, seen: &Observation, labels: &Labels<'_>) {
        let what = format!(
            "{}, {}",
            (labels.kind)(&seen.kind),
            (labels.status)(&seen.status)
        );
        self.begin(seen.first_seen, labels.shown, &what);
        if seen.last_seen > seen.first_seen {
            self.detail(labels.until, &seen.last_seen.to_string());
        }
        for (label, text) in [(labels.dated, &seen.dated), (labels.reason, &seen.reason)] {
            if let Some(text) = text {
                self.detail(label, text);
            }
        }
    }

    /// An ID as it was sent, and as the records have it where that is another.
    fn both(&mut self, label: &str, sent: Option<&str>, recorded: Option<&str>) {
        let other = recorded.filter(|id| sent.is_none_or(|sent| !sent.eq_ignore_ascii_case(id)));
        for id in sent.into_iter().chain(other).filter(|id| !id.is_empty()) {
            self.detail(label, id);
        }
    }

    fn begin(&mut self, at: Moment, label: &str, text: &str) {
        self.0.push('\n');
        self.line(&format!("{at} {label}"), text);
    }

    fn detail(&mut self, label: &str, text: &str) {
        self.0.push_str("    ");
        self.line(label, text);
    }

    /// One line, whatever the text holds: nobody's name or reason looks like a line of its own.
    fn line(&mut self, label: &str, text: &str) {
        let plain = |c: char| {
            if c.is_control() || is_separator(c) {
                ' '
            } else {
                c
            }
        };
        let text: String = text.chars().map(plain).collect();
        let written = match text.trim() {
            "" => writeln!(self.0, "{label}"),
            text => writeln!(self.0, "{label}: {text}"),
        };
        written.expect("a text takes every line");
    }
}

/// The two characters beside the control characters that end a line.
fn is_separator(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample::{CUSTOMER, asked, at, audited, denied, followed, in_review, list};

    fn labels() -> Labels<'static> {
        Labels {
            customer: "Customer",
            company: "Company",
            times: "UTC",
            requested: "requested",
            unknown: "outcome unknown",
            refused: "refused",
            shown: "shown",
            until: "until",
            dated: "dated",
            reason: "reason",
            request_id: "request ID",
            correlation_id: "correlation ID",
            kind: &|kind| format!("{kind:?}"),
            status: &|status| format!("{status:?}"),
        }
    }

    fn packed(followed: &Followed, audited: &[Audited]) -> String {
        let customer = CUSTOMER.parse().expect("an ID");
        let company = "North\r\nSchool";
        pack(
            customer,
            company,
            Some(followed),
            Some(audited),
            &labels(),
            at(100),
        )
    }

    #[test]
    fn support_gets_every_id_time_status_and_reason() {
        let mut followed = followed();
        followed.attempt(Attempt {
            arrived: false,
            ..asked("r1", 1)
        });
        followed.attempt(asked("r2", 5));
        followed.observe(&list([in_review()]), None, at(6));
        followed.observe(&list([in_review()]), None, at(8));
        followed.observe(&list([denied("Not an\nAcademic Domain")]), None, at(30));
        let recorded = Audited {
            correlation_id: Some("elsewhere".into()),
            ..audited(at(20))
        };
        let expected = "\
Customer: 11111111-2222-4333-8444-555555555555
Company: North  School
UTC: 2024-03-08T12:00:00.000Z

2024-03-04T09:00:00.000Z requested: Education
    outcome unknown
    request ID: r1
    correlation ID: correlation of r1

2024-03-04T13:00:00.000Z requested: Education
    request ID: r2
    correlation ID: correlation of r2

2024-03-04T14:00:00.000Z shown: Education, InReview
    until: 2024-03-04T16:00:00.000Z

2024-03-05T04:00:00.000Z requested: Education
    correlation ID: elsewhere

2024-03-05T14:00:00.000Z shown: Education, Denied
    reason: Not an Academic Domain
";
        assert_eq!(packed(&followed, &[recorded]), expected);
    }

    #[test]
    fn an_outcome_that_audit_records_tell_is_not_called_unknown() {
        let mut followed = followed();
        followed.attempt(Attempt {
            arrived: false,
            ..asked("r1", 1)
        });
        assert!(packed(&followed, &[]).contains("outcome unknown"));
        assert!(!packed(&followed, &[audited(at(1))]).contains("outcome unknown"));
    }

    #[test]
    fn a_request_that_was_refused_is_told_as_one() {
        let refused = Audited {
            succeeded: Some(false),
            ..audited(at(1))
        };
        assert!(packed(&followed(), &[refused]).contains("requested: Education\n    refused\n"));
        assert!(!packed(&followed(), &[audited(at(1))]).contains("refused"));
    }

    #[test]
    fn support_is_told_of_no_person() {
        let record = audited(at(1));
        let who = record.who.clone().expect("somebody did it");
        assert!(!packed(&followed(), &[record]).contains(&who));
    }
}
