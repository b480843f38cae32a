//! The topics of one execution: all that its feed tells, or the lines of its log alone.

use std::time::Duration;

use futures::StreamExt;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use uuid::Uuid;

use super::outbox::Outbox;
use crate::access::Scoped;
use crate::events::{Feed, Since};
use crate::schemas::event::ExecutionNews;
use crate::schemas::live::{LiveEvent, LiveMessage};
use crate::wait;

/// How often the database is asked although no news came.
const LOOK: Duration = Duration::from_secs(2);

pub(super) async fn follow(
    app: Scoped,
    execution: Uuid,
    since: Since,
    lines_only: bool,
    outbox: Outbox,
) {
    let wanted = |news: &ExecutionNews| !lines_only || matches!(news, ExecutionNews::Log(_));
    let tell = async |event: ExecutionNews| {
        let topic = outbox.topic.clone();
        let event = Box::new(LiveEvent { topic, event });
        outbox.send(LiveMessage::Event(event)).await;
    };
    // First listen, then read: whatever happens from now on is in one of the two.
    let mut bus = wait::news_of(&app, execution).await;
    let mut feed = Feed::new(app, execution, since);
    let mut look = interval_at(Instant::now() + LOOK, LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        // With a client that takes nothing, few topics have read anything that waits.
        let Ok(turn) = outbox.readers.acquire().await else {
            return;
        };
        loop {
            match feed.next().await {
                Ok(Some(news)) if wanted(&news) => tell(news).await,
                Ok(Some(_)) => {}
                Ok(None) if feed.has_ended() => {
                    if let Some(end) = feed.last().filter(wanted) {
                        tell(end).await;
                    }
                    return outbox.end(None).await;
                }
                Ok(None) => break,
                Err(error) => {
                    // With the next look it goes on where it stands.
                    tracing::warn!(execution.id = %execution, %error, "the news of an execution can't be read now");
                    break;
                }
            }
        }
        drop(turn);
        tokio::select! {
            notice = bus.next() => match notice {
                Some(notice) => feed.hear(&notice),
                // The bus has gone; the database goes on telling.
                None => bus = futures::stream::pending().boxed(),
            },
            _ = look.tick() => feed.look(),
        }
    }
}
