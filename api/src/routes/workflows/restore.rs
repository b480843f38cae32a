//! `POST /api/workflows/{id}/restore`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::Tagged;
use crate::schemas::workflow::Workflow;

/// Brings a deleted workflow back, with all its versions. The schedules and webhooks that went with it do not come back.
#[utoipa::path(post, path = "/api/workflows/{id}/restore", tag = "workflows", security(("bearer" = ["workflows:write"])),
    params(Id), responses(
    (status = 200, description = "The workflow.", body = Workflow),
    (status = 404, description = "None with this id was deleted.", body = ErrorEnvelope),
    (status = 409, description = "Another one has taken its name meanwhile.", body = ErrorEnvelope),
))]
pub(crate) async fn restore_workflow(app: Scoped, Id(id): Id) -> ApiResult<Tagged<Workflow>> {
    let workflow = app.store.restore_workflow(app.scope(), id).await?;
    app.definitions.forget(id);
    Ok(Tagged(workflow.summary.revision, Json(workflow.into())))
}
