//! Masks, each made once for all attempts that are told the same secrets: to make one of a long secret takes a while.
//!
//! The secrets themselves say whether a mask is the right one, not their names or versions, so that one of other secrets is
//! never used, whatever becomes of a database meanwhile. It is forgotten as soon as an attempt is told others in its place.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use engine::ports::secrets::SecretText;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::mask::{Mask, Unmaskable};

/// Past this many, or past so many bytes, masks are forgotten wholesale: whoever needs one makes it anew.
const KEPT: usize = 1_000;
const KEPT_BYTES: usize = 64 * 1024 * 1024;

/// How many are made at the same time: each takes a core and memory for a while, whoever it is for.
const MAKERS: usize = 2;

/// Whose secrets, and their names.
type Key = (Uuid, Vec<String>);

pub(crate) struct Masks {
    kept: Mutex<HashMap<Key, Arc<Slot>>>,
    makers: Arc<Semaphore>,
}

impl Default for Masks {
    fn default() -> Self {
        Self {
            kept: Mutex::default(),
            makers: Arc::new(Semaphore::new(MAKERS)),
        }
    }
}

#[derive(Default)]
struct Slot {
    /// Held while the mask is made, so that it is made once for those who need it at the same time.
    made: tokio::sync::Mutex<Option<Made>>,
    weight: AtomicUsize,
    /// Whether anybody asked for it since it was looked at last.
    used: AtomicBool,
}

struct Made {
    of: Arc<Vec<SecretText>>,
    mask: Option<Arc<Mask>>,
}

impl Masks {
    /// The mask of these texts, which are those of an owner's secrets of these names; `None` when there is nothing to hide.
    pub(crate) async fn of(
        &self,
        owner: Uuid,
        names: &[&str],
        texts: Vec<SecretText>,
    ) -> Result<Option<Arc<Mask>>, Unmaskable> {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let slot = self.slot((owner, names));
        let mut made = slot.made.lock().await;
        if let Some(kept) = &*made
            && *kept.of == texts
        {
            return Ok(kept.mask.clone());
        }
        let turn = Arc::clone(&self.makers).acquire_owned().await;
        let turn = turn.map_err(|_| Unmaskable::BrokeOff)?;
        // Attempts that were told what there was before have its mask in their hands.
        *made = None;
        slot.weight.store(0, Ordering::Relaxed);
        let of = Arc::new(texts);
        let texts = Arc::clone(&of);
        let mask = tokio::task::spawn_blocking(move || {
            // It is made to its end, though nobody may wait for it any more.
            let _turn = turn;
            let texts = texts.iter().map(SecretText::expose);
            Mask::of(texts)
        });
        let mask = mask.await.map_err(|_| Unmaskable::BrokeOff)??;
        let weight = mask.as_ref().map_or(0, Mask::weight);
        let mask = mask.map(Arc::new);
        slot.weight.store(weight, Ordering::Relaxed);
        *made = Some(Made {
            of,
            mask: mask.clone(),
        });
        drop(made);
        self.lighten(&slot);
        Ok(mask)
    }

    /// Forgets what nobody asked for since the last time, so that secrets are not held for longer than they are used.
    pub(crate) fn forget_unused(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, slot| slot.used.swap(false, Ordering::Relaxed));
    }

    fn slot(&self, key: Key) -> Arc<Slot> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT && !kept.contains_key(&key) {
            kept.clear();
        }
        let slot = kept.entry(key).or_default();
        slot.used.store(true, Ordering::Relaxed);
        Arc::clone(slot)
    }

    /// Keeps no more than there is room for: of all others, or of one that is too large by itself, nothing.
    fn lighten(&self, made: &Arc<Slot>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let weight = |slot: &Arc<Slot>| slot.weight.load(Ordering::Relaxed);
        if weight(made) > KEPT_BYTES {
            kept.retain(|_, slot| !Arc::ptr_eq(slot, made));
        } else if kept.values().map(weight).sum::<usize>() > KEPT_BYTES {
            kept.retain(|_, slot| Arc::ptr_eq(slot, made));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: Uuid = Uuid::from_u128(1);

    async fn mask(masks: &Masks, owner: Uuid, text: &str) -> Arc<Mask> {
        let texts = vec![SecretText::new(text.to_owned())];
        let mask = masks.of(owner, &["login"], texts).await;
        mask.unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_mask_is_made_once_and_goes_with_its_secret() {
        let masks = Masks::default();
        let first = mask(&masks, OWNER, "the first one").await;
        let again = mask(&masks, OWNER, "the first one").await;
        assert!(Arc::ptr_eq(&first, &again));
        let others = mask(&masks, Uuid::from_u128(2), "the first one").await;
        assert!(!Arc::ptr_eq(&first, &others), "each owner has its own");

        // An attempt still runs with the old one, and another begins with the new one.
        let second = mask(&masks, OWNER, "the second one").await;
        assert_eq!(first.cleared("the first one"), "***");
        assert_eq!(second.cleared("the second one"), "***");
        assert_eq!(second.cleared("the first one"), "the first one");
        let old = Arc::downgrade(&first);
        drop((first, again));
        assert!(old.upgrade().is_none(), "nobody keeps the old one");
    }

    #[tokio::test]
    async fn what_nobody_uses_or_has_room_for_is_forgotten() {
        let masks = Masks::default();
        let unused = Arc::downgrade(&mask(&masks, OWNER, "the first one").await);
        masks.forget_unused();
        assert!(unused.upgrade().is_some(), "it was used just now");
        masks.forget_unused();
        assert!(unused.upgrade().is_none());

        for owner in 0..=KEPT as u128 {
            let nothing = masks.of(Uuid::from_u128(owner), &["login"], Vec::new());
            assert!(nothing.await.unwrap().is_none());
        }
        assert!(masks.kept.lock().unwrap().len() <= KEPT);
    }

    /// S27: secrets of many owners that change at once take no more cores than those of two.
    #[tokio::test]
    async fn only_so_many_are_made_at_once() {
        let masks = Masks::default();
        let busy = masks.makers.acquire_many(u32::try_from(MAKERS).unwrap());
        let busy = busy.await.unwrap();
        let mut waiting = Box::pin(mask(&masks, OWNER, "the first one"));
        assert!(futures::FutureExt::now_or_never(&mut waiting).is_none());
        assert_eq!(masks.makers.available_permits(), 0);
        drop(busy);
        assert_eq!(waiting.await.cleared("the first one"), "***");
        assert_eq!(masks.makers.available_permits(), MAKERS);
    }

    #[tokio::test]
    async fn secrets_that_cannot_be_hidden_are_an_error_each_time() {
        let masks = Masks::default();
        for _ in 0..2 {
            let texts = vec![SecretText::new("x".repeat(2 * 1024 * 1024))];
            let refused = masks.of(OWNER, &["login"], texts).await;
            assert!(matches!(refused, Err(Unmaskable::TooLong(_))));
        }
    }
}
