//! `DELETE /api/workspaces/{id}`

use axum::http::StatusCode;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;

/// Hides a workspace and all that is in it; nobody belongs to it any more, and its tokens end. A workspace in which
/// applications are live, and anybody's own, can't be deleted.
#[utoipa::path(delete, path = "/api/workspaces/{id}", tag = "workspaces",
    security(("bearer" = ["workspace:delete"])), params(Id), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "You belong to none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It is somebody's own, or applications of it are live.", body = ErrorEnvelope),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_workspace(app: Scoped, _id: Id) -> ApiResult<StatusCode> {
    let workspace = app.workspace();
    if app.store.is_home(workspace).await? {
        let message = "this is somebody's own workspace: it stays as long as their account";
        return Err(ApiError::conflict(message));
    }
    for name in app.store.application_names(app.scope()).await? {
        if app.live.is_live(app.workspace(), &name).await? {
            let message = format!("the application `{name}` is live: stop it first");
            return Err(ApiError::conflict(message));
        }
    }
    app.store.delete_workspace(workspace).await?;
    app.identities.forget();
    Ok(StatusCode::NO_CONTENT)
}
