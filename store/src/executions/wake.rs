//! Which executions somebody must look at: due ones, held ones, all of them after the queue was lost.

use std::time::Duration;

use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Database, all};
use crate::error::{StoreError, StoreResult};

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
}

const DUE: &str = "take the executions that are due";

/// Hands out what is due, oldest first, and pushes its `wake_at` on in the same transaction.
pub(super) async fn due(
    database: &Database,
    limit: usize,
    lease: Duration,
) -> StoreResult<Vec<Uuid>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = if database.is_sqlite() {
        due_in_sqlite(database, limit, lease).await?
    } else {
        due_in_postgres(database, limit, lease).await?
    };
    Ok(rows.into_iter().map(|row| row.id).collect())
}

async fn due_in_postgres(
    database: &Database,
    limit: i64,
    lease: Duration,
) -> StoreResult<Vec<Row>> {
    let (now, span) = (database.now(), database.span(lease));
    let sql = format!(
        "WITH due AS (
             SELECT id, wake_at FROM executions WHERE wake_at <= {now} ORDER BY wake_at LIMIT $1 FOR UPDATE SKIP LOCKED
         ), pushed AS (
             UPDATE executions e SET wake_at = {now} + {span} FROM due WHERE e.id = due.id RETURNING e.id
         )
         SELECT due.id FROM due JOIN pushed ON pushed.id = due.id ORDER BY due.wake_at"
    );
    database
        .write_returning(DUE, database.statement(sql, [limit.into()]))
        .await
}

async fn due_in_sqlite(database: &Database, limit: i64, lease: Duration) -> StoreResult<Vec<Row>> {
    #[derive(FromQueryResult)]
    struct Now {
        now: i64,
        any: i64,
    }
    let now = database.now();
    // A look without the writer first: most of the time nothing is due.
    let sql = format!(
        "SELECT {now} AS now,
                EXISTS (SELECT 1 FROM executions WHERE wake_at IS NOT NULL AND wake_at <= {now}) AS any"
    );
    let Some(Now { now, any: 1 }) = database.one(DUE, database.statement(sql, [])).await? else {
        return Ok(Vec::new());
    };
    let due = "SELECT id FROM executions WHERE wake_at IS NOT NULL AND wake_at <= $1 ORDER BY wake_at, id LIMIT $2";
    let doing = StoreError::doing(DUE);
    let transaction = database.begin(DUE).await?;
    let rows: Vec<Row> = all(
        &transaction,
        database.statement(due, [now.into(), limit.into()]),
    )
    .await
    .map_err(&doing)?;
    let push = format!(
        "UPDATE executions SET wake_at = $1 + {} WHERE id IN ({due})",
        database.span(lease)
    );
    sea_orm::ConnectionTrait::execute_raw(
        &transaction,
        database.statement(push, [now.into(), limit.into()]),
    )
    .await
    .map_err(&doing)?;
    transaction.commit().await.map_err(&doing)?;
    Ok(rows)
}

pub(super) async fn wake_all(database: &Database) -> StoreResult<u64> {
    let now = database.now();
    let sql = format!(
        "UPDATE executions SET wake_at = {now}
         WHERE status IN ('queued', 'running') AND holders IS NULL AND (wake_at IS NULL OR wake_at > {now})"
    );
    database
        .write("make every execution due", database.statement(sql, []))
        .await
}

pub(super) async fn held_by(
    database: &Database,
    runners: &[Uuid],
    limit: usize,
) -> StoreResult<Vec<Uuid>> {
    if runners.is_empty() {
        return Ok(Vec::new());
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let held: Vec<String> = (2..runners.len() + 2)
        .map(|n| format!("holders LIKE ${n}"))
        .collect();
    let sql = format!(
        "SELECT id FROM executions
         WHERE status IN ('queued', 'running') AND holders IS NOT NULL AND ({}) ORDER BY id LIMIT $1",
        held.join(" OR ")
    );
    let patterns = runners
        .iter()
        .map(|runner| Value::from(format!("%{}%", runner.simple())));
    let values = std::iter::once(Value::from(limit))
        .chain(patterns)
        .collect();
    let rows: Vec<Row> = database
        .all(
            "find what dead runners held",
            database.statement_of(sql, values),
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
