//! Which customers a pasted text names: IDs and domains among whatever stands around them. Pure.
//! Must not know where the text comes from, or whether there are such customers.

use crate::partner_center::CustomerId;
use std::collections::HashSet;

/// The most customers that may be looked up at once.
pub(super) const LIMIT: usize = 500;
/// Of what is not understood, so many characters of each line are enough to recognise it.
const SHOWN: usize = 80;

/// A customer as a text names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Wanted {
    /// By its ID.
    Id(CustomerId),
    /// By a domain, in small letters.
    Domain(String),
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Wanted::Id(id) => id.fmt(f),
            Wanted::Domain(domain) => f.write_str(domain),
        }
    }
}

/// What a text was found to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pasted {
    /// Each customer once, in the order of the text.
    pub wanted: Vec<Wanted>,
    /// How many were named again.
    pub repeated: usize,
    /// What is neither an ID nor a domain: the number of the line, from 1, and the words in it.
    pub not_understood: Vec<(usize, String)>,
}

/// Reads a text of any form.
pub(super) fn read(text: &str) -> Pasted {
    let mut pasted = Pasted::default();
    let mut known = HashSet::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut others = Vec::new();
        for word in words(line) {
            let named = named(word);
            if named.is_empty() {
                others.push(word);
            }
            for wanted in named {
                match known.insert(wanted.clone()) {
                    true => pasted.wanted.push(wanted),
                    false => pasted.repeated += 1,
                }
            }
        }
        if !others.is_empty() {
            let others = others.join(" ").chars().take(SHOWN).collect();
            pasted.not_understood.push((number, others));
        }
    }
    pasted
}

/// The parts of a line that could name a customer: runs of what IDs and addresses are made of.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|sign: char| !is_part(sign));
    words.filter(|word| word.contains(char::is_alphanumeric))
}

fn is_part(sign: char) -> bool {
    // Word processors put other dashes into IDs.
    sign.is_alphanumeric()
        || matches!(sign, '\u{2010}'..='\u{2015}' | '\u{2212}')
        || "-._@:/\\?#=&%+~".contains(sign)
}

/// The customers that a word names. An address names one, by the first ID in it or by its host; else every ID counts.
fn named(word: &str) -> Vec<Wanted> {
    let ids: Vec<_> = match word.contains('.') {
        true => CustomerId::find_in(word).into_iter().collect(),
        false => word
            .split(['/', '\\', ':', '?', '=', '&', '#', '+'])
            .filter_map(CustomerId::find_in)
            .collect(),
    };
    match ids.is_empty() {
        true => domain(word).map(Wanted::Domain).into_iter().collect(),
        false => ids.into_iter().map(Wanted::Id).collect(),
    }
}

/// The domain of a website, of an e-mail address, or as it stands.
fn domain(word: &str) -> Option<String> {
    let address = word.split_once("://").map_or(word, |(_, rest)| rest);
    let host = address.split(['/', '\\', '?', '#']).next()?;
    let host = host.rsplit('@').next()?;
    // With the port after it, or a word such as `Domain:` before it.
    let host = host.split(':').find(|part| part.contains('.'))?;
    let host = host
        .trim_matches(|sign: char| !sign.is_alphanumeric())
        .to_lowercase();
    let host = match host.strip_prefix("www.") {
        Some(bare) if bare.contains('.') => bare.to_owned(),
        _ => host,
    };
    is_domain(&host).then_some(host)
}

fn is_domain(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .chars()
                .all(|sign| sign.is_alphanumeric() || sign == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // A date and the address of a computer end in digits, a domain does not.
    let is_last = |label: &str| label.chars().count() > 1 && !label.chars().all(char::is_numeric);
    host.len() <= 253
        && host.split('.').all(is_label)
        && host.rsplit_once('.').is_some_and(|(_, last)| is_last(last))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const A: &str = "11111111-2222-4333-8444-555555555555";
    const B: &str = "99999999-2222-4333-8444-555555555555";

    fn wanted(text: &str) -> Vec<String> {
        let wanted = read(text).wanted.into_iter();
        wanted.map(|it| it.to_string()).collect()
    }

    #[test]
    fn ids_and_domains_are_found_whatever_stands_between_them() {
        for between in [
            "\n", "\r\n", ",", ", ", ";", "\t", " ", " | ", "\n\n", "\u{a0}", "\u{200b}",
            "\" , \"", " – ",
        ] {
            let text = format!("{A}{between}school.example{between}{B}");
            let pasted = read(&text);
            assert_eq!(wanted(&text), [A, "school.example", B], "{between:?}");
            assert_eq!(pasted.not_understood, [], "{between:?}");
        }
        assert_eq!(wanted(&format!("{A}/{B}")), [A, B]);
        assert_eq!(wanted(&format!("{A}:{B}")), [A, B]);
    }

    #[test]
    fn an_id_is_found_in_braces_in_an_address_and_as_others_write_it() {
        let plain = A.replace('-', "");
        let dashes = A.replace('-', "\u{2011}");
        for text in [
            format!("{{{A}}}"),
            format!("\"{A}\""),
            format!("({A})"),
            A.to_uppercase(),
            plain,
            dashes,
            format!("\u{feff}{A}"),
            format!("id={A}"),
            format!("https://partner.example/commerce/customers/{A}/overview?tab=1"),
            format!("https://partner.example/?customer=%7B{A}%7D"),
            format!("https://partner.example/{A}/orders/{B}"),
            format!("partner.example/customers/{A}"),
        ] {
            assert_eq!(wanted(&text), [A], "{text}");
            assert_eq!(read(&text).not_understood, [], "{text}");
        }
    }

    #[test]
    fn of_a_website_or_an_e_mail_address_the_domain_counts() {
        for (text, domain) in [
            ("School.Example", "school.example"),
            ("www.school.example", "school.example"),
            (
                "https://www.school.example/about/us?x=1#y",
                "school.example",
            ),
            ("http://school.example:8080", "school.example"),
            ("https://someone@school.example/", "school.example"),
            ("head@school.example", "school.example"),
            ("<head@school.example>", "school.example"),
            ("mailto:head@school.example", "school.example"),
            ("Domain:school.example", "school.example"),
            ("school.example.", "school.example"),
            ("'school.example',", "school.example"),
            (
                "north-school.onmicrosoft.com",
                "north-school.onmicrosoft.com",
            ),
            ("xn--kla-0na.example", "xn--kla-0na.example"),
            ("škola.example", "škola.example"),
            ("4711.example", "4711.example"),
            ("www.example", "www.example"),
        ] {
            assert_eq!(wanted(text), [domain], "{text}");
        }
    }

    #[test]
    fn what_is_neither_is_listed_with_its_line() {
        let text = format!(
            "Microsoft ID,Company name\n{A},North School\n\n12.05.2024 1.2 127.0.0.1\nschool.example"
        );
        let pasted = read(&text);
        assert_eq!(wanted(&text), [A, "school.example"]);
        let expected = [
            (1, "Microsoft ID Company name"),
            (2, "North School"),
            (4, "12.05.2024 1.2 127.0.0.1"),
        ];
        assert_eq!(
            pasted.not_understood,
            expected.map(|(line, words)| (line, words.to_owned()))
        );
        for neither in [
            &A[..35],
            "11111111-2222-4333-8444-55555555555g",
            "school",
            "a..example",
            "north.school-.example",
            "school.e",
            "school_1.example",
            "<b>bold</b>",
            &format!("{}.example", "a".repeat(64)),
        ] {
            let pasted = read(neither);
            assert_eq!(pasted.wanted, [], "{neither}");
            assert_eq!(pasted.not_understood.len(), 1, "{neither}");
        }
        assert_eq!(
            read("x".repeat(100_000).as_str()).not_understood[0].1.len(),
            SHOWN
        );
    }

    #[test]
    fn who_is_named_more_than_once_is_looked_up_once() {
        let upper = A.to_uppercase();
        let pasted = read(&format!(
            "{A} school.example\n{{{upper}}} head@SCHOOL.example {A}"
        ));
        assert_eq!(pasted.wanted.len(), 2);
        assert_eq!(pasted.repeated, 3);
        assert_eq!(pasted.not_understood, []);
    }

    #[test]
    fn nothing_in_nothing() {
        for text in ["", " \n\t ", ",;|", "- – •\n***"] {
            assert_eq!(read(text), Pasted::default(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn anything_can_be_pasted(text in "\\PC{0,200}") {
            let pasted = read(&text);
            for wanted in pasted.wanted {
                // What was found is found again in its own written form.
                prop_assert_eq!(read(&wanted.to_string()).wanted, [wanted]);
            }
        }

        #[test]
        fn as_many_as_there_are_are_found(ids in prop::collection::vec(any::<u128>(), 0..40), between in "[ ,;\t\n|]{1,3}") {
            let ids: Vec<_> = ids.into_iter().map(|id| uuid::Uuid::from_u128(id).to_string()).collect();
            let pasted = read(&ids.join(&between));
            prop_assert_eq!(pasted.wanted.len() + pasted.repeated, ids.len());
            prop_assert_eq!(pasted.not_understood, []);
        }
    }
}
