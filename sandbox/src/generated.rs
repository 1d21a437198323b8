//! Any number of made-up customers, the same for the same seed.
//! Must not know the named ones.

use crate::customers::Customer;
use crate::random::Random;

/// Country, what institutions are called there (with `#` for a number and `@` for a place), places.
type Land = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const LANDS: &[Land] = &[
    (
        "US",
        &[
            "@ Elementary School",
            "@ Community College",
            "City of @",
            "@ County",
            "@ School District #",
        ],
        &[
            "Alder Creek",
            "Bellhaven",
            "Cedar Flats",
            "Dry Fork",
            "Elk Prairie",
            "Fairmeadow",
            "Gull Harbor",
        ],
    ),
    (
        "GB",
        &[
            "@ Grammar School",
            "@ Borough Council",
            "St. Aldhelm's, @",
            "@ Sixth Form College",
        ],
        &[
            "Ashwick",
            "Barrowmere",
            "Coldstow",
            "Dunholt",
            "Elmsworth",
            "Fenbury",
        ],
    ),
    (
        "HU",
        &[
            "@i #. számú Általános Iskola",
            "@i Gimnázium",
            "@ Város Önkormányzata",
        ],
        &[
            "Almáskút",
            "Berekfalva",
            "Csillagvár",
            "Dombhát",
            "Erdőszél",
        ],
    ),
    (
        "SE",
        &["@skolan #", "@ Gymnasium", "@ kommun"],
        &["Almhöjden", "Björkäng", "Ekudden", "Furunäs", "Granvik"],
    ),
    (
        "TR",
        &["@ Anadolu Lisesi", "@ İlkokulu #", "@ Belediyesi"],
        &["Akpınarlı", "Beyazköy", "Çamdere", "Gülyazı"],
    ),
    (
        "PL",
        &[
            "Szkoła Podstawowa nr # w @",
            "Liceum Ogólnokształcące nr # w @",
            "Gmina @",
        ],
        &["Jasnowie", "Brzozówku", "Dębogórze", "Zielonkach Dolnych"],
    ),
    (
        "DE",
        &["Gymnasium @", "Grundschule # @", "Stadt @", "Gemeinde @"],
        &["Ahornfeld", "Birkenau am See", "Eichwinkel"],
    ),
];

const QUALIFICATIONS: &[&str] = &[
    "[]",
    "[]",
    "[]",
    r#"[{"qualification":"Education","vettingStatus":"Approved"}]"#,
    r#"[{"qualification":"Education","vettingStatus":"Approved"}]"#,
    r#"[{"qualification":"Education","vettingStatus":"InReview","vettingCreateDate":"2026-03-02T08:15:30.120Z"}]"#,
    r#"[{"qualification":"Education","vettingStatus":"Denied","vettingReason":"Not an Academic Domain","vettingCreateDate":"2026-02-11T14:20:05.500Z"}]"#,
    r#"[{"qualification":"StateOwnedEntity"}]"#,
    r#"[{"qualification":"Education","vettingStatus":"Approved"},{"qualification":"StateOwnedEntity"}]"#,
    r#"[{"qualification":"GovernmentCommunityCloud","vettingStatus":"Approved","vettingCreateDate":"2026-01-06T19:59:56.6832021+00:00"}]"#,
];

/// That many customers. A good half is called "Public School" with a number, so that one search finds very many.
#[must_use]
pub(crate) fn customers(seed: u64, count: usize) -> Vec<Customer> {
    let mut random = Random::new(seed);
    (1..=count)
        .map(|number| customer(&mut random, number))
        .collect()
}

fn customer(random: &mut Random, number: usize) -> Customer {
    let (country, kinds, places) = LANDS[random.below(LANDS.len())];
    let place = random.pick(places);
    let (name, country) = match number % 2 {
        0 => (format!("Public School {number:04} {place}"), country),
        _ => (
            random
                .pick(kinds)
                .replace('@', place)
                .replace('#', &number.to_string()),
            country,
        ),
    };
    let mut customer = Customer::new(
        random.guid(),
        &name,
        &format!("{}{number}", slug(&name)),
        country,
    );
    customer.set_qualifications(random.pick(QUALIFICATIONS));
    customer
}

/// The letters of a name that a domain can have.
fn slug(name: &str) -> String {
    let letters = name
        .chars()
        .filter_map(|letter| match letter.to_lowercase().next()? {
            plain @ 'a'..='z' => Some(plain),
            'á' | 'ä' | 'å' | 'ą' => Some('a'),
            'é' | 'ę' => Some('e'),
            'í' | 'ı' => Some('i'),
            'ó' | 'ö' | 'ő' => Some('o'),
            'ú' | 'ü' | 'ű' => Some('u'),
            'ç' | 'ć' => Some('c'),
            'ğ' => Some('g'),
            'ł' => Some('l'),
            'ş' => Some('s'),
            'ñ' => Some('n'),
            _ => None,
        });
    letters.take(20).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_customers_and_another_gives_others() {
        let names = |seed| {
            customers(seed, 50)
                .iter()
                .map(|customer| customer.name.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(7), names(7));
        assert_ne!(names(7), names(8));
    }

    #[test]
    fn ids_and_domains_are_used_once() {
        let all = customers(1, 2000);
        let ids: HashSet<_> = all.iter().map(|customer| customer.id).collect();
        let domains: HashSet<_> = all.iter().map(|customer| customer.domain.clone()).collect();
        assert_eq!((ids.len(), domains.len()), (2000, 2000));
    }
}
