//! `POST /api/workflows/{id}/restore`

use axum::Json;

use crate::access::Scoped;
use crate::documents;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, OptionalBody};
use crate::replies::Tagged;
use crate::schedules;
use crate::schemas::trash::RestoreBody;
use crate::schemas::workflow::Workflow;

/// Brings a deleted workflow back, with all its versions and the schedules and webhooks that went with it. Schedules begin
/// anew: what was missed meanwhile is not made up for.
#[utoipa::path(post, path = "/api/workflows/{id}/restore", tag = "workflows", security(("bearer" = ["workflows:write"])),
    params(Id), request_body = Option<RestoreBody>, responses(
    (status = 200, description = "The workflow.", body = Workflow),
    (status = 404, description = "None with this id was deleted.", body = ErrorEnvelope),
    (status = 409, description = "Another workflow, schedule or webhook has taken a name meanwhile.", body = ErrorEnvelope),
    (status = 422, description = "It can't be called so.", body = ErrorEnvelope),
))]
pub(crate) async fn restore_workflow(
    app: Scoped,
    Id(id): Id,
    OptionalBody(body): OptionalBody<RestoreBody>,
) -> ApiResult<Tagged<Workflow>> {
    let name = body.name.as_deref();
    if let Some(name) = name {
        documents::check_name(name)?;
    }
    let by = app.caller.person_id();
    let workflow = app.store.restore_workflow(app.scope(), id, name, by);
    let workflow = workflow.await?;
    app.definitions.forget(id);
    schedules::changed(&app).await;
    Ok(Tagged(workflow.summary.revision, Json(workflow.into())))
}
