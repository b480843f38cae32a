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

/// Keys that are remembered at most, some 30 MB of them: whoever makes up ever new ones fills no more than that.
const MOST: usize = 200_000;

pub struct MemoryLimiter {
    counts: Mutex<Counts>,
    began: Instant,
}

struct Counts {
    of: HashMap<(String, Quota), Count>,
    /// With so many keys it is looked which can be dropped. That takes a while, during which everybody waits, so that there
    /// have to be many new ones before it is done again.
    tidied_at: usize,
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
            counts: Mutex::new(Counts {
                of: HashMap::new(),
                tidied_at: REMEMBERED,
            }),
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

    /// How long it takes until it has all its room again; nothing once it has.
    fn missing(&mut self, quota: Quota, since: Duration) -> f64 {
        let window = Window::of(quota, since);
        let count = self.at(window.index);
        window.used(count.now, count.before) * quota.every.as_secs_f64()
    }
}

impl Counts {
    /// Drops the keys that have all their room again; of too many others those that have it soonest.
    fn tidy(&mut self, since: Duration) {
        let is_full = self.of.len() >= MOST;
        self.of
            .retain(|(_, quota), count| count.missing(*quota, since) > 0.0);
        // With little space freed, a few new keys would bring the next look through all of them.
        if is_full && self.of.len() > MOST / 4 * 3 {
            self.drop_soonest(self.of.len() - MOST / 2, since);
        }
        self.tidied_at = (self.of.len() * 2).clamp(REMEMBERED, MOST);
    }

    fn drop_soonest(&mut self, many: usize, since: Duration) {
        let missing = self
            .of
            .iter_mut()
            .map(|((_, quota), count)| count.missing(*quota, since));
        let mut missing: Vec<f64> = missing.collect();
        let (sooner, last, _) = missing.select_nth_unstable_by(many - 1, f64::total_cmp);
        let last = *last;
        // Of those that are alike, only as many as have to go.
        let mut alike = many - sooner.iter().filter(|missing| **missing < last).count();
        self.of.retain(|(_, quota), count| {
            let missing = count.missing(*quota, since);
            if missing == last && alike > 0 {
                alike -= 1;
                return false;
            }
            missing >= last
        });
    }
}

impl MemoryLimiter {
    pub(super) fn take_now(&self, key: &str, quota: Quota) -> Result<(), Duration> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let since = self.began.elapsed();
        let window = Window::of(quota, since);
        if counts.of.len() >= counts.tidied_at {
            counts.tidy(since);
        }
        let count = counts.of.entry((key.to_owned(), quota)).or_default();
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
        if let Some(count) = counts.of.get_mut(&(key.to_owned(), quota)) {
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

#[cfg(test)]
mod tests {
    use super::*;

    const RARELY: Quota = Quota {
        burst: 3,
        every: Duration::from_secs(3_600),
    };

    #[test]
    fn keys_are_bounded_and_who_has_used_most_is_remembered_longest() {
        let limiter = MemoryLimiter::default();
        while limiter.take_now("greedy", RARELY).is_ok() {}
        let mut most = 0;
        for stranger in 0..MOST * 3 / 2 {
            limiter.take_now(&stranger.to_string(), RARELY).unwrap();
            most = most.max(limiter.counts.lock().unwrap().of.len());
        }
        assert_eq!(most, MOST, "as many as may be, and no more");
        assert!(limiter.take_now("greedy", RARELY).is_err());
        assert!(limiter.counts.lock().unwrap().of.len() >= MOST / 2);
    }

    /// Keys of which so many have used something, and so many have all their room.
    fn counts(used: usize, whole: usize) -> Counts {
        let keys = (0..used + whole).map(|key| {
            let count = Count {
                now: u64::from(key < used),
                ..Count::default()
            };
            ((key.to_string(), RARELY), count)
        });
        Counts {
            of: keys.collect(),
            tidied_at: REMEMBERED,
        }
    }

    #[test]
    fn what_can_be_dropped_is_not_looked_for_with_each_key() {
        let mut counts = counts(REMEMBERED, 10);
        counts.tidy(Duration::ZERO);
        assert_eq!(
            counts.of.len(),
            REMEMBERED,
            "the others have all their room"
        );
        assert_eq!(counts.tidied_at, 2 * REMEMBERED);
        counts.tidy(RARELY.period() * 2);
        assert!(counts.of.is_empty(), "everybody has, by then");
        assert_eq!(counts.tidied_at, REMEMBERED);
    }

    #[test]
    fn near_the_most_it_is_looked_as_seldom() {
        let left = |used, whole| {
            let mut counts = counts(used, whole);
            counts.tidy(Duration::ZERO);
            (counts.of.len(), counts.tidied_at)
        };
        let few = "few were freed, so that some go that have used something";
        assert_eq!(left(MOST - 10, 10), (MOST / 2, MOST), "{few}");
        let enough = "there is space for many new ones";
        assert_eq!(
            left(MOST / 4 * 3, MOST / 4),
            (MOST / 4 * 3, MOST),
            "{enough}"
        );
        let below = "it is not full yet";
        assert_eq!(left(MOST - 20, 10), (MOST - 20, MOST), "{below}");
    }
}
