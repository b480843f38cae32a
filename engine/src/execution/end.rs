//! The ends of a run. Terminal is final.

use std::sync::Arc;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::command::Ran;
use super::event::EventKind;
use super::state::{Execution, StepState};
use super::status::StepStatus;
use super::transition::{AttemptEnd, Transition};
use crate::node::ErrorValue;
use crate::plan::{Plan, StepIndex};
use crate::template::Scope;

/// Every step is done: the run's output is made, and the run succeeds; or fails, if it can't be made.
pub(super) fn succeed(t: &mut Transition<'_>) {
    match output(t.execution, t.plan) {
        Ok(output) => t.record(EventKind::Succeeded { output }),
        Err(error) => t.record(EventKind::Failed { error }),
    }
}

pub(super) fn fail(t: &mut Transition<'_>, error: ErrorValue) {
    cancel_open_steps(t);
    t.record(EventKind::Failed { error });
}

pub(super) fn cancel(t: &mut Transition<'_>, reason: &str) {
    cancel_open_steps(t);
    t.record(EventKind::Cancelled {
        error: ErrorValue::new("cancelled", reason),
    });
}

pub(super) fn time_out(t: &mut Transition<'_>) {
    cancel_open_steps(t);
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

/// Tells the end of every step that had begun; the others are closed with the run itself.
fn cancel_open_steps(t: &mut Transition<'_>) {
    for index in 0..t.execution.steps.len() as StepIndex {
        let (since, runner) = match &t.execution.steps[index as usize].state {
            StepState::Running { runner, since } => {
                t.effects.abort.push(index);
                (*since, *runner)
            }
            StepState::Child { id, since, .. } => {
                t.effects.orphans.push(*id);
                (*since, Uuid::nil())
            }
            StepState::Timer { since, .. } => (*since, Uuid::nil()),
            _ => continue,
        };
        let ran = Ran {
            started_at: since,
            runner,
        };
        t.record_attempt(index, StepStatus::Cancelled, ran, AttemptEnd::default());
        let step = t.reference(index);
        t.record(EventKind::StepCancelled { step });
    }
}

/// The run's output: its template, or what its last steps gave.
fn output(execution: &Execution, plan: &Plan) -> Result<Arc<Value>, ErrorValue> {
    if let Some(template) = &plan.output {
        let run = execution.run_info(plan);
        let scope = Scope {
            inputs: &execution.inputs,
            outputs: &execution.outputs,
            run: &run,
        };
        return template.resolve(&scope).map(Arc::new);
    }
    if let [only] = plan.sinks[..] {
        return Ok(execution.outputs[only as usize].clone().unwrap_or_default());
    }
    let outputs = plan.sinks.iter().filter_map(|&sink| {
        let output = execution.outputs[sink as usize].as_ref()?;
        Some((
            plan.nodes[sink as usize].id.to_string(),
            Value::clone(output),
        ))
    });
    Ok(Arc::new(Value::Object(outputs.collect::<Map<_, _>>())))
}
