//! The topic of somebody's own notifications.

use std::time::Duration;

use engine::ports::bus::Topic;
use futures::StreamExt;
use store::{NotificationHead, StoreResult};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use uuid::Uuid;

use super::outbox::Outbox;
use super::topics::listen;
use crate::notices;
use crate::schemas::live::{LiveMessage, LiveNotifications};
use crate::state::App;

/// How often the database is asked although no word came.
const LOOK: Duration = Duration::from_secs(5);

/// Those that are told at once; of more, only that there are.
const MOST: u32 = 100;

struct Told {
    app: App,
    user: Uuid,
    /// All up to this number is known.
    seq: u64,
    /// What was told last.
    head: Option<NotificationHead>,
    outbox: Outbox,
}

pub(super) async fn follow(app: App, user: Uuid, since: Option<u64>, outbox: Outbox) {
    let mut bus = listen(&app, Topic::Person(user)).await;
    let mut told = Told {
        app,
        user,
        seq: since.unwrap_or(u64::MAX),
        head: None,
        outbox,
    };
    let mut look = interval_at(Instant::now(), LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            word = bus.next() => if word.is_none() {
                bus = futures::stream::pending().boxed();
            },
            _ = look.tick() => {}
        }
        if let Err(error) = told.look().await {
            tracing::warn!(%error, "somebody's notifications can't be read now");
        }
    }
}

impl Told {
    async fn look(&mut self) -> StoreResult<()> {
        let head = self.app.store.notification_head(self.user).await?;
        if self.head == Some(head) {
            return Ok(());
        }
        // Nobody knows more than there is; who says nothing wants to hear of what comes.
        self.seq = self.seq.min(head.seq);
        let (user, store) = (self.user, &self.app.store);
        let news = store.notifications_after(user, self.seq, MOST + 1).await?;
        let reset = news.len() > MOST as usize;
        // Counted before these were read, so that none is passed over.
        let seq = news.last().map_or(head.seq, |last| last.seq.max(head.seq));
        let language = notices::language_of(&self.app, user).await?;
        let news = news.into_iter().filter(|_| !reset);
        let message = LiveNotifications {
            topic: self.outbox.topic.clone(),
            reset,
            seq,
            unread: head.unread,
            notifications: news.map(|one| notices::shown(one, language)).collect(),
        };
        self.outbox.send(LiveMessage::Notifications(message)).await;
        self.seq = seq;
        self.head = Some(head);
        Ok(())
    }
}
