//! `GET /api/trash`

use axum::Json;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Paged, Query};
use crate::schemas::page::Page;
use crate::schemas::trash::Trashed;

/// Workflows, prompts, files, applications, models, secrets and variables that were deleted, the last one first.
/// `POST …/{id}/restore` brings one back.
#[utoipa::path(get, path = "/api/trash", tag = "trash", security(("bearer" = ["workspace:read"])), params(Paged), responses(
    (status = 200, description = "A page of what was deleted.", body = Page<Trashed>),
))]
pub(crate) async fn list_trash(
    app: Scoped,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<Trashed>>> {
    let page = app.store.list_trash(app.scope(), &paged.into()).await?;
    Ok(Json(Page::of(page, Trashed::from)))
}
