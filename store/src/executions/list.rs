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
    /// Those that this schedule or webhook began.
    pub trigger_id: Option<Uuid>,
    /// Those that this person began.
    pub started_by: Option<Uuid>,
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
    pub started_by: Option<Starter>,
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

/// The person who began an execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starter {
    pub id: Uuid,
    /// None when there is no such person any more.
    pub name: Option<String>,
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
    parent_step, rerun_of, error, seq, created_at, started_at, finished_at, started_by,
    (SELECT users.name FROM users WHERE users.id = executions.started_by) AS starter_name";

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
    started_by: Option<Uuid>,
    starter_name: Option<String>,
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
            started_by: self.started_by.map(|id| Starter {
                id,
                name: self.starter_name,
            }),
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

/// Runs that schedules and webhooks began, as the index of them says it.
const BY_TRIGGER: &str = "triggered_by >= 'schedule:'";

/// What is looked up in one index status by status, or trigger by trigger: the newest of each.
fn newest_of_each(only: &str, each: impl IntoIterator<Item = String>) -> String {
    let newest = each.into_iter().map(|one| {
        format!(
            "SELECT id FROM (SELECT id FROM executions {only} AND {one} ORDER BY id DESC LIMIT $1) AS newest"
        )
    });
    let newest: Vec<String> = newest.collect();
    format!("WHERE id IN ({})", newest.join(" UNION ALL "))
}

/// The conditions of a list with their values. Of several that have an index the narrowest is looked up, which SQLite can't tell:
/// a plus keeps it from the others.
struct Conditions {
    sql: Vec<String>,
    values: Vec<sea_orm::Value>,
    is_sqlite: bool,
}

impl Conditions {
    fn add(&mut self, column: &str, value: impl Into<sea_orm::Value>, has_narrower: bool) {
        let plus = if has_narrower && self.is_sqlite {
            "+"
        } else {
            ""
        };
        self.values.push(value.into());
        self.sql
            .push(format!("{plus}{column} ${}", self.values.len()));
    }

    fn text(&self) -> String {
        match self.sql.is_empty() {
            true => String::new(),
            false => format!("WHERE {}", self.sql.join(" AND ")),
        }
    }
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
        let mut conditions = Conditions {
            sql: Vec::new(),
            values: vec![paging.fetch().into()],
            is_sqlite: self.database.is_sqlite(),
        };
        let is_one_things = filter.rerun_of.is_some() || filter.trigger_id.is_some();
        let is_narrow = is_one_things || filter.started_by.is_some();
        if let Scope::Workspace(workspace) = scope {
            let has_narrower =
                is_one_things || (filter.workflow_id.is_some() && filter.started_by.is_none());
            conditions.add("workspace_id =", workspace, has_narrower);
        }
        if let Some(workflow) = filter.workflow_id {
            conditions.add("workflow_id =", workflow, is_narrow);
        }
        if let Some(status) = filter.status {
            conditions.add("status =", status.as_str(), is_narrow);
        }
        if let Some(person) = filter.started_by {
            conditions.add("started_by =", person, is_one_things);
        }
        if let Some(earlier) = filter.rerun_of {
            conditions.add("rerun_of =", earlier, filter.trigger_id.is_some());
        }
        if let Some(before) = paging.after::<Uuid>(LIST)? {
            conditions.add("id <", before, false);
        }
        let is_indexed = filter.workflow_id.is_some() || scope != Scope::System;
        let mut only = conditions.text();
        if let Some(trigger) = filter.trigger_id {
            let each = ["schedule", "webhook"].map(|kind| {
                conditions.values.push(format!("{kind}:{trigger}").into());
                format!(
                    "{BY_TRIGGER} AND triggered_by = ${}",
                    conditions.values.len()
                )
            });
            only = newest_of_each(
                if only.is_empty() {
                    "WHERE 1 = 1"
                } else {
                    &only
                },
                each,
            );
        } else if is_indexed && !is_narrow && filter.status.is_none() {
            only = newest_of_each(
                &only,
                Status::ALL.map(|status| format!("status = '{status}'")),
            );
        }
        let sql = format!("SELECT {SUMMARY} FROM executions {only} ORDER BY id DESC LIMIT $1");
        let rows: Vec<SummaryRow> = self
            .database
            .all(DOING, self.database.statement_of(sql, conditions.values))
            .await?;
        let items = rows
            .into_iter()
            .map(|row| row.summary(DOING))
            .collect::<StoreResult<Vec<_>>>()?;
        paging.page(LIST, items, |item| item.id)
    }

    /// How many were accepted and have not begun; at most so many are counted.
    pub async fn waiting_executions(&self, scope: Scope, most: u32) -> StoreResult<u64> {
        #[derive(FromQueryResult)]
        struct Row {
            waiting: i64,
        }
        let mut values = vec![i64::from(most).into(), Status::Queued.as_str().into()];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!(
            "SELECT COUNT(*) AS waiting FROM (SELECT id FROM executions WHERE status = $2{only} LIMIT $1) AS counted"
        );
        let statement = self.database.statement_of(sql, values);
        let row: Option<Row> = self.database.one("count executions", statement).await?;
        Ok(row.map_or(0, |row| row.waiting.cast_unsigned()))
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
        let mut only = scope.and(&self.database.looked_at("workspace_id"), &mut values);
        if let Some(workflow) = workflow {
            values.push(workflow.into());
            let column = self.database.looked_at("workflow_id");
            only += &format!(" AND {column} = ${}", values.len());
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
