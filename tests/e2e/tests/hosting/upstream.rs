//! What stands where Partner Center would: speaks TLS, writes down each request as it came, and leads to the sandbox or
//! answers as it is told. Must not know which host asks.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::tls::Identity;

/// What happens with a request.
#[derive(Clone, Debug)]
pub(crate) enum Manner {
    /// It is passed on to this address, such as `127.0.0.1:9900`.
    LeadsTo(String),
    /// It is answered so, byte for byte.
    Answers(String),
    /// The connection is closed.
    HangsUp,
}

struct State {
    manner: Mutex<Manner>,
    requests: Mutex<Vec<Arc<Mutex<Vec<u8>>>>>,
    held: Mutex<bool>,
    released: Condvar,
    over: AtomicBool,
}

/// A server with a certificate, on a port of its own.
pub(crate) struct Upstream {
    state: Arc<State>,
    pub(crate) port: u16,
}

impl Upstream {
    pub(crate) fn start(identity: &Identity) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            manner: Mutex::new(Manner::Answers(NOTHING.to_owned())),
            requests: Mutex::default(),
            held: Mutex::default(),
            released: Condvar::new(),
            over: AtomicBool::new(false),
        });
        let (config, shared) = (identity.server(), Arc::clone(&state));
        thread::spawn(move || listen(&listener, &config, &shared));
        Self { state, port }
    }

    pub(crate) fn behaves(&self, manner: Manner) {
        *lock(&self.state.manner) = manner;
    }

    /// Lets every request wait, or wait no more.
    pub(crate) fn holds(&self, held: bool) {
        *lock(&self.state.held) = held;
        self.state.released.notify_all();
    }

    /// The requests since the last time, as they came; of one that is still on its way, what is here by now.
    pub(crate) fn take(&self) -> Vec<String> {
        let requests = std::mem::take(&mut *lock(&self.state.requests));
        let text = |request: &Arc<Mutex<Vec<u8>>>| {
            String::from_utf8_lossy(lock(request).as_slice()).into_owned()
        };
        requests.iter().map(text).collect()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.state.over.store(true, Ordering::SeqCst);
        // Wakes the listener. An error means that it has ended.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// An answer that says nothing.
const NOTHING: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]";

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listen(listener: &TcpListener, config: &Arc<ServerConfig>, state: &Arc<State>) {
    for socket in listener.incoming().map_while(Result::ok) {
        if state.over.load(Ordering::SeqCst) {
            return;
        }
        let (config, state) = (Arc::clone(config), Arc::clone(state));
        // An error is a connection that its other end gave up, such as one that did not trust the certificate.
        thread::spawn(move || serve(socket, config, &state));
    }
}

fn serve(socket: TcpStream, config: Arc<ServerConfig>, state: &State) -> io::Result<()> {
    socket.set_read_timeout(Some(Duration::from_secs(90)))?;
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, socket);
    let request = read_request(&mut stream, state)?;
    let held = state.released.wait_while(lock(&state.held), |held| *held);
    drop(held.unwrap_or_else(PoisonError::into_inner));
    let manner = lock(&state.manner).clone();
    match manner {
        Manner::HangsUp => return stream.sock.shutdown(Shutdown::Both),
        Manner::Answers(answer) => stream.write_all(answer.as_bytes())?,
        Manner::LeadsTo(address) => {
            let mut onward = TcpStream::connect(address)?;
            onward.write_all(&request)?;
            let mut answer = Vec::new();
            onward.read_to_end(&mut answer)?;
            stream.write_all(&answer)?;
        }
    }
    stream.conn.send_close_notify();
    stream.flush()
}

/// Head and body of one request, which counts as soon as its head is here.
fn read_request(stream: &mut impl Read, state: &State) -> io::Result<Vec<u8>> {
    let arrived = Arc::new(Mutex::new(Vec::new()));
    let mut piece = [0; 8192];
    let mut counts = false;
    loop {
        let bytes = stream.read(&mut piece)?;
        if bytes == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut request = lock(&arrived);
        request.extend_from_slice(&piece[..bytes]);
        if !counts && request.windows(4).any(|four| four == b"\r\n\r\n") {
            counts = true;
            lock(&state.requests).push(Arc::clone(&arrived));
        }
        if is_whole(&request) {
            return Ok(request.clone());
        }
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    if head.contains("\r\ntransfer-encoding: chunked") {
        return body.ends_with("0\r\n\r\n");
    }
    let length = head
        .split_once("\r\ncontent-length: ")
        .map_or("0", |(_, rest)| rest.split("\r\n").next().unwrap_or("0"));
    body.len() >= length.parse().unwrap_or(0)
}
