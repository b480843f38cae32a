//! `POST /api/workflows/{id}/publish`

use axum::Json;

use crate::access::Scoped;
use crate::documents;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Id, OptionalBody};
use crate::replies::Tagged;
use crate::schemas::version::PublishBody;
use crate::schemas::workflow::Workflow;

/// Publishes a version: from now on it runs whenever no other one is asked for, and newer ones are drafts.
///
/// Executions under way go on with the version that they began with.
#[utoipa::path(post, path = "/api/workflows/{id}/publish", tag = "workflows", security(("bearer" = ["workflows:publish"])), params(Id),
    request_body = Option<PublishBody>, responses(
    (status = 200, description = "The workflow as it is now.", body = Workflow),
    (status = 404, description = "There is no workflow with this id, or no such version.", body = ErrorEnvelope),
    (status = 422, description = "The version can't run on this server any more.", body = ErrorEnvelope),
))]
pub(crate) async fn publish_workflow(
    app: Scoped,
    Id(id): Id,
    OptionalBody(body): OptionalBody<PublishBody>,
) -> ApiResult<Tagged<Workflow>> {
    body.check()?;
    let current = app.store.workflow(app.scope(), id).await?;
    let current = current.ok_or_else(|| ApiError::not_found("workflow"))?;
    let version = body.version.unwrap_or(current.summary.version);
    let definition = app.definitions.numbered(app.scope(), id, version).await?;
    // The catalogue may have changed since it was saved.
    documents::check_stored(&app, definition.document.clone()).await?;
    let note = body.note.as_deref();
    let record = app.store.publish_workflow(app.scope(), id, version, note);
    let record = record.await?;
    app.definitions.changed(&record).await;
    Ok(Tagged(record.summary.revision, Json(record.into())))
}
