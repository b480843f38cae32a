//! The queue of several processes: one Redis stream per runner tag, read by a consumer group.
//!
//! A ticket that a runner took and did not acknowledge stays in the group's list of pending entries;
//! once it has been idle there for the lease, whoever asks next takes it over. A key beside the stream
//! names the life of this Redis' memory: when it is gone or another, everything else is gone too.

mod inbox;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_trait::async_trait;
use engine::ports::queue::{Delivery, Queue, Ticket};
use engine::ports::{PortError, PortResult};
use redis::aio::ConnectionManager;

use crate::redis_client::{RedisClient, failed};
use inbox::Inbox;

/// Tickets that one pipeline carries.
const PIPELINE: usize = 500;

const FIELD: &str = "ticket";
const GROUP: &str = "runners";

#[derive(Clone)]
pub struct RedisQueueOptions {
    /// `redis://` or `rediss://`, with user and password if need be.
    pub url: String,
    /// Before every key, so that installations and tests can share a Redis.
    pub prefix: String,
    /// The runners that this queue serves.
    pub tag: String,
    /// Names this process among the consumers; unique.
    pub consumer: String,
    /// How long a ticket may be in a runner's hands before another one takes it over.
    pub lease: Duration,
}

/// Clones share one queue, and one connection that reads.
#[derive(Clone)]
pub struct RedisQueue {
    shared: ConnectionManager,
    keys: Arc<Keys>,
    inbox: Inbox,
    client: RedisClient,
    prefix: String,
}

struct Keys {
    stream: String,
    generation: String,
}

impl RedisQueue {
    /// Connects on first use: a Redis that is down does not keep a process from starting.
    pub fn new(options: RedisQueueOptions) -> PortResult<Self> {
        let client = RedisClient::new(&options.url)?;
        // The braces keep both keys on one node of a cluster.
        let name = format!("{}:queue:{{{}}}", options.prefix, options.tag);
        let keys = Arc::new(Keys {
            generation: format!("{name}:generation"),
            stream: name,
        });
        let inbox = Inbox::new(
            client.clone(),
            Arc::clone(&keys),
            options.consumer,
            options.lease,
        );
        Ok(Self {
            shared: client.shared()?,
            keys,
            inbox,
            client,
            prefix: options.prefix,
        })
    }

    /// Refuses a Redis that is set up to throw keys away, or that does not let this process do what it has to. To be asked
    /// once, at start.
    pub async fn check(&self) -> PortResult<()> {
        self.client.refuse_unfit(&self.prefix).await
    }
}

#[async_trait]
impl Queue for RedisQueue {
    async fn offer(&self, tickets: &[Ticket]) -> PortResult<()> {
        const DOING: &str = "offer tickets";
        for part in tickets.chunks(PIPELINE) {
            let mut pipeline = redis::pipe();
            for ticket in part {
                let text = serde_json::to_string(ticket).map_err(|error| PortError {
                    doing: DOING,
                    transient: false,
                    source: Box::new(error),
                })?;
                pipeline
                    .cmd("XADD")
                    .arg(&self.keys.stream)
                    .arg("*")
                    .arg(FIELD)
                    .arg(text)
                    .ignore();
            }
            let mut connection = self.shared.clone();
            pipeline
                .query_async::<()>(&mut connection)
                .await
                .map_err(failed(DOING))?;
        }
        Ok(())
    }

    async fn take(&self, max: usize, wait: Duration) -> PortResult<Vec<Delivery>> {
        self.inbox.take(max, wait).await
    }

    async fn acknowledge(&self, receipts: &[String]) -> PortResult<()> {
        for part in receipts.chunks(PIPELINE) {
            let mut connection = self.shared.clone();
            redis::pipe()
                .cmd("XACK")
                .arg(&self.keys.stream)
                .arg(GROUP)
                .arg(part)
                .ignore()
                .cmd("XDEL")
                .arg(&self.keys.stream)
                .arg(part)
                .ignore()
                .query_async::<()>(&mut connection)
                .await
                .map_err(failed("acknowledge tickets"))?;
        }
        Ok(())
    }

    async fn depth(&self) -> PortResult<u64> {
        const DOING: &str = "count waiting tickets";
        let mut connection = self.shared.clone();
        let length: u64 = redis::cmd("XLEN")
            .arg(&self.keys.stream)
            .query_async(&mut connection)
            .await
            .map_err(failed(DOING))?;
        // Acknowledged entries are deleted, so what is not pending waits. Without a group nothing is pending.
        let pending: redis::RedisResult<redis::streams::StreamPendingReply> =
            redis::cmd("XPENDING")
                .arg(&self.keys.stream)
                .arg(GROUP)
                .query_async(&mut connection)
                .await;
        let pending = match pending {
            Ok(pending) => pending.count() as u64,
            Err(error) if error.code() == Some("NOGROUP") => 0,
            Err(error) => return Err(failed(DOING)(error)),
        };
        Ok(length.saturating_sub(pending))
    }

    async fn was_wiped(&self) -> PortResult<bool> {
        Ok(self.inbox.wiped.swap(false, Ordering::AcqRel))
    }
}
