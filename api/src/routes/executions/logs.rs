//! `GET /api/executions/{id}/logs`

use axum::Json;
use serde::Deserialize;
use store::LogFilter;
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Id, Limit, Query};
use crate::schemas::log::LogLine;
use crate::schemas::page::Page;
use crate::wait;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// The most lines on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 50)]
    limit: Limit,
    /// Only lines after the one with this id.
    after: Option<i64>,
    /// The same, as the `next_cursor` of the page before.
    cursor: Option<String>,
    /// Only lines of this step.
    step: Option<String>,
}

/// What the steps of an execution wrote, in order.
#[utoipa::path(get, path = "/api/executions/{id}/logs", tag = "executions", security(("bearer" = ["executions:read"])), params(Id, Filter), responses(
    (status = 200, description = "A page of lines.", body = Page<LogLine>),
    (status = 404, description = "There is no execution with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_execution_logs(
    app: Scoped,
    Id(id): Id,
    Query(query): Query<Filter>,
) -> ApiResult<Json<Page<LogLine>>> {
    let after = match (query.after, query.cursor) {
        (Some(after), None) => after,
        (None, Some(cursor)) => cursor
            .parse()
            .map_err(|_| ApiError::bad_request("the cursor is not one that this list gave out"))?,
        (None, None) => 0,
        _ => {
            return Err(ApiError::bad_request(
                "give `after` or `cursor`, and not both",
            ));
        }
    };
    let filter = LogFilter {
        step: query.step,
        after,
        limit: query.limit.0,
    };
    let page = app.store.execution_logs(app.scope(), id, &filter).await?;
    if page.items.is_empty() {
        // No line yet, or no such execution.
        wait::read(&app, id).await?;
    }
    Ok(Json(Page::of(page, LogLine::from)))
}
