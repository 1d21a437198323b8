//! The installed app: its shell without a connection, a new release, and how all that is taken back.

use std::fs;
use std::path::Path;

use e2e::{
    Find, Line, PartnerCenter, Role, Setup, World, customer_path, run, run_in_chromium, run_with,
    until,
};
use serde_json::{Value, json};

use crate::copies::copy_of_site;
use crate::sub_path::moved_page;

const START: &str = "Know what a customer is qualified for";
const OFFER: &str = "A new version is ready.";

fn installable(w: &World, wanted: bool) {
    w.partner_center
        .configure(json!({ "overlay": { "installable": wanted } }));
}

/// What the browser keeps for the site: workers by their state, and addresses in caches below the origin.
async fn kept(w: &World) -> (Value, Vec<String>) {
    const KEPT: &str = "return (async () => {
        const workers = {};
        for (const registration of await navigator.serviceWorker.getRegistrations()) {
            for (const place of ['installing', 'waiting', 'active']) {
                if (registration[place]) workers[place] = registration[place].state;
            }
            workers.scope = registration.scope;
        }
        const files = [];
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) files.push(new URL(request.url).pathname);
        }
        return { workers, files: files.sort() };
    })()";
    let answer = w.run_script(KEPT, vec![]).await;
    let files = answer["files"].as_array().cloned().unwrap_or_default();
    let files = files.iter().filter_map(Value::as_str).map(str::to_owned);
    (answer["workers"].clone(), files.collect())
}

async fn until_installed(w: &World) -> (Value, Vec<String>) {
    until("a worker is active", async || {
        let (workers, files) = kept(w).await;
        match workers["active"] == "activated" {
            true => Ok((workers, files)),
            false => Err(workers.to_string()),
        }
    })
    .await
}

/// A file that changes its name with its bytes, or the page under the address of the site.
fn is_shell(path: &str, base: &str) -> bool {
    let digest = |name: &str| {
        let stem = name.split('.').next()?;
        let digest = stem.rsplit_once('-')?.1;
        Some(digest.len() == 16 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let name = path.strip_prefix(base);
    name.is_some_and(|name| name.is_empty() || digest(name) == Some(true))
}

/// Puts another release into the site's folder: other bytes of the page, and the worker that goes with them.
fn release_again(site: &Path) -> String {
    let page = fs::read_to_string(site.join("index.html")).unwrap();
    let place = "name=\"vetted-release\" content=\"";
    let old = page.split(place).nth(1).unwrap().split('"').next().unwrap();
    let new: String = old.chars().rev().collect();
    assert_ne!(old, new);
    for name in ["index.html", "sw.js"] {
        let text = fs::read_to_string(site.join(name)).unwrap();
        assert!(text.contains(old), "{name} names its release");
        fs::write(site.join(name), text.replace(old, &new)).unwrap();
        for compressed in ["br", "gz"] {
            let compressed = site.join(format!("{name}.{compressed}"));
            // A second release has no other ones.
            if compressed.exists() {
                fs::remove_file(compressed).unwrap();
            }
        }
    }
    new
}

async fn release_of_page(w: &World) -> String {
    const RELEASE: &str = "return document.querySelector('meta[name=vetted-release]')?.content";
    let release = w.run_script(RELEASE, vec![]).await;
    release.as_str().unwrap_or_default().to_owned()
}

#[test]
fn without_a_connection_the_installed_app_still_opens_and_says_what_is_wrong() {
    run_in_chromium(async |w| {
        installable(w, true);
        let line = Line::to(w.site()).await;
        let address = line.address.clone();
        w.driver().goto(&address).await.unwrap();
        w.shows_page(START).await;
        until_installed(w).await;

        line.cut().await;
        w.go_offline(true).await;
        for below in ["", "?q=north", "customers/nowhere"] {
            w.driver().goto(format!("{address}{below}")).await.unwrap();
            w.shows_page("This site cannot start now").await;
            w.alert().says("Check your connection").await;
            w.all(Role::Main).says("You are offline.").await;
        }
    });
}

#[test]
fn the_worker_keeps_the_shell_and_none_of_the_service_s_answers_and_goes_when_it_is_switched_off() {
    run(async |w| {
        installable(w, true);
        w.open_as("Admin agent", &customer_path(1)).await;
        w.shows_page("Northfield Primary School").await;
        until_installed(w).await;
        // From here on every request passes by it.
        w.reload().await;
        w.shows_page("Northfield Primary School").await;
        let controlled = "return Boolean(navigator.serviceWorker.controller)";
        assert_eq!(w.run_script(controlled, vec![]).await, true);
        w.partner_center.forget_calls();
        w.all(Role::Banner).link("Customers").click().await;
        w.look_up("Northwick").await;
        w.link("Northwick City Council").click().await;
        w.shows_page("Northwick City Council").await;
        w.region("Qualifications").appears().await;
        let path = format!("/v1/customers/{}", PartnerCenter::customer(3));
        assert_eq!(w.partner_center.calls_to("GET", &path).len(), 1);
        let (_, files) = kept(w).await;
        let strange: Vec<_> = files.iter().filter(|path| !is_shell(path, "/")).collect();
        assert!(strange.is_empty(), "{strange:?}");
        assert!(
            files.iter().any(|path| path.ends_with(".wasm")),
            "{files:?}"
        );

        installable(w, false);
        w.reload().await;
        until("nothing is kept", async || match kept(w).await {
            (workers, files) if workers == json!({}) && files.is_empty() => Ok(()),
            left => Err(format!("{left:?}")),
        })
        .await;
        w.shows_page("Northwick City Council").await;
    });
}

#[test]
fn a_new_release_is_offered_and_waits_until_somebody_takes_it() {
    let site = copy_of_site("site-released-again");
    let setup = Setup {
        site: Some(site.clone()),
        ..Setup::default()
    };
    run_with(setup, async |w| {
        installable(w, true);
        w.open_as("Admin agent", &format!("{}/request", customer_path(1)))
            .await;
        until_installed(w).await;
        w.reload().await;
        w.radio("Education").click().await;
        let old = release_of_page(w).await;

        let new = release_again(&site);
        // What the page does by itself when somebody comes back to its tab.
        let look = "return navigator.serviceWorker.getRegistration().then((it) => it.update()).then(() => true)";
        assert_eq!(w.run_script(look, vec![]).await, true);
        w.all(Role::Main).says(OFFER).await;
        let (workers, _) = kept(w).await;
        assert_eq!(workers["waiting"], "installed", "{workers}");
        assert_eq!(release_of_page(w).await, old);

        w.button("Reload to update").click().await;
        until(
            "the new release is there",
            async || match release_of_page(w).await {
                now if now == new => Ok(()),
                now => Err(now),
            },
        )
        .await;
        w.radio("Education")
            .when("is still chosen", |radio| radio.checked)
            .await;
        let (workers, files) = until_installed(w).await;
        assert_eq!(workers["waiting"], Value::Null, "{workers}");
        let pages = files.iter().filter(|path| *path == "/").count();
        assert_eq!(pages, 1, "what the old release kept is gone: {files:?}");
        assert!(!w.all(Role::Main).appears().await.text.contains(OFFER));
    });
}

#[test]
fn under_a_path_of_its_own_the_worker_stays_below_it() {
    let site = copy_of_site("site-installable-below-a-path");
    let page = site.join("index.html");
    fs::write(&page, moved_page(&fs::read_to_string(&page).unwrap())).unwrap();
    for compressed in ["index.html.br", "index.html.gz"] {
        fs::remove_file(site.join(compressed)).unwrap();
    }
    let setup = Setup {
        site: Some(site),
        base: "/vetted/".to_owned(),
        ..Setup::default()
    };
    run_with(setup, async |w| {
        installable(w, true);
        w.open("/").await;
        w.shows_page(START).await;
        let (workers, files) = until_installed(w).await;
        assert_eq!(workers["scope"], w.site());
        let strange: Vec<_> = files
            .iter()
            .filter(|path| !is_shell(path, "/vetted/"))
            .collect();
        assert!(strange.is_empty() && !files.is_empty(), "{files:?}");
        let manifest = "return document.querySelector('link[rel=manifest]')?.href";
        let manifest = w.run_script(manifest, vec![]).await;
        assert_eq!(manifest, format!("{}manifest.webmanifest", w.site()));
    });
}
