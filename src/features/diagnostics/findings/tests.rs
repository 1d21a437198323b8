//! Set-ups that are broken in one way each, and what is said of them.
//! Must not know how anything is observed.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::auth::AuthorityError;
use crate::config::Config;
use crate::features::diagnostics::observed::Place;
use crate::partner_center::request::anybody;
use crate::partner_center::response::{Answer, Exchange};
use crate::partner_center::{ErrorKind, Operation, RequestIds, Silence};
use std::collections::BTreeSet;

const SITE: &str = "https://vetted.example";
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    connect-src 'self' https://login.microsoftonline.com; base-uri 'self'; form-action 'none'; frame-ancestors 'none'; \
    object-src 'none'; require-trusted-types-for 'script'; trusted-types default";
const SCOPE: &str = "https://api.partnercenter.microsoft.com/user_impersonation";

fn configured(change: impl FnOnce(&mut serde_json::Value)) -> Result<Tenant, SetUpProblem> {
    let mut config = serde_json::json!({
        "partnerCenterUrl": "",
        "authority": "https://login.microsoftonline.com/contoso.example/v2.0",
        "clientId": "3f9a1c52-7d04-4e6b-9a8e-2b1c5d7e9f01",
        "scopes": ["openid", "profile", "offline_access", SCOPE],
    });
    change(&mut config);
    let config = Config::parse(&config.to_string()).map_err(SetUpProblem::Wrong);
    config.map(|mut config| config.tenants.remove(0))
}

fn look(headers: &[(&'static str, &str)]) -> Option<Look> {
    let headers = headers
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()));
    Some(Look {
        status: 200,
        headers: headers.collect(),
    })
}

/// A site that is set up rightly, with somebody signed in.
fn healthy() -> Observed {
    Observed {
        page: Place {
            origin: SITE.to_owned(),
            path: "/diagnostics".to_owned(),
            base: "/".to_owned(),
            secure: true,
            offline: false,
        },
        start_page: Some(look(&[
            ("cache-control", "no-cache"),
            ("content-security-policy", POLICY),
            (
                "strict-transport-security",
                "max-age=63072000; includeSubDomains",
            ),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("permissions-policy", "camera=()"),
        ])),
        config_file: Some(look(&[("cache-control", "no-cache")])),
        config: Some(configured(|_| ())),
        kept_file: Some((
            "/vetted-0123456789abcdef.wasm".to_owned(),
            look(&[
                ("cache-control", "public, max-age=31536000, immutable"),
                ("content-encoding", "br"),
            ]),
        )),
        authority: Some(Ok(())),
        relay: Some(Relay::Asks { kept: false }),
        person: Person::Somebody(vec!["openid".to_owned(), SCOPE.to_owned()]),
        service: Some(Ok(())),
        clock_ahead: Some(2.0),
        commit: None,
        complete: true,
    }
}

/// The start page with one header changed; an empty value takes it away.
fn header(seen: &mut Observed, name: &'static str, value: &str) {
    let look = seen.start_page.as_mut().unwrap().as_mut().unwrap();
    look.headers.retain(|(own, _)| *own != name);
    if !value.is_empty() {
        look.headers.push((name, value.to_owned()));
    }
}

fn undescribed(error: SignInError) -> Option<Result<(), Undescribed>> {
    Some(Err(Undescribed {
        error,
        answers: false,
    }))
}

/// What Partner Center's refusal with this status and body becomes.
fn refusal(status: u16, body: &str) -> Option<Result<(), Error>> {
    let exchange = Exchange {
        operation: anybody().operation,
        sent: RequestIds {
            request: "1".to_owned(),
            correlation: "2".to_owned(),
        },
        answer: Answer {
            status,
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: body.to_owned(),
            ..Answer::default()
        },
    };
    Some(Err(Error::from_exchange(&exchange)))
}

/// What a call without a token shows, as [`Relay`] reads it.
fn relayed(status: u16, headers: &[(&str, &str)], body: &str) -> Option<Relay> {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Some(Relay::of(&Answer {
        status,
        headers: headers.collect(),
        body: body.to_owned(),
        ..Answer::default()
    }))
}

fn unrelayed(seen: &mut Observed, relay: Option<Relay>) {
    seen.relay = relay;
    seen.service = None;
}

type Break = fn(&mut Observed);

/// A set-up that is broken in one way: how, the check that has to say so, and what it has to say.
const BROKEN: &[(&str, Break, Key, Key)] = &[
    (
        "plain http on another host",
        |seen| seen.page.secure = false,
        Key::DiagnosticsPage,
        Key::DiagnosticsInsecure,
    ),
    (
        "no network",
        |seen| seen.page.offline = true,
        Key::DiagnosticsPage,
        Key::FailureOffline,
    ),
    (
        "built for another folder",
        |seen| seen.page.base = "/vetted/".into(),
        Key::DiagnosticsPage,
        Key::DiagnosticsBase,
    ),
    (
        "no fallback to index.html",
        |seen| {
            seen.start_page.as_mut().unwrap().as_mut().unwrap().status = 404;
        },
        Key::DiagnosticsPage,
        Key::DiagnosticsFallback,
    ),
    (
        "config.json is missing",
        |seen| {
            seen.config = Some(Err(SetUpProblem::Unread(AssetError::Missing)));
        },
        Key::DiagnosticsConfig,
        Key::DiagnosticsConfigMissing,
    ),
    (
        "index.html in place of config.json",
        |seen| {
            seen.config = Some(Err(SetUpProblem::Unread(AssetError::Html)));
        },
        Key::DiagnosticsConfig,
        Key::DiagnosticsConfigPage,
    ),
    (
        "config.json is forbidden",
        |seen| {
            seen.config = Some(Err(SetUpProblem::Unread(AssetError::Status(403))));
        },
        Key::DiagnosticsConfig,
        Key::DiagnosticsConfigStatus,
    ),
    (
        "config.json is not JSON",
        |seen| {
            seen.config = Some(
                Config::parse("{,}")
                    .map_err(SetUpProblem::Wrong)
                    .map(|mut config| config.tenants.remove(0)),
            );
        },
        Key::DiagnosticsConfig,
        Key::ConfigNotJson,
    ),
    (
        "the client ID is still the example's",
        |seen| {
            seen.config = Some(configured(|config| {
                config["clientId"] = "00000000-0000-0000-0000-000000000000".into()
            }));
        },
        Key::DiagnosticsConfig,
        Key::ConfigFields,
    ),
    (
        "a sign-in service of China and a scope of the global cloud",
        |seen| {
            seen.config = Some(configured(|config| {
                config["authority"] =
                    "https://login.partner.microsoftonline.cn/contoso.example/v2.0".into()
            }));
            header(
                seen,
                "content-security-policy",
                &POLICY.replace(
                    "login.microsoftonline.com",
                    "login.partner.microsoftonline.cn",
                ),
            );
        },
        Key::DiagnosticsConfig,
        Key::DiagnosticsCloud,
    ),
    (
        "connect-src without the sign-in service",
        |seen| {
            header(
                seen,
                "content-security-policy",
                &POLICY.replace(" https://login.microsoftonline.com", ""),
            );
            seen.authority = None;
        },
        Key::DiagnosticsReach,
        Key::DiagnosticsUnreached,
    ),
    (
        "connect-src with the authority's whole address",
        |seen| {
            header(
                seen,
                "content-security-policy",
                &POLICY.replace(
                    "login.microsoftonline.com",
                    "login.microsoftonline.com/contoso.example/v2.0",
                ),
            );
            seen.authority = None;
        },
        Key::DiagnosticsReach,
        Key::DiagnosticsUnreached,
    ),
    (
        "connect-src without the configured API",
        |seen| {
            seen.config = Some(configured(|config| {
                config["partnerCenterUrl"] = "https://api.example".into()
            }));
            unrelayed(seen, None);
        },
        Key::DiagnosticsReach,
        Key::DiagnosticsUnreached,
    ),
    (
        "connect-src open to everybody",
        |seen| {
            header(
                seen,
                "content-security-policy",
                &POLICY.replace("connect-src 'self'", "connect-src *"),
            );
        },
        Key::DiagnosticsReach,
        Key::DiagnosticsWide,
    ),
    (
        "a policy without Trusted Types",
        |seen| {
            header(
                seen,
                "content-security-policy",
                &POLICY.replace("require-trusted-types-for 'script'; ", ""),
            );
        },
        Key::DiagnosticsPolicy,
        Key::DiagnosticsPolicyWeak,
    ),
    (
        "a page that others can frame",
        |seen| {
            header(
                seen,
                "content-security-policy",
                &POLICY.replace("frame-ancestors 'none'; ", ""),
            );
        },
        Key::DiagnosticsPolicy,
        Key::DiagnosticsPolicyWeak,
    ),
    (
        "a policy that allows inline scripts",
        |seen| {
            header(
                seen,
                "content-security-policy",
                &POLICY.replace("'wasm-unsafe-eval'", "'wasm-unsafe-eval' 'unsafe-inline'"),
            );
        },
        Key::DiagnosticsPolicy,
        Key::DiagnosticsPolicyWeak,
    ),
    (
        "https without HSTS",
        |seen| header(seen, "strict-transport-security", ""),
        Key::DiagnosticsHeaders,
        Key::DiagnosticsHeadersWeak,
    ),
    (
        "HSTS for five minutes",
        |seen| header(seen, "strict-transport-security", "max-age=300"),
        Key::DiagnosticsHeaders,
        Key::DiagnosticsHeadersWeak,
    ),
    (
        "no nosniff",
        |seen| header(seen, "x-content-type-options", ""),
        Key::DiagnosticsHeaders,
        Key::DiagnosticsHeadersWeak,
    ),
    (
        "index.html kept for an hour",
        |seen| header(seen, "cache-control", "public, max-age=3600"),
        Key::DiagnosticsFresh,
        Key::DiagnosticsStale,
    ),
    (
        "nothing said about index.html",
        |seen| header(seen, "cache-control", ""),
        Key::DiagnosticsFresh,
        Key::DiagnosticsUnsaid,
    ),
    (
        "config.json kept for a year",
        |seen| {
            seen.config_file = Some(look(&[(
                "cache-control",
                "public, max-age=31536000, immutable",
            )]));
        },
        Key::DiagnosticsFresh,
        Key::DiagnosticsStale,
    ),
    (
        "hashed files not kept",
        |seen| {
            seen.kept_file.as_mut().unwrap().1 =
                look(&[("cache-control", "no-cache"), ("content-encoding", "br")]);
        },
        Key::DiagnosticsKept,
        Key::DiagnosticsUnkept,
    ),
    (
        "hashed files kept for a minute",
        |seen| {
            seen.kept_file.as_mut().unwrap().1 = look(&[
                ("cache-control", "max-age=60"),
                ("content-encoding", "gzip"),
            ]);
        },
        Key::DiagnosticsKept,
        Key::DiagnosticsUnkept,
    ),
    (
        "nothing compressed",
        |seen| {
            seen.kept_file.as_mut().unwrap().1 =
                look(&[("cache-control", "public, max-age=31536000, immutable")]);
        },
        Key::DiagnosticsKept,
        Key::DiagnosticsUncompressed,
    ),
    (
        "a sign-in service that is not there",
        |seen| {
            seen.authority = undescribed(SignInError::NoAnswer(Step::Discovery));
        },
        Key::DiagnosticsAuthority,
        Key::DiagnosticsAuthoritySilent,
    ),
    (
        "a sign-in service without CORS",
        |seen| {
            seen.authority = Some(Err(Undescribed {
                error: SignInError::NoAnswer(Step::Discovery),
                answers: true,
            }));
        },
        Key::DiagnosticsAuthority,
        Key::DiagnosticsCors,
    ),
    (
        "a tenant that does not exist",
        |seen| {
            let error = AuthorityError {
                error: "invalid_tenant".into(),
                ..Default::default()
            };
            seen.authority = undescribed(SignInError::Authority(Box::new(error)));
        },
        Key::DiagnosticsAuthority,
        Key::DiagnosticsAuthorityRefused,
    ),
    (
        "an authority with a wrong path",
        |seen| {
            seen.authority = undescribed(SignInError::Status(Step::Discovery, 404));
        },
        Key::DiagnosticsAuthority,
        Key::DiagnosticsAuthorityStatus,
    ),
    (
        "an authority that is a web site",
        |seen| {
            seen.authority = undescribed(SignInError::Unreadable(Step::Discovery));
        },
        Key::DiagnosticsAuthority,
        Key::DiagnosticsAuthorityUnreadable,
    ),
    (
        "an authority without /v2.0, whose issuer is elsewhere",
        |seen| {
            seen.authority =
                undescribed(SignInError::DiscoveryWrong(DiscoveryProblem::OtherOrigin {
                    field: "issuer",
                    found: "https://sts.windows.net/5b2c8f7e-1a34-4d9c-8e60-7f3a9d1c2b44/".into(),
                    expected: "https://login.microsoftonline.com".into(),
                }));
        },
        Key::DiagnosticsAuthority,
        Key::DiagnosticsAuthorityElsewhere,
    ),
    (
        "a sign-in service without PKCE",
        |seen| {
            seen.authority = undescribed(SignInError::DiscoveryWrong(DiscoveryProblem::NoS256));
        },
        Key::DiagnosticsAuthority,
        Key::DiagnosticsNoPkce,
    ),
    (
        "a description without a token endpoint",
        |seen| {
            seen.authority = undescribed(SignInError::DiscoveryWrong(DiscoveryProblem::Missing(
                "token_endpoint",
            )));
        },
        Key::DiagnosticsAuthority,
        Key::DiagnosticsAuthorityLacks,
    ),
    (
        "a description with plain http",
        |seen| {
            let found = "http://login.microsoftonline.com/token".into();
            seen.authority =
                undescribed(SignInError::DiscoveryWrong(DiscoveryProblem::NotSecure {
                    field: "token_endpoint",
                    found,
                }));
        },
        Key::DiagnosticsAuthority,
        Key::DiagnosticsAuthorityInsecure,
    ),
    (
        "no relay, and index.html for everything",
        |seen| {
            unrelayed(
                seen,
                relayed(200, &[("Content-Type", "text/html")], "<!doctype html>"),
            );
        },
        Key::DiagnosticsRelay,
        Key::DiagnosticsNoRelay,
    ),
    (
        "no relay, and a page that says so",
        |seen| {
            unrelayed(
                seen,
                relayed(404, &[("Content-Type", "text/html")], "<h1>Not found</h1>"),
            );
        },
        Key::DiagnosticsRelay,
        Key::DiagnosticsNoRelay,
    ),
    (
        "no relay, and a bare 404",
        |seen| unrelayed(seen, relayed(404, &[], "")),
        Key::DiagnosticsRelay,
        Key::DiagnosticsNoRelayStatus,
    ),
    (
        "a relay that answers nobody",
        |seen| unrelayed(seen, Some(Relay::Silent)),
        Key::DiagnosticsRelay,
        Key::DiagnosticsRelaySilent,
    ),
    (
        "a relay that redirects",
        |seen| unrelayed(seen, relayed(0, &[], "")),
        Key::DiagnosticsRelay,
        Key::DiagnosticsRedirects,
    ),
    (
        "a password in front of everything",
        |seen| {
            unrelayed(
                seen,
                relayed(
                    401,
                    &[
                        ("WWW-Authenticate", "Basic realm=\"x\""),
                        ("Content-Type", "text/html"),
                    ],
                    "<h1>401</h1>",
                ),
            );
        },
        Key::DiagnosticsRelay,
        Key::DiagnosticsPassword,
    ),
    (
        "an upstream certificate that is not trusted",
        |seen| {
            unrelayed(
                seen,
                relayed(
                    502,
                    &[("Content-Type", "text/html")],
                    "<h1>502 Bad Gateway</h1>",
                ),
            );
        },
        Key::DiagnosticsRelay,
        Key::DiagnosticsUpstream,
    ),
    (
        "a firewall that refuses",
        |seen| {
            unrelayed(
                seen,
                relayed(403, &[("Content-Type", "text/html")], "<h1>403</h1>"),
            );
        },
        Key::DiagnosticsRelay,
        Key::DiagnosticsRefuses,
    ),
    (
        "a relay with a sign-in of its own",
        |seen| {
            unrelayed(
                seen,
                relayed(
                    200,
                    &[("Content-Type", "application/json")],
                    "{\"items\":[]}",
                ),
            );
        },
        Key::DiagnosticsRelay,
        Key::DiagnosticsLetsIn,
    ),
    (
        "a relay that adds caching",
        |seen| {
            seen.relay = relayed(
                401,
                &[
                    ("MS-RequestId", "1"),
                    ("Cache-Control", "public, max-age=600"),
                ],
                "",
            );
        },
        Key::DiagnosticsRelay,
        Key::DiagnosticsRelayKeeps,
    ),
    (
        "a direct address that takes no calls from browsers",
        |seen| {
            seen.config = Some(configured(|config| {
                config["partnerCenterUrl"] = "https://api.example".into()
            }));
            header(
                seen,
                "content-security-policy",
                &POLICY.replace(
                    "'self' https://login",
                    "'self' https://api.example https://login",
                ),
            );
            unrelayed(seen, Some(Relay::Silent));
        },
        Key::DiagnosticsRelay,
        Key::DiagnosticsDirect,
    ),
    (
        "Partner Center has a fault",
        |seen| {
            unrelayed(seen, relayed(503, &[("MS-RequestId", "1")], "{}"));
        },
        Key::DiagnosticsRelay,
        Key::FailureService,
    ),
    (
        "no consent",
        |seen| {
            let error = AuthorityError {
                error: "invalid_grant".into(),
                codes: vec![65001],
                ..Default::default()
            };
            seen.person = Person::Failed(SignInError::Authority(Box::new(error)));
            seen.service = None;
        },
        Key::DiagnosticsSignedIn,
        Key::SignInFailed,
    ),
    (
        "a permission that was not granted",
        |seen| {
            seen.person = Person::Somebody(vec!["openid".into(), "profile".into()]);
        },
        Key::DiagnosticsSignedIn,
        Key::DiagnosticsNoScope,
    ),
    (
        "a relay that drops Authorization",
        |seen| {
            seen.service = refusal(401, r#"{"code":800001,"description":"Token missing"}"#);
        },
        Key::DiagnosticsService,
        Key::FailureTokenLost,
    ),
    (
        "a retired audience",
        |seen| seen.service = refusal(401, r#"{"code":900420}"#),
        Key::DiagnosticsService,
        Key::FailureAudience,
    ),
    (
        "no second factor",
        |seen| seen.service = refusal(401, r#"{"code":"900421"}"#),
        Key::DiagnosticsService,
        Key::FailureMfa,
    ),
    (
        "a wrong role",
        |seen| seen.service = refusal(403, r#"{"code":900308}"#),
        Key::DiagnosticsService,
        Key::FailureRole,
    ),
    (
        "an indirect reseller",
        |seen| seen.service = refusal(403, r#"{"code":900149}"#),
        Key::DiagnosticsService,
        Key::FailureProgramme,
    ),
    (
        "the partner agreement is not accepted",
        |seen| {
            seen.service = refusal(403, r#"{"code":900124}"#);
        },
        Key::DiagnosticsService,
        Key::FailureAgreement,
    ),
    (
        "signed in to a tenant that is no partner",
        |seen| {
            seen.service = refusal(404, r#"{"code":800015}"#);
        },
        Key::DiagnosticsService,
        Key::FailurePartnerUnknown,
    ),
    (
        "Conditional Access",
        |seen| seen.service = refusal(403, r#"{"code":900309}"#),
        Key::DiagnosticsService,
        Key::FailureConditionalAccess,
    ),
    (
        "a clock an hour ahead",
        |seen| seen.clock_ahead = Some(3_600.0),
        Key::DiagnosticsClock,
        Key::DiagnosticsClockAhead,
    ),
    (
        "a clock a day behind",
        |seen| seen.clock_ahead = Some(-86_400.0),
        Key::DiagnosticsClock,
        Key::DiagnosticsClockBehind,
    ),
];

fn broken(how: Break) -> Vec<Finding> {
    let mut seen = healthy();
    how(&mut seen);
    findings(&seen)
}

fn in_state(findings: &[Finding], state: State) -> Vec<(Key, Key)> {
    let those = findings.iter().filter(|finding| finding.state == state);
    those.map(|finding| (finding.check, finding.says)).collect()
}

#[test]
fn a_site_that_is_set_up_rightly_works_in_every_respect() {
    let found = findings(&healthy());
    assert_eq!(found.len(), 12);
    assert_eq!(in_state(&found, State::Works).len(), 12, "{found:#?}");
}

#[test]
fn each_broken_set_up_is_named_by_the_one_check_it_belongs_to() {
    assert!(BROKEN.len() >= 12);
    for (name, how, check, says) in BROKEN {
        let found = broken(*how);
        let wrong = in_state(&found, State::Attention);
        assert_eq!(wrong, [(*check, *says)], "{name}: {found:#?}");
    }
}

#[test]
fn whatever_is_wrong_has_one_explanation_one_next_step_and_somebody_to_take_it() {
    for (name, how, ..) in BROKEN {
        for finding in broken(*how) {
            let (words, next) = (finding.words(), finding.next_words());
            for text in [Some(&words), next.as_ref()].into_iter().flatten() {
                assert!(!text.is_empty() && !text.contains('{'), "{name}: {text}");
            }
            let attention = finding.state == State::Attention;
            assert_eq!(next.is_some(), attention, "{name}: {finding:?}");
        }
    }
}

#[test]
fn what_depends_on_something_broken_is_not_called_wrong() {
    let unchecked = |how: Break| in_state(&broken(how), State::Unchecked);
    assert_eq!(
        unchecked(|seen| {
            seen.config = Some(Err(SetUpProblem::Unread(AssetError::Missing)));
            (seen.authority, seen.relay, seen.service) = (None, None, None);
            seen.person = Person::Nobody;
        }),
        [
            (Key::DiagnosticsReach, Key::DiagnosticsNoConfig),
            (Key::DiagnosticsAuthority, Key::DiagnosticsNoConfig),
            (Key::DiagnosticsRelay, Key::DiagnosticsNoConfig),
            (Key::DiagnosticsSignedIn, Key::DiagnosticsNoConfig),
            (Key::DiagnosticsService, Key::DiagnosticsNoConfig),
        ]
    );
    assert_eq!(
        unchecked(|seen| {
            header(seen, "content-security-policy", "default-src 'none'");
            seen.authority = None;
        }),
        [(Key::DiagnosticsAuthority, Key::DiagnosticsBlocked)]
    );
    assert_eq!(
        unchecked(|seen| {
            seen.person = Person::Nobody;
            seen.service = None;
        }),
        [
            (Key::DiagnosticsSignedIn, Key::DiagnosticsNobody),
            (Key::DiagnosticsService, Key::DiagnosticsNobody),
        ]
    );
    assert_eq!(
        unchecked(|seen| unrelayed(seen, Some(Relay::Silent))),
        [(Key::DiagnosticsService, Key::DiagnosticsNoWay)]
    );
    assert_eq!(
        unchecked(|seen| {
            seen.start_page = Some(None);
            (seen.clock_ahead, seen.kept_file) = (None, None);
        }),
        [
            (Key::DiagnosticsReach, Key::DiagnosticsNoStartPage),
            (Key::DiagnosticsPolicy, Key::DiagnosticsNoStartPage),
            (Key::DiagnosticsHeaders, Key::DiagnosticsNoStartPage),
            (Key::DiagnosticsFresh, Key::DiagnosticsNoStartPage),
            (Key::DiagnosticsKept, Key::DiagnosticsNoFile),
            (Key::DiagnosticsClock, Key::DiagnosticsNoDate),
        ]
    );
}

#[test]
fn before_anything_is_known_nothing_is_called_wrong_or_right() {
    let page = healthy().page;
    let found = findings(&Observed {
        page,
        ..Observed::default()
    });
    assert_eq!(in_state(&found, State::Attention), []);
    assert_eq!(
        in_state(&found, State::Works).len(),
        1,
        "the page itself is known"
    );
}

#[test]
fn a_site_without_a_policy_is_told_so_once_for_each_thing_that_the_policy_does() {
    let found = broken(|seen| header(seen, "content-security-policy", ""));
    assert_eq!(
        in_state(&found, State::Attention),
        [
            (Key::DiagnosticsReach, Key::DiagnosticsNoPolicy),
            (Key::DiagnosticsPolicy, Key::DiagnosticsNoPolicy),
        ]
    );
}

#[test]
fn the_redirect_address_to_register_is_given_whether_the_authority_answers_or_not() {
    for how in [(|_| ()) as Break, |seen| {
        seen.authority = undescribed(SignInError::NoAnswer(Step::Discovery))
    }] {
        let mut seen = healthy();
        seen.page.base = "/vetted/".to_owned();
        how(&mut seen);
        let all = findings(&seen);
        let found = all
            .iter()
            .find(|one| one.check == Key::DiagnosticsAuthority);
        assert_eq!(
            found.unwrap().redirect.as_deref(),
            Some("https://vetted.example/vetted/auth/callback")
        );
    }
}

#[test]
fn every_field_that_has_to_be_corrected_is_named_with_what_belongs_there() {
    let found = broken(|seen| {
        seen.config = Some(configured(|config| {
            config["clientId"] = "nonsense".into();
            config["authority"] = serde_json::Value::Null;
        }));
    });
    let config = found
        .iter()
        .find(|one| one.check == Key::DiagnosticsConfig)
        .unwrap();
    let fields: BTreeSet<_> = config
        .lines
        .iter()
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(fields, BTreeSet::from(["authority", "clientId"]));
    assert!(
        config.lines.iter().all(|line| line.contains("Expected: ")),
        "{config:?}"
    );
}

#[test]
fn on_this_computer_no_https_is_asked_for() {
    let mut seen = healthy();
    seen.page.origin = "http://127.0.0.1:8080".to_owned();
    header(&mut seen, "strict-transport-security", "");
    assert_eq!(in_state(&findings(&seen), State::Attention), []);
}

#[test]
fn support_gets_the_facts_of_a_refusal_and_not_the_service_s_words() {
    let found = broken(|seen| {
        seen.service = refusal(403, r#"{"code":900308,"description":"Northfield may not"}"#);
    });
    let service = found
        .iter()
        .find(|one| one.check == Key::DiagnosticsService)
        .unwrap();
    assert!(
        service.lines.iter().any(|line| line.contains("900308")),
        "{service:?}"
    );
    assert!(
        !format!("{service:?}").contains("Northfield"),
        "{service:?}"
    );
}

#[test]
fn every_diagnosis_finds_somebody_who_can_mend_it() {
    let error = |kind| Error {
        kind,
        status: None,
        code: None,
        message: None,
        request_id: None,
        correlation_id: None,
        retry_after: None,
        operation: Operation::Search,
    };
    for silence in [Silence::Unexplained, Silence::Offline] {
        let finding = refused(
            Key::DiagnosticsService,
            &error(ErrorKind::NoAnswer(silence)),
        );
        assert_eq!(finding.next.unwrap().0, YOU);
    }
    for (diagnosis, who) in [
        (Diagnosis::TokenLost, HOST),
        (Diagnosis::AudienceRetired, CONFIG),
        (Diagnosis::MfaMissing, ENTRA),
        (Diagnosis::RoleMissing, PARTNER),
        (Diagnosis::Throttled, YOU),
    ] {
        assert_eq!(who_mends(diagnosis), who, "{diagnosis:?}");
    }
}
