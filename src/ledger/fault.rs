//! Why a file is not imported, and where in it that shows.
//! Must not know how it is said to the person.

use std::fmt;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It is larger than [`MAX_BYTES`](super::MAX_BYTES).
    TooLarge,
    /// It has more than [`MAX_ROWS`](super::MAX_ROWS) rows.
    TooManyRows,
    /// It is no export of a ledger.
    Foreign,
    /// A newer version of the app has written it.
    Newer,
    /// It belongs to another partner's tenant.
    AnotherTenant,
    /// It is not JSON, or cut off.
    NotJson,
    /// Something is missing, or is not of the kind that it should be.
    Shape,
    /// A quotation mark stands where none may, or its partner is missing.
    Quotes,
    /// The line has more or fewer fields than the first one.
    FieldCount,
    /// It is no customer's ID.
    NotAnId,
    /// It is no time.
    NotATime,
    /// It is a time that is yet to come.
    InTheFuture,
    /// It is none of the words that can stand there.
    UnknownWord,
    /// It is longer than anything a ledger writes.
    TooLong,
}

impl Fault {
    /// Those that a reader of single values finds.
    pub(super) const OF_VALUES: [Fault; 4] = [
        Fault::NotAnId,
        Fault::NotATime,
        Fault::UnknownWord,
        Fault::TooLong,
    ];
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::TooLarge => "too large",
            Fault::TooManyRows => "too many rows",
            Fault::Foreign => "not a ledger",
            Fault::Newer => "newer version",
            Fault::AnotherTenant => "another tenant",
            Fault::NotJson => "not JSON",
            Fault::Shape => "another shape",
            Fault::Quotes => "stray quotation mark",
            Fault::FieldCount => "another number of fields",
            // As the type of an ID says it.
            Fault::NotAnId => "not a GUID",
            Fault::NotATime => "not a time",
            Fault::InTheFuture => "in the future",
            Fault::UnknownWord => "not a known word",
            Fault::TooLong => "too long",
        })
    }
}

/// A file that is not imported. Nothing has changed because of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong with it.
    pub fault: Fault,
    /// In which line, from 1.
    pub line: Option<usize>,
    /// At which character of the line, from 1; for JSON.
    pub column: Option<usize>,
    /// In which field; for CSV.
    pub field: Option<&'static str>,
}

impl Refused {
    /// A file that is too large to be read.
    pub fn too_large() -> Refused {
        Refused::whole(Fault::TooLarge)
    }

    /// The file as a whole.
    pub(super) fn whole(fault: Fault) -> Refused {
        Refused {
            fault,
            line: None,
            column: None,
            field: None,
        }
    }

    /// A line of it.
    pub(super) fn line(fault: Fault, line: usize) -> Refused {
        Refused {
            line: Some(line),
            ..Refused::whole(fault)
        }
    }

    /// A field of a line.
    pub(super) fn field(fault: Fault, line: usize, field: &'static str) -> Refused {
        Refused {
            field: Some(field),
            ..Refused::line(fault, line)
        }
    }
}
