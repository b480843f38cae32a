//! `GET /api/workflows/{id}`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::Tagged;
use crate::schemas::workflow::Workflow;

/// A workflow at its newest version.
#[utoipa::path(get, path = "/api/workflows/{id}", tag = "workflows", security(("bearer" = ["workflows:read"])), params(Id), responses(
    (status = 200, description = "The workflow.", body = Workflow),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_workflow(app: Scoped, Id(id): Id) -> ApiResult<Tagged<Workflow>> {
    let workflow = app.store.workflow(app.scope(), id).await?;
    let workflow = workflow.ok_or_else(|| ApiError::not_found("workflow"))?;
    Ok(Tagged(workflow.summary.revision, Json(workflow.into())))
}
