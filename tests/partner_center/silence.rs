//! Why no answer came: every combination of facts, and what counts as an answer of Partner Center.
//! Must not need a network.

use vetted::partner_center::{
    Silence,
    silence::{Facts, Probe},
};

use super::support::{answer, with_header};

const PROBES: [Probe; 3] = [Probe::PartnerCenter, Probe::SomethingElse, Probe::Nothing];
const BOTH: [bool; 2] = [false, true];

fn all_facts() -> Vec<Facts> {
    let mut all = Vec::new();
    for offline in BOTH {
        for blocked in BOTH {
            for own_origin in BOTH {
                for probe in PROBES {
                    for site_answers in BOTH {
                        all.push(Facts {
                            offline,
                            blocked,
                            own_origin,
                            probe,
                            site_answers,
                        });
                    }
                }
            }
        }
    }
    all
}

#[test]
fn every_combination_of_facts_has_its_reason() {
    assert_eq!(all_facts().len(), 48);
    for facts in all_facts() {
        let expected = match facts {
            Facts { offline: true, .. } => Silence::Offline,
            Facts { blocked: true, .. } => Silence::Blocked,
            Facts {
                probe: Probe::PartnerCenter,
                ..
            } => Silence::ConnectionLost,
            Facts {
                own_origin: false, ..
            } => Silence::Unexplained,
            Facts {
                probe: Probe::SomethingElse,
                ..
            } => Silence::RelayMissing,
            Facts {
                site_answers: true, ..
            } => Silence::RelayMissing,
            _ => Silence::SiteUnreachable,
        };
        assert_eq!(facts.reason(), expected, "{facts:?}");
    }
}

#[test]
fn the_relay_is_not_blamed_where_there_is_none() {
    for facts in all_facts().into_iter().filter(|facts| !facts.own_origin) {
        let reason = facts.reason();
        assert_ne!(reason, Silence::RelayMissing, "{facts:?}");
        assert_ne!(reason, Silence::SiteUnreachable, "{facts:?}");
    }
}

#[test]
fn partner_center_is_known_by_what_it_says_without_a_token() {
    let json = |status| with_header(answer(status, "{}"), "Content-Type", "application/json");
    let page = |status| with_header(answer(status, "<p>"), "Content-Type", "text/html");
    let its_own = [
        answer(401, ""),
        answer(401, r#"{"code":"900421"}"#),
        json(400),
        json(429),
        json(200),
        with_header(answer(403, ""), "ms-requestid", "r"),
        with_header(answer(400, ""), "WWW-Authenticate", "Bearer"),
        page(502),
        page(504),
    ];
    for answer in its_own {
        assert_eq!(Probe::of(&answer), Probe::PartnerCenter, "{answer:?}");
    }
    let no_status = answer(0, "");
    for answer in [
        page(200),
        page(404),
        page(405),
        page(403),
        answer(404, ""),
        no_status,
    ] {
        assert_eq!(Probe::of(&answer), Probe::SomethingElse, "{answer:?}");
    }
}
