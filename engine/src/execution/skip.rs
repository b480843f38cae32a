//! A step's `when` says no.

use uuid::Uuid;

use super::command::{Illegal, Ran};
use super::event::EventKind;
use super::goal;
use super::state::StepState;
use super::status::StepStatus;
use super::transition::{AttemptEnd, Transition};
use crate::plan::StepIndex;

pub(super) fn skip(
    t: &mut Transition<'_>,
    step: StepIndex,
    attempt: u32,
    reason: String,
) -> Result<(), Illegal> {
    let entry = t.live_step(step, attempt)?;
    let ran = match entry.state {
        StepState::Ready => Ran {
            started_at: t.now,
            runner: Uuid::nil(),
        },
        StepState::Running { runner, since } => Ran {
            started_at: since,
            runner,
        },
        _ => {
            return Err(Illegal::WrongState {
                step,
                status: entry.state.status(),
            });
        }
    };
    t.begin();
    let end = AttemptEnd {
        reason: Some(reason.clone()),
        ..AttemptEnd::default()
    };
    t.record_attempt(step, StepStatus::Skipped, ran, end);
    let reference = t.reference(step);
    t.record(EventKind::StepSkipped {
        step: reference,
        reason: Some(reason),
    });
    goal::reached(t, step);
    Ok(())
}
