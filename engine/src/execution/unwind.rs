//! What is stopped before its end gets the time to clean up: `finally` runs, and what was done is undone.

use super::block::{BlockResult, Ends, FrameIndex, Work};
use super::event::EventKind;
use super::state::{Execution, StepState};
use super::transition::Transition;
use super::{advance, end};
use crate::node::ErrorValue;
use crate::plan::{Part, Plan, StepIndex};

/// Ends a block with a result that does not wait for its other steps, except for what these have to clean up.
pub(super) fn stop_frame(t: &mut Transition<'_>, frame: FrameIndex, result: BlockResult) {
    if !t.execution.frame_cleans_up(t.plan, frame) {
        end::cancel_frame(t, frame);
        advance::close(t, frame, result);
        return;
    }
    t.record(EventKind::BlockUnwinding { frame, result });
    stop_steps(t, frame);
}

/// Stops whatever has begun in a frame.
pub(super) fn stop_steps(t: &mut Transition<'_>, frame: FrameIndex) {
    for step in t.execution.steps_in(frame) {
        stop_step(t, step);
    }
}

fn stop_step(t: &mut Transition<'_>, step: StepIndex) {
    if !t.execution.step_cleans_up(t.plan, step) {
        end::cancel_step(t, step);
        return;
    }
    let error = ErrorValue::new("cancelled", "it was stopped before its end");
    stop_block(t, step, Ends::Cancelled { error });
}

/// Stops the blocks of a step; once they have cleaned up, the step ends so.
pub(super) fn stop_block(t: &mut Transition<'_>, step: StepIndex, ends: Ends) {
    let error = ends.error().clone();
    let reference = t.reference(step);
    t.record(EventKind::StepUnwinding {
        step: reference,
        ends,
    });
    for frame in t.execution.frames_of(step) {
        if !t.execution.is_cleaning(t.plan, frame) {
            stop_frame(t, frame, Err(error.clone()));
        }
    }
    advance::advance(t, step);
}

impl Execution {
    /// Whether something in a frame has to be cleaned up before it can end.
    pub(super) fn frame_cleans_up(&self, plan: &Plan, frame: FrameIndex) -> bool {
        plan.cleans_up
            && self
                .steps_in(frame)
                .into_iter()
                .any(|step| self.step_cleans_up(plan, step))
    }

    pub(super) fn step_cleans_up(&self, plan: &Plan, step: StepIndex) -> bool {
        let Some(entry) = self.steps.get(&step) else {
            return false;
        };
        let StepState::Block(run) = &entry.state else {
            return false;
        };
        if let Work::Try { undo, .. } = &run.work
            && (!undo.is_empty()
                || plan.nodes[entry.node as usize]
                    .part(Part::Finally)
                    .is_some())
        {
            return true;
        }
        self.frames_of(step)
            .into_iter()
            .any(|frame| self.frame_cleans_up(plan, frame))
    }

    /// Whether a frame is one that cleans up: it is left to come to its end.
    fn is_cleaning(&self, plan: &Plan, frame: FrameIndex) -> bool {
        self.frames.get(&frame).is_some_and(|frame| {
            let part = plan.blocks[frame.block as usize].holder.map(|held| held.1);
            frame.undoes.is_some() || part == Some(Part::Finally)
        })
    }

    pub(super) fn steps_in(&self, frame: FrameIndex) -> Vec<StepIndex> {
        let Some(known) = self.frames.get(&frame) else {
            return Vec::new();
        };
        self.steps
            .range(known.first..)
            .take_while(|(_, step)| step.frame == frame)
            .map(|(step, _)| *step)
            .collect()
    }
}
