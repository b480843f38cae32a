//! Begins executions whose time has come: timers, tickets that were lost, and all that a crash left behind.

use std::sync::Arc;
use std::time::Duration;

use engine::ports::PortResult;
use engine::ports::executions::Due;
use tokio_util::sync::CancellationToken;

use crate::drive::{self, Cause};
use crate::shared::Shared;

/// Executions taken at once.
const BATCH: usize = 256;

pub(crate) async fn due(shared: Arc<Shared>, stop: CancellationToken) {
    let mut every = tokio::time::interval(shared.options.sweep);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = stop.cancelled() => return,
        }
        let found = tokio::select! {
            found = begin_all(&shared) => found,
            () = stop.cancelled() => return,
        };
        if let Err(error) = found {
            tracing::warn!(%error, "what is due could not be asked for; the next look follows");
        }
    }
}

/// Begins what is due until nothing is left. After an outage that is far more than there is room for, and the rest
/// follows as room comes, without a pause.
async fn begin_all(shared: &Arc<Shared>) -> PortResult<()> {
    let lease = shared.options.requeue.max(Duration::from_secs(1));
    while !shared.is_draining() {
        let Ok(mut room) = Arc::clone(&shared.executions).acquire_owned().await else {
            return Ok(());
        };
        // All at once: an idle runner asks every half second.
        let more = shared.executions.available_permits().min(BATCH - 1) as u32;
        if let Ok(more) = Arc::clone(&shared.executions).try_acquire_many_owned(more) {
            room.merge(more);
        }
        let places = room.num_permits();
        let due = shared.ports.executions.due(places, lease).await?;
        let full = due.len() == places;
        for Due { id, again } in due {
            let Some(permit) = room.split(1) else {
                break;
            };
            drive::drive_known(shared, id, Cause::Found { again }, permit);
        }
        if !full {
            return Ok(());
        }
    }
    Ok(())
}
