//! A step's attempt fails: it is tried again, or its node's `on_error` decides.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::block::{ROOT, Work};
use super::command::{Illegal, Ran};
use super::event::EventKind;
use super::state::error_output;
use super::status::{Status, StepStatus};
use super::transition::{AttemptEnd, Transition};
use super::{advance, end, goal};
use crate::Time;
use crate::document::{OnError, RetryRule};
use crate::duration::Millis;
use crate::node::{ErrorValue, Failure};
use crate::plan::StepIndex;

pub(super) fn fail(
    t: &mut Transition<'_>,
    step: StepIndex,
    attempt: u32,
    failure: Failure,
    input: Option<Arc<Value>>,
    ran: Ran,
) -> Result<(), Illegal> {
    t.check_result(step, attempt, ran)?;
    t.begin();
    fail_attempt(t, step, failure, input, ran);
    Ok(())
}

/// Records the failed attempt and says what comes of it; whether it was allowed has been checked.
pub(super) fn fail_attempt(
    t: &mut Transition<'_>,
    step: StepIndex,
    failure: Failure,
    input: Option<Arc<Value>>,
    ran: Ran,
) {
    let error = failure.error;
    let end = AttemptEnd {
        input,
        error: Some(error.clone()),
        ..AttemptEnd::default()
    };
    t.record_attempt(step, StepStatus::Failed, ran, end);
    match next_attempt(
        t,
        step,
        &error.code,
        failure.retryable,
        failure.retry_after,
        ran,
    ) {
        Some((until, class)) => {
            let step = t.reference(step);
            t.record(EventKind::StepRetrying {
                step,
                error,
                until,
                unfinished: None,
                class,
            });
        }
        None => fail_for_good(t, step, error),
    }
}

/// When the step is tried again after a failure, and the class that the failure counts in; `None` when it is not.
///
/// Three bounds hold together: the failures of one class, all attempts whatever their class, and the time since
/// the first attempt began.
fn next_attempt(
    t: &Transition<'_>,
    step: StepIndex,
    code: &str,
    retryable: bool,
    retry_after: Option<Millis>,
    ran: Ran,
) -> Option<(Time, Option<u32>)> {
    let retry = &t.plan_node(step).retry;
    let rule = retry.rule(code, retryable)?;
    let entry = t.execution.step(step)?;
    // Attempts that came to no end are counted apart: the node's policy is about its own failures.
    let own_attempts = entry.attempt - entry.unfinished;
    let before = if retry.classes.is_empty() {
        own_attempts - 1
    } else {
        let counted = rule.class.map_or(0, |class| class as usize + 1);
        entry.failures.get(counted).copied().unwrap_or(0)
    };
    if before + 1 >= rule.max_attempts || own_attempts >= retry.most_attempts() {
        return None;
    }
    let least = retry_after.map_or(0, |least| least.0.min(rule.max_delay.0));
    let least = Millis(least).to_delta();
    let until = t.now + pause(&rule, t.execution.id, step, before + 1).max(least);
    if let Some(within) = retry.within {
        let first = entry.first_began_at.unwrap_or(ran.started_at);
        if until > first + within.to_delta() {
            return None;
        }
    }
    Some((until, rule.class))
}

/// No more attempts: the run fails, or goes on as `on_error` says.
pub(super) fn fail_for_good(t: &mut Transition<'_>, step: StepIndex, error: ErrorValue) {
    let node = t.plan_node(step);
    let frame = t.execution.step(step).map_or(ROOT, |entry| entry.frame);
    let races = matches!(t.execution.work_of(frame), Some((_, Work::Race { .. })));
    if node.on_error == OnError::Pause && t.execution.ending.is_none() {
        let reason = format!("step `{}` failed: {}", node.id, error.message);
        let reference = t.reference(step);
        t.record(EventKind::StepHeld {
            step: reference,
            error,
        });
        if t.execution.status == Status::Running {
            t.record(EventKind::Paused { reason });
        }
        return;
    }
    let port = match node.on_error {
        // In a race a branch that fails is out, and the others go on.
        OnError::Fail if races => Some(Arc::from("error")),
        OnError::Fail | OnError::Pause => None,
        OnError::Continue => Some(Arc::from("out")),
        OnError::Edge => Some(Arc::from("error")),
    };
    let fails = port.is_none();
    if let Some(port) = &port {
        t.record_output(step, Arc::new(error_output(&error)), port);
    }
    let reference = t.reference(step);
    t.record(EventKind::StepFailed {
        step: reference,
        error: error.clone(),
        port,
    });
    if !fails {
        goal::reached(t, step);
        return;
    }
    if frame != ROOT {
        advance::fail_frame(t, frame, error);
        return;
    }
    let message = format!("step `{}` failed: {}", node.id, error.message);
    end::fail(t, ErrorValue { message, ..error });
}

/// The pause before the next attempt. Jitter comes from a hash, so that the engine needs no dice
/// and a replay gives the same moment.
fn pause(retry: &RetryRule, execution: Uuid, step: StepIndex, attempts: u32) -> TimeDelta {
    let exponent = i32::try_from(attempts.saturating_sub(1)).unwrap_or(i32::MAX);
    let grown = retry.delay.0 as f64 * retry.backoff.powi(exponent);
    let capped = grown.min(retry.max_delay.0 as f64);
    let mut hash = Sha256::new();
    hash.update(execution.as_bytes());
    hash.update(step.to_le_bytes());
    hash.update(attempts.to_le_bytes());
    let digest = hash.finalize();
    let share = f64::from(u16::from_le_bytes([digest[0], digest[1]])) / f64::from(u16::MAX);
    let factor = 1.0 + retry.jitter * (2.0 * share - 1.0);
    TimeDelta::milliseconds((capped * factor).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_their_cap_within_the_jitter() {
        let retry = RetryRule {
            class: None,
            max_attempts: 9,
            delay: Millis(100),
            backoff: 2.0,
            max_delay: Millis(1_000),
            jitter: 0.2,
        };
        for (attempts, expected) in [
            (1, 100.0),
            (2, 200.0),
            (3, 400.0),
            (4, 800.0),
            (5, 1_000.0),
            (60, 1_000.0),
        ] {
            let millis = pause(&retry, Uuid::nil(), 3, attempts).num_milliseconds() as f64;
            assert!(
                (expected * 0.79..=expected * 1.21).contains(&millis),
                "{attempts}: {millis}"
            );
        }
    }
}
