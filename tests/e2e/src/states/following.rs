//! The states of what is followed: the page `/requests`, and following many at once.

use std::fs;

use serde_json::{Value, json};

use super::{AGENT, FutureExt, State, shows, state};
use crate::locator::{Find, Role};
use crate::partner_center::PartnerCenter;
use crate::verbs::customer_path;
use crate::world::World;

/// Makes many of the one who is followed, as the bench does.
const SEED: &str = include_str!("../bench/seed.js");

/// Puts another text in place of the record of the one who is followed.
const REWRITE: &str = "return new Promise((resolve, reject) => {
    const opening = indexedDB.open('vetted');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const work = opening.result.transaction('ledger', 'readwrite');
      const cursor = work.objectStore('ledger').openCursor();
      cursor.onsuccess = () => {
        if (!cursor.result) return;
        if (cursor.result.key[2] === 'followed') cursor.result.update(arguments[0]);
        cursor.result.continue();
      };
      work.onerror = () => reject(work.error);
      work.oncomplete = () => resolve(opening.result.close());
    };
  })";

pub(super) const STATES: &[State] = &[
    state("requests-none", |w| {
        async move {
            w.open_as(AGENT, "/requests").await;
            shows(w.all(Role::Main), "You follow no request yet")
        }
        .boxed_local()
    }),
    state("requests", |w| {
        async move {
            follows(w, &[5, 7]).await;
            goes_there(w).await;
            shows(w.all(Role::Table), "Northmoor High School")
        }
        .boxed_local()
    }),
    state("requests-numbers-open", |w| {
        async move {
            follows(w, &[5, 7]).await;
            goes_there(w).await;
            let numbers = "The numbers as a table";
            w.named(Role::Disclosure, numbers).click().await;
            shows(w.region("The whole at a glance"), "Qualifications by state")
        }
        .boxed_local()
    }),
    state("requests-full", |w| {
        async move {
            follows(w, &[5]).await;
            is_seeded(w, 120).await;
            w.reload().await;
            goes_there(w).await;
            shows(w.all(Role::Table), "School number")
        }
        .boxed_local()
    }),
    state("requests-news", |w| {
        async move {
            one_is_approved(w).await;
            let news = w.region("Since you last looked");
            shows(news, "Approved (was: In review)")
        }
        .boxed_local()
    }),
    state("requests-one-decided", |w| {
        async move {
            one_is_approved(w).await;
            let whole = w.region("The whole at a glance");
            shows(whole, "One review was seen to its end; it took")
        }
        .boxed_local()
    }),
    state("requests-decided", |w| {
        async move {
            let some_days_ago = "return new Date(Date.now() - 4 * 864e5).toISOString()";
            let since = w.run_script(some_days_ago, vec![]).await;
            let is = |status| json!([{ "qualification": "Education", "vettingStatus": status, "vettingCreatedDate": since }]);
            w.partner_center.reports(1, is("InReview"));
            follows(w, &[5, 1]).await;
            w.partner_center.reports(1, is("Approved"));
            w.partner_center.reports(5, is("Denied"));
            hours_pass(w, 5);
            goes_there(w).await;
            let whole = w.region("The whole at a glance");
            shows(whole, "2 reviews were seen to their end.")
        }
        .boxed_local()
    }),
    state("requests-filtered-to-nothing", |w| {
        async move {
            follows(w, &[5]).await;
            goes_there(w).await;
            let find = w.named(Role::Searchbox, "Company or customer ID");
            find.fill("Nobody").await;
            w.button("Find").click().await;
            shows(
                w.region("What you follow"),
                "Nothing of what you follow is like this.",
            )
        }
        .boxed_local()
    }),
    state("requests-undo", |w| {
        async move {
            follows(w, &[5, 7]).await;
            goes_there(w).await;
            w.button("Stop following Northern Lights Academy")
                .click()
                .await;
            w.button("Undo").appears().await;
            shows(w.all(Role::Main), "is no longer followed")
        }
        .boxed_local()
    }),
    state("requests-overdue", |w| {
        async move {
            follows(w, &[5]).await;
            hours_pass(w, 3 * 7 * 24);
            goes_there(w).await;
            shows(w.all(Role::Table), "Overdue")
        }
        .boxed_local()
    }),
    state("requests-not-readable-now", |w| {
        async move {
            follows(w, &[5]).await;
            let broken = json!({ "path": "*/qualifications", "times": null, "kind": "forbidden" });
            w.partner_center.fails(broken);
            hours_pass(w, 5);
            goes_there(w).await;
            shows(w.all(Role::Table), "failed")
        }
        .boxed_local()
    }),
    state("requests-set-aside", |w| {
        async move {
            follows(w, &[5]).await;
            is_rewritten(w, "not a record").await;
            w.open("/requests").await;
            shows(w.all(Role::Main), "was set aside unchanged")
        }
        .boxed_local()
    }),
    state("requests-of-a-newer-version", |w| {
        async move {
            follows(w, &[5]).await;
            is_rewritten(w, r#"{"version":99}"#).await;
            w.open("/requests").await;
            shows(w.all(Role::Main), "by a newer version of Vetted")
        }
        .boxed_local()
    }),
    state("requests-not-kept", |w| {
        async move {
            w.open_as(AGENT, &customer_path(5)).await;
            w.disk_is_full().await;
            w.button("Follow").click().await;
            w.button("Following").appears().await;
            goes_there(w).await;
            shows(w.all(Role::Main), "does not let the list be kept")
        }
        .boxed_local()
    })
    .in_chromium(),
    state("requests-exported", |w| {
        async move {
            follows(w, &[5]).await;
            goes_there(w).await;
            w.button("Export as CSV").click().await;
            shows(w.status(), "1 customer was exported.")
        }
        .boxed_local()
    })
    .of_one_language(),
    state("dialog-erase", |w| {
        async move {
            follows(w, &[5]).await;
            goes_there(w).await;
            w.button("Erase all of it").click().await;
            let dialog = w.dialog("Erase what is kept of 1 customer?");
            shows(dialog, "This computer forgets whom you follow")
        }
        .boxed_local()
    }),
    state("requests-import-refused", |w| {
        async move {
            w.open_as(AGENT, "/requests").await;
            w.title("Requests").appears().await;
            let file = w.downloads().join("not-exported.json");
            fs::write(&file, "{ \"no\": list").expect("a file to import");
            w.chooses_file("keep-file", &file).await;
            shows(
                w.region("Kept on this computer").alert(),
                "was not imported",
            )
        }
        .boxed_local()
    }),
    state("requests-imported", |w| {
        async move {
            follows(w, &[5]).await;
            goes_there(w).await;
            w.clear_downloads();
            w.button("Export as JSON").click().await;
            let file = w.saved("json").await;
            w.chooses_file("keep-file", &file).await;
            shows(w.region("Kept on this computer"), "brought nothing new")
        }
        .boxed_local()
    }),
    state("follow-many", |w| {
        async move {
            w.open_as(AGENT, "/requests/add").await;
            shows(w.all(Role::Main), "one in each line")
        }
        .boxed_local()
    }),
    state("follow-many-nothing-pasted", |w| {
        async move {
            w.open_as(AGENT, "/requests/add").await;
            w.button("Look up").click().await;
            shows(w.all(Role::Main), "Paste at least one")
        }
        .boxed_local()
    }),
    state("follow-many-looking-up", |w| {
        async move {
            many_are_slow(w).await;
            shows(w.all(Role::Main), "of 4")
        }
        .boxed_local()
    }),
    state("follow-many-stopped", |w| {
        async move {
            many_are_slow(w).await;
            w.button("Stop").click().await;
            shows(w.button("Continue"), "Continue")
        }
        .boxed_local()
    }),
    state("follow-many-found", |w| {
        async move {
            looks_up_many(w).await;
            w.region("1 not found").appears().await;
            shows(w.region("Not understood"), "Line 3")
        }
        .boxed_local()
    }),
    state("follow-many-followed", |w| {
        async move {
            looks_up_many(w).await;
            w.button("Follow all 3").click().await;
            shows(w.all(Role::Main), "3 customers are followed now.")
        }
        .boxed_local()
    }),
];

/// Follows these customers, as somebody does who has just signed in.
async fn follows(w: &World, numbers: &[u16]) {
    for (turn, number) in numbers.iter().enumerate() {
        let path = customer_path(*number);
        match turn {
            0 => w.open_as(AGENT, &path).await,
            _ => w.open(&path).await,
        }
        w.button("Follow").click().await;
        w.button("Following").appears().await;
    }
}

async fn goes_there(w: &World) {
    let navigation = w.all(Role::Navigation);
    navigation.starting(Role::Link, "Requests").click().await;
    w.title("Requests").appears().await;
}

async fn one_is_approved(w: &World) {
    follows(w, &[5]).await;
    let approved = json!([{ "qualification": "Education", "vettingStatus": "Approved" }]);
    w.partner_center.reports(5, approved);
    hours_pass(w, 5);
    goes_there(w).await;
}

fn hours_pass(w: &World, hours: u64) {
    let jump = json!({ "advanceSeconds": hours * 3_600, "keepSessions": true });
    w.partner_center.control("POST", "/sandbox/clock", jump);
}

async fn is_seeded(w: &World, count: usize) {
    let script = format!("return ({SEED}\n)(arguments[0])");
    let seeded = w.run_script(&script, vec![count.into()]).await;
    assert_eq!(seeded, Value::from(count));
}

async fn is_rewritten(w: &World, record: &str) {
    // The page that has read it would write it again.
    w.open_quietly().await;
    w.run_script(REWRITE, vec![record.into()]).await;
}

/// Pastes three who are there, one who is not, and a line that means nothing.
async fn looks_up_many(w: &World) {
    w.open_as(AGENT, "/requests/add").await;
    let text = format!(
        "{} {}\nnorthgatecollege.onmicrosoft.com nobody.example\nwhatever",
        PartnerCenter::customer(5),
        PartnerCenter::customer(7)
    );
    w.textbox("Customer IDs or domains").fill(&text).await;
    w.button("Look up").click().await;
}

async fn many_are_slow(w: &World) {
    let slow = json!({ "path": "/v1/customers*", "times": null, "kind": "stalled" });
    w.partner_center.fails(slow);
    looks_up_many(w).await;
    w.button("Stop").appears().await;
}
