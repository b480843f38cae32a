//! Which executions ended here lately. What was found by the sweeper has a ticket in the queue as well, perhaps a whole
//! backlog later; such a ticket asks for nothing, and the database need not be asked about it.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

/// How many are remembered at least; twice as many at most, some 40 bytes each.
const KEPT: usize = 16_384;

#[derive(Default)]
pub(crate) struct Ended {
    generations: Mutex<Generations>,
}

#[derive(Default)]
struct Generations {
    young: HashSet<Uuid>,
    old: HashSet<Uuid>,
}

impl Ended {
    /// What has ended stays ended, so that this is never wrong.
    pub(crate) fn remember(&self, execution: Uuid) {
        let mut known = self
            .generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if known.young.len() >= KEPT {
            known.old = std::mem::take(&mut known.young);
        }
        known.young.insert(execution);
    }

    pub(crate) fn lately(&self, execution: Uuid) -> bool {
        let known = self
            .generations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        known.young.contains(&execution) || known.old.contains(&execution)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_known_and_the_oldest_forgotten() {
        let ended = Ended::default();
        let ids: Vec<Uuid> = (0..3 * KEPT as u128).map(Uuid::from_u128).collect();
        for id in &ids {
            ended.remember(*id);
        }
        assert!(ids[2 * KEPT..].iter().all(|id| ended.lately(*id)));
        assert!(!ids[..KEPT].iter().any(|id| ended.lately(*id)));
    }
}
