//! The thread on which batches are written to SQLite: its calls block, and its prepared statements stay on one thread.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::mpsc;

use sea_orm::sqlx;
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::prepare::Unit;
use super::write_sqlite::Statements;
use crate::database::SqliteLane;
use crate::error::WriteError;

pub(super) struct SqliteWriter {
    batches: mpsc::Sender<Batch>,
}

struct Batch {
    units: Vec<Arc<Unit>>,
    reply: oneshot::Sender<rusqlite::Result<HashSet<Uuid>>>,
}

impl SqliteWriter {
    /// The thread ends, and closes its connection, when the writer is dropped.
    pub(super) fn start(running: &TaskTracker, lane: SqliteLane) -> Self {
        let (batches, sent) = mpsc::channel();
        running.spawn_blocking(move || serve(&lane, &sent));
        Self { batches }
    }

    pub(super) async fn write(&self, units: Vec<Arc<Unit>>) -> Result<HashSet<Uuid>, WriteError> {
        let crashed = || WriteError::Sqlx(sqlx::Error::WorkerCrashed);
        let (reply, answer) = oneshot::channel();
        let batch = Batch { units, reply };
        self.batches.send(batch).map_err(|_| crashed())?;
        Ok(answer.await.map_err(|_| crashed())??)
    }
}

/// Opens the connection with the first batch: the schema is there by then.
fn serve(lane: &SqliteLane, batches: &mpsc::Receiver<Batch>) {
    while let Ok(batch) = batches.recv() {
        if let Err((error, batch)) = serve_connected(lane, batch, batches) {
            let _ = batch.reply.send(Err(error));
        }
    }
}

/// Writes this batch and all that follow it, unless nothing can be written at all.
fn serve_connected(
    lane: &SqliteLane,
    first: Batch,
    batches: &mpsc::Receiver<Batch>,
) -> Result<(), (rusqlite::Error, Batch)> {
    let connection = match lane.connect() {
        Ok(connection) => connection,
        Err(error) => return Err((error, first)),
    };
    let mut statements = match Statements::prepare(&connection) {
        Ok(statements) => statements,
        Err(error) => return Err((error, first)),
    };
    let mut next = Some(first);
    while let Some(Batch { units, reply }) = next {
        // Whoever asked may have given up; what is written stays written.
        let _ = reply.send(statements.write(&connection, &units));
        next = batches.recv().ok();
    }
    Ok(())
}
