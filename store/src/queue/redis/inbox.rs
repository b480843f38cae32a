//! The reading side of the Redis queue.
//!
//! Reads run in a task of their own: when a caller gives up waiting, what the read brings is kept for
//! the next caller, so that no ticket lies in dropped hands until its lease ends.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use engine::ports::queue::Delivery;
use engine::ports::{PortError, PortResult};
use redis::RedisError;
use redis::aio::MultiplexedConnection;
use redis::streams::{StreamAutoClaimReply, StreamId, StreamReadReply};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;

use super::{FIELD, GROUP, Keys};
use crate::redis_client::{RedisClient, failed};

const DOING: &str = "take tickets";

/// A blocking read lasts no longer, so that a wiped Redis is noticed about once a second.
const LONGEST_BLOCK: Duration = Duration::from_secs(1);

/// An answer that is this late will not come: the connection is dead.
const GRACE: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub(super) struct Inbox {
    waiting: Arc<Mutex<Waiting>>,
    reader: Arc<Mutex<Reader>>,
    pub(super) wiped: Arc<AtomicBool>,
}

#[derive(Default)]
struct Waiting {
    ready: VecDeque<Delivery>,
    reading: Option<JoinHandle<PortResult<Vec<Delivery>>>>,
}

impl Inbox {
    pub(super) fn new(
        client: RedisClient,
        keys: Arc<Keys>,
        consumer: String,
        lease: Duration,
    ) -> Self {
        let wiped = Arc::new(AtomicBool::new(false));
        let reader = Reader {
            client,
            keys,
            consumer,
            lease,
            wiped: Arc::clone(&wiped),
            connection: None,
            generation: None,
            checked_at: None,
            claimed_at: None,
            failures: 0,
        };
        Self {
            waiting: Arc::default(),
            reader: Arc::new(Mutex::new(reader)),
            wiped,
        }
    }

    pub(super) async fn take(&self, max: usize, wait: Duration) -> PortResult<Vec<Delivery>> {
        let deadline = Instant::now() + wait;
        let mut waiting = self.waiting.lock().await;
        loop {
            if !waiting.ready.is_empty() || max == 0 {
                let count = max.min(waiting.ready.len());
                return Ok(waiting.ready.drain(..count).collect());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let reading = waiting.reading.get_or_insert_with(|| {
                let reader = Arc::clone(&self.reader);
                tokio::spawn(
                    async move { reader.lock().await.read(max, left.min(LONGEST_BLOCK)).await },
                )
            });
            // A read that was begun for this call ends by itself; one that was left by another may last longer.
            let Ok(read) = tokio::time::timeout_at(deadline + GRACE, reading).await else {
                return Ok(Vec::new());
            };
            waiting.reading = None;
            let read = read.map_err(|error| PortError {
                doing: DOING,
                transient: true,
                source: Box::new(error),
            })?;
            waiting.ready.extend(read?);
            if waiting.ready.is_empty() && Instant::now() >= deadline {
                return Ok(Vec::new());
            }
        }
    }
}

struct Reader {
    client: RedisClient,
    keys: Arc<Keys>,
    consumer: String,
    lease: Duration,
    wiped: Arc<AtomicBool>,
    connection: Option<MultiplexedConnection>,
    /// The life of Redis' memory that was seen last.
    generation: Option<String>,
    checked_at: Option<Instant>,
    claimed_at: Option<Instant>,
    /// Failed reads in a row.
    failures: u32,
}

impl Reader {
    async fn read(&mut self, max: usize, block: Duration) -> PortResult<Vec<Delivery>> {
        if self.failures > 0 {
            // Redis is in trouble: callers that ask again and again must not make it worse.
            tokio::time::sleep(
                Duration::from_millis(50 << self.failures.min(5)).min(LONGEST_BLOCK),
            )
            .await;
        }
        let read = tokio::time::timeout(block + GRACE, self.try_read(max, block)).await;
        let error = match read {
            Ok(Ok(taken)) => {
                self.failures = 0;
                return Ok(taken);
            }
            Ok(Err(error)) => failed(DOING)(error),
            Err(late) => PortError {
                doing: DOING,
                transient: true,
                source: Box::new(late),
            },
        };
        self.connection = None;
        self.checked_at = None;
        self.failures = self.failures.saturating_add(1);
        Err(error)
    }

    async fn try_read(&mut self, max: usize, block: Duration) -> Result<Vec<Delivery>, RedisError> {
        let mut connection = match &self.connection {
            Some(connection) => connection.clone(),
            None => self
                .connection
                .insert(self.client.dedicated().await?)
                .clone(),
        };
        self.check_generation(&mut connection).await?;
        let taken = self.claim_idle(&mut connection, max).await?;
        if !taken.is_empty() {
            return Ok(taken);
        }
        self.read_new(&mut connection, max, block).await
    }

    /// Looks whether Redis still remembers what it knew a second ago.
    async fn check_generation(
        &mut self,
        connection: &mut MultiplexedConnection,
    ) -> Result<(), RedisError> {
        if self
            .checked_at
            .is_some_and(|at| at.elapsed() < LONGEST_BLOCK)
        {
            return Ok(());
        }
        let fresh = Uuid::now_v7().to_string();
        // Answers with what was there before; writes only where nothing was.
        let before: Option<String> = redis::cmd("SET")
            .arg(&self.keys.generation)
            .arg(&fresh)
            .arg("NX")
            .arg("GET")
            .query_async(connection)
            .await?;
        let is_new = before.is_none();
        let generation = before.unwrap_or(fresh);
        let is_other = self
            .generation
            .as_ref()
            .is_some_and(|seen| *seen != generation);
        if is_new || is_other {
            self.make_group(connection).await?;
            self.wiped.store(true, Ordering::Release);
            tracing::info!(queue = %self.keys.stream, "The queue in Redis is empty-handed: new, wiped or restarted");
        }
        self.generation = Some(generation);
        self.checked_at = Some(Instant::now());
        Ok(())
    }

    /// From the stream's beginning, so that tickets that were offered before the group was there count.
    async fn make_group(&self, connection: &mut MultiplexedConnection) -> Result<(), RedisError> {
        let made: Result<(), RedisError> = redis::cmd("XGROUP")
            .arg("CREATE")
            .arg(&self.keys.stream)
            .arg(GROUP)
            .arg("0")
            .arg("MKSTREAM")
            .query_async(connection)
            .await;
        match made {
            Err(error) if error.code() != Some("BUSYGROUP") => Err(error),
            _ => Ok(()),
        }
    }

    /// Takes over what others have held for longer than the lease; asked four times per lease.
    async fn claim_idle(
        &mut self,
        connection: &mut MultiplexedConnection,
        max: usize,
    ) -> Result<Vec<Delivery>, RedisError> {
        let pause = (self.lease / 4).min(Duration::from_secs(5));
        if self.claimed_at.is_some_and(|at| at.elapsed() < pause) {
            return Ok(Vec::new());
        }
        let claimed: Result<StreamAutoClaimReply, RedisError> = redis::cmd("XAUTOCLAIM")
            .arg(&self.keys.stream)
            .arg(GROUP)
            .arg(&self.consumer)
            .arg(u64::try_from(self.lease.as_millis()).unwrap_or(u64::MAX))
            .arg("0-0")
            .arg("COUNT")
            .arg(max)
            .query_async(connection)
            .await;
        match claimed {
            Ok(reply) => {
                // A full answer may not be all: then the next read asks again.
                if reply.claimed.len() < max {
                    self.claimed_at = Some(Instant::now());
                }
                self.deliveries(connection, reply.claimed).await
            }
            Err(error) if error.code() == Some("NOGROUP") => self.group_is_gone(connection).await,
            Err(error) => Err(error),
        }
    }

    async fn read_new(
        &mut self,
        connection: &mut MultiplexedConnection,
        max: usize,
        block: Duration,
    ) -> Result<Vec<Delivery>, RedisError> {
        let mut command = redis::cmd("XREADGROUP");
        command
            .arg("GROUP")
            .arg(GROUP)
            .arg(&self.consumer)
            .arg("COUNT")
            .arg(max);
        let millis = u64::try_from(block.as_millis()).unwrap_or(u64::MAX);
        // To Redis, a block of 0 is for ever.
        if millis > 0 {
            command.arg("BLOCK").arg(millis);
        }
        command.arg("STREAMS").arg(&self.keys.stream).arg(">");
        let read: Result<Option<StreamReadReply>, RedisError> =
            command.query_async(connection).await;
        match read {
            Ok(None) => Ok(Vec::new()),
            Ok(Some(reply)) => {
                let entries = reply.keys.into_iter().flat_map(|key| key.ids).collect();
                self.deliveries(connection, entries).await
            }
            // UNBLOCKED: the stream was deleted while this waited.
            Err(error) if matches!(error.code(), Some("NOGROUP" | "UNBLOCKED")) => {
                self.group_is_gone(connection).await
            }
            Err(error) => Err(error),
        }
    }

    async fn group_is_gone(
        &mut self,
        connection: &mut MultiplexedConnection,
    ) -> Result<Vec<Delivery>, RedisError> {
        self.make_group(connection).await?;
        self.wiped.store(true, Ordering::Release);
        tracing::warn!(queue = %self.keys.stream, "The queue's stream or group was deleted; it is made anew");
        Ok(Vec::new())
    }

    async fn deliveries(
        &self,
        connection: &mut MultiplexedConnection,
        entries: Vec<StreamId>,
    ) -> Result<Vec<Delivery>, RedisError> {
        let mut deliveries = Vec::with_capacity(entries.len());
        for entry in entries {
            let text: Option<String> = entry.get(FIELD);
            match text.as_deref().map(serde_json::from_str) {
                Some(Ok(ticket)) => deliveries.push(Delivery {
                    ticket,
                    receipt: entry.id,
                }),
                _ => {
                    // A newer version may write what this one can't read; the database will offer it again.
                    tracing::warn!(
                        id = entry.id,
                        "A ticket in Redis can't be read and is dropped"
                    );
                    redis::pipe()
                        .cmd("XACK")
                        .arg(&self.keys.stream)
                        .arg(GROUP)
                        .arg(&entry.id)
                        .ignore()
                        .cmd("XDEL")
                        .arg(&self.keys.stream)
                        .arg(&entry.id)
                        .ignore()
                        .query_async::<()>(connection)
                        .await?;
                }
            }
        }
        Ok(deliveries)
    }
}
