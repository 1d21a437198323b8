//! Starts the sandbox from the command line.
//! Must not know more than its options and how to print an address.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use sandbox::Options;

const HELP: &str = "\
The simulated Partner Center and sign-in, on this machine only.

Usage: sandbox [OPTION]…

  --port PORT             API, sign-in and control address (default 9900; 0: any free port)
  --site FOLDER           also serve the app built in this folder
  --site-port PORT        where to serve it (default 8080; 0: any free port)
  --base PATH             the path it lives under (default /)
  --config FILE           the config.json to serve (default: the sandbox's own)
  --customers NUMBER      how many customers to make up (default 250)
  --seed NUMBER           what the made-up customers depend on (default 1)
  --vetting-seconds N     how long vetting takes (default 20)
  --latency MS            hold every answer back
  --chaos PERCENT         let that many requests fail at random
  --contract NAME         current, 2021-03 or 2020-12: the form requests must have
  --cors ORIGIN           let pages of this origin call the API directly
  --trust-issuer URL      accept another OpenID provider's tokens, as an Admin agent's
  -h, --help              this text
";

fn main() -> ExitCode {
    let options = match read(std::env::args_os().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => return finish(say(HELP)),
        Err(error) => {
            let _ = writeln!(io::stderr(), "sandbox: {error}\nTry --help.");
            return ExitCode::from(2);
        }
    };
    finish(run(options))
}

fn finish(result: io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn run(options: Options) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let (port, site_port) = (options.api_port, options.site_port);
        let running = sandbox::serve(options)
            .await
            .map_err(|error| match error.kind() {
                io::ErrorKind::AddrInUse => io::Error::other(format!(
                    "port {port} or {site_port} is taken; choose others with --port and --site-port"
                )),
                _ => error,
            })?;
        if let Some(site) = running.site() {
            say(&format!("Site            {site}\n"))?;
        }
        let api = running.api();
        say(&format!(
            "API and sign-in {api}\nControl address {api}/sandbox\nMove the time   {api}/sandbox/\nStop with Ctrl+C.\n"
        ))?;
        tokio::signal::ctrl_c().await?;
        running.shutdown().await;
        Ok(())
    })
}

/// Reads the command line; nothing when help was asked for.
fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Option<Options>, lexopt::Error> {
    use lexopt::prelude::*;
    let mut options = Options {
        api_port: 9900,
        site_port: 8080,
        ..Options::default()
    };
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => options.api_port = parser.value()?.parse()?,
            Long("site") => options.site_dir = Some(parser.value()?.into()),
            Long("site-port") => options.site_port = parser.value()?.parse()?,
            Long("base") => options.base = parser.value()?.string()?,
            Long("config") => options.config_file = Some(parser.value()?.into()),
            Long("customers") => options.customers = parser.value()?.parse()?,
            Long("seed") => options.seed = parser.value()?.parse()?,
            Long("vetting-seconds") => options.vetting_seconds = parser.value()?.parse()?,
            Long("latency") => options.latency = Duration::from_millis(parser.value()?.parse()?),
            Long("chaos") => options.chaos_percent = parser.value()?.parse()?,
            Long("contract") => {
                options.contract = parser.value()?.parse_with(sandbox::Contract::from_str)?
            }
            Long("cors") => options.cors = Some(parser.value()?.string()?),
            Long("trust-issuer") => options.trust_issuer = Some(parser.value()?.string()?),
            Short('h') | Long("help") => return Ok(None),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Some(options))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Option<Options>, String> {
        read(text.split_whitespace().map(OsString::from)).map_err(|error| error.to_string())
    }

    #[test]
    fn without_options_the_fixed_ports_are_taken_and_there_is_no_site() {
        let options = read_text("").unwrap().unwrap();
        assert_eq!(
            (options.api_port, options.site_port, options.site_dir),
            (9900, 8080, None)
        );
    }

    #[test]
    fn every_option_of_the_help_text_is_read() {
        let options = read_text(
            "--port 1 --site dist --site-port 2 --base /vetted/ --config c.json --customers 3 --seed 4 --vetting-seconds 5 \
             --latency 6 --chaos 7 --contract 2021-03 --cors * --trust-issuer https://issuer.example",
        );
        let options = options.unwrap().unwrap();
        assert_eq!(
            (
                options.api_port,
                options.site_port,
                options.customers,
                options.seed
            ),
            (1, 2, 3, 4)
        );
        assert_eq!(
            (options.site_dir, options.config_file),
            (Some("dist".into()), Some("c.json".into()))
        );
        assert_eq!(
            (
                options.vetting_seconds,
                options.latency,
                options.chaos_percent
            ),
            (5, Duration::from_millis(6), 7)
        );
        assert_eq!(
            (options.base.as_str(), options.contract),
            ("/vetted/", sandbox::Contract::March2021)
        );
        assert_eq!(
            (options.cors.as_deref(), options.trust_issuer.as_deref()),
            (Some("*"), Some("https://issuer.example"))
        );
        let named = HELP
            .lines()
            .filter_map(|line| line.trim().strip_prefix("--")?.split(' ').next());
        assert_eq!(
            named.count(),
            13,
            "an option was added: add it here as well"
        );
        assert!(read_text("--help").unwrap().is_none());
    }

    #[test]
    fn what_cannot_be_read_is_refused_in_words() {
        for text in [
            "--nonsense",
            "--port x",
            "--port 70000",
            "--contract 1999",
            "--latency",
            "stray",
        ] {
            assert!(!read_text(text).unwrap_err().is_empty(), "{text}");
        }
    }
}
