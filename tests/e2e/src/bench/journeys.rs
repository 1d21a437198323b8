//! What somebody does who is signed in, at the processor's own speed: what blocks, what moves, how long a lookup takes, what
//! a thousand of them leave behind. Must not know how the app is made.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use thirtyfour::Key;

use super::figures::{Figures, grouped};
use super::following;
use super::page::{Watch, ask, call, tell, watch};
use super::{Options, Say, WINDOW};
use crate::driver::Driver;
use crate::locator::{Find, Role};
use crate::partner_center::{PartnerCenter, VETTING_SECONDS};
use crate::verbs::customer_path;
use crate::world::World;

/// Customers whose qualifications are decided, so that no page reads them again by itself.
const DECIDED: [u16; 4] = [18, 21, 23, 24];
/// One without any.
const NORTHFIELD: u16 = 1;
/// What comes within half a second of an input is not counted as a shift, so answers have to take longer, as they do.
const SLOW_ENOUGH: u32 = 550;
/// A frame at 60 per second, in milliseconds.
const FRAME: f64 = 1000.0 / 60.0;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct News {
    moved: f64,
    moved_after_input: f64,
    pub(super) long_tasks: Vec<LongTask>,
    culprits: Vec<Culprit>,
}

/// Somebody who moved, or ran long.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Culprit {
    pub(super) who: String,
    pub(super) did: String,
    pub(super) amount: f64,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct LongTask {
    pub(super) took: f64,
}

#[derive(Clone, Debug, Deserialize)]
struct Shown {
    drawn: f64,
    shown: f64,
    calls: Vec<Call>,
}

#[derive(Clone, Debug, Deserialize)]
struct Call {
    name: String,
    start: f64,
    end: f64,
}

/// Measures what somebody does who is signed in, and says what came of it.
pub(super) async fn measure(options: &Options, driver: &Driver, say: Say<'_>) {
    let mut walks = Walks::default();
    for turn in 1..=options.runs {
        // Each in a browser of its own: nobody is signed in, and nothing is cached.
        let w = world(options, driver).await;
        walk(&w, &mut walks).await;
        if turn == options.runs {
            walks.tell(say);
            to_the_search(&w).await;
            for service in [0, 100] {
                enter_to_cards(&w, service, options.runs, say).await;
            }
            memory(&w, options, say).await;
            following::measure(&w, options, say).await;
            let version = tell(w.driver(), "Browser.getVersion", json!({})).await;
            let product = version["product"].as_str().unwrap_or("unknown");
            say(&format!("\nbrowser: {product}"));
        }
        w.end().await;
    }
}

/// A sandbox of its own, and a browser in which every page is watched.
async fn world(options: &Options, driver: &Driver) -> World {
    let options = sandbox::Options {
        site_dir: Some(options.site.clone()),
        vetting_seconds: VETTING_SECONDS,
        ..Default::default()
    };
    let running = sandbox::serve(options).await.expect("the sandbox starts");
    let browser = driver.unwatched_browser(WINDOW).await;
    let button = "";
    let press = false;
    watch(&browser, Watch { press, button }).await;
    let partner_center = Arc::new(PartnerCenter::new(running));
    let site = partner_center.site();
    World::with(partner_center, driver, browser, site)
}

fn takes(w: &World, milliseconds: u32) {
    let settings = json!({ "latencyMs": milliseconds });
    w.partner_center
        .control("POST", "/sandbox/settings", settings);
}

/// The main job, step by step, and what each step blocked and moved. Ends signed in, on the customer's page.
async fn walk(w: &World, seen: &mut Walks) {
    takes(w, SLOW_ENOUGH);
    w.open("/").await;
    w.button("Sign in").appears().await;
    seen.take("load", w).await;

    w.sign_in_as("Admin agent").await;
    w.shows_page("Customers").await;
    seen.take("sign in", w).await;

    w.look_up("Northfield").await;
    let link = w.link("Northfield Primary School");
    link.appears().await;
    seen.take("look up", w).await;

    link.click().await;
    w.region("Qualifications").says("No qualifications").await;
    seen.take("open the customer", w).await;

    w.link("Request a qualification").click().await;
    w.radio("Education").click().await;
    w.combobox("Education segment").choose("K-12").await;
    w.button("Continue").click().await;
    w.shows_page("Check your answers").await;
    w.button("Send request").click().await;
    w.shows_page("Request sent").await;
    w.card("Education").says("In review").await;
    seen.take("request", w).await;
    takes(w, 0);
}

/// What has happened in the page since it was last asked.
pub(super) async fn news(w: &World) -> News {
    // What the last task did is told after the next frame.
    let news = ask(w.driver(), "new Promise((then) => requestAnimationFrame(() => setTimeout(() => then(visit.news()), 50)))").await;
    serde_json::from_value(news).expect("visitor.js gives its news")
}

/// What was seen of each step, walk by walk.
#[derive(Default)]
struct Walks(BTreeMap<&'static str, Vec<News>>);

impl Walks {
    async fn take(&mut self, step: &'static str, w: &World) {
        self.0.entry(step).or_default().push(news(w).await);
    }

    fn tell(&self, say: Say<'_>) {
        let walks = self.0.values().map(Vec::len).max().unwrap_or_default();
        say(&format!(
            "\nJourneys: the processor's own speed, n = {walks}\n{:<20}{:<22}{:<22}{:<16}{}",
            "", "tasks over 50 ms", "the longest, ms", "layout shift", "… right after input"
        ));
        for step in ["load", "sign in", "look up", "open the customer", "request"] {
            let Some(news) = self.0.get(step) else {
                continue;
            };
            #[allow(clippy::cast_precision_loss)]
            let count: Figures = news.iter().map(|one| one.long_tasks.len() as f64).collect();
            let tasks = news.iter().flat_map(|one| &one.long_tasks);
            let longest: Figures = tasks.map(|task| task.took).collect();
            let moved: Figures = news.iter().map(|one| one.moved).collect();
            let after: Figures = news.iter().map(|one| one.moved_after_input).collect();
            say(&format!(
                "{step:<20}{:<22}{:<22}{:<16}{}",
                count.in_words(0),
                longest.in_words(0),
                grouped(moved.0.iter().copied().fold(0.0, f64::max), 4),
                grouped(after.0.iter().copied().fold(0.0, f64::max), 4),
            ));
        }
        let all = self.0.iter().flat_map(|(step, news)| {
            let culprits = news.iter().flat_map(|one| &one.culprits);
            culprits.map(move |culprit| (*step, culprit))
        });
        let mut culprits: BTreeMap<(&str, &str, &str), Vec<f64>> = BTreeMap::new();
        for (step, culprit) in all {
            let key = (step, culprit.did.as_str(), culprit.who.as_str());
            culprits.entry(key).or_default().push(culprit.amount);
        }
        for ((step, did, who), amounts) in culprits {
            let digits = if did == "moved" { 4 } else { 0 };
            let times = amounts.len();
            let amounts = Figures(amounts).in_words(digits);
            say(&format!("  {step}: {who} {did} {amounts}, {times} times"));
        }
    }
}

/// From Enter to the cards, with a service that takes this many milliseconds, beside the bare calls in the same page.
async fn enter_to_cards(w: &World, service: u32, runs: usize, say: Say<'_>) {
    let issued = w
        .partner_center
        .control("POST", "/sandbox/token", json!({ "persona": "admin" }));
    let token = issued["access_token"].clone();
    let id = PartnerCenter::customer(DECIDED[1]);

    let mut seen = Vec::new();
    let mut bare = Vec::new();
    // The first is for warming up.
    for run in 0..=runs {
        w.search_field().fill(&id).await;
        ask(w.driver(), "visit.expect('main article')").await;
        takes(w, service);
        w.press(Key::Enter).await;
        let shown = ask(w.driver(), "visit.shown").await;
        let mut shown: Shown = serde_json::from_value(shown).expect("visitor.js says when");
        // What is asked for once the cards are there holds nobody up.
        let drawn = shown.drawn;
        shown.calls.retain(|call| call.end <= drawn);
        let addresses: Vec<&str> = shown.calls.iter().map(|call| call.name.as_str()).collect();
        let calls = [json!(addresses), token.clone()];
        let took = call(w.driver(), include_str!("bare.js"), &calls).await;
        takes(w, 0);
        w.back().await;
        if run > 0 {
            seen.push(shown);
            bare.push(took.as_f64().unwrap_or(f64::NAN));
        }
    }
    let bare = Figures(bare);
    let all = |look: fn(&Shown) -> f64| seen.iter().map(look).collect::<Figures>();
    let calls = seen.last().map_or(0, |shown| shown.calls.len());
    say(&format!(
        "\nFrom Enter to cards on screen: a service that takes {service} ms; {calls} calls; ms, n = {runs}"
    ));
    for (name, figures, digits) in [
        ("Enter to cards", all(|seen| seen.shown), 1),
        ("… until the first call goes out", all(Shown::asked), 1),
        (
            "… from the last answer to the document",
            all(|seen| seen.drawn - seen.answered()),
            1,
        ),
        (
            "… from there to the screen",
            all(|seen| seen.shown - seen.drawn),
            1,
        ),
        (
            "… without the time calls were under way",
            all(|seen| seen.shown - under_way(&seen.calls)),
            1,
        ),
        ("bare fetch and JSON.parse of these calls", bare.clone(), 1),
        ("ratio to them", all(|seen| seen.shown).over(&bare), 2),
        (
            "… less one frame of 16.7 ms",
            all(|seen| seen.shown - FRAME).over(&bare),
            2,
        ),
    ] {
        say(&format!("{name:<44}{}", figures.in_words(digits)));
    }
}

impl Shown {
    fn asked(&self) -> f64 {
        let starts = self.calls.iter().map(|call| call.start);
        starts.fold(f64::INFINITY, f64::min)
    }

    fn answered(&self) -> f64 {
        let ends = self.calls.iter().map(|call| call.end);
        ends.fold(f64::NEG_INFINITY, f64::max)
    }
}

/// For how long any of these calls was under way.
fn under_way(calls: &[Call]) -> f64 {
    let mut spans: Vec<(f64, f64)> = calls.iter().map(|call| (call.start, call.end)).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut until = 0.0_f64;
    let mut sum = 0.0;
    for (start, end) in spans {
        sum += (end - start.max(until)).max(0.0);
        until = until.max(end);
    }
    sum
}

/// Looks customers up and says after how many lookups how much memory is in use.
async fn memory(w: &World, options: &Options, say: Say<'_>) {
    let customers: Vec<Value> = DECIDED
        .iter()
        .map(|number| json!({ "id": PartnerCenter::customer(*number), "name": w.partner_center.name(*number) }))
        .collect();
    let customers = Value::Array(customers);
    let mut done = 0;
    say(&format!(
        "\nMemory after so many lookups, every second by ID\n{}",
        in_use_head("lookups")
    ));
    for goal in options.lookups.clone() {
        while done < goal {
            // Small enough for the driver's patience.
            let count = (goal - done).min(50);
            call(
                w.driver(),
                include_str!("lookups.js"),
                &[done.into(), count.into(), customers.clone()],
            )
            .await;
            done += count;
        }
        w.partner_center.forget_calls();
        say(&in_use(w, done).await);
    }
}

/// The head of the columns that [`in_use`] gives.
pub(super) fn in_use_head(of: &str) -> String {
    format!(
        "{of:>8}{:>14}{:>14}{:>10}{:>12}{:>12}",
        "JS heap, kB", "wasm, kB", "nodes", "listeners", "documents"
    )
}

/// How much memory is in use after so many of what is counted.
pub(super) async fn in_use(w: &World, done: usize) -> String {
    let page = w.driver();
    tell(page, "Performance.enable", json!({})).await;
    // Twice: the first may leave what only then is seen to be garbage.
    for _ in 0..2 {
        tell(page, "HeapProfiler.collectGarbage", json!({})).await;
    }
    let heap = tell(page, "Runtime.getHeapUsage", json!({})).await;
    let pages = ask(page, "visit.wasmPages()").await;
    let metrics = tell(page, "Performance.getMetrics", json!({})).await;
    let metric = |name: &str| {
        let all = metrics["metrics"].as_array().into_iter().flatten();
        let mut named = all.filter(|metric| metric["name"] == name);
        named
            .next()
            .and_then(|metric| metric["value"].as_f64())
            .unwrap_or(f64::NAN)
    };
    let mut line = format!("{done:>8}");
    let number =
        |value: &Value, factor: f64| grouped(value.as_f64().unwrap_or(f64::NAN) * factor, 0);
    let _ = write!(
        line,
        "{:>14}{:>14}{:>10}{:>12}{:>12}",
        number(&heap["usedSize"], 1.0 / 1024.0),
        number(&pages, 64.0),
        grouped(metric("Nodes"), 0),
        grouped(metric("JSEventListeners"), 0),
        grouped(metric("Documents"), 0),
    );
    line
}

/// Goes to where lookups begin, signed in.
async fn to_the_search(w: &World) {
    w.link("Back to the customer").click().await;
    w.is_at(&customer_path(NORTHFIELD)).await;
    w.all(Role::Main).link("Customers").click().await;
    w.search_field().appears().await;
}

#[cfg(test)]
mod tests {
    use super::{Call, under_way};

    #[test]
    fn time_in_which_several_calls_were_under_way_counts_once() {
        let call = |start, end| Call {
            name: String::new(),
            start,
            end,
        };
        let sum = under_way(&[
            call(1.0, 5.0),
            call(2.0, 3.0),
            call(4.0, 6.0),
            call(8.0, 9.0),
        ]);
        assert!((sum - 6.0).abs() < 1e-9, "{sum}");
    }
}
