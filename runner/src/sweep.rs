//! Finds what nobody works on: runs that are held back, steps of dead runners, and executions that changed while the
//! bus was silent.

use std::sync::Arc;

use engine::ports::PortResult;
use engine::ports::launcher::CancelError;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::blobs::remove_orphaned_blobs;
use crate::drive::{self, Cause};
use crate::gate;
use crate::shared::{Nudge, Shared};
use crate::signals;

/// Executions looked at in one pass.
const BATCH: usize = 100;

/// Batches of expired executions that are deleted in one pass: what else is to be looked at waits for no more.
const PRUNED_BATCHES: usize = 20;

/// How many passes lie between two looks for cached results that have expired, masks that nobody uses and minutes of the
/// history that are to be folded: about ten minutes.
const PRUNE_EVERY: u32 = 1_200;

/// How many passes lie between two looks for blobs of runs that are gone, and for files that are: about six hours.
const ORPHANS_EVERY: u32 = 43_200;

/// How many passes lie between two looks at whether driven executions were changed from outside.
const GLIMPSE_EVERY: u32 = 4;

pub(crate) async fn sweep(shared: Arc<Shared>, stop: CancellationToken) {
    let mut every = tokio::time::interval(shared.options.sweep);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut pass = 0_u32;
    let mut orphans_after = None;
    loop {
        tokio::select! {
            biased;
            _ = every.tick() => {}
            () = stop.cancelled() => return,
        }
        pass = pass.wrapping_add(1);
        if let Err(error) = sweep_once(&shared, pass, &mut orphans_after).await {
            tracing::warn!(%error, "a sweep failed; the next one follows");
        }
    }
}

async fn sweep_once(
    shared: &Arc<Shared>,
    pass: u32,
    orphans_after: &mut Option<Uuid>,
) -> PortResult<()> {
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
    if !shared.is_draining() {
        for workflow in ports.executions.gated().await? {
            gate::let_in(ports, &shared.plans, &shared.options, workflow).await?;
        }
    }
    if !shared.is_draining() {
        signals::deliver(ports, &shared.plans, &shared.options).await?;
    }
    let buried = ports
        .runners
        .bury(shared.options.lease, shared.identity())
        .await?;
    let thorough = pass.is_multiple_of(GLIMPSE_EVERY);
    // The first pass looks as well: the process before this one may have died with work in its hands.
    if (thorough || pass == 1 || !buried.is_empty()) && !shared.is_draining() {
        rescue(shared).await?;
    }
    if thorough {
        look_at_driven(shared).await?;
        cancel_orphans(shared, orphans_after).await?;
        prune(shared).await?;
    }
    if pass % ORPHANS_EVERY == 1 {
        let ports = ports.clone();
        let keep_deleted = shared.options.keep_deleted;
        // Beside the sweep: listing a large store takes its time.
        shared.tasks.spawn(async move {
            match remove_orphaned_blobs(&ports).await {
                Ok(0) => {}
                Ok(runs) => tracing::info!(runs, "blobs of runs that are gone were removed"),
                Err(error) => {
                    tracing::warn!(%error, "blobs of runs that are gone could not be removed");
                }
            }
            match ports.files.sweep(ports.clock.now(), keep_deleted).await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(
                    removed,
                    "files that were deleted, and what they left, were removed"
                ),
                Err(error) => {
                    tracing::warn!(%error, "files that were deleted could not be removed");
                }
            }
        });
    }
    if pass % PRUNE_EVERY == 1 {
        shared.masks.forget_unused();
        let pruned = ports.cache.prune().await?;
        if pruned > 0 {
            tracing::debug!(pruned, "cached results that had expired were removed");
        }
        if shared.options.history {
            let hours = ports.history.fold(ports.clock.now()).await?;
            if hours > 0 {
                tracing::debug!(
                    hours,
                    "minutes of the history of runs were folded into hours"
                );
            }
        }
    }
    Ok(())
}

/// Deletes what has expired: the rows first, so that nothing that can be read is incomplete; then the folders that its
/// steps worked in and its blobs. What a crash leaves of these is found again as orphaned.
async fn prune(shared: &Shared) -> PortResult<()> {
    for _ in 0..PRUNED_BATCHES {
        let deleted = shared.ports.executions.prune(BATCH).await?;
        for id in &deleted {
            let folder = shared.options.folder_of(*id);
            match tokio::fs::remove_dir_all(&folder).await {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    tracing::warn!(execution.id = %id, %error, "the folder of a deleted execution could not be removed");
                }
                _ => {}
            }
            if let Err(error) = shared.ports.blobs.delete_all(*id).await {
                tracing::warn!(execution.id = %id, %error, "the blobs of a deleted execution could not be removed yet");
            }
        }
        if deleted.len() < BATCH {
            break;
        }
    }
    Ok(())
}

/// Takes up again what was let go here: its steps are in the hands of this runner, so that no one else would
/// take them, and nothing runs them any more.
fn take_back(shared: &Arc<Shared>) {
    for id in shared.strays() {
        begin(shared, id, Cause::LetGo);
    }
}

/// Takes over what is held by runners that are not among the living.
async fn rescue(shared: &Arc<Shared>) -> PortResult<()> {
    let mut after = None;
    loop {
        let strays = shared.ports.executions.strays(after, BATCH).await?;
        let Some(last) = strays.last().map(|stray| stray.id) else {
            return Ok(());
        };
        tracing::info!(
            executions = strays.len(),
            "taking over what dead runners held"
        );
        let full = strays.len() == BATCH;
        for stray in strays {
            let dead: Arc<[Uuid]> = stray.dead.into();
            let nudge = Nudge::Rescue {
                dead: Arc::clone(&dead),
            };
            if !shared.nudge(stray.id, nudge) {
                begin(shared, stray.id, Cause::Rescue { dead });
            }
        }
        if !full || shared.executions.available_permits() == 0 {
            return Ok(());
        }
        after = Some(last);
    }
}

/// A caller that ended cancels what it called right after its own end, and whoever deletes a workspace what runs in it; should
/// they die in between, this does. Some at a time, and each pass goes on where the one before was: what can't be cancelled yet
/// keeps nothing else waiting.
async fn cancel_orphans(shared: &Arc<Shared>, after: &mut Option<Uuid>) -> PortResult<()> {
    let orphans = shared.ports.executions.orphans(*after, BATCH).await?;
    let is_full = orphans.len() == BATCH;
    *after = orphans.last().copied().filter(|_| is_full);
    for id in orphans {
        match shared
            .cancel(
                id,
                "nobody waits for it any more: what called it has ended, or its workspace was deleted",
            )
            .await
        {
            Ok(()) | Err(CancelError::Ended | CancelError::NotFound) => {}
            Err(error) => {
                tracing::warn!(execution.id = %id, %error, "an execution that nobody waits for could not be cancelled yet");
            }
        }
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
