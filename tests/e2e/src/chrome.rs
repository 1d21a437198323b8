//! A driver process with one Chromium session in it, stopped at the end however a test ends.
//! Must not know the app or the sandbox.

use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use thirtyfour::{
    Capabilities, ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver,
};

/// How Chromium runs without a screen, also as root, asking nobody but the page's own servers.
const FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-US",
    "--force-device-scale-factor=1",
    // A host that is not this machine's own as far as the browser knows, so without a secure context over http.
    "--host-resolver-rules=MAP elsewhere.example 127.0.0.1",
];

/// How long a driver may take to end once asked.
const GRACE: Duration = Duration::from_secs(5);

/// The driver's process. Dropping it ends its browsers too.
pub(crate) struct Driver {
    process: Child,
    port: u16,
    /// Kept open, since a program that prints into a closed pipe is killed.
    _output: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts a driver on a free port.
    ///
    /// # Panics
    /// When there is no driver, or it does not say where it listens.
    pub(crate) fn start() -> Self {
        // The free port that a driver finds may be taken by the time it listens there with IPv6 too.
        const TRIES: usize = 5;
        let mut said = String::new();
        for _ in 0..TRIES {
            match Self::try_to_start() {
                Ok(driver) => return driver,
                Err(output) => said = output,
            }
        }
        panic!("the driver does not say on which port it listens, but: {said}");
    }

    /// Starts a driver, or gives what it said before it ended.
    fn try_to_start() -> Result<Self, String> {
        let program = env::var_os("VETTED_CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let started = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut process = started.unwrap_or_else(|error| {
            panic!("cannot start {program:?}: {error}. `cargo xtask test` sees to it, or set VETTED_CHROMEDRIVER")
        });
        let mut output = BufReader::new(process.stdout.take().expect("its output is piped"));
        let mut said = String::new();
        for line in (&mut output).lines().map_while(Result::ok) {
            if let Some(port) = port_in(&line) {
                return Ok(Self {
                    process,
                    port,
                    _output: output,
                });
            }
            said += &line;
            said.push('\n');
        }
        let _ = process.kill();
        let _ = process.wait();
        Err(said)
    }

    /// Opens a browser with an empty profile and a window of this size.
    ///
    /// # Panics
    /// When the browser does not start.
    pub(crate) async fn browser(&self, (width, height): (u32, u32)) -> WebDriver {
        let capabilities = capabilities(width, height).expect("the capabilities are plain JSON");
        let address = format!("http://127.0.0.1:{}", self.port);
        WebDriver::builder(address, capabilities)
            .request_timeout(Duration::from_secs(60))
            .connect()
            .await
            .unwrap_or_else(|error| panic!("the browser does not start: {error}"))
    }

    /// Asks the driver to end itself and every browser it started.
    fn ask_to_end(&self) -> io::Result<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(GRACE))?;
        stream
            .write_all(b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).map(drop)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // An error means that it is gone, or will have to be killed.
        let _ = self.ask_to_end();
        let asked = Instant::now();
        while asked.elapsed() < GRACE {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn capabilities(width: u32, height: u32) -> thirtyfour::error::WebDriverResult<Capabilities> {
    let mut chrome = DesiredCapabilities::chrome();
    if let Some(program) = env::var_os("VETTED_CHROMIUM") {
        chrome.set_binary(&program.to_string_lossy())?;
    }
    for flag in FLAGS {
        chrome.add_arg(flag)?;
    }
    chrome.add_arg(&format!("--window-size={width},{height}"))?;
    chrome.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    Ok(chrome.into())
}

/// The port in "ChromeDriver was started successfully on port 41235."
fn port_in(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("successfully on port ")?;
    rest.trim_end_matches('.').trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::port_in;

    #[test]
    fn the_port_is_read_from_what_the_driver_prints() {
        let line = "ChromeDriver was started successfully on port 41235.";
        assert_eq!(port_in(line), Some(41235));
        assert_eq!(port_in("Only local connections are allowed."), None);
    }
}
