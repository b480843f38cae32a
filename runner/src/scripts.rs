//! Where scripts are evaluated: short ones where they stand, long ones one after the other, so that however many
//! there are, they leave the rest of the machine to their neighbours.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use engine::script::{Clock, set_clock};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A script that took longer than this once waits among its like before it waits for a turn.
const ENDLESS: Duration = Duration::from_millis(100);

/// How long a step's scripts were seen to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Length {
    Long,
    Endless,
}

impl Length {
    /// What there is to remember about scripts that ran on after their first turn.
    pub(crate) fn of(took: Duration) -> Self {
        if took > ENDLESS {
            Self::Endless
        } else {
            Self::Long
        }
    }
}

/// Turns for scripts that take more than a moment.
pub(crate) struct Scripts {
    turns: Arc<Semaphore>,
    /// Of the endless ones only one at a time waits for a turn, so that others wait for one of them at most.
    gate: Arc<Semaphore>,
}

/// Held while a long script runs.
pub(crate) struct Turn {
    _turn: Option<OwnedSemaphorePermit>,
    _gate: Option<OwnedSemaphorePermit>,
}

impl Scripts {
    pub(crate) fn new() -> Self {
        set_clock(Clock { passed, worked });
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            turns: Arc::new(Semaphore::new((cores / 2).max(1))),
            gate: Arc::new(Semaphore::new(1)),
        }
    }

    pub(crate) async fn turn(&self, length: Length) -> Turn {
        let gate = match length {
            Length::Long => None,
            Length::Endless => Arc::clone(&self.gate).acquire_owned().await.ok(),
        };
        Turn {
            _turn: Arc::clone(&self.turns).acquire_owned().await.ok(),
            _gate: gate,
        }
    }
}

/// Runs what may take long while the rest of the runtime goes on.
pub(crate) fn aside<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

fn passed() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

#[cfg(unix)]
fn worked() -> Duration {
    let worked = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let (seconds, nanoseconds) = (worked.tv_sec, worked.tv_nsec);
    Duration::new(
        u64::try_from(seconds).unwrap_or(0),
        u32::try_from(nanoseconds).unwrap_or(0),
    )
}

#[cfg(not(unix))]
fn worked() -> Duration {
    passed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_no_work() {
        let (passed_before, worked_before) = (passed(), worked());
        let (sender, receiver) = std::sync::mpsc::channel::<()>();
        let _ = receiver.recv_timeout(Duration::from_millis(50));
        drop(sender);
        assert!(passed() - passed_before >= Duration::from_millis(50));
        assert!(worked() - worked_before < Duration::from_millis(50));
    }

    #[tokio::test]
    async fn a_long_script_waits_for_one_endless_script_at_most() {
        let scripts = Scripts::new();
        // All turns but those of the endless are taken.
        let endless = scripts.turn(Length::Endless).await;
        let mut second = std::pin::pin!(scripts.turn(Length::Endless));
        assert!(futures::poll!(&mut second).is_pending(), "the gate is shut");
        let mut long = std::pin::pin!(scripts.turn(Length::Long));
        let _ = futures::poll!(&mut long);
        drop(endless);
        long.await;
        second.await;
    }
}
