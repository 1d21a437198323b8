//! Visits of somebody who is not signed in: what the site sends, when it paints, when its button answers. Beside another
//! site, if wanted. Must not know anything of either site but the name of its button.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use thirtyfour::WebDriver;

use super::counter::{Counter, Sent};
use super::figures::{Figures, grouped};
use super::journeys::Culprit;
use super::page::{Watch, ask, tell, watch};
use super::{Options, Say, WINDOW};
use crate::driver::Driver;
use crate::wait::until_within;

/// Milliseconds from request to answer, and bytes per second down and up: 1.6 and 0.75 Mbit/s.
const ROUND_TRIP: u32 = 150;
const DOWN: u32 = 1_600_000 / 8;
const UP: u32 = 750_000 / 8;
/// How many times slower than it is the processor is made.
const SLOWER: u32 = 4;
/// How long a visit may take.
const LIMIT: Duration = Duration::from_secs(50);

/// A site that is visited.
struct Site {
    name: &'static str,
    button: String,
    counter: Counter,
    /// Serves it; stops when dropped.
    _running: sandbox::Running,
}

#[derive(Clone, Debug, Deserialize)]
struct Resource {
    name: String,
    start: f64,
    end: f64,
}

/// What one visit looked like; times in milliseconds since its beginning.
#[derive(Clone, Debug, Deserialize)]
struct Visit {
    paint: Option<f64>,
    largest: Option<f64>,
    what: String,
    moved: f64,
    culprits: Vec<Culprit>,
    pressed: Option<f64>,
    left: Option<f64>,
    resources: Vec<Resource>,
    #[serde(skip)]
    sent: Vec<Sent>,
}

/// The visits of one run to one site.
#[derive(Clone, Debug)]
struct Run {
    cold: Visit,
    warm: Visit,
    cold_press: Visit,
    warm_press: Visit,
}

/// Visits the site, and the other if there is one, turn by turn, and says what came of it.
pub(super) async fn measure(options: &Options, driver: &Driver, say: Say<'_>) {
    let mut sites = vec![Site::serve("Vetted", &options.site, "Sign in").await];
    if let Some(folder) = &options.compare {
        sites.push(Site::serve("compared", folder, &options.button).await);
    }
    let mut runs: Vec<Vec<Run>> = vec![Vec::new(); sites.len()];
    for turn in 0..options.runs {
        // Whoever comes first meets another machine than whoever comes second.
        let mut order: Vec<usize> = (0..sites.len()).collect();
        if turn % 2 == 1 {
            order.reverse();
        }
        for index in order {
            runs[index].push(sites[index].run(driver, options.slowly).await);
        }
    }
    for (site, runs) in sites.iter().zip(&runs) {
        say_bytes(site, runs, say);
    }
    say_times(&sites, &runs, options, say);
}

impl Site {
    async fn serve(name: &'static str, folder: &Path, button: &str) -> Self {
        let options = sandbox::Options {
            site_dir: Some(folder.to_owned()),
            ..Default::default()
        };
        let running = sandbox::serve(options).await.expect("the site is served");
        let site = running.site().expect("a site was asked for");
        let site = site.trim_start_matches("http://").trim_end_matches('/');
        let counter = Counter::before(site.parse().expect("it has an address")).await;
        Self {
            name,
            button: button.to_owned(),
            counter: counter.expect("there is a free port"),
            _running: running,
        }
    }

    /// Two browsers with empty profiles: one looks, one presses, since pressing disturbs what is looked at.
    async fn run(&self, driver: &Driver, slowly: bool) -> Run {
        let (cold, warm) = self.visit_twice(driver, slowly, false).await;
        let (cold_press, warm_press) = self.visit_twice(driver, slowly, true).await;
        Run {
            cold,
            warm,
            cold_press,
            warm_press,
        }
    }

    async fn visit_twice(&self, driver: &Driver, slowly: bool, press: bool) -> (Visit, Visit) {
        let page = driver.unwatched_browser(WINDOW).await;
        let button = &self.button;
        watch(&page, Watch { press, button }).await;
        if slowly {
            slow_down(&page).await;
        }
        let cold = self.visit(&page, press).await;
        // The second visit keeps what is cached, and nothing of the attempt to sign in.
        ask(&page, "sessionStorage.clear(), localStorage.clear()").await;
        go(&page, "about:blank").await;
        let warm = self.visit(&page, press).await;
        let _ = page.quit().await;
        (cold, warm)
    }

    async fn visit(&self, page: &WebDriver, press: bool) -> Visit {
        self.counter.forget();
        go(page, &self.counter.site()).await;
        if press {
            ask(page, "visit.answered()").await;
        } else {
            ask(page, "visit.settled()").await;
        }
        until_within(LIMIT, "everything has arrived", async || {
            match self.counter.is_idle() {
                true => Ok(()),
                false => Err("Something is on its way".to_owned()),
            }
        })
        .await;
        if !press {
            ask(page, "visit.settled()").await;
        }
        let report = ask(page, "visit.report()").await;
        let mut visit: Visit = serde_json::from_value(report).expect("visitor.js gives its report");
        visit.sent = self.counter.sent();
        visit
    }
}

async fn slow_down(page: &WebDriver) {
    tell(page, "Network.enable", json!({})).await;
    let conditions = json!({
        "offline": false,
        "latency": ROUND_TRIP,
        "downloadThroughput": DOWN,
        "uploadThroughput": UP,
    });
    tell(page, "Network.emulateNetworkConditions", conditions).await;
    tell(
        page,
        "Emulation.setCPUThrottlingRate",
        json!({ "rate": SLOWER }),
    )
    .await;
}

/// Goes to an address and waits until its document is there, without waiting for what it loads.
async fn go(page: &WebDriver, address: &str) {
    tell(page, "Page.navigate", json!({ "url": address })).await;
    until_within(LIMIT, &format!("the page is {address}"), async || {
        let words = json!({ "expression": "location.href", "returnByValue": true });
        // Between two documents there is none to ask.
        let answer = page.cdp().send_raw("Runtime.evaluate", words).await;
        match answer {
            Ok(answer) if answer["result"]["value"] == address => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
    .await;
}

impl Visit {
    /// When the first WebAssembly had arrived.
    fn wasm(&self) -> Option<f64> {
        let wasm = |resource: &&Resource| path(&resource.name).ends_with(".wasm");
        let ends = self.resources.iter().filter(wasm).map(|one| one.end);
        ends.min_by(f64::total_cmp)
    }

    /// From when to when a file was on its way: `310–2,757 ms`.
    fn times_of(&self, wanted: &str) -> String {
        let mut all = self.resources.iter();
        all.find(|resource| path(&resource.name) == wanted)
            .map_or_else(String::new, |one| {
                format!("{}–{} ms", grouped(one.start, 0), grouped(one.end, 0))
            })
    }

    /// What the site sent of the document and of all that the page had asked for before the button led away, by path; and
    /// what it sent besides.
    fn before_it_left(&self) -> (BTreeMap<String, (u64, u64)>, u64) {
        let left = self.left.unwrap_or(f64::INFINITY);
        let early = self
            .resources
            .iter()
            .filter(|resource| resource.start < left);
        let mut asked: Vec<&str> = early.map(|resource| path(&resource.name)).collect();
        asked.push("/");
        let mut files = BTreeMap::new();
        let mut later = 0;
        for sent in &self.sent {
            if asked.contains(&sent.path.as_str()) {
                let file: &mut (u64, u64) = files.entry(sent.path.clone()).or_default();
                file.0 += sent.body;
                file.1 += sent.head;
            } else {
                later += sent.body + sent.head;
            }
        }
        (files, later)
    }
}

/// The path of an address on any host.
fn path(address: &str) -> &str {
    let after_scheme = address.find("//").map_or(0, |at| at + 2);
    let host_ends = address[after_scheme..].find('/');
    host_ends.map_or("/", |at| &address[after_scheme + at..])
}

fn say_bytes(site: &Site, runs: &[Run], say: Say<'_>) {
    let Some(first) = runs.first() else { return };
    say(&format!(
        "\n{}: bytes until \"{}\" has led away, cold, as the server sent them",
        site.name, site.button
    ));
    let (files, later) = first.cold_press.before_it_left();
    let mut rows: Vec<_> = files.iter().collect();
    rows.sort_by_key(|(_, (body, _))| std::cmp::Reverse(*body));
    for (path, (body, _)) in rows {
        let times = first.cold_press.times_of(path);
        say(&format!("{:>12}  {times:<16}{path}", whole(*body)));
    }
    let headers: u64 = files.values().map(|(_, head)| head).sum();
    say(&format!(
        "{:>12}  headers of {} answers",
        whole(headers),
        files.len()
    ));
    let total = |visit: &Visit| sum(&visit.before_it_left().0);
    let bodies: u64 = files.values().map(|(body, _)| body).sum();
    say(&format!("{:>12}  bodies together", whole(bodies)));
    let totals = runs.iter().map(|run| total(&run.cold_press));
    say(&format!(
        "{:>12}  all together",
        totals.collect::<Figures>().briefly()
    ));
    let elsewhere = elsewhere(&first.cold_press, &site.counter.site());
    say(&format!(
        "{:>12}  sent for what the page asked for afterwards",
        whole(later)
    ));
    say(&format!(
        "{elsewhere:>12}  requests to other servers before it answers"
    ));
    let warm = runs.iter().map(|run| total(&run.warm_press));
    say(&format!(
        "{:>12}  all together, warm",
        warm.collect::<Figures>().briefly()
    ));
}

#[allow(clippy::cast_precision_loss)] // far below 2^52
fn whole(number: u64) -> String {
    grouped(number as f64, 0)
}

#[allow(clippy::cast_precision_loss)] // far below 2^52
fn sum(files: &BTreeMap<String, (u64, u64)>) -> f64 {
    files.values().map(|(body, head)| body + head).sum::<u64>() as f64
}

fn elsewhere(visit: &Visit, site: &str) -> usize {
    let answer = visit.pressed.unwrap_or(f64::INFINITY);
    let other = |resource: &&Resource| resource.start < answer && !resource.name.starts_with(site);
    visit.resources.iter().filter(other).count()
}

type Look = fn(&Run) -> Option<f64>;

const ROWS: [(&str, usize, Look); 13] = [
    ("cold  first contentful paint", 0, |run| run.cold.paint),
    ("cold  first wasm has arrived", 0, |run| run.cold.wasm()),
    ("cold  largest contentful paint", 0, |run| run.cold.largest),
    ("cold  the button answers a click", 0, |run| {
        run.cold_press.pressed
    }),
    ("cold  … and the page leaves", 0, |run| {
        run.cold_press.left
    }),
    ("cold  layout shift", 4, |run| Some(run.cold.moved)),
    ("warm  first contentful paint", 0, |run| run.warm.paint),
    ("warm  first wasm has arrived", 0, |run| run.warm.wasm()),
    ("warm  largest contentful paint", 0, |run| run.warm.largest),
    ("warm  the button answers a click", 0, |run| {
        run.warm_press.pressed
    }),
    ("warm  … and the page leaves", 0, |run| {
        run.warm_press.left
    }),
    ("warm  layout shift", 4, |run| Some(run.warm.moved)),
    ("cold  … while it is pressed", 4, |run| {
        Some(run.cold_press.moved)
    }),
];

fn say_times(sites: &[Site], runs: &[Vec<Run>], options: &Options, say: Say<'_>) {
    let conditions = if options.slowly {
        format!("{SLOWER} times slower processor, {ROUND_TRIP} ms round trip, 1.6 and 0.75 Mbit/s")
    } else {
        "full speed".to_owned()
    };
    say(&format!(
        "\nFirst load: {conditions}; ms, median (least–greatest), n = {}",
        options.runs
    ));
    let names: Vec<String> = sites
        .iter()
        .map(|site| format!("{:<24}", site.name))
        .collect();
    let ratio = if sites.len() > 1 {
        "ratio, pair by pair"
    } else {
        ""
    };
    say(format!("{:<34}{}{ratio}", "", names.concat()).trim_end());
    for (name, digits, look) in ROWS {
        let columns: Vec<Figures> = runs
            .iter()
            .map(|runs| runs.iter().filter_map(look).collect())
            .collect();
        let mut line = format!("{name:<34}");
        for column in &columns {
            line += &format!("{:<24}", column.in_words(digits));
        }
        if let [ours, theirs] = columns.as_slice()
            && digits == 0
            && ours.0.len() == theirs.0.len()
        {
            line += &ours.over(theirs).in_words(2);
        }
        say(line.trim_end());
    }
    for (site, runs) in sites.iter().zip(runs) {
        let mut whats: Vec<_> = runs.iter().map(|run| &run.cold.what).collect();
        whats.sort();
        whats.dedup();
        for what in whats {
            say(&format!("{}'s largest paint: {what}", site.name));
        }
        for visit in runs.iter().flat_map(|run| [&run.cold, &run.warm]) {
            if visit.moved > 0.0 {
                let moved = visit
                    .culprits
                    .iter()
                    .filter(|culprit| culprit.did == "moved");
                let who: Vec<_> = moved.map(|culprit| culprit.who.as_str()).collect();
                say(&format!("{} moved: {}", site.name, who.join(", ")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn the_path_is_what_follows_the_host() {
        assert_eq!(path("http://127.0.0.1:80/a/b.js?c"), "/a/b.js?c");
        assert_eq!(path("http://127.0.0.1:80"), "/");
    }
}
