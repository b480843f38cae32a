//! Which executions somebody must look at: due ones, held ones, all of them after the queue was lost.

use std::time::Duration;

use engine::ports::executions::{Due, Stray};
use sea_orm::{FromQueryResult, Value, sqlx};
use uuid::Uuid;

use crate::database::Database;
use crate::error::{StoreError, StoreResult};
use crate::store::Store;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
}

const DUE: &str = "take the executions that are due";

/// Hands out what is due, oldest first, and pushes its `wake_at` on in the same transaction.
pub(super) async fn due(store: &Store, limit: usize, lease: Duration) -> StoreResult<Vec<Due>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let database = &store.database;
    if !database.is_sqlite() {
        return due_in_postgres(database, limit, lease).await;
    }
    // A look without the writer first: most of the time nothing is due.
    if !is_any_due(database).await? {
        return Ok(Vec::new());
    }
    let due = match store.committers.sqlite.upgrade() {
        Some(writer) => writer.due(limit, lease).await,
        None => Err(sqlx::Error::PoolClosed.into()),
    };
    due.map_err(|source| StoreError::Write { doing: DUE, source })
}

async fn due_in_postgres(
    database: &Database,
    limit: i64,
    lease: Duration,
) -> StoreResult<Vec<Due>> {
    #[derive(FromQueryResult)]
    struct Found {
        id: Uuid,
        /// How often it was handed out before.
        found: i32,
    }
    let (now, span) = (database.now(), database.span(lease));
    // An array is looked up by the primary key; a join would read all of it, for how much is due is not known beforehand.
    let sql = format!(
        "WITH due AS (
             SELECT id, wake_at, found FROM executions WHERE wake_at <= {now} ORDER BY wake_at LIMIT $1 FOR UPDATE SKIP LOCKED
         ), pushed AS (
             UPDATE executions SET wake_at = {now} + {span}, found = found + 1 WHERE id = ANY (ARRAY(SELECT id FROM due))
         )
         SELECT id, found FROM due ORDER BY wake_at"
    );
    let statement = database.statement(sql, [limit.into()]);
    let rows: Vec<Found> = database.write_returning(DUE, statement).await?;
    let due = |Found { id, found }| Due {
        id,
        again: found > 0,
    };
    Ok(rows.into_iter().map(due).collect())
}

async fn is_any_due(database: &Database) -> StoreResult<bool> {
    #[derive(FromQueryResult)]
    struct Any {
        any: i64,
    }
    let now = database.now();
    let sql = format!(
        "SELECT EXISTS (SELECT 1 FROM executions WHERE wake_at IS NOT NULL AND wake_at <= {now}) AS any"
    );
    let found: Option<Any> = database.one(DUE, database.statement(sql, [])).await?;
    Ok(found.is_some_and(|found| found.any == 1))
}

/// Rows that are woken together: commits of theirs wait for no more than these.
const WOKEN_AT_ONCE: i64 = 1_000;

pub(super) async fn wake_all(database: &Database) -> StoreResult<u64> {
    let mut woken = 0;
    let workspaces = database.statement("SELECT id FROM workspaces ORDER BY id", []);
    let workspaces: Vec<Row> = database.all("list the workspaces", workspaces).await?;
    for workspace in workspaces {
        for status in ["queued", "running", "paused", "cleaning_up"] {
            let mut after = Uuid::nil();
            while let Some((last, count)) = wake_page(database, workspace.id, status, after).await?
            {
                after = last;
                woken += count;
            }
        }
    }
    Ok(woken)
}

/// Wakes some executions in the order of their ids, and says which was the last of how many. What a commit is just
/// changing has its moment from that.
async fn wake_page(
    database: &Database,
    workspace: Uuid,
    status: &str,
    after: Uuid,
) -> StoreResult<Option<(Uuid, u64)>> {
    let now = database.now();
    let asleep = format!(
        "SELECT id FROM executions
         WHERE workspace_id = $1 AND status = $2 AND id > $3 AND holders IS NULL
           AND (wake_at IS NULL OR wake_at > {now}) ORDER BY id LIMIT $4"
    );
    let among = if database.is_sqlite() {
        format!("id IN ({asleep})")
    } else {
        format!("id = ANY (ARRAY({asleep} FOR UPDATE SKIP LOCKED))")
    };
    let sql = format!("UPDATE executions SET wake_at = {now} WHERE {among} RETURNING id");
    let values = [
        workspace.into(),
        status.into(),
        after.into(),
        WOKEN_AT_ONCE.into(),
    ];
    let statement = database.statement(sql, values);
    let rows: Vec<Row> = database
        .write_returning("make every execution due", statement)
        .await?;
    let last = rows.iter().map(|row| row.id).max();
    Ok(last.map(|last| (last, rows.len() as u64)))
}

/// Executions held by runners that are not among the living. Who lives is asked once before, to leave out most,
/// and once after: a runner is registered before it takes anything, so one that began in between is in the
/// second answer.
pub(super) async fn strays(
    database: &Database,
    after: Option<Uuid>,
    limit: usize,
) -> StoreResult<Vec<Stray>> {
    const DOING: &str = "find what dead runners held";
    #[derive(FromQueryResult)]
    struct Held {
        id: Uuid,
        holders: String,
    }
    let page = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut strays = Vec::new();
    let mut after = after.unwrap_or_default();
    loop {
        let living = living(database).await?;
        let sql = strays_sql(living.len());
        let values = [Value::from(after), Value::from(page)]
            .into_iter()
            .chain(living.into_iter().map(Value::from))
            .collect();
        let rows: Vec<Held> = database
            .all(DOING, database.statement_of(sql, values))
            .await?;
        let Some(last) = rows.last().map(|row| row.id) else {
            return Ok(strays);
        };
        let complete = rows.len() < limit;
        after = last;
        let living = self::living(database).await?;
        strays.extend(rows.into_iter().filter_map(|row| {
            let dead: Vec<Uuid> = row
                .holders
                .split(' ')
                .filter(|holder| !living.iter().any(|alive| alive == holder))
                .filter_map(|holder| holder.parse().ok())
                .collect();
            (!dead.is_empty()).then_some(Stray { id: row.id, dead })
        }));
        if complete || strays.len() >= limit {
            strays.truncate(limit);
            return Ok(strays);
        }
    }
}

/// What nobody else than so many living runners holds; whatever has ended is held by nobody.
fn strays_sql(living: usize) -> String {
    let one_of: Vec<String> = (3..living + 3).map(|n| format!("${n}")).collect();
    // Several holders stand in one text with spaces between; they are told apart afterwards.
    let known = match one_of.is_empty() {
        true => String::new(),
        false => format!("AND holders NOT IN ({})", one_of.join(", ")),
    };
    format!(
        "SELECT id, holders FROM executions WHERE holders IS NOT NULL AND id > $1 {known} ORDER BY id LIMIT $2"
    )
}

/// The living runners, as `holders` names them.
async fn living(database: &Database) -> StoreResult<Vec<String>> {
    let sql = "SELECT id FROM runners WHERE dead = $1";
    let rows: Vec<Row> = database
        .all("list runners", database.statement(sql, [false.into()]))
        .await?;
    Ok(rows.iter().map(|row| row.id.simple().to_string()).collect())
}

/// SQLite has to be told which index to take: it prefers the one of all open runs, for it knows nothing of how few were
/// called.
fn orphans_sql(sqlite: bool) -> String {
    let index = if sqlite {
        "INDEXED BY executions_called"
    } else {
        ""
    };
    format!(
        "SELECT e.id FROM executions e {index} JOIN executions p ON p.id = e.parent_id
         WHERE e.parent_id IS NOT NULL AND e.id > $1 AND e.status IN ('queued', 'running', 'paused', 'cleaning_up')
           AND p.status NOT IN ('queued', 'running', 'paused', 'cleaning_up')
         ORDER BY e.id LIMIT $2"
    )
}

/// Deleted workspaces in which something runs. What cleans up already may do so to its end. Few workspaces are deleted, so those are
/// gone through, and not what is open (the `OFFSET` has Postgres look for one at a time).
const DELETED_AND_AT_WORK: &str =
    "SELECT w.id FROM workspaces w WHERE w.deleted_at IS NOT NULL AND EXISTS (
         SELECT 1 FROM executions e
         WHERE e.workspace_id = w.id AND e.status IN ('queued', 'running', 'paused') AND e.id > $1 LIMIT 1 OFFSET 0)
     ORDER BY w.deleted_at";

const OPEN_IN_WORKSPACE: &str = "SELECT id FROM executions WHERE workspace_id = $1 AND status = $2 AND id > $3 ORDER BY id LIMIT $4";

pub(super) async fn orphans(
    database: &Database,
    after: Option<Uuid>,
    limit: usize,
) -> StoreResult<Vec<Uuid>> {
    const DOING: &str = "find executions that nobody waits for any more";
    let (after, count) = (
        after.unwrap_or_default(),
        i64::try_from(limit).unwrap_or(i64::MAX),
    );
    let called = orphans_sql(database.is_sqlite());
    let called = database.statement(called, [after.into(), count.into()]);
    let mut found: Vec<Row> = database.all(DOING, called).await?;
    let gone = database.statement(DELETED_AND_AT_WORK, [after.into()]);
    let gone: Vec<Row> = database.all(DOING, gone).await?;
    for workspace in gone {
        // Each of these is read in the order of an index.
        for status in ["queued", "running", "paused"] {
            let values = [
                workspace.id.into(),
                status.into(),
                after.into(),
                count.into(),
            ];
            let open = database.statement(OPEN_IN_WORKSPACE, values);
            found.extend(database.all::<Row>(DOING, open).await?);
        }
    }
    let mut ids: Vec<Uuid> = found.into_iter().map(|row| row.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(limit);
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use migrations::Migrator;
    use migrations::sea_orm_migration::MigratorTrait;
    use sea_orm::{ConnectionTrait, DbBackend, Statement};

    use super::*;

    #[tokio::test]
    async fn sweeps_do_not_go_through_all_that_is_open() {
        let db = sea_orm::Database::connect("sqlite::memory:").await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        for (sql, index) in [
            (strays_sql(2), "executions_held"),
            (orphans_sql(true), "executions_called"),
            (OPEN_IN_WORKSPACE.to_owned(), "executions_workspace_status"),
            (DELETED_AND_AT_WORK.to_owned(), "workspaces_deleted"),
            (super::super::write_sqlite::due_sql(), "executions_wake_at"),
        ] {
            let sql = format!("EXPLAIN QUERY PLAN {sql}");
            let rows = db
                .query_all_raw(Statement::from_string(DbBackend::Sqlite, sql))
                .await
                .unwrap();
            let plan: Vec<String> = rows
                .iter()
                .map(|row| row.try_get("", "detail").unwrap())
                .collect();
            assert!(plan[0].contains(index), "{plan:?}");
            assert!(!plan.iter().any(|line| line.contains("B-TREE")), "{plan:?}");
        }
    }
}
