//! A runner begins a step.

use uuid::Uuid;

use super::command::Illegal;
use super::event::EventKind;
use super::state::StepState;
use super::transition::Transition;
use crate::plan::StepIndex;

pub(super) fn take(
    t: &mut Transition<'_>,
    step: StepIndex,
    attempt: u32,
    runner: Uuid,
) -> Result<(), Illegal> {
    let entry = t.live_step(step, attempt)?;
    if entry.state != StepState::Ready {
        return Err(Illegal::WrongState {
            step,
            status: entry.state.status(),
        });
    }
    if t.execution.running >= t.plan.parallelism {
        return Err(Illegal::Saturated);
    }
    t.begin();
    let step = t.reference(step);
    t.record(EventKind::StepRunning { step, runner });
    Ok(())
}
