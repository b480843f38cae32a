//! `POST /api/secrets/{id}/restore`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::Tagged;
use crate::schemas::secret::Secret;

/// Brings a deleted secret back, with what it held; workflows may use it again.
#[utoipa::path(post, path = "/api/secrets/{id}/restore", tag = "secrets", security(("bearer" = ["secrets:write"])),
    params(Id), responses(
    (status = 200, description = "The secret.", body = Secret),
    (status = 404, description = "None with this id was deleted, or it was kept for long enough.", body = ErrorEnvelope),
    (status = 409, description = "Another one has taken its name meanwhile.", body = ErrorEnvelope),
))]
pub(crate) async fn restore_secret(app: Scoped, Id(id): Id) -> ApiResult<Tagged<Secret>> {
    let secret = app.store.restore_secret(app.scope(), id).await?;
    Ok(Tagged(secret.revision, Json(Secret::from(secret))))
}
