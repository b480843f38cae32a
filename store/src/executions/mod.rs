//! Executions: group commit, loads, and what rescue and people ask about them.

mod committer;
mod events;
mod gates;
mod list;
mod load;
mod outcome;
mod port;
mod prepare;
mod prune;
mod signals;
mod sqlite_writer;
mod steps;
mod waits;
mod wake;
mod write_postgres;
mod write_sqlite;
mod writer;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::mpsc;
use uuid::Uuid;

use committer::Job;
use sqlite_writer::SqliteWriter;
use writer::Writer;

pub use list::{ExecutionFilter, ExecutionRecord, ExecutionSummary, Starter};
pub(crate) use load::Loader;
pub(crate) use prepare::without_nul;
pub use steps::StoredStep;
pub use waits::StoredWait;

use crate::database::{Database, Lane};

/// Postgres flushes its log once per transaction, and a second committer works while the first waits for it.
const POSTGRES_LANES: usize = 2;

/// Large values that are read at the same time.
const READS: usize = 8;

/// The committers of a store. An execution always goes to the same one, so that its commits keep their order.
pub(crate) struct Committers {
    lanes: Mutex<Vec<mpsc::Sender<Job>>>,
    count: usize,
    /// Its committer's, for what else is written there: nobody's with Postgres, and once the store is closed.
    sqlite: Weak<SqliteWriter>,
    running: tokio_util::task::TaskTracker,
}

impl Committers {
    pub(crate) fn start(database: &Arc<Database>) -> Self {
        let running = tokio_util::task::TaskTracker::new();
        let mut sqlite = Weak::new();
        let writers: Vec<Writer> = match &database.lane {
            Lane::Postgres(lane) => (0..POSTGRES_LANES)
                .map(|_| Writer::Postgres {
                    lane: lane.clone(),
                    connection: None,
                })
                .collect(),
            Lane::Sqlite(lane) => {
                let turns = database.writer.get_sqlite_connection_pool().clone();
                let writer = Arc::new(SqliteWriter::start(&running, lane.clone(), turns));
                sqlite = Arc::downgrade(&writer);
                vec![Writer::Sqlite(writer)]
            }
        };
        let lanes: Vec<_> = writers
            .into_iter()
            .map(|writer| committer::start(&running, Arc::clone(database), writer))
            .collect();
        let count = lanes.len();
        Self {
            lanes: Mutex::new(lanes),
            count,
            sqlite,
            running,
        }
    }

    /// The committer of an execution; `None` once the store is closed.
    fn lane(&self, execution: Uuid) -> Option<mpsc::Sender<Job>> {
        let mut hasher = DefaultHasher::new();
        execution.hash(&mut hasher);
        let lane = hasher.finish() as usize % self.count;
        self.lanes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(lane)
            .cloned()
    }

    /// Takes nothing more, and waits until all that was taken is answered.
    pub(crate) async fn close(&self) {
        self.lanes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        self.running.close();
        self.running.wait().await;
    }
}
