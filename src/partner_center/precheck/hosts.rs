//! Compares host names label by label, and knows mail domains that say nothing about an institution.
//! Must not know whose they are.
//!
//! There is no list of public suffixes here: it would weigh more than the app. What is compared is whether two names share
//! a label that somebody must have registered, rather than a label of a registry such as `ac` or `k12`.

/// Whether a host belongs to one of several domains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// It does.
    Alike,
    /// It does not.
    Unlike,
    /// There is nothing to compare with, or one is written in its own script and the other in ASCII (`xn--`).
    Incomparable,
}

/// Compares a host with the customer's own domains.
pub(super) fn likeness(host: &str, domains: &[String]) -> Likeness {
    if domains.iter().any(|domain| alike(host, domain)) {
        return Likeness::Alike;
    }
    let in_ascii = |name: &String| has_code(name) && !host.is_ascii();
    let in_script = |name: &String| has_code(host) && !name.is_ascii();
    let apart = |name: &String| in_ascii(name) || in_script(name);
    match domains.is_empty() || domains.iter().any(apart) {
        true => Likeness::Incomparable,
        false => Likeness::Unlike,
    }
}

/// Whether a name in another script is written in ASCII.
fn has_code(name: &str) -> bool {
    name.to_ascii_lowercase().contains("xn--")
}

fn alike(a: &str, b: &str) -> bool {
    let (a, b) = (labels(a), labels(b));
    let shared: Vec<_> = a.iter().zip(&b).take_while(|(a, b)| a == b).collect();
    let same = a.len() == b.len() && shared.len() == a.len();
    let Some((top, _)) = shared.first() else {
        return false;
    };
    let registered = shared
        .iter()
        .skip(1)
        .any(|(label, _)| !is_of_registry(label, top));
    same || registered
}

/// The labels from the top down, without `www`.
fn labels(name: &str) -> Vec<String> {
    let name = name.trim().trim_end_matches('.').to_lowercase();
    let name = name.strip_prefix("www.").unwrap_or(&name);
    name.rsplit('.').map(str::to_owned).collect()
}

/// Labels below which registries register: under `.uk`, `.hu`, `.jp` …, and under `.us` those of schools.
const OF_REGISTRIES: [&str; 24] = [
    "ac", "asso", "co", "com", "ed", "edu", "go", "gob", "gouv", "gov", "govt", "gv", "k12", "lg",
    "lib", "mil", "ne", "net", "nom", "or", "org", "pvt", "sch", "school",
];

/// Under a country, two letters are a state or a province: `wa.us`, `on.ca`.
fn is_of_registry(label: &str, top: &str) -> bool {
    top.len() == 2 && (label.len() == 2 || OF_REGISTRIES.contains(&label))
}

/// Domains that Microsoft gives to every customer, one for each of its clouds.
const OF_TENANTS: [&str; 4] = [
    "onmicrosoft.com",
    "onmicrosoft.us",
    "onmicrosoft.de",
    "onmschina.cn",
];

/// Whether it is a domain that Microsoft gave.
pub(super) fn is_of_tenant(domain: &str) -> bool {
    let labels = labels(domain);
    let two: Vec<_> = labels.iter().take(2).rev().map(String::as_str).collect();
    OF_TENANTS.contains(&two.join(".").as_str())
}

/// Providers of free mail under many countries: `yahoo.co.uk`, `hotmail.fr`.
const FREE_ANYWHERE: [&str; 16] = [
    "aol",
    "fastmail",
    "gmail",
    "gmx",
    "googlemail",
    "hotmail",
    "icloud",
    "live",
    "mail",
    "msn",
    "outlook",
    "protonmail",
    "tutanota",
    "yahoo",
    "yandex",
    "ymail",
];

/// Providers of free mail under one name. The list need not be complete: it is there to warn of the usual ones.
const FREE: [&str; 58] = [
    "126.com",
    "163.com",
    "abv.bg",
    "arcor.de",
    "azet.sk",
    "bigpond.com",
    "bk.ru",
    "bluewin.ch",
    "bol.com.br",
    "btinternet.com",
    "centrum.cz",
    "citromail.hu",
    "comcast.net",
    "daum.net",
    "email.cz",
    "foxmail.com",
    "free.fr",
    "freemail.hu",
    "freenet.de",
    "hanmail.net",
    "home.nl",
    "inbox.lv",
    "inbox.ru",
    "indamail.hu",
    "interia.pl",
    "laposte.net",
    "libero.it",
    "list.ru",
    "mac.com",
    "me.com",
    "mynet.com",
    "naver.com",
    "o2.pl",
    "onet.pl",
    "op.pl",
    "orange.fr",
    "pm.me",
    "post.cz",
    "proton.me",
    "qq.com",
    "rambler.ru",
    "rediffmail.com",
    "sapo.pt",
    "seznam.cz",
    "sfr.fr",
    "shaw.ca",
    "sina.com",
    "skynet.be",
    "t-online.de",
    "telenet.be",
    "tuta.com",
    "ukr.net",
    "uol.com.br",
    "virgilio.it",
    "walla.co.il",
    "wanadoo.fr",
    "web.de",
    "wp.pl",
];

/// Whether anybody can have an address there.
pub(super) fn is_free_mail(domain: &str) -> bool {
    let labels = labels(domain);
    let labels: Vec<_> = labels.iter().rev().map(String::as_str).collect();
    let anywhere = match labels[..] {
        [provider, top] => FREE_ANYWHERE.contains(&provider) && (top == "com" || top.len() == 2),
        [provider, "co" | "com", top] => FREE_ANYWHERE.contains(&provider) && top.len() == 2,
        _ => false,
    };
    anywhere || FREE.contains(&labels.join(".").as_str())
}
