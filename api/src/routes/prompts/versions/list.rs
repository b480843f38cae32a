//! `GET /api/prompts/{id}/versions`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, Paged, Query};
use crate::prompts;
use crate::schemas::page::Page;
use crate::schemas::prompt::PromptVersion;

/// The versions of a prompt, the newest first.
#[utoipa::path(get, path = "/api/prompts/{id}/versions", tag = "prompts", security(("bearer" = ["prompts:read"])),
    params(Id, Paged), responses(
    (status = 200, description = "A page of versions.", body = Page<PromptVersion>),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_prompt_versions(
    app: Scoped,
    Id(id): Id,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<PromptVersion>>> {
    prompts::read(&app, id).await?;
    let paging = paged.into();
    let page = app.store.list_prompt_versions(app.scope(), id, &paging);
    Ok(Json(Page::of(page.await?, PromptVersion::from)))
}
