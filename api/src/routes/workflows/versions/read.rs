//! `GET /api/workflows/{id}/versions/{version}`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Numbered;
use crate::schemas::version::WorkflowVersion;

/// One version of a workflow, of a deleted one too: its executions still show it.
#[utoipa::path(get, path = "/api/workflows/{id}/versions/{version}", tag = "workflows", security(("bearer" = ["workflows:read"])), params(Numbered), responses(
    (status = 200, description = "The version.", body = WorkflowVersion),
    (status = 404, description = "There is no such version.", body = ErrorEnvelope),
))]
pub(crate) async fn get_version(
    app: Scoped,
    Numbered { id, version }: Numbered,
) -> ApiResult<Json<WorkflowVersion>> {
    let found = app.store.workflow_version(app.scope(), id, version);
    let found = found.await?;
    let found = found.ok_or_else(|| ApiError::not_found("version of the workflow"))?;
    Ok(Json(found.into()))
}
