//! `GET /api/schedules`

use axum::Json;
use serde::Deserialize;
use store::Paging;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Limit, Query};
use crate::schemas::page::Page;
use crate::schemas::schedule::Schedule;

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
    /// Only those of this workflow.
    workflow_id: Option<Uuid>,
}

/// Schedules by name.
#[utoipa::path(get, path = "/api/schedules", tag = "schedules", security(("bearer" = ["schedules:read"])), params(Filter),
    responses(
    (status = 200, description = "A page of schedules.", body = Page<Schedule>),
))]
pub(crate) async fn list_schedules(
    app: Scoped,
    Query(query): Query<Filter>,
) -> ApiResult<Json<Page<Schedule>>> {
    let paging = Paging {
        limit: query.limit.0,
        cursor: query.cursor,
    };
    let page = app
        .store
        .list_schedules(app.scope(), query.workflow_id, &paging)
        .await?;
    Ok(Json(Page::of(page, Schedule::from)))
}
