//! A driver process with one browser in it, Chromium or Firefox, stopped at the end however a test ends.
//! Must not know the app or the sandbox.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::error::WebDriverResult;
use thirtyfour::{
    Capabilities, CapabilitiesHelper, ChromiumLikeCapabilities, DesiredCapabilities,
    LoggingPrefsLogLevel, PageLoadStrategy, WebDriver,
};

/// A browser that the tests can run in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Chromium, which every test runs in.
    #[default]
    Chromium,
    /// Firefox.
    Firefox,
}

impl Engine {
    /// The driver: the variable that names it, and where it is otherwise looked for.
    fn driver(self) -> (&'static str, OsString) {
        let (variable, name) = match self {
            Self::Chromium => ("VETTED_CHROMEDRIVER", "chromedriver"),
            Self::Firefox => ("VETTED_GECKODRIVER", "geckodriver"),
        };
        (
            variable,
            env::var_os(variable).unwrap_or_else(|| name.into()),
        )
    }

    /// Firefox prints there which faults nobody caught; Chromium's driver tells.
    fn second_output(self) -> Stdio {
        match self {
            Self::Chromium => Stdio::null(),
            Self::Firefox => Stdio::piped(),
        }
    }

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["--port=0"],
            // Ports of its own, so that several can run beside each other.
            Self::Firefox => &["--port", "0", "--websocket-port", "0"],
        }
    }
}

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

/// How a browser is to be, besides its window.
#[derive(Clone, Copy, Default)]
struct Manner<'a> {
    /// A flag of its own, for Chromium.
    flag: Option<&'a str>,
    /// Whether the driver keeps out of its way.
    unhurried: bool,
}

/// A folder that Linux keeps in memory.
const IN_MEMORY: &str = "/dev/shm";

/// How long a driver may take to end once asked, or to say where it listens.
const GRACE: Duration = Duration::from_secs(5);
const START: Duration = Duration::from_secs(30);
/// How long it may take to answer; a browser that starts on a busy machine takes longest.
const PATIENCE: Duration = Duration::from_secs(120);

/// The driver's process. Dropping it ends its browsers too.
pub(crate) struct Driver {
    engine: Engine,
    process: Child,
    port: u16,
    /// What the driver and its browser have printed since the last look.
    printed: Arc<Mutex<Vec<String>>>,
    /// Where the browser puts what it downloads; goes with the driver.
    downloads: PathBuf,
}

impl Driver {
    /// Starts a driver on a free port.
    ///
    /// # Panics
    /// When there is no driver, or it does not say where it listens.
    pub(crate) fn start(engine: Engine) -> Self {
        // The free port that a driver finds may be taken by the time it listens there with IPv6 too.
        const TRIES: usize = 5;
        let mut said = String::new();
        for _ in 0..TRIES {
            match Self::try_to_start(engine) {
                Ok(driver) => return driver,
                Err(output) => said = output,
            }
        }
        panic!("the driver does not say on which port it listens, but: {said}");
    }

    /// Starts a driver, or gives what it said before it ended.
    fn try_to_start(engine: Engine) -> Result<Self, String> {
        let (variable, program) = engine.driver();
        let mut driver = Command::new(&program);
        // What browsers keep, they keep in memory where there is such a folder: a busy disk would be measured otherwise.
        if Path::new(IN_MEMORY).is_dir() {
            driver.env("TMPDIR", IN_MEMORY);
        }
        let started = driver
            .args(engine.arguments())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(engine.second_output())
            .spawn();
        let mut process = started.unwrap_or_else(|error| {
            panic!(
                "cannot start {program:?}: {error}. `cargo xtask test` sees to it, or set {variable}"
            )
        });
        let output = process.stdout.take().expect("its output is piped");
        let printed = Arc::default();
        let port = listen_to(output, &printed);
        if let Some(errors) = process.stderr.take() {
            listen_to(errors, &printed);
        }
        let Ok(port) = port.recv_timeout(START) else {
            let _ = process.kill();
            let _ = process.wait();
            return Err(lines_of(&printed).join("\n"));
        };
        let downloads = env::temp_dir().join(format!("vetted-e2e-{}-{port}", process.id()));
        fs::create_dir_all(&downloads).expect("a folder for downloads");
        Ok(Self {
            engine,
            process,
            port,
            printed,
            downloads,
        })
    }

    /// Opens a browser with an empty profile and a window of this size.
    ///
    /// # Panics
    /// When the browser does not start.
    pub(crate) async fn browser(&self, window: (u32, u32)) -> WebDriver {
        self.open(window, Manner::default()).await
    }

    /// The same, taking a certificate on trust whose public key has this digest. Chromium alone can.
    ///
    /// # Panics
    /// When the browser does not start.
    pub(crate) async fn browser_trusting(&self, pin: &str, window: (u32, u32)) -> WebDriver {
        let flag = format!("--ignore-certificate-errors-spki-list={pin}");
        let manner = Manner {
            flag: Some(&flag),
            ..Manner::default()
        };
        self.open(window, manner).await
    }

    /// The same for measuring: nothing is written down, and the driver does not wait for pages to load, so that it is not
    /// in the way while they do. Chromium alone can.
    ///
    /// # Panics
    /// When the browser does not start.
    pub(crate) async fn unwatched_browser(&self, window: (u32, u32)) -> WebDriver {
        let manner = Manner {
            // A lookup changes the address three times, and a thousand follow each other faster than a person could click.
            flag: Some("--disable-ipc-flooding-protection"),
            unhurried: true,
        };
        self.open(window, manner).await
    }

    async fn open(&self, (width, height): (u32, u32), manner: Manner<'_>) -> WebDriver {
        let capabilities = match self.engine {
            Engine::Chromium => chromium(width, height, &self.downloads, manner),
            Engine::Firefox => firefox(width, height, &self.downloads),
        };
        let capabilities = capabilities.expect("the capabilities are plain JSON");
        let address = format!("http://127.0.0.1:{}", self.port);
        WebDriver::builder(address, capabilities)
            .request_timeout(PATIENCE)
            .connect()
            .await
            .unwrap_or_else(|error| panic!("the browser does not start: {error}"))
    }

    pub(crate) fn engine(&self) -> Engine {
        self.engine
    }

    /// Where the browser puts what it downloads.
    pub(crate) fn downloads(&self) -> &Path {
        &self.downloads
    }

    /// Where what is printed can be read, which forgets it.
    pub(crate) fn printed(&self) -> Arc<Mutex<Vec<String>>> {
        Arc::clone(&self.printed)
    }

    /// Asks the driver to end itself and every browser it started.
    fn ask_to_end(&self) -> io::Result<()> {
        match self.engine {
            Engine::Chromium => self.ask_chromedriver(),
            Engine::Firefox => self.ask_geckodriver(),
        }
    }

    fn ask_chromedriver(&self) -> io::Result<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(GRACE))?;
        stream
            .write_all(b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).map(drop)
    }

    /// It ends its browser when it is told to terminate, which is not what [`Child::kill`] does. Every shell can.
    fn ask_geckodriver(&self) -> io::Result<()> {
        let pid = self.process.id().to_string();
        let mut shell = Command::new("sh");
        shell.args(["-c", "kill \"$0\"", &pid]).status().map(drop)
    }

    fn end(&mut self) {
        // An error means that it is gone, or will have to be killed.
        let _ = self.ask_to_end();
        let asked = Instant::now();
        while asked.elapsed() < GRACE {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.end();
        let _ = fs::remove_dir_all(&self.downloads);
    }
}

/// Reads what a driver prints as long as it lives, since a program that prints into a closed pipe is killed; and the
/// port, once it is said.
fn listen_to(
    output: impl Read + Send + 'static,
    printed: &Arc<Mutex<Vec<String>>>,
) -> Receiver<u16> {
    let (found, port) = mpsc::channel();
    let lines = Arc::clone(printed);
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(port) = port_in(&line) {
                // Nobody waits for a second one.
                let _ = found.send(port);
            }
            lines
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
        }
    });
    port
}

/// Takes the lines out.
pub(crate) fn lines_of(printed: &Mutex<Vec<String>>) -> Vec<String> {
    std::mem::take(&mut *printed.lock().unwrap_or_else(PoisonError::into_inner))
}

fn chromium(
    width: u32,
    height: u32,
    downloads: &Path,
    manner: Manner<'_>,
) -> WebDriverResult<Capabilities> {
    let mut chrome = DesiredCapabilities::chrome();
    if let Some(program) = env::var_os("VETTED_CHROMIUM") {
        chrome.set_binary(&program.to_string_lossy())?;
    }
    for flag in FLAGS.into_iter().chain(manner.flag) {
        chrome.add_arg(flag)?;
    }
    chrome.add_arg(&format!("--window-size={width},{height}"))?;
    let preferences = json!({ "download.default_directory": downloads });
    chrome.add_experimental_option("prefs", preferences)?;
    chrome.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    if manner.unhurried {
        chrome.set_page_load_strategy(PageLoadStrategy::None)?;
    } else {
        // Every request with its headers and its body, and nothing else.
        chrome.set_logging_prefs("performance", LoggingPrefsLogLevel::All)?;
        let requests = json!({ "enableNetwork": true, "enablePage": false });
        chrome.add_experimental_option("perfLoggingPrefs", requests)?;
    }
    Ok(chrome.into())
}

fn firefox(width: u32, height: u32, downloads: &Path) -> WebDriverResult<Capabilities> {
    let mut options = json!({
        "args": ["-headless", "--width", width.to_string(), "--height", height.to_string()],
        "prefs": {
            // It asks nobody but the page's own servers.
            "app.normandy.enabled": false,
            "app.update.disabledForTesting": true,
            "datareporting.policy.dataSubmissionEnabled": false,
            "network.captive-portal-service.enabled": false,
            "network.connectivity-service.enabled": false,
            "toolkit.telemetry.enabled": false,
            "intl.accept_languages": "en-US",
            // Faults that nobody caught and what is written to the console are printed.
            "browser.dom.window.dump.enabled": true,
            "devtools.console.stdout.content": true,
            // What is copied can be read, and what is downloaded goes where it can be found.
            "dom.events.testing.asyncClipboard": true,
            "browser.download.folderList": 2,
            "browser.download.dir": downloads,
            "network.dns.localDomains": "elsewhere.example",
        },
    });
    if let Some(program) = env::var_os("VETTED_FIREFOX") {
        options["binary"] = Value::from(program.to_string_lossy());
    }
    let mut firefox = DesiredCapabilities::firefox();
    firefox.set("moz:firefoxOptions", options)?;
    Ok(firefox.into())
}

/// The port in "ChromeDriver was started successfully on port 41235." and in "Listening on 127.0.0.1:41235".
fn port_in(line: &str) -> Option<u16> {
    let chromium = line.split_once("successfully on port ");
    let firefox = || line.split_once("Listening on 127.0.0.1:");
    let (_, rest) = chromium.or_else(firefox)?;
    rest.trim_end_matches('.').trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::port_in;

    #[test]
    fn the_port_is_read_from_what_the_driver_prints() {
        let line = "ChromeDriver was started successfully on port 41235.";
        assert_eq!(port_in(line), Some(41235));
        let line = "1795270000000\tgeckodriver\tINFO\tListening on 127.0.0.1:41236";
        assert_eq!(port_in(line), Some(41236));
        assert_eq!(port_in("Only local connections are allowed."), None);
    }
}
