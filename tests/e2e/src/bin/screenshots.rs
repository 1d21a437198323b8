//! `cargo xtask screenshots`: writes a picture of every page in every state.
//! Must not know which there are.

use std::env;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use e2e::screenshots::take;
use e2e::states::{Extent, states};

const HELP: &str = "\
cargo xtask screenshots [--only NAME] [--language CODE]
    --only NAME        of one state alone
    --language CODE    in this language, such as de";

fn main() -> ExitCode {
    let (extent, language) = match read(env::args().skip(1)) {
        Ok(Some(asked)) => asked,
        Ok(None) => {
            say(HELP);
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            let _ = writeln!(io::stderr(), "{problem}\n{HELP}");
            return ExitCode::from(2);
        }
    };
    let folder = env::var_os("VETTED_SCREENSHOTS").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| "target/screenshots".into());
    let troubles = take(&extent, language.as_deref(), &folder);
    for trouble in &troubles {
        say(trouble);
    }
    let count = states().iter().filter(|state| extent.has(state)).count();
    let taken = count - troubles.len();
    say(&format!(
        "{taken} of {count} states are in {}",
        folder.display()
    ));
    ExitCode::from(u8::from(!troubles.is_empty()))
}

fn say(text: &str) {
    // Whoever does not listen any more does not need to be told.
    let _ = writeln!(io::stdout(), "{text}");
}

/// A language that the app speaks.
fn known(code: String) -> Result<String, String> {
    let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales");
    match locales.join(&code).with_extension("json").exists() {
        true => Ok(code),
        false => Err(format!("there is no language {code:?}")),
    }
}

/// Which states, and in which language.
type Asked = (Extent, Option<String>);

/// What is asked for; nothing when it is help.
fn read(mut arguments: impl Iterator<Item = String>) -> Result<Option<Asked>, String> {
    let mut extent = Extent::default();
    let mut language = None;
    while let Some(argument) = arguments.next() {
        let mut value = || {
            let value = arguments.next();
            value.ok_or_else(|| format!("{argument} needs a value"))
        };
        match argument.as_str() {
            "--help" | "-h" => return Ok(None),
            "--only" => extent.only = Some(value()?),
            "--language" => language = Some(known(value()?)?),
            other => return Err(format!("there is no option {other:?}")),
        }
    }
    match &extent.only {
        Some(only) if !states().iter().any(|state| state.name == only) => {
            let names: Vec<_> = states().iter().map(|state| state.name).collect();
            Err(format!(
                "there is no state {only}, but: {}",
                names.join(" ")
            ))
        }
        _ => Ok(Some((extent, language))),
    }
}
