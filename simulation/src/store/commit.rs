//! A commit: recorded whole or not at all, if the version is the one that the writer saw.

use std::collections::BTreeSet;
use std::sync::Arc;

use engine::execution::{EventKind, StepStatus, Unfinished};
use engine::ports::executions::{Commit, Committed};
use engine::ports::{PortError, PortResult};
use uuid::Uuid;

use super::gates::Gate;
use super::{Row, VirtualStore};
use crate::checks;
use crate::plant::Plant;
use crate::world::{World, lock};

impl VirtualStore {
    pub(crate) fn commit(
        &mut self,
        world: &World,
        by: u32,
        commit: Commit,
    ) -> PortResult<Committed> {
        if let Some(answer) = self.objection(&commit) {
            lock(&world.tally).conflicts += 1;
            world.note(by, "commit loses", commit.id, commit.expected_version);
            return Ok(answer);
        }
        if let Some((path, attempt)) = self.recorded_before(&commit) {
            let what = format!(
                "attempt {attempt} of `{path}` was to be recorded a second time, by a writer that saw version {}",
                commit.expected_version
            );
            world.violated(checks::I3, commit.id, what);
            if self.plant != Some(Plant::SkippedFence) {
                return Err(refused());
            }
        }
        if let Some(child) = self.begun_before(&commit) {
            let what = "it was to begin a second time, with a commit of its caller".to_owned();
            world.violated(checks::I3, child, what);
            return Err(refused());
        }
        let (id, version) = (commit.id, commit.expected_version + 1);
        world.note(by, "commit is recorded", id, version);
        self.record(world, commit);
        Ok(Committed::Done { version })
    }

    /// Why a commit does not win, if it does not.
    fn objection(&self, commit: &Commit) -> Option<Committed> {
        let row = self.rows.get(&commit.id);
        if let Some(accepted) = &commit.accepted {
            let same_key = |other: &&Row| {
                other.accepted.workflow_id == accepted.workflow_id
                    && accepted.idempotency_key.is_some()
                    && other.accepted.idempotency_key == accepted.idempotency_key
            };
            if let Some(other) = self.rows.values().find(same_key) {
                let existing = other.accepted.id;
                return Some(Committed::Duplicate { existing });
            }
            return row.map(|_| Committed::Conflict);
        }
        let fits = row
            .is_some_and(|row| row.version == commit.expected_version && !row.status.is_terminal());
        let unfenced = self.plant == Some(Plant::SkippedFence) && row.is_some();
        (!fits && !unfenced).then_some(Committed::Conflict)
    }

    /// An attempt whose outcome is recorded already: a unique index would refuse it.
    fn recorded_before(&self, commit: &Commit) -> Option<(Arc<str>, u32)> {
        let row = self.rows.get(&commit.id);
        let mut new = BTreeSet::new();
        commit.steps.iter().find_map(|step| {
            let attempt = (Arc::clone(&step.path), step.attempt);
            let known = row.is_some_and(|row| row.steps.contains_key(&attempt));
            (known || !new.insert(attempt.clone())).then_some(attempt)
        })
    }

    /// An execution that is to begin with this one, and is there already.
    fn begun_before(&self, commit: &Commit) -> Option<Uuid> {
        commit.spawned.iter().find_map(|child| {
            let known = self.rows.contains_key(&child.id).then_some(child.id);
            known.or_else(|| self.begun_before(child))
        })
    }

    fn record(&mut self, world: &World, commit: Commit) {
        lock(&world.tally).commits += 1;
        let id = commit.id;
        if let Some(accepted) = &commit.accepted {
            lock(&world.tally).executions += 1;
            if let Some(gate) = Gate::of(accepted) {
                self.gates.insert(id, gate);
            }
            self.rows.insert(id, Row::new(&commit, accepted.clone()));
        }
        let Some(row) = self.rows.get_mut(&id) else {
            return;
        };
        checks::on_commit(world, row, &commit);
        let Commit {
            spawned,
            waits,
            waits_over,
            signals_over,
            place_passes_to,
            ..
        } = row.take(world, commit);
        for wait in waits {
            self.waits.insert(wait.id, (id, wait));
        }
        for over in waits_over {
            self.waits.remove(&over);
        }
        for over in signals_over {
            self.signals.remove(&over);
        }
        for child in spawned {
            self.spawned += 1;
            if self.plant == Some(Plant::LostChild) && self.spawned.is_multiple_of(3) {
                continue;
            }
            world.note(0, "begins with that", child.id, 0);
            self.record(world, child);
        }
        if let Some(to) = place_passes_to
            && let Some(gate) = self.gates.remove(&id)
        {
            self.gates.insert(to, gate);
        }
    }
}

impl Row {
    fn new(commit: &Commit, accepted: engine::ports::executions::Accepted) -> Self {
        Self {
            accepted,
            version: 0,
            frontier: String::new(),
            status: commit.status,
            seq: 0,
            wake_at: None,
            found: false,
            holders: Vec::new(),
            finished_at: None,
            output: None,
            error: None,
            steps: Default::default(),
            events: Vec::new(),
            taken: Default::default(),
            ended: Default::default(),
            deaths: Default::default(),
            before: Default::default(),
        }
    }

    /// Takes the state of a commit, and gives back the rest of it.
    fn take(&mut self, world: &World, mut commit: Commit) -> Commit {
        self.version += 1;
        self.frontier = std::mem::take(&mut commit.frontier);
        self.status = commit.status;
        self.seq = commit.seq;
        self.wake_at = commit.wake_at.filter(|_| !commit.status.is_terminal());
        self.found = false;
        self.holders = std::mem::take(&mut commit.holders);
        self.finished_at = commit.finished_at;
        self.output = commit.output.take();
        self.error = commit.error.take();
        for event in &commit.events {
            self.heed(&event.kind);
        }
        self.events.append(&mut commit.events);
        let mut tally = lock(&world.tally);
        for step in std::mem::take(&mut commit.steps) {
            tally.steps_recorded += 1;
            let aside = |error: &engine::node::ErrorValue| error.code == "set_aside";
            tally.set_aside += u64::from(step.error.as_ref().is_some_and(aside));
            self.steps
                .insert((Arc::clone(&step.path), step.attempt), step);
        }
        commit
    }

    /// Whatever lies in there may run once more, with other attempts.
    fn begin_again(&mut self, within: &str) {
        self.ended.retain(|path, _| !lies_within(path, within));
        self.deaths.retain(|path, _| !lies_within(path, within));
        for (path, attempt) in self.steps.keys() {
            if lies_within(path, within) {
                self.before.insert(Arc::clone(path), *attempt);
            }
        }
    }

    fn heed(&mut self, event: &EventKind) {
        if let Some(within) = begins_within(event) {
            self.begin_again(&within);
        }
        let (step, status) = match event {
            EventKind::StepRunning { step, .. } => {
                self.taken.insert((Arc::clone(&step.path), step.attempt));
                return;
            }
            EventKind::StepRetrying {
                step,
                unfinished: Some(Unfinished::Lost),
                ..
            } => {
                *self.deaths.entry(Arc::clone(&step.path)).or_default() += 1;
                return;
            }
            EventKind::StepSucceeded { step, .. } => (step, StepStatus::Succeeded),
            EventKind::StepFailed { step, .. } => (step, StepStatus::Failed),
            EventKind::StepSkipped { step, .. } => (step, StepStatus::Skipped),
            EventKind::StepCancelled { step } => (step, StepStatus::Cancelled),
            _ => return,
        };
        self.ended.insert(Arc::clone(&step.path), status);
    }
}

/// The address within which steps begin, perhaps for the second time: a block is opened, or what was done is undone.
pub(crate) fn begins_within(event: &EventKind) -> Option<String> {
    match event {
        EventKind::StepOpened { step, .. } => Some(step.path.to_string()),
        EventKind::UndoStarted { of, .. } => Some(format!("{of}.undo")),
        _ => None,
    }
}

pub(crate) fn lies_within(path: &str, within: &str) -> bool {
    let rest = path.strip_prefix(within);
    rest.is_some_and(|rest| rest.starts_with(['.', '[']))
}

fn refused() -> PortError {
    PortError {
        doing: "record the progress of executions",
        transient: false,
        source: "a row with this key exists already".into(),
    }
}

/// Whoever holds steps of an execution.
pub(super) fn strangers(row: &Row, living: &BTreeSet<Uuid>) -> Vec<Uuid> {
    let holders = row.holders.iter();
    holders
        .filter(|holder| !living.contains(holder))
        .copied()
        .collect()
}
