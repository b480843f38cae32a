//! Executions for people: one, and lists of them, newest first.

use engine::Time;
use engine::execution::{RunOptions, Status};
use engine::node::ErrorValue;
use engine::ports::executions::Parent;
use sea_orm::FromQueryResult;
use serde_json::Value;
use uuid::Uuid;

use super::port::{parent, status};
use super::prepare::StoredOptions;
use crate::database::{Json, Moment};
use crate::error::StoreResult;
use crate::page::{Page, Paging};
use crate::scope::Scope;
use crate::store::Store;

/// Which executions a list shows; all when nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecutionFilter {
    pub workflow_id: Option<Uuid>,
    pub status: Option<Status>,
    /// Those that go on from this one.
    pub rerun_of: Option<Uuid>,
}

/// An execution without what may be large.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionSummary {
    pub id: Uuid,
    /// The workspace that it belongs to.
    pub workspace_id: Uuid,
    pub workflow_id: Uuid,
    pub workflow_name: String,
    pub workflow_version: u32,
    pub status: Status,
    /// What began it; of a schedule or webhook, [`Self::trigger_id`] says which.
    pub trigger: String,
    pub trigger_id: Option<Uuid>,
    pub parent: Option<Parent>,
    /// The earlier run that it goes on from.
    pub rerun_of: Option<Uuid>,
    pub error: Option<ErrorValue>,
    /// The number of the last event.
    pub seq: u64,
    pub created_at: Time,
    pub started_at: Option<Time>,
    pub finished_at: Option<Time>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionRecord {
    pub summary: ExecutionSummary,
    pub inputs: Value,
    pub options: RunOptions,
    /// The steps that it goes on from, when it goes on from an earlier run.
    pub rerun_from: Vec<String>,
    pub output: Option<Value>,
    /// The state as the engine wrote it; `engine::execution::frontier_steps` reads it.
    pub frontier: String,
    pub version: u64,
}

const SUMMARY: &str =
    "id, workspace_id, workflow_id, workflow_name, workflow_version, status, triggered_by, parent_id,
    parent_step, rerun_of, error, seq, created_at, started_at, finished_at";

#[derive(FromQueryResult)]
struct SummaryRow {
    id: Uuid,
    workspace_id: Uuid,
    workflow_id: Uuid,
    workflow_name: String,
    workflow_version: i32,
    status: String,
    triggered_by: String,
    parent_id: Option<Uuid>,
    parent_step: Option<String>,
    rerun_of: Option<Uuid>,
    error: Option<Json<ErrorValue>>,
    seq: i64,
    created_at: Moment,
    started_at: Option<Moment>,
    finished_at: Option<Moment>,
}

impl SummaryRow {
    fn summary(self, doing: &'static str) -> StoreResult<ExecutionSummary> {
        let (trigger, trigger_id) = trigger(self.triggered_by);
        Ok(ExecutionSummary {
            id: self.id,
            workspace_id: self.workspace_id,
            workflow_id: self.workflow_id,
            workflow_name: self.workflow_name,
            workflow_version: self.workflow_version.cast_unsigned(),
            status: status(doing, &self.status)?,
            trigger,
            trigger_id,
            parent: parent(self.parent_id, self.parent_step),
            rerun_of: self.rerun_of,
            error: self.error.map(|json| json.0),
            seq: self.seq.cast_unsigned(),
            created_at: self.created_at.0,
            started_at: self.started_at.map(|at| at.0),
            finished_at: self.finished_at.map(|at| at.0),
        })
    }
}

/// `schedule:<id>` is a schedule, and which.
fn trigger(triggered_by: String) -> (String, Option<Uuid>) {
    let split = triggered_by
        .split_once(':')
        .and_then(|(what, id)| Some((what.to_owned(), id.parse().ok()?)));
    match split {
        Some((what, id)) => (what, Some(id)),
        None => (triggered_by, None),
    }
}

/// The indexes know the runs of a workspace and of a workflow status by status: the newest of each are looked up there.
fn of_each_status(only: &str) -> String {
    let newest = |status: Status| {
        format!(
            "SELECT id FROM (SELECT id FROM executions {only} AND status = '{status}' ORDER BY id DESC LIMIT $1) AS newest"
        )
    };
    let each = Status::ALL.map(newest).join(" UNION ALL ");
    format!("WHERE id IN ({each})")
}

impl Store {
    /// Newest first: ids rise with time.
    pub async fn list_executions(
        &self,
        scope: Scope,
        filter: &ExecutionFilter,
        paging: &Paging,
    ) -> StoreResult<Page<ExecutionSummary>> {
        const DOING: &str = "list executions";
        const LIST: &str = "executions";
        let mut conditions = Vec::new();
        let mut values: Vec<sea_orm::Value> = vec![paging.fetch().into()];
        let mut condition = |sql: &str, value: sea_orm::Value| {
            values.push(value);
            conditions.push(format!("{sql} ${}", values.len()));
        };
        if let Scope::Workspace(workspace) = scope {
            // Runs of a workflow are found by the workflow's index, which SQLite can't tell to be the narrower one.
            let aside = filter.workflow_id.is_some() && self.database.is_sqlite();
            let column = if aside {
                "+workspace_id ="
            } else {
                "workspace_id ="
            };
            condition(column, workspace.into());
        }
        if let Some(workflow) = filter.workflow_id {
            condition("workflow_id =", workflow.into());
        }
        if let Some(status) = filter.status {
            condition("status =", status.as_str().into());
        }
        if let Some(earlier) = filter.rerun_of {
            condition("rerun_of =", earlier.into());
        }
        if let Some(before) = paging.after::<Uuid>(LIST)? {
            condition("id <", before.into());
        }
        let only = if conditions.is_empty() {
            String::new()
        } else {
            format!("WHERE {}", conditions.join(" AND "))
        };
        let indexed = filter.workflow_id.is_some() || scope != Scope::System;
        let only = match indexed && filter.status.is_none() && filter.rerun_of.is_none() {
            true => of_each_status(&only),
            false => only,
        };
        let sql = format!("SELECT {SUMMARY} FROM executions {only} ORDER BY id DESC LIMIT $1");
        let rows: Vec<SummaryRow> = self
            .database
            .all(DOING, self.database.statement_of(sql, values))
            .await?;
        let items = rows
            .into_iter()
            .map(|row| row.summary(DOING))
            .collect::<StoreResult<Vec<_>>>()?;
        paging.page(LIST, items, |item| item.id)
    }

    /// Those of these that there are in the scope, and of this workflow if one is named; in no order.
    pub async fn executions_among(
        &self,
        scope: Scope,
        workflow: Option<Uuid>,
        ids: &[Uuid],
    ) -> StoreResult<Vec<ExecutionSummary>> {
        const DOING: &str = "read executions";
        let (among, among_ids) = self.database.among("id", 1, ids);
        let mut values = vec![among_ids];
        let mut only = scope.and("workspace_id", &mut values);
        if let Some(workflow) = workflow {
            values.push(workflow.into());
            only += &format!(" AND workflow_id = ${}", values.len());
        }
        let sql = format!("SELECT {SUMMARY} FROM executions WHERE {among}{only}");
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<SummaryRow> = self.database.all(DOING, statement).await?;
        rows.into_iter().map(|row| row.summary(DOING)).collect()
    }

    pub async fn execution(&self, scope: Scope, id: Uuid) -> StoreResult<Option<ExecutionRecord>> {
        const DOING: &str = "read an execution";
        #[derive(FromQueryResult)]
        struct Row {
            #[sea_orm(nested)]
            summary: SummaryRow,
            inputs: Json<Value>,
            options: Option<Json<StoredOptions>>,
            output: Option<Json<Value>>,
            frontier: String,
            version: i64,
        }
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!(
            "SELECT {SUMMARY}, inputs, options, output, frontier, version FROM executions WHERE id = $1{only}"
        );
        let row: Option<Row> = self
            .database
            .one(DOING, self.database.statement_of(sql, values))
            .await?;
        row.map(|row| {
            let (options, rerun_from) = row
                .options
                .map(|options| (options.0.run, options.0.rerun_from.unwrap_or_default()))
                .unwrap_or_default();
            Ok(ExecutionRecord {
                options,
                rerun_from,
                summary: row.summary.summary(DOING)?,
                inputs: row.inputs.0,
                output: row.output.map(|json| json.0),
                frontier: row.frontier,
                version: row.version.cast_unsigned(),
            })
        })
        .transpose()
    }
}
