//! Letting in: one transaction looks at what a workflow's limits hold back and at what is under way, and decides.

use std::collections::HashMap;

use engine::Time;
use engine::gate::{self, Held, UnderWay, Verdict};
use engine::node::ErrorValue;
use engine::plan::Admission;
use engine::ports::executions::LetIn;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Database, Json, Moment, all};
use crate::error::{StoreError, StoreResult};

const DOING: &str = "let in executions";

/// Runs that are looked at together; when all of them could begin, there may be more.
const TOGETHER: i64 = 500;

const OPEN: &str = "status IN ('queued', 'running', 'paused', 'cleaning_up')";

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

#[derive(FromQueryResult)]
struct HeldRow {
    execution_id: Uuid,
    admission: Json<Admission>,
    created_at: Moment,
    since: Moment,
    not_before: Moment,
}

#[derive(FromQueryResult)]
struct RunningRow {
    execution_id: Uuid,
    concurrency_key: Option<String>,
    fair_key: Option<String>,
}

#[derive(FromQueryResult)]
struct Now {
    now: Moment,
}

/// Workflows of which runs are held that may be due, or were refused and have not ended.
pub(super) async fn waiting(database: &Database) -> StoreResult<Vec<Uuid>> {
    let sql = format!(
        "SELECT DISTINCT workflow_id AS id FROM gates
         WHERE state = 'refused' OR (state = 'held' AND not_before <= {})",
        database.now()
    );
    let rows: Vec<Id> = database
        .all("find executions that are held", database.statement(sql, []))
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

pub(super) async fn let_in(database: &Database, workflow: Uuid) -> StoreResult<LetIn> {
    let doing = StoreError::doing(DOING);
    let transaction = database.begin(DOING).await?;
    if !database.is_sqlite() {
        // One at a time for each workflow, in all processes; the lock goes with the transaction.
        let key = workflow.as_u64_pair().0.cast_signed() ^ workflow.as_u64_pair().1.cast_signed();
        let lock = database.statement("SELECT pg_advisory_xact_lock($1)", [key.into()]);
        transaction.execute_raw(lock).await.map_err(&doing)?;
    }
    let found = decide(database, &transaction, workflow)
        .await
        .map_err(&doing)?;
    transaction.commit().await.map_err(&doing)?;
    Ok(found)
}

async fn decide(
    database: &Database,
    transaction: &DatabaseTransaction,
    workflow: Uuid,
) -> Result<LetIn, sea_orm::DbErr> {
    let sql = format!("SELECT {} AS now", database.now());
    let now: Vec<Now> = all(transaction, database.statement(sql, [])).await?;
    let now = now.first().map_or(Time::default(), |row| row.now.0);
    tidy(database, transaction, workflow).await?;
    let held = held(database, transaction, workflow).await?;
    let full = held.len() as i64 >= TOGETHER;
    let under_way = under_way(database, transaction, workflow, &held, now).await?;
    let verdict = gate::decide(held, under_way, now);
    record(database, transaction, &verdict).await?;
    let refused = refused(database, transaction, workflow).await?;
    Ok(LetIn {
        more: full && !verdict.admit.is_empty(),
        admitted: verdict.admit,
        refused,
        cancel: verdict.cancel,
    })
}

/// What has ended counts no more; how often something began is counted for a while.
async fn tidy(
    database: &Database,
    transaction: &DatabaseTransaction,
    workflow: Uuid,
) -> Result<(), sea_orm::DbErr> {
    let ended = format!(
        "UPDATE gates SET state = 'ended'
         WHERE workflow_id = $1 AND state <> 'ended'
           AND NOT EXISTS (SELECT 1 FROM executions e WHERE e.id = gates.execution_id AND e.{OPEN})"
    );
    let statement = database.statement(ended, [workflow.into()]);
    transaction.execute_raw(statement).await?;
    // A rate looks back a day at most.
    let old = format!(
        "DELETE FROM gates WHERE workflow_id = $1 AND state = 'ended'
           AND (rate_key IS NULL OR admitted_at IS NULL OR admitted_at < {} - {})",
        database.now(),
        database.span(std::time::Duration::from_secs(86_400))
    );
    let statement = database.statement(old, [workflow.into()]);
    transaction.execute_raw(statement).await?;
    Ok(())
}

/// Those that could begin now, and those about which something is to be decided whether they could or not.
async fn held(
    database: &Database,
    transaction: &DatabaseTransaction,
    workflow: Uuid,
) -> Result<Vec<Held>, sea_orm::DbErr> {
    let sql = format!(
        "SELECT execution_id, admission, created_at, since, not_before FROM gates g
         WHERE workflow_id = $1 AND state = 'held' AND (immediate = 1 OR not_before <= {now})
         ORDER BY immediate DESC, priority DESC, execution_id LIMIT $2",
        now = database.now()
    );
    let statement = database.statement(sql, [workflow.into(), TOGETHER.into()]);
    let mut rows: Vec<HeldRow> = all(transaction, statement).await?;
    if rows.len() as i64 >= TOGETHER {
        // There are too many to look at all: those go first whose key has a place.
        let sql = format!(
            "SELECT execution_id, admission, created_at, since, not_before FROM gates g
             WHERE workflow_id = $1 AND state = 'held' AND not_before <= {now}
               AND NOT EXISTS (
                   SELECT 1 FROM gates a
                   WHERE a.workflow_id = g.workflow_id AND a.state = 'admitted'
                     AND a.concurrency_key = g.concurrency_key)
             ORDER BY priority DESC, execution_id LIMIT $2",
            now = database.now()
        );
        let statement = database.statement(sql, [workflow.into(), TOGETHER.into()]);
        let free: Vec<HeldRow> = all(transaction, statement).await?;
        let known: std::collections::HashSet<Uuid> =
            rows.iter().map(|row| row.execution_id).collect();
        let new = free.into_iter();
        rows.extend(new.filter(|row| !known.contains(&row.execution_id)));
    }
    let held = rows.into_iter().map(|row| Held {
        execution: row.execution_id,
        admission: row.admission.0,
        created_at: row.created_at.0,
        since: row.since.0,
        not_before: row.not_before.0,
    });
    Ok(held.collect())
}

async fn under_way(
    database: &Database,
    transaction: &DatabaseTransaction,
    workflow: Uuid,
    held: &[Held],
    now: Time,
) -> Result<UnderWay, sea_orm::DbErr> {
    let mut under_way = UnderWay::default();
    if held.is_empty() {
        return Ok(under_way);
    }
    let sql = "SELECT execution_id, concurrency_key, fair_key FROM gates
               WHERE workflow_id = $1 AND state = 'admitted' ORDER BY admitted_at, execution_id";
    let statement = database.statement(sql, [workflow.into()]);
    let running: Vec<RunningRow> = all(transaction, statement).await?;
    for row in running {
        if let Some(key) = row.concurrency_key {
            let running = under_way.running.entry(key).or_default();
            running.push(row.execution_id);
        }
        if let Some(key) = row.fair_key {
            *under_way.fair.entry(key).or_default() += 1;
        }
    }
    let mut paces: HashMap<&str, Time> = HashMap::new();
    for held in held {
        if let Some(pace) = &held.admission.rate {
            paces.insert(&pace.key, now - pace.per.to_delta());
        }
    }
    for (key, after) in paces {
        #[derive(FromQueryResult)]
        struct Count {
            count: i64,
        }
        let statement = database.statement(
            "SELECT count(*) AS count FROM gates WHERE workflow_id = $1 AND rate_key = $2 AND admitted_at > $3",
            [workflow.into(), key.into(), database.time(after)],
        );
        let counted: Vec<Count> = all(transaction, statement).await?;
        let count = counted.first().map_or(0, |row| row.count);
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        under_way.begun.insert(key.to_owned(), count);
    }
    Ok(under_way)
}

async fn record(
    database: &Database,
    transaction: &DatabaseTransaction,
    verdict: &Verdict,
) -> Result<(), sea_orm::DbErr> {
    if !verdict.admit.is_empty() {
        let now = database.now();
        let (among, ids) = database.among("execution_id", 1, &verdict.admit);
        let sql = format!("UPDATE gates SET state = 'admitted', admitted_at = {now} WHERE {among}");
        let statement = database.statement(sql, [ids]);
        transaction.execute_raw(statement).await?;
        let (among, ids) = database.among("id", 1, &verdict.admit);
        let sql = format!("UPDATE executions SET wake_at = {now} WHERE {among} AND {OPEN}");
        let statement = database.statement(sql, [ids]);
        transaction.execute_raw(statement).await?;
    }
    for (id, error) in &verdict.refuse {
        let text = serde_json::to_string(error).unwrap_or_default();
        let statement = database.statement(
            "UPDATE gates SET state = 'refused', refusal = $2 WHERE execution_id = $1",
            [(*id).into(), text.into()],
        );
        transaction.execute_raw(statement).await?;
    }
    for (id, since, not_before) in &verdict.postpone {
        let values: [Value; 3] = [
            (*id).into(),
            database.time(*since),
            database.time(*not_before),
        ];
        let statement = database.statement(
            "UPDATE gates SET since = $2, not_before = $3 WHERE execution_id = $1",
            values,
        );
        transaction.execute_raw(statement).await?;
    }
    Ok(())
}

/// All that were refused and have not ended yet: whoever refused them may have died before it could end them.
async fn refused(
    database: &Database,
    transaction: &DatabaseTransaction,
    workflow: Uuid,
) -> Result<Vec<(Uuid, ErrorValue)>, sea_orm::DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        execution_id: Uuid,
        refusal: Json<ErrorValue>,
    }
    let statement = database.statement(
        "SELECT execution_id, refusal FROM gates
         WHERE workflow_id = $1 AND state = 'refused' AND refusal IS NOT NULL",
        [workflow.into()],
    );
    let rows: Vec<Row> = all(transaction, statement).await?;
    let refused = rows.into_iter();
    Ok(refused
        .map(|row| (row.execution_id, row.refusal.0))
        .collect())
}
