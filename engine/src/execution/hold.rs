//! A run that its workflow's limits hold back: it is accepted, and nothing of it begins until it is let in.

use uuid::Uuid;

use super::command::{Command, Illegal};
use super::event::{Event, EventKind};
use super::state::Execution;
use super::transition::Transition;
use crate::Time;
use crate::node::ErrorValue;
use crate::plan::Plan;

/// Of a run that is held nothing may be asked but that it is let in, that it ends, or what time it is.
pub(super) fn check(execution: &Execution, command: &Command) -> Result<(), Illegal> {
    let allowed = matches!(
        command,
        Command::Release | Command::Refuse { .. } | Command::Cancel { .. } | Command::Tick
    );
    if execution.held && !allowed {
        return Err(Illegal::Held);
    }
    Ok(())
}

pub(super) fn release(t: &mut Transition<'_>) -> Result<(), Illegal> {
    if !t.execution.held {
        return Err(Illegal::NotHeld);
    }
    t.record(EventKind::Released);
    Ok(())
}

pub(super) fn refuse(t: &mut Transition<'_>, error: ErrorValue) -> Result<(), Illegal> {
    if !t.execution.held {
        return Err(Illegal::NotHeld);
    }
    t.record(EventKind::Cancelled { error });
    Ok(())
}

/// Notes after the end of a run what came of its workflow's `on_failure`. Nothing else follows an end, and
/// nothing is changed by it.
pub fn tell_failure_handled(
    execution: &mut Execution,
    plan: &Plan,
    now: Time,
    workflow: &str,
    outcome: Result<Uuid, ErrorValue>,
) -> Event {
    let (begun, error) = match outcome {
        Ok(begun) => (Some(begun), None),
        Err(error) => (None, Some(error)),
    };
    let kind = EventKind::FailureHandled {
        workflow: workflow.to_owned(),
        execution: begun,
        error,
    };
    let event = Event {
        seq: execution.seq + 1,
        at: now,
        kind,
    };
    execution.evolve(plan, &event);
    event
}
