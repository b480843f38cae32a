//! `GET /api/secrets/{id}/uses`

use axum::Json;
use store::StoreError;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::schemas::uses::Uses;
use crate::uses::{self, Named};

/// What uses a secret, by name: workflows whose published version or newest one names it, and applications that are given it in
/// their environment. Takes `workflows:read` besides; applications are listed for who has `applications:read`.
#[utoipa::path(get, path = "/api/secrets/{id}/uses", tag = "secrets", security(("bearer" = ["secrets:read"])), params(Id),
    responses(
    (status = 200, description = "All that uses it.", body = Uses),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_secret_uses(app: Scoped, Id(id): Id) -> ApiResult<Json<Uses>> {
    let known = app.store.workspace_secret(app.scope(), id).await?;
    let known = known.ok_or(StoreError::NotFound("secret"))?;
    let told = uses::told(&app, Named::Secret, &known.name).await?;
    Ok(Json(told))
}
