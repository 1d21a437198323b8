//! Sending requests once each, and knowing what became of them.
//!
//! Nothing is sent before the service has been asked how things stand. What is about to be sent is written down before it
//! leaves, with its request ID, where every tab and the next visit find it. When no answer comes, the outcome is *unknown*
//! until the service's own list shows it; until then nothing else is sent for that customer, and a repeat is the same
//! request under the same ID. One tab at a time does anything for a customer; the others follow what it writes down.
//!
//! Must not know how any of this looks.

use super::draft::Draft;
use super::intent::{Intent, Known, Outcome, Setback, Trouble, fingerprint};
use crate::database::{Database, Place};
use crate::partner_center::{
    Availability, Cancel, Client, CustomerId, Error, ErrorKind, QualificationRequest,
    RequestableKind, availability,
};
use crate::routes::slug;
use crate::services::Services;
use crate::storage;
use crate::tabs::{self, Channel};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::collections::HashMap;
use std::rc::Rc;

/// After how many milliseconds, each counted from the one before, an unknown outcome is looked up.
const LOOKS: [u32; 3] = [2_000, 18_000, 40_000];
/// How long after the sending the last look is taken at the earliest, in milliseconds. The relay lets a request run for
/// 75 seconds, also when the tab that sent it is gone: before that, nothing seen is nothing known.
const RELAY_LIMIT: f64 = 80_000.0;
/// The longest wait after a look that failed, in milliseconds.
const LONGEST_WAIT: u32 = 60_000;
/// How many looks may fail in a row before the person is asked. Being offline is no failure.
const FAILURES: u32 = 4;
/// How often a request goes out that the service is too busy to take, each time after the pause it asks for.
const ROUNDS: u32 = 3;
/// What one tab tells the others when it has written something down.
const CHANGED: &str = "changed";

/// The requests of the signed-in tenant: sent, on their way, or with an outcome that is not known. Found in the context.
#[derive(Clone, Copy)]
pub struct Requests {
    services: Services,
    kept: StoredValue<Rc<Database>, LocalStorage>,
    others: StoredValue<Option<Channel>, LocalStorage>,
    tenant: StoredValue<Option<String>>,
    /// What is written down; nothing until it has been read.
    intents: RwSignal<Option<Vec<Intent>>>,
    /// What this tab does and met, by customer.
    here: RwSignal<HashMap<CustomerId, Here>>,
    /// Whether what is written down outlives the page.
    lasting: RwSignal<bool>,
}

/// What this tab does for a customer, and what went wrong there.
#[derive(Clone, Debug, Default, PartialEq)]
struct Here {
    doing: Option<Doing>,
    setback: Option<Setback>,
    /// Whether something came to its end that the person has not been shown.
    unseen: bool,
}

/// A request that the person should know of, wherever they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Notable {
    pub customer: CustomerId,
    pub kind: RequestableKind,
    pub state: NotableState,
}

/// What there is to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotableState {
    /// Its outcome is being found out.
    BeingLookedUp,
    /// Finding it out has come to an end without an outcome: the person decides.
    Undecided,
    /// It was sent, and the person has not seen that.
    Sent,
    /// It was not sent, and the person has not seen that.
    NotSent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Sending,
    Looking,
}

impl Requests {
    /// Prepares it; nothing is read before [`Requests::begin`].
    pub fn new(services: Services) -> Self {
        let requests = Self {
            services,
            kept: StoredValue::new_local(Rc::default()),
            others: StoredValue::new_local(None),
            tenant: StoredValue::new(None),
            intents: RwSignal::new(None),
            here: RwSignal::default(),
            lasting: RwSignal::new(true),
        };
        let heard = move |_| {
            leptos::task::spawn_local(requests.read());
        };
        requests
            .others
            .set_value(Some(Channel::open("vetted", heard)));
        // Every open question is looked up, wherever the person is in the app, unless that has failed or come to an end.
        Effect::new(move |_| {
            for customer in requests.unanswered() {
                requests.look(customer);
            }
        });
        requests
    }

    /// The requests of this app.
    pub fn get() -> Self {
        expect_context()
    }

    /// Takes up what was written down for a tenant, by this tab or any other, now or on an earlier visit.
    pub fn begin(self, tenant: &str) {
        if self.tenant.get_value().as_deref() == Some(tenant) {
            return;
        }
        self.tenant.set_value(Some(tenant.to_owned()));
        self.intents.set(None);
        self.here.set(recalled());
        leptos::task::spawn_local(async move {
            self.read().await;
            if self.is_gone() {
                return;
            }
            // Why an open question could not be looked up before does not matter now: it is looked up again.
            for (customer, _) in untrack(|| self.open()) {
                self.get_over(customer);
            }
        });
    }

    /// The customers whose last request has no known outcome, with the qualification asked for.
    pub fn open(&self) -> Vec<(CustomerId, RequestableKind)> {
        self.intents.with(|intents| {
            let open = intents.iter().flatten().filter(|intent| intent.open());
            open.map(|intent| (intent.customer, intent.kind)).collect()
        })
    }

    /// Whether a request for this customer has left whose outcome is not known.
    pub fn is_open(&self, customer: CustomerId) -> bool {
        self.open().iter().any(|(open, _)| *open == customer)
    }

    /// The requests that the person should know of: all open ones, and what has come to its end unseen.
    pub(super) fn notable(&self) -> Vec<Notable> {
        let here = self.here.get();
        let setback = |customer: &CustomerId| here.get(customer).and_then(|it| it.setback.as_ref());
        let open = self.intents.with(|intents| {
            let open = intents.iter().flatten().filter(|intent| intent.open());
            let open = open.map(|intent| {
                let over = intent.known == Known::NoTrace || setback(&intent.customer).is_some();
                let state = if over {
                    NotableState::Undecided
                } else {
                    NotableState::BeingLookedUp
                };
                Notable {
                    customer: intent.customer,
                    kind: intent.kind,
                    state,
                }
            });
            open.collect::<Vec<_>>()
        });
        let unseen = here
            .iter()
            .filter(|(_, it)| it.unseen && it.doing.is_none());
        let unseen = unseen.filter_map(|(&customer, _)| match self.outcome(customer) {
            Outcome::Sent(Intent { kind, .. }) => Some(Notable {
                customer,
                kind,
                state: NotableState::Sent,
            }),
            Outcome::NotSent(_) => {
                let kind = setback(&customer)?.kind;
                Some(Notable {
                    customer,
                    kind,
                    state: NotableState::NotSent,
                })
            }
            Outcome::Unread | Outcome::Leaving | Outcome::Open(..) | Outcome::Nothing => None,
        });
        let mut notable: Vec<_> = unseen.chain(open).collect();
        notable.sort_by_key(|notable| notable.customer);
        notable
    }

    /// Notes that the person has been shown what became of the last request for a customer, now and as it changes.
    pub(super) fn seen(self, customer: CustomerId) {
        let unseen = |here: &HashMap<_, Here>| here.get(&customer).is_some_and(|it| it.unseen);
        if self.here.with(unseen) {
            self.here
                .update(|here| here.entry(customer).or_default().unseen = false);
        }
    }

    /// Forgets every request, of every tenant.
    pub async fn erase(self) {
        self.kept.get_value().erase().await;
        self.tell_others();
        self.read().await;
    }

    /// Whether what is written down outlives the page, as far as known.
    pub(super) fn lasting(&self) -> bool {
        self.lasting.get()
    }

    /// Whether this tab is sending something for the customer.
    pub(super) fn sending(&self, customer: CustomerId) -> bool {
        self.doing(customer) == Some(Doing::Sending)
    }

    /// What there is to say about the last request for a customer.
    pub(super) fn outcome(&self, customer: CustomerId) -> Outcome {
        let setback = self.here.with(|here| here.get(&customer)?.setback.clone());
        let outcome = self.intents.with(|intents| {
            let own = intents.as_ref()?.iter();
            let own = own.filter(|intent| intent.customer == customer);
            Some(Outcome::of(own, setback))
        });
        match outcome {
            None => Outcome::Unread,
            Some(Outcome::Open(intent, trouble)) => Outcome::Open(intent, trouble),
            // What became of an earlier one is not what there is to say now.
            Some(_) if self.sending(customer) => Outcome::Leaving,
            Some(outcome) => outcome,
        }
    }

    /// Sends a request, once: while something is under way for the customer, another call does nothing and says `false`.
    /// The future ends when the outcome is on hand.
    pub(super) async fn send(
        self,
        customer: CustomerId,
        answers: Draft,
        request: QualificationRequest,
    ) -> bool {
        if !self.take_up(customer, Doing::Sending) {
            return false;
        }
        let kind = request.kind();
        let seen = self.written(customer, kind);
        let alone = self.lock(customer).await;
        self.read().await;
        if self.is_gone() {
            return false;
        }
        let earlier = self.written(customer, kind);
        let same = |intent: &Option<Intent>| intent.as_ref().map(|it| it.request_id.clone());
        // Another tab may have sent this very request while this one waited: then its outcome is this one's.
        if same(&seen) == same(&earlier) {
            let sent = self.send_alone(customer, answers, request, earlier).await;
            if let Err(trouble) = sent {
                self.meet(customer, kind, trouble);
            }
        }
        self.rest(customer);
        drop(alone);
        true
    }

    /// Sends it, in as many rounds as it takes the service to have time for it. `written` is what was written down of this
    /// kind before, and still is if nothing is sent. The error says why nothing was.
    async fn send_alone(
        self,
        customer: CustomerId,
        answers: Draft,
        request: QualificationRequest,
        written: Option<Intent>,
    ) -> Result<(), Trouble> {
        let earlier = written.clone().filter(Intent::open);
        let mut round = 1;
        loop {
            let client = self.services.client();
            // What is still open is the same request, so it keeps its IDs.
            let ids = earlier
                .as_ref()
                .map_or_else(|| client.new_ids(), Intent::ids);
            let client = client.in_action(&ids);
            let before = match self
                .ask_first(&client, customer, request.kind(), &earlier)
                .await?
            {
                Standing::AlreadyThere(arrived) => {
                    self.write(Intent {
                        known: Known::Sent,
                        ..*arrived
                    })
                    .await;
                    return Ok(());
                }
                Standing::Before(before) => before,
            };
            let intent = Intent {
                tenant: self.tenant.try_get_value().flatten().unwrap_or_default(),
                customer,
                kind: request.kind(),
                answers: answers.clone(),
                request_id: ids.request.clone(),
                correlation_id: ids.correlation.clone(),
                started: self.services.clock.now(),
                before,
                known: Known::OnItsWay,
            };
            self.write(intent.clone()).await;
            if self.is_gone() {
                return Ok(());
            }
            let sent = client.request_qualification(customer, &request, &ids).await;
            let error = match sent {
                Ok(accepted) => {
                    let (request_id, correlation_id) =
                        (accepted.ids.request, accepted.ids.correlation);
                    let known = Known::Sent;
                    self.write(Intent {
                        known,
                        request_id,
                        correlation_id,
                        ..intent
                    })
                    .await;
                    return Ok(());
                }
                Err(error) => error,
            };
            if error.outcome_unknown() {
                self.write(Intent {
                    known: Known::Nothing,
                    ..intent
                })
                .await;
                return Ok(());
            }
            // A repeat may be refused because the first one did arrive, only late.
            if earlier.is_some() && self.shows(&client, &intent).await.unwrap_or(false) {
                self.write(Intent {
                    known: Known::Sent,
                    ..intent
                })
                .await;
                return Ok(());
            }
            match &written {
                Some(written) => self.write(written.clone()).await,
                None => self.forget(&intent).await,
            }
            if error.kind != ErrorKind::Throttled || round == ROUNDS {
                return Err(Trouble::Failed(Box::new(error)));
            }
            // Too busy means that nothing was done. The next call waits until the service has time again.
            round += 1;
        }
    }

    /// How things stand before anything is sent.
    async fn ask_first(
        self,
        client: &Client,
        customer: CustomerId,
        kind: RequestableKind,
        earlier: &Option<Intent>,
    ) -> Result<Standing, Trouble> {
        let list = client.qualifications(customer, &Cancel::default()).await;
        let list = list.map_err(|error| Trouble::Failed(Box::new(error)))?;
        if let Some(earlier) = earlier.as_ref().filter(|earlier| earlier.shown_by(&list)) {
            return Ok(Standing::AlreadyThere(Box::new(earlier.clone())));
        }
        match availability(&list, &kind) {
            Availability::Blocked(blocker) => Err(Trouble::NotPossible(blocker)),
            _ => Ok(Standing::Before(fingerprint(&list, kind))),
        }
    }

    /// Looks until the outcome is known or has left no trace. While something is under way for the customer, does nothing.
    pub(super) fn look(self, customer: CustomerId) {
        if !self.take_up(customer, Doing::Looking) {
            return;
        }
        leptos::task::spawn_local(async move {
            // Whoever is sending or looking, in whichever tab, finishes first.
            let alone = self.lock(customer).await;
            self.read().await;
            for intent in self.open_for(customer) {
                self.look_up(intent).await;
            }
            self.rest(customer);
            drop(alone);
        });
    }

    async fn look_up(self, intent: Intent) {
        let customer = intent.customer;
        let intent = Intent {
            known: Known::Nothing,
            ..intent
        };
        self.write(intent.clone()).await;
        match self.look_thrice(&intent).await {
            Ok(true) => {
                self.write(Intent {
                    known: Known::Sent,
                    ..intent
                })
                .await
            }
            Ok(false) => {
                self.write(Intent {
                    known: Known::NoTrace,
                    ..intent
                })
                .await
            }
            Err(error) => self.meet(customer, intent.kind, Trouble::Failed(error)),
        }
    }

    /// Whether three looks found the request, or the error after which looking on makes no sense.
    async fn look_thrice(self, intent: &Intent) -> Result<bool, Box<Error>> {
        let client = self.services.client();
        let mut failures = 0;
        let mut looks = LOOKS.into_iter().enumerate();
        let mut next = looks.next();
        while let Some((look, millis)) = next {
            let last = look + 1 == LOOKS.len();
            let wait = if last {
                millis.max(self.relay_may_run(intent))
            } else {
                millis
            };
            TimeoutFuture::new(wait).await;
            match self.shows(&client, intent).await {
                Ok(true) => return Ok(true),
                Ok(false) => {
                    failures = 0;
                    next = looks.next();
                }
                // A look that fails says nothing, so it does not count; the next one takes its time.
                Err(error) => {
                    failures += u32::from(window().navigator().on_line());
                    if failures == FAILURES || error.kind == ErrorKind::SignInNeeded {
                        return Err(error);
                    }
                    let asked = error.retry_after.unwrap_or(0).saturating_mul(1000);
                    let longer = millis.saturating_mul(2).min(LONGEST_WAIT).max(asked);
                    next = Some((look, longer));
                }
            }
        }
        Ok(false)
    }

    /// For how many more milliseconds the relay may still be busy with it.
    fn relay_may_run(self, intent: &Intent) -> u32 {
        let left = intent.started + RELAY_LIMIT - self.services.clock.now();
        // Never more than the limit itself, even when a clock has been set back.
        left.clamp(0.0, RELAY_LIMIT) as u32
    }

    /// Whether the service shows it.
    async fn shows(self, client: &Client, intent: &Intent) -> Result<bool, Box<Error>> {
        let list = client
            .qualifications(intent.customer, &Cancel::default())
            .await?;
        Ok(intent.shown_by(&list))
    }

    /// Forgets what is open for a customer, when the person does not want to know any more.
    pub(super) async fn give_up(self, customer: CustomerId) {
        // Whoever is at work on it elsewhere is not interrupted.
        let Some(alone) = tabs::try_lock(&self.lock_name(customer)).await else {
            return;
        };
        self.read().await;
        for intent in self.open_for(customer) {
            self.forget(&intent).await;
        }
        self.get_over(customer);
        drop(alone);
    }

    /// The customers whose open question nobody looks up in this tab, and could.
    fn unanswered(&self) -> Vec<CustomerId> {
        let here = self.here.get();
        let idle = |customer: &CustomerId| {
            here.get(customer)
                .is_none_or(|it| it.doing.is_none() && it.setback.is_none())
        };
        self.intents.with(|intents| {
            let intents = intents.iter().flatten();
            let asked = intents.filter(|it| matches!(it.known, Known::OnItsWay | Known::Nothing));
            asked.map(|intent| intent.customer).filter(idle).collect()
        })
    }

    /// What is open for a customer, for one who does something about it; nothing once the app is gone.
    fn open_for(&self, customer: CustomerId) -> Vec<Intent> {
        let open = self.intents.try_with_untracked(|intents| {
            let open = intents.iter().flatten();
            let open = open.filter(|intent| intent.customer == customer && intent.open());
            open.cloned().collect()
        });
        open.unwrap_or_default()
    }

    /// What is written down of this kind.
    fn written(&self, customer: CustomerId, kind: RequestableKind) -> Option<Intent> {
        self.intents.try_with_untracked(|intents| {
            let mut intents = intents.iter().flatten();
            intents
                .find(|it| it.customer == customer && it.kind == kind)
                .cloned()
        })?
    }

    async fn write(self, intent: Intent) {
        let record = serde_json::to_string(&intent).expect("texts and numbers always become JSON");
        if let Some(kept) = self.kept.try_get_value() {
            kept.put(&place(&intent), &record).await;
        }
        self.tell_others();
        self.read().await;
    }

    async fn forget(self, intent: &Intent) {
        if let Some(kept) = self.kept.try_get_value() {
            kept.remove(&place(intent)).await;
        }
        self.tell_others();
        self.read().await;
    }

    fn tell_others(&self) {
        self.others.try_with_value(|others| {
            if let Some(channel) = others {
                channel.tell(CHANGED);
            }
        });
    }

    /// Reads what is written down.
    async fn read(self) {
        let Some(tenant) = self.tenant.try_get_value().flatten() else {
            return;
        };
        let Some(kept) = self.kept.try_get_value() else {
            return;
        };
        let records = kept.all(&tenant).await;
        // What another version wrote in another form says nothing here; it stays where it is.
        let intents = records
            .iter()
            .filter_map(|record| serde_json::from_str(record).ok());
        let intents: Vec<Intent> = intents.collect();
        if self.tenant.try_get_value().flatten() != Some(tenant) {
            return;
        }
        let same = self
            .intents
            .try_with_untracked(|known| known.as_ref() == Some(&intents));
        if same == Some(false) {
            self.intents.try_set(Some(intents));
        }
        if self.lasting.try_get_untracked() != Some(kept.lasts()) {
            self.lasting.try_set(kept.lasts());
        }
    }

    /// Whether this part of the app has been left for good, as when another tenant is chosen. What is not written down any
    /// more must not leave either.
    fn is_gone(&self) -> bool {
        self.tenant.try_get_value().is_none()
    }

    async fn lock(self, customer: CustomerId) -> tabs::Lock {
        tabs::lock(&self.lock_name(customer)).await
    }

    /// One for each customer, not for each kind: what one request changes decides whether another is possible.
    fn lock_name(&self, customer: CustomerId) -> String {
        let tenant = self.tenant.try_get_value().flatten().unwrap_or_default();
        format!("vetted.request.{tenant}.{customer}")
    }

    fn doing(&self, customer: CustomerId) -> Option<Doing> {
        self.here.with(|here| here.get(&customer)?.doing)
    }

    /// Begins something for a customer, unless something is under way.
    fn take_up(self, customer: CustomerId, what: Doing) -> bool {
        if untrack(|| self.doing(customer)).is_some() {
            return false;
        }
        self.get_over(customer);
        self.here
            .update(|here| here.entry(customer).or_default().doing = Some(what));
        true
    }

    /// Ends what was taken up. What came of it is news until the person has seen it.
    fn rest(self, customer: CustomerId) {
        self.here.try_update(|here| {
            let here = here.entry(customer).or_default();
            (here.doing, here.unseen) = (None, true);
        });
    }

    /// Notes what went wrong for a customer.
    fn meet(self, customer: CustomerId, kind: RequestableKind, trouble: Trouble) {
        let at = self.services.clock.now();
        let setback = Setback { kind, trouble, at };
        storage::keep(&storage_key(customer), &setback);
        self.here
            .try_update(|here| here.entry(customer).or_default().setback = Some(setback));
    }

    /// Notes that what went wrong for a customer does not matter any more.
    fn get_over(self, customer: CustomerId) {
        storage::forget(&storage_key(customer));
        self.here
            .try_update(|here| here.entry(customer).or_default().setback = None);
    }
}

/// What the service shows just before a request is sent.
enum Standing {
    /// An earlier sending of this very request.
    AlreadyThere(Box<Intent>),
    /// This of the qualification.
    Before(Option<String>),
}

const STORAGE_PREFIX: &str = "trouble.";

fn storage_key(customer: CustomerId) -> String {
    format!("{STORAGE_PREFIX}{customer}")
}

/// What went wrong in this tab before it was loaded anew.
fn recalled() -> HashMap<CustomerId, Here> {
    let keys = storage::keys().into_iter();
    let recalled = keys.filter_map(|key| {
        let customer = key.strip_prefix(STORAGE_PREFIX)?.parse().ok()?;
        let setback = storage::recall(&key);
        Some((
            customer,
            Here {
                setback,
                ..Here::default()
            },
        ))
    });
    recalled.collect()
}

fn place(intent: &Intent) -> Place {
    Place {
        tenant: intent.tenant.clone(),
        customer: intent.customer.to_string(),
        subject: slug(intent.kind).to_owned(),
    }
}
