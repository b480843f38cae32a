//! `GET /api/executions`

use axum::Json;
use serde::Deserialize;
use store::{ExecutionFilter, Paging};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Limit, Query};
use crate::schemas::execution::{ExecutionStatus, ExecutionSummary};
use crate::schemas::page::Page;

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
    /// Only those that stand so.
    #[param(inline)]
    status: Option<ExecutionStatus>,
    /// Only those that go on from this one.
    rerun_of: Option<Uuid>,
    /// Only those that this schedule or webhook began.
    trigger_id: Option<Uuid>,
    /// Only those that this person began.
    started_by: Option<Uuid>,
}

/// Executions, newest first.
#[utoipa::path(get, path = "/api/executions", tag = "executions", security(("bearer" = ["executions:read"])), params(Filter), responses(
    (status = 200, description = "A page of executions, without inputs, output and steps.", body = Page<ExecutionSummary>),
))]
pub(crate) async fn list_executions(
    app: Scoped,
    Query(query): Query<Filter>,
) -> ApiResult<Json<Page<ExecutionSummary>>> {
    let paging = Paging {
        limit: query.limit.0,
        cursor: query.cursor,
    };
    let filter = ExecutionFilter {
        workflow_id: query.workflow_id,
        status: query.status.map(Into::into),
        rerun_of: query.rerun_of,
        trigger_id: query.trigger_id,
        started_by: query.started_by,
    };
    let page = app
        .store
        .list_executions(app.scope(), &filter, &paging)
        .await?;
    Ok(Json(Page::of(page, ExecutionSummary::from)))
}
