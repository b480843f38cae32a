//! `GET /api/workflows/{id}/versions`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Id, Paged, Query};
use crate::schemas::page::Page;
use crate::schemas::version::VersionSummary;

/// The versions of a workflow, the newest first.
#[utoipa::path(get, path = "/api/workflows/{id}/versions", tag = "workflows", security(("bearer" = ["workflows:read"])), params(Id, Paged), responses(
    (status = 200, description = "A page of versions, without their documents.", body = Page<VersionSummary>),
    (status = 404, description = "There is no workflow with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_versions(
    app: Scoped,
    Id(id): Id,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<VersionSummary>>> {
    let paging = paged.into();
    let workflow = app.store.workflow(app.scope(), id).await?;
    workflow.ok_or_else(|| ApiError::not_found("workflow"))?;
    let page = app.store.list_versions(app.scope(), id, &paging).await?;
    Ok(Json(Page::of(page, VersionSummary::from)))
}
