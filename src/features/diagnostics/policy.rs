//! A Content-Security-Policy, read as far as the app depends on it. Pure.
//! Must not know where it comes from, nor how what it lacks is worded.

/// What a page was sent; several policies hold together.
pub struct Policy(Vec<Directives>);

type Directives = Vec<(String, Vec<String>)>;

impl Policy {
    /// Reads the header's value. `None` when there is nothing in it.
    pub fn read(header: &str) -> Option<Self> {
        let policies: Vec<_> = header.split(',').map(directives).collect();
        let policies: Vec<_> = policies.into_iter().filter(|one| !one.is_empty()).collect();
        (!policies.is_empty()).then_some(Self(policies))
    }

    /// Whether calls to `origin` leave the browser, from a page of `own` origin.
    pub fn lets_reach(&self, origin: &str, own: &str) -> bool {
        let lets = |sources: &[String]| sources.iter().any(|source| covers(source, origin, own));
        let policies = self.0.iter();
        let mut sources = policies.filter_map(|policy| sources(policy, "connect-src"));
        sources.all(lets)
    }

    /// Whether calls to any site at all leave the browser.
    pub fn lets_reach_anything(&self) -> bool {
        self.lets_reach("https://nobody.invalid", "")
    }

    /// What it should say and does not.
    pub fn lacks(&self) -> Vec<&'static str> {
        let says = |part: &str, words: &[&str]| {
            self.0.iter().any(|policy| {
                let sources = sources(policy, part).unwrap_or_default();
                sources.len() == 1 && words.contains(&sources[0].as_str())
            })
        };
        let safe = |source: &String| source == "'wasm-unsafe-eval'" || is_narrow(source);
        let scripts = self.0.iter().any(|policy| {
            sources(policy, "script-src").is_some_and(|sources| sources.iter().all(safe))
        });
        [
            (scripts, "script-src 'self' 'wasm-unsafe-eval'"),
            (says("object-src", &["'none'"]), "object-src 'none'"),
            (says("base-uri", &["'self'", "'none'"]), "base-uri 'self'"),
            (
                says("frame-ancestors", &["'none'", "'self'"]),
                "frame-ancestors 'none'",
            ),
            (
                says("require-trusted-types-for", &["'script'"]),
                "require-trusted-types-for 'script'",
            ),
            (says("trusted-types", &["default"]), "trusted-types default"),
        ]
        .into_iter()
        .filter_map(|(there, part)| (!there).then_some(part))
        .collect()
    }
}

fn directives(policy: &str) -> Directives {
    let mut read: Directives = Vec::new();
    for directive in policy.split(';') {
        let mut words = directive
            .split_ascii_whitespace()
            .map(str::to_ascii_lowercase);
        // Of two with the same name the first holds.
        if let Some(name) = words.next()
            && !read.iter().any(|(known, _)| *known == name)
        {
            read.push((name, words.collect()));
        }
    }
    read
}

/// The sources of a directive, or of `default-src` where that stands in for it.
fn sources<'a>(policy: &'a Directives, name: &str) -> Option<&'a [String]> {
    let of = |name: &str| policy.iter().find(|(own, _)| own == name);
    let stands_in = name.ends_with("-src");
    let found = of(name).or_else(|| of("default-src").filter(|_| stands_in));
    found.map(|(_, sources)| sources.as_slice())
}

/// This site, nothing, a nonce or a hash: no other site, and no code written into the page.
fn is_narrow(source: &str) -> bool {
    matches!(
        source,
        "'self'" | "'none'" | "'strict-dynamic'" | "'report-sample'"
    ) || source.starts_with("'nonce-")
        || source.starts_with("'sha")
}

/// Whether a source of the policy covers an origin: with its scheme or without, any host below a domain, any site.
fn covers(source: &str, origin: &str, own: &str) -> bool {
    let (scheme, host) = origin.split_once("://").unwrap_or(("", origin));
    if source == "*" || source.strip_suffix(':') == Some(scheme) {
        return true;
    }
    if source == "'self'" {
        return origin == own;
    }
    let named = match source.split_once("://") {
        Some((its, rest)) if its == scheme => rest,
        Some(_) => return false,
        None => source,
    };
    // With a path it matches that very address, and nothing below it.
    let named = named.strip_suffix('/').unwrap_or(named);
    let usual_port = if scheme == "https" { ":443" } else { ":80" };
    let named = named.strip_suffix(usual_port).unwrap_or(named);
    match named.strip_prefix('*') {
        Some(domain) => domain.starts_with('.') && host.ends_with(domain),
        None => named == host,
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const OWN: &str = "https://vetted.example";
    const LOGIN: &str = "https://login.example";

    fn reaches(connect: &str) -> bool {
        let policy = format!("default-src 'none'; connect-src {connect}");
        Policy::read(&policy).unwrap().lets_reach(LOGIN, OWN)
    }

    #[test]
    fn an_origin_is_reached_when_a_source_names_it_or_what_it_belongs_to() {
        for connect in [
            "'self' https://login.example",
            "HTTPS://LOGIN.EXAMPLE",
            "https://login.example:443",
            "https://login.example/",
            "login.example",
            "https://*.example",
            "https:",
            "*",
        ] {
            assert!(reaches(connect), "{connect}");
        }
    }

    #[test]
    fn an_origin_is_not_reached_by_a_path_a_port_or_a_name_that_only_looks_like_it() {
        for connect in [
            "'self'",
            "'none'",
            "https://login.example/tenant/v2.0",
            "https://login.example:8443",
            "http://login.example",
            "https://login.example.evil.example",
            "https://*.login.example",
            "https://in.example",
            "",
        ] {
            assert!(!reaches(connect), "{connect}");
        }
    }

    #[test]
    fn without_a_directive_of_its_own_the_default_holds_and_without_that_anything_goes() {
        let reaches = |policy: &str| Policy::read(policy).unwrap().lets_reach(LOGIN, OWN);
        assert!(reaches("default-src 'self' https://login.example"));
        assert!(!reaches("default-src 'none'"));
        assert!(reaches("frame-ancestors 'none'"));
        let policy = Policy::read("frame-ancestors 'none'").unwrap();
        assert!(policy.lets_reach_anything());
    }

    #[test]
    fn of_several_policies_each_has_to_let_a_call_out_and_any_may_forbid_the_rest() {
        let both = "connect-src *, default-src 'none'; base-uri 'none'";
        let policy = Policy::read(both).unwrap();
        assert!(!policy.lets_reach(LOGIN, OWN));
        assert!(!policy.lacks().contains(&"base-uri 'self'"));
    }

    #[test]
    fn nothing_is_no_policy() {
        assert!(Policy::read("").is_none());
        assert!(Policy::read(" ; , ;").is_none());
    }

    #[test]
    fn what_is_missing_or_too_wide_is_named() {
        let lacks = |policy: &str| Policy::read(policy).unwrap().lacks();
        let whole = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; base-uri 'self'; \
            frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default";
        assert_eq!(lacks(whole), [""; 0]);
        for (part, named) in [
            ("base-uri 'self'", "base-uri 'self'"),
            ("frame-ancestors 'none'", "frame-ancestors 'none'"),
            (
                "require-trusted-types-for 'script'",
                "require-trusted-types-for 'script'",
            ),
            ("trusted-types default", "trusted-types default"),
        ] {
            assert_eq!(lacks(&whole.replace(part, "")), [named]);
        }
        for wide in [
            "'unsafe-inline'",
            "'unsafe-eval'",
            "https:",
            "*",
            "cdn.example",
        ] {
            let policy = whole.replace("'wasm-unsafe-eval'", wide);
            assert_eq!(
                lacks(&policy),
                ["script-src 'self' 'wasm-unsafe-eval'"],
                "{wide}"
            );
        }
    }
}
