//! `GET /api/secrets/{id}`

use axum::Json;
use store::StoreError;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::Tagged;
use crate::schemas::secret::Secret;

/// A secret, without what it holds.
#[utoipa::path(get, path = "/api/secrets/{id}", tag = "secrets", security(("bearer" = ["secrets:read"])), params(Id),
    responses(
    (status = 200, description = "The secret.", body = Secret),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_secret(app: Scoped, Id(id): Id) -> ApiResult<Tagged<Secret>> {
    let secret = app.store.workspace_secret(app.scope(), id).await?;
    let secret = secret.ok_or(StoreError::NotFound("secret"))?;
    Ok(Tagged(secret.revision, Json(Secret::from(secret))))
}
