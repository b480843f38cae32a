//! `GET /api/workspaces/{id}`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::Tagged;
use crate::schemas::workspace::Workspace;

/// A workspace that you belong to.
#[utoipa::path(get, path = "/api/workspaces/{id}", tag = "workspaces", security(("bearer" = ["workspace:read"])),
    params(Id), responses(
    (status = 200, description = "The workspace.", body = Workspace),
    (status = 404, description = "You belong to none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_workspace(app: Scoped, _id: Id) -> ApiResult<Tagged<Workspace>> {
    let workspace = app.store.workspace(app.workspace()).await?;
    let workspace = workspace.ok_or_else(|| ApiError::not_found("workspace"))?;
    Ok(Tagged(workspace.revision, Json(workspace.into())))
}
