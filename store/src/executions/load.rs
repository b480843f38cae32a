//! Executions for whoever drives them. Those that are asked for while a query is under way are read together by the
//! next one, as commits are written together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::blob::Blob;
use engine::execution::{frontier_away, join_frontier};
use engine::plan::Admission;
use engine::ports::executions::{Accepted, Loaded, Rerun, StoredOutput};
use engine::ports::{PortError, PortResult};
use futures::{StreamExt, TryStreamExt, stream};
use sea_orm::FromQueryResult;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::READS;
use super::port::{parent, status};
use super::prepare::StoredOptions;
use crate::blobs::{BlobStore, Kept};
use crate::database::{Database, Json, Moment};
use crate::error::{StoreError, StoreResult};
use crate::store::Store;

const LOADING: &str = "load an execution";

/// Executions that one query reads at most, and queries at the same time.
const TOGETHER: usize = 64;
const AT_ONCE: usize = 2;

/// Reads together what is asked for at the same time.
pub(crate) struct Loader {
    /// `None` once the store is closed.
    wanted: Mutex<Option<mpsc::UnboundedSender<Wanted>>>,
    running: TaskTracker,
}

struct Wanted {
    id: Uuid,
    reply: oneshot::Sender<Result<Option<Incomplete>, Arc<StoreError>>>,
}

/// An execution with references in place of what is kept beside its rows.
struct Incomplete {
    bare: Loaded,
    /// What it was given, when that is kept elsewhere.
    inputs: Option<Blob>,
    outputs: Vec<(String, u32, Kept)>,
}

impl Loader {
    pub(crate) fn start(database: &Arc<Database>) -> Self {
        let (wanted, asked) = mpsc::unbounded_channel();
        let running = TaskTracker::new();
        running.spawn(vital::task(
            "the loader of executions",
            serve(Arc::clone(database), asked, running.clone()),
        ));
        Self {
            wanted: Mutex::new(Some(wanted)),
            running,
        }
    }

    /// Takes nothing more, and waits until all that was asked for is answered.
    pub(crate) async fn close(&self) {
        self.sender().take();
        self.running.close();
        self.running.wait().await;
    }

    fn sender(&self) -> MutexGuard<'_, Option<mpsc::UnboundedSender<Wanted>>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn load(&self, id: Uuid) -> PortResult<Option<Incomplete>> {
        let (reply, answer) = oneshot::channel();
        let closed = || PortError {
            doing: LOADING,
            transient: true,
            source: "the store is being closed".into(),
        };
        let wanted = self.sender().clone().ok_or_else(closed)?;
        wanted.send(Wanted { id, reply }).map_err(|_| closed())?;
        answer
            .await
            .map_err(|_| closed())?
            .map_err(|error| PortError {
                doing: LOADING,
                transient: error.is_transient(),
                source: Box::new(error),
            })
    }
}

/// Ends when every handle of the store is gone.
async fn serve(
    database: Arc<Database>,
    mut asked: mpsc::UnboundedReceiver<Wanted>,
    running: TaskTracker,
) {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut batch = Vec::new();
    loop {
        // The batch gathers while no query may begin.
        let Ok(turn) = Arc::clone(&turns).acquire_owned().await else {
            return;
        };
        if asked.recv_many(&mut batch, TOGETHER).await == 0 {
            return;
        }
        let (database, wanted) = (Arc::clone(&database), std::mem::take(&mut batch));
        running.spawn(async move {
            answer(&database, wanted).await;
            drop(turn);
        });
    }
}

async fn answer(database: &Database, wanted: Vec<Wanted>) {
    let ids: Vec<Uuid> = wanted.iter().map(|wanted| wanted.id).collect();
    match read(database, &ids).await {
        Ok(mut found) => {
            // The same execution may be asked for twice.
            let mut again = Vec::new();
            for Wanted { id, reply } in wanted {
                match found.remove(&id) {
                    Some(found) => {
                        let _ = reply.send(Ok(found));
                    }
                    None => again.push(Wanted { id, reply }),
                }
            }
            Box::pin(each_alone(database, again)).await;
        }
        Err(error) => match <[Wanted; 1]>::try_from(wanted) {
            Ok([alone]) => {
                let _ = alone.reply.send(Err(Arc::new(error)));
            }
            // One of them can't be read, and the others are not to blame.
            Err(wanted) => Box::pin(each_alone(database, wanted)).await,
        },
    }
}

async fn each_alone(database: &Database, wanted: Vec<Wanted>) {
    for wanted in wanted {
        answer(database, vec![wanted]).await;
    }
}

/// Every id with what is there of it.
async fn read(database: &Database, ids: &[Uuid]) -> StoreResult<HashMap<Uuid, Option<Incomplete>>> {
    let mut found: HashMap<Uuid, Option<Incomplete>> = ids.iter().map(|id| (*id, None)).collect();
    for loaded in rows(database, ids).await? {
        found.insert(loaded.bare.accepted.id, Some(loaded));
    }
    // Read after the frontier, so that every step that the frontier calls done is among them.
    for row in outputs(database, ids).await? {
        if let Some(Some(loaded)) = found.get_mut(&row.execution_id) {
            let attempt = row.attempt.cast_unsigned();
            loaded.outputs.push((row.path, attempt, row.output));
        }
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct Output {
    execution_id: Uuid,
    path: String,
    attempt: i32,
    output: Kept,
}

async fn outputs(database: &Database, ids: &[Uuid]) -> StoreResult<Vec<Output>> {
    let (among, ids) = database.among("execution_id", 1, ids);
    let sql = format!(
        "SELECT execution_id, path, attempt, output FROM steps
         WHERE {among} AND output IS NOT NULL ORDER BY execution_id, path, attempt"
    );
    database.all(LOADING, database.statement(sql, [ids])).await
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    workspace_id: Uuid,
    workflow_id: Uuid,
    workflow_name: String,
    workflow_version: i32,
    status: String,
    version: i64,
    seq: i64,
    frontier: String,
    inputs: Kept,
    triggered_by: String,
    started_by: Option<Uuid>,
    parent_id: Option<Uuid>,
    parent_step: Option<String>,
    idempotency_key: Option<String>,
    created_at: Moment,
    options: Option<Json<StoredOptions>>,
    rerun_of: Option<Uuid>,
    gate_state: Option<String>,
    admission: Option<Json<Admission>>,
}

async fn rows(database: &Database, ids: &[Uuid]) -> StoreResult<Vec<Incomplete>> {
    let (among, ids) = database.among("executions.id", 1, ids);
    let sql = format!(
        "SELECT executions.id, executions.workspace_id, executions.workflow_id, workflow_name, workflow_version, status, version, seq, frontier,
                inputs, triggered_by, started_by, parent_id, parent_step, idempotency_key, executions.created_at, options,
                rerun_of, g.state AS gate_state, g.admission
         FROM executions LEFT JOIN gates g ON g.execution_id = executions.id WHERE {among}"
    );
    let statement = database.statement(sql, [ids]);
    let rows: Vec<Row> = database.all(LOADING, statement).await?;
    rows.into_iter().map(Row::incomplete).collect()
}

impl Row {
    fn incomplete(self) -> StoreResult<Incomplete> {
        let (options, rerun_from) = self
            .options
            .map(|options| (options.0.run, options.0.rerun_from))
            .unwrap_or_default();
        let (inputs, away) = match self.inputs {
            Kept::Here(inputs) => (inputs, None),
            Kept::Away(blob) => (blob.to_value(), Some(blob)),
        };
        let bare = Loaded {
            accepted: Accepted {
                id: self.id,
                owner: self.workspace_id,
                workflow_id: self.workflow_id,
                workflow_name: self.workflow_name,
                workflow_version: self.workflow_version.cast_unsigned(),
                inputs,
                options,
                gate: self.admission.map(|admission| admission.0),
                rerun: self.rerun_of.map(|of| Rerun {
                    of,
                    from: rerun_from.unwrap_or_default(),
                }),
                trigger: self.triggered_by,
                started_by: self.started_by,
                parent: parent(self.parent_id, self.parent_step),
                idempotency_key: self.idempotency_key,
                created_at: self.created_at.0,
            },
            version: self.version.cast_unsigned(),
            frontier: self.frontier,
            status: status(LOADING, &self.status)?,
            admitted: self.gate_state.is_some_and(|state| state == "admitted"),
            seq: self.seq.cast_unsigned(),
            outputs: Vec::new(),
        };
        Ok(Incomplete {
            bare,
            inputs: away,
            outputs: Vec::new(),
        })
    }
}

/// An execution with all its values.
pub(super) async fn whole(store: &Store, id: Uuid) -> PortResult<Option<Loaded>> {
    match store.loader.load(id).await? {
        Some(loaded) => Ok(Some(complete(&store.blobs, loaded).await?)),
        None => Ok(None),
    }
}

/// An execution without its outputs, and with references in place of large values.
pub(super) async fn bare(database: &Database, id: Uuid) -> StoreResult<Option<Loaded>> {
    let found = rows(database, &[id]).await?;
    Ok(found.into_iter().next().map(|loaded| loaded.bare))
}

/// Reads what is kept beside the rows.
async fn complete(blobs: &BlobStore, loaded: Incomplete) -> StoreResult<Loaded> {
    let Incomplete {
        mut bare,
        inputs,
        outputs,
    } = loaded;
    let outputs = outputs
        .into_iter()
        .map(|(path, attempt, output)| async move {
            let value = output.value(blobs).await?;
            Ok::<_, StoreError>(StoredOutput {
                path,
                attempt,
                value,
            })
        });
    bare.outputs = stream::iter(outputs).buffered(READS).try_collect().await?;
    if let Some(blob) = inputs {
        bare.accepted.inputs = Kept::Away(blob).value(blobs).await?;
    }
    let frontier = std::mem::take(&mut bare.frontier);
    bare.frontier = whole_frontier(blobs, frontier).await?;
    Ok(bare)
}

/// The frontier with the values that are kept elsewhere.
async fn whole_frontier(blobs: &BlobStore, text: String) -> StoreResult<String> {
    let corrupt = StoreError::corrupt(LOADING);
    let away = frontier_away(&text).map_err(&corrupt)?;
    if away.is_empty() {
        return Ok(text);
    }
    let values = blobs.values(away).await?;
    join_frontier(&text, values).map_err(&corrupt)
}
