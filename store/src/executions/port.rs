//! The engine's port: commit, load, glimpse, result.

use std::time::Duration;

use async_trait::async_trait;
use engine::Time;
use engine::blob::Blob;
use engine::execution::{Status, frontier_away, join_frontier};
use engine::node::ErrorValue;
use engine::plan::Admission;
use engine::ports::executions::{
    Accepted, Commit, Committed, ExecutionResult, ExecutionStore, Glimpse, KeptSignal, LetIn,
    Loaded, Meeting, Parent, Rerun, Stray, WaitFilter, Waiting,
};
use engine::ports::{PortError, PortResult};
use futures::{StreamExt, TryStreamExt, stream};
use sea_orm::FromQueryResult;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::committer::{DOING, Job};
use super::prepare::{StoredOptions, Unit};
use super::{READS, gates, prune, signals, waits, wake};
use crate::blobs::Kept;
use crate::database::{Json, Moment};
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
        lane.send(Job { unit, reply }).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    async fn load(&self, id: Uuid) -> PortResult<Option<Loaded>> {
        let Some(mut loaded) = load_row(self, id).await? else {
            return Ok(None);
        };
        complete(self, &mut loaded).await?;
        Ok(Some(loaded.bare))
    }

    async fn load_bare(&self, id: Uuid) -> PortResult<Option<Loaded>> {
        let loaded = load_row(self, id).await?;
        Ok(loaded.map(|loaded| loaded.bare))
    }

    async fn glimpse(&self, ids: &[Uuid]) -> PortResult<Vec<Glimpse>> {
        Ok(glimpse(self, ids).await?)
    }

    async fn due(&self, limit: usize, lease: Duration) -> PortResult<Vec<Uuid>> {
        Ok(wake::due(&self.database, limit, lease).await?)
    }

    async fn wake_all(&self) -> PortResult<u64> {
        Ok(wake::wake_all(&self.database).await?)
    }

    async fn strays(&self, after: Option<Uuid>, limit: usize) -> PortResult<Vec<Stray>> {
        Ok(wake::strays(&self.database, after, limit).await?)
    }

    async fn orphans(&self, limit: usize) -> PortResult<Vec<Uuid>> {
        Ok(wake::orphans(&self.database, limit).await?)
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

/// An execution without its outputs, and with references in place of what is kept beside its row.
struct Incomplete {
    bare: Loaded,
    /// What it was given, when that is kept elsewhere.
    inputs: Option<Blob>,
}

const LOADING: &str = "load an execution";

async fn load_row(store: &Store, id: Uuid) -> StoreResult<Option<Incomplete>> {
    const DOING: &str = LOADING;
    #[derive(FromQueryResult)]
    struct Row {
        workflow_id: Uuid,
        workflow_name: String,
        workflow_version: i32,
        status: String,
        version: i64,
        seq: i64,
        frontier: String,
        inputs: Kept,
        triggered_by: String,
        parent_id: Option<Uuid>,
        parent_step: Option<String>,
        idempotency_key: Option<String>,
        created_at: Moment,
        options: Option<Json<StoredOptions>>,
        rerun_of: Option<Uuid>,
        gate_state: Option<String>,
        admission: Option<Json<Admission>>,
    }
    let database = &store.database;
    let statement = database.statement(
        "SELECT executions.workflow_id, workflow_name, workflow_version, status, version, seq, frontier, inputs,
                triggered_by, parent_id, parent_step, idempotency_key, executions.created_at, options, rerun_of,
                g.state AS gate_state, g.admission
         FROM executions LEFT JOIN gates g ON g.execution_id = executions.id WHERE id = $1",
        [id.into()],
    );
    let Some(row) = database.one::<Row>(DOING, statement).await? else {
        return Ok(None);
    };
    let (options, rerun_from) = row
        .options
        .map(|options| (options.0.run, options.0.rerun_from))
        .unwrap_or_default();
    let (inputs, away) = match row.inputs {
        Kept::Here(inputs) => (inputs, None),
        Kept::Away(blob) => (blob.to_value(), Some(blob)),
    };
    let bare = Loaded {
        accepted: Accepted {
            id,
            workflow_id: row.workflow_id,
            workflow_name: row.workflow_name,
            workflow_version: row.workflow_version.cast_unsigned(),
            inputs,
            options,
            gate: row.admission.map(|admission| admission.0),
            rerun: row.rerun_of.map(|of| Rerun {
                of,
                from: rerun_from.unwrap_or_default(),
            }),
            trigger: row.triggered_by,
            parent: parent(row.parent_id, row.parent_step),
            idempotency_key: row.idempotency_key,
            created_at: row.created_at.0,
        },
        version: row.version.cast_unsigned(),
        frontier: row.frontier,
        status: status(DOING, &row.status)?,
        admitted: row.gate_state.is_some_and(|state| state == "admitted"),
        seq: row.seq.cast_unsigned(),
        outputs: Vec::new(),
    };
    Ok(Some(Incomplete { bare, inputs: away }))
}

/// Reads what a row alone does not hold.
async fn complete(store: &Store, loaded: &mut Incomplete) -> StoreResult<()> {
    #[derive(FromQueryResult)]
    struct Output {
        path: String,
        output: Kept,
    }
    let bare = &mut loaded.bare;
    // Read after the frontier, so that every step that the frontier calls done is among them.
    let statement = store.database.statement(
        "SELECT path, output FROM steps
         WHERE execution_id = $1 AND output IS NOT NULL ORDER BY path, attempt",
        [bare.accepted.id.into()],
    );
    let outputs: Vec<Output> = store.database.all(LOADING, statement).await?;
    let outputs = outputs.into_iter().map(|row| async move {
        let output = row.output.value(&store.blobs).await?;
        Ok::<_, StoreError>((row.path, output))
    });
    bare.outputs = stream::iter(outputs).buffered(READS).try_collect().await?;
    if let Some(blob) = loaded.inputs.take() {
        bare.accepted.inputs = Kept::Away(blob).value(&store.blobs).await?;
    }
    let frontier = std::mem::take(&mut bare.frontier);
    bare.frontier = whole_frontier(store, frontier).await?;
    Ok(())
}

/// The frontier with the values that are kept elsewhere.
async fn whole_frontier(store: &Store, text: String) -> StoreResult<String> {
    let corrupt = StoreError::corrupt(LOADING);
    let away = frontier_away(&text).map_err(&corrupt)?;
    if away.is_empty() {
        return Ok(text);
    }
    let values = store.blobs.values(away).await?;
    join_frontier(&text, values).map_err(&corrupt)
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
