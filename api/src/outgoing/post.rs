//! The loop that delivers what is due, some at once and few of each workspace. Whatever it does not live to end, it or another
//! process claims again when its lease is over: something may arrive twice, with the same `webhook-id`.

use std::time::Duration;

use store::{OutgoingDelivery, StoreResult};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use super::attempt::{MOST_TRIES, given_up, send, tries};
use crate::notices;
use crate::state::App;

/// What is not ended so long after it was claimed is anybody's again. An attempt takes much less.
pub(crate) const LEASE: Duration = Duration::from_secs(60);

/// Deliveries that this process has under way at most.
const MOST: usize = 16;

/// Deliveries of one workspace that are under way at most, in whatever process.
const PER_WORKSPACE: u32 = 4;

/// How often it is looked for what is to be tried again.
const LOOK: Duration = Duration::from_secs(2);

/// A webhook to which nothing has arrived for so long is disabled.
const FAILING: Duration = Duration::from_secs(5 * 24 * 3_600);

pub(crate) async fn post(app: &App) {
    let every = LOOK.min(app.config.outgoing_retry);
    let mut look = interval(every.max(Duration::from_millis(1)));
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Each goes on by itself. Were they only looked after between two claims, one that has the turn to write would keep it while
    // the claim waits for that turn, and nothing else in this process would be written either.
    let mut under_way = JoinSet::new();
    while !app.stopping.is_cancelled() {
        let room = u32::try_from(MOST.saturating_sub(under_way.len())).unwrap_or_default();
        if room > 0 {
            match app.store.claim_outgoing(LEASE, PER_WORKSPACE, room).await {
                Ok(claimed) => {
                    for delivery in claimed {
                        under_way.spawn(deliver_one(app.clone(), delivery));
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "what other systems are to be told can't be looked for; it will be tried again");
                }
            }
        }
        tokio::select! {
            () = app.stopping.cancelled() => {}
            Some(_) = under_way.join_next() => {}
            () = app.deliveries_due.notified() => {}
            _ = look.tick() => {}
        }
    }
    while under_way.join_next().await.is_some() {}
}

async fn deliver_one(app: App, delivery: OutgoingDelivery) {
    if let Err(error) = deliver(&app, &delivery).await {
        tracing::warn!(webhook.id = %delivery.webhook_id, %error, "what came of a delivery was not recorded: it is tried again");
    }
}

/// Delivers what was claimed, and records what came of it. Whoever is gone or disabled by now is sent nothing.
pub(crate) async fn deliver(app: &App, delivery: &OutgoingDelivery) -> StoreResult<()> {
    let attempt = match app.store.outgoing_target(delivery.webhook_id).await {
        Ok(None) => return Ok(()),
        Err(error) if error.is_transient() => return Err(error),
        Err(error) => {
            tracing::warn!(webhook.id = %delivery.webhook_id, %error, "an outgoing webhook can't be read");
            given_up("what it is signed with can't be read".to_owned())
        }
        // Whoever claimed it before did not live to say what came of it.
        Ok(Some(_)) if tries(delivery) > MOST_TRIES => {
            given_up("it was begun again and again, and never ended".to_owned())
        }
        Ok(Some(target)) => send(app, &target, delivery).await,
    };
    let disabled = app.store.end_outgoing(delivery, &attempt, FAILING).await?;
    if let Some(webhook) = disabled {
        tracing::info!(webhook.id = %webhook.id, "an outgoing webhook was disabled");
        notices::webhook_disabled(app, webhook).await;
    }
    Ok(())
}
