//! A step waits for a time, holding nothing.

use std::sync::Arc;

use serde_json::Value;

use super::command::{Illegal, Ran};
use super::event::{EventKind, Waiting};
use super::transition::Transition;
use crate::Time;
use crate::plan::StepIndex;

pub(super) fn wait(
    t: &mut Transition<'_>,
    step: StepIndex,
    attempt: u32,
    until: Time,
    output: Value,
    input: Option<Arc<Value>>,
    ran: Ran,
) -> Result<(), Illegal> {
    t.check_result(step, attempt, ran)?;
    t.begin();
    let reference = t.reference(step);
    t.record(EventKind::StepWaiting {
        step: reference,
        waiting: Waiting::Timer { until, output },
        input,
    });
    Ok(())
}
