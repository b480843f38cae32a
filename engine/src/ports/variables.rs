//! Variables of an owner: values that its workflows read by name.

use async_trait::async_trait;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::PortResult;

#[async_trait]
pub trait Variables: Send + Sync {
    /// Those of these names that the owner has.
    async fn read(&self, owner: Uuid, names: &[&str]) -> PortResult<Map<String, Value>>;
}
