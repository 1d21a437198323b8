//! Writes and reads `application/x-www-form-urlencoded` text: queries, fragments and bodies.
//! Must not know what the fields mean.

/// Writes pairs in the given order.
pub(super) fn encode<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        escape(name, &mut out);
        out.push('=');
        escape(value, &mut out);
    }
    out
}

fn escape(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte))
            }
            _ => {
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
}

/// Reads pairs. `None` when an escape is broken or does not give UTF-8.
pub(super) fn decode(text: &str) -> Option<Vec<(String, String)>> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((
                unescape(&name.replace('+', " "))?,
                unescape(&value.replace('+', " "))?,
            ))
        })
        .collect()
}

/// Resolves `%xx`. `None` when an escape is broken or does not give UTF-8.
pub(super) fn unescape(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let (high, low) = (hex(bytes.next()?)?, hex(bytes.next()?)?);
            out.push(high << 4 | low);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reserved_characters_are_escaped() {
        assert_eq!(
            encode([("scope", "openid https://api.example/x"), ("a&b", "c=d+é")]),
            "scope=openid%20https%3A%2F%2Fapi.example%2Fx&a%26b=c%3Dd%2B%C3%A9"
        );
    }

    #[test]
    fn plus_and_escapes_are_read() {
        let read = decode("error_description=AADSTS50076%3a+MFA&&flag&x=").unwrap();
        let pairs: Vec<(&str, &str)> = read.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(
            pairs,
            [
                ("error_description", "AADSTS50076: MFA"),
                ("flag", ""),
                ("x", "")
            ]
        );
    }

    #[test]
    fn broken_escapes_are_refused() {
        for text in ["a=%", "a=%4", "a=%zz", "a=%ff", "%c3=1", "a=%+1"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_again(pairs in proptest::collection::vec((".+", ".*"), 0..4)) {
            let text = encode(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())));
            prop_assert_eq!(decode(&text).unwrap(), pairs);
        }

        #[test]
        fn reading_never_panics(text in ".*") {
            let _ = decode(&text);
        }
    }
}
