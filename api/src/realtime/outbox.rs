//! Where a topic's messages go: into the one queue of its socket, marked as its own.

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};

use crate::error::ApiError;
use crate::schemas::live::{LiveEnd, LiveMessage, LiveTopic};

/// Messages of all topics of a socket that wait for its client at most.
pub(super) const QUEUE: usize = 64;

/// A message on its way.
pub(super) struct Outgoing {
    /// Of which subscription it is; one that has ended meanwhile is not told any more.
    pub(super) number: u64,
    pub(super) text: String,
    /// It is the last one.
    pub(super) last: bool,
}

#[derive(Clone)]
pub(super) struct Outbox {
    pub(super) number: u64,
    pub(super) topic: LiveTopic,
    pub(super) queue: mpsc::Sender<Outgoing>,
    /// Topics of the socket that may hold what they have read until the client takes it.
    pub(super) readers: Arc<Semaphore>,
}

impl Outbox {
    /// Waits while the client takes nothing.
    pub(super) async fn send(&self, message: LiveMessage) {
        self.put(&message, false).await;
    }

    /// Nothing more is told, for this reason if there is one.
    pub(super) async fn end(&self, error: Option<ApiError>) {
        let message = LiveMessage::End(LiveEnd {
            topic: self.topic.clone(),
            ended: true,
            error: error.map(ApiError::told),
        });
        self.put(&message, true).await;
    }

    async fn put(&self, message: &LiveMessage, last: bool) {
        if let Some(text) = text(message) {
            let number = self.number;
            // Without its socket the topic ends, too.
            let _ = self.queue.send(Outgoing { number, text, last }).await;
        }
    }
}

pub(super) fn text(message: &LiveMessage) -> Option<String> {
    let text = serde_json::to_string(message);
    text.inspect_err(|error| tracing::error!(%error, "a message of a socket can't be written"))
        .ok()
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;
    use crate::schemas::live::LivePresence;

    /// S22: of whatever topics, no more than this waits for a client that takes nothing.
    #[tokio::test]
    async fn topics_wait_while_the_queue_is_full() {
        let (queue, mut taken) = mpsc::channel(QUEUE);
        let outbox = |number| Outbox {
            number,
            topic: LiveTopic::Notifications {},
            queue: queue.clone(),
            readers: Arc::new(Semaphore::new(1)),
        };
        let message = || {
            LiveMessage::Presence(LivePresence {
                topic: LiveTopic::Notifications {},
                present: Vec::new(),
            })
        };
        let (one, other) = (outbox(1), outbox(2));
        for _ in 0..QUEUE {
            one.send(message()).await;
        }
        assert!(one.send(message()).now_or_never().is_none());
        assert!(other.end(None).now_or_never().is_none());
        assert_eq!(taken.recv().await.map(|out| out.number), Some(1));
        other.end(None).await;
        let mut rest = Vec::new();
        while let Ok(out) = taken.try_recv() {
            rest.push((out.number, out.last));
        }
        assert_eq!(rest.len(), QUEUE);
        assert_eq!(rest.last(), Some(&(2, true)));
    }
}
