//! Bytes that a value refers to belong to one run. A value that goes to another run takes copies along, so that either
//! run can be deleted without the other.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use engine::Time;
use engine::blob;
use engine::ports::PortResult;
use engine::ports::blobs::Blobs;
use engine::ports::launcher::{Launch, LaunchError};
use serde_json::Value;
use uuid::Uuid;

use crate::collaborators::Collaborators;

/// Blobs of a run that is in no database are nobody's once the run is older than this: by then it would have been
/// recorded.
const YOUNG: TimeDelta = TimeDelta::days(1);

/// Runs asked after at the same time.
const BATCH: usize = 500;

/// Copies what a value of one run refers to for another one, and lets it refer to the copies. What is not there stays
/// as it is: whoever opens it is told.
pub(crate) async fn adopt(
    blobs: &dyn Blobs,
    value: &mut Value,
    from: Uuid,
    to: Uuid,
) -> PortResult<()> {
    let wanted = hashes(value, from);
    if wanted.is_empty() {
        return Ok(());
    }
    let copied = copy(blobs, wanted, from, to).await?;
    hand_over(value, &copied, from, to);
    Ok(())
}

/// Whether a value refers to bytes of a run.
pub(crate) fn refers_to(value: &Value, execution: Uuid) -> bool {
    !hashes(value, execution).is_empty()
}

/// Gives a new run what it takes over from an earlier one, and refuses references that come from outside.
pub(crate) async fn take_over(
    ports: &Collaborators,
    mut launch: Launch,
) -> Result<Launch, LaunchError> {
    let to = launch.id;
    if let Some(again) = &mut launch.again {
        let from = again.earlier.execution;
        let steps = again.earlier.steps.values();
        let values = steps.flat_map(|step| [&step.input, &step.output]).flatten();
        let wanted: BTreeSet<String> = values
            .chain([&launch.inputs])
            .flat_map(|value| hashes(value, from))
            .collect();
        if !wanted.is_empty() {
            let copied = copy(&*ports.blobs, wanted, from, to).await?;
            hand_over(&mut launch.inputs, &copied, from, to);
            let earlier = Arc::make_mut(&mut again.earlier);
            for step in earlier.steps.values_mut() {
                for value in [&mut step.input, &mut step.output].into_iter().flatten() {
                    hand_over(value, &copied, from, to);
                }
            }
        }
    }
    blob::refuse(&launch.inputs, "/inputs", &|blob| blob.execution == to)?;
    Ok(launch)
}

/// Deletes blobs of runs that are in no database: the process that deleted such a run, or was about to record it,
/// died in between. Says of how many runs.
pub async fn remove_orphaned_blobs(ports: &Collaborators) -> PortResult<usize> {
    let before = ports.clock.now() - YOUNG;
    let kept = ports.blobs.executions().await?;
    let old: Vec<Uuid> = kept
        .into_iter()
        .filter(|id| made_at(*id).is_none_or(|at| at < before))
        .collect();
    let mut removed = 0;
    for ids in old.chunks(BATCH) {
        let known = ports.executions.glimpse(ids).await?;
        let known: BTreeSet<Uuid> = known.into_iter().map(|known| known.id).collect();
        for id in ids.iter().filter(|id| !known.contains(id)) {
            ports.blobs.delete_all(*id).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// The ids of runs hold the moment at which they were made.
fn made_at(id: Uuid) -> Option<Time> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    chrono::DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

/// Those of the hashes whose bytes the other run has now, too.
async fn copy(
    blobs: &dyn Blobs,
    wanted: BTreeSet<String>,
    from: Uuid,
    to: Uuid,
) -> PortResult<BTreeSet<String>> {
    let mut copied = BTreeSet::new();
    for sha256 in wanted {
        if blobs.copy(&sha256, from, to).await? {
            copied.insert(sha256);
        }
    }
    Ok(copied)
}

fn hashes(value: &Value, of: Uuid) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    blob::each(value, &mut |blob| {
        if blob.execution == of {
            found.insert(blob.sha256);
        }
    });
    found
}

fn hand_over(value: &mut Value, copied: &BTreeSet<String>, from: Uuid, to: Uuid) {
    blob::change_each(value, &mut |blob| {
        if blob.execution == from && copied.contains(&blob.sha256) {
            blob.execution = to;
        }
    });
}
