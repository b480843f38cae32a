//! The log lines of steps.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PortResult;
use crate::Time;
use crate::node::LogStream;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// Rises within an execution; 0 until it is stored.
    pub id: i64,
    pub step: String,
    pub attempt: u32,
    pub at: Time,
    pub stream: LogStream,
    pub text: String,
}

#[async_trait]
pub trait LogStore: Send + Sync {
    /// Stores lines and returns them with their ids.
    async fn append(&self, execution: Uuid, lines: Vec<LogLine>) -> PortResult<Vec<LogLine>>;
}
