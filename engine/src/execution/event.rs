//! What happened in a run, in order. Folding the events over the accepted state rebuilds the state.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::block::{BlockResult, Ends, FrameIndex};
use super::status::Status;
use crate::Time;
use crate::node::{Await, ErrorValue, Opening};
use crate::plan::{NodeIndex, Part, StepIndex};

/// One thing that happened. Serialized, it is what the API and the WebSocket show; outputs are
/// left out there, since the step's record holds them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub seq: u64,
    pub at: Time,
    #[serde(flatten)]
    pub kind: EventKind,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum EventKind {
    #[serde(rename = "execution.queued")]
    Queued,
    /// It waits to be let in: a limit of its workflow is reached.
    #[serde(rename = "execution.held")]
    Held,
    /// It was let in, and may begin.
    #[serde(rename = "execution.released")]
    Released,
    #[serde(rename = "execution.running")]
    Running,
    /// It takes longer than its workflow's `warn_after`, and goes on.
    #[serde(rename = "execution.overdue")]
    Overdue,
    /// A retry's moment has come.
    #[serde(rename = "step.ready")]
    StepReady {
        #[serde(flatten)]
        step: StepRef,
    },
    #[serde(rename = "step.running")]
    StepRunning {
        #[serde(flatten)]
        step: StepRef,
        runner: Uuid,
    },
    #[serde(rename = "step.waiting")]
    StepWaiting {
        #[serde(flatten)]
        step: StepRef,
        #[serde(flatten)]
        waiting: Waiting,
        #[serde(skip)]
        input: Option<Arc<Value>>,
    },
    /// The step's blocks begin.
    #[serde(rename = "step.opened")]
    StepOpened {
        #[serde(flatten)]
        step: StepRef,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Time>,
        /// Kept in a record of its own.
        #[serde(skip, default = "unopened")]
        opening: Opening,
    },
    /// A turn of a loop begins, or a part of another block.
    #[serde(rename = "block.started")]
    BlockStarted {
        #[serde(flatten)]
        step: StepRef,
        turn: u32,
        part: Part,
    },
    #[serde(rename = "block.ended")]
    BlockEnded {
        #[serde(flatten)]
        step: StepRef,
        turn: u32,
        part: Part,
        #[serde(with = "told_result")]
        result: BlockResult,
    },
    /// A turn or part was taken over from an earlier run.
    #[serde(rename = "block.kept")]
    BlockKept {
        #[serde(flatten)]
        step: StepRef,
        turn: u32,
        part: Part,
        #[serde(with = "told_result")]
        result: BlockResult,
    },
    /// A block is stopped, and ends so once what is in it has cleaned up.
    #[serde(rename = "block.unwinding")]
    BlockUnwinding {
        #[serde(skip)]
        frame: FrameIndex,
        #[serde(with = "told_result")]
        result: BlockResult,
    },
    /// The same for all blocks of a step, and then for the step.
    #[serde(rename = "step.unwinding")]
    StepUnwinding {
        #[serde(flatten)]
        step: StepRef,
        ends: Ends,
    },
    /// What was done in an earlier run can still be undone in this one.
    #[serde(rename = "undo.kept")]
    UndoKept {
        /// The step whose nearest `flow.try` would ask for it.
        #[serde(skip)]
        by: StepIndex,
        #[serde(skip)]
        node: NodeIndex,
        of: Arc<str>,
        #[serde(skip)]
        given: Arc<Value>,
    },
    /// What a step did is being undone.
    #[serde(rename = "undo.started")]
    UndoStarted {
        /// The `flow.try` that wants it; none for the run itself.
        #[serde(skip)]
        holder: Option<StepIndex>,
        /// The step, by its address.
        of: Arc<str>,
    },
    #[serde(rename = "undo.ended")]
    UndoEnded {
        #[serde(skip)]
        holder: Option<StepIndex>,
        of: Arc<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorValue>,
    },
    /// The attempt failed or its runner was lost, and there will be another.
    #[serde(rename = "step.retrying")]
    StepRetrying {
        #[serde(flatten)]
        step: StepRef,
        error: ErrorValue,
        until: Time,
        /// Set when the attempt never came to an end of its own: counted apart from the node's own failures.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unfinished: Option<Unfinished>,
        /// The class of its node's `retry` that the failure counts in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        class: Option<u32>,
    },
    #[serde(rename = "step.succeeded")]
    StepSucceeded {
        #[serde(flatten)]
        step: StepRef,
        port: Arc<str>,
        #[serde(skip)]
        output: Arc<Value>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What its undo would need.
        #[serde(skip)]
        given: Option<Arc<Value>>,
    },
    /// It failed, and somebody must say how it goes on; the run is paused.
    #[serde(rename = "step.held")]
    StepHeld {
        #[serde(flatten)]
        step: StepRef,
        error: ErrorValue,
    },
    #[serde(rename = "step.failed")]
    StepFailed {
        #[serde(flatten)]
        step: StepRef,
        error: ErrorValue,
        /// The port by which the run goes on, when the node's `on_error` says that it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        port: Option<Arc<str>>,
    },
    #[serde(rename = "step.skipped")]
    StepSkipped {
        #[serde(flatten)]
        step: StepRef,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    #[serde(rename = "step.cancelled")]
    StepCancelled {
        #[serde(flatten)]
        step: StepRef,
    },
    #[serde(rename = "execution.paused")]
    Paused { reason: String },
    #[serde(rename = "execution.resumed")]
    Resumed { reason: String },
    /// The end is decided, and comes once everything is cleaned up.
    #[serde(rename = "execution.cleaning_up")]
    CleaningUp { status: Status, error: ErrorValue },
    #[serde(rename = "execution.succeeded")]
    Succeeded {
        #[serde(skip)]
        output: Arc<Value>,
    },
    #[serde(rename = "execution.failed")]
    Failed { error: ErrorValue },
    #[serde(rename = "execution.cancelled")]
    Cancelled { error: ErrorValue },
    #[serde(rename = "execution.timed_out")]
    TimedOut { error: ErrorValue },
}

/// Why an attempt came to no end of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfinished {
    /// Its runner died.
    Lost,
    /// Its runner let go of it.
    HandedBack,
    /// Somebody wants it to begin anew, with all its attempts.
    ByHand,
}

/// Which attempt of which step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRef {
    /// The step's place in the plan; known to the engine only.
    #[serde(skip)]
    pub index: StepIndex,
    #[serde(rename = "step")]
    pub path: Arc<str>,
    pub attempt: u32,
}

/// What a waiting step waits for, and what it will need when it goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Waiting {
    /// Succeeds with this output at this time.
    Timer {
        until: Time,
        #[serde(skip)]
        output: Value,
    },
    /// Goes on with an answer from outside, or fails when the time is up.
    Signal {
        wait: Uuid,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Time>,
        #[serde(flatten)]
        request: Box<Await>,
    },
    /// Succeeds or fails as this execution does, or fails when the time is up.
    Child {
        child: Uuid,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Time>,
    },
}

fn unopened() -> Opening {
    Opening::Try
}

/// Of a block's result only whether it is an error is told; the output has a record of its own.
mod told_result {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::execution::block::BlockResult;
    use crate::node::ErrorValue;

    pub(super) fn serialize<S: Serializer>(result: &BlockResult, to: S) -> Result<S::Ok, S::Error> {
        result.as_ref().err().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BlockResult, D::Error> {
        let error = Option::<ErrorValue>::deserialize(from)?;
        Ok(error.map_or_else(|| Ok(std::sync::Arc::default()), Err))
    }
}

impl EventKind {
    /// Whether the run as a whole stands otherwise after this, as lists of runs show it.
    pub fn is_of_the_whole(&self) -> bool {
        matches!(
            self,
            Self::Queued
                | Self::Held
                | Self::Released
                | Self::Running
                | Self::Overdue
                | Self::Paused { .. }
                | Self::Resumed { .. }
                | Self::CleaningUp { .. }
        ) || self.is_terminal()
    }

    /// Whether this is the end of the run: no step begins or ends after it.
    pub fn is_terminal(&self) -> bool {
        matches!(
            self,
            Self::Succeeded { .. }
                | Self::Failed { .. }
                | Self::Cancelled { .. }
                | Self::TimedOut { .. }
        )
    }
}
