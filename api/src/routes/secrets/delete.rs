//! `DELETE /api/secrets/{id}`

use axum::http::StatusCode;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, IfMatch};

/// Removes a secret for good. Steps that name it fail from now on.
#[utoipa::path(delete, path = "/api/secrets/{id}", tag = "secrets", security(("bearer" = ["secrets:write"])),
    params(Id, IfMatch), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_secret(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
) -> ApiResult<StatusCode> {
    app.store.delete_secret(app.scope(), id, revision).await?;
    Ok(StatusCode::NO_CONTENT)
}
