//! `cargo xtask bench`: measures the built site and prints the figures.
//! Must not know how anything is measured.

use std::env;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use e2e::bench::{Options, run};
use e2e::built_site;

const HELP: &str = "\
cargo xtask bench [--runs N] [--quick] [--compare DIR [--button NAME]]    (7 runs)
    --quick          everything once, and few lookups
    --compare DIR    visit another built site in turn with this one, served the same way
    --button NAME    what its button for signing in is called (Sign in)";

fn main() -> ExitCode {
    let options = match read(env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            say(HELP);
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            let _ = writeln!(io::stderr(), "{problem}\n{HELP}");
            return ExitCode::from(2);
        }
    };
    run(&options, say);
    ExitCode::SUCCESS
}

fn say(text: &str) {
    // Whoever does not listen any more does not need to be told.
    let _ = writeln!(io::stdout(), "{text}");
}

/// What is asked for; nothing when it is help.
fn read(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options::usual(PathBuf::new());
    let mut quick = false;
    while let Some(argument) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .ok_or_else(|| format!("{argument} needs a value"))
        };
        match argument.as_str() {
            "--help" | "-h" => return Ok(None),
            "--quick" => quick = true,
            "--runs" => {
                let number = value()?.parse().ok().filter(|number| *number > 0);
                options.runs = number.ok_or("--runs needs a whole number from 1")?;
            }
            "--compare" => options.compare = Some(value()?.into()),
            "--button" => options.button = value()?,
            other => return Err(format!("there is no option {other:?}")),
        }
    }
    if quick {
        options = options.quick();
    }
    options.site = built_site();
    Ok(Some(options))
}
