//! A web server at another origin, whose answers a test makes up: somebody else's page, or an authority that misbehaves.
//! Must not know the app.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;

/// What is answered.
pub enum Reply {
    /// A page.
    Page(String),
    /// An authority's description of itself: `/authorize` and `/token` here.
    Description,
    /// Leads to another address.
    Redirect(String),
    /// This piece again and again, without an announced length, without an end.
    Endless {
        /// What is sent each time.
        piece: String,
        /// How long to wait between two of them.
        pause: Duration,
    },
}

/// The server. It stops when this is dropped.
pub struct Stranger {
    origin: String,
    listener: Arc<Listener>,
}

struct Listener {
    socket: TcpListener,
    answer: Box<dyn Fn(&str) -> Reply + Send + Sync>,
    over: AtomicBool,
    sent: AtomicU64,
}

impl Stranger {
    /// Starts it on a free port. `answer` is given the path with its query.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn start(answer: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = socket.local_addr().expect("it has an address");
        let listener = Arc::new(Listener {
            socket,
            answer: Box::new(answer),
            over: AtomicBool::new(false),
            sent: AtomicU64::new(0),
        });
        let shared = Arc::clone(&listener);
        thread::spawn(move || listen(&shared));
        Self {
            origin: format!("http://{address}"),
            listener,
        }
    }

    /// Starts it as an authority, with a token endpoint that answers so.
    pub fn authority(token: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        Self::start(move |path| match path.split('?').next() {
            Some(path) if path.ends_with("/openid-configuration") => Reply::Description,
            Some("/token") => token(),
            _ => Reply::Page("Who are you?".to_owned()),
        })
    }

    /// Its origin, such as `http://127.0.0.1:41235`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many bytes it has sent so far.
    pub fn sent(&self) -> u64 {
        self.listener.sent.load(Ordering::SeqCst)
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.listener.over.store(true, Ordering::SeqCst);
        // Wakes the one that listens; if that fails, it is gone already.
        let _ = TcpStream::connect(self.origin.trim_start_matches("http://"));
    }
}

fn listen(listener: &Arc<Listener>) {
    while let Ok((stream, _)) = listener.socket.accept() {
        if listener.over.load(Ordering::SeqCst) {
            return;
        }
        let listener = Arc::clone(listener);
        // An error is a browser that went away, which is its right.
        thread::spawn(move || listener.serve(stream));
    }
}

impl Listener {
    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut request = vec![0; 16_384];
        let length = stream.read(&mut request)?;
        let request = String::from_utf8_lossy(&request[..length]).into_owned();
        let path = request.split_whitespace().nth(1).unwrap_or_default();
        let head = |status: &str, rest: &str| {
            format!(
                "HTTP/1.1 {status}\r\naccess-control-allow-origin: *\r\nconnection: close\r\n{rest}\r\n"
            )
        };
        let whole = |kind: &str, body: &str| {
            let length = body.len();
            let rest = format!("content-type: {kind}\r\ncontent-length: {length}\r\n");
            format!("{}{body}", head("200 OK", &rest))
        };
        match (self.answer)(path) {
            Reply::Page(body) => self.send(&mut stream, &whole("text/html", &body)),
            Reply::Description => {
                let body = self.description()?;
                self.send(&mut stream, &whole("application/json", &body))
            }
            Reply::Redirect(to) => {
                let rest = format!("location: {to}\r\ncontent-length: 0\r\n");
                self.send(&mut stream, &head("302 Found", &rest))
            }
            Reply::Endless { piece, pause } => {
                let rest = "content-type: application/json\r\ntransfer-encoding: chunked\r\n";
                self.send(&mut stream, &head("200 OK", rest))?;
                while !self.over.load(Ordering::SeqCst) {
                    self.send(&mut stream, &format!("{:x}\r\n{piece}\r\n", piece.len()))?;
                    thread::sleep(pause);
                }
                Ok(())
            }
        }
    }

    fn send(&self, stream: &mut TcpStream, text: &str) -> std::io::Result<()> {
        stream.write_all(text.as_bytes())?;
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        self.sent.fetch_add(length, Ordering::SeqCst);
        Ok(())
    }

    /// An authority's description of itself.
    fn description(&self) -> std::io::Result<String> {
        let origin = format!("http://{}", self.socket.local_addr()?);
        let document = json!({
            "issuer": origin,
            "authorization_endpoint": format!("{origin}/authorize"),
            "token_endpoint": format!("{origin}/token"),
        });
        Ok(document.to_string())
    }
}
