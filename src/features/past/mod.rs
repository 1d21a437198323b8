//! What is known of a customer's past: what this computer has kept, and what Partner Center's audit records tell.
//! Must not know whose page shows it.

mod trail;
mod used;

pub use trail::Trail;
pub use used::{AtTheCard, PackButton, Used};

use crate::clock;
use crate::features::following::{Following, status_of};
use crate::features::qualifications::kind_name;
use crate::features::reading::Reading;
use crate::i18n::{Key, t};
use crate::ledger::{
    Attempts, Followed, Labels, Moment, Observation, Origin, Status, attempts::count, denial, pack,
};
use crate::partner_center::{
    AuditPeriod, AuditRecords, Customer, CustomerId, KnownReason, Qualification, QualificationKind,
    Qualifications, VettingStatus,
};
use crate::passing::passing;
use crate::services::Services;
use leptos::prelude::*;

/// For how long a request waits for the audit records, in milliseconds: they help, and Partner Center decides without them.
const LONG_ENOUGH: f64 = 5_000.0;

/// The past of one customer.
#[derive(Clone, Copy)]
pub struct Past {
    customer: CustomerId,
    services: Services,
    profile: Reading<Customer>,
    qualifications: Reading<Qualifications>,
    /// The audit records.
    pub records: Reading<AuditRecords>,
    /// What the audit records tell; nothing before they are read, or where they cannot be.
    pub trail: Memo<Option<Trail>>,
    /// Whether the audit records have been waited for long enough.
    late: RwSignal<bool>,
    /// Whether what this computer has kept has been read.
    ready: Memo<bool>,
    /// What this computer has kept.
    pub followed: Memo<Option<Followed>>,
    /// The same with what the page shows now, which may not be written down yet, or not be followed at all.
    known: Memo<Option<Followed>>,
    /// How often Education was requested.
    pub attempts: Memo<Attempts>,
}

impl Past {
    /// Of the customer that is read so. The audit records are read once somebody asks for them.
    pub fn of(
        customer: CustomerId,
        profile: Reading<Customer>,
        qualifications: Reading<Qualifications>,
    ) -> Self {
        let services = Services::get();
        let following = Following::get();
        let records = Reading::new(services.clock, move |cancel| {
            let client = services.client();
            let period = AuditPeriod::whole(services.clock.now());
            async move { client.audit_records(customer, period, &cancel).await }
        });
        let trail = Memo::new(move |_| {
            records.value.with(|read| {
                let read = read.as_ref()?;
                Some(Trail::of(&read.value, Moment::at(read.at)))
            })
        });
        let followed = passing(move || following.of(customer));
        let known = Memo::new(move |_| {
            let followed = followed.get();
            qualifications.value.with(|read| match read {
                Some(read) => Some(with(customer, followed, &read.value, Moment::at(read.at))),
                None => followed,
            })
        });
        Self {
            customer,
            services,
            profile,
            qualifications,
            records,
            trail,
            late: RwSignal::new(false),
            ready: passing(move || following.ready()),
            followed,
            known,
            attempts: Memo::new(move |_| attempts(known, trail, services)),
        }
    }

    /// Reads the audit records again whenever the list is another one: what has changed may have been asked for by somebody
    /// else. Where they tell of a request that is not known yet, the customer's next reading is brought forward.
    pub fn keep_up(self, list: Memo<Option<Qualifications>>) {
        let following = Following::get();
        Effect::new(move |_| {
            if list.with(Option::is_some) {
                self.records.again();
            }
        });
        Effect::new(move |_| {
            if self.tells_something_new() {
                following.hurry(&[self.customer]);
            }
        });
    }

    /// Reads the audit records, once they are needed.
    pub fn need(self) {
        let Reading { value, busy, .. } = self.records;
        if value.with_untracked(Option::is_none) && !busy.get_untracked() {
            self.records.again();
            let late = self.late;
            late.set(false);
            leptos::task::spawn_local(async move {
                clock::wait(LONG_ENOUGH).await;
                late.try_set(true);
            });
        }
    }

    /// Whether there is nothing left to wait for: what is kept has been read, and so have the audit records, unless they could
    /// not be or take too long.
    pub fn is_read(self) -> bool {
        let Reading { value, failure, .. } = self.records;
        let told = value.with(Option::is_some) || failure.with(Option::is_some);
        self.ready.get() && (told || self.late.get())
    }

    /// Whether all requests for Education are used. Nothing where the audit records could not be read, unless what this
    /// computer has kept tells it all the same.
    pub fn used_up(self) -> Option<bool> {
        let used_up = self.attempts.with(|attempts| attempts.used_up());
        let told = self.trail.with(Option::is_some);
        (told || used_up).then_some(used_up)
    }

    /// Whether the audit records show a request that is newer than what was last read of a followed customer.
    fn tells_something_new(self) -> bool {
        let newest = self.trail.with(|trail| trail.as_ref()?.newest());
        let seen = self.qualifications.value.with_untracked(|read| {
            let read = read.as_ref()?;
            Some(Moment::at(read.at))
        });
        self.followed.with_untracked(|followed| {
            let followed = followed.as_ref().filter(|it| it.active());
            followed.is_some_and(|it| newest > it.checked.max(seen))
        })
    }

    /// Whether there is anything that support could look into: a request or a denial.
    pub fn has_a_case(self) -> bool {
        let denied = |it: &Qualification| it.status == Some(VettingStatus::Denied);
        let shown = self.qualifications.value.with(|read| {
            let read = read.as_ref();
            read.is_some_and(|read| read.value.iter().any(denied))
        });
        let denial = |it: &Observation| it.status == Status::Denied;
        let kept = self.followed.with(|followed| {
            let followed = followed.as_ref();
            followed.is_some_and(|it| !it.attempts.is_empty() || it.observed.iter().any(denial))
        });
        let told = |trail: &Option<Trail>| trail.as_ref().is_some_and(|it| !it.audited.is_empty());
        shown || kept || self.trail.with(told)
    }

    /// Whether Education was last denied for a reason after which another request alone changes nothing, also where Partner
    /// Center shows that no more.
    pub fn denied_for_good(self) -> bool {
        self.known.with(|known| {
            let denial = known
                .as_ref()
                .and_then(|known| denial(known, &QualificationKind::Education));
            let reason = denial.and_then(|it| KnownReason::read(it.reason.as_deref()?));
            reason.is_some_and(KnownReason::is_final)
        })
    }

    /// Whether a denial stands there after which support comes before another request.
    pub fn support_first(self) -> bool {
        let denied = self.qualifications.value.with(|read| {
            let list = read.as_ref().map(|read| &read.value);
            let education = list.and_then(|list| list.current(&QualificationKind::Education));
            education.is_some_and(|it| it.status == Some(VettingStatus::Denied))
        });
        denied && (self.denied_for_good() || self.attempts.get().used_up())
    }

    /// What support needs to look into the customer's requests.
    pub fn pack(self) -> String {
        let now = Moment::at(self.services.clock.now());
        let name = self.profile.value.with_untracked(|read| {
            let read = read.as_ref();
            read.map_or_else(String::new, |read| read.value.company_name.clone())
        });
        let known = self.known.get_untracked();
        let trail = self.trail.get_untracked();
        let audited = trail.as_ref().map(|trail| trail.audited.as_slice());
        let [customer, company, times, requested, unknown, refused] = [
            Key::CustomerId,
            Key::PackCompany,
            Key::PackTimes,
            Key::PackRequested,
            Key::PackUnknown,
            Key::PackRefused,
        ]
        .map(t);
        let [shown, until, dated, reason, request_id, correlation_id] = [
            Key::PackShown,
            Key::PackUntil,
            Key::PackDated,
            Key::PackReason,
            Key::SupportRequest,
            Key::SupportCorrelation,
        ]
        .map(t);
        let labels = Labels {
            customer: &customer,
            company: &company,
            times: &times,
            requested: &requested,
            unknown: &unknown,
            refused: &refused,
            shown: &shown,
            until: &until,
            dated: &dated,
            reason: &reason,
            request_id: &request_id,
            correlation_id: &correlation_id,
            kind: &kind_name,
            status: &|status| status_of(status).0,
        };
        pack(self.customer, &name, known.as_ref(), audited, &labels, now)
    }
}

/// What is known of a customer with this list, as it was read at that moment.
fn with(
    customer: CustomerId,
    followed: Option<Followed>,
    list: &Qualifications,
    at: Moment,
) -> Followed {
    let mut known = followed.unwrap_or_else(|| Followed::new(customer, Origin::Hand, at));
    if known.checked.is_none_or(|checked| checked < at) {
        known.observe(list, None, at);
    }
    known
}

fn attempts(
    known: Memo<Option<Followed>>,
    trail: Memo<Option<Trail>>,
    services: Services,
) -> Attempts {
    let now = Moment::at(services.clock.now());
    known.with(|known| {
        trail.with(|trail| {
            let audited = trail.as_ref().map(|trail| trail.audited.as_slice());
            // No call tells since when the customer is the partner's.
            let kind = QualificationKind::Education;
            count(&kind, known.as_ref(), audited, None, now)
        })
    })
}
