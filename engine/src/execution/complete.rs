//! A step succeeds.

use std::sync::Arc;

use super::advance;
use super::command::{Completion, Illegal};
use super::event::EventKind;
use super::status::StepStatus;
use super::transition::{AttemptEnd, Transition};
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
        error: None,
        reason: reason.clone(),
    };
    t.record_attempt(step, StepStatus::Succeeded, ran, end);
    let reference = t.reference(step);
    let port = port.unwrap_or_else(|| Arc::from("out"));
    t.record(EventKind::StepSucceeded {
        step: reference,
        port,
        output,
        reason,
    });
    advance::decide_race(t, step);
}
