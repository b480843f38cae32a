//! How many builds and deployments of one workspace are under way here: they take cores, memory and minutes, so that a workspace
//! with many of them would leave nothing for the others.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Semaphore;
use uuid::Uuid;

pub(crate) struct Sites {
    /// 0 is without a limit.
    most: usize,
    /// Of workspaces that build something, or wait for it.
    of: Mutex<HashMap<Uuid, Weak<Semaphore>>>,
    /// Executions that are let go until there is one for them.
    waiting: Mutex<HashSet<Uuid>>,
}

impl Sites {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            of: Mutex::default(),
            waiting: Mutex::default(),
        }
    }

    /// False when it waits already.
    pub(crate) fn begins_to_wait(&self, execution: Uuid) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.insert(execution)
    }

    pub(crate) fn waits_no_more(&self, execution: Uuid) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.remove(&execution);
    }

    /// One permit for each build or deployment of a workspace; nothing where there is no limit.
    pub(crate) fn of(&self, owner: Uuid) -> Option<Arc<Semaphore>> {
        if self.most == 0 {
            return None;
        }
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sites) = of.get(&owner).and_then(Weak::upgrade) {
            return Some(sites);
        }
        of.retain(|_, sites| sites.strong_count() > 0);
        let sites = Arc::new(Semaphore::new(self.most.min(Semaphore::MAX_PERMITS)));
        of.insert(owner, Arc::downgrade(&sites));
        Some(sites)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workspaces_have_sites_of_their_own() {
        let (ada, eve) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sites = Sites::new(1);
        let taken = sites.of(ada).unwrap().try_acquire_owned().unwrap();
        assert!(sites.of(ada).unwrap().try_acquire_owned().is_err());
        assert!(sites.of(eve).unwrap().try_acquire_owned().is_ok());
        drop(taken);
        assert!(sites.of(ada).unwrap().try_acquire_owned().is_ok());
        assert!(Sites::new(0).of(ada).is_none());
    }
}
