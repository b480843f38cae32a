//! Waits for an answer, and kept signals that are brought together with them.

use std::collections::BTreeSet;

use engine::Time;
use engine::ports::executions::{KeptSignal, Meeting, WaitFilter, Waiting};
use uuid::Uuid;

use super::{Kept, VirtualStore};

impl VirtualStore {
    pub(crate) fn waiting(&self, filter: &WaitFilter, limit: usize) -> Vec<Waiting> {
        let open = self
            .waits
            .iter()
            .filter(|(_, (execution, _))| self.is_open(*execution));
        let wanted = open.filter(|(id, (execution, wait))| match filter {
            WaitFilter::Id(wanted) => *id == wanted,
            WaitFilter::Signal { name, key, .. } => {
                wait.request.signal.as_ref() == Some(name) && wait.request.key == *key
            }
            WaitFilter::Step {
                execution: wanted,
                path,
            } => execution == wanted && *wait.path == **path,
        });
        wanted
            .filter_map(|(id, _)| self.wait(*id))
            .take(limit)
            .collect()
    }

    /// Everything that can be answered.
    pub(crate) fn open_waits(&self) -> Vec<Waiting> {
        let open = self
            .waits
            .iter()
            .filter(|(_, (execution, _))| self.is_open(*execution));
        open.filter_map(|(id, _)| self.wait(*id)).collect()
    }

    fn wait(&self, id: Uuid) -> Option<Waiting> {
        let (execution, wait) = self.waits.get(&id)?;
        Some(Waiting {
            id,
            owner: Uuid::nil(),
            execution: *execution,
            path: wait.path.to_string(),
            request: wait.request.clone(),
        })
    }

    pub(crate) fn keep_signal(&mut self, signal: KeptSignal) {
        let kept = Kept {
            signal,
            wait: None,
            refused: false,
        };
        self.signals.insert(kept.signal.id, kept);
    }

    pub(crate) fn refuse_signal(&mut self, signal: Uuid) {
        if let Some(kept) = self.signals.get_mut(&signal) {
            kept.refused = true;
        }
    }

    /// The oldest signal goes to the oldest step that waits for it.
    pub(crate) fn meet(&mut self, now: Time) -> Vec<Meeting> {
        self.signals.retain(|_, kept| kept.signal.until > now);
        let open: BTreeSet<Uuid> = self.open_waits().iter().map(|wait| wait.id).collect();
        for kept in self.signals.values_mut() {
            if kept.wait.is_some_and(|wait| !open.contains(&wait)) {
                (kept.wait, kept.refused) = (None, false);
            }
        }
        let met = self.signals.values().filter(|kept| !kept.refused);
        let mut taken: BTreeSet<Uuid> = met.filter_map(|kept| kept.wait).collect();
        let waits = &self.waits;
        for kept in self.signals.values_mut().filter(|kept| kept.wait.is_none()) {
            let (name, key) = (Some(&kept.signal.name), &kept.signal.key);
            let fits = |id: &Uuid| {
                waits.get(id).is_some_and(|(_, wait)| {
                    wait.request.signal.as_ref() == name && wait.request.key == *key
                })
            };
            let mut free = open.iter().filter(|id| !taken.contains(*id));
            kept.wait = free.find(|id| fits(id)).copied();
            taken.extend(kept.wait);
        }
        let met = self.signals.values().filter(|kept| !kept.refused);
        met.filter_map(|kept| {
            Some(Meeting {
                signal: kept.signal.id,
                answer: kept.signal.answer.clone(),
                waiting: self.wait(kept.wait?)?,
            })
        })
        .collect()
    }
}
