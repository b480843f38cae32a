//! `PUT /api/users/{id}`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
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
))]
pub(crate) async fn update_user(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Body(body): Body<UserBody>,
) -> ApiResult<Tagged<User>> {
    let rights = store::UserRights {
        is_admin: body.is_admin,
        disabled: body.disabled,
    };
    let user = app.store.set_user_rights(id, rights, revision).await?;
    app.identities.forget();
    Ok(Tagged(user.revision, Json(user.into())))
}
