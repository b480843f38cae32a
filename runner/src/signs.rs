//! A running step's signs of life: how far it says it is, told on at a bearable pace, and how long it has been silent.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use engine::node::{LogSink, LogStream, ProgressSink};
use engine::ports::bus::{Bus, Notice, Progress};
use engine::ports::clock::Clock;
use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;

/// Of the words of one step in so short a time only the last is told.
const PACE: Duration = Duration::from_millis(200);

/// The last word is told again this often, for those who began to watch after it.
const AGAIN: Duration = Duration::from_secs(2);

/// A longer message is cut: it is for one line of a screen.
const LONGEST: usize = 500;

pub(crate) struct Signs {
    step: Arc<str>,
    attempt: u32,
    clock: Arc<dyn Clock>,
    word: watch::Sender<Option<Progress>>,
    last: watch::Sender<Instant>,
}

impl Signs {
    pub(crate) fn new(step: Arc<str>, attempt: u32, clock: Arc<dyn Clock>) -> Self {
        Self {
            step,
            attempt,
            clock,
            word: watch::Sender::new(None),
            last: watch::Sender::new(Instant::now()),
        }
    }

    /// Resolves once the step has given no sign for so long.
    pub(crate) async fn silence(&self, longest: Duration) {
        loop {
            let until = *self.last.borrow() + longest;
            if until <= Instant::now() {
                return;
            }
            tokio::time::sleep_until(until).await;
        }
    }

    /// Tells what the step says, for as long as somebody polls this.
    pub(crate) async fn tell(&self, execution: Uuid, bus: &dyn Bus) -> Infallible {
        let mut words = self.word.subscribe();
        loop {
            let word = words.borrow_and_update().clone();
            let told = word.is_some();
            if let Some(progress) = word {
                let notice = Notice::Progress {
                    execution,
                    progress,
                };
                bus.publish(notice).await;
                tokio::time::sleep(PACE).await;
            }
            // The sender lives as long as this does, so that waiting for it never fails.
            if told {
                let _ = tokio::time::timeout(AGAIN, words.changed()).await;
            } else {
                let _ = words.changed().await;
            }
        }
    }

    fn sign(&self) {
        self.last.send_replace(Instant::now());
    }
}

impl ProgressSink for Signs {
    fn report(&self, fraction: Option<f64>, message: &str) {
        self.sign();
        let cut = message.floor_char_boundary(LONGEST);
        self.word.send_replace(Some(Progress {
            step: Arc::clone(&self.step),
            attempt: self.attempt,
            fraction: fraction
                .filter(|fraction| fraction.is_finite())
                .map(|fraction| fraction.clamp(0.0, 1.0)),
            message: message[..cut].trim().replace('\0', "\u{fffd}"),
            at: self.clock.now(),
        }));
    }
}

/// A step's log, of which each line is a sign of life.
pub(crate) struct Heard<L> {
    pub(crate) log: Arc<L>,
    pub(crate) signs: Arc<Signs>,
}

impl<L: LogSink> LogSink for Heard<L> {
    fn line(&self, stream: LogStream, text: &str) {
        self.signs.sign();
        self.log.line(stream, text);
    }
}
