//! `GET /api/waits`

use axum::Json;
use serde::Deserialize;
use store::Paging;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Limit, Query};
use crate::schemas::page::Page;
use crate::schemas::wait::Wait;

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
    /// Only steps of this execution.
    execution_id: Option<Uuid>,
    /// Only those that wait for this signal.
    signal: Option<String>,
}

/// Steps that wait for an answer from outside, the newest first.
#[utoipa::path(get, path = "/api/waits", tag = "waits", security(("bearer" = ["waits:read"])), params(Filter), responses(
    (status = 200, description = "A page of steps that wait.", body = Page<Wait>),
))]
pub(crate) async fn list_waits(
    app: Scoped,
    Query(query): Query<Filter>,
) -> ApiResult<Json<Page<Wait>>> {
    let paging = Paging {
        limit: query.limit.0,
        cursor: query.cursor,
    };
    let (execution, signal) = (query.execution_id, query.signal.as_deref());
    let page = app
        .store
        .list_waits(app.scope(), execution, signal, &paging)
        .await?;
    Ok(Json(Page::of(page, Wait::from)))
}
