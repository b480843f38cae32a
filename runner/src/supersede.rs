//! A paused execution gives way to a new one that goes on in its place, in one commit.

use std::sync::Arc;

use engine::execution::{Command, Execution, apply};
use engine::ports::bus::Notice;
use engine::ports::executions::{Commit, Committed};
use engine::ports::launcher::{ChangeError, Launch, LaunchError, Launched, MoveError, Recorded};
use uuid::Uuid;

use crate::blobs;
use crate::change;
use crate::collaborators::Collaborators;
use crate::drive;
use crate::launch::{self, unusable};
use crate::options::Options;
use crate::plans::Plans;
use crate::tally::Marks;
use crate::vars;

pub(crate) async fn supersede(
    ports: &Collaborators,
    plans: &Plans,
    options: &Options,
    old: Uuid,
    seq: u64,
    launch: Launch,
) -> Result<Launched, MoveError> {
    let loaded = ports.executions.load(old).await?;
    let loaded = loaded.ok_or(ChangeError::NotFound)?;
    if loaded.accepted.parent.is_some() {
        return Err(ChangeError::Called.into());
    }
    if loaded.seq != seq {
        return Err(MoveError::Outdated);
    }
    let (gated, owner) = (loaded.accepted.gate.is_some(), loaded.accepted.owner);
    let plan = change::plan_of(plans, &loaded).await?;
    let version = loaded.version;
    let mut execution = Execution::from_loaded(&plan, loaded)
        .map_err(|error| unusable("reading the execution", error))?;
    let by = launch.id;
    let now = ports.clock.now();
    let effects = apply(&mut execution, &plan, now, Command::Supersede { by })
        .map_err(|illegal| change::refusal(&execution, illegal))?;
    let orphans = effects.orphans.clone();
    let launch = blobs::take_over(ports, launch).await?;
    let mut commit = drive::commit_of_progress(&plan, &execution, version, effects, options, now)
        .map_err(|error| unusable("writing the execution", error))?;

    let plan = plans
        .of(&launch.definition)
        .map_err(launch::into_launch_error)?;
    let launch = vars::pin(ports, &plan, launch)
        .await
        .map_err(LaunchError::from)?;
    // It was let in once, and its place goes along.
    let (accepted, (execution, effects)) = launch::prepare_free(&plan, launch, ports.clock.now())?;
    commit.place_passes_to = gated.then_some(by);
    let begun = (&execution, effects);
    let mut begun = launch::first_commit(ports, plans, options, &plan, accepted, begun).await?;
    let told = std::mem::take(&mut begun.spawned);
    let news = [news(&commit, owner), news(&begun, owner)];
    commit.spawned.push(begun);
    commit.spawned.extend(told);
    let tickets = launch::wakes(&commit.spawned);

    let marks = Marks::of(owner, &commit);
    let Committed::Done { .. } = ports.executions.commit(commit).await? else {
        return Err(MoveError::Outdated);
    };
    ports.tally.count(marks);
    for news in news {
        ports.bus.publish(news).await;
    }
    ports.bus.publish(Notice::Changed { execution: old }).await;
    launch::offer(ports, &tickets).await;
    if let Err(error) = change::cancel_orphans(ports, plans, options, orphans).await {
        tracing::warn!(execution.id = %old, %error, "what it called could not be cancelled; the sweeper will");
    }
    Ok(Launched {
        id: by,
        existing: false,
        recorded: Some(Recorded::of(&execution)),
        finished: launch::result_of(&execution),
        end: None,
    })
}

fn news(commit: &Commit, owner: Uuid) -> Notice {
    Notice::Events {
        execution: commit.id,
        owner,
        events: Arc::from(commit.events.clone()),
    }
}
