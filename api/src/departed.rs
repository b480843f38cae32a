//! What comes up for a workspace although it was deleted is taken down again: a deployment may have been past the point at which
//! it could be cancelled, or its server has brought back what ran before.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

use crate::error::ApiResult;
use crate::state::App;

/// How often it is looked whose everything is that is live here.
const LOOK: Duration = Duration::from_secs(60);

pub(crate) async fn tend(app: App) {
    let mut turns = interval(LOOK);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = turns.tick() => {}
            () = app.stopping.cancelled() => return,
        }
        if let Err(error) = take_down_all(&app).await {
            tracing::warn!(%error, "it can't be told whether something of a deleted workspace is live; it will be looked for again");
        }
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
