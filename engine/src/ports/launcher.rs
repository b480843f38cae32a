//! How executions begin and are cancelled: the door between whoever asks and the runners.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use uuid::Uuid;

use super::PortError;
use super::definitions::Definition;
use super::executions::ExecutionResult;
use crate::Time;
use crate::execution::{Execution, Status};
use crate::problem::Problems;

/// A request to run a workflow.
#[derive(Debug, Clone)]
pub struct Launch {
    /// Chosen by the caller, so that it can subscribe to the news before anything happens.
    pub id: Uuid,
    pub definition: Arc<Definition>,
    pub inputs: Value,
    pub trigger: String,
    pub idempotency_key: Option<String>,
    /// The caller will wait for the end: acceptance and result may share one commit.
    pub wait: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Launched {
    /// The execution's id: the first one's, when the idempotency key was seen before.
    pub id: Uuid,
    /// True when the idempotency key was seen before and nothing new began.
    pub existing: bool,
    /// The execution as it was recorded last, so that an answer needs no read; `None` when it existed before.
    pub recorded: Option<Recorded>,
    /// The result, when the run ended before this call did.
    pub finished: Option<ExecutionResult>,
}

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
}
