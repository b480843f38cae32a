//! A step's `when` says no.

use super::command::Illegal;
use super::event::EventKind;
use super::state::StepState;
use super::transition::Transition;
use crate::plan::StepIndex;

pub(super) fn skip(
    t: &mut Transition<'_>,
    step: StepIndex,
    attempt: u32,
    reason: String,
) -> Result<(), Illegal> {
    let entry = t.live_step(step, attempt)?;
    if !matches!(entry.state, StepState::Ready | StepState::Running { .. }) {
        return Err(Illegal::WrongState {
            step,
            status: entry.state.status(),
        });
    }
    t.begin();
    let step = t.reference(step);
    t.record(EventKind::StepSkipped {
        step,
        reason: Some(reason),
    });
    Ok(())
}
