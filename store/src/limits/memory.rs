//! Limits within one process.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, RateLimiter};

use super::{Limiter, Quota};

/// Keys that a quota remembers before those are dropped that have all their room again.
const REMEMBERED: usize = 50_000;

/// The generic cell rate algorithm, by key.
#[derive(Default)]
pub struct MemoryLimiter {
    of: Mutex<HashMap<Quota, Arc<DefaultKeyedRateLimiter<String>>>>,
    clock: DefaultClock,
}

impl MemoryLimiter {
    pub(super) fn take_now(&self, key: &str, quota: Quota) -> Result<(), Duration> {
        let limiter = {
            let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
            let limiter = of.entry(quota).or_insert_with(|| Arc::new(limiter(quota)));
            Arc::clone(limiter)
        };
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        let checked = limiter.check_key(&key.to_owned());
        checked.map_err(|refused| refused.wait_time_from(self.clock.now()))
    }
}

fn limiter(quota: Quota) -> DefaultKeyedRateLimiter<String> {
    let burst = NonZeroU32::new(quota.burst).unwrap_or(NonZeroU32::MIN);
    let every = quota.every.max(Duration::from_nanos(1));
    let governed = governor::Quota::with_period(every)
        .unwrap_or_else(|| governor::Quota::per_second(NonZeroU32::MIN));
    RateLimiter::keyed(governed.allow_burst(burst))
}

#[async_trait]
impl Limiter for MemoryLimiter {
    async fn take(&self, key: &str, quota: Quota) -> Result<(), Duration> {
        self.take_now(key, quota)
    }
}
