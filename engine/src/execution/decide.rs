//! A step's end is said from outside: by a person while the run is paused, or by a pinned output.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::command::{Completion, Decision, Illegal, Ran};
use super::complete::succeed_step;
use super::event::{EventKind, Unfinished};
use super::goal;
use super::state::StepState;
use super::status::StepStatus;
use super::transition::{AttemptEnd, Transition};
use crate::node::ErrorValue;
use crate::plan::StepIndex;

pub(super) fn decide(
    t: &mut Transition<'_>,
    step: StepIndex,
    attempt: u32,
    decision: Decision,
    reason: String,
) -> Result<(), Illegal> {
    let entry = t.live_step(step, attempt)?;
    let status = entry.state.status();
    let refused = Err(Illegal::WrongState { step, status });
    let input = match &entry.state {
        StepState::Ready | StepState::Backoff { .. } | StepState::Held { .. } => None,
        StepState::Timer { input, .. } | StepState::Signal { input, .. } => input.clone(),
        StepState::Child { id, input, .. } => {
            let (child, input) = (*id, input.clone());
            t.effects.orphans.push(child);
            input
        }
        _ => return refused,
    };
    let ran = Ran {
        started_at: t.execution.since(step, t.now),
        runner: Uuid::nil(),
    };
    match decision {
        Decision::Give { output, port } => {
            t.begin();
            let result = Completion {
                output: Arc::new(output),
                port: port.map(Arc::from),
                input,
                reason: Some(reason),
                ran,
            };
            succeed_step(t, step, result);
        }
        Decision::Skip => {
            t.begin();
            skip(t, step, ran, input, reason);
        }
        Decision::Retry if status == StepStatus::Ready => return refused,
        Decision::Retry => retry(t, step, reason),
    }
    Ok(())
}

fn skip(
    t: &mut Transition<'_>,
    step: StepIndex,
    ran: Ran,
    input: Option<Arc<Value>>,
    reason: String,
) {
    let end = AttemptEnd {
        input,
        reason: Some(reason.clone()),
        ..AttemptEnd::default()
    };
    t.record_attempt(step, StepStatus::Skipped, ran, end);
    let reference = t.reference(step);
    t.record(EventKind::StepSkipped {
        step: reference,
        reason: Some(reason),
    });
    goal::reached(t, step);
}

/// Begins anew, with all the attempts that its policy gives.
pub(super) fn retry(t: &mut Transition<'_>, step: StepIndex, reason: String) {
    if t.execution.step(step).map(|entry| entry.state.status()) == Some(StepStatus::Held) {
        let step = t.reference(step);
        t.record(EventKind::StepReady { step });
        return;
    }
    // The record of a failed attempt is there already; that of one that waited is not.
    let waited = matches!(
        t.execution.step(step).map(|entry| &entry.state),
        Some(StepState::Timer { .. } | StepState::Signal { .. } | StepState::Child { .. })
    );
    let error = ErrorValue::new("retried", reason);
    if waited {
        let ran = Ran {
            started_at: t.execution.since(step, t.now),
            runner: Uuid::nil(),
        };
        let end = AttemptEnd {
            error: Some(error.clone()),
            ..AttemptEnd::default()
        };
        t.record_attempt(step, StepStatus::Cancelled, ran, end);
    }
    let until = t.now;
    let step = t.reference(step);
    t.record(EventKind::StepRetrying {
        step,
        error,
        until,
        unfinished: Some(Unfinished::ByHand),
        class: None,
    });
}
