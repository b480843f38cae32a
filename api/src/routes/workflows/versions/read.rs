//! `GET /api/workflows/{id}/versions/{version}`

use axum::Json;
use axum::extract::State;
use store::Scope;

use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Numbered;
use crate::schemas::version::WorkflowVersion;
use crate::state::App;

/// One version of a workflow, of a deleted one too: its executions still show it.
#[utoipa::path(get, path = "/api/workflows/{id}/versions/{version}", tag = "workflows", params(Numbered), responses(
    (status = 200, description = "The version.", body = WorkflowVersion),
    (status = 404, description = "There is no such version.", body = ErrorEnvelope),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn get_version(
    State(app): State<App>,
    Numbered { id, version }: Numbered,
) -> ApiResult<Json<WorkflowVersion>> {
    let found = app.store.workflow_version(Scope::System, id, version);
    let found = found.await?;
    let found = found.ok_or_else(|| ApiError::not_found("version of the workflow"))?;
    Ok(Json(found.into()))
}
