//! Steps as the API shows them.

use engine::execution::StepStatus as EngineStatus;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::execution::RunError;
use super::time::Time;
use super::wait::Request;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StepStatus {
    Pending,
    Ready,
    Running,
    Waiting,
    Held,
    Succeeded,
    Failed,
    Skipped,
    Cancelled,
}

/// Where one step of an execution stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Step {
    /// The step's address in its execution.
    pub(crate) path: String,
    /// The node of the document that it is a run of.
    pub(crate) node: String,
    pub(crate) kind: String,
    pub(crate) status: StepStatus,
    /// The attempt that the values below belong to, from 1.
    pub(crate) attempt: u32,
    /// The parameters as they were resolved.
    #[schema(value_type = Value, required = true)]
    pub(crate) input: Option<Value>,
    #[schema(value_type = Value, required = true)]
    pub(crate) output: Option<Value>,
    #[schema(required = true)]
    pub(crate) error: Option<RunError>,
    /// Why it ran, or why it did not have to.
    #[schema(required = true)]
    pub(crate) reason: Option<String>,
    #[schema(required = true)]
    pub(crate) started_at: Option<Time>,
    #[schema(required = true)]
    pub(crate) finished_at: Option<Time>,
    #[schema(required = true)]
    pub(crate) duration_ms: Option<i64>,
    #[schema(required = true)]
    pub(crate) runner: Option<Uuid>,
    /// When a waiting step goes on by itself.
    #[schema(required = true)]
    pub(crate) until: Option<Time>,
    /// The execution that the step waits for.
    #[schema(required = true)]
    pub(crate) child: Option<Uuid>,
    /// The answer that the step waits for.
    #[schema(required = true)]
    pub(crate) wait: Option<StepWait>,
    /// The attempts before this one, the first one first.
    pub(crate) attempts: Vec<Attempt>,
}

/// An answer that a step waits for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct StepWait {
    /// For `POST /api/waits/{id}/answer`.
    pub(crate) id: Uuid,
    #[serde(flatten)]
    pub(crate) request: Request,
}

/// An attempt that ended and was followed by another.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Attempt {
    pub(crate) attempt: u32,
    pub(crate) status: StepStatus,
    #[schema(required = true)]
    pub(crate) error: Option<RunError>,
    pub(crate) started_at: Time,
    pub(crate) finished_at: Time,
    pub(crate) duration_ms: i64,
}

impl From<EngineStatus> for StepStatus {
    fn from(status: EngineStatus) -> Self {
        match status {
            EngineStatus::Pending => Self::Pending,
            EngineStatus::Ready => Self::Ready,
            EngineStatus::Running => Self::Running,
            EngineStatus::Waiting => Self::Waiting,
            EngineStatus::Held => Self::Held,
            EngineStatus::Succeeded => Self::Succeeded,
            EngineStatus::Failed => Self::Failed,
            EngineStatus::Skipped => Self::Skipped,
            EngineStatus::Cancelled => Self::Cancelled,
        }
    }
}
