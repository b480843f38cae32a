//! `GET /api/releases/{id}`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::schemas::release::Release;

/// A release of an application, and what became of it.
#[utoipa::path(get, path = "/api/releases/{id}", tag = "releases", security(("bearer" = ["applications:read"])), params(Id), responses(
    (status = 200, description = "The release.", body = Release),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_release(app: Scoped, Id(id): Id) -> ApiResult<Json<Release>> {
    let release = app.store.release(app.scope(), id).await?;
    let release = release.ok_or_else(|| ApiError::not_found("release"))?;
    Ok(Json(release.into()))
}
