//! Whom somebody must look at: what is due, what dead runners held, what nobody waits for any more.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use engine::Time;
use engine::ports::executions::{Due, Stray};
use uuid::Uuid;

use super::VirtualStore;
use super::commit::strangers;
use crate::plant::Plant;

impl VirtualStore {
    /// What is due by the store's clock, the oldest first; each is pushed on by the lease.
    pub(crate) fn due(&mut self, now: Time, limit: usize, lease: Duration) -> Vec<Due> {
        if self.plant == Some(Plant::LostWake) {
            return Vec::new();
        }
        let mut due: Vec<(Time, Uuid)> = self
            .rows
            .iter()
            .filter_map(|(id, row)| Some((row.wake_at.filter(|at| *at <= now)?, *id)))
            .collect();
        due.sort_unstable();
        due.truncate(limit);
        let again = now + TimeDelta::from_std(lease).unwrap_or_default();
        let hand_out = |(_, id): (Time, Uuid)| {
            let row = self.rows.get_mut(&id)?;
            row.wake_at = Some(again);
            let before = std::mem::replace(&mut row.found, true);
            Some(Due { id, again: before })
        };
        due.into_iter().filter_map(hand_out).collect()
    }

    pub(crate) fn wake_all(&mut self, now: Time) -> u64 {
        let mut woken = 0;
        for row in self.rows.values_mut() {
            let sleeps = row.wake_at.is_none_or(|at| at > now);
            if !row.status.is_terminal() && row.holders.is_empty() && sleeps {
                row.wake_at = Some(now);
                woken += 1;
            }
        }
        woken
    }

    pub(crate) fn strays(
        &self,
        living: &BTreeSet<Uuid>,
        after: Option<Uuid>,
        limit: usize,
    ) -> Vec<Stray> {
        let rows = self.rows.iter();
        rows.filter(|(id, row)| !row.status.is_terminal() && after.is_none_or(|after| **id > after))
            .filter_map(|(id, row)| {
                let dead = strangers(row, living);
                (!dead.is_empty()).then_some(Stray { id: *id, dead })
            })
            .take(limit)
            .collect()
    }

    pub(crate) fn orphans(&self, after: Option<Uuid>, limit: usize) -> Vec<Uuid> {
        let ended = |parent: Uuid| self.rows.contains_key(&parent) && !self.is_open(parent);
        let orphans = self.rows.iter().filter(|(id, row)| {
            let parent = row.accepted.parent.as_ref();
            after.is_none_or(|after| **id > after)
                && !row.status.is_terminal()
                && parent.is_some_and(|parent| ended(parent.execution))
        });
        orphans.map(|(id, _)| *id).take(limit).collect()
    }
}
