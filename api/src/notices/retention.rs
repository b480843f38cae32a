//! How long a workspace keeps its executions: those that are over that are marked as expired, and whoever deletes what has
//! expired deletes them.

use chrono::{TimeDelta, Utc};
use store::{StoreResult, Workspace};

use crate::schemas::settings::WorkspaceSettings;
use crate::state::App;

/// Executions that are marked in one statement.
const BATCH: u32 = 1_000;

/// Ten years, in days.
const LONGEST: u32 = 3_650;

/// Carries out the setting of one workspace now; what fails is done with the next look at all of them.
pub(crate) async fn apply(app: &App, workspace: &Workspace) {
    if let Err(error) = expire(app, workspace).await {
        tracing::warn!(workspace.id = %workspace.id, %error, "executions that a workspace does not keep were not marked yet");
    }
}

pub(super) async fn apply_all(app: &App) -> StoreResult<()> {
    for workspace in app
        .store
        .workspaces_with_setting("keep_executions_days")
        .await?
    {
        apply(app, &workspace).await;
    }
    Ok(())
}

async fn expire(app: &App, workspace: &Workspace) -> StoreResult<()> {
    // What was stored before settings were typed may be any number.
    let days = WorkspaceSettings::read(&workspace.settings)
        .keep_executions_days
        .min(LONGEST);
    if days == 0 {
        return Ok(());
    }
    let before = Utc::now() - TimeDelta::days(days.into());
    while app
        .store
        .expire_executions(workspace.id, before, BATCH)
        .await?
        == u64::from(BATCH)
    {}
    Ok(())
}
