//! Comma-separated values (RFC 4180) in which no spreadsheet finds a formula, and back to exactly what was written.
//! Must not know what the fields mean.
//!
//! The whole of a CSV library costs more of the first download than the page that needs it, and none undoes what keeps formulas
//! out; so this is small and held to its properties by tests.

use super::fault::{Fault, Refused};

/// Tells spreadsheets that the file is UTF-8.
const MARK: char = '\u{FEFF}';
/// What a spreadsheet may take for the end of a cell, besides the end of the field: some split at other signs.
const ENDS: [char; 5] = ['\n', '\r', '\t', ',', ';'];
/// What a formula begins with (OWASP: CSV Injection), also in full width.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// Stands before what would be a formula; a spreadsheet takes it for the beginning of a text.
const GUARD: char = '\'';

/// A line of a file, or several where a field has line breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// Its fields.
    pub fields: Vec<String>,
}

/// The mark and the first line of a file.
pub(super) fn begin(names: &[&str]) -> String {
    let mut text = String::from(MARK);
    write(&mut text, names.iter().copied());
    text
}

/// Writes a line.
pub(super) fn write<'a>(text: &mut String, fields: impl IntoIterator<Item = &'a str>) {
    for (at, field) in fields.into_iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push('"');
        text.push_str(&guarded(field).replace('"', "\"\""));
        text.push('"');
    }
    text.push_str("\r\n");
}

/// Reads every line that is not empty. The separator may be another, as some spreadsheets write it.
pub(super) fn read(text: &str, most: usize) -> Result<Vec<Line>, Refused> {
    let text = text.strip_prefix(MARK).unwrap_or(text);
    let mut reader = Reader {
        separator: separator(text),
        number: 1,
        ..Reader::default()
    };
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let next = signs.peek().copied();
        // A line break of two characters ends where the second one does.
        if !(sign == '\r' && next == Some('\n') && reader.place != Place::Quoted) {
            reader.take(sign)?;
        }
        if reader.lines.len() > most {
            break;
        }
    }
    let lines = reader.end()?;
    match lines.len() > most {
        true => Err(Refused::whole(Fault::TooManyRows)),
        false => Ok(lines),
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// At the beginning of a field.
    #[default]
    Start,
    /// In a field without quotation marks.
    Plain,
    /// Between quotation marks.
    Quoted,
    /// After a quotation mark that ends the field, or is the first of two.
    Closed,
}

#[derive(Default)]
struct Reader {
    separator: char,
    place: Place,
    /// The line that is being read, and the one in which it began.
    number: usize,
    began: usize,
    field: String,
    fields: Vec<String>,
    lines: Vec<Line>,
}

impl Reader {
    fn take(&mut self, sign: char) -> Result<(), Refused> {
        if self.fields.is_empty() && self.place == Place::Start {
            self.began = self.number;
        }
        match (self.place, sign) {
            (Place::Quoted, '"') => self.place = Place::Closed,
            (Place::Quoted, _) => self.field.push(sign),
            (Place::Closed, '"') => {
                self.field.push('"');
                self.place = Place::Quoted;
            }
            (Place::Start, '"') => self.place = Place::Quoted,
            (_, '\n' | '\r') => self.end_line(),
            (_, sign) if sign == self.separator => self.end_field(),
            (Place::Closed, _) | (Place::Plain, '"') => {
                return Err(Refused::line(Fault::Quotes, self.number));
            }
            (Place::Start | Place::Plain, _) => {
                self.field.push(sign);
                self.place = Place::Plain;
            }
        }
        self.number += usize::from(sign == '\n');
        Ok(())
    }

    fn end_field(&mut self) {
        let field = std::mem::take(&mut self.field);
        self.fields.push(unguarded(&field));
        self.place = Place::Start;
    }

    fn end_line(&mut self) {
        if self.fields.is_empty() && self.place == Place::Start {
            return;
        }
        self.end_field();
        self.lines.push(Line {
            number: self.began,
            fields: std::mem::take(&mut self.fields),
        });
    }

    fn end(mut self) -> Result<Vec<Line>, Refused> {
        if self.place == Place::Quoted {
            return Err(Refused::line(Fault::Quotes, self.began));
        }
        self.end_line();
        Ok(self.lines)
    }
}

/// The first sign of those in use that stands in the first line outside quotation marks.
fn separator(text: &str) -> char {
    let mut quoted = false;
    for sign in text.chars().take_while(|sign| *sign != '\n') {
        quoted ^= sign == '"';
        if !quoted && matches!(sign, ',' | ';' | '\t') {
            return sign;
        }
    }
    ','
}

/// The field with a [`GUARD`] before everything that a spreadsheet might take for a formula: at its beginning and after each of
/// the [`ENDS`], also behind spaces. A guard that was there gets another one, so that none is lost on the way back.
fn guarded(field: &str) -> String {
    let mut guarded = String::with_capacity(field.len() + 1);
    let mut rest = field;
    loop {
        if is_dangerous(rest) {
            guarded.push(GUARD);
        }
        let Some(end) = rest.find(ENDS) else {
            guarded.push_str(rest);
            return guarded;
        };
        // Every one of the ends is one byte long.
        let (part, after) = rest.split_at(end + 1);
        guarded.push_str(part);
        rest = after;
    }
}

/// The field as it was before [`guarded`].
fn unguarded(field: &str) -> String {
    let mut plain = String::with_capacity(field.len());
    let mut rest = field;
    loop {
        rest = rest.strip_prefix(GUARD).unwrap_or(rest);
        let Some(end) = rest.find(ENDS) else {
            plain.push_str(rest);
            return plain;
        };
        let (part, after) = rest.split_at(end + 1);
        plain.push_str(part);
        rest = after;
    }
}

fn is_dangerous(text: &str) -> bool {
    let begins = text.trim_start_matches(|c: char| is_blank(c) && !ENDS.contains(&c));
    text.starts_with(GUARD) || begins.starts_with(FORMULA) || begins.starts_with(['\t', '\r'])
}

/// Whether nothing of the character is seen: spaces of any kind, control characters and marks without width.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields(text: &str) -> Result<Vec<Vec<String>>, Refused> {
        let lines = read(text, 100)?;
        Ok(lines.into_iter().map(|line| line.fields).collect())
    }

    #[test]
    fn nothing_that_begins_like_a_formula_is_written_as_one() {
        let table = [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@sum", "'@sum"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            ("\tplain", "'\tplain"),
            (" =1", "' =1"),
            ("\u{A0}=1", "'\u{A0}=1"),
            ("\u{FEFF}\u{200B}=1", "'\u{FEFF}\u{200B}=1"),
            ("a\n=1", "a\n'=1"),
            ("a\r\n =1", "a\r\n' =1"),
            ("a;=1", "a;'=1"),
            ("a,-1", "a,'-1"),
            ("＝1", "'＝1"),
            ("'", "''"),
            ("'=1", "''=1"),
            ("it's a=b", "it's a=b"),
            ("A-B", "A-B"),
            ("", ""),
            (" ", " "),
        ];
        for (field, written) in table {
            assert_eq!(guarded(field), written, "{field:?}");
            assert_eq!(unguarded(&guarded(field)), field, "{field:?}");
        }
    }

    #[test]
    fn files_are_read_as_the_rfc_says() {
        let table = [
            ("a,b\r\nc,d\r\n", vec![vec!["a", "b"], vec!["c", "d"]]),
            ("a,b\nc,d", vec![vec!["a", "b"], vec!["c", "d"]]),
            ("a,b\rc,d", vec![vec!["a", "b"], vec!["c", "d"]]),
            ("\u{FEFF}a,b", vec![vec!["a", "b"]]),
            (
                "\"a,\"\"b\"\"\",\"c\r\nd\"",
                vec![vec!["a,\"b\"", "c\r\nd"]],
            ),
            ("a;\"b,c\"", vec![vec!["a", "b,c"]]),
            ("a\tb", vec![vec!["a", "b"]]),
            ("\"a,b\";c", vec![vec!["a,b", "c"]]),
            ("a,\r\n,b", vec![vec!["a", ""], vec!["", "b"]]),
            ("\r\n\n a ,\"\"\n\n", vec![vec![" a ", ""]]),
            ("", vec![]),
        ];
        for (text, expected) in table {
            let owned = |line: &Vec<&str>| line.iter().map(|it| (*it).to_owned()).collect();
            let expected: Vec<Vec<String>> = expected.iter().map(owned).collect();
            assert_eq!(fields(text), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn a_stray_quotation_mark_is_refused_with_its_line() {
        for (text, line) in [
            ("a\nb\"c", 2),
            ("a\n\"b\"c", 2),
            ("a\n\n\"b\nc", 3),
            ("\"", 1),
            ("a,\"b\nc\" d", 2),
        ] {
            assert_eq!(
                fields(text),
                Err(Refused::line(Fault::Quotes, line)),
                "{text:?}"
            );
        }
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let numbers = |text: &str| -> Vec<usize> {
            let lines = read(text, 100).expect("CSV");
            lines.iter().map(|line| line.number).collect()
        };
        assert_eq!(numbers("a\r\n\"b\r\nc\"\r\n\r\nd"), [1, 2, 5]);
    }

    #[test]
    fn more_lines_than_allowed_are_refused() {
        assert_eq!(read("a\nb\n", 2).map(|lines| lines.len()), Ok(2));
        let refused = Err(Refused::whole(Fault::TooManyRows));
        assert_eq!(read("a\nb\nc\n", 2), refused);
        assert_eq!(read("a\nb\nc", 2), refused);
    }

    /// Text with much of what matters here.
    fn text() -> impl Strategy<Value = String> {
        let signs = prop::sample::select(vec![
            '\'', '"', '=', '+', '-', '@', '\t', '\r', '\n', ',', ';', ' ', '\u{A0}', '\u{FEFF}',
            'a', '＝',
        ]);
        let mixed = prop_oneof![4 => signs, 1 => any::<char>()];
        prop::collection::vec(mixed, 0..12).prop_map(|signs| signs.into_iter().collect())
    }

    proptest! {
        #[test]
        fn every_field_comes_back_as_it_was(lines in prop::collection::vec(prop::collection::vec(text(), 2..5), 1..5)) {
            let mut file = String::from(MARK);
            for line in &lines {
                write(&mut file, line.iter().map(String::as_str));
            }
            prop_assert_eq!(fields(&file), Ok(lines));
        }

        #[test]
        fn no_part_of_a_field_begins_like_a_formula(field in text()) {
            let guarded = guarded(&field);
            for part in guarded.split(ENDS) {
                let begins = part.trim_start_matches(is_blank);
                prop_assert!(!begins.starts_with(FORMULA), "{:?}", guarded);
            }
            prop_assert!(!guarded.starts_with(['\t', '\r']));
        }

        #[test]
        fn anything_is_read_or_refused(text in text()) {
            let _ = read(&text, 3);
        }
    }
}
