//! Carries the log lines of running steps to the store and to whoever watches, in batches.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use engine::node::{LogSink, LogStream};
use engine::ports::bus::{Bus, Notice};
use engine::ports::clock::Clock;
use engine::ports::logs::{LogLine, LogStore};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Lines that may wait for the store. A step that writes faster loses lines, and is told how many.
const WAITING: usize = 20_000;
const BATCH: usize = 1_000;

/// A line longer than this is cut: it is a dump, not a log.
const LONGEST: usize = 8 * 1_024;

/// How long the end of a step waits for its lines to be stored.
const FLUSH: Duration = Duration::from_secs(2);

enum Entry {
    Line {
        execution: Uuid,
        line: LogLine,
    },
    /// Answered once everything before it is stored and told.
    Flush(oneshot::Sender<()>),
}

#[derive(Clone)]
pub(crate) struct LogWriter {
    sender: mpsc::Sender<Entry>,
    clock: Arc<dyn Clock>,
}

impl LogWriter {
    /// The writer, and the loop that empties it; at the end, what is left is written first.
    pub(crate) fn new(
        store: Arc<dyn LogStore>,
        bus: Arc<dyn Bus>,
        clock: Arc<dyn Clock>,
        end: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (Self { sender, clock }, write(receiver, store, bus, end))
    }

    pub(crate) fn sink(&self, execution: Uuid, step: Arc<str>, attempt: u32) -> Arc<StepLog> {
        Arc::new(StepLog {
            sender: self.sender.clone(),
            clock: Arc::clone(&self.clock),
            execution,
            step,
            attempt,
            lost: AtomicU64::new(0),
            wrote: AtomicBool::new(false),
        })
    }
}

pub(crate) struct StepLog {
    sender: mpsc::Sender<Entry>,
    clock: Arc<dyn Clock>,
    execution: Uuid,
    step: Arc<str>,
    attempt: u32,
    lost: AtomicU64,
    wrote: AtomicBool,
}

impl StepLog {
    /// Returns when all that was written is stored: whoever hears of the step's end has heard its last words.
    pub(crate) async fn flush(&self) {
        if !self.wrote.load(Ordering::Relaxed) {
            return;
        }
        let flushed = async {
            let (done, stored) = oneshot::channel();
            if self.sender.send(Entry::Flush(done)).await.is_ok() {
                let _ = stored.await;
            }
        };
        // A store that is slow delays the lines, not the run.
        let _ = tokio::time::timeout(FLUSH, flushed).await;
    }

    fn send(&self, stream: LogStream, text: String) -> bool {
        let line = LogLine {
            id: 0,
            step: self.step.to_string(),
            attempt: self.attempt,
            at: self.clock.now(),
            stream,
            text,
        };
        self.wrote.store(true, Ordering::Relaxed);
        let execution = self.execution;
        self.sender
            .try_send(Entry::Line { execution, line })
            .is_ok()
    }
}

impl LogSink for StepLog {
    fn line(&self, stream: LogStream, text: &str) {
        let lost = self.lost.swap(0, Ordering::Relaxed);
        if lost > 0
            && !self.send(
                LogStream::Info,
                format!("({lost} lines came too fast and were left out)"),
            )
        {
            self.lost.fetch_add(lost, Ordering::Relaxed);
        }
        let cut = text.floor_char_boundary(LONGEST);
        if !self.send(stream, text[..cut].replace('\0', "\u{fffd}")) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

async fn write(
    mut receiver: mpsc::Receiver<Entry>,
    store: Arc<dyn LogStore>,
    bus: Arc<dyn Bus>,
    end: CancellationToken,
) {
    let mut batch = Vec::new();
    loop {
        tokio::select! {
            biased;
            _ = receiver.recv_many(&mut batch, BATCH) => {}
            () = end.cancelled() => return,
        }
        let mut by_execution: BTreeMap<Uuid, Vec<LogLine>> = BTreeMap::new();
        let mut waiting = Vec::new();
        for entry in batch.drain(..) {
            match entry {
                Entry::Line { execution, line } => {
                    by_execution.entry(execution).or_default().push(line);
                }
                Entry::Flush(done) => waiting.push(done),
            }
        }
        for (execution, lines) in by_execution {
            match store.append(execution, lines).await {
                Ok(lines) => {
                    bus.publish(Notice::Logs {
                        execution,
                        lines: lines.into(),
                    })
                    .await;
                }
                Err(error) => {
                    tracing::warn!(execution.id = %execution, %error, "log lines of a step could not be stored");
                }
            }
        }
        for done in waiting {
            let _ = done.send(());
        }
    }
}
