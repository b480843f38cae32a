//! A step was ready for too long and no runner began it.

use uuid::Uuid;

use super::command::Ran;
use super::fail::fail_for_good;
use super::status::StepStatus;
use super::transition::{AttemptEnd, Transition};
use crate::node::ErrorValue;
use crate::plan::StepIndex;

/// No retry: the next attempt would stand in the same queue.
pub(super) fn expire(t: &mut Transition<'_>, step: StepIndex) {
    t.begin();
    let error = reason(t, step);
    let ran = Ran {
        started_at: t.now,
        runner: Uuid::nil(),
    };
    let end = AttemptEnd {
        error: Some(error.clone()),
        ..AttemptEnd::default()
    };
    t.record_attempt(step, StepStatus::Failed, ran, end);
    fail_for_good(t, step, error);
}

/// Which of the two bounds is over: that of the queue, or that of all attempts together.
fn reason(t: &Transition<'_>, step: StepIndex) -> ErrorValue {
    let node = t.plan_node(step);
    let first = t.execution.step(step).and_then(|step| step.first_began_at);
    if let (Some(first), Some(within)) = (first, node.retry.within)
        && first + within.to_delta() <= t.now
    {
        let message = format!(
            "no further attempt could begin within {within} of the first: see the attempts before for why they failed"
        );
        return ErrorValue::new("retries_expired", message);
    }
    let span = node.queue_timeout.unwrap_or_default();
    let message = format!(
        "no runner began this step within its queue_timeout of {span}: all were busy, or the run's parallelism was used up"
    );
    ErrorValue::new("queue_timeout", message)
}
