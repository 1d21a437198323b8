//! Between the browser and a site: passes everything on and counts the bytes that the site sent, file by file.
//! Must not know what is measured. Relies on the sandbox's habit of one request per connection.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the site sent in answer to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    /// The path that was asked for, with its query.
    pub(super) path: String,
    /// Bytes of status line and headers.
    pub(super) head: u64,
    /// Bytes of the body, as compressed as they travelled.
    pub(super) body: u64,
}

#[derive(Default)]
struct Log {
    sent: Vec<Sent>,
    open: usize,
}

/// Counts until it is dropped.
pub(super) struct Counter {
    address: SocketAddr,
    log: Arc<Mutex<Log>>,
    task: JoinHandle<()>,
}

impl Counter {
    /// Listens on a free port in front of `site`.
    pub(super) async fn before(site: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let log = Arc::new(Mutex::new(Log::default()));
        let task = tokio::spawn(listen(listener, site, Arc::clone(&log)));
        Ok(Self { address, log, task })
    }

    /// Where the site can be visited.
    pub(super) fn site(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Forgets what it has counted.
    pub(super) fn forget(&self) {
        lock(&self.log).sent.clear();
    }

    /// Everything sent since it was told to forget.
    pub(super) fn sent(&self) -> Vec<Sent> {
        lock(&self.log).sent.clone()
    }

    /// Whether nothing is on its way.
    pub(super) fn is_idle(&self) -> bool {
        lock(&self.log).open == 0
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(log: &Mutex<Log>) -> MutexGuard<'_, Log> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen(listener: TcpListener, site: SocketAddr, log: Arc<Mutex<Log>>) {
    while let Ok((browser, _)) = listener.accept().await {
        let log = Arc::clone(&log);
        tokio::spawn(async move {
            let (from_browser, to_browser) = browser.into_split();
            let Ok(Some((asked, from_browser))) = first_piece(from_browser).await else {
                return;
            };
            lock(&log).open += 1;
            // A connection that breaks has sent what it has sent.
            let sent = pass_on(asked, (from_browser, to_browser), site).await;
            let mut log = lock(&log);
            log.open -= 1;
            log.sent.extend(sent);
        });
    }
}

/// The beginning of a request; nothing when the browser opened the connection for later and did not use it.
async fn first_piece(mut browser: OwnedReadHalf) -> io::Result<Option<(Vec<u8>, OwnedReadHalf)>> {
    let mut asked = vec![0; 16 * 1024];
    let length = browser.read(&mut asked).await?;
    asked.truncate(length);
    Ok((length > 0).then_some((asked, browser)))
}

/// Passes one request up and its answer down.
async fn pass_on(
    asked: Vec<u8>,
    (mut from_browser, mut to_browser): (OwnedReadHalf, OwnedWriteHalf),
    site: SocketAddr,
) -> io::Result<Sent> {
    let line = String::from_utf8_lossy(&asked).into_owned();
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let (mut from_site, mut to_site) = TcpStream::connect(site).await?.into_split();
    to_site.write_all(&asked).await?;
    let upward =
        tokio::spawn(async move { tokio::io::copy(&mut from_browser, &mut to_site).await });

    let mut sent = Sent {
        path,
        head: 0,
        body: 0,
    };
    let mut head = Vec::new();
    let mut piece = vec![0; 16 * 1024];
    loop {
        let length = from_site.read(&mut piece).await?;
        if length == 0 {
            break;
        }
        to_browser.write_all(&piece[..length]).await?;
        let mut body = length;
        if sent.head == 0 {
            head.extend_from_slice(&piece[..length]);
            let Some(end) = end_of_head(&head) else {
                continue;
            };
            sent.head = end as u64;
            body = head.len() - end;
        }
        sent.body += body as u64;
    }
    upward.abort();
    Ok(sent)
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    const END: &[u8] = b"\r\n\r\n";
    let at = bytes.windows(END.len()).position(|four| four == END)?;
    Some(at + END.len())
}
