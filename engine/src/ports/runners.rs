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

    /// Declares dead every runner not seen for `lease`, and returns all the dead whose executions
    /// are not all rescued yet.
    async fn bury(&self, lease: Duration) -> PortResult<Vec<Uuid>>;

    /// Forgets a runner: it stopped in good order, or all it held was rescued.
    async fn forget(&self, id: Uuid) -> PortResult<()>;

    async fn alive(&self) -> PortResult<Vec<RunnerInfo>>;
}
