//! What happened in runs that people are to be told of. Who that is, and how, is not the engine's concern.

use async_trait::async_trait;
use uuid::Uuid;

use super::PortResult;
use crate::Time;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    pub kind: HappeningKind,
    /// Whose it was.
    pub owner: Uuid,
    /// What happened several times is told once: the workflow or schedule that it is about.
    pub subject: Uuid,
    /// What that is called.
    pub name: String,
    /// The newest execution in which it happened, if it was in one.
    pub execution: Option<Uuid>,
    /// What began that execution, as `Accepted::trigger` has it.
    pub trigger: String,
    /// The person who began that execution.
    pub started_by: Option<Uuid>,
    /// Why it failed, or what somebody is asked.
    pub message: String,
    /// How often it happened.
    pub count: u32,
    pub at: Time,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HappeningKind {
    /// A run has failed that nothing else waits for.
    RunFailed,
    /// A step waits for somebody to decide.
    Decision,
    /// A schedule could not begin its run.
    ScheduleFailed,
}

impl HappeningKind {
    pub const ALL: [Self; 3] = [Self::RunFailed, Self::Decision, Self::ScheduleFailed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::RunFailed => "run_failed",
            Self::Decision => "decision",
            Self::ScheduleFailed => "schedule_failed",
        }
    }
}

#[async_trait]
pub trait Happenings: Send + Sync {
    /// Keeps them until somebody has told people of them. What can't be kept is lost: runs don't wait for it.
    async fn happened(&self, happenings: Vec<Happening>) -> PortResult<()>;
}
