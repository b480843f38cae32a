//! How long a workspace keeps its executions: those that are over that are marked as expired, and whoever deletes what has
//! expired deletes them.

use chrono::{TimeDelta, Utc};
use store::{StoreResult, Workspace};

use crate::schemas::settings::WorkspaceSettings;
use crate::state::App;

/// Ten years, in days.
const LONGEST: u32 = 3_650;

/// Carries out the settings of all workspaces; what fails of one is done with the next look at all of them.
pub(super) async fn apply_all(app: &App) -> StoreResult<()> {
    for workspace in app
        .store
        .workspaces_with_setting("keep_executions_days")
        .await?
    {
        if let Err(error) = expire(app, &workspace).await {
            tracing::warn!(workspace.id = %workspace.id, %error, "executions that a workspace does not keep were not marked yet");
        }
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
    app.store
        .expire_executions(workspace.id, before)
        .await
        .map(drop)
}
