//! The sign-in authority: OpenID discovery, authorization code with PKCE, refresh with rotation, sign-out.
//! Must not know customers or qualifications; it behaves as Entra ID does towards a single-page app.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::clock::{Millis, iso_millis};
use crate::http::{Request, Response};
use crate::journal::Note;
use crate::pages;
use crate::personas::{CLIENT_ID, Persona, TENANT_DOMAIN, TENANT_ID};
use crate::random::{ACCESS_TOKEN, ID_TOKEN, REFRESH_TOKEN, Random, fingerprint};

/// The audience that the API accepts (Partner Center docs: partner-center-authentication).
pub(crate) const API_AUDIENCE: &str = "https://api.partnercenter.microsoft.com";
/// The retired audience, for which tokens can be had, but which the API refuses.
const RETIRED_AUDIENCE: &str = "https://graph.windows.net";
/// How long an authorization code can be redeemed (Entra docs: v2-oauth2-auth-code-flow).
const CODE_LIFETIME: Millis = 10 * 60 * 1000;
/// How long after signing in a single-page app can renew its tokens (Entra docs: refresh-tokens).
const REFRESH_LIFETIME: Millis = 24 * 60 * 60 * 1000;

/// What an authorization code stands for.
#[derive(Clone, Debug)]
struct Grant {
    persona: Persona,
    scope: String,
    nonce: Option<String>,
    challenge: String,
    redirect_uri: String,
    issued_at: Millis,
    redeemed: bool,
}

/// What a refresh token stands for.
#[derive(Clone, Debug)]
struct Renewal {
    persona: Persona,
    scope: String,
    signed_in_at: Millis,
    /// The first of those that were exchanged for one another, by which all of them are known.
    family: String,
    used: bool,
    revoked: bool,
}

/// What an access token stands for.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// Who it was issued to.
    pub(crate) persona: Persona,
    /// The API it is for.
    pub(crate) audience: String,
    /// When it stops being good.
    pub(crate) expires_at: Millis,
}

/// The authority's memory.
#[derive(Debug)]
pub(crate) struct Authority {
    origin: String,
    base: String,
    cookie: String,
    random: Random,
    codes: HashMap<String, Grant>,
    renewals: HashMap<String, Renewal>,
    accesses: HashMap<String, Access>,
    sessions: HashMap<String, Persona>,
    /// How long access tokens are good, in seconds.
    pub(crate) token_seconds: i64,
}

/// An error of the token endpoint, in Entra's shape.
struct TokenError {
    status: u16,
    error: &'static str,
    number: u32,
    text: String,
}

impl TokenError {
    fn new(status: u16, error: &'static str, number: u32, text: impl Into<String>) -> Self {
        Self {
            status,
            error,
            number,
            text: text.into(),
        }
    }

    fn missing(name: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{name}'.");
        Self::new(400, "invalid_request", 900_144, text)
    }
}

impl Authority {
    /// An authority at this origin, for a site under this base path. `entropy` makes its secrets differ from those of
    /// an earlier run, which a browser may still have.
    #[must_use]
    pub(crate) fn new(origin: &str, base: &str, entropy: u64) -> Self {
        let port = origin.rsplit(':').next().unwrap_or_default();
        Self {
            origin: origin.to_owned(),
            base: base.to_owned(),
            // Cookies do not respect ports, so the name does: several sandboxes can be used from one browser.
            cookie: format!("sandbox_session_{port}"),
            random: Random::new(entropy),
            codes: HashMap::new(),
            renewals: HashMap::new(),
            accesses: HashMap::new(),
            sessions: HashMap::new(),
            token_seconds: 3600,
        }
    }

    /// The issuer, with the tenant's ID whatever name the request used, as Entra's.
    #[must_use]
    pub(crate) fn issuer(&self) -> String {
        format!("{}/{TENANT_ID}/v2.0", self.origin)
    }

    /// What an access token stands for, if it is known.
    #[must_use]
    pub(crate) fn access(&self, token: &str) -> Option<&Access> {
        self.accesses.get(token)
    }

    /// Makes all access tokens expire now.
    pub(crate) fn expire_access(&mut self, now: Millis) {
        self.accesses
            .values_mut()
            .for_each(|access| access.expires_at = access.expires_at.min(now));
    }

    /// Makes one access token expire now.
    pub(crate) fn expire_token(&mut self, token: &str, now: Millis) {
        if let Some(access) = self.accesses.get_mut(token) {
            access.expires_at = access.expires_at.min(now);
        }
    }

    /// Makes all refresh tokens useless.
    pub(crate) fn revoke_renewals(&mut self) {
        self.renewals
            .values_mut()
            .for_each(|renewal| renewal.revoked = true);
    }

    /// Forgets who is signed in here.
    pub(crate) fn end_sessions(&mut self) {
        self.sessions.clear();
    }

    /// Takes a token of another provider for one of ours.
    pub(crate) fn admit(&mut self, token: &str, persona: Persona, now: Millis) {
        let access = Access {
            persona,
            audience: API_AUDIENCE.to_owned(),
            expires_at: now + self.token_seconds * 1000,
        };
        self.accesses.insert(token.to_owned(), access);
    }

    /// Issues an access token outside any sign-in, for tests.
    pub(crate) fn issue(&mut self, persona: Persona, audience: &str, now: Millis) -> String {
        let token = self.random.secret(ACCESS_TOKEN);
        let expires_at = now + self.token_seconds * 1000;
        self.accesses.insert(
            token.clone(),
            Access {
                persona,
                audience: audience.to_owned(),
                expires_at,
            },
        );
        token
    }

    /// Deals with a request to the authority.
    pub(crate) fn handle(&mut self, request: &Request, now: Millis, note: &mut Note) -> Response {
        let segments = request.segments();
        let Some((tenant, rest)) = segments.split_first() else {
            return not_found();
        };
        if *tenant != TENANT_DOMAIN && !tenant.eq_ignore_ascii_case(TENANT_ID) {
            return not_found();
        }
        note.persona = note.persona.or(self.signed_in(request).map(Persona::key));
        match (rest, request.method.as_str()) {
            (["v2.0", ".well-known", "openid-configuration"], "GET") => {
                Response::json(200, &self.discovery())
            }
            (["discovery", "v2.0", "keys"], "GET") => Response::json(200, &json!({ "keys": [] })),
            (
                ["v2.0", ".well-known", "openid-configuration"] | ["discovery", "v2.0", "keys"],
                "OPTIONS",
            ) => Response::empty(204),
            (
                ["v2.0", ".well-known", "openid-configuration"] | ["discovery", "v2.0", "keys"],
                _,
            ) => wrong_method("GET, OPTIONS"),
            (["oauth2", "v2.0", "authorize"], "GET" | "POST") => self.authorize(request, now, note),
            (["oauth2", "v2.0", "authorize"], _) => wrong_method("GET, POST"),
            (["oauth2", "v2.0", "token"], "OPTIONS") => Response::empty(204),
            (["oauth2", "v2.0", "token"], "POST") => self.token(request, now, note),
            (["oauth2", "v2.0", "token"], _) => wrong_method("POST, OPTIONS"),
            (["oauth2", "v2.0", "logout"], "GET") => self.sign_out(request, note),
            (["oauth2", "v2.0", "logout"], _) => wrong_method("GET"),
            _ => not_found(),
        }
    }

    fn signed_in(&self, request: &Request) -> Option<Persona> {
        self.sessions.get(request.cookie(&self.cookie)?).copied()
    }

    fn discovery(&self) -> Value {
        let at = format!("{}/{TENANT_ID}", self.origin);
        json!({
            "issuer": self.issuer(),
            "authorization_endpoint": format!("{at}/oauth2/v2.0/authorize"),
            "token_endpoint": format!("{at}/oauth2/v2.0/token"),
            "end_session_endpoint": format!("{at}/oauth2/v2.0/logout"),
            "jwks_uri": format!("{at}/discovery/v2.0/keys"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "fragment"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile", "offline_access"],
            "claims_supported": ["iss", "aud", "exp", "iat", "tid", "oid", "sub", "name", "preferred_username", "nonce"],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    fn authorize(&mut self, request: &Request, now: Millis, note: &mut Note) -> Response {
        let value = |name: &str| request.query_value(name).filter(|value| !value.is_empty());
        if value("client_id").as_deref() != Some(CLIENT_ID) {
            let given = value("client_id").unwrap_or_default();
            return pages::sign_in_error(&format!(
                "AADSTS700016: Application with identifier '{given}' was not found."
            ));
        }
        let redirect_uri = value("redirect_uri").unwrap_or_default();
        if !self.may_return_to(&redirect_uri, "auth/callback") {
            return pages::sign_in_error(&format!(
                "AADSTS50011: The redirect URI '{redirect_uri}' does not match the redirect URIs configured for the application."
            ));
        }
        let fragment = value("response_mode").as_deref() == Some("fragment");
        let state = value("state");
        let back = |pairs: &[(&str, &str)]| {
            let mut out = form_urlencoded::Serializer::new(String::new());
            out.extend_pairs(pairs);
            if let Some(state) = &state {
                out.append_pair("state", state);
            }
            let mark = if fragment { '#' } else { '?' };
            Response::redirect(&format!("{redirect_uri}{mark}{}", out.finish()))
        };
        // RFC 9207: an authority that promises `iss` sends it with its refusals too.
        let issuer = self.issuer();
        let fail = |error: &str, text: &str| {
            back(&[
                ("error", error),
                ("error_description", text),
                ("iss", &issuer),
            ])
        };
        if let Err((error, text)) = check_authorize(&value) {
            return fail(error, &text);
        }
        let hint = value("login_hint");
        let prompt = value("prompt").unwrap_or_default();
        let session = self
            .signed_in(request)
            .filter(|_| !matches!(prompt.as_str(), "login" | "select_account"));
        let session = session.filter(|persona| {
            hint.as_ref()
                .is_none_or(|hint| hint.eq_ignore_ascii_case(&persona.user_name()))
        });
        let chosen = match request.method.as_str() {
            "POST" => request
                .form()
                .iter()
                .find(|(name, _)| name == "persona")
                .and_then(|(_, key)| Persona::from_key(key)),
            _ => None,
        };
        let Some(persona) = chosen.or(session) else {
            if prompt == "none" {
                return fail(
                    "login_required",
                    "AADSTS50058: A silent sign-in request was sent but no user is signed in.",
                );
            }
            let action = format!("{}?{}", request.path, request.query);
            return pages::choose_persona(&action, origin_of(&redirect_uri), hint.as_deref());
        };
        note.persona = Some(persona.key());
        note.took_effect = true;
        let code = self.random.secret("sbx-code-");
        let grant = Grant {
            persona,
            scope: value("scope").unwrap_or_default(),
            nonce: value("nonce"),
            challenge: value("code_challenge").unwrap_or_default(),
            redirect_uri: redirect_uri.clone(),
            issued_at: now,
            redeemed: false,
        };
        self.codes.insert(code.clone(), grant);
        let session_state = self.random.guid().to_string();
        let response = back(&[
            ("code", &code),
            ("session_state", &session_state),
            ("iss", &self.issuer()),
        ]);
        if chosen.is_none() {
            return response;
        }
        let session = self.random.secret("sbx-session-");
        self.sessions.insert(session.clone(), persona);
        response.with(
            "set-cookie",
            format!("{}={session}; Path=/; HttpOnly; SameSite=Lax", self.cookie),
        )
    }

    /// Whether the sandbox may send someone to this address: a page of the site, on this machine, on any port.
    fn may_return_to(&self, address: &str, page: &str) -> bool {
        let rest = address.strip_prefix("http://");
        let Some(rest) = rest.or_else(|| address.strip_prefix("https://")) else {
            return false;
        };
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let plain = address.bytes().all(|byte| byte.is_ascii_graphic());
        plain
            && is_loopback(host)
            && path
                .strip_prefix(self.base.as_str())
                .is_some_and(|rest| page.is_empty() || rest == page)
    }

    fn token(&mut self, request: &Request, now: Millis, note: &mut Note) -> Response {
        match self.redeem(request, now, note) {
            Ok(answer) => Response::json(200, &answer)
                .with("cache-control", "no-store")
                .with("pragma", "no-cache"),
            Err(error) => self.token_error(&error, now),
        }
    }

    fn token_error(&mut self, error: &TokenError, now: Millis) -> Response {
        let (trace, correlation) = (
            self.random.guid().to_string(),
            self.random.guid().to_string(),
        );
        let timestamp = iso_millis(now);
        let description = format!(
            "AADSTS{}: {} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}",
            error.number, error.text
        );
        let body = json!({
            "error": error.error,
            "error_description": description,
            "error_codes": [error.number],
            "timestamp": timestamp,
            "trace_id": trace,
            "correlation_id": correlation,
        });
        Response::json(error.status, &body)
            .with("cache-control", "no-store")
            .with("pragma", "no-cache")
    }

    fn redeem(
        &mut self,
        request: &Request,
        now: Millis,
        note: &mut Note,
    ) -> Result<Value, TokenError> {
        let is_form = request
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        if !is_form {
            return Err(TokenError::missing("grant_type"));
        }
        let form: HashMap<String, String> = request.form().into_iter().collect();
        let field = |name: &'static str| {
            form.get(name)
                .filter(|v| !v.is_empty())
                .ok_or_else(|| TokenError::missing(name))
        };
        let Some(origin) = request.header("origin") else {
            let text = "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.";
            return Err(TokenError::new(400, "invalid_request", 9_002_327, text));
        };
        if !is_trusted_origin(origin) {
            let text = "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.";
            return Err(TokenError::new(400, "invalid_request", 9_002_326, text));
        }
        if form.contains_key("client_secret")
            || form.contains_key("client_assertion")
            || request.header("authorization").is_some()
        {
            let text = "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.";
            return Err(TokenError::new(401, "invalid_client", 700_025, text));
        }
        let client = field("client_id")?;
        if client != CLIENT_ID {
            let text =
                format!("Application with identifier '{client}' was not found in the directory.");
            return Err(TokenError::new(400, "unauthorized_client", 700_016, text));
        }
        match field("grant_type")?.as_str() {
            "authorization_code" => {
                let (code, redirect_uri, verifier) = (
                    field("code")?,
                    field("redirect_uri")?,
                    field("code_verifier")?,
                );
                self.redeem_code(code, redirect_uri, verifier, now, note)
            }
            "refresh_token" => self.renew(field("refresh_token")?, form.get("scope"), now, note),
            other => {
                let text = format!("The app requested an unsupported grant type '{other}'.");
                Err(TokenError::new(400, "unsupported_grant_type", 70_003, text))
            }
        }
    }

    fn redeem_code(
        &mut self,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
        now: Millis,
        note: &mut Note,
    ) -> Result<Value, TokenError> {
        let invalid = |number, text: &str| TokenError::new(400, "invalid_grant", number, text);
        let Some(grant) = self.codes.get_mut(code) else {
            return Err(invalid(
                9_002_313,
                "Invalid request. Request is malformed or invalid.",
            ));
        };
        note.persona = Some(grant.persona.key());
        if grant.redeemed {
            return Err(invalid(
                54_005,
                "OAuth2 Authorization code was already redeemed.",
            ));
        }
        if now - grant.issued_at > CODE_LIFETIME {
            return Err(invalid(
                70_008,
                "The provided authorization code has expired.",
            ));
        }
        if grant.redirect_uri != redirect_uri {
            let text = "The reply address does not match the one provided when requesting the authorization code.";
            return Err(invalid(500_112, text));
        }
        if challenge_of(verifier).as_deref() != Some(grant.challenge.as_str()) {
            let text = "The Code_Verifier does not match the code_challenge supplied in the authorization request.";
            return Err(invalid(501_481, text));
        }
        grant.redeemed = true;
        let grant = grant.clone();
        note.took_effect = true;
        Ok(self.issue_all(
            grant.persona,
            &grant.scope,
            grant.nonce.as_deref(),
            grant.issued_at,
            now,
        ))
    }

    fn renew(
        &mut self,
        token: &str,
        scope: Option<&String>,
        now: Millis,
        note: &mut Note,
    ) -> Result<Value, TokenError> {
        let invalid = |number, text: &str| TokenError::new(400, "invalid_grant", number, text);
        let Some(renewal) = self.renewals.get_mut(token) else {
            return Err(invalid(
                9_002_313,
                "Invalid request. Request is malformed or invalid.",
            ));
        };
        note.persona = Some(renewal.persona.key());
        if renewal.revoked {
            return Err(invalid(
                50_173,
                "The provided grant has expired due to it being revoked.",
            ));
        }
        if renewal.used {
            // Two have it, and one of them stole it (RFC 9700 section 4.14.2): it is worth nothing any more, to either.
            let family = renewal.family.clone();
            self.revoke_family(&family);
            return Err(invalid(
                70_000,
                "The provided refresh token was already used.",
            ));
        }
        if now - renewal.signed_in_at > REFRESH_LIFETIME {
            let text = "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited \
                        lifetime of 1.00:00:00, which cannot be extended. It is now expired.";
            return Err(invalid(700_084, text));
        }
        let scope = scope
            .filter(|scope| !scope.is_empty())
            .cloned()
            .unwrap_or_else(|| renewal.scope.clone());
        if audience_of(&scope).is_none() {
            return Err(TokenError::new(
                400,
                "invalid_scope",
                70_011,
                "The provided value for 'scope' is not valid.",
            ));
        }
        renewal.used = true;
        let renewal = renewal.clone();
        note.took_effect = true;
        let answer = self.issue_all(renewal.persona, &scope, None, renewal.signed_in_at, now);
        let next = answer["refresh_token"].as_str();
        if let Some(next) = next.and_then(|next| self.renewals.get_mut(next)) {
            next.family = renewal.family;
        }
        Ok(answer)
    }

    fn revoke_family(&mut self, family: &str) {
        let members = self.renewals.values_mut();
        members
            .filter(|renewal| renewal.family == family)
            .for_each(|renewal| renewal.revoked = true);
    }

    fn issue_all(
        &mut self,
        persona: Persona,
        scope: &str,
        nonce: Option<&str>,
        signed_in_at: Millis,
        now: Millis,
    ) -> Value {
        let audience = audience_of(scope).unwrap_or(API_AUDIENCE);
        let mut answer = json!({
            "token_type": "Bearer",
            "scope": scope,
            "expires_in": self.token_seconds,
            "ext_expires_in": self.token_seconds,
            "access_token": self.issue(persona, audience, now),
        });
        let asked = |wanted: &str| scope.split(' ').any(|scope| scope == wanted);
        if asked("offline_access") {
            let token = self.random.secret(REFRESH_TOKEN);
            let renewal = Renewal {
                persona,
                scope: scope.to_owned(),
                signed_in_at,
                family: token.clone(),
                used: false,
                revoked: false,
            };
            self.renewals.insert(token.clone(), renewal);
            answer["refresh_token"] = token.into();
        }
        if asked("openid") {
            answer["id_token"] = self.id_token(persona, nonce, now).into();
        }
        answer
    }

    /// Three parts as a JWT has; the signature is none, since a client of the token endpoint need not check it.
    fn id_token(&mut self, persona: Persona, nonce: Option<&str>, now: Millis) -> String {
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": "sandbox" });
        let mut claims = json!({
            "aud": CLIENT_ID,
            "iss": self.issuer(),
            "iat": now / 1000,
            "nbf": now / 1000,
            "exp": now / 1000 + 3600,
            "name": persona.name(),
            "oid": persona.object_id().to_string(),
            "preferred_username": persona.user_name(),
            "sub": format!("sandbox-{}", fingerprint(persona.key())),
            "tid": TENANT_ID,
            "ver": "2.0",
        });
        if let Some(nonce) = nonce {
            claims["nonce"] = nonce.into();
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!(
            "{}.{}.{}",
            part(&header),
            part(&claims),
            self.random.secret(ID_TOKEN)
        )
    }

    fn sign_out(&mut self, request: &Request, note: &mut Note) -> Response {
        if let Some(session) = request.cookie(&self.cookie) {
            note.took_effect = self.sessions.remove(session).is_some();
        }
        let response = match request.query_value("post_logout_redirect_uri") {
            Some(address) if self.may_return_to(&address, "") => Response::redirect(&address),
            _ => pages::signed_out(),
        };
        response.with(
            "set-cookie",
            format!(
                "{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0",
                self.cookie
            ),
        )
    }
}

/// What an authorization request must have, apart from client and redirect address.
fn check_authorize(value: &impl Fn(&str) -> Option<String>) -> Result<(), (&'static str, String)> {
    let invalid = |text: &str| Err(("invalid_request", text.to_owned()));
    match value("response_type").as_deref() {
        Some("code") => {}
        None => {
            return invalid(
                "AADSTS900144: The request must contain the following parameter: 'response_type'.",
            );
        }
        Some(_) => {
            return Err((
                "unsupported_response_type",
                "AADSTS70005: Only the response type 'code' is supported.".to_owned(),
            ));
        }
    }
    if !matches!(
        value("response_mode").as_deref(),
        None | Some("query" | "fragment")
    ) {
        return invalid(
            "AADSTS70007: The response mode is not supported, use 'query' or 'fragment'.",
        );
    }
    if value("code_challenge_method").as_deref() != Some("S256")
        || value("code_challenge").is_none_or(|text| text.len() != 43)
    {
        return invalid(
            "AADSTS9002325: Proof Key for Code Exchange is required for cross-origin authorization code redemption.",
        );
    }
    for name in ["state", "nonce"] {
        if value(name).is_none() {
            return invalid(&format!(
                "AADSTS900144: The request must contain the following parameter: '{name}'."
            ));
        }
    }
    if !matches!(
        value("prompt").as_deref(),
        None | Some("none" | "login" | "select_account")
    ) {
        return invalid("AADSTS90023: The value of 'prompt' is not supported.");
    }
    let scope = value("scope").unwrap_or_default();
    if audience_of(&scope).is_none() {
        let text = format!(
            "AADSTS70011: The scope '{scope}' is not valid; it has to contain '{API_AUDIENCE}/user_impersonation'."
        );
        return Err(("invalid_scope", text));
    }
    Ok(())
}

/// The API that a scope is for.
fn audience_of(scope: &str) -> Option<&'static str> {
    scope
        .split(' ')
        .find_map(|scope| match scope.strip_suffix("/user_impersonation")? {
            API_AUDIENCE => Some(API_AUDIENCE),
            RETIRED_AUDIENCE => Some(RETIRED_AUDIENCE),
            _ => None,
        })
}

/// The S256 challenge of a verifier (RFC 7636 section 4), if the verifier is well formed.
fn challenge_of(verifier: &str) -> Option<String> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let well_formed = (43..=128).contains(&verifier.len()) && verifier.bytes().all(allowed);
    well_formed.then(|| URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())))
}

fn is_loopback(host: &str) -> bool {
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    matches!(
        name.map_or(host, |(name, _)| name),
        "127.0.0.1" | "localhost" | "[::1]"
    )
}

fn is_trusted_origin(origin: &str) -> bool {
    let host = origin.strip_prefix("http://");
    host.or_else(|| origin.strip_prefix("https://"))
        .is_some_and(is_loopback)
}

fn origin_of(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    address[host..]
        .find('/')
        .map_or(address, |at| &address[..host + at])
}

/// Adds the CORS headers that Entra gives to the origins of single-page apps, and to no others: on discovery, keys and
/// the token endpoint, not on pages.
pub(crate) fn add_cors(response: &mut Response, request: &Request) {
    let methods = match request.path.rsplit('/').next() {
        Some("openid-configuration" | "keys") => "GET, OPTIONS",
        Some("token") => "POST, OPTIONS",
        _ => return,
    };
    let mut add =
        |name: &str, value: &str| response.headers.push((name.to_owned(), value.to_owned()));
    add("vary", "Origin");
    if let Some(origin) = request
        .header("origin")
        .filter(|origin| is_trusted_origin(origin))
    {
        add("access-control-allow-origin", origin);
        add("access-control-allow-methods", methods);
        add("access-control-allow-headers", "content-type");
        add("access-control-max-age", "60");
    }
}

fn wrong_method(allowed: &str) -> Response {
    Response::empty(405).with("allow", allowed)
}

fn not_found() -> Response {
    let text = "AADSTS90002: Tenant or page not found.";
    Response::json(
        404,
        &json!({ "error": "invalid_tenant", "error_description": text, "error_codes": [90_002] }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        // RFC 7636 appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(
            challenge_of(verifier).as_deref(),
            Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        );
        assert_eq!(challenge_of("too-short"), None);
    }

    #[test]
    fn only_the_callback_of_a_site_on_this_machine_is_returned_to() {
        let authority = Authority::new("http://127.0.0.1:9900", "/vetted/", 1);
        for (address, expected) in [
            ("http://127.0.0.1:8080/vetted/auth/callback", true),
            ("http://localhost/vetted/auth/callback", true),
            ("http://[::1]:1/vetted/auth/callback", true),
            ("http://127.0.0.1:8080/auth/callback", false),
            ("http://127.0.0.1:8080/vetted/auth/callback/", false),
            ("http://127.0.0.1:8080/vetted/auth/callback?x", false),
            ("https://127.0.0.1/vetted/auth/callback", true),
            ("http://127.0.0.1.evil.example/vetted/auth/callback", false),
            ("http://127.0.0.1@evil.example/vetted/auth/callback", false),
            ("http://evil.example/vetted/auth/callback", false),
            ("", false),
        ] {
            assert_eq!(
                authority.may_return_to(address, "auth/callback"),
                expected,
                "{address}"
            );
        }
    }
}
