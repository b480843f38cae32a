//! Creating something once, however often a client or a step asks for it with the same key.

use engine::Time;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use uuid::Uuid;

use crate::database::one;
use crate::error::{StoreError, StoreResult};
use crate::scope::{FIRST_WORKSPACE, Scope};
use crate::store::Store;

/// What a create gives back.
#[derive(Debug, Clone, PartialEq)]
pub struct Created<T> {
    pub value: T,
    /// True when the idempotency key was seen before: nothing new was made.
    pub existing: bool,
}

impl<T> Created<T> {
    /// What was made when the key was seen first, if it is still there.
    pub(crate) fn before(value: Option<T>, what: &'static str) -> StoreResult<Self> {
        Self::of(value, what, true)
    }

    /// What was made a moment ago, as it is read again.
    pub(crate) fn just_now(value: Option<T>, what: &'static str) -> StoreResult<Self> {
        Self::of(value, what, false)
    }

    fn of(value: Option<T>, what: &'static str, existing: bool) -> StoreResult<Self> {
        let value = value.ok_or(StoreError::NotFound(what))?;
        Ok(Self { value, existing })
    }
}

/// A key, and what is asked for with it.
#[derive(Debug, Clone, Copy)]
pub struct Once<'k> {
    pub key: &'k str,
    /// A digest of what is asked for: the same key with another one is refused. None, where that is not told apart.
    pub asked: Option<&'k [u8; 32]>,
}

impl<'k> From<&'k str> for Once<'k> {
    fn from(key: &'k str) -> Self {
        Self { key, asked: None }
    }
}

const DOING: &str = "remember an idempotency key";

/// Keys that are removed together.
const BATCH: i64 = 1_000;

/// Claims a key for a new resource within the transaction that makes it. Returns the first resource of
/// this key when there is one already, unless something else was asked for. Keys of different resources, and of different
/// workspaces, are kept apart.
pub(crate) async fn claim(
    store: &Store,
    transaction: &DatabaseTransaction,
    whose: (Scope, &'static str),
    once: Option<Once<'_>>,
    resource: Uuid,
    now: Time,
) -> StoreResult<Option<Uuid>> {
    claim_for(store, transaction, whose, (once, None), resource, now).await
}

/// The same for an execution, as long as which goes on the key is kept.
pub(crate) async fn claim_for(
    store: &Store,
    transaction: &DatabaseTransaction,
    (scope, kind): (Scope, &'static str),
    (once, execution): (Option<Once<'_>>, Option<Uuid>),
    resource: Uuid,
    now: Time,
) -> StoreResult<Option<Uuid>> {
    #[derive(FromQueryResult)]
    struct Row {
        resource_id: Uuid,
        asked: Option<String>,
    }
    let Some(Once { key, asked }) = once else {
        return Ok(None);
    };
    let (database, vault) = (&store.database, &store.vault);
    let doing = StoreError::doing(DOING);
    // Those of the first workspace are as they were before there were others.
    let kind = match scope.home() {
        FIRST_WORKSPACE => kind.to_owned(),
        workspace => format!("{kind}:{workspace}"),
    };
    let place = format!("idempotency:{kind}:{key}");
    let sealed = asked.map(|asked| vault.seal(&place, asked)).transpose();
    let sealed = sealed.map_err(StoreError::sealed(DOING))?;
    let insert = database.statement(
        "INSERT INTO idempotency (scope, key, resource_id, created_at, execution_id, asked) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING",
        [
            kind.as_str().into(),
            key.into(),
            resource.into(),
            database.time(now),
            execution.into(),
            sealed.into(),
        ],
    );
    let find = database.statement(
        "SELECT resource_id, asked FROM idempotency WHERE scope = $1 AND key = $2",
        [kind.as_str().into(), key.into()],
    );
    loop {
        let inserted = transaction.execute_raw(insert.clone()).await;
        if inserted.map_err(&doing)?.rows_affected() == 1 {
            return Ok(None);
        }
        let row: Option<Row> = one(transaction, find.clone()).await.map_err(&doing)?;
        if let Some(row) = row {
            // What was sealed with a master key that is gone can't be told apart any more.
            let first = row
                .asked
                .and_then(|first| vault.unseal(&place, &first).ok());
            let differs =
                matches!((first, asked), (Some(first), Some(asked)) if first[..] != asked[..]);
            return match differs {
                true => Err(StoreError::KeyReused),
                false => Ok(Some(row.resource_id)),
            };
        }
        // It was so old that it went between the two: now it is free.
    }
}

impl Store {
    /// Removes keys of before a moment, but for those of executions that go on; says how many.
    pub async fn prune_idempotency_keys(&self, before: Time) -> StoreResult<u64> {
        // The `OFFSET` has Postgres look for one execution at a time; it would go through all for those that are open.
        let sql = "DELETE FROM idempotency WHERE (scope, key) IN
               (SELECT old.scope, old.key FROM idempotency old WHERE old.created_at < $1
                  AND NOT EXISTS (SELECT 1 FROM executions e WHERE e.id = old.execution_id
                                  AND e.status IN ('queued', 'running', 'paused', 'cleaning_up')
                                  LIMIT 1 OFFSET 0)
                ORDER BY old.created_at LIMIT $2)";
        let database = &self.database;
        let mut removed = 0;
        loop {
            let statement = database.statement(sql, [database.time(before), BATCH.into()]);
            let gone = database.write("remove old idempotency keys", statement);
            let gone = gone.await?;
            removed += gone;
            if gone < BATCH.cast_unsigned() {
                return Ok(removed);
            }
        }
    }
}
