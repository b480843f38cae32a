//! Finds what nobody works on: timers that are due, tickets that were lost, steps of dead runners,
//! and executions that changed while the bus was silent.

use std::sync::Arc;
use std::time::Duration;

use engine::ports::PortResult;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::drive::{self, Cause};
use crate::shared::{Nudge, Shared};

/// Executions looked at in one pass.
const BATCH: usize = 100;

/// How many passes lie between two looks at whether driven executions were changed from outside.
const GLIMPSE_EVERY: u32 = 4;

pub(crate) async fn sweep(shared: Arc<Shared>, stop: CancellationToken) {
    let mut every = tokio::time::interval(shared.options.sweep);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut pass = 0_u32;
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = stop.cancelled() => return,
        }
        pass = pass.wrapping_add(1);
        if let Err(error) = sweep_once(&shared, pass).await {
            tracing::warn!(%error, "a sweep failed; the next one follows");
        }
    }
}

async fn sweep_once(shared: &Arc<Shared>, pass: u32) -> PortResult<()> {
    let ports = &shared.ports;
    match ports.queue.was_wiped().await {
        Ok(true) => {
            let woken = ports.executions.wake_all().await?;
            tracing::info!(
                woken,
                "the queue was empty-handed; everything unfinished is offered again"
            );
        }
        Ok(false) => {}
        Err(error) => {
            tracing::warn!(%error, "the queue can't be reached; ready steps are found in the database");
        }
    }
    if !shared.is_draining() {
        take_back(shared);
    }
    let room = shared.executions.available_permits().min(BATCH);
    if room > 0 && !shared.is_draining() {
        for id in ports
            .executions
            .due(room, shared.options.requeue.max(Duration::from_secs(1)))
            .await?
        {
            begin(shared, id, Cause::Found);
        }
        let dead: Arc<[Uuid]> = ports.runners.bury(shared.options.lease).await?.into();
        if !dead.is_empty() {
            rescue(shared, &dead).await?;
        }
    }
    if pass.is_multiple_of(GLIMPSE_EVERY) {
        look_at_driven(shared).await?;
    }
    Ok(())
}

/// Takes up again what was let go here while the database was out of reach, or because of a panic: its steps
/// are in this runner's hands, so that no one else would take them, and nothing runs them any more.
fn take_back(shared: &Arc<Shared>) {
    let own: Arc<[Uuid]> = [shared.identity()].into();
    for id in shared.take_strays() {
        match Arc::clone(&shared.executions).try_acquire_owned() {
            Ok(permit) => {
                let dead = Arc::clone(&own);
                drive::drive_known(shared, id, Cause::Rescue { dead }, permit);
            }
            Err(_) => shared.add_stray(id),
        }
    }
}

/// Takes over from dead runners; once nothing is left in their hands, they are forgotten.
pub(crate) async fn rescue(shared: &Arc<Shared>, dead: &Arc<[Uuid]>) -> PortResult<()> {
    let held = shared.ports.executions.held_by(dead, BATCH).await?;
    if held.is_empty() {
        for id in dead.iter() {
            shared.ports.runners.forget(*id).await?;
        }
        return Ok(());
    }
    tracing::info!(
        executions = held.len(),
        "taking over what dead runners held"
    );
    for id in held {
        begin(
            shared,
            id,
            Cause::Rescue {
                dead: Arc::clone(dead),
            },
        );
    }
    Ok(())
}

fn begin(shared: &Arc<Shared>, id: Uuid, cause: Cause) {
    if let Ok(permit) = Arc::clone(&shared.executions).try_acquire_owned() {
        drive::drive_known(shared, id, cause, permit);
    }
}

/// The bus may lose a word; drives look for themselves now and then.
async fn look_at_driven(shared: &Shared) -> PortResult<()> {
    for ids in shared.driven().chunks(BATCH) {
        for glimpse in shared.ports.executions.glimpse(ids).await? {
            shared.nudge(
                glimpse.id,
                Nudge::Seen {
                    version: glimpse.version,
                },
            );
        }
    }
    Ok(())
}
