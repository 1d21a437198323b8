//! What is known of a customer's past: what this computer has kept, and what Partner Center's audit records tell.
//! Must not know how it is shown.

use super::trail::Trail;
use crate::features::following::{Following, status_of};
use crate::features::qualifications::kind_name;
use crate::features::reading::Reading;
use crate::i18n::{Key, t};
use crate::ledger::{
    Attempts, Followed, Labels, Moment, Observation, Origin, Status, attempts::count, pack,
};
use crate::partner_center::{
    AuditPeriod, AuditRecords, CustomerId, Qualification, QualificationKind, Qualifications,
    VettingStatus,
};
use crate::services::Services;
use leptos::prelude::*;

/// The past of one customer, for its page.
#[derive(Clone, Copy)]
pub(super) struct Past {
    customer: CustomerId,
    services: Services,
    name: Memo<Option<String>>,
    qualifications: Reading<Qualifications>,
    /// The audit records. They are read once the qualifications have come, so that those come no later for it.
    pub(super) records: Reading<AuditRecords>,
    /// What the audit records tell; nothing before they are read, or where they cannot be.
    pub(super) trail: Memo<Option<Trail>>,
    /// What this computer has kept.
    pub(super) followed: Memo<Option<Followed>>,
    /// How often Education was requested.
    pub(super) attempts: Memo<Attempts>,
}

impl Past {
    /// Of the customer whose qualifications are read so.
    pub(super) fn of(
        customer: CustomerId,
        name: Memo<Option<String>>,
        qualifications: Reading<Qualifications>,
        list: Memo<Option<Qualifications>>,
    ) -> Self {
        let services = Services::get();
        let following = Following::get();
        let records = Reading::new(services.clock, move |cancel| {
            let client = services.client();
            let period = AuditPeriod::whole(services.clock.now());
            async move { client.audit_records(customer, period, &cancel).await }
        });
        // What has changed may have been asked for by somebody else.
        Effect::new(move |_| {
            if list.with(Option::is_some) {
                records.again();
            }
        });
        let trail = Memo::new(move |_| {
            records.value.with(|read| {
                let read = read.as_ref()?;
                Some(Trail::of(&read.value, Moment::at(read.at)))
            })
        });
        let followed = Memo::new(move |_| following.of(customer));
        let past = Self {
            customer,
            services,
            name,
            qualifications,
            records,
            trail,
            followed,
            attempts: Memo::new(move |_| attempts(followed, trail, services)),
        };
        Effect::new(move |_| {
            if past.tells_something_new() {
                following.hurry(&[customer]);
            }
        });
        past
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
    pub(super) fn has_a_case(self) -> bool {
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

    /// What support needs to look into the customer's requests.
    pub(super) fn pack(self) -> String {
        let now = Moment::at(self.services.clock.now());
        let name = self.name.get_untracked().unwrap_or_default();
        let followed = self.followed.get_untracked().or_else(|| self.on_the_page());
        let trail = self.trail.get_untracked();
        let audited = trail.as_ref().map(|trail| trail.audited.as_slice());
        let [customer, company, times, requested, unknown] = [
            Key::CustomerId,
            Key::PackCompany,
            Key::PackTimes,
            Key::PackRequested,
            Key::PackUnknown,
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
            shown: &shown,
            until: &until,
            dated: &dated,
            reason: &reason,
            request_id: &request_id,
            correlation_id: &correlation_id,
            kind: &kind_name,
            status: &|status| status_of(status).0,
        };
        pack(
            self.customer,
            &name,
            followed.as_ref(),
            audited,
            &labels,
            now,
        )
    }

    /// What the page shows of a customer that nobody follows, as if it were kept.
    fn on_the_page(self) -> Option<Followed> {
        let read = self.qualifications.value.get_untracked()?;
        let at = Moment::at(read.at);
        let mut followed = Followed::new(self.customer, Origin::Hand, at);
        followed.observe(&read.value, None, at);
        Some(followed)
    }
}

fn attempts(
    followed: Memo<Option<Followed>>,
    trail: Memo<Option<Trail>>,
    services: Services,
) -> Attempts {
    let now = Moment::at(services.clock.now());
    followed.with(|followed| {
        trail.with(|trail| {
            let audited = trail.as_ref().map(|trail| trail.audited.as_slice());
            // No call tells since when the customer is the partner's.
            let kind = QualificationKind::Education;
            count(&kind, followed.as_ref(), audited, None, now)
        })
    })
}
