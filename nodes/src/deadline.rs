//! How long a node goes on: until its own time-out, or until nobody wants the result any more.

use engine::duration::Millis;
use engine::node::{Context, Failure};
use tokio::time::Instant;

/// The end of an attempt, by the node's own `timeout`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    at: Instant,
    limit: Millis,
}

impl Deadline {
    pub(crate) fn after(limit: Millis) -> Self {
        Self {
            at: Instant::now() + limit.to_std(),
            limit,
        }
    }

    /// How much time is left.
    pub(crate) fn left(&self) -> std::time::Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    pub(crate) fn passed(&self) -> Failure {
        let message = format!("it took longer than its time-out of {}", self.limit);
        Failure::transient("timeout", message)
    }

    /// Goes on with some work until it is done, the time has passed, or the step is cancelled.
    pub(crate) async fn bounds<T>(
        &self,
        context: &Context,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            done = work => done,
            () = context.cancellation.cancelled() => Err(cancelled()),
            () = tokio::time::sleep_until(self.at) => Err(self.passed()),
        }
    }
}

pub(crate) fn cancelled() -> Failure {
    Failure::permanent("cancelled", "the run was cancelled")
}
