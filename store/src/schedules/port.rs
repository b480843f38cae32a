//! The engine's port: ticks are planned, taken, decided and settled. Why each starts exactly one execution stands at the
//! port.

use std::time::Duration;

use async_trait::async_trait;
use engine::Time;
use engine::ports::PortResult;
use engine::ports::schedules::{DueSchedule, OpenTick, Planned, Schedules, TickClaim, TickOutcome};
use engine::schedule::ScheduleSpec;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, FromQueryResult, Value};
use uuid::Uuid;

use super::ticks::REMEMBERED;
use crate::database::{Database, Json, Moment, one};
use crate::error::{StoreError, StoreResult};
use crate::store::Store;

/// Ticks of one schedule that wait at most; further ones are left out.
const MOST_OPEN: i64 = 1_000;
const TOO_MANY: &str = "too many earlier ones wait already";

/// A schedule that this version can't read is left to newer ones for so long.
const UNREADABLE: Duration = Duration::from_secs(60);

const OPEN_RUNS: &str = "status IN ('queued', 'running', 'paused', 'cleaning_up')";

#[async_trait]
impl Schedules for Store {
    async fn due_schedules(&self, limit: usize) -> PortResult<Vec<DueSchedule>> {
        Ok(due(self, limit).await?)
    }

    async fn plan(&self, planned: Planned) -> PortResult<bool> {
        Ok(plan(self, planned).await?)
    }

    async fn take(&self, limit: usize, lease: Duration) -> PortResult<Vec<OpenTick>> {
        Ok(take(self, limit, lease).await?)
    }

    async fn running(&self, claim: TickClaim) -> PortResult<Vec<Uuid>> {
        Ok(running(self, claim).await?)
    }

    async fn decide(&self, claim: TickClaim, execution: Uuid) -> PortResult<bool> {
        let change = "status = 'starting', execution_id = $4";
        let undecided = " AND execution_id IS NULL";
        Ok(change_tick(self, claim, change, undecided, vec![execution.into()]).await?)
    }

    async fn settle(&self, claim: TickClaim, outcome: TickOutcome) -> PortResult<bool> {
        let (status, execution, reason) = match outcome {
            TickOutcome::Started { execution } => ("started", Some(execution), None),
            TickOutcome::Skipped { reason } => ("skipped", None, Some(reason)),
            TickOutcome::Failed { reason } => ("failed", None, Some(reason)),
        };
        let change = format!(
            "status = $4, execution_id = $5, reason = $6, look_at = NULL, settled_at = {}",
            self.database.now()
        );
        let values = vec![status.into(), execution.into(), reason.into()];
        Ok(change_tick(self, claim, &change, "", values).await?)
    }

    async fn postpone(&self, claim: TickClaim, by: Duration) -> PortResult<()> {
        let database = &self.database;
        let change = format!("look_at = {} + {}", database.now(), database.span(by));
        // One that was hastened meanwhile is not put off again.
        let claimed = format!(" AND look_at > {}", database.now());
        change_tick(self, claim, &change, &claimed, Vec::new()).await?;
        Ok(())
    }

    async fn hasten(&self, schedule: Uuid) -> PortResult<()> {
        let now = self.database.now();
        let sql = format!(
            "UPDATE schedule_ticks SET look_at = {now} WHERE schedule_id = $1 AND look_at > {now} AND status = 'due'"
        );
        let statement = self.database.statement(sql, [schedule.into()]);
        self.database.write("hasten ticks", statement).await?;
        Ok(())
    }

    async fn next(&self) -> PortResult<Option<Duration>> {
        Ok(next(self).await?)
    }
}

async fn due(store: &Store, limit: usize) -> StoreResult<Vec<DueSchedule>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        spec: String,
        decided_until: Moment,
        revision: i32,
        now: Moment,
    }
    const DOING: &str = "find the schedules that are due";
    let database = &store.database;
    let now = database.now();
    let sql = format!(
        "SELECT id, spec, decided_until, revision, {now} AS now FROM schedules
         WHERE next_at IS NOT NULL AND next_at <= {now} ORDER BY next_at LIMIT $1"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<Row> = database
        .all(DOING, database.statement(sql, [limit.into()]))
        .await?;
    let mut due = Vec::with_capacity(rows.len());
    for row in rows {
        let spec: ScheduleSpec = match serde_json::from_str(&row.spec) {
            Ok(spec) => spec,
            Err(error) => {
                tracing::warn!(schedule.id = %row.id, %error, "a schedule can't be read here; a newer version of Lathe may have written it");
                let later = database.span(UNREADABLE);
                let sql = format!(
                    "UPDATE schedules SET next_at = {now} + {later} WHERE id = $1 AND revision = $2 AND next_at <= {now}"
                );
                let values = [row.id.into(), row.revision.into()];
                database
                    .write(DOING, database.statement(sql, values))
                    .await?;
                continue;
            }
        };
        due.push(DueSchedule {
            id: row.id,
            spec,
            decided_until: row.decided_until.0,
            now: row.now.0,
            revision: row.revision.cast_unsigned(),
        });
    }
    Ok(due)
}

async fn plan(store: &Store, planned: Planned) -> StoreResult<bool> {
    const DOING: &str = "plan the ticks of a schedule";
    let doing = StoreError::doing(DOING);
    let database = &store.database;
    let of = &planned.of;
    let transaction = database.begin(DOING).await?;
    let moved = database.statement(
        "UPDATE schedules SET decided_until = $4, next_at = $5, missed = missed + $6
         WHERE id = $1 AND decided_until = $2 AND revision = $3 AND next_at IS NOT NULL",
        [
            of.id.into(),
            database.time(of.decided_until),
            of.revision.cast_signed().into(),
            // A clock that went back takes nothing back.
            database.time(of.decided_until.max(of.now)),
            database.optional_time(planned.next),
            planned.missed.cast_signed().into(),
        ],
    );
    let moved = transaction.execute_raw(moved).await.map_err(&doing)?;
    if moved.rows_affected() == 0 {
        transaction.rollback().await.map_err(&doing)?;
        return Ok(false);
    }
    if !planned.due.is_empty() {
        insert_ticks(database, &transaction, of.id, &planned.due)
            .await
            .map_err(&doing)?;
        forget_old_ticks(database, &transaction, of.id)
            .await
            .map_err(&doing)?;
    }
    transaction.commit().await.map_err(&doing)?;
    Ok(true)
}

/// Ticks to begin, as far as there is room for them to wait.
async fn insert_ticks(
    database: &Database,
    transaction: &DatabaseTransaction,
    schedule: Uuid,
    due: &[Time],
) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct Open {
        count: i64,
    }
    let sql = "SELECT count(*) AS count FROM schedule_ticks WHERE schedule_id = $1 AND look_at IS NOT NULL";
    let open: Option<Open> = one(transaction, database.statement(sql, [schedule.into()])).await?;
    let open = open.map_or(0, |open| open.count);
    let now = database.now();
    for (open, at) in (open..).zip(due) {
        let (status, reason, look_at, settled_at) = match open < MOST_OPEN {
            true => ("due", None, now, "NULL"),
            false => ("skipped", Some(TOO_MANY), "NULL", now),
        };
        let sql = format!(
            "INSERT INTO schedule_ticks (schedule_id, scheduled_for, status, reason, look_at, settled_at)
             VALUES ($1, $2, $3, $4, {look_at}, {settled_at}) ON CONFLICT DO NOTHING"
        );
        let values = [
            schedule.into(),
            database.time(*at),
            status.into(),
            reason.into(),
        ];
        transaction
            .execute_raw(database.statement(sql, values))
            .await?;
    }
    Ok(())
}

/// One whose run goes on is needed to know that it does.
async fn forget_old_ticks(
    database: &Database,
    transaction: &DatabaseTransaction,
    schedule: Uuid,
) -> Result<(), DbErr> {
    let sql = format!(
        "DELETE FROM schedule_ticks WHERE schedule_id = $1 AND look_at IS NULL
           AND scheduled_for < (SELECT scheduled_for FROM schedule_ticks WHERE schedule_id = $1
                                ORDER BY scheduled_for DESC LIMIT 1 OFFSET {REMEMBERED})
           AND NOT EXISTS (SELECT 1 FROM executions e WHERE e.id = execution_id AND e.{OPEN_RUNS})"
    );
    let forget = database.statement(sql, [schedule.into()]);
    transaction.execute_raw(forget).await.map(drop)
}

#[derive(FromQueryResult)]
struct Taken {
    schedule_id: Uuid,
    scheduled_for: Moment,
    execution_id: Option<Uuid>,
    taken: i32,
}

async fn take(store: &Store, limit: usize, lease: Duration) -> StoreResult<Vec<OpenTick>> {
    const DOING: &str = "take open ticks";
    let database = &store.database;
    let (now, lease) = (database.now(), database.span(lease));
    let heads = heads("t.schedule_id AS of_schedule, t.scheduled_for AS of_moment");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    if database.is_sqlite() {
        #[derive(FromQueryResult)]
        struct Any {
            of_schedule: Uuid,
        }
        // A look without the writer first: most of the time nothing is open.
        let sql = format!("{heads} AND t.look_at <= {now} LIMIT 1");
        let any: Option<Any> = database.one(DOING, database.statement(sql, [])).await?;
        if any.is_none_or(|any| any.of_schedule.is_nil()) {
            return Ok(Vec::new());
        }
    }
    let lock = if database.is_sqlite() {
        ""
    } else {
        "FOR UPDATE SKIP LOCKED"
    };
    let sql = format!(
        "WITH free AS ({heads} AND t.look_at <= {now} ORDER BY t.look_at LIMIT $1 {lock})
         UPDATE schedule_ticks SET look_at = {now} + {lease}, taken = taken + 1 FROM free
         WHERE schedule_id = free.of_schedule AND scheduled_for = free.of_moment
         RETURNING schedule_id, scheduled_for, execution_id, taken"
    );
    let rows: Vec<Taken> = database
        .write_returning(DOING, database.statement(sql, [limit.into()]))
        .await?;
    let mut ticks = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(tick) = open_tick(store, row).await? {
            ticks.push(tick);
        }
    }
    Ok(ticks)
}

/// The oldest open tick of each schedule: a later one has its turn when that is settled.
fn heads(columns: &str) -> String {
    format!(
        "SELECT {columns} FROM schedule_ticks t WHERE t.look_at IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM schedule_ticks e WHERE e.schedule_id = t.schedule_id
                             AND e.scheduled_for < t.scheduled_for AND e.look_at IS NOT NULL)"
    )
}

/// A tick with what its run takes; none when its schedule was removed meanwhile.
async fn open_tick(store: &Store, taken: Taken) -> StoreResult<Option<OpenTick>> {
    #[derive(FromQueryResult)]
    struct Row {
        workflow_id: Uuid,
        version: Option<i32>,
        spec: Json<ScheduleSpec>,
        inputs: Json<serde_json::Value>,
        has_later: bool,
    }
    let database = &store.database;
    let sql = "SELECT s.workflow_id, s.spec, s.inputs,
                 CASE WHEN w.deleted_at IS NULL THEN coalesce(w.published_version, w.version) END AS version,
                 EXISTS (SELECT 1 FROM schedule_ticks t WHERE t.schedule_id = s.id AND t.scheduled_for > $2
                           AND t.look_at IS NOT NULL) AS has_later
               FROM schedules s LEFT JOIN workflows w ON w.id = s.workflow_id WHERE s.id = $1";
    let values = [
        taken.schedule_id.into(),
        database.time(taken.scheduled_for.0),
    ];
    let row: Option<Row> = database
        .one("read an open tick", database.statement(sql, values))
        .await?;
    Ok(row.map(|row| OpenTick {
        claim: TickClaim {
            schedule: taken.schedule_id,
            scheduled_for: taken.scheduled_for.0,
            taken: taken.taken.cast_unsigned(),
        },
        workflow: row.workflow_id,
        version: row.version.map(i32::cast_unsigned),
        inputs: row.inputs.0,
        overlap: row.spec.0.overlap,
        execution: taken.execution_id,
        has_later: row.has_later,
    }))
}

async fn running(store: &Store, claim: TickClaim) -> StoreResult<Vec<Uuid>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
    }
    let database = &store.database;
    let sql = format!(
        "SELECT e.id FROM schedule_ticks t JOIN executions e ON e.id = t.execution_id
         WHERE t.schedule_id = $1 AND t.scheduled_for <> $2 AND e.{OPEN_RUNS} ORDER BY e.id"
    );
    let values = [claim.schedule.into(), database.time(claim.scheduled_for)];
    let rows: Vec<Row> = database
        .all(
            "find what a schedule's other ticks began",
            database.statement(sql, values),
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Changes an open tick, if nobody has taken it since.
async fn change_tick(
    store: &Store,
    claim: TickClaim,
    change: &str,
    only: &str,
    more: Vec<Value>,
) -> StoreResult<bool> {
    let database = &store.database;
    let sql = format!(
        "UPDATE schedule_ticks SET {change}
         WHERE schedule_id = $1 AND scheduled_for = $2 AND taken = $3 AND look_at IS NOT NULL{only}"
    );
    let mut values = vec![
        claim.schedule.into(),
        database.time(claim.scheduled_for),
        claim.taken.cast_signed().into(),
    ];
    values.extend(more);
    let statement = database.statement_of(sql, values);
    Ok(database.write("change a tick", statement).await? == 1)
}

async fn next(store: &Store) -> StoreResult<Option<Duration>> {
    #[derive(FromQueryResult)]
    struct Row {
        now: Moment,
        schedule_at: Option<Moment>,
        tick_at: Option<Moment>,
    }
    let database = &store.database;
    let sql = format!(
        "SELECT {} AS now, (SELECT min(next_at) FROM schedules WHERE next_at IS NOT NULL) AS schedule_at,
                ({}) AS tick_at",
        database.now(),
        heads("min(t.look_at)")
    );
    let row: Option<Row> = database
        .one("ask when a schedule is due", database.statement(sql, []))
        .await?;
    let Some(row) = row else { return Ok(None) };
    let first = [row.schedule_at, row.tick_at].into_iter().flatten();
    let first = first.map(|at| at.0).min();
    // The past is now.
    Ok(first.map(|at| (at - row.now.0).to_std().unwrap_or_default()))
}
