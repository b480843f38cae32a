//! `DELETE /api/workspaces/{id}`

use axum::http::StatusCode;
use engine::execution::Status;
use engine::ports::launcher::CancelError;
use store::{ExecutionFilter, FIRST_WORKSPACE, Paging, Scope};
use uuid::Uuid;

use crate::access::Scoped;
use crate::departed;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Id, IfMatch};
use crate::state::App;

const REASON: &str = "its workspace was deleted";

/// Runs in each state that are cancelled before this answers.
const AT_ONCE: u32 = 100;

/// Hides a workspace and all that is in it; nobody belongs to it any more, and its tokens end. Its schedules and webhooks begin
/// nothing any more, and what runs in it is cancelled. Who owned it can bring it back (`…/restore`) for as long as the operator
/// keeps what was deleted; after that, its files, secrets, variables and webhooks are removed for good. A workspace of which an application is
/// live, and anybody's own, can't be deleted.
#[utoipa::path(delete, path = "/api/workspaces/{id}", tag = "workspaces",
    security(("bearer" = ["workspace:delete"])), params(Id, IfMatch), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "You belong to none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It is somebody's own, or an application of it is live.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_workspace(
    app: Scoped,
    _id: Id,
    IfMatch(revision): IfMatch,
) -> ApiResult<StatusCode> {
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
    if let Some(name) = app.live.any_of(workspace).await? {
        let message = format!("the application `{name}` is live: stop it first");
        return Err(ApiError::conflict(message));
    }
    app.store.delete_workspace(workspace, revision).await?;
    app.identities.forget();
    wind_up(&app, workspace).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends what goes on in a workspace that is gone.
pub(crate) async fn wind_up(app: &App, workspace: Uuid) {
    cancel_runs(app, workspace).await;
    // A deployment may have come through since it was looked. One that comes through later looks itself whether the workspace lives.
    departed::take_down(app, workspace).await;
}

/// Ends what runs in a workspace that is gone. What is not reached here, or began a moment ago, is found by the sweepers.
async fn cancel_runs(app: &App, workspace: Uuid) {
    let scope = Scope::Workspace(workspace);
    for status in [Status::Queued, Status::Running, Status::Paused] {
        let filter = ExecutionFilter {
            status: Some(status),
            ..ExecutionFilter::default()
        };
        let paging = Paging::first(AT_ONCE);
        let page = app.store.list_executions(scope, &filter, &paging);
        let runs = match page.await {
            Ok(page) => page.items,
            Err(error) => {
                tracing::warn!(%error, "the runs of a deleted workspace could not be cancelled yet");
                return;
            }
        };
        for run in runs {
            match app.launcher.cancel(run.id, REASON).await {
                Ok(()) | Err(CancelError::Ended | CancelError::NotFound) => {}
                Err(error) => {
                    tracing::warn!(execution.id = %run.id, %error, "a run of a deleted workspace could not be cancelled yet");
                }
            }
        }
    }
}
