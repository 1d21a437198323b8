//! Looking customers up: what is asked of Partner Center, and every state the page can be in.

use e2e::{Call, Find, PartnerCenter, Role, Setup, World, run, run_in_chromium, run_with, until};
use serde_json::{Value, json};

/// The searches that reached Partner Center.
fn searches(w: &World) -> Vec<Call> {
    w.partner_center.calls_to("GET", "/v1/customers")
}

/// What a search looked for, and in which field.
fn filter_of(call: &Call) -> (String, String) {
    let pairs = form_urlencoded::parse(call.query.as_bytes());
    let filter = pairs
        .into_iter()
        .find(|(name, _)| name == "filter")
        .map(|(_, value)| value.into_owned());
    let filter: Value = serde_json::from_str(&filter.unwrap_or_default()).unwrap();
    assert_eq!(filter["Operator"], "starts_with");
    let text = |name: &str| filter[name].as_str().unwrap_or_default().to_owned();
    (text("Field"), text("Value"))
}

#[test]
fn before_a_search_the_page_says_what_can_be_looked_up_and_asks_nothing() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        w.region("What you can look up").says("Company name").await;
        w.is_titled("Customers · Vetted").await;
        w.search_field().type_in("North").await;
        w.region("What you can look up").appears().await;
        assert!(searches(w).is_empty(), "typing alone searches nothing");
    });
}

#[test]
fn where_everything_is_real_nothing_speaks_of_a_sandbox() {
    const TOUR: &str = "Five things to try in the sandbox";
    const BAR: &str = "Sandbox: no customer and no request here is real.";
    run_in_chromium(async |w| {
        w.open_as("Admin agent", "/").await;
        w.region(TOUR).appears().await;
        w.all(Role::Banner).says(BAR).await;
        let real = json!({ "overlay": { "environment": "production" } });
        w.partner_center.configure(real);
        w.reload().await;
        w.region("What you can look up").appears().await;
        w.region(TOUR).is_gone().await;
        let banner = w.all(Role::Banner).appears().await;
        assert!(!banner.text.contains(BAR), "{}", banner.text);
    });
}

#[test]
fn what_was_typed_and_not_yet_looked_up_survives_a_reload() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        w.search_field().type_in("Northf").await;
        w.reload().await;
        w.search_field().holds("Northf").await;
        assert!(searches(w).is_empty());
    });
}

#[test]
fn enter_searches_as_the_button_does() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        w.search_field().type_in("Northfield").await;
        w.search_field().press(e2e::Key::Enter).await;
        w.link("Northfield Primary School").appears().await;
        w.is_at("/?q=Northfield").await;
    });
}

#[test]
fn an_empty_search_is_answered_at_the_field_and_not_sent() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        w.look_up("   ").await;
        w.alert()
            .says("Type a customer ID, or how a domain or company name begins.")
            .await;
        let field = w
            .search_field()
            .when("is marked as wrong", |field| field.invalid)
            .await;
        assert!(
            field.description.contains("Type a customer ID"),
            "{field:?}"
        );
        w.is_titled("Error: Customers · Vetted").await;
        w.look_up("").await;
        w.alert().says("Type a customer ID").await;
        assert!(searches(w).is_empty());
    });
}

#[test]
fn a_search_of_five_thousand_characters_is_kept_explained_and_not_sent() {
    let long = "North ".repeat(834)[..5000].trim_end().to_owned() + "x";
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        w.look_up(&long).await;
        w.alert().says("That is too long for a search.").await;
        w.search_field().holds(&long).await;
        assert!(searches(w).is_empty());
        w.look_up("Northfield").await;
        w.link("Northfield Primary School").appears().await;
        w.alert().is_gone().await;
    });
}

#[test]
fn a_customer_id_that_is_not_whole_is_answered_at_the_field_and_not_sent() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        for broken in [
            &PartnerCenter::customer(1)[..35],
            "5eed0000-0000-4000-8000-00000000000g",
        ] {
            w.look_up(broken).await;
            w.alert()
                .says("That looks like a customer ID, but it is not a whole one")
                .await;
            w.search_field().holds(broken).await;
        }
        assert!(searches(w).is_empty());
    });
}

#[test]
fn a_search_that_finds_nobody_says_so_and_what_else_to_try() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        w.look_up("Nowhere at all").await;
        let panel = w
            .region("No customer found")
            .says("begins with “Nowhere at all”")
            .await;
        assert!(panel.text.contains("Paste the customer ID"), "{panel:?}");
        w.status().says("No customer found").await;
    });
}

#[test]
fn results_are_links_named_by_the_company_with_domain_and_id_beside() {
    run(async |w| {
        w.open_as("Admin agent", "/?q=Northfield").await;
        let line = w
            .region("1 customer found")
            .all(Role::Listitem)
            .says("Northfield Primary School")
            .await;
        assert!(
            line.text.contains("northfieldprimary.onmicrosoft.com"),
            "{line:?}"
        );
        assert!(
            line.text.contains("5eed0000-0000-4000-8000-000000000001"),
            "{line:?}"
        );
        w.status().says("1 customer found").await;
        // By name and by domain, and each customer once.
        let fields: Vec<_> = searches(w)
            .iter()
            .map(filter_of)
            .map(|(field, _)| field)
            .collect();
        assert_eq!(fields.len(), 2, "{fields:?}");
        assert!(
            fields.contains(&"CompanyName".to_owned()) && fields.contains(&"Domain".to_owned())
        );
    });
}

#[test]
fn many_customers_are_paged_a_hundred_a_page_with_the_page_in_the_address() {
    let setup = Setup {
        customers: 700,
        ..Setup::default()
    };
    run_with(setup, async |w| {
        w.open_as("Admin agent", "/?q=Public+School").await;
        let first = w.region("100 customers found so far");
        first.all(Role::Listitem).are(100).await;
        w.region("100 customers found so far")
            .says("There are more.")
            .await;
        let on_first = first.all(Role::Link).now().await;

        w.button("Load more customers").click().await;
        w.is_at("/?q=Public+School&page=2").await;
        let second = w.region("200 customers found so far");
        second.says("Page 2 of 2").await;
        let links = second.all(Role::Link).now().await;
        assert!(
            links
                .iter()
                .all(|link| !on_first.iter().any(|other| other.address == link.address))
        );

        // The address alone is enough.
        w.reload().await;
        second.says("Page 2 of 2").await;
        w.link("Previous page").click().await;
        w.is_at("/?q=Public+School").await;
        w.starting(Role::Region, "200 customers")
            .says("Page 1 of 2")
            .await;
        w.link("Next page").click().await;
        w.is_at("/?q=Public+School&page=2").await;
        w.back().await;
        w.is_at("/?q=Public+School").await;
    });
}

#[test]
fn whatever_is_typed_reaches_partner_center_as_typed() {
    let odd = [
        r#"O"Brien's \ School"#,
        "%41 100%",
        "a+b & c=d # ? /",
        "<b>Bold</b>",
        "🎓 Sunrise 🌻",
        "مدرسة الواحة",
        "Árvíztűrő",
        "{\"Field\":\"x\"}",
        "&amp; &lt;",
    ];
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        for text in odd {
            w.partner_center.forget_calls();
            w.look_up(text).await;
            until(&format!("{text} is searched for"), async || {
                let sent: Vec<_> = searches(w)
                    .iter()
                    .map(filter_of)
                    .map(|(_, value)| value)
                    .collect();
                if sent == [text, text] {
                    Ok(())
                } else {
                    Err(format!("Sent: {sent:?}"))
                }
            })
            .await;
            w.search_field().holds(text).await;
        }
        w.look_up("<b>Bold</b>").await;
        // A name that looks like HTML is a name.
        w.link(r#"<b>Bold</b> & <script>alert("School")</script>"#)
            .appears()
            .await;
        // The address carries the text through a reload, and through a sign-in on the way.
        w.look_up("%41 +").await;
        w.region("No customer found").says("%41 +").await;
        w.partner_center.forget_calls();
        w.reload().await;
        w.region("No customer found").says("%41 +").await;
        w.search_field().holds("%41 +").await;
        assert!(
            searches(w)
                .iter()
                .map(filter_of)
                .all(|(_, value)| value == "%41 +")
        );
    });
}

#[test]
fn a_superseded_search_never_replaces_the_newer_one() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        w.partner_center.fails(
            json!({ "method": "GET", "path": "/v1/customers", "times": 2, "delayMs": 1500 }),
        );
        w.look_up("Northfield").await;
        until("the first search is under way", async || {
            if searches(w).len() == 2 {
                Ok(())
            } else {
                Err(String::new())
            }
        })
        .await;
        let late = format!(
            "return performance.now() > {} + 2000",
            w.run_script("return performance.now()", vec![]).await
        );
        w.look_up("Northgate").await;
        w.link("Northgate College").appears().await;
        until("the first answer has had its time", async || {
            if w.run_script(&late, vec![]).await == true {
                Ok(())
            } else {
                Err(String::new())
            }
        })
        .await;
        w.link("Northgate College").appears().await;
        w.link("Northfield Primary School").is_gone().await;
        w.search_field().holds("Northgate").await;
        w.alert().is_gone().await;
    });
}

#[test]
fn a_search_that_fails_says_so_and_can_be_tried_again() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        w.partner_center
            .fails(json!({ "path": "/v1/customers", "times": null, "kind": "unavailable-html" }));
        w.look_up("Northfield").await;
        let alert = w.alert().says("The customers could not be searched.").await;
        assert!(
            alert.text.contains("Partner Center had a fault of its own"),
            "{alert:?}"
        );
        w.search_field().holds("Northfield").await;
        w.partner_center.fails_no_more();
        w.button("Try again").click().await;
        w.link("Northfield Primary School").appears().await;
        w.alert().is_gone().await;
    });
}

#[test]
fn back_and_forward_walk_through_the_searches() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        w.look_up("Northfield").await;
        w.link("Northfield Primary School").appears().await;
        w.look_up("Northgate").await;
        w.link("Northgate College").appears().await;
        w.back().await;
        w.search_field().holds("Northfield").await;
        w.link("Northfield Primary School").appears().await;
        w.back().await;
        w.region("What you can look up").appears().await;
        w.forward().await;
        w.link("Northfield Primary School").appears().await;
    });
}
