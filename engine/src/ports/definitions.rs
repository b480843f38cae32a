//! Workflow definitions: immutable versions of a document.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::PortResult;

#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Whose it is. What it names (workflows, applications) is looked for among what is theirs.
    pub owner: Uuid,
    pub workflow_id: Uuid,
    pub version: u32,
    pub name: String,
    pub document: Value,
}

/// Which version of a workflow is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum VersionChoice {
    Number(u32),
    Word(VersionWord),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VersionWord {
    /// The published one.
    Published,
    /// The newest one, published or not.
    Newest,
}

impl VersionChoice {
    pub const PUBLISHED: Self = Self::Word(VersionWord::Published);
    pub const NEWEST: Self = Self::Word(VersionWord::Newest);

    /// The number of the version that is meant. Unless one is said, that is the published one, or the newest one of
    /// a workflow that was never published.
    pub fn pick(choice: Option<Self>, newest: u32, published: Option<u32>) -> Option<u32> {
        match choice {
            None => Some(published.unwrap_or(newest)),
            Some(Self::NEWEST) => Some(newest),
            Some(Self::PUBLISHED) => published,
            Some(Self::Number(number)) => Some(number),
        }
    }
}

#[async_trait]
pub trait Definitions: Send + Sync {
    /// One version of a workflow; versions never change, so the answer may be kept.
    async fn version(&self, workflow_id: Uuid, version: u32) -> PortResult<Option<Definition>>;

    /// A version of the workflow of this owner with this name, as [`VersionChoice::pick`] picks it.
    async fn named(
        &self,
        owner: Uuid,
        name: &str,
        choice: Option<VersionChoice>,
    ) -> PortResult<Option<Definition>>;
}
