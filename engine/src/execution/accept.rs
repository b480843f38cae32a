//! A run begins: its first steps are ready.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::block::ROOT;
use super::event::{Event, EventKind};
use super::options::RunOptions;
use super::state::Execution;
use super::status::Status;
use super::transition::Transition;
use super::{Effects, MAX_CALL_DEPTH};
use crate::Time;
use crate::plan::Plan;

/// The state of a newly accepted run, and the events that say so. `inputs` are checked already.
pub fn accept(
    id: Uuid,
    plan: &Plan,
    inputs: Arc<Value>,
    depth: u32,
    options: Arc<RunOptions>,
    now: Time,
) -> (Execution, Effects) {
    let mut execution = blank(id, plan, inputs, depth, options, now);
    let mut transition = Transition::new(&mut execution, plan, now);
    transition.record(EventKind::Queued);
    let effects = transition.finish();
    (execution, effects)
}

/// The state that a run's events lead to. They say everything: nothing else is needed to rebuild it.
pub fn replay<'e>(
    id: Uuid,
    plan: &Plan,
    inputs: Arc<Value>,
    depth: u32,
    options: Arc<RunOptions>,
    created_at: Time,
    events: impl IntoIterator<Item = &'e Event>,
) -> Execution {
    let mut execution = blank(id, plan, inputs, depth, options, created_at);
    for event in events {
        execution.evolve(plan, event);
    }
    execution
}

/// A run before its first event.
pub(super) fn blank(
    id: Uuid,
    plan: &Plan,
    inputs: Arc<Value>,
    depth: u32,
    options: Arc<RunOptions>,
    now: Time,
) -> Execution {
    Execution {
        id,
        status: Status::Queued,
        seq: 0,
        depth: depth.min(MAX_CALL_DEPTH),
        inputs,
        options,
        created_at: now,
        started_at: None,
        finished_at: None,
        held: false,
        deadline: plan.timeout.map(|timeout| now + timeout.to_delta()),
        overdue_at: plan.warn_after.map(|after| now + after.to_delta()),
        overdue: false,
        output: None,
        error: None,
        paused: None,
        ending: None,
        undo: Vec::new(),
        links: None,
        steps: Default::default(),
        frames: Default::default(),
        next_step: 0,
        next_frame: ROOT,
        ready: Default::default(),
        timers: Default::default(),
        running: 0,
        became_ready: Vec::new(),
    }
}
