//! The engine's port, of which other files do the larger parts.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use engine::Time;
use engine::execution::Status;
use engine::node::ErrorValue;
use engine::ports::executions::{
    Commit, Committed, Due, ExecutionResult, ExecutionStore, Glimpse, KeptSignal, LetIn, Loaded,
    Meeting, Parent, Stray, WaitFilter, Waiting,
};
use engine::ports::{PortError, PortResult};
use sea_orm::FromQueryResult;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::committer::{DOING, Job};
use super::prepare::Unit;
use super::{gates, load, prune, signals, waits, wake};
use crate::blobs::Kept;
use crate::database::Json;
use crate::error::{StoreError, StoreResult};
use crate::store::Store;

#[async_trait]
impl ExecutionStore for Store {
    async fn commit(&self, commit: Commit) -> PortResult<Committed> {
        let id = commit.id;
        let (unit, parcel) = Unit::of(commit).map_err(|source| PortError {
            doing: DOING,
            transient: false,
            source,
        })?;
        self.blobs.deliver(parcel).await?;
        let (reply, answer) = oneshot::channel();
        let closed = || PortError {
            doing: DOING,
            transient: true,
            source: "the store is being closed".into(),
        };
        let lane = self.committers.lane(id).ok_or_else(closed)?;
        let unit = Arc::new(unit);
        lane.send(Job { unit, reply }).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    async fn load(&self, id: Uuid) -> PortResult<Option<Loaded>> {
        load::whole(self, id).await
    }

    async fn load_bare(&self, id: Uuid) -> PortResult<Option<Loaded>> {
        Ok(load::bare(&self.database, id).await?)
    }

    async fn glimpse(&self, ids: &[Uuid]) -> PortResult<Vec<Glimpse>> {
        Ok(glimpse(self, ids).await?)
    }

    async fn due(&self, limit: usize, lease: Duration) -> PortResult<Vec<Due>> {
        Ok(wake::due(self, limit, lease).await?)
    }

    async fn wake_all(&self) -> PortResult<u64> {
        Ok(wake::wake_all(&self.database).await?)
    }

    async fn strays(&self, after: Option<Uuid>, limit: usize) -> PortResult<Vec<Stray>> {
        Ok(wake::strays(&self.database, after, limit).await?)
    }

    async fn orphans(&self, after: Option<Uuid>, limit: usize) -> PortResult<Vec<Uuid>> {
        Ok(wake::orphans(&self.database, after, limit).await?)
    }

    async fn keep_signal(&self, signal: KeptSignal) -> PortResult<()> {
        Ok(signals::keep(self, signal).await?)
    }

    async fn meet(&self) -> PortResult<Vec<Meeting>> {
        Ok(signals::meet(self).await?)
    }

    async fn refuse_signal(&self, signal: Uuid) -> PortResult<()> {
        Ok(signals::refuse(self, signal).await?)
    }

    async fn result(&self, id: Uuid) -> PortResult<Option<ExecutionResult>> {
        Ok(result(self, id).await?)
    }

    async fn let_in(&self, workflow: Uuid) -> PortResult<LetIn> {
        Ok(gates::let_in(&self.database, workflow).await?)
    }

    async fn gated(&self) -> PortResult<Vec<Uuid>> {
        Ok(gates::waiting(&self.database).await?)
    }

    async fn release_key(&self, execution: Uuid, before: Time) -> PortResult<bool> {
        let statement = self.database.statement(
            "UPDATE executions SET idempotency_key = NULL WHERE id = $1 AND created_at < $2",
            [execution.into(), self.database.time(before)],
        );
        let doing = "free an idempotency key";
        Ok(self.database.write(doing, statement).await? > 0)
    }

    async fn prune(&self, limit: usize) -> PortResult<Vec<Uuid>> {
        Ok(prune::prune(&self.database, limit).await?)
    }

    async fn waiting(&self, filter: &WaitFilter, limit: usize) -> PortResult<Vec<Waiting>> {
        Ok(waits::find(self, filter, limit).await?)
    }
}

async fn glimpse(store: &Store, ids: &[Uuid]) -> StoreResult<Vec<Glimpse>> {
    const DOING: &str = "look at executions";
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        version: i64,
        status: String,
    }
    let (among, ids) = store.database.among("id", 1, ids);
    let sql = format!("SELECT id, version, status FROM executions WHERE {among}");
    let rows: Vec<Row> = store
        .database
        .all(DOING, store.database.statement(sql, [ids]))
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Glimpse {
                id: row.id,
                version: row.version.cast_unsigned(),
                status: status(DOING, &row.status)?,
            })
        })
        .collect()
}

async fn result(store: &Store, id: Uuid) -> StoreResult<Option<ExecutionResult>> {
    const DOING: &str = "read the result of an execution";
    #[derive(FromQueryResult)]
    struct Row {
        status: String,
        output: Option<Kept>,
        error: Option<Json<ErrorValue>>,
    }
    let sql = "SELECT status, output, error FROM executions
               WHERE id = $1 AND status NOT IN ('queued', 'running', 'paused', 'cleaning_up')";
    let row: Option<Row> = store
        .database
        .one(DOING, store.database.statement(sql, [id.into()]))
        .await?;
    let Some(row) = row else { return Ok(None) };
    let output = match row.output {
        Some(output) => Some(output.value(&store.blobs).await?),
        None => None,
    };
    Ok(Some(ExecutionResult {
        status: status(DOING, &row.status)?,
        output,
        error: row.error.map(|json| json.0),
    }))
}

pub(super) fn status(doing: &'static str, text: &str) -> StoreResult<Status> {
    text.parse().map_err(StoreError::corrupt(doing))
}

pub(super) fn parent(execution: Option<Uuid>, step: Option<String>) -> Option<Parent> {
    execution
        .zip(step)
        .map(|(execution, step)| Parent { execution, step })
}
