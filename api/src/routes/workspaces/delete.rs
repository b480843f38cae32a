//! `DELETE /api/workspaces/{id}`

use axum::http::StatusCode;
use engine::execution::Status;
use store::{ExecutionFilter, FIRST_WORKSPACE, Paging};

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;

/// Hides a workspace and all that is in it; nobody belongs to it any more, and its tokens end. A workspace in which
/// something runs or is live, and anybody's own, can't be deleted.
#[utoipa::path(delete, path = "/api/workspaces/{id}", tag = "workspaces",
    security(("bearer" = ["workspace:delete"])), params(Id), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "You belong to none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It is somebody's own, or something of it runs or is live.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_workspace(app: Scoped, _id: Id) -> ApiResult<StatusCode> {
    let workspace = app.workspace();
    if app.store.is_home(workspace).await? {
        let message = "this is somebody's own workspace: it stays as long as their account";
        return Err(ApiError::conflict(message));
    }
    if workspace == FIRST_WORKSPACE {
        return Err(ApiError::conflict(
            "the first workspace stays: the first account takes it over",
        ));
    }
    let open = [
        Status::Queued,
        Status::Running,
        Status::Paused,
        Status::CleaningUp,
    ];
    for status in open {
        let filter = ExecutionFilter {
            status: Some(status),
            ..ExecutionFilter::default()
        };
        let paging = Paging::first(1);
        let page = app.store.list_executions(app.scope(), &filter, &paging);
        if let Some(run) = page.await?.items.first() {
            let message = format!("the run {} is {status}: cancel it first", run.id);
            return Err(ApiError::conflict(message));
        }
    }
    if let Some(name) = app.live.any_of(workspace).await? {
        let message = format!("the application `{name}` is live: stop it first");
        return Err(ApiError::conflict(message));
    }
    app.store.delete_workspace(workspace).await?;
    app.identities.forget();
    Ok(StatusCode::NO_CONTENT)
}
