//! One test's set-up: a host with its recipe in front of an upstream, with TLS on both sides.
//! Must not know what is tested.

use std::env;
use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use e2e::{Front, PartnerCenter, built_site};

use crate::hosts::{Host, Server, Site};
use crate::raw::{self, Reply};
use crate::tls::{Authority, Identity, Stream};
use crate::upstream::{Manner, Upstream};

/// How long a server may take to answer for the first time.
const PATIENCE: Duration = Duration::from_secs(15);
const TRIES: usize = 3;

/// Everything but the host itself, so that its address is known before it starts.
pub(crate) struct Place {
    host: Host,
    folder: PathBuf,
    authority: Authority,
    identity: Identity,
    /// For https, and for http.
    pub(crate) ports: (u16, u16),
    pub(crate) upstream: Upstream,
}

/// The whole at work.
pub(crate) struct Stand<'a> {
    pub(crate) place: &'a Place,
    pub(crate) server: Server,
}

impl Place {
    /// A place for a host, of which a test may have several under different names.
    pub(crate) fn new(host: Host, test: &str) -> Self {
        let authority = Authority::new();
        let upstream = authority.issue(host.upstream);
        Self::before(host, test, authority, &upstream)
    }

    /// The same before an upstream with another certificate.
    pub(crate) fn before(
        host: Host,
        test: &str,
        authority: Authority,
        upstream: &Identity,
    ) -> Self {
        // Where a server that gives up being root can read.
        let name = format!("vetted-{}-{}-{test}", process::id(), host.recipe);
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        copy(&built_site(), &folder.join("site"));
        Self {
            host,
            identity: authority.issue("localhost"),
            upstream: Upstream::start(upstream),
            ports: (free_port(), free_port()),
            authority,
            folder,
        }
    }

    /// The folder that is served.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.join("site")
    }

    /// The certificate of the authority that both ends have theirs from.
    pub(crate) fn trusted(&self) -> PathBuf {
        self.authority.write(&self.folder)
    }

    /// Writes a file for whoever asks this place.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// Where a browser finds it.
    pub(crate) fn front(&self) -> Front {
        Front {
            address: format!("https://localhost:{}/", self.ports.0),
            pin: self.identity.pin.clone(),
        }
    }

    /// Starts the host for a sandbox: its API behind, its sign-in in `config.json`.
    pub(crate) async fn start_for(&self, partner_center: &PartnerCenter) -> Stand<'_> {
        let origin = partner_center.origin();
        let api = origin.trim_start_matches("http://").to_owned();
        self.upstream.behaves(Manner::LeadsTo(api));
        let config = self.root().join("config.json");
        fs::write(config, partner_center.site_config().await).unwrap();
        self.start(&origin)
    }

    /// Starts the host; `sign_in` is the origin of the authority.
    pub(crate) fn start(&self, sign_in: &str) -> Stand<'_> {
        let site = Site {
            folder: &self.folder,
            root: &self.root(),
            ports: self.ports,
            identity: self.identity.write(&self.folder),
            trusted: self.trusted(),
            upstream: self.upstream.port,
            sign_in: sign_in.to_owned(),
        };
        // Another program may hold a port for a moment.
        for _ in 0..TRIES {
            let mut server = self.host.start(&site);
            if self.answers(&mut server) {
                let place = self;
                return Stand { place, server };
            }
            eprintln!("{}", server.logs());
        }
        panic!("{} does not start", self.host.recipe);
    }

    fn answers(&self, server: &mut Server) -> bool {
        let started = Instant::now();
        while started.elapsed() < PATIENCE && !server.has_ended() {
            let hello = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            let connected = self.authority.connect("localhost", self.ports.0);
            if connected.is_ok_and(|mut stream| raw::ask(&mut stream, hello).status.is_some()) {
                return true;
            }
            thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("what the server wrote is kept in {}", self.folder.display());
        } else {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Many at once.
pub(crate) struct Crowd(Arc<AtomicBool>);

impl Drop for Crowd {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Stand<'_> {
    /// Sends these bytes to the host.
    pub(crate) fn send(&self, bytes: &[u8]) -> Reply {
        raw::ask(&mut self.connect(), bytes)
    }

    /// Asks for this so many times at once, while the upstream takes its time until `enough` answers are here.
    pub(crate) fn all_at_once(&self, times: usize, enough: usize, target: &str) -> Vec<Reply> {
        let token = ["Authorization: Bearer secret-token"];
        let request = self.request("GET", target, &token, "");
        let (sender, replies) = mpsc::channel();
        self.place.upstream.holds(true);
        thread::scope(|scope| {
            for _ in 0..times {
                let (sender, request) = (sender.clone(), &request);
                scope.spawn(move || sender.send(self.send(request.as_bytes())).unwrap());
            }
            // Where nobody is refused, nobody is answered either.
            let mut all: Vec<_> = (0..enough)
                .map_while(|_| replies.recv_timeout(PATIENCE).ok())
                .collect();
            self.place.upstream.holds(false);
            drop(sender);
            all.extend(replies);
            all
        })
    }

    /// Asks for this again and again, as many would, until the crowd is dropped.
    pub(crate) fn crowd(&self, target: &str) -> Crowd {
        const PEOPLE: usize = 3;
        let over = Arc::new(AtomicBool::new(false));
        let request = self.request("GET", target, &[], "");
        // One connection each, so that the machine's work is not greeting.
        let request = request.replace("Connection: close\r\n", "").repeat(10);
        for _ in 0..PEOPLE {
            let (authority, port) = (self.place.authority.clone(), self.place.ports.0);
            let (over, request) = (Arc::clone(&over), request.clone());
            thread::spawn(move || {
                while !over.load(Ordering::SeqCst) {
                    // What is answered is for nobody; a connection that breaks is replaced by the next.
                    let connected = authority.connect("localhost", port);
                    let _ = connected.and_then(|mut stream| stream.write_all(request.as_bytes()));
                }
            });
        }
        Crowd(over)
    }

    fn connect(&self) -> Stream {
        let stream = self
            .place
            .authority
            .connect("localhost", self.place.ports.0);
        stream.unwrap()
    }

    /// Asks for this over plain http.
    pub(crate) fn ask_plainly(&self, target: &str) -> Reply {
        let mut stream = TcpStream::connect(("127.0.0.1", self.place.ports.1)).unwrap();
        raw::ask(&mut stream, self.request("GET", target, &[], "").as_bytes())
    }

    /// Sends a request with these lines of header.
    pub(crate) fn ask(&self, method: &str, target: &str, lines: &[&str]) -> Reply {
        self.ask_with(method, target, lines, "")
    }

    /// The same with a body.
    pub(crate) fn ask_with(&self, method: &str, target: &str, lines: &[&str], body: &str) -> Reply {
        self.send(self.request(method, target, lines, body).as_bytes())
    }

    /// A request as text.
    pub(crate) fn request(&self, method: &str, target: &str, lines: &[&str], body: &str) -> String {
        let port = self.place.ports.0;
        let mut text = format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n"
        );
        for line in lines {
            text += line;
            text += "\r\n";
        }
        if !body.is_empty() {
            text += &format!("Content-Length: {}\r\n", body.len());
        }
        text + "\r\n" + body
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
