//! Time has passed: retries become ready, waits end, the run's deadline is kept.

use std::sync::Arc;

use uuid::Uuid;

use super::command::{Completion, Ran};
use super::complete::succeed_step;
use super::event::EventKind;
use super::state::StepState;
use super::status::Status;
use super::transition::Transition;
use super::{advance, call, end, expire, signal};

pub(super) fn tick(t: &mut Transition<'_>) {
    if t.execution.status == Status::Paused {
        return;
    }
    if t.execution
        .deadline()
        .is_some_and(|deadline| deadline <= t.now)
    {
        end::time_out(t);
        return;
    }
    if t.execution.overdue_at.is_some_and(|at| at <= t.now) {
        t.record(EventKind::Overdue);
    }
    while !t.execution.status.is_terminal()
        && let Some(&(at, step)) = t.execution.timers.first()
        && at <= t.now
    {
        match &t.execution.steps[&step].state {
            StepState::Timer {
                since,
                output,
                input,
                ..
            } => {
                let ran = Ran {
                    started_at: *since,
                    runner: Uuid::nil(),
                };
                let (output, input) = (Arc::new(output.clone()), input.clone());
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
            }
            StepState::Child { .. } => call::time_out(t, step),
            StepState::Signal { .. } => signal::time_out(t, step),
            StepState::Block(_) => advance::time_out(t, step),
            StepState::Ready => expire::expire(t, step),
            _ => {
                let step = t.reference(step);
                t.record(EventKind::StepReady { step });
            }
        }
    }
}
