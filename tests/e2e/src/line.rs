//! A connection to the site that can be cut, for the whole browser with its service workers.
//! Must not know what passes through it.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Another address of the site, there until [`Line::cut`].
pub struct Line {
    /// It, with a slash at its end.
    pub address: String,
    passing: JoinHandle<()>,
}

impl Line {
    /// Opens another address for the site at `site`, such as `http://127.0.0.1:8080/`.
    ///
    /// # Panics
    /// When that is no address of this machine, or there is no free port.
    pub async fn to(site: &str) -> Self {
        let host = site
            .strip_prefix("http://")
            .and_then(|rest| rest.split('/').next());
        let target: SocketAddr = host
            .and_then(|host| host.parse().ok())
            .unwrap_or_else(|| panic!("{site} is not at a port of this machine"));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("there is a free port");
        let own = listener.local_addr().expect("it has an address");
        Self {
            address: format!("http://{own}/"),
            passing: tokio::spawn(pass(listener, target)),
        }
    }

    /// Ends what is under way, and refuses whatever comes from now on.
    pub async fn cut(self) {
        self.passing.abort();
        // Being cancelled is what it was asked to be.
        let _ = self.passing.await;
    }
}

async fn pass(listener: TcpListener, target: SocketAddr) {
    // Dropped with this function, which ends them.
    let mut connections = JoinSet::new();
    while let Ok((mut near, _)) = listener.accept().await {
        connections.spawn(async move {
            if let Ok(mut far) = TcpStream::connect(target).await {
                // How a connection ends is the business of its two ends.
                let _ = copy_bidirectional(&mut near, &mut far).await;
            }
        });
    }
}
