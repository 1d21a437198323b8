//! The main job, from signing in to *Approved*, in the ways there are to find a customer.

use e2e::{Find, PartnerCenter, Role, customer_path, run, run_in_both};

const NORTHFIELD: u16 = 1;
const NORTHFIELD_NAME: &str = "Northfield Primary School";

#[test]
fn an_agent_finds_a_customer_by_name_requests_education_and_watches_it_being_approved() {
    run_in_both(async |w| {
        w.open_as("Admin agent", "/").await;
        w.shows_page("Customers").await;

        w.look_up("Northfield").await;
        w.is_at("/?q=Northfield").await;
        w.link(NORTHFIELD_NAME).click().await;

        w.is_at(&customer_path(NORTHFIELD)).await;
        w.is_titled("Northfield Primary School · Vetted").await;
        w.region("Qualifications").says("No qualifications").await;
        w.link("Request a qualification").click().await;

        w.shows_page("Request a qualification").await;
        w.radio("Education").click().await;
        w.combobox("Education segment").choose("K-12").await;
        w.textbox("Website (optional)")
            .type_in("northfieldprimary.example")
            .await;
        w.button("Continue").click().await;

        w.shows_page("Check your answers").await;
        w.all(Role::Main).says("Nothing has been sent yet").await;
        w.all(Role::Main).says("northfieldprimary.example").await;
        assert!(w.partner_center.posts().is_empty());
        w.button("Send request").click().await;

        w.shows_page("Request sent").await;
        w.card("Education").says("In review").await;
        let posts = w.partner_center.posts();
        assert_eq!(posts.len(), 1);
        w.region("Reference")
            .says(posts[0].header("ms-requestid"))
            .await;

        w.link("Back to the customer").click().await;
        w.card("Education").says("In review").await;
        // Nothing is touched from here on: the page reads the status again by itself.
        w.partner_center.vetting_ends();
        w.card("Education").says("Approved").await;
        w.status().says("The qualifications have changed.").await;
        assert_eq!(w.partner_center.posts().len(), 1);
    });
}

#[test]
fn the_beginning_of_a_domain_finds_the_customer_too() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        w.look_up("northfieldprimary.onmicrosoft").await;
        w.link(NORTHFIELD_NAME).click().await;
        w.shows_page(NORTHFIELD_NAME).await;
    });
}

#[test]
fn a_customer_id_in_any_form_leads_straight_to_the_customer() {
    let id = PartnerCenter::customer(NORTHFIELD);
    let forms = [
        id.clone(),
        format!("  {{{}}} ", id.to_uppercase()),
        format!("https://partner.microsoft.com/commerce/customers/{id}/account?x=1"),
    ];
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        for form in &forms {
            w.open("/").await;
            w.look_up(form).await;
            w.is_at(&customer_path(NORTHFIELD)).await;
            w.shows_page(NORTHFIELD_NAME).await;
        }
        // Back leads to where one came from, not into a loop.
        w.back().await;
        w.is_at("/").await;
        w.shows_page("Customers").await;
        assert!(
            w.partner_center
                .calls()
                .iter()
                .all(|call| call.path != "/v1/customers"),
            "an ID is not searched for"
        );
    });
}
