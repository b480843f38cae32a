//! The attempts of an execution's steps that have ended. Those that have not are in its frontier.

use engine::Time;
use engine::execution::StepStatus;
use engine::node::ErrorValue;
use futures::{StreamExt, TryStreamExt, stream};
use sea_orm::FromQueryResult;
use serde_json::Value;
use uuid::Uuid;

use super::READS;
use crate::blobs::Kept;
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

#[derive(FromQueryResult)]
struct Row {
    path: String,
    attempt: i32,
    node: String,
    kind: String,
    status: String,
    input: Option<Kept>,
    output: Option<Kept>,
    error: Option<Json<ErrorValue>>,
    reason: Option<String>,
    runner: Option<Uuid>,
    started_at: Moment,
    finished_at: Moment,
    port: Option<String>,
}

const DOING: &str = "read the steps of an execution";

impl Store {
    /// Every attempt that ended, in the order of their ends; with references in place of large values.
    pub async fn execution_steps(
        &self,
        scope: Scope,
        execution: Uuid,
    ) -> StoreResult<Vec<StoredStep>> {
        let rows = self.step_rows(scope, execution).await?.into_iter();
        rows.map(|mut row| {
            let (input, output) = (row.input.take(), row.output.take());
            row.step(input.map(Kept::shown), output.map(Kept::shown))
        })
        .collect()
    }

    /// The same with all values, for a run that goes on from there.
    pub async fn whole_execution_steps(
        &self,
        scope: Scope,
        execution: Uuid,
    ) -> StoreResult<Vec<StoredStep>> {
        let rows = self.step_rows(scope, execution).await?.into_iter();
        let steps = rows.map(|mut row| async move {
            let (input, output) = (row.input.take(), row.output.take());
            let input = self.whole(input).await?;
            let output = self.whole(output).await?;
            row.step(input, output)
        });
        stream::iter(steps).buffered(READS).try_collect().await
    }

    /// What an execution was given, large values included.
    pub async fn execution_inputs(
        &self,
        scope: Scope,
        execution: Uuid,
    ) -> StoreResult<Option<Value>> {
        #[derive(FromQueryResult)]
        struct Inputs {
            inputs: Kept,
        }
        let mut values = vec![execution.into()];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!("SELECT inputs FROM executions WHERE id = $1{only}");
        let statement = self.database.statement_of(sql, values);
        let doing = "read the inputs of an execution";
        let row: Option<Inputs> = self.database.one(doing, statement).await?;
        self.whole(row.map(|row| row.inputs)).await
    }

    async fn whole(&self, kept: Option<Kept>) -> StoreResult<Option<Value>> {
        match kept {
            Some(kept) => kept.value(&self.blobs).await.map(Some),
            None => Ok(None),
        }
    }

    async fn step_rows(&self, scope: Scope, execution: Uuid) -> StoreResult<Vec<Row>> {
        let mut values = vec![execution.into()];
        let only = scope.and_execution(&mut values);
        let sql = format!(
            "SELECT path, attempt, node, kind, status, input, output, error, reason, runner, started_at, finished_at,
                    port
             FROM steps WHERE execution_id = $1{only} ORDER BY finished_at, path, attempt"
        );
        let statement = self.database.statement_of(sql, values);
        self.database.all(DOING, statement).await
    }
}

impl Row {
    fn step(self, input: Option<Value>, output: Option<Value>) -> StoreResult<StoredStep> {
        Ok(StoredStep {
            path: self.path,
            attempt: self.attempt.cast_unsigned(),
            node: self.node,
            kind: self.kind,
            status: serde_json::from_value(Value::String(self.status))
                .map_err(StoreError::corrupt(DOING))?,
            input,
            output,
            error: self.error.map(|json| json.0),
            reason: self.reason,
            runner: self.runner,
            started_at: self.started_at.0,
            finished_at: self.finished_at.0,
            port: self.port,
        })
    }
}
