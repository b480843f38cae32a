//! The last result of a cached step of a workflow, with what it was computed from.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::PortResult;
use crate::Time;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CachedStep {
    /// Hash of kind, kind version and resolved parameters.
    pub key: String,
    /// Hash per parameter, so that a miss can say which one changed.
    pub parameters: BTreeMap<String, String>,
    pub output: Value,
    /// The execution that computed it.
    pub execution: Uuid,
    pub at: Time,
}

/// Where a cached result belongs: a node of a workflow, by name, so that it outlives versions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CacheSlot {
    pub workflow: String,
    pub node: String,
}

#[async_trait]
pub trait StepCache: Send + Sync {
    async fn get(&self, slot: &CacheSlot) -> PortResult<Option<CachedStep>>;
    async fn put(&self, slot: &CacheSlot, cached: CachedStep) -> PortResult<()>;
}
