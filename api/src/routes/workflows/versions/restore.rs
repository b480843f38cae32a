//! `POST /api/workflows/{id}/versions/{version}/restore`

use axum::Json;

use crate::access::Scoped;
use crate::documents;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Numbered;
use crate::replies::Tagged;
use crate::schemas::workflow::{Workflow, WorkflowBody, read_layout};

/// Makes an older version the newest one again: its document becomes the next version, with its nodes where they stood. What is
/// published stays.
#[utoipa::path(post, path = "/api/workflows/{id}/versions/{version}/restore", tag = "workflows", security(("bearer" = ["workflows:write"])), params(Numbered),
    responses(
    (status = 200, description = "The workflow as it is now.", body = Workflow),
    (status = 404, description = "There is no such version.", body = ErrorEnvelope),
    (status = 409, description = "Another workflow has taken the name that it had then.", body = ErrorEnvelope),
    (status = 422, description = "The version can't run on this server any more.", body = ErrorEnvelope),
))]
pub(crate) async fn restore_version(
    app: Scoped,
    Numbered { id, version }: Numbered,
) -> ApiResult<Tagged<Workflow>> {
    let found = app.store.workflow_version(app.scope(), id, version).await?;
    let found = found.ok_or_else(|| ApiError::not_found("version of the workflow"))?;
    let body = WorkflowBody {
        layout: read_layout(found.layout),
        ..WorkflowBody::of(found.document)
    };
    let new = documents::new_workflow(&app, body).await?;
    let record = app.store.update_workflow(app.scope(), id, new, None, None);
    let record = record.await?;
    app.definitions.changed(&record).await;
    Ok(Tagged(record.summary.revision, Json(record.into())))
}
