//! A step succeeds.

use std::sync::Arc;

use super::command::{Completion, Illegal};
use super::event::EventKind;
use super::status::StepStatus;
use super::transition::{AttemptEnd, Transition, other_than_out};
use super::{advance, goal, undo};
use crate::plan::StepIndex;

pub(super) fn complete(
    t: &mut Transition<'_>,
    step: StepIndex,
    attempt: u32,
    result: Completion,
) -> Result<(), Illegal> {
    t.check_result(step, attempt, result.ran)?;
    t.begin();
    succeed_step(t, step, result);
    Ok(())
}

/// Records the attempt and tells the success; whether it was allowed has been checked.
pub(super) fn succeed_step(t: &mut Transition<'_>, step: StepIndex, result: Completion) {
    let Completion {
        output,
        port,
        input,
        reason,
        ran,
    } = result;
    let end = AttemptEnd {
        input,
        output: Some(Arc::clone(&output)),
        port: port.as_ref().and_then(other_than_out),
        reason: reason.clone(),
        ..AttemptEnd::default()
    };
    let given = undo::given(t, step, end.input.as_ref(), &output);
    t.record_attempt(step, StepStatus::Succeeded, ran, end);
    if let Some(given) = &given {
        let path = format!("{}{}", t.execution.path(t.plan, step), undo::RECORD);
        let end = AttemptEnd {
            output: Some(Arc::clone(given)),
            ..AttemptEnd::default()
        };
        let life = t.execution.base_around(step);
        t.record_at(path.into(), step, life + 1, StepStatus::Succeeded, ran, end);
    }
    let reference = t.reference(step);
    let port = port.unwrap_or_else(|| Arc::from("out"));
    t.record(EventKind::StepSucceeded {
        step: reference,
        port,
        output,
        reason,
        given,
    });
    goal::reached(t, step);
    advance::decide_race(t, step);
}
