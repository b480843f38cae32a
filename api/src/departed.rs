//! What is live although nobody is there for it is taken down: what comes up for a workspace that was deleted (a deployment
//! may have been past the point at which it could be cancelled, or its server has brought back what ran before), the
//! preview of an application that was deleted or renamed meanwhile, and one that nobody opens any more.

use std::time::Duration;

use store::Scope;
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

use crate::error::ApiResult;
use crate::state::App;

/// How often it is looked what is live here, and for whom.
const LOOK: Duration = Duration::from_secs(60);

pub(crate) async fn tend(app: App) {
    let idle = app.config.previews_end_after;
    // What nobody opens may be given less time than a minute; all the rest is looked for each minute nevertheless.
    let often = idle.map_or(LOOK, |idle| idle.clamp(Duration::from_secs(1), LOOK));
    let [mut turns, mut idle_turns] = [LOOK, often].map(|every| {
        let mut turns = interval(every);
        turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
        turns
    });
    loop {
        tokio::select! {
            biased;
            () = app.stopping.cancelled() => return,
            _ = turns.tick() => {}
            _ = idle_turns.tick(), if idle.is_some() => {
                end_idle(&app, idle).await;
                continue;
            }
        }
        if let Err(error) = take_down_all(&app).await {
            tracing::warn!(%error, "it can't be told whether something of a deleted workspace is live; it will be looked for again");
        }
        if let Err(error) = take_down_orphans(&app).await {
            tracing::warn!(%error, "it can't be told whether a preview has its application still; it will be looked for again");
        }
        // One that has ended by itself is not live, whoever has noted so.
        if let Err(error) = app.live.tell_releases().await {
            tracing::warn!(%error, "how things stand with releases can't be told; it will be looked for again");
        }
    }
}

async fn end_idle(app: &App, idle: Option<Duration>) {
    if let Some(idle) = idle
        && let Err(error) = app.live.end_idle_previews(idle).await
    {
        tracing::warn!(%error, "it can't be told which previews nobody opens; it will be looked for again");
    }
}

async fn take_down_all(app: &App) -> ApiResult<()> {
    let owners = app.live.owners().await?;
    if owners.is_empty() {
        return Ok(());
    }
    for workspace in app.store.which_are_deleted(&owners).await? {
        take_down(app, workspace).await;
    }
    Ok(())
}

/// Stops what is live of a workspace that is deleted. What is just being changed is looked for again.
pub(crate) async fn take_down(app: &App, workspace: Uuid) {
    match app.live.stop_all(workspace).await {
        Ok(0) => {}
        Ok(stopped) => {
            tracing::info!(workspace.id = %workspace, stopped, "applications of a deleted workspace were stopped");
        }
        Err(error) => {
            tracing::warn!(workspace.id = %workspace, %error, "an application of a deleted workspace could not be stopped yet");
        }
    }
}

/// Removes the previews whose applications are gone, or are called otherwise. Nobody else could: a preview is removed by
/// way of its application.
async fn take_down_orphans(app: &App) -> ApiResult<()> {
    for (workspace, name) in app.live.previews().await? {
        let scope = Scope::Workspace(workspace);
        if app.store.application_named(scope, &name).await?.is_none() {
            app.live.forsake_preview(workspace, &name).await;
        }
    }
    Ok(())
}
