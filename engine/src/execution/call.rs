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
    if t.execution.depth + 1 >= MAX_CALL_DEPTH {
        return Err(Illegal::TooDeep);
    }
    t.begin();
    let timeout = t.plan_node(step).timeout;
    let until = timeout.map(|timeout| t.now + timeout.to_delta());
    let reference = t.reference(step);
    t.record(EventKind::StepWaiting {
        step: reference,
        waiting: Waiting::Child { child, until },
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
        .get(&step)
        .ok_or(Illegal::NoSuchStep(step))?;
    let StepState::Child {
        id, since, input, ..
    } = entry.state.clone()
    else {
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
        // Whether a called workflow is worth another try, its caller's `retry` says.
        fail_attempt(t, step, Failure::transient(code, message), input, ran);
    }
    Ok(())
}

/// The called execution takes longer than the step's time-out: nobody waits for it any more.
pub(super) fn time_out(t: &mut Transition<'_>, step: StepIndex) {
    let StepState::Child {
        id, since, input, ..
    } = t.execution.steps[&step].state.clone()
    else {
        return;
    };
    t.effects.orphans.push(id);
    let span = t
        .plan_node(step)
        .timeout
        .map(|timeout| timeout.to_string())
        .unwrap_or_default();
    let message =
        format!("the called execution {id} took longer than the step's time-out of {span}");
    let ran = Ran {
        started_at: since,
        runner: Uuid::nil(),
    };
    fail_attempt(t, step, Failure::transient("timeout", message), input, ran);
}
