//! `PUT /api/workspaces/{id}`

use axum::Json;
use store::WorkspaceChange;

use super::check_slug;
use crate::access::Scoped;
use crate::accounts::name;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id, IfMatch};
use crate::replies::Tagged;
use crate::schemas::workspace::{Workspace, WorkspaceBody};

/// Changes a workspace. What is left out stays as it is.
#[utoipa::path(put, path = "/api/workspaces/{id}", tag = "workspaces", security(("bearer" = ["workspace:write"])),
    params(Id, IfMatch), request_body = WorkspaceBody, responses(
    (status = 200, description = "The workspace as it is now.", body = Workspace),
    (status = 404, description = "You belong to none with this id.", body = ErrorEnvelope),
    (status = 409, description = "The slug is taken.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "Name or slug can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn update_workspace(
    app: Scoped,
    _id: Id,
    IfMatch(revision): IfMatch,
    Body(body): Body<WorkspaceBody>,
) -> ApiResult<Tagged<Workspace>> {
    let name = body.name.as_deref();
    let name = name.map(|name| name::checked(name, "/name")).transpose()?;
    body.slug.as_deref().map(check_slug).transpose()?;
    let change = WorkspaceChange {
        name: name.map(str::to_owned),
        slug: body.slug,
        ..WorkspaceChange::default()
    };
    let workspace = app
        .store
        .update_workspace(app.workspace(), change, revision);
    let workspace = workspace.await?;
    app.identities.forget();
    Ok(Tagged(workspace.revision, Json(workspace.into())))
}
