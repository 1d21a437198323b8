//! The project's commands, started with `cargo xtask`: run, test, dist, chaos, bench, screenshots, sandbox.
//! Must stay quick to compile: no HTTP, no TLS; what needs those lives in `tests/e2e`.

mod bench;
mod browser;
mod chaos;
mod child;
mod dependencies;
mod dist;
mod driven;
mod headers;
mod installable;
mod licences;
mod linked;
mod page;
mod project;
mod release;
mod reproducible;
mod say;
mod sbom;
mod screenshots;
mod serve;
mod servers;
mod site;
mod test;
mod texts;
mod tools;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use lexopt::prelude::*;

use crate::say::Steps;

const HELP: &str = "\
cargo xtask run [ARGUMENTS]       build the app and serve it at http://127.0.0.1:8080 against the sandbox
                                  (ARGUMENTS go to the sandbox; `cargo xtask sandbox --help` lists them)
cargo xtask test                  every check: each state once, in Chromium, and a few in Firefox
cargo xtask test --quick          the checks that need no browser
cargo xtask test --full           the same, all end-to-end tests in Firefox too, every page in all colours and widths,
                                  and whether two clones give the same bytes
cargo xtask dist                  write the deployable site into dist/
    --base /folder/               … to be served under that path
    --config FILE                 … with the policy for the authority named in that config.json
    --check-reproducible          instead: make it in two clones of the last commit, from nothing, and compare the bytes
cargo xtask chaos                 let several people use the app while everything fails at random, and count what went wrong
    --minutes N                   … for so long (3), and some more until every open question is answered
    --seed S                      … with the errands and faults of this seed again
cargo xtask bench                 measure what a first load costs, what lookups take, what blocks and what stays in memory
    --runs N                      … so many times (7)
    --quick                       … everything once, for a first impression
    --compare DIR                 … beside another built site, served the same way (--button NAME: its sign-in button)
cargo xtask screenshots           write pictures of every page in every state, light and dark, to target/screenshots
    --only NAME                   … of one state alone
    --language CODE               … for somebody who has chosen this language
cargo xtask sandbox [ARGUMENTS]   the simulated Partner Center and sign-in alone
";

/// What the person asked for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Help,
    Run(Vec<OsString>),
    Sandbox(Vec<OsString>),
    Test(test::Extent),
    Chaos(Vec<OsString>),
    CheckReproducible,
    Bench(Vec<OsString>),
    Screenshots(Vec<OsString>),
    Dist {
        base: String,
        config: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let asked = match parse(lexopt::Parser::from_env()) {
        Ok(asked) => asked,
        Err(error) => {
            say::line(format!("{error}\n\n{HELP}"));
            return ExitCode::from(2);
        }
    };
    let is_test = matches!(asked, Asked::Test(_));
    match child::watch_for_stop().and_then(|()| act(asked)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<child::Stopped>() => {
            say::line("\nstopped");
            ExitCode::from(130)
        }
        Err(error) => {
            // `test` ends with its own summary, which has said it.
            if !is_test {
                say::line(format!("\n{error:#}"));
            }
            ExitCode::FAILURE
        }
    }
}

fn act(asked: Asked) -> Result<()> {
    match asked {
        Asked::Help => say::line(HELP),
        Asked::Run(arguments) => serve::run(&arguments)?,
        Asked::Sandbox(arguments) => serve::sandbox(&arguments)?,
        Asked::Test(extent) => test::run(extent)?,
        Asked::Chaos(arguments) => chaos::run(&arguments)?,
        Asked::CheckReproducible => reproducible::check()?,
        Asked::Bench(arguments) => bench::run(&arguments)?,
        Asked::Screenshots(arguments) => screenshots::run(&arguments)?,
        Asked::Dist { base, config } => {
            let options = dist::Options {
                base,
                config,
                ..dist::Options::usual()
            };
            dist::make(&options, &mut Steps::new(dist::STEPS))?;
        }
    }
    Ok(())
}

fn parse(mut parser: lexopt::Parser) -> Result<Asked, lexopt::Error> {
    let command = match parser.next()? {
        None | Some(Short('h') | Long("help")) => return Ok(Asked::Help),
        Some(Value(command)) => command.string()?,
        Some(other) => return Err(other.unexpected()),
    };
    match command.as_str() {
        "help" => Ok(Asked::Help),
        "run" => Ok(Asked::Run(parser.raw_args()?.collect())),
        "sandbox" => Ok(Asked::Sandbox(parser.raw_args()?.collect())),
        "test" => parse_test(parser),
        "chaos" => Ok(Asked::Chaos(parser.raw_args()?.collect())),
        "bench" => Ok(Asked::Bench(parser.raw_args()?.collect())),
        "screenshots" => Ok(Asked::Screenshots(parser.raw_args()?.collect())),
        "dist" => parse_dist(parser),
        other => Err(format!("there is no command {other:?}").into()),
    }
}

fn parse_test(mut parser: lexopt::Parser) -> Result<Asked, lexopt::Error> {
    let mut extent = test::Extent::Usual;
    while let Some(argument) = parser.next()? {
        extent = match argument {
            Long("quick") => test::Extent::Quick,
            Long("full") => test::Extent::Full,
            other => return Err(other.unexpected()),
        };
    }
    Ok(Asked::Test(extent))
}

fn parse_dist(mut parser: lexopt::Parser) -> Result<Asked, lexopt::Error> {
    let mut base = "/".to_owned();
    let mut config = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("base") => base = parser.value()?.string()?,
            Long("config") => config = Some(PathBuf::from(parser.value()?)),
            Long("check-reproducible") => {
                return match parser.next()? {
                    None => Ok(Asked::CheckReproducible),
                    Some(other) => Err(other.unexpected()),
                };
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(Asked::Dist { base, config })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn asked(words: &[&str]) -> Result<Asked, lexopt::Error> {
        parse(lexopt::Parser::from_args(words))
    }

    #[test]
    fn what_follows_run_goes_to_the_sandbox_untouched() {
        let arguments = ["--customers", "10", "--help"].map(OsString::from).to_vec();
        assert_eq!(
            asked(&["run", "--customers", "10", "--help"]).unwrap(),
            Asked::Run(arguments)
        );
    }

    #[test]
    fn what_follows_chaos_goes_to_the_soak_untouched() {
        let arguments = ["--minutes", "1", "--seed", "7"].map(OsString::from);
        assert_eq!(
            asked(&["chaos", "--minutes", "1", "--seed", "7"]).unwrap(),
            Asked::Chaos(arguments.to_vec())
        );
    }

    #[test]
    fn what_follows_bench_goes_to_the_measurement_untouched() {
        let arguments = ["--runs", "3", "--compare", "other"].map(OsString::from);
        assert_eq!(
            asked(&["bench", "--runs", "3", "--compare", "other"]).unwrap(),
            Asked::Bench(arguments.to_vec())
        );
    }

    #[test]
    fn what_follows_screenshots_goes_to_whoever_takes_them_untouched() {
        let arguments = ["--only", "lookup"].map(OsString::from);
        assert_eq!(
            asked(&["screenshots", "--only", "lookup"]).unwrap(),
            Asked::Screenshots(arguments.to_vec())
        );
    }

    #[test]
    fn test_and_dist_take_their_options() {
        assert_eq!(asked(&["test"]).unwrap(), Asked::Test(test::Extent::Usual));
        assert_eq!(
            asked(&["test", "--quick"]).unwrap(),
            Asked::Test(test::Extent::Quick)
        );
        let (base, config) = ("/x/".to_owned(), Some("my.json".into()));
        assert_eq!(
            asked(&["dist", "--base", "/x/", "--config", "my.json"]).unwrap(),
            Asked::Dist { base, config }
        );
    }

    #[test]
    fn the_comparison_of_two_builds_is_an_option_of_dist() {
        assert_eq!(
            asked(&["dist", "--check-reproducible"]).unwrap(),
            Asked::CheckReproducible
        );
    }

    #[test]
    fn an_unknown_command_or_option_is_refused() {
        assert!(asked(&["deploy"]).is_err());
        assert!(asked(&["test", "--fast"]).is_err());
        assert!(asked(&["dist", "somewhere"]).is_err());
        assert!(asked(&["dist", "--check-reproducible", "now"]).is_err());
    }

    #[test]
    fn no_command_shows_the_help() {
        assert_eq!(asked(&[]).unwrap(), Asked::Help);
    }
}
