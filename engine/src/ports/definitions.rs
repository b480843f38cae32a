//! Workflow definitions: immutable versions of a document.

use async_trait::async_trait;
use serde_json::Value;
use uuid::Uuid;

use super::PortResult;

#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    pub workflow_id: Uuid,
    pub version: u32,
    pub name: String,
    pub document: Value,
}

#[async_trait]
pub trait Definitions: Send + Sync {
    /// One version of a workflow; versions never change, so the answer may be kept.
    async fn version(&self, workflow_id: Uuid, version: u32) -> PortResult<Option<Definition>>;

    /// The newest version of the workflow with this name.
    async fn newest(&self, name: &str) -> PortResult<Option<Definition>>;
}
