//! The runner that held a step is dead or lets go of it: the step is offered again, but not for ever to runners
//! that die of it.

use super::MAX_LOST;
use super::command::{Illegal, Ran};
use super::event::{EventKind, Unfinished};
use super::fail::fail_for_good;
use super::state::StepState;
use super::status::StepStatus;
use super::transition::{AttemptEnd, Transition};
use crate::node::ErrorValue;
use crate::plan::StepIndex;

pub(super) fn lost(t: &mut Transition<'_>, step: StepIndex, attempt: u32) -> Result<(), Illegal> {
    let ran = running(t, step, attempt)?;
    let deaths = t.execution.step(step).map_or(0, |entry| entry.deaths) + 1;
    if deaths < MAX_LOST {
        let error = ErrorValue::new(
            "runner_lost",
            "the runner that ran this attempt died or lost its connection",
        );
        offer_again(t, step, ran, error, Unfinished::Lost);
    } else {
        let message = format!("{deaths} runners died while they ran this step, so it is set aside");
        let error = ErrorValue::new("set_aside", message);
        record(t, step, ran, StepStatus::Failed, &error);
        fail_for_good(t, step, error);
    }
    Ok(())
}

pub(super) fn hand_back(
    t: &mut Transition<'_>,
    step: StepIndex,
    attempt: u32,
) -> Result<(), Illegal> {
    let ran = running(t, step, attempt)?;
    let error = ErrorValue::new(
        "handed_back",
        "the runner that ran this attempt stopped, or could not record it; the step begins anew",
    );
    offer_again(t, step, ran, error, Unfinished::HandedBack);
    Ok(())
}

fn running(t: &Transition<'_>, step: StepIndex, attempt: u32) -> Result<Ran, Illegal> {
    let entry = t.live_step(step, attempt)?;
    match entry.state {
        StepState::Running { runner, since } => Ok(Ran {
            started_at: since,
            runner,
        }),
        _ => Err(Illegal::WrongState {
            step,
            status: entry.state.status(),
        }),
    }
}

fn offer_again(
    t: &mut Transition<'_>,
    step: StepIndex,
    ran: Ran,
    error: ErrorValue,
    unfinished: Unfinished,
) {
    record(t, step, ran, StepStatus::Failed, &error);
    let until = t.now;
    let step = t.reference(step);
    t.record(EventKind::StepRetrying {
        step,
        error,
        until,
        unfinished: Some(unfinished),
        class: None,
    });
}

fn record(
    t: &mut Transition<'_>,
    step: StepIndex,
    ran: Ran,
    status: StepStatus,
    error: &ErrorValue,
) {
    let end = AttemptEnd {
        error: Some(error.clone()),
        ..AttemptEnd::default()
    };
    t.record_attempt(step, status, ran, end);
}
