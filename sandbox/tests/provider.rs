//! Tokens of another OpenID provider: taken when that provider knows them, refused otherwise.
//! Must not know how the sandbox finds out.

#![allow(clippy::unwrap_used)]

mod common;

use common::{Sandbox, send};
use sandbox::Options;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A provider that knows one token.
async fn provider(good: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let document = format!(r#"{{"issuer":"{issuer}","userinfo_endpoint":"{issuer}/me"}}"#);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).await.unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let knows = request.contains(&format!("Bearer {good}"));
            let (status, body) = match request.split_whitespace().nth(1) {
                Some("/.well-known/openid-configuration") => ("200 OK", document.as_str()),
                Some("/me") if knows => ("200 OK", r#"{"sub":"somebody"}"#),
                _ => ("401 Unauthorized", "{}"),
            };
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    issuer
}

async fn trusting(issuer: String) -> Sandbox {
    Sandbox::with(Options {
        trust_issuer: Some(issuer),
        ..Options::default()
    })
    .await
}

#[tokio::test]
async fn a_token_that_the_other_provider_knows_is_an_admin_agents() {
    let sandbox = trusting(provider("foreign-token").await).await;
    let got = send(sandbox.call("foreign-token", "GET", "/v1/customers?size=1")).await;
    assert_eq!(got.unwrap().status, 200);
}

#[tokio::test]
async fn a_token_that_nobody_knows_stays_refused() {
    let sandbox = trusting(provider("foreign-token").await).await;
    let got = send(sandbox.call("another-token", "GET", "/v1/customers?size=1")).await;
    assert_eq!(got.unwrap().status, 401);
}

#[tokio::test]
async fn without_trust_no_foreign_token_is_taken() {
    provider("foreign-token").await;
    let sandbox = Sandbox::start().await;
    let got = send(sandbox.call("foreign-token", "GET", "/v1/customers?size=1")).await;
    assert_eq!(got.unwrap().status, 401);
}

#[tokio::test]
async fn a_provider_that_does_not_answer_knows_no_token() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let sandbox = trusting(issuer).await;
    let got = send(sandbox.call("foreign-token", "GET", "/v1/customers?size=1")).await;
    assert_eq!(got.unwrap().status, 401);
}
