//! What can be seen of a release from outside: how it is at this moment, and what it wrote.

use serde::{Deserialize, Serialize};

/// Part of what a release wrote: its newest lines, or those before a place.
#[derive(Clone, Copy, Debug)]
pub struct LogAsk {
    /// The most lines.
    pub lines: usize,
    /// Only what stands before this, as an earlier answer said it.
    pub before: Option<LogPlace>,
}

/// Where in the log of a release something stands: what it counts is known to who keeps the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPlace {
    pub release: u64,
    pub position: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseLog {
    pub release: u64,
    /// Oldest first.
    pub lines: Vec<ReleaseLine>,
    /// Where to go on with what is older; `None` at the beginning of what is kept.
    pub before: Option<LogPlace>,
    /// Why nothing can be read; a sentence for people.
    pub missing: Option<String>,
}

/// A line as somebody's program wrote it: its text is not to be trusted. Colours and other control characters are taken out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseLine {
    /// In RFC 3339, where it is known.
    pub at: Option<String>,
    /// Where it is known.
    pub stream: Option<ReleaseStream>,
    pub line: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseStream {
    Stdout,
    Stderr,
}

/// How the live release is, asked just now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthReport {
    pub release: u64,
    pub health: Health,
    /// When it was asked, in RFC 3339.
    pub checked_at: String,
    /// When what runs was started, in RFC 3339: later than its release once it was started again.
    pub running_since: Option<String>,
    /// Why it is not healthy; a sentence for people.
    pub reason: Option<String>,
    /// What it wrote last, where that may tell why.
    pub last_lines: Vec<ReleaseLine>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    Healthy,
    /// It runs and does not answer as it should.
    Unhealthy,
    /// It ended by itself.
    Failed,
    /// Stopped on purpose.
    Stopped,
}
