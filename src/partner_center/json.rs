//! Reads JSON as the service writes it: names in any case, numbers or text, fields that come and go.
//! Must not know what any field means.

use serde_json::Value;

/// Looks into a JSON value. What is missing, `null`, blank or of another type reads as `None`.
pub(super) trait Fields {
    /// The field called `name`; the exact name first, then in any case.
    fn field(&self, name: &str) -> Option<&Value>;

    /// A text, or a number in digits.
    fn text(&self, name: &str) -> Option<String>;

    /// A whole number, or a text of one.
    fn whole(&self, name: &str) -> Option<i64>;

    /// A list.
    fn list(&self, name: &str) -> Option<&[Value]>;
}

impl Fields for Value {
    fn field(&self, name: &str) -> Option<&Value> {
        let fields = self.as_object()?;
        let in_any_case = || {
            let same = |(key, value): (&String, _)| key.eq_ignore_ascii_case(name).then_some(value);
            fields.iter().find_map(same)
        };
        fields
            .get(name)
            .or_else(in_any_case)
            .filter(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Option<String> {
        match self.field(name)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    fn whole(&self, name: &str) -> Option<i64> {
        match self.field(name)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    fn list(&self, name: &str) -> Option<&[Value]> {
        self.field(name)?.as_array().map(Vec::as_slice)
    }
}
