//! Log lines as the API shows them.

use engine::node::LogStream as EngineStream;
use engine::ports::logs::LogLine as EngineLine;
use serde::Serialize;
use utoipa::ToSchema;

use super::time::Time;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogStream {
    Stdout,
    Stderr,
    Info,
}

/// One line that a step wrote.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct LogLine {
    /// Rises from line to line of an execution.
    pub(crate) id: i64,
    pub(crate) step: String,
    pub(crate) attempt: u32,
    pub(crate) at: Time,
    pub(crate) stream: LogStream,
    pub(crate) text: String,
}

impl From<EngineLine> for LogLine {
    fn from(line: EngineLine) -> Self {
        let stream = match line.stream {
            EngineStream::Stdout => LogStream::Stdout,
            EngineStream::Stderr => LogStream::Stderr,
            EngineStream::Info => LogStream::Info,
        };
        let EngineLine {
            id,
            step,
            attempt,
            at,
            text,
            ..
        } = line;
        Self {
            id,
            step,
            attempt,
            at: at.into(),
            stream,
            text,
        }
    }
}
