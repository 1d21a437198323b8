//! Markup and whatever breaks layouts in every text that the app is given: by Partner Center, by the authority, by the
//! configuration, by the address. It never runs, never becomes an element, and never makes a page wider than the window.
//! Must not know how the app writes text.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use e2e::{Find, PartnerCenter, Role, World, customer_path, run_in_chromium, send_raw, until};
use serde_json::{Value, json};

use crate::attacks::{encoded, leaves_for_the_authority, value};

const NORTHFIELD: u16 = 1;
const NORTHWICK: u16 = 3;
const WIDTHS: [u32; 2] = [320, 1280];

/// What is tried everywhere: each would show in another way that it was taken for more than text.
const ATTACKS: [&str; 9] = [
    "<img src=x onerror=\"window.attacked='img'\">",
    "</script><script>window.attacked='script'</script>",
    "<svg onload=\"window.attacked='svg'\"><a xlink:href=\"javascript:window.attacked='link'\">x</a></svg>",
    "\"><style>*{display:none}</style>'><iframe src=/></iframe>",
    "{{constructor.constructor('window.attacked=1')()}}${window.attacked=1}",
    "javascript:window.attacked='address'//",
    "&lt;b&gt;&#x3C;i&#x3E;%3Cu%3E",
    // Turned around, invisible, and joined to a word that no line holds.
    "\u{202e}gnp.exe\u{2066}\u{200b}\u{200d}\u{feff}\u{fdfd}",
    "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
];

/// All of them in one text.
fn hostile() -> String {
    ATTACKS.concat()
}

/// The same value with every text in it replaced, but for IDs and links, without which nothing would be shown.
fn poisoned(value: &Value) -> Value {
    let is_id = |text: &str| text.len() == 36 && text.split('-').count() == 5;
    match value {
        Value::String(text) if !is_id(text) => hostile().into(),
        Value::Array(items) => items.iter().map(poisoned).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| match name.as_str() {
                "links" => (name.clone(), value.clone()),
                _ => (name.clone(), poisoned(value)),
            })
            .collect(),
        other => other.clone(),
    }
}

/// What Partner Center truly answers.
async fn truth(w: &World, path: &str) -> Value {
    let persona = json!({ "persona": "admin" });
    let token = w.partner_center.control("POST", "/sandbox/token", persona);
    let token = token["access_token"].as_str();
    let origin = w.partner_center.origin();
    let id = PartnerCenter::customer(NORTHFIELD);
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\naccept: application/json\r\n\
         ms-requestid: {id}\r\nms-correlationid: {id}\r\nconnection: close\r\n\r\n",
        origin.trim_start_matches("http://"),
        token.expect("a token"),
    );
    let answer = send_raw(&origin, &request).await;
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let value = serde_json::from_str(body.trim_start_matches('\u{feff}'));
    value.unwrap_or_else(|error| panic!("{path}: {error}: {answer}"))
}

/// From here on this address answers so.
fn answers(w: &World, method: &str, path: &str, status: u16, body: &Value) {
    let text = body.to_string();
    w.partner_center.fails(json!({
        "method": method, "path": path, "times": null, "status": status,
        "contentType": "application/json", "body": text,
    }));
}

/// What a text has done that it must not: run, become an element, make the page wider than the window.
async fn harm(w: &World) -> Vec<String> {
    const ELEMENTS: &str = "return [...document.querySelectorAll(
        'img, iframe, object, embed, body style, body script:not([src]), [onerror], [onload], a[href^=javascript i], b, u'
      )].map((one) => one.outerHTML)";
    let mut harm = Vec::new();
    let ran = w.run_script("return window.attacked ?? null", vec![]).await;
    if !ran.is_null() {
        harm.push(format!("it ran: {ran}"));
    }
    let elements = w.run_script(ELEMENTS, vec![]).await;
    if elements != json!([]) {
        harm.push(format!("it became an element: {elements}"));
    }
    for width in WIDTHS {
        w.is_wide(width).await;
        let overhang = w.overhang().await;
        if overhang > 0 {
            let wide = w.wide_things().await;
            harm.push(format!(
                "it is {overhang} pixels wider than {width}: {wide}"
            ));
        }
    }
    harm
}

async fn is_harmless(w: &World, what: &str) {
    let harm = harm(w).await;
    assert!(harm.is_empty(), "{what}: {harm:?}");
}

/// The page shows the text as text, whole.
async fn shows_it(w: &World, what: &str) {
    let script = "return (document.querySelector('main') ?? document.body).textContent.includes(arguments[0])";
    until(&format!("{what} shows the text"), async || {
        let there = w.run_script(script, vec![hostile().into()]).await;
        if there == true {
            Ok(())
        } else {
            Err(String::new())
        }
    })
    .await;
    is_harmless(w, what).await;
}

/// Opens everything that is folded away.
async fn unfolds(w: &World) {
    let open = "document.querySelectorAll('details').forEach((one) => { one.open = true })";
    w.run_script(open, vec![]).await;
}

#[test]
fn a_text_that_does_harm_would_be_noticed() {
    run_in_chromium(async |w| {
        w.open("/").await;
        w.shows_page("Know what a customer is qualified for").await;
        is_harmless(w, "before").await;
        for (script, noticed) in [
            ("window.attacked = 'img'", "it ran"),
            (
                "document.querySelector('main').append(document.createElement('b'))",
                "it became an element",
            ),
            (
                "const wide = document.createElement('p'); wide.textContent = 'w'.repeat(400); wide.className = 'mono'; \
                 wide.style.overflowWrap = 'normal'; document.querySelector('main').append(wide)",
                "it is ",
            ),
        ] {
            w.run_script(script, vec![]).await;
            let harm = harm(w).await;
            assert!(
                harm.iter().any(|words| words.starts_with(noticed)),
                "{noticed}: {harm:?}"
            );
        }
    });
}

#[test]
fn markup_in_every_text_of_partner_center_is_text_and_fits() {
    run_in_chromium(async |w| {
        let list = truth(w, "/v1/customers?size=3").await;
        let customer = truth(w, &format!("/v1{}", customer_path(NORTHFIELD))).await;
        let codes = truth(w, "/v1/customers/all/validations").await;
        w.open_as("Admin agent", "/").await;

        answers(w, "GET", "/v1/customers", 200, &poisoned(&list));
        w.look_up("North").await;
        shows_it(w, "the results").await;

        let path = format!("/v1{}", customer_path(NORTHFIELD));
        answers(w, "GET", &path, 200, &poisoned(&customer));
        let text = hostile();
        let qualifications = json!([
            { "qualification": text, "vettingStatus": text, "vettingReason": text, "vettingCreateDate": text },
            { "qualification": "Education", "vettingStatus": "Denied", "vettingReason": text, "vettingCreateDate": text },
            { "qualification": "GovernmentCommunityCloud", "vettingStatus": text, text.clone(): text },
        ]);
        w.partner_center.reports(NORTHFIELD, qualifications);
        w.open(&customer_path(NORTHFIELD)).await;
        w.card("Education").appears().await;
        unfolds(w).await;
        shows_it(w, "the customer").await;

        answers(
            w,
            "GET",
            "/v1/customers/all/validations",
            200,
            &poisoned(&codes),
        );
        w.open(&format!("{}/request", customer_path(NORTHWICK)))
            .await;
        w.radio("Government Community Cloud").click().await;
        w.combobox("Validation code").appears().await;
        is_harmless(w, "the form").await;

        let posted = json!({ "qualification": text, "vettingStatus": text, "vettingReason": text });
        answers(w, "POST", "*/qualifications", 201, &posted);
        w.open(&format!("{}/request", customer_path(NORTHWICK)))
            .await;
        w.radio("State-owned entity").click().await;
        w.button("Continue").click().await;
        w.button("Send request").click().await;
        w.button("Send request").is_gone().await;
        unfolds(w).await;
        is_harmless(w, "the outcome").await;
    });
}

#[test]
fn markup_in_every_shape_of_an_error_is_text_and_fits() {
    run_in_chromium(async |w| {
        w.open_as("Admin agent", "/").await;
        let text = hostile();
        let shapes = [
            json!({ "code": 800002, "description": text, "data": [text, text], "source": text }),
            json!({ "code": text, "message": text, "statusCode": text }),
            json!({ "error": { "code": text, "message": text, "details": [{ "code": text, "message": text }] } }),
            json!({ "type": text, "title": text, "detail": text, "instance": text, "traceId": text }),
            json!({ "errors": { text.clone(): [text] }, "title": text }),
            json!(text),
        ];
        for (shape, status) in shapes.iter().zip([400, 403, 409, 404, 422, 500]) {
            w.partner_center.fails_no_more();
            let what = format!("the error {status}");
            answers(w, "GET", "*/qualifications", status, shape);
            w.open(&customer_path(NORTHFIELD)).await;
            w.region("Qualifications").alert().appears().await;
            unfolds(w).await;
            is_harmless(w, &what).await;

            w.partner_center.fails_no_more();
            answers(w, "POST", "*/qualifications", status, shape);
            w.open(&format!("{}/request", customer_path(NORTHWICK)))
                .await;
            w.radio("State-owned entity").click().await;
            w.button("Continue").click().await;
            w.button("Send request").click().await;
            w.button("Send request").is_gone().await;
            unfolds(w).await;
            is_harmless(w, &format!("{what} to a request")).await;
        }
    });
}

#[test]
fn markup_in_every_text_of_the_authority_is_text_and_fits() {
    run_in_chromium(async |w| {
        let text = hostile();
        // Its description of itself.
        let issuer = w.partner_center.origin();
        for document in [
            json!({ "issuer": text, "authorization_endpoint": text, "token_endpoint": text }),
            json!({ "issuer": format!("{issuer}/{text}"), "authorization_endpoint": text, "token_endpoint": text }),
            json!({ "error": text, "error_description": text, "trace_id": text, "correlation_id": text, "timestamp": text }),
        ] {
            let status = if document.get("error").is_some() {
                400
            } else {
                200
            };
            w.partner_center.fails_no_more();
            answers(w, "GET", "*/openid-configuration", status, &document);
            w.open("/").await;
            w.button("Sign in").click().await;
            w.alert().says("Signing in did not work.").await;
            unfolds(w).await;
            is_harmless(w, "a wrong description").await;
        }
        w.partner_center.fails_no_more();

        // Its refusal in the address.
        w.open("/").await;
        let query = leaves_for_the_authority(w).await;
        let state = value(&query, "state");
        let issuer = format!("{issuer}/{}/v2.0", sandbox::TENANT_ID);
        let refusal = encoded(&[
            ("error", &text),
            ("error_description", &text),
            ("state", &state),
            ("iss", &issuer),
        ]);
        w.open(&format!("/auth/callback#{refusal}")).await;
        w.alert().says("Signing in did not work.").await;
        unfolds(w).await;
        shows_it(w, "a refusal in the address").await;

        // An answer that names another.
        w.open("/").await;
        let query = leaves_for_the_authority(w).await;
        let state = value(&query, "state");
        let answer = encoded(&[("code", &text), ("state", &state), ("iss", &text)]);
        w.open(&format!("/auth/callback#{answer}")).await;
        w.alert().says("Signing in did not work.").await;
        unfolds(w).await;
        shows_it(w, "an answer of another").await;

        // The refusal of the token endpoint.
        let refusal = json!({
            "error": text, "error_description": text, "error_codes": [50076], "trace_id": text,
            "correlation_id": text, "timestamp": text,
        });
        answers(w, "POST", "*/token", 400, &refusal);
        w.open("/").await;
        w.button("Sign in").click().await;
        w.pick("Admin agent").await;
        w.alert().says("Signing in did not work.").await;
        unfolds(w).await;
        shows_it(w, "a refusal of the code").await;
        w.partner_center.fails_no_more();

        // The person's name.
        w.partner_center.expire(json!({ "session": true }));
        w.open("/").await;
        let query = leaves_for_the_authority(w).await;
        let claims = json!({
            "iss": issuer, "aud": sandbox::CLIENT_ID, "nonce": value(&query, "nonce"), "tid": sandbox::TENANT_ID,
            "oid": text, "sub": text, "name": text, "preferred_username": text,
        });
        let id_token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let tokens = json!({
            "token_type": "Bearer", "access_token": "made-up-for-this", "expires_in": 3600,
            "scope": text, "id_token": id_token,
        });
        answers(w, "POST", "*/token", 200, &tokens);
        let answer = encoded(&[
            ("code", "made-up"),
            ("state", &value(&query, "state")),
            ("iss", &issuer),
        ]);
        w.open(&format!("/auth/callback#{answer}")).await;
        w.button("Sign out").appears().await;
        w.all(Role::Banner).says("onerror").await;
        is_harmless(w, "a signed-in page").await;
    });
}

#[test]
fn markup_in_every_field_of_the_configuration_is_text_and_fits() {
    run_in_chromium(async |w| {
        let text = hostile();
        let fields = [
            "partnerCenterUrl",
            "authority",
            "clientId",
            "scopes",
            "requestContract",
            "defaultLanguage",
            "environment",
            "idleMinutes",
            "tenants",
        ];
        for field in fields {
            for value in [
                json!(text),
                json!([text, { "name": text, text.clone(): text }]),
            ] {
                w.partner_center
                    .configure(json!({ "overlay": { field: value } }));
                w.open("/").await;
                w.all(Role::Main).appears().await;
                unfolds(w).await;
                is_harmless(w, field).await;
            }
        }
        for raw in [
            text.clone(),
            format!("{{\"{text}\": {text}"),
            json!(text).to_string(),
        ] {
            w.partner_center.configure(json!({ "raw": raw }));
            w.open("/").await;
            w.shows_page("This site is not set up yet").await;
            unfolds(w).await;
            is_harmless(w, "a file that is none").await;
        }
        // Several tenants to choose from, by names of their own.
        let tenant = |name: &str| {
            json!({
                "name": name,
                "authority": format!("{}/{}/v2.0", w.partner_center.origin(), sandbox::TENANT_DOMAIN),
                "clientId": sandbox::CLIENT_ID,
                "scopes": ["openid", "https://api.partnercenter.microsoft.com/user_impersonation"],
            })
        };
        let tenants = json!({ "tenants": [tenant(&text), tenant("Brightpath")] });
        w.partner_center
            .configure(json!({ "raw": tenants.to_string() }));
        w.open("/").await;
        w.shows_page("Which partner tenant?").await;
        shows_it(w, "the choice of a tenant").await;
    });
}

#[test]
fn markup_in_every_part_of_the_address_is_text_and_fits() {
    run_in_chromium(async |w| {
        w.open_as("Admin agent", "/").await;
        let text: String = form_urlencoded::byte_serialize(hostile().as_bytes()).collect();
        // A name with a dot in it would be a file's.
        let text = text.replace('+', "%20").replace('.', "%2E");
        let customer = customer_path(NORTHFIELD);
        for address in [
            format!("/?q={text}"),
            format!("/?q=North&page={text}"),
            format!("/?{text}={text}"),
            format!("/#{text}"),
            format!("/customers/{text}"),
            format!("{customer}/{text}"),
            format!("{customer}?{text}#{text}"),
            format!("{customer}/request?{text}#{text}"),
            format!("{customer}/request/sent?{text}"),
        ] {
            w.open(&address).await;
            w.button("Sign out").appears().await;
            w.all(Role::Main).appears().await;
            is_harmless(w, &address[..20]).await;
        }
        // What is looked for is what was written.
        w.open(&format!("/?q={text}")).await;
        w.search_field().appears().await;
        is_harmless(w, "the lookup").await;
    });
}
