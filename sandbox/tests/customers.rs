//! The API's customers, headers and tokens, over HTTP and against the documents.
//! Must not know the sandbox's insides.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Sandbox, encode, filter, named, send};
use sandbox::Options;
use serde_json::{Value, json};

fn names(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| {
            item["companyProfile"]["companyName"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}

/// Follows `links.next` to the end, as the documents say.
async fn all_pages(sandbox: &Sandbox, first: &str) -> Vec<Vec<String>> {
    let token = sandbox.token("admin").await;
    let mut pages = Vec::new();
    let mut answer = sandbox.get(first).await.json();
    loop {
        pages.push(names(&answer));
        assert_eq!(answer["totalCount"], pages.last().unwrap().len());
        let Some(next) = answer["links"].get("next") else {
            return pages;
        };
        let header = &next["headers"][0];
        assert_eq!(header["key"], "MS-ContinuationToken");
        let request = sandbox
            .call(
                &token,
                "GET",
                &format!("/v1{}", next["uri"].as_str().unwrap()),
            )
            .header("MS-ContinuationToken", header["value"].as_str().unwrap());
        let got = send(request).await.unwrap();
        assert_eq!(got.status, 200, "{}", got.text);
        common::check_shape("/v1/customers", "GET", &got);
        answer = got.json();
    }
}

#[tokio::test]
async fn the_list_is_paged_with_continuation_tokens_and_every_customer_comes_once() {
    let sandbox = Sandbox::start().await;
    let whole = all_pages(&sandbox, "/v1/customers?size=0").await;
    assert_eq!(whole.len(), 1);
    assert!(whole[0].len() > 80);
    let pages = all_pages(&sandbox, "/v1/customers?size=25").await;
    assert!(pages[..pages.len() - 1].iter().all(|page| page.len() == 25));
    assert_eq!(pages.concat(), whole[0]);
}

#[tokio::test]
async fn a_search_finds_prefixes_of_name_or_domain_whatever_the_case() {
    let sandbox = Sandbox::start().await;
    let by_name = sandbox
        .get(&format!(
            "/v1/customers?size=0&filter={}",
            filter("CompanyName", "NORTHF")
        ))
        .await
        .json();
    assert_eq!(names(&by_name), ["Northfield Primary School"]);
    let by_domain = sandbox
        .get(&format!(
            "/v1/customers?size=0&filter={}",
            filter("Domain", "NorthGate")
        ))
        .await
        .json();
    assert_eq!(names(&by_domain), ["Northgate College"]);
    let not_contains = sandbox
        .get(&format!(
            "/v1/customers?filter={}",
            filter("CompanyName", "field")
        ))
        .await
        .json();
    assert!(names(&not_contains).is_empty());
    assert!(not_contains["links"].get("next").is_none());
}

#[tokio::test]
async fn a_search_takes_quotes_backslashes_emoji_percent_and_right_to_left_text() {
    let sandbox = Sandbox::start().await;
    for prefix in [
        "\"Quote\" \\",
        "🎓 Sun",
        "100% Plus+",
        "مدرسة",
        "<b>Bold",
        "árvíztűrő",
    ] {
        let path = format!(
            "/v1/customers?size=0&filter={}",
            filter("CompanyName", prefix)
        );
        assert_eq!(names(&sandbox.get(&path).await.json()).len(), 1, "{prefix}");
    }
}

#[tokio::test]
async fn the_pages_of_a_search_stay_within_the_search() {
    let sandbox = Sandbox::start().await;
    let pages = all_pages(
        &sandbox,
        &format!(
            "/v1/customers?size=5&filter={}",
            filter("CompanyName", "public school")
        ),
    )
    .await;
    assert_eq!(pages.concat().len(), 20);
    assert!(
        pages
            .concat()
            .iter()
            .all(|name| name.starts_with("Public School"))
    );
}

#[tokio::test]
async fn a_malformed_list_request_is_refused_with_the_documented_code() {
    let sandbox = Sandbox::start().await;
    let bad_filter = |text: &str| format!("/v1/customers?size=0&filter={}", encode(text));
    for (path, expected) in [
        ("/v1/customers?size=501".to_owned(), (400, 800_002)),
        ("/v1/customers?size=-1".to_owned(), (400, 800_002)),
        ("/v1/customers?size=x".to_owned(), (400, 800_002)),
        ("/v1/customers?page=2".to_owned(), (400, 800_002)),
        (
            "/v1/customers?size=5&seekOperation=Next".to_owned(),
            (400, 800_002),
        ),
        (
            "/v1/customers?size=5&seekOperation=Sideways".to_owned(),
            (400, 900_126),
        ),
        (
            "/v1/customers?size=5&seekOperation=Previous".to_owned(),
            (400, 900_141),
        ),
        (bad_filter("{"), (400, 800_002)),
        (bad_filter("[]"), (400, 800_002)),
        (
            bad_filter(r#"{"field":"CompanyName","Value":"a","Operator":"starts_with"}"#),
            (400, 800_002),
        ),
        (
            bad_filter(r#"{"Field":"CompanyName","Value":"","Operator":"starts_with"}"#),
            (400, 800_002),
        ),
        (
            bad_filter(r#"{"Field":"CompanyName","Value":"a"}"#),
            (400, 800_002),
        ),
        (
            bad_filter(r#"{"Field":"CompanyName","Value":"a","Operator":"contains"}"#),
            (400, 900_126),
        ),
        (
            bad_filter(r#"{"Field":"Name","Value":"a","Operator":"starts_with"}"#),
            (400, 900_126),
        ),
        (
            bad_filter(r#"{"Field":"IndirectReseller","Value":"a","Operator":"starts_with"}"#),
            (400, 900_141),
        ),
    ] {
        assert_eq!(sandbox.get(&path).await.refusal(), expected, "{path}");
    }
    let token = sandbox.token("admin").await;
    for (path, header) in [
        ("/v1/customers?seekOperation=Next", "garbage"),
        ("/v1/customers", "WyJ4IiwwLDUsbnVsbF0"),
    ] {
        let got = send(
            sandbox
                .call(&token, "GET", path)
                .header("MS-ContinuationToken", header),
        )
        .await
        .unwrap();
        assert_eq!(got.refusal(), (400, 800_002), "{path} {header}");
    }
}

#[tokio::test]
async fn a_customer_is_given_in_full_and_without_delegated_access_in_part() {
    let sandbox = Sandbox::start().await;
    let full = sandbox
        .get(&format!("/v1/customers/{}", named(1)))
        .await
        .json();
    assert_eq!(full["id"], named(1));
    assert_eq!(
        full["companyProfile"]["companyName"],
        "Northfield Primary School"
    );
    assert!(common::same_shape(&full, &common::fixture("customer")));
    let part = sandbox
        .get(&format!("/v1/customers/{}", named(56)))
        .await
        .json();
    assert!(common::same_shape(
        &part,
        &common::fixture("customer-without-details")
    ));
}

#[tokio::test]
async fn an_id_in_capitals_is_the_same_customer_and_other_spellings_are_none() {
    let sandbox = Sandbox::start().await;
    assert_eq!(
        sandbox
            .get(&format!("/v1/customers/{}", named(1).to_uppercase()))
            .await
            .status,
        200
    );
    let unhyphenated = named(1).replace('-', "");
    for (id, expected) in [
        ("00000000-0000-4000-8000-000000000000", (404, 60_003)),
        ("not-a-guid", (400, 900_118)),
        (unhyphenated.as_str(), (400, 900_118)),
        ("%7B5eed0000-0000-4000-8000-000000000001%7D", (400, 900_118)),
    ] {
        assert_eq!(
            sandbox.get(&format!("/v1/customers/{id}")).await.refusal(),
            expected,
            "{id}"
        );
        assert_eq!(
            sandbox
                .get(&format!("/v1/customers/{id}/qualifications"))
                .await
                .refusal(),
            expected,
            "{id}"
        );
    }
}

#[tokio::test]
async fn validation_codes_come_normal_unlimited_used_up_and_with_a_leading_zero_or_not_at_all() {
    let sandbox = Sandbox::start().await;
    let codes = sandbox.get("/v1/customers/all/validations").await.json();
    let ids: Vec<_> = codes
        .as_array()
        .unwrap()
        .iter()
        .map(|code| code["validationId"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["12345", "987654", "0042", "55555"]);
    assert_eq!(codes[1]["maxCreates"], Value::Null);
    assert_eq!(codes[3]["remainingCreates"], 0);
    sandbox
        .control("PUT", "/sandbox/validation-codes", json!([]))
        .await;
    assert_eq!(
        sandbox.get("/v1/customers/all/validations").await.json(),
        json!([])
    );
}

#[tokio::test]
async fn unknown_paths_are_not_found_and_wrong_methods_not_allowed() {
    let sandbox = Sandbox::start().await;
    let token = sandbox.token("admin").await;
    for path in [
        "/v1",
        "/v1/",
        "/v1/Customers",
        "/v1/customer",
        "/v1/customers/1/2/3",
        "/v1/customers/all/validations/1",
    ] {
        assert_eq!(sandbox.get(path).await.refusal(), (404, 1000), "{path}");
    }
    let customer = format!("/v1/customers/{}", named(1));
    let qualifications = format!("{customer}/qualifications");
    for (method, path) in [
        ("POST", "/v1/customers"),
        ("DELETE", customer.as_str()),
        ("PUT", qualifications.as_str()),
        ("DELETE", qualifications.as_str()),
        ("OPTIONS", qualifications.as_str()),
    ] {
        let got = send(sandbox.call(&token, method, path)).await.unwrap();
        assert_eq!(got.status, 405, "{method} {path}");
        assert!(got.header("allow").starts_with("GET"));
    }
}

#[tokio::test]
async fn the_headers_the_documents_require_are_required() {
    let sandbox = Sandbox::start().await;
    let token = sandbox.token("admin").await;
    let complete = [
        ("accept", "application/json"),
        ("ms-requestid", common::REQUEST_ID),
        ("ms-correlationid", common::CORRELATION_ID),
        ("ms-contract-version", "v1"),
        ("x-locale", "hu-HU"),
    ];
    let with = |name: &'static str, value: Option<&'static str>| {
        let kept = complete
            .iter()
            .filter(move |(key, _)| *key != name)
            .copied();
        let all: Vec<_> = kept.chain(value.map(|value| (name, value))).collect();
        let request = sandbox
            .request("GET", "/v1/customers?size=1")
            .header("authorization", format!("Bearer {token}"));
        all.into_iter().fold(request, |request, (name, value)| {
            request.header(name, value)
        })
    };
    assert_eq!(
        send(with("accept", Some("application/json")))
            .await
            .unwrap()
            .status,
        200
    );
    assert_eq!(
        send(with("accept", Some("text/html, application/json;q=0.9")))
            .await
            .unwrap()
            .status,
        200
    );
    assert_eq!(
        send(with("accept", Some("application/xml")))
            .await
            .unwrap()
            .status,
        406
    );
    for (name, value) in [
        ("ms-requestid", None),
        ("ms-requestid", Some("1")),
        (
            "ms-requestid",
            Some("{11111111-aaaa-4bbb-8ccc-000000000001}"),
        ),
        ("ms-correlationid", None),
        ("ms-correlationid", Some("not-a-guid")),
        ("ms-contract-version", Some("v2")),
    ] {
        let got = send(with(name, value)).await.unwrap();
        assert_eq!(got.refusal(), (400, 800_002), "{name}: {value:?}");
        let description = got.json()["description"].as_str().unwrap().to_lowercase();
        assert!(description.contains(name), "{description}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_documented_headers_and_the_date_of_the_sandbox() {
    let sandbox = Sandbox::start().await;
    sandbox
        .control(
            "POST",
            "/sandbox/clock",
            json!({ "now": "2031-05-06T07:08:09Z", "speed": 0 }),
        )
        .await;
    for path in ["/v1/customers?size=1", "/v1/customers/none"] {
        let got = sandbox.get(path).await;
        assert_eq!(got.header("ms-requestid"), common::REQUEST_ID);
        assert_eq!(got.header("ms-correlationid"), common::CORRELATION_ID);
        assert!(!got.header("ms-cv").is_empty() && !got.header("ms-serverid").is_empty());
        assert!(got.header("request-context").starts_with("appId="));
        assert_eq!(got.header("date"), "Tue, 06 May 2031 07:08:09 GMT");
    }
    let token = sandbox.token("admin").await;
    let got = send(
        sandbox
            .call(&token, "GET", "/v1/customers?size=1")
            .header("ValidateMfa", "true"),
    )
    .await
    .unwrap();
    assert_eq!(got.header("ismfacompliant"), "true");
}

#[tokio::test]
async fn each_persona_gets_what_the_documents_say() {
    let sandbox = Sandbox::start().await;
    for (persona, reading, requesting) in [
        ("admin", None, None),
        ("sales", None, None),
        ("helpdesk", None, Some((403, 900_150))),
        ("no-mfa", Some((401, 900_421)), Some((401, 900_421))),
        ("reseller", Some((403, 900_149)), Some((403, 900_149))),
    ] {
        let token = sandbox.token(persona).await;
        let got = send(sandbox.call(&token, "GET", "/v1/customers?size=1"))
            .await
            .unwrap();
        assert_eq!(
            (got.status != 200).then(|| got.refusal()),
            reading,
            "{persona}"
        );
        let body = r#"{"qualification":"StateOwnedEntity"}"#;
        let customer = if persona == "sales" {
            named(2)
        } else {
            named(1)
        };
        let got = sandbox
            .post_as(persona, &common::fresh_guid(), &customer, "", body)
            .await
            .unwrap();
        assert_eq!(
            (got.status != 201).then(|| got.refusal()),
            requesting,
            "{persona}"
        );
    }
}

#[tokio::test]
async fn a_missing_expired_unknown_or_misdirected_token_is_refused_each_in_its_way() {
    let sandbox = Sandbox::start().await;
    let missing = send(
        sandbox
            .request("GET", "/v1/customers")
            .header("accept", "application/json"),
    )
    .await
    .unwrap();
    assert_eq!(missing.refusal(), (401, 800_001));
    let unknown = send(sandbox.call("nonsense", "GET", "/v1/customers"))
        .await
        .unwrap();
    assert_eq!((unknown.status, unknown.text.as_str()), (401, ""));
    assert!(unknown.header("www-authenticate").contains("invalid_token"));
    let token = sandbox.token("admin").await;
    sandbox.advance(3599).await;
    assert_eq!(
        send(sandbox.call(&token, "GET", "/v1/customers?size=1"))
            .await
            .unwrap()
            .status,
        200
    );
    sandbox.advance(2).await;
    let expired = send(sandbox.call(&token, "GET", "/v1/customers?size=1"))
        .await
        .unwrap();
    assert_eq!((expired.status, expired.text.as_str()), (401, ""));
    let retired = json!({ "persona": "admin", "audience": "https://graph.windows.net" });
    let retired = sandbox.control("POST", "/sandbox/token", retired).await["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let got = send(sandbox.call(&retired, "GET", "/v1/customers"))
        .await
        .unwrap();
    assert_eq!(got.refusal(), (401, 900_420));
}

#[tokio::test]
async fn the_api_has_no_cors_unless_an_origin_is_named() {
    let origin = "http://127.0.0.1:1234";
    let preflight = |sandbox: &Sandbox, origin: &str| {
        sandbox
            .request("OPTIONS", "/v1/customers")
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .header(
                "access-control-request-headers",
                "authorization,ms-requestid",
            )
    };
    let closed = Sandbox::start().await;
    let got = send(preflight(&closed, origin)).await.unwrap();
    assert_eq!(
        (got.status, got.header("access-control-allow-origin")),
        (401, "")
    );
    let open = Sandbox::with(Options {
        cors: Some(origin.to_owned()),
        customers: 0,
        ..Options::default()
    })
    .await;
    let got = send(preflight(&open, origin)).await.unwrap();
    assert_eq!(
        (got.status, got.header("access-control-allow-origin")),
        (204, origin)
    );
    assert!(
        got.header("access-control-allow-headers")
            .contains("ms-requestid")
    );
    let other = send(preflight(&open, "http://127.0.0.1:4321"))
        .await
        .unwrap();
    assert_eq!(other.header("access-control-allow-origin"), "");
    let token = open.token("admin").await;
    let got = send(
        open.call(&token, "GET", "/v1/customers?size=1")
            .header("origin", origin),
    )
    .await
    .unwrap();
    assert_eq!(got.header("access-control-allow-origin"), origin);
    assert!(
        got.header("access-control-expose-headers")
            .contains("ms-requestid")
    );
}

#[tokio::test]
async fn ten_thousand_customers_are_there_soon_and_can_be_searched() {
    let before = std::time::Instant::now();
    let sandbox = Sandbox::with(Options {
        customers: 10_000,
        ..Options::default()
    })
    .await;
    let started = before.elapsed();
    let found = sandbox
        .get(&format!(
            "/v1/customers?size=100&filter={}",
            filter("CompanyName", "Public School 9")
        ))
        .await;
    assert_eq!(names(&found.json()).len(), 100);
    #[allow(clippy::print_stdout)]
    {
        println!(
            "10000 customers: started in {started:?}, first search after {:?}",
            before.elapsed()
        );
    }
    assert!(started.as_secs() < 60, "the sandbox hangs at its start");
}

#[tokio::test]
async fn the_status_of_an_account_is_given_for_those_who_have_one() {
    let sandbox = Sandbox::start().await;
    let status = async |number: u16| {
        let path = format!(
            "/v1/customers/{}/validationStatus?type=account",
            named(number)
        );
        sandbox.get(&path).await
    };
    for (number, expected) in [
        (111, "Allowed"),
        (112, "UnderReview"),
        (113, "NotAllowed"),
        (114, "Unknown"),
        (115, "Not Ready"),
        (116, "Escalated"),
    ] {
        let got = status(number).await;
        assert_eq!((got.status, &got.json()["status"]), (200, &json!(expected)));
        let at = got.json()["lastUpdateDateTime"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(at.len() == 19 && !at.contains('Z'), "{at}");
    }
    assert_eq!(status(1).await.refusal(), (404, 600_074));
    assert_eq!(status(71).await.refusal(), (404, 60_003));
    let added = json!({ "name": "North School", "accountStatus": "NotAllowed" });
    let added = sandbox.control("POST", "/sandbox/customers", added).await;
    let path = format!(
        "/v1/customers/{}/validationStatus?type=account",
        added["id"].as_str().unwrap()
    );
    assert_eq!(sandbox.get(&path).await.json()["status"], "NotAllowed");
}

#[tokio::test]
async fn the_status_of_an_account_is_asked_for_in_one_way_only() {
    let sandbox = Sandbox::start().await;
    let (known, unknown) = (named(111), "00000000-0000-4000-8000-000000000000");
    for (id, rest, expected) in [
        (known.as_str(), "validationStatus", (400, 800_002)),
        (&known, "validationStatus?type=", (400, 900_126)),
        (&known, "validationStatus?type=Account", (400, 900_126)),
        (&known, "validationStatus?type=order", (400, 900_126)),
        (
            &known,
            "validationStatus?type=account&size=1",
            (400, 800_002),
        ),
        (&known, "validationstatus?type=account", (404, 1000)),
        (&known, "validationStatus/account", (404, 1000)),
        (unknown, "validationStatus?type=account", (404, 60_003)),
        (
            "not-a-guid",
            "validationStatus?type=account",
            (400, 900_118),
        ),
    ] {
        let got = sandbox.get(&format!("/v1/customers/{id}/{rest}")).await;
        assert_eq!(got.refusal(), expected, "{id} {rest}");
    }
    for (persona, expected) in [("helpdesk", 200), ("no-mfa", 401), ("reseller", 403)] {
        let token = sandbox.token(persona).await;
        let path = format!("/v1/customers/{known}/validationStatus?type=account");
        let got = send(sandbox.call(&token, "GET", &path)).await.unwrap();
        assert_eq!(got.status, expected, "{persona}");
    }
}
