//! `POST /api/workspaces/{id}/leave`

use axum::http::StatusCode;

use crate::access::{Account, Scoped};
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;

/// Leaves a workspace. The last owner can't.
#[utoipa::path(post, path = "/api/workspaces/{id}/leave", tag = "workspaces", security(("session" = [])),
    params(Id), responses(
    (status = 204, description = "You do not belong to it any more."),
    (status = 404, description = "You belong to none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It is your own, or it would have no owner.", body = ErrorEnvelope),
))]
pub(crate) async fn leave_workspace(
    app: Scoped,
    account: Account,
    _id: Id,
) -> ApiResult<StatusCode> {
    let user = app.store.user(account.person.id).await?;
    if user.is_none_or(|user| user.home == app.workspace()) {
        return Err(ApiError::conflict("your own workspace can't be left"));
    }
    app.store
        .remove_member(app.workspace(), account.person.id, None)
        .await?;
    app.identities.forget();
    Ok(StatusCode::NO_CONTENT)
}
