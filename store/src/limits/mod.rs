//! How often something may happen: counted within this process, or in Redis for all processes of an installation.

mod memory;
mod redis;

use std::time::Duration;

use async_trait::async_trait;

pub use memory::MemoryLimiter;
pub use redis::RedisLimiter;

/// So many at once, and one more after each while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quota {
    pub burst: u32,
    pub every: Duration,
}

#[async_trait]
pub trait Limiter: Send + Sync {
    /// Counts one more under this key; an error says how long to wait until there is room. When what counts is out of
    /// reach, each process counts for itself.
    async fn take(&self, key: &str, quota: Quota) -> Result<(), Duration>;
}
