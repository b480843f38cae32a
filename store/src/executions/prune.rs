//! Executions whose time is over are deleted, with all that belongs to them.

use engine::Time;
use engine::execution::Status;
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::{Builder, Uuid};

use crate::database::{Database, all};
use crate::error::{StoreError, StoreResult};
use crate::schedules::AND_NO_OPEN_TICK;
use crate::store::Store;
use crate::webhooks::AND_NO_OPEN_DELIVERY;

const DOING: &str = "delete executions that have expired";

/// The tables that hold rows of executions, with the column that names them.
const BELONGINGS: [(&str, &str); 5] = [
    ("steps", "execution_id"),
    ("execution_events", "execution_id"),
    ("logs", "execution_id"),
    ("waits", "execution_id"),
    ("gates", "execution_id"),
];

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

/// Deletes so many at most, the oldest first, and names them.
pub(super) async fn prune(database: &Database, limit: usize) -> StoreResult<Vec<Uuid>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sql = format!(
        "SELECT id FROM executions WHERE expires_at IS NOT NULL AND expires_at <= {}{AND_NO_OPEN_TICK}{AND_NO_OPEN_DELIVERY}
         ORDER BY expires_at LIMIT $1",
        database.now()
    );
    // A look without the writer first: most of the time nothing has expired.
    let rows: Vec<Id> = database
        .all(DOING, database.statement(sql, [limit.into()]))
        .await?;
    let ids: Vec<Uuid> = rows.into_iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(ids);
    }
    let doing = StoreError::doing(DOING);
    let transaction = database.begin(DOING).await?;
    for (table, column) in BELONGINGS {
        let (among, ids) = database.among(column, 1, &ids);
        let sql = format!("DELETE FROM {table} WHERE {among}");
        transaction
            .execute_raw(database.statement(sql, [ids]))
            .await
            .map_err(&doing)?;
    }
    let (among, values) = database.among("id", 1, &ids);
    let sql = format!("DELETE FROM executions WHERE {among} RETURNING id");
    let deleted: Vec<Id> = all(&transaction, database.statement(sql, [values]))
        .await
        .map_err(&doing)?;
    transaction.commit().await.map_err(&doing)?;
    if database.is_sqlite() {
        give_back(database).await?;
    }
    Ok(deleted.into_iter().map(|row| row.id).collect())
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
    /// Marks executions of a workspace that ended before this as expired, so many at most; says how many.
    pub async fn expire_executions(
        &self,
        workspace: Uuid,
        before: Time,
        limit: u32,
    ) -> StoreResult<u64> {
        let now = self.database.now();
        // Ids rise with time, and the index knows those of a workspace status by status: what is newer is not looked at.
        let ended = ENDED.map(|status| {
            format!(
                "SELECT id FROM (SELECT id FROM executions WHERE workspace_id = $1 AND status = '{status}' AND id < $2
                     AND finished_at < $3 AND (expires_at IS NULL OR expires_at > {now}) ORDER BY id LIMIT $4) AS ended"
            )
        });
        let sql = format!(
            "UPDATE executions SET expires_at = {now} WHERE id IN (SELECT id FROM ({}) AS all_ended LIMIT $4)",
            ended.join(" UNION ALL ")
        );
        let millis = u64::try_from(before.timestamp_millis()).unwrap_or_default();
        let values = [
            workspace.into(),
            Builder::from_unix_timestamp_millis(millis, &[0; 10])
                .into_uuid()
                .into(),
            self.database.time(before),
            i64::from(limit).into(),
        ];
        let statement = self.database.statement(sql, values);
        self.database
            .write("mark executions as expired", statement)
            .await
    }
}

const ENDED: [Status; 4] = [
    Status::Succeeded,
    Status::Failed,
    Status::Cancelled,
    Status::TimedOut,
];
