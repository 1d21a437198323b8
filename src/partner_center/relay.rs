//! What stands where Partner Center should answer, as a call without a token shows it. Pure.
//! Must not know how the call is made, nor how to mend what it shows.

use super::response::Answer;

/// Who answers below the configured address, asked without a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relay {
    /// Partner Center, which asks for a sign-in: all is well.
    Asks {
        /// Whether somebody on the way says that the answer may be kept.
        kept: bool,
    },
    /// Partner Center, with data: somebody on the way adds a sign-in of their own.
    LetsIn,
    /// Partner Center, with a fault of its own.
    Fault(u16),
    /// Somebody else who wants a password.
    WantsPassword,
    /// Somebody else who could not reach Partner Center, or does not trust its certificate.
    Unreached(u16),
    /// Somebody else, with a page.
    Page,
    /// Somebody else, with another refusal or anything else.
    Other(u16),
    /// Somebody who sends the browser elsewhere.
    Redirects,
    /// Nobody; the site's policy forbade the call.
    Blocked,
    /// Nobody; the browser says that it is offline.
    Offline,
    /// Nobody.
    Silent,
}

impl Relay {
    /// Reads what a call without a token has given.
    pub fn of(answer: &Answer) -> Relay {
        let own = is_from_partner_center(answer);
        match answer.status {
            0 | 300..=399 => Relay::Redirects,
            401 if own => Relay::Asks {
                kept: is_kept(answer),
            },
            401 => Relay::WantsPassword,
            200..=299 if answer.is_web_page() => Relay::Page,
            200..=299 if own => Relay::LetsIn,
            status if own && status >= 500 => Relay::Fault(status),
            // A refusal for another reason, such as too many calls.
            _ if own => Relay::Asks {
                kept: is_kept(answer),
            },
            status @ (500 | 502..=504 | 520..=530) => Relay::Unreached(status),
            404 if answer.is_web_page() => Relay::Page,
            status => Relay::Other(status),
        }
    }
}

/// Whether it bears a mark of Partner Center's. A site's own password prompt has none, and a page is never its answer.
fn is_from_partner_center(answer: &Answer) -> bool {
    let of_its_own = |(name, _): &(String, String)| name.to_ascii_lowercase().starts_with("ms-");
    let challenge = answer.header("WWW-Authenticate").unwrap_or_default();
    let scheme = challenge.split(' ').next().unwrap_or_default();
    let wants_token = ["bearer", "oauth"].contains(&scheme.to_ascii_lowercase().as_str());
    answer.headers.iter().any(of_its_own)
        || wants_token
        || (challenge.is_empty() && reads_like_partner_center(answer))
}

/// A relay may drop the marks. What is left is told by its kind alone, so only where a gateway would hardly say the same.
fn reads_like_partner_center(answer: &Answer) -> bool {
    let kind = answer.header("Content-Type").unwrap_or_default();
    let json = kind.to_ascii_lowercase().contains("json");
    let bare = answer.status == 401 && answer.body.trim().is_empty();
    let telling = matches!(answer.status, 200..=299 | 401 | 429 | 500);
    (bare || json && telling) && !answer.is_web_page()
}

/// Whether it may be, or was, kept on the way (RFC 9111).
fn is_kept(answer: &Answer) -> bool {
    let says = answer.header("Cache-Control").unwrap_or_default();
    let says = says.to_ascii_lowercase();
    let directives = || says.split(',').map(str::trim);
    let forbidden = directives().any(|word| matches!(word, "no-store" | "no-cache" | "private"));
    let lives = directives().any(|word| {
        let limit = word.split_once('=');
        limit.is_some_and(|(name, seconds)| {
            matches!(name, "max-age" | "s-maxage") && seconds.trim_matches('"') != "0"
        })
    });
    let was_kept = answer.header("Age").is_some_and(|age| age != "0");
    was_kept || (!forbidden && (lives || directives().any(|word| word == "public")))
}
