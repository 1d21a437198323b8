//! Measures the built site in a real browser: what it sends, when it paints and answers, what blocks, what stays in memory.
//! Must not know how the site is made. Numbers only: nothing here passes or fails because of a time.

mod counter;
mod figures;
mod following;
mod journeys;
mod load;
mod machine;
mod page;

use std::path::PathBuf;

use crate::driver::{Driver, Engine};

/// The window of every browser, in CSS pixels.
const WINDOW: (u32, u32) = (1280, 900);

/// Takes each line as it comes.
type Say<'a> = &'a mut dyn FnMut(&str);

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the built site.
    pub site: PathBuf,
    /// The folder of another built site, visited in turn with it.
    pub compare: Option<PathBuf>,
    /// The name of the other site's button.
    pub button: String,
    /// How often everything is measured.
    pub runs: usize,
    /// After how many lookups memory is read, in growing order.
    pub lookups: Vec<usize>,
    /// How often somebody who is followed is read again.
    pub rounds: usize,
    /// How many are followed at most.
    pub followed: usize,
    /// Whether first loads are slowed down to a poor machine on a poor network.
    pub slowly: bool,
}

impl Options {
    /// The usual measure of a site.
    pub fn usual(site: PathBuf) -> Self {
        Self {
            site,
            compare: None,
            button: "Sign in".to_owned(),
            runs: 7,
            lookups: vec![10, 100, 500, 1000],
            rounds: 60,
            followed: 10_000,
            slowly: true,
        }
    }

    /// Everything once, for a first impression.
    pub fn quick(self) -> Self {
        Self {
            runs: 1,
            lookups: vec![5, 20],
            rounds: 12,
            followed: 1_000,
            ..self
        }
    }
}

/// Measures everything, and says line by line what came of it.
///
/// # Panics
/// When the browser does not start, or the site does not do what it is asked to.
pub fn run(options: &Options, mut say: impl FnMut(&str)) {
    let say: Say<'_> = &mut say;
    say(&format!("machine: {}", machine::machine()));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime can be built");
    runtime.block_on(async {
        let driver = Driver::start(Engine::Chromium);
        load::measure(options, &driver, say).await;
        journeys::measure(options, &driver, say).await;
    });
    say(&format!("machine: {}", machine::machine()));
}
