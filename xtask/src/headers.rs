//! The response headers a host must send: the policy, and what may be cached.
//! Must not know how the files are made.

use std::fmt::Write as _;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The origins that the page has to reach besides its own, from the text of a `config.json`: those of every tenant's
/// authority and API address, sorted, each once.
///
/// # Errors
/// When it is no configuration, or an address in it has no origin one could name in a policy.
pub(crate) fn origins(config: &str) -> Result<Vec<String>> {
    let config: Value = serde_json::from_str(config).context("it is not valid JSON")?;
    let tenants = match config.get("tenants").and_then(Value::as_array) {
        Some(tenants) => tenants.iter().collect(),
        None => vec![&config],
    };
    let mut origins = Vec::new();
    for tenant in tenants {
        let authority = said(tenant, &config, "authority").context("\"authority\" is missing")?;
        origins.push(origin(authority).context("in \"authority\"")?);
        match said(tenant, &config, "partnerCenterUrl") {
            None | Some("") => {}
            Some(url) => origins.push(origin(url).context("in \"partnerCenterUrl\"")?),
        }
    }
    origins.sort();
    origins.dedup();
    Ok(origins)
}

/// What a tenant says, or the top level for it: as in the app.
fn said<'a>(tenant: &'a Value, top: &'a Value, field: &str) -> Option<&'a str> {
    tenant
        .get(field)
        .or_else(|| top.get(field))
        .and_then(Value::as_str)
}

/// `https://host:port` of an address. A path would make the policy match that very address and nothing below it.
fn origin(url: &str) -> Result<String> {
    let (scheme, rest) = url
        .split_once("://")
        .with_context(|| format!("{url:?} is not an absolute address"))?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    if host.is_empty() || !host.chars().all(plain) {
        bail!("{url:?} has no host name that a policy could hold");
    }
    let here = matches!(name, "localhost" | "127.0.0.1");
    if scheme != "https" && !(scheme == "http" && here) {
        bail!("{url:?} must start with https://");
    }
    Ok(format!("{scheme}://{}", host.to_ascii_lowercase()))
}

/// The value of `Content-Security-Policy`.
pub(crate) fn policy(origins: &[String]) -> String {
    let connect: String = origins.iter().map(|origin| format!(" {origin}")).collect();
    [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        &format!("connect-src 'self'{connect}"),
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types default",
    ]
    .join("; ")
}

/// A `_headers` file, as Netlify and Cloudflare Pages read it. `hashed` are the names that change with the bytes,
/// `fixed` those that do not.
///
/// No two rules set the same header for the same address: the hosts differ in what they would make of that.
pub(crate) fn file(base: &str, hashed: &[String], fixed: &[String], policy: &str) -> String {
    let mut text = format!(
        "# Made by `cargo xtask dist`. connect-src must name the origin of the authority in config.json.\n\
         {base}*\n  \
         Content-Security-Policy: {policy}\n  \
         Strict-Transport-Security: max-age=31536000\n  \
         X-Content-Type-Options: nosniff\n  \
         Referrer-Policy: no-referrer\n  \
         X-Frame-Options: DENY\n  \
         Cross-Origin-Opener-Policy: same-origin\n  \
         Cross-Origin-Resource-Policy: same-origin\n  \
         Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\n"
    );
    let mut rule = |path: &str, caching: &str| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{base}{path}\n  Cache-Control: {caching}\n");
    };
    for name in hashed {
        rule(name, "public, max-age=31536000, immutable");
    }
    // The administrator adds config.json; "" is the page by its usual address.
    for name in ["", "config.json"] {
        rule(name, "no-cache");
    }
    for name in fixed {
        rule(name, "no-cache");
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_policy_names_the_origin_of_the_authority_without_its_path() {
        let config =
            r#"{"authority":"https://Login.example/contoso.example/v2.0","partnerCenterUrl":""}"#;
        let origins = origins(config).unwrap();
        assert_eq!(origins, ["https://login.example"]);
        assert!(policy(&origins).contains("connect-src 'self' https://login.example; "));
    }

    #[test]
    fn every_tenant_and_a_direct_api_address_are_named_once() {
        let config = r#"{"tenants":[
            {"authority":"https://login.example/a/v2.0","partnerCenterUrl":"https://api.example:8443/x"},
            {"authority":"https://login.example/b/v2.0"}]}"#;
        assert_eq!(
            origins(config).unwrap(),
            ["https://api.example:8443", "https://login.example"]
        );
    }

    #[test]
    fn what_a_tenant_leaves_out_is_taken_from_the_top_level() {
        let config = r#"{"partnerCenterUrl":"https://api.example","authority":"https://login.example/a",
            "tenants":[{"name":"A"},{"name":"B","authority":"https://other.example/b"}]}"#;
        assert_eq!(
            origins(config).unwrap(),
            [
                "https://api.example",
                "https://login.example",
                "https://other.example"
            ]
        );
    }

    #[test]
    fn the_sandbox_on_this_machine_may_speak_plain_http_and_nobody_else() {
        let with = |authority: &str| origins(&format!(r#"{{"authority":"{authority}"}}"#));
        assert_eq!(
            with("http://127.0.0.1:9900/t/v2.0").unwrap(),
            ["http://127.0.0.1:9900"]
        );
        assert!(with("http://login.example/t").is_err());
        assert!(with("http://127.0.0.1.evil.example/t").is_err());
    }

    #[test]
    fn an_address_cannot_smuggle_a_directive_into_the_policy() {
        for authority in [
            "https://a.example; script-src *",
            "https://a.example *",
            "https://*",
            "https://",
            "login.example",
        ] {
            let config = serde_json::json!({ "authority": authority }).to_string();
            assert!(origins(&config).is_err(), "{authority}");
        }
    }

    #[test]
    fn a_configuration_without_an_authority_is_refused() {
        assert!(origins("{}").is_err());
        assert!(origins("not json").is_err());
    }

    #[test]
    fn only_names_that_change_with_the_bytes_are_cached_for_long_and_no_address_has_two_rules_for_it()
     {
        let hashed = ["app-1.wasm".to_owned()];
        let fixed = ["index.html", "release.json"].map(str::to_owned);
        let text = file("/vetted/", &hashed, &fixed, "default-src 'none'");
        assert!(text.contains(
            "\n/vetted/app-1.wasm\n  Cache-Control: public, max-age=31536000, immutable\n"
        ));
        for name in ["", "config.json", "index.html", "release.json"] {
            let rule = format!("\n/vetted/{name}\n  Cache-Control: no-cache\n");
            assert_eq!(text.matches(&rule).count(), 1, "{name}");
        }
        assert_eq!(text.matches("immutable").count(), 1);
        let everywhere = text.split("/vetted/app-1.wasm").next().unwrap();
        assert!(everywhere.contains("/vetted/*\n  Content-Security-Policy: default-src 'none'\n"));
        assert!(!everywhere.contains("Cache-Control"));
        assert!(everywhere.contains("\n  Strict-Transport-Security: max-age=31536000\n"));
    }
}
