//! The sockets around the state machine: listeners, the conversion to and from plain requests, delays, dropped connections.
//! Must not decide what is answered.

use std::convert::Infallible;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::IntoResponse;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt;

use crate::clock::Millis;
use crate::http::{Answer, Request, Response};
use crate::personas::Persona;
use crate::provider::Provider;
use crate::world::World;
use crate::{Options, site};

/// The largest request body that is read, in bytes.
const LARGEST_BODY: usize = 1024 * 1024;

/// The state, shared by all connections.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    /// The state, for this thread alone; never held across an await.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The real time in milliseconds.
pub(crate) fn real_now() -> Millis {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

/// A sandbox at work. It stops when this is dropped.
pub struct Running {
    api: SocketAddr,
    site: Option<(SocketAddr, String)>,
    shared: Shared,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// The origin of API, authority and control address, such as `http://127.0.0.1:9900`.
    #[must_use]
    pub fn api(&self) -> String {
        format!("http://{}", self.api)
    }

    /// The address of the site, with its base path: such as `http://127.0.0.1:8080/`.
    #[must_use]
    pub fn site(&self) -> Option<String> {
        self.site
            .as_ref()
            .map(|(address, base)| format!("http://{address}{base}"))
    }

    /// Calls the control address without HTTP: method, path such as `/sandbox/clock`, body.
    /// Gives the status and the JSON of the answer.
    pub fn control(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            body: body.map(Value::to_string).unwrap_or_default().into_bytes(),
            ..Request::default()
        };
        let response = self
            .shared
            .world()
            .handle(&request, real_now())
            .response
            .unwrap_or_default();
        (
            response.status,
            serde_json::from_slice(&response.body).unwrap_or(Value::Null),
        )
    }

    /// Stops listening and ends all connections.
    pub async fn shutdown(mut self) {
        for task in self.tasks.drain(..) {
            task.abort();
            let _ = task.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Starts a sandbox on this machine's loopback address. Must be called within a Tokio runtime.
///
/// # Errors
/// When a port is taken, the site's folder has no `index.html`, or an option cannot be met.
pub async fn serve(options: Options) -> io::Result<Running> {
    check(&options)?;
    let api = TcpListener::bind((Ipv4Addr::LOCALHOST, options.api_port)).await?;
    let api_address = api.local_addr()?;
    let origin = format!("http://{api_address}");
    let entropy = RandomState::new().hash_one(real_now());
    let world = World::new(options.clone(), &origin, entropy, real_now());
    let shared = Shared(Arc::new(Mutex::new(world)));
    let provider = options
        .trust_issuer
        .as_deref()
        .map(Provider::new)
        .transpose()?;
    let state = (shared.clone(), provider);
    let router = Router::new().fallback(simulated).with_state(state);
    let mut running = Running {
        api: api_address,
        site: None,
        shared: shared.clone(),
        tasks: vec![tokio::spawn(listen(api, router))],
    };
    if let Some(folder) = &options.site_dir {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.site_port)).await?;
        running.site = Some((listener.local_addr()?, options.base.clone()));
        let router = site::router(folder, &options, api_address, shared);
        running.tasks.push(tokio::spawn(listen(listener, router)));
    }
    Ok(running)
}

fn check(options: &Options) -> io::Result<()> {
    let refuse = |text: String| Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    let base = &options.base;
    if !base.starts_with('/') || !base.ends_with('/') || base.contains("//") {
        return refuse(format!(
            "the base path '{base}' must start and end with one slash"
        ));
    }
    if options.chaos_percent > 100 {
        return refuse(format!(
            "{} percent is more than all",
            options.chaos_percent
        ));
    }
    if let Some(folder) = options
        .site_dir
        .as_ref()
        .filter(|folder| !folder.join("index.html").is_file())
    {
        return refuse(format!(
            "the site's folder {} has no index.html",
            folder.display()
        ));
    }
    Ok(())
}

/// Marks a response that must not be sent: the connection is closed instead.
#[derive(Clone, Copy)]
pub(crate) struct CloseConnection {
    /// Whether the other end is to see a reset instead of an orderly end.
    reset: bool,
}

/// Why a connection is closed without an answer.
#[derive(Debug)]
struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is dropped on purpose")
    }
}

impl std::error::Error for Dropped {}

/// Takes connections, one request each. Without keep-alive a browser has no used connection on which it would repeat a
/// dropped request of its own accord, so that what a test drops stays dropped.
async fn listen(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                // Out of file handles, most likely: give the open connections time to end.
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                }
            },
            Some(_) = connections.join_next() => continue,
        };
        let router = router.clone();
        // A second handle, to say how the connection ends while the first is lent out.
        let Ok((stream, handle)) = twice(stream) else {
            continue;
        };
        let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let (router, handle) = (router.clone(), Arc::clone(&handle));
            async move {
                let response = router
                    .oneshot(request.map(Body::new))
                    .await
                    .unwrap_or_else(|never: Infallible| match never {});
                match response.extensions().get::<CloseConnection>() {
                    Some(CloseConnection { reset }) => {
                        if *reset {
                            // Without time to linger, closing is resetting.
                            let _ = SockRef::from(&*handle).set_linger(Some(Duration::ZERO));
                        }
                        Err(Dropped)
                    }
                    None => Ok(response),
                }
            }
        });
        connections.spawn(async move {
            let mut builder = hyper::server::conn::http1::Builder::new();
            // An error here is a connection that its other end gave up, or one dropped on purpose.
            let _ = builder
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

/// The same connection under two handles; it ends when both are gone.
fn twice(stream: TcpStream) -> io::Result<(TcpStream, Arc<std::net::TcpStream>)> {
    let stream = stream.into_std()?;
    let handle = stream.try_clone()?;
    Ok((TcpStream::from_std(stream)?, Arc::new(handle)))
}

async fn simulated(
    State((shared, provider)): State<(Shared, Option<Provider>)>,
    request: axum::extract::Request,
) -> axum::response::Response {
    let Some(request) = plain(request).await else {
        return hyper::StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    if let Some(provider) = provider {
        admit_foreign_token(&shared, &provider, &request).await;
    }
    let Answer {
        response,
        reset,
        delay,
    } = shared.world().handle(&request, real_now());
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    response.map_or_else(|| dropped(reset), wire)
}

/// Takes a token that the sandbox did not issue as an Admin agent's, if the other provider knows it.
async fn admit_foreign_token(shared: &Shared, provider: &Provider, request: &Request) {
    let header = request
        .header("authorization")
        .filter(|_| request.path.starts_with("/v1/"));
    let Some(token) = header.and_then(|value| value.strip_prefix("Bearer ")) else {
        return;
    };
    let known = shared.world().authority.access(token).is_some();
    if !known && provider.accepts(token).await {
        let mut world = shared.world();
        let now = world.sessions.at(real_now());
        world.authority.admit(token, Persona::Admin, now);
    }
}

/// The response that stands for none.
pub(crate) fn dropped(reset: bool) -> axum::response::Response {
    let mut response = axum::response::Response::default();
    response.extensions_mut().insert(CloseConnection { reset });
    response
}

/// Reads a whole request; nothing when its body is too large or breaks off.
pub(crate) async fn plain(request: axum::extract::Request) -> Option<Request> {
    let (parts, body) = request.into_parts();
    let headers = parts.headers.iter().map(|(name, value)| {
        (
            name.as_str().to_owned(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    });
    Some(Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body: to_bytes(body, LARGEST_BODY).await.ok()?.to_vec(),
    })
}

/// Makes a response ready to be sent.
pub(crate) fn wire(response: Response) -> axum::response::Response {
    let mut builder = hyper::Response::builder().status(response.status);
    for (name, value) in &response.headers {
        // A value with bytes that HTTP forbids can only come from a fault that a test has set: send the rest.
        if let Ok(value) = hyper::header::HeaderValue::from_str(value) {
            builder = builder.header(name, value);
        }
    }
    builder
        .body(Body::from(response.body))
        .unwrap_or_else(|_| hyper::StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
