//! The two programs: the door opens with little, the app arrives meanwhile, and what happens when it does not.

use std::fs;
use std::path::{Path, PathBuf};

use e2e::{Find, Key, Role, Setup, World, run, run_in_chromium, run_with, until};
use serde_json::{Value, json};

use crate::copies::copy_of_site;

const SIGN_IN_PAGE: &str = "Know what a customer is qualified for";

/// The wasm that the page has asked for, by the program's name, with the bytes that came over the network.
async fn wasm_loaded(w: &World) -> Vec<(String, u64)> {
    const SCRIPT: &str = "return performance.getEntriesByType('resource')
        .filter((entry) => entry.name.endsWith('.wasm') && entry.responseEnd > 0)
        .map((entry) => [entry.name.split('/').pop().split('-')[0], entry.transferSize]);";
    let loaded: Value = w.run_script(SCRIPT, Vec::new()).await;
    serde_json::from_value(loaded).unwrap_or_default()
}

fn has(loaded: &[(String, u64)], program: &str) -> bool {
    loaded.iter().any(|(name, _)| name == program)
}

/// The files of a program in this folder, compressed forms too.
fn files_of(site: &Path, program: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(site).unwrap().map(|file| file.unwrap());
    let of_program = files.filter(|file| file.file_name().to_string_lossy().starts_with(program));
    of_program.map(|file| file.path()).collect()
}

#[test]
fn the_app_arrives_while_the_door_is_open_and_comes_from_the_cache_after_the_sign_in() {
    run_in_chromium(async |w| {
        w.open("/").await;
        w.shows_page(SIGN_IN_PAGE).await;
        until("the app arrives", async || {
            let loaded = wasm_loaded(w).await;
            let both = has(&loaded, "door") && has(&loaded, "vetted");
            both.then_some(()).ok_or_else(|| format!("{loaded:?}"))
        })
        .await;
        w.sign_in_as("Admin agent").await;
        w.shows_page("Customers").await;
        let loaded = wasm_loaded(w).await;
        let app = loaded.iter().find(|(name, _)| name == "vetted");
        assert_eq!(app.map(|(_, bytes)| *bytes), Some(0), "{loaded:?}");
    });
}

/// Writes down what the page's scripts fetch, in their order.
const NOTE_FETCHES: &str = "const asked = (globalThis.asked = []);
    const real = globalThis.fetch;
    globalThis.fetch = (...what) => (asked.push(String(what[0])), real(...what));";

#[test]
fn the_configuration_is_asked_for_once_and_before_the_program() {
    run_in_chromium(async |w| {
        w.before_each_page(NOTE_FETCHES).await;
        w.open("/").await;
        w.shows_page(SIGN_IN_PAGE).await;
        let asked = w.run_script("return asked", Vec::new()).await;
        let asked: Vec<String> = serde_json::from_value(asked).unwrap();
        let place = |part: &str| asked.iter().position(|path| path.contains(part));
        assert_eq!(place("config.json"), Some(0), "{asked:?}");
        assert_eq!(place("door-"), Some(1), "{asked:?}");
        let configs = asked.iter().filter(|path| path.contains("config.json"));
        assert_eq!(configs.count(), 1, "{asked:?}");
    });
}

#[test]
fn the_head_asks_for_the_configuration_and_the_script_joins_it() {
    run(async |w| {
        w.open("/").await;
        w.shows_page(SIGN_IN_PAGE).await;
        let sent = "return performance.getEntriesByType('resource')
            .filter((entry) => entry.name.endsWith('/config.json')).map((entry) => entry.initiatorType)";
        assert_eq!(w.run_script(sent, Vec::new()).await, json!(["link"]));
    });
}

/// Answers whoever does not insist on a new configuration with an old one.
const KEPT: &str = "const real = globalThis.fetch;
    globalThis.fetch = (address, init) => !String(address).endsWith('config.json') || init?.cache === 'no-cache'
      ? real(address, init)
      : Promise.resolve(new Response('{}', { headers: { 'content-type': 'application/json', 'cache-control': kept } }));";

#[test]
fn a_configuration_that_the_browser_may_have_kept_is_asked_for_again() {
    const BY_THE_SERVER: &str = "const kept = 'max-age=60';";
    const AFTER_BACK: &str = "const kept = 'no-cache';
        performance.getEntriesByType = () => [{ type: 'back_forward' }];";
    for plant in [BY_THE_SERVER, AFTER_BACK] {
        run_in_chromium(async |w| {
            w.before_each_page(&format!("{plant}{KEPT}")).await;
            w.open("/").await;
            w.shows_page(SIGN_IN_PAGE).await;
        });
    }
    // One that is asked for each time is taken as it comes, and so is what it says wrongly.
    run_in_chromium(async |w| {
        w.before_each_page(&format!("const kept = 'No-Cache';{KEPT}"))
            .await;
        w.open("/").await;
        w.shows_page("This site is not set up yet").await;
    });
}

/// Keeps the program from being fetched until `letGo()`.
const HELD: &str = "const real = globalThis.fetch;
    const held = new Promise((go) => (globalThis.letGo = go));
    globalThis.fetch = (what, ...how) =>
      String(what).endsWith('.wasm') ? held.then(() => real(what, ...how)) : real(what, ...how);";

/// A page that waits for its program.
struct Held<'a>(&'a World);

impl Held<'_> {
    /// Opens an address of the site, where no program comes.
    async fn open<'a>(w: &'a World, path: &str) -> Held<'a> {
        w.before_each_page(HELD).await;
        w.open(path).await;
        Held(w)
    }

    /// Lets the program come, here and on every page from now on.
    async fn let_go(&self) {
        self.0.before_each_page("globalThis.letGo()").await;
        self.0.run_script("letGo()", Vec::new()).await;
    }
}

#[test]
fn a_press_on_sign_in_is_kept_until_the_door_is_there() {
    run_in_chromium(async |w| {
        let page = Held::open(w, "/?q=North").await;
        w.shows_page(SIGN_IN_PAGE).await;
        let status = w.status().appears().await;
        assert_eq!(status.text, "", "nothing has happened");
        w.button("Sign in").click().await;
        w.status().says("Loading Vetted…").await;
        w.button("Sign in")
            .when("has been pressed", |button| button.disabled)
            .await;
        page.let_go().await;
        w.pick("Admin agent").await;
        w.is_at("/?q=North").await;
        w.shows_page("Customers").await;
    });
}

#[test]
fn whoever_has_reached_sign_in_by_the_keyboard_is_still_there_when_the_door_comes() {
    run_in_chromium(async |w| {
        let page = Held::open(w, "/").await;
        w.button("Sign in").appears().await;
        w.press(Key::Tab).await;
        w.button("Sign in").has_focus().await;
        page.let_go().await;
        w.link("Diagnostics").appears().await;
        w.button("Sign in").has_focus().await;
        w.press(Key::Enter).await;
        w.pick("Admin agent").await;
        w.shows_page("Customers").await;
    });
}

#[test]
fn a_press_on_sign_in_outlasts_the_choice_of_a_tenant() {
    run_in_chromium(async |w| {
        w.partner_center.serves_two_tenants();
        let page = Held::open(w, "/").await;
        w.button("Sign in").click().await;
        page.let_go().await;
        w.shows_page("Which partner tenant?").await;
        // Not on a tenant, which another press would choose.
        w.title("Which partner tenant?").has_focus().await;
        w.button("Brightpath South").click().await;
        w.pick("Admin agent").await;
        w.shows_page("Customers").await;
    });
}

#[test]
fn a_press_on_sign_in_leads_nowhere_when_it_cannot() {
    run_in_chromium(async |w| {
        w.partner_center.configure(json!({ "raw": "{}" }));
        let page = Held::open(w, "/").await;
        w.button("Sign in").click().await;
        page.let_go().await;
        w.shows_page("This site is not set up yet").await;
        w.is_at("/").await;
    });
    // Once is enough: what went wrong is told, and nothing is tried again by itself.
    run_in_chromium(async |w| {
        let no_answer =
            json!({ "path": "*/openid-configuration", "drop": "before", "times": null });
        w.partner_center.fails(no_answer);
        let page = Held::open(w, "/").await;
        w.button("Sign in").click().await;
        page.let_go().await;
        w.all(Role::Main).says("Signing in did not work.").await;
        w.button("Sign in")
            .when("can be pressed", |button| !button.disabled)
            .await;
        w.partner_center.fails_no_more();
        w.sign_in_as("Admin agent").await;
    });
}

#[test]
fn a_configuration_is_there_for_a_program_that_comes_after_the_time_for_it_is_over() {
    const LIMIT: &str = "const limit = new AbortController();
        const timeout = AbortSignal.timeout;
        AbortSignal.timeout = () => limit.signal;";
    const OVER: &str = "return vettedAsked['/config.json'].then(() => {
        limit.abort();
        AbortSignal.timeout = timeout;
    })";
    run_in_chromium(async |w| {
        w.before_each_page(LIMIT).await;
        let page = Held::open(w, "/").await;
        w.button("Sign in").appears().await;
        w.run_script(OVER, Vec::new()).await;
        page.let_go().await;
        w.link("Diagnostics").appears().await;
        w.shows_page(SIGN_IN_PAGE).await;
    });
}

#[test]
fn sign_in_is_offered_before_the_program_is_there_only_to_whoever_needs_it() {
    for path in ["/diagnostics", "/auth/callback"] {
        run_in_chromium(async |w| {
            Held::open(w, path).await;
            w.status().says("Loading Vetted…").await;
            w.button("Sign in").is_gone().await;
        });
    }
    run_in_chromium(async |w| {
        w.open_as("Admin agent", "/").await;
        w.shows_page("Customers").await;
        let page = Held::open(w, "/").await;
        w.status().says("Loading Vetted…").await;
        w.button("Sign in").is_gone().await;
        page.let_go().await;
        w.shows_page("Customers").await;
    });
}

#[test]
fn whoever_saves_data_gets_the_app_when_it_is_needed_and_not_before() {
    const SAVING: &str =
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true } });";
    run_in_chromium(async |w| {
        w.before_each_page(NOTE_FETCHES).await;
        w.before_each_page(SAVING).await;
        w.open("/").await;
        w.shows_page(SIGN_IN_PAGE).await;
        // What is fetched in idle time has been asked for by then.
        let asked = w
            .run_script(
                "return new Promise((done) => requestIdleCallback(() => requestIdleCallback(() => done(asked.join(' ')))))",
                Vec::new(),
            )
            .await;
        let asked = asked.as_str().unwrap_or_default();
        assert!(asked.contains("door-"), "{asked}");
        assert!(!asked.contains("vetted-"), "{asked}");
        w.sign_in_as("Admin agent").await;
        w.shows_page("Customers").await;
        assert!(has(&wasm_loaded(w).await, "vetted"));
    });
}

#[test]
fn an_app_that_is_missing_after_the_sign_in_is_told_and_a_reload_goes_on_once_it_is_back() {
    let site = copy_of_site("site-with-the-door-alone");
    let setup = Setup {
        site: Some(site.clone()),
        ..Setup::default()
    };
    run_with(setup, async |w| {
        // As while a release is being put in place.
        let mut app = files_of(&site, "vetted-");
        app.retain(|path| path.to_string_lossy().contains(".wasm"));
        assert!(!app.is_empty());
        let kept: Vec<_> = app.iter().map(|path| fs::read(path).unwrap()).collect();
        for path in &app {
            fs::remove_file(path).unwrap();
        }
        w.open("/").await;
        w.shows_page(SIGN_IN_PAGE).await;
        w.button("Sign in").click().await;
        w.pick("Admin agent").await;
        w.shows_page("Vetted could not start").await;
        for (path, bytes) in app.iter().zip(&kept) {
            fs::write(path, bytes).unwrap();
        }
        w.button("Reload").click().await;
        w.shows_page("Customers").await;
    });
}

/// A copy of the site in which one file has other bytes that would do the same.
fn changed_site(copy: &str, program: &str, ending: &str) -> PathBuf {
    /// A section of wasm with a name and nothing in it.
    const EMPTY_SECTION: &[u8] = &[0, 2, 1, b'x'];
    let site = copy_of_site(copy);
    let mut changed = 0;
    for path in files_of(&site, program) {
        let name = path.to_string_lossy().into_owned();
        if name.ends_with(ending) {
            let harmless = if ending == ".wasm" {
                EMPTY_SECTION
            } else {
                b"//"
            };
            fs::write(&path, [&fs::read(&path).unwrap(), harmless].concat()).unwrap();
            changed += 1;
        } else if name.contains(ending) {
            fs::remove_file(&path).unwrap(); // compressed
        }
    }
    assert_eq!(changed, 1, "one file of {program} ends in {ending}");
    site
}

#[test]
fn glue_of_the_door_that_was_changed_on_the_way_is_refused() {
    let setup = Setup {
        site: Some(changed_site("site-with-other-glue", "door-", ".js")),
        ..Setup::default()
    };
    run_with(setup, async |w| {
        w.open("/").await;
        w.shows_page("Vetted could not start").await;
    });
}

#[test]
fn an_app_that_was_changed_on_the_way_is_refused_although_the_door_was_whole() {
    for ending in [".wasm", ".js"] {
        let setup = Setup {
            site: Some(changed_site("site-with-another-app", "vetted-", ending)),
            ..Setup::default()
        };
        run_with(setup, async |w| {
            w.open("/").await;
            w.shows_page(SIGN_IN_PAGE).await;
            w.button("Sign in").click().await;
            w.pick("Admin agent").await;
            w.shows_page("Vetted could not start").await;
            w.all(Role::Main)
                .says("A part of it did not arrive unchanged.")
                .await;
        });
    }
}
