//! The ends of a run. Terminal is final.

use std::sync::Arc;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::block::{FrameIndex, ROOT};
use super::command::Ran;
use super::event::EventKind;
use super::state::{Execution, StepState};
use super::status::StepStatus;
use super::transition::{AttemptEnd, Transition};
use crate::node::ErrorValue;
use crate::plan::{NodeIndex, Plan, StepIndex};
use crate::template::Scope;

/// Every step is done: the run's output is made, and the run succeeds; or fails, if it can't be made.
pub(super) fn succeed(t: &mut Transition<'_>) {
    match output_of(t.execution, t.plan, ROOT) {
        Ok(output) => t.record(EventKind::Succeeded { output }),
        Err(error) => t.record(EventKind::Failed { error }),
    }
}

pub(super) fn fail(t: &mut Transition<'_>, error: ErrorValue) {
    cancel_frame(t, ROOT);
    t.record(EventKind::Failed { error });
}

pub(super) fn cancel(t: &mut Transition<'_>, reason: &str) {
    cancel_frame(t, ROOT);
    t.record(EventKind::Cancelled {
        error: ErrorValue::new("cancelled", reason),
    });
}

pub(super) fn time_out(t: &mut Transition<'_>) {
    cancel_frame(t, ROOT);
    let span = t
        .plan
        .timeout
        .map(|timeout| timeout.to_string())
        .unwrap_or_default();
    let message = format!("the run took longer than its time-out of {span}");
    t.record(EventKind::TimedOut {
        error: ErrorValue::new("run_timed_out", message),
    });
}

/// Tells the end of every step of a frame that had begun; the others are closed with the frame itself.
pub(super) fn cancel_frame(t: &mut Transition<'_>, frame: FrameIndex) {
    let Some(first) = t.execution.frames.get(&frame).map(|frame| frame.first) else {
        return;
    };
    let steps: Vec<StepIndex> = t
        .execution
        .steps
        .range(first..)
        .take_while(|(_, step)| step.frame == frame)
        .map(|(step, _)| *step)
        .collect();
    for step in steps {
        cancel_step(t, step);
    }
}

/// The same for all open frames of a step's blocks.
pub(super) fn cancel_blocks_of(t: &mut Transition<'_>, step: StepIndex) {
    for frame in t.execution.frames_of(step) {
        cancel_frame(t, frame);
    }
}

fn cancel_step(t: &mut Transition<'_>, step: StepIndex) {
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
        StepState::Timer { since, .. } => (*since, Uuid::nil()),
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
        return template.resolve(&scope).map(Arc::new);
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
    Ok(Arc::new(Value::Object(outputs.collect::<Map<_, _>>())))
}
