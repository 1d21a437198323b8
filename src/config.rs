//! `config.json`: what the administrator of a site sets, read and validated.
//! Must not know where the text comes from, nor how a problem with it is worded.

use crate::partner_center::RequestContract;
use serde_json::{Map, Value};

/// The API's version segment: every path of the API starts with it, so an address that ends in it means the same.
const VERSION_PATH: &str = "/v1";
/// The idle limit without `idleMinutes`, in minutes.
const IDLE_MINUTES: f64 = 60.0;
/// How the delegated permission ends, whatever cloud it belongs to (Partner Center docs: partner-center-authentication).
pub const PERMISSION: &str = "/user_impersonation";
/// The permission of the global cloud, named when none is there.
const GLOBAL_PERMISSION: &str = "https://api.partnercenter.microsoft.com/user_impersonation";

/// What kind of service stands behind the site.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Environment {
    /// The real one.
    #[default]
    Production,
    /// A simulated one; the app says so.
    Sandbox,
}

/// A valid `config.json`.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The partner tenants to choose from; at least one.
    pub tenants: Vec<Tenant>,
    /// The language used until the person chooses one, as a BCP 47 tag such as `en`.
    pub default_language: String,
    /// Whether browsers may install the site as an app, with a service worker that keeps its shell.
    pub installable: bool,
}

/// One partner tenant: who signs people in, and which API they then use.
#[derive(Debug, Clone, PartialEq)]
pub struct Tenant {
    /// What to call it when there are several. Empty when `config.json` has no `tenants`.
    pub name: String,
    /// What the API's paths such as `/v1/customers` are appended to, without a slash at the end. Empty for the relay
    /// under the app's own base.
    pub partner_center_url: String,
    /// The sign-in authority, without a slash at the end.
    pub authority: WebAddress,
    /// The application's ID at the authority, in lower case.
    pub client_id: String,
    /// What is asked for at sign-in.
    pub scopes: Vec<String>,
    /// The form of the qualification POST.
    pub request_contract: RequestContract,
    /// What kind of service it is.
    pub environment: Environment,
    /// Minutes without anything done after which the session ends.
    pub idle_minutes: f64,
}

impl Config {
    /// Reads the text of a `config.json`. Unknown fields are ignored.
    ///
    /// With a list `tenants`, each entry may say everything for itself; what it leaves out is taken from the top level.
    ///
    /// # Errors
    /// Everything that is wrong with it, together.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let value: Value =
            serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| {
                ConfigError::NotJson {
                    line: e.line(),
                    column: e.column(),
                }
            })?;
        let Value::Object(top) = value else {
            return Err(ConfigError::NotAnObject);
        };
        let mut reader = Reader::default();
        let tenants = reader.tenants(&top);
        let default_language = reader.language(&top);
        let installable = reader.installable(&top);
        if reader.problems.is_empty() {
            Ok(Self {
                tenants,
                default_language,
                installable,
            })
        } else {
            Err(ConfigError::Fields(reader.problems))
        }
    }
}

impl Tenant {
    /// Whether the service is a simulated one.
    pub fn is_sandbox(&self) -> bool {
        self.environment == Environment::Sandbox
    }
}

/// What is wrong with a `config.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigError {
    /// It is not JSON.
    NotJson {
        /// The line of the first mistake, from 1.
        line: usize,
        /// The column of the first mistake, from 1.
        column: usize,
    },
    /// It is JSON, but not an object with fields.
    NotAnObject,
    /// These fields are missing or wrong.
    Fields(Vec<FieldProblem>),
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// Which field, such as `clientId` or `tenants[1].clientId`.
    pub field: String,
    /// What belongs there.
    pub expected: Expected,
    /// What is there, as JSON, cut to a readable length; `None` when the field is missing.
    pub found: Option<String>,
}

/// What belongs into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// An https address without query and fragment; http for this computer only.
    HttpsAddress,
    /// The same, or `""` for the site's own relay.
    HttpsAddressOrEmpty,
    /// A GUID of 36 characters.
    Guid,
    /// The application's own ID instead of the placeholder of zeros.
    OwnGuid,
    /// A list of scopes: texts without spaces.
    ListOfScopes,
    /// A list that contains this scope.
    Scope(&'static str),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A language tag such as `en` or `pt-BR`.
    LanguageTag,
    /// A number greater than zero.
    PositiveNumber,
    /// A list of at least one object.
    ListOfTenants,
    /// A text that is not empty.
    Text,
    /// A name that no other entry of the list has.
    UniqueName,
}

/// An absolute web address that a token may be sent to: https, or http on this computer.
///
/// Deliberately narrower than the URL standard: no user name, query, fragment, international host name or odd character,
/// so that what is compared here is what the browser will use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress {
    text: String,
    origin_len: usize,
}

impl WebAddress {
    /// Reads an address; slashes at its end are dropped. `None` when it is not acceptable.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let host_end = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(host_end);
        // Browsers write scheme and host in lower case; so does the comparison of origins.
        let scheme = scheme.to_ascii_lowercase();
        let authority = authority.to_ascii_lowercase();
        let (host, port) = split_port(&authority)?;
        let port_ok = port.is_none_or(|p| {
            p.parse::<u16>().is_ok_and(|n| n > 0) && p.bytes().all(|b| b.is_ascii_digit())
        });
        let scheme_ok = match scheme.as_str() {
            "https" => is_host_name(host) || is_loopback(host),
            "http" => is_loopback(host),
            _ => false,
        };
        if !scheme_ok || !port_ok || !is_plain_path(path) {
            return None;
        }
        // The browser leaves a default port out of an origin; so must whoever compares origins.
        let port =
            port.filter(|p| !matches!((scheme.as_str(), *p), ("https", "443") | ("http", "80")));
        let mut text = format!("{scheme}://{host}");
        if let Some(port) = port {
            text.push(':');
            text.push_str(port);
        }
        let origin_len = text.len();
        text.push_str(path.trim_end_matches('/'));
        Some(Self { text, origin_len })
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port, as a Content-Security-Policy names it.
    pub fn origin(&self) -> &str {
        &self.text[..self.origin_len]
    }
}

fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (_, after) = rest.split_once(']')?;
        let host = &authority[..authority.len() - after.len()];
        return match after.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None if after.is_empty() => Some((host, None)),
            None => None,
        };
    }
    Some(match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    })
}

fn is_host_name(host: &str) -> bool {
    host.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    })
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// Letters, digits and the unreserved rest of RFC 3986, in segments that do not climb. Braces stand in templates.
fn is_plain_path(path: &str) -> bool {
    path.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"/-._~{}".contains(&b))
        && !path.split('/').any(|segment| matches!(segment, "." | ".."))
}

/// Collects values and everything that is wrong, so that one look at the start page is enough to repair a file.
#[derive(Default)]
struct Reader {
    problems: Vec<FieldProblem>,
}

/// One entry: its own fields first, then those of the top level.
struct Entry<'a> {
    path: String,
    own: &'a Map<String, Value>,
    top: &'a Map<String, Value>,
}

impl<'a> Entry<'a> {
    /// The value of a field, and what to call the field in a problem.
    fn get(&self, field: &str) -> (String, Option<&'a Value>) {
        match (self.own.get(field), self.top.get(field)) {
            (None, Some(value)) => (field.to_owned(), Some(value)),
            (own, _) => (format!("{}{field}", self.path), own),
        }
    }
}

impl Reader {
    fn problem(&mut self, field: String, expected: Expected, found: Option<&Value>) {
        let problem = FieldProblem {
            field,
            expected,
            found: found.map(shortened),
        };
        // A field that several entries inherit from the top level is wrong only once.
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    fn tenants(&mut self, top: &Map<String, Value>) -> Vec<Tenant> {
        let Some(list) = top.get("tenants") else {
            let only = Entry {
                path: String::new(),
                own: top,
                top,
            };
            return self.tenant(&only, String::new()).into_iter().collect();
        };
        let entries = list
            .as_array()
            .filter(|l| !l.is_empty() && l.iter().all(Value::is_object));
        let Some(entries) = entries else {
            self.problem("tenants".to_owned(), Expected::ListOfTenants, Some(list));
            return Vec::new();
        };
        let mut names: Vec<String> = Vec::new();
        let mut tenants = Vec::new();
        for (index, own) in entries.iter().filter_map(Value::as_object).enumerate() {
            let path = format!("tenants[{index}].");
            let name = self.name(&path, own, &names);
            names.push(name.clone());
            tenants.extend(self.tenant(&Entry { path, own, top }, name));
        }
        tenants
    }

    fn name(&mut self, path: &str, own: &Map<String, Value>, taken: &[String]) -> String {
        let found = own.get("name");
        let name = found.and_then(Value::as_str).unwrap_or_default().trim();
        if name.is_empty() {
            self.problem(format!("{path}name"), Expected::Text, found);
        } else if taken.iter().any(|n| n == name) {
            self.problem(format!("{path}name"), Expected::UniqueName, found);
        }
        name.to_owned()
    }

    fn tenant(&mut self, entry: &Entry<'_>, name: String) -> Option<Tenant> {
        // Every field is read before any is given up on, so that all problems are found.
        let partner_center_url = self.partner_center_url(entry);
        let authority = self.authority(entry);
        let environment = self.environment(entry);
        let client_id = self.client_id(entry, environment);
        let scopes = self.scopes(entry);
        let request_contract = self.request_contract(entry);
        let idle_minutes = self.idle_minutes(entry);
        Some(Tenant {
            name,
            partner_center_url: partner_center_url?,
            authority: authority?,
            client_id: client_id?,
            scopes: scopes?,
            request_contract: request_contract?,
            environment: environment?,
            idle_minutes: idle_minutes?,
        })
    }

    fn partner_center_url(&mut self, entry: &Entry<'_>) -> Option<String> {
        let (field, found) = entry.get("partnerCenterUrl");
        let text = match found {
            None => Some(""),
            Some(value) => value.as_str(),
        };
        if text == Some("") {
            return Some(String::new());
        }
        let url = text.and_then(WebAddress::parse);
        if url.is_none() {
            self.problem(field, Expected::HttpsAddressOrEmpty, found);
        }
        url.map(|url| {
            url.as_str()
                .strip_suffix(VERSION_PATH)
                .unwrap_or(url.as_str())
                .to_owned()
        })
    }

    fn authority(&mut self, entry: &Entry<'_>) -> Option<WebAddress> {
        let (field, found) = entry.get("authority");
        let authority = found.and_then(Value::as_str).and_then(WebAddress::parse);
        if authority.is_none() {
            self.problem(field, Expected::HttpsAddress, found);
        }
        authority
    }

    fn client_id(&mut self, entry: &Entry<'_>, environment: Option<Environment>) -> Option<String> {
        let (field, found) = entry.get("clientId");
        let id = found
            .and_then(Value::as_str)
            .filter(|t| t.len() == 36)
            .and_then(|t| uuid::Uuid::parse_str(t).ok());
        match id {
            Some(id) if id.is_nil() && environment == Some(Environment::Production) => {
                self.problem(field, Expected::OwnGuid, found);
                None
            }
            Some(id) => Some(id.hyphenated().to_string()),
            None => {
                self.problem(field, Expected::Guid, found);
                None
            }
        }
    }

    fn scopes(&mut self, entry: &Entry<'_>) -> Option<Vec<String>> {
        let (field, found) = entry.get("scopes");
        let scopes: Option<Vec<String>> = found.and_then(Value::as_array).and_then(|list| {
            list.iter()
                .map(|scope| scope.as_str().filter(|s| is_scope(s)).map(str::to_owned))
                .collect()
        });
        let Some(scopes) = scopes else {
            self.problem(field, Expected::ListOfScopes, found);
            return None;
        };
        let openid = scopes.iter().any(|s| s == "openid");
        let permission = scopes.iter().any(|s| s.ends_with(PERMISSION));
        if !openid {
            self.problem(field.clone(), Expected::Scope("openid"), found);
        }
        if !permission {
            self.problem(field, Expected::Scope(GLOBAL_PERMISSION), found);
        }
        (openid && permission).then_some(scopes)
    }

    fn request_contract(&mut self, entry: &Entry<'_>) -> Option<RequestContract> {
        use RequestContract as C;
        let forms = [C::Current, C::March2021, C::December2020];
        self.one_of(
            entry,
            "requestContract",
            &["current", "2021-03", "2020-12"],
            forms,
        )
    }

    fn environment(&mut self, entry: &Entry<'_>) -> Option<Environment> {
        use Environment as E;
        self.one_of(
            entry,
            "environment",
            &["production", "sandbox"],
            [E::Production, E::Sandbox],
        )
    }

    /// The value that stands at the same place as the word; the first one when the field is missing.
    fn one_of<T: Copy, const N: usize>(
        &mut self,
        entry: &Entry<'_>,
        field: &str,
        words: &'static [&'static str; N],
        values: [T; N],
    ) -> Option<T> {
        let (field, found) = entry.get(field);
        let word = match found {
            None => words.first().copied(),
            Some(value) => value.as_str(),
        };
        let value = words
            .iter()
            .zip(values)
            .find(|(w, _)| Some(**w) == word)
            .map(|(_, v)| v);
        if value.is_none() {
            self.problem(field, Expected::OneOf(words), found);
        }
        value
    }

    fn idle_minutes(&mut self, entry: &Entry<'_>) -> Option<f64> {
        let (field, found) = entry.get("idleMinutes");
        let minutes = match found {
            None => Some(IDLE_MINUTES),
            Some(value) => value.as_f64().filter(|n| n.is_finite() && *n > 0.0),
        };
        if minutes.is_none() {
            self.problem(field, Expected::PositiveNumber, found);
        }
        minutes
    }

    fn installable(&mut self, top: &Map<String, Value>) -> bool {
        let found = top.get("installable");
        let wanted = found.is_none_or(|value| value.as_bool().unwrap_or_default());
        if found.is_some_and(|value| !value.is_boolean()) {
            let expected = Expected::OneOf(&["true", "false"]);
            self.problem("installable".to_owned(), expected, found);
        }
        wanted
    }

    fn language(&mut self, top: &Map<String, Value>) -> String {
        let found = top.get("defaultLanguage");
        match found {
            None => "en".to_owned(),
            Some(Value::String(tag)) if is_language_tag(tag) => tag.clone(),
            _ => {
                self.problem("defaultLanguage".to_owned(), Expected::LanguageTag, found);
                String::new()
            }
        }
    }
}

/// RFC 6749 section 3.3: printable ASCII without space, quote and backslash.
fn is_scope(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
}

fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn shortened(value: &Value) -> String {
    const LONGEST: usize = 120;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    const CLIENT: &str = "3f9a1c52-7d04-4e6b-9a8e-2b1c5d7e9f01";

    fn whole() -> Value {
        json!({
            "partnerCenterUrl": "",
            "authority": "https://login.authority.example/contoso.onmicrosoft.com/v2.0",
            "clientId": CLIENT,
            "scopes": ["openid", "profile", "offline_access", GLOBAL_PERMISSION],
            "requestContract": "current",
            "defaultLanguage": "en",
            "environment": "production"
        })
    }

    fn with(field: &str, value: Value) -> Value {
        let mut config = whole();
        config[field] = value;
        config
    }

    fn without(field: &str) -> Value {
        let mut config = whole();
        config.as_object_mut().unwrap().remove(field);
        config
    }

    fn parse(config: &Value) -> Result<Config, ConfigError> {
        Config::parse(&config.to_string())
    }

    fn problems(config: &Value) -> Vec<FieldProblem> {
        match parse(config) {
            Err(ConfigError::Fields(problems)) => problems,
            other => panic!("expected wrong fields, got {other:?}"),
        }
    }

    fn only_problem(config: &Value) -> (String, Expected, Option<String>) {
        let mut problems = problems(config);
        assert_eq!(problems.len(), 1, "{problems:?}");
        let FieldProblem {
            field,
            expected,
            found,
        } = problems.remove(0);
        (field, expected, found)
    }

    #[test]
    fn a_whole_file_is_read() {
        let config = parse(&whole()).unwrap();
        assert_eq!(config.default_language, "en");
        let [tenant] = config.tenants.as_slice() else {
            panic!("one tenant")
        };
        assert_eq!(
            tenant.authority.as_str(),
            "https://login.authority.example/contoso.onmicrosoft.com/v2.0"
        );
        assert_eq!(tenant.authority.origin(), "https://login.authority.example");
        assert_eq!(tenant.client_id, CLIENT);
        assert_eq!(tenant.partner_center_url, "");
        assert_eq!(tenant.request_contract, RequestContract::Current);
        assert_eq!(tenant.idle_minutes, 60.0);
        assert!(!tenant.is_sandbox());
    }

    #[test]
    fn optional_fields_have_defaults_and_unknown_ones_are_ignored() {
        let small = json!({
            "authority": "https://login.authority.example/contoso", "clientId": CLIENT,
            "scopes": ["openid", GLOBAL_PERMISSION], "colour": "green"
        });
        let config = parse(&small).unwrap();
        assert_eq!(config.tenants[0].environment, Environment::Production);
        assert_eq!(config.tenants[0].request_contract, RequestContract::Current);
        assert_eq!(config.default_language, "en");
    }

    #[test]
    fn the_site_is_installable_unless_it_says_otherwise() {
        assert!(parse(&whole()).unwrap().installable);
        assert!(
            !parse(&with("installable", json!(false)))
                .unwrap()
                .installable
        );
    }

    #[test]
    fn a_byte_order_mark_does_no_harm() {
        assert!(Config::parse(&format!("\u{feff}{}", whole())).is_ok());
    }

    #[test]
    fn text_that_is_not_json_is_located() {
        let error = Config::parse("{\n  \"authority\": oops\n}").unwrap_err();
        assert!(
            matches!(error, ConfigError::NotJson { line: 2, .. }),
            "{error:?}"
        );
        assert_eq!(Config::parse("[]").unwrap_err(), ConfigError::NotAnObject);
    }

    #[test]
    fn each_wrong_field_is_named_with_what_is_expected() {
        let contracts = Expected::OneOf(&["current", "2021-03", "2020-12"]);
        let environments = Expected::OneOf(&["production", "sandbox"]);
        for (field, value, expected) in [
            (
                "partnerCenterUrl",
                json!("api.partnercenter.example"),
                Expected::HttpsAddressOrEmpty,
            ),
            (
                "partnerCenterUrl",
                json!(null),
                Expected::HttpsAddressOrEmpty,
            ),
            (
                "authority",
                json!("http://login.authority.example/contoso"),
                Expected::HttpsAddress,
            ),
            ("authority", json!(""), Expected::HttpsAddress),
            ("clientId", json!("vetted"), Expected::Guid),
            (
                "clientId",
                json!("{3f9a1c52-7d04-4e6b-9a8e-2b1c5d7e9f01}"),
                Expected::Guid,
            ),
            (
                "clientId",
                json!("3f9a1c527d044e6b9a8e2b1c5d7e9f01"),
                Expected::Guid,
            ),
            (
                "clientId",
                json!("00000000-0000-0000-0000-000000000000"),
                Expected::OwnGuid,
            ),
            ("scopes", json!("openid"), Expected::ListOfScopes),
            ("scopes", json!(["openid", 7]), Expected::ListOfScopes),
            (
                "scopes",
                json!(["openid profile", GLOBAL_PERMISSION]),
                Expected::ListOfScopes,
            ),
            (
                "scopes",
                json!(["openid"]),
                Expected::Scope(GLOBAL_PERMISSION),
            ),
            (
                "scopes",
                json!([GLOBAL_PERMISSION]),
                Expected::Scope("openid"),
            ),
            ("requestContract", json!("2021"), contracts),
            ("environment", json!("Production"), environments),
            (
                "defaultLanguage",
                json!("english please"),
                Expected::LanguageTag,
            ),
            ("idleMinutes", json!(0), Expected::PositiveNumber),
            ("idleMinutes", json!("60"), Expected::PositiveNumber),
            (
                "installable",
                json!("no"),
                Expected::OneOf(&["true", "false"]),
            ),
            ("tenants", json!([]), Expected::ListOfTenants),
            ("tenants", json!([1]), Expected::ListOfTenants),
        ] {
            let found = Some(value.to_string());
            assert_eq!(
                only_problem(&with(field, value)),
                (field.to_owned(), expected, found)
            );
        }
    }

    #[test]
    fn a_missing_field_is_told_apart_from_a_wrong_one() {
        for (field, expected) in [
            ("authority", Expected::HttpsAddress),
            ("clientId", Expected::Guid),
            ("scopes", Expected::ListOfScopes),
        ] {
            assert_eq!(
                only_problem(&without(field)),
                (field.to_owned(), expected, None)
            );
        }
    }

    #[test]
    fn all_problems_are_reported_together() {
        let broken =
            json!({ "authority": "nowhere", "clientId": "x", "scopes": [], "environment": "test" });
        let fields: Vec<String> = problems(&broken).into_iter().map(|p| p.field).collect();
        assert_eq!(
            fields,
            ["authority", "environment", "clientId", "scopes", "scopes"]
        );
    }

    #[test]
    fn a_long_value_is_shortened_in_the_problem() {
        let (_, _, found) = only_problem(&with("authority", json!("é".repeat(5000))));
        assert_eq!(found.unwrap().chars().count(), 121);
    }

    #[test]
    fn the_scope_of_another_cloud_is_as_good() {
        let scope = "https://partner.partnercenterapi.microsoftonline.cn/user_impersonation";
        assert!(parse(&with("scopes", json!(["openid", scope]))).is_ok());
    }

    #[test]
    fn a_sandbox_may_have_a_client_id_of_zeros() {
        let mut config = with("clientId", json!("00000000-0000-0000-0000-000000000000"));
        config["environment"] = json!("sandbox");
        assert!(parse(&config).unwrap().tenants[0].is_sandbox());
    }

    #[test]
    fn the_api_address_is_taken_with_or_without_its_version() {
        for text in [
            "https://api.example",
            "https://api.example/",
            "https://api.example/v1",
            "https://api.example/v1/",
        ] {
            let config = parse(&with("partnerCenterUrl", json!(text))).unwrap();
            assert_eq!(config.tenants[0].partner_center_url, "https://api.example");
        }
    }

    #[test]
    fn several_tenants_have_names_and_share_what_the_top_level_says() {
        let mut config = whole();
        config["tenants"] = json!([
            { "name": "Contoso" },
            { "name": "Fabrikam", "authority": "https://login.authority.example/fabrikam/v2.0/", "idleMinutes": 15 }
        ]);
        let tenants = parse(&config).unwrap().tenants;
        assert_eq!(tenants[0].name, "Contoso");
        assert_eq!(tenants[0].client_id, CLIENT);
        assert_eq!(
            tenants[1].authority.as_str(),
            "https://login.authority.example/fabrikam/v2.0"
        );
        assert_eq!(tenants[1].idle_minutes, 15.0);
    }

    #[test]
    fn problems_of_one_tenant_name_its_place_in_the_list() {
        let mut config = without("authority");
        config["tenants"] = json!([
            { "name": "Contoso", "authority": "https://login.authority.example/contoso" },
            { "name": "Contoso", "authority": "ftp://login.authority.example" },
            { "authority": "https://login.authority.example/x", "clientId": 5 }
        ]);
        let found: Vec<(String, Expected)> = problems(&config)
            .into_iter()
            .map(|p| (p.field, p.expected))
            .collect();
        assert_eq!(
            found,
            [
                ("tenants[1].name".to_owned(), Expected::UniqueName),
                ("tenants[1].authority".to_owned(), Expected::HttpsAddress),
                ("tenants[2].name".to_owned(), Expected::Text),
                ("tenants[2].clientId".to_owned(), Expected::Guid),
            ]
        );
    }

    #[test]
    fn a_wrong_field_that_tenants_share_is_reported_once() {
        let mut config = with("clientId", json!("x"));
        config["tenants"] = json!([{ "name": "Contoso" }, { "name": "Fabrikam" }]);
        assert_eq!(only_problem(&config).0, "clientId");
    }

    #[test]
    fn web_addresses_that_a_token_may_be_sent_to() {
        for (text, origin) in [
            (
                "https://login.authority.example",
                "https://login.authority.example",
            ),
            (
                "https://login.authority.example:8443/a-b/c_d~e.f/",
                "https://login.authority.example:8443",
            ),
            (
                "https://login.authority.example:443/a",
                "https://login.authority.example",
            ),
            (
                "HTTPS://Login.Authority.example/T",
                "https://login.authority.example",
            ),
            ("http://localhost:9900/t/v2.0", "http://localhost:9900"),
            ("http://127.0.0.1:9900", "http://127.0.0.1:9900"),
            ("http://127.0.0.1:80/t", "http://127.0.0.1"),
            ("http://[::1]:9900/t", "http://[::1]:9900"),
            (
                "https://login.authority.example/{tenantid}/v2.0",
                "https://login.authority.example",
            ),
        ] {
            assert_eq!(
                WebAddress::parse(text)
                    .map(|a| a.origin().to_owned())
                    .as_deref(),
                Some(origin),
                "{text}"
            );
        }
    }

    #[test]
    fn web_addresses_that_are_refused() {
        for text in [
            "",
            "login.authority.example",
            "//login.authority.example",
            "http://login.authority.example",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "https://",
            "https:///path",
            "https://user@login.authority.example",
            "https://login.authority.example@evil.example/",
            "https://login.authority.example:0/",
            "https://login.authority.example:99999/",
            "https://login.authority.example:+80/",
            "https://login.authority.example:/",
            "https://login.authority.example/a?b=c",
            "https://login.authority.example/a#b",
            "https://login.authority.example/a b",
            "https://login.authority.example/a/../b",
            "https://login.authority.example\\@evil.example/",
            "https://login.authority.example./",
            "https://[::1]x/",
            "https://[evil.example]/",
            "javascript://login.authority.example/%0aalert(1)",
            " https://login.authority.example",
            "https://login.authority.example/\n",
            "https://bücher.example/",
        ] {
            assert_eq!(WebAddress::parse(text), None, "{text:?}");
        }
    }
}
