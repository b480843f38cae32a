//! The bus of a single process. Who falls behind misses the oldest news.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use engine::ports::PortResult;
use engine::ports::bus::{Bus, Notice, Topic};
use futures::stream::{self, BoxStream, StreamExt};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Notices that wait for a slow subscriber at most. There is a listener for each execution that somebody waits for, and
/// room is taken for all of them.
const BACKLOG_OF_ONE: usize = 32;
const BACKLOG_OF_SOME: usize = 256;
const BACKLOG_OF_ALL: usize = 1_024;

type Topics = HashMap<Topic, broadcast::Sender<Notice>>;

/// Clones share one bus.
#[derive(Debug, Clone, Default)]
pub struct MemoryBus {
    topics: Arc<Mutex<Topics>>,
}

impl MemoryBus {
    pub fn new() -> Self {
        Self::default()
    }

    /// Hands a notice to whoever listens to the topic.
    pub(super) fn deliver(&self, topic: Topic, notice: Notice) {
        if let Some(sender) = self.topics().get(&topic) {
            // Nobody listening any more is no error.
            let _ = sender.send(notice);
        }
    }

    /// `forgotten` is called when the last listener of the topic is gone.
    pub(super) fn listen(
        &self,
        topic: Topic,
        forgotten: impl Fn(Topic) + Send + Sync + 'static,
    ) -> BoxStream<'static, Notice> {
        let mut topics = self.topics();
        let sender = topics
            .entry(topic)
            .or_insert_with(|| broadcast::channel(backlog(topic)).0);
        let receiver = Some(sender.subscribe());
        drop(topics);
        let listener = Listener {
            receiver,
            topic,
            bus: self.clone(),
            forgotten: Box::new(forgotten),
        };
        stream::unfold(listener, |mut listener| async {
            let notice = listener.next().await?;
            Some((notice, listener))
        })
        .boxed()
    }

    fn topics(&self) -> MutexGuard<'_, Topics> {
        // The map is whole after every operation, so a panic elsewhere can't have broken it.
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Bus for MemoryBus {
    async fn publish(&self, notice: Notice) {
        if let Some((owner, execution)) = notice.changes() {
            let executions = Arc::from([execution]);
            self.deliver(
                Topic::Owner(owner),
                Notice::Executions { owner, executions },
            );
        }
        self.deliver(notice.topic(), notice);
    }

    async fn subscribe(&self, topic: Topic) -> PortResult<BoxStream<'static, Notice>> {
        Ok(self.listen(topic, |_| ()))
    }
}

struct Listener {
    receiver: Option<broadcast::Receiver<Notice>>,
    topic: Topic,
    bus: MemoryBus,
    forgotten: Box<dyn Fn(Topic) + Send + Sync>,
}

impl Listener {
    async fn next(&mut self) -> Option<Notice> {
        let receiver = self.receiver.as_mut()?;
        loop {
            match receiver.recv().await {
                Ok(notice) => return Some(notice),
                // Who fills a list by what it hears has nothing to compare with, and has to be told.
                Err(RecvError::Lagged(_)) if matches!(self.topic, Topic::Owner(_)) => {
                    return self.topic.missed();
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut topics = self.bus.topics();
        self.receiver = None;
        if topics
            .get(&self.topic)
            .is_some_and(|sender| sender.receiver_count() == 0)
        {
            topics.remove(&self.topic);
            (self.forgotten)(self.topic);
        }
    }
}

fn backlog(topic: Topic) -> usize {
    match topic {
        Topic::Execution(_) | Topic::Person(_) => BACKLOG_OF_ONE,
        Topic::Presence(_) => BACKLOG_OF_SOME,
        Topic::Control | Topic::Schedules | Topic::Owner(_) | Topic::Happenings => BACKLOG_OF_ALL,
    }
}
