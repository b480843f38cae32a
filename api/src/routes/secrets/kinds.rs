//! `GET /api/secrets/kinds`

use axum::Json;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::schemas::secret::{SecretKind, SecretKinds};

/// What secrets may be made of.
#[utoipa::path(get, path = "/api/secrets/kinds", tag = "secrets", security(("bearer" = ["secrets:read"])), responses(
    (status = 200, description = "All kinds, with their fields.", body = SecretKinds),
))]
pub(crate) async fn list_secret_kinds(_: Scoped) -> ApiResult<Json<SecretKinds>> {
    let items = engine::secret::KINDS.iter().map(SecretKind::from).collect();
    Ok(Json(SecretKinds { items }))
}
