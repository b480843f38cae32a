//! A run that its workflow's limits hold back: it is accepted, and nothing of it begins until it is let in.

use super::command::{Command, Effects, Illegal};
use super::event::EventKind;
use super::state::Execution;
use super::transition::Transition;
use crate::Time;
use crate::node::ErrorValue;
use crate::plan::Plan;

/// Holds a run back that was just accepted; what a re-run took over stays. One that has ended already is let be.
pub fn hold(execution: &mut Execution, plan: &Plan, now: Time) -> Effects {
    let mut transition = Transition::new(execution, plan, now);
    if !transition.execution.status.is_terminal() {
        transition.record(EventKind::Held);
    }
    transition.finish()
}

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
