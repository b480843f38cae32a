//! Delivery of ready steps to runners. The queue may lose everything at any moment: the database knows.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PortResult;

/// Says that an execution has something to do. Which steps are ready, the database says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub execution: Uuid,
    pub reason: TicketReason,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TicketReason {
    /// A step is ready for whoever has room.
    Step { step: String, attempt: u32 },
    /// Look at the whole of it: newly accepted, a timer, a rescue.
    Wake,
    /// A called execution has finished; the step that waits for it may go on.
    ChildFinished { step: String, child: Uuid },
}

/// A ticket in the hands of a runner, until it is acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub ticket: Ticket,
    /// The adapter's own handle of this delivery.
    pub receipt: String,
}

#[async_trait]
pub trait Queue: Send + Sync {
    async fn offer(&self, tickets: &[Ticket]) -> PortResult<()>;

    /// Up to `max` tickets; waits for the first one at most this long. Includes tickets that another
    /// runner took and neither acknowledged nor renewed for the adapter's lease.
    async fn take(&self, max: usize, wait: Duration) -> PortResult<Vec<Delivery>>;

    /// The ticket is dealt with: what it asked for is in the database.
    async fn acknowledge(&self, receipts: &[String]) -> PortResult<()>;

    /// Tickets that nobody has taken yet.
    async fn depth(&self) -> PortResult<u64>;

    /// True once after the queue was found empty-handed (wiped, restarted): everything that the
    /// database calls ready must be offered again.
    async fn was_wiped(&self) -> PortResult<bool>;
}
