//! What has to be done again and again so that people and other systems are told: taking what happened, sending
//! letters and deliveries, removing what is old.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use engine::ports::bus::Topic;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use store::StoreResult;
use tokio::sync::Notify;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::{happenings, letters, retention};
use crate::outgoing;
use crate::state::App;

/// How often it is looked what happened although the bus said nothing.
const LOOK: Duration = Duration::from_secs(5);

/// How often letters that had to wait are looked for.
const POST: Duration = Duration::from_secs(60);

/// How often what is old is removed.
const PRUNE: Duration = Duration::from_secs(10 * 60);

/// Notifications are kept so long, and so many of a person.
const KEPT: TimeDelta = TimeDelta::days(90);
const MOST: u32 = 1_000;

/// Deliveries to other systems are kept so long, and so many of a webhook.
const DELIVERIES_KEPT: TimeDelta = TimeDelta::days(7);
const MOST_DELIVERIES: u32 = 1_000;

pub(crate) async fn tend(app: App) {
    let mut bus: BoxStream<'static, _> = match app.bus.subscribe(Topic::Happenings).await {
        Ok(news) => news,
        Err(error) => {
            tracing::warn!(%error, "what happens is not heard of at once; it is looked for instead");
            stream::pending().boxed()
        }
    };
    let [mut look, mut prune, mut keep] = [LOOK, PRUNE, PRUNE].map(turns);
    let due = Notify::new();
    let tending = async {
        loop {
            let done = tokio::select! {
                () = app.stopping.cancelled() => return,
                word = bus.next() => {
                    if word.is_none() {
                        bus = stream::pending().boxed();
                    }
                    tell(&app).await
                }
                _ = look.tick() => tell(&app).await,
                _ = prune.tick() => tidy(&app).await,
            };
            if let Err(error) = done {
                tracing::warn!(%error, "notifications could not be seen to; it will be tried again");
            }
            due.notify_one();
        }
    };
    // Apart, since a mail server may take its time over each letter.
    let posting = async {
        let mut post = turns(POST);
        loop {
            tokio::select! {
                () = app.stopping.cancelled() => return,
                () = due.notified() => {}
                _ = post.tick() => {}
            }
            if let Err(error) = letters::send_due(&app).await {
                tracing::warn!(%error, "letters about notifications can't be looked for; it will be tried again");
            }
        }
    };
    // Apart, since there may be a million executions to mark.
    let keeping = async {
        loop {
            tokio::select! {
                () = app.stopping.cancelled() => return,
                () = app.retention_changed.notified() => {}
                _ = keep.tick() => {}
            }
            let marked = tokio::select! {
                () = app.stopping.cancelled() => return,
                marked = retention::apply_all(&app) => marked,
            };
            if let Err(error) = marked {
                tracing::warn!(%error, "executions that workspaces do not keep can't be looked for; it will be tried again");
            }
        }
    };
    tokio::join!(tending, posting, keeping, outgoing::post(&app));
}

fn turns(every: Duration) -> Interval {
    let mut turns = interval(every);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    turns
}

async fn tell(app: &App) -> StoreResult<()> {
    happenings::tell_all(app).await
}

async fn tidy(app: &App) -> StoreResult<()> {
    app.store
        .prune_notifications(Utc::now() - KEPT, MOST)
        .await?;
    app.store
        .prune_outgoing_deliveries(Utc::now() - DELIVERIES_KEPT, MOST_DELIVERIES)
        .await
        .map(drop)
}
