//! Compensation: what steps did is undone in reverse order, one after the other, when the `flow.try` around them
//! fails, or their run.

use std::sync::Arc;

use serde_json::{Value, json};

use super::block::{BlockResult, FrameIndex, Work};
use super::event::EventKind;
use super::state::{Execution, StepState};
use super::transition::Transition;
use super::{advance, end};
use crate::node::ErrorValue;
use crate::plan::{NodeIndex, Part, Plan, StepIndex};

/// A step that succeeded and can be undone.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Undo {
    pub(super) node: NodeIndex,
    pub(super) path: Arc<str>,
    /// What its `undo` sees: the step's input and output.
    pub(super) given: Arc<Value>,
    /// How far the attempts beside the step had been counted when its block began: which of the steps that had this
    /// address, one after the other, it was.
    pub(super) life: u32,
    /// Attempts at undoing it are counted on from here.
    pub(super) base: u32,
}

/// The record in which an undo finds what it needs, after the step's own path.
pub(super) const RECORD: &str = "[undo]";

/// What a step that succeeds leaves for its undo; `None` when it has none, or nobody would ask for it.
pub(super) fn given(
    t: &Transition<'_>,
    step: StepIndex,
    input: Option<&Arc<Value>>,
    output: &Arc<Value>,
) -> Option<Arc<Value>> {
    t.plan_node(step).part(Part::Undo)?;
    Some(Arc::new(seen(input.map(|input| &**input), Some(output))))
}

/// What an undo sees of its step.
pub(super) fn seen(input: Option<&Value>, output: Option<&Value>) -> Value {
    json!({ "input": input, "output": output })
}

/// Undoes the last thing that is not undone yet.
pub(super) fn start(t: &mut Transition<'_>, holder: Option<StepIndex>) {
    let Some(undo) = t.execution.undos(holder).and_then(|undos| undos.last()) else {
        return;
    };
    let of = Arc::clone(&undo.path);
    t.record(EventKind::UndoStarted { holder, of });
}

/// The steps of an undo have ended.
pub(super) fn ended(t: &mut Transition<'_>, frame: FrameIndex, result: BlockResult) {
    let Some(known) = t.execution.frames.get(&frame) else {
        return;
    };
    let (holder, of) = (known.holder, known.undoes.clone().unwrap_or_default());
    let error = result.err().map(|error| failed(&of, &error));
    t.record(EventKind::UndoEnded { holder, of, error });
    match holder {
        Some(step) => advance::advance(t, step),
        None => end::clean_up(t),
    }
}

fn failed(of: &str, error: &ErrorValue) -> ErrorValue {
    ErrorValue {
        code: "undo_failed".to_owned(),
        message: format!("undoing `{of}` failed: {}", error.message),
        details: error.details.clone(),
    }
}

impl Execution {
    /// What the steps below a `flow.try`, or in the run outside of any, have left to be undone.
    pub(super) fn undos(&self, holder: Option<StepIndex>) -> Option<&Vec<Undo>> {
        let Some(holder) = holder else {
            return Some(&self.undo);
        };
        match &self.steps.get(&holder)?.state {
            StepState::Block(run) => match &run.work {
                Work::Try { undo, .. } => Some(undo),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn undos_mut(&mut self, holder: Option<StepIndex>) -> Option<&mut Vec<Undo>> {
        let Some(holder) = holder else {
            return Some(&mut self.undo);
        };
        match &mut self.block_run(holder)?.work {
            Work::Try { undo, .. } => Some(undo),
            _ => None,
        }
    }

    /// A step was undone, with so many attempts. Others of its address, from times that its block was open before, may
    /// still have to be: theirs are counted on.
    pub(super) fn count_undos_on(&mut self, undone: &Undo, attempts: u32) {
        if undone.life == 0 {
            return;
        }
        let blocks = self
            .steps
            .values_mut()
            .filter_map(|step| match &mut step.state {
                StepState::Block(run) => match &mut run.work {
                    Work::Try { undo, .. } => Some(undo),
                    _ => None,
                },
                _ => None,
            });
        let all = blocks.chain([&mut self.undo]).flatten();
        for other in all.filter(|other| other.path == undone.path) {
            other.base = other.base.max(attempts);
        }
    }

    /// Remembers what can be undone with the nearest `flow.try` around a step, or with the run.
    pub(super) fn remember_undo(
        &mut self,
        plan: &Plan,
        step: StepIndex,
        undos: impl IntoIterator<Item = Undo>,
    ) {
        let Some(owner) = self.owner_of_undos(plan, step) else {
            return;
        };
        if let Some(kept) = self.undos_mut(owner) {
            kept.extend(undos);
        }
    }

    /// The `flow.try` that would undo a step, or the run; `None` for steps that clean up themselves.
    fn owner_of_undos(&self, plan: &Plan, step: StepIndex) -> Option<Option<StepIndex>> {
        let mut at = self.steps.get(&step)?.frame;
        loop {
            let frame = self.frames.get(&at)?;
            if frame.undoes.is_some() {
                return None;
            }
            let Some(holder) = frame.holder else {
                return Some(None);
            };
            let part = plan.blocks[frame.block as usize].holder.map(|held| held.1);
            if part == Some(Part::Finally) {
                return None;
            }
            if self.undos(Some(holder)).is_some() {
                return Some(Some(holder));
            }
            at = self.steps.get(&holder)?.frame;
        }
    }
}
