//! The queue of a single process. What it held is gone with the process; the database knows.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use engine::ports::PortResult;
use engine::ports::queue::{Delivery, Queue, Ticket};
use tokio::sync::Notify;
use tokio::time::Instant;

/// Clones share one queue.
#[derive(Debug, Clone, Default)]
pub struct MemoryQueue {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<VecDeque<Ticket>>,
    offered: Notify,
}

impl MemoryQueue {
    pub fn new() -> Self {
        Self::default()
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Ticket>> {
        // A list of tickets is whole after every operation, so a panic elsewhere can't have broken it.
        self.shared
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn grab(&self, max: usize) -> Vec<Delivery> {
        let mut waiting = self.waiting();
        let count = max.min(waiting.len());
        let taken = waiting
            .drain(..count)
            .map(|ticket| Delivery {
                ticket,
                receipt: String::new(),
            })
            .collect();
        let left = !waiting.is_empty();
        drop(waiting);
        if left {
            self.shared.offered.notify_one();
        }
        taken
    }
}

#[async_trait]
impl Queue for MemoryQueue {
    async fn offer(&self, tickets: &[Ticket]) -> PortResult<()> {
        self.waiting().extend(tickets.iter().cloned());
        self.shared.offered.notify_one();
        Ok(())
    }

    async fn take(&self, max: usize, wait: Duration) -> PortResult<Vec<Delivery>> {
        let deadline = Instant::now() + wait;
        loop {
            let taken = self.grab(max);
            if !taken.is_empty() || max == 0 {
                return Ok(taken);
            }
            if tokio::time::timeout_at(deadline, self.shared.offered.notified())
                .await
                .is_err()
            {
                return Ok(self.grab(max));
            }
        }
    }

    /// Nothing to do: runner and queue die together, so nobody could take a ticket over.
    async fn acknowledge(&self, _receipts: &[String]) -> PortResult<()> {
        Ok(())
    }

    async fn depth(&self) -> PortResult<u64> {
        Ok(self.waiting().len() as u64)
    }

    async fn was_wiped(&self) -> PortResult<bool> {
        Ok(false)
    }
}
