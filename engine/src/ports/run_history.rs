//! How many runs began and ended, minute by minute, and how busy the installation was: counted in memory by whoever commits
//! runs, and kept now and then, so that no run waits for it.

use async_trait::async_trait;
use uuid::Uuid;

use super::PortResult;
use crate::Time;
use crate::durations::Durations;

/// What came of runs in a stretch of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunCounts {
    pub begun: u64,
    pub succeeded: u64,
    pub failed: u64,
    pub cancelled: u64,
    pub timed_out: u64,
    /// Of those that ended after they had begun to run, from that moment on.
    pub durations: Durations,
}

impl RunCounts {
    pub fn merge(&mut self, other: &Self) {
        let sums = [
            (&mut self.begun, other.begun),
            (&mut self.succeeded, other.succeeded),
            (&mut self.failed, other.failed),
            (&mut self.cancelled, other.cancelled),
            (&mut self.timed_out, other.timed_out),
        ];
        for (sum, more) in sums {
            *sum = sum.saturating_add(more);
        }
        self.durations.merge(&other.durations);
    }
}

/// How busy the installation was: the most that was seen at once. What was not seen is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Tickets that no runner had taken yet.
    pub queued: Option<u64>,
    /// Runs in the hands of runners. One that only waits is in nobody's.
    pub running: Option<u64>,
    /// Runners that were alive.
    pub runners: Option<u64>,
}

impl Load {
    /// The larger of each: for looks one after the other.
    pub fn peak(self, other: Self) -> Self {
        Self {
            queued: self.queued.max(other.queued),
            running: self.running.max(other.running),
            runners: self.runners.max(other.runners),
        }
    }

    /// For what two processes saw at the same time: the same queue and runners, and runs of their own.
    pub fn beside(self, other: Self) -> Self {
        let running = match (self.running, other.running) {
            (Some(one), Some(other)) => Some(one.saturating_add(other)),
            (one, other) => one.or(other),
        };
        Self {
            running,
            ..self.peak(other)
        }
    }
}

/// What a process counted of a workspace in a minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedMinute {
    pub workspace: Uuid,
    /// When the minute began.
    pub at: Time,
    pub counts: RunCounts,
}

/// What a process saw of the installation in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenMinute {
    pub at: Time,
    pub load: Load,
}

#[async_trait]
pub trait RunHistory: Send + Sync {
    /// Keeps minutes of a process, in place of what it gave for them before: each is the whole of it so far, so that the same
    /// may be kept twice.
    async fn keep(
        &self,
        process: Uuid,
        counted: &[CountedMinute],
        seen: &[SeenMinute],
    ) -> PortResult<()>;

    /// Folds minutes that lie far enough back into hours, and forgets the oldest hours. Any number of processes may do so at
    /// once. Says how many hours there were to fold.
    async fn fold(&self, now: Time) -> PortResult<u64>;
}
