//! Executions whose time is over are deleted, with all that belongs to them.

use std::time::Duration;

use engine::Time;
use engine::execution::Status;
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use crate::database::{Database, all};
use crate::error::{StoreError, StoreResult};
use crate::rising::first_id_at;
use crate::schedules::AND_NO_OPEN_TICK;
use crate::store::Store;
use crate::webhooks::AND_NO_OPEN_DELIVERY;

const DOING: &str = "delete executions that have expired";
const MARKING: &str = "mark executions as expired";

/// A condition on executions: whoever called it goes on. The `OFFSET` has Postgres look for one caller at a time; it would go
/// through all executions for those that are open.
const CALLER_IS_OPEN: &str =
    "EXISTS (SELECT 1 FROM executions caller WHERE caller.id = executions.parent_id
    AND caller.status IN ('queued', 'running', 'paused', 'cleaning_up') LIMIT 1 OFFSET 0)";

/// When one that has expired is looked at again whose caller goes on: a caller may have called a million, and they would be
/// gone through with every look.
const PUT_OFF: Duration = Duration::from_secs(24 * 60 * 60);

/// Executions that are marked in one statement.
const MARKED_AT_ONCE: i64 = 1_000;

/// The tables that hold few rows of an execution.
const FEW: [&str; 2] = ["waits", "gates"];

/// Those that may hold very many, with the columns by which these are told apart.
const MANY: [(&str, &str); 3] = [
    ("logs", "id"),
    ("execution_events", "execution_id, first_seq"),
    ("steps", "execution_id, path, attempt"),
];

/// Rows that are deleted at once. All else that is written to SQLite waits meanwhile, and a runner that could not say for long
/// that it is alive lets go of all that it does.
const ROWS_AT_ONCE: u64 = 2_000;

/// Executions whose rows are looked for at once.
const CLEARED_AT_ONCE: i64 = 100;

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

#[derive(FromQueryResult)]
struct Expired {
    id: Uuid,
    is_called: i32,
}

/// Deletes so many at most, the oldest first, and names them.
pub(super) async fn prune(database: &Database, limit: usize) -> StoreResult<Vec<Uuid>> {
    // What was left when it was last broken off.
    clear_away(database).await?;
    loop {
        // A look without the writer first: most of the time nothing has expired.
        let expired = expired(database, limit).await?;
        let was_full = expired.len() == limit;
        let (called, expired): (Vec<_>, Vec<_>) =
            expired.into_iter().partition(|row| row.is_called == 1);
        let [called, expired] =
            [called, expired].map(|rows| rows.into_iter().map(|row| row.id).collect::<Vec<Uuid>>());
        if !called.is_empty() {
            put_off(database, &called).await?;
        }
        if !expired.is_empty() {
            return delete(database, &expired).await;
        }
        if !was_full || called.is_empty() {
            return Ok(Vec::new());
        }
    }
}

async fn expired(database: &Database, limit: usize) -> StoreResult<Vec<Expired>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sql = format!(
        "SELECT id, CASE WHEN {CALLER_IS_OPEN} THEN 1 ELSE 0 END AS is_called FROM executions
         WHERE expires_at IS NOT NULL AND expires_at <= {}{AND_NO_OPEN_TICK}{AND_NO_OPEN_DELIVERY}
         ORDER BY expires_at LIMIT $1",
        database.now()
    );
    let statement = database.statement(sql, [limit.into()]);
    database.all(DOING, statement).await
}

async fn put_off(database: &Database, ids: &[Uuid]) -> StoreResult<()> {
    let (among, ids) = database.among("id", 1, ids);
    let (now, span) = (database.now(), database.span(PUT_OFF));
    let sql = format!("UPDATE executions SET expires_at = {now} + {span} WHERE {among}");
    let statement = database.statement(sql, [ids]);
    database.write(DOING, statement).await.map(drop)
}

/// Deletes them so that nothing of them can be read any more, and then what is left of them.
async fn delete(database: &Database, ids: &[Uuid]) -> StoreResult<Vec<Uuid>> {
    let doing = StoreError::doing(DOING);
    let (among, values) = database.among("id", 1, ids);
    let transaction = database.begin(DOING).await?;
    let noted = format!(
        "INSERT INTO pruned_executions (id) SELECT id FROM executions WHERE {among} ON CONFLICT DO NOTHING"
    );
    let noted = database.statement(noted, [values.clone()]);
    transaction.execute_raw(noted).await.map_err(&doing)?;
    for table in FEW {
        let (among, ids) = database.among("execution_id", 1, ids);
        let gone = database.statement(format!("DELETE FROM {table} WHERE {among}"), [ids]);
        transaction.execute_raw(gone).await.map_err(&doing)?;
    }
    let sql = format!("DELETE FROM executions WHERE {among} RETURNING id");
    let deleted: Vec<Id> = all(&transaction, database.statement(sql, [values]))
        .await
        .map_err(&doing)?;
    transaction.commit().await.map_err(&doing)?;
    clear_away(database).await?;
    Ok(deleted.into_iter().map(|row| row.id).collect())
}

async fn clear_away(database: &Database) -> StoreResult<()> {
    let mut has_cleared = false;
    loop {
        let sql = "SELECT id FROM pruned_executions ORDER BY id LIMIT $1";
        let statement = database.statement(sql, [CLEARED_AT_ONCE.into()]);
        let rows: Vec<Id> = database.all(DOING, statement).await?;
        if rows.is_empty() {
            break;
        }
        let ids: Vec<Uuid> = rows.into_iter().map(|row| row.id).collect();
        for (table, key) in MANY {
            let (among, ids) = database.among("execution_id", 1, &ids);
            let sql = format!(
                "DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {among} LIMIT {ROWS_AT_ONCE})"
            );
            let some = database.statement(sql, [ids]);
            while database.write(DOING, some.clone()).await? == ROWS_AT_ONCE {}
        }
        let (among, ids) = database.among("id", 1, &ids);
        let sql = format!("DELETE FROM pruned_executions WHERE {among}");
        database
            .write(DOING, database.statement(sql, [ids]))
            .await?;
        has_cleared = true;
    }
    if has_cleared && database.is_sqlite() {
        give_back(database).await?;
    }
    Ok(())
}

/// Pages given back to the disk at once: few, so that nobody waits long for the writer.
const PAGES: u32 = 1_000;

/// Makes the file smaller by what was deleted. Postgres does that by itself. The disk has it back with the next
/// checkpoint of the log.
async fn give_back(database: &Database) -> StoreResult<()> {
    let sql = format!("PRAGMA incremental_vacuum({PAGES})");
    let doing = StoreError::doing("give deleted space back");
    let given = database.writer.execute_unprepared(&sql).await;
    given.map(|_| ()).map_err(doing)
}

impl Store {
    /// Marks executions of a workspace that ended before this as expired, some at a time; says how many. Those whose caller goes
    /// on are left for later.
    pub async fn expire_executions(&self, workspace: Uuid, before: Time) -> StoreResult<u64> {
        let mut marked = 0;
        for status in ENDED {
            let mut after = Uuid::nil();
            while let Some((last, count)) =
                self.expire_page(workspace, status, before, after).await?
            {
                after = last;
                marked += count;
            }
        }
        Ok(marked)
    }

    /// Marks some in the order of their ids, and says which was the last of how many.
    async fn expire_page(
        &self,
        workspace: Uuid,
        status: Status,
        before: Time,
        after: Uuid,
    ) -> StoreResult<Option<(Uuid, u64)>> {
        let database = &self.database;
        let now = database.now();
        // Ids rise with time, and the index knows those of a workspace status by status: what is newer is not looked at.
        let ended = format!(
            "SELECT id FROM executions WHERE workspace_id = $1 AND status = $2 AND id > $3 AND id < $4 AND finished_at < $5
               AND (expires_at IS NULL OR expires_at > {now}) AND NOT {CALLER_IS_OPEN} ORDER BY id LIMIT $6"
        );
        // Several servers may do so at once.
        let among = match database.is_sqlite() {
            true => format!("id IN ({ended})"),
            false => format!("id = ANY (ARRAY({ended} FOR UPDATE SKIP LOCKED))"),
        };
        let sql = format!("UPDATE executions SET expires_at = {now} WHERE {among} RETURNING id");
        let values = [
            workspace.into(),
            status.to_string().into(),
            after.into(),
            first_id_at(before).into(),
            database.time(before),
            MARKED_AT_ONCE.into(),
        ];
        let statement = database.statement(sql, values);
        let rows: Vec<Id> = database.write_returning(MARKING, statement).await?;
        let last = rows.iter().map(|row| row.id).max();
        Ok(last.map(|last| (last, rows.len() as u64)))
    }
}

const ENDED: [Status; 4] = [
    Status::Succeeded,
    Status::Failed,
    Status::Cancelled,
    Status::TimedOut,
];
