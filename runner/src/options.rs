//! What an operator may set about a runner.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use engine::duration::Millis;
use engine::execution::ResumeLinks;
use uuid::Uuid;

#[derive(Debug, Clone)]
pub struct Options {
    /// Shown in the list of runners.
    pub name: String,
    /// Executions driven at the same time.
    pub max_executions: usize,
    /// Pure steps that share a commit at most.
    pub longest_part: usize,
    /// Steps that act on the world, running at the same time.
    pub max_steps: usize,
    /// Of these, builds and deployments of one workspace; 0 is without a limit.
    pub builds_per_workspace: usize,
    /// A runner not seen for this long is dead, by the database's clock.
    pub lease: Duration,
    /// How often this runner says that it is alive.
    pub beat: Duration,
    /// How often timers, lost tickets and dead runners are looked for.
    pub sweep: Duration,
    /// How long a ready step may wait for somebody to take it before it is offered again.
    pub requeue: Duration,
    /// How long running steps may go on after the runner was told to stop.
    pub drain: Duration,
    /// True when no other process can be at work on this store: whatever it calls held is lost.
    pub sole: bool,
    /// Whether this runner begins what schedules ask for.
    pub schedules: bool,
    /// Whether what this runner counts is kept, and the history tended.
    pub history: bool,
    /// How long runs are kept after their end, where their workflow does not say; for ever without it.
    pub keep: Option<Millis>,
    /// How long files that were deleted can be brought back.
    pub keep_deleted: Duration,
    /// Makes the addresses at which waiting steps can be answered.
    pub links: Option<Arc<ResumeLinks>>,
    /// Holds the workspaces of runs, and what outlives them.
    pub data: PathBuf,
}

impl Options {
    /// Where the steps of an execution keep their files.
    pub(crate) fn folder_of(&self, execution: Uuid) -> PathBuf {
        self.data.join("runs").join(execution.to_string())
    }

    pub fn new(data: PathBuf) -> Self {
        Self {
            name: "runner".to_owned(),
            max_executions: 1_024,
            longest_part: 500,
            max_steps: 64,
            builds_per_workspace: 4,
            lease: Duration::from_secs(10),
            beat: Duration::from_secs(2),
            sweep: Duration::from_millis(500),
            requeue: Duration::from_secs(8),
            drain: Duration::from_secs(25),
            sole: false,
            schedules: true,
            history: true,
            keep: None,
            keep_deleted: Duration::from_secs(30 * 24 * 60 * 60),
            links: None,
            data,
        }
    }
}
