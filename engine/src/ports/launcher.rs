//! How executions begin and are cancelled: the door between whoever asks and the runners.

use std::sync::Arc;

use async_trait::async_trait;
use futures::channel::oneshot;
use serde_json::Value;
use uuid::Uuid;

use super::PortError;
use super::definitions::Definition;
use super::executions::ExecutionResult;
use crate::Time;
use crate::execution::{
    Answer, Decision, Earlier, Execution, RunOptions, Status, StepStatus, Unfit,
};
use crate::problem::Problems;

/// A request to run a workflow.
#[derive(Debug, Clone)]
pub struct Launch {
    /// Chosen by the caller, so that it can subscribe to the news before anything happens.
    pub id: Uuid,
    pub definition: Arc<Definition>,
    pub inputs: Value,
    pub trigger: String,
    /// The person who asks for it, by themself or by a program with a token of theirs.
    pub started_by: Option<Uuid>,
    pub idempotency_key: Option<String>,
    pub options: RunOptions,
    /// The earlier run that this one goes on from.
    pub again: Option<Again>,
    /// The caller will wait for the end: acceptance and result may share one commit.
    pub wait: bool,
}

/// From where a run goes on.
#[derive(Debug, Clone)]
pub struct Again {
    pub earlier: Arc<Earlier>,
    /// Addresses of steps; none stand for what failed.
    pub from: Vec<String>,
}

/// What somebody outside wants of an execution.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Nothing new begins.
    Pause {
        reason: String,
    },
    Resume {
        reason: String,
    },
    /// How a step goes on; only while the execution is paused.
    Decide {
        step: String,
        decision: Decision,
        reason: String,
    },
    /// A step gets the answer that it waits for.
    Answer {
        wait: Uuid,
        answer: Answer,
    },
}

#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error("there is no such execution")]
    NotFound,
    #[error("the execution is {0}, which does not allow this")]
    NotNow(Status),
    #[error("the execution waits to be let in, and can only be cancelled until then")]
    Held,
    #[error("steps are decided from outside only while the execution is paused")]
    NotPaused,
    #[error("there is no such step that has begun and not ended")]
    NoSuchStep,
    #[error("the step is {}, which does not allow this", .0.as_str())]
    StepNotNow(StepStatus),
    #[error(
        "the execution is paused, but a step of it still runs, or something of it is being undone: wait for the step to end, or resume the execution until that is done"
    )]
    Busy,
    #[error("another execution called this one and waits for it: move that one instead")]
    Called,
    /// Answered already, or its time is over.
    #[error("nothing waits for this answer any more")]
    NoSuchWait,
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// A step was to be given what only another run can read.
    #[error(transparent)]
    Foreign(Problems),
    /// Its workflow does not compile here.
    #[error(transparent)]
    Invalid(Problems),
    #[error(transparent)]
    Port(#[from] PortError),
}

#[derive(Debug)]
pub struct Launched {
    /// The execution's id: the first one's, when the idempotency key was seen before.
    pub id: Uuid,
    /// True when the idempotency key was seen before and nothing new began.
    pub existing: bool,
    /// The execution as it was recorded last, so that an answer needs no read; `None` when it existed before.
    pub recorded: Option<Recorded>,
    /// The result, when the run ended before this call did.
    pub finished: Option<ExecutionResult>,
    /// The end of a run that goes on in this process, for a caller that waits.
    pub end: Option<End>,
}

/// Gives the end of a run as it was recorded, or nothing when the run left this process before that.
pub type End = oneshot::Receiver<(Recorded, ExecutionResult)>;

/// How far a new execution had got when its launch returned.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    pub status: Status,
    /// The number of the last event.
    pub seq: u64,
    /// With defaults filled in.
    pub inputs: Arc<Value>,
    pub created_at: Time,
    pub started_at: Option<Time>,
    pub finished_at: Option<Time>,
}

impl Recorded {
    pub fn of(execution: &Execution) -> Self {
        Self {
            status: execution.status,
            seq: execution.seq,
            inputs: Arc::clone(&execution.inputs),
            created_at: execution.created_at,
            started_at: execution.started_at,
            finished_at: execution.finished_at,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// The inputs do not fit the workflow's schemas, or its definition does not compile here.
    #[error(transparent)]
    Invalid(#[from] Problems),
    /// The runner is shutting down or full: nothing was recorded, try again.
    #[error("{0}")]
    Unavailable(&'static str),
    #[error(transparent)]
    Port(#[from] PortError),
}

/// Why an execution does not give way to another one.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    #[error(transparent)]
    Change(#[from] ChangeError),
    #[error(transparent)]
    Launch(#[from] LaunchError),
    /// Something happened to it since the caller looked at it.
    #[error("the execution changed meanwhile: look at it again")]
    Outdated,
}

impl From<PortError> for MoveError {
    fn from(error: PortError) -> Self {
        Self::Change(error.into())
    }
}

#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    #[error("there is no such execution")]
    NotFound,
    /// It had ended already; terminal is final.
    #[error("the execution has already ended")]
    Ended,
    #[error(transparent)]
    Port(#[from] PortError),
}

#[async_trait]
pub trait Launcher: Send + Sync {
    /// When this returns, the execution and its first ready steps are durable.
    async fn launch(&self, launch: Launch) -> Result<Launched, LaunchError>;

    /// When this returns, the cancellation is durable and runners are told.
    async fn cancel(&self, execution: Uuid, reason: &str) -> Result<(), CancelError>;

    /// When this returns, the change is durable and runners are told.
    async fn change(&self, execution: Uuid, change: Change) -> Result<(), ChangeError>;

    /// Begins an execution in the place of a paused one, which ends with that; both happen or neither does. `seq` is
    /// the last event of the old one that the caller knew of.
    async fn supersede(&self, execution: Uuid, seq: u64, by: Launch)
    -> Result<Launched, MoveError>;
}
