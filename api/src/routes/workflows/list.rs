//! `GET /api/workflows`

use axum::Json;
use serde::Deserialize;
use store::{Paging, WorkflowFilter};
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Limit, Query};
use crate::schemas::page::Page;
use crate::schemas::workflow::WorkflowSummary;

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
    /// A part of the name or the label. A page looks through 20,000 workflows; where there are more, it may hold fewer
    /// than `limit`, even none, and yet have a `next_cursor`.
    q: Option<String>,
}

/// Workflows by name.
#[utoipa::path(get, path = "/api/workflows", tag = "workflows", security(("bearer" = ["workflows:read"])), params(Filter), responses(
    (status = 200, description = "A page of workflows, without their documents.", body = Page<WorkflowSummary>),
))]
pub(crate) async fn list_workflows(
    app: Scoped,
    Query(filter): Query<Filter>,
) -> ApiResult<Json<Page<WorkflowSummary>>> {
    let paging = Paging {
        limit: filter.limit.0,
        cursor: filter.cursor,
    };
    let page = app
        .store
        .list_workflows(app.scope(), &WorkflowFilter { q: filter.q }, &paging)
        .await?;
    Ok(Json(Page::of(page, WorkflowSummary::from)))
}
