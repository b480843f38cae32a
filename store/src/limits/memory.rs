//! Limits within one process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::gate::Gate;
use super::window::Window;
use super::{Limiter, Quota};

/// Keys that are remembered before those are dropped that have all their room again.
const REMEMBERED: usize = 50_000;

pub struct MemoryLimiter {
    counts: Mutex<HashMap<(String, Quota), Count>>,
    began: Instant,
}

#[derive(Default)]
struct Count {
    window: u128,
    now: u64,
    before: u64,
}

impl Default for MemoryLimiter {
    fn default() -> Self {
        Self {
            counts: Mutex::default(),
            began: Instant::now(),
        }
    }
}

impl Count {
    /// Moves on to the window that is now.
    fn at(&mut self, window: u128) -> &mut Self {
        if self.window != window {
            let follows = self.window + 1 == window;
            self.before = if follows { self.now } else { 0 };
            (self.now, self.window) = (0, window);
        }
        self
    }
}

impl MemoryLimiter {
    pub(super) fn take_now(&self, key: &str, quota: Quota) -> Result<(), Duration> {
        let since = self.began.elapsed();
        let window = Window::of(quota, since);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() > REMEMBERED {
            counts.retain(|(_, quota), count| count.window + 1 >= Window::of(*quota, since).index);
        }
        let count = counts.entry((key.to_owned(), quota)).or_default();
        let count = count.at(window.index);
        if window.has_room(quota, count.now + 1, count.before) {
            count.now += 1;
            Ok(())
        } else {
            Err(quota.every)
        }
    }

    pub(super) fn give_back_now(&self, key: &str, quota: Quota) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&(key.to_owned(), quota)) {
            count.now = count.now.saturating_sub(1);
        }
    }
}

#[async_trait]
impl Limiter for MemoryLimiter {
    async fn take(&self, key: &str, quota: Quota) -> Result<(), Duration> {
        self.take_now(key, quota)
    }

    async fn give_back(&self, key: &str, quota: Quota) {
        self.give_back_now(key, quota);
    }

    fn gate(&self, name: &'static str, quota: Quota) -> Arc<Gate> {
        Arc::new(Gate::new(name, quota, false))
    }
}
