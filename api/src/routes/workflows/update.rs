//! `PUT /api/workflows/{id}`

use axum::Json;

use crate::access::Scoped;
use crate::documents;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id, IfMatch};
use crate::replies::Tagged;
use crate::schemas::workflow::{Workflow, WorkflowBody};

/// Checks a document and keeps it as the next version of a workflow.
///
/// Executions under way go on with the version that they began with. A layout that is left out stays as it is,
/// and a changed layout alone makes no new version. Once a version is published, newer ones are drafts: they run when
/// they are asked for, or published.
#[utoipa::path(put, path = "/api/workflows/{id}", tag = "workflows", security(("bearer" = ["workflows:write"])), request_body = WorkflowBody, params(Id, IfMatch),
    responses(
    (status = 200, description = "The workflow as it is now.", body = Workflow),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "The name is taken, or `base_version` is not the newest one.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "The document has problems.", body = ErrorEnvelope),
))]
pub(crate) async fn update_workflow(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Body(body): Body<WorkflowBody>,
) -> ApiResult<Tagged<Workflow>> {
    let base = body.base_version;
    let new = documents::new_workflow(&app, body).await?;
    let record = app
        .store
        .update_workflow(app.scope(), id, new, base, revision);
    let record = record.await?;
    app.definitions.changed(&record).await;
    Ok(Tagged(record.summary.revision, Json(record.into())))
}
