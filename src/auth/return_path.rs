//! Where to come back to after sign-in: an address of this app on this origin, and nothing else.
//! Must not know which pages the app has.

use super::form;

/// Under the app's base, where the authority sends the person back to.
pub(super) const CALLBACK: &str = "auth/callback";
/// The longest address that is kept, in bytes. A search of 5,000 characters fits in, whatever its alphabet.
const LONGEST: usize = 65_536;

/// The address if it may be returned to, else the app's start page.
pub(super) fn or_start<'a>(address: &'a str, base: &'a str) -> &'a str {
    if is_allowed(address, base) {
        address
    } else {
        base
    }
}

/// Whether `address` is a path (with search and fragment) under `base`, which starts and ends with a slash.
///
/// The address is one that the browser wrote into its location: printable ASCII, the rest percent-encoded. Anything that
/// another reader might take for another host or another path is refused, not repaired.
fn is_allowed(address: &str, base: &str) -> bool {
    let path_end = address.find(['?', '#']).unwrap_or(address.len());
    let path = &address[..path_end];
    address.len() <= LONGEST
        && address.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        && path.starts_with(base)
        && is_plain(path)
        && !is_callback(path, base)
}

/// No segment that is empty or climbs, not even in disguise.
fn is_plain(path: &str) -> bool {
    let Some(decoded) = form::unescape(path) else {
        return false;
    };
    // A percent sign or a slash that was encoded could be read a second time by somebody else.
    let disguised =
        decoded.contains(['\\', '%']) || decoded.matches('/').count() != path.matches('/').count();
    !disguised
        && !decoded.chars().any(char::is_control)
        && !decoded.contains("//")
        && !decoded
            .split('/')
            .any(|segment| matches!(segment, "." | ".."))
}

/// Coming back to the callback would read an answer that was not asked for.
fn is_callback(path: &str, base: &str) -> bool {
    let decoded = form::unescape(path).unwrap_or_default();
    decoded
        .strip_prefix(base)
        .is_some_and(|rest| rest.trim_end_matches('/').eq_ignore_ascii_case(CALLBACK))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_of_the_app_are_kept() {
        for address in [
            "/",
            "/?q=caf%C3%A9+%2F%2Fevil",
            "/customers/3f9a1c52-7d04-4e6b-9a8e-2b1c5d7e9f01",
            "/customers/x/request/check?step=2#top",
            "/?next=https://elsewhere.example//x",
            "/auth",
            "/caf%C3%A9",
        ] {
            assert_eq!(or_start(address, "/"), address);
        }
        assert_eq!(
            or_start("/vetted/customers", "/vetted/"),
            "/vetted/customers"
        );
        let long = format!("/?q={}", "%F0%9F%8E%93".repeat(5000));
        assert_eq!(or_start(&long, "/"), long);
    }

    #[test]
    fn everything_else_leads_to_the_start_page() {
        for address in [
            "",
            "customers",
            "https://evil.example/",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/%5Cevil.example",
            "/%2F%2Fevil.example",
            "/%252Fevil.example",
            "/a//b",
            "/a/../b",
            "/a/%2e%2E/b",
            "/./a",
            "/a%00",
            "/a%0d%0aSet-Cookie:x",
            "/a\n",
            "/a b",
            "/\u{9}/evil.example",
            "/caf\u{e9}",
            "/%zz",
            "/%ff",
            "javascript:alert(1)",
            "data:text/html,x",
            " /a",
            "?q=1",
            "#x",
            "/auth/callback",
            "/auth/callback/",
            "/Auth/Callback?code=1&state=2",
            "/auth/c%61llback#code=1",
        ] {
            assert_eq!(or_start(address, "/"), "/", "{address:?}");
        }
        for address in [
            "/",
            "/vetted",
            "/vettedx/a",
            "/other/",
            "/vetted/../other",
            "/vetted/auth/callback",
        ] {
            assert_eq!(or_start(address, "/vetted/"), "/vetted/", "{address:?}");
        }
        let too_long = format!("/?q={}", "a".repeat(LONGEST));
        assert_eq!(or_start(&too_long, "/"), "/");
    }

    proptest! {
        #[test]
        fn whatever_is_kept_starts_with_one_slash_and_has_no_backslash(address in "[/\\\\%a-f0-9.:?#\\t ]{0,12}") {
            let kept = or_start(&address, "/");
            prop_assert!(kept.starts_with('/') && !kept.starts_with("//") && !kept.contains('\\'));
        }
    }
}
