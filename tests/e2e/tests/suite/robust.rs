//! What goes wrong outside a request: addresses that lead nowhere, a site that is not set up, a broken network, a fault
//! of the app itself.

use std::fs;
use std::path::{Path, PathBuf};

use e2e::{
    Find, PartnerCenter, Role, Setup, World, customer_path, run, run_in_chromium, run_with, until,
};
use serde_json::{Value, json};

use crate::copies::copy_of_site;

#[test]
fn an_address_that_leads_nowhere_says_so_and_offers_the_way_back() {
    run(async |w| {
        w.open_as("Admin agent", "/nowhere").await;
        let id = PartnerCenter::customer(1);
        for path in [
            "/nowhere".to_owned(),
            "/customers/not-a-guid".to_owned(),
            format!("/customers/{}", &id[..35]),
            format!("/customers/{id}/nowhere"),
            format!("/customers/{id}/request/nowhere"),
            "/customers/%3Cscript%3E/request".to_owned(),
        ] {
            w.partner_center.forget_calls();
            w.open(&path).await;
            w.shows_page("Page not found").await;
            w.is_titled("Page not found · Vetted").await;
            let asked = w
                .partner_center
                .calls()
                .into_iter()
                .filter(|call| call.target == "api")
                .count();
            assert_eq!(asked, 0, "{path}");
        }
        w.link("Look up a customer").click().await;
        w.shows_page("Customers").await;
    });
}

#[test]
fn an_id_in_the_address_may_be_written_in_capitals() {
    run(async |w| {
        w.open_as(
            "Admin agent",
            &customer_path(1)
                .to_uppercase()
                .replace("CUSTOMERS", "customers"),
        )
        .await;
        w.shows_page("Northfield Primary School").await;
    });
}

#[test]
fn a_fault_of_the_app_shows_its_message_and_a_way_on_instead_of_a_frozen_page() {
    run(async |w| {
        w.open("/sandbox/panic").await;
        w.button("Sign in").click().await;
        w.pick("Admin agent").await;
        let stopped = async |w: &World| {
            w.shows_page("Vetted stopped").await;
            w.all(Role::Main).says("This page panics on purpose.").await;
            until("the fault was noticed", async || {
                let found = w.findings().await;
                assert!(
                    found.blocked.is_empty() && found.leaks.is_empty(),
                    "{found:?}"
                );
                if found.faults.is_empty() {
                    Err(String::new())
                } else {
                    Ok(())
                }
            })
            .await;
        };
        stopped(w).await;
        w.is_titled("Vetted stopped · Vetted").await;
        assert!(w.overhang().await <= 0);
        w.run_script("window.before = true", vec![]).await;
        w.button("Reload").click().await;
        until("the page was loaded anew", async || {
            let anew = w.run_script("return window.before !== true", vec![]).await;
            if anew == true {
                Ok(())
            } else {
                Err(String::new())
            }
        })
        .await;
        stopped(w).await;
        // The rest of the app is as well as before.
        w.open("/").await;
        w.shows_page("Customers").await;
        w.findings().await;
    });
}

#[test]
fn a_site_that_is_not_set_up_says_which_file_or_field_and_what_is_expected() {
    const NOT_SET_UP: &str = "This site is not set up yet";
    // What whoever runs the site cannot mend in the file.
    const NOT_NOW: &str = "This site cannot start now";
    let clients_id = "Expected: the application (client) ID, a GUID of 36 characters.";
    let cases = [
        (
            json!({ "status": 404, "raw": "" }),
            vec!["There is no config.json beside index.html."],
        ),
        (
            json!({ "raw": "<!doctype html><title>Home</title>" }),
            vec!["In place of config.json a page came back."],
        ),
        (json!({ "status": 503, "raw": "" }), vec!["HTTP status 503"]),
        (
            json!({ "raw": "{\n  \"authority\": }" }),
            vec!["not valid JSON", "line 2"],
        ),
        (json!({ "raw": "[]" }), vec!["has to be a JSON object"]),
        (
            json!({ "overlay": { "clientId": "nonsense" } }),
            vec!["clientId", clients_id, "nonsense"],
        ),
        (
            json!({ "overlay": { "clientId": null } }),
            vec!["clientId", "It is missing."],
        ),
        (
            json!({ "overlay": { "authority": "not an address" } }),
            vec!["authority", "not an address"],
        ),
        (
            json!({ "overlay": { "requestContract": "1999", "scopes": [] } }),
            vec!["requestContract", "current, 2021-03, 2020-12", "scopes"],
        ),
    ];
    run(async |w| {
        for (change, words) in &cases {
            w.partner_center.configure(change.clone());
            w.open("/").await;
            let passing = words[0].contains("HTTP status");
            w.shows_page(if passing { NOT_NOW } else { NOT_SET_UP })
                .await;
            for word in words {
                w.alert().says(word).await;
            }
        }
        // Mended, the same page goes on without more than a reload.
        w.partner_center.configure(json!({}));
        w.button("Reload").click().await;
        w.shows_page("Know what a customer is qualified for").await;
    });
}

#[test]
fn unknown_fields_of_the_configuration_do_no_harm() {
    run(async |w| {
        w.partner_center
            .configure(json!({ "overlay": { "somethingNewer": { "deep": [1, 2, 3] } } }));
        w.open_as("Admin agent", "/").await;
        w.shows_page("Customers").await;
    });
}

#[test]
fn without_a_network_what_was_read_stays_and_the_message_names_the_likely_causes() {
    run_in_chromium(async |w| {
        w.open_as("Admin agent", &customer_path(6)).await;
        w.card("Education").says("Approved").await;
        w.go_offline(true).await;
        w.button("Refresh").click().await;
        let alert = w
            .alert()
            .says("The qualifications could not be read.")
            .await;
        assert!(alert.text.contains("You are offline."), "{alert:?}");
        w.card("Education").says("Approved").await;
        w.go_offline(false).await;
        w.button("Refresh").click().await;
        w.alert().is_gone().await;
    });
}

#[test]
fn a_page_in_place_of_the_api_is_not_taken_for_an_answer() {
    run(async |w| {
        w.open_as("Admin agent", "/").await;
        let page = json!({ "path": "/v1/*", "times": null, "status": 200, "body": "<!doctype html><title>Home</title>" });
        w.partner_center.fails(page);
        w.look_up("Northfield").await;
        let alert = w.alert().says("The customers could not be searched.").await;
        assert!(
            alert
                .text
                .contains("A web page came back in place of an answer"),
            "{alert:?}"
        );
        w.region("No customer found").is_gone().await;
        w.partner_center
            .control("DELETE", "/sandbox/faults", Value::Null);
    });
}

/// The app's wasm in this folder, and its compressed forms.
fn wasm_in(site: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(site).unwrap().map(|file| file.unwrap().path());
    let found: Vec<_> = files
        .filter(|path| path.to_string_lossy().contains(".wasm"))
        .collect();
    assert!(!found.is_empty());
    found
}

#[test]
fn a_part_of_the_app_that_is_missing_stops_the_start_and_a_reload_helps_once_it_is_back() {
    let site = copy_of_site("site-without-wasm");
    let setup = Setup {
        site: Some(site.clone()),
        ..Setup::default()
    };
    run_with(setup, async |w| {
        // As while a release is being put in place.
        let wasm = wasm_in(&site);
        let kept: Vec<_> = wasm.iter().map(|path| fs::read(path).unwrap()).collect();
        for path in &wasm {
            fs::remove_file(path).unwrap();
        }
        w.open("/").await;
        w.shows_page("Vetted could not start").await;
        w.all(Role::Main)
            .says("A part of it did not arrive unchanged.")
            .await;
        for (path, bytes) in wasm.iter().zip(&kept) {
            fs::write(path, bytes).unwrap();
        }
        w.button("Reload").click().await;
        w.shows_page("Know what a customer is qualified for").await;
    });
}

#[test]
fn a_part_of_the_app_that_was_changed_on_the_way_is_refused() {
    /// A section of wasm with a name and nothing in it: the program would run as before.
    const HARMLESS: [u8; 4] = [0, 2, 1, b'x'];
    let site = copy_of_site("site-with-another-wasm");
    for path in wasm_in(&site) {
        match path.extension().is_some_and(|end| end == "wasm") {
            true => {
                let changed = [fs::read(&path).unwrap(), HARMLESS.to_vec()].concat();
                fs::write(&path, changed).unwrap();
            }
            false => fs::remove_file(&path).unwrap(),
        }
    }
    let setup = Setup {
        site: Some(site),
        ..Setup::default()
    };
    run_with(setup, async |w| {
        w.open("/").await;
        w.shows_page("Vetted could not start").await;
    });
}

#[test]
fn over_plain_http_from_another_machine_the_page_says_what_is_missing() {
    run(async |w| {
        let elsewhere = w.site().replace("127.0.0.1", "elsewhere.example");
        w.driver().goto(elsewhere).await.unwrap();
        w.shows_page("Vetted needs a secure connection").await;
        w.all(Role::Main).says("with https").await;
    });
}
