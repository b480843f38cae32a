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

type Cells<C> = RateLimiter<u128, DefaultKeyedStateStore<u128>, C, StateInformationMiddleware>;

/// Keys that a gate remembers before those are dropped that have all their room again.
const REMEMBERED: usize = 50_000;

/// How often it is looked whether there are that many: looking stops everybody for a moment.
const LOOKED: u32 = 4_096;

/// The generic cell rate algorithm, by key. A key is an id or an address, as a number.
pub struct Gate<C: Clock = DefaultClock> {
    pub(super) name: &'static str,
    pub(super) quota: Quota,
    cells: Cells<C>,
    /// Where there are other processes.
    shared: Option<Shared>,
    passes: AtomicU32,
}

/// What is between this process and the others.
#[derive(Default)]
struct Shared {
    /// What has passed here and was not told to them.
    untold: DashMap<u128, u32>,
    /// What has passed there when there was no room for it here: it takes the next that comes. At most a burst.
    owed: DashMap<u128, u32>,
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
        Self::by_clock(name, quota, is_shared, DefaultClock::default())
    }
}

impl<C: Clock> Gate<C> {
    fn by_clock(name: &'static str, quota: Quota, is_shared: bool, clock: C) -> Self {
        let burst = NonZeroU32::new(quota.burst).unwrap_or(NonZeroU32::MIN);
        let every = quota.every.max(Duration::from_nanos(1));
        let governed = governor::Quota::with_period(every)
            .unwrap_or_else(|| governor::Quota::per_second(NonZeroU32::MIN));
        let store = DefaultKeyedStateStore::default();
        Self {
            name,
            quota,
            cells: RateLimiter::new(governed.allow_burst(burst), store, clock),
            shared: is_shared.then(Shared::default),
            passes: AtomicU32::new(0),
        }
    }

    pub fn limit(&self) -> u32 {
        self.quota.burst
    }

    /// Counts one more; an error says how long to wait until there is room.
    pub fn pass(&self, key: u128) -> Result<Room, Duration> {
        self.look_after();
        if let Some(shared) = &self.shared {
            self.pay_before(shared, key)?;
        }
        let checked = self.cells.check_key(&key);
        let state = checked
            .map_err(|refused: NotUntil<_>| refused.wait_time_from(self.cells.clock().now()))?;
        if let Some(shared) = &self.shared {
            *shared.untold.entry(key).or_insert(0) += 1;
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
        let Some(shared) = &self.shared else {
            return Vec::new();
        };
        // Who has stopped asking pays as time goes by, too: a key that rests has all its room again in the end.
        shared
            .owed
            .retain(|key, owed| self.pay(*key, owed).is_err());
        let keys: Vec<u128> = shared.untold.iter().map(|entry| *entry.key()).collect();
        let told = keys
            .into_iter()
            .filter_map(|key| shared.untold.remove(&key));
        told.collect()
    }

    /// Counts what has passed elsewhere: as far as there is room for it now, and the rest as soon as there is some.
    pub(super) fn hear(&self, key: u128, passed: u64) {
        let passed = u32::try_from(passed).unwrap_or(u32::MAX);
        let Some(shared) = self.shared.as_ref().filter(|_| passed > 0) else {
            return;
        };
        let mut owed = shared.owed.entry(key).or_insert(0);
        *owed = owed.saturating_add(passed).min(self.quota.burst);
        if self.pay(key, &mut owed).is_ok() {
            drop(owed);
            shared.owed.remove_if(&key, |_, owed| *owed == 0);
        }
    }

    fn pay_before(&self, shared: &Shared, key: u128) -> Result<(), Duration> {
        let Some(mut owed) = shared.owed.get_mut(&key) else {
            return Ok(());
        };
        self.pay(key, &mut owed)?;
        drop(owed);
        shared.owed.remove_if(&key, |_, owed| *owed == 0);
        Ok(())
    }

    /// Takes as much of what is owed as there is room for; an error says how long to wait until all of it is paid, and one
    /// more can pass.
    fn pay(&self, key: u128, owed: &mut u32) -> Result<(), Duration> {
        let mut some = *owed;
        while let Some(count) = NonZeroU32::new(some) {
            match self.cells.check_key_n(&key, count) {
                Ok(Ok(_)) => {
                    *owed -= some;
                    some = some.min(*owed);
                }
                Ok(Err(refused)) if some == 1 => {
                    let next = refused.wait_time_from(self.cells.clock().now());
                    return Err(next.saturating_add(self.quota.every.saturating_mul(*owed)));
                }
                _ => some /= 2,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

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

    /// Two processes and a caller who asks both in turn, without end: what has passed in one counts in the other, though
    /// there was no room left for it when it was told.
    #[test]
    fn two_processes_let_through_together_what_one_does() {
        let clock = FakeRelativeClock::default();
        let quota = Quota::per_minute(60);
        let gates = [0, 1].map(|_| Gate::by_clock("test", quota, true, clock.clone()));
        let mut passed = [0; 8];
        for quarter in &mut passed {
            for turn in 0..300 {
                clock.advance(Duration::from_millis(50));
                *quarter += u32::from(gates[turn % 2].pass(7).is_ok());
                if turn % 10 == 9 {
                    let told = gates.each_ref().map(Gate::tell);
                    for (told, hears) in told.iter().zip(gates.iter().rev()) {
                        for (key, count) in told {
                            hears.hear(*key, u64::from(*count));
                        }
                    }
                }
            }
        }
        let [first, later @ ..] = passed;
        assert!((60..=85).contains(&first), "{passed:?}");
        assert!(later.iter().all(|n| (13..=17).contains(n)), "{passed:?}");
        // Whoever has rested owes nothing any more.
        for _ in 0..130 {
            clock.advance(Duration::from_secs(1));
            gates[0].tell();
        }
        assert_eq!(gates[0].pass(7).map(|room| room.left), Ok(59));
    }
}
