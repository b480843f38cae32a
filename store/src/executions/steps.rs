//! The attempts of an execution's steps that have ended. Those that have not are in its frontier.

use engine::Time;
use engine::execution::StepStatus;
use engine::node::ErrorValue;
use sea_orm::FromQueryResult;
use serde_json::Value;
use uuid::Uuid;

use crate::database::{Json, Moment};
use crate::error::{StoreError, StoreResult};
use crate::scope::Scope;
use crate::store::Store;

#[derive(Debug, Clone, PartialEq)]
pub struct StoredStep {
    pub path: String,
    pub attempt: u32,
    pub node: String,
    pub kind: String,
    pub status: StepStatus,
    pub input: Option<Value>,
    pub output: Option<Value>,
    pub error: Option<ErrorValue>,
    pub reason: Option<String>,
    pub runner: Option<Uuid>,
    pub started_at: Time,
    pub finished_at: Time,
    /// The port that its live edges left by; `None` is `out`.
    pub port: Option<String>,
}

impl Store {
    /// Every attempt that ended, in the order of their ends.
    pub async fn execution_steps(
        &self,
        Scope::System: Scope,
        execution: Uuid,
    ) -> StoreResult<Vec<StoredStep>> {
        const DOING: &str = "read the steps of an execution";
        #[derive(FromQueryResult)]
        struct Row {
            path: String,
            attempt: i32,
            node: String,
            kind: String,
            status: String,
            input: Option<Json<Value>>,
            output: Option<Json<Value>>,
            error: Option<Json<ErrorValue>>,
            reason: Option<String>,
            runner: Option<Uuid>,
            started_at: Moment,
            finished_at: Moment,
            port: Option<String>,
        }
        let statement = self.database.statement(
            "SELECT path, attempt, node, kind, status, input, output, error, reason, runner, started_at, finished_at,
                    port
             FROM steps WHERE execution_id = $1 ORDER BY finished_at, path, attempt",
            [execution.into()],
        );
        let rows: Vec<Row> = self.database.all(DOING, statement).await?;
        rows.into_iter()
            .map(|row| {
                Ok(StoredStep {
                    path: row.path,
                    attempt: row.attempt.cast_unsigned(),
                    node: row.node,
                    kind: row.kind,
                    status: serde_json::from_value(Value::String(row.status))
                        .map_err(StoreError::corrupt(DOING))?,
                    input: row.input.map(|json| json.0),
                    output: row.output.map(|json| json.0),
                    error: row.error.map(|json| json.0),
                    reason: row.reason,
                    runner: row.runner,
                    started_at: row.started_at.0,
                    finished_at: row.finished_at.0,
                    port: row.port,
                })
            })
            .collect()
    }
}
