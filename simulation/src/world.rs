//! One simulated world: its time, its chance, what is in it, and what was seen to go wrong.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta};
use engine::Time;
use tokio::time::Instant;
use uuid::Uuid;

use crate::bus::VirtualBus;
use crate::checks::Violation;
use crate::definitions::VirtualDefinitions;
use crate::dice::Dice;
use crate::faults::Faults;
use crate::ledger::Ledger;
use crate::plant::Plant;
use crate::queue::VirtualQueue;
use crate::registry::VirtualRegistry;
use crate::store::VirtualStore;
use crate::tally::Tally;
use crate::trace::{Entry, Trace};

/// Everything outside the processes. Locks are never held across an await.
pub(crate) struct World {
    pub(crate) plant: Option<Plant>,
    started: Instant,
    /// How far the clock of the store is off.
    store_skew: TimeDelta,
    dice: Mutex<Dice>,
    trace: Mutex<Trace>,
    violations: Mutex<Vec<Violation>>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) tally: Mutex<Tally>,
    pub(crate) store: Mutex<VirtualStore>,
    pub(crate) queue: VirtualQueue,
    pub(crate) registry: Mutex<VirtualRegistry>,
    pub(crate) bus: VirtualBus,
    pub(crate) ledger: Mutex<Ledger>,
    pub(crate) definitions: VirtualDefinitions,
}

/// A mutex that a panic elsewhere does not close: what it guards is whole between calls.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// More violations than this say nothing new.
const MOST_VIOLATIONS: usize = 20;

impl World {
    pub(crate) fn new(
        plant: Option<Plant>,
        mut dice: Dice,
        definitions: VirtualDefinitions,
    ) -> Arc<Self> {
        let faults = Faults::drawn(&mut dice);
        let store_skew = TimeDelta::milliseconds(dice.below(4_000).cast_signed() - 2_000);
        Arc::new(Self {
            plant,
            started: Instant::now(),
            store_skew,
            dice: Mutex::new(dice),
            trace: Mutex::default(),
            violations: Mutex::default(),
            faults: Mutex::new(faults),
            tally: Mutex::default(),
            store: Mutex::new(VirtualStore::new(plant)),
            queue: VirtualQueue::default(),
            registry: Mutex::default(),
            bus: VirtualBus::default(),
            ledger: Mutex::default(),
            definitions,
        })
    }

    /// The true time, which nobody in the world can see.
    pub(crate) fn now(&self) -> Time {
        let elapsed = TimeDelta::from_std(self.started.elapsed()).unwrap_or_default();
        Self::beginning() + elapsed
    }

    /// When every world begins.
    pub(crate) fn beginning() -> Time {
        DateTime::from_timestamp_micros(1_767_225_600_000_000).unwrap_or_default()
    }

    /// What the store's clock shows.
    pub(crate) fn store_now(&self) -> Time {
        self.now() + self.store_skew
    }

    pub(crate) fn dice(&self) -> MutexGuard<'_, Dice> {
        lock(&self.dice)
    }

    pub(crate) fn note(&self, by: u32, what: &'static str, about: Uuid, number: u64) {
        let at = self.now();
        lock(&self.trace).note(Entry {
            at,
            by,
            what,
            about,
            number,
        });
    }

    pub(crate) fn trace(&self) -> MutexGuard<'_, Trace> {
        lock(&self.trace)
    }

    pub(crate) fn violated(&self, invariant: &'static str, about: Uuid, what: String) {
        let mut violations = lock(&self.violations);
        if violations.len() < MOST_VIOLATIONS {
            violations.push(Violation {
                invariant,
                execution: about,
                what,
                at: self.now(),
            });
        }
    }

    pub(crate) fn has_violations(&self) -> bool {
        !lock(&self.violations).is_empty()
    }

    pub(crate) fn violations(&self) -> Vec<Violation> {
        lock(&self.violations).clone()
    }
}
