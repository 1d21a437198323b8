//! Who answers where Partner Center should, told by what a call without a token gives.
//! Must not need a network.

use vetted::partner_center::{Relay, response::Answer};

use super::support::{answer, with_header};

const PAGE: &str = "<!doctype html><title>x</title>";

fn typed(status: u16, kind: &str, body: &str) -> Answer {
    with_header(answer(status, body), "Content-Type", kind)
}

fn json(status: u16, body: &str) -> Answer {
    typed(status, "application/json; charset=utf-8", body)
}

#[test]
fn partner_center_is_known_by_its_marks_and_by_asking_for_a_token() {
    let asks = Relay::Asks { kept: false };
    for (what, given) in [
        ("its JSON", json(401, r#"{"code":800001}"#)),
        (
            "its header",
            with_header(answer(401, ""), "ms-requestid", "1"),
        ),
        (
            "its challenge",
            with_header(
                answer(401, ""),
                "WWW-Authenticate",
                "Bearer error=\"invalid_token\"",
            ),
        ),
        (
            "its older challenge",
            with_header(
                answer(401, PAGE),
                "WWW-Authenticate",
                "OAuth realm=urn:cpsvc:cpid:1",
            ),
        ),
        ("a relay that drops all marks", answer(401, "")),
        (
            "another refusal of its own",
            with_header(json(403, "{}"), "MS-RequestId", "1"),
        ),
        ("too many calls", json(429, "{}")),
    ] {
        assert_eq!(Relay::of(&given), asks, "{what}");
    }
    assert_eq!(Relay::of(&json(500, "{}")), Relay::Fault(500));
    let marked = with_header(typed(500, "text/html", PAGE), "MS-CV", "1");
    assert_eq!(Relay::of(&marked), Relay::Fault(500));
}

#[test]
fn what_a_site_or_its_relay_answers_by_itself_is_told_apart() {
    let basic = with_header(answer(401, ""), "WWW-Authenticate", "Basic realm=\"x\"");
    for (what, given, expected) in [
        ("the start page", typed(200, "text/html", PAGE), Relay::Page),
        ("a page without a type", answer(200, PAGE), Relay::Page),
        (
            "a page that says 404",
            typed(404, "text/html", PAGE),
            Relay::Page,
        ),
        ("a bare 404", answer(404, ""), Relay::Other(404)),
        ("a bare 405", answer(405, ""), Relay::Other(405)),
        (
            "a firewall's page",
            typed(403, "text/html", PAGE),
            Relay::Other(403),
        ),
        ("a password prompt", basic, Relay::WantsPassword),
        (
            "a gateway that wants a key of its own",
            with_header(
                json(401, r#"{"statusCode":401}"#),
                "WWW-Authenticate",
                "AzureApiManagementKey realm=\"https://relay.example/v1\"",
            ),
            Relay::WantsPassword,
        ),
        (
            "a gateway that knows no such path",
            json(404, r#"{"message":"Not Found"}"#),
            Relay::Other(404),
        ),
        (
            "a gateway that refuses",
            json(403, r#"{"message":"Forbidden"}"#),
            Relay::Other(403),
        ),
        (
            "a gateway whose upstream is away",
            json(503, "{}"),
            Relay::Unreached(503),
        ),
        (
            "a password page",
            typed(401, "text/html", PAGE),
            Relay::WantsPassword,
        ),
        (
            "an upstream that is away",
            typed(502, "text/html", PAGE),
            Relay::Unreached(502),
        ),
        (
            "an upstream that is slow",
            answer(504, ""),
            Relay::Unreached(504),
        ),
        (
            "a content network's own number",
            answer(526, ""),
            Relay::Unreached(526),
        ),
        (
            "a redirect that is not followed",
            answer(0, ""),
            Relay::Redirects,
        ),
        ("a redirect", answer(301, ""), Relay::Redirects),
        (
            "data for everybody",
            json(200, r#"{"items":[]}"#),
            Relay::LetsIn,
        ),
        (
            "plain text",
            typed(200, "text/plain", "ok"),
            Relay::Other(200),
        ),
    ] {
        assert_eq!(Relay::of(&given), expected, "{what}");
    }
}

#[test]
fn an_answer_that_may_be_kept_on_the_way_is_noticed() {
    let kept = |name: &str, value: &str| {
        let given = with_header(json(401, "{}"), name, value);
        Relay::of(&given) == Relay::Asks { kept: true }
    };
    for value in [
        "public",
        "max-age=60",
        "s-maxage=600, must-revalidate",
        "PUBLIC, max-age=\"5\"",
    ] {
        assert!(kept("Cache-Control", value), "{value}");
    }
    for value in [
        "no-store",
        "no-cache",
        "private, max-age=60",
        "max-age=0",
        "no-store, max-age=60",
        "must-revalidate",
    ] {
        assert!(!kept("Cache-Control", value), "{value}");
    }
    assert!(kept("Age", "7"), "it was kept already");
    assert!(!kept("Age", "0"));
}
