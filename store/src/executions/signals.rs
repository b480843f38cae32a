//! Kept signals: each is brought together with one step that waits for it, and goes with the commit that answers it.

use engine::execution::Answer;
use engine::node::Await;
use engine::ports::executions::{KeptSignal, Meeting, Waiting};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use uuid::Uuid;

use crate::database::{Json, Moment, all};
use crate::error::{StoreError, StoreResult};
use crate::page::{Page, Paging};
use crate::scope::Scope;
use crate::store::Store;

const DOING: &str = "bring signals together with steps that wait";

/// Signals that are looked at together.
const TOGETHER: i64 = 500;

/// Only one process at a time brings them together.
const LOCK: i64 = 0x7369_676e_616c_7300;

/// Of `waits w, executions e`, those that can still be answered.
const OPEN: &str =
    "e.id = w.execution_id AND e.status IN ('queued', 'running', 'paused', 'cleaning_up')";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    workspace_id: Uuid,
    name: String,
    key: Option<String>,
    answer: Json<Answer>,
    sent_at: Moment,
    until: Moment,
}

impl From<Row> for KeptSignal {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            owner: row.workspace_id,
            name: row.name,
            key: row.key,
            answer: row.answer.0,
            sent_at: row.sent_at.0,
            until: row.until.0,
        }
    }
}

pub(super) async fn keep(store: &Store, signal: KeptSignal) -> StoreResult<()> {
    let database = &store.database;
    let answer =
        serde_json::to_string(&signal.answer).map_err(StoreError::corrupt("keep a signal"))?;
    let statement = database.statement(
        "INSERT INTO signals (id, name, key, answer, sent_at, until, refused, workspace_id)
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7)",
        [
            signal.id.into(),
            signal.name.into(),
            signal.key.into(),
            answer.into(),
            database.time(signal.sent_at),
            database.time(signal.until),
            signal.owner.into(),
        ],
    );
    database.write("keep a signal", statement).await.map(drop)
}

/// It does not fit the step that it was brought together with: it waits for the next one.
pub(super) async fn refuse(store: &Store, signal: Uuid) -> StoreResult<()> {
    let sql = "UPDATE signals SET refused = 1 WHERE id = $1";
    let statement = store.database.statement(sql, [signal.into()]);
    store
        .database
        .write("put a signal off", statement)
        .await
        .map(drop)
}

pub(super) async fn meet(store: &Store) -> StoreResult<Vec<Meeting>> {
    #[derive(FromQueryResult)]
    struct Any {}
    let database = &store.database;
    // Most of the time there are none.
    let sql = "SELECT id FROM signals LIMIT 1";
    let any: Option<Any> = database.one(DOING, database.statement(sql, [])).await?;
    if any.is_none() {
        return Ok(Vec::new());
    }
    let doing = StoreError::doing(DOING);
    let transaction = database.begin(DOING).await?;
    let meetings = bring_together(store, &transaction).await.map_err(&doing)?;
    transaction.commit().await.map_err(&doing)?;
    Ok(meetings)
}

async fn bring_together(
    store: &Store,
    transaction: &DatabaseTransaction,
) -> Result<Vec<Meeting>, sea_orm::DbErr> {
    #[derive(FromQueryResult)]
    struct Pair {
        signal: Uuid,
        wait: Uuid,
    }
    #[derive(FromQueryResult)]
    struct Met {
        signal: Uuid,
        answer: Json<Answer>,
        id: Uuid,
        workspace_id: Uuid,
        execution_id: Uuid,
        path: String,
        request: Json<Await>,
    }
    let database = &store.database;
    if !database.is_sqlite() {
        let lock = database.statement("SELECT pg_advisory_xact_lock($1)", [LOCK.into()]);
        transaction.execute_raw(lock).await?;
    }
    let expired = format!("DELETE FROM signals WHERE until <= {}", database.now());
    // Of a step that was answered otherwise, or is gone, the signal is free again.
    let free = format!(
        "UPDATE signals SET wait_id = NULL, refused = 0 WHERE wait_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM waits w, executions e WHERE {OPEN} AND w.id = signals.wait_id)"
    );
    for sql in [expired, free] {
        transaction.execute_raw(database.statement(sql, [])).await?;
    }
    // The oldest signal goes to the oldest step.
    let pairs = format!(
        "SELECT s.id AS signal, w.id AS wait FROM signals s, waits w, executions e
         WHERE {OPEN} AND s.wait_id IS NULL
           AND e.workspace_id = s.workspace_id AND w.signal = s.name AND (w.key = s.key OR (w.key IS NULL AND s.key IS NULL))
           AND NOT EXISTS (SELECT 1 FROM signals o WHERE o.wait_id = w.id AND o.refused = 0)
         ORDER BY s.id, w.id LIMIT $1"
    );
    let pairs: Vec<Pair> = all(transaction, database.statement(pairs, [TOGETHER.into()])).await?;
    let (mut signals, mut waits) = (Vec::new(), Vec::new());
    for Pair { signal, wait } in pairs {
        if signals.contains(&signal) || waits.contains(&wait) {
            continue;
        }
        let sql = "UPDATE signals SET wait_id = $2 WHERE id = $1";
        let meet = database.statement(sql, [signal.into(), wait.into()]);
        transaction.execute_raw(meet).await?;
        signals.push(signal);
        waits.push(wait);
    }
    let met = format!(
        "SELECT s.id AS signal, s.answer, w.id, e.workspace_id, w.execution_id, w.path, w.request
         FROM signals s, waits w, executions e
         WHERE {OPEN} AND w.id = s.wait_id AND s.refused = 0 ORDER BY s.id LIMIT $1"
    );
    let met: Vec<Met> = all(transaction, database.statement(met, [TOGETHER.into()])).await?;
    let meetings = met.into_iter().map(|row| Meeting {
        signal: row.signal,
        answer: row.answer.0,
        waiting: Waiting {
            id: row.id,
            owner: row.workspace_id,
            execution: row.execution_id,
            path: row.path,
            request: row.request.0,
        },
    });
    Ok(meetings.collect())
}

impl Store {
    /// Signals that are kept, the newest first.
    pub async fn list_signals(
        &self,
        scope: Scope,
        paging: &Paging,
    ) -> StoreResult<Page<KeptSignal>> {
        const LIST: &str = "signals";
        let mut values: Vec<sea_orm::Value> = vec![paging.fetch().into()];
        let mut only = scope.and("workspace_id", &mut values);
        if let Some(after) = paging.after::<Uuid>(LIST)? {
            values.push(after.into());
            only += &format!(" AND id < ${}", values.len());
        }
        let sql = format!(
            "SELECT id, workspace_id, name, key, answer, sent_at, until FROM signals WHERE until > {}{only} ORDER BY id DESC LIMIT $1",
            self.database.now()
        );
        let rows: Vec<Row> = self
            .database
            .all("list signals", self.database.statement_of(sql, values))
            .await?;
        let items = rows.into_iter().map(KeptSignal::from).collect();
        paging.page(LIST, items, |item| item.id)
    }

    /// Forgets a signal that is kept.
    pub async fn delete_signal(&self, scope: Scope, id: Uuid) -> StoreResult<()> {
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!("DELETE FROM signals WHERE id = $1{only}");
        let statement = self.database.statement_of(sql, values);
        match self.database.write("delete a signal", statement).await? {
            0 => Err(StoreError::NotFound("signal")),
            _ => Ok(()),
        }
    }
}
