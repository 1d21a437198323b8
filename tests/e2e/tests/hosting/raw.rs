//! Requests as bytes, for what no client library would send.
//! Must not know which answer is the right one.

use std::io::{ErrorKind, Read, Write};

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// None when the connection was closed without a word.
    pub(crate) status: Option<u16>,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// A header's values.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.headers()
            .filter(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect()
    }

    /// A header's only value; empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        match self.all(name).as_slice() {
            [] => "",
            [value] => value,
            more => panic!("{name} came {} times: {more:?}", more.len()),
        }
    }

    /// The body, put together where it came in chunks.
    pub(crate) fn text(&self) -> Vec<u8> {
        if self.all("transfer-encoding").is_empty() {
            return self.body.clone();
        }
        let mut rest = self.body.as_slice();
        let mut text = Vec::new();
        while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
            let size = String::from_utf8_lossy(&rest[..end]).into_owned();
            let size = usize::from_str_radix(&size, 16).unwrap();
            text.extend_from_slice(&rest[end + 2..end + 2 + size]);
            rest = &rest[end + 2 + size + 2..];
        }
        text
    }

    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let lines = self.head.split("\r\n").skip(1);
        lines.filter_map(|line| line.split_once(": ").or_else(|| line.split_once(':')))
    }
}

/// Sends these bytes and reads until the other end closes, or has sent all it announced.
pub(crate) fn ask(stream: &mut (impl Read + Write), request: &[u8]) -> Reply {
    // Who refuses early may close while the rest is being sent.
    let _ = stream.write_all(request).and_then(|()| stream.flush());
    let mut answer = Vec::new();
    let mut piece = [0; 8192];
    while !is_whole(&answer) {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(bytes) => answer.extend_from_slice(&piece[..bytes]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                panic!("no answer to {}", String::from_utf8_lossy(request))
            }
            Err(_) => break,
        }
    }
    read(&answer)
}

fn head_and_body(answer: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some((&answer[..end], &answer[end + 4..]))
}

fn is_whole(answer: &[u8]) -> bool {
    let reply = read(answer);
    match reply.status {
        None => false,
        Some(204 | 304) => true,
        Some(_) if !reply.all("transfer-encoding").is_empty() => reply.body.ends_with(b"0\r\n\r\n"),
        Some(_) => match reply.all("content-length").first() {
            Some(length) => reply.body.len() >= length.parse().unwrap_or(usize::MAX),
            None => false,
        },
    }
}

fn read(answer: &[u8]) -> Reply {
    let (head, body) = head_and_body(answer).unwrap_or((b"", b""));
    let head = String::from_utf8_lossy(head).into_owned();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Reply {
        status,
        body: body.to_vec(),
        head,
    }
}
