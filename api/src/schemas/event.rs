//! What the WebSocket of an execution tells, message by message.

use engine::execution::{Event, EventKind, StepRef, Waiting};
use engine::plan::Part;
use engine::ports::bus::Progress;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::execution::RunError;
use super::log::LogLine;
use super::time::Time;

/// One message of `/api/executions/{id}/events`, as JSON text. Events have a `seq` that rises by one
/// from each to the next; log lines have an `id` of their own; progress has neither. Nothing follows the end of the execution.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type")]
pub(crate) enum ExecutionNews {
    #[serde(rename = "execution.queued")]
    Queued(ExecutionEvent),
    /// It waits to be let in: a limit of its workflow is reached.
    #[serde(rename = "execution.held")]
    Held(ExecutionEvent),
    #[serde(rename = "execution.released")]
    Released(ExecutionEvent),
    /// It takes longer than its workflow's `warn_after`, and goes on.
    #[serde(rename = "execution.overdue")]
    Overdue(ExecutionEvent),
    #[serde(rename = "execution.running")]
    Running(ExecutionEvent),
    #[serde(rename = "execution.paused")]
    Paused(ExecutionEvent),
    #[serde(rename = "execution.resumed")]
    Resumed(ExecutionEvent),
    /// Its end is decided, and comes once everything is cleaned up.
    #[serde(rename = "execution.cleaning_up")]
    CleaningUp(ExecutionEvent),
    #[serde(rename = "execution.succeeded")]
    Succeeded(ExecutionEvent),
    #[serde(rename = "execution.failed")]
    Failed(ExecutionEvent),
    #[serde(rename = "execution.cancelled")]
    Cancelled(ExecutionEvent),
    #[serde(rename = "execution.timed_out")]
    TimedOut(ExecutionEvent),
    #[serde(rename = "step.ready")]
    StepReady(StepEvent),
    #[serde(rename = "step.running")]
    StepRunning(StepEvent),
    /// The step's blocks begin.
    #[serde(rename = "step.opened")]
    StepOpened(StepEvent),
    /// A turn of a loop begins, or a part of another block.
    #[serde(rename = "block.started")]
    BlockStarted(BlockEvent),
    #[serde(rename = "block.ended")]
    BlockEnded(BlockEvent),
    /// A turn or part was taken over from an earlier execution.
    #[serde(rename = "block.kept")]
    BlockKept(BlockEvent),
    /// A block is being stopped.
    #[serde(rename = "block.unwinding")]
    BlockUnwinding(ExecutionEvent),
    /// The step is being stopped, and cleans up first.
    #[serde(rename = "step.unwinding")]
    StepUnwinding(StepEvent),
    /// What a step did is being undone.
    #[serde(rename = "undo.started")]
    UndoStarted(UndoEvent),
    #[serde(rename = "undo.ended")]
    UndoEnded(UndoEvent),
    /// What a step did in an earlier execution can be undone in this one.
    #[serde(rename = "undo.kept")]
    UndoKept(UndoEvent),
    #[serde(rename = "step.waiting")]
    StepWaiting(StepEvent),
    /// It failed, and waits for somebody to say how it goes on.
    #[serde(rename = "step.held")]
    StepHeld(StepEvent),
    #[serde(rename = "step.retrying")]
    StepRetrying(StepEvent),
    #[serde(rename = "step.succeeded")]
    StepSucceeded(StepEvent),
    #[serde(rename = "step.failed")]
    StepFailed(StepEvent),
    #[serde(rename = "step.skipped")]
    StepSkipped(StepEvent),
    #[serde(rename = "step.cancelled")]
    StepCancelled(StepEvent),
    #[serde(rename = "log")]
    Log(LogLine),
    /// Never kept: who comes late hears of it within two seconds, if the step still runs.
    #[serde(rename = "progress")]
    Progress(StepProgress),
}

/// How far a running step says it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepProgress {
    step: String,
    attempt: u32,
    /// From 0 to 1, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    fraction: Option<f64>,
    message: String,
    /// When the step said so.
    at: Time,
}

impl From<&Progress> for StepProgress {
    fn from(progress: &Progress) -> Self {
        Self {
            step: progress.step.to_string(),
            attempt: progress.attempt,
            fraction: progress.fraction,
            message: progress.message.clone(),
            at: progress.at.into(),
        }
    }
}

/// Something that happened to the execution as a whole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExecutionEvent {
    seq: u64,
    at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<RunError>,
    /// Why somebody wanted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
}

/// Something about undoing what a step did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UndoEvent {
    seq: u64,
    at: Time,
    /// The step that is undone.
    of: String,
    /// Why that failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<RunError>,
}

/// Something that happened to one of its steps.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepEvent {
    seq: u64,
    at: Time,
    step: String,
    attempt: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<RunError>,
    /// When a waiting step goes on, or the next attempt begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    until: Option<Time>,
    /// Why it ran, or why it did not have to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
    /// The runner that took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    runner: Option<Uuid>,
    /// The execution that it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    child: Option<Uuid>,
    /// The port that the run goes on by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    port: Option<String>,
}

/// Something that happened to a block of one of its steps.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BlockEvent {
    seq: u64,
    at: Time,
    /// The step that holds the block.
    step: String,
    /// The turn of a loop, from 0.
    turn: u32,
    /// `body`, `catch`, `finally` or `undo`.
    part: String,
    /// Why it failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<RunError>,
}

impl From<&Event> for ExecutionNews {
    fn from(event: &Event) -> Self {
        let run = |error: Option<&engine::node::ErrorValue>| {
            let error = error.cloned().map(RunError::from);
            ExecutionEvent {
                seq: event.seq,
                at: event.at.into(),
                error,
                reason: None,
            }
        };
        let wanted = |reason: &str| ExecutionEvent {
            reason: Some(reason.to_owned()),
            ..run(None)
        };
        let undo = |of: &str, error: Option<&engine::node::ErrorValue>| UndoEvent {
            seq: event.seq,
            at: event.at.into(),
            of: of.to_owned(),
            error: error.cloned().map(RunError::from),
        };
        let block = |step: &StepRef, turn, part: Part, error: Option<&engine::node::ErrorValue>| {
            BlockEvent {
                seq: event.seq,
                at: event.at.into(),
                step: step.path.to_string(),
                turn,
                part: part.as_str().to_owned(),
                error: error.cloned().map(RunError::from),
            }
        };
        let step = |step: &StepRef| StepEvent {
            seq: event.seq,
            at: event.at.into(),
            step: step.path.to_string(),
            attempt: step.attempt,
            error: None,
            until: None,
            reason: None,
            runner: None,
            child: None,
            port: None,
        };
        match &event.kind {
            EventKind::Queued => Self::Queued(run(None)),
            EventKind::Held => Self::Held(run(None)),
            EventKind::Released => Self::Released(run(None)),
            EventKind::Overdue => Self::Overdue(run(None)),
            EventKind::Running => Self::Running(run(None)),
            EventKind::Paused { reason } => Self::Paused(wanted(reason)),
            EventKind::Resumed { reason } => Self::Resumed(wanted(reason)),
            EventKind::CleaningUp { error, .. } => Self::CleaningUp(run(Some(error))),
            EventKind::BlockUnwinding { result, .. } => {
                Self::BlockUnwinding(run(result.as_ref().err()))
            }
            EventKind::StepUnwinding { step: at, ends } => Self::StepUnwinding(StepEvent {
                error: Some(ends.error().clone().into()),
                ..step(at)
            }),
            EventKind::UndoStarted { of, .. } => Self::UndoStarted(undo(of, None)),
            EventKind::UndoEnded { of, error, .. } => Self::UndoEnded(undo(of, error.as_ref())),
            EventKind::UndoKept { of, .. } => Self::UndoKept(undo(of, None)),
            EventKind::BlockKept {
                step: at,
                turn,
                part,
                result,
            } => Self::BlockKept(block(at, *turn, *part, result.as_ref().err())),
            EventKind::StepHeld { step: at, error } => Self::StepHeld(StepEvent {
                error: Some(error.clone().into()),
                ..step(at)
            }),
            EventKind::StepWaiting {
                step: at,
                waiting: Waiting::Signal { until, .. },
                ..
            } => Self::StepWaiting(StepEvent {
                until: until.map(Into::into),
                ..step(at)
            }),
            EventKind::Succeeded { .. } => Self::Succeeded(run(None)),
            EventKind::Failed { error } => Self::Failed(run(Some(error))),
            EventKind::Cancelled { error } => Self::Cancelled(run(Some(error))),
            EventKind::TimedOut { error } => Self::TimedOut(run(Some(error))),
            EventKind::StepReady { step: at } => Self::StepReady(step(at)),
            EventKind::StepRunning { step: at, runner } => Self::StepRunning(StepEvent {
                runner: Some(*runner),
                ..step(at)
            }),
            EventKind::StepOpened {
                step: at, until, ..
            } => Self::StepOpened(StepEvent {
                until: until.map(Into::into),
                ..step(at)
            }),
            EventKind::BlockStarted {
                step: at,
                turn,
                part,
            } => Self::BlockStarted(block(at, *turn, *part, None)),
            EventKind::BlockEnded {
                step: at,
                turn,
                part,
                result,
            } => Self::BlockEnded(block(at, *turn, *part, result.as_ref().err())),
            EventKind::StepWaiting {
                step: at,
                waiting: Waiting::Timer { until, .. },
                ..
            } => Self::StepWaiting(StepEvent {
                until: Some((*until).into()),
                ..step(at)
            }),
            EventKind::StepWaiting {
                step: at,
                waiting: Waiting::Child { child, until },
                ..
            } => Self::StepWaiting(StepEvent {
                child: Some(*child),
                until: until.map(Into::into),
                ..step(at)
            }),
            EventKind::StepRetrying {
                step: at,
                error,
                until,
                ..
            } => Self::StepRetrying(StepEvent {
                error: Some(error.clone().into()),
                until: Some((*until).into()),
                ..step(at)
            }),
            EventKind::StepSucceeded {
                step: at,
                port,
                reason,
                ..
            } => Self::StepSucceeded(StepEvent {
                port: Some(port.to_string()),
                reason: reason.clone(),
                ..step(at)
            }),
            EventKind::StepFailed {
                step: at,
                error,
                port,
            } => Self::StepFailed(StepEvent {
                error: Some(error.clone().into()),
                port: port.as_ref().map(ToString::to_string),
                ..step(at)
            }),
            EventKind::StepSkipped { step: at, reason } => Self::StepSkipped(StepEvent {
                reason: reason.clone(),
                ..step(at)
            }),
            EventKind::StepCancelled { step: at } => Self::StepCancelled(step(at)),
        }
    }
}
