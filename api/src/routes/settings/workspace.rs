//! `GET` and `PUT /api/workspaces/{id}/settings`

use axum::Json;
use store::{StoreError, Workspace, WorkspaceChange};

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id, IfMatch};
use crate::replies::Tagged;
use crate::schemas::settings::{WorkspaceSettings, WorkspaceSettingsBody};
use crate::settings::{changed, check_zone};

/// The settings of a workspace, with what holds where nothing was set.
#[utoipa::path(get, path = "/api/workspaces/{id}/settings", tag = "settings", security(("bearer" = ["workspace:read"])),
    params(Id), responses(
    (status = 200, description = "Its settings.", body = WorkspaceSettings, headers(("ETag" = String, description = "The state of the workspace."))),
    (status = 404, description = "You belong to none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_workspace_settings(
    app: Scoped,
    _id: Id,
) -> ApiResult<Tagged<WorkspaceSettings>> {
    Ok(view(&read(&app).await?))
}

/// Changes the settings of a workspace. What is left out stays as it is.
#[utoipa::path(put, path = "/api/workspaces/{id}/settings", tag = "settings", security(("bearer" = ["workspace:write"])),
    params(Id, IfMatch), request_body = WorkspaceSettingsBody, responses(
    (status = 200, description = "Its settings as they are now.", body = WorkspaceSettings,
        headers(("ETag" = String, description = "The state of the workspace."))),
    (status = 404, description = "You belong to none with this id.", body = ErrorEnvelope),
    (status = 412, description = "The workspace was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "There is no such zone, or no such choice.", body = ErrorEnvelope),
))]
pub(crate) async fn update_workspace_settings(
    app: Scoped,
    _id: Id,
    IfMatch(revision): IfMatch,
    Body(body): Body<WorkspaceSettingsBody>,
) -> ApiResult<Tagged<WorkspaceSettings>> {
    check_zone(body.time_zone.as_deref())?;
    loop {
        let workspace = read(&app).await?;
        let seen = revision.unwrap_or(workspace.revision);
        let change = WorkspaceChange {
            settings: Some(changed(workspace.settings, &body)?),
            ..WorkspaceChange::default()
        };
        let done = app.store.update_workspace(workspace.id, change, Some(seen));
        match done.await {
            Ok(workspace) => {
                if body.keep_executions_days.is_some() {
                    // However much there is to delete, nobody waits for it here.
                    app.retention_changed.notify_one();
                }
                return Ok(view(&workspace));
            }
            // Somebody changed something else meanwhile; only who says what they have read is told.
            Err(StoreError::Outdated(_)) if revision.is_none() => {}
            Err(error) => return Err(error.into()),
        }
    }
}

async fn read(app: &Scoped) -> ApiResult<Workspace> {
    let workspace = app.store.workspace(app.workspace()).await?;
    workspace.ok_or_else(|| ApiError::not_found("workspace"))
}

fn view(workspace: &Workspace) -> Tagged<WorkspaceSettings> {
    let settings = WorkspaceSettings::read(&workspace.settings);
    Tagged(workspace.revision, Json(settings))
}
