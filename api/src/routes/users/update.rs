//! `PUT /api/users/{id}`

use axum::Json;
use store::UserChange;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id, IfMatch};
use crate::replies::Tagged;
use crate::schemas::workspace::{User, UserBody};

/// Lets somebody operate the installation or no more, or keeps them out. The last administrator stays one.
#[utoipa::path(put, path = "/api/users/{id}", tag = "users", security(("bearer" = ["server:admin"])),
    params(Id, IfMatch), request_body = UserBody, responses(
    (status = 200, description = "The account as it is now.", body = User),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "Nobody would operate the installation.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn update_user(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Body(body): Body<UserBody>,
) -> ApiResult<Tagged<User>> {
    let _turn = app.designing.lock().await;
    let user = app.store.user(id).await?;
    let user = user.ok_or_else(|| ApiError::not_found("account"))?;
    let goes = body.is_admin == Some(false) || body.disabled == Some(true);
    let is_one = user.is_admin && user.disabled_at.is_none();
    if goes && is_one && app.store.count_admins().await? <= 1 {
        let message = "this is the last administrator: make somebody else one first";
        return Err(ApiError::conflict(message));
    }
    let change = UserChange {
        is_admin: body.is_admin,
        disabled: body.disabled,
        ..UserChange::default()
    };
    let user = app.store.update_user(id, change, revision).await?;
    if body.disabled == Some(true) {
        app.store.end_sessions(id, None).await?;
        app.store.delete_api_tokens_of(id).await?;
    }
    app.identities.forget();
    Ok(Tagged(user.revision, Json(user.into())))
}
