//! Another OpenID provider whose tokens are accepted: asks its userinfo endpoint whether a token is good.
//! Must not know what the token is used for.

use std::io;

use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::{StatusCode, Uri};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// No answer of a provider is longer, in bytes.
const LONGEST: usize = 100_000;

/// A provider on this machine.
#[derive(Clone, Debug)]
pub(crate) struct Provider {
    issuer: String,
}

impl Provider {
    /// Takes the issuer's address: plain http on this machine, since the sandbox speaks no TLS and asks nobody else.
    ///
    /// # Errors
    /// When it is any other address.
    pub(crate) fn new(issuer: &str) -> io::Result<Self> {
        let issuer = issuer.trim_end_matches('/').to_owned();
        let uri = issuer.parse::<Uri>().ok();
        match uri.as_ref().and_then(local) {
            Some(_) => Ok(Self { issuer }),
            None => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!(
                    "the issuer '{issuer}' must be an http address on this machine, such as http://127.0.0.1:3000"
                ),
            )),
        }
    }

    /// Its origin, for the site's policy.
    pub(crate) fn origin(&self) -> String {
        let after_scheme = self.issuer.find("://").map_or(0, |found| found + 3);
        let host = self.issuer[after_scheme..]
            .split('/')
            .next()
            .unwrap_or_default();
        format!("{}{host}", &self.issuer[..after_scheme])
    }

    /// Whether the provider knows this token. A provider that does not answer knows none.
    pub(crate) async fn accepts(&self, token: &str) -> bool {
        self.ask(token).await == Some(StatusCode::OK)
    }

    async fn ask(&self, token: &str) -> Option<StatusCode> {
        let document = format!("{}/.well-known/openid-configuration", self.issuer);
        let (_, body) = get(&document.parse().ok()?, None).await?;
        let document: Value = serde_json::from_slice(&body).ok()?;
        let userinfo: Uri = document.get("userinfo_endpoint")?.as_str()?.parse().ok()?;
        let (status, _) = get(&userinfo, Some(token)).await?;
        Some(status)
    }
}

/// The host and port of an address on this machine.
fn local(uri: &Uri) -> Option<String> {
    let host = uri.host()?;
    let here = uri.scheme_str() == Some("http") && matches!(host, "127.0.0.1" | "localhost");
    here.then(|| format!("127.0.0.1:{}", uri.port_u16().unwrap_or(80)))
}

async fn get(uri: &Uri, bearer: Option<&str>) -> Option<(StatusCode, Bytes)> {
    let stream = TcpStream::connect(local(uri)?).await.ok()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .ok()?;
    let connection = tokio::spawn(connection);
    let mut request = hyper::Request::builder()
        .uri(uri.path_and_query()?.as_str())
        .header("host", uri.authority()?.as_str())
        .header("accept", "application/json");
    if let Some(token) = bearer {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let answer = sender
        .send_request(request.body(Empty::<Bytes>::new()).ok()?)
        .await
        .ok()?;
    let status = answer.status();
    let body = Limited::new(answer.into_body(), LONGEST)
        .collect()
        .await
        .ok()?
        .to_bytes();
    connection.abort();
    Some((status, body))
}

#[cfg(test)]
mod tests {
    use super::Provider;

    #[test]
    fn only_an_issuer_on_this_machine_is_taken() {
        for issuer in ["http://127.0.0.1:3000", "http://localhost:3000/oidc/"] {
            assert!(Provider::new(issuer).is_ok(), "{issuer}");
        }
        for issuer in [
            "https://127.0.0.1:3000",
            "http://issuer.example",
            "127.0.0.1:3000",
            "",
        ] {
            assert!(Provider::new(issuer).is_err(), "{issuer}");
        }
    }

    #[test]
    fn the_origin_is_the_address_without_its_path() {
        let provider = Provider::new("http://127.0.0.1:3000/oidc/").expect("it is here");
        assert_eq!(provider.origin(), "http://127.0.0.1:3000");
    }
}
