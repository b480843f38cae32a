//! Executions as the API shows them.

use std::sync::Arc;

use engine::execution::Status;
use engine::node::ErrorValue;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Starter;
use utoipa::ToSchema;
use uuid::Uuid;

use super::step::Step;
use super::time::{Time, duration_ms};
use super::workflow::Layout;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ExecutionStatus {
    Queued,
    Running,
    Paused,
    CleaningUp,
    Succeeded,
    Failed,
    Cancelled,
    TimedOut,
}

/// Why an execution or a step failed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct RunError {
    /// A stable word for programs.
    pub(crate) code: String,
    /// A sentence for people.
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Value, required = false)]
    pub(crate) details: Option<Value>,
}

/// The step that waits for this execution.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ParentStep {
    pub(crate) execution_id: Uuid,
    pub(crate) step: String,
}

/// Somebody, as others see them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PersonRef {
    pub(crate) id: Uuid,
    /// Null when there is no such person any more.
    #[schema(required = true, example = "Ada Lovelace")]
    pub(crate) name: Option<String>,
}

/// An execution in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ExecutionSummary {
    pub(crate) id: Uuid,
    /// Null when the workflow was deleted.
    #[schema(required = true)]
    pub(crate) workflow_id: Option<Uuid>,
    pub(crate) workflow_name: String,
    pub(crate) workflow_version: u32,
    pub(crate) status: ExecutionStatus,
    #[schema(required = true)]
    pub(crate) error: Option<RunError>,
    /// What began it: `manual`, `api`, `cli`, `call`, `failure`, `schedule`, `webhook` …
    pub(crate) trigger: String,
    /// Which schedule or webhook that was.
    #[schema(required = true)]
    pub(crate) trigger_id: Option<Uuid>,
    /// Who began it, by themself or by a program with a token of theirs; for what another execution began, who began that one.
    /// Null for what schedules, webhooks and the machine itself began.
    #[schema(required = true)]
    pub(crate) started_by: Option<PersonRef>,
    #[schema(required = true)]
    pub(crate) parent: Option<ParentStep>,
    /// The earlier execution that it goes on from.
    #[schema(required = true)]
    pub(crate) rerun_of: Option<Uuid>,
    pub(crate) created_at: Time,
    #[schema(required = true)]
    pub(crate) started_at: Option<Time>,
    #[schema(required = true)]
    pub(crate) finished_at: Option<Time>,
    /// From start to end; null until both are known.
    #[schema(required = true)]
    pub(crate) duration_ms: Option<i64>,
    /// The number of the last event.
    pub(crate) seq: u64,
}

/// One run of one version of a workflow.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Execution {
    #[serde(flatten)]
    pub(crate) summary: ExecutionSummary,
    /// What it was given, with defaults filled in.
    #[schema(value_type = Map<String, Value>)]
    pub(crate) inputs: Arc<Value>,
    /// What it gave; null until it succeeded.
    #[schema(value_type = Value, required = true)]
    pub(crate) output: Option<Value>,
}

/// An execution with its pinned workflow and where each of its steps stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExecutionDetail {
    #[serde(flatten)]
    pub(crate) execution: Execution,
    /// The steps of the earlier execution that it goes on from; none stand for what failed there.
    pub(crate) rerun_from: Vec<String>,
    /// It waits to be let in: a limit of its workflow's settings is reached.
    pub(crate) held: bool,
    /// It takes longer than its workflow's `warn_after`.
    pub(crate) overdue: bool,
    /// How it will end, once it has cleaned up.
    #[schema(required = true)]
    pub(crate) ending: Option<Ending>,
    /// The document of the version that runs.
    #[schema(value_type = Map<String, Value>)]
    pub(crate) document: Value,
    #[schema(required = true)]
    pub(crate) layout: Option<Layout>,
    /// In the order of the document's nodes.
    pub(crate) steps: Vec<Step>,
}

/// The end that an execution will come to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ending {
    pub(crate) status: ExecutionStatus,
    pub(crate) error: RunError,
}

impl ExecutionStatus {
    pub(crate) fn is_terminal(self) -> bool {
        Status::from(self).is_terminal()
    }
}

impl From<Status> for ExecutionStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Queued => Self::Queued,
            Status::Running => Self::Running,
            Status::Paused => Self::Paused,
            Status::CleaningUp => Self::CleaningUp,
            Status::Succeeded => Self::Succeeded,
            Status::Failed => Self::Failed,
            Status::Cancelled => Self::Cancelled,
            Status::TimedOut => Self::TimedOut,
        }
    }
}

impl From<ExecutionStatus> for Status {
    fn from(status: ExecutionStatus) -> Self {
        match status {
            ExecutionStatus::Queued => Self::Queued,
            ExecutionStatus::Running => Self::Running,
            ExecutionStatus::Paused => Self::Paused,
            ExecutionStatus::CleaningUp => Self::CleaningUp,
            ExecutionStatus::Succeeded => Self::Succeeded,
            ExecutionStatus::Failed => Self::Failed,
            ExecutionStatus::Cancelled => Self::Cancelled,
            ExecutionStatus::TimedOut => Self::TimedOut,
        }
    }
}

impl From<ErrorValue> for RunError {
    fn from(error: ErrorValue) -> Self {
        Self {
            code: error.code,
            message: error.message,
            details: error.details,
        }
    }
}

impl From<Starter> for PersonRef {
    fn from(Starter { id, name }: Starter) -> Self {
        Self { id, name }
    }
}

impl From<store::ExecutionSummary> for ExecutionSummary {
    fn from(summary: store::ExecutionSummary) -> Self {
        Self {
            id: summary.id,
            workflow_id: Some(summary.workflow_id),
            workflow_name: summary.workflow_name,
            workflow_version: summary.workflow_version,
            status: summary.status.into(),
            error: summary.error.map(Into::into),
            trigger: summary.trigger,
            trigger_id: summary.trigger_id,
            started_by: summary.started_by.map(Into::into),
            parent: summary.parent.map(|parent| ParentStep {
                execution_id: parent.execution,
                step: parent.step,
            }),
            rerun_of: summary.rerun_of,
            created_at: summary.created_at.into(),
            started_at: summary.started_at.map(Into::into),
            finished_at: summary.finished_at.map(Into::into),
            duration_ms: duration_ms(summary.started_at, summary.finished_at),
            seq: summary.seq,
        }
    }
}

impl From<store::ExecutionRecord> for Execution {
    fn from(record: store::ExecutionRecord) -> Self {
        Self {
            summary: record.summary.into(),
            inputs: Arc::new(record.inputs),
            output: record.output,
        }
    }
}
