//! `GET /api/workflows/{id}/versions`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use store::{Paging, Scope};
use utoipa::IntoParams;

use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Id, Limit, Query};
use crate::schemas::page::Page;
use crate::schemas::version::VersionSummary;
use crate::state::App;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// The most items on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 50)]
    limit: Limit,
    /// Where the page before ended: its `next_cursor`.
    cursor: Option<String>,
}

/// The versions of a workflow, the newest first.
#[utoipa::path(get, path = "/api/workflows/{id}/versions", tag = "workflows", params(Id, Filter), responses(
    (status = 200, description = "A page of versions, without their documents.", body = Page<VersionSummary>),
    (status = 404, description = "There is no workflow with this id.", body = ErrorEnvelope),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn list_versions(
    State(app): State<App>,
    Id(id): Id,
    Query(filter): Query<Filter>,
) -> ApiResult<Json<Page<VersionSummary>>> {
    let paging = Paging {
        limit: filter.limit.0,
        cursor: filter.cursor,
    };
    let workflow = app.store.workflow(Scope::System, id).await?;
    workflow.ok_or_else(|| ApiError::not_found("workflow"))?;
    let page = app.store.list_versions(Scope::System, id, &paging).await?;
    Ok(Json(Page::of(page, VersionSummary::from)))
}
