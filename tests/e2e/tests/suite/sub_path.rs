//! The app under a path of its own, such as `/vetted/`, beside other things on the same host.

use std::fs;

use e2e::{Find, Role, Setup, customer_path, run_with};

use crate::copies::copy_of_site;

/// As `cargo xtask dist --base /vetted/` writes the page.
pub(crate) fn moved_page(page: &str) -> String {
    page.replace(
        r#"name="vetted-base" content="/""#,
        r#"name="vetted-base" content="/vetted/""#,
    )
    .replace(r#"href="/"#, r#"href="/vetted/"#)
    .replace(r#"src="/"#, r#"src="/vetted/"#)
}

#[test]
fn under_a_path_of_its_own_the_app_stays_below_it() {
    let site = copy_of_site("site-below-a-path");
    let page = site.join("index.html");
    fs::write(&page, moved_page(&fs::read_to_string(&page).unwrap())).unwrap();
    for compressed in ["index.html.br", "index.html.gz"] {
        // Not there in a site built for development.
        let _ = fs::remove_file(site.join(compressed));
    }
    let setup = Setup {
        site: Some(site),
        base: "/vetted/".to_owned(),
        ..Setup::default()
    };
    run_with(setup, async |w| {
        assert!(w.site().ends_with("/vetted/"));
        // Addresses here are those below the path.
        w.open_as("Admin agent", &customer_path(1)).await;
        w.is_at(&customer_path(1)).await;
        w.shows_page("Northfield Primary School").await;

        w.all(Role::Banner).link("Customers").click().await;
        w.is_at("/").await;
        w.look_up("Northwick").await;
        w.is_at("/?q=Northwick").await;
        let links = w.all(Role::Main).all(Role::Link).are(1).await;
        assert!(
            links[0]
                .address
                .as_deref()
                .is_some_and(|address| address.starts_with(w.site())),
            "{links:?}"
        );
        w.link("Northwick City Council").click().await;
        w.is_at(&customer_path(3)).await;
        w.reload().await;
        w.shows_page("Northwick City Council").await;
        w.is_at(&customer_path(3)).await;

        w.link("Request a qualification").click().await;
        w.radio("State-owned entity").click().await;
        w.button("Continue").click().await;
        w.button("Send request").click().await;
        w.shows_page("Request sent").await;
        w.card("State-owned entity")
            .says("Assigned (no vetting)")
            .await;
        assert_eq!(w.partner_center.posts().len(), 1);
        w.all(Role::Contentinfo).link("Diagnostics").click().await;
        w.is_at("/diagnostics").await;
        w.article("Sign-in service")
            .says(&format!("{}auth/callback", w.site()))
            .await;
        w.article("The way to Partner Center").says("Works").await;
        w.article("This page").says("below /vetted/").await;
        w.open("/diagnostics/").await;
        w.shows_page("Diagnostics").await;
        w.open(&customer_path(3)).await;
        w.button("Sign out").click().await;
        w.dialog("Sign out?").button("Sign out").click().await;
        w.all(Role::Main).says("You are signed out here").await;
        let visited = w.visited().await;
        let strayed: Vec<_> = visited
            .iter()
            .filter(|address| {
                !address.starts_with(w.site())
                    && !address.starts_with(&w.partner_center.origin())
                    && address.starts_with("http")
            })
            .collect();
        assert!(strayed.is_empty(), "{strayed:?}");
    });
}
