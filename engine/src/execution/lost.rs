//! The runner that held a step is dead: the step is offered again, but not for ever.

use super::MAX_LOST;
use super::command::{Illegal, Ran};
use super::event::EventKind;
use super::fail::fail_for_good;
use super::state::StepState;
use super::status::StepStatus;
use super::transition::{AttemptEnd, Transition};
use crate::node::ErrorValue;
use crate::plan::StepIndex;

pub(super) fn lost(t: &mut Transition<'_>, step: StepIndex, attempt: u32) -> Result<(), Illegal> {
    let entry = t.live_step(step, attempt)?;
    let StepState::Running { runner, since } = entry.state else {
        return Err(Illegal::WrongState {
            step,
            status: entry.state.status(),
        });
    };
    let lost = entry.lost + 1;
    let error = if lost >= MAX_LOST {
        let message = format!("{lost} runners died while they ran this step, so it is set aside");
        ErrorValue::new("set_aside", message)
    } else {
        ErrorValue::new(
            "runner_lost",
            "the runner that ran this attempt died or lost its connection",
        )
    };
    let ran = Ran {
        started_at: since,
        runner,
    };
    t.record_attempt(
        step,
        StepStatus::Failed,
        ran,
        AttemptEnd {
            error: Some(error.clone()),
            ..AttemptEnd::default()
        },
    );
    if lost >= MAX_LOST {
        fail_for_good(t, step, error);
    } else {
        let until = t.now;
        let step = t.reference(step);
        t.record(EventKind::StepRetrying {
            step,
            error,
            until,
            lost: true,
        });
    }
    Ok(())
}
