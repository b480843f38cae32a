//! The thread that writes to SQLite what the engine writes most: its calls block, its prepared statements stay on one
//! thread, and no other connection's writes make it forget the pages that it needs again and again.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use engine::ports::executions::Due;
use sea_orm::sqlx::{self, SqlitePool};
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::prepare::Unit;
use super::write_sqlite::Statements;
use crate::database::SqliteLane;
use crate::error::WriteError;

/// The thread ends, and closes its connection, when this is dropped.
pub(super) struct SqliteWriter {
    /// Whoever has its one connection has the turn to write.
    turns: SqlitePool,
    jobs: mpsc::Sender<Job>,
}

enum Job {
    Batch {
        units: Vec<Arc<Unit>>,
        reply: Reply<HashSet<Uuid>>,
    },
    Due {
        limit: i64,
        lease: Duration,
        reply: Reply<Vec<Due>>,
    },
}

type Reply<T> = oneshot::Sender<rusqlite::Result<T>>;

impl SqliteWriter {
    pub(super) fn start(running: &TaskTracker, lane: SqliteLane, turns: SqlitePool) -> Self {
        let (jobs, sent) = mpsc::channel();
        running.spawn_blocking(move || {
            vital::thread("the writer to SQLite", || serve(&lane, &sent));
        });
        Self { turns, jobs }
    }

    /// Records all units in one transaction; returns those that won their version check.
    pub(super) async fn write(&self, units: Vec<Arc<Unit>>) -> Result<HashSet<Uuid>, WriteError> {
        self.carry_out(|reply| Job::Batch { units, reply }).await
    }

    /// Hands out what is due, and pushes its `wake_at` on in the same transaction.
    pub(super) async fn due(&self, limit: i64, lease: Duration) -> Result<Vec<Due>, WriteError> {
        let job = |reply| Job::Due {
            limit,
            lease,
            reply,
        };
        self.carry_out(job).await
    }

    async fn carry_out<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, WriteError> {
        let crashed = || WriteError::Sqlx(sqlx::Error::WorkerCrashed);
        let _turn = self.turns.acquire().await?;
        let (reply, answer) = oneshot::channel();
        self.jobs.send(job(reply)).map_err(|_| crashed())?;
        Ok(answer.await.map_err(|_| crashed())??)
    }
}

impl Job {
    /// Whoever asked may have given up; what is written stays written.
    fn carry_out(self, statements: &mut Statements<'_>) {
        match self {
            Self::Batch { units, reply } => {
                let _ = reply.send(statements.write(&units));
            }
            Self::Due {
                limit,
                lease,
                reply,
            } => {
                let _ = reply.send(statements.hand_out(limit, lease));
            }
        }
    }

    fn refuse(self, error: rusqlite::Error) {
        match self {
            Self::Batch { reply, .. } => {
                let _ = reply.send(Err(error));
            }
            Self::Due { reply, .. } => {
                let _ = reply.send(Err(error));
            }
        }
    }
}

/// Opens the connection with the first job: the schema is there by then.
fn serve(lane: &SqliteLane, jobs: &mpsc::Receiver<Job>) {
    while let Ok(job) = jobs.recv() {
        if let Err((error, job)) = serve_connected(lane, job, jobs) {
            job.refuse(error);
        }
    }
}

/// Carries out this job and all that follow it, unless nothing can be written at all.
fn serve_connected(
    lane: &SqliteLane,
    first: Job,
    jobs: &mpsc::Receiver<Job>,
) -> Result<(), (rusqlite::Error, Job)> {
    let connection = match lane.connect() {
        Ok(connection) => connection,
        Err(error) => return Err((error, first)),
    };
    let mut statements = match Statements::prepare(&connection) {
        Ok(statements) => statements,
        Err(error) => return Err((error, first)),
    };
    let mut next = Some(first);
    while let Some(job) = next {
        job.carry_out(&mut statements);
        next = jobs.recv().ok();
    }
    Ok(())
}
