//! A step calls another workflow and waits for its end.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::MAX_CALL_DEPTH;
use super::command::{Completion, Illegal, Ran};
use super::complete::succeed_step;
use super::event::{EventKind, Waiting};
use super::fail::fail_attempt;
use super::state::StepState;
use super::status::Status;
use super::transition::Transition;
use crate::node::{ErrorValue, Failure};
use crate::plan::StepIndex;

pub(super) fn call(
    t: &mut Transition<'_>,
    step: StepIndex,
    attempt: u32,
    child: Uuid,
    input: Option<Arc<Value>>,
    ran: Ran,
) -> Result<(), Illegal> {
    t.check_result(step, attempt, ran)?;
    t.begin();
    if t.execution.depth + 1 >= MAX_CALL_DEPTH {
        let message = format!(
            "workflows may call each other {MAX_CALL_DEPTH} deep: does this one call itself without end?"
        );
        fail_attempt(
            t,
            step,
            Failure::permanent("call_too_deep", message),
            input,
            ran,
        );
        return Ok(());
    }
    let reference = t.reference(step);
    t.record(EventKind::StepWaiting {
        step: reference,
        waiting: Waiting::Child { child },
        input,
    });
    Ok(())
}

pub(super) fn child_ended(
    t: &mut Transition<'_>,
    step: StepIndex,
    child: Uuid,
    status: Status,
    output: Option<Value>,
    error: Option<ErrorValue>,
) -> Result<(), Illegal> {
    let entry = t
        .execution
        .steps
        .get(step as usize)
        .ok_or(Illegal::NoSuchStep(step))?;
    let StepState::Child { id, since, input } = entry.state.clone() else {
        return Err(Illegal::WrongState {
            step,
            status: entry.state.status(),
        });
    };
    if id != child {
        return Err(Illegal::NotItsChild { step, child });
    }
    let ran = Ran {
        started_at: since,
        runner: Uuid::nil(),
    };
    if status == Status::Succeeded {
        let output = Arc::new(output.unwrap_or_default());
        succeed_step(
            t,
            step,
            Completion {
                output,
                port: None,
                input,
                reason: None,
                ran,
            },
        );
    } else {
        let message = match &error {
            Some(error) => format!(
                "the called execution {child} ended as {status}: {}",
                error.message
            ),
            None => format!("the called execution {child} ended as {status}"),
        };
        let code = error.map_or_else(|| "call_failed".to_owned(), |error| error.code);
        fail_attempt(t, step, Failure::permanent(code, message), input, ran);
    }
    Ok(())
}
