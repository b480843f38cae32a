//! `PUT /api/workflows/{id}`

use axum::Json;
use axum::extract::State;
use store::Scope;

use crate::documents;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id};
use crate::schemas::workflow::{Workflow, WorkflowBody};
use crate::state::App;

/// Checks a document and keeps it as the next version of a workflow.
///
/// Executions under way go on with the version that they began with. A layout that is left out stays as it is,
/// and a changed layout alone makes no new version. Once a version is published, newer ones are drafts: they run when
/// they are asked for, or published.
#[utoipa::path(put, path = "/api/workflows/{id}", tag = "workflows", request_body = WorkflowBody, params(Id), responses(
    (status = 200, description = "The workflow as it is now.", body = Workflow),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "The name is taken, or `base_version` is not the newest one.", body = ErrorEnvelope),
    (status = 422, description = "The document has problems.", body = ErrorEnvelope),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn update_workflow(
    State(app): State<App>,
    Id(id): Id,
    Body(body): Body<WorkflowBody>,
) -> ApiResult<Json<Workflow>> {
    let base = body.base_version;
    let new = documents::new_workflow(&app, body).await?;
    let record = app.store.update_workflow(Scope::System, id, new, base);
    let record = record.await?;
    app.definitions.changed(&record).await;
    Ok(Json(record.into()))
}
