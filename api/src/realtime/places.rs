//! How many sockets an account has open at this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

/// Pages of one account; more than anybody looks at.
const MOST: usize = 32;

#[derive(Clone, Default)]
pub(crate) struct Places(Arc<Mutex<HashMap<Uuid, usize>>>);

/// One socket's; free again when it is dropped.
pub(crate) struct Place {
    places: Places,
    account: Uuid,
}

impl Places {
    /// `None` when all are taken.
    pub(crate) fn take(&self, account: Uuid) -> Option<Place> {
        let mut taken = self.taken();
        let count = taken.entry(account).or_default();
        if *count >= MOST {
            return None;
        }
        *count += 1;
        Some(Place {
            places: self.clone(),
            account,
        })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<Uuid, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        if let Some(count) = taken.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_and_others_do_not_count() {
        let places = Places::default();
        let (ada, eve) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut held: Vec<Place> = (0..MOST).map(|_| places.take(ada).unwrap()).collect();
        assert!(places.take(ada).is_none());
        assert!(places.take(eve).is_some());
        held.pop();
        assert!(places.take(ada).is_some());
        drop(held);
        assert!(places.taken().is_empty());
    }
}
