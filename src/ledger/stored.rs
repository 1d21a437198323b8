//! A record as it is kept: JSON with the version of its form, so that later versions of the app can take it on.
//! Must not know where it is kept.

use super::record::Followed;
use serde::{Deserialize, Serialize};

/// The version of the form. Whoever changes the form raises it and teaches [`read`] the way from the one before.
pub const VERSION: u32 = 1;

/// Why a record cannot be read. It is never overwritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// A newer version of the app has written it; this one leaves it where it is.
    Newer,
    /// It is damaged.
    Corrupt,
}

#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    followed: &'a Followed,
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

#[derive(Deserialize)]
struct First {
    followed: Followed,
}

/// Writes a record in the present form.
pub fn write(followed: &Followed) -> String {
    let version = VERSION;
    serde_json::to_string(&Written { version, followed })
        .expect("texts and numbers always become JSON")
}

/// Reads a record of any form up to the present one.
pub fn read(text: &str) -> Result<Followed, Unreadable> {
    let corrupt = |_| Unreadable::Corrupt;
    let Versioned { version } = serde_json::from_str(text).map_err(corrupt)?;
    match version {
        1 => serde_json::from_str(text)
            .map(|First { followed }| followed.tidied())
            .map_err(corrupt),
        newer if newer > VERSION => Err(Unreadable::Newer),
        _ => Err(Unreadable::Corrupt),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample::{asked, at, denied, followed, list};
    use serde_json::{Value, json};

    fn written() -> Value {
        let mut followed = followed();
        followed.attempt(asked("r", 0));
        followed.observe(
            &list([denied("Not an eligible Library")]),
            Some("North School"),
            at(1),
        );
        serde_json::from_str(&write(&followed)).expect("JSON")
    }

    #[test]
    fn a_record_is_kept_in_a_form_that_says_its_version() {
        let expected = json!({
            "version": 1,
            "followed": {
                "customer": "11111111-2222-4333-8444-555555555555",
                "company": "North School",
                "since": "2024-03-04T08:00:00.000Z",
                "by": "hand",
                "checked": "2024-03-04T09:00:00.000Z",
                "attempts": [{
                    "kind": "education",
                    "request_id": "r",
                    "correlation_id": "correlation of r",
                    "at": "2024-03-04T08:00:00.000Z",
                    "arrived": true
                }],
                "observed": [{
                    "kind": "education",
                    "status": "denied",
                    "reason": "Not an eligible Library",
                    "first_seen": "2024-03-04T09:00:00.000Z",
                    "last_seen": "2024-03-04T09:00:00.000Z",
                    "source": "reading"
                }]
            }
        });
        assert_eq!(written(), expected, "later versions have to read this");
        let read = read(&expected.to_string()).expect("it can be read");
        let again: Value = serde_json::from_str(&write(&read)).expect("JSON");
        assert_eq!(again, expected);
    }

    #[test]
    fn a_record_of_a_newer_app_is_told_apart_from_a_damaged_one() {
        let with = |pointer: &str, value: Value| {
            let mut record = written();
            *record.pointer_mut(pointer).expect("a field") = value;
            record.to_string()
        };
        let table = [
            (with("/version", json!(2)), Unreadable::Newer),
            (
                json!({ "version": 9, "anything": [1] }).to_string(),
                Unreadable::Newer,
            ),
            (with("/version", json!(0)), Unreadable::Corrupt),
            (with("/version", json!("1")), Unreadable::Corrupt),
            (with("/version", json!(-1)), Unreadable::Corrupt),
            (with("/followed/customer", json!("x")), Unreadable::Corrupt),
            (
                with("/followed/since", json!("yesterday")),
                Unreadable::Corrupt,
            ),
            (
                with("/followed/observed/0/status", json!("granted")),
                Unreadable::Corrupt,
            ),
            (
                with("/followed/observed/0/source", json!("hearsay")),
                Unreadable::Corrupt,
            ),
            (
                with("/followed/attempts/0/kind", json!(null)),
                Unreadable::Corrupt,
            ),
            (String::new(), Unreadable::Corrupt),
            ("{".into(), Unreadable::Corrupt),
            ("[]".into(), Unreadable::Corrupt),
            ("null".into(), Unreadable::Corrupt),
            ("\u{0}".into(), Unreadable::Corrupt),
            ("[".repeat(100_000), Unreadable::Corrupt),
        ];
        for (text, why) in table {
            let shown: String = text.chars().take(200).collect();
            assert_eq!(read(&text), Err(why), "{shown}");
        }
    }

    #[test]
    fn no_last_time_is_read_before_the_first() {
        let mut record = written();
        record["followed"]["observed"][0]["last_seen"] = json!("2024-01-01T00:00:00Z");
        let read = read(&record.to_string()).expect("it can be read");
        assert_eq!(read.observed[0].last_seen, at(1));
    }
}
