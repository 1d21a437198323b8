//! The site: the app's built files under a strict policy, `config.json`, and the relay of `/v1/*` to the API.
//! Must not know what the API answers, only what may pass.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::IntoResponse;
use http_body_util::{BodyExt, Full};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, VARY};
use hyper::{Method, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::Options;
use crate::clock::http_date;
use crate::http::{Request, Response};
use crate::provider::Provider;
use crate::server::{Shared, dropped, plain, real_now, wire};

/// How long the relay waits for the API. Longer than the app does, or unknown outcomes would be of its own making.
const RELAY_TIMEOUT: Duration = Duration::from_secs(75);

/// Request headers that pass the relay, apart from those whose names start with `ms-`.
const PASSED_UP: &[&str] = &[
    "authorization",
    "accept",
    "content-type",
    "x-locale",
    "if-match",
    "validatemfa",
];
/// Response headers that pass it, apart from those whose names start with `ms-`.
const PASSED_DOWN: &[&str] = &[
    "content-type",
    "retry-after",
    "date",
    "www-authenticate",
    "request-context",
    "ismfacompliant",
    "allow",
];

/// The `config.json` that is served when no file is named.
const OWN_CONFIG: &str = include_str!("../../config.json");

#[derive(Clone)]
struct Site {
    files: ServeDir,
    base: String,
    config_file: Option<PathBuf>,
    api: SocketAddr,
    policy: HeaderValue,
    shared: Shared,
}

/// The site's router.
pub(crate) fn router(folder: &Path, options: &Options, api: SocketAddr, shared: Shared) -> Router {
    let report = format!("{}sandbox/csp-report", options.base);
    let provider = options.trust_issuer.as_deref();
    let provider = provider.and_then(|issuer| Provider::new(issuer).ok());
    let provider = provider.map_or_else(String::new, |provider| format!(" {}", provider.origin()));
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self' http://{api}{provider}; manifest-src 'self'; worker-src 'self'; base-uri 'self'; form-action 'none'; \
         frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types default; report-uri {report}"
    );
    let site = Site {
        files: ServeDir::new(folder)
            .precompressed_br()
            .precompressed_gzip()
            .append_index_html_on_directories(false),
        base: options.base.clone(),
        config_file: options.config_file.clone(),
        api,
        policy: HeaderValue::from_str(&policy)
            .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'")),
        shared,
    };
    Router::new().fallback(handle).with_state(site)
}

async fn handle(
    State(site): State<Site>,
    mut request: axum::extract::Request,
) -> axum::response::Response {
    let path = request.uri().path().to_owned();
    let change = site.shared.world().site_change(&path);
    for name in &change.without {
        request.headers_mut().remove(name.as_str());
    }
    let mut response = match path.strip_prefix(site.base.as_str()) {
        _ if change.instead.is_some() => wire(change.instead.unwrap_or_default()),
        None => outside(&site.base, &path),
        Some("config.json") if is_read(request.method()) => wire(site.config().await),
        Some("sandbox/csp-report") if request.method() == Method::POST => {
            site.report(request).await
        }
        Some(rest) if rest == "v1" || rest.starts_with("v1/") => {
            let rest = format!("/{rest}");
            site.relay(request, &rest).await
        }
        Some(_) if !is_read(request.method()) => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        Some(rest) => {
            let rest = rest.to_owned();
            site.file(request, &rest).await
        }
    };
    site.add_headers(&mut response);
    for (name, value) in &change.headers {
        change_header(response.headers_mut(), name, value.as_deref());
    }
    response
}

/// Sets a header, or takes it away. What is none is left out.
fn change_header(headers: &mut HeaderMap, name: &str, value: Option<&str>) {
    let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
        return;
    };
    headers.remove(&name);
    if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
        headers.insert(name, value);
    }
}

fn is_read(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

fn outside(base: &str, path: &str) -> axum::response::Response {
    match path == "/" || format!("{path}/") == base {
        true => wire(Response::redirect(base)),
        false => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Site {
    fn add_headers(&self, response: &mut axum::response::Response) {
        let headers = response.headers_mut();
        let fixed = [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            (
                "permissions-policy",
                "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            ),
        ];
        for (name, value) in fixed {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        headers
            .entry("content-security-policy")
            .or_insert_with(|| self.policy.clone());
        headers
            .entry(CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
        if !headers.contains_key(DATE) {
            let now = self.shared.world().clock.at(real_now());
            if let Ok(date) = HeaderValue::from_str(&http_date(now)) {
                headers.insert(DATE, date);
            }
        }
    }

    async fn config(&self) -> Response {
        let text = match &self.config_file {
            None => OWN_CONFIG.to_owned(),
            Some(file) => match tokio::fs::read_to_string(file).await {
                Ok(text) => text,
                Err(_) => return Response::text(404, "text/plain", "there is no config.json"),
            },
        };
        self.shared
            .world()
            .site_config(&text)
            .with("cache-control", "no-cache")
    }

    async fn report(&self, request: axum::extract::Request) -> axum::response::Response {
        if let Some(report) = plain(request)
            .await
            .and_then(|request| serde_json::from_slice(&request.body).ok())
        {
            self.shared.world().add_violation(report);
        }
        StatusCode::NO_CONTENT.into_response()
    }

    /// A file of the site, or its page for an address of the app's own.
    async fn file(&self, request: axum::extract::Request, rest: &str) -> axum::response::Response {
        let name = rest.rsplit('/').next().unwrap_or_default();
        // The compressed forms are there to be negotiated, not to be asked for.
        if name.ends_with(".br") || name.ends_with(".gz") {
            return StatusCode::NOT_FOUND.into_response();
        }
        let is_page = !name.contains('.');
        let target = if is_page {
            "/index.html".to_owned()
        } else {
            format!("/{rest}")
        };
        let (mut parts, _) = request.into_parts();
        let Ok(uri) = target.parse::<Uri>() else {
            return StatusCode::NOT_FOUND.into_response();
        };
        parts.uri = uri;
        let Ok(response) = self
            .files
            .clone()
            .oneshot(hyper::Request::from_parts(parts, Body::empty()))
            .await;
        let mut response = response.map(Body::new);
        if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
            let lasting = is_hashed(name);
            let cache = if lasting {
                "public, max-age=31536000, immutable"
            } else {
                "no-cache"
            };
            let headers = response.headers_mut();
            headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
            headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
            if is_page || name.ends_with(".html") {
                headers.insert(
                    CONTENT_TYPE,
                    HeaderValue::from_static("text/html; charset=utf-8"),
                );
            }
        }
        response
    }

    /// Passes an allowed request on to the API, and its answer back.
    async fn relay(&self, request: axum::extract::Request, path: &str) -> axum::response::Response {
        if !is_allowed(request.method().as_str(), path) {
            return StatusCode::NOT_FOUND.into_response();
        }
        let Some(request) = plain(request).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        match tokio::time::timeout(RELAY_TIMEOUT, self.ask_api(&request, path)).await {
            Err(_) => StatusCode::GATEWAY_TIMEOUT.into_response(),
            // What the API drops the relay drops as well: the app is to see no status then.
            Ok(Err(lost)) => dropped(lost.reset),
            Ok(Ok(mut response)) => {
                let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
                response
                    .headers_mut()
                    .insert("content-security-policy", policy);
                response
            }
        }
    }

    async fn ask_api(
        &self,
        request: &Request,
        path: &str,
    ) -> Result<axum::response::Response, Lost> {
        let query = request.query_with_mark();
        let mut upward = hyper::Request::builder()
            .method(request.method.as_str())
            .uri(format!("{path}{query}"))
            .header("host", self.api.to_string());
        for (name, value) in request
            .headers
            .iter()
            .filter(|(name, _)| passes(name, PASSED_UP))
        {
            upward = upward.header(name, value);
        }
        let upward = upward.body(Full::new(hyper::body::Bytes::from(request.body.clone())))?;
        let stream = TcpStream::connect(self.api).await?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let exchange = async move {
            let answer = sender.send_request(upward).await?;
            let (parts, body) = answer.into_parts();
            Ok::<_, Lost>((parts, body.collect().await?.to_bytes()))
        };
        // Both in this task: when the browser gives up, so does the relay.
        tokio::pin!(exchange);
        tokio::pin!(connection);
        let (parts, body) = tokio::select! {
            biased;
            answer = &mut exchange => answer?,
            _ = &mut connection => exchange.await?,
        };
        let mut response = axum::response::Response::new(Body::from(body));
        *response.status_mut() = parts.status;
        for (name, value) in parts
            .headers
            .iter()
            .filter(|(name, _)| passes(name.as_str(), PASSED_DOWN))
        {
            response.headers_mut().append(name, value.clone());
        }
        response
            .headers_mut()
            .entry(CONTENT_TYPE)
            .or_insert(HeaderValue::from_static("application/octet-stream"));
        Ok(response)
    }
}

/// That the API gave no answer.
struct Lost {
    /// Whether the connection was reset.
    reset: bool,
}

impl<E: std::error::Error + 'static> From<E> for Lost {
    fn from(error: E) -> Self {
        let first: &(dyn std::error::Error + 'static) = &error;
        let reset = std::iter::successors(Some(first), |error| error.source())
            .filter_map(|error| error.downcast_ref::<io::Error>())
            .any(|error| error.kind() == io::ErrorKind::ConnectionReset);
        Self { reset }
    }
}

fn passes(name: &str, list: &[&str]) -> bool {
    name.starts_with("ms-") || list.contains(&name)
}

/// The calls the app makes; everything else stops here.
fn is_allowed(method: &str, path: &str) -> bool {
    let is_id = |text: &str| {
        !text.is_empty()
            && text.len() <= 64
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (method, segments.as_slice()) {
        ("GET", ["v1", "customers" | "auditrecords"]) => true,
        ("GET", ["v1", "customers", "all", "validations"]) => true,
        ("GET", ["v1", "customers", id] | ["v1", "customers", id, "validationStatus"]) => is_id(id),
        ("GET" | "POST", ["v1", "customers", id, "qualifications"]) => is_id(id),
        _ => false,
    }
}

/// Whether a file's name changes with its content, as in `app-0123abcd.js`.
fn is_hashed(name: &str) -> bool {
    name.split('.')
        .next()
        .and_then(|stem| stem.rsplit_once('-'))
        .is_some_and(|(_, hash)| {
            hash.len() >= 8
                && hash
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        })
}
