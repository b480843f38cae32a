//! Limits on what happens thousands of times in a second: counted in this process, within a fraction of a microsecond.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use dashmap::DashMap;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{NotUntil, RateLimiter};

use super::Quota;

type Cells =
    RateLimiter<u128, DefaultKeyedStateStore<u128>, DefaultClock, StateInformationMiddleware>;

/// Keys that a gate remembers before those are dropped that have all their room again.
const REMEMBERED: usize = 50_000;

/// How often it is looked whether there are that many: looking stops everybody for a moment.
const LOOKED: u32 = 4_096;

/// The generic cell rate algorithm, by key. A key is an id or an address, as a number.
pub struct Gate {
    pub(super) name: &'static str,
    pub(super) quota: Quota,
    cells: Cells,
    /// What has passed and was not told to the other processes, where there are others.
    untold: Option<DashMap<u128, u32>>,
    passes: AtomicU32,
}

/// What there is left after one has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    pub limit: u32,
    pub left: u32,
    /// After this everything is there again, if nothing more passes.
    pub whole_in: Duration,
}

impl Gate {
    pub(super) fn new(name: &'static str, quota: Quota, is_shared: bool) -> Self {
        let burst = NonZeroU32::new(quota.burst).unwrap_or(NonZeroU32::MIN);
        let every = quota.every.max(Duration::from_nanos(1));
        let governed = governor::Quota::with_period(every)
            .unwrap_or_else(|| governor::Quota::per_second(NonZeroU32::MIN));
        let cells = RateLimiter::keyed(governed.allow_burst(burst));
        Self {
            name,
            quota,
            cells: cells.with_middleware(),
            untold: is_shared.then(DashMap::default),
            passes: AtomicU32::new(0),
        }
    }

    pub fn limit(&self) -> u32 {
        self.quota.burst
    }

    /// Counts one more; an error says how long to wait until there is room.
    pub fn pass(&self, key: u128) -> Result<Room, Duration> {
        self.look_after();
        let checked = self.cells.check_key(&key);
        let state = checked
            .map_err(|refused: NotUntil<_>| refused.wait_time_from(self.cells.clock().now()))?;
        if let Some(untold) = &self.untold {
            *untold.entry(key).or_insert(0) += 1;
        }
        let left = state.remaining_burst_capacity();
        let used = self.quota.burst.saturating_sub(left);
        Ok(Room {
            limit: self.quota.burst,
            left,
            whole_in: self.quota.every.saturating_mul(used),
        })
    }

    fn look_after(&self) {
        let turn = self.passes.fetch_add(1, Ordering::Relaxed) % LOOKED;
        if turn == LOOKED - 1 && self.cells.len() > REMEMBERED {
            self.cells.retain_recent();
        }
    }

    /// What has passed since this was asked last.
    pub(super) fn tell(&self) -> Vec<(u128, u32)> {
        let Some(untold) = &self.untold else {
            return Vec::new();
        };
        let keys: Vec<u128> = untold.iter().map(|entry| *entry.key()).collect();
        let told = keys.into_iter().filter_map(|key| untold.remove(&key));
        told.collect()
    }

    /// Counts what has passed elsewhere, as far as there is room for it.
    pub(super) fn hear(&self, key: u128, passed: u64) {
        let mut left = u32::try_from(passed).unwrap_or(u32::MAX);
        left = left.min(self.quota.burst);
        let mut some = left;
        while let Some(count) = NonZeroU32::new(some) {
            if matches!(self.cells.check_key_n(&key, count), Ok(Ok(_))) {
                left -= some;
                some = some.min(left);
            } else {
                some /= 2;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(burst: u32) -> Gate {
        let every = Duration::from_secs(3_600);
        Gate::new("test", Quota { burst, every }, true)
    }

    #[test]
    fn each_key_has_its_own_room_and_is_told_how_much() {
        let gate = gate(3);
        let left: Vec<u32> = (0..3).map(|_| gate.pass(7).unwrap().left).collect();
        assert_eq!(left, [2, 1, 0]);
        let wait = gate.pass(7).unwrap_err();
        assert!(wait > Duration::from_secs(3_590) && wait <= Duration::from_secs(3_600));
        let room = gate.pass(8).unwrap();
        assert_eq!((room.limit, room.left), (3, 2));
        assert_eq!(room.whole_in, Duration::from_secs(3_600));
        let mut told = gate.tell();
        told.sort_unstable();
        assert_eq!(told, [(7, 3), (8, 1)], "what was refused did not pass");
        assert_eq!(gate.tell(), []);
    }

    #[test]
    fn what_passed_elsewhere_takes_its_room() {
        let gate = gate(100);
        gate.hear(1, 37);
        assert_eq!(gate.pass(1).unwrap().left, 62);
        // More than there is room for takes what there is.
        gate.hear(1, 1_000);
        assert!(gate.pass(1).is_err() && gate.pass(2).is_ok());
        assert_eq!(gate.tell().len(), 2, "what was heard is not told back");
    }
}
