//! Limits across processes, in Redis. Scripts may be forbidden there, so that it is plain counting in windows of time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use engine::ports::PortResult;
use redis::RedisError;
use redis::aio::ConnectionManager;
use tokio::time::MissedTickBehavior;

use super::gate::Gate;
use super::memory::MemoryLimiter;
use super::window::{self, Window};
use super::{Limiter, Quota};
use crate::redis_client::RedisClient;

/// How often processes tell each other what has passed their gates.
const TOLD: Duration = Duration::from_millis(500);

/// How long Redis may take for an answer that a request waits for.
const PATIENCE: Duration = Duration::from_millis(300);

/// How long it is not asked any more once it did not answer: of what a request asks, and of all requests of that time, one
/// waits in vain.
const REST: Duration = Duration::from_secs(5);

/// Keys of one message to Redis.
const TOGETHER: usize = 500;

pub struct RedisLimiter {
    inner: Arc<Inner>,
}

/// By gate and key, in which window there was what total when it was told last.
type Known = HashMap<(&'static str, u128), (u128, u64)>;

struct Inner {
    shared: ConnectionManager,
    prefix: String,
    /// Counts while Redis is away: limits are looser then, and still there.
    alone: MemoryLimiter,
    gates: Mutex<Vec<Weak<Gate>>>,
    /// Until when Redis is left alone.
    rests: Mutex<Option<Instant>>,
    known: tokio::sync::Mutex<Known>,
    is_telling: AtomicBool,
}

impl RedisLimiter {
    /// Connects on first use. `prefix` is put before every key. Needs a tokio runtime.
    pub fn new(url: &str, prefix: &str) -> PortResult<Self> {
        let inner = Inner {
            shared: RedisClient::new(url)?.shared()?,
            prefix: format!("{prefix}:limit:"),
            alone: MemoryLimiter::default(),
            gates: Mutex::default(),
            rests: Mutex::default(),
            known: tokio::sync::Mutex::default(),
            is_telling: AtomicBool::new(false),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Tells the other processes what has passed the gates of this one, and hears of theirs. It is done by itself, too.
    pub async fn settle(&self) -> PortResult<()> {
        let settled = self.inner.settle().await;
        settled.map_err(crate::redis_client::failed("share limits"))
    }
}

/// The time that all processes share.
fn since() -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default()
}

/// How long a count is kept: into the window after it.
fn keep(quota: Quota) -> i64 {
    let keep = window::length(quota).saturating_mul(2);
    i64::try_from(keep).unwrap_or(i64::MAX)
}

impl Inner {
    fn at(&self, key: &str, index: u128) -> String {
        format!("{}{{{key}}}:{index}", self.prefix)
    }

    /// The answer of Redis, if it gives one soon. Where it has just failed to, it is not asked.
    async fn ask<T>(&self, asked: impl Future<Output = Result<T, RedisError>>) -> Option<T> {
        let until = *self.rests.lock().unwrap_or_else(PoisonError::into_inner);
        if until.is_some_and(|until| Instant::now() < until) {
            return None;
        }
        let problem = match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it does not answer in time".to_owned(),
        };
        let until = Instant::now().checked_add(REST);
        *self.rests.lock().unwrap_or_else(PoisonError::into_inner) = until;
        tracing::warn!(
            problem,
            "limits can't be counted in Redis; this process counts for itself, and asks again in a while"
        );
        None
    }

    async fn count(&self, key: &str, quota: Quota) -> Result<Result<(), Duration>, RedisError> {
        let window = Window::of(quota, since());
        let current = self.at(key, window.index);
        let mut connection = self.shared.clone();
        // What was given back at the turn of a window may be less than nothing.
        let (count, before): (i64, Option<i64>) = redis::pipe()
            .incr(&current, 1)
            .pexpire(&current, keep(quota))
            .ignore()
            .get(self.at(key, window.index.saturating_sub(1)))
            .query_async(&mut connection)
            .await?;
        let [count, before] = [count, before.unwrap_or_default()].map(|n| n.max(0).unsigned_abs());
        if window.has_room(quota, count, before) {
            return Ok(Ok(()));
        }
        // What was refused has used nothing up.
        self.uncount(&current, quota).await?;
        Ok(Err(quota.every))
    }

    async fn uncount(&self, counter: &str, quota: Quota) -> Result<(), RedisError> {
        redis::pipe()
            .decr(counter, 1)
            .ignore()
            .pexpire(counter, keep(quota))
            .ignore()
            .query_async(&mut self.shared.clone())
            .await
    }

    async fn settle(&self) -> Result<(), RedisError> {
        let gates: Vec<Arc<Gate>> = {
            let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
            gates.retain(|gate| gate.strong_count() > 0);
            gates.iter().filter_map(Weak::upgrade).collect()
        };
        let mut known = self.known.lock().await;
        for gate in gates {
            let index = Window::of(gate.quota, since()).index;
            known.retain(|(name, _), (window, _)| *name != gate.name || *window == index);
            for told in gate.tell().chunks(TOGETHER) {
                let totals = self.add(&gate, index, told).await?;
                for ((key, own), total) in told.iter().zip(totals) {
                    let before = known.insert((gate.name, *key), (index, total));
                    let before = before.map_or(0, |(_, total)| total);
                    let others = total.saturating_sub(before + u64::from(*own));
                    gate.hear(*key, others);
                }
            }
        }
        Ok(())
    }

    /// What has passed all gates of this name in this window, with these.
    async fn add(
        &self,
        gate: &Gate,
        index: u128,
        told: &[(u128, u32)],
    ) -> Result<Vec<u64>, RedisError> {
        let mut pipe = redis::pipe();
        for (key, count) in told {
            let counter = self.at(&format!("gate:{}:{key:x}", gate.name), index);
            pipe.incr(&counter, *count);
            pipe.pexpire(&counter, keep(gate.quota)).ignore();
        }
        pipe.query_async(&mut self.shared.clone()).await
    }
}

/// As long as somebody has the limiter.
async fn keep_telling(limiter: Weak<Inner>) {
    let mut turns = tokio::time::interval(TOLD);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_away = false;
    loop {
        turns.tick().await;
        let Some(limiter) = limiter.upgrade() else {
            return;
        };
        match limiter.settle().await {
            Ok(()) => is_away = false,
            Err(error) if !is_away => {
                tracing::warn!(%error, "limits on requests are not shared while Redis is away; this process counts for itself");
                is_away = true;
            }
            Err(_) => {}
        }
    }
}

#[async_trait]
impl Limiter for RedisLimiter {
    async fn take(&self, key: &str, quota: Quota) -> Result<(), Duration> {
        let counted = self.inner.ask(self.inner.count(key, quota)).await;
        counted.unwrap_or_else(|| self.inner.alone.take_now(key, quota))
    }

    async fn give_back(&self, key: &str, quota: Quota) {
        let window = Window::of(quota, since());
        let counter = self.inner.at(key, window.index);
        let taken_back = self.inner.ask(self.inner.uncount(&counter, quota)).await;
        if taken_back.is_none() {
            self.inner.alone.give_back_now(key, quota);
        }
    }

    fn gate(&self, name: &'static str, quota: Quota) -> Arc<Gate> {
        let gate = Arc::new(Gate::new(name, quota, true));
        let mut gates = self
            .inner
            .gates
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        gates.push(Arc::downgrade(&gate));
        if !self.inner.is_telling.swap(true, Ordering::Relaxed) {
            tokio::spawn(vital::task(
                "limits shared through Redis",
                keep_telling(Arc::downgrade(&self.inner)),
            ));
        }
        gate
    }
}
