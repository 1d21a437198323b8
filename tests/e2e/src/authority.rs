//! Where a test signs in: at the sandbox's own authority, or at a certified OpenID provider in its place; each the same
//! to a test. Must not know which behaviour is tested.

use std::collections::BTreeMap;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::driver::Engine;
use crate::provider::OpenIdProvider;
use crate::world::{Browsers, Setup, World, run_in};

/// Who signs people in.
pub enum Authority {
    /// The sandbox, which answers as Entra ID does.
    Sandbox,
    /// A certified provider, whose tokens the sandbox's Partner Center accepts.
    Certified(OpenIdProvider),
}

/// What a token endpoint was asked for, and whether it gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The `grant_type`.
    pub grant: String,
    /// Whether tokens were handed over.
    pub granted: bool,
}

/// Runs a test twice: at the sandbox's authority, and at a certified provider.
///
/// # Panics
/// As [`crate::run`].
pub fn run_at_both(browsers: Browsers, test: impl AsyncFn(&World, &Authority)) {
    // Said for a test that fails; the last one said is where it did.
    eprintln!("at the sandbox's authority");
    for engine in browsers.engines() {
        run_at(&Authority::Sandbox, *engine, &test);
    }
    eprintln!("at a certified provider");
    run_at_certified(browsers, test);
}

/// Runs a test at a certified provider, which is a new one in each browser.
///
/// # Panics
/// As [`crate::run`].
pub fn run_at_certified(browsers: Browsers, test: impl AsyncFn(&World, &Authority)) {
    for engine in browsers.engines() {
        let provider = OpenIdProvider::start();
        run_at(&Authority::Certified(provider), *engine, &test);
    }
}

fn run_at(authority: &Authority, engine: Engine, test: &impl AsyncFn(&World, &Authority)) {
    let trusts = match authority {
        Authority::Sandbox => None,
        Authority::Certified(provider) => Some(provider.issuer().to_owned()),
    };
    let setup = Setup {
        trusts: trusts.clone(),
        ..Setup::default()
    };
    run_in(engine, &setup, &async |w: &World| {
        if let Some(issuer) = &trusts {
            let overlay = json!({ "authority": issuer });
            w.partner_center.configure(json!({ "overlay": overlay }));
        }
        test(w, authority).await;
    });
}

impl Authority {
    /// The name on the button of its page that signs somebody in who may do everything.
    pub fn person(&self) -> &'static str {
        match self {
            Self::Sandbox => "Admin agent",
            Self::Certified(_) => "Ida Lindgren",
        }
    }

    /// Its origin.
    pub fn origin(&self, w: &World) -> String {
        match self {
            Self::Sandbox => w.partner_center.origin(),
            Self::Certified(provider) => provider.issuer().to_owned(),
        }
    }

    /// What an attacker is sent back with who signs in with this query in a program of their own.
    ///
    /// # Panics
    /// When the authority sends nobody back.
    pub async fn answer_to(&self, w: &World, query: &str) -> String {
        let path = match self {
            Self::Sandbox => format!("/{}/oauth2/v2.0/authorize?{query}", sandbox::TENANT_ID),
            Self::Certified(_) => format!("/auth?{query}"),
        };
        let back = leads_to(&self.origin(w), path).await;
        let (_, answer) = back.split_once('#').expect("it leads back with an answer");
        answer.to_owned()
    }

    /// What its token endpoint was asked for so far, by whomever.
    ///
    /// # Panics
    /// When a provider does not tell.
    pub async fn exchanges(&self, w: &World) -> Vec<Exchange> {
        match self {
            Self::Sandbox => {
                let calls = w.partner_center.calls_to("POST", "/token").into_iter();
                let exchange = |call: crate::Call| Exchange {
                    grant: call.body["grant_type"].as_str().unwrap_or_default().into(),
                    granted: call.status == Some(200),
                };
                calls.map(exchange).collect()
            }
            Self::Certified(provider) => {
                let told = ask(provider.issuer(), "GET", "/exchanges", &[], "").await;
                let (_, lines) = told.split_once("\r\n\r\n").expect("it has a body");
                let exchange = |line: &str| {
                    let (granted, grant) = line.split_once(' ').expect("an exchange is told");
                    Exchange {
                        grant: grant.to_owned(),
                        granted: granted == "granted",
                    }
                };
                lines.lines().map(exchange).collect()
            }
        }
    }

    /// Makes everything worthless that it has issued, and lets it forget who was there.
    ///
    /// # Panics
    /// When a provider does not do so.
    pub async fn forgets_everybody(&self, w: &World) {
        let all = json!({ "access": true, "refresh": true, "session": true });
        w.partner_center.expire(all);
        if let Self::Certified(provider) = self {
            let done = ask(provider.issuer(), "POST", "/forget", &[], "").await;
            assert!(done.starts_with("HTTP/1.1 200"), "{done}");
        }
    }

    /// Sends a form to its token endpoint as another program than the browser would, and gives the whole answer.
    pub async fn redeems(&self, w: &World, form: &str) -> String {
        let path = match self {
            Self::Sandbox => format!("/{}/oauth2/v2.0/token", sandbox::TENANT_ID),
            Self::Certified(_) => "/token".to_owned(),
        };
        ask(&self.origin(w), "POST", &path, &[], form).await
    }
}

impl World {
    /// Signs in from the sign-in page, wherever that is.
    pub async fn sign_in_at(&self, authority: &Authority) {
        self.sign_in_as(authority.person()).await;
    }
}

/// Signs in as a program that keeps cookies and is led around at an origin, and gives the address that leads off it.
async fn leads_to(origin: &str, path: String) -> String {
    /// The sandbox takes one step, the provider three.
    const STEPS: usize = 5;
    let mut path = path;
    let mut cookies = BTreeMap::new();
    for _ in 0..STEPS {
        let kept: Vec<_> = cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        // Where somebody picks who they are. Elsewhere the provider takes no form.
        let picks = !path.starts_with("/auth");
        let (method, form) = match picks {
            true => ("POST", "persona=admin"),
            false => ("GET", ""),
        };
        let answer = ask(origin, method, &path, &kept, form).await;
        for cookie in headers(&answer, "set-cookie") {
            let pair = cookie.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').unwrap_or_default();
            cookies.insert(name.to_owned(), value.to_owned());
        }
        let next = headers(&answer, "location").next();
        let next = next.unwrap_or_else(|| panic!("{path} leads nowhere: {answer}"));
        path = match next.strip_prefix(origin).unwrap_or(next) {
            here if here.starts_with('/') => here.to_owned(),
            elsewhere => return elsewhere.to_owned(),
        };
    }
    panic!("{origin} leads around in circles");
}

fn headers<'a>(answer: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let pairs = answer.lines().map_while(|line| match line {
        "" => None,
        line => Some(line.split_once(": ").unwrap_or_default()),
    });
    pairs.filter_map(move |(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
}

async fn ask(origin: &str, method: &str, path: &str, cookies: &[String], form: &str) -> String {
    let host = origin.trim_start_matches("http://");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\norigin: {origin}\r\nconnection: close\r\n\
         cookie: {}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        cookies.join("; "),
        form.len()
    );
    send_raw(origin, &request).await
}

/// Sends a request and gives the whole answer.
///
/// # Panics
/// When nobody answers there.
pub async fn send_raw(origin: &str, request: &str) -> String {
    let host = origin.trim_start_matches("http://");
    let stream = TcpStream::connect(host).await;
    let mut stream = stream.unwrap_or_else(|error| panic!("{origin}: {error}"));
    let sent = stream.write_all(request.as_bytes()).await;
    sent.unwrap_or_else(|error| panic!("{origin} takes no request: {error}"));
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer).await;
    read.unwrap_or_else(|error| panic!("{origin} gives no text: {error}"));
    answer
}
