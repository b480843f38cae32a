//! The ends of a run. Terminal is final.

use std::sync::Arc;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::block::{Frame, FrameIndex, ROOT};
use super::command::Ran;
use super::event::EventKind;
use super::fail::fail_for_good;
use super::state::{Execution, StepState};
use super::status::{Status, StepStatus};
use super::transition::{AttemptEnd, Transition};
use super::{advance, goal, undo, unwind};
use crate::node::ErrorValue;
use crate::plan::{NodeIndex, Plan, StepIndex};
use crate::size;
use crate::template::Scope;

/// Every step is done: the run's output is made, and the run succeeds; or fails, if it can't be made.
pub(super) fn succeed(t: &mut Transition<'_>) {
    if let Some(only) = &t.execution.options.only {
        let error = goal::missed(only);
        t.record(EventKind::Failed { error });
        return;
    }
    match output_of(t.execution, t.plan, ROOT) {
        Ok(output) => t.record(EventKind::Succeeded { output }),
        Err(error) => fail(t, error),
    }
}

pub(super) fn fail(t: &mut Transition<'_>, error: ErrorValue) {
    end_as(t, Status::Failed, error);
}

pub(super) fn cancel(t: &mut Transition<'_>, reason: &str) {
    let error = ErrorValue::new("cancelled", reason);
    if t.execution.status == Status::CleaningUp {
        // Whoever cancels a second time does not want to wait for the clean-up.
        cancel_everything(t);
        t.record(EventKind::Cancelled { error });
        return;
    }
    end_as(t, Status::Cancelled, error);
}

pub(super) fn time_out(t: &mut Transition<'_>) {
    let span = t
        .plan
        .timeout
        .map(|timeout| timeout.to_string())
        .unwrap_or_default();
    let message = format!("the run took longer than its time-out of {span}");
    end_as(
        t,
        Status::TimedOut,
        ErrorValue::new("run_timed_out", message),
    );
}

/// Stops what has begun and ends the run; if there is something to clean up, only after that.
fn end_as(t: &mut Transition<'_>, status: Status, error: ErrorValue) {
    let undoes = !t.execution.undo.is_empty();
    if undoes || t.execution.frame_cleans_up(t.plan, ROOT) {
        t.record(EventKind::CleaningUp { status, error });
        unwind::stop_steps(t, ROOT);
        give_up_what_is_held(t);
        clean_up(t);
        return;
    }
    cancel_frame(t, ROOT);
    t.record(terminal(status, error));
}

/// A step of a clean-up that was under way already may be held. Nobody can decide about it any more, since only a paused
/// run is decided about: it has failed, as it would have if it had failed now.
fn give_up_what_is_held(t: &mut Transition<'_>) {
    for step in t.execution.held_back() {
        let state = t.execution.step(step).map(|entry| entry.state.clone());
        if let Some(StepState::Held { error }) = state {
            fail_for_good(t, step, error);
        }
    }
}

/// Goes on with the clean-up of the run itself, once what lies in it has cleaned up; at last the run ends.
pub(super) fn clean_up(t: &mut Transition<'_>) {
    if t.execution.status.is_terminal() {
        return;
    }
    let Some(ending) = t.execution.ending.clone() else {
        return;
    };
    let busy = |frame: &Frame| frame.open > 0 && frame.holder.is_none();
    if t.execution.frames.values().any(busy) {
        return;
    }
    match t.execution.undo.is_empty() {
        false => undo::start(t, None),
        true => {
            let error = match &ending.undo_failed {
                Some(failed) => advance::and_undo_failed(&ending.error, failed),
                None => ending.error,
            };
            t.record(terminal(ending.status, error));
        }
    }
}

fn terminal(status: Status, error: ErrorValue) -> EventKind {
    match status {
        Status::Cancelled => EventKind::Cancelled { error },
        Status::TimedOut => EventKind::TimedOut { error },
        _ => EventKind::Failed { error },
    }
}

/// Every frame that no step holds: that of the document, and that of an undo of the run's own.
fn cancel_everything(t: &mut Transition<'_>) {
    let frames = t.execution.frames.iter();
    let outermost: Vec<FrameIndex> = frames
        .filter(|(_, frame)| frame.holder.is_none())
        .map(|(index, _)| *index)
        .collect();
    for frame in outermost {
        cancel_frame(t, frame);
    }
}

/// Tells the end of every step of a frame that had begun; the others are closed with the frame itself.
pub(super) fn cancel_frame(t: &mut Transition<'_>, frame: FrameIndex) {
    for step in t.execution.steps_in(frame) {
        cancel_step(t, step);
    }
}

/// The same for all open frames of a step's blocks.
pub(super) fn cancel_blocks_of(t: &mut Transition<'_>, step: StepIndex) {
    for frame in t.execution.frames_of(step) {
        cancel_frame(t, frame);
    }
}

pub(super) fn cancel_step(t: &mut Transition<'_>, step: StepIndex) {
    let Some(state) = t.execution.steps.get(&step).map(|step| &step.state) else {
        return;
    };
    let (since, runner) = match state {
        StepState::Running { runner, since } => {
            let held = (*since, *runner);
            t.effects.abort.push(step);
            held
        }
        StepState::Child { id, since, .. } => {
            let (since, id) = (*since, *id);
            t.effects.orphans.push(id);
            (since, Uuid::nil())
        }
        StepState::Timer { since, .. } | StepState::Signal { since, .. } => (*since, Uuid::nil()),
        StepState::Block(run) => {
            let since = run.since;
            cancel_blocks_of(t, step);
            (since, Uuid::nil())
        }
        _ => return,
    };
    let ran = Ran {
        started_at: since,
        runner,
    };
    t.record_attempt(step, StepStatus::Cancelled, ran, AttemptEnd::default());
    let step = t.reference(step);
    t.record(EventKind::StepCancelled { step });
}

/// What a block gives: its template, or what its last steps gave.
pub(super) fn output_of(
    execution: &Execution,
    plan: &Plan,
    frame: FrameIndex,
) -> Result<Arc<Value>, ErrorValue> {
    let Some(known) = execution.frames.get(&frame) else {
        return Ok(Arc::default());
    };
    let block = &plan.blocks[known.block as usize];
    if let Some(template) = &block.output {
        let run = execution.run_info(plan);
        let view = execution.seen_in(plan, frame);
        let scope = Scope {
            inputs: &execution.inputs,
            outputs: &view,
            run: &run,
        };
        let output = template.resolve(&scope)?;
        return size::check_collected(output).map(Arc::new);
    }
    let output = |node: NodeIndex| {
        let step = execution.steps.get(&(known.first + node - block.first))?;
        step.output.as_ref()
    };
    if let [only] = block.sinks[..] {
        return Ok(output(only).cloned().unwrap_or_default());
    }
    let outputs = block.sinks.iter().filter_map(|&sink| {
        let id = plan.nodes[sink as usize].id.to_string();
        Some((id, Value::clone(output(sink)?)))
    });
    let outputs = Value::Object(outputs.collect::<Map<_, _>>());
    size::check_collected(outputs).map(Arc::new)
}
