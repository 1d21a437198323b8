//! `cargo xtask chaos`: runs the soak and prints what came of it.
//! Must not know what a soak does.

use std::env;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use e2e::chaos::{Deed, Options, Report, Sabotage, run};

const HELP: &str = "\
cargo xtask chaos [--minutes N] [--seed S]    (3 minutes, a seed of its own)
    From 3 minutes on it goes on until there are 100 requests decided on, for at most twice the time.
    --people N, --errands N                   so many browsers (4), so many errands for each at most
    --without-lock, --without-stored-intent   rob the app of what keeps requests from being sent twice or lost";

/// A run at least this long is to say something about requests in general.
const WHOLE: Duration = Duration::from_secs(180);
/// With how many intents it does.
const ENOUGH: usize = 100;

fn main() -> ExitCode {
    let options = match read(env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            let _ = writeln!(io::stderr(), "{problem}\n{HELP}");
            return ExitCode::from(2);
        }
    };
    say(&format!(
        "seed {}: for {} s{}, with a service that {} MS-RequestId",
        options.seed,
        options.time.as_secs(),
        match options.at_least {
            0 => String::new(),
            count => format!(", longer until there are {count} intents"),
        },
        if options.honours_request_ids() {
            "recognises a repeated"
        } else {
            "ignores"
        }
    ));
    let report = run(&options);
    say(&summary(&options, &report));
    if report.figures.are_clean() && is_enough(&options, &report) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Whether there were as many intents as it takes to say something.
fn is_enough(options: &Options, report: &Report) -> bool {
    report.figures.intents >= options.at_least
}

fn say(text: &str) {
    // Whoever does not listen any more does not need to be told.
    let _ = writeln!(io::stdout(), "{text}");
}

fn read(arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        seed: u64::from(std::process::id()),
        progress: Some(say),
        ..Options::default()
    };
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let mut number = || {
            let text = arguments.next().unwrap_or_default();
            text.parse::<f64>()
                .ok()
                .filter(|number| *number >= 0.0)
                .ok_or_else(|| format!("{argument} needs a number, not {text:?}"))
        };
        match argument.as_str() {
            "--minutes" => options.time = Duration::from_secs_f64(60.0 * number()?.min(1e6)),
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            "--seed" => options.seed = number()? as u64,
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            "--people" => options.people = number()?.max(1.0) as usize,
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            "--errands" => options.errands = number()? as usize,
            "--without-lock" => {
                options.sabotage = Some(Sabotage::WithoutLock);
                options.only = Some(Deed::TwoTabs);
            }
            "--without-stored-intent" => {
                options.sabotage = Some(Sabotage::WithoutStoredIntent);
                options.only = Some(Deed::Close);
            }
            other => return Err(format!("there is no option {other:?}")),
        }
    }
    // A run that is cut short on purpose has as many as it has.
    let is_whole = options.errands == usize::MAX && options.sabotage.is_none();
    if is_whole && options.time >= WHOLE {
        options.at_least = ENOUGH;
    }
    Ok(options)
}

fn summary(options: &Options, report: &Report) -> String {
    let figures = &report.figures;
    let mut text = String::new();
    for trace in report.traces.iter().chain(&report.stuck) {
        text += trace;
        text.push('\n');
    }
    text += &format!(
        "\n  lookups {}, random and planned faults {}, errands given up {}\n\
         \x20 intents               {}\n  POSTs received        {}, of which {} took effect\n\
         \x20 never taken up        {} (the press or the tab came to nothing before the app told of it)\n  duplicates            {}\n  lost                  {}\n\
         \x20 false sent            {}\n  false not sent        {}\n  unresolved unknowns   {}\n\
         \x20 panics                {}\n  policy violations     {}\n  in {} s, seed {}\n",
        figures.lookups,
        figures.faults,
        report.stuck.len(),
        figures.intents,
        figures.posts,
        figures.effects,
        figures.never_taken_up,
        figures.duplicates,
        figures.lost,
        figures.false_sent,
        figures.false_not_sent,
        figures.unresolved,
        figures.panics,
        figures.violations,
        report.took.as_secs(),
        options.seed,
    );
    if !is_enough(options, report) {
        text += &format!(
            "TOO FEW: {} intents, not {}, in twice the time. This run says nothing; this computer is too busy.\n",
            figures.intents, options.at_least
        );
    } else if options.at_least > 0 {
        text += &format!(
            "Enough: {} intents, of {} that it takes.\n",
            figures.intents, options.at_least
        );
    }
    if !figures.are_clean() {
        text += &format!(
            "FAILED. Again with: cargo xtask chaos --minutes {} --seed {}{}\n",
            options.time.as_secs_f64() / 60.0,
            options.seed,
            match options.sabotage {
                None => "",
                Some(Sabotage::WithoutLock) => " --without-lock",
                Some(Sabotage::WithoutStoredIntent) => " --without-stored-intent",
            }
        );
    }
    text
}
