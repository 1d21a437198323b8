//! What can be asked of Partner Center, one method each.
//! Must not know addresses, headers, JSON or the browser: `request`, `response` and `transport` do.

use std::rc::Rc;

use futures::future::{self, Either, LocalBoxFuture, try_join_all};

use super::{
    address::BaseUrl,
    audit::{self, Onwards, Pages},
    cancel::Cancel,
    error::{Error, ErrorKind},
    gate::{Gate, Shut},
    model::{
        Accepted, AccountValidation, AuditPeriod, AuditRecords, Customer, CustomerId,
        QualificationRequest, Qualifications, RequestContract, RequestIds, SearchText,
        ValidationCode,
    },
    request::{self, Request, SearchField},
    response::{self, Exchange},
    retry::{self, Next, Outcome},
    search::{Cursor, Found, Page},
    silence::Silence,
    transport::{Failure, Fetch, Outgoing, Transport},
};

/// What the client needs from the app around it.
pub trait Host {
    /// The access token to send.
    fn bearer(&self) -> LocalBoxFuture<'_, Result<String, NoToken>>;

    /// Another access token, after the service refused `refused`. Several calls may ask at once.
    fn renew(&self, refused: &str) -> LocalBoxFuture<'_, Result<String, NoToken>>;

    /// A new GUID.
    fn new_id(&self) -> String;

    /// Told the `Date` header of every answer.
    fn served_at(&self, date: &str);

    /// The time in milliseconds, on a clock that only goes forward. Where it starts does not matter.
    fn now(&self) -> f64;

    /// Resolves after so many milliseconds.
    fn wait(&self, milliseconds: f64) -> LocalBoxFuture<'static, ()>;

    /// A number from 0 to 1, by chance.
    fn random(&self) -> f64;

    /// Told that all calls wait until this moment of [`now`](Self::now), each time that it becomes later.
    fn paused(&self, until: f64);
}

/// Why there is no token to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoToken {
    /// None can be had without the person.
    SignInNeeded,
    /// The authority did not answer when it was asked for one; it may the next time.
    NoAnswer,
}

/// A client of the Partner Center API. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    base_url: BaseUrl,
    contract: RequestContract,
    locale: Rc<dyn Fn() -> String>,
    correlation: Option<String>,
    host: Rc<dyn Host>,
    transport: Rc<dyn Transport>,
    gate: Rc<Gate>,
}

impl Client {
    /// A client of the API below `base_url`: a path of the site or an absolute address, with or
    /// without `/v1` at its end.
    pub fn new(base_url: String, contract: RequestContract, host: Rc<dyn Host>) -> Client {
        Client {
            base_url: BaseUrl::new(&base_url),
            contract,
            locale: Rc::new(|| "en-US".to_owned()),
            correlation: None,
            gate: Gate::new(host.clone()),
            host,
            transport: Rc::new(Fetch),
        }
    }

    /// The same client, with texts from the service in this language, for example `hu-HU`.
    pub fn with_locale(self, locale: impl Fn() -> String + 'static) -> Client {
        let locale = Rc::new(locale);
        Client { locale, ..self }
    }

    /// The same client, sending through something else than `fetch`.
    pub fn with_transport(self, transport: Rc<dyn Transport>) -> Client {
        Client { transport, ..self }
    }

    /// The same client for the calls of one user action: all carry the action's correlation ID.
    pub fn in_action(&self, ids: &RequestIds) -> Client {
        Client {
            correlation: Some(ids.correlation.clone()),
            ..self.clone()
        }
    }

    /// IDs for a call. A new submit takes new ones; a repeat of the same submit takes the same.
    pub fn new_ids(&self) -> RequestIds {
        let correlation = self.correlation.clone();
        RequestIds {
            request: self.host.new_id(),
            correlation: correlation.unwrap_or_else(|| self.host.new_id()),
        }
    }

    /// Makes all calls wait so many milliseconds, because another tab of the same partner was asked to pause.
    pub fn pause_for(&self, milliseconds: f64) {
        self.gate.pause_for(milliseconds);
    }

    /// Reads one customer.
    pub async fn customer(&self, id: CustomerId, cancel: &Cancel) -> Result<Customer, Error> {
        let exchange = self.get(&request::customer(id), cancel).await?;
        response::customer(&exchange)
    }

    /// Finds customers whose name or domain starts with `text`.
    pub async fn search(&self, text: &SearchText, cancel: &Cancel) -> Result<Found, Error> {
        let queries = SearchField::BOTH.map(|field| request::search(field, text));
        let pages = self.pages(&queries, cancel).await?;
        Ok(Cursor::start(pages))
    }

    /// Goes on with a search where `cursor` left it. Finds only customers that it did not find before.
    pub async fn more(&self, cursor: &Cursor, cancel: &Cancel) -> Result<Found, Error> {
        let queries: Vec<_> = cursor.links().map(request::next_page).collect();
        let pages = self.pages(&queries, cancel).await?;
        Ok(cursor.advance(pages))
    }

    /// Reads a customer's qualifications. This, not the answer to a request, is the authority.
    pub async fn qualifications(
        &self,
        id: CustomerId,
        cancel: &Cancel,
    ) -> Result<Qualifications, Error> {
        let exchange = self.get(&request::qualifications(id), cancel).await?;
        response::qualifications(&exchange)
    }

    /// Requests a qualification. The only call that changes anything: see [`Error::outcome_unknown`].
    pub async fn request_qualification(
        &self,
        id: CustomerId,
        wanted: &QualificationRequest,
        ids: &RequestIds,
    ) -> Result<Accepted, Error> {
        let request = request::request_qualification(self.contract, id, wanted);
        let exchange = self.exchange(&request, ids, &Cancel::default()).await?;
        response::accepted(&exchange)
    }

    /// Reads the partner's validation codes for Government Community Cloud, sorted by name.
    pub async fn validation_codes(&self, cancel: &Cancel) -> Result<Vec<ValidationCode>, Error> {
        let exchange = self.get(&request::validation_codes(), cancel).await?;
        response::validation_codes(&exchange)
    }

    /// Reads what partners have done about a customer's qualifications on these days, all pages of it.
    pub async fn audit_records(
        &self,
        id: CustomerId,
        period: AuditPeriod,
        cancel: &Cancel,
    ) -> Result<AuditRecords, Error> {
        let action = self.in_action(&self.new_ids());
        let mut request = request::audit_records(id, &period);
        let mut pages = Pages::default();
        let more = loop {
            let exchange = action.get(&request, cancel).await?;
            match pages.take(audit::audit_page(&exchange)?) {
                Onwards::Next(link) => request = request::next_audit_records(&link),
                Onwards::Complete => break false,
                Onwards::Stopped => break true,
            }
        };
        let records = pages.into_records();
        Ok(AuditRecords::new(id, period, records, more))
    }

    /// Reads whether a customer's account may buy. This is about compliance and not a qualification.
    pub async fn account_validation(
        &self,
        id: CustomerId,
        cancel: &Cancel,
    ) -> Result<AccountValidation, Error> {
        let exchange = self.get(&request::account_validation(id), cancel).await?;
        response::account_validation(&exchange)
    }

    /// Finds out whether the service accepts the sign-in and lets it read, by one call that is not repeated.
    pub async fn try_reading(&self, cancel: &Cancel) -> Result<(), Error> {
        let (request, ids) = (request::anybody(), self.new_ids());
        let exchange = self
            .send(&request, &ids, &mut String::new(), cancel)
            .await?;
        response::customers(&exchange).map(drop)
    }

    /// Fetches the pages of several queries at once, as one action.
    async fn pages(&self, queries: &[Request], cancel: &Cancel) -> Result<Vec<Page>, Error> {
        let action = self.in_action(&self.new_ids());
        let exchanges = queries.iter().map(|query| action.get(query, cancel));
        let exchanges = try_join_all(exchanges).await?;
        exchanges.iter().map(response::customers).collect()
    }

    async fn get(&self, request: &Request, cancel: &Cancel) -> Result<Exchange, Error> {
        self.exchange(request, &self.new_ids(), cancel).await
    }

    /// Sends a call, again where [`retry`] says so, and takes what came in the end.
    async fn exchange(
        &self,
        request: &Request,
        ids: &RequestIds,
        cancel: &Cancel,
    ) -> Result<Exchange, Error> {
        let mut ids = ids.clone();
        let mut renewed = false;
        let mut sent = 0;
        loop {
            sent += 1;
            let result = self.attempt(request, &ids, &mut renewed, cancel).await;
            match retry::next(
                request.method,
                sent,
                Outcome::of(&result),
                self.host.random(),
            ) {
                Next::After(milliseconds) => {
                    future::select(cancel.aborted(), self.host.wait(milliseconds)).await;
                }
                // A 429 is an answer, so what comes next is another request (Partner Center docs: headers).
                Next::AfterPause if self.gate.is_worth_waiting() => {
                    ids.request = self.host.new_id();
                }
                Next::AfterPause | Next::Accept => return self.explained(result, cancel).await,
            }
        }
    }

    /// Sends a call. A refused token is renewed once and the call repeated once: a refusal means that
    /// nothing happened, so this is as safe for a POST as for a GET.
    async fn attempt(
        &self,
        request: &Request,
        ids: &RequestIds,
        renewed: &mut bool,
        cancel: &Cancel,
    ) -> Result<Exchange, Error> {
        let mut bearer = String::new();
        let first = self.send(request, ids, &mut bearer, cancel).await?;
        if !first.refuses_token() || *renewed {
            return Ok(first);
        }
        *renewed = true;
        match self.send(request, ids, &mut bearer, cancel).await {
            // The refusal says more than that there is no other token.
            Err(error) if error.needs_sign_in_first() => Err(Error::from_exchange(&first)),
            second => second,
        }
    }

    /// Sends a call once, when it is its turn. `bearer` is the token that was refused, if one was, and then the one sent.
    async fn send(
        &self,
        request: &Request,
        ids: &RequestIds,
        bearer: &mut String,
        cancel: &Cancel,
    ) -> Result<Exchange, Error> {
        let operation = request.operation;
        let place = self.gate.enter(cancel).await;
        let _place = place.map_err(|shut| match shut {
            Shut::Cancelled => Error::from_failure(Failure::Cancelled, operation, ids),
            Shut::Paused(seconds) => Error::paused(seconds, operation, ids),
        })?;
        // Only now: who has signed out while the call waited for its turn has no token any more.
        let token = match bearer.as_str() {
            "" => self.host.bearer().await,
            refused => self.host.renew(refused).await,
        };
        *bearer = token.map_err(|why| Error::without_token(why, operation, ids))?;
        let call = Outgoing {
            method: request.method,
            url: self.base_url.join(&request.target),
            headers: request.headers(bearer, ids, &(self.locale)()),
            body: request.body.clone(),
        };
        let answer = self.transport.send(call, cancel).await;
        let answer = answer.map_err(|failure| Error::from_failure(failure, operation, ids))?;
        if let Some(date) = answer.header("Date") {
            self.host.served_at(date);
        }
        let exchange = Exchange {
            operation,
            sent: ids.clone(),
            answer,
        };
        self.gate.heard(&exchange);
        Ok(exchange)
    }

    /// Finds out why a call died without a status.
    async fn explained(
        &self,
        result: Result<Exchange, Error>,
        cancel: &Cancel,
    ) -> Result<Exchange, Error> {
        let mut error = match result {
            Err(error) if error.kind == ErrorKind::NoAnswer(Silence::Unexplained) => error,
            other => return other,
        };
        let base = self.base_url.join("");
        let why = self.transport.why_silent(&base);
        error.kind = match future::select(cancel.aborted(), why).await {
            Either::Left(_) => ErrorKind::Cancelled,
            Either::Right((silence, _)) => ErrorKind::NoAnswer(silence),
        };
        Err(error)
    }
}
