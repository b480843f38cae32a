//! `GET /api/executions/{id}`

use axum::Json;
use engine::execution::frontier_marks;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::schemas::execution::{Ending, ExecutionDetail};
use crate::schemas::workflow::read_layout;
use crate::{steps, wait};

/// An execution with its pinned workflow and all its steps.
#[utoipa::path(get, path = "/api/executions/{id}", tag = "executions", security(("bearer" = ["executions:read"])), params(Id), responses(
    (status = 200, description = "The execution.", body = ExecutionDetail),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_execution(app: Scoped, Id(id): Id) -> ApiResult<Json<ExecutionDetail>> {
    let execution = wait::read(&app, id).await?;
    let summary = &execution.summary;
    let (workflow, version) = (summary.workflow_id, summary.workflow_version);
    let (definition, records) = tokio::try_join!(
        app.store.workflow_version(app.scope(), workflow, version),
        app.store.execution_steps(app.scope(), id),
    )?;
    let definition = definition.ok_or_else(|| {
        ApiError::internal(format!(
            "version {version} of workflow {workflow} is missing"
        ))
    })?;
    let steps = steps::steps(&definition.document, &execution.frontier, records)?;
    // Of a version whose own layout nobody knows, places that its nodes have today are better than none.
    let layout = read_layout(definition.layout.or(definition.newest_layout));
    let marks = frontier_marks(&execution.frontier).map_err(ApiError::internal)?;
    Ok(Json(ExecutionDetail {
        rerun_from: execution.rerun_from.clone(),
        held: marks.held,
        overdue: marks.overdue,
        ending: marks.ending.map(|ending| Ending {
            status: ending.status.into(),
            error: ending.error.into(),
        }),
        execution: execution.into(),
        document: definition.document,
        layout,
        steps,
    }))
}
