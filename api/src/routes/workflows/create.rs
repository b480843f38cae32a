//! `POST /api/workflows`

use axum::Json;
use axum::response::Response;

use crate::access::Scoped;
use crate::documents;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{IdempotencyKey, Keyed, KeyedBody};
use crate::replies::created;
use crate::schemas::workflow::{Workflow, WorkflowBody};

/// Checks a document and keeps it as a new workflow.
///
/// All problems of the document are reported together.
#[utoipa::path(post, path = "/api/workflows", tag = "workflows", security(("bearer" = ["workflows:write"])), request_body = WorkflowBody,
    params(IdempotencyKey),
    responses(
        (status = 201, description = "The new workflow.", body = Workflow),
        (status = 409, description = "The name is taken, or the key was used with another body.", body = ErrorEnvelope),
        (status = 422, description = "The document has problems.", body = ErrorEnvelope),
    ))]
pub(crate) async fn create_workflow(
    app: Scoped,
    KeyedBody(key, body): KeyedBody<WorkflowBody>,
) -> ApiResult<Response> {
    if body.base_version.is_some() {
        let message = "a new workflow has no version before it: leave this out, or change the workflow with PUT";
        return Err(ApiError::invalid("/base_version", message));
    }
    let new = documents::new_workflow(&app, body).await?;
    let made = app
        .store
        .create_workflow(app.scope(), new, key.as_ref().map(Keyed::once))
        .await?;
    if !made.existing {
        app.definitions.changed(&made.value).await;
    }
    let workflow = Workflow::from(made.value);
    Ok(created(
        &format!("/api/workflows/{}", workflow.id),
        made.existing,
        Json(workflow),
    ))
}
