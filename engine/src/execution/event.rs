//! What happened in a run, in order. Folding the events over the accepted state rebuilds the state.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::block::BlockResult;
use crate::Time;
use crate::node::{ErrorValue, Opening};
use crate::plan::{Part, StepIndex};

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
    /// What came of the workflow's `on_failure`: the execution that was begun for it, or why none was. It changes
    /// nothing, and is all that may follow an end.
    #[serde(rename = "execution.failure_handled")]
    FailureHandled {
        workflow: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        execution: Option<Uuid>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorValue>,
    },
}

/// Why an attempt came to no end of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfinished {
    /// Its runner died.
    Lost,
    /// Its runner let go of it.
    HandedBack,
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
