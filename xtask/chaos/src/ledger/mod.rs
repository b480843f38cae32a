//! What the steps did to the world outside, written down by the world outside: one durable line per call.
//!
//! Steps of kind `remote.call` post here with execution, step, attempt and key. A call is answered after its line is on
//! disk, and a rule may hold it before or after that, so that a fault falls exactly in between.

mod file;
mod serve;

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use tokio::{
    net::TcpListener,
    sync::watch,
    task::JoinHandle,
    time::{Instant, timeout},
};

use crate::{dice::Dice, facts::plain};

/// What a step posts.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Call {
    pub(crate) execution: String,
    pub(crate) step: String,
    pub(crate) attempt: u32,
    pub(crate) idempotency_key: String,
}

/// An effect: it happened, whatever becomes of whoever wanted it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line {
    /// Without dashes.
    pub(crate) execution: String,
    pub(crate) step: String,
    pub(crate) attempt: u32,
    pub(crate) key: String,
    /// Numbers the lines; what the step is told as its output.
    pub(crate) nonce: u64,
    pub(crate) unix_ms: u64,
    #[serde(skip)]
    pub(crate) at: Instant,
}

/// How long calls take, and which of them wait for a word.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Pace {
    AtOnce,
    /// Between these, by chance.
    Takes(Duration, Duration),
    /// The effect happens, and the answer waits for [`Ledger::release`].
    Held,
}

impl Pace {
    /// Between so many milliseconds, by chance.
    pub(crate) const fn millis(least: u64, most: u64) -> Self {
        Self::Takes(Duration::from_millis(least), Duration::from_millis(most))
    }
}

type Rule = Box<dyn Fn(&Call) -> Pace + Send>;

pub(crate) struct Ledger {
    pub(crate) url: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    book: Mutex<Book>,
    /// Rises with every change of the book.
    changes: watch::Sender<u64>,
    /// Rises when held calls may be answered.
    releases: watch::Sender<u64>,
    file: file::Appender,
}

struct Book {
    lines: Vec<Line>,
    /// Calls whose caller went away before the answer.
    broken: Vec<Call>,
    open: HashMap<u64, Call>,
    calls: u64,
    rule: Rule,
    dice: Dice,
}

impl Ledger {
    pub(crate) async fn open(folder: &Path, dice: Dice) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .context("no port for the ledger")?;
        let url = format!("http://{}/effect", listener.local_addr()?);
        let shared = Arc::new(Shared {
            book: Mutex::new(Book {
                lines: Vec::new(),
                broken: Vec::new(),
                open: HashMap::new(),
                calls: 0,
                rule: Box::new(|_| Pace::AtOnce),
                dice,
            }),
            changes: watch::Sender::new(0),
            releases: watch::Sender::new(0),
            file: file::Appender::create(&folder.join("ledger.jsonl"))?,
        });
        let serving = tokio::spawn(serve::serve(listener, Arc::clone(&shared)));
        Ok(Self {
            url,
            shared,
            serving,
        })
    }

    /// From now on calls are treated so.
    pub(crate) fn rule(&self, rule: impl Fn(&Call) -> Pace + Send + 'static) {
        self.shared.book().rule = Box::new(rule);
    }

    pub(crate) fn pace(&self, pace: Pace) {
        self.rule(move |_| pace);
    }

    /// Answers all that is held.
    pub(crate) fn release(&self) {
        self.shared.releases.send_modify(|count| *count += 1);
    }

    pub(crate) fn lines(&self) -> Vec<Line> {
        self.shared.book().lines.clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.shared.book().lines.len()
    }

    /// Calls that wait for their answer now.
    pub(crate) fn open_calls(&self) -> Vec<Call> {
        self.shared.book().open.values().cloned().collect()
    }

    /// Calls whose caller went away before the answer.
    pub(crate) fn broken(&self) -> Vec<Call> {
        self.shared.book().broken.clone()
    }

    /// The first of its lines that fits, now or when it is written.
    async fn line(&self, within: Duration, fits: impl Fn(&Line) -> bool) -> Result<Line> {
        self.until(within, "a line in the ledger", |book| {
            book.lines.iter().find(|line| fits(line)).cloned()
        })
        .await
    }

    /// The first line of an execution.
    pub(crate) async fn first_line_of(&self, execution: &str, within: Duration) -> Result<Line> {
        let execution = plain(execution);
        self.line(within, |line| line.execution == execution).await
    }

    /// The line of an attempt that followed this one.
    pub(crate) async fn attempt_after(&self, call: &Call, within: Duration) -> Result<Line> {
        let execution = plain(&call.execution);
        self.line(within, |line| {
            line.execution == execution && line.step == call.step && line.attempt > call.attempt
        })
        .await
    }

    /// Waits until an execution has so many lines.
    pub(crate) async fn lines_of(
        &self,
        execution: &str,
        count: usize,
        within: Duration,
    ) -> Result<()> {
        let execution = plain(execution);
        self.until(within, "lines of an execution", |book| {
            let lines = book.lines.iter();
            let own = lines.filter(|line| line.execution == execution);
            (own.take(count).count() == count).then_some(())
        })
        .await
    }

    /// Waits until no call is open.
    pub(crate) async fn all_answered(&self, within: Duration) -> Result<()> {
        self.until(within, "the answers", |book| {
            book.open.is_empty().then_some(())
        })
        .await
    }

    /// Waits until so many callers have gone away before their answer.
    pub(crate) async fn breaks(&self, count: usize, within: Duration) -> Result<()> {
        self.until(within, "the end of calls", |book| {
            (book.broken.len() >= count).then_some(())
        })
        .await
    }

    /// Waits until so many calls are open.
    pub(crate) async fn in_flight(&self, count: usize, within: Duration) -> Result<()> {
        self.until(within, "enough calls in flight", |book| {
            (book.open.len() >= count).then_some(())
        })
        .await
    }

    /// Waits until so many lines are written.
    pub(crate) async fn reaches(&self, count: usize, within: Duration) -> Result<()> {
        self.until(within, "enough lines in the ledger", |book| {
            (book.lines.len() >= count).then_some(())
        })
        .await
    }

    async fn until<T>(
        &self,
        within: Duration,
        what: &str,
        look: impl Fn(&Book) -> Option<T>,
    ) -> Result<T> {
        let mut changes = self.shared.changes.subscribe();
        let search = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = look(&self.shared.book()) {
                    return Ok(found);
                }
                changes.changed().await?;
            }
        };
        let found = timeout(within, search).await;
        found.with_context(|| format!("{what} did not come within {within:?}"))?
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Shared {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }
}

impl Line {
    fn of(call: &Call, nonce: u64) -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Self {
            execution: plain(&call.execution),
            step: call.step.clone(),
            attempt: call.attempt,
            key: call.idempotency_key.clone(),
            nonce,
            unix_ms: now.map_or(0, |now| now.as_millis() as u64),
            at: Instant::now(),
        }
    }
}
