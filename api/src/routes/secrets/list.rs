//! `GET /api/secrets`

use axum::Json;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Paged, Query};
use crate::schemas::page::Page;
use crate::schemas::secret::Secret;

/// Secrets by name, without what they hold.
#[utoipa::path(get, path = "/api/secrets", tag = "secrets", security(("bearer" = ["secrets:read"])), params(Paged),
    responses(
    (status = 200, description = "A page of secrets.", body = Page<Secret>),
))]
pub(crate) async fn list_secrets(
    app: Scoped,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<Secret>>> {
    let page = app.store.list_secrets(app.scope(), &paged.into()).await?;
    Ok(Json(Page::of(page, Secret::from)))
}
