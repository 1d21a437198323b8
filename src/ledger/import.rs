//! Reads an exported ledger again, whatever somebody did to the file, and takes it up without losing anything.
//! Must not know where the file comes from.

use super::csv::{self, Line};
use super::export::{ATTEMPT, COLUMNS, CUSTOMER, FORMAT, OBSERVATION};
use super::fault::{Fault, Refused};
use super::moment::Moment;
use super::record::{Attempt, Followed, Observation, Origin, Source};
use super::stored::VERSION;
use super::words::{bounded, kind_of, origin_of, source_of, status_of};
use crate::partner_center::CustomerId;
use serde::Deserialize;
use std::collections::HashMap;

/// The longest file that is read, in bytes: twenty thousand customers with a long history.
pub const MAX_BYTES: usize = 32 << 20;
/// How many customers, requests and observations a file may have.
pub const MAX_ROWS: usize = 200_000;
/// How many requests and observations one customer may have, several times what a ledger writes.
const MOST: usize = 4 * super::record::MOST_OBSERVED;
/// How far ahead the clock of another computer may be, in milliseconds.
const AHEAD: i64 = 86_400_000;

/// Reads a file of this tenant, JSON or CSV.
pub fn from_file(text: &str, tenant: &str, now: Moment) -> Result<Vec<Followed>, Refused> {
    if text.len() > MAX_BYTES {
        return Err(Refused::whole(Fault::TooLarge));
    }
    let now = now.plus(AHEAD);
    let plain = text.trim_start_matches('\u{FEFF}');
    let read = match plain.trim_start().starts_with(['{', '[']) {
        true => from_json(plain, tenant, now)?,
        false => from_csv(plain, tenant, now)?,
    };
    let endless = |it: &Followed| it.attempts.len() + it.observed.len() > MOST;
    match read.iter().find(|it| endless(it)) {
        Some(endless) => Err(Refused {
            line: line_of(text, endless.customer),
            ..Refused::whole(Fault::TooManyRows)
        }),
        None => Ok(read.into_iter().map(Followed::tidied).collect()),
    }
}

// ---- JSON -----------------------------------------------------------------------------------------------------------

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
    tenant: String,
}

#[derive(Deserialize)]
struct File {
    customers: Vec<Followed>,
}

fn from_json(text: &str, tenant: &str, latest: Moment) -> Result<Vec<Followed>, Refused> {
    let head: Head = serde_json::from_str(text).map_err(|error| match error.is_data() {
        true => Refused::whole(Fault::Foreign),
        false => at(&error),
    })?;
    if head.format != FORMAT || head.version == 0 {
        return Err(Refused::whole(Fault::Foreign));
    }
    if head.version > VERSION {
        return Err(Refused::whole(Fault::Newer));
    }
    if head.tenant != tenant {
        return Err(Refused::whole(Fault::AnotherTenant));
    }
    let File { customers } = serde_json::from_str(text).map_err(|error| at(&error))?;
    let size = |it: &Followed| 1 + it.attempts.len() + it.observed.len();
    if customers.iter().map(size).sum::<usize>() > MAX_ROWS {
        return Err(Refused::whole(Fault::TooManyRows));
    }
    match customers
        .iter()
        .find(|it| times(it).any(|time| time > latest))
    {
        Some(ahead) => Err(Refused {
            line: line_of(text, ahead.customer),
            ..Refused::whole(Fault::InTheFuture)
        }),
        None => Ok(joined(customers)),
    }
}

/// What a JSON reader says, and where.
fn at(error: &serde_json::Error) -> Refused {
    let says = error.to_string();
    let known = Fault::OF_VALUES.into_iter();
    let known = known
        .filter(|_| error.is_data())
        .find(|fault| says.starts_with(&fault.to_string()));
    let otherwise = match error.is_data() {
        true => Fault::Shape,
        false => Fault::NotJson,
    };
    Refused {
        column: Some(error.column()),
        ..Refused::line(known.unwrap_or(otherwise), error.line())
    }
}

fn times(it: &Followed) -> impl Iterator<Item = Moment> {
    let own = [Some(it.since), it.stopped, it.checked]
        .into_iter()
        .flatten();
    let attempts = it.attempts.iter().map(|it| it.at);
    let seen = it
        .observed
        .iter()
        .flat_map(|it| [it.first_seen, it.last_seen]);
    own.chain(attempts).chain(seen)
}

/// The line in which a customer is first named.
fn line_of(text: &str, customer: CustomerId) -> Option<usize> {
    let place = text.find(&customer.to_string())?;
    Some(1 + text[..place].matches('\n').count())
}

/// One record for each customer.
fn joined(records: Vec<Followed>) -> Vec<Followed> {
    let mut places = HashMap::new();
    let mut joined: Vec<Followed> = Vec::new();
    for record in records {
        let place = *places.entry(record.customer).or_insert(joined.len());
        match joined.get_mut(place) {
            Some(known) => {
                known.attempts.extend(record.attempts);
                known.observed.extend(record.observed);
            }
            None => joined.push(record),
        }
    }
    joined
}

// ---- CSV ------------------------------------------------------------------------------------------------------------

fn from_csv(text: &str, tenant: &str, latest: Moment) -> Result<Vec<Followed>, Refused> {
    let lines = csv::read(text, MAX_ROWS)?;
    let Some((head, lines)) = lines.split_first() else {
        return Err(Refused::whole(Fault::Foreign));
    };
    let table = Table::of(head, lines)?;
    let mut records = Vec::new();
    for line in lines {
        let row = Row {
            table: &table,
            line,
            latest,
        };
        row.belongs_to(tenant)?;
        records.push(row.record()?);
    }
    Ok(joined(records))
}

/// Where each column is. Columns may have changed places, and there may be others.
struct Table {
    places: [usize; COLUMNS.len()],
    width: usize,
}

impl Table {
    fn of(head: &Line, lines: &[Line]) -> Result<Table, Refused> {
        let place = |name: &str| head.fields.iter().position(|it| it.trim() == name);
        let (Some(version), Some(_)) = (place(COLUMNS[0]), place(CUSTOMER)) else {
            return Err(Refused::line(Fault::Foreign, head.number));
        };
        // A newer form may have other columns.
        for line in lines {
            of_this_version(line.fields.get(version).map(String::as_str), line.number)?;
        }
        let mut places = [0; COLUMNS.len()];
        for (at, name) in places.iter_mut().zip(COLUMNS) {
            *at = place(name).ok_or(Refused::field(Fault::Shape, head.number, name))?;
        }
        let width = head.fields.len();
        Ok(Table { places, width })
    }
}

fn of_this_version(field: Option<&str>, line: usize) -> Result<(), Refused> {
    let refused = |fault| Err(Refused::field(fault, line, COLUMNS[0]));
    match field.unwrap_or_default().trim().parse::<u32>() {
        Ok(1..=VERSION) => Ok(()),
        Ok(0) | Err(_) => refused(Fault::UnknownWord),
        Ok(_) => refused(Fault::Newer),
    }
}

struct Row<'a> {
    table: &'a Table,
    line: &'a Line,
    latest: Moment,
}

impl Row<'_> {
    fn belongs_to(&self, tenant: &str) -> Result<(), Refused> {
        if self.line.fields.len() != self.table.width {
            return Err(Refused::line(Fault::FieldCount, self.line.number));
        }
        match self.text("tenant") == tenant {
            true => Ok(()),
            false => Err(self.refused(Fault::AnotherTenant, "tenant")),
        }
    }

    /// What the line says, as a record of its own.
    fn record(&self) -> Result<Followed, Refused> {
        let mut record = Followed {
            company: self.bounded("company")?,
            stopped: self.optional_time("stopped")?,
            checked: self.optional_time("checked")?,
            ..Followed::new(
                self.value("customer", |text| text.parse().map_err(|_| Fault::NotAnId))?,
                self.value("by", origin_of)?,
                self.time("since")?,
            )
        };
        match self.text("entry") {
            CUSTOMER => {}
            ATTEMPT => record.attempts.push(self.attempt()?),
            OBSERVATION => record.observed.push(self.observation()?),
            _ => return Err(self.refused(Fault::UnknownWord, "entry")),
        }
        Ok(record)
    }

    fn attempt(&self) -> Result<Attempt, Refused> {
        Ok(Attempt {
            kind: self.value("kind", kind_of)?,
            request_id: self.bounded("request_id")?,
            correlation_id: self.bounded("correlation_id")?,
            at: self.time("at")?,
            arrived: self.value("arrived", |text| {
                // Spreadsheets write these two in capitals.
                let text = text.to_ascii_lowercase();
                text.parse().map_err(|_| Fault::UnknownWord)
            })?,
        })
    }

    fn observation(&self) -> Result<Observation, Refused> {
        Ok(Observation {
            kind: self.value("kind", kind_of)?,
            status: self.value("status", status_of)?,
            reason: Some(self.bounded("reason")?),
            dated: Some(self.bounded("dated")?),
            first_seen: self.time("at")?,
            last_seen: self.time("until")?,
            source: self.value("source", source_of)?,
        })
    }

    fn text(&self, column: &'static str) -> &str {
        let at = COLUMNS.iter().position(|name| *name == column);
        let place = at.map(|at| self.table.places[at]);
        let field = place.and_then(|place| self.line.fields.get(place));
        field.map_or("", String::as_str)
    }

    fn value<T>(
        &self,
        column: &'static str,
        read: impl Fn(&str) -> Result<T, Fault>,
    ) -> Result<T, Refused> {
        read(self.text(column)).map_err(|fault| self.refused(fault, column))
    }

    fn bounded(&self, column: &'static str) -> Result<String, Refused> {
        self.value(column, |text| bounded(text.to_owned()))
    }

    fn time(&self, column: &'static str) -> Result<Moment, Refused> {
        self.value(column, |text| match Moment::read(text) {
            None => Err(Fault::NotATime),
            Some(moment) if moment > self.latest => Err(Fault::InTheFuture),
            Some(moment) => Ok(moment),
        })
    }

    fn optional_time(&self, column: &'static str) -> Result<Option<Moment>, Refused> {
        match self.text(column) {
            "" => Ok(None),
            _ => self.time(column).map(Some),
        }
    }

    fn refused(&self, fault: Fault, column: &'static str) -> Refused {
        Refused::field(fault, self.line.number, column)
    }
}

// ---- Taking it up ---------------------------------------------------------------------------------------------------

/// What taking a file up comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// The records that are new or have changed, to be kept.
    pub changed: Vec<Followed>,
    /// How many customers of them are new.
    pub new: usize,
    /// How many customers of the file bring nothing that is not known.
    pub same: usize,
}

/// Takes a file up. What is known stays; what a file tells of comes beside it, named as such, and never counts as what the
/// service shows now. Doing it again changes nothing.
pub fn merge(known: &[Followed], file: Vec<Followed>) -> Merged {
    let known: HashMap<_, _> = known.iter().map(|it| (it.customer, it)).collect();
    let mut merged = Merged::default();
    for theirs in joined(file) {
        let mine = known.get(&theirs.customer).copied();
        let taken_up = taken_up(mine, theirs);
        if mine == Some(&taken_up) {
            merged.same += 1;
        } else {
            merged.new += usize::from(mine.is_none());
            merged.changed.push(taken_up);
        }
    }
    merged
}

fn taken_up(mine: Option<&Followed>, theirs: Followed) -> Followed {
    let mut record = mine.cloned().unwrap_or_else(|| Followed {
        stopped: theirs.stopped,
        ..Followed::new(theirs.customer, Origin::Import, theirs.since)
    });
    if record.company.is_empty() {
        record.company = theirs.company;
    }
    for attempt in theirs.attempts {
        take_up_attempt(&mut record.attempts, attempt);
    }
    for observation in theirs.observed {
        take_up_observation(&mut record.observed, observation);
    }
    record
}

fn take_up_attempt(known: &mut Vec<Attempt>, attempt: Attempt) {
    let same = |it: &&mut Attempt| it.request_id == attempt.request_id && it.kind == attempt.kind;
    if let Some(same) = known.iter_mut().find(same) {
        same.arrived |= attempt.arrived;
        return;
    }
    let after = known.iter().rposition(|it| it.at <= attempt.at);
    known.insert(after.map_or(0, |at| at + 1), attempt);
}

fn take_up_observation(known: &mut Vec<Observation>, observation: Observation) {
    let same = |it: &Observation| {
        (&it.kind, &it.status, it.first_seen)
            == (
                &observation.kind,
                &observation.status,
                observation.first_seen,
            )
    };
    if known.iter().any(same) {
        return;
    }
    let earlier = |it: &Observation| it.first_seen <= observation.first_seen;
    let after = known.iter().rposition(earlier);
    let imported = Observation {
        source: Source::Import,
        ..observation
    };
    known.insert(after.map_or(0, |at| at + 1), imported);
}

#[cfg(all(test, not(target_arch = "wasm32")))]
#[path = "import/tests.rs"]
mod tests;
