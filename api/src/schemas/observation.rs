//! What can be seen of a live release, as the API shows it: what it wrote, and how it is.

use blueprint::ports::{self, HealthReport};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::time::Time;

/// Part of what a release wrote.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApplicationLog {
    /// The release that wrote it; null when nothing of the application was ever live on this server's machine.
    #[schema(required = true)]
    pub(crate) release: Option<String>,
    /// The newest lines, or those before the cursor; oldest first.
    pub(crate) items: Vec<ApplicationLogLine>,
    /// Pass it as `cursor` to get what is older; null at the beginning of what is kept.
    #[schema(required = true)]
    pub(crate) next_cursor: Option<String>,
    /// Why there is nothing to read, for people; null when there is, or when it wrote nothing yet.
    #[schema(required = true)]
    pub(crate) missing: Option<String>,
}

/// A line that a release wrote. The text is whatever a program wrote, without colours and other control characters; a line of more
/// than 4 KiB is cut.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApplicationLogLine {
    /// When it was written, where that can be told.
    #[schema(required = true)]
    pub(crate) at: Option<Time>,
    /// Where it was written to; null where both are one, as in a process.
    #[schema(required = true)]
    pub(crate) stream: Option<WrittenTo>,
    pub(crate) line: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WrittenTo {
    Stdout,
    Stderr,
}

/// How an application is, as it was found when this was asked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApplicationHealth {
    pub(crate) status: HealthStatus,
    #[schema(required = true)]
    pub(crate) release: Option<String>,
    pub(crate) checked_at: Time,
    /// When what runs was started: later than its release if it was started again since. Null when nothing runs.
    #[schema(required = true)]
    pub(crate) running_since: Option<Time>,
    /// Why it is `unhealthy` or `failed`, for people.
    #[schema(required = true)]
    pub(crate) reason: Option<String>,
    /// What it wrote last, when it is `unhealthy` or `failed`; 20 lines at most.
    pub(crate) last_lines: Vec<ApplicationLogLine>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HealthStatus {
    /// It runs, and answers its health check.
    Healthy,
    /// It runs, and does not answer its health check as it should.
    Unhealthy,
    /// It ended by itself.
    Failed,
    /// Stopped on purpose.
    Stopped,
    /// Nothing of it was ever live on this server's machine.
    NotDeployed,
}

fn time(text: &str) -> Option<Time> {
    let read = DateTime::parse_from_rfc3339(text).ok()?;
    Some(read.to_utc().into())
}

impl From<ports::ReleaseLine> for ApplicationLogLine {
    fn from(line: ports::ReleaseLine) -> Self {
        Self {
            at: line.at.as_deref().and_then(time),
            stream: line.stream.map(|stream| match stream {
                ports::ReleaseStream::Stdout => WrittenTo::Stdout,
                ports::ReleaseStream::Stderr => WrittenTo::Stderr,
            }),
            line: line.line,
        }
    }
}

impl From<HealthReport> for ApplicationHealth {
    fn from(report: HealthReport) -> Self {
        Self {
            status: match report.health {
                ports::Health::Healthy => HealthStatus::Healthy,
                ports::Health::Unhealthy => HealthStatus::Unhealthy,
                ports::Health::Failed => HealthStatus::Failed,
                ports::Health::Stopped => HealthStatus::Stopped,
            },
            release: Some(report.release.to_string()),
            checked_at: time(&report.checked_at).unwrap_or_else(|| Utc::now().into()),
            running_since: report.running_since.as_deref().and_then(time),
            reason: report.reason,
            last_lines: report.last_lines.into_iter().map(Into::into).collect(),
        }
    }
}
