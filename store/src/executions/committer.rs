//! Group commit: while one transaction is in flight the next batch gathers. Nothing waits for company, but where the
//! disk is slow: see [`Committer::gather`].

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use engine::ports::executions::Committed;
use engine::ports::{PortError, PortResult};
use sea_orm::sqlx;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::outcome;
use super::prepare::Unit;
use super::writer::Writer;
use crate::database::Database;
use crate::error::{Trouble, WriteError};

pub(super) const DOING: &str = "record the progress of executions";

/// What one transaction carries at most. Not all that there can be: while one half of many runs is being recorded, the
/// other half computes.
const MOST_COMMITS: usize = 128;
const MOST_ROWS: usize = 5_000;
const MOST_BYTES: usize = 8 << 20;

/// Where a transaction takes so long, those that it was for are worth waiting for, a quarter of that time at most.
const SLOW: Duration = Duration::from_millis(4);

/// How many commits may wait for a committer before callers have to.
const BACKLOG: usize = 4_096;

/// How long a batch is tried again while the database is in trouble.
const PATIENCE: Duration = Duration::from_secs(8);

/// A statement that takes longer hangs on a connection that is gone.
const LONGEST_WRITE: Duration = Duration::from_secs(30);

pub(super) struct Job {
    pub(super) unit: Arc<Unit>,
    pub(super) reply: oneshot::Sender<PortResult<Committed>>,
}

/// Starts a committer; it ends when every sender is gone and all that was sent is answered.
pub(super) fn start(
    running: &TaskTracker,
    database: Arc<Database>,
    writer: Writer,
) -> mpsc::Sender<Job> {
    let (sender, jobs) = mpsc::channel(BACKLOG);
    let committer = Committer {
        database,
        writer,
        running: running.clone(),
        failing: false,
        last: (Duration::ZERO, 0),
    };
    running.spawn(vital::task(
        "the committer of executions",
        committer.run(jobs),
    ));
    sender
}

struct Committer {
    database: Arc<Database>,
    writer: Writer,
    running: TaskTracker,
    /// The last batch failed: the next one is not tried again and again, so that callers learn of an
    /// outage soon.
    failing: bool,
    /// How long the last batch took, and how many commits it recorded or kept waiting.
    last: (Duration, usize),
}

impl Committer {
    async fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut waiting = VecDeque::new();
        loop {
            if waiting.is_empty() {
                match jobs.recv().await {
                    Some(job) => waiting.push_back(job),
                    None => return,
                }
            }
            while waiting.len() < MOST_COMMITS
                && let Ok(job) = jobs.try_recv()
            {
                waiting.push_back(job);
            }
            self.gather(&mut waiting, &mut jobs).await;
            let batch = take_batch(&mut waiting);
            let (started, commits) = (Instant::now(), batch.len());
            self.commit(batch).await;
            self.last = (started.elapsed(), commits + waiting.len() + jobs.len());
        }
    }

    /// Waits a moment for those whose last commit was just recorded: most have another one soon. Without it they fall
    /// into two halves that take turns, each waiting for the other's transaction.
    async fn gather(&self, waiting: &mut VecDeque<Job>, jobs: &mut mpsc::Receiver<Job>) {
        let (took, together) = self.last;
        if took < SLOW {
            return;
        }
        let until = Instant::now() + took / 4;
        while waiting.len() < together.min(MOST_COMMITS)
            && let Ok(Some(job)) = tokio::time::timeout_at(until, jobs.recv()).await
        {
            waiting.push_back(job);
        }
    }

    async fn commit(&mut self, jobs: Vec<Job>) {
        let mut uncertain = false;
        match self.write(&jobs, &mut uncertain).await {
            Ok(winners) => self.answer(jobs, &winners, uncertain).await,
            Err(error) if jobs.len() > 1 && concerns_one_row(&error) => {
                // One commit carries something that the database refuses; the others are not to blame.
                for job in jobs {
                    let mut uncertain = uncertain;
                    let alone = [job];
                    let written = self.write(&alone, &mut uncertain).await;
                    let alone = Vec::from(alone);
                    match written {
                        Ok(winners) => self.answer(alone, &winners, uncertain).await,
                        Err(error) => fail(alone, error),
                    }
                }
            }
            Err(error) => fail(jobs, error),
        }
    }

    /// Writes a batch, again if that can help. `uncertain` becomes true when a try may have succeeded
    /// although its answer was lost; what then loses the version check may have lost to itself.
    async fn write(
        &mut self,
        jobs: &[Job],
        uncertain: &mut bool,
    ) -> Result<HashSet<Uuid>, WriteError> {
        let units: Vec<Arc<Unit>> = jobs.iter().map(|job| Arc::clone(&job.unit)).collect();
        let patience = if self.failing {
            Duration::ZERO
        } else {
            PATIENCE
        };
        let started = Instant::now();
        for attempt in 0_u32.. {
            let written = tokio::time::timeout(LONGEST_WRITE, self.writer.write(&units)).await;
            let error = match written {
                Ok(Ok(winners)) => {
                    self.failing = false;
                    return Ok(winners);
                }
                Ok(Err(error)) => error,
                Err(_) => sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()).into(),
            };
            let trouble = Trouble::of_write(&error);
            if trouble == Trouble::Lost {
                self.writer.disconnect();
                *uncertain = true;
            }
            if !matches!(trouble, Trouble::Lost | Trouble::Busy) {
                return Err(error);
            }
            if started.elapsed() >= patience {
                self.failing = true;
                return Err(error);
            }
            tracing::warn!(%error, attempt, commits = jobs.len(), "A group commit failed and is tried again");
            tokio::time::sleep(pause(attempt)).await;
        }
        Err(sqlx::Error::WorkerCrashed.into())
    }

    async fn answer(&self, jobs: Vec<Job>, winners: &HashSet<Uuid>, uncertain: bool) {
        let mut losers = Vec::new();
        for job in jobs {
            if winners.contains(&job.unit.id()) {
                let version = job.unit.expected.cast_unsigned() + 1;
                // Whoever asked may have gone away; what is recorded stays recorded.
                let _ = job.reply.send(Ok(Committed::Done { version }));
            } else {
                losers.push(job);
            }
        }
        if losers.is_empty() {
            return;
        }
        // Losers need further questions to the database, which need not keep the next batch waiting.
        let database = Arc::clone(&self.database);
        self.running.spawn(async move {
            let units: Vec<&Unit> = losers.iter().map(|job| &*job.unit).collect();
            let found = outcome::of_losers(&database, &units, uncertain).await;
            let mut answers = match found {
                Ok(answers) => answers,
                Err(error) => {
                    let error = Arc::new(error);
                    for job in losers {
                        let transient = error.is_transient();
                        let _ = job.reply.send(Err(PortError {
                            doing: DOING,
                            transient,
                            source: Box::new(Arc::clone(&error)),
                        }));
                    }
                    return;
                }
            };
            for job in losers {
                let answer = answers
                    .remove(&job.unit.id())
                    .unwrap_or(Committed::Conflict);
                let _ = job.reply.send(Ok(answer));
            }
        });
    }
}

/// The next batch: in order, within the limits, and with every execution and idempotency key at most
/// once, since one statement can't see its own changes. The others stay for the batch after.
fn take_batch(waiting: &mut VecDeque<Job>) -> Vec<Job> {
    let mut batch: Vec<Job> = Vec::with_capacity(waiting.len());
    let mut later = VecDeque::new();
    let mut ids = HashSet::new();
    let mut keys: HashMap<Uuid, HashSet<String>> = HashMap::new();
    let (mut rows, mut bytes) = (0, 0);
    while let Some(job) = waiting.pop_front() {
        rows += job.unit.rows();
        bytes += job.unit.bytes();
        let full = batch.len() >= MOST_COMMITS || rows > MOST_ROWS || bytes > MOST_BYTES;
        if full && !batch.is_empty() {
            waiting.push_front(job);
            break;
        }
        let new_key = job
            .unit
            .idempotency()
            .is_none_or(|(workflow, key)| keys.entry(workflow).or_default().insert(key.to_owned()));
        if new_key && ids.insert(job.unit.id()) {
            batch.push(job);
        } else {
            later.push_back(job);
        }
    }
    later.append(waiting);
    *waiting = later;
    batch
}

fn concerns_one_row(error: &WriteError) -> bool {
    matches!(
        Trouble::of_write(error),
        Trouble::Duplicate | Trouble::Refused
    )
}

fn fail(jobs: Vec<Job>, error: WriteError) {
    let transient = !concerns_one_row(&error);
    let error = Arc::new(error);
    for job in jobs {
        let _ = job.reply.send(Err(PortError {
            doing: DOING,
            transient,
            source: Box::new(Arc::clone(&error)),
        }));
    }
}

/// 10 ms, doubling up to half a second, each up to twice as long by chance.
fn pause(attempt: u32) -> Duration {
    let base = Duration::from_millis(10 << attempt.min(5)).min(Duration::from_millis(500));
    let chance = f64::from(Uuid::now_v7().as_bytes()[15]) / 255.0;
    base.mul_f64(1.0 + chance)
}
