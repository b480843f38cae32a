//! `GET /api/prompts`

use axum::Json;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Paged, Query};
use crate::schemas::page::Page;
use crate::schemas::prompt::PromptSummary;

/// Prompts by name.
#[utoipa::path(get, path = "/api/prompts", tag = "prompts", security(("bearer" = ["prompts:read"])), params(Paged),
    responses(
    (status = 200, description = "A page of prompts, without their texts.", body = Page<PromptSummary>),
))]
pub(crate) async fn list_prompts(
    app: Scoped,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<PromptSummary>>> {
    let page = app.store.list_prompts(app.scope(), &paged.into()).await?;
    Ok(Json(Page::of(page, PromptSummary::from)))
}
