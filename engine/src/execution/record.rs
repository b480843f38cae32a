//! The history of a step: one record per attempt that ended.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::status::StepStatus;
use crate::Time;
use crate::node::ErrorValue;

/// One attempt, recorded once.
#[derive(Debug, Clone, PartialEq)]
pub struct StepRecord {
    /// The step's address: `fetch`, later `import[3].fetch`.
    pub path: Arc<str>,
    pub attempt: u32,
    pub node: Arc<str>,
    pub kind: &'static str,
    pub status: StepStatus,
    /// The resolved parameters, where they were known when the attempt ended.
    pub input: Option<Arc<Value>>,
    pub output: Option<Arc<Value>>,
    pub error: Option<ErrorValue>,
    /// The port that its live edges leave by, where that is not `out`.
    pub port: Option<Arc<str>>,
    /// Why it ran, or why it did not have to.
    pub reason: Option<String>,
    pub runner: Option<Uuid>,
    pub started_at: Time,
    pub finished_at: Time,
}
