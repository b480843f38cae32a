//! How often something may happen: counted within this process, or in Redis for all processes of an installation.
//!
//! What is rare and dear (logins, letters) is counted exactly, by `take`. What happens thousands of times in a second,
//! every request, passes a gate: counted in this process, and told to the others now and then (decision 26).

mod gate;
mod memory;
mod redis;
mod window;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

pub use gate::{Gate, Room};
pub use memory::MemoryLimiter;
pub use redis::RedisLimiter;

/// So many at once, and one more after each while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quota {
    pub burst: u32,
    pub every: Duration,
}

impl Quota {
    /// So many in a minute, all at once if need be.
    pub fn per_minute(count: u32) -> Self {
        Self {
            burst: count,
            every: Duration::from_secs(60) / count.max(1),
        }
    }

    /// How long it takes until everything that was used up is there again.
    fn period(self) -> Duration {
        self.every.saturating_mul(self.burst)
    }
}

#[async_trait]
pub trait Limiter: Send + Sync {
    /// Counts one more under this key; an error says how long to wait until there is room. When what counts is out of
    /// reach, each process counts for itself.
    async fn take(&self, key: &str, quota: Quota) -> Result<(), Duration>;

    /// Takes one back that was counted a moment ago: it turned out to be none of what is limited.
    async fn give_back(&self, key: &str, quota: Quota);

    /// Another way of counting, for what happens too often to ask anybody about. Names are keys in a shared place. Make
    /// one once and keep it; needs a tokio runtime.
    fn gate(&self, name: &'static str, quota: Quota) -> Arc<Gate>;
}
