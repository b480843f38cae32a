//! Creating something once, however often a client asks for it with the same key.

use engine::Time;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use uuid::Uuid;

use crate::database::{Database, one};
use crate::error::{StoreError, StoreResult};
use crate::scope::{FIRST_WORKSPACE, Scope};

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

const DOING: &str = "remember an idempotency key";

/// Claims a key for a new resource within the transaction that makes it. Returns the first resource of
/// this key when there is one already. Keys of different resources, and of different workspaces, are kept apart.
pub(crate) async fn claim(
    database: &Database,
    transaction: &DatabaseTransaction,
    (scope, kind): (Scope, &'static str),
    key: Option<&str>,
    resource: Uuid,
    now: Time,
) -> StoreResult<Option<Uuid>> {
    #[derive(FromQueryResult)]
    struct Row {
        resource_id: Uuid,
    }
    let Some(key) = key else {
        return Ok(None);
    };
    let doing = StoreError::doing(DOING);
    // Those of the first workspace are as they were before there were others.
    let kind = match scope.home() {
        FIRST_WORKSPACE => kind.to_owned(),
        workspace => format!("{kind}:{workspace}"),
    };
    let insert = database.statement(
        "INSERT INTO idempotency (scope, key, resource_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        [kind.as_str().into(), key.into(), resource.into(), database.time(now)],
    );
    if transaction
        .execute_raw(insert)
        .await
        .map_err(&doing)?
        .rows_affected()
        == 1
    {
        return Ok(None);
    }
    let find = database.statement(
        "SELECT resource_id FROM idempotency WHERE scope = $1 AND key = $2",
        [kind.into(), key.into()],
    );
    let row: Option<Row> = one(transaction, find).await.map_err(&doing)?;
    Ok(row.map(|row| row.resource_id))
}
