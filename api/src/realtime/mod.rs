//! One socket for all that a page wants to hear of: `docs/live.md` is its manual.
//!
//! Each topic is a task of its own that puts messages into the socket's one queue and waits while that is full, so that a slow
//! client costs no more memory than a quick one. What a topic can't tell meanwhile it reads again from the database.

mod execution;
mod executions;
mod journal;
mod notifications;
mod outbox;
mod places;
mod presence;
mod room;
mod socket;
mod talk;
mod topics;

use tokio::time::{Instant, sleep_until};

pub(crate) use journal::Journals;
pub(crate) use places::Places;
pub(crate) use socket::attend;

/// Waits until then; for ever, when there is no such moment.
async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
