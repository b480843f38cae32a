//! Steps that wait for an answer from outside: found by signal, by step, or listed for people.

use engine::Time;
use engine::node::Await;
use engine::ports::executions::{WaitFilter, Waiting};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Json, Moment};
use crate::error::StoreResult;
use crate::page::{Page, Paging};
use crate::scope::Scope;
use crate::store::Store;

/// A wait as people see it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredWait {
    pub id: Uuid,
    pub execution: Uuid,
    pub workflow_name: String,
    pub path: String,
    pub request: Await,
    pub since: Time,
    pub until: Option<Time>,
}

/// Only what can still be answered: an execution that was ended without being read leaves its waits behind.
const OPEN: &str = "FROM waits w JOIN executions e ON e.id = w.execution_id
    WHERE e.status IN ('queued', 'running', 'paused', 'cleaning_up')";

pub(super) async fn find(
    store: &Store,
    filter: &WaitFilter,
    limit: usize,
) -> StoreResult<Vec<Waiting>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        workspace_id: Uuid,
        execution_id: Uuid,
        path: String,
        request: Json<Await>,
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut values: Vec<Value> = vec![limit.into()];
    let condition = match filter {
        WaitFilter::Id(id) => {
            values.push((*id).into());
            "w.id = $2"
        }
        WaitFilter::Signal { owner, name, key } => {
            values.push(name.as_str().into());
            values.push((*owner).into());
            match key {
                Some(key) => {
                    values.push(key.as_str().into());
                    "w.signal = $2 AND e.workspace_id = $3 AND w.key = $4"
                }
                None => "w.signal = $2 AND e.workspace_id = $3 AND w.key IS NULL",
            }
        }
        WaitFilter::Step { execution, path } => {
            values.push((*execution).into());
            values.push(path.as_str().into());
            "w.execution_id = $2 AND w.path = $3"
        }
    };
    let sql = format!(
        "SELECT w.id, e.workspace_id, w.execution_id, w.path, w.request {OPEN} AND {condition} ORDER BY w.id LIMIT $1"
    );
    let statement = store.database.statement_of(sql, values);
    let rows: Vec<Row> = store
        .database
        .all("find steps that wait for an answer", statement)
        .await?;
    let waits = rows.into_iter().map(|row| Waiting {
        id: row.id,
        owner: row.workspace_id,
        execution: row.execution_id,
        path: row.path,
        request: row.request.0,
    });
    Ok(waits.collect())
}

impl Store {
    /// How many wait for an answer; no more than `most` are counted.
    pub async fn count_waits(&self, scope: Scope, most: u32) -> StoreResult<u64> {
        #[derive(FromQueryResult)]
        struct Row {
            waiting: i64,
        }
        let mut values: Vec<Value> = vec![i64::from(most).into()];
        let only = scope.and("w.workspace_id", &mut values);
        let sql = format!(
            "SELECT COUNT(*) AS waiting FROM (SELECT w.id {OPEN}{only} LIMIT $1) AS counted"
        );
        let statement = self.database.statement_of(sql, values);
        let doing = "count what waits for an answer";
        let row: Option<Row> = self.database.one(doing, statement).await?;
        Ok(row.map_or(0, |row| row.waiting.cast_unsigned()))
    }

    /// What waits for an answer, the newest first.
    pub async fn list_waits(
        &self,
        scope: Scope,
        execution: Option<Uuid>,
        signal: Option<&str>,
        paging: &Paging,
    ) -> StoreResult<Page<StoredWait>> {
        const DOING: &str = "list what waits for an answer";
        const LIST: &str = "waits";
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            execution_id: Uuid,
            workflow_name: String,
            path: String,
            request: Json<Await>,
            since: Moment,
            until: Option<Moment>,
        }
        let mut values: Vec<Value> = vec![paging.fetch().into()];
        let mut conditions = scope.and("w.workspace_id", &mut values);
        let mut condition = |sql: &str, value: Value| {
            values.push(value);
            conditions.push_str(&format!(" AND {sql} ${}", values.len()));
        };
        if let Some(execution) = execution {
            condition("w.execution_id =", execution.into());
        }
        if let Some(signal) = signal {
            condition("w.signal =", signal.into());
        }
        if let Some(before) = paging.after::<Uuid>(LIST)? {
            condition("w.id <", before.into());
        }
        let sql = format!(
            "SELECT w.id, w.execution_id, e.workflow_name, w.path, w.request, w.since, w.until {OPEN}{conditions}
             ORDER BY w.id DESC LIMIT $1"
        );
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self.database.all(DOING, statement).await?;
        let items = rows.into_iter().map(|row| StoredWait {
            id: row.id,
            execution: row.execution_id,
            workflow_name: row.workflow_name,
            path: row.path,
            request: row.request.0,
            since: row.since.0,
            until: row.until.map(|at| at.0),
        });
        paging.page(LIST, items.collect(), |item| item.id)
    }
}
