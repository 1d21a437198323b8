//! Sending requests once each, and knowing what became of them.
//!
//! The person's decision is written down as an [`Intent`] where every tab and the next visit find it; then the service is
//! asked how things stand; then the request leaves. When no answer comes, the outcome is *unknown* until the service's own
//! list shows it; until then nothing else is sent for that customer, and a repeat is the same request under the same ID.
//! One tab at a time does anything for a customer; all of them show what is written down, and nothing else.
//!
//! Must not know how any of this looks.

use super::draft::Draft;
use super::intent::{Intent, Known, Outcome, Trouble, marks};
use crate::clock;
use crate::database::{Database, Place};
use crate::features::following::Following;
use crate::ledger::{Attempt, Moment};
use crate::partner_center::{
    Availability, Cancel, Client, CustomerId, Error, ErrorKind, Operation, QualificationRequest,
    RequestableKind, availability,
};
use crate::routes::slug;
use crate::services::{Services, Whose};
use crate::storage;
use crate::tabs::{self, Others};
use leptos::prelude::*;
use std::collections::HashMap;
use std::rc::Rc;

/// After how many milliseconds, each counted from the one before, an unknown outcome is looked up. Together they are more
/// than the 75 seconds for which the relay lets a request run, also when the tab that sent it is gone: before that, nothing
/// seen is nothing known.
const LOOKS: [u32; 3] = [2_000, 18_000, 60_000];
/// The longest wait after a look that failed, in milliseconds.
const LONGEST_WAIT: u32 = 60_000;
/// The longest wait that the service may ask for between two looks, in milliseconds.
const LONGEST_ASKED: u32 = 120_000;
/// How often somebody who waits looks up whether anybody is still signed in, in milliseconds.
const STEP: f64 = 1_000.0;
/// How many looks may fail in a row before the person is asked. Being offline is no failure.
const FAILURES: u32 = 4;
/// How often a request goes out that the service is too busy to take, each time after the pause it asks for.
const ROUNDS: u32 = 3;
/// In milliseconds.
const DAY: f64 = 86_400_000.0;
/// What one tab tells the others when it has written something down.
const CHANGED: &str = "changed";

/// The requests of the signed-in tenant: sent, on their way, or with an outcome that is not known. Found in the context.
#[derive(Clone, Copy)]
pub struct Requests {
    services: Services,
    /// What is sent is followed.
    following: Following,
    kept: StoredValue<Rc<Database>, LocalStorage>,
    others: Others,
    /// Whose requests these are; nobody's before the sign-in and after the sign-out.
    whose: Whose,
    /// What is written down; nothing until it has been read.
    intents: RwSignal<Option<Vec<Intent>>>,
    /// What this tab is doing, by customer.
    doing: RwSignal<HashMap<CustomerId, Doing>>,
    /// Whether what is written down outlives the page.
    lasting: RwSignal<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Sending,
    Looking,
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

impl NotableState {
    fn of(intent: &Intent) -> Option<Self> {
        match &intent.known {
            Known::NoTrace => Some(Self::Undecided),
            Known::OnItsWay | Known::Nothing if intent.trouble.is_some() => Some(Self::Undecided),
            Known::OnItsWay | Known::Nothing => Some(Self::BeingLookedUp),
            Known::Sent if !intent.seen => Some(Self::Sent),
            Known::NotSent(_) if !intent.seen => Some(Self::NotSent),
            Known::Waiting | Known::Sent | Known::NotSent(_) => None,
        }
    }
}

impl Requests {
    /// Prepares it; nothing is read before [`Requests::begin`].
    pub fn new(services: Services, following: Following) -> Self {
        let requests = Self {
            services,
            following,
            kept: StoredValue::new_local(Rc::default()),
            others: Others::new(),
            whose: Whose::nobodys(),
            intents: RwSignal::new(None),
            doing: RwSignal::default(),
            lasting: RwSignal::new(true),
        };
        let heard = move |_| {
            leptos::task::spawn_local(async move {
                requests.read().await;
            });
        };
        requests.others.hear("vetted", heard);
        // Every open question is looked up, wherever the person is in the app, unless that has failed or come to an end.
        Effect::new(move |_| {
            for customer in requests.unanswered() {
                requests.take_care_of(customer, false);
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
        if !self.whose.begin(tenant) {
            return;
        }
        self.intents.set(None);
        leptos::task::spawn_local(async move {
            self.read().await;
            // A tab that was left right after sending may not have come to it.
            for intent in self.of_all(Intent::clone) {
                if self.services.clock.now() - intent.started < DAY {
                    self.follow(&intent);
                }
            }
            // Why an open question could not be looked up before does not matter now: it is looked up again.
            let stuck = self.customers(|it| it.trouble.is_some() && it.known != Known::NoTrace);
            for customer in stuck {
                self.look(customer);
            }
        });
    }

    /// Lets go of everything, once nobody is signed in any more. What is under way writes nothing down from here on, and
    /// sends nothing.
    pub fn end(self) {
        self.whose.end();
        self.intents.set(None);
    }

    /// The customers whose last request has no known outcome.
    pub fn open(&self) -> Vec<CustomerId> {
        self.intents.track();
        self.customers(Intent::open)
    }

    /// Whether a request for this customer has left whose outcome is not known.
    pub fn is_open(&self, customer: CustomerId) -> bool {
        self.open().contains(&customer)
    }

    /// Forgets every request, of every tenant.
    pub async fn erase(self) {
        let kept = self.kept.get_value();
        self.end();
        self.following.erase().await;
        kept.erase().await;
        self.others.tell(CHANGED);
    }

    /// The requests that the person should know of: all open ones, and those that have ended unseen.
    pub(super) fn notable(&self) -> Vec<Notable> {
        let notable = |intent: &Intent| {
            let state = NotableState::of(intent)?;
            Some(Notable {
                customer: intent.customer,
                kind: intent.kind,
                state,
            })
        };
        let mut notable: Vec<_> = self
            .intents
            .with(|intents| intents.iter().flatten().filter_map(notable).collect());
        notable.sort_by_key(|notable| (notable.customer, slug(notable.kind)));
        notable
    }

    /// Whether what is written down outlives the page, as far as known.
    pub(super) fn lasting(&self) -> bool {
        self.lasting.get()
    }

    /// Whether this tab is sending something for the customer.
    pub(super) fn sending(&self, customer: CustomerId) -> bool {
        self.doing
            .with(|doing| doing.get(&customer) == Some(&Doing::Sending))
    }

    /// What there is to say about the last request for a customer.
    pub(super) fn outcome(&self, customer: CustomerId) -> Outcome {
        self.intents.with(|intents| match intents {
            None => Outcome::Unread,
            Some(intents) => Outcome::of(intents.iter().filter(|it| it.customer == customer)),
        })
    }

    /// The answers of the last request of this kind for a customer, as far as this computer knows; `None` while what is
    /// written down is still being read.
    pub(super) fn last_answers(
        &self,
        customer: CustomerId,
        kind: RequestableKind,
    ) -> Option<Draft> {
        self.intents.with(|intents| {
            let mut of_kind = intents.as_ref()?.iter().filter(|it| it.kind == kind);
            let last = of_kind.rfind(|it| it.customer == customer);
            Some(last.map(|it| it.answers.clone()).unwrap_or_default())
        })
    }

    /// A trouble of an intent with the service's own words, as far as this tab has heard them.
    pub(super) fn in_full(&self, intent: &Intent, trouble: Trouble) -> Trouble {
        let kept: Option<Trouble> = storage::recall(&storage_key(intent));
        let same = kept.filter(|kept| kept.clone().without_words() == trouble);
        same.unwrap_or(trouble)
    }

    /// Notes that the person has been shown how the last request for a customer ended.
    pub(super) async fn seen(self, customer: CustomerId) {
        let unseen = |it: &Intent| it.settled() && !it.seen;
        if self.of(customer, unseen).is_empty() {
            return;
        }
        // Whoever is at work on it may write something newer.
        let alone = tabs::lock(&self.lock_name(customer)).await;
        self.read().await;
        for intent in self.of(customer, unseen) {
            self.write(&Intent {
                seen: true,
                ..intent
            })
            .await;
        }
        drop(alone);
    }

    /// Sends a request, once: while something is under way for the customer, another call does nothing. What becomes of it is
    /// written down.
    pub(super) async fn send(
        self,
        customer: CustomerId,
        answers: Draft,
        request: QualificationRequest,
    ) {
        if !self.take_up(customer, Doing::Sending) {
            return;
        }
        let client = self.services.client();
        let seen = self.written(customer, request.kind());
        let alone = tabs::lock(&self.lock_name(customer)).await;
        let complete = self.read().await;
        let written = self.written(customer, request.kind());
        // Another tab may have done something for this customer while this one waited: then that is what there is to say.
        let state = |it: &Option<Intent>| it.as_ref().map(|it| (it.number, it.known.clone()));
        let in_the_way = self.of(customer, |it| {
            it.unanswered() || (it.open() && it.kind != request.kind())
        });
        if state(&seen) == state(&written) && in_the_way.is_empty() && complete {
            let intent = match written.filter(Intent::open) {
                Some(repeated) => repeated,
                None => self.intend(&client, customer, answers, request.kind()),
            };
            self.send_alone(client, intent, request).await;
        }
        self.rest(customer);
        drop(alone);
    }

    fn intend(
        self,
        client: &Client,
        customer: CustomerId,
        answers: Draft,
        kind: RequestableKind,
    ) -> Intent {
        let last = self.of_all(|it| it.number).into_iter().max();
        let intent = Intent {
            number: last.unwrap_or(0).saturating_add(1),
            tenant: self.whose.tenant().unwrap_or_default(),
            customer,
            kind,
            answers: answers.pared(),
            request_id: String::new(),
            correlation_id: String::new(),
            started: self.services.clock.now(),
            before: Vec::new(),
            known: Known::Waiting,
            trouble: None,
            seen: false,
        };
        intent.under(client.new_ids())
    }

    /// Sends what is intended, in as many rounds as it takes the service to have time for it. `intent` is new, or one whose
    /// first sending left no trace; that one stays open whatever happens to the repeat.
    async fn send_alone(self, client: Client, intent: Intent, request: QualificationRequest) {
        let repeated = intent.open();
        let mut intent = intent;
        for round in 1.. {
            intent.trouble = None;
            let noted = self.write(&intent).await;
            let action = client.in_action(&intent.ids());
            let trouble = match self.ask_first(&action, &intent).await {
                Ok(Standing::AlreadyThere) => {
                    self.write(&intent.now(Known::Sent)).await;
                    return;
                }
                Ok(Standing::Before(before)) => {
                    let started = self.services.clock.now();
                    let leaving = intent.now(Known::OnItsWay);
                    let leaving = Intent {
                        before,
                        started,
                        ..leaving
                    };
                    let noted_too = self.write(&leaving).await;
                    // What would be found as "has not left" must not leave. Where nothing can be written down at all, the
                    // person has been told.
                    if self.is_gone() || (noted && !noted_too) {
                        return self
                            .fail(&client, &intent, repeated, Trouble::NotWrittenDown)
                            .await;
                    }
                    match self.post(&action, &leaving, &request).await {
                        Ok(()) => return,
                        Err(error) => error,
                    }
                }
                Err(trouble) => trouble,
            };
            let too_busy = matches!(&trouble, Trouble::Failed(error)
                if error.kind == ErrorKind::Throttled && error.operation == Operation::RequestQualification);
            if !too_busy || round == ROUNDS || self.is_gone() {
                return self.fail(&client, &intent, repeated, trouble).await;
            }
            // Too busy means that nothing was done. It was an answer, so what comes next is another request to the service.
            intent = intent.under(client.new_ids());
        }
    }

    /// How things stand before anything is sent.
    async fn ask_first(self, client: &Client, intent: &Intent) -> Result<Standing, Trouble> {
        let list = client
            .qualifications(intent.customer, &Cancel::default())
            .await;
        let list = list.map_err(|error| Trouble::Failed(Box::new(error)))?;
        if intent.open() && intent.shown_by(&list) {
            return Ok(Standing::AlreadyThere);
        }
        match availability(&list, &intent.kind) {
            Availability::Blocked(blocker) => Err(Trouble::NotPossible(blocker)),
            _ => Ok(Standing::Before(marks(&list, intent.kind))),
        }
    }

    /// The one POST, and what its answer means. The error says that it was refused.
    async fn post(
        self,
        client: &Client,
        intent: &Intent,
        request: &QualificationRequest,
    ) -> Result<(), Trouble> {
        let answer = client
            .request_qualification(intent.customer, request, &intent.ids())
            .await;
        let error = match answer {
            Ok(accepted) => {
                self.write(&intent.now(Known::Sent).under(accepted.ids))
                    .await;
                return Ok(());
            }
            Err(error) => error,
        };
        if error.outcome_unknown() {
            self.write(&intent.now(Known::Nothing)).await;
            return Ok(());
        }
        // A refusal of what is there already may be an echo: of an earlier sending, or of one that the browser itself
        // repeated when a kept connection broke.
        if matches!(error.kind, ErrorKind::Refused | ErrorKind::Conflict) {
            let known = match self.shows(client, intent).await {
                Ok(true) => Some(Known::Sent),
                // Nobody could look, so nobody knows.
                Err(_) => Some(Known::Nothing),
                Ok(false) => None,
            };
            if let Some(known) = known {
                self.write(&intent.now(known)).await;
                return Ok(());
            }
        }
        Err(Trouble::Failed(Box::new(error)))
    }

    /// Writes down that nothing was sent, and why. Of a repeat, the first sending stays as open as it was; what was refused is
    /// not sent under the same ID again.
    async fn fail(self, client: &Client, intent: &Intent, repeated: bool, trouble: Trouble) {
        if !repeated {
            self.keep_words(intent, &trouble);
            let kept = trouble.without_words();
            self.write(&intent.now(Known::NotSent(kept))).await;
            return;
        }
        let refused = matches!(&trouble, Trouble::Failed(error)
            if error.status.is_some() && error.operation == Operation::RequestQualification);
        let ids = match refused {
            true => client.new_ids(),
            false => intent.ids(),
        };
        self.stick(&intent.under(ids), trouble).await;
    }

    /// Looks until the outcome is known or has left no trace, because the person wants it.
    pub(super) fn look(self, customer: CustomerId) {
        self.take_care_of(customer, true);
    }

    /// Finds out what became of what is written down for a customer and has no end. While something is under way for the
    /// customer, does nothing.
    fn take_care_of(self, customer: CustomerId, by_hand: bool) {
        if !self.take_up(customer, Doing::Looking) {
            return;
        }
        let client = self.services.client();
        let asked = self.of(customer, |it| by_hand && it.open());
        let asked: Vec<_> = asked.into_iter().map(|it| (it.number, it.known)).collect();
        leptos::task::spawn_local(async move {
            // Whoever is at work on it, in whichever tab, finishes first.
            let alone = tabs::lock(&self.lock_name(customer)).await;
            let complete = self.read().await;
            // What somebody else has found out meanwhile is not found out again.
            let same = |it: &Intent| asked.contains(&(it.number, it.known.clone()));
            let wanted = |it: &Intent| complete && (it.unanswered() || same(it));
            for intent in self.of(customer, wanted) {
                match intent.known {
                    // Whoever wanted to send it is gone.
                    Known::Waiting => {
                        let never = Known::NotSent(Trouble::Interrupted);
                        self.write(&intent.now(never)).await;
                    }
                    _ => self.look_up(&client, intent).await,
                }
            }
            self.rest(customer);
            drop(alone);
        });
    }

    async fn look_up(self, client: &Client, intent: Intent) {
        let intent = intent.now(Known::Nothing);
        self.write(&intent).await;
        match self.look_thrice(client, &intent).await {
            Ok(true) => _ = self.write(&intent.now(Known::Sent)).await,
            Ok(false) => _ = self.write(&intent.now(Known::NoTrace)).await,
            Err(error) => self.stick(&intent, Trouble::Failed(error)).await,
        }
    }

    /// Writes down why no more could be found out or done.
    async fn stick(self, intent: &Intent, trouble: Trouble) {
        self.keep_words(intent, &trouble);
        self.write(&intent.stuck(trouble.without_words())).await;
    }

    /// Keeps a trouble with the service's own words, which are not written down, as long as the tab.
    fn keep_words(self, intent: &Intent, trouble: &Trouble) {
        if !self.is_gone() {
            storage::keep(&storage_key(intent), trouble);
        }
    }

    /// Whether three looks found the request, or the error after which looking on makes no sense.
    async fn look_thrice(self, client: &Client, intent: &Intent) -> Result<bool, Box<Error>> {
        let mut failures = 0;
        let mut looks = LOOKS.into_iter();
        let mut next = looks.next();
        while let Some(millis) = next {
            let until = clock::steady() + f64::from(millis);
            while clock::steady() < until {
                clock::wait((until - clock::steady()).min(STEP)).await;
                if self.is_gone() {
                    return Ok(false); // nothing is written down any more
                }
            }
            match self.shows(client, intent).await {
                Ok(true) => return Ok(true),
                Ok(false) => {
                    failures = 0;
                    next = looks.next();
                }
                // A look that fails says nothing, so it does not count; the next one takes its time.
                Err(error) => {
                    failures += u32::from(window().navigator().on_line());
                    let asked = error.retry_after.unwrap_or(0).saturating_mul(1000);
                    let over = error.kind == ErrorKind::SignInNeeded || asked > LONGEST_ASKED;
                    if failures == FAILURES || over {
                        return Err(error);
                    }
                    let longer = millis.saturating_mul(2).min(LONGEST_WAIT);
                    next = Some(longer.max(asked));
                }
            }
        }
        Ok(false)
    }

    /// Whether the service shows it.
    async fn shows(self, client: &Client, intent: &Intent) -> Result<bool, Box<Error>> {
        let list = client
            .qualifications(intent.customer, &Cancel::default())
            .await?;
        Ok(intent.shown_by(&list))
    }

    /// Forgets what is open for a customer, when the person does not want to know any more.
    /// Says whether it did.
    pub(super) async fn give_up(self, customer: CustomerId) -> bool {
        // Whoever is at work on it elsewhere is not interrupted.
        let Some(alone) = tabs::try_lock(&self.lock_name(customer)).await else {
            return false;
        };
        let mut done = self.read().await;
        for intent in self.of(customer, Intent::open) {
            if let Some(kept) = self.kept.try_get_value() {
                done &= kept.remove(&place(&intent)).await;
            }
        }
        self.others.tell(CHANGED);
        self.read().await;
        drop(alone);
        done
    }

    /// The customers about whom somebody has to find something out, and nobody in this tab is at it.
    fn unanswered(&self) -> Vec<CustomerId> {
        self.intents.track();
        let doing = self.doing.get();
        let mut customers = self.customers(Intent::unanswered);
        customers.retain(|customer| !doing.contains_key(customer));
        customers
    }

    /// What is written down of this kind.
    fn written(&self, customer: CustomerId, kind: RequestableKind) -> Option<Intent> {
        self.of(customer, |it| it.kind == kind).pop()
    }

    /// Those of a customer's intents that are so; none once the app is gone.
    fn of(&self, customer: CustomerId, so: impl Fn(&Intent) -> bool) -> Vec<Intent> {
        let all = self.of_all(|it| (it.customer == customer && so(it)).then(|| it.clone()));
        all.into_iter().flatten().collect()
    }

    /// The customers of whose intents one is so.
    fn customers(&self, so: impl Fn(&Intent) -> bool) -> Vec<CustomerId> {
        let all = self.of_all(|it| so(it).then_some(it.customer));
        all.into_iter().flatten().collect()
    }

    fn of_all<T>(&self, what: impl Fn(&Intent) -> T) -> Vec<T> {
        let all = self
            .intents
            .try_with_untracked(|intents| intents.iter().flatten().map(what).collect());
        all.unwrap_or_default()
    }

    /// Writes an intent down in place of what was known of it. Says whether it will be found again.
    async fn write(self, intent: &Intent) -> bool {
        let mine = self.whose.tenant() == Some(intent.tenant.clone());
        let Some(kept) = self.kept.try_get_value().filter(|_| mine) else {
            return false;
        };
        let record = serde_json::to_string(intent).expect("texts and numbers always become JSON");
        let lasts = kept.put(&place(intent), &record).await;
        self.intents.try_update(|intents| {
            note(intents.get_or_insert_default(), intent.clone());
        });
        self.others.tell(CHANGED);
        self.note_lasting(&kept);
        self.follow(intent);
        lasts
    }

    /// What has left, or may have, is followed; not before it has been found out what became of it, as far as that can be.
    fn follow(self, intent: &Intent) {
        let arrived = match intent.known {
            Known::Sent => true,
            Known::NoTrace => false,
            Known::Waiting | Known::OnItsWay | Known::Nothing | Known::NotSent(_) => return,
        };
        let attempt = Attempt {
            kind: intent.kind.into(),
            request_id: intent.request_id.clone(),
            correlation_id: intent.correlation_id.clone(),
            at: Moment::at(intent.started),
            arrived,
        };
        let following = self.following;
        leptos::task::spawn_local(following.requested(intent.customer, attempt));
    }

    fn note_lasting(self, kept: &Database) {
        if self.lasting.try_get_untracked() != Some(kept.lasts()) {
            self.lasting.try_set(kept.lasts());
        }
    }

    /// Reads what is written down. Says whether that is all there is: the browser may have trouble reading.
    async fn read(self) -> bool {
        let tenant = self.whose.tenant();
        let (Some(tenant), Some(kept)) = (tenant, self.kept.try_get_value()) else {
            return false;
        };
        let records = kept.all(&tenant).await;
        if self.whose.tenant() != Some(tenant) {
            return false;
        }
        let complete = records.is_ok();
        let (mut intents, records) = match records {
            Ok(records) => (Vec::new(), records),
            // What was read before still holds, but for what has been written since.
            Err(newer) => (self.of_all(Intent::clone), newer),
        };
        for record in records {
            // What another version wrote in another form says nothing here; it stays where it is.
            if let Ok(intent) = serde_json::from_str(&record) {
                note(&mut intents, intent);
            }
        }
        let same = |known: &Option<Vec<Intent>>| known.as_ref() == Some(&intents);
        if self.intents.try_with_untracked(same) == Some(false) {
            self.intents.try_set(Some(intents));
        }
        self.note_lasting(&kept);
        complete
    }

    /// Whether nobody is signed in any more, or this part of the app has been left for good, as when another tenant is chosen.
    fn is_gone(&self) -> bool {
        self.whose.tenant().is_none()
    }

    /// One for each customer, not for each kind: what one request changes decides whether another is possible.
    fn lock_name(&self, customer: CustomerId) -> String {
        let tenant = self.whose.tenant().unwrap_or_default();
        format!("vetted.request.{tenant}.{customer}")
    }

    /// Begins something for a customer, unless something is under way.
    fn take_up(self, customer: CustomerId, what: Doing) -> bool {
        let idle = |doing: &HashMap<_, _>| !doing.contains_key(&customer);
        let idle = self.doing.try_with_untracked(idle) == Some(true);
        if idle {
            self.doing.try_update(|doing| doing.insert(customer, what));
        }
        idle
    }

    fn rest(self, customer: CustomerId) {
        self.doing.try_update(|doing| doing.remove(&customer));
    }
}

/// What the service shows just before a request is sent.
enum Standing {
    /// An earlier sending of this very request.
    AlreadyThere,
    /// This of the qualification.
    Before(Vec<String>),
}

/// Puts an intent in place of an earlier one of its kind.
fn note(intents: &mut Vec<Intent>, intent: Intent) {
    let same = |it: &Intent| (it.customer, it.kind) == (intent.customer, intent.kind);
    match intents.iter_mut().find(|it| same(it)) {
        Some(known) if known.number > intent.number => {}
        Some(known) => *known = intent,
        None => intents.push(intent),
    }
}

/// Where this tab keeps what went wrong, with the service's own words.
fn storage_key(intent: &Intent) -> String {
    format!("trouble.{}", intent.request_id)
}

fn place(intent: &Intent) -> Place {
    Place {
        tenant: intent.tenant.clone(),
        customer: intent.customer.to_string(),
        subject: slug(intent.kind).to_owned(),
    }
}
