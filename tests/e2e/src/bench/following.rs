//! What it costs to follow very many customers, and to follow a few for long. Must not know how the app is made.

use serde_json::{Value, json};

use super::figures::{Figures, grouped};
use super::journeys::{News, in_use, in_use_head, news};
use super::page::call;
use super::{Options, Say};
use crate::locator::{Find, Role};
use crate::partner_center::PartnerCenter;
use crate::verbs::customer_path;
use crate::wait::until;
use crate::world::World;

/// Somebody in review for ever.
const LIGHTS: u16 = 5;
const ROUND: u64 = 5 * 3_600;

/// Measures both. Leaves the browser with a long list.
pub(super) async fn measure(w: &World, options: &Options, say: Say<'_>) {
    follow(w).await;
    rounds(w, options, say).await;
    many(w, options.followed, say).await;
}

async fn follow(w: &World) {
    w.open(&customer_path(LIGHTS)).await;
    w.button("Follow").click().await;
    w.button("Following").appears().await;
    w.all(Role::Navigation)
        .starting(Role::Link, "Requests")
        .click()
        .await;
    w.all(Role::Main).says("Next in").await;
}

/// Lets the clock jump again and again, so that whoever is followed is read each time.
async fn rounds(w: &World, options: &Options, say: Say<'_>) {
    say(&format!(
        "\nFollowing one customer, round after round on a clock that jumps\n{}",
        in_use_head("rounds")
    ));
    let path = format!(
        "/customers/{}/qualifications",
        PartnerCenter::customer(LIGHTS)
    );
    for done in 1..=options.rounds {
        w.partner_center.forget_calls();
        let jump = json!({ "advanceSeconds": ROUND, "keepSessions": true });
        w.partner_center.control("POST", "/sandbox/clock", jump);
        until("the customer is read again", async || {
            match w.partner_center.calls_to("GET", &path).len() {
                0 => Err("not yet".to_owned()),
                _ => Ok(()),
            }
        })
        .await;
        if done == 10 || done == options.rounds {
            w.all(Role::Main).says("Next in").await;
            say(&in_use(w, done).await);
        }
    }
}

/// Opens a list of very many.
async fn many(w: &World, count: usize, say: Say<'_>) {
    let seeded = call(w.driver(), include_str!("seed.js"), &[count.into()]).await;
    assert_eq!(seeded, Value::from(count));
    w.open("/").await;
    // The navigation counts what is news once it knows them all; the page that opens then only draws.
    w.all(Role::Navigation).says("since you last looked").await;
    let read = news(w).await;
    let shown = call(w.driver(), include_str!("list.js"), &[]).await;
    let opened = news(w).await;
    call(w.driver(), include_str!("scroll.js"), &[]).await;
    let scrolled = news(w).await;
    let longest = |news: &News| {
        news.long_tasks
            .iter()
            .map(|task| task.took)
            .collect::<Figures>()
            .in_words(0)
    };
    say(&format!(
        "\nFollowing {} customers, ms\nopening the list, until rows are on the screen      {}\n\
         tasks over 50 ms while the ledger was read          {}: {}\n\
         tasks over 50 ms while the list was opened          {}: {}\n\
         tasks over 50 ms while it was scrolled              {}: {}",
        count,
        grouped(shown.as_f64().unwrap_or(f64::NAN), 0),
        read.long_tasks.len(),
        longest(&read),
        opened.long_tasks.len(),
        longest(&opened),
        scrolled.long_tasks.len(),
        longest(&scrolled),
    ));
}
