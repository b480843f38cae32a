//! Results of cached steps, with what they were computed from.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::PortResult;
use crate::Time;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CachedStep {
    /// Hash of kind, kind version, resolved parameters and what the document says it depends on besides.
    pub key: String,
    /// Hash per parameter, so that a miss can say which one changed.
    pub parameters: BTreeMap<String, String>,
    pub output: Value,
    /// The execution that computed it.
    pub execution: Uuid,
    pub at: Time,
}

/// Where a cached result belongs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CacheSlot {
    /// A node of a workflow, by name, so that it outlives versions. A new result takes the place of the last.
    Node {
        owner: Uuid,
        workflow: String,
        node: String,
    },
    /// One run; results lie side by side under their keys.
    Run { execution: Uuid, key: String },
    /// All workflows of an owner, likewise.
    Global { owner: Uuid, key: String },
}

#[async_trait]
pub trait StepCache: Send + Sync {
    async fn get(&self, slot: &CacheSlot) -> PortResult<Option<CachedStep>>;

    /// Keeps a result, for ever or until a moment after which nobody wants it.
    async fn put(
        &self,
        slot: &CacheSlot,
        cached: CachedStep,
        expires_at: Option<Time>,
    ) -> PortResult<()>;

    /// Forgets the results that belong to a run alone: it has ended.
    async fn forget_run(&self, execution: Uuid) -> PortResult<()>;

    /// Removes results that have expired by the database's clock, and says how many.
    async fn prune(&self) -> PortResult<u64>;
}
