//! A bounded soak: several people at browsers of their own look customers up and ask for qualifications, while Partner
//! Center, the network and the tabs fail at random. At the end, what the app told them is held against what arrived.
//! Must not know how the app sees to it that nothing is lost or done twice.
//!
//! Everything that is decided by chance depends on the seed: the errands and what comes in between (`plan`), and which
//! calls fail and how (the sandbox). How long things take does not, so a replay meets the same trouble, though not to the
//! millisecond.

mod dice;
mod person;
mod plan;
mod tally;

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::{Either, join_all, select};
use serde_json::{Value, json};

use self::person::{Person, Way, with_one_more};
pub use self::plan::Deed;
use self::plan::{Customer, Errand, Plan};
pub use self::tally::Figures;
use self::tally::{Intent, Post, Told, compare};
use crate::driver::{Driver, Engine};
use crate::partner_center::PartnerCenter;
use crate::world::built_site;

/// How long the way to the last step may take.
const WAY: Duration = Duration::from_secs(60);
/// How long the app may take to tell something once *Send request* was pressed.
const ANSWER: Duration = Duration::from_secs(90);
/// How long open questions may stay so once nothing fails any more. The app takes up to a minute and a half over each.
const SETTLING: Duration = Duration::from_secs(240);
/// How often one intent is pressed again, where the app says that nothing has been sent yet.
const PRESSES: usize = 4;

/// What the app is robbed of, from outside, to see that the measure can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// Tabs do not wait for each other.
    WithoutLock,
    /// What is written down of a request is not found by the next page.
    WithoutStoredIntent,
}

/// How a soak is to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// What everything depends on.
    pub seed: u64,
    /// For how long new errands are begun.
    pub time: Duration,
    /// With fewer intents than this it goes on, up to twice the time.
    pub at_least: usize,
    /// How many errands each person runs at most.
    pub errands: usize,
    /// How many people there are, each with a browser.
    pub people: usize,
    /// How many percent of the API's calls fail at random.
    pub percent: u8,
    /// The only thing that comes in between, if it is to be only one.
    pub only: Option<Deed>,
    /// What the app is robbed of.
    pub sabotage: Option<Sabotage>,
    /// Who is told every ten seconds how far it is.
    pub progress: Option<fn(&str)>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            time: Duration::from_secs(180),
            at_least: 0,
            errands: usize::MAX,
            people: 4,
            percent: 12,
            only: None,
            sabotage: None,
            progress: None,
        }
    }
}

impl Options {
    /// Whether the service recognises a repeated `MS-RequestId`: for every other seed.
    pub fn honours_request_ids(&self) -> bool {
        self.seed.is_multiple_of(2)
    }

    /// Whether the service accepts a request for what is in review already: for two of four seeds, so that also what it
    /// would refuse counts.
    fn accepts_repeats(&self) -> bool {
        self.seed % 4 < 2
    }
}

/// What came of a soak.
#[derive(Clone, Debug)]
pub struct Report {
    /// The figures.
    pub figures: Figures,
    /// What happened with each intent that went wrong, and what else was found.
    pub traces: Vec<String>,
    /// Errands that were not carried through, each with the reason.
    pub stuck: Vec<String>,
    /// How long it took.
    pub took: Duration,
}

/// Runs a soak to its end.
///
/// # Panics
/// When sandbox or browsers do not start.
pub fn run(options: &Options) -> Report {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime
        .expect("a runtime can be built")
        .block_on(soak(options))
}

/// What everybody writes down.
struct Notes {
    began: Instant,
    intents: Vec<Intent>,
    lookups: usize,
    stuck: Vec<String>,
    settling: usize,
    done: bool,
}

impl Notes {
    fn begin() -> Self {
        Self {
            began: Instant::now(),
            intents: Vec::new(),
            lookups: 0,
            stuck: Vec::new(),
            settling: 0,
            done: false,
        }
    }

    /// Whether no more errands are to be begun.
    fn enough(&self, options: &Options) -> bool {
        let few = self.intents.len() < options.at_least;
        let time = options.time * if few { 2 } else { 1 };
        self.began.elapsed() > time
    }
}

async fn soak(options: &Options) -> Report {
    let started = Instant::now();
    let sandbox = sandbox::Options {
        site_dir: Some(built_site()),
        customers: 600,
        seed: options.seed,
        vetting_seconds: 24 * 3600,
        latency: Duration::from_millis(15),
        ..Default::default()
    };
    let running = sandbox::serve(sandbox).await.expect("the sandbox starts");
    let partner_center = Arc::new(PartnerCenter::new(running));
    prepare(&partner_center, options);
    let everyone = partner_center.control("GET", "/sandbox/customers/all", Value::Null);
    let mut customers: Vec<Customer> =
        serde_json::from_value(everyone).expect("the list has its form");
    // The named ones have troubles of their own.
    customers.retain(|customer| !customer.id.starts_with("5eed0000"));

    // Dropped last, so that the browsers end whatever happens.
    let drivers: Vec<_> = (0..options.people)
        .map(|_| Driver::start(Engine::Chromium))
        .collect();
    let notes = RefCell::new(Notes::begin());
    let people = drivers.iter().enumerate().map(|(at, driver)| {
        let plan = Plan::new(options.seed, (at, options.people), &customers, options.only);
        let partner_center = Arc::clone(&partner_center);
        let notes = &notes;
        async move {
            let persona = ["Admin agent", "Sales agent"][at % 2];
            let person = Person::sit_down(driver, &partner_center, persona, options.sabotage).await;
            let person =
                person.unwrap_or_else(|error| panic!("the browser does not start: {error}"));
            let desk = Desk { person, notes };
            desk.work(plan.take(options.errands), options).await
        }
    });
    let all = async {
        // From then on nothing fails any more, so that every open question gets its answer.
        let calm = json!({ "chaosPercent": 0 });
        let time_is_up = async {
            while !notes.borrow().enough(options) {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            partner_center.control("POST", "/sandbox/settings", calm.clone());
        };
        let working = join_all(people);
        futures::pin_mut!(working, time_is_up);
        let worked = match select(working, time_is_up).await {
            Either::Left((worked, _)) => worked,
            Either::Right(((), working)) => working.await,
        };
        partner_center.control("POST", "/sandbox/settings", calm.clone());
        partner_center.fails_no_more();
        let settled = join_all(worked.iter().map(|(desk, open)| desk.settle(open))).await;
        drop(settled);
        notes.borrow_mut().done = true;
        let mut findings = Vec::new();
        for (desk, _) in worked {
            findings.push(desk.person.world.findings().await);
            desk.person.world.end().await;
        }
        findings
    };
    let (findings, ()) = futures::join!(all, tell(&notes, options, started));

    let notes = notes.into_inner();
    let posts = posts(&partner_center);
    let (mut figures, mut traces) = compare(&notes.intents, &posts);
    figures.lookups = notes.lookups;
    figures.faults = partner_center
        .calls()
        .iter()
        .filter(|call| call.fault.is_some())
        .count();
    for found in findings {
        figures.panics += found.faults.len();
        figures.violations += found.reported.len() + found.blocked.len() + found.leaks.len();
        traces.extend([found.faults, found.reported, found.blocked, found.leaks].concat());
    }
    Report {
        figures,
        traces,
        stuck: notes.stuck,
        took: started.elapsed(),
    }
}

/// Makes the sandbox as unreliable as the seed says.
fn prepare(partner_center: &PartnerCenter, options: &Options) {
    let settings = json!({
        "chaosPercent": options.percent,
        "chaosSeed": options.seed,
        "chaosWaitSeconds": 1,
        "idempotency": options.honours_request_ids(),
        "acceptsRepeats": options.accepts_repeats(),
        "listLagMs": 1500,
    });
    partner_center.control("POST", "/sandbox/settings", settings);
    let code = json!([{
        "partnerId": "brightpath", "organizationName": "Brightpath Reseller", "validationId": "12345",
        "maxCreates": 100_000, "remainingCreates": 100_000,
    }]);
    let listed = partner_center.control("GET", "/sandbox/validation-codes", Value::Null);
    let mut first = listed.get(0).cloned().unwrap_or_else(|| code[0].clone());
    first["maxCreates"] = 100_000.into();
    first["remainingCreates"] = 100_000.into();
    partner_center.control("PUT", "/sandbox/validation-codes", json!([first]));
}

/// Says every ten seconds how far it is.
async fn tell(notes: &RefCell<Notes>, options: &Options, started: Instant) {
    let mut next = Duration::from_secs(10);
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let notes = notes.borrow();
        if notes.done {
            return;
        }
        let Some(progress) = options.progress.filter(|_| started.elapsed() >= next) else {
            continue;
        };
        next += Duration::from_secs(10);
        let open = notes
            .intents
            .iter()
            .filter(|intent| !intent.last().is_end())
            .count();
        let phase = if notes.settling > 0 {
            ", waiting for open questions".to_owned()
        } else if notes.began.elapsed() > options.time && !notes.enough(options) {
            format!(", going on until there are {}", options.at_least)
        } else {
            String::new()
        };
        progress(&format!(
            "{:>4} s: {} lookups, {} intents, {open} open{phase}",
            started.elapsed().as_secs(),
            notes.lookups,
            notes.intents.len(),
        ));
    }
}

fn posts(partner_center: &PartnerCenter) -> Vec<Post> {
    let post = |call: crate::Call| {
        let body: Value = serde_json::from_str(call.text()).unwrap_or_default();
        Post {
            number: call.number,
            customer: call.path.split('/').nth(3).unwrap_or_default().to_owned(),
            kind: body["qualification"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            request_id: call.header("ms-requestid").to_owned(),
            took_effect: call.took_effect,
            status: call.status,
            fault: call.fault,
        }
    };
    partner_center.posts().into_iter().map(post).collect()
}

/// A person at work, with the notes that all share.
struct Desk<'a> {
    person: Person,
    notes: &'a RefCell<Notes>,
}

/// Each intent's errand with its place in the notes.
type Open = Vec<(Errand, usize)>;

impl Desk<'_> {
    /// Runs one errand after another until the time is up. Gives what came of it.
    async fn work(self, errands: impl Iterator<Item = Errand>, options: &Options) -> (Self, Open) {
        let mut open = Open::new();
        for errand in errands {
            if self.notes.borrow().enough(options) {
                break;
            }
            if let Err(error) = self.run(&errand, &mut open).await {
                self.give_up(&errand, &error);
                // Whatever happened to the tab, there is another.
                let _ = self.person.go_offline(false).await;
                if self.person.look().await.is_none() {
                    let _ = self.person.close_tab_for("").await;
                }
            }
        }
        (self, open)
    }

    fn give_up(&self, errand: &Errand, error: &Trouble) {
        let words = format!("{:?} for {}: {error}", errand.deed, errand.customer.id);
        self.notes.borrow_mut().stuck.push(words);
    }

    /// Runs one errand, and adds its intents.
    async fn run(&self, errand: &Errand, intents: &mut Open) -> Result<(), Trouble> {
        self.notes.borrow_mut().lookups += 1;
        match self.person.get_ready(errand, WAY).await {
            Way::Ready => {}
            Way::Closed | Way::Outcome => return Ok(()),
            Way::Stuck(view) => return Err(Trouble(view)),
        }
        let first = self.decide(errand, errand.deed);
        intents.push((errand.clone(), first));
        self.act(errand, first).await?;
        let refused = matches!(self.notes.borrow().intents[first].last(), Told::NotSent(_));
        if refused
            && errand.persistent
            && let Way::Ready = self.person.get_ready(errand, WAY).await
        {
            let second = self.decide(errand, Deed::Wait);
            intents.push((errand.clone(), second));
            self.person.press("Send request").await;
            self.follow_up(errand, second).await;
        }
        Ok(())
    }

    /// Writes down that somebody decides to ask for something at this moment.
    fn decide(&self, errand: &Errand, deed: Deed) -> usize {
        let since = self.arrived();
        let mut notes = self.notes.borrow_mut();
        notes.intents.push(Intent {
            customer: errand.customer.id.clone(),
            kind: errand.kind,
            deed,
            since,
            told: Vec::new(),
            by_others: deed == Deed::SomebodyElse,
            trace: Vec::new(),
        });
        notes.intents.len() - 1
    }

    /// How many requests have arrived at the sandbox.
    fn arrived(&self) -> u64 {
        let about = self
            .person
            .world
            .partner_center
            .control("GET", "/sandbox", Value::Null);
        about["requests"].as_u64().unwrap_or_default()
    }

    fn note(&self, at: usize, words: impl Into<String>) {
        self.notes.borrow_mut().intents[at].trace.push(words.into());
    }

    /// Writes down what the app tells.
    fn heard(&self, at: usize, told: Option<Told>) {
        let Some(told) = told else {
            return self.note(at, "no page told anything in time");
        };
        let when = self.arrived();
        let intent = &mut self.notes.borrow_mut().intents[at];
        // Of what is told over and over the first time is enough.
        if *intent.last() != told || !told.is_owned() {
            intent.told.push((when, told));
        }
    }

    /// Presses *Send request*, does what comes in between, and hears what the app tells.
    async fn act(&self, errand: &Errand, at: usize) -> Result<(), Trouble> {
        let person = &self.person;
        let partner_center = &person.world.partner_center;
        let customer = format!("/customers/{}", errand.customer.id);
        let sent = format!("{customer}/request/sent");
        if errand.deed == Deed::TwoTabs {
            return self.act_in_two_tabs(errand, at).await;
        }
        if let Some(trap) = &errand.trap {
            partner_center.fails(trap.clone());
            self.note(at, format!("trap {trap}"));
        }
        match errand.deed {
            Deed::Expired => partner_center.expire(json!({ "access": true })),
            Deed::SignedOut => {
                partner_center.expire(json!({ "access": true, "refresh": true, "session": true }));
            }
            Deed::SomebodyElse => {
                let path = format!("/sandbox{customer}/qualifications");
                let list = with_one_more(&errand.customer.qualifications, errand.kind);
                partner_center.control("PUT", &path, list);
            }
            _ => {}
        }
        if !person.press("Send request").await {
            self.note(at, "the button had gone");
        }
        match errand.deed {
            Deed::Leave => {
                self.linger(errand, at).await;
                person.go_home().await;
                self.note(at, "left for another page");
                return Ok(());
            }
            Deed::Reload => {
                self.linger(errand, at).await;
                person.reload().await;
                self.note(at, "reloaded");
            }
            Deed::Close | Deed::Crash => {
                self.linger(errand, at).await;
                if errand.deed == Deed::Close {
                    person.close_tab_for(&sent).await?;
                } else {
                    person.crash_tab_for(&sent).await?;
                }
                self.note(at, "the tab is gone, and there is another");
            }
            Deed::Offline => {
                tokio::time::sleep(errand.pause).await;
                person.go_offline(true).await?;
                tokio::time::sleep(errand.outage).await;
                person.go_offline(false).await?;
                self.note(at, "was offline");
            }
            _ => {}
        }
        self.follow_up(errand, at).await;
        Ok(())
    }

    /// Stays a moment, and writes down what the app tells by then: whoever goes away after that may rely on it.
    async fn linger(&self, errand: &Errand, at: usize) {
        tokio::time::sleep(errand.pause).await;
        let told = self.person.glance(errand).await;
        if told.is_some() {
            self.heard(at, told);
        }
    }

    async fn act_in_two_tabs(&self, errand: &Errand, at: usize) -> Result<(), Trouble> {
        let person = &self.person;
        let first = person.tab().await?;
        person
            .open_tab(&format!("/customers/{}", errand.customer.id))
            .await?;
        let second = person.tab().await?;
        let ready = person.get_ready(errand, WAY).await;
        if let Some(trap) = &errand.trap {
            person.world.partner_center.fails(trap.clone());
        }
        let pressed = person.press("Send request").await;
        person.turn_to(&first).await?;
        let pressed = (pressed, person.press("Send request").await);
        let ready = matches!(ready, Way::Ready);
        self.note(at, format!("two tabs: ready {ready}, pressed {pressed:?}"));
        let told = person.hear(errand, ANSWER).await;
        self.note(at, format!("the first tab tells {told:?}"));
        person.turn_to(&second).await?;
        let told_there = person.hear(errand, ANSWER).await;
        self.note(at, format!("the second tab tells {told_there:?}"));
        self.heard(at, told_there);
        person.close_tab_and_turn_to(&first).await?;
        self.heard(at, told);
        self.follow_up(errand, at).await;
        Ok(())
    }

    /// Hears what the app tells, and presses again where it says that nothing has been sent.
    async fn follow_up(&self, errand: &Errand, at: usize) {
        for _ in 0..PRESSES {
            let told = self.person.hear(errand, ANSWER).await;
            self.heard(at, told.clone());
            if told.is_some_and(|told| told.is_owned()) {
                return;
            }
            match self.person.get_ready(errand, WAY).await {
                Way::Ready => {
                    self.note(at, "pressed again");
                    self.person.press("Send request").await;
                }
                Way::Outcome => {}
                Way::Closed => return self.note(at, "cannot be asked for any more"),
                Way::Stuck(view) => return self.note(at, format!("stuck at {view}")),
            }
        }
    }

    /// Has every open question answered; then reads in a new tab what the app finally tells of everything.
    async fn settle(&self, intents: &Open) {
        self.notes.borrow_mut().settling += 1;
        let started = Instant::now();
        // What is told about a customer is told about the last request.
        let is_last = |(at, (errand, _)): &(usize, &(Errand, usize))| {
            let mut later = intents[at + 1..].iter();
            later.all(|(other, _)| other.customer.id != errand.customer.id)
        };
        let all = intents.iter().enumerate().filter(is_last);
        let all: Vec<_> = all.map(|(_, one)| one).collect();
        let is_open = |at: usize| {
            let notes = self.notes.borrow();
            let last = notes.intents[at].last();
            !last.is_end() && *last != Told::NotYet
        };
        // When a page is loaded anew, the app begins anew to look, so this tab goes on with what it has begun.
        let mut waiting = all.clone();
        waiting.retain(|(_, at)| is_open(*at));
        while !waiting.is_empty() && started.elapsed() < SETTLING {
            let mut still = Vec::new();
            for (errand, at) in &waiting {
                let told = self.person.visit_if_open(errand, WAY).await;
                if told && !self.answer(errand, *at).await {
                    still.push(*at);
                }
            }
            waiting.retain(|(_, at)| still.contains(at));
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        if let Err(error) = self.person.close_tab_for("").await {
            self.notes.borrow_mut().stuck.push(error.to_string());
        }
        for (errand, at) in all {
            self.note(*at, "finally, in a new tab");
            let sent = format!("/customers/{}/request/sent", errand.customer.id);
            self.person.go(&sent).await;
            let mut read = self.answer(errand, *at).await;
            while !read && self.is_owned(*at) && started.elapsed() < 2 * SETTLING {
                read = self.answer(errand, *at).await;
            }
            if !read && self.is_owned(*at) {
                self.give_up(errand, &Trouble("not read in a new tab".to_owned()));
            }
        }
    }

    fn is_owned(&self, at: usize) -> bool {
        self.notes.borrow().intents[at].last().is_owned()
    }

    /// Does what the page of an open request asks for. Gives whether the app tells its end.
    async fn answer(&self, errand: &Errand, at: usize) -> bool {
        for name in ["Send again", "Look again"] {
            if self.person.press(name).await {
                self.note(at, format!("pressed {name}"));
                tokio::time::sleep(Duration::from_millis(700)).await;
            }
        }
        let told = self.person.hear(errand, Duration::from_secs(20)).await;
        let answered = told.as_ref().is_some_and(Told::is_end);
        self.heard(at, told);
        answered
    }
}

/// Why an errand was not carried through.
struct Trouble(String);

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<thirtyfour::error::WebDriverError> for Trouble {
    fn from(error: thirtyfour::error::WebDriverError) -> Self {
        Self(error.to_string())
    }
}
