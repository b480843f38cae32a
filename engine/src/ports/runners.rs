//! Who runs steps, and who of them is dead: leases by the database's clock.

use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use super::PortResult;
use crate::Time;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunnerInfo {
    pub id: Uuid,
    pub name: String,
    pub started_at: Time,
    pub last_seen: Time,
}

#[async_trait]
pub trait RunnerRegistry: Send + Sync {
    async fn register(&self, id: Uuid, name: &str) -> PortResult<()>;

    /// Renews the lease. False when this runner was declared dead meanwhile: it must let go of all it holds.
    async fn beat(&self, id: Uuid) -> PortResult<bool>;

    /// Declares dead every runner but `undertaker` that was not seen for `lease`, and returns those. Whatever
    /// runners hold that are not among the living is found by `ExecutionStore::strays`.
    async fn bury(&self, lease: Duration, undertaker: Uuid) -> PortResult<Vec<Uuid>>;

    /// Strikes off a runner that stopped.
    async fn forget(&self, id: Uuid) -> PortResult<()>;

    async fn alive(&self) -> PortResult<Vec<RunnerInfo>>;
}
