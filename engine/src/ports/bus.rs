//! News of executions for whoever watches. Lossy by contract: a gap in `seq` is filled from the database.

use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::BoxStream;
use uuid::Uuid;

use super::PortResult;
use super::logs::LogLine;
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
    /// An execution was changed from outside its runner (cancelled): look again.
    Changed { execution: Uuid },
}

impl Notice {
    pub fn execution(&self) -> Uuid {
        match self {
            Self::Events { execution, .. }
            | Self::Logs { execution, .. }
            | Self::Changed { execution } => *execution,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Events and logs of one execution.
    Execution(Uuid),
    /// `Changed` notices of every execution, for runners.
    Control,
}

#[async_trait]
pub trait Bus: Send + Sync {
    /// Best effort: an error is logged by the adapter, never returned to the run.
    async fn publish(&self, notice: Notice);

    /// When this returns, everything published from now on reaches the stream, unless it falls behind.
    async fn subscribe(&self, topic: Topic) -> PortResult<BoxStream<'static, Notice>>;
}
