//! The bus of several processes, over Redis' publish and subscribe.
//!
//! News go out through one task that sends what has gathered as one pipeline, and come in over one
//! connection that subscribes to what somebody in this process listens to.

mod incoming;
mod outgoing;

use async_trait::async_trait;
use engine::ports::PortResult;
use engine::ports::bus::{Bus, Notice, Topic};
use futures::stream::BoxStream;
use tokio::sync::mpsc;

use super::memory::MemoryBus;
use crate::redis_client::RedisClient;
use incoming::Incoming;

/// News that wait to be sent at most; further ones are dropped.
const BACKLOG: usize = 4_096;

/// Clones share one bus; its tasks end with the last of them.
#[derive(Clone)]
pub struct RedisBus {
    local: MemoryBus,
    outgoing: mpsc::Sender<Notice>,
    incoming: Incoming,
}

impl RedisBus {
    /// Connects on first use. `prefix` is put before every channel. Needs a tokio runtime.
    pub fn new(url: &str, prefix: &str) -> PortResult<Self> {
        let client = RedisClient::new(url)?;
        let local = MemoryBus::new();
        let (outgoing, notices) = mpsc::channel(BACKLOG);
        tokio::spawn(vital::task(
            "notices to Redis",
            outgoing::run(client.shared()?, prefix.to_owned(), notices),
        ));
        let incoming = Incoming::start(client, prefix.to_owned(), local.clone());
        Ok(Self {
            local,
            outgoing,
            incoming,
        })
    }
}

#[async_trait]
impl Bus for RedisBus {
    async fn publish(&self, notice: Notice) {
        if self.outgoing.try_send(notice).is_err() {
            tracing::debug!("A notice is dropped: Redis takes them too slowly");
        }
    }

    async fn subscribe(&self, topic: Topic) -> PortResult<BoxStream<'static, Notice>> {
        // Listening comes first, so that the subscription finds a listener whenever it is looked for.
        let incoming = self.incoming.clone();
        let stream = self
            .local
            .listen(topic, move |topic| incoming.forget(topic));
        self.incoming.subscribe(topic).await?;
        Ok(stream)
    }
}
