//! News of executions for whoever watches. Lossy by contract: a gap in `seq` is filled from the database.

use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PortResult;
use super::logs::LogLine;
use crate::Time;
use crate::execution::Event;

#[derive(Debug, Clone)]
pub enum Notice {
    /// Committed events of an execution, in order.
    Events {
        execution: Uuid,
        events: Arc<[Event]>,
    },
    /// Lines that a running step wrote.
    Logs {
        execution: Uuid,
        lines: Arc<[LogLine]>,
    },
    /// How far a running step is. Never stored: who comes late hears of it with the next word.
    Progress { execution: Uuid, progress: Progress },
    /// An execution was changed from outside its runner (cancelled): look again.
    Changed { execution: Uuid },
    /// Schedules were made or changed: look again which is next.
    Schedules,
}

/// What a running step says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    pub step: Arc<str>,
    pub attempt: u32,
    /// From 0 to 1, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fraction: Option<f64>,
    pub message: String,
    /// When the step said so.
    pub at: Time,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Events, logs and progress of one execution.
    Execution(Uuid),
    /// `Changed` notices of every execution, for runners.
    Control,
    /// Changes of schedules, for whoever begins their runs.
    Schedules,
}

#[async_trait]
pub trait Bus: Send + Sync {
    /// Best effort: an error is logged by the adapter, never returned to the run.
    async fn publish(&self, notice: Notice);

    /// When this returns, everything published from now on reaches the stream, unless it falls behind.
    async fn subscribe(&self, topic: Topic) -> PortResult<BoxStream<'static, Notice>>;
}
