//! Real answers with random damage to their JSON: fields lost, doubled, renamed, of another type, in other case, moved between
//! answers, or the text cut off. Must not know what an answer should read as.

use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::{Value, json};
use vetted::partner_center::response::Exchange;

use super::support::every_fixture;

/// One kind of damage.
#[derive(Clone, Copy, Debug)]
enum Damage {
    Delete,
    Double,
    Rename,
    Retype,
    Recase,
    Splice,
    Insert,
}

const ALL: [Damage; 7] = [
    Damage::Delete,
    Damage::Double,
    Damage::Rename,
    Damage::Retype,
    Damage::Recase,
    Damage::Splice,
    Damage::Insert,
];

/// Names that mean something somewhere in the answers, and some that nearly do.
const NAMES: [&str; 22] = [
    "qualification",
    "vettingStatus",
    "VETTINGSTATUS",
    "vetting_status",
    "status",
    "vettingSubStatus",
    "vettingReason",
    "vettingCreateDate",
    "vettingCreatedDate",
    "qualifications",
    "items",
    "id",
    "companyProfile",
    "companyName",
    "tenantId",
    "validationId",
    "code",
    "description",
    "links",
    "next",
    "uri",
    "unheardOf",
];

/// Words that look decided and words that nearly do.
const WORDS: [&str; 12] = [
    "Approved",
    "approved ",
    "Not Approved",
    "Approved?",
    "Allowed",
    "authorized",
    "Denied",
    "InReview",
    "UnderReview",
    "Education",
    "GovernmentCommunityCloud",
    "",
];

/// Where every value of the JSON is, the outermost left out.
fn places(value: &Value, here: String, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                let there = format!("{here}/{number}");
                found.push(there.clone());
                places(item, there, found);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                let there = format!("{here}/{name}");
                found.push(there.clone());
                places(value, there, found);
            }
        }
        _ => {}
    }
}

fn retyped(value: &Value, how: usize) -> Value {
    match how % 7 {
        0 => Value::Null,
        1 => json!([value]),
        2 => json!({ "value": value }),
        3 => json!(value.to_string()),
        4 => json!(how as i64 % 6),
        5 => json!(true),
        _ => json!(1.5),
    }
}

fn recased(text: &str, how: usize) -> String {
    match how % 4 {
        0 => text.to_uppercase(),
        1 => text.to_lowercase(),
        2 => text.replace(' ', "_"),
        _ => text.chars().flat_map(|c| [c, '-']).collect(),
    }
}

fn damage(root: &mut Value, what: Damage, place: &Index, pick: usize, pool: &[Value]) {
    let mut all = Vec::new();
    places(root, String::new(), &mut all);
    if all.is_empty() {
        return;
    }
    let path = place.get(&all);
    let (parent, name) = path.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/").replace("~0", "~");
    let value = root.pointer(path).unwrap().clone();
    let target = root.pointer_mut(path).unwrap();
    match what {
        Damage::Retype => *target = retyped(&value, pick),
        Damage::Splice => *target = pool[pick % pool.len()].clone(),
        Damage::Recase if value.is_string() => {
            *target = json!(recased(value.as_str().unwrap(), pick))
        }
        _ => {
            let new_name = match what {
                Damage::Recase => recased(&name, pick),
                _ => NAMES[pick % NAMES.len()].to_owned(),
            };
            around(
                root.pointer_mut(parent).unwrap(),
                what,
                &name,
                &new_name,
                pick,
                pool,
            );
        }
    }
}

/// Damage to the list or object that holds the value.
fn around(parent: &mut Value, what: Damage, name: &str, new: &str, pick: usize, pool: &[Value]) {
    let other = pool[pick % pool.len()].clone();
    match parent {
        Value::Array(items) => {
            let number: usize = name.parse().unwrap();
            match what {
                Damage::Delete => drop(items.remove(number)),
                Damage::Double => items.push(items[number].clone()),
                _ => items.insert(number, other),
            }
        }
        Value::Object(fields) => match what {
            Damage::Delete => drop(fields.remove(name)),
            Damage::Double => drop(fields.insert(recased(name, pick), other)),
            Damage::Insert => drop(fields.insert(new.to_owned(), other)),
            _ => {
                if let Some(value) = fields.remove(name) {
                    fields.insert(new.to_owned(), value);
                }
            }
        },
        _ => unreachable!("only lists and objects hold something"),
    }
}

/// A recorded exchange whose body has been damaged up to five times.
pub(crate) fn damaged() -> impl Strategy<Value = Exchange> {
    let read: Vec<(Exchange, Value)> = every_fixture()
        .into_iter()
        .filter_map(|(_, _, exchange)| {
            let json = serde_json::from_str(&exchange.answer.body).ok()?;
            Some((exchange, json))
        })
        .collect();
    let mut pool: Vec<Value> = WORDS.iter().map(|word| json!(word)).collect();
    for (_, json) in &read {
        let mut all = Vec::new();
        places(json, String::new(), &mut all);
        pool.extend(all.iter().filter_map(|path| json.pointer(path).cloned()));
    }
    let step = (
        prop::sample::select(ALL.to_vec()),
        any::<Index>(),
        any::<Index>(),
    );
    let status =
        prop_oneof![4 => Just(None), 1 => Just(Some(200u16)), 1 => any::<u16>().prop_map(Some)];
    let cut = prop_oneof![9 => Just(None), 1 => any::<Index>().prop_map(Some)];
    // A word often enough where one is looked for: half of what is put in comes from the words alone.
    let words = WORDS.len();
    (
        prop::sample::select(read),
        vec((step, any::<bool>()), 1..6),
        status,
        cut,
    )
        .prop_map(move |((mut exchange, mut json), steps, status, cut)| {
            for ((what, place, pick), from_words) in steps {
                let size = if from_words { words } else { pool.len() };
                damage(&mut json, what, &place, pick.index(size), &pool);
            }
            let mut body = json.to_string();
            if let Some(cut) = cut {
                let ends: Vec<_> = body.char_indices().map(|(at, _)| at).collect();
                body.truncate(*cut.get(&ends));
            }
            exchange.answer.body = body;
            exchange.answer.status = status.unwrap_or(exchange.answer.status);
            exchange
        })
}
