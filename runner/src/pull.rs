//! Takes tickets from the queue as long as there is room, and acknowledges those that are dealt with.

use std::sync::Arc;
use std::time::Duration;

use engine::ports::bus::{Notice, Topic};
use futures::StreamExt;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::drive::{self, Cause};
use crate::shared::{Nudge, Shared};

/// Tickets taken at once.
const BATCH: usize = 64;

/// The longest that the queue is asked to wait for a first ticket.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a runner all of whose steps are taken leaves tickets to others, and how many it takes then: its like may
/// all be as busy, and what only computes needs no place.
const RELUCTANCE: Duration = Duration::from_millis(100);
const ANYHOW: usize = 8;

/// As good as no wait; a queue may take none at all for a wait without end.
const AT_ONCE: Duration = Duration::from_millis(1);

/// The pause after the queue or the bus failed.
const RECOVER: Duration = Duration::from_millis(500);

pub(crate) async fn pull(shared: Arc<Shared>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let room = tokio::select! {
            biased;
            permit = Arc::clone(&shared.executions).acquire_owned() => permit,
            () = stop.cancelled() => return,
        };
        let Ok(first) = room else { return };
        let (places, patience) = tokio::select! {
            biased;
            places = places(&shared) => places,
            () = stop.cancelled() => return,
        };
        let free = shared.executions.available_permits();
        let most = (free + 1).min(BATCH).min(places);
        let taken = tokio::select! {
            biased;
            taken = shared.ports.queue.take(most, patience) => taken,
            () = stop.cancelled() => return,
        };
        let deliveries = match taken {
            Ok(deliveries) => deliveries,
            Err(error) => {
                tracing::warn!(%error, "the queue could not be read");
                pause(&stop).await;
                continue;
            }
        };
        let mut first = Some(first);
        for delivery in deliveries {
            let permit = match first.take() {
                Some(permit) => permit,
                None => match Arc::clone(&shared.executions).acquire_owned().await {
                    Ok(permit) => permit,
                    Err(_) => return,
                },
            };
            let cause = Cause::Ticket {
                receipt: delivery.receipt,
            };
            drive::drive_known(&shared, delivery.ticket.execution, cause, permit);
        }
    }
}

/// How many tickets are worth taking, and how long they are worth waiting for: no more than there is room for steps, so
/// that other runners get the rest. Room is asked for like a step's turn, behind those that wait for theirs.
async fn places(shared: &Shared) -> (usize, Duration) {
    match tokio::time::timeout(RELUCTANCE, shared.steps.acquire()).await {
        Ok(_turn) => (shared.steps.available_permits() + 1, PATIENCE),
        // What still lies there, nobody else had room for.
        Err(_) => (ANYHOW, AT_ONCE),
    }
}

/// Acknowledges in batches whatever is dealt with; at the end, whatever is left first.
pub(crate) async fn acknowledge(
    shared: Arc<Shared>,
    mut receipts: mpsc::UnboundedReceiver<String>,
    end: CancellationToken,
) {
    let mut batch = Vec::new();
    loop {
        tokio::select! {
            biased;
            _ = receipts.recv_many(&mut batch, 256) => {}
            () = end.cancelled() => return,
        }
        if let Err(error) = shared.ports.queue.acknowledge(&batch).await {
            // They come again after the lease, and will be found to ask for nothing.
            tracing::warn!(%error, "tickets could not be acknowledged");
        }
        batch.clear();
    }
}

/// Hears of changes from outside, a cancellation above all, and tells the drives concerned.
pub(crate) async fn listen(shared: Arc<Shared>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let mut notices = match shared.ports.bus.subscribe(Topic::Control).await {
            Ok(notices) => notices,
            Err(error) => {
                tracing::warn!(%error, "the bus could not be heard; the sweeper looks instead");
                pause(&stop).await;
                continue;
            }
        };
        loop {
            let notice = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                notice = notices.next() => notice,
            };
            match notice {
                Some(Notice::Changed { execution }) => {
                    shared.nudge(execution, Nudge::Look);
                }
                Some(_) => {}
                None => break,
            }
        }
        pause(&stop).await;
    }
}

async fn pause(stop: &CancellationToken) {
    tokio::select! {
        biased;
        () = tokio::time::sleep(RECOVER) => {}
        () = stop.cancelled() => {}
    }
}
