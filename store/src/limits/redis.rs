//! Limits across processes, in Redis. Scripts may be forbidden there, so that it is plain counting: of this window of
//! time, and of the one before in so far as it still reaches in.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use engine::ports::PortResult;
use redis::RedisError;
use redis::aio::ConnectionManager;

use super::memory::MemoryLimiter;
use super::{Limiter, Quota};
use crate::redis_client::RedisClient;

pub struct RedisLimiter {
    shared: ConnectionManager,
    prefix: String,
    /// Counts while Redis is away: limits are looser then, and still there.
    alone: MemoryLimiter,
}

impl RedisLimiter {
    /// Connects on first use. `prefix` is put before every key. Needs a tokio runtime.
    pub fn new(url: &str, prefix: &str) -> PortResult<Self> {
        Ok(Self {
            shared: RedisClient::new(url)?.shared()?,
            prefix: format!("{prefix}:limit:"),
            alone: MemoryLimiter::default(),
        })
    }

    async fn count(&self, key: &str, quota: Quota) -> Result<Result<(), Duration>, RedisError> {
        let window = quota.every.saturating_mul(quota.burst).as_millis().max(1);
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |since| since.as_millis());
        let (index, into) = (now / window, now % window);
        let current = format!("{}{{{key}}}:{index}", self.prefix);
        let before = format!("{}{{{key}}}:{}", self.prefix, index.saturating_sub(1));
        let mut connection = self.shared.clone();
        let keep = i64::try_from(window.saturating_mul(2)).unwrap_or(i64::MAX);
        let (count, previous): (u64, Option<u64>) = redis::pipe()
            .incr(&current, 1)
            .pexpire(&current, keep)
            .ignore()
            .get(&before)
            .query_async(&mut connection)
            .await?;
        let rest = (window - into) as f64 / window as f64;
        let used = previous.unwrap_or_default() as f64 * rest + count as f64;
        if used <= f64::from(quota.burst) {
            return Ok(Ok(()));
        }
        // What was refused has used nothing up.
        let _: i64 = redis::cmd("DECR")
            .arg(&current)
            .query_async(&mut connection)
            .await?;
        Ok(Err(quota.every))
    }
}

#[async_trait]
impl Limiter for RedisLimiter {
    async fn take(&self, key: &str, quota: Quota) -> Result<(), Duration> {
        match self.count(key, quota).await {
            Ok(counted) => counted,
            Err(error) => {
                tracing::warn!(%error, "limits can't be counted in Redis; this process counts for itself");
                self.alone.take_now(key, quota)
            }
        }
    }
}
