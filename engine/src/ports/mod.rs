//! What the engine's users need of the outside, as small traits that `store` fills.

pub mod blobs;
pub mod bus;
pub mod clock;
pub mod definitions;
pub mod executions;
pub mod files;
pub mod happenings;
pub mod launcher;
pub mod logs;
pub mod queue;
pub mod run_history;
pub mod runners;
pub mod schedules;
pub mod secrets;
pub mod step_cache;
pub mod variables;

/// An adapter's failure: what it was doing, and whether trying again can help.
#[derive(Debug, thiserror::Error)]
#[error("{doing}: {source}")]
pub struct PortError {
    pub doing: &'static str,
    /// True when the outside was unreachable or busy, false when it refused.
    pub transient: bool,
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

pub type PortResult<T> = Result<T, PortError>;
